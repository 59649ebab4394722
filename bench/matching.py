"""Columns to aligned pairs: by equal keys, or one to one by the best assignment.

An assignment first makes as many pairs as can be made, then takes the heaviest of those sets of
pairs. The number of pairs is therefore unique, whatever the order or the ties.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .items import Ints, Table, Vocabulary

Floats = npt.NDArray[np.float64]

_SMALL = 6
"""Up to so many rows a block is solved here, beyond it by scipy."""


class Pairs(NamedTuple):
    """Row numbers of aligned items; each row of either side occurs at most once."""

    gold: Ints
    predicted: Ints


class Edges(NamedTuple):
    """Pairs that may be aligned, each with a weight above zero."""

    gold: Ints
    predicted: Ints
    weight: Floats


def row_codes(*sides: Sequence[Ints]) -> list[Ints]:
    """Number the distinct rows over several sides, each a sequence of columns.

    >>> [c.tolist() for c in row_codes([np.array([7, 7, 9])], [np.array([9, 8])])]
    [[0, 0, 2], [2, 1]]
    """
    lengths = [len(columns[0]) for columns in sides]
    codes = np.zeros(sum(lengths), dtype=np.int64)
    for column in zip(*sides, strict=True):
        values, inverse = np.unique(np.concatenate(column), return_inverse=True)
        # Renumbered after each column, the product stays far below the limit of 64 bits.
        _, codes = np.unique(codes * max(len(values), 1) + inverse, return_inverse=True)
    return np.split(codes, np.cumsum(lengths)[:-1])


def _occurrence(codes: Ints) -> Ints:
    """For each row, how many equal codes stand before it."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    first = np.searchsorted(ordered, ordered, side="left")
    ranks = np.empty_like(codes)
    ranks[order] = np.arange(len(codes)) - first
    return ranks


def align_equal(gold: Sequence[Ints], predicted: Sequence[Ints]) -> Pairs:
    """Pair rows with equal keys one to one, the n-th occurrence with the n-th (a multiset)."""
    gold_codes, predicted_codes = row_codes(gold, predicted)
    gold_rows, predicted_rows = row_codes(
        [gold_codes, _occurrence(gold_codes)],
        [predicted_codes, _occurrence(predicted_codes)],
    )
    _, left, right = np.intersect1d(
        gold_rows, predicted_rows, assume_unique=True, return_indices=True
    )
    order = np.argsort(left)
    return Pairs(left[order], right[order])


def overlapping(
    gold: Table, predicted: Table, vocabulary: Vocabulary, key: Sequence[str] = ()
) -> Edges:
    """Pairs of spans of one unit with a character in common, weighted by Dice's coefficient.

    Dice: 2·|A∩B| / (|A|+|B|) over characters. ``key`` names columns that must be equal as well.
    """
    left, right = _touching(gold, predicted)
    for column in key:
        same = gold[column][left] == predicted[column][right]
        left, right = left[same], right[same]
    common = np.minimum(gold["end"][left], predicted["end"][right]) - np.maximum(
        gold["start"][left], predicted["start"][right]
    )
    total = (gold["end"] - gold["start"])[left] + (predicted["end"] - predicted["start"])[right]
    odd = np.flatnonzero((gold["span"][left] < 0) | (predicted["span"][right] < 0))
    for i in odd:
        a = vocabulary.pieces(int(gold["span"][left[i]]))
        b = vocabulary.pieces(int(predicted["span"][right[i]]))
        common[i] = sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in b)
        total[i] = sum(e - s for s, e in (*a, *b))
    kept = common > 0
    weight = 2 * common[kept] / total[kept]
    return Edges(left[kept], right[kept], weight)


def _touching(gold: Table, predicted: Table) -> tuple[Ints, Ints]:
    """Candidates: rows of one unit whose outer bounds share a character."""
    width = 1 + max(
        (int(table["end"].max()) for table in (gold, predicted) if len(table)),
        default=0,
    )
    gold_start, gold_end = (
        gold.unit * width + gold["start"],
        gold.unit * width + gold["end"],
    )
    order = np.argsort(predicted.unit * width + predicted["start"], kind="stable")
    start = (predicted.unit * width + predicted["start"])[order]
    end = (predicted.unit * width + predicted["end"])[order]
    # Ends are not sorted, but their running maximum is: before `low`, all have ended.
    low = np.searchsorted(np.maximum.accumulate(end), gold_start, side="right")
    high = np.searchsorted(start, gold_end, side="left")
    left, at = _stretches(low, np.where(gold["start"] >= 0, high, low))
    right = order[at]
    touching = (
        (gold.unit[left] == predicted.unit[right])
        & (gold["start"][left] < predicted["end"][right])
        & (predicted["start"][right] < gold["end"][left])
    )
    return left[touching], right[touching]


