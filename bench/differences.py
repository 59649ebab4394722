"""What a prediction got right and wrong, item by item, each error with its kind.

Within a document and a kind of item, pairs are made in stages: those that agree in everything,
then those with the same span, then those that overlap, the most similar first. An item is thus
compared with the one that it was most likely meant to be.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from .model import Document, Layer, Pieces, Span

Kind = Literal[
    "hit", "boundary", "type", "role", "source", "cue", "kind", "realis", "polarity", "duplicate",
    "spurious", "missed",
]  # fmt: skip


_AROUND = 40
"""So many characters before and after an item are its context."""


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item of gold, one of the prediction, or a pair of them.

    Attributes:
        document: The id of the document.
        layer: The layer.
        item: ``mention``, ``event``, ``argument`` or ``quote``.
        kind: What is wrong with it, the first that is; ``hit`` if nothing.
        start: Where it is in the text; -1 where nobody knows.
        gold: What gold says, in words; None for a spurious item.
        predicted: What the prediction says; None for a missed one.
        context: The text around it, in which it stands in brackets; of a hit nothing.
    """

    document: str
    layer: Layer
    item: str
    kind: Kind
    start: int
    gold: str | None = None
    predicted: str | None = None
    context: str = ""


class _Item(NamedTuple):
    """An item as it is compared: what it belongs to, its span and its labels in order."""

    group: tuple[object, ...]
    pieces: Pieces
    labels: tuple[tuple[Kind, object], ...]
    words: str


def differences(gold: Document, predicted: Document) -> list[Difference]:
    """Every item of two documents with the same text, in the order of the text.

    Layers that either side lacks are left out.
    """
    found: list[Difference] = []
    text = gold.text or ""
    for layer, item, items in _KINDS:
        if gold.has(layer) and predicted.has(layer):
            sides = (list(items(document, text)) for document in (gold, predicted))
            found += _compared(gold, layer, item, *sides)
    return sorted(found, key=lambda one: (one.start, one.layer, one.item, one.kind, str(one.gold)))


def of_corpus(gold: Iterable[Document], predictions: Iterable[Document]) -> Iterator[Difference]:
    """Every item of a corpus and of what was predicted for it, document by document."""
    found = {prediction.id: prediction for prediction in predictions}
    for document in gold:
        nothing = Document(id=document.id, actors=(), events=(), quotes=())
        yield from differences(document, found.get(document.id, nothing))


def _said(span: Span, text: str) -> str:
    return span.surface(text) if span.pieces else (span.text or "")


def _mentions(document: Document, text: str) -> Iterator[_Item]:
    for actor in document.actors or ():
        for mention in actor.mentions:
            words = f"[{_said(mention, text)}] {actor.type}"
            yield _Item((), mention.pieces, (("type", actor.type),), words)


def _events(document: Document, text: str) -> Iterator[_Item]:
    for event in document.events or ():
        labels: tuple[tuple[Kind, object], ...] = (
            ("type", event.type), ("realis", event.realis), ("polarity", event.polarity),
        )  # fmt: skip
        negative = ", negative" if event.polarity == "negative" else ""
        words = f"[{_said(event.trigger, text)}] {event.type} {event.realis}{negative}"
        yield _Item((), event.trigger.pieces, labels, words)


def _arguments(document: Document, text: str) -> Iterator[_Item]:
    for event in document.events or ():
        trigger = _said(event.trigger, text)
        for argument in event.arguments:
            words = f"{argument.role} [{_said(argument, text)}] of {event.type} [{trigger}]"
            group = (event.trigger.pieces or trigger, event.type)
            yield _Item(group, argument.pieces, (("role", argument.role),), words)


def _quotes(document: Document, text: str) -> Iterator[_Item]:
    for quote in document.quotes or ():
        source = _said(quote.source, text) if quote.source else "unknown"
        labels: tuple[tuple[Kind, object], ...] = (
            ("source", quote.source.pieces if quote.source else None),
            ("cue", quote.cue.pieces if quote.cue else None),
            ("kind", quote.kind),
        )
        words = f"{source}: [{_said(quote.content, text)}] {quote.kind}"
        yield _Item((), quote.content.pieces, labels, words)


_KINDS: tuple[tuple[Layer, str, Callable[[Document, str], Iterator[_Item]]], ...] = (
    ("actors", "mention", _mentions),
    ("events", "event", _events),
    ("events", "argument", _arguments),
    ("quotes", "quote", _quotes),
)


def _compared(
    document: Document, layer: Layer, item: str, gold: Sequence[_Item], predicted: Sequence[_Item]
) -> Iterator[Difference]:
    def difference(kind: Kind, one: _Item | None, other: _Item | None) -> Difference:
        here = one or other
        where = () if here is None else here.pieces
        gold, predicted = (None if side is None else side.words for side in (one, other))
        start = where[0][0] if where else -1
        context = "" if kind == "hit" else _around(where, document.text or "")
        return Difference(document.id, layer, item, kind, start, gold, predicted, context)

    pairs = _paired(gold, predicted)
    for i, j in pairs.items():
        yield difference(_wrong(gold[i], predicted[j]), gold[i], predicted[j])
    for i, one in enumerate(gold):
        if i not in pairs:
            yield difference("missed", one, None)
    taken = set(pairs.values())
    matched = {predicted[j][:3] for j in taken}
    for j, other in enumerate(predicted):
        if j not in taken:
            extra: Kind = "duplicate" if other[:3] in matched else "spurious"
            yield difference(extra, None, other)


def _around(pieces: Pieces, text: str) -> str:
    """The text around an item."""
    if not pieces:
        return ""
    start, end = pieces[0][0], pieces[-1][1]
    before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    return " ".join(f"{before}[{text[start:end]}]{after}".split())


def _wrong(gold: _Item, predicted: _Item) -> Kind:
    if gold.pieces != predicted.pieces:
        return "boundary"
    for (kind, one), (_, other) in zip(gold.labels, predicted.labels, strict=True):
        if one != other:
            return kind
    return "hit"


def _paired(gold: Sequence[_Item], predicted: Sequence[_Item]) -> dict[int, int]:
    """For each gold item that has one, the predicted item it is compared with."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in _candidates(gold, predicted):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _candidates(gold: Sequence[_Item], predicted: Sequence[_Item]) -> Iterable[tuple[int, int]]:
    """Pairs that may be made, the most alike first."""
    found = []
    order = sorted((other.pieces, j) for j, other in enumerate(predicted) if other.pieces)
    starts = [pieces[0][0] for pieces, _ in order]
    longest = max((pieces[-1][1] - pieces[0][0] for pieces, _ in order), default=0)
    for i, one in enumerate(gold):
        if not one.pieces:
            continue
        first = bisect_right(starts, one.pieces[0][0] - longest)  # those before end before it
        for _, j in order[first:]:
            other = predicted[j]
            if other.pieces[0][0] >= one.pieces[-1][1]:
                break
            share = _dice(one.pieces, other.pieces) if one.group == other.group else 0.0
            if share:
                same = sum(a == b for a, b in zip(one.labels, other.labels, strict=True))
                found.append((-(one.pieces == other.pieces), -share, -same, i, j))
    return [(i, j) for *_, i, j in sorted(found)]


def _dice(one: Pieces, other: Pieces) -> float:
    """2·|A∩B| / (|A|+|B|) over characters."""
    common = sum(max(0, min(e, f) - max(s, t)) for s, e in one for t, f in other)
    return 2 * common / sum(e - s for s, e in (*one, *other))
