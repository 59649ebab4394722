"""Where a system lives: in processes of its own, or in this one.

A `Hosted` system can do nothing to the run: what it prints is drained, and when it is silent for
too long or its process dies, that is how the stream ends, and the next one finds a new process.
"""

import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from .. import errors
from ..errors import BenchError, BenchWarning, SystemFailed
from ..model import Document
from ..registry import System
from .identity import Identity, identify
from .messages import (
    Batch,
    Emit,
    Ended,
    Finished,
    Frames,
    FromProcess,
    Import,
    Imported,
    Refused,
    Setup,
    Took,
    Warned,
    frame,
)
from .processes import Gone, Process, Silent

_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from bench.running.worker import main; main()"
)


class Stopped(BenchError):
    """The run is over: its processes are being ended."""


class Here:
    """A system in this process, unprotected: what it does to the process, it does to the run."""

    def __init__(self, system: System, seed: int, options: Mapping[str, str] | None = None) -> None:
        self._system = system
        self.seed = seed
        self.token = uuid4().hex
        self.reference = f"{type(system).__module__}:{type(system).__qualname__}"
        self.identity = identify(system, self.reference, options or {})

    def extract(self, documents: Sequence[Document], emit: Emit) -> Ended:
        """Run documents through it in one stream; see `bench.running.extraction.extract`."""
        from .extraction import extract

        return extract(self._system, documents, self.seed, emit)

    @contextmanager
    def borrowed(self) -> Iterator[Self]:
        """The system, for one at a time."""
        yield self

    def hang_up(self) -> None:
        """There is nothing to end."""

    def close(self, *, at_once: bool = False) -> None:
        """There is nothing to end."""


@dataclass(frozen=True)
class Hosted:
    """A system in as many processes as are asked for at once; it can be pickled.

    Attributes:
        reference: As `bench.load_system` takes it.
        options: More options, as text.
        seed: Seeds the random generators, and what Python hashes strings with.
        timeout: Seconds after which a system that gives no sign is ended; None for never.
        loading: Seconds that it may take to load.
        environment: Variables that are set in its processes besides those of this one.
        aloud: Whether what it prints goes to the standard error, or nowhere.
        token: What its processes are kept under, in whatever process they were started.
    """

    reference: str
    options: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    timeout: float | None = None
    loading: float = 1800.0
    environment: tuple[tuple[str, str], ...] = ()
    aloud: bool = False
    token: str = field(default_factory=lambda: uuid4().hex)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def borrowed(self) -> Iterator["Guest"]:
        """A loaded system that nobody else uses meanwhile.

        Raises:
            BenchError: It does not load.
        """
        pool = _pools.setdefault(self.token, _Pool())
        try:
            guest = pool.idle.pop()
        except IndexError:
            guest = Guest(self, pool)
        try:
            yield guest
        except BaseException:
            guest.drop()
            raise
        pool.idle.append(guest)

    def hang_up(self) -> None:
        """Let the processes that are not in use end; `close` waits for them."""
        pool = _pools.get(self.token)
        while pool is not None and pool.idle:
            pool.idle.pop().hang_up()

    def close(self, *, at_once: bool = False) -> None:
        """End the processes that this process has started.

        Args:
            at_once: Also those that are in use; whoever uses one finds it `Stopped`.
        """
        pool = _pools.get(self.token) if at_once else _pools.pop(self.token, None)
        if pool is None:
            return
        pool.closed = True
        processes = list(pool.processes)
        for process in processes:
            process.kill() if at_once else process.hang_up()
        for process in () if at_once else processes:
            process.end()


class _Pool:
    """The processes of one run."""

    def __init__(self) -> None:
        self.idle: deque[Guest] = deque()
        self.processes: set[Process[FromProcess]] = set()
        self.identity: Identity | None = None
        self.closed = False


_pools: dict[str, _Pool] = {}


