"""What a run has finished, written down as it goes, so that the next one can go on from there.

A line is a result with its key. A line that was cut off is as if it had not been written; of two
with the same key the later holds.
"""

import contextlib
import os
from pathlib import Path

import msgspec

from ..errors import UsageError
from .messages import Finished


class Entry(msgspec.Struct, frozen=True):
    """A line: a key as a digest (`bench.running.identity`), and what came of it."""

    key: str
    finished: Finished


_decoder = msgspec.json.Decoder(Entry)


def append(path: Path, key: str, finished: Finished) -> None:
    """Write one result down; others may do so at the same time.

    Raises:
        UsageError: It cannot be written.
    """
    line = msgspec.json.encode(Entry(key, finished)) + b"\n"
    try:
        journal = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            while line:
                line = line[os.write(journal, line) :]
        finally:
            os.close(journal)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


class Journal:
    """The journal of one run, which may be broken off at any moment.

    Args:
        path: The file.
        resume: Whether to go on from what it holds, or to begin anew.

    Raises:
        UsageError: It cannot be written.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
        # Another run of the same may be under way: it would lose what we clear.
        if not resume and self._is_ours():
            self._file.truncate(0)
        self._lock("LOCK_SH")
        self.found = self._read() if resume else {}

    def close(self, *, keep: bool) -> None:
        """End it; it is removed unless it is worth keeping, or holds nothing."""
        with self._file:
            if not self._is_ours() or (keep and self._file.seek(0, os.SEEK_END)):
                return
            self.path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.path.parent.rmdir()

    def _is_ours(self) -> bool:
        """Whether no other run has it open."""
        return self._lock("LOCK_EX", "LOCK_NB")

    def _lock(self, *how: str) -> bool:
        """Whether the file can be locked like this; where nothing can, it is taken for granted."""
        try:
            import fcntl

            fcntl.flock(self._file, sum(getattr(fcntl, name) for name in how))
        except BlockingIOError:
            return False
        except (ImportError, OSError):
            return True
        return True

    def _read(self) -> dict[str, Finished]:
        """What it holds that ended well, by key."""
        found: dict[str, Finished] = {}
        self._file.seek(0)
        line = b"\n"
        for line in self._file:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                entry = _decoder.decode(line)
                found[entry.key] = entry.finished
        if not line.endswith(b"\n"):
            os.write(self._file.fileno(), b"\n")  # what comes next has a line of its own
        return {key: finished for key, finished in found.items() if finished.status == "ok"}