def sharing(gold: Table, predicted: Table) -> Edges:
    """Pairs of clusters that have a member in common, weighted by how many they share.

    Args:
        gold: A table of mentions with the columns ``span`` and ``actor``.
        predicted: Likewise.
    """
    left, right = row_codes((gold.unit, gold["span"]), (predicted.unit, predicted["span"]))
    left, gold_actor = np.unique(np.stack([left, gold["actor"]]), axis=1)
    right, predicted_actor = np.unique(np.stack([right, predicted["actor"]]), axis=1)
    # Sorted by span, the equal ones are a stretch: every actor there meets every other.
    low = np.searchsorted(right, left, side="left")
    rows, columns = _stretches(low, np.searchsorted(right, left, side="right"))
    clusters = np.stack([gold_actor[rows], predicted_actor[columns]])
    both, shared = np.unique(clusters, axis=1, return_counts=True)
    return Edges(both[0], both[1], shared.astype(np.float64))


def _stretches(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Each i with each of low[i] … high[i] - 1."""
    counts = np.maximum(high - low, 0)
    rows = np.repeat(np.arange(len(low)), counts)
    return rows, np.arange(len(rows)) + np.repeat(low - np.cumsum(counts) + counts, counts)


def assign(edges: Edges, gold_place: Ints, predicted_place: Ints) -> Pairs:
    """The largest one-to-one choice of edges, and among those the heaviest.

    Args:
        edges: What may be aligned.
        gold_place: A number for each gold row that does not change when the two sides are
            swapped; it decides which side a tie is looked at from.
        predicted_place: Likewise.
    """
    chosen_gold: list[int] = []
    chosen_predicted: list[int] = []
    for block in _blocks(edges):
        for left, right in _solve(edges, block, gold_place, predicted_place):
            chosen_gold.append(left)
            chosen_predicted.append(right)
    order = np.argsort(np.array(chosen_gold, dtype=np.int64))
    return Pairs(
        np.array(chosen_gold, dtype=np.int64)[order],
        np.array(chosen_predicted, dtype=np.int64)[order],
    )


def _blocks(edges: Edges) -> Iterator[list[int]]:
    """The edges of each connected part of the graph."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    left, right = edges.gold.tolist(), edges.predicted.tolist()
    for a, b in zip(left, right, strict=True):
        parent[root(a)] = root(-1 - b)
    blocks: dict[int, list[int]] = defaultdict(list)
    for i, a in enumerate(left):
        blocks[root(a)].append(i)
    yield from blocks.values()


def _solve(
    edges: Edges, block: list[int], gold_place: Ints, predicted_place: Ints
) -> list[tuple[int, int]]:
    rows, row = np.unique(edges.gold[block], return_inverse=True)
    columns, column = np.unique(edges.predicted[block], return_inverse=True)
    weight = edges.weight[block]
    if len(rows) == 1 or len(columns) == 1:
        best = int(np.argmax(weight))
        return [(int(rows[row[best]]), int(columns[column[best]]))]
    # All weights together are worth less than one more pair.
    score = np.zeros((len(rows), len(columns)))
    score[row, column] = 1 + weight / (weight.max() * (min(score.shape) + 1))
    flipped = gold_place[rows].tolist() > predicted_place[columns].tolist()
    picked = _largest(score.T)[::-1] if flipped else _largest(score)
    return [
        (int(rows[i]), int(columns[j])) for i, j in zip(*picked, strict=True) if score[i, j] > 0
    ]


def _largest(score: Floats) -> tuple[Sequence[int], Sequence[int]]:
    if score.shape[0] > score.shape[1]:
        rows, columns = _largest(score.T)
        return columns, rows
    if score.shape[0] <= _SMALL:
        return _largest_of_subsets(score.T.tolist())
    from scipy.optimize import linear_sum_assignment

    found = linear_sum_assignment(score, maximize=True)
    return found[0].tolist(), found[1].tolist()


def _largest_of_subsets(score: list[list[float]]) -> tuple[Sequence[int], Sequence[int]]:
    """The best assignment of few rows, by dynamic programming over the sets of rows in use.

    Most blocks are tiny, and importing scipy takes longer than all of them together.

    Args:
        score: For each column, the score of each row.
    """
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    for column, scores in enumerate(score):
        before = dict(best)
        for row, value in enumerate(scores):
            if value <= 0:
                continue
            for used, (total, pairs) in before.items():
                state = used | 1 << row
                if state != used and total + value > best.get(state, (-1.0,))[0]:
                    best[state] = (total + value, (*pairs, (row, column)))
    _, pairs = max(best.values(), key=lambda found: found[0])
    rows, columns = zip(*pairs, strict=True)
    return rows, columns


def actor_of(table: Table, column: str, mentions: Table) -> Ints:
    """For each row, the actor that the span in ``column`` is a mention of; -1 for none."""
    spans, known = row_codes((table.unit, table[column]), (mentions.unit, mentions["span"]))
    first, where = np.unique(known, return_index=True)
    if not len(first):
        return np.full(len(table), -1)
    at = np.minimum(np.searchsorted(first, spans), len(first) - 1)
    return np.where(first[at] == spans, mentions["actor"][where[at]], -1)
