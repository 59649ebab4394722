"""Finding a string that leaves out some of the text: where it says so, or by a few words.

Nothing but omission is forgiven: every word of the string stands in the text, in the same order.
What `Tokens.fixed` names (numbers, negations, symbols, proper names) is left out only where the
string marks it ("…"), or where the text interrupts a quotation to say who speaks; the place then
has fragments that do not hold it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..model import Pieces
from .folding import QUOTE, SINGLE_QUOTES, Tokens, same_case
from .grams import Grams

MIN_WORDS = 8
"""Strings of fewer words are never found with unmarked omissions."""
KEPT = 0.85
"""The least share of the words of a stretch of text that such a string must hold."""
MAX_GAP = 60
"""The most words that an ellipsis in a string may stand for."""
MAX_INTERRUPTION = 20
"""The most words of the text between two parts of one quotation: ',” the minister said, “'."""
CANDIDATES = 64
"""So many places are tried for a string, those of its rarest words first."""
_COMMON = 4
"""Of any string that `KEPT` lets pass, so many words in a row stand in the text."""

_SHORT = 3  # A piece of fewer words is told by its sentence only.
_PUNCTUATION = frozenset(",.;:!?…-")
_ENDS = frozenset({QUOTE, *".!?"})

Range = tuple[int, int]


class Chains:
    """The words of a text, ready to find strings that mark what they leave out."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._known: dict[tuple[Range, int, bool], Range | None] = {}

    def find(self, runs: Sequence[tuple[Sequence[int], int]]) -> Iterator[tuple[Range, ...]]:
        """The ways to choose one range of tokens for each piece, in order and near each other.

        Args:
            runs: Where each piece of a string begins, and how many tokens it has.
        """
        pivot = min(range(len(runs)), key=lambda i: len(runs[i][0]))
        firsts, length = runs[pivot]
        for first in firsts[:CANDIDATES]:
            run = (first, first + length)
            before = self._chain(run, runs[:pivot][::-1], ahead=False)
            if len(before) == pivot:
                after = self._chain(run, runs[pivot + 1 :], ahead=True)
                if pivot + 1 + len(after) == len(runs):
                    yield (*before[::-1], run, *after)

    def _chain(
        self, run: Range, pieces: Sequence[tuple[Sequence[int], int]], *, ahead: bool
    ) -> list[Range]:
        """From a range of tokens on, the nearest of each piece, as far as one is near."""
        chain: list[Range] = []
        for firsts, size in pieces:
            step = (run, id(firsts), ahead)
            if step not in self._known:
                self._known[step] = self._next(run, firsts, size, ahead=ahead)
            following = self._known[step]
            if following is None:
                break
            chain.append(run := following)
        return chain

    def _next(self, run: Range, firsts: Sequence[int], size: int, *, ahead: bool) -> Range | None:
        i = bisect_left(firsts, run[1]) if ahead else bisect_right(firsts, run[0] - size) - 1
        if not 0 <= i < len(firsts):
            return None
        other = (firsts[i], firsts[i] + size)
        near = self._may_skip(run, other) if ahead else self._may_skip(other, run)
        return other if near else None

    def _may_skip(self, before: Range, after: Range) -> bool:
        """Whether an ellipsis may stand for the text between two ranges of tokens."""
        tokens, gap = self.tokens, range(before[1], after[0])
        if len(gap) > 3 * MAX_GAP or tokens.words.count(1, before[1], after[0]) > MAX_GAP:
            return False
        shortest = min(tokens.words.count(1, start, stop) for start, stop in (before, after))
        if shortest < _SHORT and tokens.sentence[before[1] - 1] != tokens.sentence[after[0]]:
            return False
        # "We will … attack" is not what "We will not attack" says.
        elsewhere = any(tokens.raw[i] in _ENDS and i not in tokens.joints for i in gap)
        return elsewhere or not any(map(tokens.negates, gap))


class _Walk(NamedTuple):
    """One way from a common gram to an end of the string."""

    at: int
    omitted: int
    cuts: tuple[tuple[int, int, int], ...]


