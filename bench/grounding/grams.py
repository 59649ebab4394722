"""Where one, two or four words in a row stand in a text."""

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

GRAM = 4
"""The longest sequence that is looked up."""
SIZES = (GRAM, 2, 1)


class Grams:
    """The places of short sequences of keys.

    Sequences have numbers: a pair is named by the numbers of its words, four by those of two pairs.

    >>> grams = Grams(["a", "b", "a", "b"])
    >>> grams.names(["b", "a", "x"], 2)
    [1, None]
    >>> grams.places(0, 2), grams.count(0, 2)
    ([0, 2], 2)
    """

    def __init__(self, keys: Sequence[str]) -> None:
        number: dict[str, int] = {}
        names = [number.setdefault(key, len(number)) for key in keys]
        self._words = number
        self._levels: dict[int, _Level] = {1: _Level(np.array(names, dtype=np.int64))}

    def names(self, keys: Sequence[str], size: int) -> list[int | None]:
        """The number of each sequence of ``size`` keys; None for what the text does not have."""
        if size == 1:
            return [self._words.get(key) for key in keys]
        half = size // 2
        halves = self.names(keys, half)
        number = self._level(size).number
        return [
            None if a is None or b is None else number.get(a << 32 | b)
            for a, b in zip(halves, halves[half:], strict=False)
        ]

    def count(self, name: int, size: int) -> int:
        """How often a sequence occurs."""
        bounds = self._level(size).bounds
        return bounds[name + 1] - bounds[name]

    def places(self, name: int, size: int) -> list[int]:
        """Where a sequence begins, in order."""
        level = self._level(size)
        places = level.order[level.bounds[name] : level.bounds[name + 1]]
        return places.tolist()  # type: ignore[no-any-return]

    def _level(self, size: int) -> "_Level":
        if size not in self._levels:
            names = self._level(size // 2).names
            half = size // 2
            self._levels[size] = _Level(names[:-half] << 32 | names[half:])
        return self._levels[size]


class _Level:
    """The sequences of one length, numbered in the order of their codes.

    Attributes:
        number: The number of each code.
        names: The number of the sequence at each place.
        order: The places, those of each number together and in order.
        bounds: Where in ``order`` those of a number begin; those of the next begin where they end.
    """

    def __init__(self, codes: Ints) -> None:
        self.order: Ints = np.argsort(codes, kind="stable")
        ordered = codes[self.order]
        changes = np.flatnonzero(np.diff(ordered, prepend=-1))
        self.names: Ints = np.empty_like(codes)
        self.names[self.order] = np.cumsum(np.diff(ordered, prepend=-1) != 0) - 1
        values = ordered[changes].tolist()
        self.number: dict[int, int] = dict(zip(values, range(len(values)), strict=True))
        # No list: the garbage collector would go through it again and again.
        self.bounds = array("q", [*changes.tolist(), len(codes)])
