"""Files as bytes, unpacked on the way, and the JSON records in them."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from ..errors import InputError, NotInstalled
from ..model import Document
from .base import Ledger, Located, Refuse

LONGEST = 1 << 28
"""No line may have so many bytes."""

_BOM = b"\xef\xbb\xbf"

T = TypeVar("T")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file for reading; ``.gz`` and ``.zst`` are unpacked.

    Raises:
        InputError: It cannot be read, or is broken.
        NotInstalled: It is ``.zst``, and what unpacks that is missing.
    """
    broken: tuple[type[Exception], ...] = (EOFError, zlib.error)
    opener: Callable[..., Any] = open
    if path.suffix == ".gz":
        opener = gzip.open
    elif path.suffix == ".zst":
        zstandard = _zstandard(path)
        broken = (EOFError, zstandard.ZstdError)

        def opener(path: Path, mode: str) -> Any:
            return io.BufferedReader(_Frames(path.open(mode), zstandard))

    try:
        with opener(path, "rb") as stream:
            yield cast(BinaryIO, stream)
    except broken as error:
        raise InputError(f"{path}: broken {_PACKERS[path.suffix]} stream: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


class _Frames(io.RawIOBase):
    """What the zstd frames of a file hold; the last must be whole."""

    def __init__(self, file: Any, zstandard: Any) -> None:
        self._file = file
        self._fresh = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._packed = self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            self._packed = self._packed or self._file.read(1 << 17)
            if not self._packed:
                if self._frame is not None:
                    raise EOFError("it ends within a frame")
                return 0
            self._frame = self._frame or self._fresh()
            self._ready, self._packed = self._frame.decompress(self._packed), b""
            if self._frame.eof:
                self._packed, self._frame = self._frame.unused_data, None
        part = self._ready[: len(buffer)]
        buffer[: len(part)] = part
        self._ready = self._ready[len(part) :]
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


_PACKERS = {".gz": "gzip", ".zst": "zstd"}


def _zstandard(path: Path) -> Any:
    try:
        import zstandard
    except ImportError:
        raise NotInstalled(f"{path}: needs zstandard: pip install 'eventbench[zst]'") from None
    return zstandard


def packed(path: Path, content: bytes) -> bytes:
    """The content of a file of this name: packed where its name ends in ``.gz`` or ``.zst``."""
    if path.suffix == ".gz":
        return gzip.compress(content, mtime=0)
    if path.suffix == ".zst":
        return cast(bytes, _zstandard(path).ZstdCompressor().compress(content))
    return content


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not empty, with their numbers; without a byte-order mark.

    Raises:
        InputError: The file cannot be read, or a line has no end.
    """
    with opened(path) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
            if len(line) >= LONGEST:
                raise InputError(f"{path}:{number}: a line of {LONGEST >> 20} MiB or more")
            if number == 1:
                line = line.removeprefix(_BOM)
            if not line.isspace():
                yield number, line


def records(path: Path, kind: type[T], ledger: Ledger, refuse: Refuse) -> Iterator[tuple[str, T]]:
    """The records of a file, a line each or in one list, with where each stands.

    Raises:
        InputError: A record is not of the kind; says where. It is lost where ``refuse`` does not
            raise.
    """
    with opened(path) as stream:
        start = stream.read(1 << 12).removeprefix(_BOM).lstrip()[:1]
    decoder = msgspec.json.Decoder(kind)
    if start == b"[" and not _rows_are_lists(kind):
        found = _listed(path)
    else:
        found = ((f"{path}:{number}", "$", line) for number, line in lines(path))
    for where, root, raw in found:
        try:
            record = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if raw.strip() == b"{":  # one record over several lines
                yield f"{path}", document(path, kind)
                return
            refuse(f"{where}: {said(error, root)}")
            ledger.drop("documents", CANNOT_BE_READ, where)
            continue
        yield where, record


CANNOT_BE_READ = "cannot be read"


def _rows_are_lists(kind: Any) -> bool:
    return bool(getattr(getattr(kind, "__struct_config__", None), "array_like", False))


def _listed(path: Path) -> Iterator[tuple[str, str, bytes]]:
    for i, raw in enumerate(document(path, list[msgspec.Raw])):
        yield f"{path}", f"$[{i}]", bytes(raw)


def document(path: Path, kind: type[T]) -> T:
    """The one JSON value of a file.

    Raises:
        InputError: It is not of the kind.
    """
    with opened(path) as stream:
        raw = stream.read().removeprefix(_BOM)
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: {said(error)}") from error


def said(error: Exception, root: str = "$") -> str:
    """What is wrong with JSON, in one line."""
    if isinstance(error, msgspec.ValidationError):
        message = str(error)
        if "`$" in message:
            return message.replace("`$", f"`{root}")
        return f"{message} - at `{root}`"
    if isinstance(error, RecursionError):
        return f"nested too deeply, at `{root}`"
    return f"not JSON: {error}"


def encoded(values: Iterable[Any]) -> bytes:
    """Values as JSON Lines."""
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


def located(document: Document, path: Path, where: str) -> Located:
    """A document with its place, as `records` gives it."""
    line = where.rpartition(":")[2]
    return Located(document, path, int(line) if line.isdigit() else 1)
