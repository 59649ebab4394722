"""Where EventBench's own data lie, where runs are saved, and writing that is all or nothing."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .errors import InputError, UsageError

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The source checkout this package is imported from, or None for an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "gold").is_dir() else None


def data(name: str) -> Path:
    """The folder ``gold`` or ``seeds``, inside the installed package or beside it in a checkout.

    Raises:
        InputError: Neither is there.
    """
    packaged = _PACKAGE / "_data" / name
    if packaged.is_dir():
        return packaged
    root = checkout()
    if root is not None and (root / name).is_dir():
        return root / name
    raise InputError(f"the data folder {name!r} is missing: reinstall eventbench")


def results() -> Path:
    """Where runs are saved unless told: the checkout's ``results`` if we are in it, else here's."""
    root = checkout()
    here = Path.cwd()
    return (root if root is not None and here.is_relative_to(root) else here) / "results"


def told_apart(paths: Sequence[str]) -> list[str]:
    """The last parts of some paths that tell them apart; numbers where they are the same.

    >>> told_apart(["old/spacy", "new/spacy.jsonl"])
    ['old/spacy', 'new/spacy']
    """
    parts = [Path(path).with_suffix("").parts for path in paths]
    for length in range(1, max(map(len, parts), default=0) + 1):
        names = ["/".join(one[-length:]) for one in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{path} ({number})" for number, path in enumerate(paths, 1)]


def cache() -> Path:
    """Where predictions are kept for other runs: ``BENCH_CACHE``, or the user's cache folder."""
    given = os.environ.get("BENCH_CACHE")
    if given:
        return Path(given)
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "eventbench"


def read_text(path: Path) -> str:
    """The text of a file, code point for code point: no newline is translated.

    Raises:
        InputError: The file cannot be read or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}; "
            "convert the file to UTF-8"
        ) from error


def ensure_writable(folder: Path) -> None:
    """Make a folder if it is missing.

    Raises:
        UsageError: Nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written: {error.strerror}; choose another with --out"
        ) from error


def write_file(target: Path, content: bytes) -> None:
    """Write a file so that it appears complete or not at all.

    Raises:
        UsageError: The place cannot be written.
    """
    ensure_writable(target.parent)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


def write_folder(target: Path, files: dict[str, bytes]) -> None:
    """Write a folder of files so that it appears complete or not at all.

    An older folder of the same name is moved aside first and removed last, so that a kill at any
    moment leaves the old one or the new one whole.

    Raises:
        UsageError: The place cannot be written.
    """
    ensure_writable(target.parent)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, content in files.items():
            with (fresh / name).open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        fresh.chmod(0o755)
        if target.exists():
            aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
            target.rename(aside / target.name)
            try:
                fresh.rename(target)
            except OSError:
                (aside / target.name).rename(target)
                aside.rmdir()
                raise
            shutil.rmtree(aside)
        else:
            fresh.rename(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
