"""What each measure counts, on cases small enough to count by hand: (tp, predicted, gold)."""

import csv
import io
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import actor, corpus, document, event, pairs_of_corpora, quote, scored, span, tally

from bench import STANDARD, Document, Mention, NothingMeasured, Quote, Span, score
from bench.counts import Counts, Tally
from bench.errors import InputError, UsageError
from bench.measures import parse


def counted(measure: str, gold: dict, predicted: dict) -> tuple[int, int, int]:
    return tally(scored([document(**gold)], [document(**predicted)]), measure)


def test_a_boundary_off_by_one_is_a_miss_exactly_and_a_hit_by_overlap() -> None:
    gold = {"actors": [actor("PER", (0, 4)), actor("ORG", (10, 15))]}
    found = {"actors": [actor("PER", (0, 4)), actor("ORG", (10, 14))]}
    assert counted("actors.mention", gold, found) == (1, 2, 2)
    assert counted("actors.mention.type", gold, found) == (1, 2, 2)
    assert counted("actors.mention@overlap", gold, found) == (2, 2, 2)


def test_one_giant_span_is_one_hit_by_overlap_however_much_it_covers() -> None:
    gold = {"quotes": [quote((0, 9)), quote((20, 29)), quote((40, 49))]}
    assert counted("quotes.content@overlap", gold, {"quotes": [quote((0, 100))]}) == (1, 1, 3)


def test_duplicates_are_spurious() -> None:
    once, twice = [event("AID", (0, 4))], [event("AID", (0, 4))] * 2
    assert counted("events.trigger.type", {"events": once}, {"events": twice}) == (1, 2, 1)
    assert counted("events.trigger.type", {"events": twice}, {"events": once}) == (1, 1, 2)
    scores = scored([document(events=once)], [document(events=twice)])
    assert any("1 predicted items are duplicates" in note for note in scores.notes)


def test_overlap_is_aligned_for_the_most_pairs_not_greedily() -> None:
    # Greedy takes the pair of highest Dice, (2–12, 2–11), and leaves 1–5 without a partner.
    gold = {"quotes": [quote((2, 12)), quote((5, 11))]}
    found = {"quotes": [quote((2, 11)), quote((1, 5))]}
    assert counted("quotes.content@overlap", gold, found) == (2, 2, 2)


def test_a_discontinuous_span_overlaps_only_where_it_has_text() -> None:
    gold = {"quotes": [quote((0, 4), (20, 24))]}
    assert counted("quotes.content@overlap", gold, {"quotes": [quote((8, 12))]}) == (0, 1, 1)
    assert counted("quotes.content@overlap", gold, {"quotes": [quote((22, 30))]}) == (1, 1, 1)
    assert counted("quotes.content", gold, {"quotes": [quote((0, 4))]}) == (0, 1, 1)
    assert counted("quotes.content", {"quotes": [quote((0, 4))]}, gold) == (0, 1, 1)
    assert counted("quotes.content", gold, gold) == (1, 1, 1)
    other = {"quotes": [quote((0, 4), (21, 24))]}
    assert counted("quotes.content", gold, other) == (0, 1, 1)


def test_arguments_loose_and_attached() -> None:
    # Two attacks share a victim; the prediction gives it to one of them.
    victim = ("recipient", 20, 24)
    gold = {"events": [event("ASSAULT", (0, 4), victim), event("ASSAULT", (10, 14), victim)]}
    found = {"events": [event("ASSAULT", (0, 4), victim), event("ASSAULT", (10, 14))]}
    for measure in ("events.argument", "events.argument.role+attached"):
        assert counted(measure, gold, found) == (1, 1, 2)


