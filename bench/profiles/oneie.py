"""OneIE's scorer (from DyGIE++, as TextEE carries it): many predictions may hit one gold item.

A document is one of OneIE's graphs. It scores a sentence at a time, which comes to the same:
no span lies in two sentences. Entities are the mentions of actors with their type, mentions are
the same with their level. Relations have no place in the data model; their row is left out.
Spans are tokens where gold brings tokens, characters otherwise, by their outer bounds.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from ..model import Document, Event
from .base import Figure, Profile, Quirk
from .counting import Place, Placing, by_id, percents, placings
from .examples import an_event, page

ROWS = (
    "Entity",
    "Mention",
    "Trigger identification",
    "Trigger",
    "Role identification",
    "Role",
)
_level = attrgetter("level")
Labelled = Iterable[tuple[Place, str | None]]
Counts = Iterable[tuple[int, int, int]]
"""Matched, predicted and gold of each row."""


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """OneIE's rows in percent; documents without a counterpart are not counted, as in its zip."""
    predictions = by_id(predicted)
    totals = [(0, 0, 0)] * len(ROWS)
    for left in by_id(gold).values():
        if left.id not in predictions:
            continue
        right = predictions[left.id]
        places = placings(left, right)
        counts = (*_mentions(left, right, *places), *_events(left, right, *places))
        totals = [
            (a + d, b + e, c + f) for (a, b, c), (d, e, f) in zip(totals, counts, strict=True)
        ]
    return [percents(name, *total) for name, total in zip(ROWS, totals, strict=True)]


def _mentions(left: Document, right: Document, place: Placing, place_predicted: Placing) -> Counts:
    wanted, *known = _labelled(left, place)
    found, *guessed = _labelled(right, place_predicted)
    for one, other in zip(known, guessed, strict=True):
        yield sum(map(set(one).__contains__, other)), found, wanted


def _labelled(document: Document, place: Placing) -> tuple[int, Labelled, Labelled]:
    """How many mentions there are, and these with the types of their actors and their levels."""
    actors = document.actors or ()
    mentions = [mention for actor in actors for mention in actor.mentions]
    kinds = [actor.type for actor in actors for _ in actor.mentions]
    places = place(mentions)
    return (
        len(places),
        zip(places, kinds, strict=True),
        zip(places, map(_level, mentions), strict=True),
    )


def _events(left: Document, right: Document, place: Placing, place_predicted: Placing) -> Counts:
    known, guessed = left.events or (), right.events or ()
    # The type of the first gold trigger there counts, or none if there is no trigger.
    places = place([event.trigger for event in known])
    first = dict(zip(reversed(places), [event.type for event in reversed(known)], strict=True))
    types = list(map(first.get, place_predicted([event.trigger for event in guessed])))
    sizes = len(guessed), len(known)
    yield len(types) - types.count(None), *sizes
    yield sum(one == event.type for one, event in zip(types, guessed, strict=True)), *sizes
    wanted, found = _roles(known, place), _roles(guessed, place_predicted)
    fillers = {item[:2] for item in wanted}
    yield sum(item[:2] in fillers for item in found), len(found), len(wanted)
    yield len(found & wanted), len(found), len(wanted)


def _roles(events: Sequence[Event], place: Placing) -> set[tuple[Place, str, str]]:
    arguments = [argument for event in events for argument in event.arguments]
    kinds = [event.type for event in events for _ in event.arguments]
    roles = [argument.role for argument in arguments]
    return set(zip(place(arguments), kinds, roles, strict=True))


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
