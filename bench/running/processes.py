"""A program that is asked through its stdin and answers through its stdout.

All that is said and printed goes through one loop, so that neither side can block the other, and
every wait ends. It runs in a session of its own and is ended with all that it has started.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import IO, Generic, Protocol, TypeVar

from ..errors import UsageError
from . import lineage
from .protocol import shown

_M = TypeVar("_M", covariant=True)

_TICK = 0.5
"""Seconds between two looks at whether a process is alive."""

_GRACE = 2.0
"""Seconds that a process has to end when nothing more is asked."""

_PAUSE = 0.002
"""Seconds between two looks at a process that is about to end."""

_PIECE = 1 << 16
_KEPT = 4096
"""So many bytes of what it prints are kept for messages."""


class Silent(Exception):
    """Nothing came in time; says what did."""


class Gone(Exception):
    """Nothing will come any more: the process ended or wrote nonsense; says how."""


class Inbox(Protocol[_M]):
    """Makes messages of what arrives in pieces."""

    def feed(self, piece: bytes) -> None:
        """Take in what has arrived."""

    def next(self) -> _M | None:
        """The next message; None as long as it is not whole.

        Raises:
            ValueError: This is no message; says what the process did.
        """

    @property
    def unfinished(self) -> str:
        """What is there of a message that is not whole, for people; may be empty."""


class Process(Generic[_M]):
    """A running program.

    Args:
        argv: The program and its arguments; no shell reads them.
        inbox: Makes messages of what it answers.
        environment: Variables that are set besides those of this process.
        aloud: Whether what it prints goes to the standard error, or nowhere.

    Raises:
        UsageError: There is no such program, or it cannot be run.
    """

    def __init__(
        self,
        argv: Sequence[str],
        inbox: Inbox[_M],
        *,
        environment: Mapping[str, str] | None = None,
        aloud: bool = False,
    ) -> None:
        self._inbox = inbox
        self._aloud = aloud
        self._unsent = bytearray()
        self._printed = b""
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - what is asked to be run
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **(environment or {})},
                bufsize=0,
                start_new_session=True,  # so that it ends with all that it has started
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"no program {argv[0]!r}: {why}") from error
        pipes = (self._popen.stdin, self._popen.stdout, self._popen.stderr)
        self._in, self._out, self._err = map(_there, pipes)
        for pipe in (self._in, self._err):
            os.set_blocking(pipe.fileno(), False)
        self._pipes = selectors.DefaultSelector()
        self._pipes.register(self._out, selectors.EVENT_READ)
        self._pipes.register(self._err, selectors.EVENT_READ)
        self._owner = os.getpid()
        self._release = weakref.finalize(self, _release, self._popen, self._pipes, self._owner)

    @property
    def usable(self) -> bool:
        """Whether it can be asked from here: it was started by this process and not ended by it."""
        return self._owner == os.getpid() and self._release.alive

    def send(self, message: bytes) -> None:
        """Send something, as far as it is taken; `receive` sends the rest."""
        if message and not self._unsent:
            self._pipes.register(self._in, selectors.EVENT_WRITE)
        self._unsent += message

    def receive(self, allowed: float | None) -> _M:
        """The next message.

        Raises:
            Silent: There is none in the seconds allowed.
            Gone: There will be none.
        """
        until = None if allowed is None else time.monotonic() + allowed
        while True:
            try:
                message = self._inbox.next()
            except ValueError as error:
                raise Gone(str(error)) from error
            if message is not None:
                return message
            left = _TICK if until is None else until - time.monotonic()
            if left <= 0:
                unfinished = self._inbox.unfinished
                raise Silent((f", but {unfinished}" if unfinished else "") + self._last_words())
            self._move(min(left, _TICK))

    def hang_up(self) -> None:
        """Say that nothing more is asked."""
        with contextlib.suppress(OSError):
            self._in.close()

    def end(self) -> None:
        """Wait for it to end by itself, but not for long."""
        if self.usable:
            self.hang_up()
            until = time.monotonic() + _GRACE
            with contextlib.suppress(Silent, Gone):
                while True:
                    self.receive(max(until - time.monotonic(), 0))
        self.reap()

    def kill(self) -> None:
        """End it at once with all that it has started; from any thread, and as often as wanted."""
        _kill(self._popen, self._owner)

    def reap(self) -> None:
        """End it, if it has not, and let go of it."""
        self.kill()
        self._release()

    def _move(self, allowed: float) -> None:
        """Take in and send what there is."""
        dead = _has_ended(self._popen)  # though what it started may hold its pipes open
        ready = [key.fileobj for key, _ in self._pipes.select(0 if dead else allowed)]
        if self._in in ready:
            self._write()
        if self._err in ready:
            self._listen()
        piece = os.read(self._out.fileno(), _PIECE) if self._out in ready else b""
        if not piece and (dead or self._out in ready):
            raise Gone(self._ending())
        self._inbox.feed(piece)

    def _write(self) -> None:
        try:
            del self._unsent[: os.write(self._in.fileno(), self._unsent[:_PIECE])]
        except BlockingIOError:
            return
        except OSError:  # it is dead or dying, which its other pipes will tell
            self._unsent.clear()
        if not self._unsent:
            self._pipes.unregister(self._in)

    def _listen(self) -> bool:
        """Take in what it has printed; whether there was something."""
        try:
            piece = os.read(self._err.fileno(), _PIECE)
        except BlockingIOError:
            return False
        if not piece and self._err in self._pipes.get_map():
            self._pipes.unregister(self._err)
        self._printed = (self._printed + piece)[-_KEPT:]
        if self._aloud and piece:
            sys.stderr.write(piece.decode(errors="replace"))
            sys.stderr.flush()
        return bool(piece)

    def _ending(self) -> str:
        """How it ended, or is about to, and what it said last."""
        ended = _await(self._popen, _TICK)
        while self._listen():
            pass
        self.kill()
        how = _manner(self._popen.wait()) if ended else "closed its stdout"
        unfinished = self._inbox.unfinished
        return how + (f" after {unfinished}" if unfinished else "") + self._last_words()

    def _last_words(self) -> str:
        lines = self._printed.decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"; its last words on stderr: {shown(last.encode())}" if last else ""


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three were asked for
    return pipe


def _manner(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"was ended by signal {-code}"


def _has_ended(popen: "subprocess.Popen[bytes]") -> bool:
    """Whether a process has ended. Its exit code is left: until it is taken, its id is its own."""
    if popen.returncode is not None:
        return True
    if not hasattr(os, "waitid"):
        return popen.poll() is not None
    flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
    return os.waitid(os.P_PID, popen.pid, flags) is not None


def _await(popen: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait for a process to end; whether it has."""
    until = time.monotonic() + seconds
    while not (ended := _has_ended(popen)) and time.monotonic() < until:
        time.sleep(_PAUSE)
    return ended


def _kill(popen: "subprocess.Popen[bytes]", owner: int) -> None:
    """Kill what is left of a process and of all that it has started; a fork leaves it alone."""
    if os.getpid() == owner and popen.returncode is None:
        lineage.end(popen.pid)


def _release(popen: "subprocess.Popen[bytes]", pipes: selectors.BaseSelector, owner: int) -> None:
    """End a process, if it has not ended, and close what leads to it."""
    pipes.close()
    with contextlib.suppress(OSError):
        _there(popen.stdin).close()
    if os.getpid() == owner:
        _await(popen, _GRACE)
        _kill(popen, owner)
        popen.wait()
    for pipe in (popen.stdout, popen.stderr):
        _there(pipe).close()
