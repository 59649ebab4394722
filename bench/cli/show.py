"""``bench show``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Color, ColorOption, CorpusFormatOption


def show(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a saved run.")],
    document: Annotated[
        str | None, typer.Argument(metavar="[DOC]", help="Only the document with this id.")
    ] = None,
    gold: Annotated[
        str | None,
        typer.Option(
            "--gold",
            metavar="NAME|PATH[:SPLIT]",
            help="The gold.",
            show_default="the run's corpus",
        ),
    ] = None,
    corpus_format: CorpusFormatOption = None,
    color: ColorOption = Color.auto,
) -> None:
    """Print documents with what a run hit, missed and made up."""
    from .. import runs
    from ..corpora import open_corpus, open_predictions
    from ..differences import differences
    from ..errors import UsageError, nearest
    from ..model import Document
    from ..report import terminal
    from ..sources import find

    saved = runs.load(run)
    source = saved.corpus.source() if gold is None else find(gold, corpus_format)
    corpus = open_corpus(source)
    runs.checked(run, "predictions.jsonl", saved)
    found = {one.id: one for one in open_predictions(str(run / "predictions.jsonl"), corpus)}
    ids = [one.id for one in corpus.documents]
    if document is not None and document not in ids:
        raise UsageError(f"no document {document!r} in {corpus.name}: {nearest(document, ids)}")
    stdout = terminal.console(color=color.value)
    for one in corpus.documents:
        if document in (None, one.id):
            predicted = found.get(one.id, Document(id=one.id, actors=(), events=(), quotes=()))
            stdout.print(terminal.compared(one, differences(one, predicted)))
