"""The systems ``oracle`` and ``random``: gold itself with controlled noise, and noise alone.

They are for tests, demonstrations and power analysis. A system is given texts, never labels: these
two open a corpus themselves, which their option ``corpus`` names, so that no other system can.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from random import Random as Generator
from typing import Any, TypeVar

from msgspec.structs import replace

from bench.errors import InputError, UsageError
from bench.model import Actor, Document, Event, Ontology, Pieces, Quote, Span

_WORD = re.compile(r"\w+")
_KINDS = ("direct", "indirect", "mixed")
S = TypeVar("S", bound=Span)


class Oracle:
    """The gold of a corpus, less what noise takes away and with what it adds.

    Each decision is drawn for itself, from the seed, the document and what is decided upon: another
    rate of one kind changes nothing in the others, and a higher rate hits what a lower one hits.

    Args:
        corpus: A shipped corpus, or what else `bench.open_corpus` takes.
        drop: How likely a mention, an event, an argument or a quote is left out.
        shift: How likely a span begins or ends a word off. It still overlaps what it was; spans
            of the same place go together, so that arguments still stand for their actors.
        relabel: How likely a type, a role or a kind is another one.
        spurious: How likely an actor, an event or a quote of gold is added once more with other
            words of the text, and labels that the corpus uses.
        seed: Of all draws.

    Raises:
        UsageError: There is no such corpus, or a rate is not from 0 to 1.
    """

    name = "oracle"
    version = "1"

    def __init__(
        self,
        corpus: str = "seed",
        drop: float = 0.0,
        shift: float = 0.0,
        relabel: float = 0.0,
        spurious: float = 0.0,
        seed: int = 0,
    ) -> None:
        from bench.corpora import open_corpus

        self._rates = {"drop": drop, "shift": shift, "relabel": relabel, "spurious": spurious}
        for rate, value in self._rates.items():
            if not 0 <= value <= 1:
                raise UsageError(f"option {rate!r} of {self.name!r} is {value}; expected 0 to 1")
        self._corpus = open_corpus(corpus)
        self._gold = {document.id: document for document in self._corpus.documents}
        self._labels = _labels(self._corpus.documents)
        self._known = {
            what: sorted({*used, *_ontology(self._corpus.ontology, what)})
            for what, used in self._labels.items()
        }
        self._seed = seed

    def describe(self) -> dict[str, str]:
        """Which gold it saw."""
        return {"gold": self._corpus.name, "gold sha256": self._corpus.digest}

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document.

        Raises:
            InputError: A document is not in the corpus, or has another text there.
        """
        for document in documents:
            gold = self._gold.get(document.id)
            if gold is None or gold.text != document.text:
                what = "has another text" if gold else "does not exist"
                raise InputError(
                    f"document {document.id!r} {what} in the corpus {self._corpus.name!r}, whose "
                    f"gold {self.name!r} was given; name the right one: --option corpus=NAME|PATH"
                )
            yield _Noise(gold, self._seed, self._rates, self._labels, self._known).document()


class Random(Oracle):
    """As many items as gold has, at random places with random labels: the level of chance.

    Args:
        corpus: A shipped corpus, or what else `bench.open_corpus` takes.
        seed: Of all draws.
    """

    name = "random"
    version = "1"

    def __init__(self, corpus: str = "seed", seed: int = 0) -> None:
        super().__init__(corpus, drop=1.0, spurious=1.0, seed=seed)


def _labels(documents: Sequence[Document]) -> dict[str, list[str]]:
    """The labels of all items, as often as they are used."""
    events = [event for one in documents for event in one.events or ()]
    return {
        "actor": [actor.type for one in documents for actor in one.actors or ()],
        "event": [event.type for event in events],
        "role": [argument.role for event in events for argument in event.arguments],
        "realis": [event.realis for event in events],
        "kind": [quote.kind for one in documents for quote in one.quotes or ()],
    }


def _ontology(ontology: Ontology, what: str) -> Sequence[str]:
    found: dict[str, Sequence[str]] = {
        "actor": ontology.actor_types,
        "event": ontology.event_types,
        "role": tuple(ontology.roles),
        "kind": _KINDS,
    }
    return found.get(what, ())


