"""``bench gold``."""

from typing import Annotated

import typer

from .options import (
    PEOPLE,
    Color,
    ColorOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    UnitOption,
    say,
    show_sheet,
)

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


@app.command()
def agree(
    annotators: Annotated[
        list[str], typer.Argument(metavar="A B...", help="What each annotator has labelled.")
    ],
    measure: MeasureOption = None,
    by_type: Annotated[bool, typer.Option("--by-type", help="Also F1 of each label.")] = False,
    unit: UnitOption = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Do annotators agree? F1 of each pair with intervals, Cohen's kappa, Krippendorff's alphas."""
    from ..agreement import MEASURES, agreement
    from ..compare import Settings
    from ..corpora import open_corpus
    from ..errors import UsageError
    from ..measures import parse
    from ..report import agreement as rendered
    from ..report.terminal import console

    if len(annotators) < 2:
        raise UsageError("agree: expected two annotators at least")
    measures = tuple(map(parse, dict.fromkeys(measure))) if measure else MEASURES
    settings = Settings(by="type" if by_type else None, unit=unit.value if unit else None)
    sides = {n: open_corpus(path) for n, path in zip(_names(annotators), annotators, strict=True)}
    found = agreement(sides, measures, settings)
    if format in PEOPLE:
        for head, sheet in rendered.tables(found):
            typer.echo(f"% {head}" if format is Format.latex else f"{head}\n")
            show_sheet(sheet, format, color)
            typer.echo()
    else:
        show_sheet(rendered.values_sheet(found), format, color)
    stderr = console(stderr=True, color=color.value)
    for note in () if quiet else rendered.notes(found):
        say(stderr, f"bench: {note}")


def _names(paths: list[str]) -> list[str]:
    """The last parts of some paths that tell them apart."""
    from pathlib import Path

    parts = [Path(path).with_suffix("").parts for path in paths]
    for length in range(1, max(map(len, parts)) + 1):
        names = ["/".join(one[-length:]) for one in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{path} ({number})" for number, path in enumerate(paths, 1)]
