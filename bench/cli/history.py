"""``bench history``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    Color,
    ColorOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    say,
    show_sheet,
)


def history(
    system: Annotated[
        str | None,
        typer.Argument(help="A system's name, with or without options.", show_default="all"),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Where runs were saved.", show_default="results"),
    ] = None,
    git: Annotated[
        str | None,
        typer.Option(
            "--git",
            metavar="COMMITS",
            help="The folder's runs in each commit that changed them: HEAD, v1.0.., main..topic.",
        ),
    ] = None,
    measure: MeasureOption = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """The runs of a system over time, and when a figure changed."""
    from ..errors import NothingMeasured, UsageError, nearest
    from ..history import MAIN, from_folder, from_git, series
    from ..measures import parse
    from ..paths import results
    from ..report import history as report
    from ..report.terminal import console

    stderr = console(stderr=True, color=color.value)
    measures = tuple(map(parse, dict.fromkeys(measure))) if measure else MAIN
    place = folder if folder is not None else results()

    def refuse(message: str) -> None:
        say(stderr, f"bench: left out: {message}")

    if git is None:
        points = list(from_folder(place, measures, refuse))
    else:
        points = list(from_git(place, git, measures, refuse))
    if not points:
        raise NothingMeasured(f"history: no run in {place}")
    known = {name for point in points for name in point.run.measures}
    for name in (one.name for one in measures if measure and one.name not in known):
        raise UsageError(f"history: no run has the measure {name}; {nearest(name, known)}")
    found = series(points)
    if system is not None:
        names = {one.system: one.entries[0].point.run.system.name for one in found}
        kept = [one for one in found if system in (one.system, names[one.system])]
        if not kept:
            hint = nearest(system, {*names, *names.values()})
            raise UsageError(f"history: no run of {system!r} in {place}; {hint}")
        found = kept
    people = format in (Format.table, Format.md)
    made = report.history_sheet if people else report.values_sheet
    show_sheet(made(found, measures), format, color)
    for note in () if quiet or not people else report.notes(found):
        say(stderr, f"bench: {note}")
