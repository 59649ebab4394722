"""What public scorers say of predictions, side by side with the profile ``standard``."""

from collections.abc import Iterable, Sequence

from ..corpora import Corpus
from ..errors import InputError, NothingMeasured
from ..model import Document
from ..profiles import Profile
from ..scoring import score
from .figures import triple
from .sheets import Sheet

COLUMNS = ("predictions", "profile", "figure", "P", "R", "F1")


def profile_sheet(
    corpus: Corpus,
    results: Sequence[tuple[str, Sequence[Document]]],
    profiles: Iterable[Profile],
    *,
    standard: bool,
) -> tuple[Sheet, list[str]]:
    """The figures of some profiles, as their originals print them, and what must be said besides.

    Args:
        corpus: The gold.
        results: Predictions with their names.
        profiles: Which; of each only if both sides have its layer.
        standard: Whether the figures of ``standard`` come first.
    """
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    chosen = list(profiles)
    for name, predictions in results:
        if standard:
            matrix = score(corpus, predictions).matrix
            rows += [(name, "standard", m, *triple(c.micro())) for m, c in matrix.items()]
        for profile in chosen:
            layer = profile.layer
            sides = (corpus.documents, predictions)
            if not all(any(document.has(layer) for document in side) for side in sides):
                notes.append(f"{profile.name}: not scored: no {layer}")
                continue
            try:
                figures = profile.score(*sides)
            except InputError as error:
                notes.append(f"{profile.name}: not scored, as its original refuses this: {error}")
                continue
            rows += [(name, profile.name, one.name, *one.shown) for one in figures]
    if not rows:
        raise NothingMeasured(f"no profile could score {corpus.name}: {'; '.join(notes)}")
    return Sheet("eventbench.profiles/1", COLUMNS, rows), notes


def reasons(profiles: Iterable[Profile]) -> list[str]:
    """Why each profile's figures differ from those of ``standard``, a line each."""
    return [f"{one.name}: {quirk.what}" for one in profiles for quirk in one.quirks]
