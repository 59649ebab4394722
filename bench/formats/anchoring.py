"""Finding what an exported string means in a text, whatever its offsets count.

Offsets are taken as they are only where the text there reads what the export says it reads. Else
the other units that tools count in are tried, then the nearest place that reads the same; what is
still not found is lost. Whatever is moved is entered in the ledger.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from ..model import Pieces
from .base import Ledger

_NEAR = 32
"""A string that is said to be at one place is looked for so many characters around it."""

LOST = "the text does not read what is said to be there"
OUTSIDE = "offsets outside the text"


def _clusters(text: str) -> Iterator[str]:
    yield from re.findall(r"(?s).[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]*", text)


def _composed(text: str) -> Iterator[int]:
    for cluster in _clusters(text):
        yield len(unicodedata.normalize("NFC", cluster))
        yield from (0 for _ in cluster[1:])


def _unescaped(text: str) -> Iterator[int]:
    at = 0
    for entity in re.finditer(r"&(#\d+|#x[\da-fA-F]+|\w+);", text):
        yield from (1 for _ in range(at, entity.start()))
        at = entity.end()
        yield len(html.unescape(entity[0]))
        yield from (0 for _ in entity[0][1:])
    yield from (1 for _ in range(at, len(text)))


def _without_returns(text: str) -> Iterator[int]:
    return (int(text[i : i + 2] != "\r\n") for i in range(len(text)))


_UNITS: dict[str, Callable[[str], Iterable[int]]] = {
    "UTF-16 units": lambda text: (1 + (letter > "\uffff") for letter in text),
    "UTF-8 bytes": lambda text: (len(letter.encode("utf-8", "replace")) for letter in text),
    "characters without carriage returns": _without_returns,
    "characters with carriage returns": lambda text: (1 + (letter == "\n") for letter in text),
    "characters after the byte-order mark": lambda text: (
        int(letter != "\ufeff") for letter in text
    ),
    "composed characters (NFC)": _composed,
    "decomposed characters (NFD)": lambda text: (
        len(unicodedata.normalize("NFD", letter)) for letter in text
    ),
    "characters with HTML entities": lambda text: (
        len(html.escape(letter, quote=False)) for letter in text
    ),
    "characters without HTML entities": _unescaped,
}


class Anchor:
    """Places strings in one text.

    Args:
        text: The text.
        ledger: Where moves and losses are entered.
        given: What the offsets of this text's export are known to count: for each character of
            the text, how many.
    """

    def __init__(self, text: str, ledger: Ledger, given: Iterable[int] | None = None) -> None:
        self.text = text
        self._ledger = ledger
        self._ends: dict[str, Sequence[int]] = {}
        self._unit = self._usual = ""
        if given is not None:
            self._unit = self._usual = "given"
            self._ends["given"] = [0, *accumulate(given)]

    def choose(self, items: Sequence[tuple[int, int, str | None]], usual: str = "") -> None:
        """Settle what offsets count: the unit in which most of these read what they should.

        Args:
            items: Starts, ends and strings.
            usual: What they usually count in this format, if not characters.
        """
        self._usual = self._unit = usual
        if self.text.isascii() and "\n" not in self.text and "&" not in self.text:
            return
        units = list(dict.fromkeys((usual, "", *_UNITS)))
        best = -1
        for unit in units:
            fitting = sum(self._fits(unit, *item) is not None for item in items)
            if fitting > best:
                best, self._unit = fitting, unit
            if best == len(items):
                return

    def place(
        self, item: str, start: int, end: int, surface: str | None, where: str
    ) -> tuple[int, int] | None:
        """Where something stands; None, and a loss of that item, where it cannot be told."""
        found = self._fits(self._unit, start, end, surface)
        if found is not None:
            if self._unit != self._usual and found != (start, end):
                self._ledger.move(item, f"offsets count {self._unit}", where)
            return found
        if not surface or not surface.strip():
            self._ledger.lose(item, OUTSIDE, where)
            return None
        for unit in ("", *_UNITS):
            found = self._fits(unit, start, end, surface)
            if found is not None:
                why = f"offsets count {unit}" if unit else "offsets count characters"
                self._ledger.move(item, why, where)
                return found
        found = self._nearest(start, surface)
        if found is None:
            self._ledger.lose(item, LOST, f"{where}: {surface[:60]!r} at [{start}, {end})")
        else:
            self._ledger.move(item, "found near its offsets", where)
        return found

    def pieces(
        self, item: str, pieces: Iterable[tuple[int, int]], surface: str | None, where: str
    ) -> Pieces | None:
        """Where something in several pieces stands, whose surface joins them by white space."""
        ordered = sorted(set(pieces))
        if len(ordered) == 1:
            place = self.place(item, *ordered[0], surface, where)
            return None if place is None else (place,)
        found = [self._fits(self._unit, *piece, None) for piece in ordered]
        sound = [piece for piece in found if piece is not None]
        apart = all(a[1] <= b[0] for a, b in pairwise(sound))
        if len(sound) < len(ordered) or not apart:
            self._ledger.lose(item, OUTSIDE, where)
            return None
        read = " ".join(self.text[a:b] for a, b in sound)
        if surface is not None and not _same(re.sub(r"\s", "", read), re.sub(r"\s", "", surface)):
            self._ledger.lose(item, LOST, f"{where}: {surface[:60]!r} at {ordered}")
            return None
        return tuple(sound)

    def _fits(self, unit: str, start: int, end: int, surface: str | None) -> tuple[int, int] | None:
        text = self.text
        if unit:
            if unit not in self._ends:
                self._ends[unit] = [0, *accumulate(_UNITS[unit](text))]
            ends = self._ends[unit]
            if not 0 <= start < end <= ends[-1]:
                return None
            first, last = bisect_right(ends, start) - 1, bisect_left(ends, end)
            if ends[first] != start or ends[last] != end:
                return None
            start, end = first, last
        if not 0 <= start < end <= len(text):
            return None
        return (start, end) if surface is None or _same(text[start:end], surface) else None

    def _nearest(self, start: int, surface: str) -> tuple[int, int] | None:
        wanted = surface.strip()
        low = max(start - _NEAR, 0)
        window = self.text[low : max(start, 0) + len(wanted) + _NEAR]
        at = [low + found.start() for found in re.finditer(f"(?={re.escape(wanted)})", window)]
        ranked = sorted(at, key=lambda each: abs(each - start))
        if not ranked or (len(ranked) > 1 and abs(ranked[0] - start) == abs(ranked[1] - start)):
            return None
        return ranked[0], ranked[0] + len(wanted)


def _same(found: str, said: str) -> bool:
    """Whether a text reads what is said, apart from white space, composition and entities."""
    if found == said:
        return True
    if (
        found.isascii()
        and said.isascii()
        and "&" not in found
        and len(found) == len(said)
        and (not re.search(r"\s", found))
    ):
        return False
    return _folded(found) == _folded(said) or _folded(html.unescape(found)) == _folded(said)


def _folded(string: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", string.replace("\ufeff", "")))
