"""An attribution while a text is being read."""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from bench.model import Kind

from ..quotation import Stretch
from .found import Found


@dataclass
class Saying:
    """An attribution while it is being put together, in characters but for the cue.

    Attributes:
        pieces: The content.
        cue: First and last token of the cue; None without one.
        source: Who says it; None for an unknown source.
    """

    pieces: list[Stretch]
    kind: Kind
    cue: tuple[Token, Token] | None = None
    source: Found | None = None

    @property
    def start(self) -> int:
        """Where the content begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the content ends."""
        return self.pieces[-1][1]


def kind_of(start: int, end: int, quotations: Sequence[Stretch]) -> Kind:
    """How much of a content stands in quotation marks: all, some or none of it."""
    inside = [(a, b) for a, b in quotations if start <= a and b <= end]
    if not inside:
        return "indirect"
    covered = sum(b - a for a, b in inside)
    return "direct" if covered >= end - start - len(inside) + 1 else "mixed"
