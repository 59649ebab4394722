"""What the timed benchmarks share: contestants that run in turn, and budgets that hold or do not.

Each contestant runs once in every round, so that a busy machine slows all of them; what counts is
the ratio of the medians. The first round only warms the caches.
"""

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """Something that was measured.

    Attributes:
        what: What.
        value: A ratio, or what the name says.
        most: The most that it may be.
        least: The least that it may be.
    """

    what: str
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is within its budget, if it has one."""
        most, least = self.most, self.least
        return (most is None or self.value <= most) and (least is None or self.value >= least)


def medians(who: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each contestant in seconds."""
    times: dict[str, list[float]] = {name: [] for name in who}
    for turn in range(rounds + 1):
        for name, contestant in who.items():
            gc.collect()  # what another one left is not this one's work
            began = time.perf_counter()
            contestant()
            if turn:
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main(about: str | None, measure: Callable[[bool], list[Row]]) -> int:
    """Measure, print each value beside its budget, and return 1 where one is missed.

    Args:
        about: What the benchmark is about, for ``--help``.
        measure: Called with whether it must be quick.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="smaller, and fewer rounds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = measure(arguments.quick)
    missed = [row.what for row in rows if not row.held]
    if arguments.json:
        found = [row._asdict() for row in rows]
        print(json.dumps({"rows": found, "missed": missed}, sort_keys=True))
    else:
        for row in rows:
            print(f"{row.what:<44} {row.value:8.2f}   {_budget(row)}".rstrip())
    return 1 if missed else 0


def _budget(row: Row) -> str:
    if row.most is None and row.least is None:
        return ""
    bound = f"at most {row.most:g}" if row.most is not None else f"at least {row.least:g}"
    return f"{bound:<14} {'held' if row.held else 'MISSED'}"
