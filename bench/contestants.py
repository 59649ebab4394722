"""What is compared: saved runs, printed reports, and predictions that are scored now.

All of them on the same documents of the same gold, by the same measures.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .corpora import CorpusInfo, open_corpus, open_predictions
from .counts import ANY, Counts
from .differences import Difference, of_corpus
from .errors import InputError, NotComparable, UsageError, nearest
from .measures import Measure, parse
from .passages import Unit
from .runs import Run, SavedCounts, checked, load, load_counts, load_differences, load_report
from .scoring import Scores, score_files
from .sources import Source, find, name_of

_PLAIN = ("actors.mention", "events.trigger", "quotes.content")
"""Measures whose gold does not depend on the system."""


class Contestant(NamedTuple):
    """One side of a comparison.

    Attributes:
        name: What it is called in a table.
        corpus: What it was scored on.
        measures: By what it was scored.
        counts: Its counts by measure.
        differences: What makes the list of its items beside those of gold, see
            `bench.differences`; None where that cannot be known.
    """

    name: str
    corpus: CorpusInfo
    measures: tuple[str, ...]
    counts: SavedCounts
    differences: Callable[[], Iterable[Difference]] | None


def contestants(
    reference: str,
    *,
    gold: str | Source | None = None,
    measures: Sequence[Measure] = (),
    fields: Collection[str] = (),
    unit: Unit | None = None,
) -> Iterator[Contestant]:
    """A saved run, the results of a printed report, or predictions that are scored now.

    Args:
        reference: The folder of a run, a file that ``--format json`` printed, or predictions.
        gold: On what predictions are scored.
        measures: By what they are.
        fields: The fields of the documents' ``meta`` that are asked for.
        unit: What samples are drawn from.

    Raises:
        UsageError: It is neither a run nor a report nor, with a gold, predictions.
        InputError: It cannot be read, or was changed since it was saved.
    """
    folder = Path(reference)
    if (folder / "run.json").is_file():
        run = load(folder)
        checked(folder, "predictions.jsonl", run)
        counts = load_counts(folder, run)
        yield Contestant(folder.name, run.corpus, run.measures, counts, _items_of(folder, gold))
    elif folder.suffix == ".json":
        for one in load_report(folder):
            yield Contestant(one.name, one.run.corpus, one.run.measures, one.counts, None)
    elif gold is None:
        raise UsageError(f"{reference}: no saved run; to compare predictions say --gold")
    else:
        scores, info = score_files(gold, reference, measures, fields=fields, unit=unit)
        counts = SavedCounts(scores.matrix, scores.samples, scores.unit, scores.groups)
        names = tuple(measure.name for measure in measures)
        yield Contestant(name_of(folder), info, names, counts, _scored(gold, reference))


def of_result(name: str, run: Run, scores: Scores) -> Contestant:
    """Something that was scored just now."""
    counts = SavedCounts(scores.matrix, scores.samples, scores.unit, scores.groups)
    return Contestant(name, run.corpus, run.measures, counts, None)


def _items_of(folder: Path, gold: str | Source | None) -> Callable[[], Iterable[Difference]]:
    def found() -> Iterable[Difference]:
        run = load(folder)
        if "differences.jsonl" in run.files:
            return load_differences(folder, run)
        return _scored(gold or run.corpus.source(), str(folder / "predictions.jsonl"))()

    return found


def _scored(gold: str | Source, predictions: str) -> Callable[[], Iterable[Difference]]:
    def found() -> Iterable[Difference]:
        corpus = open_corpus(gold)
        return of_corpus(corpus.documents, open_predictions(predictions, corpus))

    return found


def in_common(contestants: Sequence[Contestant], *, intersect: bool = False) -> list[Measure]:
    """The measures by which all were scored.

    Raises:
        NotComparable: They were scored on another gold, or have no measure in common.
    """
    first, *others = contestants
    for other in others:
        if other.corpus.sha256 != first.corpus.sha256 and not intersect:
            raise NotComparable(
                f"{first.name} was scored on {_said(first.corpus)}, "
                f"{other.name} on {_said(other.corpus)}; "
                "score both on one, or compare the documents they share with --intersect"
            )
    known = [
        name for name in first.measures if all(name in one.counts.matrix for one in contestants)
    ]
    if not known:
        raise NotComparable("these runs have no measure in common")
    return [parse(name) for name in known]


def _said(corpus: CorpusInfo) -> str:
    return f"{corpus.name} ({corpus.documents} documents, sha256 {corpus.sha256[:12]})"


class Shared(NamedTuple):
    """The counts of several contestants by one measure on the documents that all have.

    Attributes:
        documents: Of each its counts by document; all have the same labels.
        samples: Of each its counts in the units that samples are drawn from.
        unit: What those are.
    """

    documents: list[Counts]
    samples: list[Counts]
    unit: Unit


def shared(contestants: Sequence[Contestant], measure: Measure, unit: Unit | None) -> Shared:
    """What several contestants have in one measure.

    Args:
        contestants: Who.
        measure: The measure.
        unit: What samples are drawn from; sentences of few documents, if it is not said.

    Raises:
        NotComparable: They have no document in common, other gold, or not such units.
    """
    documents = _aligned([one.counts.matrix[measure.name] for one in contestants], measure)
    if measure.name in _PLAIN:
        _same_gold(documents, measure)
    if unit == "document" or measure.average == "documents" or measure.metrics:
        return Shared(documents, documents, "document")
    small = [one.counts.samples.get(measure.name) for one in contestants]
    units = {one.counts.unit for one in contestants}
    fine = [counts for counts in small if counts is not None]
    if len(fine) == len(small) and len(units) == 1 and unit in (None, *units):
        return Shared(documents, _aligned(fine, measure), units.pop())
    if unit is None:
        return Shared(documents, documents, "document")
    lacking = next(
        one.name for one, counts in zip(contestants, small, strict=True)
        if counts is None or one.counts.unit != unit
    )  # fmt: skip
    raise NotComparable(
        f"{measure.name}: {lacking} was not counted by {unit}; score it again with --unit {unit}"
    )


def _aligned(sides: Sequence[Counts], measure: Measure) -> list[Counts]:
    """The counts in the units that all have, with the labels that any has."""
    units = set(sides[0].units).intersection(*(counts.units for counts in sides))
    if not units:
        raise NotComparable(f"{measure.name}: the runs have no document in common")
    labels = tuple(sorted({label for counts in sides for label in counts.used()})) or (ANY,)
    return [
        counts.take([i for i, unit in enumerate(counts.units) if unit in units]).labelled(labels)
        for counts in sides
    ]


def _same_gold(sides: Sequence[Counts], measure: Measure) -> None:
    first, *others = (counts.values[:, :, 2] for counts in sides)
    for other in others:
        unlike = np.flatnonzero((first != other).any(axis=1))
        if len(unlike):
            where = sides[0].units[int(unlike[0])]
            raise NotComparable(f"{measure.name}: document {where!r} has another gold in each run")


def grouping(
    field: str, contestants: Sequence[Contestant], gold: str | Source | None
) -> Callable[[str], str]:
    """What tells the group of a document by its id.

    Args:
        field: ``document``, or a field of the documents' ``meta``.
        contestants: Whose documents; a run that was split by the field knows it.
        gold: Where the documents are else; the corpus of the runs, if it is not said.

    Raises:
        UsageError: No document has such a field, or nobody knows the documents.
    """
    if field == "document":
        return str
    known: Mapping[str, str] | None = next(
        (one.counts.groups[field] for one in contestants if field in one.counts.groups), None
    )
    if known is None:
        known = _in_gold(field, gold or contestants[0].corpus)
    return lambda document: known.get(document, "none")


def _in_gold(field: str, gold: str | Source | CorpusInfo) -> dict[str, str]:
    try:
        source = gold.source() if isinstance(gold, CorpusInfo) else find(gold)
    except InputError as error:
        raise UsageError(
            f"{field}: the runs were not split by it; say where the documents are with --gold"
        ) from error
    found = open_corpus(source).documents
    if not any(field in document.meta for document in found):
        names = {name for document in found for name in document.meta}
        raise UsageError(f"{field}: no document has this field; {nearest(field, names)}")
    return {document.id: str(document.meta.get(field, "none")) for document in found}
