"""What the scorers of events and quotes share: documents side by side, spans, counts, greed."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import InputError
from ..items import Ints
from ..matching import beginning_in
from ..model import Document, Pieces, Span
from .base import Figure, divided, harmonic

Place = tuple[int, int] | str
"""Where a span stands: ``(start, end)``, else its string."""


def by_id(documents: Iterable[Document]) -> dict[str, Document]:
    """Documents by their id.

    Raises:
        InputError: An id comes twice.
    """
    found: dict[str, Document] = {}
    for document in documents:
        if document.id in found:
            raise InputError(f"document {document.id!r} comes twice")
        found[document.id] = document
    return found


def same_documents(
    gold: Sequence[Document], predicted: Sequence[Document], scorer: str
) -> list[tuple[Document, Document]]:
    """Gold documents with their predictions, for a scorer that insists on both.

    Raises:
        InputError: A document is missing on one side.
    """
    golds, predictions = by_id(gold), by_id(predicted)
    for one, other, side in ((golds, predictions, "predictions"), (predictions, golds, "gold")):
        missing = one.keys() - other.keys()
        if missing:
            raise InputError(
                f"{scorer} compares the same documents on both sides, but "
                f"{min(missing)!r} is missing from the {side}"
            )
    return [(document, predictions[name]) for name, document in golds.items()]


def outer(span: Span) -> Place:
    """The outer bounds in characters, which is all that most scorers can say of a span."""
    start, end = span.start, span.end
    return (start, end) if start is not None and end is not None else span.text or ""


def surface(span: Span, text: str | None) -> str:
    """What a span reads: the string that it brings, else what the text has there, else nothing."""
    if span.text is not None:
        return span.text
    return span.surface(text) if text is not None else ""


def ratios(matched: int, predicted: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean as fractions, 0 where nothing can be divided."""
    precision, recall = divided(matched, predicted), divided(matched, gold)
    return precision, recall, harmonic(precision, recall)


def percents(name: str, matched: int, predicted: int, gold: int, form: str = "{:.2f}") -> Figure:
    """A row in percent: the fractions are multiplied by 100 last."""
    values = ratios(matched, predicted, gold)
    precision, recall, f1 = (value * 100.0 for value in values)
    return Figure(name, precision, recall, f1, shown(form, precision, recall, f1))


def shown(form: str, precision: float, recall: float, f1: float) -> tuple[str, str, str]:
    """Three figures in one format."""
    return form.format(precision), form.format(recall), form.format(f1)


class Places(NamedTuple):
    """Spans of several documents: for each its document's number and its pieces, if any."""

    document: Sequence[int]
    pieces: Sequence[Pieces]


class Candidates(NamedTuple):
    """Pairs of spans with a position in common: their rows, and how many positions they share."""

    gold: Ints
    predicted: Ints
    common: Ints


def touching(gold: Places, predicted: Places) -> Candidates:
    """All pairs of spans of one document that share a position.

    The cost grows with the number of spans and of pairs found, even where one span covers all.
    """
    sides = [_outer_bounds(side) for side in (gold, predicted)]
    # Documents one after the other, so that their spans are apart.
    width = 1 + max((int(end.max()) for _, _, end in sides if len(end)), default=0)
    (left, start, end), (right, other_start, other_end) = (
        (
            rows,
            np.array(side.document, dtype=np.int64)[rows] * width + start,
            np.array(side.document, dtype=np.int64)[rows] * width + end,
        )
        for side, (rows, start, end) in zip((gold, predicted), sides, strict=True)
    )
    # Of two that overlap, one begins in the other, or both begin together.
    a, b = beginning_in(start, end, other_start, "left")
    d, c = beginning_in(other_start, other_end, start, "right")
    i, j = np.concatenate([a, c]), np.concatenate([b, d])
    common = np.minimum(end[i], other_end[j]) - np.maximum(start[i], other_start[j])
    i, j = left[i], right[j]
    odd = [
        np.array([len(pieces) > 1 for pieces in side.pieces], dtype=bool)
        for side in (gold, predicted)
    ]
    for row in np.flatnonzero(odd[0][i] | odd[1][j]).tolist():
        one, other = merged(gold.pieces[i[row]]), merged(predicted.pieces[j[row]])
        common[row] = sum(max(0, min(e, f) - max(s, t)) for s, e in one for t, f in other)
    kept = common > 0
    return Candidates(i[kept], j[kept], common[kept])


def _outer_bounds(side: Places) -> tuple[Ints, Ints, Ints]:
    """The rows that have pieces, and where these begin and end."""
    rows = [i for i, pieces in enumerate(side.pieces) if pieces]
    bounds = [
        (min(start for start, _ in pieces), max(end for _, end in pieces))
        for pieces in side.pieces
        if pieces
    ]
    table = np.array(bounds, dtype=np.int64).reshape(-1, 2)
    return np.array(rows, dtype=np.int64), table[:, 0], table[:, 1]


def merged(pieces: Pieces) -> Pieces:
    """Pieces in order and apart, so that no position is in two of them.

    >>> merged(((2, 6), (0, 4), (8, 9)))
    ((0, 6), (8, 9))
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def greedy(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> list[int]:
    """Which pairs a greedy scorer takes: from the first to the last, whatever is still free.

    >>> greedy([0, 0, 1], [5, 6, 5])
    [0]
    >>> greedy([0, 1, 1], [5, 5, 6])
    [0, 2]
    """
    left: set[Hashable] = set()
    right: set[Hashable] = set()
    taken = []
    for i, (a, b) in enumerate(zip(gold, predicted, strict=True)):
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            taken.append(i)
    return taken
