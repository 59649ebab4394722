"""Short ways to write the minimal examples of quirks in the scorers of events and quotes."""

from collections.abc import Sequence
from typing import Any

from ..model import Actor, Argument, Document, Event, Mention, Quote, Span

TEXT = " ".join(letter * 4 for letter in "abcdefghijklmnopqrstuvwxyz")
"""Words of four characters, no two alike; one begins at every fifth character."""

Place = tuple[int, int]


def an_event(
    kind: str, start: int, end: int, *arguments: tuple[str, int, int], **more: Any
) -> Event:
    """An event with its trigger, and the role, start and end of its arguments."""
    made = tuple(Argument(role=role, start=first, end=last) for role, first, last in arguments)
    return Event(type=kind, trigger=Span(start=start, end=end), arguments=made, **more)


def an_actor(*mentions: Place) -> Actor:
    """A person with its mentions."""
    made = tuple(Mention(start=start, end=end) for start, end in mentions)
    return Actor(type="PER", mentions=made)


def a_quote(content: Place, source: Place | None = None, cue: Place | None = None) -> Quote:
    """A direct quote."""
    spans = (Span(start=place[0], end=place[1]) if place else None for place in (source, cue))
    said, by = Span(start=content[0], end=content[1]), next(spans)
    return Quote(content=said, kind="direct", source=by, cue=next(spans))


def page(
    *items: Event | Quote, name: str = "d", text: str = TEXT, actors: Sequence[Actor] = ()
) -> Document:
    """A document with events and quotes, in the order given."""
    return Document(
        id=name,
        text=text,
        actors=tuple(actors),
        events=tuple(item for item in items if isinstance(item, Event)),
        quotes=tuple(item for item in items if isinstance(item, Quote)),
    )
