"""What makes a prediction what it is, as a key: equal keys, equal predictions.

A prediction is known again by its key: in the journal of a run that was broken off, and in the
cache that runs share.
"""

import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ..errors import SystemFailed
from ..model import Document
from ..registry import System
from ..version import VERSION

_encoder = msgspec.json.Encoder(order="deterministic")


class Identity(msgspec.Struct, frozen=True, tag=True):
    """A system, as exactly as it can be known.

    Attributes:
        name: What it calls itself.
        version: Which version, by its own word.
        details: What else it says of itself: models and their hashes, prompts, versions.
        options: All its options, also those that nobody gave.
        code: The SHA-256 of its source, and of what grounds its strings.
    """

    name: str
    version: str
    details: dict[str, str]
    options: dict[str, str]
    code: str

    def describe(self) -> dict[str, str]:
        """As a system does: what else made its predictions what they are."""
        return self.details


class Key(msgspec.Struct, frozen=True):
    """All that a prediction depends on; see `Identity`.

    Attributes:
        document: The SHA-256 of what the system sees: the id, the text and ``meta``.
        seed: What seeded the random generators.
        eventbench: The version of what ran it.
    """

    system: str
    version: str
    details: dict[str, str]
    options: dict[str, str]
    code: str
    document: str
    seed: int
    eventbench: str = VERSION

    @property
    def digest(self) -> str:
        """The key as a SHA-256."""
        return hashlib.sha256(_encoder.encode(self)).hexdigest()


def keys(identity: Identity, documents: Iterable[Document], seed: int) -> dict[str, str]:
    """The key of each document's prediction, as a digest, by id."""
    return {document.id: _key(identity, document, seed).digest for document in documents}


def _key(identity: Identity, document: Document, seed: int) -> Key:
    seen = hashlib.sha256(_encoder.encode((document.id, document.meta)))
    seen.update((document.text or "").encode(errors="surrogatepass"))
    return Key(
        system=identity.name,
        version=identity.version,
        details=identity.details,
        options=identity.options,
        code=identity.code,
        document=seen.hexdigest(),
        seed=seed,
    )


def identify(system: System, target: str, given: Mapping[str, str]) -> Identity:
    """What can be known of a loaded system.

    Args:
        system: The system.
        target: What it was loaded as; what errors call it.
        given: The options that it was made with, as text.

    Raises:
        SystemFailed: It lacks what a system has.
    """
    try:
        details = msgspec.convert(system.describe(), dict[str, str])
        name, version = msgspec.convert((system.name, system.version), tuple[str, str])
    except Exception as error:
        raise SystemFailed(
            f"system {target!r} does not say what it is: {type(error).__name__}: {error}; expected "
            "the texts name and version, and describe() to return texts by name"
        ) from error
    options = {**_defaults(type(system)), **given}
    return Identity(name, version, details, options, _digest(_sources(type(system))))


def _defaults(kind: type) -> dict[str, str]:
    """The options of a class that have a default, with it."""
    if kind.__init__ is object.__init__:  # type: ignore[misc]
        return {}
    parameters = inspect.signature(kind).parameters.values()
    return {p.name: str(p.default) for p in parameters if p.default is not p.empty}


def _sources(kind: type) -> Iterator[tuple[str, Path]]:
    """The files that a system's code is in, each with the name it counts under.

    Of a system in a package, all of the package; of one in a file, that file and what it has
    imported from the folder it lies in; of one that ships, what it has imported of `bench.systems`.
    """
    ours = Path(__file__).parents[1]
    yield from _below(ours / "grounding")
    yield "validation", ours / "validation.py"
    own = _file(kind.__module__)
    root = kind.__module__.partition(".")[0]
    home = _file(root)
    if own is None:
        return
    if root != "bench" and root != kind.__module__ and home is not None:
        yield from _below(home.parent)
        return
    yield own.name, own
    shipped = root == "bench"
    for name in list(sys.modules):
        file = _file(name) if not shipped or name.startswith("bench.systems.") else None
        if file is None or "site-packages" in file.parts:
            continue
        if shipped:
            yield from _below(file.parent) if file.stem == "__init__" else [(name, file)]
        elif own.parent in file.parents:
            yield str(file.relative_to(own.parent)), file


def _file(module: str) -> Path | None:
    name = getattr(sys.modules.get(module), "__file__", None)
    return Path(name).absolute() if name and Path(name).is_file() else None


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{folder.name}/{path.relative_to(folder)}", path


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    whole = hashlib.sha256()
    for name, path in sorted(set(files)):
        with path.open("rb") as content:
            whole.update(f"{name}\0".encode() + hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()
