"""What TextEE, OneIE and WikiEvents share: events and entities of tokens, in JSON.

A record is a window or a document with tokens, entity mentions, and events whose trigger and
arguments are given by tokens, end-exclusive.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec

from ..model import Actor, Argument, Document, Event, Level, Mention, Span
from .base import Ledger, lose_actors, lose_all, lose_layers, span
from .graph import with_text
from .tokens import Grid, Words

_LEVELS: Mapping[str, Level] = {
    **{level: level for level in get_args(Level)},
    "NAME": "NAM", "NOMINAL": "NOM", "PRONOUN": "PRO",
}  # fmt: skip


class Stretch(msgspec.Struct, omit_defaults=True):
    """Some tokens and what they read."""

    start: int
    end: int
    text: str | None = None
    offset_start: int | None = None
    offset_end: int | None = None
    sent_idx: int | None = None


class Filler(msgspec.Struct, omit_defaults=True):
    """An argument: tokens, or the id of an entity mention."""

    role: str
    start: int | None = None
    end: int | None = None
    text: str | None = None
    entity_id: str | None = None
    offset_start: int | None = None
    offset_end: int | None = None
    sent_idx: int | None = None


class Entity(msgspec.Struct, omit_defaults=True):
    """An entity mention."""

    start: int
    end: int
    entity_type: str
    id: str | None = None
    text: str | None = None
    mention_type: str | None = None
    sent_idx: int | None = None


class Mentioned(msgspec.Struct, omit_defaults=True):
    """An event mention."""

    event_type: str
    trigger: Stretch
    arguments: list[Filler] = []
    id: str | None = None


class Reader:
    """Puts the entities and events of one record together."""

    def __init__(self, grid: Grid, ledger: Ledger, where: str) -> None:
        self.grid = grid
        self.ledger = ledger
        self.where = where
        self.places: dict[str, tuple[int, int]] = {}

    def place(self, item: str, one: Any) -> tuple[int, int] | None:
        """Where some tokens stand: counted from the text's first, or from their sentence's."""
        where = f"{self.where}: {item} {one.text!r}"
        bounds = self.grid.sentences
        if one.sent_idx is not None and 0 <= one.sent_idx < len(bounds):
            first = bounds[one.sent_idx][0]
            trial = Ledger()
            whole = self.grid.between(item, one.start, one.end, one.text, trial, where)
            if whole is None and one.text is not None:
                own = self.grid.between(
                    item, first + one.start, first + one.end, one.text, trial, where
                )
                if own is not None:
                    return own
        place = self.grid.between(item, one.start, one.end, one.text, self.ledger, where)
        offsets = (
            (one.offset_start, one.offset_end) if hasattr(one, "offset_start") else (None,) * 2
        )
        if place is not None and None not in offsets and offsets != place:
            if self.grid.text[slice(*offsets)] == one.text:
                self.ledger.move(item, "its tokens are not where its offsets are", where)
                return offsets[0] or 0, offsets[1] or 0
            self.ledger.move(item, "found by its tokens, not at its offsets", where)
        return place

    def actors(
        self, entities: Sequence[Entity], clusters: Sequence[Sequence[str]] = ()
    ) -> Iterator[Actor]:
        """The actors: a mention each, or a cluster of their ids."""
        together = {key: i for i, cluster in enumerate(clusters) for key in cluster}
        groups: dict[Any, list[tuple[str, Mention]]] = {}
        for i, one in enumerate(entities):
            self.ledger.take("mentions")
            place = self.place("mentions", one)
            if place is None:
                continue
            if one.id is not None:
                self.places[one.id] = place
            level = _LEVELS.get((one.mention_type or "").upper())
            made = span(Mention, self.grid.text, (place,), level=level)
            key = together.get(one.id or "", f"alone {i}")
            groups.setdefault(key, []).append((one.entity_type, made))
        for members in groups.values():
            self.ledger.take("actors")
            kinds = {kind for kind, _ in members}
            if len(kinds) > 1:
                why = "an actor has several; the first is taken"
                self.ledger.lose("types", why, self.where, len(kinds) - 1)
            yield Actor(type=members[0][0], mentions=tuple(mention for _, mention in members))

    def events(
        self, events: Sequence[Mentioned], hoppers: Sequence[Sequence[str]] = ()
    ) -> Iterator[Event]:
        """The events, after the actors, whose places arguments may name."""
        together = {key: f"h{i}" for i, cluster in enumerate(hoppers) for key in cluster}
        for event in events:
            self.ledger.take("events")
            self.ledger.take("arguments", len(event.arguments))
            trigger = self.place("events", event.trigger)
            if trigger is None:
                why = "its event is lost"
                self.ledger.lose("arguments", why, self.where, len(event.arguments))
                continue
            arguments = []
            for one in event.arguments:
                place = self.filler(one)
                if place is not None:
                    arguments.append(span(Argument, self.grid.text, (place,), role=one.role))
            yield Event(
                type=event.event_type,
                trigger=span(Span, self.grid.text, (trigger,)),
                arguments=tuple(arguments),
                hopper=together.get(event.id or ""),
            )

    def filler(self, one: Filler) -> tuple[int, int] | None:
        """Where an argument stands."""
        if one.entity_id in self.places:
            return self.places[one.entity_id]
        if one.start is None or one.end is None:
            what = f"{self.where}: {one.role} {one.entity_id or one.text!r}"
            self.ledger.lose("arguments", "its entity is not there", what)
            return None
        return self.place("arguments", one)


def written(
    documents: Iterable[Document], ledger: Ledger
) -> Iterator[tuple[Document, Words, list[Entity], list[Mentioned]]]:
    """What documents have of entities and events, by tokens."""
    for document in with_text(documents, ledger):
        lose_layers(document, ("actors", "events"), ledger)
        lose_all(document, ("realis", "polarity", "hoppers"), "no place for it", ledger)
        lose_actors(document, ledger)
        words = Words(document, ledger)
        entities: list[Entity] = []
        ids: dict[Any, str] = {}
        for actor in document.actors or ():
            for mention in actor.mentions:
                place = words.covered("mentions", mention.pieces)
                if place is None:
                    ledger.lose("actors", "lost with its mention", document.id)
                    continue
                key = f"{document.id}-T{len(entities) + 1}"
                ids.setdefault(place, key)
                read = words.text[slice(*mention.pieces[0])]
                entities.append(Entity(*place, actor.type, key, read, mention.level))
        events = []
        for number, event in enumerate(document.events or (), 1):
            place = words.covered("events", event.trigger.pieces)
            if place is None:
                ledger.lose("arguments", "its event is lost", document.id, len(event.arguments))
                continue
            fillers = []
            for argument in event.arguments:
                at = words.covered("arguments", argument.pieces)
                if at is not None:
                    start, end = argument.pieces[0]
                    fillers.append(
                        Filler(argument.role, *at, words.text[start:end], ids.get(at), start, end)
                    )
            start, end = event.trigger.pieces[0]
            trigger = Stretch(*place, words.text[start:end], start, end)
            key = f"{document.id}-E{number}"
            events.append(Mentioned(event.type, trigger, fillers, key))
        yield document, words, entities, events
