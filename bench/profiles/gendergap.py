"""GenderGapTracker's scorer of quotes: matched greedily, with what share of the gold is covered.

A quote matches where it covers more than 0.3 (or 0.8) of a gold quote's characters; each gold
quote in turn takes the best that is left, and all predictions equal to it are gone at once.
Speaker and verb match are accuracies among the quotes matched; they stand in the column of F1,
as they have neither precision nor recall. "Speakers (indep)" and "Verbs (indep)" count every
pair of a gold and a predicted quote whose speakers (verbs) share two characters.

The speaker is a quote's source, the verb its cue; of spans in several pieces only the outer
bounds count. A predicted quote is "floating" where it has no source. Documents without a
prediction are left out. Figures are rounded to three digits, F1 from rounded figures.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from statistics import harmonic_mean
from typing import NamedTuple

import numpy as np

from ..errors import InputError
from ..model import Document, Span
from .base import Figure, Profile, Quirk
from .counting import Candidates, Places, by_id, greedy, surface, touching
from .examples import a_quote, page

THRESHOLDS = (0.3, 0.8)
_NONE = "-"
Bounds = tuple[int, int]


class _Row(NamedTuple):
    """A quote as GenderGapTracker sees it; ``identity`` is what its equality of quotes looks at."""

    document: int
    content: Bounds | None
    speaker: Bounds | None
    verb: Bounds | None
    verb_words: str
    nameless: bool
    floating: bool
    identity: Hashable


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    """GenderGapTracker's eight rows, in percent.

    Raises:
        InputError: There is nothing to divide by, where it ends with a ZeroDivisionError.
    """
    golds, predictions = by_id(gold), by_id(predicted)
    names = [name for name in golds if name in predictions]
    ours = [row for i, name in enumerate(names) for row in _rows(i, golds[name], golds[name])]
    theirs = [
        row for i, name in enumerate(names) for row in _rows(i, predictions[name], golds[name])
    ]
    pairs = touching(
        _places(ours, lambda row: row.content), _places(theirs, lambda row: row.content)
    )
    figures: list[Figure] = []
    for threshold in THRESHOLDS:
        figures += _quotes(ours, theirs, pairs, threshold)
    figures.append(_independent("Speakers (indep)", ours, theirs, lambda row: row.speaker))
    figures.append(_independent("Verbs (indep)", ours, theirs, lambda row: row.verb))
    return figures


def _rows(number: int, document: Document, gold: Document) -> Iterator[_Row]:
    text = document.text if document.text is not None else gold.text
    for quote in document.quotes or ():
        yield _Row(
            number,
            _bounds(quote.content),
            _bounds(quote.source),
            _bounds(quote.cue),
            surface(quote.cue, text).lower().strip() if quote.cue else "",
            not (quote.source and surface(quote.source, text).strip()),
            quote.source is None,
            (number, *map(_same, (quote.content, quote.source, quote.cue)), quote.kind),
        )


def _bounds(span: Span | None) -> Bounds | None:
    if span is None or span.start is None or span.end is None:
        return None
    return span.start, span.end


def _same(span: Span | None) -> Hashable:
    return span and (span.pieces or span.text)


def _places(rows: Sequence[_Row], part: Callable[[_Row], Bounds | None]) -> Places:
    parts = [part(row) for row in rows]
    return Places([row.document for row in rows], [(at,) if at else () for at in parts])


def _quotes(
    ours: Sequence[_Row], theirs: Sequence[_Row], pairs: Candidates, threshold: float
) -> Iterator[Figure]:
    sizes = np.array([end - start for start, end in (row.content or (0, 1) for row in ours)])
    near = pairs.common / sizes[pairs.gold] > threshold if len(ours) else pairs.common > 0
    left, right, common = (column[near] for column in pairs)
    order = np.lexsort((right, -common, left))
    left, right = left[order].tolist(), right[order].tolist()
    taken = greedy(left, [theirs[i].identity for i in right])
    used = {theirs[right[i]].identity for i in taken}
    remaining = sum(row.identity not in used for row in theirs)
    matches = [(ours[left[i]], theirs[right[i]]) for i in taken]
    precision = _percent(len(taken), len(taken) + remaining, "no quote is predicted")
    recall = _percent(len(taken), len(ours), "there is no gold quote")
    yield _figure(f"Quotes: {threshold}", precision, recall)
    speakers = sum(_same_speaker(a, b) for a, b in matches)
    verbs = sum(a.verb_words == b.verb_words for a, b in matches)
    for name, hits in (("Speaker", speakers), ("Verb", verbs)):
        accuracy = _percent(hits, len(taken), f"no quote matches at {threshold}")
        shown = str(round(accuracy, 3))
        yield Figure(f"{name} match: {threshold}", None, None, accuracy, (_NONE, _NONE, shown))


def _same_speaker(gold: _Row, predicted: _Row) -> bool:
    a, b = gold.speaker, predicted.speaker
    overlap = a is not None and b is not None and max(a[0], b[0]) < min(a[1], b[1])
    return overlap or (gold.nameless and predicted.floating)


def _independent(
    name: str,
    ours: Sequence[_Row],
    theirs: Sequence[_Row],
    part: Callable[[_Row], Bounds | None],
) -> Figure:
    # Each place once, with how many quotes have it: equal ones would make every pair of them.
    known, guessed = (
        Counter((row.document, at) for row in rows if (at := part(row))) for rows in (ours, theirs)
    )
    weights = [np.array(list(side.values()), dtype=np.int64) for side in (known, guessed)]
    places = (Places([n for n, _ in one], [(at,) for _, at in one]) for one in (known, guessed))
    pairs = touching(*places)
    near = pairs.common >= 2
    hits = int((weights[0][pairs.gold[near]] * weights[1][pairs.predicted[near]]).sum())
    what = name.split()[0].lower()
    precision = _percent(hits, guessed.total(), f"no {what} are predicted")
    recall = _percent(hits, known.total(), f"there are no gold {what}")
    return _figure(name, precision, recall)


def _percent(hits: int, of: int, why: str) -> float:
    if not of:
        raise InputError(f"GenderGapTracker has nothing to divide by: {why}")
    return 100 * hits / of


def _figure(name: str, precision: float, recall: float) -> Figure:
    rounded = round(precision, 3), round(recall, 3)
    f1 = harmonic_mean(rounded)
    shown = str(rounded[0]), str(rounded[1]), str(round(f1, 3))
    return Figure(name, precision, recall, f1, shown)


_ALL = ("100.0",) * 3
_ARTICLE = "word " * 1000
_SAID = ((30, 34), (40, 44))

GENDERGAP = Profile(
    name="gendergap",
    original=(
        "GenderGapTracker 5501de3, nlp/english/evaluation/src (github.com/sfu-discourse-lab/"
        "GenderGapTracker)"
    ),
    layer="quotes",
    explains="quotes matched greedily by what they cover of the gold, speakers and verbs in them",
    score=score,
    quirks=(
        Quirk(
            what="A quote that covers the whole article is a perfect match",
            gold=(page(a_quote((100, 200), *_SAID), text=_ARTICLE),),
            predicted=(page(a_quote((0, 5000), *_SAID), text=_ARTICLE),),
            shown={"Quotes: 0.3": _ALL, "Quotes: 0.8": _ALL},
        ),
        Quirk(
            what="Equal predictions are all gone when one is taken",
            gold=(page(*(a_quote((50, 70), *_SAID) for _ in range(3))),),
            predicted=(page(*(a_quote((50, 70), *_SAID) for _ in range(3))),),
            shown={"Quotes: 0.8": ("100.0", "33.333", "50.0")},
        ),
        Quirk(
            what="Two quotes of one speaker make four pairs: a perfect system reaches 200 %",
            gold=(page(a_quote((50, 70), *_SAID), a_quote((75, 95), *_SAID)),),
            predicted=(page(a_quote((50, 70), *_SAID), a_quote((75, 95), *_SAID)),),
            shown={"Speakers (indep)": ("200.0",) * 3, "Quotes: 0.8": _ALL},
        ),
        Quirk(
            what="F1 is made of rounded precision and recall: 2/7 comes out as 28.572 %",
            gold=(page(*(a_quote((i * 15, i * 15 + 14), *_SAID) for i in range(6))),),
            predicted=(page(a_quote((0, 14), *_SAID)),),
            shown={"Quotes: 0.8": ("100.0", "16.667", "28.572")},
        ),
        Quirk(
            what="A document without a prediction is not counted",
            gold=(page(a_quote((50, 70), *_SAID)), page(a_quote((50, 70), *_SAID), name="missing")),
            predicted=(page(a_quote((50, 70), *_SAID)),),
            shown={"Quotes: 0.3": _ALL, "Quotes: 0.8": _ALL},
        ),
    ),
)
