"""Where the tokens of a string stand in a text one after the other."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import count

import numpy as np

from .folding import Tokens, same_case
from .grams import Grams, Ints

_ONCE = 4
"""Case is compared word by word until so many for each word of the text have been."""

Run = tuple[Sequence[int], Sequence[int]]
"""The tokens at which a string begins, and those of them where it is not written as it is."""


class Runs:
    """The tokens of a text, ready to find strings that leave nothing out.

    >>> Runs(Tokens("We won’t go, “We won't go”")).find(Tokens("We won't go"))
    ([0, 7], [0])
    """

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._grams = Grams(tokens.keys)
        self._known: dict[str, Run] = {}
        self._stands: dict[str, Ints] = {}
        self._compared = 0

    def find(self, ours: Tokens) -> Run:
        """Where a string begins with a word, ends with one, and differs by typography at most."""
        if ours.text not in self._known:
            self._known[ours.text] = self._find(ours, self._grams.starts(ours.keys))
        return self._known[ours.text]

    def stands(self, key: str) -> Ints:
        """Where a string begins whatever its case, given by its keys."""
        if key not in self._stands:
            starts = self._grams.starts(key.split(" "))
            self._stands[key] = np.asarray(starts, dtype=np.int64)
        return self._stands[key]

    def _find(self, ours: Tokens, firsts: Sequence[int]) -> Run:
        tokens, joints, last = self.tokens, self.tokens.joints, len(ours) - 1
        if joints:
            firsts = [at for at in firsts if at not in joints and at + last + 1 not in joints]
        if not firsts:
            return (), ()
        digits: list[int] = []
        if last and (joints or (ours.marks and ours.joints)):
            digits = [j for j, raw in enumerate(ours.raw) if j and raw[0].isdigit()]
        if 1 in digits:  # "-5" is written as it is in "10-5".
            firsts = [at for at in firsts if (at + 1 in joints) == (1 in ours.joints)]
        text, starts, ends = tokens.text, tokens.starts, tokens.ends
        surface = ours.text[ours.starts[0] : ours.ends[-1]]
        unlike = [at for at in firsts if text[starts[at] : ends[at + last]] != surface]
        fitting = self._fitting(unlike, ours, digits)
        if len(fitting) < len(unlike):
            wrong = {*unlike}.difference(fitting)
            firsts = [at for at in firsts if at not in wrong]
        return firsts, fitting

    def _fitting(self, unlike: Sequence[int], ours: Tokens, digits: Sequence[int]) -> Sequence[int]:
        """Which runs of tokens with the keys of a string are that string."""
        self._compared += len(unlike) * len(ours)
        if self._compared > _ONCE * len(self.tokens):
            return self._written.fitting(unlike, ours, digits)
        return [at for at in unlike if self._fits(at, ours, digits)]

    def _fits(self, at: int, ours: Tokens, digits: Sequence[int]) -> bool:
        tokens, size = self.tokens, len(ours)
        # "1.5" is not in "at 1. 5 people".
        if any((at + j in tokens.joints) != (j in ours.joints) for j in digits):
            return False
        return tokens.raw[at : at + size] == ours.raw or all(
            same_case(tokens, at + j, ours, j) for j in range(size)
        )

    @cached_property
    def _written(self) -> "_Written":
        return _Written(self.tokens)


class _Written:
    """How each word of a text is written, to compare many places at a time."""

    def __init__(self, tokens: Tokens) -> None:
        self._number = defaultdict[str, int](count().__next__)
        size = len(tokens)
        self._names = np.fromiter(map(self._number.__getitem__, tokens.raw), np.int64, size)
        self._joint = np.zeros(size, dtype=np.bool_)
        self._joint[list(tokens.joints)] = True
        self._lower = np.fromiter((raw[0].islower() for raw in tokens.raw), np.bool_, size)
        self._begins = np.frombuffer(tokens.begins, dtype=np.bool_)
        self._grams = Grams((2 * self._names + self._joint).tolist())

    def fitting(self, at: Sequence[int], ours: Tokens, digits: Sequence[int]) -> list[int]:
        """Which runs of tokens with the keys of a string are that string."""
        names = [self._number.get(raw, -1) for raw in ours.raw]
        joined = [2 * name + (j in ours.joints) for j, name in enumerate(names)]
        begins = np.array(at, dtype=np.int64)
        same = np.isin(begins, self._grams.starts(joined))
        rest = begins[~same]
        for j in digits:
            rest = rest[self._joint[rest + j] == (j in ours.joints)]
        for j, name in enumerate(names):
            if not len(rest):
                break
            i = rest + j
            case = np.where(self._lower[i], bool(ours.begins[j]), self._begins[i])
            rest = rest[case | (self._names[i] == name)]
        return sorted([*begins[same].tolist(), *rest.tolist()])
