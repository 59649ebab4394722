"""MAVEN-Arg's JSON Lines: events and entities of a document, by character.

Arguments are those of an event, not of a mention: they go with its first. An argument that is an
entity is filled by the mention nearest to that trigger.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..model import Actor, Argument, Document, Event, Span
from ..model import Mention as ActorMention
from . import packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, span

Place = tuple[int, int]


class Mention(msgspec.Struct):
    """A mention of an event or an entity."""

    offset: Place
    trigger_word: str | None = None
    mention: str | None = None


class Filler(msgspec.Struct):
    """An argument: a string at a place, or an entity."""

    content: str | None = None
    offset: Place | None = None
    entity_id: str | None = None


class Kind(msgspec.Struct):
    """An event."""

    type: str
    mention: list[Mention]
    id: str | None = None
    argument: dict[str, list[Filler]] = {}


class Entity(msgspec.Struct):
    """An entity."""

    id: str
    type: str
    mention: list[Mention]


class Line(msgspec.Struct):
    """A document."""

    id: str
    document: str
    title: str = ""
    events: list[Kind] | None = None
    entities: list[Entity] | None = None
    negative_triggers: list[Any] = []


def _recognises(sample: Sample) -> bool:
    return (
        not sample.is_dir
        and sample.has("id", "document")
        and (sample.has("events") or sample.has("entities"))
    )


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, line in packed.records(path, Line, ledger, refuse):
        ledger.take("documents")
        anchor = Anchor(line.document, ledger)
        ledger.drop("negative triggers", "no event", where, len(line.negative_triggers))
        entities: dict[str, list[Place]] = {}
        actors = tuple(_actors(line, anchor, entities, ledger, where))
        events = tuple(_events(line, anchor, entities, ledger, where))
        document = Document(
            id=line.id,
            text=line.document,
            actors=None if line.entities is None else actors,
            events=None if line.events is None else events,
            meta={"title": line.title},
        )
        yield packed.located(document, path, where)


def _actors(
    line: Line, anchor: Anchor, entities: dict[str, list[Place]], ledger: Ledger, where: str
) -> Iterator[Actor]:
    for entity in line.entities or ():
        ledger.take("actors")
        ledger.take("mentions", len(entity.mention))
        at = f"{where}: entity {entity.id}"
        found = [anchor.place("mentions", *one.offset, one.mention, at) for one in entity.mention]
        places = [place for place in found if place is not None]
        if not places:
            ledger.lose("actors", "none of its mentions is in the text", at)
            continue
        entities[entity.id] = places
        mentions = tuple(span(ActorMention, anchor.text, (place,)) for place in places)
        yield Actor(type=entity.type, mentions=mentions)


def _events(
    line: Line,
    anchor: Anchor,
    entities: Mapping[str, Sequence[Place]],
    ledger: Ledger,
    where: str,
) -> Iterator[Event]:
    for i, event in enumerate(line.events or ()):
        fillers = [(role, one) for role, given in event.argument.items() for one in given]
        ledger.take("events", len(event.mention))
        ledger.take("arguments", len(fillers))
        at = f"{where}: {event.type} event {event.id or i}"
        found = [anchor.place("events", *one.offset, one.trigger_word, at) for one in event.mention]
        places = [place for place in found if place is not None]
        if not places:
            ledger.lose("arguments", "its event is lost", at, len(fillers))
        hopper = (event.id or f"h{i}") if len(event.mention) > 1 else None
        for j, place in enumerate(places):
            arguments: list[Any] = []
            for role, one in fillers if j == 0 else ():
                filler = _filler(one, place, anchor, entities, ledger, f"{at}: {role}")
                if filler is not None:
                    arguments.append(span(Argument, anchor.text, (filler,), role=role))
            yield Event(
                type=event.type,
                trigger=span(Span, anchor.text, (place,)),
                arguments=tuple(arguments),
                hopper=hopper,
            )


def _filler(
    one: Filler,
    trigger: Place,
    anchor: Anchor,
    entities: Mapping[str, Sequence[Place]],
    ledger: Ledger,
    where: str,
) -> Place | None:
    if one.entity_id is not None:
        places = entities.get(one.entity_id, ())
        if not places:
            ledger.lose("arguments", "its entity is not there", where)
            return None
        return min(places, key=lambda place: (abs(place[0] - trigger[0]), place))
    if one.offset is None:
        ledger.lose("arguments", "neither a place nor an entity", where)
        return None
    return anchor.place("arguments", *one.offset, one.content, where)


FORMAT = Format(
    name="maven-arg",
    explains="MAVEN-Arg JSON Lines: events, arguments and entities by character",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
)
