"""What a profile is: a public scorer's figures, computed and printed as it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..memory import uncollected
from ..model import Document, Layer


class Figure(NamedTuple):
    """One row of a scorer's report.

    Attributes:
        name: What the original calls the row.
        precision: As the original computes it, in its unit (fraction or percent), unrounded; None
            where it has none (or NaN).
        recall: Likewise.
        f1: Likewise.
        shown: Precision, recall and F1 as the original prints them, or as its documented
            formatter would.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    shown: tuple[str, str, str]


class Quirk(NamedTuple):
    """Something a scorer does that `standard` does not.

    Attributes:
        what: What it does, in a sentence.
        gold: A minimal example: the gold.
        predicted: The prediction.
        shown: The figures that it prints for them, by the name of the row.
    """

    what: str
    gold: tuple[Document, ...]
    predicted: tuple[Document, ...]
    shown: dict[str, tuple[str, str, str]]


Scorer = Callable[[Sequence[Document], Sequence[Document]], list[Figure]]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A public scorer.

    Attributes:
        name: What it is called on the command line.
        original: Which program it reproduces, in which version, and where that is.
        layer: The layer that it looks at.
        explains: What it counts, in a sentence.
        score: Gold and predictions to figures. Both are sequences of documents; they are matched
            by id, or as the original matches them where that is its quirk.
        quirks: What it does that ``standard`` does not.
    """

    name: str
    original: str
    layer: Layer
    explains: str
    score: Scorer
    quirks: tuple[Quirk, ...] = ()

    def __post_init__(self) -> None:
        # What a scorer makes of documents are trees again.
        object.__setattr__(self, "score", uncollected()(self.score))


def divided(numerator: float, denominator: float, empty: float = 0.0) -> float:
    """A quotient, and ``empty`` where there is nothing to divide by."""
    return numerator / denominator if denominator else empty


def harmonic(precision: float, recall: float) -> float:
    """2·P·R / (P + R) in this order of operations, 0 where both are 0: the F1 of most scorers."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
