"""Documents flattened to columns: a table per kind of item, a row per item.

A span is one integer: ``start << 31 | end`` if it is in one piece, else a negative code that the
`Vocabulary` explains. Labels are coded in the order in which they are met; whatever must not
depend on the order of the input compares the labels and not their codes (`Vocabulary.ranks`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .model import Document, Pieces, Span

Ints = npt.NDArray[np.int64]

NONE = -1
"""The code of what an item lacks: a cue, a level, a hopper."""
UNKNOWN = -2
"""The code of a source that the text does not name."""
LONGEST = 1 << 31
"""No text may have so many characters."""

Column = Ints | Callable[[], Ints]
"""A column, or what makes it when it is first asked for."""


class Table:
    """The items of one kind on one side.

    Args:
        unit: For each item the row of its document in the matrix.
        columns: What is known of the items, by name.
    """

    def __init__(self, unit: Ints, columns: Mapping[str, Column]) -> None:
        self.unit = unit
        self.columns = dict(columns)

    def __len__(self) -> int:
        return len(self.unit)

    def __getitem__(self, name: str) -> Ints:
        column = self.columns[name]
        if callable(column):
            self.columns[name] = column = column()
        return column

    def take(self, rows: Ints) -> "Table":
        """Some of the rows, in the order given."""
        return Table(self.unit[rows], {name: self._taker(name, rows) for name in self.columns})

    def having(self, columns: Mapping[str, Column]) -> "Table":
        """The same rows with some more columns, or with others of the same name."""
        own = {name: partial(self.__getitem__, name) for name in self.columns}
        return Table(self.unit, {**own, **columns})

    def _taker(self, name: str, rows: Ints) -> Callable[[], Ints]:
        return lambda: self[name][rows]


class _Codes(dict[str | None, int]):
    """Numbers labels as they are met."""

    def __missing__(self, label: str) -> int:
        self[label] = code = len(self) - 1
        return code


class Vocabulary:
    """Codes for strings and for spans that do not fit in one integer; shared by both sides."""

    def __init__(self) -> None:
        self._codes = _Codes({None: NONE})
        self._odd: dict[Pieces | str, int] = {}
        self._what: dict[int, Pieces | str] = {}
        self._ranks: Ints = np.full(1, -1)

    def codes(self, labels: Sequence[str | None]) -> Ints:
        """The codes of some labels; `NONE` for None."""
        if labels and labels.count(labels[0]) == len(labels):
            return np.full(len(labels), self._codes[labels[0]])
        return np.fromiter(map(self._codes.__getitem__, labels), np.int64, len(labels))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of their codes."""
        return tuple(label for label in self._codes if label is not None)

    def ranks(self, codes: Ints) -> Ints:
        """For each code, the place of its label in the alphabet; -1 for `NONE`."""
        if len(self._ranks) != len(self._codes):
            order = {label: rank for rank, label in enumerate(sorted(self.labels))}
            self._ranks = np.array([*(order[label] for label in self.labels), -1], dtype=np.int64)
        return self._ranks[codes]

    def spans(self, placed: "Placed") -> dict[str, Ints]:
        """The columns ``span``, ``start`` and ``end``; spans without offsets have none.

        The code of a span without offsets is that of its string, unlike any other.
        """
        start, end = placed.start, placed.end
        span = start << 31 | end
        for i in placed.odd:
            where = placed.spans[i].pieces
            if where:
                start[i], end[i] = where[0][0], where[-1][1]
            else:
                start[i] = end[i] = NONE
            span[i] = self._code(placed.spans[i])
        return {"span": span, "start": start, "end": end}

    def _code(self, span: Span) -> int:
        pieces = span.pieces
        if len(pieces) == 1:
            return pieces[0][0] << 31 | pieces[0][1]
        what = pieces or span.text or ""
        code = self._odd.setdefault(what, UNKNOWN - 1 - len(self._odd))
        self._what[code] = what
        return code

    def lasting(self, codes: Ints) -> npt.NDArray[np.uint64]:
        """Codes of spans as numbers that do not depend on which span was met first."""
        found = codes.astype(np.uint64)
        for i in np.flatnonzero(codes < UNKNOWN).tolist():
            what = repr(self._what[int(codes[i])]).encode()
            found[i] = int.from_bytes(sha256(what).digest()[:8], "little")
        return found

    def string_code(self, string: str) -> int:
        """The code of a string, unlike that of any span with offsets."""
        return self._code(Span(text=string))

    def string(self, code: int) -> str:
        """The string of a span without offsets."""
        what = self._what.get(code, "")
        return what if isinstance(what, str) else ""

    def pieces(self, code: int) -> Pieces:
        """The pieces of a coded span; none for one without offsets or a missing one."""
        if code >= 0:
            return ((code >> 31, code & (1 << 31) - 1),)
        what = self._what.get(code, ())
        return () if isinstance(what, str) else what


class Placed(NamedTuple):
    """Some spans of several documents.

    Attributes:
        spans: The spans.
        unit: The number of the document of each.
        start: Its first character; `NONE` where only the string is known.
        end: One past its last one.
        odd: Those that are not in one piece.
    """

    spans: Sequence[Span]
    unit: Ints
    start: Ints
    end: Ints
    odd: Sequence[int]


