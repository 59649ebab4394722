"""Tokens, for the scorers that count in them.

A document brings its own in ``meta["tokens"]``, a list of ``[start, end]`` in characters, in the
order of the text, and its sentences in ``meta["sentences"]``, a list of ``[first, end]`` in tokens.
Without them tokens are runs of word characters and single other marks, and the document is one
sentence.
"""

import re
import sys
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..items import Ints
from ..model import Document, Pieces
from .mentions import Item, placed

Token = tuple[int, int]


class Grid:
    """Tokens, for spans to be looked up among them.

    Args:
        known: The tokens as pairs, or as a table of two columns.

    Attributes:
        starts: Where each token starts.
        ends: Where each token ends.
    """

    def __init__(self, known: Sequence[Sequence[int]] | Ints) -> None:
        if not isinstance(known, np.ndarray):
            bounds = np.fromiter(chain.from_iterable(known), np.int64)
            known = bounds.reshape(len(known), 2)
        self.starts, self.ends = np.ascontiguousarray(known.T)

    @classmethod
    def of(cls, document: Document) -> "Grid":
        """The tokens of a document.

        Raises:
            InputError: The document has neither tokens nor a text, or its tokens are no pairs.
        """
        own = document.meta.get("tokens")
        if own is not None:
            try:
                return cls(own)
            except (TypeError, ValueError, OverflowError):
                raise InputError(
                    f"document {document.id!r}: $.meta.tokens is expected to be a list of "
                    "[start, end]"
                ) from None
        if document.text is None:
            raise InputError(f"document {document.id!r} has neither a text nor meta.tokens")
        return cls(_cut(document.text))

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def bounds(self) -> tuple[Ints, Ints]:
        """Where the tokens start and end."""
        return self.starts, self.ends

    def pairs(self, first: int = 0, end: int | None = None) -> list[Token]:
        """Some tokens, or all of them, as ``(start, end)``."""
        starts, ends = (bounds[first:end].tolist() for bounds in (self.starts, self.ends))
        return list(zip(starts, ends, strict=True))

    def touched(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The tokens that share a character with each ``[start, end)``, as half-open ranges.

        Where there is none, the first is not below the last.

        >>> first, last = Grid([(0, 2), (3, 5), (6, 9)]).touched(np.array([3, 2]), np.array([9, 3]))
        >>> first.tolist(), last.tolist()
        ([1, 1], [3, 1])
        """
        return self.ends.searchsorted(start, "right"), self.starts.searchsorted(end, "left")

    def mentions(self, document: Document) -> list[Item]:
        """Mentions by the tokens they touch; those that touch none are left out."""
        found = placed(document)
        if not found:
            return []
        starts, ends, kinds = zip(*found, strict=True)
        first, end = self.touched(np.array(starts), np.array(ends))
        touched = zip(first.tolist(), (end - 1).tolist(), kinds, strict=True)
        return [one for one in map(Item._make, touched) if one[0] <= one[1]]

    def ranges(self, spans: Sequence[Pieces]) -> list[tuple[int, int] | None]:
        """The tokens from the first to the last piece of each span; None where it touches none.

        >>> Grid([(0, 2), (3, 5), (6, 9)]).ranges([((3, 4), (6, 9)), ((2, 3),)])
        [(1, 3), None]
        """
        first, last = self.touched(
            np.array([pieces[0][0] for pieces in spans], dtype=np.int64),
            np.array([pieces[-1][1] for pieces in spans], dtype=np.int64),
        )
        both = zip(first.tolist(), last.tolist(), strict=True)
        return [(a, b) if a < b else None for a, b in both]


def tokens(document: Document) -> list[Token]:
    """The tokens of a document as ``(start, end)`` in characters.

    Raises:
        InputError: The document has neither tokens nor a text.
    """
    return Grid.of(document).pairs()


def token_range(pieces: Pieces, known: Sequence[Token]) -> tuple[int, int] | None:
    """The tokens that one span touches, as a half-open range; None where it touches none."""
    return Grid(known).ranges([pieces])[0]


def sentences(document: Document, count: int) -> list[tuple[int, int]]:
    """The sentences of a document of ``count`` tokens, as half-open ranges of tokens."""
    own = document.meta.get("sentences")
    if own is None:
        return [(0, count)] if count else []
    return [(int(first), int(end)) for first, end in own]


_UNSEEN, _SPACE, _WORD, _MARK = range(4)
_kinds = np.zeros(sys.maxunicode + 1, dtype=np.int8)
"""What each code point is that was met so far."""


def _cut(text: str) -> Ints:
    r"""Where the matches of ``\w+|[^\w\s]`` start and end, but several times as fast.

    >>> _cut("It’s 5 %.").tolist()
    [[0, 2], [2, 3], [3, 4], [5, 6], [7, 8], [8, 9]]
    """
    kinds = _kinds_of(text)
    word, mark = kinds == _WORD, kinds == _MARK
    first, last = word.copy(), word.copy()
    first[1:] &= ~word[:-1]
    last[:-1] &= ~word[1:]
    return np.stack([np.flatnonzero(mark | first), np.flatnonzero(mark | last) + 1], axis=1)


def spaces(text: str) -> npt.NDArray[np.bool_]:
    """Which characters are white space."""
    found: npt.NDArray[np.bool_] = _kinds_of(text) == _SPACE
    return found


def _kinds_of(text: str) -> npt.NDArray[np.int8]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds[codes]
    if not kinds.all():
        for code in np.unique(codes[kinds == _UNSEEN]).tolist():
            _kinds[code] = _kind(chr(code))
        kinds = _kinds[codes]
    return kinds


def _kind(character: str) -> int:
    if re.fullmatch(r"\w", character):
        return _WORD
    return _SPACE if re.fullmatch(r"\s", character) else _MARK
