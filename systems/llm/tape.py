"""What was asked of an endpoint and what it answered, as JSON Lines: written, and read again.

A line holds ``request``, the hash of all that was asked, ``status``, ``seconds``, ``body`` and
``answer``. No header is in it, and so no key.
"""

import hashlib
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.errors import InputError, UsageError
from bench.paths import ensure_writable


def digest(body: dict[str, Any]) -> str:
    """The SHA-256 of a request, whatever the order of its keys."""
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


class Log:
    """A file that each exchange is appended to, as one line at once.

    Raises:
        UsageError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        ensure_writable(path.parent)
        try:
            with path.open("a+b") as file:
                file.seek(max(0, file.tell() - 1))
                if file.read() not in (b"", b"\n"):  # a kill has cut the last line
                    file.write(b"\n")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from error

    def add(self, body: dict[str, Any], status: int, seconds: float, answer: str) -> None:
        """Append an exchange; ``status`` is 0 where no answer came, but an error."""
        line = {
            "request": digest(body),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "status": status,
            "body": body,
            "answer": answer,
        }
        with self._lock, self._path.open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(line) + b"\n")


class _Line(msgspec.Struct):
    request: str
    status: int
    answer: str


def recorded(path: Path) -> dict[str, str]:
    """The answers that a log holds, by the hash of what was asked; of several the last.

    A line that a kill has cut is passed over.

    Raises:
        InputError: It cannot be read, or has a line that is no exchange.
    """
    found: dict[str, str] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            exchange = msgspec.json.decode(line, type=_Line)
        except msgspec.ValidationError as error:
            raise InputError(f"{path}:{number}: no exchange with an endpoint: {error}") from error
        except msgspec.DecodeError as error:
            if line.startswith(b'{"request":'):
                continue
            raise InputError(f"{path}:{number}: not JSON: {error}") from error
        if exchange.status == 200:
            found[exchange.request] = exchange.answer
    return found
