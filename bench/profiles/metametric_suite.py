"""Metametric's ready-made suites: coreference, and events with their arguments.

Both are means over documents. Two empty sets are taken for equal and count 1, and an empty set
weighs 1 where something is divided by it. A mention is the pair of its outer bounds; one without
offsets is unlike any other. The original prints nothing; its fractions are shown with four digits.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import numpy as np

from ..coreference import Clusters, heaviest
from ..errors import InputError
from ..items import Ints
from ..matching import Edges, Floats, meeting
from ..model import Document, Span
from .base import Figure, Profile, Quirk, harmonic
from .coreference_rows import contained, matrix_sums, rows
from .counting import same_documents
from .examples import an_actor, an_event, page


class _Places:
    """Numbers for what has no offsets, so that it equals nothing."""

    def __init__(self) -> None:
        self._unplaced = 0

    def of(self, span: Span) -> tuple[int, int]:
        pieces = span.pieces
        if pieces:
            return pieces[0][0], pieces[-1][1]
        self._unplaced -= 1
        return self._unplaced, self._unplaced


def _sides(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> tuple[list[Document], list[Document]]:
    pairs = same_documents(gold, predicted, "metametric")
    if not pairs:
        raise InputError("metametric takes means over documents, but there are none")
    return [key for key, _ in pairs], [response for _, response in pairs]


def _mean(values: Floats) -> float:
    return reduce(add, values.tolist(), 0.0) / len(values)


def _figure(name: str, precision: float, recall: float, f1: float) -> Figure:
    shown = (f"{precision:.4f}", f"{recall:.4f}", f"{f1:.4f}")
    return Figure(name, precision, recall, f1, shown)


class _Scores(NamedTuple):
    """Of each document: what is found, and what either side has, as metametric weighs it."""

    found: Floats
    predicted: Floats
    gold: Floats

    def figure(self, name: str, items: tuple[Ints, Ints] | None = None) -> Figure:
        """Means over documents.

        Args:
            name: What the row is called.
            items: How many items gold and predictions have; where it is not the same as what they
                weigh.
        """
        gold, predicted = items or (self.gold, self.predicted)
        found = np.where((gold == 0) & (predicted == 0), 1.0, self.found)
        precision, recall = np.where(predicted, self.predicted, 1), np.where(gold, self.gold, 1)
        for side, weights in (("predicted", precision), ("gold", recall)):
            if not weights.all():
                raise InputError(
                    f"metametric divides by zero in {name}: in {int((weights == 0).sum())} "
                    f"document(s) all {side} actors are singletons"
                )
        f1 = 2 * found / (recall + precision)
        return _figure(name, _mean(found / precision), _mean(found / recall), _mean(f1))


def _per_unit(unit: Ints, values: Floats | Ints | None, units: int) -> Floats:
    return np.bincount(unit, values, units).astype(np.float64)


def _coreference(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    sides = _sides(gold, predicted)
    units = len(sides[0])
    places = _Places()
    chains = [[_chains(document, places) for document in side] for side in sides]
    actors = (_lengths(chains[0]), _lengths(chains[1]))
    figures = [
        _muc(chains, units).figure("muc", actors),
        _b_cubed(chains, units),
        _ceaf(chains, units, actors).figure("ceaf_phi4"),
    ]
    average = reduce(add, (figure.f1 or 0.0 for figure in figures)) / 3
    return [*figures, Figure("avg-f1", None, None, average, ("", "", f"{average:.4f}"))]


_Chains = list[list[tuple[Hashable, ...]]]


def _chains(document: Document, places: _Places) -> _Chains:
    """The mentions of each actor, numbered where it has the same one several times."""
    chains = []
    for actor in document.actors or ():
        seen: Counter[tuple[int, int]] = Counter()
        chain: list[tuple[Hashable, ...]] = []
        for mention in actor.mentions:
            place = places.of(mention)
            chain.append((place, seen[place]))
            seen[place] += 1
        chains.append(chain)
    return chains


def _lengths(side: Sequence[Sequence[object]]) -> Ints:
    return np.array([len(document) for document in side], dtype=np.int64)


def _rows(sides: Sequence[Sequence[_Chains]]) -> tuple[Clusters, Clusters]:
    codes: dict[tuple[int, Hashable], int] = {}
    return rows(sides[0], codes), rows(sides[1], codes)


def _muc(sides: Sequence[Sequence[_Chains]], units: int) -> _Scores:
    once = [
        [[[one for one in chain if one[1] == 0] for chain in document] for document in side]
        for side in sides
    ]
    gold, predicted = _rows(once)

    def links(one: Clusters, other: Clusters) -> Floats:
        # Every two clusters that share mentions count, those of one side with each other, too.
        view = contained(one, other, one).gold
        return _per_unit(view.unit[view.cluster], view.common - 1, units)

    return _Scores(links(gold, predicted), links(predicted, predicted), links(gold, gold))


def _b_cubed(sides: Sequence[Sequence[_Chains]], units: int) -> Figure:
    gold, predicted = _rows(sides)
    view = contained(gold, predicted, gold).gold
    width = int(view.other.max(initial=0)) + 1
    cells = view.cluster * width + view.other
    plain = _rows([[[[one[:1] for one in c] for c in d] for d in side] for side in sides])
    left, right = meeting(*((side.mention,) for side in plain))
    clusters = gold.cluster[left], predicted.cluster[right]
    common = view.common[np.searchsorted(cells, clusters[0] * width + clusters[1])]
    numbers = [np.bincount(side.unit, minlength=units) for side in (gold, predicted)]
    neither = (numbers[0] == 0) & (numbers[1] == 0)
    rates = []
    for side, cluster, number in zip((gold, predicted), clusters, numbers, strict=True):
        weight = common / np.bincount(side.cluster)[cluster]
        chosen = heaviest(Edges(left, right, weight))
        found = matrix_sums(right[chosen], weight[chosen], predicted.unit, numbers[0])
        rates.append(_mean(np.where(neither, 1.0, found / np.maximum(number, 1))))
    return _figure("b_cubed", rates[1], rates[0], harmonic(rates[1], rates[0]))


def _ceaf(sides: Sequence[Sequence[_Chains]], units: int, actors: tuple[Ints, Ints]) -> _Scores:
    keys, responses = _rows(sides)
    view, other = contained(keys, responses, keys)
    weight = 2 * view.common / (view.size[view.cluster] + view.other_size)
    chosen = heaviest(Edges(view.cluster, view.other, weight))
    columns = np.bincount(view.unit, minlength=units)
    found = matrix_sums(view.other[chosen], weight[chosen], other.unit, columns)
    # Actors without mentions are equal to each other.
    empty = [
        np.array([sum(not chain for chain in document) for document in side]) for side in sides
    ]
    gold, predicted = (number.astype(np.float64) for number in actors)
    return _Scores(found + np.minimum(*empty), predicted, gold)


def _events(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    sides = _sides(gold, predicted)
    places = _Places()
    units = len(sides[0])
    events = [_flat(side, places) for side in sides]
    return [
        _triggers(events, units, typed=False).figure("trigger_identification"),
        _triggers(events, units, typed=True).figure("trigger_classification"),
        _arguments(events, units, roles=False).figure("argument_identification"),
        _arguments(events, units, roles=True).figure("argument_classification"),
    ]


class _Event(NamedTuple):
    """What is compared of an event."""

    unit: int
    trigger: tuple[int, int]
    type: str
    arguments: list[tuple[tuple[int, int], str]]


def _flat(documents: Sequence[Document], places: _Places) -> list[_Event]:
    return [
        _Event(
            unit,
            places.of(event.trigger),
            event.type,
            [(places.of(argument), argument.role) for argument in event.arguments],
        )
        for unit, document in enumerate(documents)
        for event in document.events or ()
    ]


def _triggers(sides: Sequence[Sequence[_Event]], units: int, *, typed: bool) -> _Scores:
    gold, predicted = (
        Counter((e.unit, e.trigger, e.type if typed else "") for e in side) for side in sides
    )
    found, *weights = (_tallied(counts, units) for counts in (gold & predicted, predicted, gold))
    return _Scores(found, *weights)


def _tallied(counts: Counter[tuple[int, tuple[int, int], str]], units: int) -> Floats:
    unit = np.array([key[0] for key in counts], dtype=np.int64)
    return _per_unit(unit, np.array([*counts.values()], dtype=np.int64), units)


def _arguments(sides: Sequence[Sequence[_Event]], units: int, *, roles: bool) -> _Scores:
    """Events with equal triggers, aligned by how many arguments they share; 1 for none in both."""
    gold, predicted = sides
    fillers = [
        [Counter(one if roles else one[:1] for one in event.arguments) for event in side]
        for side in sides
    ]
    holders: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for j, event in enumerate(predicted):
        holders[event[:3]].append(j)
    pairs = {}
    for i, event in enumerate(gold):
        for j in holders.get(event[:3], ()):
            one, other = fillers[0][i], fillers[1][j]
            shared = (one & other).total() if one or other else 1
            if shared:
                pairs[i, j] = shared
    left, right = np.array([*pairs], dtype=np.int64).reshape(-1, 2).T
    edges = Edges(left, right, np.array([*pairs.values()], dtype=np.float64))
    unit = [np.array([event.unit for event in side], dtype=np.int64) for side in sides]
    chosen = heaviest(edges)
    found = _per_unit(unit[0][left[chosen]], edges.weight[chosen], units)
    weights = [
        _per_unit(of, np.array([max(1, counts.total()) for counts in side]), units)
        for of, side in zip(unit, fillers, strict=True)
    ]
    return _Scores(found, weights[1], weights[0])


_HALF = ("0.5000",) * 3
_TWO = an_actor((0, 4), (5, 9))
_EMPTY = page(name="empty")
_BARE = an_event("AID", 0, 4)

METAMETRIC_COREFERENCE = Profile(
    name="metametric-coreference",
    original="metametric 0.2.1, coref_suite",
    layer="actors",
    explains="MUC, B³ and CEAF by entities, each a mean over documents.",
    score=_coreference,
    quirks=(
        Quirk(
            what="A document with nothing on either side is a hit, and counts like any other",
            gold=(page(actors=[_TWO]), _EMPTY),
            predicted=(page(actors=[an_actor((10, 14), (15, 19))]), _EMPTY),
            shown={
                "muc": _HALF,
                "b_cubed": _HALF,
                "ceaf_phi4": _HALF,
                "avg-f1": ("", "", "0.5000"),
            },
        ),
        Quirk(
            what="A mention in two clusters links them in MUC, and what should be links is more",
            gold=(page(actors=[_TWO]),),
            predicted=(page(actors=[_TWO, an_actor((0, 4), (5, 9), (10, 14))]),),
            shown={"muc": ("0.4000", "2.0000", "0.6667")},
        ),
    ),
)
METAMETRIC_EVENTS = Profile(
    name="metametric-events",
    original="metametric 0.2.1, event_extraction_suite",
    layer="events",
    explains="Triggers, and events weighted by their arguments, each a mean over documents.",
    score=_events,
    quirks=(
        Quirk(
            what="An event without arguments counts as if it had one",
            gold=(page(_BARE, an_event("AID", 5, 9, ("actor", 10, 14), ("actor", 15, 19))),),
            predicted=(page(_BARE, an_event("AID", 5, 9, ("actor", 10, 14))),),
            shown={"argument_classification": ("1.0000", "0.6667", "0.8000")},
        ),
        Quirk(
            what="A document with nothing on either side is a hit, and counts like any other",
            gold=(page(_BARE), _EMPTY),
            predicted=(page(an_event("AID", 5, 9)), _EMPTY),
            shown={"trigger_identification": _HALF, "argument_classification": _HALF},
        ),
        Quirk(
            what="Figures are means over documents, however many events these have",
            gold=(page(_BARE, _BARE, _BARE), page(_BARE, name="e")),
            predicted=(page(_BARE, _BARE, _BARE), page(an_event("AID", 5, 9), name="e")),
            shown={"trigger_classification": _HALF},
        ),
    ),
)
