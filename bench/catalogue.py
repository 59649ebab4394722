"""The corpora that have a name: those that ship, and those of `bench.settings`.

A table of ``bench.toml``, or of ``pyproject.toml`` under ``tool.bench``, names a corpus::

    [corpora.litbank]
    path = "data/litbank"       # a file, a folder or a pattern; begins at this file
    format = "litbank"          # else recognised
    layers = ["quotes"]         # only these
    lacks = ["kinds"]           # what its items do not say
    ontology = "litbank"        # one that ships, or an annotation.conf
    licence = "CC BY 4.0"
    sha256 = "…"                # what bench gold hash prints; or a table, by split
    split = "test"              # which one is meant where none is named

    [corpora.litbank.splits]    # each of them one of these
    train = "train.jsonl"       # a file, a folder or a pattern; begins at path, if that is a folder
    dev = ["one", "other"]      # the ids of documents
    test = { ids = "test.txt" } # a file of ids, a line each

    [corpora.mine]
    path = "mine.jsonl"
    splits = { train = 0.8, test = 0.2 } # shares, as bench gold split divides
    seed = 1                             # likewise
    group = "source"                     # likewise

``mine = "mine.jsonl"`` under ``[corpora]`` is a corpus with nothing but a path.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec

from .errors import InputError, UsageError, nearest
from .formats import NAMES
from .model import LAYERS, Aspect
from .partition import parted
from .paths import data
from .settings import converted, settings

_CORPORA = "corpora"
_HASH = re.compile("[0-9a-f]{64}")


class Ids(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The documents of a split, by a file of their ids."""

    ids: str


Split = float | str | tuple[str, ...] | Ids
"""A share of the documents, a path, or ids."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a corpus; see the module."""

    path: str = ""
    format: str = ""
    layers: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    ontology: str = ""
    licence: str = ""
    sha256: str | dict[str, str] = ""
    split: str = ""
    splits: dict[str, Split] = {}
    seed: int | None = None
    group: str = ""

    @property
    def shares(self) -> Mapping[str, float]:
        """The shares of the splits; none where they are no shares."""
        return {name: one for name, one in self.splits.items() if isinstance(one, float)}

    @property
    def whole(self) -> bool:
        """Whether its bare name means something: not where each split is a path of its own."""
        by_path = [isinstance(one, str) for one in self.splits.values()]
        return bool(self.split) or not self.splits or not all(by_path)

    def hash_of(self, split: str) -> str:
        """What a split must hash to, or else all of it; empty if that is not said."""
        if isinstance(self.sha256, str):
            return self.sha256 if split == self.split else ""
        return self.sha256.get(split, "")


class Declared(NamedTuple):
    """A corpus of the settings.

    Attributes:
        name: What it is called.
        file: The file that names it; paths begin there.
        found: What stands there.
    """

    name: str
    file: Path
    found: Any

    @property
    def where(self) -> str:
        """The place of it, for messages."""
        return f"{self.file}: {_CORPORA}.{self.name}"

    def entry(self) -> Entry:
        """What is said of it.

        Raises:
            InputError: Something of that makes no sense; says what, and the nearest that does.
        """
        if self.name in shipped():
            raise InputError(f"{self.where}: a corpus of this name ships; choose another")
        if not self.name or set(self.name) & set(":/\\"):
            raise InputError(f"{self.where}: expected a name without ':' and '/'")
        found = {"path": self.found} if isinstance(self.found, str) else self.found
        entry = converted(found, Entry, self.where)
        _check(entry, self.where)
        return entry


def shipped() -> list[str]:
    """The corpora that ship with EventBench."""
    return sorted(
        path.name
        for path in data("gold").iterdir()
        if (path / "annotation.conf").exists() or (path / f"{path.name}.jsonl").exists()
    )


def place_of(name: str) -> Path:
    """The file or folder of a corpus that ships."""
    folder = data("gold") / name
    lines = folder / f"{name}.jsonl"
    return lines if lines.exists() else folder


def declared() -> dict[str, Declared]:
    """The corpora of the settings, by name, as they stand there.

    Raises:
        InputError: The settings cannot be read.
    """
    known = settings(_CORPORA)
    if known is None:
        return {}
    if not isinstance(known.found, dict):
        raise InputError(f"{known.file}: {_CORPORA}: expected a table of corpora")
    return {name: Declared(name, known.file, one) for name, one in known.found.items()}


def _check(entry: Entry, where: str) -> None:
    """Refuse what cannot be meant."""
    if not entry.path and not (
        entry.splits and all(isinstance(s, str) for s in entry.splits.values())
    ):
        raise InputError(f"{where}: says no path")
    for key, given, known in (
        ("format", (entry.format,) if entry.format else (), NAMES),
        ("layers", entry.layers, LAYERS),
        ("lacks", entry.lacks, get_args(Aspect)),
        ("split", (entry.split,) if entry.split and entry.splits else (), entry.splits),
    ):
        _known(f"{where}.{key}", given, known)
    hashes = {"": entry.sha256} if isinstance(entry.sha256, str) else entry.sha256
    if entry.splits:
        _known(f"{where}.sha256", [name for name in hashes if name], entry.splits)
    for name, value in hashes.items():
        if not _HASH.fullmatch(value) and (name or value):
            at = f"{where}.sha256" + (f".{name}" if name else "")
            raise InputError(f"{at}: {value!r}, expected 64 hexadecimal digits, in lower case")
    shares = entry.shares
    if shares:
        if len(shares) < len(entry.splits):
            raise InputError(f"{where}.splits: expected shares for all of them, or for none")
        try:
            parted(shares)
        except UsageError as error:
            raise InputError(f"{where}.splits: {error}") from error
    elif entry.seed is not None or entry.group:
        key = "group" if entry.group else "seed"
        raise InputError(f"{where}.{key}: only where splits are shares")


def _known(where: str, given: Collection[str], known: Collection[str]) -> None:
    for one in given:
        if one not in known:
            raise InputError(f"{where}: no {one!r}; {nearest(one, known)}")
