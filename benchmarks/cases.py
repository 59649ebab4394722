"""Generated gold and predictions for comparing scorers, by a seeded generator."""

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from bench import Actor, Argument, Document, Event, Mention, Quote, Span

WORDS = (
    "alpha Beta gamma delta said The eps-zeta a Stra\u00dfe told U.S. \u0130st an e\u0301t\u00e9 "
    "\U0001d49cb mu \u2019s xi".split()
)
BLANKS = (*(" ",) * 14, "  ", "\n", "\t", "\u00a0")


class Cases:
    """Gold and predictions by a seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.text = ""
        self.cut = False
        self.tokens: list[tuple[int, int]] = []
        for word in WORDS:
            start = len(self.text)
            self.tokens.append((start, start + len(word)))
            self.text += word + self.rng.choice(BLANKS)

    def case(self) -> tuple[list[Document], list[Document]]:
        """One to three documents of each side; now and then a prediction is missing."""
        count = self.rng.choice((1, 1, 2, 3))
        self.cut = self.rng.random() < 0.4
        gold = [self.document(f"d{i}", None) for i in range(count)]
        predicted = [self.document(one.id, one) for one in gold]
        if count > 1 and self.rng.random() < 0.1:
            predicted.pop()
        return gold, predicted

    def document(self, key: str, model: Document | None) -> Document:
        """A document; a prediction copies some items of its gold."""
        layers: dict[str, Any] = {}
        for layer, make, most in (
            ("actors", self.actor, 4), ("events", self.event, 4), ("quotes", self.quote, 4)
        ):  # fmt: skip
            known = list(getattr(model, layer) or ()) if model else []
            made = [
                self.rng.choice(known) if known and self.rng.random() < 0.6 else make()
                for _ in range(self.rng.randint(0, most))
            ]
            if made and self.rng.random() < 0.15:
                made.append(made[-1])
            self.rng.shuffle(made)
            layers[layer] = tuple(made)
        # Gold of a case has tokens or has none; some predictions have others.
        brings = self.cut and (model is None or self.rng.random() < 0.3)
        return Document(id=key, text=self.text, meta=self.meta() if brings else {}, **layers)

    def meta(self) -> dict[str, Any]:
        """The words or parts of them as tokens, in one sentence or several."""
        tokens, breaks = [], [0]
        for start, end in self.tokens:
            cut = self.rng.randint(start + 1, end) if self.rng.random() < 0.2 else end
            tokens += [[a, b] for a, b in ((start, cut), (cut, end)) if a < b]
            breaks += [len(tokens)] * (self.rng.random() < 0.15)
        starts = sorted({*breaks, len(tokens)})
        return {"tokens": tokens, "sentences": [[a, b] for a, b in pairwise(starts)]}

    def span(self, kind: type[Span] = Span, longest: int = 3, **fields: Any) -> Any:
        """A span of whole words, now and then of two pieces."""
        first = self.rng.randrange(len(WORDS))
        last = min(first + self.rng.randint(1, longest), len(WORDS)) - 1
        start, end = self.tokens[first][0], self.tokens[last][1]
        if last + 2 < len(WORDS) and self.rng.random() < 0.1:
            piece = self.tokens[last + 2]
            fields = {**fields, "fragments": ((start, end), piece)}
            end = piece[1]
        return kind(start=start, end=end, **fields)

    def actor(self) -> Actor:
        """An actor of one to three mentions."""
        mentions = {self.span(Mention, level="NAM") for _ in range(self.rng.randint(1, 3))}
        ordered = sorted(mentions, key=lambda m: m.pieces)
        return Actor(type=self.rng.choice(("PER", "ORG")), mentions=(*ordered,))

    def event(self) -> Event:
        """An event with up to three arguments, some in a hopper."""
        roles = [self.rng.choice("xyz") for _ in range(self.rng.randint(0, 3))]
        return Event(
            type=self.rng.choice(("Attack", "Life:Die", "ATT-ACK")),
            trigger=self.span(),
            arguments=tuple(self.span(Argument, role=role) for role in roles),
            realis=self.rng.choice(("actual", "generic", "other")),
            hopper=self.rng.choice((None, None, "one", "two")),
        )

    def quote(self) -> Quote:
        """A quote, mostly with source and cue."""
        return Quote(
            content=self.span(longest=8),
            kind=self.rng.choice(("direct", "indirect")),
            source=self.span() if self.rng.random() < 0.8 else None,
            cue=self.span(longest=2) if self.rng.random() < 0.8 else None,
        )


class Crowded(Cases):
    """One document of many actors, each of them in a role; few sizes, so that many pairs tie."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.words = [f"w{i}" for i in range(45)]

    def case(self) -> tuple[list[Document], list[Document]]:
        """Mentions are words; actors are sets of them, on either side."""
        count, most = self.rng.randint(8, 45), self.rng.randint(2, 16)
        gold = self.partition(range(count), most)
        if self.rng.random() < 0.5:
            predicted = self.partition(range(count), most)
        else:
            predicted = self.moved(gold, count)
        return [self.crowd(gold)], [self.crowd(predicted)]

    def partition(self, mentions: Sequence[int], most: int) -> list[list[int]]:
        """Most of the mentions, in so many clusters at most."""
        found = defaultdict(list)
        for mention in mentions:
            if self.rng.random() < 0.85:
                found[self.rng.randrange(most)].append(mention)
        return list(found.values())

    def moved(self, clusters: Sequence[Sequence[int]], count: int) -> list[list[int]]:
        """The clusters, with some mentions elsewhere or nowhere."""
        home = {mention: i for i, cluster in enumerate(clusters) for mention in cluster}
        found = defaultdict(list)
        for mention in range(count):
            if self.rng.random() < 0.85:
                stays = mention in home and self.rng.random() < 0.7
                there = home[mention] if stays else self.rng.randint(0, len(clusters))
                found[there].append(mention)
        made = list(found.values())
        self.rng.shuffle(made)
        return made

    def crowd(self, clusters: Sequence[Sequence[int]]) -> Document:
        """A document with these actors."""
        text, places = " ".join(self.words), list[tuple[int, int]]()
        for word in self.words:
            start = places[-1][1] + 1 if places else 0
            places.append((start, start + len(word)))
        actors = tuple(
            Actor(
                type="PER",
                mentions=tuple(Mention(start=places[i][0], end=places[i][1]) for i in cluster),
            )
            for cluster in clusters
        )
        arguments = tuple(
            Argument(role=self.rng.choice("xy"), start=actor.mentions[0].start,
                     end=actor.mentions[0].end)
            for actor in actors
        )  # fmt: skip
        trigger = Span(start=places[-1][0], end=places[-1][1])
        events = (Event(type="A", trigger=trigger, arguments=arguments),) if actors else ()
        return Document(id="d", text=text, actors=actors, events=events)
