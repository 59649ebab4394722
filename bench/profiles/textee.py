"""TextEE's scorer: triggers and arguments as sets, over the whole corpus.

Figures are those of the task E2E. An item's key begins with its window: ``meta["doc_id"]`` and
``meta["wnd_id"]`` of the gold document, both the document's id by default. Spans are token
indices where gold brings tokens, characters otherwise; they are only compared for equality, and
of a span in several pieces TextEE can say no more than where it begins and ends.
"""

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from ..model import Document, Event
from .base import Figure, Profile, Quirk
from .counting import Placing, percents, placings, same_documents
from .examples import an_event, page

ROWS = ("Tri-I", "Tri-C", "Arg-I", "Arg-C", "Arg-I (attached)", "Arg-C (attached)")
"""What TextEE calls TI, TC, AI, AC, AI+ and AC+."""

_type, _role = attrgetter("type"), attrgetter("role")
Items = tuple[set[object], ...]
"""The items of each row on one side of a window."""


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """TextEE's six rows in percent.

    Raises:
        InputError: A document is missing on one side, where TextEE fails an assertion.
    """
    windows: dict[object, list[tuple[Document, Document]]] = defaultdict(list)
    for pair in same_documents(gold, predicted, "TextEE"):
        meta = pair[0].meta
        window = (meta.get("doc_id", pair[0].id), meta.get("wnd_id", pair[0].id))
        windows[window].append(pair)
    matched, found, wanted = [0] * len(ROWS), [0] * len(ROWS), [0] * len(ROWS)
    for pairs in windows.values():
        ours: Items = tuple(set() for _ in ROWS)
        theirs: Items = tuple(set() for _ in ROWS)
        for left, right in pairs:
            place, place_predicted = placings(left, right)
            _add(left.events or (), place, ours)
            _add(right.events or (), place_predicted, theirs)
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            matched[i] += len(a & b)
            found[i] += len(b)
            wanted[i] += len(a)
    return [percents(*row, "{:6.2f}") for row in zip(ROWS, matched, found, wanted, strict=True)]


def _add(events: Sequence[Event], place: Placing, items: Items) -> None:
    triggers, typed, loose, roles, attached, attached_roles = items
    known = list(zip(place([event.trigger for event in events]), map(_type, events), strict=True))
    triggers.update(trigger for trigger, _ in known)
    typed.update(known)
    arguments = [argument for event in events for argument in event.arguments]
    owners = [one for one, event in zip(known, events, strict=True) for _ in event.arguments]
    kinds = [kind for _, kind in owners]
    fillers, labels = place(arguments), list(map(_role, arguments))
    loose.update(zip(kinds, fillers, strict=True))
    roles.update(zip(kinds, fillers, labels, strict=True))
    attached.update(zip(owners, fillers, strict=True))
    attached_roles.update(zip(owners, fillers, labels, strict=True))


_NONE = ("  0.00",) * 3
_ALL = ("100.00",) * 3
_VICTIM = ("Victim", 20, 24)

TEXTEE = Profile(
    name="textee",
    original="TextEE 25d5dca, TextEE/scorer.py, task E2E (github.com/ej0cl6/TextEE)",
    layer="events",
    explains="triggers and arguments as sets, argument keys with and without their trigger",
    score=score,
    quirks=(
        Quirk(
            what="An item predicted twice counts once",
            gold=(page(an_event("Attack", 0, 4)),),
            predicted=(page(an_event("Attack", 0, 4), an_event("Attack", 0, 4)),),
            shown={"Tri-I": _ALL, "Tri-C": _ALL},
        ),
        Quirk(
            what="Arguments count in full though every trigger is wrong",
            gold=(page(an_event("Attack", 0, 4, _VICTIM)),),
            predicted=(page(an_event("Attack", 5, 9, _VICTIM)),),
            shown={
                **dict.fromkeys(("Tri-I", "Tri-C"), _NONE),
                **dict.fromkeys(("Arg-I", "Arg-C"), _ALL),
                **dict.fromkeys(("Arg-I (attached)", "Arg-C (attached)"), _NONE),
            },
        ),
        Quirk(
            what="An argument of two events of one type is one item, and two if attached",
            gold=(page(an_event("Attack", 0, 4, _VICTIM), an_event("Attack", 5, 9, _VICTIM)),),
            predicted=(page(an_event("Attack", 0, 4, _VICTIM), an_event("Attack", 5, 9)),),
            shown={
                **dict.fromkeys(("Arg-I", "Arg-C"), _ALL),
                "Arg-I (attached)": ("100.00", " 50.00", " 66.67"),
                "Arg-C (attached)": ("100.00", " 50.00", " 66.67"),
            },
        ),
        Quirk(
            what="With nothing on either side every figure is 0",
            gold=(page(),),
            predicted=(page(),),
            shown=dict.fromkeys(ROWS, _NONE),
        ),
    ),
)
