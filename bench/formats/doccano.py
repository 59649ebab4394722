"""doccano's JSON Lines: ``text`` with ``label`` triples, or with ``entities`` and ``relations``.

Spans and relations mean what `graph` says. Written are entities and relations, which carry all
but the attributes of spans. Other fields of a line are kept in ``meta``.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from ..paths import write_file
from . import graph, packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample

Triple = tuple[int, int, str]


class Entity(msgspec.Struct):
    """A labelled span."""

    id: int
    label: str
    start_offset: int
    end_offset: int


class Relation(msgspec.Struct):
    """A labelled pair of entities."""

    from_id: int
    to_id: int
    type: str
    id: int | None = None


class Line(msgspec.Struct, omit_defaults=True):
    """A text as doccano exports it."""

    text: str
    id: int | str | None = None
    label: list[Triple | str] | None = None
    labels: list[Triple | str] | None = None
    entities: list[Entity | Triple] = []
    relations: list[Relation] = []
    Comments: list[Any] = []


def _recognises(sample: Sample) -> bool:
    return (
        not sample.is_dir
        and sample.has("text")
        and any(sample.has(name) for name in ("label", "labels", "entities"))
        and not any(sample.has(name) for name in ("tokens", "doc_id", "spans", "actors", "events"))
    )


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    found = graph.same_layers(_documents(path, ledger, refuse))
    return (packed.located(document, path, where) for where, document in found)


def _documents(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[tuple[str, Document]]:
    for number, (where, raw) in enumerate(packed.records(path, dict[str, Any], ledger, refuse), 1):
        try:
            line = msgspec.convert(raw, Line)
        except msgspec.ValidationError as error:
            refuse(f"{where}: {packed.said(error)}")
            ledger.drop("documents", packed.CANNOT_BE_READ, where)
            continue
        ledger.take("documents")
        known = {*Line.__struct_fields__, "eventbench"}
        meta = {name: value for name, value in raw.items() if name not in known}
        name = str(raw.get("eventbench") or (line.id if line.id is not None else number))
        made = _graph(line, ledger, where)
        yield where, graph.document(name, line.text, made, ledger, where, meta)


def _graph(line: Line, ledger: Ledger, where: str) -> graph.Graph:
    made, ids = graph.Graph(), {}
    anchor = Anchor(line.text, ledger)
    triples: list[tuple[Any, Triple]] = []
    for one in (*(line.label or ()), *(line.labels or ()), *line.entities):
        if isinstance(one, str):
            ledger.drop("labels of texts", "no place in the data model", where)
        elif isinstance(one, Entity):
            triples.append((one.id, (one.start_offset, one.end_offset, one.label)))
        else:
            triples.append((None, one))
    for key, (start, end, label) in triples:
        place = anchor.place("spans", start, end, None, f"{where}: {label} at [{start}, {end})")
        ledger.take("spans")
        if place is not None:
            node = made.add(label, (place,))
            if key is not None:
                ids[key] = node
    for link in line.relations:
        if link.from_id in ids and link.to_id in ids:
            made.links.append((ids[link.from_id], ids[link.to_id], link.type))
        else:
            ledger.drop("relations", "one of its ends is not there", where)
    ledger.drop("comments", "no place in the data model", where, len(line.Comments))
    return made


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    write_file(path, packed.packed(path, packed.encoded(_lines(documents, ledger))))


def _lines(documents: Iterable[Document], ledger: Ledger) -> Iterator[Any]:
    for document in graph.with_text(documents, ledger):
        made = graph.graph(document, ledger, attributes=False)
        entities = [Entity(i, n.label, n.start, n.end) for i, n in enumerate(made.nodes)]
        links = [Relation(*link, i) for i, link in enumerate(made.links)]
        known = {*Line.__struct_fields__, "eventbench"}
        meta = {name: value for name, value in document.meta.items() if name not in known}
        lost = document.meta.keys() & known
        ledger.lose("meta", f"fields of doccano's own: {', '.join(sorted(lost))}", document.id,
                    int(bool(lost)))  # fmt: skip
        yield {
            "eventbench": document.id,
            "text": document.text,
            "entities": entities,
            "relations": links,
            **meta,
        }


FORMAT = Format(
    name="doccano",
    explains="doccano JSON Lines: spans, or entities and relations",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
)
