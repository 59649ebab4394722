"""The system ``spacy``: rules on the dependency trees of a spaCy pipeline.

Actors are recognised entities, noun phrases of persons and bodies, and pronouns; events are
words of a PLOVER lexicon with the arguments that the tree gives them; quotes are quotations and
clauses that reporting verbs govern. It knows no text but the one it reads.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from spacy.tokens import Doc

from bench.model import Actor, Argument, Document, Event, Mention, Quote, Span

from ..paragraphs import parsed
from . import events, mentions, pronouns, quotes
from .clusters import Clusters, by_start
from .found import Found
from .model import load
from .sayings import Saying
from .triggers import Trigger


class DependencyRules:
    """Actors, events and quotes by dependency rules.

    Args:
        model: The spaCy pipeline to use; by default the official small English one.
    """

    name = "spacy"
    version = "1"

    def __init__(self, model: str = "") -> None:
        self._model = load(model)

    def describe(self) -> dict[str, str]:
        """Which model, by name, version and the hash of its weights, and which spaCy."""
        return {
            **self._model.describe(),
            "spacy": version("spacy"),
        }

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document."""
        for document, paragraphs in parsed(self._model.nlp, documents):
            parts = [paragraph.doc for paragraph in paragraphs]
            whole = _whole(self._model.nlp.make_doc(""), parts)
            yield _predict(document.id, document.text or "", whole)


def _whole(empty: Doc, parts: list[Doc]) -> Doc:
    """One document again, whose offsets are those of the text."""
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else Doc.from_docs(parts, ensure_whitespace=False)


def _predict(key: str, text: str, doc: Doc) -> Document:
    found = mentions.find(doc)
    heads = by_start(found)
    sayings = quotes.find(doc, text, heads)
    clusters = Clusters(found)
    speakers = _speakers(doc, sayings)
    pronouns.resolve(clusters, [m for m in found if m.level == "PRO"], speakers)
    known = [mention for mention in found if clusters[mention] is not None]
    return Document(
        id=key,
        actors=tuple(_actors(clusters, text)),
        events=tuple(_event(t, text) for t in events.find(doc, by_start(known), speakers)),
        quotes=tuple(_quote(saying, clusters, text) for saying in sayings),
    )


def _speakers(doc: Doc, sayings: Iterable[Saying]) -> dict[int, Found]:
    """Who speaks at each token; of nested attributions the innermost."""
    found: dict[int, Found] = {}
    starts = [token.idx for token in doc]
    for saying in sorted(sayings, key=lambda s: s.start - s.end):
        if saying.source is None or saying.kind == "indirect":
            continue
        for start, end in saying.pieces:
            spoken = range(bisect_left(starts, start), bisect_left(starts, end))
            found.update(dict.fromkeys(spoken, saying.source))
    return found


def _at(mention: Found) -> tuple[int, int]:
    return mention.span.start_char, mention.span.end_char


def _actors(clusters: Clusters, text: str) -> Iterator[Actor]:
    for cluster in clusters.all:
        places = {_at(mention): mention.level for mention in cluster.mentions}
        made = tuple(
            Mention(start=start, end=end, text=text[start:end], level=places[start, end])
            for start, end in sorted(places)
        )
        yield Actor(type=cluster.type, mentions=made, name=cluster.name)


def _event(trigger: Trigger, text: str) -> Event:
    arguments = [
        (role, *_at(mention)) for role, found in trigger.arguments.items() for mention in found
    ]
    arguments += [("time", time.start_char, time.end_char) for time in trigger.times]
    start, end = trigger.span.start_char, trigger.span.end_char
    return Event(
        type=trigger.type,
        trigger=Span(start=start, end=end, text=text[start:end]),
        arguments=tuple(
            Argument(role=role, start=start, end=end, text=text[start:end])
            for role, start, end in dict.fromkeys(arguments)
        ),
        realis=trigger.realis,
        polarity=trigger.polarity,
    )


def _quote(saying: Saying, clusters: Clusters, text: str) -> Quote:
    source = saying.source if saying.source and clusters[saying.source] else None
    pieces = tuple(sorted(saying.pieces))
    content = Span(start=pieces[0][0], end=pieces[-1][1], fragments=pieces if pieces[1:] else ())
    first, last = saying.cue or (None, None)
    cue = (first.idx, last.idx + len(last)) if first is not None and last is not None else None
    return Quote(
        content=Span(
            start=content.start,
            end=content.end,
            fragments=content.fragments,
            text=content.surface(text),
        ),
        kind=saying.kind,
        source=_span(*_at(source), text) if source is not None else None,
        cue=_span(*cue, text) if cue is not None else None,
        unknown_source=source is None,
    )


def _span(start: int, end: int, text: str) -> Span:
    return Span(start=start, end=end, text=text[start:end])
