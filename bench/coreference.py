"""Clusters to MUC, B³, CEAF-m, CEAF-e, LEA and BLANC, as sums that add over documents.

Each metric is a few numbers for each unit (document). Those of a corpus are their sums, so a
bootstrap can draw units anew and add. All units are counted at once, from one table: how many
mentions each gold cluster has in common with each predicted one.

Mentions are aligned by equal keys, one to one. A key that stands in several clusters of a side is
a mention of each: the first in order of the cluster numbers meets the first of the other side, the
second the second, and what is left over is missed or spurious. Equal rows count once.

Fractions (B³, CEAF-e, LEA) are summed as fractions for each unit and rounded once, so that no
order of anything can show in them.
"""

from collections.abc import Sequence
from math import lcm
from typing import Literal, NamedTuple, get_args

import numpy as np

from .items import Ints
from .matching import Edges, Floats, align_equal, assign, row_codes

Metric = Literal["muc", "b_cubed", "ceaf_m", "ceaf_e", "lea", "blanc"]

METRICS: tuple[Metric, ...] = get_args(Metric)
"""The metrics, as `statistics` and `figures` call them."""

CONLL: tuple[Metric, ...] = ("muc", "b_cubed", "ceaf_e")
"""Those whose F1 the CoNLL average is the mean of."""


class Clusters(NamedTuple):
    """The mentions of one side, a row each.

    Attributes:
        unit: The number of the document.
        mention: What is equal for the same mention of both sides.
        cluster: The number of its cluster; numbers are told apart by unit.
    """

    unit: Ints
    mention: Ints
    cluster: Ints


class View(NamedTuple):
    """One side's clusters, as the other side cuts them up.

    Attributes:
        unit: The document of each cluster.
        size: How many mentions each cluster has.
        cluster: Of each cell: the cluster.
        other: Of each cell: the cluster of the other side.
        common: Of each cell: how many mentions they share, always above zero.
        other_size: Of each cell: the size of the other side's cluster.
    """

    unit: Ints
    size: Ints
    cluster: Ints
    other: Ints
    common: Ints
    other_size: Ints


class Overlaps(NamedTuple):
    """The same cells seen from both sides."""

    gold: View
    predicted: View


class Parts(NamedTuple):
    """What each cluster adds to a metric: ``numerator / divisor`` of ``weight``, in integers."""

    numerator: Ints
    divisor: Ints
    weight: Ints


