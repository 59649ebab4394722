"""Scores of one or several systems as rows, and the rows as Markdown, CSV or JSON.

Files and JSON carry figures unrounded. Tables show percent with two digits, rounded half up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ..counts import ANY, Average, Counts, Tally
from ..measures import Measure
from ..runs import REPORT_SCHEMA, Run, scores_as_json
from ..scoring import Scores
from . import costs, sheets
from .sheets import Sheet

UNDEFINED = "–"
HEADS = ("P", "R", "F1")
CSV_HEAD = (
    "system", "measure", "label", "tp", "predicted", "gold", "precision", "recall", "f1",
)  # fmt: skip


Figure = Tally | Average


class Result(NamedTuple):
    """What a table has a column group for: a run, or a scored prediction file."""

    name: str
    scores: Scores
    run: Run


class Row(NamedTuple):
    """One line of a table: a measure, or a part of it.

    Attributes:
        measure: The measure.
        label: The label or the group that the figures are of; of a whole measure its average.
        whole: Whether it is the measure's own figure.
        figures: One for each result; None where it does not have the measure.
    """

    measure: Measure
    label: str
    whole: bool
    figures: tuple[Tally | Average | None, ...]


def rows(results: Sequence[Result], by: str | None = None) -> Iterator[Row]:
    """The rows of a table with one figure a result.

    Args:
        results: Whose.
        by: ``type`` adds to each measure a row for each label and the macro average, ``document``
            or a field of the documents' ``meta`` a row for each group. What a measure is split by
            is shown in any case.
    """
    measures = {m.name: m for result in results for m in result.scores.measures}
    for measure in measures.values():
        if any(measure.name in result.scores.matrix for result in results):
            # A slice stands under its measure; alone it needs a head of its own.
            under = measure.by is not None and replace(measure, by=None).name in measures
            yield from _of_measure(measure, results, by, head=not under)


def _of_measure(
    measure: Measure, results: Sequence[Result], by: str | None, *, head: bool
) -> Iterator[Row]:
    counts = [result.scores.matrix.get(measure.name) for result in results]

    def row(label: str, of: Callable[[Counts], Figure | None], *, whole: bool = False) -> Row:
        return Row(measure, label, whole, tuple(None if c is None else of(c) for c in counts))

    if head:
        yield row(measure.average, lambda c: c.averaged(measure.average, measure.zero), whole=True)
    if by is not None and by != "type":
        for group in sorted({one for result in results for one in _groups(result, by).values()}):
            found = [_by_group(result, measure, by).get(group) for result in results]
            yield Row(measure, group, False, tuple(found))
        return
    labels = dict.fromkeys(label for c in counts if c is not None for label in c.labels)
    if tuple(labels) == (ANY,) or not (measure.by or by == "type"):
        return
    if by == "type":
        yield row("macro", lambda c: c.averaged("macro", measure.zero))
    for label in labels:
        yield row(label, partial(_of_label, label))


def _of_label(label: str, counts: Counts) -> Figure:
    return counts.by_label().get(label, Tally(0, 0, 0))


def _groups(result: Result, by: str) -> Mapping[str, str]:
    """The group of each document."""
    if by != "document":
        return result.scores.groups[by]
    units = {unit for counts in result.scores.matrix.values() for unit in counts.units}
    return {unit: unit for unit in units}


def _by_group(result: Result, measure: Measure, by: str) -> Mapping[str, Figure]:
    counts = result.scores.matrix.get(measure.name)
    return counts.by_group(_groups(result, by)) if counts is not None else {}


def percent(value: float | None) -> str:
    """A proportion as percent with two digits, rounded half up; a dash where it is undefined.

    >>> percent(0.156250), percent(2 / 3), percent(None)
    ('15.63', '66.67', '–')
    """
    if value is None:
        return UNDEFINED
    return str((Decimal(repr(value)) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP))


def why_undefined(shown: Sequence[Row]) -> str | None:
    """What the dashes of a table mean, in words; None where there are none."""
    figures = [figure for row in shown for figure in row.figures]
    reasons = []
    tallies = [figure for figure in figures if isinstance(figure, Tally)]
    if any(tally.precision is None for tally in tallies):
        reasons.append("precision where nothing was predicted")
    if any(tally.recall is None for tally in tallies):
        reasons.append("recall where the gold has none")
    if any(tally.f1 is None for tally in tallies):
        reasons.append("F1 where there is neither")
    averages = [figure for figure in figures if isinstance(figure, Average)]
    if any(average.f1 is None for average in averages):
        reasons.append("an average where the gold supports nothing")
    if any(average.f1 is not None and average.precision is None for average in averages):
        reasons.append("precision and recall of the CoNLL average, a mean of F1")
    if any(figure is None for figure in figures):
        reasons.append("everything where the system does not extract the layer")
    return f"{UNDEFINED} is undefined: {', '.join(reasons)}" if reasons else None


def caption(results: Sequence[Result]) -> str:
    """What the figures were computed on."""
    run = results[0].run
    corpus = run.corpus
    profile = f"profile {run.profile}" if run.profile else "measures as named"
    documents = "1 document" if corpus.documents == 1 else f"{corpus.documents} documents"
    return (
        f"gold {corpus.name}: {documents}, sha256 {corpus.sha256[:12]}; {profile}; "
        f"eventbench {run.versions.get('eventbench', '?')}"
    )


def remarks(results: Sequence[Result]) -> Iterator[str]:
    """What must be read beside the figures: failed documents, each result's notes, its cost."""
    for result in results:
        prefix = f"{result.name}: "
        for failure in result.run.failures:
            what = f"{failure.id} failed ({failure.status}) and counts as empty"
            yield f"{prefix}{what}: {failure.message}"
        yield from (prefix + note for note in result.scores.notes)
        if result.run.cost is not None:
            yield prefix + costs.said(result.run.cost)


