"""Mentions of actors in a parsed text: names, common-noun phrases and pronouns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from bench.model import Level

from ..lexicon import buildings, countries, words

_NAMED = {"PERSON": "PER", "ORG": "ORG", "GPE": "GPE", "NORP": "GPE", "LOC": "LOC", "FAC": "FAC"}
_PLURAL = {"NNS", "NNPS"}
_BEFORE_A_NOUN = {"det", "poss", "amod", "nummod", "compound", "nmod", "predet", "quantmod"}
_NOT_REFERRING = {"attr", "oprd", "npadvmod", "compound", "nmod", "amod"}

FIRST_PERSON = {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"}
PLURAL_PRONOUNS = {"they", "them", "their", "theirs", "themselves", "both"}


@dataclass
class Found:
    """A mention as tokens: ``start`` to ``end``, and the token that heads it.

    Attributes:
        descriptions: What stands before a name, as (country, noun): of “Chilean minister Osei”.
    """

    start: int
    end: int
    head: Token
    level: Level
    type: str
    descriptions: set[tuple[str, str]] = field(default_factory=set)

    @property
    def span(self) -> Span:
        """The mention in its document."""
        return self.head.doc[self.start : self.end]

    @property
    def text(self) -> str:
        """Its surface."""
        return self.span.text


def find(doc: Doc) -> list[Found]:
    """All mentions, in the order of the text; outer ones before those inside them."""
    names = list(_names(doc))
    names += _overlooked(doc, names)
    inside = list(_names_inside(doc, names))
    named = {i for name in names for i in range(name.start, name.end)}
    nominals = list(_nominals(doc, names, named))
    pronouns = list(_pronouns(doc, named))
    for name in names:
        _describe(name)
    return sorted([*names, *inside, *nominals, *pronouns], key=lambda m: (m.start, -m.end))


def country_of(surface: str) -> str | None:
    """The country that a name, adjective, demonym or capital stands for."""
    surface = surface.replace("’", "'")
    shouted = surface.title() if surface.isupper() and len(surface) > 3 else surface
    found = countries().get(surface) or countries().get(shouted)
    return found.name if found else None


# Names


def _names(doc: Doc) -> Iterator[Found]:
    """Maximal names: those of word lists, and around them what the model recognises."""
    taken = [False] * len(doc)
    candidates = [*_listed(doc), *_recognised(doc)]
    # Longer ones first; at the same place a listed name before a recognised one.
    for start, end, kind in sorted(candidates, key=lambda c: (c[0] - c[1], c[0])):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            yield Found(start, end, doc[start:end].root, "NAM", kind)


def _overlooked(doc: Doc, names: Iterable[Found]) -> Iterator[Found]:
    """Surnames that the model knows elsewhere in the text, but not here: “the [Osei] plan”."""
    taken = {i for name in names for i in range(name.start, name.end)}
    surnames = {doc[name.end - 1].text for name in names if name.type == "PER"}
    for token in doc:
        if token.i not in taken and token.text in surnames and token.text[:1].isupper():
            yield Found(token.i, token.i + 1, token, "NAM", "PER")


def _listed(doc: Doc) -> Iterator[tuple[int, int, str]]:
    known: dict[str, str] = {
        **dict.fromkeys(countries(), "GPE"),
        **dict.fromkeys(buildings(), "ORG"),
        **dict.fromkeys(words("actors", "media"), "ORG"),
        **dict.fromkeys(words("actors", "organisations"), "ORG"),
    }
    for start in range(len(doc)):
        if not doc[start].text[:1].isupper():
            continue
        for end in range(min(start + 6, len(doc)), start, -1):
            kind = known.get(doc[start:end].text)
            if kind:
                yield from _extended(doc, start, end, kind)
                break


def _extended(doc: Doc, start: int, end: int, kind: str) -> Iterator[tuple[int, int, str]]:
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


def _recognised(doc: Doc) -> Iterator[tuple[int, int, str]]:
    for entity in doc.ents:
        kind = _NAMED.get(entity.label_)
        if kind is None:
            continue
        start, end = _trimmed(entity)
        if start >= end or not any(token.text[:1].isupper() for token in doc[start:end]):
            continue
        surface = doc[start:end].text
        if country_of(surface):
            kind = "GPE"
        elif entity.label_ == "NORP":
            if doc[end - 1].tag_ not in _PLURAL:
                continue  # the adjective of a people, a party or a faith
            kind = "PER"
        elif doc[end - 1].lower_ in words("actors", "org_names"):
            kind = "ORG"
        elif kind == "ORG" and _is_portfolio(doc, end):
            continue
        yield start, end, kind


def _is_portfolio(doc: Doc, end: int) -> bool:
    """Whether a capitalised title follows: “Defense Minister”."""
    after = doc[end] if end < len(doc) else None
    title = after is not None and after.lower_ in words("actors", "titles")
    return title and after is not None and after.text[:1].isupper()


def _trimmed(entity: Span) -> tuple[int, int]:
    """An entity without article, titles and possessive ending."""
    doc, start, end = entity.doc, entity.start, entity.end
    while end > start and (doc[end - 1].tag_ == "POS" or doc[end - 1].is_punct):
        end -= 1
    while start < end and (doc[start].tag_ == "DT" or doc[start].is_punct):
        start += 1
    if entity.label_ != "PERSON":
        return start, end
    # All up to the last title goes: “Chilean President Ada Osei”.
    for i in range(end - 2, start - 1, -1):
        if doc[i].lower_.rstrip(".") in words("actors", "titles"):
            return i + 1, end
    return start, end


def _names_inside(doc: Doc, names: Iterable[Found]) -> Iterator[Found]:
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
            at = stop or at + 1


def _describe(name: Found) -> None:
    """Note what stands directly before a name: “Chilean foreign minister [Ada Osei]”."""
    doc, at = name.head.doc, name.start
    nouns: list[str] = []
    country = ""
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


# Common-noun phrases


def _nominals(doc: Doc, names: Iterable[Found], named: set[int]) -> Iterator[Found]:
    begins = {name.start for name in names}
    for token in doc:
        kind = _kind_of_noun(token)
        if kind is None or token.i in named or not _refers(token, begins):
            continue
        start = _left_edge(token)
        if kind in ("LOC", "FAC") and doc[start].tag_ not in ("DT", "PRP$"):
            continue
        yield Found(start, token.i + 1, token, "NOM", kind)


def _kind_of_noun(token: Token) -> str | None:
    if token.tag_ not in ("NN", "NNS"):
        return None
    lemma = token.lemma_.lower()
    for kind in ("per", "org", "gpe", "loc", "fac"):
        if lemma in words("actors", kind):
            return kind.upper()
    return None


def _refers(token: Token, begins: set[int]) -> bool:
    """Whether a noun stands for somebody, and is not a title, a predicate or a kind."""
    if token.dep_ in _NOT_REFERRING or token.i + 1 in begins:
        return False
    after = token.nbor() if token.i + 1 < len(token.doc) else None
    if after is not None and after.pos_ in ("NOUN", "PROPN") and after.head.i >= token.i:
        return False  # “party system”
    if token.dep_ == "pobj" and token.head.lower_ in ("as", "like", "than"):
        return False
    if token.dep_ == "conj" and token.head.dep_ in ("attr", "oprd"):
        return False
    return not (token.dep_ == "appos" and token.nbor(-1).is_punct is False and token.n_lefts == 0)


def _left_edge(token: Token) -> int:
    """Where a noun phrase begins: determiners, possessors, adjectives and nouns before its head."""
    edge = token.i
    for child in token.lefts:
        if child.dep_ in (
            "det",
            "poss",
            "amod",
            "nummod",
            "compound",
            "nmod",
            "predet",
            "quantmod",
        ):
            edge = min(edge, child.left_edge.i)
    while edge < token.i and (token.doc[edge].is_punct or token.doc[edge].is_space):
        edge += 1
    return edge


# Pronouns


def _pronouns(doc: Doc, named: set[int]) -> Iterator[Found]:
    for token in doc:
        if token.i in named:
            continue
        word = token.lower_
        alone = word == "both" and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj")
        if (token.tag_ in ("PRP", "PRP$") and word != "you" and not _empty_it(token)) or alone:
            kind = "GPE" if word in ("it", "its", "itself") else "PER"
            yield Found(token.i, token.i + 1, token, "PRO", kind)


def _empty_it(token: Token) -> bool:
    """“It is strange that …”, “it rained”, and what is no subject: most often a thing."""
    if token.lower_ != "it":
        return False
    if token.dep_ not in ("nsubj", "nsubjpass"):
        return True
    clause = token.head
    if clause.lemma_ in ("rain", "snow"):
        return True
    if clause.lemma_ not in ("be", "seem", "appear", "take"):
        return False
    below = [*clause.rights, *(c for child in clause.rights for c in child.rights)]
    able = {"ready", "willing", "able", "likely", "unlikely", "eager", "prepared", "set", "due"}
    about = any(child.dep_ in ("ccomp", "xcomp", "csubj", "advcl", "acl") for child in below)
    return about and not any(child.lower_ in able for child in clause.rights)
