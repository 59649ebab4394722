"""DocEE's JSON: rows of title, text, event type and, as a string of JSON, the arguments.

DocEE labels no trigger: that of the one event of a document is its title, as far as the text says
it, else its first sentence; so only types and arguments can be compared with it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..model import Argument, Document, Event, Span
from . import packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, span


class Filler(msgspec.Struct):
    """An argument."""

    start: int
    end: int
    type: str
    text: str | None = None


class Row(msgspec.Struct, array_like=True):
    """A document."""

    title: str
    text: str
    event_type: str
    arguments: str | list[Filler] = ""


def _recognises(sample: Sample) -> bool:
    row = sample.record
    if sample.is_dir or not isinstance(row, list):
        return False
    row = row[0] if row and isinstance(row[0], list) else row
    return len(row) in (3, 4) and all(isinstance(one, str) for one in row[:3])


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    stem = Sample(path).name.split(".")[0]
    for number, (where, row) in enumerate(_rows(path, ledger, refuse), 1):
        given = row.arguments
        try:
            fillers = (
                msgspec.json.decode(given or "[]", type=list[Filler])
                if isinstance(given, str)
                else given
            )
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            refuse(f"{where}: the arguments: {packed.said(error)}")
            ledger.drop("documents", packed.CANNOT_BE_READ, where)
            continue
        ledger.take("documents")
        ledger.take("events")
        ledger.take("arguments", len(fillers))
        document = Document(id=f"{stem}-{number}", text=row.text, meta={"title": row.title})
        if not row.text.strip():
            ledger.lose("events", "in a document without text", where)
            ledger.lose("arguments", "in a document without text", where, len(fillers))
            yield packed.located(msgspec.structs.replace(document, events=()), path, where)
            continue
        anchor = Anchor(row.text, ledger)
        anchor.choose([(one.start, one.end, one.text) for one in fillers])
        arguments = []
        for one in fillers:
            at = f"{where}: {one.type}"
            place = anchor.place("arguments", one.start, one.end, one.text, at)
            if place is not None:
                arguments.append(span(Argument, row.text, (place,), role=one.type))
        trigger = span(Span, row.text, (_trigger(row),))
        event = Event(type=row.event_type, trigger=trigger, arguments=tuple(arguments))
        yield packed.located(msgspec.structs.replace(document, events=(event,)), path, where)


def _rows(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[tuple[str, Row]]:
    if Sample(path).text.lstrip().removeprefix("[").lstrip().startswith("["):
        for i, raw in enumerate(packed.document(path, list[msgspec.Raw])):
            where = f"{path}:$[{i}]"
            try:
                yield where, msgspec.json.decode(raw, type=Row)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                refuse(f"{path}: {packed.said(error, f'$[{i}]')}")
                ledger.drop("documents", packed.CANNOT_BE_READ, where)
        return
    yield from packed.records(path, Row, ledger, refuse)


def _trigger(row: Row) -> tuple[int, int]:
    title = row.title.strip()
    at = row.text.find(title) if title else -1
    return (at, at + len(title)) if at >= 0 else first_sentence(row.text)


def first_sentence(text: str) -> tuple[int, int]:
    """The first sentence of a text that is not empty, as far as full stops and line ends tell."""
    start = len(text) - len(text.lstrip())
    ends = [end for mark in (". ", ".\n", "\n") if (end := text.find(mark, start)) > 0]
    stop = min(ends, default=len(text.rstrip()) - 1) + 1
    return start, start + len(text[start:stop].rstrip())


FORMAT = Format(
    name="docee",
    explains="DocEE JSON: one event a document, with its arguments and no trigger",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
