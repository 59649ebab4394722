"""Tokens of a text: laid out where there is no text, found in it where there is one."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from ..model import Document, Pieces
from .anchoring import LOST
from .base import Ledger

_ESCAPES = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}",
    "``": '"', "''": '"', "\\/": "/", "\\*": "*",
}  # fmt: skip
"""How the Penn Treebank writes what would be taken for something else."""

_FAR = 40
"""A token is looked for so many characters after the one before it."""


class Grid(NamedTuple):
    """A text and where its tokens stand.

    Attributes:
        text: The text.
        places: Start and end of each token; None where it is not in the text.
        sentences: First token and one past the last of each sentence.
    """

    text: str
    places: Sequence[tuple[int, int] | None]
    sentences: Sequence[tuple[int, int]]

    @property
    def meta(self) -> dict[str, Any]:
        """The tokens and sentences as a document's ``meta`` has them."""
        if None in self.places:
            return {}
        tokens = [[*place] for place in self.places if place]
        return {"tokens": tokens, "sentences": [[*one] for one in self.sentences]}

    def between(
        self,
        item: str,
        first: int,
        end: int,
        surface: str | None,
        ledger: Ledger,
        where: str,
    ) -> tuple[int, int] | None:
        """What tokens ``[first, end)`` cover; None, and a loss of that item, where it cannot be."""
        tokens = self.places[first:end] if 0 <= first < end <= len(self.places) else ()
        if not tokens or tokens[0] is None or tokens[-1] is None:
            what = "a token that is not in the text" if tokens else "tokens that there are not"
            ledger.lose(item, what, f"{where}: [{first}, {end})")
            return None
        start, stop = tokens[0][0], tokens[-1][1]
        if surface is not None and _bare(self.text[start:stop]) != _bare(surface):
            if surface.strip() and self.text.startswith(surface, start):
                ledger.move(item, "it reads more or less than its tokens", where)
                return start, start + len(surface)
            ledger.lose(item, LOST, f"{where}: {surface[:60]!r} at tokens [{first}, {end})")
            return None
        return start, stop


def _bare(string: str) -> str:
    for written, meant in _ESCAPES.items():
        string = string.replace(written, meant)
    return "".join(string.split())


def laid(sentences: Sequence[Sequence[str]]) -> Grid:
    r"""Sentences of tokens as a text: tokens by spaces, a sentence a line.

    >>> laid([["They", "met"], ["."]]).text
    'They met\n.'
    """
    places: list[tuple[int, int] | None] = []
    at = 0
    for sentence in sentences:
        for token in sentence:
            places.append((at, at + len(token)))
            at += len(token) + 1
        at += 1 if not sentence else 0
    text = "\n".join(" ".join(sentence) for sentence in sentences)
    return Grid(text, places, _bounds(sentences))


def _bounds(sentences: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    ends = [0, *accumulate(map(len, sentences))]
    return [(a, b) for a, b in pairwise(ends) if a < b]


def found(text: str, sentences: Sequence[Sequence[str]]) -> Grid:
    """Where the tokens of sentences stand in a text, one after the other.

    >>> found("I can't.", [["I", "ca", "n't", "."]]).places
    [(0, 1), (2, 4), (4, 7), (7, 8)]
    """
    places: list[tuple[int, int] | None] = []
    at = 0
    for token in (token for sentence in sentences for token in sentence):
        best: tuple[int, int] | None = None
        while text[at : at + 1].isspace():
            at += 1
        for form in dict.fromkeys((token, _ESCAPES.get(token, token), token.replace("\\/", "/"))):
            start = text.find(form, at, at + len(form) + _FAR) if form else -1
            if start >= 0 and (best is None or start < best[0]):
                best = start, start + len(form)
        places.append(best)
        at = best[1] if best else at
    return Grid(text, places, _bounds(sentences))


def split(text: str, cuts: Iterable[int]) -> list[tuple[int, int]]:
    """The words and marks of a text, cut wherever a span begins or ends.

    >>> split("They met.", [6])
    [(0, 4), (5, 6), (6, 8), (8, 9)]
    """
    at = set(cuts)
    places = []
    for word in re.finditer(r"\w+|[^\w\s]", text):
        inner = [word.start(), *(i for i in range(word.start() + 1, word.end()) if i in at)]
        places += [(a, b) for a, b in zip(inner, [*inner[1:], word.end()], strict=True)]
    return places


def cuts(document: Document) -> set[int]:
    """Where the spans of a document begin and end."""
    return {at for _, span in document.spans() for piece in span.pieces for at in piece}


def paragraphs(text: str, places: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The numbers of the tokens of each line of a text that has some."""
    rows: dict[int, list[int]] = {}
    breaks = [match.start() for match in re.finditer(r"\n", text)]
    line = 0
    for i, (start, _) in enumerate(places):
        while line < len(breaks) and breaks[line] < start:
            line += 1
        rows.setdefault(line, []).append(i)
    return list(rows.values())


class Words:
    """The tokens of a document that is to be written, and which of them a span covers."""

    def __init__(self, document: Document, ledger: Ledger) -> None:
        self.document = document
        self.text = document.text or ""
        self.places = split(self.text, cuts(document))
        self._first = {start: i for i, (start, _) in enumerate(self.places)}
        self._last = {end: i for i, (_, end) in enumerate(self.places)}
        self._ledger = ledger

    @property
    def tokens(self) -> list[str]:
        """Their strings."""
        return [self.text[start:end] for start, end in self.places]

    def covered(self, item: str, pieces: Pieces) -> tuple[int, int] | None:
        """The tokens ``[first, end)`` of a span; None, and a loss, where it is not whole tokens."""
        if len(pieces) > 1:
            self._ledger.lose(item, "in several pieces", self.document.id)
            return None
        start, end = pieces[0]
        if start not in self._first or end not in self._last:
            self._ledger.lose(item, "begins or ends with white space", self.document.id)
            return None
        return self._first[start], self._last[end] + 1
