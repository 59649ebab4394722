"""Documents flattened to columns: a table per kind of item, a row per item.

A span is one integer: ``start << 31 | end`` if it is in one piece, else a negative code that the
`Vocabulary` explains. Labels are coded in the order in which they are met; whatever must not
depend on the order of the input compares the labels and not their codes (`Vocabulary.ranks`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any
from zlib import crc32

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
    "triggers": ("events", ("span", "start", "end", "type", "realis", "polarity", "hopper")),
    "arguments": ("events", ("span", "start", "end", "type", "role", "trigger")),
    "quotes": ("quotes", ("span", "start", "end", "kind", "cue", "source")),
}
"""The layer and the columns of each table."""


def bounds(spans: Sequence[Any]) -> tuple[Ints, Ints]:
    """The starts and the ends of some spans.

    Raises:
        TypeError: One has no offsets.
        AttributeError: One is None.
    """
    start, end = (map(attrgetter(name), spans) for name in ("start", "end"))
    return np.fromiter(start, np.int64, len(spans)), np.fromiter(end, np.int64, len(spans))


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

    def _taker(self, name: str, rows: Ints) -> Callable[[], Ints]:
        return lambda: self[name][rows]


class Vocabulary:
    """Codes for strings and for spans that do not fit in one integer; shared by both sides."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._odd: dict[Pieces | str, int] = {}
        self._pieces: dict[int, Pieces] = {}
        self._ranks: Ints = np.full(1, -1)

    def codes(self, items: Sequence[Any], attribute: str) -> Ints:
        """The codes of a label of some items; `NONE` for None."""
        labels = list(map(attrgetter(attribute), items))
        known: dict[str | None, int] = {None: NONE}
        for label in dict.fromkeys(labels):
            if label is not None:
                known[label] = self._codes.setdefault(label, len(self._codes))
        return np.fromiter(map(known.__getitem__, labels), np.int64, len(labels))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of their codes."""
        return tuple(self._codes)

    def ranks(self, codes: Ints) -> Ints:
        """For each code, the place of its label in the alphabet; -1 for `NONE`."""
        if len(self._ranks) != len(self._codes) + 1:
            order = {label: rank for rank, label in enumerate(sorted(self._codes))}
            self._ranks = np.array([*(order[label] for label in self._codes), -1], dtype=np.int64)
        return self._ranks[codes]

    def spans(self, spans: Sequence[Span | None], missing: int = NONE) -> dict[str, Ints]:
        """The columns ``span``, ``start`` and ``end``; spans without offsets have none.

        The code of a span without offsets is that of its string, unlike any other.
        """
        try:
            start, end = bounds(spans)
            span = start << 31 | end
            pieces = list(map(attrgetter("fragments"), spans))
            odd = [i for i, some in enumerate(pieces) if some] if any(pieces) else []
        except (AttributeError, TypeError):  # one is missing, or has no offsets
            start, end, span = (np.full(len(spans), NONE) for _ in range(3))
            odd = list(range(len(spans)))
        for i in odd:
            one = spans[i]
            where = one.pieces if one is not None else ()
            if where:
                start[i], end[i] = where[0][0], where[-1][1]
            span[i] = missing if one is None else self._code(one)
        return {"span": span, "start": start, "end": end}

    def _code(self, span: Span) -> int:
        pieces = span.pieces
        if len(pieces) == 1:
            return pieces[0][0] << 31 | pieces[0][1]
        code = self._odd.setdefault(pieces or span.text or "", UNKNOWN - 1 - len(self._odd))
        self._pieces[code] = pieces
        return code

    def lasting(self, codes: Ints) -> npt.NDArray[np.uint64]:
        """Codes of spans as numbers that do not depend on which span was met first."""
        found = codes.astype(np.uint64)
        for i in np.flatnonzero(codes < 0).tolist():
            code = int(codes[i])
            found[i] = crc32(repr(self.pieces(code) or self.string(code)).encode())
        return found

    def string_code(self, string: str) -> int:
        """The code of a string, unlike that of any span with offsets."""
        return self._code(Span(text=string))

    def string(self, code: int) -> str:
        """The string of a span without offsets."""
        return next((str(key) for key, known in self._odd.items() if known == code), "")

    def pieces(self, code: int) -> Pieces:
        """The pieces of a coded span; none for one without offsets or a missing one."""
        return self._pieces.get(code, ()) if code < 0 else ((code >> 31, code & (1 << 31) - 1),)


def flatten(
    documents: Iterable[Document],
    units: Mapping[str, int],
    vocabulary: Vocabulary,
    tables: Collection[str] = tuple(TABLES),
) -> dict[str, Table]:
    """One table per kind of item; documents that are no unit are left out, other tables empty."""
    chosen = [document for document in documents if document.id in units]
    rows = np.array([units[document.id] for document in chosen], dtype=np.int64)
    made = {name: Table(rows[:0], dict.fromkeys(TABLES[name][1], rows[:0])) for name in TABLES}
    for layer, build in _BUILDERS.items():
        wanted = {name for name in tables if TABLES[name][0] == layer}
        if wanted:
            made |= build([getattr(d, layer) or () for d in chosen], rows, vocabulary, wanted)
    return made


def _spread(groups: Sequence[Sequence[Any]], over: Ints) -> tuple[list[Any], Ints]:
    """All members of some groups, and for each what ``over`` holds for its group."""
    lengths = np.fromiter(map(len, groups), np.int64, len(groups))
    return list(chain.from_iterable(groups)), np.repeat(over, lengths)


def _actors(
    groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary, wanted: Collection[str]
) -> dict[str, Table]:
    del wanted  # clusters are nothing without their mentions
    actors, unit = _spread(groups, rows)
    kind = vocabulary.codes(actors, "type")
    mentions, number = _spread([actor.mentions for actor in actors], np.arange(len(actors)))
    columns: dict[str, Column] = {
        **vocabulary.spans(mentions),
        "type": kind[number],
        "level": lambda: vocabulary.codes(mentions, "level"),
        "actor": number,
    }
    return {"actors": Table(unit, {"type": kind}), "mentions": Table(unit[number], columns)}


def _events(
    groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary, wanted: Collection[str]
) -> dict[str, Table]:
    events, unit = _spread(groups, rows)

    def label(name: str) -> Callable[[], Ints]:
        return lambda: vocabulary.codes(events, name)

    def hopper() -> Ints:
        codes = vocabulary.codes(events, "hopper")
        # An event of no hopper is one of its own.
        return np.where(codes == NONE, UNKNOWN - np.arange(len(events)), codes)

    triggers: dict[str, Column] = {
        **vocabulary.spans([event.trigger for event in events]),
        **{name: label(name) for name in ("type", "realis", "polarity")},
        "hopper": hopper,
    }
    made = {"triggers": Table(unit, triggers)}
    if "arguments" in wanted:
        arguments, number = _spread([event.arguments for event in events], np.arange(len(events)))
        columns = {
            **vocabulary.spans(arguments),
            "type": made["triggers"]["type"][number],
            "role": vocabulary.codes(arguments, "role"),
            "trigger": made["triggers"]["span"][number],
        }
        made["arguments"] = Table(unit[number], columns)
    return made


def _quotes(
    groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary, wanted: Collection[str]
) -> dict[str, Table]:
    del wanted
    quotes, unit = _spread(groups, rows)
    columns = {
        **vocabulary.spans([quote.content for quote in quotes]),
        "kind": vocabulary.codes(quotes, "kind"),
        "cue": vocabulary.spans([quote.cue for quote in quotes])["span"],
        "source": vocabulary.spans([quote.source for quote in quotes], UNKNOWN)["span"],
    }
    return {"quotes": Table(unit, columns)}


_BUILDERS: Mapping[str, Callable[..., dict[str, Table]]] = {
    "actors": _actors,
    "events": _events,
    "quotes": _quotes,
}
