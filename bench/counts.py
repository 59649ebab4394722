"""The units × cells matrix of counts, and the sums that turn it into P, R and F1.

Counts are integers and add: two corpora merged have the sum of their matrices. A figure whose
denominator is zero is undefined (None), never 0 and never NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import fsum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import coreference
from .coreference import Metric

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
        return 2 * self.tp / (self.predicted + self.gold) if self.predicted + self.gold else None


class Average(NamedTuple):
    """Precision, recall and F1 as unweighted means over labels."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, eq=False)
class Counts:
    """The counts of one measure.

    Attributes:
        units: The sampling units, sorted.
        labels: The labels; ``("",)`` for a measure without labels.
        values: Of shape (units, labels, 3): true positives, predicted, gold. Integers, but for
            graded measures, whose true positives are multiples of 2**-30.
    """

    units: tuple[str, ...]
    labels: tuple[str, ...]
    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Counts)
            and (self.units, self.labels) == (other.units, other.labels)
            and np.array_equal(self.values, other.values)
        )

    def figure(self, sums: Sequence[float]) -> "Tally | Average":
        """What some sums of the last axis are worth."""
        return Tally(*sums)  # type: ignore[arg-type]

    def take(self, rows: Sequence[int]) -> "Counts":
        """The counts of some of the units."""
        if len(rows) == len(self.units):
            return self
        return replace(
            self, units=tuple(self.units[i] for i in rows), values=self.values[list(rows)]
        )

    def micro(self) -> "Tally | Average":
        """Counts summed over all units and labels."""
        return self.figure(self.values.sum(axis=(0, 1)).tolist())

    def by_label(self) -> "dict[str, Tally | Average]":
        """Counts of each label, summed over units."""
        sums = self.values.sum(axis=0).tolist()
        return {label: self.figure(sums[i]) for i, label in enumerate(self.labels)}

    def by_unit(self) -> "dict[str, Tally | Average]":
        """Counts of each unit, summed over labels."""
        return self.by_group({unit: unit for unit in self.units})

    def by_group(self, groups: Mapping[str, str]) -> "dict[str, Tally | Average]":
        """Counts of each group of units, summed over labels; the groups sorted by name."""
        names = sorted({groups[unit] for unit in self.units})
        place = {name: i for i, name in enumerate(names)}
        sums = np.zeros((len(names), self.values.shape[-1]), dtype=self.values.dtype)
        np.add.at(sums, [place[groups[unit]] for unit in self.units], self.values.sum(axis=1))
        return {name: self.figure(sums[i].tolist()) for name, i in place.items()}

    def macro(self) -> Average:
        """Means over the labels that gold supports.

        A label that gold has and nobody predicted has no precision; it counts as 0 here, since
        nothing of it was found. Labels without gold are left out (they count in `micro`).
        """
        tallies = [tally for tally in self.by_label().values() if isinstance(tally, Tally)]
        supported = [tally for tally in tallies if tally.gold]
        if not supported:
            return Average(None, None, None)
        number = len(supported)
        return Average(
            # fsum is exact, so the same on every version of Python; sum is not.
            fsum(tally.precision or 0.0 for tally in supported) / number,
            fsum(tally.recall or 0.0 for tally in supported) / number,
            fsum(tally.f1 or 0.0 for tally in supported) / number,
        )


@dataclass(frozen=True, eq=False)
class ClusterCounts(Counts):
    """The sums of a coreference metric, or of the three whose mean F1 is the CoNLL average.

    Attributes:
        metrics: Which; ``values`` holds the columns of `coreference.statistics` of each in turn.
    """

    metrics: tuple[Metric, ...]

    def figure(self, sums: Sequence[float]) -> Average:
        """Precision, recall and F1; of the CoNLL average only F1."""
        parts = np.split(np.array(sums, dtype=float), len(self.metrics))
        found = [
            coreference.figures(metric, part)
            for metric, part in zip(self.metrics, parts, strict=True)
        ]
        if len(found) == 1:
            return Average(*found[0])
        return Average(None, None, coreference.conll([one.f1 for one in found]))


Matrix = Mapping[str, Counts]
"""The counts of each measure, by its name."""


def merge(matrices: Sequence[Matrix]) -> dict[str, Counts]:
    """The matrix of several corpora together, whose units must differ.

    Raises:
        ValueError: A unit stands in two of them.
    """
    names = dict.fromkeys(name for matrix in matrices for name in matrix)
    return {name: _merge([m[name] for m in matrices if name in m]) for name in names}


def _merge(parts: Sequence[Counts]) -> Counts:
    units = sorted(unit for part in parts for unit in part.units)
    if len(set(units)) < len(units):
        twice = next(a for a, b in pairwise(units) if a == b)
        raise ValueError(f"unit {twice!r} stands in two of the matrices")
    labels = tuple(dict.fromkeys(label for part in parts for label in part.labels))
    kind = np.result_type(*(part.values for part in parts))
    values = np.zeros((len(units), len(labels), parts[0].values.shape[-1]), dtype=kind)
    row, column = ({name: i for i, name in enumerate(names)} for names in (units, labels))
    for part in parts:
        rows = [row[unit] for unit in part.units]
        columns = [column[label] for label in part.labels]
        values[np.ix_(rows, columns)] = part.values
    return replace(parts[0], units=tuple(units), labels=labels, values=values)


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
    return Counts(
        tuple(units), tuple(labels), values.astype(np.int64) if weight is None else values
    )
