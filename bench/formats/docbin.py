"""spaCy's ``DocBin``: texts with groups of spans, in spaCy's own binary form, without pickles.

The groups ``actors``, ``events`` and ``quotes`` are the mentions, triggers and contents; the ids of
spans join what corefers. ``doc.ents`` are mentions where there is no such group. Spans are whole
tokens: a text is cut where one begins or ends.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from ..errors import InputError
from ..model import Actor, Document, Event, Kind, Mention, Quote, Span
from ..paths import write_file
from .base import DETAILS, Format, Ledger, Located, Refuse, Sample, lose_all, span
from .graph import with_text
from .marks import kind_of
from .tokens import Words

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.path.name.endswith(".spacy")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    del refuse  # it is read whole or not at all
    import spacy
    from spacy.tokens import DocBin

    from .packed import opened

    with opened(path) as stream:
        content = stream.read()
    try:
        docs = list(
            DocBin(store_user_data=False).from_bytes(content).get_docs(spacy.blank("en").vocab)
        )
    except Exception as error:  # spaCy raises what its parts raise
        raise InputError(f"{path}: no DocBin: {type(error).__name__}: {str(error)[:80]}") from error
    for number, doc in enumerate(docs, 1):
        ledger.take("documents")
        stem = Sample(path).name.split(".")[0]
        name = str(doc.user_data.get("eventbench") or f"{stem}-{number}")
        yield Located(_document(doc, name, ledger), path, number)


def _document(doc: Any, name: str, ledger: Ledger) -> Document:
    text = doc.text
    groups = {key: list(doc.spans[key]) for key in doc.spans}
    if "actors" not in groups and doc.ents:
        groups["actors"] = list(doc.ents)
    for key in groups.keys() - {"actors", "events", "quotes"}:
        ledger.drop("spans", f"a group of another name: {key}", name, len(groups[key]))
    layers: dict[str, Any] = {}
    if "actors" in groups:
        clusters: dict[Any, list[Any]] = {}
        for i, one in enumerate(groups["actors"]):
            clusters.setdefault(one.id_ or i, []).append(one)
        ledger.take("mentions", len(groups["actors"]))
        ledger.take("actors", len(clusters))
        layers["actors"] = tuple(
            Actor(
                type=members[0].label_,
                mentions=tuple(span(Mention, text, (_place(one),)) for one in members),
            )
            for members in clusters.values()
        )
    if "events" in groups:
        ledger.take("events", len(groups["events"]))
        layers["events"] = tuple(
            Event(type=one.label_, trigger=span(Span, text, (_place(one),)), hopper=one.id_ or None)
            for one in groups["events"]
        )
    if "quotes" in groups:
        ledger.take("quotes", len(groups["quotes"]))
        contents = [(one.label_, span(Span, text, (_place(one),))) for one in groups["quotes"]]
        layers["quotes"] = tuple(
            Quote(content=content, kind=_KINDS.get(label) or kind_of(text, content))
            for label, content in contents
        )
    return Document(id=name, text=text, **layers)


def _place(one: Any) -> tuple[int, int]:
    return one.start_char, one.end_char


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    import spacy
    from spacy.tokens import Doc, DocBin

    vocab = spacy.blank("en").vocab
    held = DocBin(store_user_data=True)
    for document in with_text(documents, ledger):
        lose_all(document, ("arguments", "sources", "cues"), "no place for it", ledger)
        lose_all(document, ("names", *DETAILS[2:5], *DETAILS[6:]), "no place for it", ledger)
        words = Words(document, ledger)
        forms, spaces = _tokens(words)
        doc = Doc(vocab, words=forms, spaces=spaces)
        doc.user_data["eventbench"] = document.id
        for key, spans in _groups(words, doc, ledger).items():
            doc.spans[key] = spans
        held.add(doc)
    write_file(path, held.to_bytes())


def _tokens(words: Words) -> tuple[list[str], list[bool]]:
    """The tokens and, between them, white space that is more than one space, as tokens too."""
    forms: list[str] = []
    spaces: list[bool] = []
    at = 0
    for start, end in [*words.places, (len(words.text), len(words.text))]:
        gap = words.text[at:start]
        if gap[:1] == " " and forms:
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            forms.append(gap)
            spaces.append(False)
        if end > start:
            forms.append(words.text[start:end])
            spaces.append(False)
        at = end
    return forms, spaces


def _groups(words: Words, doc: Any, ledger: Ledger) -> dict[str, list[Any]]:
    from spacy.tokens import Span as Tokens

    document = words.document
    groups: dict[str, list[Any]] = {}

    def add(layer: str, item: str, one: Span, label: str, key: str) -> bool:
        covered = words.covered(item, one.pieces)
        if covered is None:
            return False
        start, end = one.pieces[0]
        made: Tokens | None = doc.char_span(start, end, label=label, span_id=key)
        if made is None:
            ledger.lose(item, "is not whole tokens", document.id)
            return False
        groups[layer].append(made)
        return True

    if document.actors is not None:
        groups["actors"] = []
        for i, actor in enumerate(document.actors):
            kept = [add("actors", "mentions", one, actor.type, f"a{i}") for one in actor.mentions]
            ledger.lose(
                "actors", "none of its mentions is whole tokens", document.id, not any(kept)
            )
    if document.events is not None:
        groups["events"] = []
        for event in document.events:
            kept_it = add("events", "events", event.trigger, event.type, event.hopper or "")
            ledger.lose(
                "hoppers",
                "its event is lost",
                document.id,
                not kept_it and event.hopper is not None,
            )
    if document.quotes is not None:
        groups["quotes"] = []
        for quote in document.quotes:
            add("quotes", "quotes", quote.content, quote.kind, "")
    return groups


FORMAT = Format(
    name="docbin",
    explains="spaCy DocBin (.spacy): groups of spans for mentions, triggers and contents",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix=".spacy",
    needs="spacy",
    extra="spacy",
)
