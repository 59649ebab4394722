"""Clusters as the scorers of coreference index them, which shows where a mention is repeated.

They look a mention up in a table that knows its last cluster, but count it in every one. All that
depends on this is here; without repetitions each of the overlaps is that of `bench.coreference`.
"""

from collections.abc import Hashable, Iterator, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import numpy as np

from ..coreference import Clusters, Overlaps, between, heaviest
from ..items import Ints
from ..matching import Edges, Floats, meeting
from .base import divided, harmonic

Chains = Sequence[Sequence[Hashable]]
"""The clusters of one side of a document, in order, with their mentions in order."""
_LARGEST = 1 << 22
"""So many pairs of a document are put into a matrix."""


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
    row, at = meeting((of.mention,), (held[0],))
    mine, other = of.cluster[row], held[1][at]
    return between(gold, predicted, *((other, mine) if of is predicted else (mine, other)))


class Matrix(NamedTuple):
    """The pairs of one document, numbered in it, and how many rows it has on either side."""

    edges: Edges
    height: int
    width: int

    def chosen(self) -> Floats:
        """The best choice one to one, row by row, with the zeros that are chosen besides.

        Which of equally good ones it is, and so the last bits of its sum, is for scipy to say; but
        not where the matrix is very large.
        """
        edges = self.edges
        if self.height * self.width > _LARGEST:
            return edges.weight[heaviest(edges)]
        from scipy.optimize import linear_sum_assignment

        cells = np.zeros((self.height, self.width))
        cells[edges.gold, edges.predicted] = edges.weight
        found: Floats = cells[linear_sum_assignment(-cells)]
        return found


def matrices(edges: Edges, gold: Ints, predicted: Ints, units: int) -> Iterator[Matrix]:
    """The pairs of each document.

    Args:
        edges: The pairs, in the order of gold.
        gold: The document of each row of gold, in order.
        predicted: That of each row of the prediction.
        units: How many documents there are.
    """
    ends = np.arange(units + 1)
    rows, columns, pairs = (
        np.searchsorted(side, ends).tolist() for side in (gold, predicted, gold[edges.gold])
    )
    for i in range(units):
        here = slice(pairs[i], pairs[i + 1])
        own = Edges(
            edges.gold[here] - rows[i], edges.predicted[here] - columns[i], edges.weight[here]
        )
        yield Matrix(own, rows[i + 1] - rows[i], columns[i + 1] - columns[i])


def repeated(side: Clusters) -> set[int]:
    """The documents in which a mention occurs twice."""
    _, first, counts = np.unique(side.mention, return_index=True, return_counts=True)
    return set(side.unit[first[counts > 1]].tolist())
