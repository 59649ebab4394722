"""The options that several commands share: the same flag means the same everywhere."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ..report.figures import Result
    from ..report.sheets import Sheet


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    json = "json"
    md = "md"
    csv = "csv"


class Color(StrEnum):
    """When to colour."""

    auto = "auto"
    always = "always"
    never = "never"


class By(StrEnum):
    """What figures are split by."""

    type = "type"


def _corpora() -> list[str]:
    from ..corpora import named

    return named()


CorpusOption = Annotated[
    str,
    typer.Option(
        "--corpus",
        metavar="NAME|PATH",
        help="A shipped corpus, a brat folder, or a .jsonl[.gz] file.",
        autocompletion=_corpora,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the figures.")]
ByOption = Annotated[
    By | None,
    typer.Option("--by", help="Split every measure by its labels, and show macro averages."),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Refuse unknown fields, and types and roles outside the ontology.",
    ),
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks.")]


def say(console: "Console", text: str) -> None:
    """A line on a console as it is: no markup, no folding."""
    console.print(text, markup=False, soft_wrap=True)


def show(
    results: "Sequence[Result]", format: Format, by: By | None, color: Color, *, quiet: bool
) -> None:
    """Print results on stdout in the format asked for, and what to read beside them."""
    from ..report import figures, terminal

    if format is Format.table:
        table = terminal.scores_table(results, labels=by is not None)
        terminal.console(color=color.value).print(table)
    else:
        text = figures.FORMATS[format.value](results, labels=by is not None)
        typer.echo(text, nl=False)
    if format in (Format.csv, Format.json) and not quiet:
        stderr = terminal.console(stderr=True, color=color.value)
        for remark in figures.remarks(results):
            say(stderr, f"bench: {remark}")


def show_sheet(sheet: "Sheet", format: Format, color: Color) -> None:
    """Print a plain table on stdout in the format asked for."""
    from ..report import sheets, terminal

    if format is Format.table:
        terminal.console(color=color.value).print(terminal.sheet_table(sheet))
    else:
        typer.echo(sheets.FORMATS[format.value](sheet), nl=False)
