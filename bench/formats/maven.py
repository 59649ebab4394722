"""MAVEN's JSON Lines: event mentions by token of a sentence; those of one event are a hopper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document, Event, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample, span
from .tokens import Grid, found


class Sentence(msgspec.Struct):
    """A sentence and its tokens."""

    sentence: str
    tokens: list[str]


class Mention(msgspec.Struct):
    """A mention of an event, by the tokens of its sentence."""

    trigger_word: str
    sent_id: int
    offset: tuple[int, int]


class Kind(msgspec.Struct):
    """An event and its mentions."""

    type: str
    mention: list[Mention]
    id: str | None = None


class Line(msgspec.Struct):
    """A document; that of the test set has ``candidates`` and no events."""

    id: str
    title: str
    content: list[Sentence]
    events: list[Kind] | None = None
    negative_triggers: list[Any] = []
    candidates: list[Any] = []


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("title", "content", "id")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, line in packed.records(path, Line, ledger, refuse):
        ledger.take("documents")
        grid = _grid(line)
        ledger.drop("negative triggers", "no event", where, len(line.negative_triggers))
        ledger.drop("candidates", "not labelled", where, len(line.candidates))
        events = tuple(_events(line, grid, ledger, where))
        document = Document(
            id=line.id,
            text=grid.text,
            events=None if line.events is None else events,
            meta={**grid.meta, "title": line.title},
        )
        yield packed.located(document, path, where)


def _grid(line: Line) -> Grid:
    """The sentences, a line each, and their tokens in them."""
    places: list[tuple[int, int] | None] = []
    bounds, at = [], 0
    for one in line.content:
        own = found(one.sentence, [one.tokens]).places
        bounds.append((len(places), len(places) + len(own)))
        places += [None if place is None else (place[0] + at, place[1] + at) for place in own]
        at += len(one.sentence) + 1
    return Grid("\n".join(one.sentence for one in line.content), places, bounds)


def _events(line: Line, grid: Grid, ledger: Ledger, where: str) -> Iterator[Event]:
    for i, event in enumerate(line.events or ()):
        ledger.take("events", len(event.mention))
        for one in event.mention:
            at = f"{where}: {event.type} {one.trigger_word!r}"
            if not 0 <= one.sent_id < len(grid.sentences):
                ledger.lose("events", "in a sentence that there is not", at)
                continue
            first, last = grid.sentences[one.sent_id]
            start, end = (first + offset for offset in one.offset)
            if end > last:
                ledger.lose("events", "over the end of its sentence", at)
                continue
            place = grid.between("events", start, end, one.trigger_word, ledger, at)
            if place is not None:
                yield Event(
                    type=event.type,
                    trigger=span(Span, grid.text, (place,)),
                    hopper=(event.id or f"h{i}") if len(event.mention) > 1 else None,
                )


FORMAT = Format(
    name="maven",
    explains="MAVEN JSON Lines: event mentions and their coreference",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
