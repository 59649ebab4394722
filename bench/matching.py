"""Columns to aligned pairs: by equal keys, or one to one by the best assignment.

An assignment first makes as many pairs as can be made, then takes the heaviest of those sets of
pairs. The number of pairs is therefore unique, whatever the order or the ties.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from .items import Ints, Table, Vocabulary

Floats = npt.NDArray[np.float64]

_SMALL = 64
"""Up to so many rows a block is small."""
_DENSE = 32
"""With more edges a row than this a block that is not small is solved by scipy."""
_FINE = 2**40
"""Weights are compared in whole numbers of this part, so that no rounding decides."""


class Pairs(NamedTuple):
    """Row numbers of aligned items; each row of either side occurs at most once."""

    gold: Ints
    predicted: Ints


class Edges(NamedTuple):
    """Pairs that may be aligned, each with a weight above zero."""

    gold: Ints
    predicted: Ints
    weight: Floats

    def rows(self, side: int) -> Ints:
        """The rows of gold (0) or of the prediction (1)."""
        return self.predicted if side else self.gold

    def take(self, chosen: npt.NDArray[np.bool_]) -> "Edges":
        """Some of the pairs."""
        return Edges(self.gold[chosen], self.predicted[chosen], self.weight[chosen])


def row_codes(*sides: Sequence[Ints]) -> list[Ints]:
    """Number the rows over several sides, each a sequence of columns: equal rows, equal numbers.

    >>> [c.tolist() for c in row_codes([np.array([7, 7, 9])], [np.array([9, 8])])]
    [[0, 0, 2], [2, 1]]
    """
    lengths = [len(columns[0]) for columns in sides]
    codes = np.zeros(sum(lengths), dtype=np.int64)
    size = 1
    for column in zip(*sides, strict=True):
        values = np.concatenate(column)
        low, width = _range(values)
        if width > _WIDEST:
            uniques, values = np.unique(values, return_inverse=True)
            low, width = 0, len(uniques)
        if size * width > _WIDEST:
            uniques, codes = np.unique(codes, return_inverse=True)
            size = len(uniques)
        codes = codes * width + (values - low)
        size *= width
    return np.split(codes, np.cumsum(lengths)[:-1])


_WIDEST = 1 << 62


def _range(values: Ints) -> tuple[int, int]:
    """The least value, and how many whole numbers there are from it to the greatest."""
    if not len(values):
        return 0, 1
    low = int(values.min())
    return low, int(values.max()) - low + 1


def key_columns(table: Table, names: Sequence[str]) -> list[Ints]:
    """Columns by name; a span in one piece is told by its start and its end, which pack better."""
    columns: list[Ints] = []
    for name in names:
        column = table[name]
        if name in ("span", "trigger"):
            odd = column < 0
            columns += [np.where(odd, column, column >> 31)]
            columns += [np.where(odd, 0, column & (1 << 31) - 1)]
        else:
            columns.append(column)
    return columns


def align_equal(gold: Sequence[Ints], predicted: Sequence[Ints]) -> Pairs:
    """Pair rows with equal keys one to one, the n-th occurrence with the n-th (a multiset)."""
    left, right = row_codes(gold, predicted)
    order, other = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    left, right = left[order], right[other]
    at = np.searchsorted(right, left) + _occurrence(left)
    hit = np.flatnonzero(at < len(right))
    hit = hit[right[at[hit]] == left[hit]]
    return Pairs(order[hit], other[at[hit]])


class Join(NamedTuple):
    """Rows of both sides with equal keys.

    Attributes:
        once: Pairs of rows whose key no other row has.
        gold: The rows whose key occurs on both sides, and on one of them again.
        predicted: Likewise.
    """

    once: Pairs
    gold: Ints
    predicted: Ints


def join(gold: Sequence[Ints], predicted: Sequence[Ints]) -> Join:
    """Find the rows with equal keys."""
    left, right = row_codes(gold, predicted)
    order, other = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    left, right = left[order], right[other]
    at = np.searchsorted(right, left)
    hit = np.flatnonzero(at < len(right))
    hit = hit[right[at[hit]] == left[hit]]
    once = _alone(left)[hit] & _alone(right)[at[hit]]
    again = left[hit[~once]]
    place = np.minimum(np.searchsorted(again, right), max(len(again) - 1, 0))
    rest = again[place] == right if len(again) else np.zeros(len(right), dtype=bool)
    return Join(
        Pairs(order[hit[once]], other[at[hit[once]]]),
        order[hit[~once]],
        other[np.flatnonzero(rest)],
    )


def _alone(ordered: Ints) -> npt.NDArray[np.bool_]:
    """Which of some sorted values have no equal."""
    other = np.ones(len(ordered) + 1, dtype=bool)
    other[1:-1] = ordered[1:] != ordered[:-1]
    return other[1:] & other[:-1]


def _occurrence(ordered: Ints) -> Ints:
    """For each of some sorted values, how many equal ones stand before it."""
    place = np.arange(len(ordered))
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else place > 0
    return place - np.maximum.accumulate(np.where(begins, place, 0))


def overlapping(
    gold: Table,
    predicted: Table,
    vocabulary: Vocabulary,
    key: Sequence[str] = (),
    *,
    iou: bool = False,
) -> Edges:
    """Pairs of spans of one unit with a character in common, weighted by how much they share.

    The weight is Dice's coefficient, 2·|A∩B| / (|A|+|B|) over characters, or with ``iou``
    |A∩B| / |A∪B|. ``key`` names columns that must be equal as well.
    """
    left, right = _touching(gold, predicted)
    for column in key:
        same = gold[column][left] == predicted[column][right]
        left, right = left[same], right[same]
    common = np.minimum(gold["end"][left], predicted["end"][right]) - np.maximum(
        gold["start"][left], predicted["start"][right]
    )
    total = (gold["end"] - gold["start"])[left] + (predicted["end"] - predicted["start"])[right]
    odd = np.flatnonzero((gold["span"][left] < 0) | (predicted["span"][right] < 0)).tolist()
    for i in odd:
        a = vocabulary.pieces(int(gold["span"][left[i]]))
        b = vocabulary.pieces(int(predicted["span"][right[i]]))
        common[i] = sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in b)
        total[i] = sum(e - s for s, e in (*a, *b))
    kept = common > 0
    shared, both = common[kept], total[kept]
    weight = shared / (both - shared) if iou else 2 * shared / both
    return Edges(left[kept], right[kept], weight)


def _touching(gold: Table, predicted: Table) -> tuple[Ints, Ints]:
    """Candidates: rows of one unit whose outer bounds share a character."""
    sides = (gold, predicted)
    # Units one after the other, so that their spans are apart.
    width = 1 + max((int(table["end"].max()) for table in sides if len(table)), default=0)
    rows, starts, ends = [], [], []
    for table in sides:
        known = np.flatnonzero(table["start"] >= 0)
        rows.append(known)
        starts.append(table.unit[known] * width + table["start"][known])
        ends.append(table.unit[known] * width + table["end"][known])
    # Of two that overlap, one begins in the other, or both begin together.
    a, b = beginning_in(starts[0], ends[0], starts[1], "left")
    d, c = beginning_in(starts[1], ends[1], starts[0], "right")
    return rows[0][np.concatenate([a, c])], rows[1][np.concatenate([b, d])]


def beginning_in(
    start: Ints, end: Ints, points: Ints, side: Literal["left", "right"]
) -> tuple[Ints, Ints]:
    """Each stretch with the points in it, without its first one if ``side`` is "right".

    The cost grows with the stretches, the points and the pairs found, even where one stretch
    covers everything.
    """
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    low = np.searchsorted(ordered, start, side=side)
    rows, at = _stretches(low, np.searchsorted(ordered, end, side="left"))
    return rows, order[at]


def meeting(gold: Sequence[Ints], predicted: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Every pair of rows with equal keys."""
    left, right = row_codes(gold, predicted)
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    low = np.searchsorted(ordered, left, side="left")
    rows, at = _stretches(low, np.searchsorted(ordered, left, side="right"))
    return rows, order[at]


