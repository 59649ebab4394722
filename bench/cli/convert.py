"""``bench convert``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, QuietOption, formats, say, show_sheet

if TYPE_CHECKING:
    from ..converting import Conversion


def convert(
    source: Annotated[
        str, typer.Argument(metavar="IN", help="A corpus by name, a folder or a file; :SPLIT.")
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file or folder to write.")],
    reads: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FORMAT",
            help="The format of IN (see bench list formats).",
            show_default="recognised",
            autocompletion=formats,
        ),
    ] = None,
    writes: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="The format of OUT.",
            show_default="told by its name",
            autocompletion=formats,
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="TABLE",
            help="Bring the labels to PLOVER's by a table: ace, cameo, plover, or a .toml file.",
        ),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient", help="Leave out what is malformed, and count it, instead of stopping."
        ),
    ] = False,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Write in another format, and tell what came in, what went out and what was lost."""
    from ..converting import convert as converted
    from ..report.terminal import console
    from . import PROBLEM

    done = converted(source, target, reads=reads, writes=writes, table=table, lenient=lenient)
    _show(done, format, color)
    stderr = console(stderr=True, color=color.value)
    for fault in () if quiet else done.faults:
        say(stderr, f"bench: left out: {fault}")
    for item in done.unaccounted:
        say(stderr, f"bench: {item}: in is not out and lost; a fault of bench, please report it")
    if not quiet:
        say(stderr, f"bench: wrote {target} ({done.source} to {done.target})")
    if done.unaccounted:
        raise typer.Exit(PROBLEM)


def _show(done: "Conversion", format: Format, color: Color) -> None:
    from ..report.sheets import Sheet, dumps

    counts = Sheet("eventbench.conversion/1", ("item", "in", "out", "lost", "split"), done.rows)
    columns = ("item", "what", "why", "times", "first at")
    if format is Format.json:
        losses = [dict(zip((*columns[:4], "places"), loss, strict=True)) for loss in done.losses]
        rows = [dict(zip(counts.columns, row, strict=True)) for row in counts.rows]
        made = {"from": done.source, "to": done.target, "counts": rows, "losses": losses}
        typer.echo(dumps({"schema": counts.schema, **made}), nl=False)
        return
    show_sheet(counts, format, color)
    if done.losses:
        rest = [(*loss[:4], loss[4][0]) for loss in done.losses]
        show_sheet(Sheet("eventbench.losses/1", columns, rest), format, color)
