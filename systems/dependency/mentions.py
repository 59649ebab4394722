"""Mentions of actors in a parsed text: names, common-noun phrases and pronouns."""

from collections.abc import Collection, Iterator

from spacy.tokens import Doc, Token

from . import names, nominals
from .found import Found

_THINGS = {"it", "its", "itself"}
_WEATHER = {"rain", "snow"}
_ABLE = {"ready", "willing", "able", "likely", "unlikely", "eager", "prepared", "set", "due"}
_CLAUSES = {"ccomp", "xcomp", "csubj", "advcl", "acl"}


def find(doc: Doc) -> list[Found]:
    """All mentions, in the order of the text; outer ones before those inside them."""
    named = names.find(doc)
    covered = {i for name in named for i in range(name.start, name.end)}
    found = [*named, *nominals.find(doc, named), *_pronouns(doc, covered)]
    return sorted(found, key=lambda m: (m.start, -m.end))


def _pronouns(doc: Doc, named: Collection[int]) -> Iterator[Found]:
    for token in doc:
        if token.i in named:
            continue
        word = token.lower_
        alone = word == "both" and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj")
        if (token.tag_ in ("PRP", "PRP$") and not _empty_it(token)) or alone:
            kind = "GPE" if word in _THINGS else "PER"
            yield Found(token.i, token.i + 1, token, "PRO", kind)


def _empty_it(token: Token) -> bool:
    """“It is strange that …”, “it rained”."""
    if token.lower_ != "it" or token.dep_ not in ("nsubj", "nsubjpass"):
        return False
    clause = token.head
    if clause.lemma_ in _WEATHER:
        return True
    if clause.dep_ != "relcl" and any(c.dep_ == "ccomp" for c in clause.rights) and (
        clause.tag_ == "VBN" and any(c.dep_ == "auxpass" for c in clause.children)
    ):  # fmt: skip
        return True  # “it was said that …”
    if clause.lemma_ not in ("be", "seem", "appear", "take"):
        return False
    below = [*clause.rights, *(c for child in clause.rights for c in child.rights)]
    about = any(child.dep_ in _CLAUSES for child in below)
    return about and not any(child.lower_ in _ABLE for child in clause.rights)
