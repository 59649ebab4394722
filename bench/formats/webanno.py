"""WebAnno TSV 3, as WebAnno and INCEpTION export it: a row for each token, a column a feature.

A file, a folder or a zip archive of them is read, a document a file. Spans over several rows,
stacked spans and those inside a token, relations, slots and chains mean what `graph` says, with the
labels that `xmi` takes; columns of tokens, lemmas and what parsers add are not read. Offsets are
UTF-16 units. The format has no place for what stands between sentences: it is read as line breaks.
Written is a folder with the layers ``webanno.custom.Span`` and ``webanno.custom.Relation``.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple, NoReturn

from ..errors import InputError
from ..model import Document
from ..paths import read_text
from . import graph, uima
from .base import Format, Ledger, Located, Refuse, Sample
from .tokens import Grid
from .webanno_writer import write

_FORMAT = re.compile(r"#FORMAT=WebAnno TSV 3(\.\d+)?\s*")
_HEADER = re.compile(r"#T_(SP|CH|RL)=([^|]+)\|?(.*)")
_ROW = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t([^\t]*)\t?(.*)")
_NUMBERED = re.compile(r"((?:\\.|[^\\])*?)(?:\[(\d+)\])?", re.DOTALL)
_LINK = re.compile(r"((?:\\.|[^\\])*)->(\d+)-(\d+)", re.DOTALL)
_END = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:\[(\d+)(?:_(\d+))?\])?")
_ESCAPED = re.compile(r"\\(u[\da-fA-F]{4}|->|.)", re.DOTALL)
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}


class Layer(NamedTuple):
    """What a line of the header declares.

    Attributes:
        kind: ``SP`` for spans, ``CH`` for chains, ``RL`` for relations.
        name: The type of its annotations.
        features: Its features; ``ROLE_`` and ``BT_`` as they stand there.
        first: The number of its first column.
    """

    kind: str
    name: str
    features: tuple[str, ...]
    first: int

    @property
    def columns(self) -> list[str]:
        """What its columns hold: a feature, ``ROLE_…`` and the target of slots, ``BT_…``."""
        if self.kind == "SP" and not self.features:
            return [""]
        return list(self.features)

    @property
    def end(self) -> int:
        """One past its last column."""
        return self.first + len(self.columns)


@dataclass
class _Span:
    """An annotation, as far as rows have shown it."""

    layer: Layer
    row: str
    start: int
    end: int
    features: list[tuple[str, str | None]]
    slots: list[tuple[str, str, str]]
    line: int


@dataclass
class _File:
    """What is being put together from the lines of one file; offsets count UTF-16 units."""

    path: Path
    layers: list[Layer] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    waiting: list[str] = field(default_factory=list)
    tokens: list[tuple[int, int]] = field(default_factory=list)
    sentences: list[list[int]] = field(default_factory=list)
    words: list[tuple[int, int, int, str]] = field(default_factory=list)
    spans: list[_Span] = field(default_factory=list)
    by_id: dict[tuple[str, str], int] = field(default_factory=dict)
    by_row: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[tuple[str, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    relations: list[tuple[Layer, str, Sequence[tuple[str, str | None]], str, int]] = field(
        default_factory=list
    )

    def text(self, start: int, line: int) -> None:
        """The lines of a sentence that were read, which begins at this offset."""
        if not self.waiting:
            return
        if start < self.length:
            self.broken(line, f"a sentence begins at {start}, before the end of the one before")
        self.parts.append("\n" * (start - self.length))
        sentence = "\n".join(self.waiting)
        self.parts.append(sentence)
        self.length = start + _units(sentence)
        self.waiting = []
        self.sentences.append([len(self.tokens), len(self.tokens)])

    def broken(self, line: int, what: str) -> NoReturn:
        raise InputError(f"{self.path}:{line}: {what}")


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        first = next(iter(sorted(sample.path.glob("*.tsv"))), None)
        return first is not None and _recognises(Sample(first))
    if sample.path.name.endswith(".zip"):
        return uima.archived(sample.path, ".tsv")
    return sample.text.startswith("#FORMAT=WebAnno TSV 3")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    return uima.read(path, ".tsv", _document, ledger, refuse)


def _document(file: Path, ledger: Ledger) -> Document:
    held = _parsed(file)
    text = "".join(held.parts)
    ends = [0, *accumulate(1 + (letter > "\uffff") for letter in text)]

    def at(offset: int) -> int:
        return bisect_left(ends, offset)

    for line, start, end, word in held.words:
        if end > ends[-1] or text[at(start) : at(end)] != word:
            held.broken(line, f"{word[:60]!r} is not in the text at [{start}, {end})")
    tokens = [(at(start), at(end)) for start, end in held.tokens]
    made = _graph(held, at, ledger)
    grid = Grid(text, tokens, [(a, b) for a, b in held.sentences if a < b])
    return graph.document(file.stem, text, made, ledger, str(file), grid.meta)


def _parsed(file: Path) -> _File:
    held = _File(file)
    lines = read_text(file).removeprefix("\ufeff").split("\n")
    if not _FORMAT.fullmatch(lines[0]):
        held.broken(1, f"{lines[0][:60]!r}; expected #FORMAT=WebAnno TSV 3.3")
    column = 0
    for number, raw in enumerate(lines[1:], 2):
        line = raw.removesuffix("\r")
        if line.startswith("#Text="):
            held.waiting.append(_plain(line.removeprefix("#Text=")))
        elif (header := _HEADER.fullmatch(line)) and not held.words:
            features = tuple(filter(None, header[3].split("|")))
            held.layers.append(Layer(header[1], header[2], features, column))
            column = held.layers[-1].end
        elif line and not line.startswith("#"):
            _row(held, number, line, column)
    return held


def _row(held: _File, number: int, line: str, columns: int) -> None:
    row = _ROW.fullmatch(line)
    if row is None:
        held.broken(number, f"{line[:60]!r}; expected sentence-token, offsets and a token by tabs")
    key, start, end = row[1], int(row[2]), int(row[3])
    held.text(start, number)
    if not held.sentences:
        held.broken(number, "a token before any #Text=")
    if end < start:
        held.broken(number, f"offsets {start}-{end}")
    if "." not in key:
        if held.tokens and start < held.tokens[-1][1]:
            held.broken(number, f"the token {key} overlaps with the one before")
        held.tokens.append((start, end))
        held.sentences[-1][1] = len(held.tokens)
    held.words.append((number, start, end, _plain(row[4])))
    cells = row[5].removesuffix("\t").split("\t") if row[5] else []
    if len(cells) != columns:
        held.broken(number, f"{len(cells)} columns of annotations; the header declares {columns}")
    for layer in held.layers:
        if uima.STRUCTURE.fullmatch(layer.name):
            continue
        _annotations(held, layer, key, start, end, cells[layer.first : layer.end], number)


def _annotations(
    held: _File, layer: Layer, row: str, start: int, end: int, cells: list[str], number: int
) -> None:
    """What the columns of a layer have in a row: those that are stacked are split by bars."""
    if all(cell == "_" for cell in cells):
        return
    split = [_split(cell, "|") for cell in cells]
    for i in range(max(map(len, split))):
        own = [(parts[i] if i < len(parts) else "_") for parts in split]
        if layer.kind == "RL":
            features = [(n, _value(v)) for n, v in zip(layer.columns, own, strict=True)]
            held.relations.append((layer, row, features[:-1], own[-1], number))
        elif layer.kind == "CH":
            _link(held, layer, row, start, end, own, number)
        else:
            _spanned(held, layer, row, start, end, own, number)


def _spanned(
    held: _File, layer: Layer, row: str, start: int, end: int, cells: list[str], line: int
) -> None:
    key = ""
    features: list[tuple[str, str | None]] = []
    slots: list[tuple[str, str, str]] = []
    columns = layer.columns
    for i, (name, cell) in enumerate(zip(columns, cells, strict=True)):
        if i and columns[i - 1].startswith("ROLE_"):  # the targets of the slots before
            continue
        value, own = _numbered(cell)
        key = key or own
        if not name.startswith("ROLE_"):
            features.append((name, _value(cell)))
        elif value not in ("_", "*") or cells[i + 1] not in ("_", "*"):
            usual = name.rpartition(":")[2].partition("_")[0]
            ends = [] if cells[i + 1] in ("_", "*") else cells[i + 1].split(";")
            roles = _split(value, ";")
            for role, target in zip(roles, ends, strict=False):
                slots.append((_value(role) or usual, target, columns[i + 1]))
    _extended(
        held, layer, row, start, end, key, _Span(layer, row, start, end, features, slots, line)
    )


def _extended(
    held: _File, layer: Layer, row: str, start: int, end: int, key: str, fresh: _Span
) -> int:
    """The number of an annotation; what has a number of its own may go over several rows."""
    known = held.by_id.get((layer.name, key)) if key else None
    if known is None:
        known = len(held.spans)
        held.spans.append(fresh)
        if key:
            held.by_id[layer.name, key] = known
    else:
        one = held.spans[known]
        one.start, one.end = min(one.start, start), max(one.end, end)
    held.by_row[row].append(known)
    return known


def _link(
    held: _File, layer: Layer, row: str, start: int, end: int, cells: list[str], number: int
) -> None:
    """A link of a chain: one column has its type and its chain, another its place in that."""
    for name, cell in zip(layer.columns, cells, strict=True):
        link = _LINK.fullmatch(cell)
        if link is None:
            continue
        rest = [(n, _value(v)) for n, v in zip(layer.columns, cells, strict=True) if n != name]
        features = [*rest, (name, _value(link[1]))]
        place = f"{link[2]}-{link[3]}"
        fresh = _Span(layer, row, start, end, features, [], number)
        known = _extended(held, layer, row, start, end, place, fresh)
        held.chains[layer.name, link[2]].setdefault(int(link[3]), known)
        return
    held.broken(number, f"{cells} in a chain; expected a type[chain] and a relation->chain-link")


def _graph(held: _File, at: Callable[[int], int], ledger: Ledger) -> graph.Graph:
    made = graph.Graph()
    nodes: dict[int, int] = {}
    for i, one in enumerate(held.spans):
        where = f"{held.path}:{one.line}: {one.layer.name} at {one.row}"
        if one.start == one.end:
            ledger.drop("spans", "of no character", where)
            continue
        values = {name: value for name, value in one.features if value}
        own = {name: value for name, value in values.items() if name in graph.ATTRIBUTES}
        label = uima.label(one.layer.name, list(values.items()))
        further = sum(value != label for name, value in values.items() if name not in own)
        ledger.drop("features", "no place in the data model", where, further)
        nodes[i] = made.add(label, ((at(one.start), at(one.end)),), **own)
    for i, one in enumerate(held.spans):
        for role, target, kind in one.slots:
            end = _END.fullmatch(target)
            child = _found(held, end[1], end[2], kind) if end else None
            _join(made, nodes, (i, child), role, ledger, f"{held.path}:{one.line}: {target}")
    for chain in held.chains.values():
        links = [chain[number] for number in sorted(chain)]
        for pair in pairwise(links):
            _join(made, nodes, pair, graph.COREF, ledger, str(held.path))
    for layer, row, features, target, line in held.relations:
        end = _END.fullmatch(target)
        base = layer.columns[-1].removeprefix("BT_")
        head = _found(held, end[1], end[2], base) if end else None
        child = _found(held, row, end[3], base) if end else None
        label = uima.label(layer.name, features)
        further = sum(bool(value) and value != label for _, value in features)
        where = f"{held.path}:{line}: {target}"
        ledger.drop("features", "no place in the data model", where, further)
        _join(made, nodes, (head, child), label, ledger, where)
    return made


def _join(
    made: graph.Graph,
    nodes: Mapping[int, int],
    ends: tuple[int | None, int | None],
    label: str,
    ledger: Ledger,
    where: str,
) -> None:
    head, child = (nodes.get(end) if end is not None else None for end in ends)
    if head is None or child is None:
        ledger.drop("relations", "one of its ends is not there", where)
    else:
        made.links.append((head, child, label))


def _found(held: _File, row: str, key: str | None, kind: str) -> int | None:
    """The annotation that a row and, where there are several, a number mean."""
    here = held.by_row.get(row, ())
    if key and key != "0":
        exact = held.by_id.get((kind, key))
        if exact is not None:
            return exact
        return next((i for i in here if held.by_id.get((held.spans[i].layer.name, key)) == i), None)
    typed = [i for i in here if held.spans[i].layer.name == kind]
    return next(iter(typed or (here if kind == "uima.tcas.Annotation" else ())), None)


def _split(cell: str, mark: str) -> list[str]:
    return re.findall(rf"(?:^|{re.escape(mark)})((?:\\.|[^\\{re.escape(mark)}])*)", cell, re.DOTALL)


def _numbered(cell: str) -> tuple[str, str]:
    """A value as it stands there, and the number that tells its annotation from others."""
    found = _NUMBERED.fullmatch(cell)
    return (found[1], found[2] or "") if found else (cell, "")


def _value(cell: str) -> str | None:
    value = _numbered(cell)[0]
    return None if value in ("_", "*", "") else _plain(value)


def _plain(string: str) -> str:
    """What is meant by what is escaped."""
    if "\\" not in string:
        return string

    def meant(escaped: re.Match[str]) -> str:
        code = escaped[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))
        return _MEANT.get(code, code)

    found = _ESCAPED.sub(meant, string)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


FORMAT = Format(
    name="webanno",
    explains="WebAnno TSV 3 (INCEpTION): a file, a folder or a zip archive",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=write,
)
