"""TextEE's scorer: triggers and arguments as sets, over the whole corpus.

Figures are those of the task E2E. An item's key begins with its window: ``meta["doc_id"]`` and
``meta["wnd_id"]`` of the gold document, both the document's id by default. Spans are token
indices where gold brings tokens, characters otherwise; they are only compared for equality, and
of a span in several pieces TextEE can say no more than where it begins and ends.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..items import Ints
from ..matching import row_codes
from ..model import Document
from .base import Figure, Profile, Quirk
from .counting import percents, same_documents
from .examples import an_event, page
from .places import Columns, Labels, Places, Placing, distinct, spread

ROWS = ("Tri-I", "Tri-C", "Arg-I", "Arg-C", "Arg-I (attached)", "Arg-C (attached)")
"""What TextEE calls TI, TC, AI, AC, AI+ and AC+."""


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """TextEE's six rows in percent.

    Raises:
        InputError: A document is missing on one side, where TextEE fails an assertion.
    """
    pairs = same_documents(gold, predicted, "TextEE")
    sides = [one for one, _ in pairs], [other for _, other in pairs]
    numbers: dict[object, int] = {}
    windows = np.array(
        [numbers.setdefault(_window(one), len(numbers)) for one in sides[0]], dtype=np.int64
    )
    places, labels = Places(*sides), Labels()
    ours, theirs = (
        _items(documents, windows, partial(places.of, side), labels)
        for side, documents in enumerate(sides)
    )
    return [
        percents(name, *distinct(*row_codes(one, other)), "{:6.2f}")
        for name, one, other in zip(ROWS, ours, theirs, strict=True)
    ]


def _window(gold: Document) -> tuple[object, object]:
    return gold.meta.get("doc_id", gold.id), gold.meta.get("wnd_id", gold.id)


def _items(
    documents: Sequence[Document], windows: Ints, place: Placing, labels: Labels
) -> tuple[Columns, ...]:
    """The items of each row on one side."""
    events, unit = spread([document.events or () for document in documents])
    arguments, owner = spread([event.arguments for event in events])
    trigger = (windows[unit], *place([event.trigger for event in events], unit))
    typed = (*trigger, labels.of([event.type for event in events]))
    filler = place(arguments, unit[owner])
    role = labels.of([argument.role for argument in arguments])
    window, *_, kind = attached = [column[owner] for column in typed]
    return (
        trigger,
        typed,
        (window, kind, *filler),
        (window, kind, *filler, role),
        (*attached, *filler),
        (*attached, *filler, role),
    )


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
