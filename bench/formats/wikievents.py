"""WikiEvents' JSON Lines: documents with entities and events by token, and their coreference.

The clusters stand in a field ``coref``, or in a file of the same name, as ``.jsonl`` or
``.jsonlines``, in a folder ``coref`` beside.
"""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample
from .tokens import Grid
from .windows import Entity, Mentioned, Reader

Token = tuple[str, int, int]


class Clusters(msgspec.Struct):
    """The clusters of a document, by the ids of mentions."""

    clusters: list[list[str]]
    doc_key: str | None = None


class Line(msgspec.Struct):
    """A document."""

    doc_id: str
    text: str
    sentences: list[tuple[list[Token], str]]
    entity_mentions: list[Entity]
    event_mentions: list[Mentioned]
    relation_mentions: list[Any] = []
    coref: Clusters | list[list[str]] | None = None


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("doc_id", "sentences", "event_mentions")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    known = _beside(path)
    for where, line in packed.records(path, Line, ledger, refuse):
        ledger.take("documents")
        given = line.coref if line.coref is not None else known.get(line.doc_id, [])
        clusters = given.clusters if isinstance(given, Clusters) else given
        reader = Reader(_grid(line, ledger, where), ledger, where)
        ledger.drop("relations", "no place in the data model", where, len(line.relation_mentions))
        actors = tuple(reader.actors(line.entity_mentions, clusters))
        ids = {event.id for event in line.event_mentions}
        hoppers = [[key for key in cluster if key in ids] for cluster in clusters]
        document = Document(
            id=line.doc_id,
            text=line.text,
            actors=actors,
            events=tuple(reader.events(line.event_mentions, hoppers)),
            meta=reader.grid.meta,
        )
        yield packed.located(document, path, where)


def _beside(path: Path) -> dict[str, list[list[str]]]:
    names = (path.name, re.sub(r"\.jsonl(ines)?", ".jsonlines", path.name))
    for folder, name in product((path.parent, path.parent.parent), names):
        file = folder / "coref" / name
        if file.is_file():
            from ..errors import refused

            lines = packed.records(file, Clusters, Ledger(), refused)
            return {one.doc_key: one.clusters for _, one in lines if one.doc_key is not None}
    return {}


def _grid(line: Line, ledger: Ledger, where: str) -> Grid:
    """The tokens where the file says they are, as far as the text reads so."""
    from .tokens import found

    own: list[tuple[int, int] | None] = [
        (start, end) if line.text[start:end] == token else None
        for tokens, _ in line.sentences
        for token, start, end in tokens
    ]
    words = [[token for token, *_ in tokens] for tokens, _ in line.sentences]
    grid = found(line.text, words)
    if None in own:
        places = [a or b for a, b in zip(own, grid.places, strict=True)]
        for _ in range(own.count(None)):
            ledger.move("tokens", "not at their offsets", where)
        return Grid(line.text, places, grid.sentences)
    return Grid(line.text, own, grid.sentences)


FORMAT = Format(
    name="wikievents",
    explains="WikiEvents JSON Lines, with coreference",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
)
