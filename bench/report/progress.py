"""How far a run is: a bar on a terminal, elsewhere a line now and then."""

import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..running.messages import Finished

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

_EVERY = 30.0
"""Seconds between two lines."""

_LAST = 200
"""So many documents make the rate."""


class Progress:
    """Counts the documents of a run as they are done.

    Args:
        name: What is run.
        total: How many documents there are.
        console: Where to show it.
        quiet: Only count.
    """

    def __init__(self, name: str, total: int, console: "Console", *, quiet: bool) -> None:
        self.name = name
        self.total = total
        self.done = 0
        self.failed = 0
        self._console = console
        self._quiet = quiet
        self._bar: Bar | None = None
        self._said = time.monotonic()
        self._times = deque([self._said], maxlen=_LAST)

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._quiet:
            from rich.progress import BarColumn, Progress, TextColumn

            columns = (TextColumn("{task.description}"), BarColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self.name, total=self.total)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is KeyboardInterrupt:
            self._say(f"interrupted: {self}; the same command with --resume goes on from there")

    def __call__(self, finished: Finished, fresh: bool) -> None:
        """Count a document; only if it was run now it makes the rate."""
        now = time.monotonic()
        self.done += 1
        self.failed += finished.status != "ok"
        if fresh:
            self._times.append(now)
        if self._bar is not None:
            self._bar.update(self._task, completed=self.done, description=str(self))
        elif not self._quiet and now - self._said >= _EVERY:
            self._said = now
            self._say(str(self))

    def _say(self, text: str) -> None:
        self._console.print(f"bench: {text}", markup=False, soft_wrap=True)

    def __str__(self) -> str:
        """So many documents of how many, how many failed, the rate and the time left."""
        parts = [f"{self.name}: {self.done} of {self.total} documents"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        took = self._times[-1] - self._times[0]
        if took > 0:
            rate = (len(self._times) - 1) / took
            parts.append(f"{rate:.3g}/s")
            parts.append(f"{_clock((self.total - self.done) / rate)} left")
        return ", ".join(parts)


def _clock(seconds: float) -> str:
    """A time as hours, minutes and seconds.

    >>> _clock(59.6), _clock(3601)
    ('1:00', '1:00:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
