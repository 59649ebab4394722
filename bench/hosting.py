"""Systems in processes of their own, so that whatever they do is known and harms nothing here."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

import msgspec

from . import errors
from .errors import SystemFailed
from .model import Document
from .programs import NoAnswer, Program
from .protocol import Misshapen
from .serving import Done, Extract, Failed, Import, Load

SECONDS = 60.0
"""How long a system may take for an answer unless told."""


class Host:
    """A Python process that answers as `bench.serving` does; started anew when it ended.

    Args:
        seconds: How long it may take for an answer.
        environment: Variables that are set besides those of this process.
    """

    def __init__(self, seconds: float, environment: Mapping[str, str] | None = None) -> None:
        path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)  # noqa: PTH109
        self._environment = {**(environment or {}), "PYTHONPATH": path}
        self._seconds = seconds
        self._program: Program | None = None

    @property
    def running(self) -> bool:
        """Whether there is a process that can be asked."""
        return self._program is not None and self._program.usable

    def ask(self, what: Load | Import | Extract) -> Done:
        """Ask for something.

        Raises:
            BenchError: What was raised there.
            NoAnswer: The process ended, or took too long.
        """
        if self._program is None or not self._program.usable:
            argv = [sys.executable, "-P", "-m", "bench.serving"]
            self._program = Program(argv, self._environment)
        reply = msgspec.json.decode(
            self._program.ask(msgspec.json.encode(what) + b"\n", self._seconds), type=Done | Failed
        )
        if isinstance(reply, Done):
            return reply
        if reply.kind == "Misshapen":
            raise Misshapen(reply.message)
        raise getattr(errors, reply.kind, SystemFailed)(reply.message)

    def close(self) -> None:
        """End the process."""
        if self._program is not None:
            self._program.stop()


class Hosted:
    """A system that runs in a process of its own.

    Args:
        reference: What `bench.load_system` takes.
        options: Likewise.
        seconds: How long it may take to load, and for each batch.
        environment: Variables that are set in its process.

    Raises:
        UsageError: There is no such system or option.
        SystemFailed: It does not load.
    """

    def __init__(
        self,
        reference: str,
        options: Mapping[str, str] | None = None,
        *,
        seconds: float = SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._load = Load(reference, dict(options or {}))
        self._host = Host(seconds, environment)
        try:
            loaded = self._host.ask(self._load)
        except NoAnswer as error:
            raise SystemFailed(f"system {reference!r} does not load: {error}") from error
        self.name, self.version, self._details = loaded.name, loaded.version, loaded.details

    def describe(self) -> dict[str, str]:
        """What the system says of itself."""
        return self._details

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield what the system returns for a batch, in its order.

        Raises:
            Misshapen: Something in it is no prediction.
            SystemFailed: It raised, ended its process, or took too long.
        """
        if not self._host.running:
            self._host.ask(self._load)
        for raw in self._host.ask(Extract(tuple(documents))).predictions:
            try:
                yield msgspec.json.decode(raw, type=Document)
            except msgspec.DecodeError as error:
                raise Misshapen(str(error)) from error

    def close(self) -> None:
        """End the process."""
        self._host.close()


def broken(plugins: Iterable[str], seconds: float = SECONDS) -> dict[str, str]:
    """Which plugins fail on import, and how; each gets so many seconds.

    Args:
        plugins: Names of entry points of the group ``bench.systems``.
        seconds: How long an import may take.
    """
    found: dict[str, str] = {}
    host = Host(seconds)
    for name in plugins:
        try:
            host.ask(Import(name))
        except NoAnswer as error:
            found[name] = f"on import: {' '.join(str(error).split())}"
        except errors.BenchError as error:
            found[name] = " ".join(str(error).split())
    with suppress(SystemFailed):
        host.close()
    return found
