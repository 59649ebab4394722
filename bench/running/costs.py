"""What a run cost: time, memory, and what the system says it used."""

from collections.abc import Iterable

import msgspec

from .messages import Finished


class Spread(msgspec.Struct, frozen=True):
    """Seconds over documents: all together, and the quantiles."""

    total: float
    median: float
    p95: float
    most: float


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What predictions cost, whenever they were made.

    Attributes:
        documents: How many came back well, and are counted here.
        wall: Seconds a document, from one result of a stream to the next.
        cpu: Seconds of processor time a document.
        peak: The most memory that the system's process has had, with those it started, in bytes.
        usage: What the system says it used (tokens, money), added up by name.
        jobs: How many processes worked at once; 0 where it was in this one.
        fresh: How many documents were run through the system now; the others are from the cache
            or from a run that was broken off.
        rate: Of these, how many a second; None where there is none.
    """

    documents: int
    wall: Spread
    cpu: Spread
    peak: int
    usage: dict[str, float]
    jobs: int
    fresh: int
    rate: float | None

    @property
    def by_name(self) -> dict[str, float]:
        """What it can be limited in: seconds of ``cpu``, bytes of ``memory``, and the usage."""
        return {"cpu": self.cpu.total, "memory": float(self.peak), **self.usage}


def summed(finished: Iterable[Finished], *, jobs: int, fresh: int, seconds: float) -> Cost | None:
    """What documents cost together; None where none came back well."""
    done = [one for one in finished if one.status == "ok"]
    if not done:
        return None
    usage: dict[str, float] = {}
    for one in done:
        for name, value in one.usage.items():
            usage[name] = usage.get(name, 0) + value
    return Cost(
        documents=len(done),
        wall=_spread([one.wall for one in done]),
        cpu=_spread([one.cpu for one in done]),
        peak=max(one.peak for one in done),
        usage=dict(sorted(usage.items())),
        jobs=jobs,
        fresh=fresh,
        rate=round(fresh / seconds, 3) if fresh and seconds else None,
    )


def _spread(values: list[float]) -> Spread:
    import numpy as np

    quantiles = np.quantile(values, [0.5, 0.95, 1]).tolist()
    return Spread(*(round(value, 6) for value in (sum(values), *quantiles)))
