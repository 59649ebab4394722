"""PolNeAR: attributions in brat's lines, with the texts in a folder of their own.

A file is named ``ARTICLE_ANNOTATOR.ann`` and is a document. An attribution's contents are one, in
pieces where there are several. What kind a quote is follows from its quotation marks.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import InputError
from ..model import Document, Pieces, Quote, Span
from ..paths import read_text
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, span
from .brat_rows import QUOTE, E, Rows, read_rows
from .marks import kind_of

_FOLDERS = ("", "text", "txt", "texts", "../text", "../txt", "../texts", "../../text", "../../txt")
_PARTS = ("Source", "Cue", "Content")


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.ann"))


def _recognises(sample: Sample) -> bool:
    if not sample.is_dir and not sample.name.endswith(".ann"):
        return False
    first = next(iter(_files(sample.path)), None)
    if first is None or first.with_suffix(".txt").exists():
        return False
    return _text_of(first) is not None and "\tAttribution:" in Sample(first).text


def _text_of(file: Path) -> Path | None:
    """The text of an annotation: of its name, or of what is left without its last parts."""
    name = file.stem
    while name:
        for folder in _FOLDERS:
            for suffix in (".txt", ""):
                text = file.parent / folder / f"{name}{suffix}"
                if text.is_file() and text != file:
                    return text
        name = name.rpartition("_")[0]
    return None


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for file in _files(path):
        ledger.take("documents")
        source = _text_of(file)
        if source is None:
            refuse(f"{file}: no text of this name beside it, in text, or in ../text")
            ledger.lose("documents", "without a text", str(file))
            continue
        try:
            text, rows = read_text(source), read_rows(read_text(file))
        except InputError as error:
            refuse(str(error))
            ledger.lose("documents", "cannot be read", str(file))
            continue
        for fault in rows.faults:
            refuse(f"{file}:{fault.line}: {fault.message}")
            ledger.drop("lines", "broken", f"{file}:{fault.line}")
        quotes = tuple(_quotes(file, rows, Anchor(text, ledger), ledger))
        yield Located(Document(id=file.stem, text=text, quotes=quotes), file)


def _quotes(file: Path, rows: Rows, anchor: Anchor, ledger: Ledger) -> Iterator[Quote]:
    used: set[str] = set()
    for key, row in rows.events.items():
        where = f"{file}:{row.line}: {key}"
        used.add(row.trigger)
        used.update(target for _, target in row.arguments)
        if not row.type.startswith(QUOTE):
            ledger.drop("events", f"{row.type}: no attribution", where)
            continue
        parts = _parts(row, ledger, where)
        ledger.take("quotes")
        ledger.take("sources", len(parts["Source"]))
        ledger.take("cues", len(parts["Cue"]))
        contents = [
            _place("contents", one, rows, anchor, ledger, where) for one in parts["Content"]
        ]
        content = _joined(contents)
        if content is None:
            why = "its content is not in the text" if parts["Content"] else "without a content"
            ledger.lose("quotes", why, where)
            for item, name in (("sources", "Source"), ("cues", "Cue")):
                ledger.lose(item, "its quote is lost", where, len(parts[name]))
            continue
        found: dict[str, Span] = {}
        for item, name in (("sources", "Source"), ("cues", "Cue")):
            ledger.lose(
                item, "a quote has several; the first is taken", where, len(parts[name][1:])
            )
            for one in parts[name][:1]:
                pieces = _place(item, one, rows, anchor, ledger, where)
                if pieces is not None:
                    found[item] = span(Span, anchor.text, pieces)
        whole = span(Span, anchor.text, content)
        yield Quote(
            content=whole,
            kind=kind_of(anchor.text, whole),
            source=found.get("sources"),
            cue=found.get("cues"),
            unknown_source=not parts["Source"],
        )
    for key, spare in rows.spans.items():
        if key not in used:
            ledger.drop("spans", f"{spare.type}: in no attribution", f"{file}:{spare.line}")
    for what in (rows.attributes, rows.notes, rows.names, rows.relations, rows.normalizations):
        ledger.drop("attributes and notes", "no place in the data model", str(file), len(what))


def _parts(row: E, ledger: Ledger, where: str) -> Mapping[str, list[str]]:
    parts: dict[str, list[str]] = {name: [] for name in _PARTS}
    for role, target in row.arguments:
        name = re.sub(r"\d+$", "", role)
        if name in parts:
            parts[name].append(target)
        else:
            ledger.drop("roles", f"{name}: no place in the data model", where)
    return parts


def _place(
    item: str, key: str, rows: Rows, anchor: Anchor, ledger: Ledger, where: str
) -> Pieces | None:
    inner = rows.events.get(key)
    row = rows.spans.get(inner.trigger if inner else key)
    if row is None:
        ledger.lose(item, "its span is not there", f"{where}: {key}")
        return None
    return anchor.pieces(item, row.pieces, row.text, f"{where}: {key}")


def _joined(found: list[Pieces | None]) -> Pieces | None:
    """All pieces in order; those that overlap are one."""
    pieces = sorted(piece for one in found if one is not None for piece in one)
    made: list[tuple[int, int]] = []
    for start, end in pieces:
        if made and start < made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return tuple(made) or None


FORMAT = Format(
    name="polnear",
    explains="PolNeAR: attributions in .ann files, their texts in another folder",
    layers=("quotes",),
    recognises=_recognises,
    read=_read,
)
