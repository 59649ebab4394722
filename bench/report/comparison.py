"""Comparisons of systems, and their figures with intervals, as tables."""

from collections.abc import Iterable, Iterator, Sequence

from ..changes import Change, by_kind
from ..compare import Estimate, Row, Settings
from ..figures import Rate
from ..measures import Measure
from ..statistics import Interval
from .figures import UNDEFINED, percent
from .sheets import Sheet

SCHEMA = "eventbench.comparison/2"
CAVEAT = (
    "a small p says that chance alone would rarely make such a difference on texts like these, not "
    "that the difference is large, or that it would hold on other texts"
)
RATES: dict[Rate, str] = {"precision": "P", "recall": "R", "f1": "F1"}


def comparison_sheet(names: Sequence[str], rows: Sequence[Row]) -> Sheet:
    """Two systems, for people: figures in percent, intervals in brackets."""
    columns = ("measure", *names, "difference", "p", "W/T/L", "detectable")
    return Sheet(
        SCHEMA,
        columns,
        [
            (
                _what(row.measure, row.label),
                ranged(row.baseline),
                ranged(row.other),
                ranged(row.difference, sign=True),
                UNDEFINED if row.p is None else f"{row.p:.4f}",
                "/".join(map(str, row.documents)),
                percent(row.detectable),
            )
            for row in rows
        ],
    )


def matrix_sheet(names: Sequence[str], rows: Sequence[Row], rate: Rate) -> Sheet:
    """Several systems, for people: a matrix of all pairs for each measure.

    A cell is what the system of the line has over that of the column, with its p. Systems that
    share a letter cannot be told apart.
    """
    lines: list[tuple[str, ...]] = []
    pairs = len(names) * (len(names) - 1) // 2
    for first in range(0, len(rows), pairs):
        some = {row.pair: row for row in rows[first : first + pairs]}
        head = _what(rows[first].measure, rows[first].label)
        for i, name in enumerate(names):
            cells = []
            for j in range(len(names)):
                if i == j:
                    cells.append("")
                else:
                    cells.append(_over(some[min(i, j), max(i, j)], turned=i < j))
            row = next(one for pair, one in some.items() if i in pair)
            place = row.pair.index(i)
            figure = (row.baseline, row.other)[place]
            lines.append((head, name, ranged(figure), row.letters[place], *cells))
            head = ""
    columns = ("measure", "system", RATES[rate], "like", *(f"over {name}" for name in names))
    return Sheet(SCHEMA, columns, lines)


def _over(row: Row, *, turned: bool) -> str:
    value = row.difference.value
    if value is None:
        return UNDEFINED
    p = "" if row.p is None else f" (p {row.p:.4f})"
    return _signed(0.0 - value if turned else value) + p


def _what(measure: Measure, label: str) -> str:
    return f"  {label}" if label else f"{measure.layer} {measure.title}"


def ranged(interval: Interval, *, sign: bool = False) -> str:
    """A figure in percent, with its interval in brackets if it has one."""
    shown = _signed if sign else percent
    ends = "" if interval.low is None else f" [{shown(interval.low)}, {shown(interval.high)}]"
    return shown(interval.value) + ends


def _signed(value: float | None) -> str:
    return ("+" if value is not None and value > 0 else "") + percent(value)


def values_sheet(names: Sequence[str], rows: Sequence[Row], settings: Settings) -> Sheet:
    """All pairs of systems, for programs: fractions, unrounded."""
    columns = (
        "baseline", "other", "measure", "label", "rate",
        "baseline_value", "baseline_low", "baseline_high", "baseline_letters",
        "other_value", "other_low", "other_high", "other_letters",
        "difference", "difference_low", "difference_high", "interval",
        "p", "p_corrected", "correction", "test", "exact", "resamples", "seed",
        "wins", "ties", "losses", "unit", "units", "differing", "detectable", "needed",
    )  # fmt: skip
    return Sheet(SCHEMA, columns, [_values(names, row, settings) for row in rows])


def _values(names: Sequence[str], row: Row, settings: Settings) -> tuple[object, ...]:
    def ends(one: Interval) -> tuple[float | None, ...]:
        return one.value, one.low, one.high

    test, (first, second) = row.test, row.pair
    p, method, exact, ways, differing = (None,) * 5 if test is None else (
        test.p, test.method, test.exact, test.resamples, test.differing,
    )  # fmt: skip
    return (
        names[first], names[second], row.measure.name, row.label, settings.rate,
        *ends(row.baseline), row.letters[0], *ends(row.other), row.letters[1],
        *ends(row.difference), settings.interval,
        p, row.p, settings.correction, method, exact, ways, settings.sampling.seed,
        *row.documents, row.unit, row.difference.units, differing, row.detectable, row.needed,
    )  # fmt: skip


