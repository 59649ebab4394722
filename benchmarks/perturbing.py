"""Predictions made of gold by a seeded generator, as systems err.

Items are dropped, moved, given other labels, invented and repeated; mentions change their actors,
actors are split and merged, arguments change their events, quotes their speakers. Spans keep to
where tokens begin and end, but for some.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from bench import Actor, Argument, Document, Event, Mention, Quote, Span
from bench.model import Level, Realis
from bench.profiles.tokens import tokens

T = TypeVar("T", bound=Span)
LEVELS: tuple[Level, ...] = ("NAM", "NOM", "PRO")
REALIS: tuple[Realis, ...] = ("actual", "generic", "other")
HOPPERS = (None, None, None, "new", "newer")


class Perturbed:
    """A prediction for each gold document.

    Args:
        gold: The gold.
        seed: Of the generator.
        rate: How likely each error is to befall an item; 0 leaves all as it is.
    """

    def __init__(self, gold: Sequence[Document], seed: int, rate: float) -> None:
        self.rng = random.Random(seed)
        self.rate = rate
        self.types = sorted({a.type for one in gold for a in one.actors or ()}) or ["PER"]
        self.kinds = sorted({e.type for one in gold for e in one.events or ()}) or ["A"]
        found = (a for one in gold for e in one.events or () for a in e.arguments)
        self.roles = sorted({argument.role for argument in found}) or ["actor"]
        self.documents = [self._document(one) for one in gold]
        if len(gold) > 1 and self._happens(0.1):
            self.documents.pop(self.rng.randrange(len(gold)))
        if self._happens(0.5):
            self.rng.shuffle(self.documents)

    def _happens(self, part: float = 1.0) -> bool:
        return self.rng.random() < self.rate * part

    def _document(self, gold: Document) -> Document:
        self._places(gold)
        return replace(
            gold,
            text=None if self.rng.random() < 0.3 else gold.text,
            actors=None if gold.actors is None else self._actors(gold.actors),
            events=None if gold.events is None else self._events(gold.events),
            quotes=None if gold.quotes is None else self._quotes(gold.quotes),
            meta=self._meta(gold),
        )

    def _meta(self, gold: Document) -> dict[str, Any]:
        """Now and then tokens of its own, where gold has some."""
        if gold.text is None or "tokens" not in gold.meta or not self._happens(0.5):
            return {}
        return {"tokens": [[*token] for token in tokens(replace(gold, meta={}))]}

    # --- spans ----------------------------------------------------------------------------------

    def _places(self, gold: Document) -> None:
        """The stretches of which spans are made here: the tokens, or else what gold marks."""
        spans = [place for _, span in gold.spans() for place in span.pieces]
        known = tokens(gold) if gold.text is not None or "tokens" in gold.meta else spans
        self.known = sorted(known) or [(0, 1)]
        self.starts = [start for start, _ in self.known]
        self.length = len(gold.text) if gold.text is not None else max(e for _, e in self.known)
        self.exact = "tokens" in gold.meta

    def _moved(self, span: T) -> T:
        """The span with other bounds: by tokens, now and then by characters."""
        pieces = list(span.pieces)
        if not pieces:
            return span
        if len(pieces) > 1 and self.rng.random() < 0.5:
            pieces.pop(self.rng.randrange(len(pieces)))
        start, end = pieces[0][0], pieces[-1][1]
        if not self.exact and self.rng.random() < 0.3:
            start = max(0, start + self.rng.choice((-1, 0, 1)))
            end = min(self.length, max(start + 1, end + self.rng.choice((-1, 0, 1))))
        else:
            start = self._near(start)[0]
            end = max(end, start + 1) if self.rng.random() < 0.5 else self._near(end - 1)[1]
        if start >= end:
            start, end = self._near(start)
        inner = [(a, b) for a, b in pieces if start < a and b < end]
        if len(pieces) > 1 and inner:
            pieces = [(start, pieces[0][1]), *inner, (pieces[-1][0], end)]
            if all(a < b for a, b in pieces) and sorted(pieces) == pieces:
                return replace(span, start=start, end=end, text=None, fragments=tuple(pieces))
        return replace(span, start=start, end=end, text=None, fragments=())

    def _near(self, at: int) -> tuple[int, int]:
        """A token a little before or behind a position, or the one there."""
        here = bisect_right(self.starts, at) - 1 + self.rng.choice((-2, -1, 0, 0, 0, 1, 2))
        return self.known[max(0, min(here, len(self.known) - 1))]

    def _invented(self, kind: type[T], **fields: Any) -> T:
        first = self.rng.randrange(len(self.known))
        last = min(first + self.rng.choice((0, 0, 0, 1, 2, 5)), len(self.known) - 1)
        return kind(start=self.known[first][0], end=self.known[last][1], **fields)

    # --- layers ---------------------------------------------------------------------------------

    def _in_order(self, found: list[Any]) -> tuple[Any, ...]:
        """Now and then an item twice, and all in another order."""
        if found and self._happens(0.2):
            found.append(self.rng.choice(found))
        if self._happens():
            self.rng.shuffle(found)
        return tuple(found)

    def _actors(self, gold: Sequence[Actor]) -> tuple[Actor, ...]:
        chains: list[list[Mention]] = []
        types: list[str] = []
        for actor in gold:
            left = [m for m in actor.mentions if not self._happens(0.5)]
            kind = self.rng.choice(self.types) if self._happens(0.5) else actor.type
            chains.append([self._mention(m) for m in left])
            types.append(kind)
            if len(left) > 1 and self._happens():
                cut = self.rng.randint(1, len(left) - 1)
                chains.append(chains[-1][cut:])
                chains[-2] = chains[-2][:cut]
                types.append(kind)
        for _ in range(sum(self._happens(0.3) for _ in range(len(chains) - 1))):
            i, j = self.rng.sample(range(len(chains)), 2)
            chains[i] += chains[j]
            chains[j] = []
        for chain in chains:
            if chain and self._happens(0.2):
                self.rng.choice(chains).append(chain.pop())
        for _ in range(sum(self._happens(0.3) for _ in gold)):
            chains.append([self._invented(Mention, level="NOM")])
            types.append(self.rng.choice(self.types))
        for chain in chains:
            if chain and self._happens(0.02):
                self.rng.choice(chains).append(self.rng.choice(chain))
        return self._in_order([
            Actor(type=kind, mentions=tuple(chain))
            for kind, chain in zip(types, chains, strict=True)
            if chain
        ])  # fmt: skip

    def _mention(self, mention: Mention) -> Mention:
        level = self.rng.choice(LEVELS) if self._happens(0.2) else mention.level
        moved = self._moved(mention) if self._happens(0.5) else mention
        return replace(moved, level=level)

    def _events(self, gold: Sequence[Event]) -> tuple[Event, ...]:
        found = []
        for event in gold:
            if self._happens(0.5):
                continue
            found.append(
                replace(
                    event,
                    type=self.rng.choice(self.kinds) if self._happens(0.5) else event.type,
                    trigger=self._moved(event.trigger) if self._happens(0.5) else event.trigger,
                    arguments=self._arguments(event.arguments),
                    realis=self.rng.choice(REALIS) if self._happens(0.5) else event.realis,
                    hopper=self.rng.choice(HOPPERS) if self._happens(0.5) else event.hopper,
                )
            )
        for _ in range(sum(self._happens(0.3) for _ in range(len(gold) + 1))):
            known = self.rng.choice(gold).arguments if gold else ()
            made = Event(
                type=self.rng.choice(self.kinds),
                trigger=self._invented(Span),
                arguments=self._arguments(known),
                realis=self.rng.choice(REALIS),
            )
            found.append(made)
        return self._in_order(found)

    def _arguments(self, gold: Sequence[Argument]) -> tuple[Argument, ...]:
        found = []
        for argument in gold:
            if self._happens(0.5):
                continue
            role = self.rng.choice(self.roles) if self._happens(0.5) else argument.role
            moved = self._moved(argument) if self._happens(0.5) else argument
            found.append(replace(moved, role=role))
        if gold and self._happens(0.5):
            found.append(self._invented(Argument, role=self.rng.choice(self.roles)))
        return self._in_order(found)

    def _quotes(self, gold: Sequence[Quote]) -> tuple[Quote, ...]:
        found = []
        for quote in gold:
            if self._happens(0.5):
                continue
            content = self._moved(quote.content) if self._happens() else quote.content
            made = replace(
                quote,
                content=content,
                source=self._part(quote.source),
                cue=self._part(quote.cue),
                kind="indirect" if self._happens(0.3) else quote.kind,
            )
            found.append(made)
            if self._happens(0.2):
                found.append(replace(made, content=self._moved(content)))
        found += [
            Quote(
                content=self._invented(Span), kind="direct", source=self._part(self._invented(Span))
            )
            for _ in range(sum(self._happens(0.3) for _ in range(len(gold) + 1)))
        ]
        return self._in_order(found)

    def _part(self, span: Span | None) -> Span | None:
        if span is None:
            return self._invented(Span) if self._happens(0.5) else None
        if self._happens(0.3):
            return None
        return self._moved(span) if self._happens(0.5) else span
