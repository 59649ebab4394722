"""The runs of a system over time, from a folder of saved runs or from the commits that saved them.

A series is one system with its options on one corpus, by name. What a figure was before is what
the last run on the same gold has: figures on another gold are no change of the system.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .errors import InputError, UsageError
from .measures import Measure, parse
from .runs import Run, load, load_counts

MAIN: tuple[Measure, ...] = tuple(
    map(
        parse,
        (
            "actors.mention.type",
            "events.trigger.type",
            "events.argument.role+attached",
            "quotes.attribution",
        ),
    )
)
"""The measures that are looked at unless others are asked for: one for each part of a task."""

_SAME = 1e-9
"""Figures closer than this are equal."""
_FILES = ("run.json", "scores.json")


class Point(NamedTuple):
    """A run and its figures.

    Attributes:
        name: The folder that it was saved in.
        commit: The commit that holds it; empty where that is not known.
        run: Its provenance.
        f1: F1 by measure; None where it is undefined or was not measured.
    """

    name: str
    commit: str
    run: Run
    f1: dict[str, float | None]

    @property
    def series(self) -> tuple[str, str]:
        """The system with its options, and the corpus."""
        options = ",".join(f"{key}={value}" for key, value in self.run.system.options.items())
        name = self.run.system.name
        return f"{name}:{options}" if options else name, self.run.corpus.name


class Entry(NamedTuple):
    """A run and what it had changed.

    Attributes:
        point: The run.
        before: The last run on the same gold; None where it is the first.
        moved: Of each measure whose F1 is another than before, what it was.
        other_gold: Whether earlier runs were scored on other gold only.
    """

    point: Point
    before: Point | None
    moved: dict[str, float | None]
    other_gold: bool


class Series(NamedTuple):
    """The runs of one system on one corpus, the oldest first."""

    system: str
    corpus: str
    entries: tuple[Entry, ...]


def from_folder(
    folder: Path, measures: Sequence[Measure], refuse: Callable[[str], None]
) -> Iterator[Point]:
    """The runs saved in a folder, the oldest first.

    Args:
        folder: The folder; runs are looked for at any depth.
        measures: Whose F1.
        refuse: Called with what is wrong with a run, which is then left out.

    Raises:
        UsageError: There is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"no folder {str(folder)!r}: runs are looked for there")
    found = (file.parent for file in sorted(folder.rglob("run.json")))
    seen = ((path, path.relative_to(folder)) for path in found)
    # What starts with a dot is being written, or was left by a run that was killed.
    kept = [(p, name) for p, name in seen if not any(part[0] == "." for part in name.parts)]
    points = (
        _point(path, folder.name if name == Path() else name.as_posix(), "", measures, refuse)
        for path, name in kept
    )
    yield from sorted(filter(None, points), key=lambda one: one.run.started)


def from_git(
    folder: Path, commits: str, measures: Sequence[Measure], refuse: Callable[[str], None]
) -> Iterator[Point]:
    """The runs in a folder as the commits that changed them hold them, the oldest first.

    Args:
        folder: The folder; it need not exist any more.
        commits: What ``git log`` takes: a name such as ``HEAD``, or a range such as ``v1.0..``.
        measures: Whose F1.
        refuse: Called with what is wrong with a run, which is then left out.

    Raises:
        UsageError: There is no git, no repository, or there are no such commits.
    """
    at = folder
    while not at.is_dir() and at != at.parent:
        at = at.parent
    root = Path(_git(at, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    if commits.startswith("-"):
        raise UsageError(f"git: {commits!r} names no commits")
    inside = folder.resolve().relative_to(root.resolve())
    log = _git(
        root, "log", "--reverse", "--topo-order", "--diff-filter=d", "--no-renames", "--name-only",
        "-z", "--no-show-signature", "--format=%x01%h", commits, "--", inside.as_posix(),
    )  # fmt: skip
    for part in log.decode(errors="replace").split("\x01")[1:]:
        commit, *files = (word.strip("\n") for word in part.split("\0"))
        changed = {PurePosixPath(file) for file in files if file}
        for path in sorted({file.parent for file in changed if file.name in _FILES}):
            point = _committed(root, commit, path, inside, measures, refuse)
            if point is not None:
                yield point


def _committed(
    root: Path, commit: str, path: PurePosixPath, inside: Path, measures: Sequence[Measure],
    refuse: Callable[[str], None],
) -> Point | None:  # fmt: skip
    """The run that a commit holds at a path."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made)
        for name in _FILES:
            try:
                content = _git(root, "show", f"{commit}:{path / name}")
            except UsageError:
                continue  # what is missing is said when the run is read
            (copy / name).write_bytes(content)
        name = path.relative_to(inside.as_posix()).as_posix()

        def said(message: str) -> None:
            refuse(message.replace(made, f"{commit}:{path}"))

        return _point(copy, inside.name if name == "." else name, commit, measures, said)


def _git(at: Path, *arguments: str) -> bytes:
    command = ("git", "--literal-pathspecs", "-C", str(at), *arguments)
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
        raise UsageError(f"git {arguments[0]}: {said[0]}")
    return done.stdout


def _point(
    folder: Path, name: str, commit: str, measures: Sequence[Measure],
    refuse: Callable[[str], None],
) -> Point | None:  # fmt: skip
    try:
        run = load(folder)
        matrix = load_counts(folder, run).matrix
        f1 = {
            m.name: matrix[m.name].averaged(m.average, m.zero).f1 if m.name in matrix else None
            for m in measures
        }
    except InputError as error:
        refuse(str(error))
        return None
    except ValueError as error:
        refuse(f"{folder}: this run cannot be read: {error}")
        return None
    return Point(name, commit, run, f1)


def series(points: Sequence[Point]) -> list[Series]:
    """The runs of each system on each corpus, and what changed from one to the next.

    Args:
        points: Runs, the oldest first.
    """
    grouped: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        grouped.setdefault(point.series, []).append(point)
    return [
        Series(system, corpus, tuple(_entries(found)))
        for (system, corpus), found in sorted(grouped.items())
    ]


def _entries(points: Sequence[Point]) -> Iterator[Entry]:
    last: dict[str, Point] = {}
    for point in points:
        gold = point.run.corpus.sha256
        before = last.get(gold)
        was = {} if before is None else before.f1
        moved = {name: was[name] for name, now in point.f1.items()
                 if name in was and not _equal(was[name], now)}  # fmt: skip
        yield Entry(point, before, moved, bool(last) and before is None)
        last[gold] = point


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME
