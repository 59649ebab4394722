"""How sure a figure is: intervals, paired tests, corrections, and what a corpus could show.

::

    figure, difference      what is asked (bench.figures)
    bootstrap               an interval of each: percentile, or BCa
    significance            whether a difference may be chance: units swapped at random, or the
                            bootstrap recentred
    corrected               p-values of several tests
    letters                 which of several systems cannot be told apart
    detectable, needed      how small a difference a corpus could show, how large it must be
    wilson                  the interval of a plain proportion

The same seed gives the same answer to the last digit, whatever the order of the units, the number
of workers and the other figures asked for: units are taken in the order of their ids, each block
of resamples has a seed of its own, and sums are exact. Figures of the same units share the draws.

A figure that is undefined in a resample has no value there. Intervals leave such resamples out and
say how many they were; in a test they count against the difference.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np

from .errors import UsageError
from .figures import Difference, Figure, Rate, difference, figure, known
from .matching import Floats
from .resampling import Sampling, Scheme, by_units, resample, shard, swapped

__all__ = [
    "Correction",
    "Difference",
    "Figure",
    "Interval",
    "IntervalMethod",
    "Rate",
    "Sampling",
    "Scheme",
    "Significance",
    "TestMethod",
    "bootstrap",
    "corrected",
    "detectable",
    "difference",
    "figure",
    "interval",
    "letters",
    "needed",
    "recentred",
    "resample",
    "shard",
    "significance",
    "wilson",
]

IntervalMethod = Literal["percentile", "bca"]
TestMethod = Literal["randomisation", "bootstrap", "sacrebleu"]
Correction = Literal["holm", "benjamini-hochberg", "none"]

_NORMAL = NormalDist()
_TIE = 1e-8
"""Differences closer than this are equal, so that rounding cannot break a tie."""

_ENUMERATED = 16
"""Up to so many units that differ, all ways to swap them are looked at."""


@dataclass(frozen=True)
class Interval:
    """A figure and between what it may lie.

    Attributes:
        value: The figure; None where it is undefined, and so are then the ends.
        low: The lower end.
        high: The upper end.
        error: The standard error: the standard deviation over the resamples.
        level: How often such an interval holds the true figure.
        method: How it was made; ``wilson`` where all resamples of a plain proportion are the same.
        units: From how many units was drawn.
        resamples: How many times.
        undefined: In how many of them there was nothing to count.
    """

    value: float | None
    low: float | None
    high: float | None
    error: float | None
    level: float
    method: IntervalMethod | Literal["wilson"]
    units: int
    resamples: int
    undefined: int


@dataclass(frozen=True)
class Significance:
    """How often chance alone makes as large a difference.

    Attributes:
        difference: The difference.
        p: How often, between 0 and 1, never 0; None where the difference is undefined.
        method: How it was tested.
        exact: Whether all ways to swap were looked at.
        units: How many units there are.
        differing: On how many of them the systems differ.
        resamples: How many resamples, or ways to swap, were looked at.
    """

    difference: float | None
    p: float | None
    method: TestMethod
    exact: bool
    units: int
    differing: int
    resamples: int


def bootstrap(
    figures: Sequence[Figure],
    sampling: Sampling | None = None,
    *,
    method: IntervalMethod = "percentile",
    level: float = 0.95,
    executor: Executor | None = None,
) -> list[Interval]:
    """The interval of each figure.

    Args:
        figures: Figures and differences.
        sampling: How units are drawn.
        method: ``percentile``, or ``bca``: corrected for bias and skew.
        level: How often such intervals hold the true figures.
        executor: Where the blocks of resamples are drawn, if not here.

    Raises:
        UsageError: There is one unit only, or no such method or level.
    """
    values = resample(figures, sampling, executor)
    return [
        interval(one, drawn, sampling, method=method, level=level)
        for one, drawn in zip(figures, values, strict=True)
    ]


def interval(
    figure: Figure,
    values: Floats,
    sampling: Sampling | None = None,
    *,
    method: IntervalMethod = "percentile",
    level: float = 0.95,
) -> Interval:
    """The interval of a figure from what `resample` found with the same sampling.

    Raises:
        UsageError: There is no such method or level.
    """
    known("interval", method, get_args(IntervalMethod))
    _share("level", level)
    drawn = values[~np.isnan(values)]
    low = high = error = None
    if figure.value is not None and len(drawn):
        below = above = (1 - level) / 2
        if method == "bca":
            below, above = _bca(figure, drawn, sampling or Sampling(), below)
        # One rule from both ends, so that a difference turned round has its interval turned round.
        low, high = float(np.quantile(drawn, below)), 0.0 - float(np.quantile(-drawn, above))
        error = float(drawn.std(ddof=1)) if len(drawn) > 1 else None
    made: IntervalMethod | Literal["wilson"] = method
    if figure.is_proportion and low is not None and low == high:
        hits, total = figure.columns.sum(axis=0)
        if bounds := wilson(round(hits), round(total), level):
            (low, high), made = bounds, "wilson"
    return Interval(
        value=figure.value,
        low=low,
        high=high,
        error=error,
        level=level,
        method=made,
        units=len(figure.units),
        resamples=len(values),
        undefined=len(values) - len(drawn),
    )


def _bca(figure: Figure, drawn: Floats, sampling: Sampling, tail: float) -> tuple[float, float]:
    """The shares of the resamples that lie below and above the interval."""
    total = figure.columns.sum(axis=0)
    value = figure.worth(total)
    least = 0.5 / len(drawn)
    below = float(((drawn < value).mean() + (drawn <= value).mean()) / 2)
    bias = _NORMAL.inv_cdf(min(max(below, least), 1 - least))
    without = figure.worth(total - figure.columns)
    stratum = sampling.stratum(figure.units)
    cubes = squares = 0.0
    for number in range(int(stratum.max()) + 1):
        left = without[(stratum == number) & ~np.isnan(without)]
        if len(left) > 1:
            pull = (left.mean() - left) * (1 - 1 / len(left))
            cubes += float((pull**3).sum())
            squares += float((pull**2).sum())
    skew = cubes / (6 * squares**1.5) if squares else 0.0

    def share(z: float) -> float:
        z += bias
        bend = 1 - skew * z
        return _NORMAL.cdf(bias + z / bend) if bend > 0 else float(z > 0)

    z = _NORMAL.inv_cdf(tail)
    return share(z), 1 - share(-z)


def significance(
    differences: Sequence[Difference],
    sampling: Sampling | None = None,
    *,
    method: TestMethod = "randomisation",
    executor: Executor | None = None,
) -> list[Significance]:
    """Whether each difference may be chance; two-sided.

    ``randomisation`` swaps what the systems found in a unit, or does not, for each unit: in all
    ways where they differ on few units, else at random. ``bootstrap`` centres the differences of
    the resamples on their mean and asks how often one is as far from it as the difference is from
    0. Ties count as hits. p = (1 + hits) / (1 + resamples), or hits / all ways.

    ``sacrebleu`` is what sacreBLEU's paired bootstrap does, to compare with its figures: it
    centres the absolute differences, and rejects too often (docs/statistics.md).

    Args:
        differences: What is tested.
        sampling: How units are drawn; strata mean nothing to ``randomisation``.
        method: How it is tested.
        executor: Where the blocks of resamples are drawn, if not here.

    Raises:
        UsageError: There is one unit only, or no such method.
    """
    known("test", method, get_args(TestMethod))
    if method != "randomisation":
        values = resample(differences, sampling, executor)
        return [recentred(d, v, method) for d, v in zip(differences, values, strict=True)]
    found: dict[int, Significance] = {}
    for places in by_units(differences):
        some = [differences[i] for i in places]
        tested = _randomised(some, sampling or Sampling(), executor)
        found.update(zip(places, tested, strict=True))
    return [found[i] for i in range(len(differences))]


def recentred(
    difference: Difference, values: Floats, method: TestMethod = "bootstrap"
) -> Significance:
    """The bootstrap test of a difference from what `resample` found."""
    drawn = values[~np.isnan(values)]
    hits = len(values) - len(drawn)
    if difference.value is not None and len(drawn):
        size = abs(difference.value)
        if method == "sacrebleu":
            hits += int((np.abs(drawn) - np.abs(drawn).mean() > size).sum())
        else:
            hits += int((np.abs(drawn - drawn.mean()) >= size - _TIE).sum())
    return _significance(difference, hits, len(values), method)


def _significance(
    difference: Difference, hits: int, ways: int, method: TestMethod, *, exact: bool = False
) -> Significance:
    p = hits / ways if exact else (1 + hits) / (1 + ways)
    return Significance(
        difference=difference.value,
        p=None if difference.value is None else p,
        method=method,
        exact=exact,
        units=len(difference.units),
        differing=int(_moves(difference).any(axis=1).sum()),
        resamples=ways,
    )


def _moves(difference: Difference) -> Floats:
    """What moves from one system to the other when a unit is swapped."""
    return difference.ours.columns - difference.theirs.columns


def _randomised(
    differences: Sequence[Difference], sampling: Sampling, executor: Executor | None
) -> list[Significance]:
    """The randomisation tests of differences on the same units."""
    moves = [_moves(one) for one in differences]
    many = [i for i, move in enumerate(moves) if move.any(axis=1).sum() > _ENUMERATED]
    drawn = swapped([moves[i] for i in many], sampling, executor) if many else []
    sums = dict(zip(many, drawn, strict=True))
    found = []
    for i, one in enumerate(differences):
        exact = i not in sums
        moved = _every_way(moves[i][moves[i].any(axis=1)]) if exact else sums[i]
        ours, theirs = (side.columns.sum(axis=0) for side in (one.ours, one.theirs))
        after = one.ours.worth(ours - moved) - one.theirs.worth(theirs + moved)
        before = float(one.ours.worth(ours) - one.theirs.worth(theirs))
        hits = int((~(np.abs(after) < abs(before) - _TIE)).sum())
        found.append(_significance(one, hits, len(moved), "randomisation", exact=exact))
    return found


def _every_way(moves: Floats) -> Floats:
    """The sums of what moves, for all ways to swap some units."""
    ways = np.arange(2 ** len(moves))[:, None] >> np.arange(len(moves)) & 1
    return ways.astype(float) @ moves


def corrected(p: Sequence[float | None], method: Correction = "holm") -> list[float | None]:
    """The p-values of several tests, corrected for being several; None is no test.

    ``holm`` bounds the chance of any wrong rejection, ``benjamini-hochberg`` the expected share
    of wrong ones among the rejections.

    >>> corrected([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    >>> corrected([0.01, 0.04, None, 0.03], "benjamini-hochberg")
    [0.03, 0.04, None, 0.04]

    Raises:
        UsageError: There is no such method.
    """
    known("correction", method, get_args(Correction))
    if method == "none":
        return list(p)
    tests = [(value, i) for i, value in enumerate(p) if value is not None]
    found: list[float | None] = [None] * len(p)
    # Holm goes up from the smallest and keeps the largest so far; the other the reverse.
    holm = method == "holm"
    edge = 0.0 if holm else 1.0
    for rank, (value, i) in sorted(enumerate(sorted(tests), start=1), reverse=not holm):
        if holm:
            edge = max(edge, min(1.0, (len(tests) - rank + 1) * value))
        else:
            edge = min(edge, value * (len(tests) / rank))
        found[i] = edge
    return found


def letters(order: Sequence[int], differ: Collection[tuple[int, int]]) -> list[str]:
    """Letters for some systems, so that two share one exactly if they cannot be told apart.

    The compact display by insertion and absorption (Piepho 2004): a group of all is divided
    wherever two of its members differ, and groups within others are left out.

    >>> letters([0, 1, 2], [(0, 2)])
    ['a', 'ab', 'b']

    Args:
        order: The systems; those that come first have the first letters.
        differ: The pairs that differ.
    """
    place = {system: rank for rank, system in enumerate(order)}
    groups = [set(order)]
    for one, other in differ:
        parts = [
            part
            for group in groups
            for part in ((group - {one}, group - {other}) if {one, other} <= group else (group,))
        ]
        groups = []
        for part in sorted(parts, key=len, reverse=True):
            if not any(part <= group for group in groups):
                groups.append(part)
    ranked = sorted(sorted(place[system] for system in group) for group in groups)
    found = dict.fromkeys(order, "")
    for number, ranks in enumerate(ranked):
        for rank in ranks:
            found[order[rank]] += _letter(number)
    return [found[system] for system in sorted(order)]


def _letter(number: int) -> str:
    """The first 26 are the alphabet, the next the same with a 1, and so on."""
    turn, letter = divmod(number, 26)
    return chr(ord("a") + letter) + (str(turn) if turn else "")


def detectable(error: float, *, level: float = 0.05, power: float = 0.8) -> float:
    """The smallest true difference that a test would have shown with such a standard error.

    >>> round(detectable(0.01), 4)
    0.028

    Args:
        error: The standard error of the paired difference.
        level: At which p a difference counts as shown.
        power: How often it is to be shown.

    Raises:
        UsageError: The level or the power is no share.
    """
    _share("level", level)
    _share("power", power)
    return (_NORMAL.inv_cdf(1 - level / 2) + _NORMAL.inv_cdf(power)) * error


def needed(found: Interval, *, level: float = 0.05, power: float = 0.8) -> int | None:
    """How many units would show the difference that was found; None where there is none.

    The standard error falls with the square root of the number of units.
    """
    if not found.value or found.error is None:
        return None
    ratio = detectable(found.error, level=level, power=power) / found.value
    return max(2, ceil(found.units * ratio**2))


def wilson(hits: int, total: int, level: float = 0.95) -> tuple[float, float] | None:
    """The interval of a proportion of independent items; None where there are none.

    Precision and recall are such proportions if items do not depend on each other; those of one
    document do, so the bootstrap's interval is the wider and the right one from some units on.

    >>> low, high = wilson(8, 10)
    >>> round(low, 4), round(high, 4)
    (0.4902, 0.9433)

    Raises:
        UsageError: There are more hits than items, or no such level.
    """
    _share("level", level)
    if not 0 <= hits <= total:
        raise UsageError(f"{hits} of {total} is no proportion")
    if not total:
        return None
    z = _NORMAL.inv_cdf((1 + level) / 2)
    p, square = hits / total, z * z / total
    middle = p + square / 2
    half = z * sqrt(p * (1 - p) / total + square / total / 4)
    # The ends of 0 and 1 are exact; rounding would move them.
    low = 0.0 if hits == 0 else (middle - half) / (1 + square)
    high = 1.0 if hits == total else (middle + half) / (1 + square)
    return low, high


def _share(what: str, value: float) -> None:
    if not 0 < value < 1:
        raise UsageError(f"{what} {value:g}: expected a share between 0 and 1")
