"""``bench train``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    ByOption,
    CiOption,
    Color,
    ColorOption,
    CorpusFormatOption,
    CorpusOption,
    Format,
    FormatOption,
    MeasureOption,
    QuietOption,
    StrictOption,
    plan,
    say,
    show,
)

if TYPE_CHECKING:
    from ..corpora import Corpus


def train(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="A system that can be trained: sklearn.")
    ],
    corpus: CorpusOption,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            help="Only documents whose meta has this split; without it, train where documents have "
            "one, and all where none has.",
        ),
    ] = None,
    corpus_format: CorpusFormatOption = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="K=V", help="An option of the system. Repeatable."),
    ] = None,
    folds: Annotated[
        int,
        typer.Option(
            "--folds", min=0, help="Cross-validate with so many parts of the documents; 0 does not."
        ),
    ] = 5,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The model's folder; without it, models/SYSTEM-CORPUS."),
    ] = None,
    format: FormatOption = Format.table,
    by: ByOption = None,
    measure: MeasureOption = None,
    ci: CiOption = False,
    strict: StrictOption = False,
    seed: Annotated[int, typer.Option("--seed", help="Seeds folds and training.")] = 0,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Train a system on gold; the figures are those of cross-validation by document."""
    from rich.progress import Progress

    from ..corpora import open_corpus
    from ..counts import Tally
    from ..errors import UsageError
    from ..paths import ensure_writable, write_folder
    from ..registry import parse_options
    from ..report.figures import Result
    from ..report.terminal import console
    from ..runs import record_scoring
    from ..scoring import score
    from ..training import RECORD, Training, cross_validated, folded, part, trained, trainer

    if folds == 1:
        raise UsageError("--folds: 0, or 2 or more")
    options = parse_options(option or [])
    plans = plan(measure, by, None)
    whole = open_corpus(corpus, strict=strict, format=corpus_format)
    gold = part(whole, split)
    name = "".join(c if c.isalnum() or c in "._-" else "-" for c in f"{system}-{gold.name}")
    target = out if out is not None else Path("models") / name
    if target.exists() and not (target / RECORD).is_file():
        raise UsageError(f"{target}: is there and is no trained model; choose another with --out")
    ensure_writable(target.parent)
    learner = trainer(system, options)
    stderr = console(stderr=True, color=color.value)
    counts: dict[str, Tally] = {}
    cut = folded(gold.documents, folds, seed) if folds else []
    number = len(set(cut))
    if folds:
        hidden = quiet or not stderr.is_terminal
        with Progress(console=stderr, transient=True, disable=hidden) as bar:
            task = bar.add_task(f"{system}, fold", total=number)
            predictions = cross_validated(
                system, options, gold, cut, seed=seed, progress=lambda: bar.advance(task)
            )
        scores = score(gold, predictions, plans.measures, fields=plans.fields)
        title = f"{system}, {number}-fold"
        result = Result(title, scores, record_scoring(title, gold.info, scores))
        show([result], format, plans.by, color, ci=ci, quiet=quiet)
        micro = {name: found.micro() for name, found in scores.matrix.items()}
        counts = {name: tally for name, tally in micro.items() if isinstance(tally, Tally)}
    files = trained(learner, gold.documents, seed)
    about = Training(
        system=system, options=options, corpus=gold.info, seed=seed, folds=number, counts=counts
    )
    write_folder(target, {**files, RECORD: about.encoded()})
    if not quiet:
        say(stderr, f"bench: wrote {target}, trained on {_said(gold, whole)}")


def _said(gold: "Corpus", whole: "Corpus") -> str:
    left = len(whole.documents) - len(gold.documents)
    others = f", not on {left} others" if left else ""
    documents = "1 document" if len(gold.documents) == 1 else f"{len(gold.documents)} documents"
    return f"{documents} of {gold.name}{others}"
