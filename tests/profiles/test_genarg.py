"""The profile of gen-arg gives what its scorer gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import actor, document, event, span
from msgspec.structs import replace

from bench import Argument, Document, Event
from bench.errors import InputError
from bench.profiles.genarg import GENARG, score

ALL, NONE = ("100.00",) * 3, ("0.00",) * 3
ROWS = ["Role identification", "Role", "Coref Role identification", "Coref Role"]
TEXT = "the old man who led them fled when he saw police"
MAN, OLD_MAN, WHO, HE, FLED = (8, 11), (4, 11), (12, 15), (35, 37), (25, 29)


def shown(gold, predicted):
    return {figure.name: figure.shown for figure in GENARG.score(gold, predicted)}


def page(*events, text=TEXT, actors=(), id="d") -> Document:
    return Document(id=id, text=text, events=events, actors=tuple(actors))


def flee(*fillers, role="Agent"):
    return event("Flee", FLED, *((role, *place) for place in fillers))


def generated(*strings, text=TEXT, trigger=FLED):
    """An event whose arguments are strings, as the model writes them."""
    made = tuple(Argument(role="Agent", text=string) for string in strings)
    return page(Event(type="Flee", trigger=span(trigger), arguments=made), text=text)


def test_two_arguments_one_a_word_short():
    gold = page(flee(OLD_MAN, WHO))
    rows = shown([gold], [page(flee(MAN, WHO))])
    assert rows["Role identification"] == rows["Role"] == ("50.00",) * 3


def test_three_coreferent_predictions_hit_one_argument_three_times():
    gold = page(flee(HE), actors=[actor("PER", HE, WHO, OLD_MAN)])
    rows = shown([gold], [page(flee(HE, WHO, OLD_MAN))])
    assert rows["Role"] == ("33.33", "100.00", "50.00")
    assert rows["Coref Role"] == ("100.00", "300.00", "150.00")


def test_coreference_finds_the_filler_whatever_its_role():
    gold = page(flee(HE), actors=[actor("PER", HE, WHO)])
    rows = shown([gold], [page(flee(WHO, role="Police"))])
    assert rows["Coref Role identification"] == ALL
    assert rows["Coref Role"] == NONE


def test_a_wrong_role_at_the_right_place_is_not_saved_by_coreference():
    gold = page(
        event("Flee", FLED, ("Agent", *HE), ("Police", *WHO)), actors=[actor("PER", HE, WHO)]
    )
    rows = shown([gold], [page(flee(WHO))])
    assert rows["Role identification"] == rows["Coref Role identification"]
    assert rows["Coref Role"] == NONE


def test_only_gold_arguments_lose_a_leading_article():
    gold = page(flee((0, 11)), actors=[actor("PER", (0, 11), HE)])
    assert shown([gold], [page(flee(OLD_MAN))])["Role"] == ALL
    assert shown([gold], [page(flee((0, 11)))])["Role"] == NONE
    # What is left without its article is no mention of the actor.
    assert shown([gold], [page(flee(HE))])["Coref Role"] == NONE
    assert shown([page(flee((0, 3)))], [page(flee((0, 3)))])["Role"] == ALL


def test_duplicates_are_one_item():
    assert shown([page(flee(HE, HE))], [page(flee(HE, HE, HE))])["Role"] == ALL


def test_events_are_paired_by_trigger_and_type_else_in_order():
    gold = [page(flee(HE), event("See", (38, 41), ("Agent", *WHO)))]
    crossed = page(event("See", (38, 41), ("Agent", *WHO)), flee(HE))
    assert shown(gold, [crossed])["Role"] == ALL
    elsewhere = page(event("Flee", (0, 3), ("Agent", *HE)), event("X", (4, 7), ("Agent", *WHO)))
    assert shown(gold, [elsewhere])["Role"] == ALL
    assert shown(gold, [page(event("Other", (0, 3), ("Agent", *WHO)), flee(HE))])["Role"] == ALL


def test_predictions_beyond_the_gold_events_are_free():
    assert shown([page(flee(HE))], [page(flee(HE), flee(WHO))])["Role"] == ALL


def test_strings_are_found_nearest_to_the_trigger():
    text = "he met them and he fled , then he was sorry"
    trigger = (19, 23)
    for place, found in {(16, 18): ALL, (0, 2): NONE, (31, 33): NONE}.items():
        gold = page(event("Flee", trigger, ("Agent", *place)), text=text)
        assert shown([gold], [generated("he", text=text, trigger=trigger)])["Role"] == found


def test_a_string_that_is_not_found_is_split_at_and():
    gold = page(flee(HE, WHO))
    assert shown([gold], [generated("he and who")])["Role"] == ALL
    assert shown([gold], [generated("he and nobody")])["Role"] == ("100.00", "50.00", "66.67")


def test_strings_that_are_nowhere_are_not_counted():
    rows = shown([page(flee(HE))], [generated("he", "a ghost", "old and grey ghost")])
    assert rows["Role"] == ("50.00", "100.00", "66.67")  # the ghosts are free, "old" is not


def test_an_empty_string_is_found_anywhere_and_is_spurious():
    rows = shown([page(flee(HE))], [generated("he", "", " ")])
    assert rows["Role"] == ("50.00", "100.00", "66.67")
    assert shown([page(flee(HE))], [generated("he", None)])["Role"] == ALL


#         the old man who led them fled when he saw police
HEADS = [2, 2, 6, 4, 2, 4, 6, 9, 9, 6, 9]


def by_heads(gold, predicted, heads=HEADS):
    figures = score([replace(gold, meta={"heads": heads})], [predicted], heads_only=True)
    return {figure.name: figure.shown for figure in figures}


def test_spans_with_one_head_are_equal():
    gold = page(flee((0, 24)))
    assert by_heads(gold, page(flee(MAN)))["Role"] == ALL
    assert by_heads(gold, page(flee((0, 11))))["Role"] == ALL
    assert by_heads(gold, page(flee((12, 24))))["Role"] == NONE
    assert by_heads(gold, generated("old man"))["Role"] == ALL


def test_a_head_is_that_of_the_first_word_as_far_as_it_leads_in_the_span():
    # "them fled when": them is a part of what stands before.
    assert by_heads(page(flee((20, 24))), page(flee((20, 34))))["Role"] == ALL


def test_the_heads_must_be_there():
    with pytest.raises(InputError, match=r"\$\.meta\.heads is expected .* 11 tokens"):
        by_heads(page(flee(HE)), page(flee(HE)), heads=[0])


def test_nothing_on_either_side_is_zero():
    assert shown([page()], [page()]) == dict.fromkeys(ROWS, NONE)


def test_gold_without_prediction_is_not_counted_and_prediction_without_gold_refused():
    gold = [page(flee(HE)), page(flee(WHO), id="missing")]
    assert shown(gold, [page(flee(HE))])["Role"] == ALL
    with pytest.raises(InputError, match="'unknown'"):
        shown(gold, [page(flee(HE), id="unknown")])


_words = st.sampled_from([(i, i + 4) for i in range(0, 40, 5)])
_fillers = st.lists(st.tuples(st.sampled_from(["x", "y"]), _words), max_size=5)


@given(st.lists(st.tuples(_fillers, _fillers), max_size=4))
def test_without_actors_each_event_is_two_sets(examples):
    """Words of their own, one event a trigger: what is left is the sum over examples."""
    gold, predicted = (
        document(
            events=[
                event("A", (5 * i, 5 * i + 4), *((role, *place) for role, place in pair[side]))
                for i, pair in enumerate(examples)
            ]
        )
        for side in (0, 1)
    )
    ours, theirs = (
        {(i, item) for i, pair in enumerate(examples) for item in pair[side]} for side in (0, 1)
    )
    hits = len(ours & theirs)
    p, r = hits / len(theirs) if theirs else 0, hits / len(ours) if ours else 0
    f = 2 * p * r / (p + r) if p + r else 0
    expected = tuple(f"{value * 100.0:.2f}" for value in (p, r, f))
    rows = shown([gold], [predicted])
    assert rows["Role"] == rows["Coref Role"] == expected
