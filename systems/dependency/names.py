"""Names of actors: from word lists, from the model, and capitalised words that both overlook."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc, Span, Token

from ..lexicon import buildings, countries, words
from .found import Found, country_of, is_demonym

_LABELS = {"PERSON": "PER", "ORG": "ORG", "GPE": "GPE", "NORP": "GPE", "LOC": "LOC", "FAC": "FAC"}
_PLURAL = {"NNS", "NNPS"}
_INSIDE = {"compound", "nmod", "amod", "poss", "case"}
_PLACED = {"in", "near", "through", "across", "outside", "inside", "around"}
_OUTSIDE = {"outside", "inside", "near", "behind", "opposite", "around"}
_LANDS = ("ia", "land", "stan")
"""How the names of many countries end."""

_Place = tuple[int, int, str]


def find(doc: Doc) -> list[Found]:
    """All names, those inside others too."""
    names = [
        Found(start, end, doc[start:end].root, "NAM", kind) for start, end, kind in _places(doc)
    ]
    names += _overlooked(doc, names)
    _agree(names)
    for name in names:
        _describe(name)
    return [*names, *_inside(doc, names)]


def _places(doc: Doc) -> Iterator[_Place]:
    """Maximal names; of those that overlap the longest."""
    taken = [False] * len(doc)
    known = list(_recognised(doc))
    candidates = [*_listed(doc), *known, *_capitalised(doc, known)]
    # Longer ones first; at the same place a listed name before a recognised one.
    for start, end, kind in sorted(candidates, key=lambda c: (c[0] - c[1], c[0])):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            yield start, end, kind


def _overlooked(doc: Doc, names: Iterable[Found]) -> Iterator[Found]:
    """Surnames that the model knows elsewhere in the text, but not here: “the [Osei] plan”."""
    taken = {i for name in names for i in range(name.start, name.end)}
    surnames = {doc[name.end - 1].text for name in names if name.type == "PER"}
    for token in doc:
        if token.i not in taken and token.text in surnames and token.text[:1].isupper():
            yield Found(token.i, token.i + 1, token, "NAM", "PER")


def _agree(names: Iterable[Found]) -> None:
    """The same name is of the same type everywhere: the one that it has most often."""
    counts: dict[str, Counter[str]] = {}
    for name in names:
        counts.setdefault(name.text, Counter())[name.type] += 1
    for name in names:
        name.type = counts[name.text].most_common(1)[0][0]


# Word lists


@cache
def _known() -> dict[str, str]:
    return {
        **dict.fromkeys(countries(), "GPE"),
        **dict.fromkeys(buildings(), "ORG"),
        **dict.fromkeys(words("actors", "media"), "ORG"),
        **dict.fromkeys(words("actors", "organisations"), "ORG"),
    }


def _listed(doc: Doc) -> Iterator[_Place]:
    for start in range(len(doc)):
        if not doc[start].text[:1].isupper():
            continue
        for end in range(min(start + 6, len(doc)), start, -1):
            kind = _known().get(doc[start:end].text)
            if kind:
                yield from _extended(doc, start, end, kind)
                break


def _extended(doc: Doc, start: int, end: int, kind: str) -> Iterator[_Place]:
    """A listed name; a country's grows into the name of a body that it qualifies directly."""
    yield start, end, kind
    if kind != "GPE":
        return
    stop = end
    while stop < len(doc) and doc[stop].pos_ == "PROPN" and doc[stop].text[:1].isupper():
        stop += 1
    for last in range(stop, end, -1):
        if doc[last - 1].lower_ in words("actors", "org_names"):
            yield start, last, "ORG"
            return


# The model's entities


