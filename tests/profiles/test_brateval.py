"""The profile of brateval gives what brateval gave, and orders as Java does."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import actor, document, pairs_of_corpora, span

from bench import Actor, Document, Mention
from bench.errors import InputError
from bench.profiles.brateval import BRATEVAL, similarity
from bench.profiles.java import four_digits, hash_map_order

MODES = [f"{spans}/{types}" for spans in ("exact", "overlap", "approx 0.8")
         for types in ("exact", "hierarchical", "inexact")]  # fmt: skip


def of(*found, id="d", text="x" * 60, **meta) -> Document:
    """A document of mentions, each a type and its pieces."""
    actors = tuple(
        Actor(type=kind, mentions=(span(*pieces, kind=Mention),)) for kind, *pieces in found
    )
    return Document(id=id, text=text, actors=actors, meta=meta)


def figures(gold, predicted):
    return {figure.name: figure for figure in BRATEVAL.score(gold, predicted)}


def shown(gold, predicted):
    return {name: figure.shown for name, figure in figures(gold, predicted).items()}


# What brateval 0.3.2 printed, run over these two files.
GOLD = of(
    ("PER", (0, 9)), ("PER", (6, 14)), ("ORG", (6, 9)), ("ORG", (20, 24), (30, 34)),
    ("GPE", (20, 24)), ("PER", (40, 44)), ("PER", (40, 44)), ("GPE", (50, 60)),
    ids=["T12", "T1", "T20", "T3", "T7", "T101", "T40", "T9"],
    text="The old king of the north said that he would not go there again.",
)  # fmt: skip
PREDICTED = of(
    ("PER", (6, 14)), ("PER", (8, 9)), ("PER", (0, 9)), ("ORG", (20, 24)), ("GPE", (20, 24)),
    ("GPE", (20, 24), (30, 34)), ("PER", (40, 44)), ("ORG", (50, 59)), ("ORG", (2, 4)),
)  # fmt: skip
RECORDED = {
    "exact/exact GPE": ("0.5000", "0.5000", "0.5000"),
    "exact/exact ORG": ("0.0000", "0.0000", "0.0000"),
    "exact/exact PER": ("0.7500", "0.7500", "0.7500"),
    "exact/exact all": ("0.4444", "0.5000", "0.4706"),
    "exact/inexact GPE": ("0.5000", "0.5000", "0.5000"),
    "exact/inexact ORG": ("0.3333", "0.5000", "0.4000"),
    "exact/inexact PER": ("0.7500", "0.7500", "0.7500"),
    "exact/inexact all": ("0.5556", "0.6250", "0.5882"),
    "overlap/exact GPE": ("0.5000", "0.5000", "0.5000"),
    "overlap/exact ORG": ("0.3333", "0.5000", "0.4000"),
    "overlap/exact PER": ("0.7500", "0.7500", "0.7500"),
    "overlap/exact all": ("0.5556", "0.6250", "0.5882"),
    "overlap/inexact GPE": ("0.6667", "1.0000", "0.8000"),
    "overlap/inexact ORG": ("1.0000", "1.0000", "1.0000"),
    "overlap/inexact PER": ("0.7500", "0.7500", "0.7500"),
    "overlap/inexact all": ("0.7778", "0.8750", "0.8235"),
    "approx 0.8/exact GPE": ("0.5000", "0.5000", "0.5000"),
    "approx 0.8/exact ORG": ("0.0000", "0.0000", "0.0000"),
    "approx 0.8/exact PER": ("0.7500", "0.7500", "0.7500"),
    "approx 0.8/exact all": ("0.4444", "0.5000", "0.4706"),
    "approx 0.8/inexact GPE": ("0.5000", "0.5000", "0.5000"),
    "approx 0.8/inexact ORG": ("0.3333", "0.5000", "0.4000"),
    "approx 0.8/inexact PER": ("0.7500", "0.7500", "0.7500"),
    "approx 0.8/inexact all": ("0.5556", "0.6250", "0.5882"),
}


# Without a taxonomy no two types are related.
RECORDED |= {
    name.replace("/exact", "/hierarchical"): figures
    for name, figures in RECORDED.items()
    if "/exact" in name
}


def test_the_figures_of_a_recorded_run_are_reproduced() -> None:
    assert shown([GOLD], [PREDICTED]) == RECORDED


def test_the_tiny_example_is_half_right_and_right_under_overlap() -> None:
    found = figures([of(("A", (0, 4)), ("B", (10, 15)))], [of(("A", (0, 4)), ("B", (10, 14)))])
    assert found["exact/exact all"].shown == ("0.5000", "0.5000", "0.5000")
    assert found["overlap/exact all"].shown == ("1.0000", "1.0000", "1.0000")


def test_exact_spans_ask_only_for_the_pieces_of_gold() -> None:
    short, long = [of(("A", (0, 4)))], [of(("A", (0, 4), (10, 14)))]
    assert figures(short, long)["exact/exact all"].f1 == 1.0
    assert figures(long, short)["exact/exact all"].f1 == 0.0


def test_types_that_annotation_conf_lists_are_left_out_of_the_whole() -> None:
    found, guess = [("PER", (0, 4)), ("ORG", (10, 14))], [of(("PER", (0, 4)))]
    assert shown([of(*found)], guess)["exact/exact all"][2] == "0.6667"
    listed = shown([of(*found, taxonomy=["PER", "ORG"])], guess)
    assert listed["exact/exact all"][2] == "0.0000"
    assert listed["exact/exact ALL"][2] == "0.6667"


def test_a_taxonomy_sums_up_from_the_leaves() -> None:
    gold = [
        of(("Person", (0, 4)), ("Minister", (10, 14)), taxonomy=["Person", "\tMinister", "Org"])
    ]
    found = shown(gold, [of(("Minister", (10, 14)), ("Other", (20, 24)))])
    assert found["exact/exact ALL"] == ("1.0000", "0.5000", "0.6667")
    assert found["exact/exact  Person"] == ("1.0000", "0.5000", "0.6667")
    assert found["exact/exact + Minister"] == ("1.0000", "1.0000", "1.0000")
    assert "exact/exact  Org" not in found
    assert found["exact/exact all"] == found["exact/exact Other"] == ("0.0000",) * 3


@pytest.mark.parametrize(
    ("kind", "found"),
    [("Minister", True), ("person", True), ("King", True), ("Org", False), ("Unlisted", False)],
)
def test_related_types_stand_below_one_entry_of_the_first_level(kind, found) -> None:
    taxonomy = ["Person", "\tMinister", "\t\tKing", "Org"]
    rows = shown([of(("Person", (0, 4)), taxonomy=taxonomy)], [of((kind, (0, 4)))])
    assert rows["exact/exact ALL"][1] == "0.0000"
    assert rows["exact/hierarchical ALL"][1] == f"{found:.4f}"
    assert rows["exact/inexact ALL"][1] == "1.0000"


def test_all_types_that_are_not_listed_are_unrelated() -> None:
    rows = shown([of(("A", (0, 4)), taxonomy=["B"])], [of(("C", (0, 4)))])
    assert rows["exact/hierarchical all"] == ("0.0000",) * 3


def test_a_repeated_prediction_is_spurious() -> None:
    found = figures([of(("A", (0, 4)))], [of(("A", (0, 4)), ("A", (0, 4)))])["exact/exact all"]
    assert found[1:4] == (0.5, 1.0, pytest.approx(2 / 3))


def test_predictions_in_a_document_without_gold_are_spurious() -> None:
    gold = [of(("A", (0, 4)), id="a"), of(id="b")]
    predicted = [
        of(("A", (0, 4)), id="a"),
        of(("A", (0, 4)), ("A", (5, 9)), ("A", (10, 14)), id="b"),
    ]
    assert shown(gold, predicted)["exact/exact all"] == ("0.2500", "1.0000", "0.4000")


def test_nothing_at_all_is_zero() -> None:
    assert set(shown([of()], [of()]).values()) == {("0.0000",) * 3}


def test_a_gold_document_without_predictions_is_refused_and_a_further_prediction_ignored() -> None:
    one, other = of(("A", (0, 4)), id="a"), of(("A", (0, 4)), id="b")
    with pytest.raises(InputError, match="needs a file of predictions for 'b'"):
        BRATEVAL.score([one, other], [one])
    assert shown([one], [one, other]) == shown([one], [one])


def test_a_mention_with_a_tab_inside_is_not_read() -> None:
    text = "ab\tcd ef"
    found = figures([of(("A", (0, 5)), text=text)], [of(("A", (0, 5)), text=text)])
    assert list(found) == [f"{mode} all" for mode in MODES]


def test_of_two_mentions_with_one_id_the_last_is_read() -> None:
    gold = of(("A", (0, 4)), ("B", (10, 14)), ids=["T1", "T1"])
    assert set(shown([gold], [of()])) == {f"{mode} {row}" for mode in MODES for row in ("B", "all")}


@pytest.mark.parametrize("ids", [["T1"], ["T1", "R2"], ["T1", 2]])
def test_ids_that_do_not_fit_are_refused(ids) -> None:
    with pytest.raises(InputError, match=r"\$\.meta\.ids is expected to hold one id a mention"):
        BRATEVAL.score([of(("A", (0, 4)), ("A", (5, 9)), ids=ids)], [of()])


def test_approximate_spans_tolerate_a_fifth_of_the_letters_but_not_one_of_five() -> None:
    assert similarity("presidents", "president") == 0.9
    assert similarity("Obama", "Osama") == 0.0  # (1 - 0.8) · 5 is less than 1 in floats
    text = "the presidents met"
    gold, near, far = ([of(("A", place), text=text)] for place in ((4, 14), (4, 13), (8, 18)))
    assert figures(gold, near)["approx 0.8/exact all"].f1 == 1.0
    assert figures(gold, far)["approx 0.8/exact all"].f1 == 0.0
    assert figures(gold, far)["overlap/exact all"].f1 == 1.0


@given(st.text("ab\U0001f600", min_size=1, max_size=12), st.text("ab\U0001f600", max_size=12))
def test_similarity_is_that_of_the_edit_distance_where_it_is_high_enough(one, other) -> None:
    left, right = (text.encode("utf-16-be") for text in (one, other))
    left, right = ([side[i : i + 2] for i in range(0, len(side), 2)] for side in (left, right))
    row = list(range(len(right) + 1))
    for i, unit in enumerate(left, 1):
        before, row = row, [i]
        for j, against in enumerate(right, 1):
            row.append(min(before[j - 1] + (unit != against), before[j] + 1, row[-1] + 1))
    longest = max(len(left), len(right))
    within = row[-1] <= int((1.0 - 0.8) * longest)
    assert similarity(one, other) == (1 - row[-1] / longest if within else 0.0)


def test_keys_come_in_the_order_of_a_java_map() -> None:
    # Each as java.util.HashMap of Java 17 listed them.
    few = "T21 T20 T23 T22 T25 T24 T26 T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T12 T11 T14 T13 T16 T15 T18"
    assert hash_map_order(f"T{i}" for i in range(1, 27)) == [*few.split(), "T17", "T19"]
    others = "T109 T107 T108 T105 T106 T103 T104 T101 T102 T110 T100 T111"
    assert hash_map_order(f"T{i}" for i in range(100, 112)) == others.split()
    # Those of "Aa" and "BB" share their hash: they stay as they were put in.
    put = ["TAaAa", "TAaBB", "TBBAa", "TBBBB", "T9", "Tb", "T\u00e9"]
    assert hash_map_order(put) == ["T9", "T\u00e9", "TAaAa", "TAaBB", "TBBAa", "TBBBB", "Tb"]


@given(st.lists(st.text(max_size=4)))
def test_the_order_of_a_map_holds_each_key_once(keys) -> None:
    assert sorted(hash_map_order(keys)) == sorted(set(keys))


def test_numbers_are_rounded_half_up_as_java_does() -> None:
    assert [four_digits(value) for value in (0.03125, 2 / 3, 0.0, 1.0)] == [
        "0.0313", "0.6667", "0.0000", "1.0000",
    ]  # fmt: skip


@given(pairs_of_corpora())
def test_each_mention_is_counted_once(pair) -> None:
    gold, predicted = pair
    found = figures(gold, predicted)
    sizes = [sum(len(a.mentions) for one in side for a in one.actors) for side in pair]
    for mode in MODES:
        row = found[f"{mode} all"]
        hits = row.precision * sizes[1]
        assert hits == pytest.approx(round(hits))
        assert hits == pytest.approx(row.recall * sizes[0])
        assert round(hits) <= min(sizes)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from("AB"))),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from("AB"))),
)
def test_exact_spans_in_one_piece_are_a_multiset(gold, predicted) -> None:
    one, other = ([of(*((kind, (i, i + 1)) for i, kind in side))] for side in (gold, predicted))
    hits = (Counter(gold) & Counter(predicted)).total()
    row = figures(one, other)["exact/exact all"]
    expected = [hits / len(side) if side else 0.0 for side in (predicted, gold)]
    assert list(row[1:3]) == expected


def test_without_a_text_there_is_no_file() -> None:
    bare = msgspec.structs.replace(document(actors=[actor("PER", (0, 4))]), text=None)
    with pytest.raises(InputError, match="has no text, which a brat file needs"):
        BRATEVAL.score([bare], [bare])
