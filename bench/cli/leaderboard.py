"""``bench leaderboard``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    PEOPLE,
    Color,
    ColorOption,
    CorpusOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    UnitOption,
    say,
    show_sheet,
)

MEASURES = (
    "events.trigger.type",
    "events.argument.role+attached",
    "actors.mention.type",
    "actors.coref.conll",
    "quotes.attribution",
)


def leaderboard(
    folder: Annotated[
        Path | None, typer.Argument(help="Where runs were saved.", show_default="results")
    ] = None,
    corpus: CorpusOption = "seed",
    measure: MeasureOption = None,
    unit: UnitOption = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Put the table into this Markdown file, between its marks."),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", help="Exit with 1 if the table in this file is another."),
    ] = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Rank the saved runs on a corpus, with intervals, and who cannot be told apart."""
    from ..compare import Settings
    from ..leaderboard import leaderboard as rank
    from ..measures import parse
    from ..paths import read_text, results, write_file
    from ..report import leaderboard as rendered
    from ..report.terminal import console
    from . import PROBLEM

    settings = Settings(unit=unit.value if unit else None)
    measures = tuple(map(parse, dict.fromkeys(measure or MEASURES)))
    found = rank(folder if folder is not None else results(), corpus, measures, settings)
    stderr = console(stderr=True, color=color.value)
    notes = [f"left out: {why}" for why in found.left_out]
    if write is not None:
        write_file(write, rendered.inserted(write, rendered.markdown(found)).encode())
        notes.append(f"wrote {write}")
    elif check is not None:
        if rendered.inserted(check, rendered.markdown(found)) != read_text(check):
            say(stderr, f"bench: {check} holds another table; bench leaderboard --write {check}")
            raise typer.Exit(PROBLEM)
    else:
        people = format in PEOPLE
        made = rendered.leaderboard_sheet if people else rendered.leaderboard_values
        show_sheet(made(found), format, color)
        notes += [rendered.legend(found)] if people else []
    for note in () if quiet else notes:
        say(stderr, f"bench: {note}")
