"""``bench list``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, show_sheet

app = typer.Typer(help="List what there is.", no_args_is_help=True)


@app.callback()
def _list() -> None:
    """List what there is."""


@app.command()
def systems(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """What can be run, where it comes from, and what is missing or broken where it cannot."""
    from ..registry import listings
    from ..report.sheets import Sheet
    from ..running.hosts import broken

    found = listings()
    errors = broken(one.name for one in found if one.available)
    rows = [
        (
            one.name,
            "broken" if one.name in errors else "yes" if one.available else "no",
            one.origin,
            one.target,
            one.install,
            errors.get(one.name),
        )
        for one in found
    ]
    columns = ("system", "available", "from", "class", "to get it", "error")
    show_sheet(Sheet("eventbench.systems/1", columns, rows), format, color)


@app.command()
def measures(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """The measures of the profile ``standard``, each explained in a sentence, with its source."""
    from ..measures import STANDARD
    from ..report.sheets import Sheet

    rows = [(measure.name, measure.explains, measure.source) for measure in STANDARD]
    sheet = Sheet("eventbench.measures/1", ("measure", "what it counts", "after"), rows)
    show_sheet(sheet, format, color)


@app.command()
def profiles(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """The public scorers that EventBench reproduces, and which program each is."""
    from ..profiles import find, names
    from ..report.sheets import Sheet

    found = [find(name) for name in names()]
    rows = [(one.name, one.layer, one.explains, one.original) for one in found]
    columns = ("profile", "layer", "what it counts", "original")
    show_sheet(Sheet("eventbench.profile-list/1", columns, rows), format, color)


@app.command()
def formats(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """The formats of corpora and predictions: what is read, what is written, and what it needs."""
    from ..formats import NAMES, find, installed
    from ..report.sheets import Sheet

    rows = [
        (
            one.name,
            "read, write" if one.write else "read",
            ", ".join(one.layers),
            one.explains,
            "" if installed(one) else f"pip install 'eventbench[{one.extra}]'",
        )
        for one in map(find, sorted(NAMES))
    ]
    columns = ("format", "", "layers", "what it is", "to get it")
    show_sheet(Sheet("eventbench.formats/1", columns, rows), format, color)


@app.command()
def corpora(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """The corpora that have a name: those that ship and those of bench.toml; what is in them.

    Documents are counted and the hash is verified where that takes no time: up to 4 MiB.
    """
    from ..inventory import inventory
    from ..report.sheets import Sheet
    from .options import PEOPLE

    cut = 12 if format in PEOPLE else None
    rows = [
        (
            one.name,
            one.format,
            one.documents,
            ", ".join(one.layers),
            ", ".join(one.splits),
            one.licence,
            one.origin,
            one.sha256[:cut],
            one.error,
        )
        for one in inventory()
    ]
    columns = (
        "corpus", "format", "documents", "layers", "splits", "licence", "from", "sha256", "error",
    )  # fmt: skip
    show_sheet(Sheet("eventbench.corpora/1", columns, rows), format, color)


@app.command()
def runs(
    folder: Annotated[
        Path | None, typer.Argument(help="Where runs were saved.", show_default="results")
    ] = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
) -> None:
    """The saved runs in a folder, with their signatures."""
    from .. import runs
    from ..paths import results
    from ..report.sheets import Sheet

    base = folder if folder is not None else results()
    found = {path.parent: runs.load(path.parent) for path in sorted(base.rglob("run.json"))}
    rows = [
        (str(path.relative_to(base)), run.started, len(run.failures), run.signature.short)
        for path, run in found.items()
    ]
    columns = ("run", "started", "failed", "signature")
    show_sheet(Sheet("eventbench.runs/1", columns, rows), format, color)
