"""Predictions that were made before, by all that they depend on (`bench.running.identity`).

One SQLite file, which any number of runs may read and write at once.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from .. import paths
from ..errors import UsageError
from .identity import Identity
from .messages import Finished

HELD = "eventbench.cache/1"

FORM = 1
"""The version of the file's form."""

_WAIT = 60.0
"""Seconds that one run waits for another to have written."""

_MANY = 500
_TABLE = """
    CREATE TABLE IF NOT EXISTS predictions (
        key TEXT PRIMARY KEY, system TEXT NOT NULL, version TEXT NOT NULL, made TEXT NOT NULL,
        value TEXT NOT NULL
    ) WITHOUT ROWID
"""

_decoder = msgspec.json.Decoder(Finished)


class Held(NamedTuple):
    """What a cache holds of one version of a system.

    Attributes:
        system: Its name.
        version: The version.
        documents: How many predictions.
        bytes: How long they are.
        first: When the oldest was made, in UTC.
        last: When the newest was made.
    """

    system: str
    version: str
    documents: int
    bytes: int
    first: str
    last: str


def open_cache() -> "Cache":
    """The cache of this user (`bench.paths.cache`)."""
    return Cache(paths.cache() / "predictions.sqlite3")


class Cache:
    """A file of predictions.

    Args:
        path: The file, which is made when something is put into it. In a ``with`` statement it is
            kept open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: sqlite3.Connection | None = None

    def get(self, keys: Iterable[str]) -> dict[str, Finished]:
        """What is known of some keys (`bench.running.identity.keys`), by key.

        Raises:
            UsageError: The file is no cache, or cannot be read.
        """
        found: dict[str, Finished] = {}
        if not self.path.exists():
            return found
        with self._open() as file:
            wanted = iter(keys)
            while some := list(islice(wanted, _MANY)):
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value FROM predictions WHERE key IN ({marks})"  # noqa: S608
                for key, value in file.execute(query, some):
                    try:
                        found[key] = _decoder.decode(value)
                    except msgspec.DecodeError:  # somebody else wrote it: made again
                        continue
        return found

    def put(self, identity: Identity, made: Iterable[tuple[str, Finished]]) -> None:
        """Keep what ended well, by key.

        Raises:
            UsageError: The file is no cache, or cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [
            (key, identity.name, identity.version, now, msgspec.json.encode(finished).decode())
            for key, finished in made
            if finished.status == "ok"
        ]
        if rows:
            with self._open() as file:
                file.executemany("REPLACE INTO predictions VALUES (?, ?, ?, ?, ?)", rows)

    def info(self) -> list[Held]:
        """What is held, by system and version.

        Raises:
            UsageError: The file is no cache, or cannot be read.
        """
        if not self.path.exists():
            return []
        with self._open() as file:
            query = """
                SELECT system, version, COUNT(*), SUM(LENGTH(value)), MIN(made), MAX(made)
                FROM predictions GROUP BY system, version ORDER BY system, version
            """
            return [Held(*row) for row in file.execute(query)]

    def clear(self, system: str | None = None) -> int:
        """Forget all, or all of one system; how many predictions that were.

        Raises:
            UsageError: The file is no cache, or cannot be written.
        """
        if not self.path.exists():
            return 0
        with self._open() as file:
            query = "DELETE FROM predictions WHERE ?1 IS NULL OR system = ?1"
            gone = file.execute(query, (system,)).rowcount
        with self._open() as file:
            file.execute("VACUUM")
        return gone

    def __enter__(self) -> Self:
        with self._clearly():
            self._kept = self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, for one transaction."""
        with self._clearly(), self._connected() as file, file:
            yield file

    def _connected(self) -> AbstractContextManager[sqlite3.Connection]:
        return closing(self._connect()) if self._kept is None else nullcontext(self._kept)

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self.path, timeout=_WAIT)
        try:
            self._prepare(file)
        except BaseException:
            file.close()
            raise
        return file

    def _prepare(self, file: sqlite3.Connection) -> None:
        (form,) = file.execute("PRAGMA user_version").fetchone()
        if form not in (0, FORM):
            raise UsageError(f"{self.path}: a cache of form {form}, expected {FORM}; remove it")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        if form == 0:
            file.execute(_TABLE)
            file.execute(f"PRAGMA user_version = {FORM}")

    @contextmanager
    def _clearly(self) -> Iterator[None]:
        """Say it in one line if the file cannot be used."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{self.path}: no usable cache of predictions: {error}") from error
