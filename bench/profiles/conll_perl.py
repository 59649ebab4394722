"""The reference coreference scorer of the CoNLL shared tasks (perl), version 8.01.

Mentions are compared by their first and last token; sentences do not matter. See
`bench.profiles.conll_columns` for where tokens come from. Each row is what ``scorer.pl METRIC KEY
RESPONSE none`` prints, one run a metric. Sums over documents are taken in the order of the gold;
the original takes them in the random order of perl's hashes, so its last digits may vary.
"""

from collections.abc import Hashable, Iterable, Sequence
from functools import reduce
from itertools import combinations, product
from operator import add

import numpy as np

from ..coreference import Clusters, Overlaps, heaviest, parts, statistics
from ..errors import InputError
from ..matching import Edges
from ..model import Actor, Document
from .base import Figure, Profile, Quirk
from .conll_columns import Place, columns, in_order_of, matched_documents
from .coreference_rows import (
    Chains,
    Matrix,
    Sums,
    contained,
    distinct,
    last_clusters,
    looked_up,
    matrices,
    repeated,
    rows,
    summed,
)
from .examples import an_actor, page
from .munkres import assigned

METRICS = ("muc", "bcub", "ceafm", "ceafe", "blanc")
_MOST_REPEATED = 10
_SLIGHT = 1e-6
_LARGEST = 256
"""Up to so many clusters of a document are assigned just as the original does it."""


def score_clusters(
    documents: Sequence[tuple[Sequence[Sequence[Hashable]], Sequence[Sequence[Hashable]]]],
) -> dict[str, tuple[float, float, float]]:
    """What the scorer prints for clusters, over all documents.

    Args:
        documents: The gold and the predicted clusters of each. Mentions are the same where they
            are equal and of one document. The order of clusters is that of their first tokens in
            the file, and that of mentions the order in which they end; only last digits depend
            on it, and which one of repeated mentions is kept.

    Returns:
        Recall, precision and F1 in percent, cut off after two digits, of each metric: ``muc``,
        ``bcub``, ``ceafm``, ``ceafe`` and ``blanc``. Versions 8.0 and 8.01 do not differ in this.

    Raises:
        InputError: More than ten predicted mentions are repeated.
    """
    found = _rates(documents)
    return {name: _cut_off(found[name]) for name in METRICS}


def _cut_off(values: Iterable[float]) -> tuple[float, float, float]:
    recall, precision, f1 = (int(value * 10000) / 100 for value in values)
    return recall, precision, f1


def _rates(documents: Sequence[tuple[Chains, Chains]]) -> dict[str, tuple[float, float, float]]:
    responses = _without_repeated(documents)
    codes: dict[tuple[int, Hashable], int] = {}
    gold = rows([key for key, _ in documents], codes)
    predicted = rows(responses, codes)
    units = len(documents)
    by_key = looked_up(gold, predicted, gold)
    coreferent, apart = _links(gold, predicted, by_key, units)
    found = {
        "mentions": distinct(gold, predicted),
        "muc": _muc(by_key, units),
        "bcub": _b_cubed(gold, predicted, units),
        "ceafm": _ceaf(gold, predicted, units, by_mentions=True),
        "ceafe": _ceaf(gold, predicted, units, by_mentions=False),
        "coreference links": coreferent,
        "non-coreference links": apart,
    }
    rates = {name: sums.rates() for name, sums in found.items()}
    return {**rates, "blanc": _blanc(coreferent, apart)}


def _without_repeated(documents: Sequence[tuple[Chains, Chains]]) -> list[Chains]:
    """The responses, in which a mention that the key has occurs once only, the first time."""
    kept: list[Chains] = []
    dropped = 0
    for key, response in documents:
        left = {mention for chain in key for mention in chain}
        known = frozenset(left)
        chains = []
        for chain in response:
            made = []
            for mention in chain:
                if mention in left or mention not in known:
                    left.discard(mention)
                    made.append(mention)
                else:
                    dropped += 1
            chains.append(made)
        kept.append(chains)
    if dropped > _MOST_REPEATED:
        raise InputError(
            f"conll-perl refuses to score more than {_MOST_REPEATED} repeated mentions, but "
            f"{dropped} predicted mentions stand in a cluster already; keep one of each"
        )
    return kept


def _muc(by_key: Overlaps, units: int) -> Sums:
    right = parts(by_key.predicted, "muc").numerator
    correct = summed(by_key.predicted.unit, right, units)
    links = [summed(view.unit, view.size - 1, units) for view in by_key]
    return Sums((correct, links[0]), (correct, links[1]))


