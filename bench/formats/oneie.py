"""OneIE's JSON Lines, in which ACE is mostly exchanged: a sentence a line.

A sentence is a document of its own, named by its ``sent_id``. Written are whole documents, with
their text, which OneIE's own files give only of a sentence.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from ..paths import write_file
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample
from .tokens import found, laid
from .windows import Entity, Mentioned, Reader, written


class Sentence(msgspec.Struct, omit_defaults=True):
    """A sentence."""

    sent_id: str
    tokens: list[str]
    doc_id: str | None = None
    sentence: str | None = None
    entity_mentions: list[Entity] = []
    event_mentions: list[Mentioned] = []
    relation_mentions: list[Any] = []


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("sent_id", "tokens", "event_mentions")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, one in packed.records(path, Sentence, ledger, refuse):
        ledger.take("documents")
        grid = laid([one.tokens]) if one.sentence is None else found(one.sentence, [one.tokens])
        reader = Reader(grid, ledger, where)
        ledger.drop("relations", "no place in the data model", where, len(one.relation_mentions))
        actors = tuple(reader.actors(one.entity_mentions))
        document = Document(
            id=one.sent_id,
            text=grid.text,
            actors=actors,
            events=tuple(reader.events(one.event_mentions)),
            meta={**grid.meta, **({"doc_id": one.doc_id} if one.doc_id is not None else {})},
        )
        yield packed.located(document, path, where)


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    write_file(path, packed.packed(path, packed.encoded(_sentences(documents, ledger))))


def _sentences(documents: Iterable[Document], ledger: Ledger) -> Iterator[Any]:
    for document, words, entities, events in written(documents, ledger):
        doc_id = document.meta.get("doc_id")
        lost = bool(document.meta.keys() - {"doc_id", "tokens", "sentences"})
        ledger.lose("meta", "no place for it", document.id, int(lost))
        yield {
            "doc_id": doc_id if isinstance(doc_id, str) else document.id,
            "sent_id": document.id,
            "tokens": words.tokens,
            "sentence": words.text,
            "entity_mentions": entities,
            "event_mentions": events,
        }


FORMAT = Format(
    name="oneie",
    explains="OneIE / ACE-style JSON Lines: sentences with tokens, entities and events",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
    write=_write,
)
