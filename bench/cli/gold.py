"""``bench gold``."""

from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, show_sheet

app = typer.Typer(help="Look after gold annotations.", no_args_is_help=True)

Gold = Annotated[
    str,
    typer.Argument(metavar="[NAME|PATH]", help="A shipped corpus, a folder or a file."),
]


@app.callback()
def _gold() -> None:
    """Look after gold annotations."""


@app.command()
def check(gold: Gold = "seed") -> None:
    """Verify gold: every fault with its file and line; exit code 1 if there is one."""
    from ..corpora import check as faults_of
    from . import PROBLEM

    faults = list(faults_of(gold))
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo(f"{len(faults)} faults", err=True)
        raise typer.Exit(PROBLEM)
    typer.echo(f"{gold}: no fault", err=True)


@app.command()
def stats(
    gold: Gold = "seed",
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
) -> None:
    """Count what gold holds, per layer, type, realis and kind."""
    from ..corpora import open_corpus
    from ..report.statistics import statistics

    show_sheet(statistics(open_corpus(gold).documents), format, color)


@app.command()
def show(
    gold: Gold = "seed",
    document: Annotated[
        str | None, typer.Option("--doc", "-d", help="Only the document with this id.")
    ] = None,
    color: ColorOption = Color.auto,
) -> None:
    """Print the texts with their labels."""
    from ..corpora import open_corpus
    from ..errors import UsageError, nearest
    from ..report import terminal

    documents = {one.id: one for one in open_corpus(gold).documents}
    if document is not None and document not in documents:
        raise UsageError(f"no document {document!r} in {gold}: {nearest(document, documents)}")
    stdout = terminal.console(color=color.value)
    for one in documents.values() if document is None else [documents[document]]:
        stdout.print(terminal.document(one))
