"""OneIE's scorer (from DyGIE++, as TextEE carries it): many predictions may hit one gold item.

A document is one of OneIE's graphs. It scores a sentence at a time, which comes to the same:
no span lies in two sentences. Entities are the mentions of actors with their type, mentions are
the same with their level. Relations have no place in the data model; their row is left out.
Spans are tokens where gold brings tokens, characters otherwise, by their outer bounds.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from ..items import Ints
from ..matching import row_codes
from ..model import Document
from .base import Figure, Profile, Quirk
from .counting import by_id, percents
from .examples import an_event, page
from .places import Columns, Labels, Places, Placing, distinct, found, once, spread

ROWS = (
    "Entity",
    "Mention",
    "Trigger identification",
    "Trigger",
    "Role identification",
    "Role",
)


Counts = tuple[int, int, int]
"""Matched, predicted and gold."""


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """OneIE's rows in percent; documents without a counterpart are not counted, as in its zip."""
    known, guessed = by_id(gold), by_id(predicted)
    names = [name for name in known if name in guessed]
    sides = [known[name] for name in names], [guessed[name] for name in names]
    places, labels = Places(*sides), Labels()
    ours, theirs = (
        _graphs(documents, partial(places.of, side), labels) for side, documents in enumerate(sides)
    )
    return [percents(name, *count) for name, count in zip(ROWS, _counts(ours, theirs), strict=True)]


class _Graphs(NamedTuple):
    """The items of one side: where they stand, beginning with the document, and their labels."""

    mentions: Columns
    types: Ints
    levels: Ints
    triggers: Columns
    events: Ints
    fillers: Columns
    roles: Ints


def _graphs(documents: Sequence[Document], place: Placing, labels: Labels) -> _Graphs:
    actors, unit = spread([document.actors or () for document in documents])
    mentions, owner = spread([actor.mentions for actor in actors])
    unit = unit[owner]
    events, at = spread([document.events or () for document in documents])
    arguments, event = spread([one.arguments for one in events])
    kinds = labels.of([one.type for one in events])
    return _Graphs(
        (unit, *place(mentions, unit)),
        labels.of([actor.type for actor in actors])[owner],
        labels.of([mention.level for mention in mentions]),
        (at, *place([one.trigger for one in events], at)),
        kinds,
        (at[event], *place(arguments, at[event]), kinds[event]),
        labels.of([argument.role for argument in arguments]),
    )


def _counts(gold: _Graphs, predicted: _Graphs) -> Iterator[Counts]:
    left, right = row_codes(gold.mentions, predicted.mentions)
    for known, guessed in ((gold.types, predicted.types), (gold.levels, predicted.levels)):
        one, other = row_codes((left, known), (right, guessed))
        yield int((found(other, np.sort(one)) >= 0).sum()), len(other), len(one)
    left, right = row_codes(gold.triggers, predicted.triggers)
    order = np.argsort(left, kind="stable")
    at = found(right, left[order])
    hit = at >= 0
    # The type of the first gold trigger there counts.
    same = gold.events[order[at[hit]]] == predicted.events[hit]
    yield int(hit.sum()), len(right), len(left)
    yield int(same.sum()), len(right), len(left)
    left, right = row_codes(gold.fillers, predicted.fillers)
    one, other = row_codes((left, gold.roles), (right, predicted.roles))
    matched, guesses, wanted = distinct(one, other)
    yield len(once(other[found(right, np.sort(left)) >= 0])), guesses, wanted
    yield matched, guesses, wanted


_NONE = ("0.00",) * 3
_TWICE = ("100.00", "200.00", "133.33")
_TWO_TYPES = page(an_event("Attack", 0, 4), an_event("Die", 0, 4))

ONEIE = Profile(
    name="oneie",
    original="OneIE as in TextEE 25d5dca, models/OneIE/scorer.py (github.com/ej0cl6/TextEE)",
    layer="events",
    explains="triggers in lists, each prediction on its own; arguments as sets, without triggers",
    score=score,
    quirks=(
        Quirk(
            what="Each of two equal predictions hits, so that recall exceeds 100 %",
            gold=(page(an_event("Attack", 0, 4)),),
            predicted=(page(an_event("Attack", 0, 4), an_event("Attack", 0, 4)),),
            shown={"Trigger identification": _TWICE, "Trigger": _TWICE},
        ),
        Quirk(
            what="Of two gold types of one trigger the first counts",
            gold=(_TWO_TYPES,),
            predicted=(page(an_event("Attack", 0, 4)),),
            shown={"Trigger": ("100.00", "50.00", "66.67")},
        ),
        Quirk(
            what="Of two gold types of one trigger the second is worth nothing",
            gold=(_TWO_TYPES,),
            predicted=(page(an_event("Die", 0, 4)),),
            shown={"Trigger identification": ("100.00", "50.00", "66.67"), "Trigger": _NONE},
        ),
        Quirk(
            what="Arguments count in full though every trigger is wrong",
            gold=(page(an_event("Attack", 0, 4, ("Victim", 20, 24))),),
            predicted=(page(an_event("Attack", 5, 9, ("Victim", 20, 24))),),
            shown={"Trigger": _NONE, "Role": ("100.00",) * 3},
        ),
        Quirk(
            what="A document without a prediction is not counted",
            gold=(page(an_event("Attack", 0, 4)), page(an_event("Attack", 0, 4), name="missing")),
            predicted=(page(an_event("Attack", 0, 4)),),
            shown={"Trigger": ("100.00",) * 3},
        ),
    ),
)
