"""Prodigy's JSON Lines: ``text``, ``tokens``, ``spans`` and ``relations``.

Spans and relations mean what `graph` says; attributes stand in the spans as further fields, and so
do ids, since a relation of Prodigy's own names spans by their place. Rows that were not accepted
are lost.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from ..paths import write_file
from . import graph, packed
from .anchoring import LOST, Anchor
from .base import Format, Ledger, Located, Refuse, Sample


class Token(msgspec.Struct):
    """A token."""

    text: str
    start: int
    end: int
    id: int
    ws: bool = True


class Piece(msgspec.Struct, omit_defaults=True):
    """A labelled span; of its attributes those that it has."""

    start: int
    end: int
    label: str = ""
    token_start: int | None = None
    token_end: int | None = None
    id: int | str | None = None
    name: str | None = None
    level: str | None = None
    realis: str | None = None
    polarity: str | None = None
    unknown: str | None = None


class Relation(msgspec.Struct, omit_defaults=True):
    """A relation between two spans, which it repeats."""

    head_span: Piece
    child_span: Piece
    label: str
    head: int | None = None
    child: int | None = None


class Row(msgspec.Struct, omit_defaults=True):
    """A text with its labels."""

    text: str
    tokens: list[Token] = []
    spans: list[Piece] = []
    relations: list[Relation] = []
    answer: str = "accept"
    meta: dict[str, Any] = {}
    label: Any = None
    accept: list[Any] = []
    eventbench: str | None = None
    input_hash: int | None = msgspec.field(default=None, name="_input_hash")
    session_id: str | None = msgspec.field(default=None, name="_session_id")
    annotator_id: str | None = msgspec.field(default=None, name="_annotator_id")


def _recognises(sample: Sample) -> bool:
    if sample.is_dir or not sample.has("text"):
        return False
    return sample.has("_input_hash") or (sample.has("spans") and not sample.has("doc_id"))


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    found = graph.same_layers(_documents(path, ledger, refuse))
    return (packed.located(document, path, where) for where, document in found)


def _documents(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[tuple[str, Document]]:
    seen: set[str] = set()
    for number, (where, row) in enumerate(packed.records(path, Row, ledger, refuse), 1):
        ledger.take("documents")
        if row.answer != "accept":
            ledger.lose("documents", f"the answer is {row.answer}", where)
            continue
        labels = len(row.accept) + (row.label is not None)
        ledger.drop("labels of texts", "no place in the data model", where, labels)
        name = row.eventbench or str(number if row.input_hash is None else row.input_hash)
        if name in seen and row.eventbench is None:
            name = f"{name}:{row.annotator_id or row.session_id or number}"
        seen.add(name)
        yield where, graph.document(name, row.text, _graph(row, ledger, where), ledger, where,
                                    row.meta)  # fmt: skip


def _graph(row: Row, ledger: Ledger, where: str) -> graph.Graph:
    anchor = Anchor(row.text, ledger)
    anchor.choose([(token.start, token.end, token.text) for token in row.tokens])
    made = graph.Graph()
    ids: dict[Any, int] = {}
    for piece in row.spans:
        ledger.take("spans")
        at = f"{where}: {piece.label} at [{piece.start}, {piece.end})"
        place = anchor.place("spans", piece.start, piece.end, None, at)
        said = _read_by(row, piece)
        if place is not None and said not in (None, "".join(row.text[slice(*place)].split())):
            ledger.lose("spans", LOST, at)
        elif place is not None:
            attributes = {name: getattr(piece, name) for name in graph.ATTRIBUTES}
            node = made.add(piece.label, (place,), **attributes)
            for key in _keys(piece):
                ids.setdefault(key, node)
    for link in row.relations:
        ends = [
            next((ids[key] for key in _keys(piece) if key in ids), None)
            for piece in (link.head_span, link.child_span)
        ]
        if ends[0] is None or ends[1] is None:
            ledger.drop("relations", "one of its ends is no span", f"{where}: {link.label}")
        else:
            made.links.append((ends[0], ends[1], link.label))
    return made


def _keys(piece: Piece) -> list[Any]:
    place = (piece.start, piece.end)
    own = [] if piece.id is None else [("id", piece.id)]
    return [*own, (*place, piece.label), *([] if piece.label else [place])]


def _read_by(row: Row, piece: Piece) -> str | None:
    """What the tokens of a span read, without white space, where the row has them."""
    if piece.token_start is None or piece.token_end is None:
        return None
    tokens = row.tokens[piece.token_start : piece.token_end + 1]
    if not tokens or (tokens[0].start, tokens[-1].end) != (piece.start, piece.end):
        return None
    return "".join("".join(token.text.split()) for token in tokens)


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    write_file(path, packed.packed(path, packed.encoded(_rows(documents, ledger))))


def _rows(documents: Iterable[Document], ledger: Ledger) -> Iterator[Row]:
    for document in graph.with_text(documents, ledger):
        text = document.text or ""
        made = graph.graph(document, ledger, attributes=True)
        tokens = [
            Token(found[0], found.start(), found.end(), i, text[found.end() :][:1] == " ")
            for i, found in enumerate(re.finditer(r"\w+|[^\w\s]", text))
        ]
        first = {token.start: token.id for token in tokens}
        last = {token.end: token.id for token in tokens}
        spans = [
            Piece(node.start, node.end, node.label, first.get(node.start), last.get(node.end), i,
                  **node.attributes)
            for i, node in enumerate(made.nodes)
        ]  # fmt: skip
        links = [
            Relation(spans[a], spans[b], label, spans[a].token_end, spans[b].token_end)
            for a, b, label in made.links
        ]
        yield Row(text, tokens, spans, links, meta=document.meta, eventbench=document.id)


FORMAT = Format(
    name="prodigy",
    explains="Prodigy JSON Lines: spans and relations; accepted rows only",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
)
