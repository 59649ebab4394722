"""GDELT's table of events: tab-separated, 57, 58 or 61 columns, an event a row.

As in `petrarch` there are codes and no places: a trigger is its CAMEO code, the arguments ``actor``
and ``recipient`` are the codes of the actors, ``location`` is the name of the place, all strings.
The events of a source are a document, named by its address, or by the day where there is none.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..model import Argument, Document, Event, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample


class _Columns(NamedTuple):
    """Where a version of the table has what differs between them."""

    place: int
    url: int | None


_VERSIONS = {57: _Columns(50, None), 58: _Columns(50, 57), 61: _Columns(52, 60)}
_DAY, _ACTOR, _RECIPIENT, _CODE = 1, 5, 15, 26
_HEADER = "globaleventid"


def _recognises(sample: Sample) -> bool:
    row = sample.text.partition("\n")[0].rstrip("\r").split("\t")
    return not sample.is_dir and len(row) in _VERSIONS and (_is_header(row) or _is_event(row))


def _is_header(row: Sequence[str]) -> bool:
    return row[0].lower() == _HEADER


def _is_event(row: Sequence[str]) -> bool:
    return row[0].isdecimal() and row[_DAY].isdecimal() and len(row[_DAY]) == 8


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    found: dict[str, list[Event]] = {}
    first: dict[str, tuple[int, str]] = {}
    for number, raw in packed.lines(path):
        row = raw.decode("utf-8", "replace").rstrip("\r\n").split("\t")
        where = f"{path}:{number}"
        if number == 1 and _is_header(row):
            continue
        if len(row) not in _VERSIONS or not _is_event(row):
            refuse(
                f"{where}: {len(row)} columns, {row[0][:30]!r} first; "
                "expected 57, 58 or 61, the first an id, the second a day"
            )
            ledger.drop("events", "a row that is none", where)
            continue
        columns = _VERSIONS[len(row)]
        name = row[columns.url] if columns.url is not None else ""
        event = _event(row, columns, ledger, where)
        name = name or row[_DAY]
        first.setdefault(name, (number, row[_DAY]))
        held = found.setdefault(name, [])
        if event is not None:
            held.append(event)
    for name, events in found.items():
        ledger.take("documents")
        number, day = first[name]
        document = Document(id=name, events=tuple(events), meta={"date": day})
        yield Located(document, path, number)


def _event(row: Sequence[str], columns: _Columns, ledger: Ledger, where: str) -> Event | None:
    given = (
        ("actor", row[_ACTOR]), ("recipient", row[_RECIPIENT]), ("location", row[columns.place])
    )  # fmt: skip
    arguments = tuple(
        Argument(role=role, text=text.strip()) for role, text in given if text.strip(" -")
    )
    ledger.take("events")
    ledger.take("arguments", len(arguments))
    names = sum(bool(row[column + 1].strip()) for column in (_ACTOR, _RECIPIENT))
    ledger.drop("actor names", "no place in the data model", where, names)
    ledger.drop("rows of further columns", "no place in the data model", where)
    code = row[_CODE].strip(" -")
    if not code:
        ledger.lose("events", "without a code", where)
        ledger.lose("arguments", "its event is lost", where, len(arguments))
        return None
    return Event(type=code, trigger=Span(text=code), arguments=arguments)


FORMAT = Format(
    name="gdelt",
    explains="GDELT's table of events: codes of events and actors, without texts",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
