"""Columns of tokens with tags: BIO (either kind), BIOES or BILOU; a blank line ends a sentence.

A document begins at ``-DOCSTART-``, ``# newdoc id = ID`` or ``#begin document (ID)``; a file
without these is one. ``# global.columns`` names the columns; without it the first is the token and
the last the tag, of a mention, or of a trigger where it is an event type of PLOVER. Written are
the columns ``FORM``, ``ACTOR``, ``EVENT`` and ``QUOTE``, those of the layers that are annotated,
and a document's text as ``# newdoc text``; without it tokens are joined by spaces, sentences by
line ends.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import msgspec

from ..errors import InputError
from ..model import LAYERS, PLOVER, Actor, Document, Event, Kind, Layer, Mention, Quote, Span
from ..paths import write_file
from . import packed
from .base import (
    DETAILS,
    ITEMS,
    Format,
    Ledger,
    Located,
    Refuse,
    Sample,
    lose_actors,
    lose_all,
    span,
)
from .graph import same_layers
from .marks import kind_of
from .tokens import Grid, Words, found, laid, paragraphs

_COLUMNS: dict[str, Layer] = {"ACTOR": "actors", "EVENT": "events", "QUOTE": "quotes"}
_ITEM = {"actors": "mentions", "events": "events", "quotes": "quotes"}
_TAG = re.compile(r"([BIOESLUM])(?:-(.*))?")
_SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes", ".bilou", ".conll03")
_NEW = re.compile(r"# *newdoc(?: +id *= *(.*))?|#begin document \(?([^)]*)\)?.*|-DOCSTART-.*")
_TEXT = re.compile(r"# *newdoc +text *= *(.*)")
_NAMES = re.compile(r"# *global\.columns *= *(.*)")


@dataclass
class _Part:
    """The rows of a document."""

    name: str
    line: int
    text: str | None = None
    sentences: list[list[str]] = field(default_factory=lambda: [[]])
    tags: list[Sequence[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return False
    if sample.name.endswith(_SUFFIXES) or _NAMES.match(sample.text):
        return True
    if not sample.name.endswith((".txt", ".tsv", ".tags")):
        return False
    rows = [line.split() for line in sample.text.split("\n")[:200] if line.strip()]
    rows = [row for row in rows if not row[0].startswith(("#", "-DOCSTART-"))][:-1]
    tags = [row[-1] for row in rows if len(row) > 1 and re.fullmatch(r"O|[BIESLU]-\S+", row[-1])]
    return len(rows) > 2 and len(tags) == len(rows)


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    made = ((str(part.line), part, names) for part, names in _parts(path, ledger, refuse))
    found = [(where, _document(path, part, names, ledger), names) for where, part, names in made]
    if any(names for *_, names in found):
        for where, document, _ in found:
            yield Located(document, path, int(where))
    else:
        for where, document in same_layers((where, document) for where, document, _ in found):
            yield Located(document, path, int(where))


def _parts(
    path: Path, ledger: Ledger, refuse: Refuse
) -> Iterator[tuple[_Part, Sequence[str] | None]]:
    stem = Sample(path).name.split(".")[0]
    names: Sequence[str] | None = None
    part, number, width = _Part(stem, 1), 0, 0
    for at, raw in enumerate(_lines(path), 1):
        line = raw.rstrip("\r")
        if new := _NEW.fullmatch(line):
            if part.lines or part.text is not None or number:
                yield part, names
            number += 1
            name = (new[1] or new[2] or "").strip() or f"{stem}-{number}"
            part = _Part(name, at)
        elif columns := _NAMES.fullmatch(line):
            names = columns[1].split()
            unknown = set(names) - {"FORM", *_COLUMNS}
            if "FORM" not in names:
                raise InputError(f"{path}:{at}: columns without FORM: {columns[1]!r}")
            for name in sorted(unknown):
                ledger.drop("columns", "of no known meaning", f"{path}:{at}: {name}")
        elif text := _TEXT.fullmatch(line):
            try:
                part.text = msgspec.json.decode(text[1], type=str)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise InputError(f"{path}:{at}: {packed.said(error)}") from error
        elif not line.strip():
            if part.sentences[-1]:
                part.sentences.append([])
        elif line.startswith(("# ", "#end document")):
            continue
        else:
            row = line.split("\t") if "\t" in line else line.split()
            width = width or (len(names) if names else len(row))
            if len(row) != width or width < 2:
                refuse(f"{path}:{at}: {len(row)} columns; expected {max(width, 2)}")
                ledger.drop("tokens", "a row with another number of columns", f"{path}:{at}")
                continue
            part.sentences[-1].append(row[names.index("FORM") if names else 0])
            part.tags.append(row)
            part.lines.append(at)
    if part.lines or part.text is not None or number or not names:
        yield part, names


def _lines(path: Path) -> Iterator[str]:
    with packed.opened(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"{path}:{number}: not UTF-8: {error.reason}") from error
            yield text.removeprefix("\ufeff" if number == 1 else "").rstrip("\n")


def _document(path: Path, part: _Part, names: Sequence[str] | None, ledger: Ledger) -> Document:
    ledger.take("documents")
    sentences = [sentence for sentence in part.sentences if sentence]
    grid = found(part.text, sentences) if part.text is not None else laid(sentences)
    layers: dict[str, Any] = {}
    if names is not None:
        for i, name in enumerate(names):
            if name in _COLUMNS:
                spans = _spans(path, part, i, grid, _ITEM[_COLUMNS[name]], ledger)
                layers[_COLUMNS[name]] = _items(_COLUMNS[name], spans, grid)
        meta = {} if part.text is not None else grid.meta
    else:
        both = list(_spans(path, part, -1, grid, "", ledger))
        for kind in LAYERS[:2]:
            mine = [one for one in both if (one[0] in PLOVER.event_types) is (kind == "events")]
            layers[kind] = tuple(_items(kind, mine, grid)) or None
        meta = grid.meta
    for layer, items in list(layers.items()):
        made = layers[layer] = None if items is None else tuple(items)
        ledger.take(_ITEM[layer], len(made or ()))
        ledger.take("actors", len(made or ()) if layer == "actors" else 0)
    return Document(id=part.name, text=grid.text, meta=meta, **layers)


def _items(layer: Layer, spans: Iterable[tuple[str, tuple[int, int]]], grid: Grid) -> Iterator[Any]:
    for label, place in spans:
        if layer == "actors":
            yield Actor(type=label, mentions=(span(Mention, grid.text, (place,)),))
        elif layer == "events":
            yield Event(type=label, trigger=span(Span, grid.text, (place,)))
        else:
            content = span(Span, grid.text, (place,))
            kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
            yield Quote(content=content, kind=kinds.get(label) or kind_of(grid.text, content))


def _spans(
    path: Path, part: _Part, column: int, grid: Grid, item: str, ledger: Ledger
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The tagged stretches of a column, by conlleval's rules of where one begins and ends."""
    starts = {first for first, _ in grid.sentences}
    rows = part.tags
    begun: tuple[int, str] | None = None
    before = ("O", "")
    for i in range(len(rows) + 1):
        tag = rows[i][column] if i < len(rows) else "O"
        parsed = _TAG.fullmatch(tag)
        if parsed is None or (parsed[1] == "O") is not (parsed[2] is None):
            if tag not in ("_", "-X-"):
                at = f"{path}:{part.lines[i]}"
                raise InputError(f"{at}: the tag {tag!r}; expected O, or B-, I-, E- or S- TYPE")
            parsed = _TAG.fullmatch("O")
        prefix, label = (parsed[1], parsed[2] or "") if parsed else ("O", "")
        fresh = prefix in "BSU" or label != before[1] or before[0] in "OESLU" or i in starts
        if begun is not None and (prefix == "O" or fresh):
            at = f"{path}:{part.lines[begun[0]]}"
            place = grid.between(item or "mentions", begun[0], i, None, ledger, at)
            if place is not None:
                yield begun[1], place
            else:
                ledger.take(item or "mentions")
            begun = None
        if prefix != "O" and begun is None:
            begun = i, label
        before = prefix, label


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    held = [one for one in documents if _has_text(one, ledger)]
    layers = [layer for layer in LAYERS if any(one.has(layer) for one in held)] or [LAYERS[0]]
    columns = {name: layer for name, layer in _COLUMNS.items() if layer in layers}
    lines = [f"# global.columns = FORM {' '.join(columns)}"]
    for one in held:
        lines += _rows(one, columns, ledger)
        missing = [layer for layer in layers if not one.has(layer)]
        ledger.lose("layers", "not annotated here, but in other documents", one.id, len(missing))
    content = "".join(f"{line}\n" for line in lines)
    write_file(path, packed.packed(path, content.encode("utf-8", "surrogatepass")))


