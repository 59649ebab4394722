"""The profile of TextEE gives what its scorer gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document, event, pairs_of_corpora, span

from bench import Document, Event
from bench.errors import InputError
from bench.profiles.textee import ROWS, TEXTEE

TI, TC, AI, AC, AI_ATTACHED, AC_ATTACHED = ROWS
ALL, NONE, HALF = ("100.00",) * 3, ("  0.00",) * 3, (" 50.00",) * 3
VICTIM = ("Victim", 20, 24)


def shown(gold, predicted):
    return {figure.name: figure.shown for figure in TEXTEE.score(gold, predicted)}


def of_events(gold, predicted):
    return shown([document(events=gold)], [document(events=predicted)])


def test_two_mentions_one_a_character_short():
    gold = [event("A", (0, 4)), event("B", (10, 15))]
    rows = of_events(gold, [event("A", (0, 4)), event("B", (10, 14))])
    assert rows[TI] == rows[TC] == HALF


def test_duplicates_vanish_on_either_side():
    one, two = [event("A", (0, 4))], [event("A", (0, 4))] * 2
    assert of_events(one, two)[TC] == of_events(two, one)[TC] == ALL


def test_a_trigger_of_two_types_is_one_to_identify_and_two_to_classify():
    rows = of_events([event("A", (0, 4)), event("B", (0, 4))], [event("A", (0, 4))])
    assert rows[TI] == ALL
    assert rows[TC] == ("100.00", " 50.00", " 66.67")


def test_one_victim_of_two_events_given_to_one_of_them():
    gold = [event("Attack", (0, 4), VICTIM), event("Attack", (5, 9), VICTIM)]
    rows = of_events(gold, [event("Attack", (0, 4), VICTIM), event("Attack", (5, 9))])
    assert rows[AI] == rows[AC] == ALL
    assert rows[AI_ATTACHED] == rows[AC_ATTACHED] == ("100.00", " 50.00", " 66.67")


def test_arguments_of_misplaced_triggers_count_unless_attached():
    gold = [event("Attack", (0, 4), VICTIM), event("Attack", (5, 9), VICTIM)]
    rows = of_events(gold, [event("Attack", (30, 34), VICTIM), event("Attack", (35, 39), VICTIM)])
    assert rows[TI] == rows[TC] == rows[AI_ATTACHED] == rows[AC_ATTACHED] == NONE
    assert rows[AI] == rows[AC] == ALL


def test_events_without_arguments_do_not_enter_the_attached_figures():
    gold = [event("A", (0, 4)), event("B", (5, 9), ("x", 20, 24), ("y", 30, 34))]
    rows = of_events(gold, [event("A", (0, 4)), event("B", (5, 9), ("x", 20, 24))])
    assert rows[AC_ATTACHED] == ("100.00", " 50.00", " 66.67")


def test_false_positives_in_a_document_without_gold_count():
    gold = [document("one", events=[event("A", (0, 4))]), document("two")]
    wrong = [event("A", (at, at + 4)) for at in (0, 10, 20)]
    predicted = [document("one", events=[event("A", (0, 4))]), document("two", events=wrong)]
    assert shown(gold, predicted)[TC] == (" 25.00", "100.00", " 40.00")


def test_an_empty_document_earns_nothing():
    gold = [document("empty"), document("wrong", events=[event("A", (0, 4))])]
    predicted = [document("empty"), document("wrong", events=[event("A", (5, 9))])]
    assert shown(gold, predicted)[TC] == NONE


def test_nothing_on_either_side_is_zero():
    assert of_events([], []) == dict.fromkeys(ROWS, NONE)


def test_the_harmonic_mean_of_fractions_decides_the_last_digit():
    gold = [event("A", (at, at + 1)) for at in range(58)]
    predicted = [*gold[:5], event("A", (90, 91))]
    assert of_events(gold, predicted)[TC][2] == " 15.63"  # 10/64 is 15.625 %


def test_spans_are_tokens_where_gold_has_some_and_predictions_bring_their_own():
    text = "U.S.-led raid"
    gold = [event("GPE", (0, 8)), event("EV", (9, 13))]
    guess = [event("GPE", (0, 4)), event("EV", (9, 13))]

    def page(events, tokens=None) -> Document:
        meta = {"tokens": tokens} if tokens else {}
        return Document(id="d", text=text, events=tuple(events), meta=meta)

    coarse, fine = [[0, 8], [9, 13]], [[0, 4], [4, 5], [5, 8], [9, 13]]
    assert shown([page(gold)], [page(guess)])[TC] == HALF
    assert shown([page(gold, coarse)], [page(guess, fine)])[TC] == HALF
    # In characters it is the raid that is right, in token numbers the other one.
    assert shown([page(gold[1:])], [page(guess[1:])])[TC] == ALL
    assert shown([page(gold[1:], coarse)], [page(guess[1:], fine)])[TC] == NONE
    # In the gold's tokens both are.
    assert shown([page(gold, coarse)], [page(guess)])[TC] == ALL


def test_documents_of_one_window_are_one_set():
    def part(id, *events: Event) -> Document:
        meta = {"doc_id": "one", "wnd_id": 0}
        return Document(id=id, text="x" * 9, events=events, meta=meta)

    gold = [part("a", event("A", (0, 4))), part("b", event("A", (0, 4)))]
    assert shown(gold, [part("a", event("A", (0, 4))), part("b")])[TC] == ALL


@pytest.mark.parametrize("missing", ["gold", "predictions"])
def test_a_document_missing_on_one_side_is_refused(missing):
    two, one = [document("a"), document("b")], [document("a")]
    with pytest.raises(InputError, match=f"'b' is missing from the {missing}"):
        TEXTEE.score(*((one, two) if missing == "gold" else (two, one)))


@given(pairs_of_corpora(), st.randoms())
def test_items_are_sets_whatever_the_order(pair, random):
    def items(documents, key):
        return {key(d, e, a) for d in documents for e in d.events for a in e.arguments}

    def place(one):
        return one.start, one.end

    keys = {
        AI: lambda d, e, a: (d.id, e.type, *place(a)),
        AC: lambda d, e, a: (d.id, e.type, *place(a), a.role),
        AI_ATTACHED: lambda d, e, a: (d.id, *place(e.trigger), e.type, *place(a)),
        AC_ATTACHED: lambda d, e, a: (d.id, *place(e.trigger), e.type, *place(a), a.role),
    }
    gold, predicted = pair
    rows = shown(gold, predicted)
    for name, key in keys.items():
        ours, theirs = items(gold, key), items(predicted, key)
        p = len(ours & theirs) / len(theirs) if theirs else 0.0
        r = len(ours & theirs) / len(ours) if ours else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        assert rows[name] == tuple(f"{value * 100.0:6.2f}" for value in (p, r, f))
    for side in pair:
        random.shuffle(side)
    assert shown(*pair) == rows


def test_of_a_span_in_pieces_only_its_ends_count():
    split = Event(type="A", trigger=span((0, 4), (10, 14)))
    assert of_events([split], [event("A", (0, 14))])[TC] == ALL
