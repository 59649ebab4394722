"""EvmEval, the scorer of TAC KBP event nuggets: graded spans, aligned greedily, four times.

The score of a pair is Dice's coefficient over characters, or over tokens where gold brings some.
For each set of attributes the pairs with equal ones are taken from the best down, whatever is
free, and their scores added up: so a stricter set may score higher. Types are folded to lower
case letters and digits; a gold type NOT_ANNOTATED fits any. Documents without gold are no part
of the denominators, and predictions for unknown documents are ignored.

Rows are the four sets of attributes, micro and "(macro)" in percent; one "type …" for each type
in the gold, as fractions, where the realis must be right as well (the original picks the last
mapping with types, not the first); and where any event has a hopper, the F1 of the coreference
metrics. For these, mentions are aligned that match in type and completely, and the average is of
four metrics, BLANC among them. Its options ``-wl``, ``-m`` and ``-ct`` are those of `score`. The
links of ``-a``, After and Subevent, have no place in the data model.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import islice
from operator import add, itemgetter
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..items import Ints
from ..matching import Floats
from ..model import Document, Event, Pieces
from .base import Figure, Profile, Quirk
from .conll_perl import score_clusters
from .counting import Places, by_id, greedy, merged, touching
from .examples import an_event, page
from .tokens import Grid

ATTRIBUTES = ("plain", "mention_type", "realis_status", "mention_type+realis_status")
METRICS = ("bcub", "ceafe", "ceafm", "muc", "blanc")
"""In the order in which the original prints, and adds up, its dictionary of metrics."""
AVERAGE = "Overall Average CoNLL score"
_LEFT_OUT = "ceafm"
_ANY = "notannotated"
_NAN = float("nan")


class _Side(NamedTuple):
    """The event mentions of one side, a row each; ``counts`` is how many each document has."""

    events: list[Event]
    document: Ints
    pieces: list[Pieces]
    size: Ints
    kind: list[str]
    counts: Ints


class _Mapping(NamedTuple):
    """The pairs that one set of attributes allows and the greedy order takes, best first."""

    gold: Ints
    predicted: Ints
    dice: Floats


def score(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    types: Collection[str] = (),
    coreference_by: str = "mention_type",
    threshold: float = 1.0,
) -> list[Figure]:
    """EvmEval's averages, its table of types, and its coreference scores.

    Args:
        gold: The gold.
        predicted: The predictions.
        types: All others are left out on both sides (``-wl``); none for all.
        coreference_by: Which of the attributes decide what is aligned for coreference (``-m``).
        threshold: How well an aligned pair must match for coreference (``-ct``). With 0 or less
            what is missed is aligned, too: with the last prediction of its document.

    Raises:
        InputError: Something is missed in a document without predictions, and ``threshold`` is 0.
    """
    golds, predictions = by_id(gold), by_id(predicted)
    names = sorted(golds)
    grids = [
        Grid.of(golds[name]) if golds[name].meta.get("tokens") is not None else None
        for name in names
    ]
    kinds = frozenset(map(_canonical, types))
    ours = _side([golds[name] for name in names], grids, kinds)
    theirs = _side([predictions.get(name) for name in names], grids, kinds)
    mappings = _mappings(ours, theirs)
    averages = [
        _averages(ours, theirs, _true_positives(mapping, ours)) for mapping in mappings.values()
    ]
    micro = [_figure(name, one) for name, (one, _) in zip(mappings, averages, strict=True)]
    macro = [
        _figure(f"{name} (macro)", one) for name, (_, one) in zip(mappings, averages, strict=True)
    ]
    return [
        *micro,
        *macro,
        *_types(ours, theirs, mappings["mention_type+realis_status"]),
        *_coreference(ours, theirs, mappings[coreference_by], threshold),
    ]


def _side(
    documents: Sequence[Document | None],
    grids: Sequence[Grid | None],
    types: frozenset[str],
) -> _Side:
    events, pieces = list[Event](), list[Pieces]()
    number, sizes = list[int](), list[int]()
    for i, (document, grid) in enumerate(zip(documents, grids, strict=True)):
        if document is None:
            continue
        wanted = [
            event for event in document.events or () if not types or _canonical(event.type) in types
        ]
        places = [event.trigger.pieces for event in wanted]
        counted = places
        if grid is not None:
            own = document.meta.get("tokens") is not None
            places = _in_tokens(places, Grid.of(document) if own else grid)
            # Tokens are a set there, characters a list: overlapping pieces count twice.
            counted = list(map(merged, places))
        events += wanted
        number += [i] * len(wanted)
        pieces += places
        sizes += [sum(b - a for a, b in place) for place in counted]
    document_of = np.array(number, dtype=np.int64)
    return _Side(
        events,
        document_of,
        pieces,
        np.array(sizes, dtype=np.int64),
        [_canonical(event.type) for event in events],
        np.bincount(document_of, minlength=len(documents)),
    )


def _in_tokens(places: Sequence[Pieces], grid: Grid) -> list[Pieces]:
    """Each piece as the tokens that it touches, if any."""
    found = iter(grid.ranges([(piece,) for place in places for piece in place]))
    return [tuple(filter(None, islice(found, len(place)))) for place in places]


@lru_cache(maxsize=1024)
def _canonical(label: str) -> str:
    return "".join(c.lower() for c in label if c.isascii() and c.isalnum())


def _mappings(ours: _Side, theirs: _Side) -> dict[str, _Mapping]:
    pairs = touching(*(Places(side.document.tolist(), side.pieces) for side in (ours, theirs)))
    dice = 2.0 * pairs.common / (ours.size[pairs.gold] + theirs.size[pairs.predicted])
    order = np.lexsort((pairs.gold, pairs.predicted, -dice, ours.document[pairs.gold]))
    left, right, dice = pairs.gold[order], pairs.predicted[order], dice[order]
    codes: dict[str, int] = {_ANY: 0}
    kinds, guesses = (
        np.array([codes.setdefault(kind, len(codes)) for kind in side.kind], dtype=np.int64)
        for side in (ours, theirs)
    )
    realis, guessed = (
        np.array([codes.setdefault(e.realis, len(codes)) for e in side.events], dtype=np.int64)
        for side in (ours, theirs)
    )
    typed = (kinds[left] == guesses[right]) | (kinds[left] == codes[_ANY])
    real = realis[left] == guessed[right]
    allowed = (np.ones_like(typed), typed, real, typed & real)
    found = {}
    for name, chosen in zip(ATTRIBUTES, allowed, strict=True):
        a, b, weight = left[chosen], right[chosen], dice[chosen]
        taken = np.array(greedy(a.tolist(), b.tolist()), dtype=np.int64)
        found[name] = _Mapping(a[taken], b[taken], weight[taken])
    return found


def _true_positives(mapping: _Mapping, ours: _Side) -> Floats:
    """The scores of each document's pairs, added up in the order in which they were taken."""
    documents = ours.document[mapping.gold]
    found = np.bincount(documents, weights=mapping.dice, minlength=len(ours.counts))
    return found.astype(np.float64)


