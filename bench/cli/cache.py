"""``bench cache``."""

from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, show_sheet

app = typer.Typer(help="Look after the predictions kept by run --cache.", no_args_is_help=True)


@app.callback()
def _cache() -> None:
    """Look after the predictions kept by run --cache."""


@app.command()
def info(format: FormatOption = Format.table, color: ColorOption = Color.auto) -> None:
    """Count what is kept, by system and version; where it lies."""
    from ..report.sheets import Sheet
    from ..running.cache import HELD, Held, open_cache

    cache = open_cache()
    show_sheet(Sheet(HELD, Held._fields, cache.info()), format, color)
    typer.echo(f"bench: {cache.path}", err=True)


@app.command()
def clear(
    system: Annotated[
        str | None, typer.Option("--system", "-s", help="Only those of this system, by its name.")
    ] = None,
) -> None:
    """Forget what is kept."""
    from ..running.cache import open_cache

    typer.echo(f"bench: {open_cache().clear(system)} predictions are forgotten", err=True)
