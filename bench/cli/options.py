"""The options that several commands share: the same flag means the same everywhere."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ..measures import Measure
    from ..report.figures import Result
    from ..report.sheets import Sheet


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    json = "json"
    md = "md"
    csv = "csv"
    latex = "latex"


class Unit(StrEnum):
    """What samples are drawn from."""

    document = "document"
    paragraph = "paragraph"
    sentence = "sentence"


class Color(StrEnum):
    """When to colour."""

    auto = "auto"
    always = "always"
    never = "never"


PEOPLE = (Format.table, Format.md, Format.latex)
"""Formats for people: percent with two digits; the others hold fractions, unrounded."""


class Oracle(StrEnum):
    """What is taken from gold instead of the prediction."""

    triggers = "triggers"


def _corpora() -> list[str]:
    from ..catalogue import declared, shipped

    return [*shipped(), *declared()]


def formats() -> list[str]:
    """The names that can be completed."""
    from ..formats import NAMES

    return list(NAMES)


CorpusOption = Annotated[
    str,
    typer.Option(
        "--corpus",
        metavar="NAME|PATH[:SPLIT]",
        help="A corpus by name (bench list corpora), a folder or a file.",
        autocompletion=_corpora,
    ),
]
CorpusFormatOption = Annotated[
    str | None,
    typer.Option(
        "--corpus-format",
        metavar="FORMAT",
        help="The format of the corpus (bench list formats).",
        show_default="recognised",
        autocompletion=formats,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the figures.")]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="type|document|section|level|kind|realis|length|distance|FIELD",
        help="Split every measure by its labels (and show macro averages), by document, by a "
        "property of the items, or by a field of the documents' meta.",
    ),
]
UnitOption = Annotated[
    Unit | None,
    typer.Option(
        "--unit",
        help="What intervals and tests draw.",
        show_default="documents, sentences of fewer than 30",
    ),
]
CiOption = Annotated[bool, typer.Option("--ci", help="Show figures with 95 % bootstrap intervals.")]
OracleOption = Annotated[
    Oracle | None,
    typer.Option(
        "--oracle",
        help="Count arguments as if the triggers had been given: only of events that gold has.",
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
    by: str | None,
    color: Color,
    *,
    ci: bool = False,
    quiet: bool,
) -> None:
    """Print results on stdout in the format asked for, and what to read beside them."""
    from ..report import figures, terminal

    if ci:
        _show_intervals(results, format, by, color, quiet=quiet)
        return
    if format is Format.table:
        table = terminal.scores_table(results, by)
        terminal.console(color=color.value).print(table)
    else:
        text = figures.FORMATS[format.value](results, by)
        typer.echo(text, nl=False)
    if format in (Format.csv, Format.json) and not quiet:
        stderr = terminal.console(stderr=True, color=color.value)
        for remark in figures.remarks(results):
            say(stderr, f"bench: {remark}")


def _show_intervals(
    results: "Sequence[Result]", format: Format, by: str | None, color: Color, *, quiet: bool
) -> None:
    from ..compare import Settings, estimates
    from ..contestants import in_common, of_result
    from ..report import comparison, figures, terminal

    sides = [of_result(one.name, one.run, one.scores) for one in results]
    names = [one.name for one in sides]
    settings = Settings(by=by)
    measures = in_common(sides)
    found = [estimates(sides, measures, settings._replace(rate=rate)) for rate in comparison.RATES]
    if format in PEOPLE:
        sheet = comparison.estimates_sheet(names, found)
    else:
        sheet = comparison.estimate_values(names, found, settings)
    show_sheet(sheet, format, color)
    stderr = terminal.console(stderr=True, color=color.value)
    if not quiet:
        drawn = comparison.estimate_notes(found[-1], settings)
        for note in (figures.caption(results), *drawn, *figures.remarks(results)):
            say(stderr, f"bench: {note}")


class Plan(NamedTuple):
    """What is to be counted, and how it is to be split.

    Attributes:
        measures: The measures.
        fields: Fields of the documents' ``meta`` that figures are split by.
        by: What rows are added for: ``type``, ``document`` or a field.
    """

    measures: "tuple[Measure, ...]"
    fields: tuple[str, ...]
    by: str | None


def plan(measures: "Sequence[str] | None", by: str | None, oracle: Oracle | None) -> Plan:
    """What ``--measure``, ``--by`` and ``--oracle`` ask for; without any the profile ``standard``.

    Raises:
        UsageError: They do not go together.
    """
    from ..measures import SLICES, STANDARD, on_gold_triggers, parse, split_by

    chosen = tuple(map(parse, dict.fromkeys(measures))) if measures else STANDARD
    if oracle is Oracle.triggers:
        chosen = on_gold_triggers(chosen)
    slice_by = next((one for one in SLICES if one == by), None)
    if slice_by is not None:
        return Plan(split_by(chosen, slice_by), (), None)
    return Plan(chosen, (by,) if by not in (None, "type", "document") else (), by)


def show_sheet(sheet: "Sheet", format: Format, color: Color) -> None:
    """Print a plain table on stdout in the format asked for."""
    from ..report import sheets, terminal

    if format is Format.table:
        terminal.console(color=color.value).print(terminal.sheet_table(sheet))
    else:
        typer.echo(sheets.FORMATS[format.value](sheet), nl=False)
