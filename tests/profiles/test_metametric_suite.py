"""The profiles of metametric's suites give what metametric gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import actor, document, event, pairs_of_corpora
from metametric.metrics.coref import coref_suite
from metametric.metrics.event_extraction import event_extraction_suite
from metametric.structures import ie

from bench import Actor, Mention
from bench.errors import InputError
from bench.profiles.metametric_suite import METAMETRIC_COREFERENCE, METAMETRIC_EVENTS


def place(span) -> ie.Mention:
    return ie.Mention(span.pieces[0][0], span.pieces[-1][1])


def entities(one) -> ie.EntitySet:
    return ie.EntitySet([ie.Entity([place(m) for m in a.mentions]) for a in one.actors])


def events(one) -> ie.EventSet:
    return ie.EventSet([
        ie.Event(
            ie.Trigger(place(e.trigger), e.type),
            [ie.Argument(place(a), a.role) for a in e.arguments],
        )
        for e in one.events
    ])  # fmt: skip


def theirs(suite, convert, gold, predicted):
    made = suite.new()
    made.update_batch([convert(one) for one in predicted], [convert(one) for one in gold])
    return made.compute()


def agree(profile, suite, convert, gold, predicted) -> None:
    try:
        rows = profile.score(gold, predicted)
    except InputError:
        with pytest.raises(ZeroDivisionError):
            theirs(suite, convert, gold, predicted)
        return
    expected = theirs(suite, convert, gold, predicted)
    for row in rows:
        if row.name == "avg-f1":
            assert row.f1 == pytest.approx(expected["avg-f1"], abs=1e-13)
            continue
        values = [expected[f"{row.name}-{figure}"] for figure in ("precision", "recall", "f1")]
        assert row[1:4] == pytest.approx(values, abs=1e-13)


@settings(max_examples=40)
@given(pairs_of_corpora())
def test_events_of_any_kind(pair):
    agree(METAMETRIC_EVENTS, event_extraction_suite, events, *pair)


@settings(max_examples=40)
@given(pairs_of_corpora())
def test_coreference_of_any_kind_and_refusals_where_it_divides_by_zero(pair):
    agree(METAMETRIC_COREFERENCE, coref_suite, entities, *pair)


_few = st.lists(
    st.lists(st.integers(0, 5), min_size=1, max_size=5).map(
        lambda found: actor("PER", *((i, i + 1) for i in found))
    ),
    max_size=4,
)


@given(gold=_few, predicted=_few)
def test_repeated_mentions_within_and_across_actors(gold, predicted):
    # A pair more on each side, so that neither has nothing but singletons.
    more = [actor("PER", (20, 21), (22, 23))]
    sides = ([document(actors=more + gold)], [document(actors=more + predicted)])
    agree(METAMETRIC_COREFERENCE, coref_suite, entities, *sides)


def test_actors_that_are_all_singletons_are_refused_in_words():
    with pytest.raises(InputError, match="all predicted actors are singletons"):
        METAMETRIC_COREFERENCE.score(
            [document(actors=[actor("PER", (0, 4), (5, 9))])],
            [document(actors=[actor("PER", (0, 4)), actor("PER", (5, 9))])],
        )


def test_means_over_documents_differ_from_those_of_sums():
    gold = [document("a", events=[event("A", (0, 4))] * 3), document("b", events=[])]
    predicted = [document("a", events=[event("A", (0, 4))]), document("b", events=[])]
    rows = {figure.name: figure.shown for figure in METAMETRIC_EVENTS.score(gold, predicted)}
    assert rows["trigger_classification"] == ("1.0000", "0.6667", "0.7500")


def test_what_has_no_offsets_equals_nothing():
    lost = document(actors=[Actor(type="PER", mentions=(Mention(text="he"), Mention(text="him")))])
    rows = {figure.name: figure.shown for figure in METAMETRIC_COREFERENCE.score([lost], [lost])}
    assert rows["ceaf_phi4"] == ("0.0000",) * 3


def test_documents_must_be_the_same_and_at_least_one():
    with pytest.raises(InputError, match="missing from the predictions"):
        METAMETRIC_EVENTS.score([document()], [])
    with pytest.raises(InputError, match="there are none"):
        METAMETRIC_EVENTS.score([], [])
