"""Another program that is asked by lines on its stdin and answers by lines on its stdout.

It runs in a session of its own and is ended by its own process id. All waiting is bounded; what it
writes on stderr is read along, and the end of it is kept for messages.
"""

import os
import selectors
import signal
import subprocess
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, cast

from .errors import SystemFailed, UsageError
from .protocol import shown

LONGEST = 1 << 26
"""No answer may have so many bytes."""
GRACE = 2.0
"""Seconds that a program has to end once its stdin is closed."""
_PAUSE = 0.002
"""Seconds between two looks at whether a process has ended."""
_CHUNK = 1 << 16
_KEPT = 2000
"""So many bytes of stderr are kept."""


class NoAnswer(SystemFailed):
    """A program that ended, or whose answer is not a line."""


class TimedOut(NoAnswer, TimeoutError):
    """A program that gave no answer in time."""


class Program:
    """A running program.

    Args:
        argv: The program and its arguments; no shell reads them.
        environment: Variables that are set besides those of this process.

    Raises:
        UsageError: There is no such program, or it cannot be run.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        if not hasattr(os, "waitid"):
            raise SystemFailed("systems in processes of their own need a POSIX system with waitid")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - what the user asks to be run
                argv,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"no program {argv[0]!r}: {why}") from error
        self._stdin = cast(IO[bytes], self._process.stdin)
        self._in = self._stdin.fileno()
        self._out = cast(IO[bytes], self._process.stdout).fileno()
        self._err = cast(IO[bytes], self._process.stderr).fileno()
        for pipe in (self._in, self._out, self._err):
            os.set_blocking(pipe, False)
        self._open = {self._out, self._err}
        self._unread = bytearray()
        self._words = b""
        self._owner = os.getpid()
        self._finish = weakref.finalize(self, _end, self._process, self._owner)

    @property
    def usable(self) -> bool:
        """Whether it can be asked from here: it was started by this process and not ended by it."""
        return self._owner == os.getpid() and self._finish.alive

    def ask(self, line: bytes, seconds: float) -> bytes:
        """Send a line (none, if it is empty) and wait for one.

        Raises:
            NoAnswer: It ended, or its answer is not a line; it is not running any more.
            TimedOut: It gave none in so many seconds; likewise.
        """
        deadline = time.monotonic() + seconds
        try:
            return self._answer(memoryview(line), deadline, f"no answer within {seconds:g} s")
        except BaseException:
            self.kill()
            raise

    def _answer(self, unsent: memoryview, deadline: float, late: str) -> bytes:
        looked = 0
        while True:
            at = self._unread.find(b"\n", looked)
            if at >= 0 and not unsent:
                line = bytes(self._unread[:at])
                del self._unread[: at + 1]
                return line
            if len(self._unread) >= LONGEST:
                raise NoAnswer(f"answered with {LONGEST >> 20} MiB or more at once")
            looked = len(self._unread) if at < 0 else at
            if self._out not in self._open:
                raise NoAnswer(self._ending())
            if time.monotonic() >= deadline:
                unfinished = f", but {self._rest()}" if self._unread else ""
                raise TimedOut(f"{late}{unfinished}{self._last_words()}")
            unsent = self._exchange(unsent, deadline)

    def _exchange(self, unsent: memoryview, deadline: float) -> memoryview:
        """Send and receive what can be without waiting, or wait; returns what is still to send."""
        with selectors.PollSelector() as ready:
            for pipe in self._open:
                ready.register(pipe, selectors.EVENT_READ)
            if unsent:
                ready.register(self._in, selectors.EVENT_WRITE)
            for key, _ in ready.select(max(deadline - time.monotonic(), 0)):
                if key.fd == self._in:
                    try:
                        unsent = unsent[os.write(self._in, unsent[:_CHUNK]) :]
                    except BrokenPipeError:
                        unsent = memoryview(b"")
                else:
                    self._read(key.fd)
        return unsent

    def _read(self, pipe: int) -> None:
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            self._open.remove(pipe)
        elif pipe == self._out:
            self._unread += chunk
        else:
            self._words = (self._words + chunk)[-_KEPT:]

    def _ending(self) -> str:
        """How it ended, and what it said last."""
        unfinished = f" after {self._rest()}" if self._unread else ""
        ended = _has_ended(self._process, GRACE)
        _kill(self._process, self._owner)
        code = self._process.returncode
        if not ended:
            how = "closed its stdout"
        elif code < 0:
            how = f"was ended by signal {-code} ({signal.Signals(-code).name})"
        else:
            how = f"ended with exit code {code}"
        while self._err in self._open and not self._is_silent():
            self._read(self._err)
        return f"{how}{unfinished}{self._last_words()}"

    def _is_silent(self) -> bool:
        with selectors.PollSelector() as ready:
            ready.register(self._err, selectors.EVENT_READ)
            return not ready.select(0)

    def _rest(self) -> str:
        return f"an unfinished line, {shown(bytes(self._unread))}"

    def _last_words(self) -> str:
        lines = self._words.decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"; its last words on stderr: {shown(last.encode())}" if last else ""

    def stop(self) -> None:
        """Close its stdin and give it a moment to end; then end it."""
        if self.usable:
            self._stdin.close()
            deadline = time.monotonic() + GRACE
            while self._open and time.monotonic() < deadline:
                self._exchange(memoryview(b""), deadline)
        self._finish()

    def kill(self) -> None:
        """End it at once, with what it has started in its session."""
        _kill(self._process, self._owner)
        self._finish()


def _has_ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait for a process to end, but leave its exit code: until that is taken its id is its own."""
    deadline = time.monotonic() + seconds
    flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
    while process.returncode is None and os.waitid(os.P_PID, process.pid, flags) is None:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _kill(process: "subprocess.Popen[bytes]", owner: int) -> None:
    """Kill all that is left of a process and its session; a fork of this one leaves it alone."""
    if os.getpid() == owner and process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    """Close the stdin of a process, give it a moment to end, and kill what is left of it."""
    streams = [one for one in (process.stdin, process.stdout, process.stderr) if one is not None]
    with suppress(OSError):
        streams[0].close()
    if os.getpid() == owner and process.returncode is None:
        _has_ended(process, GRACE)
        _kill(process, owner)
    for stream in streams:
        stream.close()
