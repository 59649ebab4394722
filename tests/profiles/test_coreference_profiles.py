"""The profiles of CoVal and of the perl scorer, on what these were seen to print."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import actor, document
from msgspec.structs import replace
from scipy.optimize import linear_sum_assignment

from bench import Actor, Document, Mention
from bench.errors import InputError
from bench.profiles.conll_columns import columns, document_lines, nested
from bench.profiles.conll_perl import CONLL_PERL, METRICS, score_clusters
from bench.profiles.coval_scorer import COVAL

WORDS = [[i, i + 4] for i in range(0, 60, 5)]


def words(*numbers: int) -> Actor:
    return actor("PER", *((5 * i, 5 * i + 4) for i in numbers))


def page(*actors: Actor, id: str = "d", **meta) -> Document:
    return replace(document(id, actors=actors), meta=meta)


def shown(profile, gold, predicted):
    gold, predicted = ([side] if isinstance(side, Document) else side for side in (gold, predicted))
    return {figure.name: figure.shown for figure in profile.score(gold, predicted)}


_places = st.tuples(st.integers(0, 7), st.integers(0, 3)).map(lambda p: (p[0], p[0] + p[1]))
_actors = st.lists(st.lists(_places, min_size=1, max_size=4), max_size=4).map(
    lambda found: [actor("PER", *((a, b + 1) for a, b in places)) for places in found]
)
_partitions = st.dictionaries(st.integers(0, 19), st.integers(0, 9), max_size=18).map(
    lambda where: [[m for m, c in where.items() if c == n] for n in sorted({*where.values()})]
)


def test_coval_rounds_where_perl_cuts_off():
    gold, predicted = page(words(0, 1, 2), words(3, 4)), page(words(0, 1), words(2, 3, 4))
    assert shown(COVAL, gold, predicted) == {
        "mentions": ("100.00",) * 3,
        "muc": ("66.67",) * 3,
        "bcub": ("73.33",) * 3,
        "ceafe": ("80.00",) * 3,
        "lea": ("60.00",) * 3,
        "CoNLL": ("", "", "73.33"),
    }
    assert shown(CONLL_PERL, gold, predicted) == {
        "mentions": ("100",) * 3,
        "muc": ("66.66",) * 3,
        "bcub": ("73.33",) * 3,
        "ceafm": ("80",) * 3,
        "ceafe": ("80",) * 3,
        "coreference links": ("50",) * 3,
        "non-coreference links": ("66.66",) * 3,
        "blanc": ("58.33",) * 3,
    }


@pytest.mark.parametrize(
    ("key", "response", "f1"),
    [
        ([(0,), (1, 3), (4,), (5,), (6,)], [(0, 2), (1,), (3,), (4, 6), (5,)], 59.99),
        ([(0, 3, 4, 8), (2, 5), (6, 7)], [(0, 1, 2, 6), (3, 4), (5, 7)], 50.0),
    ],
)
def test_of_equally_good_pairs_perl_adds_up_those_that_munkres_finds(key, response, f1):
    # 3/5 and 1/2, but for the last bit; what is a little less is cut off.
    assert score_clusters([(key, response)])["ceafe"] == (f1, f1, f1)


@given(_partitions, _partitions)
def test_the_last_bit_of_coval_is_that_of_the_pairs_that_scipy_finds(key, response):
    key, response = (sorted(side, key=min) for side in (key, response))  # as they are read
    cells = np.array([
        [2 * len({*one} & {*other}) / (len(one) + len(other)) for other in response] for one in key
    ]).reshape(len(key), len(response))  # fmt: skip
    top = cells[linear_sum_assignment(-cells)].sum()
    gold, predicted = (page(*(words(*one) for one in side)) for side in (key, response))
    ceafe = next(one for one in COVAL.score([gold], [predicted]) if one.name == "ceafe")
    assert ceafe.recall == (top / len(key) * 100 if key else 0.0)


def test_clusters_of_anything_are_scored_as_the_perl_scorer_prints_them():
    documents = [([["a", "b", "c"], [3, 4]], [["a", "b"], ["c", 3, 4]])]
    assert score_clusters(documents) == {
        "muc": (66.66, 66.66, 66.66),
        "bcub": (73.33, 73.33, 73.33),
        "ceafm": (80.0, 80.0, 80.0),
        "ceafe": (80.0, 80.0, 80.0),
        "blanc": (58.33, 58.33, 58.33),
    }


def test_equal_mentions_of_two_documents_are_two():
    documents = [([["a", "b"]], []), ([], [["a", "b"]])]
    assert score_clusters(documents) == dict.fromkeys(METRICS, (0.0, 0.0, 0.0))


def test_a_mention_that_gold_repeats_is_in_the_last_cluster_for_perl():
    gold, predicted = page(words(0, 1), words(1, 2, 3)), page(words(0, 1), words(2, 3))
    rows = shown(CONLL_PERL, gold, predicted)
    assert rows["muc"] == ("50", "33.33", "40")
    assert rows["bcub"] == ("87.5", "53.33", "66.27")
    assert rows["coreference links"] == ("100", "50", "66.66")
    assert rows["blanc"] == ("100", "58.33", "73.33")


def test_a_repeated_mention_that_gold_does_not_know_stays_repeated():
    rows = shown(CONLL_PERL, page(words(0, 1)), page(words(0, 1, 5), words(5, 6)))
    assert rows["mentions"] == ("50", "100", "66.66")
    assert rows["bcub"] == ("26.66", "100", "42.1")
    assert rows["ceafe"] == ("40", "80", "53.33")
    assert rows["blanc"] == ("25", "100", "40")


def test_perl_refuses_more_than_ten_repeated_mentions_over_all_documents():
    gold = [page(words(*range(12)), id=name) for name in "ab"]
    predicted = [page(words(*range(12)), words(*range(5)), id=name) for name in "ab"]
    assert shown(CONLL_PERL, gold, predicted)["mentions"] == ("100",) * 3
    more = [*predicted[:1], page(words(*range(12)), words(*range(6)), id="b")]
    with pytest.raises(InputError, match="11 predicted mentions"):
        CONLL_PERL.score(gold, more)


def test_other_sentences_make_other_mentions_for_coval_alone():
    gold = page(words(0, 1), tokens=WORDS)
    predicted = page(words(0, 1), sentences=[[0, 1], [1, 12]])
    assert shown(COVAL, gold, predicted)["mentions"] == ("50.00",) * 3
    assert shown(CONLL_PERL, gold, predicted)["mentions"] == ("100",) * 3


def test_a_mention_of_part_of_a_token_is_one_of_the_token():
    gold = page(words(0, 1), tokens=WORDS)
    predicted = page(actor("PER", (0, 4), (5, 8)))
    assert shown(COVAL, gold, predicted)["muc"] == ("100.00",) * 3
    assert shown(COVAL, page(words(0, 1)), predicted)["muc"] == ("0.00",) * 3


def test_a_mention_without_a_place_is_spurious_and_missed():
    lost = Actor(type="PER", mentions=(Mention(start=0, end=4), Mention(text="he")))
    for profile, half in ((COVAL, "50.00"), (CONLL_PERL, "50")):
        assert shown(profile, page(lost), page(lost))["mentions"] == (half,) * 3
        assert shown(profile, page(lost, tokens=WORDS), page(lost))["mentions"] == (half,) * 3


def test_a_document_without_a_prediction_is_empty_for_perl_and_an_error_for_coval():
    gold = [page(words(0, 1)), page(words(0, 1), id="e")]
    assert shown(CONLL_PERL, gold, gold[:1])["muc"] == ("100", "50", "66.66")
    with pytest.raises(InputError, match="no document without a prediction"):
        COVAL.score(gold, gold[:1])


def test_the_column_is_written_as_conll_files_have_it():
    gold = page(words(0, 1), actor("PER", (0, 9)), tokens=WORDS[:3], sentences=[[0, 2], [2, 3]])
    side, _ = columns(gold, gold)
    assert list(document_lines(4, side)) == [
        "#begin document (d4); part 000",
        "d\t0\tx\t(0)|(1",
        "d\t0\tx\t(0)|1)",
        "",
        "d\t0\tx\t-",
        "",
        "#end document",
    ]


def test_brackets_that_meet_on_one_token_are_paired_by_the_last_opened():
    assert nested([(0, 2), (2, 4)]) == [(2, 2), (0, 4)]
    assert nested([(0, 3), (0, 3), (1, 1)]) == [(1, 1), (0, 3), (0, 3)]


@given(gold=_actors, predicted=_actors)
def test_reading_keeps_how_many_mentions_there_are(gold, predicted):
    for side in columns(page(*gold), page(*predicted)):
        for places in side.actors:
            read = nested(places)
            assert sorted(last for _, last in read) == sorted(last for _, last in places)
            assert sorted(first for first, _ in read) == sorted(first for first, _ in places)


@given(gold=_partitions, predicted=_partitions)
def test_where_nothing_is_repeated_both_agree_but_for_the_last_digits(gold, predicted):
    sides = [page(*(words(*(m for m in c)) for c in side)) for side in (gold, predicted)]
    perl, coval = ({f.name: f for f in p.score(*([s] for s in sides))} for p in (CONLL_PERL, COVAL))
    for name in ("mentions", "muc", "bcub", "ceafe"):
        assert perl[name][1:4] == pytest.approx(coval[name][1:4], abs=1e-10)


@given(gold=_actors, predicted=_actors)
def test_recall_and_precision_swap_with_the_sides(gold, predicted):
    there, back = (
        {figure.name: figure for figure in COVAL.score([page(*one)], [page(*other)])}
        for one, other in ((gold, predicted), (predicted, gold))
    )
    for name in ("mentions", "muc", "bcub", "lea"):
        assert there[name].precision == back[name].recall


@given(actors=_actors)
def test_no_figure_leaves_its_bounds_without_repeated_mentions(actors):
    seen: set[tuple[int | None, int | None]] = set()
    alone = []
    for each in actors:
        new = [m for m in each.mentions if (m.start, m.end) not in seen]
        seen |= {(m.start, m.end) for m in new}
        alone.append(replace(each, mentions=tuple(dict.fromkeys(new))))
    for profile in (COVAL, CONLL_PERL):
        for figure in profile.score([page(*alone)], [page(*alone[1:])]):
            assert 0 <= (figure.f1 or 0) <= 100 + 1e-9
