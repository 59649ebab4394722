"""``bench gold``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    PEOPLE,
    Color,
    ColorOption,
    CorpusFormatOption,
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
    typer.Argument(
        metavar="[NAME|PATH[:SPLIT]]", help="A corpus by name (bench list corpora), folder or file."
    ),
]


@app.callback()
def _gold() -> None:
    """Look after gold annotations."""


@app.command()
def check(gold: Gold = "seed", corpus_format: CorpusFormatOption = None) -> None:
    """Verify gold: every fault with its file and line; exit code 1 if there is one."""
    from ..corpora import check as faults_of
    from ..sources import find
    from . import PROBLEM

    faults = list(faults_of(find(gold, corpus_format)))
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo(f"{len(faults)} faults", err=True)
        raise typer.Exit(PROBLEM)
    typer.echo(f"{gold}: no fault", err=True)


@app.command()
def stats(
    gold: Gold = "seed",
    corpus_format: CorpusFormatOption = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
) -> None:
    """Count what gold holds, per layer, type, realis and kind."""
    from ..corpora import open_corpus
    from ..report.statistics import statistics

    show_sheet(statistics(open_corpus(gold, format=corpus_format).documents), format, color)


@app.command()
def show(
    gold: Gold = "seed",
    corpus_format: CorpusFormatOption = None,
    document: Annotated[
        str | None, typer.Option("--doc", "-d", help="Only the document with this id.")
    ] = None,
    color: ColorOption = Color.auto,
) -> None:
    """Print the texts with their labels."""
    from ..corpora import open_corpus
    from ..errors import UsageError, nearest
    from ..report import terminal

    documents = {one.id: one for one in open_corpus(gold, format=corpus_format).documents}
    if document is not None and document not in documents:
        raise UsageError(f"no document {document!r} in {gold}: {nearest(document, documents)}")
    stdout = terminal.console(color=color.value)
    for one in documents.values() if document is None else [documents[document]]:
        stdout.print(terminal.document(one))


@app.command("hash")
def digest(gold: Gold = "seed", corpus_format: CorpusFormatOption = None) -> None:
    """Print the hash of all in a corpus that can move a score, in whatever order and format."""
    from ..corpora import open_corpus

    corpus = open_corpus(gold, format=corpus_format, verify=False)
    typer.echo(f"{corpus.digest}  {corpus.name} ({len(corpus.documents)} documents)")


@app.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A corpus, or a version of it.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    corpus_format: CorpusFormatOption = None,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
) -> None:
    """List the items in which two versions or annotators differ; exit code 1 if there are any."""
    from ..corpora import open_corpus
    from ..report.diff import diff_sheet
    from . import PROBLEM

    sides = [open_corpus(path, format=corpus_format).documents for path in (one, other)]
    sheet = diff_sheet(*sides)
    show_sheet(sheet, format, color)
    if sheet.rows:
        raise typer.Exit(PROBLEM)


SeedOption = Annotated[int, typer.Option("--seed", help="Another seed draws others.")]


@app.command()
def split(
    gold: Annotated[str, typer.Argument(metavar="NAME|PATH[:SPLIT]", help="The corpus.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the parts.")],
    part: Annotated[
        list[str],
        typer.Option("--part", metavar="NAME=SHARE", help="A part and its share. Repeatable."),
    ],
    corpus_format: CorpusFormatOption = None,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="FIELD", help="Documents that share this stay together."),
    ] = None,
    seed: SeedOption = 0,
) -> None:
    """Divide a corpus; a document stays in its part when others are added."""
    from ..corpora import open_corpus
    from ..formats import jsonl
    from ..partition import split as divide
    from ..paths import write_file

    corpus = open_corpus(gold, format=corpus_format)
    shares = dict(map(_share, part))
    parts = divide(
        corpus.documents,
        shares,
        seed=seed,
        key=lambda one: one.id if group is None else str(one.meta.get(group, one.id)),
    )
    for name, documents in parts.items():
        target = out / f"{name}.jsonl"
        write_file(target, jsonl.write(documents))
        typer.echo(f"{target}: {len(documents)} documents", err=True)


def _share(text: str) -> tuple[str, float]:
    from ..errors import UsageError

    name, _, share = text.partition("=")
    if not name or not name.replace("-", "").replace("_", "").isalnum():
        raise UsageError(f"--part {text}: expected NAME=SHARE, such as test=0.2")
    try:
        return name, float(share)
    except ValueError as error:
        raise UsageError(f"--part {text}: expected NAME=SHARE, such as test=0.2") from error


@app.command()
def sample(
    gold: Annotated[str, typer.Argument(metavar="NAME|PATH[:SPLIT]", help="The corpus.")],
    number: Annotated[int, typer.Option("--number", "-n", help="How many documents.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file, JSON Lines.")],
    corpus_format: CorpusFormatOption = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Only ids, texts and meta, to be labelled again.")
    ] = False,
    seed: SeedOption = 0,
) -> None:
    """Draw documents, such as for a second annotator; a larger sample holds the smaller ones."""
    from ..corpora import open_corpus
    from ..formats import jsonl
    from ..model import Document
    from ..partition import sample as draw
    from ..paths import write_file

    drawn = draw(open_corpus(gold, format=corpus_format).documents, number, seed=seed)
    if blank:
        drawn = [Document(id=one.id, text=one.text, meta=one.meta) for one in drawn]
    write_file(out, jsonl.write(drawn))
    typer.echo(f"{out}: {len(drawn)} documents", err=True)


@app.command()
def merge(
    one: Annotated[str, typer.Argument(metavar="A", help="What one annotator has labelled.")],
    other: Annotated[str, typer.Argument(metavar="B", help="What another has.")],
    decisions: Annotated[
        Path,
        typer.Option("--decisions", "-d", help="The file of decisions; written if it is missing."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The merged gold, JSON Lines.")],
    corpus_format: CorpusFormatOption = None,
) -> None:
    """Adjudicate: keep what agrees, take the rest as decided; exit code 1 while some is undecided.

    In the file of decisions each line holds the item of both; set its "take" to "one", "other",
    "both", "none" or an item of your own, and call the command again.
    """
    from .. import adjudication
    from ..corpora import open_corpus
    from ..formats import jsonl
    from ..paths import write_file
    from . import PROBLEM

    sides = [open_corpus(path, format=corpus_format).documents for path in (one, other)]
    known = adjudication.read(decisions) if decisions.exists() else []
    merged = adjudication.merge(sides[0], sides[1], known)
    if not decisions.exists():
        write_file(decisions, adjudication.written(merged.decisions))
    if merged.open:
        typer.echo(f"{decisions}: {merged.open} of {len(merged.decisions)} are undecided", err=True)
        raise typer.Exit(PROBLEM)
    write_file(out, jsonl.write(merged.documents))
    typer.echo(f"{out}: {len(merged.documents)} documents", err=True)


@app.command()
def agree(
    annotators: Annotated[
        list[str], typer.Argument(metavar="A B...", help="What each annotator has labelled.")
    ],
    corpus_format: CorpusFormatOption = None,
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
    from ..paths import told_apart
    from ..report import agreement as rendered
    from ..report.terminal import console

    if len(annotators) < 2:
        raise UsageError("agree: expected two annotators at least")
    measures = tuple(map(parse, dict.fromkeys(measure))) if measure else MEASURES
    settings = Settings(by="type" if by_type else None, unit=unit.value if unit else None)
    sides = {
        n: open_corpus(path, format=corpus_format)
        for n, path in zip(told_apart(annotators), annotators, strict=True)
    }
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
