"""Comparisons of systems as tables."""

from collections.abc import Iterable, Iterator, Sequence

from ..compare import Change, Contestant, Row
from ..statistics import Interval
from .figures import UNDEFINED, percent
from .sheets import Sheet

SCHEMA = "eventbench.comparison/1"
CAVEAT = (
    "a small p says that chance alone would rarely make such a difference on texts like these, not "
    "that the difference is large, or that it would hold on other texts"
)


def comparison_sheet(baseline: Contestant, other: Contestant, rows: Sequence[Row]) -> Sheet:
    """A row for each measure, for people: F1 in percent, intervals in brackets."""
    columns = (
        "measure", baseline.name, other.name, "difference", "p", "W/T/L", "detectable",
    )  # fmt: skip
    return Sheet(
        SCHEMA,
        columns,
        [
            (
                f"{row.measure.layer} {row.measure.title}",
                _ranged(row.baseline),
                _ranged(row.other),
                _ranged(row.difference, sign=True),
                UNDEFINED if row.p is None else f"{row.p:.4f}",
                "/".join(map(str, row.documents)),
                percent(row.detectable),
            )
            for row in rows
        ],
    )


def _ranged(interval: Interval, *, sign: bool = False) -> str:
    def shown(value: float | None) -> str:
        return ("+" if sign and value is not None and value > 0 else "") + percent(value)

    ends = "" if interval.low is None else f" [{shown(interval.low)}, {shown(interval.high)}]"
    return shown(interval.value) + ends


def values_sheet(baseline: Contestant, other: Contestant, rows: Sequence[Row]) -> Sheet:
    """The same for programs: fractions, unrounded."""
    columns = (
        "baseline", "other", "measure",
        "baseline_f1", "baseline_low", "baseline_high",
        "other_f1", "other_low", "other_high",
        "difference", "difference_low", "difference_high",
        "p", "p_corrected", "test", "exact", "wins", "ties", "losses",
        "unit", "units", "differing", "detectable", "needed",
    )  # fmt: skip
    return Sheet(SCHEMA, columns, [(baseline.name, other.name, *_values(row)) for row in rows])


def _values(row: Row) -> tuple[object, ...]:
    test = row.test
    tested = (None,) * 5 if test is None else (
        test.p, row.p, test.method, test.exact, test.differing,
    )  # fmt: skip
    return (
        row.measure.name,
        *(end for one in (row.baseline, row.other, row.difference)
          for end in (one.value, one.low, one.high)),
        *tested[:4], *row.documents,
        row.unit, row.difference.units, tested[4], row.detectable, row.needed,
    )  # fmt: skip


def notes(rows: Sequence[Row], seed: int, resamples: int, correction: str) -> Iterator[str]:
    """What must be read under the table."""
    units = dict.fromkeys(f"{r.difference.units} {r.unit}s" for r in rows if r.test is not None)
    if units:
        tests = dict.fromkeys(row.test.method for row in rows if row.test is not None)
        yield (
            f"F1 in percent with 95 % intervals over {' and '.join(units)}; p: two-sided paired "
            f"{' and '.join(tests)} test, {correction} over {len(rows)} measures; {resamples} "
            f"resamples, seed {seed}; detectable: the smallest difference shown in 4 of 5 cases"
        )
    alone = [row.measure.name for row in rows if row.test is None]
    if alone:
        yield f"no interval and no test, as there is one unit only: {', '.join(alone)}"
    yield CAVEAT


def changes_sheet(changes: Iterable[Change]) -> Sheet:
    """The items on which two systems differ."""
    columns = ("document", "at", "item", "change", "gold", "before", "after")
    rows = []
    for what, before, after in changes:
        one = after if before is None else before
        if one is not None:
            sides = (None if side is None else side.predicted for side in (before, after))
            rows.append((one.document, one.start, one.item, what, one.gold, *sides))
    return Sheet("eventbench.changes/1", columns, rows)