Triple = tuple[float, float, float]


def _averages(ours: _Side, theirs: _Side, hits: Floats) -> tuple[Triple, Triple]:
    total = mean_precision = mean_recall = 0.0
    gold = predicted = valid = 0
    for hit, wanted, found in zip(
        (hits * 100).tolist(), ours.counts.tolist(), theirs.counts.tolist(), strict=True
    ):
        if not wanted:
            continue
        valid += 1
        gold += wanted
        predicted += found
        total += hit
        mean_precision += hit / found if found else 0.0
        mean_recall += hit / wanted
    micro = _divided(total, predicted), _divided(total, gold)
    macro = _divided(mean_precision, valid), _divided(mean_recall, valid)
    return (*micro, _f1(*micro)), (*macro, _f1(*macro))


def _divided(numerator: float, denominator: float) -> float:
    return 1.0 * numerator / denominator if denominator > 0 else _NAN


def _f1(precision: float, recall: float) -> float:
    return _divided(2 * precision * recall, precision + recall)


def _figure(name: str, values: Triple, nan: str = "nan") -> Figure:
    precision, recall, f1 = (None if value != value else value for value in values)
    printed = tuple(nan if value != value else f"{value:.2f}" for value in values)
    return Figure(name, precision, recall, f1, (printed[0], printed[1], printed[2]))


def _types(ours: _Side, theirs: _Side, mapping: _Mapping) -> Iterator[Figure]:
    gold, predicted = Counter(ours.kind), Counter(theirs.kind)
    hits: dict[str, float] = defaultdict(float)
    for i in np.argsort(mapping.gold).tolist():
        hits[ours.kind[mapping.gold[i]]] += float(mapping.dice[i])
    for kind in sorted(gold):
        precision = _divided(hits[kind], predicted[kind])
        recall = _divided(hits[kind], gold[kind])
        yield _figure(f"type {kind}", (precision, recall, _f1(precision, recall)), "0.00")


_Row = tuple[int, int, Event]
"""A mention by its number, its document and the event."""


