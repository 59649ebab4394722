"""The coreference metrics: the literature's examples, their definitions, and what must hold."""

import random
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.coreference import (
    CONLL,
    METRICS,
    Clusters,
    Figures,
    conll,
    figures,
    overlaps,
    rates,
    statistics,
)

KEY = ["abc", "defg"]
RESPONSE = ["ab", "cd", "fghi"]


def rows(documents) -> Clusters:
    """Documents as lists of clusters as iterables of mentions, as the columns of one side."""
    made = [
        (unit, ord(mention) if isinstance(mention, str) else mention, number)
        for unit, clusters in enumerate(documents)
        for number, cluster in enumerate(clusters)
        for mention in cluster
    ]
    return Clusters(*np.array(made, dtype=np.int64).reshape(-1, 3).T)


def counted(gold, predicted, metric, **options):
    """The sums of each document."""
    return statistics(overlaps(rows(gold), rows(predicted), **options), metric, len(gold))


def scored(gold, predicted, metric, **options) -> Figures:
    """The figures of one document."""
    return figures(metric, counted([gold], [predicted], metric, **options).sum(axis=0)[None])[0]


def approx(precision, recall, f1):
    return pytest.approx((precision, recall, f1), abs=1e-15)


# One mention is in one cluster of a side.
_partitions = st.dictionaries(st.integers(0, 9), st.integers(0, 4), max_size=9).map(
    lambda where: [[m for m, c in where.items() if c == n] for n in sorted({*where.values()})]
)
# Clusters may overlap.
_clusters = st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4).map(sorted), max_size=4)
_corpora = st.lists(st.tuples(_partitions, _partitions), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("muc", (2 / 5, 2 / 5, 2 / 5)),
        ("b_cubed", (4 / 8, 35 / 84, 5 / 11)),
        ("ceaf_m", (4 / 8, 4 / 7, 8 / 15)),
        ("ceaf_e", (1.3 / 3, 1.3 / 2, 2.6 / 5)),
        ("lea", (1 / 3, 5 / 21, 5 / 18)),
        ("blanc", ((2 / 8 + 8 / 20) / 2, (2 / 9 + 8 / 12) / 2, (4 / 17 + 16 / 32) / 2)),
    ],
)
def test_the_example_of_the_reference_implementation_and_of_lea(metric, expected):
    assert scored(KEY, RESPONSE, metric) == approx(*expected)


def test_the_links_of_blanc_are_counted_apart():
    assert counted([KEY], [RESPONSE], "blanc").tolist() == [[2, 8, 9, 8, 20, 12]]


@pytest.mark.parametrize(
    ("metric", "f1"),
    [("muc", 2 / 3), ("b_cubed", 11 / 15), ("ceaf_m", 4 / 5), ("ceaf_e", 4 / 5),
     ("lea", 3 / 5), ("blanc", 7 / 12)],
)  # fmt: skip
def test_a_mention_in_the_wrong_one_of_two_clusters(metric, f1):
    assert scored(["abc", "de"], ["ab", "cde"], metric) == approx(f1, f1, f1)


def test_one_cluster_of_everything_is_perfect_in_muc_recall_and_poor_elsewhere():
    gold, one = ["ab", "cd", "ef"], ["abcdef"]
    assert scored(gold, one, "muc") == approx(3 / 5, 1, 3 / 4)
    assert scored(gold, one, "b_cubed").precision == pytest.approx(1 / 3)
    assert scored(gold, one, "lea").precision == pytest.approx(3 / 15)
    assert scored(gold, one, "ceaf_m").f1 == pytest.approx(2 / 6)


def test_a_heavy_pair_is_preferred_to_two_light_ones():
    gold, predicted = ["abcdefghijx", "y"], ["abcdefghijy", "x"]
    assert counted([gold], [predicted], "ceaf_m")[0, 0] == 10


def test_twinless_mentions_cost_precision_or_recall():
    assert scored(["ab"], ["abx"], "b_cubed") == approx(4 / 9, 1, 8 / 13)
    assert scored(["abx"], ["ab"], "b_cubed") == approx(1, 4 / 9, 8 / 13)