def _recognised(doc: Doc) -> Iterator[_Place]:
    for entity in doc.ents:
        label = _LABELS.get(entity.label_)
        if label is None:
            continue
        start, end = _trimmed(entity)
        if start >= end or not any(token.text[:1].isupper() for token in doc[start:end]):
            continue
        if end - start == 1 and _is_common(doc[start]) and doc[start].is_sent_start:
            continue
        if entity.label_ == "NORP" and not country_of(doc[start:end].text):
            if doc[end - 1].tag_ in _PLURAL:
                yield start, end, "PER"
            elif is_demonym(doc[start:end].text):
                yield start, end, "GPE"
            continue  # the adjective of a party or a faith
        if label == "ORG" and _is_portfolio(doc, end):
            continue
        yield start, end, _kind(doc, start, end, label)


def _trimmed(entity: Span) -> tuple[int, int]:
    """An entity without article, titles and possessive ending."""
    doc, start, end = entity.doc, entity.start, entity.end
    while end > start and (doc[end - 1].tag_ == "POS" or doc[end - 1].is_punct):
        end -= 1
    while start < end and (doc[start].tag_ == "DT" or doc[start].is_punct):
        start += 1
    if entity.label_ != "PERSON":
        return start, end
    return _after_title(doc, start, end), end


def _after_title(doc: Doc, start: int, end: int) -> int:
    """All up to the last title goes: “Chilean President [Ada Osei]”."""
    for i in range(end - 2, start - 1, -1):
        if doc[i].lower_.rstrip(".") in words("actors", "titles"):
            return i + 1
    return start


def _is_portfolio(doc: Doc, end: int) -> bool:
    """Whether a capitalised title follows: “Defense Minister”."""
    after = doc[end] if end < len(doc) else None
    return after is not None and after.text[:1].isupper() and _is_title(after)


def _is_title(token: Token) -> bool:
    return token.lower_ in words("actors", "titles")


# Capitalised words


def _capitalised(doc: Doc, known: Iterable[_Place]) -> Iterator[_Place]:
    """Proper nouns with those before them, where the model saw part of a name or none."""
    spans = [(start, end) for start, end, _ in known]
    for token in doc:
        inner = token.dep_ in ("compound", "nmod") and token.head.pos_ == "PROPN"
        demonym = token.dep_ in ("amod", "compound", "nmod") and is_demonym(token.text)
        after = token.nbor() if token.i + 1 < len(doc) else token
        if demonym and (after.text[:1].islower() or _is_title(after)):
            yield token.i, token.i + 1, "GPE"
            continue
        if token.pos_ != "PROPN" or inner or not _is_name_word(token):
            continue
        start = token.i
        while start and _is_name_word(doc[start - 1]) and doc[start - 1].head.i <= token.i and (
            doc[start - 1].dep_ in ("compound", "nmod") and doc[start - 1].head.i >= start
        ):  # fmt: skip
            start -= 1
        start = _after_title(doc, start, token.i + 1)
        within = [(a, b) for a, b in spans if a < token.i + 1 and b > start]
        whole = all(start <= a and b <= token.i + 1 for a, b in within)
        if len(within) > 1 or not whole or (start == token.i and _is_common(token)):
            continue
        yield start, token.i + 1, _kind(doc, start, token.i + 1, "")


def _is_name_word(token: Token) -> bool:
    return (
        token.tag_ in ("NNP", "NNPS")
        and token.text[:1].isupper()
        and token.ent_type_ not in ("DATE", "TIME", "MONEY", "PERCENT", "EVENT", "LANGUAGE", "LAW")
        and token.text not in words("actors", "months_days")
    )


def _is_common(token: Token) -> bool:
    """Whether a capitalised word is a common noun or a title: “Minister to meet rebels”."""
    return _is_title(token) or any(
        form in words("actors", key)
        for form in (token.lemma_.lower(), token.lower_.removesuffix("s"))
        for key in ("per", "org", "gpe", "loc", "fac", "not_names")
    )


# Types


