"""A figure of a corpus as arithmetic on columns that are summed over units.

What the sums are worth is computed for many sums at once, so that a figure can be had for every
way to draw the units anew (`bench.statistics`). The difference of two systems is a figure too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, get_args

import numpy as np

from . import coreference
from .coreference import Metric
from .counts import ClusterCounts, Counts
from .errors import UsageError, nearest
from .matching import Floats
from .measures import MeanOver

Rate = Literal["precision", "recall", "f1"]
Worth = Callable[[Floats], Floats]

_GRAIN = 2.0**30
"""Columns are multiples of its inverse, so that their sums are exact in any order."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure of a corpus.

    Attributes:
        units: The sampling units, sorted.
        columns: What is summed, a row for each unit.
        worth: What sums in the last axis are worth; NaN where there is nothing to count.
        value: The figure itself; None where there is nothing to count.
        is_proportion: Whether it is a plain proportion, of the two columns.
    """

    units: tuple[str, ...]
    columns: Floats
    worth: Worth
    value: float | None
    is_proportion: bool = field(default=False, kw_only=True)

    def grouped(self, groups: Mapping[str, str]) -> "Figure":
        """The same figure, whose units are groups of units: sources, or documents of sentences.

        Raises:
            UsageError: A unit has no group.
        """
        of = [looked_up(unit, groups, "group") for unit in self.units]
        names = sorted(set(of))
        place = {name: i for i, name in enumerate(names)}
        columns = np.zeros((len(names), self.columns.shape[1]))
        np.add.at(columns, [place[name] for name in of], self.columns)
        return replace(self, units=tuple(names), columns=columns)


@dataclass(frozen=True, eq=False)
class Difference(Figure):
    """The figure of one system less that of another, on the same units."""

    ours: Figure
    theirs: Figure

    def grouped(self, groups: Mapping[str, str]) -> "Difference":
        """The same difference, whose units are groups of units."""
        return less(self.ours.grouped(groups), self.theirs.grouped(groups))


def figure(
    counts: Counts,
    rate: Rate = "f1",
    *,
    average: MeanOver = "micro",
    label: str | None = None,
    zero: float | None = None,
) -> Figure:
    """A figure of a measure.

    Args:
        counts: The counts of the measure.
        rate: Which of its figures.
        average: Over all items, or the mean over labels or over documents.
        label: The only label that counts.
        zero: What it is where there is nothing to count.

    Raises:
        UsageError: There is no such figure.
    """
    known("figure", rate, get_args(Rate))
    known("average", average, get_args(MeanOver))
    if label is not None:
        known("label", label, counts.labels)
        column = counts.labels.index(label)
        counts = replace(counts, labels=(label,), values=counts.values[:, [column]])
    if isinstance(counts, ClusterCounts):
        if average == "macro":
            raise UsageError("coreference has no labels to take the mean over")
        if len(counts.metrics) > 1 and rate != "f1":
            raise UsageError(f"the CoNLL average is a mean of F1; it has no {rate}")
    order = sorted(range(len(counts.units)), key=counts.units.__getitem__)
    counts = replace(
        counts, units=tuple(counts.units[i] for i in order), values=counts.values[order]
    )
    columns, worth = _arithmetic(counts, rate, average)
    whole = counts.values.dtype.kind != "f"
    return Figure(
        counts.units,
        np.rint(columns * _GRAIN) / _GRAIN,
        worth if zero is None else partial(_filled, worth, zero),
        getattr(counts.averaged(average, zero), rate),
        is_proportion=whole and worth is _ratio and rate != "f1" and average == "micro",
    )


def difference(
    ours: Counts,
    theirs: Counts,
    rate: Rate = "f1",
    *,
    average: MeanOver = "micro",
    label: str | None = None,
    zero: float | None = None,
) -> Difference:
    """What one system has over another on the same units; see `figure`.

    Raises:
        UsageError: There is no such figure, or the systems' units differ.
    """
    sides = (_with(ours, label, theirs), _with(theirs, label, ours))
    return less(*(figure(c, rate, average=average, label=label, zero=zero) for c in sides))


def _with(counts: Counts, label: str | None, other: Counts) -> Counts:
    """With a label that only the other system has."""
    if label is None or label in counts.labels or label not in other.labels:
        return counts
    values = np.concatenate([counts.values, np.zeros_like(counts.values[:, :1])], axis=1)
    return replace(counts, labels=(*counts.labels, label), values=values)


def less(ours: Figure, theirs: Figure) -> Difference:
    """The figure of one system less that of another.

    Raises:
        UsageError: They are not of the same units, or not of the same measure and gold.
    """
    if ours.units != theirs.units:
        odd = sorted(set(ours.units) ^ set(theirs.units))
        raise UsageError(
            f"the systems were scored on different units, such as {odd[0]!r}; "
            "score both on the same corpus"
        )
    if ours.columns.shape != theirs.columns.shape:
        raise UsageError("the systems were not scored by the same measure on the same gold")
    one, other = ours.value, theirs.value
    return Difference(
        ours.units,
        np.concatenate([ours.columns, theirs.columns], axis=1),
        partial(_subtracted, ours.worth, theirs.worth),
        None if one is None or other is None else one - other,
        ours,
        theirs,
    )


def _arithmetic(counts: Counts, rate: Rate, average: MeanOver) -> tuple[Floats, Worth]:
    """The columns of a figure, and what their sums are worth."""
    if average == "documents":
        (every, f1), (columns, worth) = (_arithmetic(counts, r, "micro") for r in ("f1", rate))
        each = np.where(np.isnan(f1(every)), 1.0, np.nan_to_num(worth(columns)))
        return np.stack([each, np.ones_like(each)], axis=1), _ratio
    if isinstance(counts, ClusterCounts):
        sums = counts.values.sum(axis=1).astype(float)
        return sums, partial(_coreference, counts.metrics, get_args(Rate).index(rate))
    tp, predicted, gold = np.moveaxis(counts.values.astype(float), -1, 0)
    top, bottom = {
        "precision": (tp, predicted),
        "recall": (tp, gold),
        "f1": (2 * tp, predicted + gold),
    }[rate]
    if average == "micro":
        return np.stack([top.sum(axis=1), bottom.sum(axis=1)], axis=1), _ratio
    # What gold never has is in no mean; the others stand in the order of their names.
    order = sorted(range(len(counts.labels)), key=counts.labels.__getitem__)
    supported = [i for i in order if gold[:, i].any()]
    cells = np.stack([part[:, supported] for part in (top, bottom, gold)], axis=-1)
    return cells.reshape(len(cells), -1), _mean_over_labels


def _ratio(sums: Floats) -> Floats:
    top, bottom = sums[..., 0], sums[..., 1]
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom != 0)


def _mean_over_labels(sums: Floats) -> Floats:
    cells = sums.reshape(*sums.shape[:-1], sums.shape[-1] // 3, 3)
    supported = cells[..., 2] > 0
    total = np.where(supported, np.nan_to_num(_ratio(cells)), 0.0).sum(axis=-1)
    return _ratio(np.stack([total, supported.sum(axis=-1)], axis=-1))


def _coreference(metrics: Sequence[Metric], rate: int, sums: Floats) -> Floats:
    parts = np.split(sums, len(metrics), axis=-1)
    found = [coreference.rates(m, part)[..., rate] for m, part in zip(metrics, parts, strict=True)]
    return np.sum(found, axis=0) / len(metrics)  # type: ignore[no-any-return]


def _filled(worth: Worth, zero: float, sums: Floats) -> Floats:
    found = worth(sums)
    return np.where(np.isnan(found), zero, found)


def _subtracted(ours: Worth, theirs: Worth, sums: Floats) -> Floats:
    one, other = np.split(sums, 2, axis=-1)
    return ours(one) - theirs(other)


def known(what: str, name: str, names: Collection[str]) -> None:
    """Refuse a name that there is not.

    Raises:
        UsageError: Names the nearest that there are.
    """
    if name not in names:
        raise UsageError(f"no {what} {name!r}; {nearest(name, names)}")


def looked_up(unit: str, names: Mapping[str, str], what: str) -> str:
    """The group or stratum of a unit.

    Raises:
        UsageError: It has none.
    """
    if unit not in names:
        raise UsageError(f"unit {unit!r} has no {what}")
    return names[unit]
