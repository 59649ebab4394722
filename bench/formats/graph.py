"""Documents as labelled spans and relations between them, which annotation tools know.

=============  ============================================================================
mention        a span labelled with a type; ``coref`` relations join those of an actor
event          a span labelled with a type; ``coref`` relations join those of a hopper
argument       a relation from the trigger, labelled with the role, to a span: a mention's
               or one labelled ``argument``
quote          a span labelled ``quote:direct`` (or ``indirect``, ``mixed``), with relations
               ``source`` and ``cue`` to a mention's span or to ones labelled so
fragments      a relation ``fragment`` from the first piece of a span to each of the others
=============  ============================================================================

A label is a mention's type unless it is an event type of PLOVER, or has relations and is no usual
name of an entity type; ``actor:TYPE`` and ``event:TYPE`` say which. ``Content``, ``quote`` and
``quotation`` are quotes too: of the kind that their quotation marks tell.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from ..model import (
    LAYERS,
    PLOVER,
    Actor,
    Argument,
    Document,
    Event,
    Kind,
    Layer,
    Level,
    Mention,
    Pieces,
    Polarity,
    Quote,
    Realis,
    Span,
)
from .base import ITEMS, Ledger, lose_all, span
from .marks import kind_of

COREF, FRAGMENT, ARGUMENT, SOURCE, CUE = "coref", "fragment", "argument", "source", "cue"
_QUOTES = {"quote", "content", "quotation"}
_EVENTS = frozenset(PLOVER.event_types)
_ENTITIES = frozenset(
    "PER PERSON ORG ORGANIZATION GPE LOC LOCATION FAC FACILITY NORP MISC PRODUCT EVENT LAW "
    "LANGUAGE WORK_OF_ART DATE TIME PERCENT MONEY QUANTITY ORDINAL CARDINAL VEH VEHICLE "
    "WEA WEAPON".split()
)
"""What CoNLL, OntoNotes and ACE call entities: relations of such spans make no event."""
_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass
class Node:
    """A labelled span in one piece, with its attributes (``level``, ``realis`` …)."""

    label: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Graph:
    """The labelled spans of a text, by number, and the relations between them."""

    nodes: list[Node] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, label: str, pieces: Pieces, **attributes: str | None) -> int:
        """A span of one piece or several; the number of its first."""
        known = {name: value for name, value in attributes.items() if value is not None}
        first = len(self.nodes)
        for i, (start, end) in enumerate(pieces):
            self.nodes.append(Node(label, start, end, {} if i else known))
            if i:
                self.links.append((first, first + i, FRAGMENT))
        return first


ATTRIBUTES = ("name", "level", "realis", "polarity", "unknown")
"""What a span may carry, where the format has a place for it."""


def graph(document: Document, ledger: Ledger, *, attributes: bool) -> Graph:
    """The spans and relations of a document.

    Args:
        document: It; its spans have offsets.
        ledger: Where losses are entered.
        attributes: Whether the format has a place for attributes of spans.
    """
    made = Graph()
    spots: dict[Pieces, int] = {}
    for actor in document.actors or ():
        first = None
        if not actor.mentions:
            ledger.lose("actors", "without a mention", document.id)
            ledger.lose("names", "of an actor without a mention", document.id, bool(actor.name))
        for mention in actor.mentions:
            label = _marked(actor.type, "actor")
            name = actor.name if first is None else None
            node = made.add(label, mention.pieces, level=mention.level, name=name)
            spots.setdefault(mention.pieces, node)
            if first is not None:
                made.links.append((first, node, COREF))
            first = node if first is None else first
    hoppers: dict[str, int] = {}
    sizes = Counter(event.hopper for event in document.events or ())
    for event in document.events or ():
        node = made.add(
            _marked(event.type, "event"),
            event.trigger.pieces,
            realis=None if event.realis == "actual" else event.realis,
            polarity=None if event.polarity == "positive" else event.polarity,
        )
        if event.hopper is not None:
            if sizes[event.hopper] == 1:
                ledger.lose("hoppers", "of one event", document.id)
            elif event.hopper in hoppers:
                made.links.append((hoppers[event.hopper], node, COREF))
            hoppers.setdefault(event.hopper, node)
        for argument in event.arguments:
            filler = spots.get(argument.pieces)
            if filler is None:
                filler = spots[argument.pieces] = made.add(ARGUMENT, argument.pieces)
            made.links.append((node, filler, _role(argument.role)))
    for quote in document.quotes or ():
        node = made.add(
            f"quote:{quote.kind}",
            quote.content.pieces,
            unknown="yes" if quote.unknown_source else None,
        )
        if quote.source is not None:
            source = spots.get(quote.source.pieces)
            if source is None:
                source = spots[quote.source.pieces] = made.add(SOURCE, quote.source.pieces)
            made.links.append((node, source, SOURCE))
        if quote.cue is not None:
            made.links.append((node, made.add(CUE, quote.cue.pieces), CUE))
    if not attributes:
        _lose_attributes(made, document, ledger)
    return made


def _lose_attributes(made: Graph, document: Document, ledger: Ledger) -> None:
    names = {"name": "names", "level": "levels", "unknown": "unknown sources"}
    held = Counter(name for node in made.nodes for name in node.attributes)
    for name, times in held.items():
        ledger.lose(names.get(name, name), "spans have no attributes", document.id, times)
    for node in made.nodes:
        node.attributes.clear()


def _marked(label: str, layer: str) -> str:
    """A label that is read as of this layer."""
    plain = label.partition(":")[0] not in ("actor", "event", "quote") and label.lower() not in (
        *_QUOTES, ARGUMENT, SOURCE, CUE,
    )  # fmt: skip
    is_event = label in _EVENTS
    return label if plain and is_event is (layer == "event") else f"{layer}:{label}"


def _role(role: str) -> str:
    return f"role:{role}" if role.partition(":")[0] == "role" or role in _RESERVED else role


_RESERVED = (COREF, FRAGMENT, SOURCE, CUE)


@dataclass
class _Reading:
    """What is being put together from the spans and relations of one text."""

    text: str
    made: Graph
    ledger: Ledger
    where: str

    def __post_init__(self) -> None:
        self.links: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.out: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self.pieces: dict[int, list[tuple[int, int]]] = {}
        rest: set[int] = set()
        for head, child, label in self.made.links:
            if label == FRAGMENT:
                rest.add(child)
                self.pieces.setdefault(head, []).append(self._place(child))
            else:
                self.out[head].append((label, child))
        self.tails = rest

    def _place(self, node: int) -> tuple[int, int]:
        return self.made.nodes[node].start, self.made.nodes[node].end

    def span(self, kind: Any, node: int, **more: Any) -> Any:
        pieces = (self._place(node), *self.pieces.get(node, ()))
        return span(kind, self.text, tuple(pieces), **more)

    def layer(self, node: int) -> tuple[str, str]:
        """What a span is, and its type or kind."""
        label = self.made.nodes[node].label
        layer, colon, rest = label.partition(":")
        if node in self.tails:
            return "fragment", ""
        if colon and layer in ("actor", "event", "quote"):
            return f"{layer}s", rest
        if label.lower() in _QUOTES:
            return "quotes", ""
        if label in (ARGUMENT, SOURCE, CUE):
            return label, ""
        plays = any(name.lower() not in _RESERVED for name, _ in self.out[node])
        is_event = label in _EVENTS or (plays and label.upper() not in _ENTITIES)
        return ("events" if is_event else "actors"), label


def document(
    name: str, text: str, made: Graph, ledger: Ledger, where: str, meta: dict[str, Any]
) -> Document:
    """The document that spans and relations make; layers without a span are None."""
    reading = _Reading(text, made, ledger, where)
    layers = {node: reading.layer(node) for node in range(len(made.nodes))}
    by: dict[str, list[int]] = defaultdict(list)
    for node, (layer, _) in layers.items():
        by[layer].append(node)
    clusters = _clusters(made, layers, ledger, where)
    found: dict[str, Any] = {
        "actors": tuple(_actors(reading, by["actors"], layers, clusters)),
        "events": tuple(_events(reading, by["events"], layers, clusters)),
        "quotes": tuple(_quotes(reading, by["quotes"], layers)),
    }
    used = {child for _, child, _ in made.links}
    for layer in (ARGUMENT, SOURCE, CUE):
        for node in by[layer]:
            if node not in used:
                ledger.drop(
                    f"{layer}s", "nothing refers to it", f"{where}: {_at(made.nodes[node])}"
                )
    for layer in LAYERS:
        if not found[layer]:
            found[layer] = None
    return Document(id=name, text=text, **found, meta=meta)


def _at(node: Node) -> str:
    return f"{node.label} at [{node.start}, {node.end})"


def _clusters(
    made: Graph, layers: Mapping[int, tuple[str, str]], ledger: Ledger, where: str
) -> dict[int, int]:
    """The first member of the cluster of each span that corefers with another."""
    leader: dict[int, int] = {}

    def root(node: int) -> int:
        while leader.setdefault(node, node) != node:
            node = leader[node]
        return node

    for head, child, label in made.links:
        if label.lower() != COREF:
            continue
        if layers[head][0] != layers[child][0] or layers[head][0] not in ("actors", "events"):
            ledger.drop("relations", "coreference between unlike spans", where)
            continue
        one, other = sorted((root(head), root(child)))
        leader[other] = one
    return {node: root(node) for node in leader}


def _actors(
    reading: _Reading,
    nodes: Sequence[int],
    layers: Mapping[int, tuple[str, str]],
    clusters: Mapping[int, int],
) -> Iterator[Actor]:
    groups: dict[int, list[int]] = defaultdict(list)
    for node in nodes:
        groups[clusters.get(node, node)].append(node)
    for members in groups.values():
        reading.ledger.take("actors")
        reading.ledger.take("mentions", len(members))
        for node in members:
            for label, child in reading.out[node]:
                if label.lower() != COREF:
                    _no_place(reading, node, child, label)
        attributes = [reading.made.nodes[node].attributes for node in members]
        names = [one["name"] for one in attributes if "name" in one]
        mentions = tuple(
            reading.span(Mention, node, level=_one_of(Level, one.get("level")))
            for node, one in zip(members, attributes, strict=True)
        )
        kinds = {layers[node][1] for node in members}
        if len(kinds) > 1:
            reading.ledger.lose("types", "an actor has several; the first is taken", reading.where)
        yield Actor(type=layers[members[0]][1], mentions=mentions, name=names[0] if names else None)


def _no_place(reading: _Reading, head: int, child: int, label: str) -> None:
    one, other = reading.made.nodes[head], reading.made.nodes[child]
    place = f"{reading.where}: {label} of {_at(one)} and {_at(other)}"
    reading.ledger.drop("relations", "no place in the data model", place)


def _events(
    reading: _Reading,
    nodes: Sequence[int],
    layers: Mapping[int, tuple[str, str]],
    clusters: Mapping[int, int],
) -> Iterator[Event]:
    for node in nodes:
        attributes = reading.made.nodes[node].attributes
        arguments = []
        for label, child in reading.out[node]:
            if label.lower() != COREF:
                reading.ledger.take("arguments")
                role = label.removeprefix("role:")
                arguments.append(reading.span(Argument, child, role=role))
        reading.ledger.take("events")
        yield Event(
            type=layers[node][1],
            trigger=reading.span(Span, node),
            arguments=tuple(arguments),
            realis=_one_of(Realis, attributes.get("realis")) or "actual",
            polarity=_one_of(Polarity, attributes.get("polarity")) or "positive",
            hopper=f"h{clusters[node]}" if node in clusters else None,
        )


def _quotes(
    reading: _Reading, nodes: Sequence[int], layers: Mapping[int, tuple[str, str]]
) -> Iterator[Quote]:
    for node in nodes:
        parts: dict[str, Span] = {}
        for label, child in reading.out[node]:
            part = label.lower()
            if part not in (SOURCE, CUE):
                _no_place(reading, node, child, label)
                continue
            reading.ledger.take(f"{part}s")
            if part in parts:
                reading.ledger.lose(f"{part}s", "a quote has several", reading.where)
            else:
                parts[part] = reading.span(Span, child)
        content = reading.span(Span, node)
        reading.ledger.take("quotes")
        yield Quote(
            content=content,
            kind=_KINDS.get(layers[node][1]) or kind_of(reading.text, content),
            source=parts.get(SOURCE),
            cue=parts.get(CUE),
            unknown_source=reading.made.nodes[node].attributes.get("unknown") == "yes",
        )


def _one_of(allowed: Any, value: str | None) -> Any:
    return next((one for one in get_args(allowed) if one == value), None)


def same_layers(
    documents: Iterable[tuple[str, Document]],
) -> Iterator[tuple[str, Document]]:
    """Documents of one corpus, with an empty layer where only others have something in it."""
    from msgspec.structs import replace

    held = list(documents)
    there = [layer for layer in LAYERS if any(one.has(layer) for _, one in held)]
    if not there:
        there = ["actors"]
    for where, one in held:
        missing: dict[str, Any] = {layer: () for layer in there if not one.has(layer)}
        yield where, replace(one, **missing) if missing else one


def with_text(documents: Iterable[Document], ledger: Ledger) -> Iterator[Document]:
    """The documents that have a text, which tools for annotation need; enters the others as lost.

    A layer that is annotated, and empty in all documents, leaves no trace: that is entered too.
    """
    empty: Counter[Layer] = Counter()
    absent: Counter[Layer] = Counter()
    filled: set[Layer] = set()
    for one in documents:
        if one.text is None:
            lose_all(one, ITEMS, "in a document without text", ledger)
            continue
        for layer in LAYERS:
            if getattr(one, layer):
                filled.add(layer)
            elif one.has(layer):
                empty[layer] += 1
            else:
                absent[layer] += 1
        yield one
    for layer in absent.keys() & filled:
        why = f"{layer}: not annotated here, but in other documents"
        ledger.lose("layers", why, layer, absent[layer])
    for layer in empty.keys() - filled:
        ledger.lose(
            "layers", f"{layer}: annotated, but empty in all documents", layer, empty[layer]
        )
