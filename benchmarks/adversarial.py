"""What predictions that game a scorer are worth on the seed gold, as a table in Markdown.

``docs/adversarial.md`` holds what this prints; a test compares them.
"""

import random
from collections.abc import Callable

import msgspec

from bench import PLOVER, Actor, Document, Event, Mention, Quote, Span, open_corpus, score
from bench.measures import parse
from bench.report.figures import percent

MEASURES = (
    "actors.mention.type", "actors.mention@overlap", "actors.mention@dice", "actors.mention@token",
    "actors.coref.conll", "events.trigger.type", "events.trigger@overlap", "quotes.content",
    "quotes.content@overlap", "quotes.content@dice", "quotes.content@token",
)  # fmt: skip


def whole_text(gold: Document) -> Document:
    """The whole text as one mention, one event and one quote."""
    end = len(gold.text or "")
    return _of([(0, end)], gold)


def every_token(gold: Document) -> Document:
    """Every word a mention, an event and a quote."""
    spans, at = [], 0
    for word in (gold.text or "").split():
        at = (gold.text or "").index(word, at)
        spans.append((at, at + len(word)))
        at += len(word)
    return _of(spans, gold)


def _of(spans: list[tuple[int, int]], gold: Document) -> Document:
    actors = [Actor(type="PER", mentions=(Mention(start=s, end=e),)) for s, e in spans]
    events = [Event(type="CONSULT", trigger=Span(start=s, end=e)) for s, e in spans]
    quotes = [Quote(content=Span(start=s, end=e), kind="direct") for s, e in spans]
    return Document(id=gold.id, actors=(*actors,), events=(*events,), quotes=(*quotes,))


def all_types(gold: Document) -> Document:
    """Gold, but each item with every type at once."""
    actors = [
        msgspec.structs.replace(actor, type=kind)
        for actor in gold.actors or ()
        for kind in PLOVER.actor_types
    ]
    events = [
        msgspec.structs.replace(event, type=kind)
        for event in gold.events or ()
        for kind in PLOVER.event_types
    ]
    return msgspec.structs.replace(gold, actors=(*actors,), events=(*events,))


def ten_times(gold: Document) -> Document:
    """Gold, but each item ten times."""
    layers = {name: (getattr(gold, name) or ()) * 10 for name in ("actors", "events", "quotes")}
    return msgspec.structs.replace(gold, **layers)


def empty(gold: Document) -> Document:
    """Nothing at all."""
    return Document(id=gold.id, actors=(), events=(), quotes=())


def shifted(gold: Document) -> Document:
    """Gold, but every span one character to the right (the last one to its left)."""
    end = len(gold.text or "")

    def move(value: object) -> object:
        if isinstance(value, dict):
            if isinstance(value.get("start"), int):
                by = 1 if value["end"] < end else -1
                moved = {"start": value["start"] + by, "end": value["end"] + by}
                value = {k: v for k, v in value.items() if k != "text"} | moved
            return {name: move(inner) for name, inner in value.items()}
        return [move(inner) for inner in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(move(msgspec.to_builtins(gold)), Document)


def shuffled(gold: Document) -> Document:
    """Gold with its items in another order."""
    layers = {}
    for name in ("actors", "events", "quotes"):
        items = list(getattr(gold, name) or ())
        random.Random(7).shuffle(items)
        layers[name] = tuple(items)
    return msgspec.structs.replace(gold, **layers)


ATTACKS: tuple[tuple[str, Callable[[Document], Document]], ...] = (
    ("the whole text as one span", whole_text),
    ("every word as a span", every_token),
    ("gold with all types at once", all_types),
    ("gold, each item ten times", ten_times),
    ("nothing", empty),
    ("gold, shifted by one character", shifted),
    ("gold, shuffled", shuffled),
)


def table() -> str:
    """F1 in percent: a row for each attack, a column for each measure."""
    corpus = open_corpus("seed")
    lines = [f"| prediction | {' | '.join(f'`{name}`' for name in MEASURES)} |"]
    lines.append(f"| --- |{' ---: |' * len(MEASURES)}")
    for what, attack in ATTACKS:
        predictions = [attack(document) for document in corpus.documents]
        matrix = score(corpus, predictions, [parse(name) for name in MEASURES]).matrix
        cells = (percent(matrix[name].micro().f1) for name in MEASURES)
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
