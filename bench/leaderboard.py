"""Saved runs on one corpus, ranked: figures with intervals, and which cannot be told apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .compare import Settings, compare, estimates
from .contestants import Contestant, contestants
from .corpora import open_corpus
from .errors import NothingMeasured, UsageError
from .measures import Measure
from .runs import Run, load
from .sources import find, is_named
from .statistics import Interval


class Entry(NamedTuple):
    """A system in the ranking.

    Attributes:
        name: The name of its run.
        run: Its provenance.
        figures: Its F1 in each measure; None where it does not extract the layer.
        letters: In each measure; systems that share one cannot be told apart. Empty where that
            cannot be tested.
    """

    name: str
    run: Run
    figures: tuple[Interval | None, ...]
    letters: tuple[str, ...]


class Leaderboard(NamedTuple):
    """A ranking by the first of some measures.

    Attributes:
        corpus: The name of the corpus.
        documents: How many documents it has.
        measures: The measures.
        unit: What intervals draw.
        entries: The systems, the best first.
        left_out: Runs that are not in it, each with the reason.
    """

    corpus: str
    documents: int
    measures: tuple[Measure, ...]
    unit: str
    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]


def leaderboard(
    folder: Path, corpus: str, measures: Sequence[Measure], settings: Settings
) -> Leaderboard:
    """Rank the runs in a folder, and in those within it.

    Of several runs of the same thing (system, version and options) the last one counts.

    Args:
        folder: Where they were saved.
        corpus: The corpus: its name, or what it was opened by.
        measures: The measures, the one to rank by first.
        settings: How intervals and tests are made.

    Raises:
        NothingMeasured: There is no run on the corpus.
        InputError: A run cannot be read, or was changed since it was saved.
    """
    found = {path.parent: load(path.parent) for path in sorted(folder.rglob("run.json"))}
    name = find(corpus).name if is_named(corpus) else corpus
    here = {
        path: run for path, run in found.items() if name in (run.corpus.name, run.corpus.reference)
    }
    if not here:
        names = sorted({run.corpus.name for run in found.values()})
        raise NothingMeasured(
            f"leaderboard: no run on {corpus!r} in {folder}; "
            + (f"there are runs on {', '.join(names)}" if names else "there is no run")
        )
    last_run = max(here.values(), key=lambda run: run.started)
    sha256 = _current(corpus, last_run) or last_run.corpus.sha256
    left_out = [
        f"{path.name} was run on other gold of that name (sha256 {run.corpus.sha256[:12]})"
        for path, run in here.items()
        if run.corpus.sha256 != sha256
    ]
    last: dict[str, tuple[Path, Run]] = {}
    for path, run in here.items():
        if run.corpus.sha256 == sha256:
            info = run.system
            same = str((info.name, info.version, sorted(info.options.items())))
            if same not in last or last[same][1].started < run.started:
                last[same] = (path, run)
    if not last:
        raise NothingMeasured(f"leaderboard: no run on {corpus!r} as it is now; {left_out[0]}")
    sides = {path: next(contestants(str(path))) for path, _ in last.values()}
    columns = [_column(sides, measure, settings) for measure in measures]
    entries = [
        Entry(
            path.name,
            run,
            tuple(column.cells[path][0] if path in column.cells else None for column in columns),
            tuple(column.cells[path][1] if path in column.cells else "" for column in columns),
        )
        for path, run in last.values()
    ]
    return Leaderboard(
        last_run.corpus.name,
        next(run.corpus.documents for _, run in last.values()),
        tuple(measures),
        columns[0].unit,
        tuple(sorted(entries, key=lambda one: (-_worth(one.figures[0]), one.name))),
        tuple(left_out),
    )


def _current(corpus: str, run: Run) -> str | None:
    """The hash of a corpus as it is now, where it has a name or is where a run had it."""
    if not is_named(corpus) and corpus != run.corpus.reference:
        return None
    try:
        return open_corpus(run.corpus.source()).digest
    except UsageError:
        return None


def _worth(figure: Interval | None) -> float:
    return -1.0 if figure is None or figure.value is None else figure.value


class _Column(NamedTuple):
    """The figure of each run in one measure and its letters, where it has the measure."""

    unit: str
    cells: dict[Path, tuple[Interval, str]]


def _column(sides: Mapping[Path, Contestant], measure: Measure, settings: Settings) -> _Column:
    having = {path: one for path, one in sides.items() if measure.name in one.counts.matrix}
    if not having:
        raise NothingMeasured(f"leaderboard: no run was scored by {measure.name}")
    several = list(having.values())
    (estimate,) = estimates(several, [measure], settings)
    letters = [""] * len(several)
    for row in compare(several, [measure], settings) if len(several) > 1 else ():
        for place, letter in zip(row.pair, row.letters, strict=True):
            letters[place] = letter
    cells = zip(estimate.intervals, letters, strict=True)
    return _Column(estimate.unit, dict(zip(having, cells, strict=True)))
