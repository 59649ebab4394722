"""Verbs whose type depends on what stands with them: “send help”, “leave the valley”."""

from collections.abc import Mapping

from spacy.tokens import Token

from ..lexicon import event_types, words
from .found import Found
from .syntax import is_passive, objects, objects_of, subject_of

_PLACES = {"GPE", "LOC", "FAC"}
_GIVING = {"give", "hand", "send", "ship"}
_LEAVING = {"leave", "quit", "vacate"}
_DRIVING = {"drive", "force", "push"}
_COMING = {"arrive", "attend", "talk", "travel"}
_FIGHTING = {"fight", "combat", "battle"}


def by_frame(verb: Token, kind: str | None, mentions: Mapping[int, Found]) -> str | None:
    """The type of a verb in its clause; None if it is no event there.

    Args:
        verb: The verb.
        kind: Its type in the lexicon, if it has one.
        mentions: The mention that each token heads.
    """
    lemma = verb.lemma_.lower()
    things = objects(verb)
    held = [mentions[thing.i] for thing in things if thing.i in mentions]
    if lemma in _GIVING and (kind is None or kind == "AID"):
        return "AID" if _gives(verb, things, mentions) else None
    if lemma in _LEAVING and _is_armed(verb) and any(m.type in _PLACES for m in held):
        return "RETREAT"
    if lemma in _DRIVING and any(m.type == "PER" for m in held) and _leads_from(verb):
        return "COERCE"
    if lemma == "block" and any(m.type in ("FAC", "LOC") for m in held):
        return "COERCE"
    if lemma == "withdraw" and any(
        thing.lemma_.lower() in words("actors", "proposals") for thing in things
    ):
        return "YIELD"
    if lemma in _COMING:
        subject, _ = subject_of(verb)
        return kind if subject is not None and subject.i in mentions else None
    if lemma in _FIGHTING and things and not held:
        acts = event_types("nouns")
        return (
            kind if any(acts.get(thing.lemma_.lower()) == "ASSAULT" for thing in things) else None
        )
    if lemma == "strike" and not things and not is_passive(verb) and verb.tag_ != "VBN":
        return "PROTEST"
    if lemma == "reopen" and not things and not any(c.dep_ == "nsubjpass" for c in verb.lefts):
        return None
    return kind


def _gives(verb: Token, things: list[Token], mentions: Mapping[int, Found]) -> bool:
    """Whether goods are given, or troops sent, to somebody."""
    receivers = [c for c in verb.rights if c.dep_ == "dative" and c.i in mentions]
    for child in verb.rights:
        if child.lower_ == "to":
            receivers += [target for target in objects_of(child) if target.i in mentions]
    passive = [child for child in verb.lefts if child.dep_ == "nsubjpass"]
    given = [*things, *passive]
    material = any(
        thing.lemma_.lower() in words("actors", "goods") or thing.ent_type_ == "MONEY"
        for thing in given
    )
    return material and bool(receivers or passive)


def _is_armed(verb: Token) -> bool:
    subject, _ = subject_of(verb)
    return subject is not None and subject.lemma_.lower() in words("actors", "armed")


def _leads_from(verb: Token) -> bool:
    return any(child.dep_ == "prep" and child.lower_ == "from" for child in verb.rights)
