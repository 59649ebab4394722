"""Is one system better than another? Runs on the same gold, the first of them the baseline.

What is stored is read; nothing is aligned again. All figures and differences are drawn from the
same resamples of the same units: documents, or the sentences of a few.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .corpora import Corpus, CorpusInfo, name_of, open_predictions
from .counts import Counts
from .differences import Difference, differences
from .errors import NotComparable, UsageError
from .measures import Measure, parse
from .model import Document
from .passages import Unit
from .runs import SavedCounts, checked, load, load_counts
from .scoring import score_files
from .statistics import (
    Correction,
    Interval,
    IntervalMethod,
    Sampling,
    Significance,
    TestMethod,
    bootstrap,
    corrected,
    detectable,
    difference,
    needed,
    significance,
)


class Contestant(NamedTuple):
    """One side of a comparison.

    Attributes:
        name: What it is called in a table.
        corpus: What it was scored on.
        measures: By what it was scored.
        counts: Its counts by measure.
        predictions: Where they are.
    """

    name: str
    corpus: CorpusInfo
    measures: tuple[str, ...]
    counts: SavedCounts
    predictions: str


class Row(NamedTuple):
    """What two systems have in one measure, by its F1.

    Attributes:
        measure: The measure.
        baseline: The figure of the baseline.
        other: That of the other system.
        difference: The other's less the baseline's.
        test: Whether that may be chance; None where there is one unit only.
        p: Its p-value, corrected for all that are compared.
        documents: On how many documents the other has the higher F1, the same, the lower one.
        unit: What was drawn.
        detectable: The smallest difference that these units would show in four of five cases.
        needed: How many of them would show the difference that was found.
    """

    measure: Measure
    baseline: Interval
    other: Interval
    difference: Interval
    test: Significance | None
    p: float | None
    documents: tuple[int, int, int]
    unit: Unit
    detectable: float | None
    needed: int | None


class Change(NamedTuple):
    """An item that only one of two systems has right, or has made up.

    Attributes:
        what: ``newly right``, ``newly wrong``, ``newly spurious`` or ``no longer spurious``.
        before: What the baseline has there; None where it has nothing.
        after: What the other system has.
    """

    what: str
    before: Difference | None
    after: Difference | None


def contestant(
    reference: str, *, gold: str | None = None, measures: Sequence[Measure] = ()
) -> Contestant:
    """A saved run, or predictions that are scored on ``gold`` now.

    Raises:
        UsageError: It is neither a run nor, with a gold, predictions.
        InputError: It cannot be read, or was changed since it was saved.
    """
    folder = Path(reference)
    if (folder / "run.json").is_file():
        run = load(folder)
        checked(folder, "predictions.jsonl", run)
        counts = load_counts(folder, run)
        predictions = str(folder / "predictions.jsonl")
        return Contestant(folder.name, run.corpus, run.measures, counts, predictions)
    if gold is None:
        raise UsageError(f"{reference}: no saved run; to compare predictions say --gold")
    scores, info = score_files(gold, reference, measures)
    counts = SavedCounts(scores.matrix, scores.samples, scores.unit)
    names = tuple(measure.name for measure in measures)
    return Contestant(name_of(folder), info, names, counts, reference)


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


def compare(
    baseline: Contestant,
    other: Contestant,
    measures: Sequence[Measure],
    *,
    sampling: Sampling | None = None,
    interval: IntervalMethod = "percentile",
    method: TestMethod = "randomisation",
    correction: Correction = "holm",
) -> list[Row]:
    """Two systems in each measure, with intervals, tests and what the corpus could have shown.

    Args:
        baseline: What the other is compared with.
        other: The other.
        measures: Those that both have.
        sampling: How units are drawn.
        interval: How intervals are made.
        method: How differences are tested.
        correction: How the p-values are corrected for being several.

    Raises:
        NotComparable: They have no document in common.
    """
    asked = []
    for measure in measures:
        ours, theirs = _counts(measure, other, baseline)
        asked.append(difference(ours, theirs, average=measure.average, zero=measure.zero))
    # One unit has no spread: neither interval nor test.
    several = [one for one in asked if len(one.units) > 1]
    figures = [figure for one in several for figure in (one.theirs, one.ours, one)]
    drawn = bootstrap(figures, sampling, method=interval) if figures else []
    tests = significance(several, sampling, method=method) if several else []
    found: dict[int, tuple[list[Interval], Significance | None]] = {
        id(one): (drawn[3 * i : 3 * i + 3], tests[i]) for i, one in enumerate(several)
    }
    plain = {id(one): test.p for one, test in zip(several, tests, strict=True)}
    p = corrected([plain.get(id(one)) for one in asked], correction)
    rows = []
    for measure, less, value in zip(measures, asked, p, strict=True):
        intervals, tested = found.get(id(less), ([], None))
        before, after, both = intervals or [
            _point(one.value) for one in (less.theirs, less.ours, less)
        ]
        rows.append(
            Row(
                measure=measure,
                baseline=before,
                other=after,
                difference=both,
                test=tested,
                p=value,
                documents=_by_document(measure, baseline, other),
                unit=baseline.counts.unit if _sampled(measure, baseline) else "document",
                detectable=None if both.error is None else detectable(both.error),
                needed=needed(both),
            )
        )
    return rows


def _sampled(measure: Measure, one: Contestant) -> bool:
    """Whether samples are drawn from less than documents."""
    return measure.average != "documents" and measure.name in one.counts.samples


def _counts(measure: Measure, *sides: Contestant) -> list[Counts]:
    """The counts of both in the units that they share."""
    small = all(_sampled(measure, side) for side in sides)
    found = [(s.counts.samples if small else s.counts.matrix)[measure.name] for s in sides]
    units = set(found[0].units).intersection(*(counts.units for counts in found))
    if not units:
        raise NotComparable(f"{measure.name}: the runs have no document in common")
    return [
        counts.take([i for i, unit in enumerate(counts.units) if unit in units]) for counts in found
    ]


def _point(value: float | None) -> Interval:
    return Interval(value, None, None, None, 0.95, "percentile", 1, 0, 0)


def _by_document(measure: Measure, baseline: Contestant, other: Contestant) -> tuple[int, int, int]:
    """On how many documents the other is better, as good, and worse; undefined is 0."""
    before, after = (side.counts.matrix[measure.name].by_unit() for side in (baseline, other))
    signs = [(after[unit].f1 or 0.0) - (before[unit].f1 or 0.0) for unit in before if unit in after]
    return sum(s > 0 for s in signs), sum(s == 0 for s in signs), sum(s < 0 for s in signs)


def changes(gold: Corpus, baseline: Contestant, other: Contestant) -> Iterator[Change]:
    """The items on which two systems differ, in the order of the documents and their texts."""
    sides = [
        {one.id: one for one in open_predictions(side.predictions, gold)}
        for side in (baseline, other)
    ]
    for document in gold.documents:
        nothing = Document(id=document.id, actors=(), events=(), quotes=())
        before, after = (
            _keyed(differences(document, side.get(document.id, nothing))) for side in sides
        )
        places = sorted(before.keys() | after.keys(), key=lambda key: key[:2])
        for key in places:
            one, two = before.get(key), after.get(key)
            was, now = (side is not None and side.kind == "hit" for side in (one, two))
            if (one or two) and was != now:
                yield Change("newly right" if now else "newly wrong", one, two)
            elif key[-1] and (one is None) != (two is None):
                what = "newly spurious" if two is not None else "no longer spurious"
                yield Change(what, one, two)


_Key = tuple[int, str, str, int, bool]


def _keyed(found: Sequence[Difference]) -> dict[_Key, Difference]:
    """Differences by what they are about: an item of gold, or a spurious one."""
    made: dict[_Key, Difference] = {}
    for one in found:
        words, number = one.gold or one.predicted or "", 0
        while (key := (one.start, one.item, words, number, one.gold is None)) in made:
            number += 1
        made[key] = one
    return made
