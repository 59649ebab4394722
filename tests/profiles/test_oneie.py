"""The profile of OneIE gives what its scorer gives."""

from hypothesis import given
from hypothesis import strategies as st
from making import actor, document, event, pairs_of_corpora

from bench import Document
from bench.profiles.oneie import ONEIE, ROWS
from bench.profiles.textee import TEXTEE

ALL, NONE, HALF = ("100.00",) * 3, ("0.00",) * 3, ("50.00",) * 3
TI, TC = "Trigger identification", "Trigger"


def figures(gold, predicted):
    return {figure.name: figure for figure in ONEIE.score(gold, predicted)}


def of_events(gold, predicted):
    found = figures([document(events=gold)], [document(events=predicted)])
    return {name: figure.shown for name, figure in found.items()}


def test_two_mentions_one_a_character_short():
    gold = [event("A", (0, 4)), event("B", (10, 15))]
    rows = of_events(gold, [event("A", (0, 4)), event("B", (10, 14))])
    assert rows[TI] == rows[TC] == HALF


def test_many_predictions_may_hit_one_gold_trigger():
    one, two = [event("A", (0, 4))], [event("A", (0, 4))] * 2
    assert of_events(one, two)[TC] == ("100.00", "200.00", "133.33")
    assert of_events(two, one)[TC] == ("100.00", "50.00", "66.67")


def test_the_first_gold_type_of_a_trigger_counts():
    a, b = event("A", (0, 4)), event("B", (0, 4))
    assert of_events([a, b], [a])[TC] == ("100.00", "50.00", "66.67")
    assert of_events([a, b], [b])[TC] == NONE
    assert of_events([b, a], [b])[TC] == ("100.00", "50.00", "66.67")
    assert of_events([a, b], [b])[TI] == ("100.00", "50.00", "66.67")


def test_arguments_are_sets_without_their_triggers():
    victim = ("Victim", 20, 24)
    gold = [event("Attack", (0, 4), victim), event("Attack", (5, 9), victim)]
    assert of_events(gold, [event("Attack", (30, 34), victim)])["Role"] == ALL


def test_a_filler_with_another_role_is_identified():
    gold = [event("Attack", (0, 4), ("Victim", 20, 24))]
    rows = of_events(gold, [event("Attack", (0, 4), ("Agent", 20, 24))])
    assert rows["Role identification"] == ALL
    assert rows["Role"] == NONE


def test_entities_have_types_and_mentions_levels():
    gold = [document(actors=[actor("PER", (0, 4)), actor("PER", (5, 9))])]
    predicted = [document(actors=[actor("PER", (0, 4), (0, 4)), actor("ORG", (5, 9))])]
    rows = figures(gold, predicted)
    assert rows["Entity"].shown == ("66.67", "100.00", "80.00")
    assert rows["Mention"].shown == ("100.00", "150.00", "120.00")


def test_nothing_on_either_side_is_zero():
    assert of_events([], []) == dict.fromkeys(ROWS, NONE)


def test_documents_without_a_counterpart_are_not_counted():
    gold = [document("a", events=[event("A", (0, 4))]), document("b", events=[event("A", (0, 4))])]
    predicted = [gold[0], document("c", events=[event("A", (0, 4))])]
    assert figures(gold, predicted)[TC].shown == ALL


@given(pairs_of_corpora())
def test_without_repeated_triggers_it_is_textee(pair):
    """Where each place has one trigger a side, its lists are TextEE's sets."""
    gold, predicted = ([_one_trigger_a_place(d) for d in side] for side in pair)
    ours = [figure[1:4] for figure in ONEIE.score(gold, predicted)[2:]]
    theirs = [figure[1:4] for figure in TEXTEE.score(gold, predicted)[:4]]
    assert ours == theirs


def _one_trigger_a_place(one: Document) -> Document:
    first = {(e.trigger.start, e.trigger.end): e for e in reversed(one.events)}
    return Document(id=one.id, text=one.text, events=tuple(first.values()))


@given(pairs_of_corpora(), st.randoms())
def test_the_order_of_predictions_does_not_matter(pair, random):
    gold, predicted = pair
    before = ONEIE.score(gold, predicted)
    shuffled = []
    for one in predicted:
        events = list(one.events)
        random.shuffle(events)
        shuffled.append(document(one.id, actors=one.actors, events=events))
    assert ONEIE.score(gold, shuffled) == before
