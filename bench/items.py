"""Documents flattened to columns: a table per kind of item, a row per item.

Rows stand in a canonical order (document, place, labels), so that nothing computed from them
depends on the order of the input. A span is one integer: ``start << 31 | end`` if it is in one
piece, else a negative code that the `Vocabulary` explains.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .model import Document, Layer, Pieces, Span

Ints = npt.NDArray[np.int64]

NONE = -1
"""The code of what an item lacks: a cue, a level, a hopper."""
UNKNOWN = -2
"""The code of a source that the text does not name."""

TABLES: Mapping[str, tuple[Layer, tuple[str, ...]]] = {
    "mentions": ("actors", ("span", "start", "end", "type", "level", "actor")),
    "actors": ("actors", ("type",)),
    "triggers": ("events", ("span", "start", "end", "type", "realis", "polarity")),
    "arguments": ("events", ("span", "start", "end", "type", "role", "trigger")),
    "quotes": ("quotes", ("span", "start", "end", "kind", "cue", "source")),
}
"""The layer and the columns of each table."""


@dataclass(frozen=True)
class Table:
    """The items of one kind on one side: ``unit`` is the row of the document in the matrix."""

    unit: Ints
    columns: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.unit)

    def __getitem__(self, column: str) -> Ints:
        return self.columns[column]


class Vocabulary:
    """Codes for strings and for spans that do not fit in one integer; shared by both sides."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._odd: dict[Pieces | str, int] = {}
        self._pieces: dict[int, Pieces] = {}

    def code(self, label: str | None) -> int:
        """The code of a label; `NONE` for None."""
        return NONE if label is None else self._codes.setdefault(label, len(self._codes))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of their codes."""
        return tuple(self._codes)

    def span(self, span: Span | None, missing: int = NONE) -> int:
        """The code of a span; spans without offsets have one of their string, unlike any other."""
        if span is None:
            return missing
        pieces = span.pieces
        if len(pieces) == 1:
            return pieces[0][0] << 31 | pieces[0][1]
        key = pieces or span.text or ""
        code = self._odd.setdefault(key, UNKNOWN - 1 - len(self._odd))
        self._pieces[code] = pieces
        return code

    def pieces(self, code: int) -> Pieces:
        """The pieces of a coded span."""
        return self._pieces[code] if code < 0 else ((code >> 31, code & (1 << 31) - 1),)


def flatten(
    documents: Iterable[Document], units: Mapping[str, int], vocabulary: Vocabulary
) -> dict[str, Table]:
    """One table per kind of item; documents that are no unit are left out."""
    rows: dict[str, list[tuple[int, ...]]] = {name: [] for name in TABLES}
    chosen = (document for document in documents if document.id in units)
    for document in sorted(chosen, key=lambda document: units[document.id]):
        unit = units[document.id]
        _actors(document, unit, rows, vocabulary)
        for table, row in _others(document, vocabulary):
            rows[table].append((unit, *row))
    return {name: _table(rows[name], columns) for name, (_, columns) in TABLES.items()}


def _table(rows: Sequence[tuple[int, ...]], columns: Sequence[str]) -> Table:
    cells = np.array(rows, dtype=np.int64).reshape(len(rows), len(columns) + 1)
    by_name = {name: np.ascontiguousarray(cells[:, i + 1]) for i, name in enumerate(columns)}
    return Table(np.ascontiguousarray(cells[:, 0]), by_name)


def _place(span: Span) -> Any:
    return (span.pieces, span.text or "")


def _bounds(span: Span) -> tuple[int, int]:
    pieces = span.pieces
    return (pieces[0][0], pieces[-1][1]) if pieces else (NONE, NONE)


def _actors(
    document: Document,
    unit: int,
    rows: dict[str, list[tuple[int, ...]]],
    vocabulary: Vocabulary,
) -> None:
    mentions = []
    actors = sorted(
        document.actors or (),
        key=lambda actor: (sorted(map(_place, actor.mentions)), actor.type),
    )
    for actor in actors:
        number = len(rows["actors"])
        kind = vocabulary.code(actor.type)
        rows["actors"].append((unit, kind))
        for mention in actor.mentions:
            place = (_place(mention), actor.type, mention.level or "", number)
            level = vocabulary.code(mention.level)
            row = (vocabulary.span(mention), *_bounds(mention), kind, level, number)
            mentions.append((place, row))
    mentions.sort()
    rows["mentions"].extend((unit, *row) for _, row in mentions)


def _others(document: Document, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[int, ...]]]:
    code, span = vocabulary.code, vocabulary.span
    for event in sorted(
        document.events or (),
        key=lambda e: (_place(e.trigger), e.type, e.realis, e.polarity),
    ):
        kind, trigger = code(event.type), span(event.trigger)
        labels = (code(event.realis), code(event.polarity))
        yield "triggers", (trigger, *_bounds(event.trigger), kind, *labels)
        for argument in sorted(event.arguments, key=lambda a: (_place(a), a.role)):
            where = (span(argument), *_bounds(argument))
            yield "arguments", (*where, kind, code(argument.role), trigger)
    for quote in sorted(
        document.quotes or (),
        key=lambda q: (
            _place(q.content),
            _place(q.source) if q.source else (),
            _place(q.cue) if q.cue else (),
            q.kind,
        ),
    ):
        parts = (code(quote.kind), span(quote.cue), span(quote.source, UNKNOWN))
        yield "quotes", (span(quote.content), *_bounds(quote.content), *parts)