def test_a_singleton_keeps_its_link_with_itself_in_a_singleton_only():
    assert scored(["a", "bc"], ["a", "bc"], "lea") == Figures(1, 1, 1)
    assert scored(["a", "bc"], ["abc"], "lea") == approx(1 / 3, 2 / 3, 4 / 9)


def test_singletons_can_be_left_out_on_both_sides():
    gold, predicted = ["a", "bc", "d"], ["ax", "bc", "d"]
    assert counted([gold], [predicted], "b_cubed", singletons=False).tolist() == [[2, 4, 2, 2]]


def test_same_numbers_in_other_documents_never_meet():
    assert counted([["ab"], []], [[], ["ab"]], "muc").tolist() == [[0, 0, 0, 1], [0, 1, 0, 0]]


def test_a_mention_in_two_clusters_is_aligned_in_the_first_and_spurious_in_the_second():
    assert counted([["ab"]], [["ab", "bc"]], "b_cubed").tolist() == [[2, 4, 2, 2]]
    assert counted([["ab"]], [["bc", "ab"]], "muc").tolist() == [[0, 2, 0, 1]]


def test_equal_rows_count_once():
    assert counted([["ab"]], [["aab"]], "ceaf_m").tolist() == [[2, 2, 2, 2]]


def test_what_has_no_denominator_is_undefined():
    assert scored([], [], "b_cubed") == (None, None, None)
    assert scored(["a", "b"], ["a", "b"], "muc") == (None, None, None)
    assert scored(["ab"], [], "ceaf_e") == (None, 0.0, 0.0)
    assert scored([], ["ab"], "lea") == (0.0, None, 0.0)
    assert scored(["a"], ["a"], "blanc") == (None, None, None)


def test_blanc_leaves_out_a_kind_of_link_that_neither_side_has():
    assert scored(["abc"], ["abc"], "blanc") == Figures(1, 1, 1)
    assert scored(["a", "b", "c"], ["a", "b", "c"], "blanc") == Figures(1, 1, 1)
    # All in one or none together: there are links of both kinds, and nothing is right.
    assert scored(["abc"], ["a", "b", "c"], "blanc") == Figures(0, 0, 0)


def test_the_conll_average_is_undefined_as_soon_as_one_of_three_is():
    found = [scored(["abc", "de"], ["ab", "cde"], metric).f1 for metric in CONLL]
    assert conll(found) == pytest.approx(11 / 15)
    assert conll([1.0, None, 1.0]) is None


# Each metric once more, as its authors define it, for one document and partitions.


def links(clusters):
    return {frozenset(pair) for cluster in clusters for pair in combinations(cluster, 2)}


def part(cluster, others):
    """Into how many pieces the other side cuts a cluster."""
    held = [set(cluster) & set(other) for other in others]
    return sum(map(bool, held)) + len(cluster) - sum(map(len, held))


def defined(one, other, metric) -> tuple[Fraction, Fraction]:
    """Numerator and denominator of what ``one`` has, and ``other`` keeps of it."""
    if metric == "muc":
        return sum(len(c) - part(c, other) for c in one), sum(len(c) - 1 for c in one)
    if metric == "b_cubed":
        where = {m: set(c) for c in other for m in c}
        shared = [Fraction(len(set(c) & where.get(m, set())), len(c)) for c in one for m in c]
        return sum(shared), len(shared)
    if metric == "lea":
        kept = links(other) | {frozenset(c) for c in other if len(c) == 1}
        own = [(c, links([c]) or {frozenset(c)}) for c in one]
        parts = [Fraction(len(c) * len(all_ & kept), len(all_)) for c, all_ in own]
        return sum(parts), sum(len(c) for c in one)
    weigh = {
        "ceaf_m": lambda a, b: Fraction(len(set(a) & set(b))),
        "ceaf_e": lambda a, b: Fraction(2 * len(set(a) & set(b)), len(a) + len(b)),
    }[metric]
    few, many = sorted((one, other), key=len)
    best = max(
        sum(weigh(a, b) for a, b in zip(few, choice, strict=True))
        for choice in permutations(many, len(few))
    )
    return best, sum(map(len, one)) if metric == "ceaf_m" else len(one)


