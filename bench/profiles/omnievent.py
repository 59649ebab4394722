"""OmniEvent's scores for sequence-to-sequence models: strings, each gold one used up by one hit.

Both rows are ``f1_score_overall`` of ``OmniEvent/evaluation/metric.py``, in percent, over the
tuples that ``compute_seq_F1`` gives it:

``ED``
    ``(instance, "NA", event type, trigger)``. An instance is a document.
``EAE``
    ``(instance, event type, role, argument)``. An instance is a document and a trigger in it, as
    each candidate trigger is one there; the events are the predicted ones (``eae_eval_mode:
    strict``, so that arguments of missed and of spurious triggers all count).

Triggers and arguments are strings, stripped and without blanks; where in the document they stand
is not looked at, but for which trigger an argument belongs to. Labels are compared as they are.
What is empty without blanks is no item. Not part of it: the parsing of generated text around
these tuples (``extract_argument`` loses an item with a colon in its string, ``get_plain_label``
folds labels), and the scorers of the other paradigms, which look only at listed candidates.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from ..model import Document
from .base import Figure, Profile, Quirk
from .counting import outer, same_documents, shown, surface
from .examples import an_event, page

_TINY = 1e-10
Item = tuple[object, ...]


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """OmniEvent's two rows in percent.

    Raises:
        InputError: A document is missing on one side, where OmniEvent fails an assertion.
    """
    pairs = same_documents(gold, predicted, "OmniEvent")
    texts = [left.text if left.text is not None else right.text for left, right in pairs]
    figures = []
    for name, items in (("ED", _triggers), ("EAE", _arguments)):
        matched = found = wanted = 0
        for (left, right), text in zip(pairs, texts, strict=True):
            ours, theirs = list(items(left, text)), list(items(right, text))
            found, wanted = found + len(theirs), wanted + len(ours)
            left_over = Counter(ours)
            matched += sum(min(n, left_over[item]) for item, n in Counter(theirs).items())
        figures.append(_figure(name, matched, found, wanted))
    return figures


def _figure(name: str, matched: int, predicted: int, gold: int) -> Figure:
    precision = matched / (predicted + _TINY)
    recall = matched / (gold + _TINY)
    f1 = 2 * precision * recall / (precision + recall + _TINY)
    values = precision * 100, recall * 100, f1 * 100
    return Figure(name, *values, shown("{:.2f}", *values))


def _triggers(document: Document, text: str | None) -> Iterator[Item]:
    for event in document.events or ():
        label, string = _bare(event.type), _bare(surface(event.trigger, text))
        if label and string:
            yield label, string


def _arguments(document: Document, text: str | None) -> Iterator[Item]:
    for event in document.events or ():
        trigger = outer(event.trigger)
        for argument in event.arguments:
            role, string = _bare(argument.role), _bare(surface(argument, text))
            if role and string:
                yield trigger, event.type, role, string


def _bare(string: str) -> str:
    return string.strip().replace(" ", "")


_ECHO = "shot and shot again"

OMNIEVENT = Profile(
    name="omnievent",
    original="OmniEvent ec72e72, f1_score_overall of metric.py (github.com/THU-KEG/OmniEvent)",
    layer="events",
    explains="triggers and arguments as strings, a multiset of them in each document",
    score=score,
    quirks=(
        Quirk(
            what="The same word elsewhere in the document is as good",
            gold=(page(an_event("Attack", 0, 4), text=_ECHO),),
            predicted=(page(an_event("Attack", 9, 13), text=_ECHO),),
            shown={"ED": ("100.00",) * 3},
        ),
        Quirk(
            what="Blanks at the ends of a span, or in it, make no difference",
            gold=(page(an_event("Attack", 0, 4), text=_ECHO),),
            predicted=(page(an_event("Attack", 0, 5), text=_ECHO),),
            shown={"ED": ("100.00",) * 3},
        ),
        Quirk(
            what="Denominators grow by 1e-10: an F1 of 6/64, 9.375 %, is shown as 9.37",
            gold=(page(*(an_event("Attack", 0, 4) for _ in range(61))),),
            predicted=(page(*(an_event("Attack", 0, 4) for _ in range(3))),),
            shown={"ED": ("100.00", "4.92", "9.37")},
        ),
    ),
)
