"""Is one system better than another? The first of several is the baseline.

What is stored is read; nothing is aligned again. All figures and differences are drawn from the
same resamples of the same units: documents, or the sentences of a few; or groups of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .contestants import Contestant, Shared, grouping, shared
from .counts import ANY, Counts
from .errors import UsageError
from .figures import Figure, Rate, figure, less
from .measures import SLICES, Measure
from .passages import Unit, document_of
from .sources import Source
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
    letters,
    needed,
    significance,
)


class Settings(NamedTuple):
    """How systems are compared.

    Attributes:
        rate: By which figure.
        by: What figures are split by besides: ``type`` for the labels of each measure,
            ``document``, or a field of the documents' ``meta``.
        unit: What is drawn; sentences of few documents and else documents, if it is not said.
        cluster: The field whose groups of documents are drawn whole; ``document`` for the
            sentences of each.
        stratify: The field within whose groups as many are drawn as there are.
        sampling: How often, and with which seed.
        interval: How intervals are made.
        test: How differences are tested.
        correction: How the p-values are corrected for being several.
        level: At which p a difference counts as shown.
        gold: Where the fields of the documents are, if the runs do not know them.
    """

    rate: Rate = "f1"
    by: str | None = None
    unit: Unit | None = None
    cluster: str | None = None
    stratify: str | None = None
    sampling: Sampling = Sampling()
    interval: IntervalMethod = "percentile"
    test: TestMethod = "randomisation"
    correction: Correction = "holm"
    level: float = 0.05
    gold: str | Source | None = None


class Part(NamedTuple):
    """What figures are of: a measure, or one label or group of it.

    Attributes:
        measure: The measure.
        label: The label or the group; empty for the whole measure.
        unit: What samples are drawn from.
        figures: The figure of each contestant in those units.
        documents: The same by document.
        strata: Of each unit, where they are drawn in strata.
    """

    measure: Measure
    label: str
    unit: str
    figures: list[Figure]
    documents: list[Figure]
    strata: Mapping[str, str]


class Estimate(NamedTuple):
    """The figure of each contestant with its interval.

    Attributes:
        measure: The measure.
        label: The label or the group; empty for the whole measure.
        unit: What was drawn.
        intervals: Of each contestant.
    """

    measure: Measure
    label: str
    unit: str
    intervals: tuple[Interval, ...]


class Row(NamedTuple):
    """What two systems have in one measure or a part of it.

    Attributes:
        pair: The places of the two among the contestants.
        measure: The measure.
        label: The label or the group; empty for the whole measure.
        baseline: The figure of the first.
        other: That of the second.
        difference: The second's less the first's.
        test: Whether that may be chance; None where there is one unit only.
        p: Its p-value, corrected for all that are compared.
        documents: On how many documents the second is better, as good, and worse.
        unit: What was drawn.
        detectable: The smallest difference that these units would show in four of five cases;
            None where the systems differ on no unit.
        needed: How many of them would show the difference that was found.
        letters: Of each of the two; those that share one cannot be told apart. Empty where that
            cannot be tested.
    """

    pair: tuple[int, int]
    measure: Measure
    label: str
    baseline: Interval
    other: Interval
    difference: Interval
    test: Significance | None
    p: float | None
    documents: tuple[int, int, int]
    unit: str
    detectable: float | None
    needed: int | None
    letters: tuple[str, str]


def estimates(
    contestants: Sequence[Contestant],
    measures: Sequence[Measure],
    settings: Settings = Settings(),  # noqa: B008 - it is immutable
) -> list[Estimate]:
    """The figures of some systems with their intervals.

    Raises:
        UsageError: No interval exists, or nobody knows a field.
        NotComparable: The systems have no document in common, or not such units.
    """
    parts = list(_parts(contestants, measures, settings))
    found = _intervals(parts, settings)
    return [
        Estimate(part.measure, part.label, part.unit, tuple(found[id(one)] for one in part.figures))
        for part in parts
    ]


def compare(
    contestants: Sequence[Contestant],
    measures: Sequence[Measure],
    settings: Settings = Settings(),  # noqa: B008 - it is immutable
) -> list[Row]:
    """All pairs of systems in each measure, with intervals, tests and what could have been shown.

    Args:
        contestants: The systems, the baseline first.
        measures: Those by which all were scored.
        settings: How.

    Raises:
        UsageError: No interval exists, or nobody knows a field.
        NotComparable: The systems have no document in common, or not such units.
    """
    parts = list(_parts(contestants, measures, settings))
    pairs = list(combinations(range(len(contestants)), 2))
    asked = [
        (part, pair, less(part.figures[pair[1]], part.figures[pair[0]]))
        for part in parts
        for pair in pairs
    ]
    # One unit has no spread: neither interval nor test.
    several = [one for _, _, one in asked if len(one.units) > 1]
    intervals = _intervals(parts, settings, several)
    tested = (
        significance(several, _sampling(parts, settings), method=settings.test) if several else []
    )
    tests = dict(zip(map(id, several), tested, strict=True))
    raw = [tests[id(one)].p if id(one) in tests else None for _, _, one in asked]
    p = corrected(raw, settings.correction)
    marked = {
        id(part): _letters(part, pairs, p[len(pairs) * i : len(pairs) * (i + 1)], settings.level)
        for i, part in enumerate(parts)
    }
    rows = []
    for (part, pair, one), value in zip(asked, p, strict=True):
        between = intervals.get(id(one)) or _point(one)
        rows.append(
            Row(
                pair=pair,
                measure=part.measure,
                label=part.label,
                baseline=intervals[id(part.figures[pair[0]])],
                other=intervals[id(part.figures[pair[1]])],
                difference=between,
                test=tests.get(id(one)),
                p=value,
                documents=_by_document(part.documents[pair[0]], part.documents[pair[1]]),
                unit=part.unit,
                detectable=detectable(between.error) if between.error else None,
                needed=needed(between),
                letters=(marked[id(part)][pair[0]], marked[id(part)][pair[1]]),
            )
        )
    return rows


def _intervals(
    parts: Sequence[Part], settings: Settings, differences: Sequence[Figure] = ()
) -> dict[int, Interval]:
    """The interval of each figure, by its identity; all from the same draws."""
    every = [one for part in parts for one in part.figures]
    wanted = [one for one in (*every, *differences) if len(one.units) > 1]
    sampling = _sampling(parts, settings)
    drawn = bootstrap(wanted, sampling, method=settings.interval) if wanted else []
    found = {id(one): _point(one) for one in every}
    return found | dict(zip(map(id, wanted), drawn, strict=True))


def _point(one: Figure) -> Interval:
    return Interval(one.value, None, None, None, 0.95, "percentile", 1, 0, 0)


def _parts(
    contestants: Sequence[Contestant], measures: Sequence[Measure], settings: Settings
) -> Iterator[Part]:
    """What there is to compare: each measure, then what it is split by."""

    def of(field: str | None) -> _GroupOf | None:
        return None if field is None else grouping(field, contestants, settings.gold)

    by = of(None if settings.by in (None, "type", *SLICES) else settings.by)
    cluster, stratum = of(settings.cluster), of(settings.stratify)
    for measure in measures:
        if len(measure.metrics) > 1 and settings.rate != "f1":
            continue  # the CoNLL average is a mean of F1
        whole = shared(contestants, measure, settings.unit)
        if settings.unit == "document" and len(whole.documents[0].units) == 1:
            raise UsageError(
                "--unit document: there is one document only, so no interval exists; "
                "draw its sentences with --unit sentence"
            )
        for name, label, some in _split(measure, whole, settings.by, by):
            average = measure.average if label is None else "micro"
            rated = partial(figure, rate=settings.rate, label=label, zero=measure.zero)
            figures = [rated(counts, average=average) for counts in some.samples]
            of_unit = {unit: document_of(unit, some.unit) for unit in figures[0].units}
            strata = _grouped(of_unit, stratum)
            if cluster is not None:
                clusters = _grouped(of_unit, cluster)
                figures = [one.grouped(clusters) for one in figures]
                strata = _of_clusters(clusters, strata, settings)
            yield Part(
                measure,
                name,
                settings.cluster or some.unit,
                figures,
                [rated(counts) for counts in some.documents],
                strata,
            )


_GroupOf = Callable[[str], str]


def _split(
    measure: Measure, whole: Shared, by: str | None, group_of: _GroupOf | None
) -> Iterator[tuple[str, str | None, Shared]]:
    """A measure and what it is split by: a name, a label if it is one, and the counts."""
    yield "", None, whole
    if group_of is not None:
        groups = [group_of(unit) for unit in whole.documents[0].units]
        for group in sorted(set(groups)):
            yield group, None, _taken(whole, group, group_of)
    elif (by == "type" or measure.by) and whole.documents[0].labels != (ANY,):
        for label in whole.documents[0].labels:
            yield label, label, whole


def _taken(whole: Shared, group: str, group_of: _GroupOf) -> Shared:
    """The counts of a group of documents."""

    def some(sides: Sequence[Counts], unit: Unit) -> list[Counts]:
        names = sides[0].units
        rows = [i for i, n in enumerate(names) if group_of(document_of(n, unit)) == group]
        return [counts.take(rows) for counts in sides]

    return Shared(some(whole.documents, "document"), some(whole.samples, whole.unit), whole.unit)


def _grouped(documents: Mapping[str, str], of: _GroupOf | None) -> dict[str, str]:
    """The group of each unit, from its document."""
    return {} if of is None else {unit: of(document) for unit, document in documents.items()}


def _of_clusters(
    clusters: Mapping[str, str], strata: Mapping[str, str], settings: Settings
) -> dict[str, str]:
    """The stratum of each cluster, from those of its units.

    Raises:
        UsageError: A cluster lies in two of them.
    """
    found: dict[str, str] = {}
    for unit, stratum in strata.items():
        if found.setdefault(clusters[unit], stratum) != stratum:
            raise UsageError(
                f"{settings.cluster} {clusters[unit]!r} lies in two groups of "
                f"{settings.stratify}: {found[clusters[unit]]!r} and {stratum!r}"
            )
    return found


def _sampling(parts: Sequence[Part], settings: Settings) -> Sampling:
    if settings.stratify is None:
        return settings.sampling
    strata = {unit: stratum for part in parts for unit, stratum in part.strata.items()}
    return replace(settings.sampling, strata=strata)


def _letters(
    part: Part, pairs: Sequence[tuple[int, int]], p: Sequence[float | None], level: float
) -> list[str]:
    """The letters of each contestant, the best ones first; none where nothing is tested."""
    if None in p:
        return [""] * len(part.figures)
    differ = [pair for pair, q in zip(pairs, p, strict=True) if q is not None and q < level]
    values = [-1.0 if one.value is None else one.value for one in part.figures]
    order = sorted(range(len(values)), key=lambda i: -values[i])
    return letters(order, differ)


def _by_document(before: Figure, after: Figure) -> tuple[int, int, int]:
    """On how many documents the second is better, as good, and worse; undefined is 0."""
    was, now = (np.nan_to_num(one.worth(one.columns)) for one in (before, after))
    return int((now > was).sum()), int((now == was).sum()), int((now < was).sum())