def test_arguments_of_wrong_triggers_count_loosely_only() -> None:
    gold = {"events": [event("ASSAULT", (0, 4), ("actor", 20, 24))]}
    found = {"events": [event("ASSAULT", (6, 9), ("actor", 20, 24))]}
    assert counted("events.trigger", gold, found) == (0, 1, 1)
    assert counted("events.argument.role", gold, found) == (1, 1, 1)
    assert counted("events.argument.role+attached", gold, found) == (0, 1, 1)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("events.argument", (1, 1, 1)),
        ("events.argument.role", (0, 1, 1)),
        ("events.argument+attached", (1, 1, 1)),
        ("events.argument.role+attached", (0, 1, 1)),
    ],
)
def test_a_wrong_role_is_identified_but_not_classified(measure, expected) -> None:
    gold = {"events": [event("AID", (0, 4), ("actor", 20, 24))]}
    found = {"events": [event("AID", (0, 4), ("recipient", 20, 24))]}
    assert counted(measure, gold, found) == expected


def test_another_mention_of_the_filler_counts_through_coreference_once() -> None:
    people = [actor("PER", (20, 24), (30, 32))]
    gold = {"actors": people, "events": [event("AID", (0, 4), ("actor", 20, 24))]}
    found = {"events": [event("AID", (0, 4), ("actor", 30, 32), ("actor", 20, 24))]}
    assert counted("events.argument.role+attached@coref", gold, found) == (1, 2, 1)
    found = {"events": [event("AID", (0, 4), ("actor", 30, 32))]}
    assert counted("events.argument.role+attached", gold, found) == (0, 1, 1)
    assert counted("events.argument.role+attached@coref", gold, found) == (1, 1, 1)


def test_realis_and_polarity_are_counted_with_the_trigger() -> None:
    gold = {"events": [event("AID", (0, 4), realis="other", polarity="negative")]}
    found = {"events": [event("AID", (0, 4), realis="other")]}
    assert counted("events.trigger.realis", gold, found) == (1, 1, 1)
    assert counted("events.trigger.polarity", gold, found) == (0, 1, 1)


def test_actors_are_aligned_one_to_one_by_their_mentions() -> None:
    gold = {"actors": [actor("PER", (0, 4), (10, 14), (20, 24))]}
    split = {"actors": [actor("PER", (0, 4)), actor("PER", (10, 14)), actor("ORG", (20, 24))]}
    assert counted("actors.actor", gold, split) == (1, 3, 1)
    merged = {"actors": [actor("PER", (0, 4), (30, 34))]}
    two = {"actors": [actor("PER", (0, 4)), actor("PER", (30, 34))]}
    assert counted("actors.actor", two, merged) == (1, 1, 2)
    assert counted("actors.actor.type", gold, {"actors": [actor("ORG", (0, 4))]}) == (0, 1, 1)


def test_the_parts_of_a_quote_are_judged_on_quotes_aligned_by_content() -> None:
    gold = {
        "actors": [actor("PER", (40, 44), (60, 62))],
        "quotes": [quote((0, 20), source=(40, 44), cue=(45, 49), kind="mixed")],
    }
    found = {"quotes": [quote((5, 20), source=(60, 62), cue=(45, 49), kind="direct")]}
    expected = {
        "quotes.content": 0,
        "quotes.content@overlap": 1,
        "quotes.cue": 1,
        "quotes.source": 0,
        "quotes.source@coref": 1,
        "quotes.kind": 0,
        "quotes.attribution": 0,
        "quotes.attribution@coref": 0,
    }
    assert {name: counted(name, gold, found)[0] for name in expected} == expected


@pytest.mark.parametrize("copies", [1, 5])
def test_quotes_with_the_same_content_are_paired_by_what_else_they_agree_on(copies) -> None:
    same = [quote((0, 9)), quote((0, 9), cue=(30, 34)), *[quote((0, 9), cue=(40, 44))] * copies]
    assert counted("quotes.cue", {"quotes": same}, {"quotes": same}) == (1 + copies,) * 3
    assert counted("quotes.cue", {"quotes": same}, {"quotes": same[1:2]}) == (1, 1, 1 + copies)