class Omissions:
    """The words of a text, ready to find strings that leave out a few of them."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._words = tokens.content
        self._keys = list(map(tokens.keys.__getitem__, tokens.content))
        self._grams = Grams(self._keys)

    def find(self, ours: Tokens) -> list[Pieces]:
        """The places that leave out the fewest words, as ranges of tokens."""
        mine = [ours.keys[i] for i in ours.content]
        if len(mine) < MIN_WORDS or not all(map(self._grams.has, mine)):
            return []
        spare = int(len(mine) / KEPT + 1e-9) - len(mine)
        found: dict[Pieces, int] = {}
        for i, at in self._anchors(mine):
            after = self._walk(ours, mine, (i, at), 1, spare)
            before = after and self._walk(ours, mine, (i - 1, at - 1), -1, spare - after.omitted)
            if after and before:
                pieces = self._pieces(ours, before, after)
                if not self._cuts_word(pieces):
                    found.setdefault(pieces, before.omitted + after.omitted)
        least = min(found.values(), default=0)
        return [pieces for pieces, omitted in found.items() if omitted == least]

    def _anchors(self, mine: Sequence[str]) -> list[Range]:
        """Where stretches that string and text have in common begin, in both."""
        hits: set[Range] = set()
        common = self._grams.windows(mine, _COMMON)
        for i in sorted(range(len(common)), key=lambda i: len(common[i])):
            hits |= {(i, at) for at in common[i][:CANDIDATES]}
            if len(hits) >= CANDIDATES:
                break
        return sorted((i, at) for i, at in hits if (i - 1, at - 1) not in hits)

    def _walk(
        self, ours: Tokens, mine: Sequence[str], anchor: Range, step: int, spare: int
    ) -> _Walk | None:
        """Match the string word by word, leaving out words of the text where it must.

        To match as soon as possible is best: a word left out here, matched later, leaves out more.
        """
        i, at = anchor
        words, keys, content, jumps = self._words, self._keys, ours.content, self._jumps[step]
        theirs, raw = self.tokens.raw, ours.raw
        omitted, cuts = 0, []
        while 0 <= i < len(mine):
            if not 0 <= at < len(words):
                return None
            token = words[at]
            if keys[at] == mine[i] and (
                theirs[token] == raw[content[i]] or same_case(self.tokens, token, ours, content[i])
            ):
                i += step
            elif (landing := jumps.get(at)) is not None:
                cuts.append((i, at, landing) if step > 0 else (i + 1, landing + 1, at + 1))
                at = landing
                continue
            elif omitted < spare and not self.tokens.fixed(token):
                omitted += 1
            else:
                return None
            at += step
        return _Walk(at, omitted, tuple(cuts))

    def _pieces(self, ours: Tokens, before: _Walk, after: _Walk) -> Pieces:
        """The ranges of tokens, with the punctuation around them that the string has too."""
        cuts = [*reversed(before.cuts), *after.cuts]
        starts = [(0, before.at + 1), *((i, landing) for i, _, landing in cuts)]
        stops = [*((i, at) for i, at, _ in cuts), (len(ours.content), after.at)]
        pieces = []
        for (i, first), (j, stop) in zip(starts, stops, strict=True):
            begin, end = self._words[first], self._words[stop - 1] + 1
            begin -= self._also(ours, begin - 1, ours.content[i] - 1, -1)
            end += self._also(ours, end, ours.content[j - 1] + 1, 1)
            pieces.append((begin, end))
        return tuple(pieces)

    def _also(self, ours: Tokens, at: int, i: int, step: int) -> int:
        """How many tokens of punctuation from here on the text and the string share."""
        theirs, count = self.tokens, 0
        while (
            0 <= at < len(theirs)
            and 0 <= i < len(ours)
            and theirs.raw[at] == ours.raw[i]
            and not theirs.words[at]
        ):
            at, i, count = at + step, i + step, count + 1
        return count

    def _cuts_word(self, pieces: Pieces) -> bool:
        return any(edge in self.tokens.joints for piece in pieces for edge in piece)

    @cached_property
    def _jumps(self) -> Mapping[int, Mapping[int, int]]:
        """From the first word of an interruption to the word after it, and backwards."""
        ahead: dict[int, int] = {}
        closed: int | None = None
        for mark in self._marks():
            if self._closes(mark):
                closed = mark
                continue
            if closed is not None and self._opens(mark):
                first, landing = bisect_left(self._words, closed), bisect_left(self._words, mark)
                said = range(closed, mark)
                if 0 < landing - first <= MAX_INTERRUPTION and not any(
                    map(self.tokens.negates, said)
                ):
                    ahead[first] = landing
            closed = None
        return {1: ahead, -1: {landing - 1: first - 1 for first, landing in ahead.items()}}

    def _marks(self) -> Iterator[int]:
        """Quotation marks; an apostrophe within or at the end of a word is none."""
        for i in self.tokens.marks:
            if self.tokens.raw[i] == QUOTE and (
                self.tokens.text[self.tokens.starts[i]] not in SINGLE_QUOTES
                or self._closes(i)
                or self._opens(i)
            ):
                yield i

    def _closes(self, i: int) -> bool:
        """Whether a quotation ends here as it does before "he said": by punctuation."""
        around = {*self.tokens.raw[max(i - 1, 0) : i], *self.tokens.raw[i + 1 : i + 2]}
        after = i + 1 < len(self.tokens) and self.tokens.words[i + 1]
        apart = not (after and self.tokens.adjacent(i + 1))
        return self.tokens.adjacent(i) and apart and not _PUNCTUATION.isdisjoint(around)

    def _opens(self, i: int) -> bool:
        return self.tokens.adjacent(i + 1) and not self.tokens.adjacent(i)