def notes(names: Sequence[str], rows: Sequence[Row], settings: Settings) -> Iterator[str]:
    """What must be read under a comparison."""
    tested = [row for row in rows if row.test is not None]
    if tested:
        tests = dict.fromkeys(row.test.method for row in tested if row.test is not None)
        number = sum(row.p is not None for row in rows)
        yield (
            f"{RATES[settings.rate]} {_drawn(tested, settings)}; "
            f"p: two-sided paired {' and '.join(tests)} test, {settings.correction} over "
            f"{number} comparison{'s' * (number != 1)}; detectable: the smallest difference "
            "shown in 4 of 5 cases"
        )
        if len(names) > 2:
            yield f"systems that share a letter cannot be told apart (p below {settings.level:g})"
    if any(one.low == one.high for row in tested for one in (row.baseline, row.other)):
        yield (
            "an interval without width says that no resample was different, as where all is right "
            "on few units, not that there is no doubt"
        )
    alone = dict.fromkeys(
        row.measure.name + (f" {row.label}" if row.label else "")
        for row in rows
        if row.test is None
    )
    if alone:
        yield f"no interval and no test, as there is one unit only: {', '.join(alone)}"
    yield CAVEAT


def _drawn(rows: Iterable[Row | Estimate], settings: Settings) -> str:
    """Of what the intervals are."""
    counted = {
        (row.unit, one.units)
        for row in rows
        for one in ([row.difference] if isinstance(row, Row) else row.intervals)
        if one.low is not None
    }
    numbers: dict[str, list[int]] = {}
    for unit, number in sorted(counted):
        numbers.setdefault(unit, []).append(number)
    units = " and ".join(
        f"{found[0]} {unit}s" if len(found) == 1 else f"{found[0]} to {found[-1]} {unit}s"
        for unit, found in numbers.items()
    )
    strata = f" in strata of {settings.stratify}" if settings.stratify else ""
    return (
        f"in percent with {settings.interval} intervals of 95 % over "
        f"{units}{strata}; {settings.sampling.resamples} resamples, seed {settings.sampling.seed}"
    )


def estimates_sheet(names: Sequence[str], found: Sequence[Sequence[Estimate]]) -> Sheet:
    """The figures of some systems with intervals, for people.

    Args:
        names: The systems.
        found: The estimates of each rate of `RATES`; those of F1 hold all measures.
    """
    known = [{(one.measure.name, one.label): one for one in some} for some in found]
    lines = [
        (
            _what(last.measure, last.label),
            *(
                ranged(some[last.measure.name, last.label].intervals[i])
                if (last.measure.name, last.label) in some
                else UNDEFINED
                for i in range(len(names))
                for some in known
            ),
        )
        for last in found[-1]
    ]
    single = len(names) == 1
    heads = [rate if single else f"{name} {rate}" for name in names for rate in RATES.values()]
    return Sheet("eventbench.estimates/1", ("measure", *heads), lines)


def estimate_values(
    names: Sequence[str], found: Sequence[Sequence[Estimate]], settings: Settings
) -> Sheet:
    """The same for programs: fractions, unrounded."""
    columns = (
        "system", "measure", "label", "rate", "value", "low", "high",
        "interval", "unit", "units", "resamples", "undefined", "seed",
    )  # fmt: skip
    return Sheet(
        "eventbench.estimates/1",
        columns,
        [
            (
                name, one.measure.name, one.label, rate, each.value, each.low, each.high,
                each.method, one.unit, each.units, each.resamples, each.undefined,
                settings.sampling.seed,
            )
            for rate, some in zip(RATES, found, strict=True)
            for one in some
            for name, each in zip(names, one.intervals, strict=True)
        ],
    )  # fmt: skip


def estimate_notes(found: Sequence[Estimate], settings: Settings) -> Iterator[str]:
    """What must be read under figures with intervals."""
    if any(one.low is not None for each in found for one in each.intervals):
        yield _drawn(found, settings)


def changes_sheet(changes: Iterable[Change]) -> Sheet:
    """The items on which two systems differ, for people."""
    rows = []
    for what, item, before, after in changes:
        was, now = ("nothing" if side is None else side.kind for side in (before, after))
        words = item.gold or item.predicted
        rows.append((item.document, item.start, what, f"{was} → {now}", words, item.context))
    columns = ("document", "at", "change", "from → to", "item", "context")
    return Sheet("eventbench.changes/2", columns, rows)


def change_values(changes: Iterable[Change]) -> Sheet:
    """The same for programs, with what each system said."""
    columns = (
        "document",
        "at",
        "item",
        "change",
        "was",
        "is",
        "gold",
        "before",
        "after",
        "context",
    )
    rows = []
    for what, item, before, after in changes:
        kinds = (None if side is None else side.kind for side in (before, after))
        sides = (None if side is None else side.predicted for side in (before, after))
        row = (item.document, item.start, item.item, what, *kinds, item.gold, *sides, item.context)
        rows.append(row)
    return Sheet("eventbench.changes/2", columns, rows)


def changed_kinds_sheet(changes: Iterable[Change]) -> Sheet:
    """How many items changed, by what was right or wrong with them."""
    columns = ("item", "was", "is", "items")
    return Sheet("eventbench.changed-kinds/1", columns, by_kind(changes))