def _kind(doc: Doc, start: int, end: int, label: str) -> str:
    """The type of a name: by its words, by what stands around it, else as the model labels it."""
    if country_of(doc[start:end].text):
        return "GPE"
    last, head, before = doc[end - 1].lower_, doc[start:end].root, doc[start - 1] if start else None
    if last in words("actors", "org_names") | words("actors", "fac_names"):
        return _of_building(doc, start, end, "ORG")
    if label == "PER" and end - start > 1:
        return label
    if last in words("actors", "loc_names") or doc[start].lower_ in words("actors", "loc_names"):
        return "LOC" if end - start > 1 else label or "LOC"
    if last in words("actors", "gpe_names"):
        return "GPE"
    if _is_described_as_person(head, before):
        return "PER"
    governor = head.head
    if governor.lower_ == "of" and governor.head.lemma_.lower() in words("actors", "gpe"):
        return "GPE"
    if end - start > 1:
        return label or "PER"
    if label in ("", "PER", "ORG") and _is_like_a_place(doc[start], label):
        return "GPE"
    if not label and doc[start].text.isupper() and len(doc[start]) > 1:
        return "ORG"
    return label or "PER"


def _of_building(doc: Doc, start: int, end: int, kind: str) -> str:
    """A building named as a place is no body: “outside the [Mint Theatre]”."""
    last = doc[end - 1].lower_
    if last not in words("actors", "org_names"):
        kind = "FAC"
    beside = doc[start:end].root.head
    housed = last in words("actors", "housed") and beside.lower_ in _OUTSIDE
    return "FAC" if housed else kind


def _is_described_as_person(head: Token, before: Token | None) -> bool:
    """“Energy Minister [Ada Osei]”, “her lawyer, [Ada Osei],”."""
    person = words("actors", "per")
    if before is not None and before.head == head and before.dep_ in ("compound", "nmod"):
        return _is_title(before) or before.lemma_.lower() in person
    return head.dep_ == "appos" and head.head.tag_ == "NN" and head.head.lemma_.lower() in person


def _is_like_a_place(token: Token, label: str) -> bool:
    """Whether a word that could be anybody's name is one of a place."""
    if token.text in words("actors", "given_names") | words("actors", "female_names"):
        return False
    if token.text.endswith(_LANDS) or any(
        is_demonym(other.text) and other.text.startswith(token.text) for other in token.doc
    ):
        return True
    people = {e[-1].text for e in token.doc.ents if e.label_ == "PERSON" and len(e) > 1}
    if token.text in people or token.text.isupper():
        return False
    visited = token.dep_ == "dobj" and token.head.lemma_ in ("visit", "tour", "leave", "reach")
    return (token.dep_ == "pobj" and token.head.lower_ in _PLACED) or (label != "ORG" and visited)


# Inside and before names


def _inside(doc: Doc, names: Iterable[Found]) -> Iterator[Found]:
    """Countries inside the names of bodies: “[[Peruvian] Rail Board]”."""
    for name in names:
        if name.type not in ("ORG", "FAC"):
            continue
        at = name.start
        while at < name.end:
            last = name.end if at > name.start else name.end - 1
            stop = next((e for e in range(last, at, -1) if country_of(doc[at:e].text)), None)
            if stop is not None:
                yield Found(at, stop, doc[at:stop].root, "NAM", "GPE")
                at = stop
            else:
                at += 1


def _describe(name: Found) -> None:
    """Note the countries and nouns before a name: “Chilean president [Ada Osei]”."""
    doc, at, nouns, country = name.head.doc, name.start, [], ""
    while at > 0:
        before = doc[at - 1]
        here = country_of(before.text) or (at > 1 and country_of(doc[at - 2 : at].text)) or ""
        if here:
            country = here
            break
        lemma = before.lemma_.lower()
        is_noun = before.pos_ in ("NOUN", "PROPN") and before.sent == name.head.sent
        if not is_noun and before.tag_ not in ("JJ", "POS"):
            break
        if is_noun and (lemma in words("actors", "per") | words("actors", "org")):
            nouns.append(lemma)
        at -= 1
    name.descriptions.update((country, noun) for noun in nouns)
