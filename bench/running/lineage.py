"""Ending a process with all that it has started, in whatever session that is."""

import contextlib
import os
import signal
from pathlib import Path


def end(leader: int) -> None:
    """Kill the process that leads a group, its group, and all that descend from it.

    Where there is no ``/proc``, what has left the group lives on.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader != os.getpid():
            os.killpg(leader, signal.SIGSTOP)  # so that it starts nothing while this looks
    for pid in descendants(leader):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started and that still live, and theirs."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, tasks.read_text().split()):
                found += [child, *descendants(child)]
    return found
