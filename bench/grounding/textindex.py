"""One text, read once, in which any number of strings can be found.

The sequences of words of the text are looked up, never scanned for: finding a string costs about
its length and the number of its places, however long the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Literal, NamedTuple

from ..model import Pieces
from .folding import ELLIPSIS, QUOTE, Tokens, same_case
from .grams import SIZES, Grams
from .omissions import Omissions, Range, chains

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
    """

    def __init__(
        self,
        firsts: Sequence[int],
        place: Callable[[int], Place],
        key: tuple[str, ...],
        length: int,
    ) -> None:
        self.firsts, self.key, self.length = firsts, key, length
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

    def only(self, places: Iterable[Place], why: str) -> "Found":
        """Some of the places."""
        return Found.of(places, (*self.key, why), self.length)

    @classmethod
    def of(cls, places: Iterable[Place], key: tuple[str, ...], length: int) -> "Found":
        """Places in any order."""
        kept = sorted(set(places))
        return cls([place.first for place in kept], kept.__getitem__, key, length)


class _Shape(NamedTuple):
    """What must be kept of a string: how many tokens, and how long the outer ones are."""

    length: int
    head: int
    tail: int

    @classmethod
    def of(cls, ours: Tokens) -> "_Shape":
        return cls(len(ours), ours.ends[0] - ours.starts[0], ours.ends[-1] - ours.starts[-1])


class TextIndex:
    """The places of strings in one text.

    >>> TextIndex("The minister said: “We won’t  go.”").find("we won't go").range(0, 9)
    [Place(pieces=((20, 32),), how='folded', first=5, last=9)]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens(text)
        self._found: dict[str, Found] = {}
        self._parts: dict[str, list[Range]] = {}
        self._grams = Grams(self.tokens.keys)

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
        runs = self._runs(ours)
        if runs:
            shape = _Shape.of(ours)
            return Found(runs, lambda i: self._run(runs[i], shape, string), key, length)
        bare = [_bare(Tokens(part)) for part in _OMISSION.split(string)]
        parts = [part for part in bare if len(part)]
        return Found.of(self._approximate(parts), key, length)

    def _approximate(self, parts: Sequence[Tokens]) -> Iterable[Place]:
        if len(parts) == 1:
            return self._alone(parts[0])
        ranges = list(takewhile(bool, map(self._ranges, parts)))
        if len(ranges) < max(len(parts), 1):
            return ()
        return (self._chained(chain, parts) for chain in chains(self.tokens, ranges))

    def _alone(self, part: Tokens) -> Iterable[Place]:
        ranges = self._ranges(part)
        if not ranges:
            return map(self._stretch, self._omissions.find(part))
        shape = _Shape.of(part)
        return (self._run(first, shape) for first, _ in ranges)

    def _ranges(self, part: Tokens) -> list[Range]:
        """Where a part of a string stands, kept since others may have the same."""
        if part.text not in self._parts:
            self._parts[part.text] = [(at, at + len(part)) for at in self._runs(part)]
        return self._parts[part.text]

    def _run(self, first: int, shape: _Shape, string: str | None = None) -> Place:
        """The place of a string's tokens, one after the other."""
        start, end = self._piece(first, shape)
        how: Precision = "exact" if self.text[start:end] == string else "folded"
        return Place(((start, end),), how, first, first + shape.length - 1)

    def _chained(self, chain: Sequence[Range], parts: Sequence[Tokens]) -> Place:
        """The place of the parts of a string; those with no word between them are one."""
        pieces: list[tuple[int, int]] = []
        before = 0
        for (first, stop), part in zip(chain, parts, strict=True):
            start, end = self._piece(first, _Shape.of(part))
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

    def _runs(self, ours: Tokens) -> list[int]:
        """Where the tokens of a string follow one another and begin and end with words."""
        tokens, size = self.tokens, len(ours)
        joints, raw = tokens.joints, tokens.raw
        starts = self._starts(ours.keys)
        if joints:
            starts = [at for at in starts if at not in joints and at + size not in joints]
        # "1.5" is not in "at 1. 5 people", nor "-5" in "10-5".
        for j, one in enumerate(ours.raw):
            if j and one[0].isdigit():
                starts = [at for at in starts if (at + j in joints) == (j in ours.joints)]
        first = ours.raw[0] if ours.raw else ""
        return [
            at
            for at in starts
            if (raw[at] == first and (size == 1 or raw[at : at + size] == ours.raw))
            or all(same_case(tokens, at + j, ours, j) for j in range(size))
        ]

    def _piece(self, first: int, shape: _Shape) -> tuple[int, int]:
        """A run in characters; of a run of quotation marks only as many as the string has."""
        tokens, last = self.tokens, first + shape.length - 1
        start, end = tokens.starts[first], tokens.ends[last]
        if not tokens.words[first] and self._nests(first):
            start = max(start, tokens.ends[first] - shape.head)
        if not tokens.words[last] and self._nests(last):
            end = min(end, max(tokens.starts[last], start) + shape.tail)
        return start, end

    def _nests(self, i: int) -> bool:
        """Whether a token is two quotation marks of two quotations, not one typed as two."""
        tokens = self.tokens
        return tokens.raw[i] == QUOTE and len({*tokens.text[tokens.starts[i] : tokens.ends[i]]}) > 1

    def _starts(self, keys: Sequence[str]) -> list[int]:
        """The tokens at which a sequence of keys begins."""
        if not keys:
            return []
        length = len(keys)
        size = next(size for size in SIZES if size <= length)
        names = self._grams.names(keys, size)
        rarest: list[tuple[int, int, int]] = []
        for i in (*range(0, length - size, size), length - size):
            name = names[i]
            if name is None:
                return []
            rarest.append((self._grams.count(name, size), i, name))
        _, offset, name = min(rarest)
        begins = self._grams.places(name, size)
        if offset:
            begins = [i - offset for i in begins]
        if length > size:
            theirs = self.tokens.keys
            begins = [i for i in begins if i >= 0 and theirs[i : i + length] == keys]
        return begins


_MARKS = frozenset({QUOTE, ELLIPSIS})


def _bare(part: Tokens) -> Tokens:
    """A string without the quotation marks and ellipses at its ends."""
    kept = [i for i, raw in enumerate(part.raw) if raw not in _MARKS]
    if len(kept) == len(part):
        return part
    return Tokens(part.text[part.starts[kept[0]] : part.ends[kept[-1]]] if kept else "")
