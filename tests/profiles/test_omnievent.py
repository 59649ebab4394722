"""The profile of OmniEvent gives what its function for generated tuples gives."""

import pytest
from hypothesis import given
from making import document, event, pairs_of_corpora

from bench import Argument, Document, Event, Span
from bench.errors import InputError
from bench.profiles.omnievent import OMNIEVENT

ALL, NONE, HALF = ("100.00",) * 3, ("0.00",) * 3, ("50.00",) * 3


def figures(gold, predicted):
    return {figure.name: figure for figure in OMNIEVENT.score(gold, predicted)}


def of_events(gold, predicted):
    found = figures([document(events=gold)], [document(events=predicted)])
    return {name: figure.shown for name, figure in found.items()}


def test_two_mentions_one_a_character_short():
    gold = [event("A", (0, 4)), event("B", (10, 14))]
    assert of_events(gold, [event("A", (0, 4)), event("B", (10, 13))])["ED"] == HALF


def test_each_gold_item_is_used_up_by_one_hit():
    one, two = [event("A", (0, 4))], [event("A", (0, 4))] * 2
    assert of_events(one, two)["ED"] == ("50.00", "100.00", "66.67")
    assert of_events(two, one)["ED"] == ("100.00", "50.00", "66.67")


def test_one_victim_of_two_events_given_to_one_of_them():
    victim = ("Victim", 20, 24)
    gold = [event("Attack", (0, 4), victim), event("Attack", (5, 9), victim)]
    rows = of_events(gold, [event("Attack", (0, 4), victim), event("Attack", (5, 9))])
    assert rows["EAE"] == ("100.00", "50.00", "66.67")


def test_arguments_belong_to_a_trigger_and_its_type():
    victim = ("Victim", 20, 24)
    gold = [event("Attack", (0, 4), victim)]
    assert of_events(gold, [event("Attack", (5, 9), victim)])["EAE"] == NONE
    assert of_events(gold, [event("Die", (0, 4), victim)])["EAE"] == NONE
    assert of_events(gold, [event("Attack", (0, 4), victim)])["EAE"] == ALL


def test_a_perfect_score_is_less_than_a_hundred():
    one = [document(events=[event("A", (0, 4))])]
    figure = figures(one, one)["ED"]
    assert 99.999 < figure.f1 < figure.precision < 100
    assert figure.shown == ALL


def test_the_tiny_addend_decides_the_last_digit():
    gold = [event("A", (0, 4))] * 61
    assert of_events(gold, gold[:3])["ED"][2] == "9.37"  # 6/64 is 9.375 %


def test_nothing_on_either_side_is_zero():
    assert of_events([], []) == {"ED": NONE, "EAE": NONE}


def test_strings_are_compared_wherever_they_stand():
    def page(*places) -> Document:
        events = tuple(event("A", place) for place in places)
        return Document(id="d", text="raid and raid", events=events)

    assert figures([page((0, 4))], [page((9, 13))])["ED"].shown == ALL
    assert figures([page((0, 5))], [page((8, 13))])["ED"].shown == ALL


def test_predictions_without_offsets_or_text_are_strings():
    gold = document(events=[event("A", (0, 4), ("x", 5, 14))])
    guess = Event(
        type="A", trigger=Span(text="abcd"), arguments=(Argument(role="x", text="efghijkl"),)
    )
    assert figures([gold], [Document(id="d", events=(guess,))])["ED"].shown == ALL
    placed = Event(type="A", trigger=Span(start=0, end=4), arguments=guess.arguments)
    assert figures([gold], [Document(id="d", events=(placed,))])["EAE"].shown == ALL


def test_what_is_empty_without_blanks_is_no_item():
    gold = [event("A", (4, 5)), event(" ", (0, 4)), event("A", (0, 4))]
    assert of_events(gold, [event("A", (0, 4))])["ED"] == ALL


def test_a_document_missing_on_one_side_is_refused():
    with pytest.raises(InputError, match="'b' is missing from the predictions"):
        OMNIEVENT.score([document("a"), document("b")], [document("a")])


@given(pairs_of_corpora())
def test_it_removes_from_a_list_what_is_found(pair):
    def items(documents):
        return [
            (d.id, e.trigger.start, e.trigger.end, e.type, a.role, bare)
            for d in documents
            for e in d.events
            for a in e.arguments
            if (bare := a.surface(d.text).replace(" ", ""))
        ]

    gold, predicted = (items(side) for side in pair)
    left, hits = list(gold), 0
    for item in predicted:
        if item in left:
            left.remove(item)
            hits += 1
    p, r = hits / (len(predicted) + 1e-10), hits / (len(gold) + 1e-10)
    f = 2 * p * r / (p + r + 1e-10)
    assert figures(*pair)["EAE"][1:4] == (p * 100, r * 100, f * 100)