def _coreference(
    ours: _Side, theirs: _Side, mapping: _Mapping, threshold: float
) -> Iterator[Figure]:
    if not any(event.hopper is not None for event in (*ours.events, *theirs.events)):
        return
    whole = mapping.dice >= threshold
    twin = dict(zip(mapping.predicted[whole].tolist(), mapping.gold[whole].tolist(), strict=True))
    # A prediction is the gold mention that it is aligned with, or one more, as in its files.
    more = len(ours.events)
    known = _clusters(_rows(ours, range(more)), len(ours.counts))
    rows = _rows(theirs, [twin.get(i, more + i) for i in range(len(theirs.events))])
    if threshold <= 0:
        rows += _missed(ours, theirs, mapping)
    guessed = _clusters(rows, len(ours.counts))
    found = score_clusters(list(zip(known, guessed, strict=True)))
    f1 = {metric: float(found[metric][2]) for metric in METRICS}
    for metric, value in f1.items():
        yield Figure(metric, None, None, value, ("-", "-", f"{value:.2f}"))
    averaged = [value for metric, value in f1.items() if metric != _LEFT_OUT]
    mean = reduce(add, averaged, 0.0) / len(averaged)
    yield Figure(AVERAGE, None, None, mean, ("-", "-", f"{mean:.2f}"))


def _rows(side: _Side, mentions: Iterable[int]) -> list[_Row]:
    return list(zip(mentions, side.document.tolist(), side.events, strict=True))


def _missed(ours: _Side, theirs: _Side, mapping: _Mapping) -> list[_Row]:
    """The gold mentions that nothing is aligned with, each as the last prediction there."""
    last = dict(zip(theirs.document.tolist(), theirs.events, strict=True))
    taken = set(mapping.gold.tolist())
    rows = []
    for mention, number in enumerate(ours.document.tolist()):
        if mention not in taken:
            if number not in last:
                raise InputError(
                    "kbp aligns what is missed with the last prediction of its document, where "
                    "the threshold is 0, but there is a document without predictions"
                )
            rows.append((mention, number, last[number]))
    return rows


def _clusters(rows: Iterable[_Row], documents: int) -> list[list[list[int]]]:
    """For each document its hoppers, as numbers of mentions; one without a hopper is alone."""
    found: list[dict[object, list[int]]] = [defaultdict(list) for _ in range(documents)]
    for mention, number, event in sorted(rows, key=itemgetter(0)):
        found[number][mention if event.hopper is None else event.hopper].append(mention)
    return [list(clusters.values()) for clusters in found]


_ALL = ("100.00",) * 3
_FIRST, _SECOND = (2, 12), (5, 11)
_HOPPER: dict[str, Any] = {"hopper": "same"}

KBP = Profile(
    name="kbp",
    original="EvmEval 9f60e17, scorer_v1.8.py (github.com/hunterhector/EvmEval)",
    layer="events",
    explains="event nuggets aligned greedily by Dice's coefficient, with type, realis, coreference",
    score=score,
    quirks=(
        Quirk(
            what="The best pair is taken first, though two others would together be better",
            gold=(page(an_event("Attack", *_FIRST), an_event("Attack", *_SECOND)),),
            predicted=(page(an_event("Attack", 2, 11), an_event("Attack", 1, 5)),),
            shown={"plain": ("47.37",) * 3},
        ),
        Quirk(
            what="With types to be right as well the score is higher",
            gold=(page(an_event("Attack", *_FIRST), an_event("Die", *_SECOND)),),
            predicted=(page(an_event("Die", 2, 11), an_event("Attack", 1, 5)),),
            shown={"plain": ("47.37",) * 3, "mention_type": ("61.43",) * 3},
        ),
        Quirk(
            what="What is predicted for a document without gold is free",
            gold=(page(an_event("Attack", 0, 4)), page(name="empty")),
            predicted=(
                page(an_event("Attack", 0, 4)),
                page(*(an_event("Attack", start, start + 4) for start in (0, 5, 10)), name="empty"),
            ),
            shown={"plain": _ALL, "plain (macro)": _ALL},
        ),
        Quirk(
            what="Types are equal but for case and punctuation",
            gold=(page(an_event("Business_Start-Org", 0, 4)),),
            predicted=(page(an_event("businessstartorg", 0, 4)),),
            shown={"mention_type": _ALL, "type businessstartorg": ("1.00",) * 3},
        ),
        Quirk(
            what="The table of types asks for the realis, too",
            gold=(page(an_event("Attack", 0, 4)),),
            predicted=(page(an_event("Attack", 0, 4, realis="other")),),
            shown={"mention_type": _ALL, "type attack": ("0.00",) * 3},
        ),
        Quirk(
            what="Nothing predicted leaves precision undefined",
            gold=(page(an_event("Attack", 0, 4)),),
            predicted=(page(),),
            shown={"plain": ("nan", "0.00", "nan"), "type attack": ("0.00",) * 3},
        ),
        Quirk(
            what="Perfect hoppers are worth nothing where triggers are a character short",
            gold=(page(an_event("Attack", 0, 4, **_HOPPER), an_event("Attack", 5, 9, **_HOPPER)),),
            predicted=(
                page(an_event("Attack", 0, 3, **_HOPPER), an_event("Attack", 5, 8, **_HOPPER)),
            ),
            shown={AVERAGE: ("-", "-", "0.00")},
        ),
    ),
)