@pytest.mark.parametrize("metric", [metric for metric in METRICS if metric != "blanc"])
@given(gold=_partitions, predicted=_partitions)
def test_sums_are_those_of_the_definition_rounded_once(metric, gold, predicted):
    expected = [*defined(predicted, gold, metric), *defined(gold, predicted, metric)]
    assert counted([gold], [predicted], metric)[0].tolist() == [float(value) for value in expected]


@given(gold=_partitions, predicted=_partitions)
def test_links_of_blanc_are_those_of_the_definition(gold, predicted):
    def kinds(clusters):
        all_ = {frozenset(pair) for pair in combinations([m for c in clusters for m in c], 2)}
        return links(clusters), all_ - links(clusters)

    expected = [
        len(chosen)
        for left, right in zip(kinds(gold), kinds(predicted), strict=True)
        for chosen in (left & right, right, left)
    ]
    assert counted([gold], [predicted], "blanc")[0].tolist() == expected


@pytest.mark.parametrize("metric", METRICS)
@given(side=_clusters)
def test_gold_against_itself_is_perfect_or_undefined(metric, side):
    assert set(scored(side, side, metric)) <= {1.0, None}


@pytest.mark.parametrize("metric", METRICS)
@given(gold=_clusters, predicted=_clusters)
def test_figures_stay_between_0_and_1_and_swap_with_the_sides(metric, gold, predicted):
    there, back = scored(gold, predicted, metric), scored(predicted, gold, metric)
    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)
    assert all(value is None or 0 <= value <= 1 for value in there)


@pytest.mark.parametrize("metric", METRICS)
@given(corpus=_corpora, seed=st.integers(0, 99))
def test_neither_order_nor_numbers_matter_to_the_last_bit(metric, corpus, seed):
    dice = random.Random(seed)

    def disguised(side: Clusters) -> Clusters:
        order = dice.sample(range(len(side.unit)), len(side.unit))
        unit, mention, cluster = (column[order] for column in side)
        names = dice.sample(range(50), 10)
        return Clusters(unit, mention * 7 + 3, np.array([names[c] for c in cluster], dtype=int))

    plain = [rows(side) for side in zip(*corpus, strict=True)]
    first, second = (
        statistics(overlaps(*sides), metric, len(corpus))
        for sides in (plain, [disguised(side) for side in plain])
    )
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("metric", METRICS)
@given(corpus=_corpora)
def test_each_document_has_the_sums_that_it_has_alone(metric, corpus):
    gold, predicted = zip(*corpus, strict=True)
    alone = [counted([g], [p], metric)[0] for g, p in corpus]
    assert counted(gold, predicted, metric).tolist() == np.array(alone).tolist()


@pytest.mark.parametrize("metric", METRICS)
@given(corpus=_corpora)
def test_many_totals_at_once_have_the_figures_of_each(metric, corpus):
    gold, predicted = zip(*corpus, strict=True)
    sums = counted(gold, predicted, metric)
    for found, one in zip(rates(metric, sums), sums, strict=True):
        assert [None if np.isnan(v) else v for v in found] == list(figures(metric, one[None])[0])


@given(gold=_partitions, predicted=_partitions)
def test_metametric_agrees_on_one_document(gold, predicted):
    from metametric.metrics.coref import coref_suite
    from metametric.structures.ie import Entity, EntitySet, Mention

    # It divides by zero where all actors of a side are singletons, and counts two empty sides 1.
    assume(all(any(len(c) > 1 for c in side) for side in (gold, predicted)))
    suite = coref_suite.new()
    suite.update_single(
        *(
            EntitySet([Entity([Mention(m, m + 1) for m in c]) for c in side])
            for side in (predicted, gold)
        )
    )
    theirs = suite.compute()
    for metric, name in (("muc", "muc"), ("b_cubed", "b_cubed"), ("ceaf_e", "ceaf_phi4")):
        expected = [theirs[f"{name}-{figure}"] for figure in Figures._fields]
        assert scored(gold, predicted, metric) == pytest.approx(expected, abs=1e-14)
    average = conll([scored(gold, predicted, metric).f1 for metric in CONLL])
    assert average == pytest.approx(theirs["avg-f1"], abs=1e-14)
