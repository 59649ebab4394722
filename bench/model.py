"""The one data model: what people labelled and what systems return have the same shape.

Offsets count Unicode code points of the text exactly as it is stored; spans are half-open
``[start, end)``. A layer that is ``None`` was not annotated (or not attempted); an empty layer
was, and holds nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

Level = Literal["NAM", "NOM", "PRO"]
Realis = Literal["actual", "generic", "other"]
Polarity = Literal["positive", "negative"]
Kind = Literal["direct", "indirect", "mixed"]
Layer = Literal["actors", "events", "quotes"]
Pieces = tuple[tuple[int, int], ...]
Aspect = Literal[
    "levels", "clusters",
    "types", "arguments", "realis", "polarity", "hoppers",
    "kinds", "sources", "cues",
]  # fmt: skip
"""What the items of a gold may or may not say besides where they are."""

LAYERS: tuple[Layer, ...] = ("actors", "events", "quotes")
ASPECTS: dict[Layer, tuple[Aspect, ...]] = {
    "actors": ("levels", "clusters"),
    "events": ("types", "arguments", "realis", "polarity", "hoppers"),
    "quotes": ("kinds", "sources", "cues"),
}
"""The aspects of each layer; clusters are of coreferent mentions."""


class Span(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,  # it holds nothing that could refer back to it
):
    """A stretch of a document's text, in one piece or in several.

    Attributes:
        start: First code point, or None where only the string is known.
        end: One past the last code point.
        text: The surface; checked against the document wherever both are known.
        fragments: The pieces of a discontinuous span, in order; empty for a span in one piece.

    >>> Span(start=3, end=9).pieces
    ((3, 9),)
    >>> Span(start=0, end=9, fragments=((0, 2), (5, 9))).pieces
    ((0, 2), (5, 9))
    >>> Span(text="no offsets").pieces
    ()
    """

    start: int | None = None
    end: int | None = None
    text: str | None = None
    fragments: Pieces = ()

    @property
    def pieces(self) -> Pieces:
        """The span as ``((start, end), …)``; empty where only the string is known."""
        if self.fragments:
            return self.fragments
        if self.start is None or self.end is None:
            return ()
        return ((self.start, self.end),)

    def surface(self, text: str) -> str:
        """What the span covers in ``text``; pieces are joined by one space."""
        return " ".join(text[start:end] for start, end in self.pieces)


class Mention(Span, frozen=True, kw_only=True, gc=False):
    """A span that refers to an actor."""

    level: Level | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
            forbid_unknown_fields=True):  # fmt: skip
    """An entity that can act or be acted on: a cluster of coreferent mentions."""

    type: str
    mentions: tuple[Mention, ...]
    name: str | None = None


class Argument(Span, frozen=True, kw_only=True, gc=False):
    """A role and the span that fills it; equal to an actor's mention, it stands for that actor."""

    role: str


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
            forbid_unknown_fields=True):  # fmt: skip
    """An event mention. Mentions with the same ``hopper`` are the same event."""

    type: str
    trigger: Span
    arguments: tuple[Argument, ...] = ()
    realis: Realis = "actual"
    polarity: Polarity = "positive"
    hopper: str | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
            forbid_unknown_fields=True):  # fmt: skip
    """An attribution: who (source) says (cue) what (content).

    ``unknown_source`` states that the text names nobody; gold says so explicitly.
    """

    content: Span
    kind: Kind
    source: Span | None = None
    cue: Span | None = None
    unknown_source: bool = False


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
               forbid_unknown_fields=True):  # fmt: skip
    """One text with its annotations; a prediction may leave the text out."""

    id: str
    text: str | None = None
    actors: tuple[Actor, ...] | None = None
    events: tuple[Event, ...] | None = None
    quotes: tuple[Quote, ...] | None = None
    meta: dict[str, Any] = {}

    def has(self, layer: Layer) -> bool:
        """Whether the layer was annotated (or attempted)."""
        return getattr(self, layer) is not None

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Every span with its JSON path, in document order of the schema."""
        for i, actor in enumerate(self.actors or ()):
            for j, mention in enumerate(actor.mentions):
                yield f"$.actors[{i}].mentions[{j}]", mention
        for i, event in enumerate(self.events or ()):
            yield f"$.events[{i}].trigger", event.trigger
            for j, argument in enumerate(event.arguments):
                yield f"$.events[{i}].arguments[{j}]", argument
        for i, quote in enumerate(self.quotes or ()):
            yield f"$.quotes[{i}].content", quote.content
            if quote.source is not None:
                yield f"$.quotes[{i}].source", quote.source
            if quote.cue is not None:
                yield f"$.quotes[{i}].cue", quote.cue

    def mapped(self, change: Callable[[str, Span], Span | None]) -> "Document":
        """The document with each span changed, which is given with its JSON path.

        An item whose span becomes None is left out: a mention, an argument, an event with its
        trigger, a quote with its content, a source, a cue, and an actor with its last mention.

        >>> event = Event(type="AID", trigger=Span(start=0, end=1))
        >>> Document(id="a", events=(event,)).mapped(lambda path, span: None).events
        ()
        """
        replace = msgspec.structs.replace

        def part(path: str, span: Span | None) -> Any:
            return None if span is None else change(path, span)

        def parts(path: str, spans: Sequence[Span]) -> tuple[Any, ...]:
            changed = (part(f"{path}[{j}]", span) for j, span in enumerate(spans))
            return tuple(span for span in changed if span is not None)

        def events(given: Sequence[Event]) -> Iterator[Event]:
            for i, event in enumerate(given):
                trigger = part(f"$.events[{i}].trigger", event.trigger)
                if trigger is not None:
                    arguments = parts(f"$.events[{i}].arguments", event.arguments)
                    yield replace(event, trigger=trigger, arguments=arguments)

        def actors(given: Sequence[Actor]) -> Iterator[Actor]:
            for i, actor in enumerate(given):
                mentions = parts(f"$.actors[{i}].mentions", actor.mentions)
                if mentions or not actor.mentions:
                    yield replace(actor, mentions=mentions)

        def quotes(given: Sequence[Quote]) -> Iterator[Quote]:
            for i, quote in enumerate(given):
                path = f"$.quotes[{i}]"
                content = part(f"{path}.content", quote.content)
                if content is not None:
                    source = part(f"{path}.source", quote.source)
                    cue = part(f"{path}.cue", quote.cue)
                    yield replace(quote, content=content, source=source, cue=cue)

        return replace(
            self,
            actors=self.actors and tuple(actors(self.actors)),
            events=self.events and tuple(events(self.events)),
            quotes=self.quotes and tuple(quotes(self.quotes)),
        )


class Ontology(msgspec.Struct, frozen=True, kw_only=True):
    """The labels a corpus may use. ``roles`` says of each role whether an actor must fill it.

    ``fillers`` are types of spans that are no actors; ``layers`` are what is annotated.
    """

    name: str
    actor_types: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    roles: dict[str, bool] = {}
    fillers: tuple[str, ...] = ("Time", "Cue", "Content", "Source")
    layers: tuple[Layer, ...] = LAYERS


PLOVER = Ontology(
    name="PLOVER",
    actor_types=("PER", "ORG", "GPE", "LOC", "FAC"),
    event_types=(
        "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "ACCUSE",
        "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "RETREAT",
    ),
    roles={"actor": True, "recipient": True, "location": True, "time": False},
)  # fmt: skip
