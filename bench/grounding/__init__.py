"""Strings to spans: predictions without offsets, as language models give them.

`ground` gives every span that has only a string the place where that string stands in the text.
`textindex` says what counts as standing there, `placing` who gets which place where a
string stands in several. The arguments of an event then take the place nearest to its trigger, the
source and the cue of a quote that nearest to its content but outside of it, those of the same
sentence first. Arguments of different events, sources and cues may share a place.

A span's ``sentence``, in the meta of the document under the span's path or that of the item it
belongs to (``events[0].arguments[1].sentence``), limits it to the places inside that sentence. That
is where unknown fields of predictions are kept: a model may be asked for ``sentence`` beside the
string.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple, get_args

from msgspec.structs import replace

from ..model import LAYERS, Document, Layer, Mention, Pieces, Quote, Span
from .nearness import Around
from .placing import Head, Scope
from .textindex import Found, Place, TextIndex

How = Literal["exact", "folded", "fuzzy", "ambiguous", "not found"]
HOWS: tuple[How, ...] = get_args(How)

_TELLING = 32
"""What stands in more places than this does not say which of several events is meant."""
_AROUND = 2
"""So many places on each side are compared beyond those that may be taken."""

_Part = tuple[str, Span]


class Grounding(NamedTuple):
    """What became of one string.

    Attributes:
        path: The JSON path of its span.
        string: As predicted; the grounded span has the surface of the text instead.
        how: Exactly there; there but for typography or case; with words of the text left out;
            there in several free places, of which it got the first for want of context; or not
            there, or in no place that is free.
    """

    path: str
    string: str
    how: How


@dataclass(frozen=True)
class Grounded:
    """A document whose strings were looked for.

    Attributes:
        document: With offsets on every span that could be found.
        report: A row for each span that had none, in the order of the document.
    """

    document: Document
    report: tuple[Grounding, ...]

    @cached_property
    def counts(self) -> Mapping[Layer, Mapping[How, int]]:
        """How many strings of each layer were grounded in each way."""
        counted = Counter((row.path[2:].partition("[")[0], row.how) for row in self.report)
        return {layer: {how: counted[layer, how] for how in HOWS} for layer in LAYERS}

    @property
    def missing(self) -> tuple[Grounding, ...]:
        """What could not be grounded: it stays without offsets, and is scored as spurious."""
        return tuple(row for row in self.report if row.how == "not found")


META = "grounding"
"""Where a grounded document keeps how many of its strings were found in which way."""


def with_offsets(document: Document, text: str) -> Document:
    """A document with offsets on all spans that can be found, and the counts in its ``meta``.

    A document whose spans all have offsets is returned as it is.
    """
    found = ground(document, text)
    if not found.report:
        return document
    counts = dict(Counter(row.how for row in found.report))
    return replace(found.document, meta={**document.meta, META: counts})


def ground(document: Document, text: str) -> Grounded:
    """Give offsets to the spans of a document that have only a string.

    Spans with offsets stay as they are, and keep their places.

    Args:
        document: A prediction.
        text: The text it is about.

    >>> from bench import Actor, Document, Mention
    >>> osei = Actor(type="PER", mentions=(Mention(text="Osei"), Mention(text="Ossei")))
    >>> found = ground(Document(id="1", actors=(osei,)), "We met Osei.")
    >>> found.document.actors[0].mentions[0]
    Mention(start=7, end=11, text='Osei', fragments=(), level=None)
    >>> found.missing
    (Grounding(path='$.actors[0].mentions[1]', string='Ossei', how='not found'),)
    """
    todo = [(path, span) for path, span in document.spans() if _lacks(span)]
    if not todo:
        return Grounded(document, ())
    work = _Work(document, text)
    work.actors()
    work.events()
    work.quotes()
    report = tuple(Grounding(path, span.text or "", work.how(path)) for path, span in todo)
    return Grounded(work.grounded(), report)


def _lacks(span: Span) -> bool:
    """Whether a span has no offset at all; half a pair is a fault for others to report."""
    return span.start is None and span.end is None and not span.fragments


class _Work:
    """One document on its way."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.index = TextIndex(text)
        self.chosen: dict[str, Place] = {}
        self.unsure: set[str] = set()
        self._named: dict[str, Found] = {}
        self._limited: dict[Hashable, Found] = {}
        self._holding: dict[int, frozenset[int]] = {}
        self._sentences = {
            f"$.{path.removesuffix('.sentence')}": sentence
            for path, sentence in document.meta.items()
            if path.endswith(".sentence") and isinstance(sentence, str)
        }

    def how(self, path: str) -> How:
        """What became of a span that lacked offsets."""
        if path in self.unsure:
            return "ambiguous"
        return self.chosen[path].how if path in self.chosen else "not found"

    def actors(self) -> None:
        """Place all mentions, each somewhere else."""
        heads, given = [], []
        for i, actor in enumerate(self.document.actors or ()):
            for j, mention in enumerate(actor.mentions):
                path = f"$.actors[{i}].mentions[{j}]"
                if _lacks(mention):
                    twin = (i, mention)
                    heads.append(Head(path, self._find(path, mention), twin, owner=i, number=j))
                elif mention.pieces:
                    given.append((mention.pieces, i, j))
        self._place(heads, given)

    def events(self) -> None:
        """Place triggers, those of one type each somewhere else, then arguments by them."""
        by_type: dict[str, list[tuple[_Part, Sequence[_Part], Hashable]]] = defaultdict(list)
        for i, event in enumerate(self.document.events or ()):
            path = f"$.events[{i}]"
            parts = [(f"{path}.arguments[{j}]", one) for j, one in enumerate(event.arguments)]
            by_type[event.type].append(((f"{path}.trigger", event.trigger), parts, event))
        for items in by_type.values():
            self._heads(items)
        for i, event in enumerate(self.document.events or ()):
            roles: dict[tuple[str, str | None, str | None], list[str]] = defaultdict(list)
            taken: dict[str, set[Pieces]] = defaultdict(set)
            for j, argument in enumerate(event.arguments):
                path = f"$.events[{i}].arguments[{j}]"
                if _lacks(argument):
                    key = (argument.role, argument.text, self._sentence(path))
                    roles[key].append(path)
                else:
                    taken[argument.role].add(argument.pieces)
            around = Around(self.index, self._pieces(f"$.events[{i}].trigger", event.trigger))
            for (role, text, _), paths in roles.items():
                found = self._find(paths[0], Span(text=text))
                self._beside(paths, found, around, taken[role])

    def quotes(self) -> None:
        """Place contents, each somewhere else, then sources and cues by them."""
        quotes = self.document.quotes or ()
        self._heads([
            ((f"$.quotes[{i}].content", quote.content), _parts(i, quote), quote)
            for i, quote in enumerate(quotes)
        ])  # fmt: skip
        around = [
            self._pieces(f"$.quotes[{i}].content", quote.content) for i, quote in enumerate(quotes)
        ]
        taken: dict[str, set[Pieces]] = defaultdict(set)
        for i, quote in enumerate(quotes):
            for path, span in _parts(i, quote):
                taken[path.rpartition(".")[2]].add(span.pieces)
        for i in sorted(range(len(quotes)), key=lambda i: (around[i], i)):
            content = Around(self.index, around[i])
            for path, span in _parts(i, quotes[i]):
                if _lacks(span):
                    kind = path.rpartition(".")[2]
                    self._of_quote(path, self._find(path, span), content, taken[kind])

    def _heads(self, items: Sequence[tuple[_Part, Sequence[_Part], Hashable]]) -> None:
        """Place what others belong to: triggers, contents."""
        heads, given = [], []
        for (path, span), parts, twin in items:
            if _lacks(span):
                found = self._find(path, span)
                beside = tuple(self._company(parts)) if len(found) > 1 else ()
                heads.append(Head(path, found, twin, beside))
            elif span.pieces:
                given.append((span.pieces, None, 0))
        self._place(heads, given)

    def _place(
        self, heads: Sequence[Head], given: Iterable[tuple[Pieces, int | None, int]]
    ) -> None:
        scope = Scope(self.index)
        scope.keep(given)
        scope.place(heads)
        self.chosen |= scope.chosen
        self.unsure |= scope.unsure

    def _company(self, parts: Sequence[_Part]) -> Iterator[frozenset[int]]:
        """The sentences that hold each part, where they are few."""
        for path, span in parts:
            if _lacks(span):
                found = self._find(path, span)
                if 0 < len(found) <= _TELLING:
                    if id(found) not in self._holding:
                        numbers = map(self.index.tokens.sentence.__getitem__, found.firsts)
                        self._holding[id(found)] = frozenset(numbers)
                    yield self._holding[id(found)]
            elif span.pieces:
                yield frozenset(self.index.sentences(span.pieces))

    def _beside(
        self, paths: Sequence[str], found: Found, around: Around, taken: set[Pieces]
    ) -> None:
        """Give equal arguments of one event the nearest places, each another."""
        if around.pieces:
            near = around.nearest(found, len(paths) + len(taken) + _AROUND)
            places = [place for _, place in near if place.pieces not in taken]
        else:
            most = len(paths) + len(taken) + 1
            places = [place for place in found.range(0, most) if place.pieces not in taken]
        for path, place in zip(paths, places, strict=False):
            self.chosen[path] = place
            taken.add(place.pieces)
            if not around.pieces and len(places) > len(paths):
                self.unsure.add(path)

    def _of_quote(self, path: str, found: Found, around: Around, taken: set[Pieces]) -> None:
        """Give a source or a cue the nearest place outside of the content."""
        if not len(found):
            return
        near = around.nearest(found, 1 + _AROUND)
        # What is at some distance cannot overlap.
        outside = [pair for pair in near if pair[0][-1] or not around.overlaps(pair[1])]
        if outside:
            # Another quote's is passed over only for one in the sentence of this one.
            free = [place for rank, place in outside if not rank[0] and place.pieces not in taken]
            self.chosen[path] = free[0] if free else outside[0][1]
        else:
            self.chosen[path] = found[0]
            if len(found) > 1:
                self.unsure.add(path)
        taken.add(self.chosen[path].pieces)

    def _find(self, path: str, span: Span) -> Found:
        """The places of a span's string that its sentence and its level allow."""
        found = self.index.find(span.text or "")
        if not len(found):
            return found
        if isinstance(span, Mention) and span.level == "NAM" and found.length == 1:
            found = self._only_named(found, span.text or "")
        sentence = self._sentence(path) if self._sentences else None
        if sentence is None:
            return found
        if (found.key, span.text, sentence) not in self._limited:
            self._limited[found.key, span.text, sentence] = self._inside(found, sentence)
        return self._limited[found.key, span.text, sentence]

    def _inside(self, found: Found, sentence: str) -> Found:
        """The places within a sentence; all of them where it is not in the text or holds none."""
        stands = self.index.find(sentence)
        places = stands.range(0, len(stands))
        starts = [place.start for place in places]
        # How far one that begins at a character or before it reaches.
        reach = [0, *accumulate((place.end for place in places), max)]
        inside: list[Place] = []
        done = 0
        for around in places:
            # Where sentences overlap, what is in both is looked at once.
            low = max(bisect_left(found.firsts, around.first), done)
            done = bisect_right(found.firsts, around.last)
            inside += [
                place
                for place in found.range(low, done)
                if place.end <= reach[bisect_right(starts, place.start)]
            ]
        return found.only(inside, sentence) if inside else found

    def _only_named(self, found: Found, name: str) -> Found:
        """Without the places where a name of one word is a common noun: "Turkey", "turkey"."""
        if name not in self._named:
            raw = self.index.tokens.raw
            kept = [i for i, first in enumerate(found.firsts) if raw[first][0].isupper()]
            all_fit = len(kept) == len(found) or not name[:1].isupper()
            self._named[name] = found if all_fit else found.only((found[i] for i in kept), "named")
        return self._named[name]

    def _sentence(self, path: str) -> str | None:
        """The sentence that a span or the item around it is said to stand in."""
        while self._sentences and path != "$":
            if path in self._sentences:
                return self._sentences[path]
            path = path.rpartition(".")[0]
        return None

    def _pieces(self, path: str, span: Span) -> Pieces:
        return self.chosen[path].pieces if path in self.chosen else span.pieces

    def grounded(self) -> Document:
        """The document with what was found."""
        return self.document.mapped(self._span)

    def _span(self, path: str, span: Span) -> Span:
        place = self.chosen.get(path)
        if place is None:
            return span
        text, pieces = self.index.text, place.pieces
        return replace(
            span,
            start=place.start,
            end=place.end,
            text=" ".join([text[start:end] for start, end in pieces]),
            fragments=pieces if len(pieces) > 1 else (),
        )


def _parts(i: int, quote: Quote) -> list[_Part]:
    """The source and the cue of a quote, where it has them."""
    parts = ((f"$.quotes[{i}].source", quote.source), (f"$.quotes[{i}].cue", quote.cue))
    return [(path, span) for path, span in parts if span is not None]