def _b_cubed(gold: Clusters, predicted: Clusters, units: int) -> Sums:
    hit, key = last_clusters(predicted, gold)
    response = predicted.cluster[hit]
    view = contained(gold, predicted, predicted).predicted
    width = int(view.other.max(initial=0)) + 1
    cells = view.cluster * width + view.other
    order = np.argsort(cells)
    common = view.common[order][np.searchsorted(cells[order], response * width + key)]
    sizes = np.bincount(gold.cluster), np.bincount(predicted.cluster)
    tops = [
        summed(predicted.unit[hit], common / size[of], units)
        for size, of in zip(sizes, (key, response), strict=True)
    ]
    return Sums((tops[0], len(gold.unit)), (tops[1], len(predicted.unit)))


def _ceaf(gold: Clusters, predicted: Clusters, units: int, *, by_mentions: bool) -> Sums:
    both = contained(gold, predicted, gold)
    view = both.gold
    if by_mentions:
        similarity = view.common.astype(np.float64)
        bottoms = [len(gold.unit), len(predicted.unit)]
    else:
        similarity = 2 * view.common / (view.size[view.cluster] + view.other_size)
        bottoms = [len(side.unit) for side in both]
    chosen = heaviest(Edges(view.cluster, view.other, similarity))
    # It minimises 1 - similarity, and what it adds up is 1 - (1 - similarity).
    values = 1 - (1 - similarity[chosen])
    top = summed(view.unit[view.cluster[chosen]], values, units)
    sums = Sums((top, bottoms[0]), (top, bottoms[1]))
    if by_mentions or not _at_a_cut(sums.rates()):
        return sums
    edges = Edges(view.cluster, view.other, similarity)
    found = matrices(edges, both.gold.unit, both.predicted.unit, units)
    top = reduce(add, map(_gained, found), 0.0)
    return Sums((top, bottoms[0]), (top, bottoms[1]))


def _at_a_cut(values: Iterable[float]) -> bool:
    """Whether the last bits of a sum may decide where digits are cut off."""
    return any(abs(value * 10000 - round(value * 10000)) < _SLIGHT for value in values)


def _gained(matrix: Matrix) -> float:
    """What the pairs of a document add up to, with its choice among equally good ones."""
    edges, height, width = matrix
    size = max(height, width)
    if size > _LARGEST or not _rivals(edges):
        found = 1 - edges.weight[heaviest(edges)]
    else:
        costs = np.ones((size, size))
        costs[edges.gold, edges.predicted] = 1 - edges.weight
        costs[height:] = 0
        found = costs[np.arange(height), assigned(costs)[:height]]
    return reduce(add, (1 - found).tolist(), 0.0)


def _rivals(edges: Edges) -> bool:
    return any(len(np.unique(side)) < len(side) for side in edges[:2])


def _links(gold: Clusters, predicted: Clusters, by_key: Overlaps, units: int) -> tuple[Sums, Sums]:
    """Links between mentions that are coreferent, and between those that are not."""
    counts = statistics(by_key, "blanc", units)
    for unit in sorted(repeated(gold) | repeated(predicted)):
        counts[unit] = _link_sets(_chains(gold, unit), _chains(predicted, unit))
    found = counts.sum(axis=0).tolist()
    coreferent, apart = found[:3], found[3:]
    return (
        Sums((coreferent[0], coreferent[2]), (coreferent[0], coreferent[1])),
        Sums((apart[0], apart[2]), (apart[0], apart[1])),
    )


def _chains(side: Clusters, unit: int) -> list[list[int]]:
    low, high = np.searchsorted(side.unit, [unit, unit + 1])
    chains: dict[int, list[int]] = {}
    for cluster, mention in zip(
        side.cluster[low:high].tolist(), side.mention[low:high].tolist(), strict=True
    ):
        chains.setdefault(cluster, []).append(mention)
    return list(chains.values())


def _link_sets(key: list[list[int]], response: list[list[int]]) -> list[int]:
    """The same counts where a mention is repeated: links are sets, of pairs of equals too."""
    (left, left_apart), (right, right_apart) = _pairs(key), _pairs(response)
    return [
        len(left & right), len(right), len(left),
        len(left_apart & right_apart), len(right_apart), len(left_apart),
    ]  # fmt: skip


