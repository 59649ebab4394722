"""``bench score``."""

from typing import Annotated

import typer

from .options import (
    ByOption,
    Color,
    ColorOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    StrictOption,
    measures_of,
    show,
    show_sheet,
    slices_of,
)


def score(
    gold: Annotated[str, typer.Argument(help="The gold: a shipped corpus, a folder or a file.")],
    predictions: Annotated[
        list[str],
        typer.Argument(
            metavar="PRED...", help="Predictions: folders or files; - reads JSON Lines from stdin."
        ),
    ],
    format: FormatOption = Format.table,
    by: ByOption = None,
    measure: MeasureOption = None,
    strict: StrictOption = False,
    color: ColorOption = Color.auto,
    errors: Annotated[
        bool, typer.Option("--errors", help="List every error with its kind instead of figures.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Score prediction files on gold."""
    from .. import runs
    from ..corpora import STDIN, open_corpus, open_predictions
    from ..report.figures import Result
    from ..scoring import score as score_documents

    corpus = open_corpus(gold, strict=strict)
    slices, chosen = slices_of(by, corpus), measures_of(measure)
    if errors:
        from ..report.errors import error_sheet

        read = [(name, open_predictions(name, corpus, strict=strict)) for name in predictions]
        show_sheet(error_sheet(corpus, read), format, color)
        return
    results: list[Result] = []
    for reference in predictions:
        documents = open_predictions(reference, corpus, strict=strict)
        scores = score_documents(corpus, documents, chosen)
        name = "stdin" if reference == STDIN else reference.rstrip("/")
        results.append(Result(name, scores, runs.record_scoring(name, corpus, scores)))
    show(results, format, slices, color, quiet=quiet)