def to_markdown(results: Sequence[Result], by: str | None = None) -> str:
    """A GitHub-flavoured table with the caption and the remarks under it."""
    sheet, notes = _for_people(results, by)
    return "\n".join([sheets.to_markdown(sheet), *(f"- {note}" for note in notes)]) + "\n"


def to_latex(results: Sequence[Result], by: str | None = None) -> str:
    """A tabular in the style of booktabs; the caption and the remarks before it are comments."""
    sheet, notes = _for_people(results, by)
    return "".join(f"% {note}\n" for note in notes) + sheets.to_latex(sheet)


def _for_people(results: Sequence[Result], by: str | None) -> tuple[Sheet, list[str]]:
    """The figures in percent, and what must be read beside them."""
    shown = list(rows(results, by))
    heads = (f"{result.name} {head}" for result in results for head in HEADS)
    lines = [
        (
            row.measure.name if row.whole else f"{row.measure.name}: {row.label}",
            *(cell for figure in row.figures for cell in triple(figure)),
        )
        for row in shown
    ]
    notes = [caption(results), why_undefined(shown), *remarks(results)]
    return Sheet(REPORT_SCHEMA, ("measure", *heads), lines), [note for note in notes if note]


def to_csv(results: Sequence[Result], by: str | None = None) -> str:
    """One line a system, measure and label; figures unrounded, empty where undefined."""
    lines = [
        (
            result.name,
            row.measure.name,
            row.label,
            *(figure if isinstance(figure, Tally) else ("", "", "")),
            *_triple(figure),
        )
        for row in rows(results, by)
        for result, figure in zip(results, row.figures, strict=True)
        if figure is not None
    ]
    return sheets.to_csv(Sheet(REPORT_SCHEMA, CSV_HEAD, lines))


def to_json(results: Sequence[Result], by: str | None = None) -> str:  # noqa: ARG001
    """Everything, unrounded; labels and units are always in it."""
    return sheets.dumps(
        {
            "schema": REPORT_SCHEMA,
            "results": [
                {
                    "name": result.name,
                    "run": msgspec.to_builtins(result.run),
                    "scores": scores_as_json(result.scores, result.run.corpus),
                }
                for result in results
            ],
        }
    )


FORMATS = {"md": to_markdown, "csv": to_csv, "json": to_json, "latex": to_latex}


def _triple(
    figure: Tally | Average | None,
) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if figure is None else (figure.precision, figure.recall, figure.f1)


def triple(figure: Tally | Average | None) -> tuple[str, str, str]:
    """Precision, recall and F1 as they are shown."""
    precision, recall, f1 = _triple(figure)
    return percent(precision), percent(recall), percent(f1)
