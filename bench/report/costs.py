"""What runs cost, in a line each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import runs
from ..running.costs import Cost


def said(cost: Cost) -> str:
    """A cost in words.

    >>> from bench.running.costs import Spread
    >>> second = Spread(total=8, median=1, p95=2, most=2)
    >>> print(said(Cost(documents=8, wall=second, cpu=second, peak=42_000_000,
    ...                 usage={"usd": 0.25}, jobs=2, fresh=4, rate=1.5)))
    1.5 documents/s in 2 processes; a document takes 1 s (95 % of them at most 2 s); 1 s of \
processor time; peak memory 42 MB; 0.25 usd; 4 of 8 documents were not run again
    """
    parts = [
        f"a document takes {cost.wall.median:.3g} s (95 % of them at most {cost.wall.p95:.3g} s)",
        f"{cost.cpu.median:.3g} s of processor time",
        f"peak memory {cost.peak / 1e6:.0f} MB",
    ]
    if cost.rate is not None:
        where = "this process" if not cost.jobs else "1 process"
        where = f"{cost.jobs} processes" if cost.jobs > 1 else where
        parts.insert(0, f"{cost.rate:.3g} documents/s in {where}")
    if cost.usage:
        parts.append(", ".join(f"{value:,.6g} {name}" for name, value in cost.usage.items()))
    again = cost.documents - cost.fresh
    if again > 0:
        parts.append(f"{again} of {cost.documents} documents were not run again")
    return "; ".join(parts)


def of_runs(references: Sequence[str]) -> Iterator[str]:
    """The cost of each saved run among some references for which it was measured."""
    for reference in references:
        folder = Path(reference)
        if (folder / "run.json").is_file():
            cost = runs.load(folder).cost
            if cost is not None:
                yield f"{folder.name}: {said(cost)}"
