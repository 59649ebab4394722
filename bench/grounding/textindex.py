"""One text, read once, in which any number of strings can be found.

The sequences of words of the text are looked up, never scanned for: finding a string costs about
its length and the number of its places, however long the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from ..model import Pieces
from .folding import ELLIPSIS, QUOTE, Tokens
from .grams import Ints
from .omissions import Chains, Omissions, Range
from .runs import Runs

Precision = Literal["exact", "folded", "fuzzy"]

_OMISSION = re.compile(r"[\[(]\s*(?:…|\.\s?\.\s?\.)[.…]*\s*[\])]|(?:…|\.\s?\.\s?\.)[.…]*")


class Place(NamedTuple):
    """Where a string was found; compares by position.

    Attributes:
        pieces: In characters.
        how: How well the string fits.
        first: The first token.
        last: The last token.
    """

    pieces: Pieces
    how: Precision
    first: int
    last: int

    @property
    def start(self) -> int:
        """The first code point."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """One past the last code point."""
        return self.pieces[-1][1]


class Found:
    """Where a string may stand: places in the order of the text, made when they are looked at.

    Attributes:
        firsts: The first token of each place.
        key: Equal for strings that compete for the same places.
        length: How many tokens the string has.
        inexact: The numbers of the places where the string is not exact, in order.
    """

    def __init__(
        self,
        firsts: Sequence[int],
        place: Callable[[int], Place],
        key: tuple[str, ...],
        length: int,
        inexact: Sequence[int],
    ) -> None:
        self.firsts, self.key, self.length, self.inexact = firsts, key, length, inexact
        self._place = place
        self._made: dict[int, Place] = {}

    def __len__(self) -> int:
        return len(self.firsts)

    def __getitem__(self, i: int) -> Place:
        if i not in self._made:
            self._made[i] = self._place(i)
        return self._made[i]

    def range(self, start: int, stop: int) -> list[Place]:
        """The places from one number to another, as far as there are any."""
        return [self[i] for i in range(max(start, 0), min(stop, len(self)))]

    def split(self) -> tuple[Sequence[int], Sequence[int]]:
        """The numbers of the places where the string is exact, and of the others."""
        if not self.inexact or len(self.inexact) == len(self):
            every = range(len(self))
            return (every, ()) if not self.inexact else ((), every)
        inexact = set(self.inexact)
        return [i for i in range(len(self)) if i not in inexact], self.inexact

    def only(self, places: Iterable[Place], why: str) -> "Found":
        """Some of the places."""
        return Found.of(places, (*self.key, why), self.length)

    @classmethod
    def of(cls, places: Iterable[Place], key: tuple[str, ...], length: int) -> "Found":
        """Places in any order."""
        kept = sorted(set(places))
        inexact = [i for i, place in enumerate(kept) if place.how != "exact"]
        return cls([place.first for place in kept], kept.__getitem__, key, length, inexact)


class _Shape(NamedTuple):
    """What must be kept of a string: how many tokens, and how long the outer ones are."""

    length: int
    head: int
    tail: int


def _shape(ours: Tokens) -> _Shape:
    return _Shape(len(ours), ours.ends[0] - ours.starts[0], ours.ends[-1] - ours.starts[-1])


class TextIndex:
    """The places of strings in one text.

    >>> TextIndex("The minister said: “We won’t  go.”").find("we won't go").range(0, 9)
    [Place(pieces=((20, 32),), how='folded', first=5, last=9)]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens(text)
        self._found: dict[str, Found] = {}
        self._runs = Runs(self.tokens)

    def find(self, string: str) -> Found:
        """Every place where a string stands, by the first of these that finds any.

        1. Its tokens one after the other (`bench.grounding.folding` says what they pass over).
        2. The same without quotation marks and ellipses at its ends.
        3. Where it marks omissions ("…", "...", "[…]"), its pieces in order, near each other.
        4. All of its words in order, where it is long and few words of the text are left out.
        """
        if string not in self._found:
            self._found[string] = self._find(string)
        return self._found[string]

    def stands(self, key: str) -> Ints:
        """The tokens at which a string begins whatever its case, given by its keys."""
        return self._runs.stands(key)

    def token(self, at: int) -> int:
        """The first token that begins at a character or after it."""
        return bisect_left(self.tokens.starts, at)

    def sentences(self, pieces: Pieces) -> range:
        """The numbers of the sentences that a span touches."""
        if not self.tokens.starts:
            return range(0)
        first = min(self.token(pieces[0][0]), len(self.tokens) - 1)
        return self._numbers(first, max(self.token(pieces[-1][1]) - 1, first))

    def within(self, found: Found, sentence: int, most: int) -> list[Place]:
        """The first places that touch a sentence."""
        numbers = self.tokens.sentence
        low = bisect_left(found.firsts, bisect_left(numbers, sentence))
        high = bisect_left(found.firsts, bisect_right(numbers, sentence))
        # The one before may reach into it.
        places = found.range(low - 1, min(high, low + most))
        return [place for place in places if sentence in self.touched(place)]

    def touched(self, place: Place) -> range:
        """The numbers of the sentences that a place touches."""
        return self._numbers(place.first, place.last)

    def _numbers(self, first: int, last: int) -> range:
        numbers = self.tokens.sentence
        return range(numbers[first], numbers[last] + 1)

    def _find(self, string: str) -> Found:
        ours = Tokens(string)
        key, length = (" ".join(ours.keys),), len(ours)
        firsts, unlike = self._runs.find(ours)
        if firsts:
            shape = _shape(ours)
            inexact = self._inexact(ours, shape, firsts, unlike)
            return Found(
                firsts, lambda i: self._run(firsts[i], shape, string), key, length, inexact
            )
        split = _OMISSION.split(string)
        bare = map(_bare, map(Tokens, split) if len(split) > 1 else (ours,))
        parts = [part for part in bare if len(part)]
        if len(parts) != 1:
            return Found.of(self._apart(parts), key, length)
        firsts, _ = self._runs.find(parts[0])
        if firsts:
            shape = _shape(parts[0])
            every = range(len(firsts))
            return Found(firsts, lambda i: self._run(firsts[i], shape), key, length, every)
        return Found.of(map(self._stretch, self._omissions.find(parts[0])), key, length)

    def _inexact(
        self, ours: Tokens, shape: _Shape, firsts: Sequence[int], unlike: Sequence[int]
    ) -> Sequence[int]:
        """The numbers of the runs that are not as the string is written."""
        if ours.starts[0] or ours.ends[-1] < len(ours.text):
            return range(len(firsts))
        if self._nests:
            # Of a run of quotation marks only some may be meant.
            unlike = [at for at in unlike if self._run(at, shape, ours.text).how != "exact"]
        return [bisect_left(firsts, at) for at in unlike]

    def _apart(self, parts: Sequence[Tokens]) -> Iterator[Place]:
        """The places of a string of several parts."""
        runs = []
        for part in parts:
            firsts, _ = self._runs.find(part)
            if not firsts:
                return
            runs.append((firsts, len(part)))
        if runs:
            shapes = list(map(_shape, parts))
            for chain in self._chains.find(runs):
                yield self._chained(chain, shapes)

    def _run(self, first: int, shape: _Shape, string: str | None = None) -> Place:
        """The place of a string's tokens, one after the other."""
        start, end = self._piece(first, shape)
        how: Precision = "exact" if self.text[start:end] == string else "folded"
        return Place(((start, end),), how, first, first + shape.length - 1)

    def _chained(self, chain: Sequence[Range], shapes: Sequence[_Shape]) -> Place:
        """The place of the parts of a string; those with no word between them are one."""
        pieces: list[tuple[int, int]] = []
        before = 0
        for (first, stop), shape in zip(chain, shapes, strict=True):
            start, end = self._piece(first, shape)
            if pieces and not any(self.tokens.words[before:first]):
                start = pieces.pop()[0]
            pieces.append((start, end))
            before = stop
        return Place(tuple(pieces), "fuzzy", chain[0][0], before - 1)

    def _stretch(self, ranges: Sequence[Range]) -> Place:
        """The place of ranges of tokens that are no run of a string's."""
        starts, ends = self.tokens.starts, self.tokens.ends
        pieces = tuple((starts[first], ends[stop - 1]) for first, stop in ranges)
        return Place(pieces, "fuzzy", ranges[0][0], ranges[-1][1] - 1)

    @cached_property
    def _omissions(self) -> Omissions:
        return Omissions(self.tokens)

    @cached_property
    def _chains(self) -> Chains:
        return Chains(self.tokens)

    def _piece(self, first: int, shape: _Shape) -> tuple[int, int]:
        """A run in characters; of a run of quotation marks only as many as the string has."""
        tokens, last = self.tokens, first + shape.length - 1
        start, end = tokens.starts[first], tokens.ends[last]
        if first in self._nests:
            start = max(start, tokens.ends[first] - shape.head)
        if last in self._nests:
            end = min(end, max(tokens.starts[last], start) + shape.tail)
        return start, end

    @cached_property
    def _nests(self) -> frozenset[int]:
        """The tokens that are two quotation marks of two quotations, not one typed as two."""
        tokens = self.tokens
        return frozenset(
            i
            for i in tokens.marks
            if tokens.raw[i] == QUOTE and len({*tokens.text[tokens.starts[i] : tokens.ends[i]]}) > 1
        )


_MARKS = frozenset({QUOTE, ELLIPSIS})


def _bare(part: Tokens) -> Tokens:
    """A string without the quotation marks and ellipses at its ends."""
    kept = [i for i, raw in enumerate(part.raw) if raw not in _MARKS]
    if len(kept) == len(part):
        return part
    return Tokens(part.text[part.starts[kept[0]] : part.ends[kept[-1]]] if kept else "")
