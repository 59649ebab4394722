"""The units × cells matrix of counts, and the sums that turn it into P, R and F1.

Counts are integers and add: two corpora merged have the sum of their matrices. A figure whose
denominator is zero is undefined (None), never 0 and never NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from math import fsum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import coreference
from .coreference import Metric
from .measures import MeanOver

_FEW = 2**14
"""Counts up to this are kept in 16 bits."""

ANY = ""
"""The label of a measure that does not look at labels."""


class Tally(NamedTuple):
    """How many items were found, predicted and labelled in gold.

    >>> Tally(tp=5, predicted=6, gold=58).f1
    0.15625
    >>> Tally(0, 0, 3).precision is None
    True
    """

    tp: float
    predicted: int
    gold: int

    @property
    def precision(self) -> float | None:
        """Tp / predicted."""
        return self.tp / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Tp / gold."""
        return self.tp / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """2·tp / (predicted + gold), from integers."""
        both = self.predicted + self.gold
        return 2 * self.tp / both if both else None


class Average(NamedTuple):
    """Precision, recall and F1 that are no quotients of counts: means, or sums of clusters."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, eq=False)
class Counts:
    """The counts of one measure.

    Attributes:
        units: The sampling units, sorted.
        labels: The labels; ``("",)`` for a measure without labels.
        values: Of shape (units, labels, 3): true positives, predicted, gold. Integers, of 16 bits
            where the sum of two always fits, so that many documents need little memory; floats for
            graded measures, whose true positives are multiples of 2**-30.
    """

    units: tuple[str, ...]
    labels: tuple[str, ...]
    values: npt.NDArray[Any]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Counts)
            and (self.units, self.labels) == (other.units, other.labels)
            and np.array_equal(self.values, other.values)
        )

    def figures(self, sums: npt.NDArray[Any]) -> "Sequence[Tally | Average]":
        """What some sums of the last axis are worth, a row each."""
        if sums.dtype.kind != "f":
            return [Tally(*row) for row in sums.tolist()]
        return [Tally(tp, int(predicted), int(gold)) for tp, predicted, gold in sums.tolist()]

    def take(self, rows: Sequence[int]) -> "Counts":
        """The counts of some of the units."""
        if list(rows) == list(range(len(self.units))):
            return self
        return replace(
            self, units=tuple(self.units[i] for i in rows), values=self.values[list(rows)]
        )

    def labelled(self, labels: tuple[str, ...]) -> "Counts":
        """The counts with these labels; others must have no counts."""
        if labels == self.labels:
            return self
        values = np.zeros((len(self.units), len(labels), self.values.shape[-1]), self.values.dtype)
        for i, label in enumerate(labels):
            if label in self.labels:
                values[:, i] = self.values[:, self.labels.index(label)]
        return replace(self, labels=labels, values=values)

    def used(self) -> list[str]:
        """The labels that have counts."""
        return [label for i, label in enumerate(self.labels) if self.values[:, i].any()]

    def micro(self) -> "Tally | Average":
        """Counts summed over all units and labels."""
        return self.figures(self.values.sum(axis=(0, 1))[None])[0]

    def by_label(self) -> "dict[str, Tally | Average]":
        """Counts of each label, summed over units."""
        return dict(zip(self.labels, self.figures(self.values.sum(axis=0)), strict=True))

    def by_unit(self) -> "dict[str, Tally | Average]":
        """Counts of each unit, summed over labels."""
        return dict(zip(self.units, self.figures(self.values.sum(axis=1)), strict=True))

    def by_group(self, groups: Mapping[str, str]) -> "dict[str, Tally | Average]":
        """Counts of each group of units, summed over labels; the groups sorted by name."""
        names = sorted({groups[unit] for unit in self.units})
        place = {name: i for i, name in enumerate(names)}
        kind = np.result_type(self.values, np.int64)
        sums = np.zeros((len(names), self.values.shape[-1]), dtype=kind)
        np.add.at(sums, [place[groups[unit]] for unit in self.units], self.values.sum(axis=1))
        return dict(zip(names, self.figures(sums), strict=True))

    def macro(self) -> Average:
        """Means over the labels that gold supports.

        A label that gold has and nobody predicted has no precision; it counts as 0 here, since
        nothing of it was found. Labels without gold are left out (they count in `micro`).
        """
        tallies = [tally for tally in self.by_label().values() if isinstance(tally, Tally)]
        return _mean([tally for tally in tallies if tally.gold])

    def documents(self) -> Average:
        """Means over the units; one that is rightly empty counts 1, wrongly empty or filled 0."""
        found = self.by_unit().values()
        return _mean([Average(1.0, 1.0, 1.0) if one.f1 is None else one for one in found])

    def averaged(self, average: MeanOver, zero: float | None = None) -> "Tally | Average":
        """The figure of a measure: over all items, or a mean; ``zero`` where it is undefined."""
        found = getattr(self, average)()
        if zero is None:
            return found  # type: ignore[no-any-return]
        figures = (found.precision, found.recall, found.f1)
        return Average(*(zero if value is None else value for value in figures))


@dataclass(frozen=True, eq=False)
class ClusterCounts(Counts):
    """The sums of a coreference metric, or of the three whose mean F1 is the CoNLL average.

    Attributes:
        metrics: Which; ``values`` holds the columns of `coreference.statistics` of each in turn.
    """

    metrics: tuple[Metric, ...]

    def figures(self, sums: npt.NDArray[Any]) -> Sequence[Average]:
        """Precision, recall and F1; of the CoNLL average only F1."""
        parts = np.split(sums.astype(float), len(self.metrics), axis=-1)
        found = [
            coreference.figures(metric, part)
            for metric, part in zip(self.metrics, parts, strict=True)
        ]
        if len(found) == 1:
            return [Average(*row) for row in found[0]]
        means = (coreference.conll([one.f1 for one in row]) for row in zip(*found, strict=True))
        return [Average(None, None, mean) for mean in means]


def _mean(figures: Sequence[Tally | Average]) -> Average:
    """Means, to which an undefined figure adds nothing; undefined where there is none."""
    if not figures:
        return Average(None, None, None)
    number = len(figures)
    # fsum is exact, so the same on every version of Python; sum is not.
    return Average(
        fsum(one.precision or 0.0 for one in figures) / number,
        fsum(one.recall or 0.0 for one in figures) / number,
        fsum(one.f1 or 0.0 for one in figures) / number,
    )


Matrix = Mapping[str, Counts]
"""The counts of each measure, by its name."""


def merge(matrices: Sequence[Matrix]) -> dict[str, Counts]:
    """The matrix of several corpora together, whose units must differ.

    Raises:
        ValueError: A unit stands in two of them.
    """
    names = dict.fromkeys(name for matrix in matrices for name in matrix)
    return {name: joined([m[name] for m in matrices if name in m]) for name in names}


def joined(parts: Sequence[Counts]) -> Counts:
    """The counts of one measure on several corpora together, in whatever order they come.

    Raises:
        ValueError: A unit stands in two of them.
    """
    units = sorted(unit for part in parts for unit in part.units)
    twice = next((a for a, b in pairwise(units) if a == b), None)
    if twice is not None:
        raise ValueError(f"unit {twice!r} stands in two of the matrices")
    labels = _together([part.labels for part in parts])
    kind = np.result_type(*(part.values for part in parts))
    values = np.zeros((len(units), len(labels), parts[0].values.shape[-1]), dtype=kind)
    row, column = ({name: i for i, name in enumerate(names)} for names in (units, labels))
    for part in parts:
        rows = [row[unit] for unit in part.units]
        columns = [column[label] for label in part.labels]
        values[np.ix_(rows, columns)] = part.values
    return replace(parts[0], units=tuple(units), labels=labels, values=values)


def _together(labels: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """All labels: first what all begin with, the ontology's labels, then the others sorted."""
    columns = zip(*labels, strict=False)
    first = [column[0] for column in takewhile(lambda c: len(set(c)) == 1, columns)]
    return (*first, *sorted({label for some in labels for label in some}.difference(first)))


def tabulate(
    units: Sequence[str],
    labels: Sequence[str],
    columns: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]],
    weight: npt.NDArray[np.float64] | None = None,
) -> Counts:
    """Count (unit, label) pairs, given as two index arrays for each of tp, predicted and gold.

    ``weight`` is what each true positive counts, if not 1.
    """
    shape = (len(units), len(labels))
    size = len(units) * len(labels)
    layers = [
        np.bincount(unit * len(labels) + label, weights, minlength=size).reshape(shape)
        for (unit, label), weights in zip(columns, (weight, None, None), strict=True)
    ]
    values = np.stack(layers, axis=-1)
    kind = (
        np.float64 if weight is not None else np.int32 if values.max(initial=0) > _FEW else np.int16
    )
    return Counts(tuple(units), tuple(labels), values.astype(kind))