def _has_text(document: Document, ledger: Ledger) -> bool:
    if document.text is None:
        lose_all(document, ITEMS, "in a document without text", ledger)
    return document.text is not None


def _rows(document: Document, columns: dict[str, Layer], ledger: Ledger) -> Iterator[str]:
    if re.search(r"[\r\n]", document.id) or document.id != document.id.strip() or not document.id:
        raise InputError(f"document {document.id!r}: its id is not one line")
    why = "columns have no place for it"
    lose_all(document, ("arguments", "sources", "cues"), why, ledger)
    lose_all(document, (*DETAILS[2:],), why, ledger)
    lose_actors(document, ledger)
    words = Words(document, ledger)
    tags = {name: _tags(words, layer, ledger) for name, layer in columns.items()}
    yield f"# newdoc id = {document.id}"
    yield f"# newdoc text = {msgspec.json.encode(document.text).decode()}"
    tokens = words.tokens
    for line in paragraphs(words.text, words.places):
        for i in line:
            yield "\t".join((tokens[i], *(column[i] for column in tags.values())))
        yield ""


def _tags(words: Words, layer: Layer, ledger: Ledger) -> list[str]:
    document = words.document
    spans: list[tuple[Span, str]] = []
    if layer == "actors":
        spans = [(m, actor.type) for actor in document.actors or () for m in actor.mentions]
    elif layer == "events":
        spans = [(event.trigger, event.type) for event in document.events or ()]
    else:
        spans = [(quote.content, quote.kind) for quote in document.quotes or ()]
    tags = ["O"] * len(words.places)
    lines = {i: n for n, row in enumerate(paragraphs(words.text, words.places)) for i in row}
    item = _ITEM[layer]

    def lose(why: str) -> None:
        ledger.lose(item, why, document.id)

    for one, label in sorted(
        spans, key=lambda pair: (pair[0].pieces[0][0], -pair[0].pieces[-1][1])
    ):
        before = ledger.losses(item)
        covered = words.covered(item, one.pieces)
        if covered is None:
            pass
        elif not label or re.search(r"\s", label):
            lose("a label that is not one word")
        elif any(tags[i] != "O" for i in range(*covered)):
            lose("overlaps another in its column")
        elif len({lines[i] for i in range(*covered)}) > 1:
            lose("goes over the end of a line")
        else:
            tags[covered[0]] = f"B-{label}"
            for i in range(covered[0] + 1, covered[1]):
                tags[i] = f"I-{label}"
        if layer == "actors" and ledger.losses(item) > before:
            ledger.lose("actors", "lost with its mention", document.id)
    return tags


FORMAT = Format(
    name="conll",
    explains="columns of tokens with BIO, BIOES or BILOU tags",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix=".conll",
)
