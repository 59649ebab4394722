"""``bench compare``."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    PEOPLE,
    ByOption,
    Color,
    ColorOption,
    CorpusFormatOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    UnitOption,
    plan,
    say,
    show_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contestants import Contestant


class Correction(StrEnum):
    """How p-values are corrected for being several."""

    holm = "holm"
    bh = "benjamini-hochberg"
    none = "none"


class IntervalMethod(StrEnum):
    """How intervals are made."""

    percentile = "percentile"
    bca = "bca"


class Test(StrEnum):
    """How differences are tested."""

    randomisation = "randomisation"
    bootstrap = "bootstrap"
    sacrebleu = "sacrebleu"


class Rate(StrEnum):
    """By which figure systems are compared."""

    f1 = "f1"
    precision = "precision"
    recall = "recall"


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="A B...",
            help="The baseline and others: saved runs, printed reports (.json), or predictions "
            "(--gold).",
        ),
    ],
    gold: Annotated[
        str | None,
        typer.Option(
            "--gold",
            metavar="NAME|PATH[:SPLIT]",
            help="The gold, for predictions and the fields of documents.",
        ),
    ] = None,
    corpus_format: CorpusFormatOption = None,
    measure: MeasureOption = None,
    rate: Annotated[Rate, typer.Option("--rate", help="The figure that is compared.")] = Rate.f1,
    by: ByOption = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="List the items that became right or wrong.")
    ] = False,
    intersect: Annotated[
        bool, typer.Option("--intersect", help="Compare runs on other golds where they overlap.")
    ] = False,
    unit: UnitOption = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="document|FIELD",
            help="Draw groups whole: all sentences of a document, all documents of a source.",
        ),
    ] = None,
    stratify: Annotated[
        str | None,
        typer.Option(
            "--stratify", metavar="FIELD", help="Draw as many of each group as there are."
        ),
    ] = None,
    correction: Annotated[
        Correction, typer.Option("--correction", help="Of the p-values, for being several.")
    ] = Correction.holm,
    interval: Annotated[
        IntervalMethod, typer.Option("--interval", help="How intervals are made.")
    ] = IntervalMethod.percentile,
    test: Annotated[
        Test, typer.Option("--test", help="How differences are tested.")
    ] = Test.randomisation,
    resamples: Annotated[
        int, typer.Option("--resamples", min=1, help="How often units are drawn anew.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seeds the resamples.")] = 1,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Compare systems on the same gold: differences with intervals and tests."""
    from ..compare import Settings
    from ..compare import compare as compare_pairs
    from ..contestants import contestants, in_common
    from ..errors import UsageError
    from ..report import comparison, costs
    from ..report.terminal import console
    from ..sources import find
    from ..statistics import Sampling

    plans = plan(measure, by, None)
    source = find(gold, corpus_format) if gold is not None else None
    settings = Settings(
        rate=rate.value,
        by=plans.by,
        unit=unit.value if unit else None,
        cluster=cluster,
        stratify=stratify,
        sampling=Sampling(resamples=resamples, seed=seed),
        interval=interval.value,
        test=test.value,
        correction=correction.value,
        gold=source,
    )
    fields = [*plans.fields, *(one for one in (cluster, stratify) if one not in (None, "document"))]
    sides = [
        one
        for run in runs
        for one in contestants(
            run, gold=source, measures=plans.measures, fields=fields, unit=settings.unit
        )
    ]
    if len(sides) < 2:
        raise UsageError("compare: expected a baseline and at least one other run")
    measures = in_common(sides, intersect=intersect)
    if measure or by not in (None, plans.by):  # measures that are split are measures of their own
        wanted = {one.name for one in plans.measures}
        measures = [one for one in measures if one.name in wanted]
        if not measures:
            raise UsageError(f"compare: no run has the measure {', '.join(sorted(wanted))}")
    stderr = console(stderr=True, color=color.value)
    if changes:
        _show_changes(sides, format, color)
    else:
        rows = compare_pairs(sides, measures, settings)
        names = _names(runs, sides)
        if format not in PEOPLE:
            sheet = comparison.values_sheet(names, rows, settings)
        elif len(sides) == 2:
            sheet = comparison.comparison_sheet(names, rows)
        else:
            sheet = comparison.matrix_sheet(names, rows, settings.rate)
        show_sheet(sheet, format, color)
        for note in () if quiet else comparison.notes(names, rows, settings):
            say(stderr, f"bench: {note}")
    for line in () if quiet or changes else costs.of_runs(runs):
        say(stderr, f"bench: {line}")
    if intersect and not quiet:
        say(stderr, "bench: --intersect: only documents that all runs have are compared")


def _names(runs: list[str], sides: "Sequence[Contestant]") -> list[str]:
    """What the columns are called: each another name."""
    from ..paths import told_apart

    names = [one.name for one in sides]
    if len(set(names)) == len(names):
        return names
    return told_apart(runs if len(runs) == len(sides) else names)


def _show_changes(sides: "Sequence[Contestant]", format: Format, color: Color) -> None:
    """What changed from the baseline to each other system, item by item, and how often."""
    from ..changes import changes
    from ..report import comparison

    for other in sides[1:]:
        found = list(changes(sides[0], other))
        if format in PEOPLE:
            show_sheet(comparison.changes_sheet(found), format, color)
            typer.echo()
            show_sheet(comparison.changed_kinds_sheet(found), format, color)
        else:
            show_sheet(comparison.change_values(found), format, color)