class _Noise:
    """One gold document as the oracle returns it."""

    def __init__(
        self,
        gold: Document,
        seed: int,
        rates: dict[str, float],
        labels: dict[str, list[str]],
        known: dict[str, list[str]],
    ) -> None:
        self.gold = gold
        self.text = gold.text or ""
        self.seed = seed
        self.rates = rates
        self.labels = labels
        self.known = known
        self.words = [match.span() for match in _WORD.finditer(self.text)]
        self.starts = [start for start, _ in self.words]
        self.ends = [end for _, end in self.words]

    def document(self) -> Document:
        gold = self.gold
        return Document(
            id=gold.id,
            actors=None if gold.actors is None else (*self._actors(), *self._new_actors()),
            events=None if gold.events is None else (*self._events(), *self._new_events()),
            quotes=None if gold.quotes is None else (*self._quotes(), *self._new_quotes()),
        )

    # What is decided

    def _draws(self, *what: object) -> Generator:
        """A generator for one decision."""
        return Generator(repr((self.seed, self.gold.id, *what)))  # noqa: S311 - no secret

    def _happens(self, rate: str, *what: object) -> bool:
        return self._draws(rate, *what).random() < self.rates[rate]

    def _label(self, kind: str, label: str, *what: object) -> Any:
        """The label, or another one of its kind."""
        others = [one for one in self.known[kind] if one != label]
        if not others or not self._happens("relabel", kind, *what):
            return label
        return self._draws("label", kind, *what).choice(others)

    # What is left of gold

    def _actors(self) -> Iterator[Actor]:
        for i, actor in enumerate(self.gold.actors or ()):
            kept = tuple(
                self._shifted(mention)
                for j, mention in enumerate(actor.mentions)
                if not self._happens("drop", "mention", i, j)
            )
            if kept:
                yield replace(actor, type=self._label("actor", actor.type, i), mentions=kept)

    def _events(self) -> Iterator[Event]:
        for i, event in enumerate(self.gold.events or ()):
            if self._happens("drop", "event", i):
                continue
            arguments = tuple(
                replace(self._shifted(one), role=self._label("role", one.role, i, j))
                for j, one in enumerate(event.arguments)
                if not self._happens("drop", "argument", i, j)
            )
            yield replace(
                event,
                type=self._label("event", event.type, i),
                trigger=self._shifted(event.trigger),
                arguments=arguments,
            )

    def _quotes(self) -> Iterator[Quote]:
        for i, quote in enumerate(self.gold.quotes or ()):
            if not self._happens("drop", "quote", i):
                yield replace(
                    quote,
                    kind=self._label("kind", quote.kind, i),
                    content=self._shifted(quote.content),
                    source=quote.source and self._shifted(quote.source),
                    cue=quote.cue and self._shifted(quote.cue),
                )

    def _shifted(self, span: S) -> S:
        """The span, or what begins or ends a word before or behind it."""
        pieces = span.pieces
        if not pieces or not self._happens("shift", pieces):
            return span
        (first, first_end), (last, last_end) = pieces[0], pieces[-1]
        before, after = bisect_left(self.starts, first), bisect_right(self.starts, first)
        within, behind = bisect_left(self.ends, last_end), bisect_right(self.ends, last_end)
        outwards = self.starts[max(before - 1, 0) : before], self.ends[behind : behind + 1]
        inwards = self.starts[after : after + 1], self.ends[max(within - 1, 0) : within]
        firsts = [*outwards[0], *(start for start in inwards[0] if start < first_end)]
        lasts = [*outwards[1], *(end for end in inwards[1] if end > last)]
        starts = [((start, first_end), *pieces[1:]) for start in firsts]
        ends = [(*pieces[:-1], (last, end)) for end in lasts]
        choices: list[Pieces] = starts + ends
        return self._placed(span, self._draws("to", pieces).choice(choices)) if choices else span

    # What is made up

    def _new_actors(self) -> Iterator[Actor]:
        for i, actor in enumerate(self.gold.actors or ()):
            if self.words and self._happens("spurious", "actor", i):
                made = tuple(
                    self._elsewhere(mention, "mention", i, j)
                    for j, mention in enumerate(actor.mentions)
                )
                yield Actor(type=self._any("actor", i), mentions=made)

    def _new_events(self) -> Iterator[Event]:
        for i, event in enumerate(self.gold.events or ()):
            if self.words and self._happens("spurious", "event", i):
                arguments = tuple(
                    replace(self._elsewhere(one, "argument", i, j), role=self._any("role", i, j))
                    for j, one in enumerate(event.arguments)
                )
                yield Event(
                    type=self._any("event", i),
                    trigger=self._elsewhere(event.trigger, "trigger", i),
                    arguments=arguments,
                    realis=self._any("realis", i),
                )

    def _new_quotes(self) -> Iterator[Quote]:
        for i, quote in enumerate(self.gold.quotes or ()):
            if self.words and self._happens("spurious", "quote", i):
                yield Quote(
                    content=self._elsewhere(quote.content, "content", i),
                    kind=self._any("kind", i),
                    source=quote.source and self._elsewhere(quote.source, "source", i),
                    cue=quote.cue and self._elsewhere(quote.cue, "cue", i),
                    unknown_source=quote.source is None,
                )

    def _any(self, kind: str, *what: object) -> Any:
        """A label, as often as the corpus uses it."""
        return self._draws("any", kind, *what).choice(self.labels[kind])

    def _elsewhere(self, span: S, *what: object) -> S:
        """So many words as a span has, in one piece, anywhere in the text."""
        pieces = span.pieces
        inside = sum(bisect_left(self.starts, b) - bisect_left(self.starts, a) for a, b in pieces)
        length = min(max(inside, 1), len(self.words))
        at = self._draws("where", *what).randrange(len(self.words) - length + 1)
        return self._placed(span, ((self.words[at][0], self.words[at + length - 1][1]),))

    def _placed(self, span: S, pieces: Pieces) -> S:
        fragments = pieces if len(pieces) > 1 else ()
        moved = replace(span, start=pieces[0][0], end=pieces[-1][1], fragments=fragments)
        return replace(moved, text=moved.surface(self.text))
