"""TextEE's JSON Lines: a window a line, with its text, tokens, events and entities.

A window is a document; its id is that of the window, after the document's where that is another.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from ..paths import write_file
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample
from .tokens import found
from .windows import Entity, Mentioned, Reader, written


class Window(msgspec.Struct, omit_defaults=True):
    """A window of a document."""

    doc_id: str
    wnd_id: str
    tokens: list[str]
    text: str
    event_mentions: list[Mentioned] = []
    entity_mentions: list[Entity] | None = None
    relation_mentions: list[Any] = []
    lang: str | None = None


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("wnd_id", "tokens", "text")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, window in packed.records(path, Window, ledger, refuse):
        ledger.take("documents")
        reader = Reader(found(window.text, [window.tokens]), ledger, where)
        actors = tuple(reader.actors(window.entity_mentions or ()))
        ledger.drop("relations", "no place in the data model", where, len(window.relation_mentions))
        same = window.doc_id == window.wnd_id
        document = Document(
            id=window.wnd_id if same else f"{window.doc_id} {window.wnd_id}",
            text=window.text,
            actors=None if window.entity_mentions is None else actors,
            events=tuple(reader.events(window.event_mentions)),
            meta={**reader.grid.meta, "doc_id": window.doc_id, "wnd_id": window.wnd_id},
        )
        yield packed.located(document, path, where)


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    write_file(path, packed.packed(path, packed.encoded(_windows(documents, ledger))))


def _windows(documents: Iterable[Document], ledger: Ledger) -> Iterator[Any]:
    for document, words, entities, events in written(documents, ledger):
        doc_id, wnd_id = (document.meta.get(name) for name in ("doc_id", "wnd_id"))
        known = isinstance(doc_id, str) and isinstance(wnd_id, str)
        if not known or document.id not in (wnd_id, f"{doc_id} {wnd_id}"):
            doc_id = wnd_id = document.id
        own = {"doc_id", "wnd_id", "tokens", "sentences"}
        lost = bool(document.meta.keys() - own)
        ledger.lose("meta", "no place for it", document.id, int(lost))
        held = entities if document.actors is not None else None
        made = Window(str(doc_id), str(wnd_id), words.tokens, words.text, events, held)
        yield {"doc_id": made.doc_id, "wnd_id": made.wnd_id, "tokens": made.tokens,
               "text": made.text, "event_mentions": events,
               **({} if held is None else {"entity_mentions": held})}  # fmt: skip


FORMAT = Format(
    name="textee",
    explains="TextEE JSON Lines: windows with tokens, events and entities",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
    write=_write,
)
