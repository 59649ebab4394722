"""The systems ``oracle`` and ``random``: gold with noise, as much as was asked for."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import corpus, documents

from bench import (
    Corpus,
    Document,
    Event,
    InputError,
    Span,
    UsageError,
    check,
    load_system,
    open_corpus,
    run,
    score,
)
from bench.conformance import TEXTS
from bench.formats import jsonl
from bench.validation import span_faults

RATES = ("drop", "shift", "relabel", "spurious")
rate = st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0])


def predicted(gold: Corpus, reference: str, **options: object) -> list[Document]:
    system = load_system(reference, {key: str(value) for key, value in options.items()})
    texts = [Document(id=one.id, text=one.text) for one in gold.documents]
    return list(system.extract(texts))


def micro(gold: Corpus, found: list[Document], measure: str) -> tuple[int, int, int]:
    return tuple(score(gold, found).matrix[measure].micro())


@pytest.fixture(scope="module")
def seed() -> Corpus:
    return open_corpus("seed")


def test_without_noise_it_is_the_gold(seed) -> None:
    found = predicted(seed, "oracle")
    for measure, counts in score(seed, found).matrix.items():
        assert counts.micro().f1 in (None, 1.0), measure
    assert load_system("oracle").describe() == {"gold": "seed", "gold sha256": seed.digest}


@settings(max_examples=10)
@given(drop=rate, shift=rate, relabel=rate, spurious=rate, noise_seed=st.integers(0, 3))
def test_any_noise_gives_spans_that_fit_and_the_same_each_time(
    drop, shift, relabel, spurious, noise_seed
) -> None:
    gold = open_corpus("seed")
    options = dict(zip(RATES, (drop, shift, relabel, spurious), strict=True), seed=noise_seed)
    found = predicted(gold, "oracle", **options)
    for one, text in zip(found, [one.text for one in gold.documents], strict=True):
        assert list(span_faults(one, text)) == []
        assert all(span.text for _, span in one.spans())
    assert found == predicted(gold, "oracle", **options)


def test_each_kind_of_noise_does_one_thing(seed) -> None:
    items = ("actors.mention", "events.trigger", "quotes.content")
    for item in items:
        tp, made, total = micro(seed, predicted(seed, "oracle", drop=0.5), item)
        assert 0 < tp == made < total
        tp, made, total = micro(seed, predicted(seed, "oracle", spurious=0.5), item)
        assert 0 < tp == total < made
        tp, made, total = micro(seed, predicted(seed, "oracle", shift=0.5), item)
        assert 0 < tp < made == total
        tp, made, total = micro(seed, predicted(seed, "oracle", relabel=0.5), item)
        assert 0 < tp == made == total
    shifted = predicted(seed, "oracle", shift=1.0)
    assert micro(seed, shifted, "actors.mention@overlap") == (78, 78, 78)
    assert micro(seed, shifted, "actors.mention")[0] < 10
    tp, made, total = micro(seed, predicted(seed, "oracle", relabel=0.5), "events.trigger.type")
    assert 0 < tp < made == total
    assert micro(seed, predicted(seed, "oracle", relabel=1.0), "events.trigger.type")[0] == 0


def test_arguments_still_stand_for_their_actors_when_spans_are_shifted(seed) -> None:
    (found,) = predicted(seed, "oracle", shift=0.5)
    (gold,) = seed.documents
    places = {mention.pieces for actor in found.actors for mention in actor.mentions}
    for event, was in zip(found.events, gold.events, strict=True):
        for argument, before in zip(event.arguments, was.arguments, strict=True):
            known = {m.pieces for actor in gold.actors for m in actor.mentions}
            assert (before.pieces in known) <= (argument.pieces in places)


@given(low=st.floats(0, 1), high=st.floats(0, 1))
@settings(max_examples=10)
def test_a_higher_rate_hits_what_a_lower_one_hits(low, high) -> None:
    gold = open_corpus("seed")
    low, high = sorted((low, high))
    (more,) = predicted(gold, "oracle", drop=low)
    (fewer,) = predicted(gold, "oracle", drop=high)
    triggers = [{(e.type, e.trigger.pieces) for e in one.events} for one in (fewer, more)]
    assert triggers[0] <= triggers[1]
    # And another rate changes nothing in what is dropped.
    (noisy,) = predicted(gold, "oracle", drop=high, relabel=1.0)
    assert [e.trigger for e in noisy.events] == [e.trigger for e in fewer.events]


def test_rates_are_kept_on_many_items(tmp_path) -> None:
    text = "one two three four five six seven eight nine ten"
    events = [{"type": "AID", "trigger": {"start": 4, "end": 7}}] * 10
    lines = (json.dumps({"id": f"d{i}", "text": text, "events": events}) for i in range(300))
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    gold = open_corpus(str(tmp_path / "many.jsonl"))
    # Of 3000 draws at a rate of 0.3 all but one in a million lie within five deviations.
    options = {"corpus": tmp_path / "many.jsonl", "drop": 0.3, "seed": 1}
    kept = sum(len(one.events) for one in predicted(gold, "oracle", **options))
    assert abs(kept - 2100) < 5 * (3000 * 0.3 * 0.7) ** 0.5
    del options["drop"]
    made = sum(len(one.events) for one in predicted(gold, "oracle", spurious=0.3, **options))
    assert abs(made - 3900) < 5 * (3000 * 0.3 * 0.7) ** 0.5


def test_random_has_as_many_items_as_gold_and_hits_by_chance(seed) -> None:
    found = predicted(seed, "random")
    for measure, size in (("actors.mention", 78), ("events.trigger", 42), ("quotes.content", 19)):
        tp, made, total = micro(seed, found, measure)
        assert (made, total) == (size, size)
        assert tp < size / 4
    assert found == predicted(seed, "random", seed=0)
    assert found != predicted(seed, "random", seed=1)


@settings(max_examples=10)
@given(gold=st.lists(documents(), min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_any_gold_is_made_noisy(tmp_path_factory, gold) -> None:
    file = tmp_path_factory.mktemp("gold") / "any.jsonl"
    file.write_bytes(jsonl.write(gold))
    whole = corpus(*gold)
    assert predicted(whole, "oracle", corpus=file) == [
        Document(id=one.id, actors=_with_mentions(one), events=one.events, quotes=one.quotes)
        for one in whole.documents
    ]
    noisy = predicted(whole, "oracle", corpus=file, **dict.fromkeys(RATES, 0.5))
    for one, was in zip(noisy, whole.documents, strict=True):
        assert list(span_faults(one, was.text)) == []
    chance = predicted(whole, "random", corpus=file)
    for one, was in zip(chance, whole.documents, strict=True):
        assert len(one.events) == len(was.events)
        assert len(one.quotes) == len(was.quotes)


def _with_mentions(document: Document) -> tuple:
    return tuple(actor for actor in document.actors if actor.mentions)


def test_a_text_without_words_gets_nothing_made_up(tmp_path) -> None:
    file = tmp_path / "dots.jsonl"
    file.write_text(
        '{"id": "a", "text": "…", "events": [{"type": "AID", "trigger": {"start": 0, "end": 1}}]}'
    )
    gold = open_corpus(str(file))
    (found,) = predicted(gold, "oracle", corpus=file, shift=1.0, spurious=1.0)
    assert found.events == gold.documents[0].events
    (found,) = predicted(gold, "random", corpus=file)
    assert found.events == ()


@pytest.mark.parametrize("name", ["oracle", "random"])
def test_a_document_of_another_corpus_is_refused_with_what_to_do(name, seed) -> None:
    for document, what in (
        (Document(id="other", text="x"), "does not exist in the corpus 'seed'"),
        (Document(id=seed.documents[0].id, text="x"), "has another text in the corpus 'seed'"),
    ):
        with pytest.raises(InputError, match=f"{what}.*--option corpus=NAME"):
            list(load_system(name).extract([document]))


def test_they_keep_the_protocol_on_a_corpus_that_has_the_texts(tmp_path) -> None:
    file = tmp_path / "texts.jsonl"
    gold = []
    for name, text in TEXTS.items():
        places = [match.span() for match in re.finditer("met", text)]
        spans = [Span(start=start, end=end, text=text[start:end]) for start, end in places]
        events = tuple(Event(type="CONSULT", trigger=span) for span in spans)
        gold.append(Document(id=name, text=text, events=events))
    file.write_bytes(jsonl.write(gold))
    noise = dict.fromkeys(RATES, "0.5")
    for name, options in (("oracle", noise), ("random", {})):
        checks = check(name, {"corpus": str(file), **options})
        assert [one for one in checks if one.result != "pass"] == []
    assert any("--option corpus" in one.says for one in check("oracle"))


@pytest.mark.parametrize("value", ["1.1", "-0.1", "nan"])
def test_a_rate_that_is_none_is_refused(value) -> None:
    with pytest.raises(UsageError, match=r"option 'drop' of 'oracle' is .*; expected 0 to 1"):
        load_system(f"oracle:drop={value}")


def test_a_corpus_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="no corpus 'nothing'"):
        load_system("oracle:corpus=nothing")


def test_other_systems_never_see_a_label(seed) -> None:
    class Nosy:
        name, version = "nosy", "1"

        def describe(self):
            return {}

        def extract(self, documents):
            for document in documents:
                assert (document.actors, document.events, document.quotes) == (None, None, None)
                yield Document(id=document.id, events=())

    assert not run(Nosy(), seed).failures
