"""Items as columns, for the scorers of events that only ask which of them are equal.

A scorer that counts in tokens uses those of the document (see `bench.profiles.tokens`) where gold
brings its own, and characters otherwise. Predictions count in their own tokens where they bring
some, else in those of the gold: this is how differing tokenisations hurt in the originals, too.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from ..items import Ints
from ..model import Document, Span
from .tokens import Grid

Columns = Sequence[Ints]
"""Items, a row each."""
Placing = Callable[[Sequence[Span], Ints], tuple[Ints, Ints]]
"""`Places.of` of one side."""


class Labels(dict[str | None, int]):
    """Numbers for labels."""

    def __missing__(self, label: str | None) -> int:
        self[label] = number = len(self)
        return number

    def of(self, labels: Sequence[str | None]) -> Ints:
        """Those of some labels."""
        return np.fromiter(map(self.__getitem__, labels), np.int64, len(labels))


class Places:
    """Where spans stand: two columns, both equal where a scorer takes two places for equal.

    They say where the outer bounds begin and how long they are, which is all that most scorers
    can say of a span: in tokens or in characters.

    Args:
        gold: Documents.
        predicted: Their predictions.
    """

    def __init__(self, gold: Sequence[Document], predicted: Sequence[Document]) -> None:
        self._strings = Labels()
        self._grids: tuple[dict[int, Grid], dict[int, Grid]] = ({}, {})
        for i, (one, other) in enumerate(zip(gold, predicted, strict=True)):
            known, own = one.meta.get("tokens"), other.meta.get("tokens")
            if known is not None:
                self._grids[0][i] = grid = Grid.of(one)
                self._grids[1][i] = grid if own is None or own == known else Grid.of(other)

    def of(self, side: int, spans: Sequence[Span], unit: Ints) -> tuple[Ints, Ints]:
        """The places of some spans of gold (0) or of the prediction (1).

        Args:
            side: Which of them.
            spans: The spans, those of one document after those of another.
            unit: For each the number of its document.
        """
        begin, end, lost = _bounds(spans)
        length = end - begin
        if self._grids[side]:
            begin, length = self._in_tokens(side, begin, end, unit)
        for i in lost:
            begin[i], length[i] = -1 - self._strings[spans[i].text or ""], 0
        return begin, length

    def _in_tokens(self, side: int, begin: Ints, end: Ints, unit: Ints) -> tuple[Ints, Ints]:
        grids = self._grids[side]
        edges = (np.searchsorted(unit, [*grids], edge).tolist() for edge in ("left", "right"))
        first, last = begin.copy(), end.copy()
        for grid, low, high in zip(grids.values(), *edges, strict=True):
            here = slice(low, high)
            first[here], last[here] = grid.touched(begin[here], end[here])
        some = first < last
        # Two spans without a token may be equal, but never equal to tokens: they are not that long.
        return np.where(some, first, begin), np.where(some, last - first, begin - end)


def _bounds(spans: Sequence[Span]) -> tuple[Ints, Ints, list[int]]:
    """Where spans begin and end, and which of them are only strings."""
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    try:
        begin, end = (np.fromiter(bounds, np.int64, len(spans)) for bounds in (starts, ends))
    except TypeError:
        lost = [i for i, span in enumerate(spans) if span.start is None or span.end is None]
        for i in lost:
            starts[i] = ends[i] = 0
        begin, end = (np.array(bounds, dtype=np.int64) for bounds in (starts, ends))
        return begin, end, lost
    return begin, end, []


def spread(groups: Sequence[Sequence[Any]]) -> tuple[list[Any], Ints]:
    """All members of some groups, and for each the number of its group."""
    lengths = np.fromiter(map(len, groups), np.int64, len(groups))
    return list(chain.from_iterable(groups)), np.repeat(np.arange(len(groups)), lengths)


def distinct(gold: Ints, predicted: Ints) -> tuple[int, int, int]:
    """How many different items are on both sides, predicted and gold, by their codes.

    >>> distinct(np.array([1, 2, 2]), np.array([2, 3, 4]))
    (1, 3, 2)
    """
    left, right = once(gold), once(predicted)
    return len(left) + len(right) - len(once(np.concatenate([left, right]))), len(right), len(left)


def once(codes: Ints) -> Ints:
    """The different codes, sorted."""
    ordered = np.sort(codes)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def found(codes: Ints, ordered: Ints) -> Ints:
    """For each code its first place among some sorted ones, -1 if it is not there.

    >>> found(np.array([3, 1, 9]), np.array([1, 3, 3])).tolist()
    [1, 0, -1]
    """
    at = np.searchsorted(ordered, codes)
    return np.where(np.append(ordered, -1)[at] == codes, at, -1)
