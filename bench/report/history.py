"""The runs of systems over time as tables."""

from collections.abc import Iterable, Sequence

from ..history import Entry, Series
from ..measures import Measure
from .figures import UNDEFINED, percent
from .sheets import Sheet

SCHEMA = "eventbench.history/1"
_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_BORDER = "│"


def sparkline(values: Sequence[float | None]) -> str:
    """A bar for each value, from the lowest to the highest of them; a dot where there is none.

    >>> sparkline([0.1, None, 0.2, 0.3])
    '▁·▅█'
    >>> sparkline([0.5, 0.5])
    '▄▄'
    """
    known = [value for value in values if value is not None]
    if not known:
        return _GAP * len(values)
    low, high = min(known), max(known)
    span = high - low
    top = len(_BARS) - 1

    def bar(value: float) -> str:
        return _BARS[int((value - low) / span * top + 0.5) if span > 0 else top // 2]

    return "".join(_GAP if value is None else bar(value) for value in values)


def history_sheet(found: Iterable[Series], measures: Sequence[Measure]) -> Sheet:
    """A row for each run, for people, and under those of a system a sparkline for each measure."""
    names = [measure.name for measure in measures]
    columns = ("system", "corpus", "date", "version", "run", "gold", *names, "changed")
    rows: list[tuple[object, ...]] = []
    for one in found:
        rows += [_row(one, entry, measures) for entry in one.entries]
        if len(one.entries) > 1:
            trends = (_trend(one, name) for name in names)
            rows.append((one.system, one.corpus, "", "", "", "", *trends, ""))
    return Sheet(SCHEMA, columns, rows)


def _trend(one: Series, name: str) -> str:
    """The sparkline of a measure, with a line wherever the gold is another."""
    points = [entry.point for entry in one.entries]
    golds = [point.run.corpus.sha256 for point in points]
    bars = sparkline([point.f1[name] for point in points])
    new = (i > 0 and gold != golds[i - 1] for i, gold in enumerate(golds))
    return "".join(_BORDER * border + bar for border, bar in zip(new, bars, strict=True))


def _row(one: Series, entry: Entry, measures: Sequence[Measure]) -> tuple[object, ...]:
    point = entry.point
    changed = [f"{name} {percent(was)} → {percent(point.f1[name])}"
               for name, was in entry.moved.items()]  # fmt: skip
    return (
        one.system,
        one.corpus,
        point.run.started[:16].replace("T", " "),
        point.run.system.version,
        f"{point.commit} {point.name}".strip(),
        point.run.corpus.sha256[:12],
        *(percent(point.f1[m.name]) for m in measures),
        "other gold" if entry.other_gold else "; ".join(changed),
    )


def values_sheet(found: Iterable[Series], measures: Sequence[Measure]) -> Sheet:
    """A row for each run and measure, for programs: fractions, unrounded."""
    columns = (
        "system", "corpus", "sha256", "started", "version", "eventbench", "commit", "run",
        "failed", "measure", "f1", "changed", "before",
    )  # fmt: skip
    rows = [
        (
            one.system, one.corpus, run.corpus.sha256, run.started, run.system.version,
            run.versions.get("eventbench"), entry.point.commit or None, entry.point.name,
            len(run.failures), m.name, entry.point.f1[m.name], m.name in entry.moved,
            entry.before.f1[m.name] if entry.before else None,
        )
        for one in found
        for entry in one.entries
        for run in [entry.point.run]
        for m in measures
    ]  # fmt: skip
    return Sheet(SCHEMA, columns, rows)


def notes(found: Sequence[Series]) -> list[str]:
    """What must be read beside the table."""
    said = ["F1 in percent; what changed is against the last run on the same gold"]
    if any(entry.point.f1[name] is None for s in found for entry in s.entries
           for name in entry.point.f1):  # fmt: skip
        said.append(f"{UNDEFINED} is undefined or was not measured")
    return said
