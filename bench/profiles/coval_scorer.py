"""CoVal, the coreference scorer in Python: what its command line prints for all metrics.

Mentions are compared by the number of their sentence and by their first and last token in it. See
`bench.profiles.conll_columns` for where tokens and sentences come from. Singletons are kept, as
the original keeps them unless it is told otherwise; its options that need a parse (``NP_only``,
``min_span``) are not reproduced.
"""

from collections.abc import Hashable, Sequence
from functools import reduce
from operator import add
from typing import Any

from msgspec.structs import replace

from ..coreference import Clusters, Metric, View, parts
from ..matching import Edges
from ..model import Actor, Document
from .base import Figure, Profile, Quirk
from .conll_columns import Columns, Place, columns, in_order_of, matched_documents
from .coreference_rows import (
    Chains,
    Sums,
    contained,
    distinct,
    looked_up,
    matrices,
    rows,
    summed,
)
from .examples import an_actor, page

_CONLL = ("muc", "bcub", "ceafe")


def score(
    gold: Sequence[Document], predicted: Sequence[Document], *, singletons: bool = True
) -> list[Figure]:
    """CoVal's rows in percent.

    Args:
        gold: The gold.
        predicted: The predictions.
        singletons: Whether actors of one mention are kept on both sides; False is its option
            ``remove_singletons``.

    Raises:
        InputError: A document has no prediction.
    """
    sides: tuple[list[Chains], list[Chains]] = ([], [])
    for pair in matched_documents(gold, predicted, missing="coval"):
        for documents, side in zip(sides, columns(*pair), strict=True):
            chains = in_order_of(_closing, side.actors)
            if not singletons:
                chains = [chain for chain in chains if len(chain) > 1]
            documents.append([[_mention(side, place) for place in chain] for chain in chains])
    rates = {name: sums.rates() for name, sums in _sums(*sides).items()}
    average = reduce(add, (rates[name][2] for name in _CONLL), 0.0) / len(_CONLL) * 100
    return [
        *(_figure(name, *values) for name, values in rates.items()),
        Figure("CoNLL", None, None, average, ("", "", f"{average:.2f}")),
    ]


def _closing(place: Place) -> int:
    """Actors are met where a first mention of theirs closes."""
    return place[1]


def _mention(side: Columns, place: Place) -> tuple[int, int, int]:
    """Its sentence is that of its last token; each token is counted in its own sentence."""
    first, last = side.sentence(place[0]), side.sentence(place[1])
    return last, place[0] - side.starts[first], place[1] - side.starts[last]


def _sums(keys: Sequence[Chains], responses: Sequence[Chains]) -> dict[str, Sums]:
    codes: dict[tuple[int, Hashable], int] = {}
    gold, predicted = rows(keys, codes), rows(responses, codes)
    units = len(keys)
    # Recall looks the mentions of the key up in the response, precision the other way round.
    recall = looked_up(gold, predicted, predicted).gold
    precision = looked_up(gold, predicted, gold).predicted
    linked: dict[str, Metric] = {"muc": "muc", "bcub": "b_cubed", "lea": "lea"}
    found = {
        name: Sums(_by_cluster(metric, recall, units), _by_cluster(metric, precision, units))
        for name, metric in linked.items()
    }
    return {
        "mentions": distinct(gold, predicted),
        "muc": found["muc"],
        "bcub": found["bcub"],
        "ceafe": _ceaf(gold, predicted, units),
        "lea": found["lea"],
    }


def _by_cluster(metric: Metric, view: View, units: int) -> tuple[float, float]:
    each = parts(view, metric)
    return (
        summed(view.unit, each.numerator / each.divisor, units),
        summed(view.unit, each.weight, units),
    )


def _ceaf(gold: Clusters, predicted: Clusters, units: int) -> Sums:
    both = contained(gold, predicted, gold)
    view = both.gold
    similarity = 2 * view.common / (view.size[view.cluster] + view.other_size)
    edges = Edges(view.cluster, view.other, similarity)
    found = matrices(edges, both.gold.unit, both.predicted.unit, units)
    top = reduce(add, (float(matrix.chosen().sum()) for matrix in found), 0.0)
    return Sums((top, len(both.gold.unit)), (top, len(both.predicted.unit)))


def _figure(name: str, recall: float, precision: float, f1: float) -> Figure:
    values = (precision * 100, recall * 100, f1 * 100)
    shown = [f"{value:.2f}" for value in values]
    return Figure(name, *values, (shown[0], shown[1], shown[2]))


def _page(*actors: Actor, name: str = "d", meta: dict[str, Any] | None = None) -> tuple[Document]:
    return (replace(page(name=name, actors=actors), meta=meta or {}),)


_ALL, _NONE = ("100.00",) * 3, ("0.00",) * 3
_ROWS = ("mentions", "muc", "bcub", "ceafe", "lea")
_TWO = an_actor((0, 4), (5, 9))

COVAL = Profile(
    name="coval",
    original="coval (https://github.com/ns-moosavi/coval)",
    layer="actors",
    explains="Coreference by MUC, B³, CEAF by entities and LEA, and the CoNLL average.",
    score=score,
    quirks=(
        Quirk(
            what="The same tokens are other mentions where the sentences are split otherwise",
            gold=_page(_TWO, meta={"tokens": [[0, 4], [5, 9]], "sentences": [[0, 2]]}),
            predicted=_page(_TWO, meta={"sentences": [[0, 1], [1, 2]]}),
            shown={"mentions": ("50.00",) * 3, "muc": _NONE, "CoNLL": ("", "", "25.00")},
        ),
        Quirk(
            what="A mention in two clusters is found in the last, but counts in the size of both",
            gold=_page(_TWO, an_actor((10, 14), (15, 19))),
            predicted=_page(_TWO, an_actor((5, 9), (10, 14), (15, 19))),
            shown={
                "mentions": _ALL,
                "muc": ("66.67", "50.00", "57.14"),
                "bcub": ("73.33", "75.00", "74.16"),
                "lea": ("60.00", "50.00", "54.55"),
            },
        ),
        Quirk(
            what="The column pairs crossing mentions of one actor as nested ones",
            gold=_page(an_actor((0, 9), (5, 14))),
            predicted=_page(an_actor((0, 14), (5, 9))),
            shown=dict.fromkeys(_ROWS, _ALL),
        ),
        Quirk(
            what="MUC of actors with one mention each is 0, and pulls the CoNLL average down",
            gold=_page(an_actor((0, 4)), an_actor((5, 9))),
            predicted=_page(an_actor((0, 4)), an_actor((5, 9))),
            shown={"muc": _NONE, "bcub": _ALL, "lea": _ALL, "CoNLL": ("", "", "66.67")},
        ),
        Quirk(
            what="A document that only the prediction has is ignored",
            gold=_page(_TWO),
            predicted=(*_page(_TWO), *_page(_TWO, name="e")),
            shown=dict.fromkeys(_ROWS, _ALL),
        ),
        Quirk(
            what="With nothing on either side every figure is 0",
            gold=_page(),
            predicted=_page(),
            shown={**dict.fromkeys(_ROWS, _NONE), "CoNLL": ("", "", "0.00")},
        ),
    ),
)
