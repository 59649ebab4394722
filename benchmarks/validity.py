"""Whether intervals and tests keep what they promise, on simulated corpora whose truth is known.

A document has some gold items (negative binomial, mean 8) and a difficulty that all its items
share (beta, mean 0.6, an intraclass correlation of 0.15); a system hits each item with that
chance, and half of the items alike with the other system; it adds spurious ones, more in some
documents than in others. F1 of the whole population follows from the expectations.

Printed are the share of 95 % intervals that hold the truth, the share of true null hypotheses
that each test rejects at 5 %, and how often it finds a true difference.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import budgets
import numpy as np
import numpy.typing as npt

from bench.counts import Counts
from bench.statistics import (
    Interval,
    IntervalMethod,
    Sampling,
    TestMethod,
    difference,
    figure,
    interval,
    recentred,
    resample,
    significance,
)

Ints = npt.NDArray[np.int64]

MEAN, HIT, CORRELATION, COMMON = 8.0, 0.6, 0.15, 0.5


class System(NamedTuple):
    """How good a simulated system is: its chance of a hit against the common one, and its noise."""

    better: float = 0.0
    spurious: float = 4.0

    @property
    def f1(self) -> float:
        """The true one."""
        hits = MEAN * (HIT + self.better)
        return 2 * hits / (hits + self.spurious + MEAN)


def corpora(
    documents: int, systems: Sequence[System], times: int, seed: int
) -> Iterator[list[Counts]]:
    """Simulated corpora: the counts of each system on the same documents."""
    units = tuple(f"{i:05}" for i in range(documents))
    for number in range(times):
        rng = np.random.default_rng([seed, documents, number])
        gold = 1 + rng.negative_binomial(1.5, 1.5 / (1.5 + MEAN - 1), documents)
        spread = 1 / CORRELATION - 1
        easy = rng.beta(HIT * spread, (1 - HIT) * spread, documents)
        alike = rng.binomial(gold, COMMON)
        both = rng.binomial(alike, easy)
        found = []
        for system in systems:
            tp = both + rng.binomial(gold - alike, easy)
            # A better system also finds some of what it would have missed.
            tp += rng.binomial(gold - tp, system.better / (1 - HIT))
            noise = rng.poisson(system.spurious * rng.gamma(2, 0.5, documents))
            found.append(Counts(units, ("",), np.stack([tp, tp + noise, gold], axis=-1)[:, None]))
        yield found


def holds(found: Interval, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def coverage(documents: int, times: int, resamples: int, seed: int = 1) -> dict[str, float]:
    """How often 95 % intervals hold the truth: of one system's F1, and of a difference."""
    systems = (System(0.04), System())
    truth = (systems[0].f1, systems[0].f1 - systems[1].f1)
    hits: dict[str, int] = {}
    methods: tuple[IntervalMethod, ...] = ("percentile", "bca")
    for number, (one, other) in enumerate(corpora(documents, systems, times, seed)):
        sampling = Sampling(resamples, seed=number)
        figures = (figure(one), difference(one, other))
        values = resample(figures, sampling)
        for what, asked, drawn, true in zip(
            ("F1", "difference"), figures, values, truth, strict=True
        ):
            for method in methods:
                made = interval(asked, drawn, sampling, method=method)
                name = f"{what}, {method}"
                hits[name] = hits.get(name, 0) + holds(made, true)
    return {name: count / times for name, count in hits.items()}


def rejections(
    documents: int, times: int, resamples: int, systems: tuple[System, System], seed: int = 2
) -> dict[TestMethod, float]:
    """How often each test finds a difference at the 5 % level."""
    hits: dict[TestMethod, int] = {"randomisation": 0, "bootstrap": 0, "sacrebleu": 0}
    for number, (one, other) in enumerate(corpora(documents, systems, times, seed)):
        sampling = Sampling(resamples, seed=number)
        asked = difference(one, other)
        (values,) = resample([asked], sampling)
        found = [
            *significance([asked], sampling),
            recentred(asked, values),
            recentred(asked, values, "sacrebleu"),
        ]
        for test in found:
            hits[test.method] += test.p is not None and test.p <= 0.05
    return {name: count / times for name, count in hits.items()}


SAME = (System(), System())
BALANCED = (System(0.1, 6.0), System())
"""The same F1, by more hits and more noise."""


def measure(quick: bool) -> list[budgets.Row]:
    """All shares, in percent, with their bounds where they have some."""
    times, resamples = (200, 500) if quick else (2_000, 2_000)
    sizes = (10, 30, 100) if quick else (10, 30, 100, 1_000)
    error = 100 * 3.3 * (0.05 * 0.95 / times) ** 0.5 if quick else 0.0
    rows = []
    for documents in sizes:
        for name, share in coverage(documents, times, resamples).items():
            bounded = documents >= 30
            what = f"{documents}: 95 % {name}"
            rows.append(_within(what, share, 93, 97, error, bounded=bounded))
    for what, systems in (("same", SAME), ("same F1", BALANCED)):
        for documents in sizes:
            for name, share in rejections(documents, times, resamples, systems).items():
                bounded = documents >= 30 and name == "randomisation" and systems is SAME
                named = f"{documents}: {what}, {name}"
                rows.append(_within(named, share, 4, 6, error, bounded=bounded))
    for documents in sizes:
        for better in (0.02,) if quick else (0.01, 0.02, 0.04, 0.08):
            systems = (System(better), System())
            found = rejections(documents, times // 2, resamples, systems, seed=3)
            points = 100 * (systems[0].f1 - systems[1].f1)
            rows += [
                budgets.Row(f"{documents}: power at {points:.2f} points, {name}", 100 * share)
                for name, share in found.items()
            ]
    return rows


def _within(
    what: str, share: float, least: float, most: float, error: float, *, bounded: bool
) -> budgets.Row:
    """A row whose bounds, in percent, leave room for the chance of a short run."""
    if not bounded:
        return budgets.Row(what, 100 * share)
    return budgets.Row(what, 100 * share, most=most + error, least=least - error)


if __name__ == "__main__":
    sys.exit(budgets.main(__doc__, measure))