def test_an_unknown_source_is_right_only_if_it_is_unknown() -> None:
    unknown, known = {"quotes": [quote((0, 9))]}, {"quotes": [quote((0, 9), source=(20, 24))]}
    assert counted("quotes.attribution", unknown, unknown) == (1, 1, 1)
    assert counted("quotes.source", unknown, known) == (0, 1, 1)
    assert counted("quotes.source", known, unknown) == (0, 1, 1)


def test_quotes_without_a_cue_are_not_counted_for_cues() -> None:
    gold = {"quotes": [quote((0, 9)), quote((20, 29), cue=(30, 34))]}
    assert counted("quotes.cue", gold, gold) == (1, 1, 1)


def test_a_span_without_offsets_is_spurious_and_named() -> None:
    found = Document(
        id="d", events=(), actors=(), quotes=(Quote(content=Span(text="abcd"), kind="direct"),)
    )
    scores = scored([document(quotes=[quote((0, 4))])], [found])
    assert tally(scores, "quotes.content") == (0, 1, 1)
    assert tally(scores, "quotes.content@overlap") == (0, 1, 1)
    assert any("no offsets" in note for note in scores.notes)


def test_labels_are_those_of_the_ontology_the_gold_and_the_prediction() -> None:
    scores = scored(
        [document(events=[event("GOLD-ONLY", (0, 4)), event("AID", (5, 9))])],
        [document(events=[event("NEW", (0, 4)), event("AID", (5, 9))])],
    )
    counts = scores.matrix["events.trigger.type"]
    by_label = counts.by_label()
    assert by_label["NEW"] == Tally(0, 1, 0)
    assert by_label["GOLD-ONLY"] == Tally(0, 0, 1)
    assert by_label["PROTEST"] == Tally(0, 0, 0)
    assert counts.micro() == Tally(1, 2, 2)
    assert counts.macro().f1 == 0.5  # AID 1, GOLD-ONLY 0; NEW has no support
    assert any("'NEW'" in note for note in scores.notes)


def test_figures_with_nothing_to_count_are_undefined() -> None:
    assert (Tally(0, 0, 0).precision, Tally(0, 0, 0).recall, Tally(0, 0, 0).f1) == (None,) * 3
    assert (Tally(0, 0, 2).precision, Tally(0, 0, 2).recall, Tally(0, 0, 2).f1) == (None, 0, 0)


def test_a_missing_document_counts_as_empty_and_is_named() -> None:
    gold = [document("a", events=[event("AID", (0, 4))]), document("b")]
    scores = scored(gold, [gold[1]])
    assert tally(scores, "events.trigger") == (0, 0, 1)
    assert any("1 of 2 documents" in note and "a" in note for note in scores.notes)


def test_false_positives_in_a_document_without_gold_are_not_free() -> None:
    hit = [event("AID", (0, 4))]
    noise = [event("AID", (i, i + 2)) for i in (0, 5, 10)]
    scores = scored(
        [document("a", events=hit), document("b")],
        [document("a", events=hit), document("b", events=noise)],
    )
    assert tally(scores, "events.trigger") == (1, 4, 1)
    assert scores.matrix["events.trigger"].by_unit()["b"] == Tally(0, 3, 0)


def test_a_layer_that_gold_lacks_is_not_scored_and_said() -> None:
    gold = Document(id="d", text="x" * 9, events=())
    scores = score(corpus(gold), [Document(id="d", events=(), quotes=())])
    assert {name.split(".")[0] for name in scores.matrix} == {"events"}
    assert "quotes are not scored: the gold has none" in scores.notes


def test_a_layer_annotated_in_some_documents_is_scored_on_these() -> None:
    gold = [document("a", quotes=[quote((0, 4))]), Document(id="b", text="x" * 9, events=())]
    found = [document("a"), Document(id="b", quotes=(quote((0, 4)),))]
    scores = scored(gold, found)
    assert scores.matrix["quotes.content"].units == ("a",)
    assert tally(scores, "quotes.content") == (0, 0, 1)


