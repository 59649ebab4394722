"""What exports of UIMA tools share: which layers label something, and zip archives of files."""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import InputError, UsageError
from ..model import Document
from .base import Ledger, Located, Refuse, each
from .graph import same_layers

LABELS = ("label", "value", "Value", "kind", "category", "type", "referenceType")
"""The features that label an annotation, the first that has a value; else its type does."""

STRUCTURE = re.compile(
    r"uima\.tcas\.DocumentAnnotation|.*\.(DocumentMetaData|TagsetDescription|CASMetadata)"
    r"|.*\.segmentation\.type\..*|.*\.(pos|lemma|morph|syntax|tweet)\..*"
)
"""Types of tokens, sentences and what parsers add."""

_LARGEST = 1 << 29


def archived(path: Path, suffix: str) -> bool:
    """Whether a path is a zip archive with files of this suffix."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(suffix) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def unpack(path: Path, folder: Path, suffixes: tuple[str, ...]) -> None:
    """The files of an archive that end so, by their names alone.

    Raises:
        InputError: It is none, is too large, or a name leads out of its folder or comes twice.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = archive.infolist()
            if sum(one.file_size for one in held) > _LARGEST:
                raise InputError(f"{path}: more than {_LARGEST >> 20} MiB unpacked; refused")
            for one in held:
                parts = Path(one.filename).parts
                if ".." in parts or Path(one.filename).is_absolute():
                    raise InputError(f"{path}: {one.filename!r} leads out of the archive; refused")
                if one.filename.endswith(suffixes):
                    target = folder / parts[-1]
                    content = archive.read(one)
                    if target.exists() and target.read_bytes() != content:
                        raise InputError(f"{path}: two files {parts[-1]!r}; expected one")
                    target.write_bytes(content)
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
        raise InputError(f"{path}: no zip archive: {error}") from error


def read(
    path: Path,
    suffix: str,
    document: Callable[[Path, Ledger], Document],
    ledger: Ledger,
    refuse: Refuse,
    *,
    beside: tuple[str, ...] = (),
) -> Iterator[Located]:
    """The documents of a file, of a folder of such files, or of a zip archive of them.

    Args:
        path: The file, the folder or the archive.
        suffix: How the names of documents' files end.
        document: Reads one of them.
        ledger: Counts what is read and lost.
        refuse: What is done about a file that is malformed.
        beside: How the names of other files end that are needed to read them.
    """
    if path.name.endswith(".zip"):
        with tempfile.TemporaryDirectory() as folder:
            unpack(path, Path(folder), (suffix, *beside))
            for located in read(Path(folder), suffix, document, ledger, refuse):
                yield located._replace(file=path)
        return
    files = sorted(path.glob(f"*{suffix}")) if path.is_dir() else [path]
    found = ((str(one.file), one.document) for one in each(files, document, ledger, refuse))
    for where, one in same_layers(found):
        yield Located(one, Path(where))


def free(path: Path) -> None:
    """Check that a folder may be written.

    Raises:
        UsageError: Something is there.
    """
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise UsageError(f"{path}: is there already; expected a new or empty folder")


def file_name(id: str, suffix: str) -> str:
    """The name of a document's file.

    Raises:
        InputError: Its id can be none.
    """
    if Path(id).name != id or id.startswith(".") or len(id.encode()) > 200:
        raise InputError(f"document {id!r}: its id can be no file's name; {suffix} files need that")
    return id + suffix


def label(name: str, features: Sequence[tuple[str, object]]) -> str:
    """The label of an annotation of a type of this name, from its features."""
    known = dict(features)
    for one in LABELS:
        value = known.get(one)
        if isinstance(value, str) and value:
            return value
    return name.rpartition(".")[2]
