"""``bench compare``."""

from enum import StrEnum
from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, MeasureOption, QuietOption, say


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


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="A B...", help="The baseline and others: saved runs, or predictions (--gold)."
        ),
    ],
    gold: Annotated[
        str | None, typer.Option("--gold", help="The gold, for predictions and for --changes.")
    ] = None,
    measure: MeasureOption = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="List the items that became right or wrong.")
    ] = False,
    intersect: Annotated[
        bool, typer.Option("--intersect", help="Compare runs on other golds where they overlap.")
    ] = False,
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
    from ..compare import changes as find_changes
    from ..compare import compare as compare_two
    from ..compare import contestant, in_common
    from ..corpora import open_corpus
    from ..errors import UsageError
    from ..measures import STANDARD, parse
    from ..report import comparison
    from ..report.terminal import console
    from ..statistics import Sampling
    from .options import show_sheet

    if len(runs) < 2:
        raise UsageError("compare: expected a baseline and at least one other run")
    asked = tuple(map(parse, measure or ())) or STANDARD
    sides = [contestant(one, gold=gold, measures=asked) for one in runs]
    measures = in_common(sides, intersect=intersect)
    if measure:
        wanted = {one.name for one in asked}
        measures = [one for one in measures if one.name in wanted]
        if not measures:
            raise UsageError(f"compare: no run has the measure {', '.join(sorted(wanted))}")
    stderr = console(stderr=True, color=color.value)
    people = format in (Format.table, Format.md)
    for other in sides[1:]:
        if changes:
            corpus = open_corpus(gold or sides[0].corpus.name)
            sheet = comparison.changes_sheet(find_changes(corpus, sides[0], other))
            show_sheet(sheet, format, color)
            continue
        rows = compare_two(
            sides[0],
            other,
            measures,
            sampling=Sampling(resamples=resamples, seed=seed),
            interval=interval.value,
            method=test.value,
            correction=correction.value,
        )
        made = comparison.comparison_sheet if people else comparison.values_sheet
        show_sheet(made(sides[0], other, rows), format, color)
        for note in () if quiet else comparison.notes(rows, seed, resamples, correction.value):
            say(stderr, f"bench: {note}")
    if intersect and not quiet:
        say(stderr, "bench: --intersect: only documents that all runs have are compared")
