"""The options that several commands share: the same flag means the same everywhere."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ..corpora import Corpus
    from ..measures import Measure
    from ..report.figures import Result, Slices
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
    str | None,
    typer.Option(
        "--by",
        metavar="type|document|FIELD",
        help="Split every measure by its labels (and show macro averages), by document, or by a "
        "field of the documents' meta.",
    ),
]
MeasureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        "-m",
        metavar="MEASURE",
        help="What to count, such as events.trigger.type or quotes.content@dice>=0.5. Repeatable.",
    ),
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
    results: "Sequence[Result]",
    format: Format,
    slices: "Slices | None",
    color: Color,
    *,
    quiet: bool,
) -> None:
    """Print results on stdout in the format asked for, and what to read beside them."""
    from ..report import figures, terminal

    if format is Format.table:
        table = terminal.scores_table(results, slices)
        terminal.console(color=color.value).print(table)
    else:
        text = figures.FORMATS[format.value](results, slices)
        typer.echo(text, nl=False)
    if format in (Format.csv, Format.json) and not quiet:
        stderr = terminal.console(stderr=True, color=color.value)
        for remark in figures.remarks(results):
            say(stderr, f"bench: {remark}")


def slices_of(by: str | None, corpus: "Corpus") -> "Slices | None":
    """What ``--by`` asks for.

    Raises:
        UsageError: No document has such a field.
    """
    from ..errors import UsageError, nearest
    from ..report.figures import Slices

    if by is None:
        return None
    if by == "type":
        return Slices(by)
    if by == "document":
        return Slices(by, {document.id: document.id for document in corpus.documents})
    known = {field for document in corpus.documents for field in document.meta}
    if by not in known:
        hint = nearest(by, {"type", "document", *known})
        raise UsageError(f"--by {by}: no document has this field; {hint}")
    groups = {document.id: str(document.meta.get(by, "none")) for document in corpus.documents}
    return Slices(by, groups)


def measures_of(texts: "Sequence[str] | None") -> "Sequence[Measure]":
    """The measures that ``--measure`` asks for; without any, those of the profile ``standard``."""
    from ..measures import STANDARD, parse

    return tuple(map(parse, texts)) if texts else STANDARD


def show_sheet(sheet: "Sheet", format: Format, color: Color) -> None:
    """Print a plain table on stdout in the format asked for."""
    from ..report import sheets, terminal

    if format is Format.table:
        terminal.console(color=color.value).print(terminal.sheet_table(sheet))
    else:
        typer.echo(sheets.FORMATS[format.value](sheet), nl=False)