def weights(edges: Edges, pairs: Pairs) -> Floats:
    """What each of some pairs weighs, all of which are edges."""
    width = 1 + edges.predicted.max(initial=0)
    known = edges.gold * width + edges.predicted
    order = np.argsort(known)
    at = np.searchsorted(known[order], pairs.gold * width + pairs.predicted)
    found: Floats = edges.weight[order[at]]
    return found


def sharing(gold: Table, predicted: Table) -> Edges:
    """Pairs of clusters that have a member in common, weighted by how many they share.

    Args:
        gold: A table of mentions with the columns ``span`` and ``actor``.
        predicted: Likewise.
    """
    once = [
        side.take(first_rows([side.unit, side["span"], side["actor"]]))
        for side in (gold, predicted)
    ]
    left, right = meeting(*([side.unit, *key_columns(side, ["span"])] for side in once))
    width = 1 + once[1]["actor"].max(initial=0)
    both, shared = np.unique(
        once[0]["actor"][left] * width + once[1]["actor"][right], return_counts=True
    )
    return Edges(both // width, both % width, shared.astype(np.float64))


def first_rows(columns: Sequence[Ints]) -> Ints:
    """The rows that do not repeat an earlier one."""
    (codes,) = row_codes(columns)
    return np.sort(np.unique(codes, return_index=True)[1])


def _stretches(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Each i with each of low[i] … high[i] - 1."""
    counts = np.maximum(high - low, 0)
    rows = np.repeat(np.arange(len(low)), counts)
    return rows, np.arange(len(rows)) + np.repeat(low - np.cumsum(counts) + counts, counts)


def assign(
    edges: Edges,
    gold_order: Sequence[Ints],
    predicted_order: Sequence[Ints],
    *,
    most: bool = True,
) -> Pairs:
    """The largest one-to-one choice of edges, and among those the heaviest.

    Args:
        edges: What may be aligned.
        gold_order: Columns that say where each gold row stands, the most significant first. They
            decide ties, and must not depend on the order of the input.
        predicted_order: Likewise; the first two columns are compared with those of gold.
        most: False asks for the heaviest choice, whatever the number of pairs.
    """
    chosen: list[Pairs] = []
    # A row whose partners have no other takes the best of them; only knots need a solver.
    for centre, leaf, order in ((0, 1, predicted_order), (1, 0, gold_order)):
        star = _star(edges.rows(centre), edges.rows(leaf))
        rows = edges.take(star)
        places = [column[rows.rows(leaf)] for column in order]
        best = _best(rows.rows(centre), rows.weight, places)
        chosen.append(Pairs(rows.gold[best], rows.predicted[best]))
        edges = edges.take(~star)
    pairs = _Blocks(edges, gold_order, predicted_order, most=most).solved()
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    gold = np.concatenate([*(pair.gold for pair in chosen), found[:, 0]])
    predicted = np.concatenate([*(pair.predicted for pair in chosen), found[:, 1]])
    by_gold = np.argsort(gold)
    return Pairs(gold[by_gold], predicted[by_gold])


def _star(centre: Ints, leaf: Ints) -> npt.NDArray[np.bool_]:
    """Edges of centres whose leaves have no other edge."""
    if not len(centre):
        return np.zeros(0, dtype=bool)
    shared = np.bincount(leaf)[leaf] > 1
    return np.asarray(np.bincount(centre, shared)[centre] == 0)


def _best(centre: Ints, weight: Floats, order: Sequence[Ints]) -> Ints:
    """Of the edges of each centre the heaviest; of equal ones the first in order."""
    ranked = np.lexsort((*reversed(order), -weight, centre))
    first = np.ones(len(ranked), dtype=bool)
    first[1:] = np.diff(centre[ranked]) != 0
    return ranked[first]


class _Blocks:
    """The connected parts of a graph in which some row has a choice, and their solutions."""

    def __init__(
        self,
        edges: Edges,
        gold_order: Sequence[Ints],
        predicted_order: Sequence[Ints],
        *,
        most: bool,
    ) -> None:
        self.most = most
        self.edges = list(
            zip(
                edges.gold.tolist(),
                edges.predicted.tolist(),
                np.rint(edges.weight * _FINE).astype(np.int64).tolist(),
                strict=True,
            )
        )
        self.gold = _places(edges.gold, gold_order)
        self.predicted = _places(edges.predicted, predicted_order)

    def solved(self) -> list[tuple[int, int]]:
        """The pairs of all blocks."""
        return [pair for block in self._split() for pair in self._solve(block)]

    def _split(self) -> Iterator[list[tuple[int, int, int]]]:
        parent: dict[int, int] = {}

        def root(node: int) -> int:
            while parent.setdefault(node, node) != node:
                parent[node] = node = parent[parent[node]]
            return node

        for left, right, _ in self.edges:
            parent[root(left)] = root(-1 - right)
        blocks: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for edge in self.edges:
            blocks[root(edge[0])].append(edge)
        yield from blocks.values()

    def _solve(self, block: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
        rows = sorted({edge[0] for edge in block}, key=self.gold.__getitem__)
        columns = sorted({edge[1] for edge in block}, key=self.predicted.__getitem__)
        flipped = [self.gold[r][:2] for r in rows] > [self.predicted[c][:2] for c in columns]
        sides = (columns, rows) if flipped else (rows, columns)
        place = [{item: i for i, item in enumerate(side)} for side in sides]
        # All weights together are worth less than one more pair.
        more = (1 + max(edge[2] for edge in block)) * min(len(rows), len(columns))
        scores: list[dict[int, int]] = [{} for _ in sides[0]]
        for left, right, weight in block:
            i, j = (right, left) if flipped else (left, right)
            scores[place[0][i]][place[1][j]] = weight + (more if self.most else 0)
        picked = [(sides[0][i], sides[1][j]) for i, j in _largest(scores, len(sides[1]))]
        return [(i, j) for j, i in picked] if flipped else picked


def _places(rows: Ints, order: Sequence[Ints]) -> dict[int, tuple[int, ...]]:
    """Where each of some rows stands: its values in the columns that order them."""
    known = np.flatnonzero(np.bincount(rows))
    values = np.stack([column[known] for column in order], axis=1).tolist()
    return {row: tuple(place) for row, place in zip(known.tolist(), values, strict=True)}


def _largest(scores: Sequence[Mapping[int, int]], columns: int) -> list[tuple[int, int]]:
    """The one-to-one choice of (row, column) with the greatest sum of scores.

    Args:
        scores: For each row, the score of each column that it may have, above zero.
        columns: How many columns there are.
    """
    # A column of its own lets each row stay single.
    costs = [
        {**{column: -score for column, score in row.items()}, columns + i: 0}
        for i, row in enumerate(scores)
    ]
    order = list(range(len(costs)))
    if len(costs) > _SMALL:
        # In the order of the text most of the columns near a row would be taken already.
        np.random.default_rng(0).shuffle(order)
    dense = len(costs) > _SMALL and sum(map(len, costs)) > _DENSE * len(costs)
    found = (_cheapest_by_scipy if dense else _cheapest)([costs[row] for row in order])
    return [(order[row], column) for row, column in found if column < columns]


def _cheapest_by_scipy(costs: Sequence[Mapping[int, int]]) -> list[tuple[int, int]]:
    """The same as `_cheapest`, faster where rows have many columns."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    lengths = list(map(len, costs))
    rows = np.repeat(np.arange(len(costs)), lengths)
    columns = np.fromiter(chain.from_iterable(costs), np.int64, sum(lengths))
    values = np.array([cost for row in costs for cost in row.values()], dtype=np.float64)
    # What is not stored is impossible, so no cost may be zero.
    graph = csr_matrix(((values - values.min() + 1) / _FINE, (rows, columns)))
    found = min_weight_full_bipartite_matching(graph)
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def _cheapest(costs: Sequence[Mapping[int, int]]) -> list[tuple[int, int]]:
    """A column for each row, one to one, at the least cost.

    Rows come in one by one, each along the shortest path that makes room for it (Jonker and
    Volgenant 1987, on a sparse matrix). A path ends at the first free column, so that the work
    stays near the row however large the matrix is.

    Args:
        costs: For each row, the cost of each column that it may have.
    """
    price: dict[int, int] = defaultdict(int)
    owner: dict[int, int] = {}
    taken: dict[int, int] = {}
    for new in range(len(costs)):
        distance: dict[int, int] = {}
        came: dict[int, int] = {}
        reached: set[int] = set()
        open_columns: list[tuple[int, int]] = []
        row, before = new, 0
        while True:
            for column, cost in costs[row].items():
                far = before + cost - price[column]
                if column not in reached and far < distance.get(column, far + 1):
                    distance[column], came[column] = far, row
                    heappush(open_columns, (far, column))
            far, column = heappop(open_columns)
            while column in reached:
                far, column = heappop(open_columns)
            if column not in owner:
                break
            reached.add(column)
            row = owner[column]
            before = far - costs[row][column] + price[column]
        for scanned in reached:
            price[scanned] += distance[scanned] - far
        while True:
            row = came[column]
            owner[column] = row
            column, taken[row] = taken.get(row, -1), column
            if row == new:
                break
    return list(taken.items())


def actor_of(table: Table, column: str, mentions: Table, order: Ints) -> Ints:
    """For each row, the actor that the span in ``column`` is a mention of; -1 for none.

    Of several actors with that mention the first in ``order``, a rank for each mention, counts.
    """
    spans, known = row_codes(
        [table.unit, *key_columns(Table(table.unit, {"span": table[column]}), ["span"])],
        [mentions.unit, *key_columns(mentions, ["span"])],
    )
    ranked = np.lexsort((order, known))
    first, where = np.unique(known[ranked], return_index=True)
    if not len(first):
        return np.full(len(table), -1)
    at = np.minimum(np.searchsorted(first, spans), len(first) - 1)
    return np.where(first[at] == spans, mentions["actor"][ranked[where[at]]], -1)