def test_a_layer_that_the_system_does_not_extract_is_not_scored() -> None:
    scores = scored([document()], [Document(id="d", events=())])
    assert "quotes are not scored: the system does not extract them" in scores.notes
    assert not any(name.startswith("quotes") for name in scores.matrix)


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(NothingMeasured):
        score(corpus(Document(id="d", text="x", events=())), [Document(id="d", quotes=())])


def test_predictions_must_be_for_known_documents_once_each() -> None:
    with pytest.raises(InputError, match="unknown document 'e'"):
        scored([document("d")], [document("e")])
    with pytest.raises(InputError, match="predicted twice"):
        scored([document("d")], [document("d"), document("d")])


def test_every_measure_is_explained_and_has_its_own_name() -> None:
    assert len({measure.name for measure in STANDARD}) == len(STANDARD)
    assert all(measure.explains.endswith(".") for measure in STANDARD)
    assert all(measure.name.startswith(measure.layer) for measure in STANDARD)


def test_pairs_are_kept() -> None:
    gold = document(actors=[actor("PER", (0, 4)), actor("PER", (10, 14))])
    found = document(actors=[actor("PER", (10, 14))])
    pairs = scored([gold], [found]).alignments["actors.mention"].pairs
    assert (pairs.gold.tolist(), pairs.predicted.tolist()) == ([1], [0])


def test_counts_compare_by_value() -> None:
    one, same = (scored([document()], [document()]).matrix["events.trigger"] for _ in range(2))
    assert one == same
    assert one != Counts(one.units, ("other",), one.values)


def test_a_mention_of_two_actors_is_shared_with_both() -> None:
    both = [actor("PER", (0, 4)), actor("ORG", (0, 4))]
    assert counted("actors.actor.type", {"actors": both}, {"actors": both[1:]}) == (1, 1, 2)
    assert span((0, 4), kind=Mention) == Mention(start=0, end=4)


@given(
    st.sampled_from(["mention", "trigger", "argument", "content", "attribution"]),
    st.data(),
)
def test_the_text_of_a_measure_is_all_of_it(item, data) -> None:
    layer = {"mention": "actors", "trigger": "events", "argument": "events"}.get(item, "quotes")
    fields = {
        "mention": ["type", "level"], "trigger": ["type", "realis", "polarity"],
        "argument": ["role"], "content": ["kind"], "attribution": ["kind"],
    }[item]  # fmt: skip
    chosen = data.draw(st.lists(st.sampled_from(fields), unique=True))
    matches = ["", "@coref"] if item == "attribution" else ["", "@dice>=0.5", "@iou", "@head"]
    match = data.draw(st.sampled_from(matches))
    flag = data.draw(st.sampled_from(["", "+set"]))
    text = f"{layer}.{item}{''.join('.' + f for f in chosen)}{flag}{match}"
    measure = parse(text)
    assert parse(measure.name) == measure
    assert measure.layer == layer
    assert measure.explains.endswith(".")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("events", r"expected LAYER\.ITEM"),
        ("events.tigger", r"no item 'events\.tigger'; did you mean events\.trigger"),
        ("events.trigger.tpye", "no field 'tpye' here; did you mean type"),
        ("events.trigger+attached", "no flag 'attached' here"),
        ("events.trigger@fuzzy", "no match 'fuzzy' here"),
        ("events.trigger.type.type", "a field is given twice"),
        ("events.trigger@overlap>=0.5", "a threshold goes with dice or iou"),
        ("events.trigger@dice>=1.5", "above 0, at most 1"),
    ],
)
def test_what_is_no_measure_is_named(text, message) -> None:
    with pytest.raises(UsageError, match=message):
        parse(text)


def value(measure: str, gold: dict, predicted: dict) -> tuple[float, float, float]:
    scores = score(corpus(document(**gold)), [document(**predicted)], [parse(measure)])
    return tuple(scores.matrix[measure].micro())


