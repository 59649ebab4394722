"""``bench run``."""

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
    OracleOption,
    QuietOption,
    StrictOption,
    UnitOption,
    plan,
    say,
    show,
)

if TYPE_CHECKING:
    from ..running.hosts import Here, Hosted


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
            help="A system's name, file.py:Class, module:Class or 'cmd:PROGRAM ARGUMENT…'. "
            "Repeat to compare.",
            autocompletion=_systems,
        ),
    ],
    corpus: CorpusOption = "seed",
    corpus_format: CorpusFormatOption = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="K=V", help="An option of the system. Repeatable."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where runs are saved.", show_default="results"),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", help="The run's folder; an older one of that name is replaced."),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=0,
            help="How many processes at once; 0 runs systems in this one, unprotected.",
        ),
    ] = 1,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, help="Seconds for a document; 0 is no limit.")
    ] = 300,
    retries: Annotated[
        int, typer.Option("--retries", min=0, help="How often a failed document is tried again.")
    ] = 0,
    batch: Annotated[
        int | None,
        typer.Option("--batch", min=1, help="Documents in one stream.", show_default="at most 32"),
    ] = None,
    fail_on_error: Annotated[
        str | None,
        typer.Option(
            "--fail-on-error", metavar="N|P%", help="Stop when more documents than this fail."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with a run that broke off: what was ok is kept."),
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="Take over what was predicted before, and keep it.")
    ] = False,
    format: FormatOption = Format.table,
    by: ByOption = None,
    measure: MeasureOption = None,
    oracle: OracleOption = None,
    unit: UnitOption = None,
    ci: CiOption = False,
    strict: StrictOption = False,
    seed: Annotated[int, typer.Option("--seed", help="Seeds the random generators.")] = 0,
    color: ColorOption = Color.auto,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what systems print.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Run systems on a corpus: a saved run each, and one table."""
    from ..errors import UsageError
    from ..paths import ensure_writable
    from ..paths import results as default_folder
    from ..registry import parse_options, split
    from ..running.jobs import identity, workers

    if name is not None and (len(system) > 1 or Path(name).name != name):
        raise UsageError("--name: one folder name, for one system")
    folder = out if out is not None else default_folder()
    ensure_writable(folder)
    common = parse_options(option or [])
    sources = [_source(one, common, seed, jobs, timeout, verbose=verbose) for one in system]
    with workers(sources, jobs) as executor:
        loading = [executor.submit(identity, source) for source in sources]
        # What follows takes a while to import: meanwhile they load.
        from .. import runs
        from ..corpora import open_corpus
        from ..differences import of_corpus
        from ..report.figures import Result
        from ..report.progress import Progress
        from ..report.terminal import console
        from ..running.cache import open_cache
        from ..running.runner import Conditions
        from ..running.runner import run as run_system
        from ..scoring import score

        gold = open_corpus(corpus, strict=strict, format=corpus_format)
        plans = plan(measure, by, oracle)
        conditions = Conditions(
            jobs=jobs,
            batch=batch,
            retries=retries,
            most=fail_on_error,
            journal=folder / ".unfinished",
            resume=resume,
            cache=open_cache() if cache else None,
        )
        stderr = console(stderr=True, color=color.value)
        results: list[Result] = []
        loaded = [future.result() for future in loading]
        for reference, source, one in zip(system, sources, loaded, strict=True):
            with Progress(one.name, len(gold.documents), stderr, quiet=quiet) as progress:
                outcome = run_system(
                    source, gold, conditions=conditions, executor=executor, progress=progress
                )
            scores = score(
                gold,
                outcome.predictions,
                plans.measures,
                fields=plans.fields,
                unit=unit.value if unit else None,
            )
            named, inline = split(reference)
            made = runs.record(
                one,
                {**common, **inline},
                gold.info,
                outcome,
                scores,
                seed=seed,
                loaded="" if named == one.name else named,
            )
            results.append(Result(reference if ":" in reference else one.name, scores, made))
            target = folder / (name or runs.free_name(folder, made))
            items = of_corpus(gold.documents, outcome.predictions)
            saved = runs.save(target, made, outcome.predictions, scores, items)
            if not quiet:
                say(stderr, f"bench: wrote {saved}")
    show(results, format, plans.by, color, ci=ci, quiet=quiet)


def _source(
    reference: str,
    options: dict[str, str],
    seed: int,
    jobs: int,
    timeout: float,
    *,
    verbose: bool,
) -> "Here | Hosted":
    from ..registry import load_system, split
    from ..running.hosts import Here, Hosted

    if jobs:
        given = tuple(options.items())
        return Hosted(reference, given, seed, timeout=timeout or None, aloud=verbose)
    system = load_system(reference, options)
    return Here(system, seed, {**options, **split(reference)[1]})
