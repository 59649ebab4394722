"""Clusters as the scorers of coreference index them, which shows where a mention is repeated.

They look a mention up in a table that knows its last cluster, but count it in every one. All that
depends on this is here; without repetitions each of the overlaps is that of `bench.coreference`.
"""

from collections.abc import Hashable, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import numpy as np

from ..coreference import Clusters, Overlaps, between
from ..items import Ints
from ..matching import Floats
from .base import divided, harmonic

Chains = Sequence[Sequence[Hashable]]
"""The clusters of one side of a document, in order, with their mentions in order."""


class Sums(NamedTuple):
    """Numerator and denominator of recall, then of precision, over all documents."""

    recall: tuple[float, float]
    precision: tuple[float, float]

    def rates(self) -> tuple[float, float, float]:
        """Recall, precision and F1 as fractions."""
        recall, precision = divided(*self.recall), divided(*self.precision)
        return recall, precision, harmonic(precision, recall)


def summed(unit: Ints, values: Floats | Ints, units: int) -> float:
    """The sum over documents of the sum within each, both from first to last as loops add up."""
    each: list[float] = np.bincount(unit, values, units).tolist()
    return reduce(add, each, 0.0)


def matrix_sums(row: Ints, values: Floats, unit: Ints, columns: Ints) -> Floats:
    """For each document the sum of what an assignment chose in a matrix, added as numpy adds it.

    It adds the chosen cells row by row, zeros among them, and many of them not one by one.

    Args:
        row: The row of each value, over all documents.
        values: What was chosen, without zeros.
        unit: The document of each row, sorted.
        columns: How many columns the matrix of each document has.
    """
    cells = np.zeros(len(unit))
    cells[row] = values
    ends = np.searchsorted(unit, np.arange(len(columns) + 1))
    sums = np.zeros(len(columns))
    for i, width in enumerate(columns.tolist()):
        each = cells[ends[i] : ends[i + 1]]
        if len(each) > width:
            # Which of the other rows were chosen besides does not show.
            each = np.resize(np.concatenate([each[each > 0], np.zeros(width)]), width)
        sums[i] = each.sum()
    return sums


def distinct(gold: Clusters, predicted: Clusters) -> Sums:
    """How many different mentions there are, and are found."""
    known, found = np.unique(gold.mention), np.unique(predicted.mention)
    both = len(np.intersect1d(known, found, assume_unique=True))
    return Sums((both, len(known)), (both, len(found)))


def rows(documents: Sequence[Chains], codes: dict[tuple[int, Hashable], int]) -> Clusters:
    """The mentions of all documents, in order.

    Args:
        documents: The clusters of each.
        codes: The numbers of the mentions, and of their documents; both sides must share it.
    """
    chains = [(unit, chain) for unit, document in enumerate(documents) for chain in document]
    filled = [(unit, chain) for unit, chain in chains if chain]
    mentions = [
        codes.setdefault((unit, mention), len(codes)) for unit, chain in filled for mention in chain
    ]
    lengths = [len(chain) for _, chain in filled]
    units = np.array([unit for unit, _ in filled], dtype=np.int64)
    return Clusters(
        np.repeat(units, lengths),
        np.array(mentions, dtype=np.int64),
        np.repeat(np.arange(len(filled)), lengths),
    )


def looked_up(gold: Clusters, predicted: Clusters, by: Clusters) -> Overlaps:
    """What each cluster of the other side has in common with the last clusters of ``by``."""
    asking = gold if by is predicted else predicted
    hit, found = last_clusters(asking, by)
    if by is predicted:
        return between(gold, predicted, asking.cluster[hit], found)
    return between(gold, predicted, found, asking.cluster[hit])


def last_clusters(asking: Clusters, by: Clusters) -> tuple[Ints, Ints]:
    """The rows whose mention the other side has, and the last cluster that it has there."""
    size = 1 + max(
        (int(side.mention.max()) for side in (asking, by) if len(side.mention)), default=0
    )
    last = np.full(size, -1)
    last[by.mention] = by.cluster
    found = last[asking.mention]
    hit = np.flatnonzero(found >= 0)
    return hit, found[hit]


def contained(gold: Clusters, predicted: Clusters, of: Clusters) -> Overlaps:
    """How many mentions of each cluster of ``of`` a cluster of the other side holds as well.

    Those that the cluster of ``of`` repeats count as often as it does.
    """
    within = gold if of is predicted else predicted
    held = np.unique(np.stack([within.mention, within.cluster]), axis=1)
    row, at = equal_pairs(of.mention, held[0])
    mine, other = of.cluster[row], held[1][at]
    return between(gold, predicted, *((other, mine) if of is predicted else (mine, other)))


def equal_pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs of equal values, as row numbers, in the order of the left ones.

    >>> [side.tolist() for side in equal_pairs(np.array([7, 8, 7]), np.array([9, 7, 7]))]
    [[0, 0, 2, 2], [1, 2, 1, 2]]
    """
    order = np.argsort(right, kind="stable")
    low = np.searchsorted(right[order], left, side="left")
    counts = np.searchsorted(right[order], left, side="right") - low
    rows = np.repeat(np.arange(len(left)), counts)
    at = np.arange(len(rows)) + np.repeat(low - np.cumsum(counts) + counts, counts)
    return rows, order[at]


def repeated(side: Clusters) -> set[int]:
    """The documents in which a mention occurs twice."""
    _, first, counts = np.unique(side.mention, return_index=True, return_counts=True)
    return set(side.unit[first[counts > 1]].tolist())
