"""A document as the content of a brat ``.ann`` file, laid out as `brat` describes."""

from collections import defaultdict
from collections.abc import Iterable

from ..errors import InputError
from ..model import Actor, Document, Event, Pieces, Quote, Span
from .brat import QUOTE


def write(document: Document) -> str:
    """The document as the content of an ``.ann`` file, ordered by place in the text.

    Raises:
        InputError: Something in it has no offsets, so that brat cannot hold it.
    """
    return _Writer(document).content()


class _Writer:
    def __init__(self, document: Document) -> None:
        for path, span in document.spans():
            if not span.pieces:
                raise InputError(f"{document.id}: {path} has no offsets; brat cannot hold it")
        self.text = document.text
        self.lines: list[str] = []
        self.mentions: dict[Pieces, str] = {}
        self.others: dict[tuple[str, Pieces], str] = {}
        self.counts: dict[str, int] = defaultdict(int)
        self._actors(document.actors or ())
        self._events(document.events or ())
        self._quotes(document.quotes or ())

    def content(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def _next(self, letter: str) -> str:
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter]}"

    def _span(self, kind: str, span: Span) -> str:
        key = self._next("T")
        offsets = ";".join(f"{start} {end}" for start, end in span.pieces)
        surface = span.surface(self.text) if self.text is not None else span.text or ""
        self.lines.append(f"{key}\t{kind} {offsets}\t{' '.join(surface.splitlines())}")
        return key

    def _filler(self, kind: str, span: Span) -> str:
        """The mention there, or else a ``T`` line of its own, shared by all who need it."""
        key = self.mentions.get(span.pieces) or self.others.get((kind, span.pieces))
        if key is None:
            key = self.others[kind, span.pieces] = self._span(kind, span)
        return key

    def _attribute(self, name: str, target: str, value: str = "") -> None:
        self.lines.append(f"{self._next('A')}\t{name} {target} {value}".rstrip())

    def _actors(self, actors: Iterable[Actor]) -> None:
        for actor in actors:
            keys = []
            for mention in actor.mentions:
                key = self._span(actor.type, mention)
                self.mentions.setdefault(mention.pieces, key)
                if mention.level:
                    self._attribute("Level", key, mention.level)
                keys.append(key)
            if len(keys) > 1:
                self.lines.append(f"*\tCoref {' '.join(keys)}")
            if actor.name and keys:
                self.lines.append(f"{self._next('#')}\tAnnotatorNotes {keys[0]}\t{actor.name}")

    def _events(self, events: Iterable[Event]) -> None:
        hoppers: dict[str, list[str]] = defaultdict(list)
        for event in events:
            trigger = self._span(event.type, event.trigger)
            used: dict[str, int] = defaultdict(int)
            arguments = ""
            for argument in event.arguments:
                used[argument.role] += 1
                number = used[argument.role] if used[argument.role] > 1 else ""
                filler = self._filler(argument.role.capitalize(), argument)
                arguments += f" {argument.role}{number}:{filler}"
            key = self._next("E")
            self.lines.append(f"{key}\t{event.type}:{trigger}{arguments}")
            self._attribute("Realis", key, event.realis)
            self._attribute("Polarity", key, event.polarity)
            if event.hopper is not None:
                hoppers[event.hopper].append(key)
        self.lines.extend(f"*\tCoref {' '.join(keys)}" for keys in hoppers.values())

    def _quotes(self, quotes: Iterable[Quote]) -> None:
        for quote in quotes:
            trigger = self._span(QUOTE, quote.cue or quote.content)
            parts = ""
            if quote.source is not None:
                parts += f" Source:{self._filler('Source', quote.source)}"
            if quote.cue is not None:
                parts += f" Cue:{self._span('Cue', quote.cue)}"
            parts += f" Content:{self._span('Content', quote.content)}"
            key = self._next("E")
            self.lines.append(f"{key}\t{QUOTE}:{trigger}{parts}")
            self._attribute("Kind", key, quote.kind)
            if quote.unknown_source:
                self._attribute("UnknownSource", key)
