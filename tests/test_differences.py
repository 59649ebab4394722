"""Errors, each with its kind."""

import msgspec
import pytest
from hypothesis import given
from making import actor, document, documents, event, quote

from bench.differences import differences


def kinds(gold: dict, predicted: dict) -> list[tuple[str, str]]:
    found = differences(document(**gold), document(**predicted))
    return sorted((one.item, one.kind) for one in found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (actor("PER", (0, 4)), ["hit"]),
        (actor("PER", (0, 3)), ["boundary"]),
        (actor("ORG", (0, 4)), ["type"]),
        (actor("PER", (10, 14)), ["missed", "spurious"]),
        (actor("PER", (0, 4), (0, 4)), ["duplicate", "hit"]),
    ],
)
def test_a_mention_is_right_or_wrong_in_one_way(found, expected) -> None:
    pairs = kinds({"actors": [actor("PER", (0, 4))]}, {"actors": [found]})
    assert [kind for _, kind in pairs] == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (event("AID", (0, 4), ("actor", 10, 14)), [("argument", "hit"), ("event", "hit")]),
        (event("AID", (0, 4), ("recipient", 10, 14)), [("argument", "role"), ("event", "hit")]),
        (event("AID", (0, 4), ("actor", 10, 13)), [("argument", "boundary"), ("event", "hit")]),
        (event("AID", (0, 4), ("actor", 10, 14), realis="other"),
         [("argument", "hit"), ("event", "realis")]),
        (event("REJECT", (0, 4)), [("argument", "missed"), ("event", "type")]),
    ],
)  # fmt: skip
def test_an_event_and_its_arguments(found, expected) -> None:
    gold = {"events": [event("AID", (0, 4), ("actor", 10, 14))]}
    assert kinds(gold, {"events": [found]}) == expected


def test_a_quote_has_a_wrong_source_cue_or_kind() -> None:
    gold = {"quotes": [quote((0, 9), source=(20, 24), cue=(30, 34))]}
    for found, expected in [
        (quote((0, 9), source=(40, 44), cue=(30, 34)), "source"),
        (quote((0, 9), source=(20, 24)), "cue"),
        (quote((0, 9), source=(20, 24), cue=(30, 34), kind="mixed"), "kind"),
    ]:
        assert kinds(gold, {"quotes": [found]}) == [("quote", expected)]


def test_an_exact_item_is_not_given_up_for_a_longer_list_of_pairs() -> None:
    gold = {"actors": [actor("PER", (2, 12)), actor("PER", (5, 11))]}
    found = {"actors": [actor("PER", (2, 12)), actor("PER", (1, 5))]}
    assert kinds(gold, found) == [
        ("mention", "hit"),
        ("mention", "missed"),
        ("mention", "spurious"),
    ]


@given(documents(), documents())
def test_every_item_of_either_side_occurs_exactly_once(gold, predicted) -> None:
    found = differences(gold, predicted)
    for side, name in ((gold, "gold"), (predicted, "predicted")):
        shown = [one for one in found if getattr(one, name) is not None]
        sizes = {
            "mention": sum(len(a.mentions) for a in side.actors),
            "event": len(side.events),
            "argument": sum(len(e.arguments) for e in side.events),
            "quote": len(side.quotes),
        }
        for item, size in sizes.items():
            assert sum(one.item == item for one in shown) == size
    assert {one.kind for one in differences(gold, gold)} <= {"hit"}


def test_a_layer_that_a_side_lacks_is_left_out() -> None:
    gold = document(events=[event("AID", (0, 4))], quotes=[quote((0, 9))])
    predicted = msgspec.structs.replace(gold, quotes=None)
    assert {one.layer for one in differences(gold, predicted)} == {"events"}
