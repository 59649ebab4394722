"""What this process and those it started have used: processor time and memory."""

import contextlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")

_LOOK = 0.1
"""Seconds between two looks at memory and at other processes, as a look takes a while."""


class Reading(NamedTuple):
    """What was used since the meter was restarted.

    Attributes:
        wall: Seconds.
        cpu: Seconds of processor time, of this process and of those it has started.
        peak: The most memory that these have had resident since they began, in bytes.
    """

    wall: float
    cpu: float
    peak: int


class Meter:
    """Measures this process and those it has started."""

    def __init__(self) -> None:
        self._look()
        self.restart()

    def restart(self) -> None:
        """Leave out what was used until now."""
        self._wall, self._cpu = time.perf_counter(), self._used()

    def read(self, *, last: bool = False) -> Reading:
        """What was used; exactly where it is the last time, else as it was a moment ago."""
        now = time.perf_counter()
        if last or now - self._looked >= _LOOK:
            self._look()
        return Reading(now - self._wall, max(self._used() - self._cpu, 0.0), self._peak)

    def _look(self) -> None:
        self._looked = time.perf_counter()
        others = list(_descendants("self"))
        self._others = sum(map(_cpu_of, others))
        self._peak = _own_peak() + sum(_peak_of(one) or 0 for one in others)

    def _used(self) -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return self._others + sum(one.ru_utime + one.ru_stime for one in used)


def _own_peak() -> int:
    own = _peak_of("self")
    if own is not None:
        return own
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _descendants(process: str) -> Iterator[str]:
    """The ids of the processes below one, where the system tells."""
    with contextlib.suppress(OSError):
        for thread in (_PROC / process / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield child
                yield from _descendants(child)


def _cpu_of(process: str) -> float:
    with contextlib.suppress(OSError):
        fields = (_PROC / process / "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS  # its own, and of its ended children
    return 0.0


def _peak_of(process: str) -> int | None:
    # Not what getrusage says: that of a new process begins with its parent's.
    with contextlib.suppress(OSError):
        for line in (_PROC / process / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None
