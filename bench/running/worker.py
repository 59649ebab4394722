"""The process that holds a system: ``main`` is what it runs.

It speaks with the run over what were its standard input and output. To the system these are an
empty file and the standard error, so that nothing that it prints can get into what is said.
"""

import contextlib
import os
import queue
import sys
import threading
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import BenchError, BenchWarning, SystemFailed
from ..registry import System, import_plugin, load_system, split
from . import lineage
from .identity import Identity, identify
from .messages import (
    Batch,
    FromProcess,
    Import,
    Imported,
    Refused,
    Setup,
    ToProcess,
    Warned,
    frame,
    line,
    read,
    said,
)

_GRACE = 2.0
"""Seconds between the end of what is asked and the end of the process."""


def main() -> None:
    """Load the system that is asked for, and run through it what is sent, until nothing is."""
    _go_first()
    channel = _Channel()
    while isinstance(setup := channel.receive(), Import):
        channel.send(_imported(setup.name))
    if not isinstance(setup, Setup):
        return
    warnings.showwarning = channel.warn  # type: ignore[assignment]
    try:
        system, identity = _load(setup)
    except BenchError as error:
        channel.send(Refused(type(error).__name__, str(error)))
        return
    channel.send(identity)
    from .extraction import extract

    import_module("numpy")  # it is seeded for each document, whether or not the system has it yet
    while isinstance(asked := channel.receive(), Batch):
        channel.send(extract(system, asked.documents, setup.seed, channel.send))


def _load(setup: Setup) -> tuple[System, Identity]:
    try:
        system = load_system(setup.reference, setup.options)
        target, inline = split(setup.reference)
        return system, identify(system, target, {**setup.options, **inline})
    except BenchError:
        raise
    except (Exception, SystemExit) as error:
        raise SystemFailed(f"system {setup.reference!r} does not load: {said(error)}") from error


def _imported(name: str) -> Imported | Refused:
    try:
        import_plugin(name)
    except BenchError as error:
        return Refused(type(error).__name__, line(str(error)))
    return Imported()


def _go_first() -> None:
    """Where memory runs out, this process is ended and not the run."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


class _Channel:
    """To the run and back; the process ends when the run does."""

    def __init__(self) -> None:
        incoming = os.fdopen(os.dup(0), "rb")
        self._outgoing = os.dup(1)
        self._lock = threading.Lock()
        self._received: queue.SimpleQueue[ToProcess | None] = queue.SimpleQueue()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        threading.Thread(target=self._listen, args=(incoming,), daemon=True).start()

    def receive(self) -> ToProcess | None:
        """What is said next; None at the end."""
        return self._received.get()

    def send(self, message: FromProcess) -> None:
        """Say something; from any thread."""
        left = memoryview(frame(message))
        with self._lock:
            while left:
                try:
                    left = left[os.write(self._outgoing, left) :]
                except OSError:  # nobody is there any more
                    _end()

    def warn(self, message: Warning | str, category: type[Warning], *where: Any) -> None:
        """Pass a warning on, if it is one of ours."""
        if issubclass(category, BenchWarning):
            self.send(Warned(line(str(message))))
        else:
            sys.stderr.write(warnings.formatwarning(message, category, *where[:2]))

    def _listen(self, incoming: BinaryIO) -> None:
        for message in read(incoming):
            self._received.put(message)
        self._received.put(None)
        time.sleep(_GRACE)
        _end()


def _end() -> None:
    """End at once, with all that the system has started."""
    lineage.end(os.getpid())
    os._exit(1)
