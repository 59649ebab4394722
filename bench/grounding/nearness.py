"""Which places of a string are near to a span."""

from bisect import bisect_left
from functools import cached_property

from ..model import Pieces
from .textindex import Found, Place, TextIndex

Rank = tuple[bool, bool, int]
"""Whether a place is in no sentence of the span, whether it is not exact, how far away it is."""


class Around:
    """A span that the places of strings are compared with.

    Attributes:
        pieces: The span; empty where it has no place itself.
    """

    def __init__(self, index: TextIndex, pieces: Pieces) -> None:
        self.pieces = pieces
        self._index = index

    @cached_property
    def _tokens(self) -> frozenset[int]:
        """The tokens at the edges of its pieces."""
        return frozenset(self._index.token(edge) for piece in self.pieces for edge in piece)

    @cached_property
    def _own(self) -> range:
        """Its sentences."""
        return self._index.sentences(self.pieces)

    @cached_property
    def _ordered(self) -> bool:
        """Whether its pieces come one after the other."""
        edges = [edge for piece in self.pieces for edge in piece]
        return edges == sorted(edges)

    def nearest(self, found: Found, most: int) -> list[tuple[Rank, Place]]:
        """So many places on each side of each piece, the best and then the early ones first."""
        if len(found) == 1:
            return [((False, False, 0), found[0])]
        numbers: set[int] = set()
        for token in self._tokens:
            at = bisect_left(found.firsts, token)
            numbers.update(range(max(at - most, 0), min(at + most, len(found))))
        return sorted([(self._rank(place), place) for place in map(found.__getitem__, numbers)])

    def overlaps(self, place: Place) -> bool:
        """Whether a place has a character of the span."""
        return any(
            start < stop and begin < end
            for start, end in place.pieces
            for begin, stop in self._close(end)
        )

    def _rank(self, place: Place) -> Rank:
        start, end, own = place.start, place.end, self._own
        gap = min([max(begin - end, start - stop, 0) for begin, stop in self._close(end)])
        sentence = self._index.tokens.sentence
        elsewhere = sentence[place.first] > own[-1] or sentence[place.last] < own[0]
        return elsewhere, place.how != "exact", gap

    def _close(self, end: int) -> Pieces:
        """The last piece that begins before an end, and the next; all if they are in no order."""
        if len(self.pieces) < 3 or not self._ordered:
            return self.pieces
        at = bisect_left(self.pieces, (end,))
        return self.pieces[max(at - 1, 0) : at + 1]
