"""The profile of CEAF-REE, on the examples of its authors and on what it was seen to print."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document
from msgspec.structs import replace
from scipy.optimize import linear_sum_assignment

from bench import Actor, Argument, Document, Event, Mention, Span
from bench.errors import InputError
from bench.profiles.ceaf_ree import CEAF_REE, entities, normalised


def page(id: str = "d", text: str | None = None, **roles: list[list[str]]) -> Document:
    """A document whose roles are filled by entities of strings."""
    actors, events, number = [], [], 0
    for role, fillers in roles.items():
        for strings in fillers:
            mentions = []
            for string in strings:
                mentions.append(Mention(start=10 * number, end=10 * number + 5, text=string))
                number += 1
            actors.append(Actor(type="PER", mentions=tuple(mentions)))
            first = mentions[0]
            filler = Argument(role=role, start=first.start, end=first.end, text=first.text)
            trigger = Span(start=1000, end=1001)
            events.append(Event(type="ASSAULT", trigger=trigger, arguments=(filler,)))
    return Document(id=id, text=text, actors=tuple(actors), events=tuple(events))


def shown(gold, predicted):
    return {figure.name: figure.shown for figure in CEAF_REE.score(gold, predicted)}


PAPER = [
    ["Pilmai telephone company building", "telephone company building",
     "telephone company offices"],
    ["water pipes"], ["public telephone booth"],
]  # fmt: skip
FOUR = [["m1", "m2", "m3"], ["m4"], ["m5"], ["m6"]]


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "prop"),
    [
        (PAPER, [PAPER[1], PAPER[0][:1], PAPER[2], PAPER[0][2:]],
         ("75.00", "100.00", "85.71"), ("75.00", "100.00", "85.71")),
        (PAPER, [PAPER[0][:1], PAPER[2]],
         ("100.00", "66.67", "80.00"), ("100.00", "66.67", "80.00")),
        (FOUR, [["m1", "m2", "m3", "m4"], ["m5"], ["m6"]],
         ("66.67", "50.00", "57.14"), ("91.67", "68.75", "78.57")),
    ],
)  # fmt: skip
def test_the_examples_of_its_authors(gold, predicted, strict, prop):
    rows = shown([page(Target=gold)], [page(Target=predicted)])
    assert rows["strict Target"] == rows["strict micro_avg"] == strict
    assert rows["prop Target"] == rows["prop micro_avg"] == prop


_splits = st.dictionaries(
    st.sampled_from("bcdefghijklmnopqrst"), st.integers(0, 7), max_size=18
).map(lambda where: [[m for m, e in where.items() if e == n] for n in sorted({*where.values()})])


@given(_splits, _splits)
def test_the_last_bit_is_that_of_the_pairs_that_scipy_finds(gold, predicted):
    cells = np.array([
        [len([m for m in one if m in other]) / len(other) for other in predicted] for one in gold
    ]).reshape(len(gold), len(predicted))  # fmt: skip
    expected = sum(cells[linear_sum_assignment(-cells)].tolist())
    figures = CEAF_REE.score([page(X=gold)], [page(X=predicted)])
    found = {figure.name: figure.recall for figure in figures}
    assert found["prop micro_avg"] == (expected / len(gold) * 100 if gold else 0.0)


def test_roles_and_documents_add_up():
    gold = [page("a", X=FOUR, Y=FOUR), page("b", X=FOUR)]
    predicted = [page("a", X=FOUR, Y=FOUR[:2]), page("b", Y=FOUR)]
    rows = shown(gold, predicted)
    assert rows["strict X"] == ("100.00", "50.00", "66.67")
    assert rows["strict Y"] == ("33.33", "50.00", "40.00")
    assert rows["strict micro_avg"] == ("60.00", "50.00", "54.55")


def test_an_entity_fills_a_role_once_whatever_the_number_of_events():
    gold = page(X=[["m1", "m2"]])
    twice = replace(gold, events=gold.events * 2)
    assert shown([gold], [twice])["strict X"] == ("100.00",) * 3


def test_a_filler_that_is_no_mention_is_an_entity_of_its_own_string():
    text = "bombs went off"
    bombs = Argument(role="Weapon", start=0, end=5)
    event = Event(type="ASSAULT", trigger=Span(start=6, end=10), arguments=(bombs,))
    assert entities(Document(id="d", text=text, events=(event,)), text) == {"Weapon": [["bombs"]]}


def test_actors_with_equal_strings_are_entities_apart():
    assert entities(page(X=[["man"], ["man"]]), None) == {"X": [["man"], ["man"]]}


def test_predictions_may_leave_the_text_to_gold():
    made = document(events=[Event(
        type="A", trigger=Span(start=0, end=4), arguments=(Argument(role="x", start=5, end=9),)
    )])  # fmt: skip
    assert shown([made], [replace(made, text=None)])["strict x"] == ("100.00",) * 3
    with pytest.raises(InputError, match="there is no text"):
        CEAF_REE.score([replace(made, text=None)], [made])


def test_a_missing_document_is_an_error_and_one_too_many_is_ignored():
    gold = [page("a", X=FOUR)]
    assert shown(gold, [*gold, page("b", X=FOUR)])["strict X"] == ("100.00",) * 3
    with pytest.raises(InputError, match="no document without a prediction"):
        CEAF_REE.score(gold, [])


def test_strings_lose_case_punctuation_articles_and_spaces():
    assert normalised(" The  U.S., an ally ") == "us ally"
    assert normalised("theatre") == "theatre"
