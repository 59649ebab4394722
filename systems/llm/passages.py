"""A text in the passages that a model is asked about, and their answers as one document."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from bench.model import Actor, Document, Event, Mention, Quote

UNITS = ("document", "paragraph")


def split(text: str, unit: str) -> list[str]:
    r"""The passages of a text, without those that are blank.

    >>> split("Headline\n\nText.\n", "paragraph")
    ['Headline', 'Text.']
    """
    parts = text.splitlines() if unit == "paragraph" else [text]
    return [part.strip() for part in parts if part.strip()]


def join(key: str, passages: Sequence[str], answers: Sequence[Document]) -> Document:
    """One document of the answers to its passages.

    Actors of one type and name are one. Of several passages, the meta says of each item in which
    it stands, so that its strings are looked for there.
    """
    if len(answers) == 1:
        return replace(answers[0], id=key)
    events: list[Event] = []
    quotes: list[Quote] = []
    meta: dict[str, Any] = {}
    for number, (passage, answer) in enumerate(zip(passages, answers, strict=True)):
        for event in answer.events or ():
            meta[f"events[{len(events)}].sentence"] = passage
            # What a model calls an event in one passage says nothing about another one.
            hopper = event.hopper and f"{number}:{event.hopper}"
            events.append(replace(event, hopper=hopper))
        for quote in answer.quotes or ():
            meta[f"quotes[{len(quotes)}].sentence"] = passage
            quotes.append(quote)
    actors, places = _merged(passages, answers)
    meta.update(places)
    return Document(id=key, actors=actors, events=tuple(events), quotes=tuple(quotes), meta=meta)


def _merged(
    passages: Sequence[str], answers: Sequence[Document]
) -> tuple[tuple[Actor, ...], dict[str, str]]:
    found: dict[Any, tuple[Actor, list[tuple[Mention, str]]]] = {}
    for key, actor, passage in _each(passages, answers):
        _, mentions = found.setdefault(key, (actor, []))
        mentions += [(mention, passage) for mention in actor.mentions]
    places = {
        f"actors[{i}].mentions[{j}].sentence": passage
        for i, (_, mentions) in enumerate(found.values())
        for j, (_, passage) in enumerate(mentions)
    }
    actors = tuple(
        replace(actor, mentions=tuple(mention for mention, _ in mentions))
        for actor, mentions in found.values()
    )
    return actors, places


def _each(
    passages: Sequence[str], answers: Sequence[Document]
) -> Iterator[tuple[object, Actor, str]]:
    """Every actor with what makes it the same as another one, and its passage."""
    for number, (passage, answer) in enumerate(zip(passages, answers, strict=True)):
        for i, actor in enumerate(answer.actors or ()):
            key = (actor.type, actor.name.casefold()) if actor.name else (number, i)
            yield key, actor, passage