class Guest:
    """A system in a process, which is started again when it has died.

    Raises:
        BenchError: The system does not load.
    """

    def __init__(self, of: Hosted, pool: _Pool) -> None:
        self._of = of
        self._pool = pool
        self._process: Process[FromProcess] | None = None
        self.identity = self._load(self._start())

    def extract(self, documents: Sequence[Document], emit: Emit) -> Ended:
        """Run documents through it in one stream, and see to it that this ends.

        Raises:
            BenchError: It has died before, and does not load again.
        """
        process = self._process
        if process is None:
            process = self._start()
            self._load(process)
        process.send(frame(Batch(tuple(documents))))
        while True:
            try:
                message = process.receive(self._of.timeout)
            except Silent:
                self.drop()
                return Ended("timeout", f"nothing came back for {self._of.timeout:g} s")
            except Gone as gone:
                self.drop()
                self._stop_if_closed()
                return Ended("killed", f"its process {gone}")
            if isinstance(message, Took | Finished):
                emit(message)
            elif isinstance(message, Warned):
                _warn(message)
            elif isinstance(message, Ended):
                if message.spent:
                    self.drop()
                return message

    def hang_up(self) -> None:
        """Let the process end."""
        if self._process is not None:
            self._process.hang_up()

    def drop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.reap()
            self._pool.processes.discard(process)

    def _start(self) -> Process[FromProcess]:
        self._stop_if_closed()
        environment = {"PYTHONHASHSEED": str(self._of.seed % 2**32), **dict(self._of.environment)}
        process = self._process = _started(environment, aloud=self._of.aloud)
        self._pool.processes.add(process)
        if self._pool.closed:  # meanwhile
            process.kill()
        setup = Setup(self._of.reference, dict(self._of.options), self._of.seed)
        process.send(frame(setup))
        return process

    def _load(self, process: Process[FromProcess]) -> Identity:
        """Wait until the system is loaded."""
        try:
            identity = self._loaded(process)
        except BaseException:
            self.drop()
            raise
        first = self._pool.identity = self._pool.identity or identity
        if identity != first:
            self.drop()
            raise SystemFailed(
                f"system {self._of.reference!r} is not what it was when the run began: its code, "
                "or what it says of itself, has changed"
            )
        return identity

    def _loaded(self, process: Process[FromProcess]) -> Identity:
        failed = f"system {self._of.reference!r} does not load"
        while True:
            try:
                message = process.receive(self._of.loading)
            except Silent:
                raise SystemFailed(f"{failed}: not in {self._of.loading:g} s") from None
            except Gone as gone:
                self._stop_if_closed()
                raise SystemFailed(f"{failed}: its process {gone}") from None
            if isinstance(message, Identity):
                return message
            if isinstance(message, Refused):
                raise getattr(errors, message.error)(message.message)
            if isinstance(message, Warned):
                _warn(message)

    def _stop_if_closed(self) -> None:
        if self._pool.closed:
            raise Stopped


def broken(plugins: Iterable[str], *, seconds: float = 60.0) -> dict[str, str]:
    """Which plugins fail on import, and how.

    Args:
        plugins: Names of entry points of the group ``bench.systems``.
        seconds: How long an import may take.
    """
    found: dict[str, str] = {}
    process = _started({}, aloud=False)
    for name in plugins:
        process.send(frame(Import(name)))
        try:
            while not isinstance(message := process.receive(seconds), Imported | Refused):
                pass
        except (Silent, Gone) as ended:
            how = f"its process {ended}" if isinstance(ended, Gone) else f"not in {seconds:g} s"
            found[name] = f"on import: {how}"
            process.reap()
            process = _started({}, aloud=False)
            continue
        if isinstance(message, Refused):
            found[name] = message.message
    process.end()
    return found


def _started(environment: Mapping[str, str], *, aloud: bool) -> Process[FromProcess]:
    """This very Python, which waits for what it is to hold (`bench.running.worker`)."""
    argv = [sys.executable, "-c", _CODE, *sys.path]
    return Process(argv, Frames(), environment=environment, aloud=aloud)


def _warn(message: Warned) -> None:
    warnings.warn(message.message, BenchWarning, stacklevel=2)
