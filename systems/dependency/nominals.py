"""Common-noun phrases that stand for an actor."""

from collections.abc import Collection, Iterator

from spacy.tokens import Doc, Token

from ..lexicon import event_types, words
from .found import Found, country_of
from .syntax import SUBJECTS

_BEFORE_A_NOUN = {"det", "poss", "amod", "nummod", "compound", "nmod", "predet", "quantmod"}
_NOT_REFERRING = {"attr", "oprd", "npadvmod", "compound", "nmod", "amod"}
_PARTNERS = {"ally", "neighbor", "neighbour", "partner", "rival"}
"""Nouns that are countries where a country has them: “Peru's neighbours”."""
_CAUGHT = {"captive", "hostage", "prisoner"}
_SPATIAL = {"outside", "inside", "near", "behind", "around", "into"}
_DEEDS = {"ASSAULT", "PROTEST", "COERCE", "MOBILIZE"}
"""Types of acts that a noun names together with who does it: “police raid”."""


def find(doc: Doc, names: Collection[Found]) -> Iterator[Found]:
    """All noun phrases of persons, bodies and places.

    Args:
        doc: The parsed text.
        names: The names in it.
    """
    begins = {name.start for name in names}
    named = {i for name in names for i in range(name.start, name.end)}
    for token in doc:
        if token.i in named:
            continue
        kind = _kind(token)
        if kind is None or not (_refers(token, begins) or _does(token)):
            continue
        start = _left_edge(token)
        definite = doc[start].tag_ in ("DT", "PRP$") or doc[start].i in named
        if kind in ("LOC", "FAC") and not definite and not _does(token):
            continue
        yield Found(start, _right_edge(token, start), token, "NOM", kind)


def _kind(token: Token) -> str | None:
    lemma = token.lemma_.lower()
    if token.tag_ in ("NNP", "NNPS") and token.text[1:].islower() and token.i == token.sent.start:
        lemma = token.lower_.removesuffix("s") if token.tag_ == "NNPS" else token.lower_
    elif token.tag_ not in ("NN", "NNS"):
        return "PER" if _counts_people(token) else None
    if lemma in words("actors", "craft") and token.dep_ in SUBJECTS:
        return "ORG" if token.head.lemma_ in event_types("verbs") else None
    if lemma in words("actors", "housed") and _is_place(token):
        return "FAC"
    if lemma in _PARTNERS and any(_is_country(child) for child in token.lefts):
        return "GPE"
    for kind in ("per", "org", "gpe", "loc", "fac"):
        if lemma in words("actors", kind) or token.lower_ in words("actors", kind):
            return kind.upper()
    return "PER" if _counts_people(token) else None


def _counts_people(token: Token) -> bool:
    """“[Thousands] marched”, “[Twelve] killed in raid”."""
    if any(child.dep_ in ("prep", "nummod", "det", "amod") for child in token.children):
        return False
    number = token.tag_ == "CD" or token.lower_ in ("dozens", "hundreds", "scores", "thousands")
    acts = token.dep_ in SUBJECTS and token.head.lemma_.lower() in event_types("verbs")
    act = next((c for c in token.rights if c.dep_ == "acl" and c.tag_ == "VBN"), None)
    undergoes = act is not None and act.lemma_.lower() in event_types("verbs")
    return number and token.ent_type_ in ("", "CARDINAL") and (acts or undergoes)


def _is_country(owner: Token) -> bool:
    return owner.dep_ == "poss" and (owner.lower_ == "its" or country_of(owner.text) is not None)


def _is_place(token: Token) -> bool:
    """Whether the house is meant and not the body in it: “marched to the office”."""
    governor = token.head
    if token.dep_ != "pobj":
        return False
    moves = governor.lower_ == "to" and governor.head.lemma_ in words("speech", "motion")
    return moves or governor.lower_ in _SPATIAL


def _refers(token: Token, begins: Collection[int]) -> bool:
    """Whether a noun stands for somebody, and is not a title, a predicate or a kind."""
    if token.dep_ in _NOT_REFERRING or token.i + 1 in begins:
        return False
    after = token.nbor() if token.i + 1 < len(token.doc) else None
    if after is not None and after.pos_ in ("NOUN", "PROPN") and after.head.i >= token.i:
        return False  # “party system”
    if token.dep_ == "pobj" and token.head.lower_ in ("as", "like", "than"):
        return False
    if token.lemma_ in _CAUGHT and token.tag_ == "NN" and not list(token.children):
        return False  # “held hostage”
    if token.dep_ == "poss" and not any(child.dep_ in _BEFORE_A_NOUN for child in token.lefts):
        return False  # “women's hospital”
    if token.dep_ == "conj" and token.head.dep_ in ("attr", "oprd"):
        return False
    place = after is not None and after.lower_ == "of" and token.lemma_ in words("actors", "gpe")
    if place and any(child.i in begins for child in token.doc[token.i + 1].rights):
        return False  # “the town of Arica”
    return not (token.dep_ == "appos" and token.nbor(-1).is_punct is False and token.n_lefts == 0)


def _does(token: Token) -> bool:
    """Whether a noun before a noun of violence or force does or undergoes it: “police raid”."""
    act = token.head
    return (
        token.dep_ in ("compound", "nmod", "amod")
        and act.tag_ in ("NN", "NNS")
        and token.i + 1 == act.i
        and event_types("nouns").get(act.lemma_.lower()) in _DEEDS
        and act.dep_ not in ("compound", "nmod")
        and token.lemma_.lower() not in words("actors", "loc")
    )


def _left_edge(token: Token) -> int:
    """Where a noun phrase begins: determiners, possessors, adjectives and nouns before its head."""
    edge = token.i
    for child in token.lefts:
        if child.dep_ in _BEFORE_A_NOUN:
            edge = min(edge, child.left_edge.i)
    while edge < token.i and (token.doc[edge].is_punct or token.doc[edge].is_space):
        edge += 1
    return edge


def _right_edge(token: Token, start: int) -> int:
    """Behind the head, and behind a quotation mark that was opened before it."""
    doc, end = token.doc, token.i + 1
    opened = any(t.text in "\"'«„" and t.tag_ != "POS" for t in doc[start:end])
    return end + 1 if opened and end < len(doc) and doc[end].text in "\"'»" else end