def test_dice_and_iou_give_part_of_a_hit_or_pass_a_threshold() -> None:
    gold = {"actors": [actor("PER", (0, 4)), actor("ORG", (10, 15))]}
    found = {"actors": [actor("PER", (0, 4)), actor("ORG", (10, 14))]}
    tp, *sizes = value("actors.mention@dice", gold, found)
    assert tp == pytest.approx(1 + 8 / 9, abs=1e-9)
    assert sizes == [2, 2]
    assert value("actors.mention@iou", gold, found)[0] == pytest.approx(1.8, abs=1e-9)
    assert value("actors.mention@iou>=0.8", gold, found) == (2, 2, 2)
    assert value("actors.mention@iou>=0.81", gold, found) == (1, 2, 2)


def test_graded_alignment_is_the_heaviest_even_with_fewer_pairs() -> None:
    # SCORERS F1: greedy reaches .9474, the best assignment .8 + .4286.
    gold = {"quotes": [quote((2, 12)), quote((5, 11))]}
    found = {"quotes": [quote((2, 11)), quote((1, 5))]}
    tp = value("quotes.content@dice", gold, found)[0]
    assert tp / 2 == pytest.approx(0.6143, abs=1e-4)


def test_sets_take_duplicates_for_one_item() -> None:
    once, twice = [event("AID", (0, 4))], [event("AID", (0, 4))] * 2
    assert value("events.trigger.type+set", {"events": once}, {"events": twice}) == (1, 1, 1)
    assert value("events.trigger.type", {"events": once}, {"events": twice}) == (1, 2, 1)


def test_heads_tokens_and_strings() -> None:
    text = "the old president of Chile met the president of Chile"
    gold = Document(id="d", text=text, quotes=(), events=(), actors=(actor("PER", (0, 26)),))
    found = Document(id="d", quotes=(), events=(), actors=(actor("PER", (8, 17)),))
    later = Document(id="d", quotes=(), events=(), actors=(actor("PER", (31, 53)),))

    def counts(measure: str, prediction: Document) -> tuple[float, ...]:
        scores = score(corpus(gold), [prediction], [parse(measure)])
        return tuple(scores.matrix[measure].micro())

    assert counts("actors.mention", found) == (0, 1, 1)
    assert counts("actors.mention@head", found) == (1, 1, 1)
    assert counts("actors.mention@token", found) == (1, 1, 5)
    assert counts("actors.mention@text", later) == (0, 1, 1)
    assert counts("actors.mention@head", later) == (0, 1, 1)
    (same,) = (Document(id="d", quotes=(), events=(), actors=(actor("PER", p),)) for p in [(8, 17)])
    again = Document(id="d", text=text, quotes=(), events=(), actors=(actor("PER", (35, 44)),))
    scores = score(corpus(again), [same], [parse("actors.mention@text")])
    assert tuple(scores.matrix["actors.mention@text"].micro()) == (1, 1, 1)


@given(pairs_of_corpora())
def test_every_match_is_perfect_on_itself_and_never_exceeds_what_there_is(pair) -> None:
    measures = [
        parse(f"{item}{match}")
        for item in ("actors.mention.type", "events.argument.role+attached", "quotes.content")
        for match in ("@dice", "@iou", "@dice>=0.5", "@head", "@token", "@text", "+set")
    ]
    gold, predicted = pair
    for counts in score(corpus(*gold), predicted, measures).matrix.values():
        tp, found, labelled = counts.micro()
        assert 0 <= tp <= min(found, labelled) + 1e-9
    for counts in score(corpus(*gold), gold, measures).matrix.values():
        tp, found, labelled = counts.micro()
        assert tp == found == labelled


def test_coreference_of_actors_by_metric() -> None:
    # SCORERS F9: K = {012}{34}, S = {01}{234}.
    places = [(i, i + 2) for i in range(0, 15, 3)]
    gold = {"actors": [actor("PER", *places[:3]), actor("PER", *places[3:])]}
    found = {"actors": [actor("PER", *places[:2]), actor("PER", *places[2:])]}

    def f1(measure: str) -> float | None:
        scores = score(corpus(document(**gold)), [document(**found)], [parse(measure)])
        return scores.matrix[measure].micro().f1

    assert f1("actors.coref.muc") == pytest.approx(2 / 3)
    assert f1("actors.coref.ceafm") == pytest.approx(0.8)
    assert f1("actors.coref.conll") == pytest.approx(0.7333, abs=1e-4)
    assert f1("actors.coref.blanc") == pytest.approx(0.5833, abs=1e-4)


