"""Documents flattened to columns: a table per kind of item, a row per item.

A span is one integer: ``start << 31 | end`` if it is in one piece, else a negative code that the
`Vocabulary` explains. Labels are coded in the order in which they are met; whatever must not
depend on the order of the input compares the labels and not their codes (`Vocabulary.ranks`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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

    def codes(self, labels: Iterable[str | None]) -> Ints:
        """The codes of labels; `NONE` for None."""
        known = self._codes
        found = [NONE if x is None else known.setdefault(x, len(known)) for x in labels]
        return np.array(found, dtype=np.int64)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of their codes."""
        return tuple(self._codes)

    def ranks(self) -> Ints:
        """For each code, the place of its label in the alphabet; -1 at the end, for `NONE`."""
        order = {label: rank for rank, label in enumerate(sorted(self._codes))}
        return np.array([*(order[label] for label in self._codes), -1], dtype=np.int64)

    def spans(self, spans: Sequence[Span | None], missing: int = NONE) -> dict[str, Ints]:
        """The columns ``span``, ``start`` and ``end``; spans without offsets have none.

        The code of a span without offsets is that of its string, unlike any other.
        """
        try:
            start = np.array([s.start for s in spans], dtype=np.int64)  # type: ignore[union-attr]
            end = np.array([s.end for s in spans], dtype=np.int64)  # type: ignore[union-attr]
            span = start << 31 | end
            odd = [i for i, s in enumerate(spans) if s.fragments]  # type: ignore[union-attr]
        except (AttributeError, TypeError):  # one is missing, or has no offsets
            start, end, span = (np.full(len(spans), NONE) for _ in range(3))
            odd = list(range(len(spans)))
        for i in odd:
            one = spans[i]
            pieces = one.pieces if one is not None else ()
            if pieces:
                start[i], end[i] = pieces[0][0], pieces[-1][1]
            span[i] = missing if one is None else self._code(one)
        return {"span": span, "start": start, "end": end}

    def _code(self, span: Span) -> int:
        pieces = span.pieces
        if len(pieces) == 1:
            return pieces[0][0] << 31 | pieces[0][1]
        code = self._odd.setdefault(pieces or span.text or "", UNKNOWN - 1 - len(self._odd))
        self._pieces[code] = pieces
        return code

    def pieces(self, code: int) -> Pieces:
        """The pieces of a coded span; none for one without offsets or a missing one."""
        return self._pieces.get(code, ()) if code < 0 else ((code >> 31, code & (1 << 31) - 1),)


def flatten(
    documents: Iterable[Document],
    units: Mapping[str, int],
    vocabulary: Vocabulary,
    layers: Collection[Layer] = ("actors", "events", "quotes"),
) -> dict[str, Table]:
    """One table per kind of item; documents that are no unit are left out, other layers empty."""
    chosen = [document for document in documents if document.id in units]
    rows = np.array([units[document.id] for document in chosen], dtype=np.int64)
    made: dict[str, Table] = {}
    made |= _actors(
        [(d.actors or ()) if "actors" in layers else () for d in chosen], rows, vocabulary
    )
    made |= _events(
        [(d.events or ()) if "events" in layers else () for d in chosen], rows, vocabulary
    )
    made |= _quotes(
        [(d.quotes or ()) if "quotes" in layers else () for d in chosen], rows, vocabulary
    )
    return made


def _spread(groups: Sequence[Sequence[Any]], over: Ints) -> tuple[list[Any], Ints]:
    """All members of some groups, and for each what ``over`` holds for its group."""
    return list(chain.from_iterable(groups)), np.repeat(over, [len(group) for group in groups])


def _actors(groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary) -> dict[str, Table]:
    actors, unit = _spread(groups, rows)
    kind = vocabulary.codes([actor.type for actor in actors])
    mentions, number = _spread([actor.mentions for actor in actors], np.arange(len(actors)))
    columns = {
        **vocabulary.spans(mentions),
        "type": kind[number],
        "level": vocabulary.codes([mention.level for mention in mentions]),
        "actor": number,
    }
    return {"actors": Table(unit, {"type": kind}), "mentions": Table(unit[number], columns)}


def _events(groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary) -> dict[str, Table]:
    events, unit = _spread(groups, rows)
    triggers = {
        **vocabulary.spans([event.trigger for event in events]),
        "type": vocabulary.codes([event.type for event in events]),
        "realis": vocabulary.codes([event.realis for event in events]),
        "polarity": vocabulary.codes([event.polarity for event in events]),
    }
    arguments, number = _spread([event.arguments for event in events], np.arange(len(events)))
    columns = {
        **vocabulary.spans(arguments),
        "type": triggers["type"][number],
        "role": vocabulary.codes([argument.role for argument in arguments]),
        "trigger": triggers["span"][number],
    }
    return {"triggers": Table(unit, triggers), "arguments": Table(unit[number], columns)}


def _quotes(groups: Sequence[Any], rows: Ints, vocabulary: Vocabulary) -> dict[str, Table]:
    quotes, unit = _spread(groups, rows)
    columns = {
        **vocabulary.spans([quote.content for quote in quotes]),
        "kind": vocabulary.codes([quote.kind for quote in quotes]),
        "cue": vocabulary.spans([quote.cue for quote in quotes])["span"],
        "source": vocabulary.spans([quote.source for quote in quotes], UNKNOWN)["span"],
    }
    return {"quotes": Table(unit, columns)}
