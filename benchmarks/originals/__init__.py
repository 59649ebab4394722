"""Public scorers, each run as it is beside its profile: a module a program.

A module has `ORIGINALS`: the profiles that it is for, and how to score with the original.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from real import Collection

from bench import Document
from bench.profiles import Figure

Documents = Sequence[Document]
Scorer = Callable[[Documents, Documents], list[Figure]]
Shown = tuple[str, str, str]
Values = tuple[float | None, float | None, float | None]


class Rows(NamedTuple):
    """What an original says.

    Attributes:
        shown: Precision, recall and F1 of each row as it prints them.
        values: The same before they are rounded, where it gives them away.
    """

    shown: Mapping[str, Shown]
    values: Mapping[str, Values] | None = None

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "Rows":
        """Those of a profile."""
        shown = {figure.name: figure.shown for figure in figures}
        values = {figure.name: (figure.precision, figure.recall, figure.f1) for figure in figures}
        return cls(shown, values)

    @classmethod
    def formatted(cls, form: str, values: Mapping[str, Values]) -> "Rows":
        """Values that the original does not print, or prints in this form; ``-`` for None."""
        shown: dict[str, Shown] = {}
        for name, row in values.items():
            p, r, f = ("-" if value is None else form.format(value) for value in row)
            shown[name] = (p, r, f)
        return cls(shown, values)


class Shipped(NamedTuple):
    """What a system returned, as it comes with a corpus or with an original.

    Attributes:
        name: What it is called there.
        gold: The gold.
        predicted: What a system returned.
        rows: What the original says of these, read from the files as they are.
        official: What it is said to say, by its authors; unrounded values may be off by 0.01.
        score: How the profile scores it, where not as it does by default.
    """

    name: str
    gold: Documents
    predicted: Documents
    rows: Rows
    official: Rows | None = None
    score: Scorer | None = None


@dataclass(frozen=True)
class Original:
    """A public scorer.

    Attributes:
        folder: What its checkout is called; None where it is installed.
        needs: What gold must hold for it, see `real.Collection.holds`; one of these will do.
        score: The checkout, gold and predictions to what it says of them.
        prepared: Predictions as the original takes them, where it takes less than there is.
        excerpt: How many documents, and mentions in each, are not too many for it.
        gold: Gold that comes with it, for others to be compared on as well.
        raw: The same with gold read from the files of a corpus as they are.
        systems: What the systems of a corpus returned, and what it says of that.
        shipped: What comes with it, and what it says of that.
        variants: Scores with other options, of the profile and of the original.
    """

    folder: str | None
    needs: tuple[str, ...]
    score: Callable[[Path, Documents, Documents], Rows]
    prepared: Callable[[Documents, Documents], list[Document]] | None = None
    excerpt: tuple[int, int] | None = None
    gold: Callable[[Path], Iterator[Collection]] | None = None
    raw: Callable[[Path, Collection, Documents], Rows] | None = None
    systems: Callable[[Path, Collection], Iterator[Shipped]] | None = None
    shipped: Callable[[Path], Iterator[Shipped]] | None = None
    variants: Mapping[str, tuple[Scorer, Callable[[Path, Documents, Documents], Rows]]] = field(
        default_factory=dict
    )