def test_singletons_can_be_left_out_of_coreference() -> None:
    gold = {"actors": [actor("PER", (0, 2), (3, 5)), actor("PER", (6, 8))]}
    found = {"actors": [actor("PER", (0, 2), (3, 5))]}
    assert value("actors.coref.b3", gold, found)[1] == pytest.approx(2 / 3)
    for metric in ("muc", "b3", "ceafm", "ceafe", "lea", "blanc"):
        assert value(f"actors.coref.{metric}+plural", gold, found) == (1, 1, 1), metric


def test_coreference_can_be_scored_on_mentions_that_only_overlap() -> None:
    gold = {"actors": [actor("PER", (0, 4), (10, 14))]}
    found = {"actors": [actor("PER", (0, 3), (10, 13))]}
    assert value("actors.coref.b3", gold, found)[2] == 0
    assert value("actors.coref.b3@overlap", gold, found) == (1, 1, 1)


def test_events_of_one_hopper_corefer() -> None:
    def hoppers(*names: str | None) -> dict:
        return {"events": [event("AID", (5 * i, 5 * i + 3), hopper=h) for i, h in enumerate(names)]}

    assert value("events.coref.b3", hoppers("x", "x", None), hoppers("y", "y", None)) == (1, 1, 1)
    split = value("events.coref.muc", hoppers("x", "x", "x"), hoppers("y", "y", None))
    assert (split[0], split[1]) == (1, 0.5)


@settings(max_examples=20)
@given(pairs_of_corpora())
def test_coreference_lies_between_nothing_and_all_and_is_all_for_gold_itself(pair) -> None:
    names = [f"actors.coref.{m}{f}" for m in ("muc", "b3", "ceafm", "ceafe", "lea", "blanc")
             for f in ("", "+plural", "@overlap", "+plural@overlap")]  # fmt: skip
    gold, predicted = pair
    measures = [parse(name) for name in names]
    for name, counts in score(corpus(*gold), predicted, measures).matrix.items():
        assert all(x is None or -1e-12 <= x <= 1 + 1e-12 for x in counts.micro()), name
    for name, counts in score(corpus(*gold), gold, measures).matrix.items():
        assert all(x is None or x == 1 for x in counts.micro()), name


def test_the_table_of_adversarial_predictions_is_what_the_scorer_gives(root) -> None:
    ended = subprocess.run(
        [sys.executable, root / "benchmarks" / "adversarial.py"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stdout.count("\n") == 9
    assert ended.stdout in (root / "docs" / "adversarial.md").read_text()


def test_strings_without_offsets_are_found_and_what_is_invented_is_said(bench, tmp_path) -> None:
    trigger, filler = {"start": 5, "end": 13}, {"role": "actor", "start": 0, "end": 4}
    labelled = [{"type": "ASSAULT", "trigger": trigger, "arguments": [filler]}]
    said = [{"role": "actor", "text": "Peru"}, {"role": "recipient", "text": "Ecuador"}]
    found = [{"type": "ASSAULT", "trigger": {"text": "attacked"}, "arguments": said}]
    gold = {"id": "d", "text": "Peru attacked Chile.", "events": labelled}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold))
    (tmp_path / "found.jsonl").write_text(json.dumps({"id": "d", "events": found}))
    code, out, err = bench("score", "gold.jsonl", "found.jsonl", "--format", "csv")
    assert code == 0
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (rows["events.trigger"]["tp"], rows["events.trigger"]["predicted"]) == ("1", "1")
    argument = rows["events.argument.role+attached"]
    assert (argument["tp"], argument["predicted"], argument["gold"]) == ("1", "2", "1")
    assert "1 of 3 predicted strings (33.33 %) are not in the text" in err
