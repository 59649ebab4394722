"""TAC KBP's tab-separated event nuggets (TBF), by characters or by tokens.

A text is taken from a file named after the document, beside or in a folder ``txt``, ``text`` or
``source`` beside; the table that tokens need from ``tkn``, ``token`` or beside, as ``ID.tab``.
Without a text offsets cannot be checked. What is written has characters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from ..errors import InputError
from ..model import Document, Event, Pieces, Realis, Span
from ..paths import read_text, write_file
from . import packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, lose_all, lose_layers, span

_REALIS: Mapping[str, Realis] = {one: one for one in get_args(Realis)}
_CHARACTERS = re.compile(r"\d+,\d+(?:;\d+,\d+)*")
_SUFFIXES = ("", ".txt", ".tkn.txt", ".cmp.txt", ".mp.txt", ".xml", ".mpdf.xml", ".sgm")


@dataclass
class _Part:
    """The rows of a document."""

    name: str
    line: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    links: list[tuple[int, list[str]]] = field(default_factory=list)


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and (
        sample.name.endswith(".tbf") or sample.text.startswith("#BeginOfDocument")
    )


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for part in _parts(path, refuse, ledger):
        ledger.take("documents")
        yield Located(_document(path, part, ledger, refuse), path, part.line)


def _parts(path: Path, refuse: Refuse, ledger: Ledger) -> Iterator[_Part]:
    part: _Part | None = None
    with packed.opened(path) as stream:
        try:
            content = stream.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error
    for number, raw in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        line = raw.rstrip("\r")
        if line.startswith("#BeginOfDocument"):
            part = _Part(line.removeprefix("#BeginOfDocument").strip(), number)
        elif line.startswith("#EndOfDocument"):
            if part is not None:
                yield part
            part = None
        elif not line.strip() or line.startswith("#"):
            continue
        elif part is None:
            refuse(f"{path}:{number}: stands in no document; expected #BeginOfDocument before")
            ledger.drop("events", "in no document", f"{path}:{number}")
        elif line.startswith("@"):
            part.links.append((number, line.split("\t")))
        else:
            part.rows.append((number, line.split("\t")))
    if part is not None:
        refuse(f"{path}: the document {part.name} has no #EndOfDocument")
        yield part


def _document(path: Path, part: _Part, ledger: Ledger, refuse: Refuse) -> Document:
    hoppers: dict[str, str] = {}
    for number, link in part.links:
        if link[0] == "@Coreference" and len(link) > 2:
            hoppers.update(dict.fromkeys(link[2].split(","), link[1]))
        else:
            ledger.drop("relations", f"{link[0]}: no place in the data model", f"{path}:{number}")
    text = _beside(path, part.name, ("txt", "text", "source", "."), _SUFFIXES)
    table = _beside(path, part.name, ("tkn", "token", "."), (".tab", ".txt.tab"))
    tokens = {} if table is None else _tokens(table)
    anchor = None if text is None else Anchor(text, ledger)
    events = []
    for number, row in part.rows:
        where = f"{path}:{number}"
        ledger.take("events")
        if len(row) < 7:
            refuse(f"{where}: {len(row)} columns; expected system, document, id, span, text, type "
                   "and realis")  # fmt: skip
            ledger.lose("events", "too few columns", where)
            continue
        pieces = _pieces(row[3], tokens)
        if pieces is None:
            refuse(f"{where}: the span {row[3]!r} is neither of characters nor of known tokens")
            ledger.lose("events", "its span cannot be read", where)
            continue
        # The pieces of a surface come in any order.
        loose = len(pieces) > 1
        if anchor is not None:
            found = anchor.pieces("events", pieces, None if loose else row[4], where)
            if found is None:
                continue
            pieces = found
        realis = _REALIS.get(row[6].strip().lower())
        if realis is None:
            ledger.lose("realis", f"{row[6]!r} is unknown", where)
        more = {} if anchor is not None or not row[4] else {"text": row[4]}
        events.append(
            Event(
                type=row[5],
                trigger=span(Span, text, pieces, **more),
                realis=realis or "actual",
                hopper=hoppers.get(row[2]),
            )
        )
    meta: dict[str, Any] = {"tokens": [[*place] for place in tokens.values()]} if tokens else {}
    return Document(id=part.name, text=text, events=tuple(events), meta=meta)


def _beside(path: Path, name: str, folders: Iterable[str], suffixes: Iterable[str]) -> str | None:
    if not name or Path(name).name != name:
        raise InputError(f"{path}: document {name!r}: its id can be no file's name")
    for folder in folders:
        for suffix in suffixes:
            file = path.parent / folder / f"{name}{suffix}"
            if file.is_file() and file.resolve() != path.resolve():
                return read_text(file)
    return None


def _tokens(table: str) -> dict[str, tuple[int, int]]:
    rows = [[cell.strip() for cell in line.split("\t")] for line in table.split("\n")]
    numbers = [row for row in rows if len(row) > 3 and row[2].isdigit() and row[3].isdigit()]
    return {row[0]: (int(row[2]), int(row[3]) + 1) for row in numbers}


def _pieces(given: str, tokens: Mapping[str, tuple[int, int]]) -> Pieces | None:
    if tokens and all(one in tokens for one in given.split(",")):
        order = {key: i for i, key in enumerate(tokens)}
        pieces: list[tuple[int, int]] = []
        last = -2
        for key in sorted(set(given.split(",")), key=order.__getitem__):
            if order[key] == last + 1:
                pieces[-1] = pieces[-1][0], tokens[key][1]
            else:
                pieces.append(tokens[key])
            last = order[key]
        return tuple(pieces)
    if not _CHARACTERS.fullmatch(given):
        return None
    bounds = [tuple(map(int, one.split(","))) for one in given.split(";")]
    return tuple(sorted((start, end) for start, end in bounds))


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    lines: list[str] = []
    for document in documents:
        lose_layers(document, ("events",), ledger)
        lose_all(document, ("arguments", "polarity", "meta"), "no place for it", ledger)
        lose_all(document, ("texts",), "stands in a file of its own", ledger)
        if re.search(r"[\t\r\n]", document.id) or document.id != document.id.strip():
            raise InputError(f"document {document.id!r}: its id is not one word")
        lines.append(f"#BeginOfDocument {document.id}")
        hoppers: dict[str, list[str]] = {}
        for i, event in enumerate(document.events or (), 1):
            pieces = event.trigger.pieces
            place = ";".join(f"{start},{end}" for start, end in pieces)
            read = event.trigger.surface(document.text) if document.text else event.trigger.text
            shown = " ".join((read or "").split())
            row = ("eventbench", document.id, f"E{i}", place, shown, event.type,
                   event.realis.capitalize())  # fmt: skip
            if re.search(r"[\t\r\n]", event.type):
                raise InputError(f"document {document.id!r}: the type {event.type!r} has a tab")
            lines.append("\t".join(row))
            if event.hopper is not None:
                hoppers.setdefault(event.hopper, []).append(f"E{i}")
        for i, keys in enumerate(hoppers.values(), 1):
            lines.append(f"@Coreference\tR{i}\t{','.join(keys)}")
        lines.append("#EndOfDocument")
    content = "".join(f"{line}\n" for line in lines)
    write_file(path, packed.packed(path, content.encode("utf-8", "surrogatepass")))


FORMAT = Format(
    name="tbf",
    explains="TAC KBP event nuggets (TBF), by characters or tokens",
    layers=("events",),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix=".tbf",
)
