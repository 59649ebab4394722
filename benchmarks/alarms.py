"""How often a gate's policy raises a false alarm, and how often it misses a real drop.

Each simulation draws a corpus and two versions of a system: the new one decides about three items
in ten anew, a little worse than the old one where there is a real drop of F1. Prints for each
policy and each drop how often the gate closes, in percent.
"""

import argparse
import json
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bench.counts import Counts
from bench.statistics import Sampling, difference, significance

CORPORA = {"seed (15 sentences)": (15, 2.8), "100 documents": (100, 20.0)}
"""How many units there are, and how many gold items one has on average."""
DROPS = (0.0, 1.0, 2.0, 5.0, 10.0)
QUALITY, ANEW = 0.8, 0.3
POLICIES: dict[str, Callable[[float, float], bool]] = {
    "any drop": lambda drop, p: drop > 0,  # noqa: ARG005 - one shape for all
    "drop > 2": lambda drop, p: drop > 2,  # noqa: ARG005
    "drop > 5": lambda drop, p: drop > 5,  # noqa: ARG005
    "significant": lambda drop, p: drop > 0 and p < 0.05,
    "significant among 31 measures": lambda drop, p: drop > 0 and p < 0.05 / 31,
    "drop > 2 and significant": lambda drop, p: drop > 2 and p < 0.05,
}
"""The last but one is what the default comes to at worst: Holm's correction over all measures of
the profile ``standard``. Its first step asks for p < 0.05 / 31."""


def pair(rng: np.random.Generator, units: int, items: float, drop: float) -> tuple[Counts, Counts]:
    """The counts of both versions on a corpus."""
    gold = 1 + rng.poisson(items - 1, units)
    # Units are easy or hard alike for all their items.
    ease = rng.beta(8 * QUALITY, 8 * (1 - QUALITY), units)
    least = np.repeat(ease, gold)
    hits = rng.random(len(least)) < least
    extra = rng.random(len(least)) < 1 - QUALITY
    # What is decided anew is as much worse as makes the whole drop.
    change = np.where(rng.random(len(least)) < ANEW, 1, 0).astype(bool)
    worse = drop / 100 / ANEW
    new_hits = np.where(change, rng.random(len(least)) < least - worse, hits)
    new_extra = np.where(change, rng.random(len(least)) < 1 - QUALITY + worse, extra)
    unit = np.repeat(np.arange(units), gold)
    return _counts(unit, hits, extra, units), _counts(unit, new_hits, new_extra, units)


def _counts(
    unit: npt.NDArray[np.int64],
    hits: npt.NDArray[np.bool_],
    extra: npt.NDArray[np.bool_],
    units: int,
) -> Counts:
    tp = np.bincount(unit, hits, units)
    found, gold = tp + np.bincount(unit, extra, units), np.bincount(unit, minlength=units)
    values = np.stack([tp, found, gold], axis=1)[:, None, :].astype(np.int64)
    return Counts(tuple(f"u{i:04}" for i in range(units)), ("",), values)


def alarms(units: int, items: float, drop: float, times: int) -> dict[str, float]:
    """How often each policy closes the gate, in percent."""
    rng = np.random.default_rng(7)
    closed = dict.fromkeys(POLICIES, 0)
    for _ in range(times):
        old, new = pair(rng, units, items, drop)
        less = difference(new, old)
        (test,) = significance([less], Sampling(resamples=2000))
        for name, policy in POLICIES.items():
            closed[name] += policy(-100 * (less.value or 0.0), test.p or 1.0)
    return {name: 100 * number / times for name, number in closed.items()}


def main() -> None:
    """Simulate and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer simulations")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    times = 100 if arguments.quick else 1000
    found = {
        corpus: {drop: alarms(*size, drop, times) for drop in DROPS}
        for corpus, size in CORPORA.items()
    }
    if arguments.json:
        print(json.dumps({"times": times, "alarms": found}))
        return
    print("| corpus | policy |", *(f"drop of {drop:g} |" for drop in DROPS))
    print("| --- | --- |", *("---: |" for _ in DROPS))
    for corpus, drops in found.items():
        for policy in POLICIES:
            print(f"| {corpus} | {policy} |", *(f"{drops[d][policy]:.1f} |" for d in DROPS))


if __name__ == "__main__":
    main()
