"""A process that holds a system, from its start to its end, as the run sees it (`bench.worker`).

All that is said and printed goes through one loop, so that neither side can block the other, and
every wait ends.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import IO

import msgspec

from . import lineage
from .messages import Frames, FromProcess, ToProcess, frame, line

_TICK = 0.5
"""Seconds between two looks at whether a process is alive."""

_GRACE = 5.0
"""Seconds that a process has to end when nothing more is asked."""

_PIECE = 1 << 16
_TAIL = 4096

_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from bench.worker import main; main()"
)


class Silent(Exception):
    """Nothing came in time."""


class Gone(Exception):
    """The process has died; says how."""


class Process:
    """A running process.

    Args:
        environment: What it finds in its environment besides what is in ours.
        aloud: Whether what it prints goes to the standard error, or nowhere.
    """

    def __init__(self, environment: dict[str, str], *, aloud: bool) -> None:
        self._aloud = aloud
        self._frames = Frames()
        self._unsent = bytearray()
        self._printed = b""
        self._popen = subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-c", _CODE, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            bufsize=0,
            start_new_session=True,  # so that it ends with all that it has started
        )
        self._in, self._out, self._err = map(
            _there, (self._popen.stdin, self._popen.stdout, self._popen.stderr)
        )
        os.set_blocking(self._in.fileno(), False)
        self._pipes = selectors.DefaultSelector()
        self._pipes.register(self._out, selectors.EVENT_READ)
        self._pipes.register(self._err, selectors.EVENT_READ)

    def say(self, message: ToProcess) -> None:
        """Send a message, as far as it is taken; `hear` sends the rest."""
        if not self._unsent:
            self._pipes.register(self._in, selectors.EVENT_WRITE)
        self._unsent += frame(message)

    def hear(self, allowed: float | None) -> FromProcess:
        """The next message.

        Raises:
            Silent: There is none in the seconds allowed.
            Gone: There will be none.
        """
        until = None if allowed is None else time.monotonic() + allowed
        while True:
            try:
                message = self._frames.next()
            except (ValueError, msgspec.DecodeError) as error:
                raise Gone(f"its process wrote what is no message: {line(str(error))}") from error
            if message is not None:
                return message
            left = _TICK if until is None else until - time.monotonic()
            if left <= 0:
                raise Silent
            self._move(min(left, _TICK))

    def hang_up(self) -> None:
        """Say that nothing more is asked."""
        with contextlib.suppress(OSError):
            self._in.close()

    def end(self) -> None:
        """Wait for it to end by itself, but not for long."""
        self.hang_up()
        until = time.monotonic() + _GRACE
        with contextlib.suppress(Silent, Gone):
            while True:
                self.hear(max(until - time.monotonic(), 0))
        self.reap()

    def kill(self) -> None:
        """End it at once with all that it has started; from any thread, and as often as wanted."""
        lineage.end(self._popen.pid)

    def reap(self) -> None:
        """End it, if it has not, and let go of it."""
        self.kill()
        self._popen.wait()
        self._pipes.close()
        for pipe in (self._in, self._out, self._err):
            pipe.close()

    def _move(self, allowed: float) -> None:
        """Take in and send what there is."""
        dead = self._popen.poll() is not None  # though what it started may hold its pipes open
        ready = [key.fileobj for key, _ in self._pipes.select(0 if dead else allowed)]
        if self._in in ready:
            self._send()
        if self._err in ready:
            self._drain()
        piece = os.read(self._out.fileno(), _PIECE) if self._out in ready else b""
        if not piece and (dead or self._out in ready):
            raise Gone(self._how())
        self._frames.feed(piece)

    def _send(self) -> None:
        try:
            del self._unsent[: os.write(self._in.fileno(), self._unsent)]
        except BlockingIOError:
            return
        except OSError:  # it is dead or dying, which its other pipes will tell
            self._unsent.clear()
        if not self._unsent:
            self._pipes.unregister(self._in)

    def _drain(self) -> None:
        piece = os.read(self._err.fileno(), _PIECE)
        if not piece:
            self._pipes.unregister(self._err)
        self._printed = (self._printed + piece)[-_TAIL:]
        if self._aloud:
            sys.stderr.write(piece.decode(errors="replace"))
            sys.stderr.flush()

    def _how(self) -> str:
        """How it died, or is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_TICK)
        said = line(self._printed.decode(errors="replace").strip().rpartition("\n")[2])
        return _manner(self._popen.returncode) + (f"; it last printed: {said}" if said else "")


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three were asked for
    return pipe


def _manner(code: int | None) -> str:
    if code is None:
        return "its process closed its outlets"
    if code >= 0:
        return f"its process ended with exit code {code}"
    try:
        return f"its process was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"its process was ended by signal {-code}"
