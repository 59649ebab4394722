"""Scores of one or several systems as rows, and the rows as Markdown, CSV or JSON.

Files and JSON carry figures unrounded. Tables show percent with two digits, rounded half up.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import msgspec

from ..counts import ANY, Average, Counts, Tally
from ..measures import parse
from ..runs import Run, scores_as_json
from ..scoring import Scores
from . import sheets
from .sheets import Sheet

REPORT_SCHEMA = "eventbench.report/1"
UNDEFINED = "–"
HEADS = ("P", "R", "F1")
CSV_HEAD = (
    "system", "measure", "label", "tp", "predicted", "gold", "precision", "recall", "f1",
)  # fmt: skip


class Result(NamedTuple):
    """What a table has a column group for: a run, or a scored prediction file."""

    name: str
    scores: Scores
    run: Run


class Row(NamedTuple):
    """One line of a table: a measure, as a whole (label ``micro`` or ``macro``) or for a label."""

    measure: str
    label: str
    figures: tuple[Tally | Average | None, ...]


class Slices(NamedTuple):
    """What figures are split by.

    Attributes:
        by: ``type`` for the labels of each measure, else what the groups are.
        groups: The group of each document; empty for ``type``.
    """

    by: str
    groups: Mapping[str, str] = {}


def rows(results: Sequence[Result], slices: Slices | None = None) -> Iterator[Row]:
    """The rows of a table with one figure a system; with ``slices`` those of each slice too."""
    for measure in dict.fromkeys(name for result in results for name in result.scores.matrix):
        counts = [result.scores.matrix.get(measure) for result in results]
        yield Row(measure, "micro", tuple(c.micro() if c else None for c in counts))
        known = dict.fromkeys(label for c in counts if c is not None for label in c.labels)
        if slices is None:
            continue
        if slices.groups:
            split = [c.by_group(slices.groups) if c else {} for c in counts]
            for group in sorted({group for groups in split for group in groups}):
                yield Row(measure, group, tuple(groups.get(group) for groups in split))
        elif tuple(known) != (ANY,):
            yield Row(measure, "macro", tuple(c.macro() if c else None for c in counts))
            for label in known:
                yield Row(measure, label, tuple(_of_label(c, label) for c in counts))


def _of_label(counts: Counts | None, label: str) -> Tally | Average | None:
    return counts.by_label().get(label, Tally(0, 0, 0)) if counts is not None else None


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
    corpus = results[0].run.corpus
    documents = "1 document" if corpus.documents == 1 else f"{corpus.documents} documents"
    versions = results[0].run.versions
    return (
        f"gold {corpus.name}: {documents}, sha256 {corpus.sha256[:12]}; profile standard; "
        f"eventbench {versions.get('eventbench', '?')}"
    )


def remarks(results: Sequence[Result]) -> Iterator[str]:
    """What must be read beside the figures: failed documents, and each result's notes."""
    for result in results:
        prefix = f"{result.name}: "
        for failure in result.run.failures:
            what = f"{failure.id} failed ({failure.status}) and counts as empty"
            yield f"{prefix}{what}: {failure.message}"
        yield from (prefix + note for note in result.scores.notes)


def to_markdown(results: Sequence[Result], slices: Slices | None = None) -> str:
    """A GitHub-flavoured table with the caption and the remarks under it."""
    shown = list(rows(results, slices))
    heads = (f"{result.name} {head}" for result in results for head in HEADS)
    lines = [
        (
            row.measure if row.label == "micro" else f"{row.measure}: {row.label}",
            *(cell for figure in row.figures for cell in triple(figure)),
        )
        for row in shown
    ]
    table = sheets.to_markdown(Sheet(REPORT_SCHEMA, ("measure", *heads), lines))
    notes = [caption(results), why_undefined(shown), *remarks(results)]
    return "\n".join([table, *(f"- {note}" for note in notes if note)]) + "\n"


def to_csv(results: Sequence[Result], slices: Slices | None = None) -> str:
    """One line a system, measure and label; figures unrounded, empty where undefined."""
    lines = [
        (
            result.name,
            row.measure,
            row.label,
            *(figure if isinstance(figure, Tally) else ("", "", "")),
            *_triple(figure),
        )
        for row in rows(results, slices)
        for result, figure in zip(results, row.figures, strict=True)
        if figure is not None
    ]
    return sheets.to_csv(Sheet(REPORT_SCHEMA, CSV_HEAD, lines))


def to_json(results: Sequence[Result], slices: Slices | None = None) -> str:  # noqa: ARG001
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


FORMATS = {"md": to_markdown, "csv": to_csv, "json": to_json}


def title(measure: str) -> str:
    """A measure's title for people."""
    return parse(measure).title


def _triple(
    figure: Tally | Average | None,
) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if figure is None else (figure.precision, figure.recall, figure.f1)


def triple(figure: Tally | Average | None) -> tuple[str, str, str]:
    """Precision, recall and F1 as they are shown."""
    precision, recall, f1 = _triple(figure)
    return percent(precision), percent(recall), percent(f1)