class Flat(NamedTuple):
    """Documents as columns.

    Attributes:
        tables: A table for each kind of item, by name.
        placed: Every span that any of them has.
    """

    tables: dict[str, Table]
    placed: list[Placed]


def flatten(documents: Sequence[Document | None], vocabulary: Vocabulary) -> Flat:
    """One table per kind of item; the unit of an item is the place of its document.

    ``mentions``: span, start, end, type, level and the row of its actor; ``actors``: type;
    ``triggers``: span, start, end, type, realis, polarity, hopper; ``arguments``: span, start, end,
    type, role, realis, the span of its trigger and the row of its event; ``quotes``: span, start,
    end, kind, and the spans of cue and source.
    """
    units = [i for i, document in enumerate(documents) if document is not None]
    there = [documents[i] for i in units]
    rows = np.array(units, dtype=np.int64)
    flat = Flat({}, [])
    for layer, build in (("actors", _actors), ("events", _events), ("quotes", _quotes)):
        items, unit = _spread([getattr(document, layer) or () for document in there], rows)
        build(items, unit, vocabulary, flat)
    return flat


def _spread(groups: Sequence[Sequence[Any]], over: Ints) -> tuple[list[Any], Ints]:
    """All members of some groups, and for each what ``over`` holds for its group."""
    if not any(groups):
        return [], over[:0]
    lengths = np.fromiter(map(len, groups), np.int64, len(groups))
    return list(chain.from_iterable(groups)), np.repeat(over, lengths)


def _place(spans: Sequence[Any], unit: Ints, flat: Flat) -> Placed:
    """The bounds of some spans, as they are given."""
    try:
        start = np.array([span.start for span in spans], dtype=np.int64)
        end = np.array([span.end for span in spans], dtype=np.int64)
        odd = there([span.fragments for span in spans])
    except (TypeError, OverflowError):  # only the string is known, or no text is so long
        bounds = [(span.start, span.end) for span in spans]
        odd = [i for i, one in enumerate(spans) if one.fragments or None in bounds[i]]
        known = [
            (NONE, NONE) if None in both else tuple(min(max(at, NONE), LONGEST) for at in both)
            for both in bounds
        ]
        start, end = np.array(known, dtype=np.int64).reshape(-1, 2).T
    flat.placed.append(Placed(spans, unit, start, end, odd))
    return flat.placed[-1]


def there(values: Sequence[Any]) -> list[int]:
    """The places of those that hold something."""
    return [i for i, value in enumerate(values) if value] if any(values) else []


def _actors(actors: Sequence[Any], unit: Ints, vocabulary: Vocabulary, flat: Flat) -> None:
    mentions, number = _spread([actor.mentions for actor in actors], np.arange(len(actors)))
    placed = _place(mentions, unit[number], flat)
    made = Table(unit, {"type": lambda: vocabulary.codes([actor.type for actor in actors])})
    flat.tables["actors"] = made
    flat.tables["mentions"] = Table(
        unit[number],
        {
            **vocabulary.spans(placed),
            "type": lambda: made["type"][number],
            "level": lambda: vocabulary.codes([one.level for one in mentions]),
            "actor": number,
        },
    )


def _events(events: Sequence[Any], unit: Ints, vocabulary: Vocabulary, flat: Flat) -> None:
    def hopper() -> Ints:
        codes = vocabulary.codes([event.hopper for event in events])
        # An event of no hopper is one of its own.
        return np.where(codes == NONE, UNKNOWN - np.arange(len(events)), codes)

    flat.tables["triggers"] = made = Table(
        unit,
        {
            **vocabulary.spans(_place([event.trigger for event in events], unit, flat)),
            "type": lambda: vocabulary.codes([event.type for event in events]),
            "realis": lambda: vocabulary.codes([event.realis for event in events]),
            "polarity": lambda: vocabulary.codes([event.polarity for event in events]),
            "hopper": hopper,
        },
    )
    arguments, number = _spread([event.arguments for event in events], np.arange(len(events)))
    flat.tables["arguments"] = Table(
        unit[number],
        {
            **vocabulary.spans(_place(arguments, unit[number], flat)),
            "type": lambda: made["type"][number],
            "realis": lambda: made["realis"][number],
            "role": lambda: vocabulary.codes([one.role for one in arguments]),
            "trigger": lambda: made["span"][number],
            "event": number,
        },
    )


def _quotes(quotes: Sequence[Any], unit: Ints, vocabulary: Vocabulary, flat: Flat) -> None:
    def part(name: str, missing: int) -> Callable[[], Ints]:
        spans = list(map(attrgetter(name), quotes))
        rows = np.array([i for i, span in enumerate(spans) if span is not None], dtype=np.int64)
        placed = _place([span for span in spans if span is not None], unit[rows], flat)

        def column() -> Ints:
            codes = np.full(len(quotes), missing)
            codes[rows] = vocabulary.spans(placed)["span"]
            return codes

        return column

    flat.tables["quotes"] = Table(
        unit,
        {
            **vocabulary.spans(_place([quote.content for quote in quotes], unit, flat)),
            "kind": lambda: vocabulary.codes([quote.kind for quote in quotes]),
            "cue": part("cue", NONE),
            "source": part("source", UNKNOWN),
        },
    )
