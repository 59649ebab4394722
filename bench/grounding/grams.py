"""Where sequences of words stand in a text."""

from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import count

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_FEW = 64
"""So many places are compared one by one."""
_ONCE = 1
"""More are too, until so many for each word of the text have been."""


class Grams:
    """The places of sequences of keys.

    A sequence is looked for where its rarest key stands; where this takes too long, sequences are
    looked up by their pairs of keys, the pairs of these, and so on.

    >>> grams = Grams(["a", "b", "a", "b"])
    >>> list(grams.starts(["a", "b"])), list(grams.starts(["b", "b"]))
    ([0, 2], [])
    >>> list(map(list, grams.windows(["x", "b", "a"], 2)))
    [[], [1]]
    """

    def __init__(self, keys: Sequence[Hashable]) -> None:
        self._number = defaultdict[Hashable, int](count().__next__)
        names = np.fromiter(map(self._number.__getitem__, keys), np.int64, len(keys))
        counts = np.bincount(names)
        self._names, self._codes = names, names.tobytes()
        self._order = names.argsort(kind="stable").data
        # The last counts what the text does not have.
        self._counts = [*counts.tolist(), 0]
        self._bounds = [0, *counts.cumsum().tolist()]
        self._levels: dict[int, _Level] = {}
        self._compared = 0

    def has(self, key: Hashable) -> bool:
        """Whether a key is there at all."""
        return key in self._number

    def starts(self, wanted: Sequence[Hashable]) -> Sequence[int]:
        """Where a sequence begins, in order."""
        return self.windows(wanted, len(wanted))[0] if wanted else ()

    def windows(self, wanted: Sequence[Hashable], size: int) -> list[Sequence[int]]:
        """Where each part of so many keys of a sequence begins."""
        names = [self._number.get(key, -1) for key in wanted]
        counts = [self._counts[name] for name in names]
        if size == 1:
            return list(map(self._places, names, counts))
        codes = array("q", names).tobytes()
        return [
            self._starts(names[i : i + size], counts[i : i + size], codes[8 * i : 8 * (i + size)])
            for i in range(len(names) - size + 1)
        ]

    def _places(self, name: int, count: int) -> Sequence[int]:
        """Where one key is."""
        begin = self._bounds[name]
        return self._order[begin : begin + count]

    def _starts(self, names: Sequence[int], counts: Sequence[int], codes: bytes) -> Sequence[int]:
        fewest = min(counts)
        if not fewest:
            return ()
        if fewest > _FEW:
            if self._compared > _ONCE * len(self._order):
                return self._frequent(names, codes)
            self._compared += fewest
        offset = counts.index(fewest)
        return self._standing(codes, self._places(names[offset], fewest), offset)

    def _standing(self, codes: bytes, places: Iterable[int], offset: int) -> list[int]:
        """Where a sequence begins, of the places where one of its keys is."""
        theirs, width = self._codes, len(codes)
        return [
            i
            for place in places
            if (i := place - offset) >= 0 and theirs[8 * i : 8 * i + width] == codes
        ]

    def _frequent(self, words: Sequence[int], codes: bytes) -> Sequence[int]:
        """Where a sequence of several keys begins that all are frequent."""
        size, length, total = 1, len(words), len(self._order)
        if length > total:
            return ()
        names: Ints = np.array(words, dtype=np.int64)
        while 2 * size <= length:
            level = self._level(2 * size)
            pairs = names[:-size] << 32 | names[size:]
            names = level.values[:-1].searchsorted(pairs)
            if (level.values[names] != pairs).any():
                return ()
            size *= 2
            counts = level.bounds[names + 1] - level.bounds[names]
            offset = int(counts.argmin())
            places = level.places(names[offset])
            if len(places) <= _FEW:
                return self._standing(codes, places.tolist(), offset)
        if size == length:
            return places.data
        # Two blocks that overlap make the whole.
        begins = places - offset
        begins = begins[(begins >= 0) & (begins <= total - length)]
        for i in {0, length - size}:
            begins = begins[level.names[begins + i] == names[i]]
        return begins.data

    def _level(self, size: int) -> "_Level":
        if size not in self._levels:
            half = size // 2
            names = self._names if half == 1 else self._level(half).names
            self._levels[size] = _Level(names[:-half] << 32 | names[half:])
        return self._levels[size]


class _Level:
    """The sequences of one length, numbered in the order of their codes.

    Attributes:
        values: The code of each number, and one that there is not.
        names: The number of the sequence at each place.
        bounds: Where in the order of codes those of each number begin, and where the last end.
    """

    def __init__(self, codes: Ints) -> None:
        self._order: Ints = codes.argsort(kind="stable")
        ordered = codes[self._order]
        fresh = np.ones(len(codes), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
        firsts = fresh.nonzero()[0]
        self.bounds: Ints = np.append(firsts, len(codes))
        self.values: Ints = np.append(ordered[firsts], -1)
        self.names: Ints = np.empty_like(codes)
        self.names[self._order] = fresh.cumsum() - 1

    def places(self, name: int) -> Ints:
        """Where a sequence begins, in order."""
        return self._order[self.bounds[name] : self.bounds[name + 1]]
