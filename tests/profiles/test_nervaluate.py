"""The profiles of nervaluate give what its releases give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import actor, document, pairs_of_corpora
from nervaluate import Evaluator

from bench import Document
from bench.errors import InputError
from bench.profiles.nervaluate_releases import NERVALUATE, NERVALUATE_0_2, NERVALUATE_1_1

TYPES = ["PER", "ORG", "GPE"]
ALL = pytest.mark.parametrize(
    "profile", [NERVALUATE, NERVALUATE_1_1, NERVALUATE_0_2], ids=lambda one: one.name
)
BOTH = pytest.mark.parametrize("profile", [NERVALUATE, NERVALUATE_0_2], ids=lambda one: one.name)

# Short spans that collide often, and long ones for which 1 % matters.
_item = st.tuples(
    st.integers(0, 12), st.sampled_from([1, 2, 3, 5, 100, 101, 202]), st.sampled_from(TYPES)
).map(lambda t: (t[0], t[0] + t[1], t[2]))
_side = st.lists(_item, max_size=6)


def of(*items, id="d") -> Document:
    return document(id, actors=[actor(kind, (start, end)) for start, end, kind in items])


def figures(profile, gold, predicted):
    return {figure.name: figure for figure in profile.score(gold, predicted)}


def shown(profile, gold, predicted):
    return {name: figure.shown for name, figure in figures(profile, gold, predicted).items()}


def theirs(gold, predicted):
    """What the installed release says: values and its printed report."""

    def dicts(documents):
        return [
            [
                {"label": a.type, "start": m.pieces[0][0], "end": m.pieces[-1][1] - 1}
                for a in one.actors
                for m in a.mentions
            ]
            for one in documents
        ]

    tags = sorted({a.type for one in (*gold, *predicted) for a in one.actors})
    evaluator = Evaluator(dicts(gold), dicts(predicted), tags=tags, loader="dict")
    values = {
        name: (result.precision, result.recall, result.f1)
        for name, result in evaluator.evaluate()["overall"].items()
    }
    lines = [line.split() for line in evaluator.summary_report().splitlines()[4:]]
    return values, {line[0]: tuple(line[-3:]) for line in lines if line}


def agrees(gold, predicted) -> None:
    values, report = theirs(gold, predicted)
    ours = figures(NERVALUATE, gold, predicted)
    assert {name: tuple(figure[1:4]) for name, figure in ours.items()} == values
    assert {name: figure.shown for name, figure in ours.items()} == report


@given(st.lists(st.tuples(_side, _side), min_size=1, max_size=3))
def test_the_current_release_agrees_on_nested_repeated_and_slightly_touching_spans(pairs) -> None:
    gold = [of(*one, id=str(i)) for i, (one, _) in enumerate(pairs)]
    agrees(gold, [of(*other, id=str(i)) for i, (_, other) in enumerate(pairs)])


@given(pairs_of_corpora())
def test_the_current_release_agrees_on_whatever_the_model_allows(pair) -> None:
    agrees(*pair)


def test_the_current_release_gives_the_figures_of_the_quirks() -> None:
    for quirk in NERVALUATE.quirks:
        _, report = theirs(quirk.gold, quirk.predicted)
        assert quirk.shown.items() <= report.items(), quirk.what


@ALL
def test_the_tiny_example_is_as_every_release_has_it(profile) -> None:
    found = shown(profile, [of((0, 4, "A"), (10, 15, "B"))], [of((0, 4, "A"), (10, 14, "B"))])
    assert found == {
        "strict": ("0.50",) * 3,
        "exact": ("0.50",) * 3,
        "partial": ("0.75",) * 3,
        "ent_type": ("1.00",) * 3,
    }


@pytest.mark.parametrize(
    ("profile", "first", "second"), [(NERVALUATE, 0.0, 2 / 3), (NERVALUATE_0_2, 2 / 3, 2 / 3)]
)
def test_the_order_of_predictions_matters_to_the_current_release_only(
    profile, first, second
) -> None:
    gold, x, z = [of((0, 4, "X"))], (0, 4, "X"), (3, 5, "Z")
    assert figures(profile, gold, [of(z, x)])["strict"].f1 == pytest.approx(first)
    assert figures(profile, gold, [of(x, z)])["strict"].f1 == pytest.approx(second)


@BOTH
def test_an_exact_match_behind_an_overlapping_gold_item_is_found(profile) -> None:
    gold = [of((0, 4, "X"), (2, 6, "Y"))]
    assert figures(profile, gold, [of((2, 6, "Y"))])["strict"].f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("profile", "expected"), [(NERVALUATE, (0.5, 1, 2 / 3)), (NERVALUATE_0_2, (1, 1, 1))]
)
def test_a_repeated_prediction_is_spurious_now_and_was_correct_twice(profile, expected) -> None:
    found = figures(profile, [of((0, 4, "X"))], [of((0, 4, "X"), (0, 4, "X"))])["strict"]
    assert found[1:4] == pytest.approx(expected)


@BOTH
def test_half_points_last_over_several_documents(profile) -> None:
    gold = [of((0, 4, "X"), id=key) for key in "ab"]
    predicted = [of((0, 5, "X"), id=key) for key in "ab"]
    assert figures(profile, gold, predicted)["partial"].f1 == 0.5


@ALL
def test_predictions_in_a_document_without_gold_are_spurious(profile) -> None:
    gold = [of((0, 4, "X"), id="a"), of(id="b")]
    predicted = [
        of((0, 4, "X"), id="a"),
        of((0, 4, "X"), (5, 9, "X"), (10, 14, "X"), id="b"),
    ]
    assert shown(profile, gold, predicted)["strict"] == ("0.25", "1.00", "0.40")


@ALL
def test_nothing_at_all_is_zero(profile) -> None:
    assert set(shown(profile, [of()], [of()]).values()) == {("0.00",) * 3}


@given(
    st.dictionaries(st.integers(0, 11), st.sampled_from(TYPES)),
    st.dictionaries(st.integers(0, 11), st.sampled_from(TYPES)),
)
def test_the_releases_agree_where_spans_are_equal_or_apart(gold, predicted) -> None:
    one, other = (
        [of(*((i, i + 1, kind) for i, kind in side.items()))] for side in (gold, predicted)
    )
    assert NERVALUATE.score(one, other) == NERVALUATE_0_2.score(one, other)


@given(_side, _side)
def test_the_old_release_counts_each_prediction_and_gold_item_at_least_once(
    gold, predicted
) -> None:
    found = figures(NERVALUATE_0_2, [of(*gold)], [of(*predicted)])
    for figure in found.values():
        assert 0 <= figure.precision <= 1
        assert 0 <= figure.recall <= 1
    assert found["strict"].f1 <= found["exact"].f1 <= found["partial"].f1
    assert found["strict"].f1 <= found["ent_type"].f1


@ALL
def test_a_document_of_one_side_only_is_refused(profile) -> None:
    with pytest.raises(InputError, match="'b' is missing from the predictions"):
        profile.score([of(id="a"), of(id="b")], [of(id="a")])


@ALL
def test_a_mention_without_offsets_is_refused_with_its_place(profile) -> None:
    from bench import Actor, Mention

    lost = document(actors=[Actor(type="PER", mentions=(Mention(text="who"),))])
    with pytest.raises(InputError, match=r"\$\.actors\[0\]\.mentions\[0\] covers no characters"):
        profile.score([of()], [lost])
