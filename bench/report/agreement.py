"""How far annotators agree, as tables."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import fmean

from ..agreement import Agreement
from ..statistics import Interval
from .comparison import ranged
from .figures import UNDEFINED, percent
from .sheets import Sheet


def tables(found: Agreement) -> Iterator[tuple[str, Sheet]]:
    """For people: a head and a table for each thing there is to say."""
    yield "F1 of one against the other, in percent", _pairs(found)
    if len(found.annotators) > 2:
        yield "mean F1 with the others, and of the others without that annotator", _left_out(found)
    yield "labels of items at the same place", _labels(found)
    yield "boundaries: Krippendorff's alpha for unitizing", _boundaries(found)
    yield "what they disagree on", _disagreements(found)


def _pairs(found: Agreement) -> Sheet:
    names = [f"{pair.one} / {pair.other}" for pair in found.pairs]
    cells = _by_measure(found)
    rows = [
        (what, *(UNDEFINED if one is None else ranged(one) for one in row))
        for what, row in cells.items()
    ]
    return Sheet("eventbench.agreement/1", ("measure", *names), rows)


def _by_measure(found: Agreement) -> dict[str, list[Interval | None]]:
    """The figure of each pair in each measure and label that any has."""
    known = [
        {(f"  {e.label}" if e.label else f"{e.measure.layer} {e.measure.title}", e.measure.name):
         e.intervals[0] for e in pair.estimates}
        for pair in found.pairs
    ]  # fmt: skip
    keys = dict.fromkeys(key for pair in known for key in pair)
    return {f"{what}": [pair.get((what, name)) for pair in known] for what, name in keys}


def _left_out(found: Agreement) -> Sheet:
    pairs = list(combinations(range(len(found.annotators)), 2))
    rows = []
    for what, figures in _by_measure(found).items():
        values = [None if one is None else one.value for one in figures]
        cells = []
        for i in range(len(found.annotators)):
            own, others = (
                _mean([v for v, pair in zip(values, pairs, strict=True) if (i in pair) == his])
                for his in (True, False)
            )
            cells.append(f"{percent(own)} / {percent(others)}")
        rows.append((what, *cells))
    return Sheet("eventbench.agreement/1", ("measure", *found.annotators), rows)


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return fmean(there) if there else None


def _labels(found: Agreement) -> Sheet:
    names = [f"κ {pair.one} / {pair.other}" for pair in found.pairs]
    rows = [
        (one.what, one.items, *map(_coefficient, one.kappa), _coefficient(one.alpha))
        for one in found.labels
    ]
    return Sheet("eventbench.agreement/1", ("label", "items", *names, "α"), rows)


def _boundaries(found: Agreement) -> Sheet:
    rows = [
        (f"  {one.category}" if one.category else one.what, *one.spans, _coefficient(one.alpha))
        for one in found.boundaries
    ]
    return Sheet("eventbench.agreement/1", ("spans of", *found.annotators, "α"), rows)


def _disagreements(found: Agreement) -> Sheet:
    rows = []
    for one in found.disagreements:
        kind = {"missed": f"only {one.one}", "spurious": f"only {one.other}"}.get(
            one.kind, one.kind
        )
        sides = (one.example.gold, one.example.predicted)
        words = "  not  ".join(dict.fromkeys(side for side in sides if side))
        rows.append((f"{one.one} / {one.other}", one.item, kind, one.number, words))
    columns = ("annotators", "item", "what", "times", "for example")
    return Sheet("eventbench.agreement/1", columns, rows)


def _coefficient(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.3f}"


def notes(found: Agreement) -> Iterator[str]:
    """What must be read beside the tables."""
    documents = "1 document" if found.documents == 1 else f"{found.documents} documents"
    left = f"; {found.left_out} that only some have are left out" if found.left_out else ""
    yield f"{documents} labelled by all{left}"
    if any(value is None for one in found.labels for value in (*one.kappa, one.alpha)):
        yield f"{UNDEFINED} is undefined: only one label is used, so that chance agrees too"


def values_sheet(found: Agreement) -> Sheet:
    """All figures for programs, a row each, unrounded."""
    columns = ("figure", "of", "label", "annotators", "value", "low", "high", "units", "unit")
    rows: list[tuple[object, ...]] = []
    names = [f"{pair.one}/{pair.other}" for pair in found.pairs]
    for pair, name in zip(found.pairs, names, strict=True):
        for one in pair.estimates:
            f1 = one.intervals[0]
            rows.append(
                ("f1", one.measure.name, one.label, name, f1.value, f1.low, f1.high,
                 f1.units, one.unit)
            )  # fmt: skip
    together = "/".join(found.annotators)
    for label in found.labels:
        for name, value in zip(names, label.kappa, strict=True):
            rows.append(("kappa", label.what, "", name, value, None, None, label.items, "item"))
        rows.append(
            ("alpha", label.what, "", together, label.alpha, None, None, label.items, "item")
        )
    rows += [
        ("unitised alpha", one.what, one.category, together, one.alpha, None, None,
         sum(one.spans), "span")
        for one in found.boundaries
    ]  # fmt: skip
    rows += [
        ("disagreements", one.item, one.kind, f"{one.one}/{one.other}", one.number,
         None, None, None, None)
        for one in found.disagreements
    ]  # fmt: skip
    return Sheet("eventbench.agreement/1", columns, rows)
