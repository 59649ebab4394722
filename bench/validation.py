"""What may be wrong with an annotated document, said with the place where it is.

Two depths: `span_faults` is checked at every door, since nothing can be scored with spans that
do not fit; `gold_faults` is what gold must hold besides.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .model import Document, Ontology, Span

if TYPE_CHECKING:
    from .items import Placed


class Fault(NamedTuple):
    """Something wrong, at a JSON path of the document (or a line of its file)."""

    path: str
    message: str


def suspects(placed: "Sequence[Placed]", texts: Sequence[str | None]) -> list[int]:
    """Which documents must be looked at closely: all those with a fault in a span, and few others.

    A fast look at all spans together, since in most corpora nothing is wrong.

    Args:
        placed: The spans of some documents, as `bench.items.flatten` gives them.
        texts: The text of each document, where it is known.
    """
    import numpy as np

    from .items import there

    unbounded = np.iinfo(np.int64).max
    length = np.array([unbounded if text is None else len(text) for text in texts], dtype=np.int64)
    found: set[int] = set()
    for spans, unit, start, end, odd in placed:
        wrong = (start < 0) | (end <= start) | (end > length[unit])
        rows = [*np.flatnonzero(wrong).tolist(), *odd]
        for i in there([span.text for span in spans]):
            text = texts[unit[i]]
            if text is not None and text[start[i] : end[i]] != spans[i].text:
                rows.append(i)
        found.update(unit[rows].tolist() if rows else ())
    return sorted(found)


def span_faults(document: Document, text: str | None) -> Iterator[Fault]:
    """Spans that are reversed, empty, out of order, beyond the text, or at odds with it."""
    for path, span in document.spans():
        message = _span_fault(span, text)
        if message:
            yield Fault(path, message)


def _span_fault(span: Span, text: str | None) -> str | None:
    pieces = span.pieces
    if not pieces:
        if (span.start is None) != (span.end is None):
            return "has only one of start and end; expected both or none"
        return None if span.text else "has neither offsets nor text"
    if (pieces[0][0], pieces[-1][1]) != (span.start, span.end):
        return (
            f"fragments reach from {pieces[0][0]} to {pieces[-1][1]}, "
            f"but start and end are {span.start} and {span.end}"
        )
    before = 0
    for start, end in pieces:
        if start < 0 or end <= start:
            return f"[{start}, {end}) is reversed, empty or negative; expected 0 <= start < end"
        if start < before:
            return f"fragment [{start}, {end}) overlaps or precedes the one before it"
        before = end
    if text is None:
        return None
    hint = _other_unit(span, text)
    if before > len(text):
        return f"[{pieces[0][0]}, {before}) lies outside the text of {len(text)} characters{hint}"
    if span.text is not None and span.surface(text) != span.text:
        return f"is {span.text!r}, but the text there reads {span.surface(text)!r}{hint}"
    return None


def _other_unit(span: Span, text: str) -> str:
    """What the offsets seem to count, where that is not code points."""
    if not span.text or text.isascii():
        return ""
    for unit, encoding, width in (("UTF-16 units", "utf-16-le", 2), ("UTF-8 bytes", "utf-8", 1)):
        raw = text.encode(encoding, "surrogatepass")
        found = " ".join(
            raw[width * start : width * end].decode(encoding, "replace")
            for start, end in span.pieces
        )
        if found == span.text and span.surface(text) != found:
            return f"; these offsets look like {unit}, expected code points"
    return ""


def label_faults(document: Document, ontology: Ontology) -> Iterator[Fault]:
    """Types and roles that the ontology does not know; where it names none, all are right."""
    for i, actor in enumerate(document.actors or () if ontology.actor_types else ()):
        if actor.type not in ontology.actor_types:
            yield Fault(f"$.actors[{i}].type", unknown_label("actor type", actor.type, ontology))
    for i, event in enumerate(document.events or ()):
        if ontology.event_types and event.type not in ontology.event_types:
            yield Fault(f"$.events[{i}].type", unknown_label("event type", event.type, ontology))
        for j, argument in enumerate(event.arguments):
            if ontology.roles and argument.role not in ontology.roles:
                path = f"$.events[{i}].arguments[{j}].role"
                yield Fault(path, unknown_label("role", argument.role, ontology))


def unknown_label(what: str, found: str, ontology: Ontology) -> str:
    """What is said of a label that the ontology does not know."""
    return f"unknown {what} {found!r}: not in the ontology {ontology.name}"


def gold_faults(document: Document, ontology: Ontology) -> Iterator[Fault]:
    """Everything that `bench gold check` asks of a document besides sound spans."""
    text = document.text
    if text is None:
        yield Fault("$.text", "gold needs its text")
        return
    yield from label_faults(document, ontology)
    for path, span in document.spans():
        for start, end in span.pieces:
            if text[start].isspace() or text[end - 1].isspace():
                yield Fault(path, f"{text[start:end]!r} begins or ends with white space")
            if _inside_word(text, start) or _inside_word(text, end):
                yield Fault(path, f"{text[start:end]!r} begins or ends inside a word")
        if not span.pieces:
            yield Fault(path, "gold needs offsets")
    yield from _actor_faults(document)
    yield from _event_faults(document, ontology)
    yield from _quote_faults(document)


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _actor_faults(document: Document) -> Iterator[Fault]:
    seen = _Seen()
    names = _Seen()
    for i, actor in enumerate(document.actors or ()):
        path = f"$.actors[{i}]"
        if not actor.name:
            first = actor.mentions[0].text if actor.mentions else None
            yield Fault(path, f"the actor of {first!r} has no canonical name")
        else:
            yield from names.again(path, (actor.name, actor.type), f"actor {actor.name!r}")
        if not actor.mentions:
            yield Fault(path, f"actor {actor.name!r} has no mention")
        for j, mention in enumerate(actor.mentions):
            where = f"{path}.mentions[{j}]"
            if mention.level is None:
                yield Fault(
                    where,
                    f"mention {mention.text!r} has no level; expected NAM, NOM or PRO",
                )
            yield from seen.again(where, mention.pieces, f"mention {mention.text!r}")


def _event_faults(document: Document, ontology: Ontology) -> Iterator[Fault]:
    mentions = {m.pieces for actor in document.actors or () for m in actor.mentions}
    seen = _Seen()
    for i, event in enumerate(document.events or ()):
        path = f"$.events[{i}]"
        what = f"{event.type} event {event.trigger.text!r}"
        yield from seen.again(path, (event.type, event.trigger.pieces), what)
        if event.polarity == "negative" and event.realis == "actual":
            yield Fault(path, f"{what} is negative and actual; a negative event is 'other'")
        arguments = _Seen()
        for j, argument in enumerate(event.arguments):
            where = f"{path}.arguments[{j}]"
            label = f"{argument.role} {argument.text!r} of {what}"
            yield from arguments.again(where, (argument.role, argument.pieces), label)
            must_be_mention = document.has("actors") and ontology.roles.get(argument.role, False)
            if must_be_mention and argument.pieces not in mentions:
                yield Fault(where, f"{label} is not a mention of an actor")


def _quote_faults(document: Document) -> Iterator[Fault]:
    mentions = {m.pieces for actor in document.actors or () for m in actor.mentions}
    seen = _Seen()
    for i, quote in enumerate(document.quotes or ()):
        path = f"$.quotes[{i}]"
        what = f"quote {_short(quote.content.text)}"
        cue = quote.cue.pieces if quote.cue else ()
        yield from seen.again(path, (quote.content.pieces, cue), what)
        if quote.source is None and not quote.unknown_source:
            yield Fault(path, f"{what} has neither a source nor an explicit unknown source")
        if quote.source is not None and quote.unknown_source:
            yield Fault(path, f"{what} has a source and says that it is unknown")
        named = quote.source if document.has("actors") else None
        if named is not None and named.pieces not in mentions:
            yield Fault(f"{path}.source", f"source {named.text!r} is not a mention")


def _short(text: str | None) -> str:
    text = text or ""
    return repr(text if len(text) <= 40 else text[:37] + "...")


class _Seen:
    """Reports a key that comes a second time."""

    def __init__(self) -> None:
        self._first: dict[Hashable, str] = {}

    def again(self, path: str, key: Hashable, what: str) -> Iterator[Fault]:
        first = self._first.setdefault(key, path)
        if first != path:
            yield Fault(path, f"{what} is labelled twice (first at {first})")
