"""How far annotators agree beyond chance: Cohen's kappa and Krippendorff's alphas.

All of them are 1 for full agreement and 0 for what chance would give; None where chance alone
would agree on everything, as where only one label is used.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate, combinations
from typing import NamedTuple

Spans = Sequence[tuple[int, int]]


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's kappa of two annotators (Cohen 1960).

    >>> kappa("aabb", "aabb"), kappa("aabb", "abab"), kappa("aa", "aa")
    (1.0, 0.0, None)

    Args:
        one: The label that the first gave to each unit.
        other: That of the second.
    """
    number = len(one)
    ours, theirs = Counter(one), Counter(other)
    observed = sum(a == b for a, b in zip(one, other, strict=True))
    expected = sum(ours[label] * theirs[label] for label in ours)
    if expected == number * number:
        return None
    return (number * observed - expected) / (number * number - expected)


def alpha(units: Sequence[Sequence[Hashable | None]]) -> float | None:
    """Krippendorff's nominal alpha of any number of annotators (Krippendorff 2004, ch. 11).

    >>> alpha([("a", "a"), ("b", "b"), ("a", None)])
    1.0

    Args:
        units: For each unit the label of each annotator; None where he gave none.
    """
    given = [[label for label in unit if label is not None] for unit in units]
    pairable = [labels for labels in given if len(labels) > 1]
    totals = Counter(label for labels in pairable for label in labels)
    number = totals.total()
    differing = sum(
        (len(labels) ** 2 - sum(n * n for n in Counter(labels).values())) / (len(labels) - 1)
        for labels in pairable
    )
    expected = number * number - sum(n * n for n in totals.values())
    return 1 - (number - 1) * differing / expected if expected else None


class Unitised(NamedTuple):
    """Krippendorff's alpha for unitizing.

    Attributes:
        overall: Over all categories.
        by_category: Of each category.
    """

    overall: float | None
    by_category: dict[str, float | None]


def unitised_alpha(annotators: Sequence[Mapping[str, Spans]], length: int) -> Unitised:
    """Krippendorff's alpha for unitizing (Krippendorff 1995; 2004, sec. 11.6).

    It compares where the spans of a category begin and end in a text: the squared differences of
    the bounds of those that overlap, and the squared lengths of those that meet none.

    Args:
        annotators: For each annotator the spans of each category; those of one category must not
            overlap (`apart`).
        length: Of the text, in characters.
    """
    categories = sorted({category for one in annotators for category in one})
    parts = {
        category: _disagreements([sorted(one.get(category, ())) for one in annotators], length)
        for category in categories
    }
    observed, expected = (sum(part[i] for part in parts.values()) for i in (0, 1))
    return Unitised(
        1 - observed / expected if expected else None,
        {category: 1 - o / e if e else None for category, (o, e) in parts.items()},
    )


def apart(spans: Spans) -> list[tuple[int, int]]:
    """Spans in order, those that overlap made one.

    >>> apart([(4, 6), (0, 3), (2, 4)])
    [(0, 4), (4, 6)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _disagreements(sides: Sequence[Spans], length: int) -> tuple[float, float]:
    """What is observed and what chance would give, for one category."""
    number = len(sides)
    observed = sum(_distance(one, other) for one, other in combinations(sides, 2))
    gaps = sorted(gap for side in sides for gap in _gaps(side, length))
    reach = [0, *accumulate(gaps)]
    lengths = [end - start for side in sides for start, end in side]
    expected = 0.0
    for size in lengths:
        first = bisect_left(gaps, size)
        fitting = len(gaps) - first
        places = reach[-1] - reach[first] - fitting * (size - 1)
        expected += (len(lengths) - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * places
    whole = number * length
    ways = whole * (whole - 1) - sum(size * (size - 1) for size in lengths)
    if not ways:
        return 0.0, 0.0
    return 2 * observed / (number * (number - 1) * length**2), 2 * expected / length / ways


def _distance(one: Spans, other: Spans) -> int:
    """The squared differences of two annotators' spans; both are sorted and apart."""
    total = 0
    met: set[int] = set()
    first = 0
    for start, end in one:
        while first < len(other) and other[first][1] <= start:
            first += 1
        at = first
        while at < len(other) and other[at][0] < end:
            total += (start - other[at][0]) ** 2 + (end - other[at][1]) ** 2
            met.add(at)
            at += 1
        if at == first:
            total += (end - start) ** 2
    return total + sum((e - s) ** 2 for i, (s, e) in enumerate(other) if i not in met)


def _gaps(side: Spans, length: int) -> list[int]:
    """The lengths of the text between spans."""
    bounds = [0, *(bound for span in side for bound in span), length]
    return [
        end - start for start, end in zip(bounds[::2], bounds[1::2], strict=True) if end > start
    ]
