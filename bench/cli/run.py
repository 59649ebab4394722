"""``bench run``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    ByOption,
    CiOption,
    Color,
    ColorOption,
    CorpusOption,
    Format,
    FormatOption,
    MeasureOption,
    OracleOption,
    QuietOption,
    StrictOption,
    UnitOption,
    plan,
    say,
    show,
)

if TYPE_CHECKING:
    from ..corpora import Corpus
    from ..registry import System
    from ..runner import Outcome


def _systems() -> list[str]:
    from ..registry import listings

    return [listing.name for listing in listings()]


def run(
    system: Annotated[
        list[str],
        typer.Option(
            "--system",
            "-s",
            metavar="NAME[:K=V,…]",
            help="A system's name, file.py:Class or module:Class. Repeat to compare.",
            autocompletion=_systems,
        ),
    ],
    corpus: CorpusOption = "seed",
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="K=V", help="An option of the system. Repeatable."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where runs are saved.  [default: results]"),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", help="The run's folder; an older one of that name is replaced."),
    ] = None,
    format: FormatOption = Format.table,
    by: ByOption = None,
    measure: MeasureOption = None,
    oracle: OracleOption = None,
    unit: UnitOption = None,
    ci: CiOption = False,
    strict: StrictOption = False,
    seed: Annotated[int, typer.Option("--seed", help="Seeds the random generators.")] = 0,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Run systems on a corpus: a saved run each, and one table."""
    from .. import runs
    from ..corpora import open_corpus
    from ..differences import of_corpus
    from ..errors import UsageError
    from ..paths import ensure_writable
    from ..paths import results as default_folder
    from ..registry import load_system, parse_options, split
    from ..report.figures import Result
    from ..report.terminal import console
    from ..scoring import score

    if name is not None and (len(system) > 1 or Path(name).name != name):
        raise UsageError("--name: one folder name, for one system")
    folder = out if out is not None else default_folder()
    ensure_writable(folder)
    common = parse_options(option or [])
    gold = open_corpus(corpus, strict=strict)
    plans = plan(measure, by, oracle)
    loaded = [(reference, load_system(reference, common)) for reference in system]
    stderr = console(stderr=True, color=color.value)
    results: list[Result] = []
    for reference, one in loaded:
        outcome = _extract(one, gold, seed, quiet)
        scores = score(
            gold,
            outcome.predictions,
            plans.measures,
            fields=plans.fields,
            unit=unit.value if unit else None,
        )
        options = {**common, **split(reference)[1]}
        made = runs.record(one, options, gold.info, outcome, scores, seed=seed)
        results.append(Result(reference if ":" in reference else one.name, scores, made))
        target = folder / (name or runs.free_name(folder, made))
        items = of_corpus(gold.documents, outcome.predictions)
        saved = runs.save(target, made, outcome.predictions, scores, items)
        if not quiet:
            say(stderr, f"bench: wrote {saved}")
    show(results, format, plans.by, color, ci=ci, quiet=quiet)


def _extract(system: "System", gold: "Corpus", seed: int, quiet: bool) -> "Outcome":
    import sys

    from ..runner import run as run_system

    if quiet or not sys.stderr.isatty():
        return run_system(system, gold, seed=seed)
    from rich.progress import Progress

    from ..report.terminal import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(system.name, total=len(gold.documents))
        return run_system(system, gold, seed=seed, progress=lambda: bar.advance(task))
