"""One text, read once, in which any number of strings can be found.

`TextIndex.find` tries in this order and stops at the first that finds anything:

1. the tokens of the string one after the other (see `bench.folding` for what tokens pass over);
2. the same without quotation marks and ellipses at the ends of the string;
3. where the string marks omissions ("…", "...", "[…]"), its pieces in order, near each other;
4. for strings of at least `MIN_WORDS` words, a stretch of text that holds all of them in order and
   at least `KEPT` of whose words they are. Nothing else than omission is forgiven, and what
   `Tokens.fixed` names is never omitted. Punctuation is passed over. Where the text interrupts a
   quotation (closing mark, a few words, opening mark), the string may do without the interruption:
   the place then has fragments.

The grams of the text are looked up, never scanned for: finding costs about the length of the string
and the number of its occurrences, however long the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from .folding import ELLIPSIS, NEGATIONS, QUOTE, Tokens, same_case
from .model import Pieces

Precision = Literal["exact", "folded", "fuzzy"]

MIN_WORDS = 8
"""Strings of fewer words are never found by omission."""
KEPT = 0.85
"""The least share of the words of a stretch of text that a string found by omission must hold."""
MAX_GAP = 60
"""The most words that an ellipsis in a string stands for."""
MAX_INTERRUPTION = 20
"""The most words between two parts of one quotation: "said the minister, who …"."""

_GRAM = 4  # With `KEPT` as it is, any string found by omission has four words in a row right.
_CANDIDATES = 256  # So many places of the rarest gram are looked at, where a text repeats itself.

_OMISSION = re.compile(r"[\[(]?\s*(?:…|\.\s?\.\s?\.)[.…]*\s*[\])]?")


class Place(NamedTuple):
    """Where a string was found, in characters; compares by position."""

    pieces: Pieces
    how: Precision

    @property
    def start(self) -> int:
        """The first code point."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """One past the last code point."""
        return self.pieces[-1][1]


class Found(NamedTuple):
    """All places of a string in the order of the text, and the tokens it is long."""

    places: tuple[Place, ...]
    length: int


class TextIndex:
    """The places of strings in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens(text)
        self._found: dict[str, Found] = {}
        self._grams: dict[int, dict[tuple[str, ...], list[int]]] = {}

    def find(self, string: str) -> Found:
        """Every place where a string stands."""
        if string not in self._found:
            self._found[string] = self._find(string)
        return self._found[string]

    def token(self, at: int) -> int:
        """The first token that begins at a character or after it."""
        return bisect_left(self.tokens.starts, at)

    def sentences(self, pieces: Pieces) -> range:
        """The numbers of the sentences that a span touches."""
        numbers = self.tokens.sentence
        if not numbers:
            return range(0)
        last = len(numbers) - 1
        first = min(self.token(pieces[0][0]), last)
        return range(numbers[first], numbers[min(max(self.token(pieces[-1][1]) - 1, first), last)] + 1)

    def _find(self, string: str) -> Found:
        ours = Tokens(string)
        places = [
            Place((piece,), "exact" if self.text[piece[0] : piece[1]] == string else "folded")
            for piece in self._runs(ours)
        ]
        if not places:
            parts = [part for part in map(_bare, _OMISSION.split(string)) if len(part)]
            if len(parts) == 1:
                places = [Place((piece,), "folded") for piece in self._runs(parts[0])]
            elif parts:
                places = self._pieced(parts)
            if len(parts) == 1 and not places:
                places = _best(self._shortened(parts[0]))
        return Found(tuple(sorted(set(places))), len(ours))

    def _runs(self, ours: Tokens) -> list[tuple[int, int]]:
        """The places of tokens one after the other, as characters, in order."""
        tokens, size, found = self.tokens, len(ours), []
        for at in self._starts(ours.keys):
            if at in tokens.joints or at + size in tokens.joints:
                continue
            if tokens.raw[at : at + size] != ours.raw and not all(
                same_case(tokens, at + j, ours, j) for j in range(size)
            ):
                continue
            found.append((self._begin(at, ours), self._end(at, ours)))
        return found

    def _begin(self, at: int, ours: Tokens) -> int:
        """The first character; of a longer run of quotation marks only as many as the string has."""
        start, end = self.tokens.starts[at], self.tokens.ends[at]
        return start if self.tokens.words[at] else max(start, end - ours.ends[0] + ours.starts[0])

    def _end(self, at: int, ours: Tokens) -> int:
        last = at + len(ours) - 1
        start, end = self.tokens.starts[last], self.tokens.ends[last]
        return end if self.tokens.words[last] else min(end, start + ours.ends[-1] - ours.starts[-1])

    def _starts(self, keys: Sequence[str]) -> list[int]:
        """The tokens at which a sequence of keys begins."""
        if not keys:
            return []
        size = min(len(keys), _GRAM)
        grams = self._index(size)
        rarest: list[int] | None = None
        offset = 0
        for i in (*range(0, len(keys) - size, size), len(keys) - size):
            places = grams.get(tuple(keys[i : i + size]), [])
            if rarest is None or len(places) < len(rarest):
                rarest, offset = places, i
            if not places:
                return []
        theirs, length = self.tokens.keys, len(keys)
        return [
            at - offset
            for at in rarest or ()
            if length == size or (at >= offset and theirs[at - offset : at - offset + length] == keys)
        ]

    def _index(self, size: int) -> dict[tuple[str, ...], list[int]]:
        """Where each sequence of so many tokens begins."""
        if size not in self._grams:
            self._grams[size] = _grams(self.tokens.keys, size)
        return self._grams[size]

    def _pieced(self, parts: Sequence[Tokens]) -> list[Place]:
        """The ways to find all parts in order, each as near as can be to the rarest."""
        runs = [self._runs(part) for part in parts]
        if not all(runs):
            return []
        pivot = min(range(len(runs)), key=lambda i: len(runs[i]))
        places = []
        for run in runs[pivot][:_CANDIDATES]:
            chain: list[tuple[int, int]] | None = [run]
            for later in runs[pivot + 1 :]:
                i = bisect_left(later, (chain[-1][1], 0))
                chain.append(later[i] if i < len(later) else (-1, -1))
            for earlier in reversed(runs[:pivot]):
                before = [run for run in earlier[: bisect_left(earlier, chain[0])]]
                i = len(before) - 1
                chain.insert(0, before[i])
            places.append(chain)
        return []