class Figures(NamedTuple):
    """Precision, recall and F1 in fractions; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None
    f1: float | None


def overlaps(gold: Clusters, predicted: Clusters, *, singletons: bool = True) -> Overlaps:
    """Count what the clusters of both sides have in common.

    Args:
        gold: The mentions of the gold clusters.
        predicted: Those of the predicted clusters.
        singletons: Whether clusters of one mention take part, on either side.
    """
    left, right = _renumbered(gold, predicted)
    if not singletons:
        left, right = _renumbered(
            *(
                Clusters(*(column[np.bincount(side.cluster)[side.cluster] > 1] for column in side))
                for side in (left, right)
            )
        )
    pairs = align_equal((left.unit, left.mention), (right.unit, right.mention))
    return between(left, right, left.cluster[pairs.gold], right.cluster[pairs.predicted])


def _renumbered(*sides: Clusters) -> list[Clusters]:
    """The distinct rows in order of unit, cluster and mention; no two units share a cluster."""
    made = []
    for side in sides:
        order = np.lexsort((side.mention, side.cluster, side.unit))
        unit, mention, cluster = (column[order] for column in side)
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(unit) != 0) | (np.diff(cluster) != 0)
        distinct = new.copy()
        distinct[1:] |= np.diff(mention) != 0
        number = np.cumsum(new) - 1
        made.append(Clusters(unit[distinct], mention[distinct], number[distinct]))
    return made


def between(gold: Clusters, predicted: Clusters, left: Ints, right: Ints) -> Overlaps:
    """The overlaps of clusters whose shared mentions are given.

    Args:
        gold: Mentions in clusters numbered from 0, of which each has at least one.
        predicted: Likewise.
        left: For each shared mention its gold cluster.
        right: Likewise its predicted cluster.
    """
    (unit, size), (other_unit, other_size) = (_sizes(side) for side in (gold, predicted))
    width = max(len(other_size), 1)
    cells, common = np.unique(left * width + right, return_counts=True)
    rows, columns = np.divmod(cells, width)
    return Overlaps(
        View(unit, size, rows, columns, common, other_size[columns]),
        View(other_unit, other_size, columns, rows, common, size[rows]),
    )


def _sizes(side: Clusters) -> tuple[Ints, Ints]:
    size = np.bincount(side.cluster)
    unit = np.zeros(len(size), dtype=np.int64)
    unit[side.cluster] = side.unit
    return unit, size


def statistics(found: Overlaps, metric: Metric, units: int) -> Floats:
    """The sums of a metric, a row for each of so many units.

    Returns:
        The columns are the numerator and the denominator of precision, then those of recall. For
        BLANC they are the links found, predicted and in gold between coreferent mentions, then
        the same three for mentions that are not coreferent.
    """
    if metric == "blanc":
        return _blanc(found, units)
    if metric in ("ceaf_m", "ceaf_e"):
        return _ceaf(found, units, by_mentions=metric == "ceaf_m")
    columns: list[Floats] = []
    for view in (found.predicted, found.gold):
        part = parts(view, metric)
        columns.append(_exact(view.unit, part.numerator, part.divisor, units))
        columns.append(np.bincount(view.unit, part.weight, units).astype(np.float64))
    return np.stack(columns, axis=1)


def width(metric: Metric) -> int:
    """How many sums `statistics` gives for a metric."""
    return 6 if metric == "blanc" else 4


def parts(view: View, metric: Metric) -> Parts:
    """What each cluster of one side adds to MUC, B³ or LEA."""
    common = view.common

    def gathered(value: Ints) -> Ints:
        return np.bincount(view.cluster, value, len(view.size)).astype(np.int64)

    if metric == "muc":
        return Parts(gathered(common - 1), np.ones_like(view.size), view.size - 1)
    if metric == "b_cubed":
        return Parts(gathered(common**2), view.size, view.size)
    # LEA: the links that are kept, of all links, each cluster as important as it is large. The
    # link of a singleton is with itself, and is kept by a singleton.
    alone = view.size == 1
    links = np.where(alone, 1, view.size * (view.size - 1) // 2)
    kept = np.where(
        alone,
        gathered((view.other_size == 1).astype(np.int64)),
        gathered(common * (common - 1) // 2),
    )
    return Parts(view.size * kept, links, view.size)


def _ceaf(found: Overlaps, units: int, *, by_mentions: bool) -> Floats:
    view = found.gold
    top = view.common if by_mentions else 2 * view.common
    bottom = np.ones_like(top) if by_mentions else view.size[view.cluster] + view.other_size
    chosen = heaviest(Edges(view.cluster, view.other, top / bottom))
    similarity = _exact(view.unit[view.cluster[chosen]], top[chosen], bottom[chosen], units)
    predicted, gold = (
        np.bincount(side.unit, side.size if by_mentions else None, units).astype(np.float64)
        for side in (found.predicted, found.gold)
    )
    return np.stack([similarity, predicted, similarity, gold], axis=1)


def _blanc(found: Overlaps, units: int) -> Floats:
    def links(unit: Ints, size: Ints) -> Floats:
        return np.bincount(unit, size * (size - 1) // 2, units).astype(np.float64)

    def all_links(unit: Ints, size: Ints) -> Floats:
        return links(np.arange(units), np.bincount(unit, size, units).astype(np.int64))

    gold, predicted = found
    at = gold.unit[gold.cluster]
    both = links(at, gold.common)
    coreferent = [both, links(predicted.unit, predicted.size), links(gold.unit, gold.size)]
    # Of the links between aligned mentions, those that neither side takes for coreferent.
    either = [
        links(view.unit, np.bincount(view.cluster, view.common, len(view.size)).astype(np.int64))
        for view in found
    ]
    apart = [
        all_links(at, gold.common) - either[0] - either[1] + both,
        all_links(predicted.unit, predicted.size) - coreferent[1],
        all_links(gold.unit, gold.size) - coreferent[2],
    ]
    return np.stack([*coreferent, *apart], axis=1)


def _exact(unit: Ints, numerator: Ints, divisor: Ints, units: int) -> Floats:
    """The sum of the fractions of each unit, rounded once."""
    (keys,) = row_codes((unit, divisor))
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    totals = np.bincount(codes, numerator, len(first)).astype(np.int64)
    tops, bottoms = [0] * units, [1] * units
    for row, top, bottom in zip(
        unit[first].tolist(), totals.tolist(), divisor[first].tolist(), strict=True
    ):
        shared = lcm(bottoms[row], bottom)
        tops[row] = tops[row] * (shared // bottoms[row]) + top * (shared // bottom)
        bottoms[row] = shared
    # Python rounds the quotient of two integers correctly, however large they are.
    return np.array([top / bottom for top, bottom in zip(tops, bottoms, strict=True)], dtype=float)


def heaviest(edges: Edges) -> Ints:
    """The one-to-one choice of edges with the largest total weight, as sorted row numbers."""
    height, width = (int(side.max(initial=-1)) + 1 for side in edges[:2])
    pairs = assign(edges, (np.arange(height),), (np.arange(width),), most=False)
    cells = edges.gold * width + edges.predicted
    order = np.argsort(cells)
    return np.sort(order[np.searchsorted(cells[order], pairs.gold * width + pairs.predicted)])


def rates(metric: Metric, totals: Floats) -> Floats:
    """Precision, recall and F1 for sums in the last axis; NaN where there is nothing to count.

    BLANC is the mean over the two kinds of links. A kind that neither side has is left out; what
    only one side has, counts 0 for the other (Luo et al. 2014).
    """
    if metric != "blanc":
        return _rates(*np.moveaxis(totals, -1, 0))
    kinds = []
    for found, predicted, gold in (np.moveaxis(totals[..., i : i + 3], -1, 0) for i in (0, 3)):
        known = predicted + gold > 0
        kinds.append(
            np.where(known[..., None], np.nan_to_num(_rates(found, predicted, found, gold)), np.nan)
        )
    known_kinds = ~np.isnan(kinds)
    return _over(np.nansum(kinds, axis=0), known_kinds.sum(axis=0))


def _rates(p_top: Floats, p_bottom: Floats, r_top: Floats, r_bottom: Floats) -> Floats:
    harmonic = _over(2 * p_top * r_top, p_top * r_bottom + r_top * p_bottom)
    f1 = np.where(
        p_top == r_top,
        _over(2 * p_top, p_bottom + r_bottom),
        np.where(p_bottom + r_bottom > 0, np.nan_to_num(harmonic), np.nan),
    )
    return np.stack([_over(p_top, p_bottom), _over(r_top, r_bottom), f1], axis=-1)


def _over(top: Floats, bottom: Floats) -> Floats:
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    return np.divide(top, bottom, out=np.full_like(bottom, np.nan), where=bottom != 0)


def figures(metric: Metric, totals: Floats) -> list[Figures]:
    """Precision, recall and F1 of sums over some units, a row each."""
    values = rates(metric, totals).tolist()
    return [Figures(*(None if value != value else value for value in row)) for row in values]


def conll(f1: Sequence[float | None]) -> float | None:
    """The CoNLL average of the three F1 of `CONLL`; undefined as soon as one of them is."""
    known = [value for value in f1 if value is not None]
    return sum(known) / len(CONLL) if len(known) == len(CONLL) else None
