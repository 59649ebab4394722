"""GDELT's Global Knowledge Graph 2.1: tab-separated, 27 columns, a document a row.

There is no text: offsets count characters of GDELT's own, and cannot be checked. Persons,
organisations and places are mentions, equal names of a type one actor; quotations are quotes, their
verb a cue without a place. Themes, counts, tones and the like are lost.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..model import Actor, Document, Mention, Quote, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample

_COLUMNS = 27
_ID, _DATE, _URL, _PLACES, _PERSONS, _ORGANISATIONS, _QUOTES = 0, 1, 4, 10, 12, 14, 22
_UNCARRIED = {
    "counts": (5, ";"), "themes": (8, ";"), "dates": (16, ";"), "names": (23, ";"),
    "amounts": (24, ";"),
}  # fmt: skip


def _recognises(sample: Sample) -> bool:
    row = sample.text.partition("\n")[0].rstrip("\r").split("\t")
    return not sample.is_dir and len(row) == _COLUMNS and row[_DATE].isdigit()


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for number, raw in packed.lines(path):
        row = raw.decode("utf-8", "replace").rstrip("\r\n").split("\t")
        where = f"{path}:{number}"
        ledger.take("documents")
        if len(row) != _COLUMNS or not row[_ID]:
            refuse(f"{where}: {len(row)} columns; expected {_COLUMNS}, the first an id")
            ledger.lose("documents", "another number of columns, or no id", where)
            continue
        for item, (column, mark) in _UNCARRIED.items():
            parts = len([part for part in row[column].split(mark) if part])
            ledger.drop(item, "no place in the data model", where, parts)
        document = Document(
            id=row[_ID],
            actors=tuple(_actors(row, ledger, where)),
            quotes=tuple(_quotes(row[_QUOTES], ledger, where)),
            meta={"date": row[_DATE], "url": row[_URL]},
        )
        yield Located(document, path, number)


def _actors(row: Sequence[str], ledger: Ledger, where: str) -> Iterator[Actor]:
    found: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    named = [("PER", block.rpartition(",")) for block in row[_PERSONS].split(";") if block]
    named += [("ORG", block.rpartition(",")) for block in row[_ORGANISATIONS].split(";") if block]
    for block in filter(None, row[_PLACES].split(";")):
        parts = block.split("#")
        named.append(("LOC", (parts[1] if len(parts) > 1 else "", ",", parts[-1])))
    for kind, (name, _, offset) in named:
        ledger.take("mentions")
        if not name or not offset.isdecimal():
            ledger.lose("mentions", "without a name or an offset", f"{where}: {name!r}")
            continue
        start = int(offset)
        made = Mention(start=start, end=start + len(name), text=name, level="NAM")
        found[kind, name].append(made)
    ledger.take("actors", len(found))
    for (kind, name), mentions in found.items():
        yield Actor(type=kind, mentions=tuple(mentions), name=name)


def _quotes(column: str, ledger: Ledger, where: str) -> Iterator[Quote]:
    for block in filter(None, column.split("#")):
        ledger.take("quotes")
        offset, _, rest = block.partition("|")
        length, _, rest = rest.partition("|")
        verb, _, said = rest.partition("|")
        if not offset.isdecimal() or not length.isdecimal() or not said or length == "0":
            ledger.lose("quotes", "no offset, length or quote", f"{where}: {block[:60]!r}")
            continue
        ledger.take("cues", int(bool(verb)))
        start = int(offset)
        content = Span(start=start, end=start + int(length), text=said)
        yield Quote(content=content, kind="direct", cue=Span(text=verb) if verb else None)


FORMAT = Format(
    name="gkg",
    explains="GDELT GKG 2.1: persons, organisations, places and quotations, without texts",
    layers=("actors", "quotes"),
    recognises=_recognises,
    read=_read,
)
