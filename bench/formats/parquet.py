"""Parquet with the columns of the JSON Lines, nested as they are; ``meta`` is JSON."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..errors import InputError
from ..model import Document
from ..paths import write_file
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample, count

_BATCH = 1000


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.head.startswith(b"PAR1")


def _schema() -> Any:
    import pyarrow as pa

    fields = [
        ("start", pa.int64()), ("end", pa.int64()), ("text", pa.string()),
        ("fragments", pa.list_(pa.list_(pa.int64()))),
    ]  # fmt: skip
    span = pa.struct(fields)
    mention = pa.struct([*fields, ("level", pa.string())])
    argument = pa.struct([*fields, ("role", pa.string())])
    actor = pa.struct(
        [("type", pa.string()), ("name", pa.string()), ("mentions", pa.list_(mention))]
    )
    event = pa.struct(
        [
            ("type", pa.string()), ("trigger", span), ("arguments", pa.list_(argument)),
            ("realis", pa.string()), ("polarity", pa.string()), ("hopper", pa.string()),
        ]
    )  # fmt: skip
    quote = pa.struct(
        [
            ("content", span), ("kind", pa.string()), ("source", span), ("cue", span),
            ("unknown_source", pa.bool_()),
        ]
    )  # fmt: skip
    return pa.schema(
        [
            ("id", pa.string()), ("text", pa.string()), ("actors", pa.list_(actor)),
            ("events", pa.list_(event)), ("quotes", pa.list_(quote)), ("meta", pa.string()),
        ]
    )  # fmt: skip


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path}: no Parquet file: {str(error).splitlines()[0]}") from error
    with file:
        names = set(file.schema_arrow.names)
        if "id" not in names or not names & {"text", "actors", "events", "quotes"}:
            known = ", ".join(sorted(names)) or "none"
            raise InputError(
                f"{path}: columns {known}; expected id and text, actors, events, quotes"
            )
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH):
            for raw in batch.to_pylist():
                number += 1
                try:
                    document = _document(raw)
                except (msgspec.ValidationError, msgspec.DecodeError) as error:
                    refuse(f"{path}: row {number}: {packed.said(error)}")
                    ledger.drop("documents", packed.CANNOT_BE_READ, f"{path}: row {number}")
                    continue
                ledger.came.update(count(document))
                yield Located(document, path, number)


def _document(raw: dict[str, Any]) -> Document:
    known = {name: value for name, value in raw.items() if name in Document.__struct_fields__}
    other = {name: value for name, value in raw.items() if name not in known and value is not None}
    meta = known.pop("meta", None)
    given = msgspec.json.decode(meta, type=dict[str, Any]) if isinstance(meta, str) else meta or {}
    return msgspec.convert({**_bare(known), "meta": {**given, **other}}, Document)


def _bare(value: Any) -> Any:
    """A value without the fields that are null."""
    if isinstance(value, dict):
        return {name: _bare(one) for name, one in value.items() if one is not None}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    del ledger  # it carries everything
    out = io.BytesIO()
    schema = _schema()
    with pq.ParquetWriter(out, schema) as writer:
        rows: list[dict[str, Any]] = []
        for document in documents:
            row = msgspec.to_builtins(document)
            meta = row.get("meta")
            row["meta"] = msgspec.json.encode(meta).decode() if meta else None
            rows.append(row)
            if len(rows) >= _BATCH:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    write_file(path, out.getvalue())


FORMAT = Format(
    name="parquet",
    explains="Parquet with the columns of the JSON Lines",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix=".parquet",
    needs="pyarrow",
    extra="parquet",
    states=True,
)
