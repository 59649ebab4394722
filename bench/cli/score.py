"""``bench score``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    ByOption,
    CiOption,
    Color,
    ColorOption,
    CorpusFormatOption,
    Format,
    FormatOption,
    MeasureOption,
    OracleOption,
    QuietOption,
    StrictOption,
    Unit,
    UnitOption,
    plan,
    say,
    show,
    show_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..corpora import Corpus
    from ..model import Document
    from ..profiles import Profile
    from ..report.figures import Result
    from .options import Plan


def _profiles() -> list[str]:
    from ..profiles import names

    return [*names(), "all", "standard"]


def _profiles_of(wanted: "Sequence[str]") -> "list[Profile]":
    if not wanted:
        return []
    from ..profiles import find, names

    found = names() if "all" in wanted else wanted
    return [find(name) for name in found if name != "standard"]


def _show_profiles(
    corpus: "Corpus",
    results: "Sequence[tuple[str, Sequence[Document]]]",
    chosen: "Sequence[Profile]",
    wanted: "Sequence[str]",
    format: Format,
    color: Color,
    *,
    quiet: bool,
) -> None:
    from ..report.profiles import profile_sheet, reasons
    from ..report.terminal import console

    standard = bool({"all", "standard"} & set(wanted))
    sheet, notes = profile_sheet(corpus, results, chosen, standard=standard)
    show_sheet(sheet, format, color)
    stderr = console(stderr=True, color=color.value)
    for line in () if quiet else (*notes, *(reasons(chosen) if standard else ())):
        say(stderr, f"bench: {line}")


def _saved(
    folder: Path,
    corpus: "Corpus",
    reference: str,
    plans: "Plan",
    unit: "Unit | None",
    *,
    strict: bool,
) -> "tuple[Result, Path]":
    """Score predictions that are held as a whole, since all of them are saved as a run."""
    from msgspec.structs import replace

    from .. import runs
    from ..corpora import open_predictions
    from ..differences import of_corpus
    from ..report.figures import Result
    from ..scoring import score as scored

    read = open_predictions(reference, corpus, strict=strict)
    kept = [replace(one, text=None) for one in read]
    scores = scored(
        corpus, kept, plans.measures, fields=plans.fields, unit=unit.value if unit else None
    )
    name = reference.rstrip("/")
    result = Result(name, scores, runs.record_scoring(name, corpus.info, scores))
    target = folder / runs.free_name(folder, result.run)
    items = of_corpus(corpus.documents, kept)
    return result, runs.save(target, result.run, kept, scores, items)


def score(
    gold: Annotated[
        str,
        typer.Argument(
            metavar="GOLD", help="The gold: a corpus by name, a folder or a file; :SPLIT."
        ),
    ],
    predictions: Annotated[
        list[str],
        typer.Argument(
            metavar="PRED...", help="Predictions: folders or files; - reads JSON Lines from stdin."
        ),
    ],
    corpus_format: CorpusFormatOption = None,
    format: FormatOption = Format.table,
    by: ByOption = None,
    measure: MeasureOption = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            metavar="NAME|all",
            help="What a public scorer would print (see bench list profiles). Repeatable.",
            autocompletion=_profiles,
        ),
    ] = None,
    oracle: OracleOption = None,
    unit: UnitOption = None,
    ci: CiOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Save a run for each file of predictions in this folder."),
    ] = None,
    strict: StrictOption = False,
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient",
            help="Leave out what is wrong with a prediction, and count it, instead of stopping.",
        ),
    ] = False,
    color: ColorOption = Color.auto,
    errors: Annotated[
        bool, typer.Option("--errors", help="List every error with its kind instead of figures.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Score prediction files on gold."""
    from .. import runs
    from ..corpora import STDIN, open_corpus, open_predictions
    from ..errors import UsageError, refused
    from ..remarks import left_out
    from ..report.figures import Result
    from ..report.terminal import console
    from ..scoring import score_files
    from ..sources import find

    chosen_profiles = _profiles_of(profile or ())
    plans = plan(measure, by, oracle)
    if strict and lenient:
        raise UsageError("--strict and --lenient: one of them")
    if out is not None and (lenient or STDIN in predictions):
        raise UsageError("--out: a run holds predictions that can be read again as they are")
    source = find(gold, corpus_format)
    if errors or profile:
        corpus = open_corpus(source, strict=strict)
        faults: list[str] = []
        refuse = faults.append if lenient else refused
        read = [
            (name, open_predictions(name, corpus, strict=strict, refuse=refuse))
            for name in predictions
        ]
        if faults and not quiet:
            say(console(stderr=True, color=color.value), f"bench: {left_out(faults)}")
        if errors:
            from ..report.errors import error_sheet

            show_sheet(error_sheet(corpus, read), format, color)
        if profile:
            _show_profiles(corpus, read, chosen_profiles, profile, format, color, quiet=quiet)
        return
    results: list[Result] = []
    whole = open_corpus(source, strict=strict) if out is not None else None
    for reference in predictions:
        if out is not None and whole is not None:
            result, saved = _saved(out, whole, reference, plans, unit, strict=strict)
            results.append(result)
            if not quiet:
                say(console(stderr=True, color=color.value), f"bench: wrote {saved}")
            continue
        scores, info = score_files(
            source,
            reference,
            plans.measures,
            fields=plans.fields,
            unit=unit.value if unit else None,
            strict=strict,
            lenient=lenient,
        )
        name = "stdin" if reference == STDIN else reference.rstrip("/")
        results.append(Result(name, scores, runs.record_scoring(name, info, scores)))
    show(results, format, plans.by, color, ci=ci, quiet=quiet)
