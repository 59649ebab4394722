"""EventBench's own JSON Lines: one document a line; plain, ``.gz`` or ``.zst``.

`decode` is strict or lenient about fields the schema does not know: refused, or kept in the
document's ``meta`` under their JSON path.
"""

import types
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ..errors import InputError, refused
from ..model import Document
from ..paths import write_file
from .base import Format, Ledger, Located, Refuse, Sample, count
from .packed import CANNOT_BE_READ, LONGEST, opened, packed

_decoder = msgspec.json.Decoder(Document)


def read(
    path: Path, *, strict: bool = False, refuse: Callable[[str], None] = refused
) -> Iterator[tuple[int, Document]]:
    """Yield each document of a file with its line number (from 1).

    Raises:
        InputError: The file cannot be read, or a line is not a document; says file and line.
            Such lines are left out where ``refuse`` does not raise.
    """
    with opened(path) as lines:
        yield from parse(lines, str(path), strict=strict, refuse=refuse)


def parse(
    lines: BinaryIO,
    name: str,
    *,
    strict: bool = False,
    refuse: Callable[[str], None] = refused,
) -> Iterator[tuple[int, Document]]:
    """Yield each document of some lines with its number (from 1); errors call them ``name``.

    Raises:
        InputError: A line is not a document. It is left out where ``refuse`` does not raise.
    """
    for number, line in enumerate(lines, 1):
        if len(line) >= LONGEST:
            size = f"{LONGEST >> 20} MiB"
            raise InputError(
                f"{name}:{number}: a line of {size} or more; expected a document a line"
            )
        if line.isspace():
            continue
        try:
            document = _decode(line, f"{name}:{number}", strict=strict)
        except InputError as error:
            refuse(str(error))
            continue
        yield number, document


def write(documents: Iterable[Document]) -> bytes:
    """The documents as JSON Lines; omits whatever has its default value."""
    return b"".join(msgspec.json.encode(document) + b"\n" for document in documents)


def _decode(line: bytes, where: str, *, strict: bool) -> Document:
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError as error:
        if strict or "unknown field" not in str(error):
            raise InputError(f"{where}: {error}") from error
        return _decode_lenient(line, where)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not JSON: {error}") from error


def _decode_lenient(line: bytes, where: str) -> Document:
    raw = msgspec.json.decode(line)
    unknown: dict[str, Any] = {}
    _move_unknown(raw, Document, "$", unknown)
    for path, value in unknown.items():
        raw.setdefault("meta", {}).setdefault(path.removeprefix("$."), value)
    try:
        return msgspec.convert(raw, Document)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}") from error


def _move_unknown(value: Any, kind: Any, path: str, unknown: dict[str, Any]) -> None:
    """Take out of ``value`` what the struct ``kind`` has no field for, whatever its depth."""
    if isinstance(value, list):
        (inner,) = [a for a in typing.get_args(kind) if a is not ...][:1] or [None]
        for i, item in enumerate(value):
            _move_unknown(item, inner, f"{path}[{i}]", unknown)
    elif isinstance(value, dict) and _is_struct(kind):
        hints = typing.get_type_hints(kind)
        for name in list(value):
            if name not in hints:
                unknown[f"{path}.{name}"] = value.pop(name)
            else:
                _move_unknown(value[name], _without_none(hints[name]), f"{path}.{name}", unknown)


def _without_none(kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        return next(a for a in typing.get_args(kind) if a is not type(None))
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _recognises(sample: Sample) -> bool:
    """A ``.jsonl`` whose first line is a document, or is empty."""
    if sample.is_dir or not sample.name.endswith(".jsonl"):
        return False
    first = sample.record
    if not isinstance(first, dict):
        return not sample.text.strip()
    return isinstance(first.get("id"), str) and first.keys() <= set(Document.__struct_fields__)


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    def lose(message: str) -> None:
        refuse(message)
        ledger.drop("documents", CANNOT_BE_READ, message)

    for number, document in read(path, refuse=lose):
        ledger.came.update(count(document))
        yield Located(document, path, number)


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    del ledger  # it carries everything
    write_file(path, packed(path, write(documents)))


FORMAT = Format(
    name="jsonl",
    explains="EventBench's own JSON Lines, a document a line; also .gz and .zst",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix=".jsonl",
    states=True,
)
