"""MUC-4 as GRIT has it: JSON Lines of texts with the entities that fill roles.

A line has ``docid``, ``doctext`` and ``extracts``: for each role its entities, each a list of
``[mention, offset]``. An entity is an actor of all its mentions, equal entities of several roles
are one, and the one event of a document, which has no trigger and no type, has an argument for
each entity and role: a mention that no actor before has, where there is one. The trigger is the
first sentence of the text, as `docee` takes it, so only arguments can be compared; a document
without an entity has no event. So the profile ``ceaf-ree`` finds the same entities as GRIT's
scorer. A mention without an offset (GRIT's predictions are strings) is the first of its string,
and one that the text does not read a string without a place.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from ..model import Actor, Argument, Document, Event, Mention, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample, span
from .docee import first_sentence

Entity = tuple[Mention, ...]
_TYPE, _ENTITY = "INCIDENT", "ENTITY"


class Placed(msgspec.Struct, array_like=True):
    """A string and where it begins."""

    text: str
    offset: int | None = None


class Line(msgspec.Struct):
    """A document: each role has entities, an entity mentions, a mention a string and an offset."""

    docid: str
    doctext: str
    extracts: dict[str, list[list[str | Placed]]]


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("docid", "doctext", "extracts")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, line in packed.records(path, Line, ledger, refuse):
        ledger.take("documents")
        yield packed.located(_document(line, ledger, where), path, where)


def _document(line: Line, ledger: Ledger, where: str) -> Document:
    text = line.doctext
    fillers: list[tuple[str, Entity]] = []
    for role, given in line.extracts.items():
        for mentions in given:
            if mentions:
                entity = _entity(mentions, text, ledger, f"{where}: {role}")
                fillers.append((role, entity))
            else:
                ledger.drop("entities", "without a mention", f"{where}: {role}")
    entities = dict.fromkeys(entity for _, entity in fillers)
    ledger.take("actors", len(entities))
    ledger.take("mentions", sum(map(len, entities)))
    ledger.take("events", int(bool(fillers)))
    ledger.take("arguments", len(fillers))
    holders: dict[Mention, Entity] = {}
    for entity in entities:
        for mention in entity:
            holders.setdefault(mention, entity)
    arguments = []
    for role, entity in fillers:
        own = next((mention for mention in entity if holders[mention] == entity), None)
        if own is None:
            ledger.lose("fillers", "all mentions are another actor's too", f"{where}: {role}")
        one = own or entity[0]
        arguments.append(Argument(role=role, start=one.start, end=one.end, text=one.text))
    actors = tuple(Actor(type=_ENTITY, mentions=entity) for entity in entities)
    document = Document(id=line.docid, text=text, actors=actors, events=())
    if not fillers:
        return document
    trigger = span(Span, text, (first_sentence(text),))
    event = Event(type=_TYPE, trigger=trigger, arguments=tuple(arguments))
    return msgspec.structs.replace(document, events=(event,))


def _entity(given: Sequence[str | Placed], text: str, ledger: Ledger, where: str) -> Entity:
    """The mentions of an entity, each once; what the text does not read has no place."""
    found: dict[Mention, None] = {}
    for one in given:
        placed = Placed(one) if isinstance(one, str) else one
        surface, offset = placed.text, placed.offset
        start = _start(surface, offset, text) if surface.strip() else None
        at = f"{where}: {surface[:60]!r} at {offset}"
        if start is None:
            ledger.move("mentions", "without a place: the text does not read so", at)
            mention = Mention(text=surface)
        else:
            if offset is not None and start != offset:
                ledger.move("mentions", "not at its offset", at)
            mention = Mention(start=start, end=start + len(surface), text=surface)
        if mention in found:
            ledger.drop("mentions", "twice in an entity", at)
        found[mention] = None
    return tuple(found)


def _start(surface: str, offset: int | None, text: str) -> int | None:
    """Where a string stands: at its offset, else where it is nearest to that, else first."""
    if offset is not None and offset >= 0 and text.startswith(surface, offset):
        return offset
    before = text.rfind(surface, 0, max(offset or 0, 0) + len(surface))
    after = text.find(surface, max(offset or 0, 0))
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: abs(place - (offset or 0)), default=None)


FORMAT = Format(
    name="muc4",
    explains="MUC-4 in GRIT's form: entities that fill roles, as one event a document",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
)