def _pairs(chains: list[list[int]]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    def in_order(a: int, b: int) -> tuple[int, int]:
        return (a, b) if a < b else (b, a)

    together = {in_order(a, b) for chain in chains for a, b in combinations(chain, 2)}
    apart = {
        in_order(a, b) for one, other in combinations(chains, 2) for a, b in product(one, other)
    }
    return together, apart


def _blanc(coreferent: Sums, apart: Sums) -> tuple[float, float, float]:
    """The mean over both kinds of links, or one kind where the key has none of the other."""
    kinds = [sums.rates() for sums in (coreferent, apart) if sums.recall[1]]
    if not kinds:
        return 0.0, 0.0, 0.0
    recall, precision, f1 = (
        reduce(add, values) / len(kinds) for values in zip(*kinds, strict=True)
    )
    return recall, precision, f1


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    documents = []
    for pair in matched_documents(gold, predicted):
        key, response = (in_order_of(_opening, side.actors) for side in columns(*pair))
        documents.append((key, response))
    return [_figure(name, *values) for name, values in _rates(documents).items()]


def _opening(place: Place) -> int:
    """Actors are met where a first mention of theirs opens."""
    return place[0]


def _figure(name: str, recall: float, precision: float, f1: float) -> Figure:
    cut = [f"{value:.15g}" for value in _cut_off((precision, recall, f1))]
    return Figure(name, precision * 100, recall * 100, f1 * 100, (cut[0], cut[1], cut[2]))


def _page(*actors: Actor, name: str = "d") -> tuple[Document]:
    return (page(name=name, actors=actors),)


def _split(*actors: tuple[int, ...]) -> list[Actor]:
    """Actors whose mentions are words."""
    return [an_actor(*((5 * word, 5 * word + 4) for word in words)) for words in actors]


_ALL, _NONE = ("100",) * 3, ("0",) * 3
_TWO = an_actor((0, 4), (5, 9))

CONLL_PERL = Profile(
    name="conll-perl",
    original="reference-coreference-scorers 8.01 (https://github.com/conll/"
    "reference-coreference-scorers)",
    layer="actors",
    explains="Coreference by MUC, B³, CEAF by mentions and by entities, and BLANC; digits cut off.",
    score=_score,
    quirks=(
        Quirk(
            what="Digits are cut off, not rounded, and zeros at the end are not printed",
            gold=_page(an_actor((0, 4), (5, 9), (10, 14)), an_actor((15, 19), (20, 24))),
            predicted=_page(_TWO, an_actor((10, 14), (15, 19), (20, 24))),
            shown={"muc": ("66.66",) * 3, "ceafe": ("80",) * 3, "blanc": ("58.33",) * 3},
        ),
        Quirk(
            what="Of equally good pairs of actors it adds up those that its algorithm finds, in "
            "floats: here 3/5 is a little less, and cut off to 59.99",
            gold=_page(*_split((0,), (1, 3), (4,), (5,), (6,))),
            predicted=_page(*_split((0, 2), (1,), (3,), (4, 6), (5,))),
            shown={"ceafe": ("59.99",) * 3},
        ),
        Quirk(
            what="A predicted mention repeated in another cluster is deleted there, not spurious",
            gold=_page(_TWO, an_actor((10, 14), (15, 19))),
            predicted=_page(_TWO, an_actor((5, 9), (10, 14), (15, 19))),
            shown=dict.fromkeys(("mentions", *METRICS), _ALL),
        ),
        Quirk(
            what="Without links between coreferent mentions in gold, BLANC is that of the others",
            gold=_page(an_actor((0, 4)), an_actor((5, 9)), an_actor((10, 14))),
            predicted=_page(_TWO, an_actor((10, 14))),
            shown={"muc": _NONE, "coreference links": _NONE, "blanc": ("100", "66.66", "80")},
        ),
        Quirk(
            what="The column pairs crossing mentions of one actor as nested ones",
            gold=_page(an_actor((0, 9), (5, 14))),
            predicted=_page(an_actor((0, 14), (5, 9))),
            shown={"mentions": _ALL, "bcub": _ALL},
        ),
        Quirk(
            what="A document that only the prediction has is ignored",
            gold=_page(_TWO),
            predicted=(*_page(_TWO), *_page(_TWO, name="e")),
            shown={"mentions": _ALL, "muc": _ALL},
        ),
        Quirk(
            what="With nothing on either side every figure is 0",
            gold=_page(),
            predicted=_page(),
            shown=dict.fromkeys(("mentions", *METRICS), _NONE),
        ),
    ),
)
