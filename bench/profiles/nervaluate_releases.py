"""nervaluate, whose releases disagree: the current one, and 1.1 and 0.2 with other algorithms.

All sort each comparison into correct, incorrect, partial, missed and spurious, under four
schemes: ``strict`` (place and type), ``exact`` (place), ``partial`` (place, half a point for an
overlap) and ``ent_type`` (any overlap, and the type).

Items are the mentions of actors in the order in which the documents list them, since the figures
of 1.1 and of the current release depend on it. A discontinuous mention counts from its first
character to its last. All types that occur are listed as tags.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

from ..model import Actor, Document, Mention
from .base import Figure, Profile, Quirk, divided, harmonic
from .counting import same_documents
from .mentions import Item, items, touching

_HALF_POINTS = ("ent_type", "partial")
_SCHEMES = (*_HALF_POINTS, "exact", "strict")
_SLIGHT = 100
"""In gold items of at most so many characters, one is 1 % at least."""


class Tally(NamedTuple):
    """How many comparisons ended how."""

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0


_ByScheme = dict[str, Tally]
_Closeness = Callable[[Item, Item], float]


def _strict(predicted: Item, gold: Item) -> float:
    return 0 if predicted == gold else inf


def _exact(predicted: Item, gold: Item) -> float:
    return 0 if predicted[:2] == gold[:2] else inf


def _type(predicted: Item, gold: Item) -> float:
    if predicted.type != gold.type:
        return inf
    return abs(predicted.first - gold.first) + abs(predicted.last - gold.last)


def _enough(predicted: Item, gold: Item) -> bool:
    """Whether at least 1 % of the gold item is overlapped: the default threshold."""
    common = min(predicted.last, gold.last) - max(predicted.first, gold.first) + 1
    return common / (gold.last - gold.first + 1) * 100.0 >= 1.0


def _greedy(
    gold: Sequence[Item],
    predicted: Sequence[Item],
    near: Sequence[Sequence[int]],
    closeness: _Closeness,
) -> tuple[int, int]:
    """How many predictions hit, and how many of the others used up an overlapping gold item.

    Each prediction in turn takes the closest gold item that is still free, the first of equals.
    """
    free = [True] * len(gold)
    hits = others = 0
    for item, candidates in zip(predicted, near, strict=True):
        chosen, least = -1, inf
        for i in candidates:
            if free[i]:
                distance = closeness(item, gold[i])
                if chosen < 0 or distance < least:
                    chosen, least = i, distance
        if chosen >= 0:
            free[chosen] = False
            if least < inf:
                hits += 1
            else:
                others += 1
    return hits, others


def _first(
    gold: Sequence[Item],
    predicted: Sequence[Item],
    near: Sequence[Sequence[int]],
    closeness: _Closeness,
) -> tuple[int, int]:
    """The same, where each prediction takes the first gold item that is still free."""
    free = [True] * len(gold)
    hits = others = 0
    for item, candidates in zip(predicted, near, strict=True):
        chosen = next((i for i in candidates if free[i]), -1)
        if chosen >= 0:
            free[chosen] = False
            if closeness(item, gold[chosen]) < inf:
                hits += 1
            else:
                others += 1
    return hits, others


def _tallies_1_2(gold: Sequence[Item], predicted: Sequence[Item]) -> _ByScheme:
    return _tallies_1(gold, predicted, _greedy)


def _tallies_1_1(gold: Sequence[Item], predicted: Sequence[Item]) -> _ByScheme:
    return _tallies_1(gold, predicted, _first)


def _tallies_1(
    gold: Sequence[Item], predicted: Sequence[Item], align: Callable[..., tuple[int, int]]
) -> _ByScheme:
    near = touching(gold, predicted)
    if any(last - first >= _SLIGHT for first, last, _ in gold):
        near = [
            [i for i in candidates if _enough(item, gold[i])]
            for item, candidates in zip(predicted, near, strict=True)
        ]

    def tally(closeness: _Closeness) -> Tally:
        hits, others = align(gold, predicted, near, closeness)
        used = hits + others
        return Tally(hits, others, 0, len(gold) - used, len(predicted) - used)

    exact = tally(_exact)
    return {
        "ent_type": tally(_type),
        "partial": exact._replace(incorrect=0, partial=exact.incorrect),
        "exact": exact,
        "strict": tally(_strict),
    }


def _tallies_0_2(gold: Sequence[Item], predicted: Sequence[Item]) -> _ByScheme:
    gold = sorted(gold, key=lambda item: item.first)
    predicted = sorted(predicted, key=lambda item: item.last)
    known, met = set(gold), set[Item]()
    same = renamed = moved = both = spurious = 0
    for item, candidates in zip(predicted, touching(gold, predicted), strict=True):
        if item in known:
            met.add(item)
            same += 1
            continue
        found = False
        for other in (gold[i] for i in candidates):
            if other[:2] == item[:2]:
                met.add(other)
                renamed += 1
                found = True
                break
            if other not in met:
                met.add(other)
                found = True
                if other.type == item.type:
                    moved += 1
                else:
                    both += 1
        spurious += not found
    missed = sum(item not in met for item in gold)
    return {
        "ent_type": Tally(same + moved, renamed + both, 0, missed, spurious),
        "partial": Tally(same + renamed, 0, moved + both, missed, spurious),
        "exact": Tally(same + renamed, moved + both, 0, missed, spurious),
        "strict": Tally(same, renamed + moved + both, 0, missed, spurious),
    }


def _figure(scheme: str, tally: Tally, *, halves: bool) -> Figure:
    points = tally.correct + (0.5 * tally.partial if halves and scheme in _HALF_POINTS else 0)
    found = tally.correct + tally.incorrect + tally.partial
    precision = divided(points, found + tally.spurious)
    recall = divided(points, found + tally.missed)
    values = precision, recall, harmonic(precision, recall)
    first, second, third = (f"{value:.2f}" for value in values)
    return Figure(scheme, *values, (first, second, third))


def _scorer(
    tallies: Callable[[Sequence[Item], Sequence[Item]], _ByScheme], *, lasting: bool = True
) -> Callable[[Sequence[Document], Sequence[Document]], list[Figure]]:
    def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
        by_document = [
            tallies(items(one), items(other))
            for one, other in same_documents(gold, predicted, "nervaluate")
        ]
        totals = {
            scheme: Tally(*map(sum, zip(*(found[scheme] for found in by_document), strict=True)))
            for scheme in _SCHEMES
        }
        halves = lasting or len(by_document) == 1
        return [_figure(scheme, tally, halves=halves) for scheme, tally in totals.items()]

    return score


def _document(*found: tuple[int, int, str], id: str = "d") -> tuple[Document, ...]:
    actors = tuple(
        Actor(type=kind, mentions=(Mention(start=start, end=end),)) for start, end, kind in found
    )
    return (Document(id=id, text="x" * 1000, actors=actors),)


_NONE = ("0.00", "0.00", "0.00")
_ALL = ("1.00", "1.00", "1.00")
_ONE_OF_TWO_FOUND = ("0.50", "1.00", "0.67")

NERVALUATE = Profile(
    name="nervaluate",
    original="nervaluate 1.2.1 (PyPI)",
    layer="actors",
    explains="mentions one to one, each prediction in turn taking the closest one left",
    score=_scorer(_tallies_1_2),
    quirks=(
        Quirk(
            what="An overlapping prediction uses up the gold item that a later one matches exactly",
            gold=_document((0, 4, "ORG")),
            predicted=_document((3, 5, "PER"), (0, 4, "ORG")),
            shown={"strict": _NONE, "exact": _NONE},
        ),
        Quirk(
            what="The same predictions in another order earn another figure",
            gold=_document((0, 4, "ORG")),
            predicted=_document((0, 4, "ORG"), (3, 5, "PER")),
            shown={"strict": _ONE_OF_TWO_FOUND, "exact": _ONE_OF_TWO_FOUND},
        ),
        Quirk(
            what="An overlap of less than 1 % of the gold item is none, one of 1 % is",
            gold=_document((0, 101, "ORG"), (200, 300, "ORG")),
            predicted=_document((100, 110, "ORG"), (299, 310, "ORG")),
            shown={"ent_type": ("0.50", "0.50", "0.50"), "partial": ("0.25", "0.25", "0.25")},
        ),
    ),
)

NERVALUATE_1_1 = Profile(
    name="nervaluate-1.1",
    original="nervaluate 1.1.0 (PyPI)",
    layer="actors",
    explains="mentions one to one, each prediction in turn taking the first one left",
    score=_scorer(_tallies_1_1, lasting=False),
    quirks=(
        Quirk(
            what="An overlapping gold item is taken though the next one would match exactly",
            gold=_document((0, 4, "ORG"), (2, 6, "PER")),
            predicted=_document((2, 6, "PER")),
            shown={"strict": _NONE, "exact": _NONE},
        ),
        Quirk(
            what="In one document an overlap is half a point",
            gold=_document((0, 4, "ORG")),
            predicted=_document((2, 6, "ORG")),
            shown={"partial": ("0.50", "0.50", "0.50")},
        ),
        Quirk(
            what="In several it is nothing",
            gold=(*_document((0, 4, "ORG")), *_document((0, 4, "ORG"), id="e")),
            predicted=(*_document((2, 6, "ORG")), *_document((2, 6, "ORG"), id="e")),
            shown={"partial": _NONE, "ent_type": _ALL},
        ),
    ),
)

NERVALUATE_0_2 = Profile(
    name="nervaluate-0.2",
    original="nervaluate 0.2.0 (PyPI)",
    layer="actors",
    explains="mentions, a prediction being compared with all that it overlaps",
    score=_scorer(_tallies_0_2),
    quirks=(
        Quirk(
            what="A prediction given twice is correct twice",
            gold=_document((0, 4, "ORG")),
            predicted=_document((0, 4, "ORG"), (0, 4, "ORG")),
            shown={"strict": _ALL, "exact": _ALL, "partial": _ALL, "ent_type": _ALL},
        ),
        Quirk(
            what="One prediction over three gold items counts three times",
            gold=_document((0, 2, "ORG"), (3, 5, "ORG"), (6, 8, "ORG")),
            predicted=_document((0, 8, "ORG")),
            shown={"strict": _NONE, "exact": _NONE, "ent_type": _ALL, "partial": ("0.50",) * 3},
        ),
    ),
)
