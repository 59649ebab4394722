"""What counts are split by, and figures that are means: on cases counted by hand."""

import pytest
from making import actor, corpus, document, event, quote, scored

from bench import Document, InputError, UsageError, score
from bench.measures import STANDARD, on_gold_triggers, parse, split_by

TEXT = "Peru and Chile meet\nOfficials of Peru met Chile on Monday.\nPeru said that it left."


def at(words: str, after: int = 0) -> tuple[int, int]:
    start = TEXT.index(words, after)
    return start, start + len(words)


def labels(measure: str, gold: dict, found: dict, **more: object) -> dict[str, tuple[float, ...]]:
    """What each label counts: those that occur."""
    full = {"id": "d", "text": TEXT, **more}
    one = Document(**full, **{k: tuple(v) for k, v in gold.items()})
    two = Document(id="d", **{k: tuple(v) for k, v in found.items()})
    counts = score(corpus(one), [two], [parse(measure)]).matrix[measure]
    return {label: tuple(t) for label, t in counts.by_label().items() if any(t)}


def test_levels_are_told_apart() -> None:
    gold = {"actors": [actor("GPE", at("Peru"), at("Chile"))]}
    assert labels("actors.mention/level", gold, gold) == {"NAM": (2, 2, 2)}
    assert labels("actors.mention.level", gold, gold) == {"NAM": (2, 2, 2)}


def test_lengths_are_counted_in_words() -> None:
    gold = {"quotes": [quote(at("it left")), quote(at("Officials of Peru met Chile on Monday."))]}
    found = {"quotes": [quote(at("it left."))]}
    assert labels("quotes.content/length", gold, gold) == {"2": (1, 1, 1), "6-10": (1, 1, 1)}
    # A pair belongs where gold does: here both have two words.
    assert labels("quotes.content@overlap/length", gold, found) == {
        "2": (1, 1, 1), "6-10": (0, 0, 1),
    }  # fmt: skip
    half = {"quotes": [quote(at("left"))]}
    assert labels("quotes.content@overlap/length", gold, half)["2"] == (1, 1, 1)
    assert labels("quotes.content/length", gold, half)["1"] == (0, 1, 0)


def test_a_quote_in_pieces_has_the_words_of_its_pieces() -> None:
    gold = {"quotes": [quote(at("Officials of"), at("met"))]}
    assert labels("quotes.content/length", gold, gold) == {"3-5": (1, 1, 1)}


def test_distances_are_the_words_between() -> None:
    met = at("met")
    arguments = [("actor", *at("Peru", 25)), ("actor", *at("Officials")), ("recipient", *met)]
    gold = {"events": [event("CONSULT", met, *arguments, ("location", *at("Peru said")))]}
    assert labels("events.argument/distance", gold, gold) == {
        "0": (2, 2, 2), "1-2": (1, 1, 1), "3-5": (1, 1, 1),
    }  # fmt: skip
    said = {"quotes": [quote(at("it left"), source=at("Peru said")), quote(at("met"))]}
    assert labels("quotes.content/distance", said, said) == {"1-2": (1, 1, 1), "none": (1, 1, 1)}


def test_sections_are_those_of_the_document_or_lines() -> None:
    places = (at("Peru"), at("Peru", 25), at("Peru said"))
    gold = {"actors": [actor("GPE", *places)]}
    one = (1, 1, 1)
    measure = "actors.mention/section"
    assert labels(measure, gold, gold) == {"headline": one, "lead": one, "body": one}
    assert labels(measure, gold, gold, meta={"section": "world"}) == {"world": (3, 3, 3)}
    own = {"sections": [[0, 19, "title"], [20, 57, "text"]]}
    assert labels(measure, gold, gold, meta=own) == {"title": one, "text": one, "none": one}
    with pytest.raises(InputError, match=r"'d': \$\.meta\.sections is expected to be a list of"):
        labels(measure, gold, gold, meta={"sections": {"title": 3}})


def test_realis_of_an_argument_is_that_of_its_event() -> None:
    gold = {"events": [event("AID", (0, 4), ("actor", 5, 8), realis="other")]}
    assert labels("events.argument.role/realis", gold, gold) == {"other": (1, 1, 1)}
    assert labels("events.trigger/realis", gold, gold) == {"other": (1, 1, 1)}


def test_a_split_stands_after_its_measure_and_only_where_it_makes_sense() -> None:
    chosen = split_by((parse("actors.mention"), parse("actors.actor")), "level")
    assert [m.name for m in chosen] == ["actors.mention", "actors.mention/level", "actors.actor"]
    with pytest.raises(UsageError, match="distance: none of the measures can be split by it"):
        split_by((parse("actors.actor"),), "distance")


def figures(measure: str, gold: list[Document], found: list[Document]) -> tuple[float | None, ...]:
    one = parse(measure)
    counts = score(corpus(*gold), found, [one]).matrix[one.name]
    made = counts.averaged(one.average, one.zero)
    return made.precision, made.recall, made.f1


def test_the_mean_over_documents_rewards_what_is_rightly_empty() -> None:
    hit, none = [event("AID", (0, 4))], []
    gold = [document("a", events=hit), document("b", events=none), document("c", events=hit),
            document("d", events=none)]  # fmt: skip
    found = [document("a", events=hit), document("b", events=none), document("c", events=none),
             document("d", events=hit)]  # fmt: skip
    # a is right, b rightly empty, c wrongly empty, d wrongly filled.
    assert figures("events.trigger:documents", gold, found) == (0.5, 0.5, 0.5)
    assert figures("events.trigger", gold, found) == (0.5, 0.5, 0.5)
    assert figures("events.trigger:documents", gold[1:2], found[1:2]) == (1, 1, 1)


def test_the_mean_over_labels_and_a_figure_for_nothing() -> None:
    gold = [document(events=[event("AID", (0, 4)), event("CONSULT", (5, 9))])]
    found = [document(events=[event("AID", (0, 4)), event("PROTEST", (10, 14))])]
    assert figures("events.trigger.type:macro", gold, found) == (0.5, 0.5, 0.5)
    empty = [document()]
    assert figures("events.trigger", empty, empty) == (None, None, None)
    assert figures("events.trigger:micro=0", empty, empty) == (0, 0, 0)
    assert figures("events.trigger:micro=1", gold, empty) == (1, 0, 0)


def test_whole_events_are_aligned_by_trigger_and_arguments_together() -> None:
    # Neither trigger is right; what tells the two events apart are their arguments.
    gold = [document(events=[
        event("AID", (0, 4), ("actor", 20, 24), ("recipient", 25, 29)),
        event("AID", (5, 9), ("actor", 30, 34)),
    ])]  # fmt: skip
    found = [document(events=[
        event("AID", (10, 14), ("actor", 30, 34)),
        event("AID", (15, 19), ("actor", 20, 24), ("recipient", 25, 29), ("location", 35, 39)),
    ])]  # fmt: skip
    scores = score(corpus(*gold), found, [parse("events.whole")])
    alignment = scores.alignments["events.whole"]
    pairs = set(zip(*(rows.tolist() for rows in alignment.pairs), strict=True))
    assert pairs == {(0, 1), (1, 0)}
    # 2·2 / (3 + 4) and 2·1 / (2 + 2), in parts of 2^-30.
    assert alignment.weight.sum() == pytest.approx(4 / 7 + 1 / 2, abs=2**-30)
    assert scores.matrix["events.whole"].micro().precision == pytest.approx((4 / 7 + 0.5) / 2)


@pytest.mark.parametrize(
    ("measure", "alike"),
    [
        ("events.whole", 2 * 1 / 4),
        ("events.whole@overlap", 1),
        ("events.whole@dice", 2 * (1 + 2 * 3 / 7) / 4),
        ("events.whole@coref", 2 * 1 / 4),
    ],
)
def test_parts_of_whole_events_match_as_asked(measure, alike) -> None:
    gold = [document(events=[event("AID", (0, 4), ("actor", 20, 24))])]
    found = [document(events=[event("AID", (0, 4), ("actor", 21, 24))])]
    assert figures(measure, gold, found)[2] == pytest.approx(alike)


def test_an_argument_of_a_whole_event_is_aligned_once() -> None:
    gold = [document(events=[event("AID", (0, 4), ("actor", 20, 24))])]
    found = [document(events=[event("AID", (0, 4), *[("actor", 20, 24)] * 3)])]
    assert figures("events.whole", gold, found)[2] == pytest.approx(2 * 2 / (2 + 4))


def test_an_actor_fills_a_role_by_whatever_mention_the_system_knows_it_by() -> None:
    gold = [document(
        actors=[actor("PER", (0, 4), (5, 9)), actor("PER", (10, 14))],
        events=[event("AID", (20, 24), ("actor", 0, 4))],
    )]  # fmt: skip
    # (30, 34) is no mention of gold, but the system's actor shares (5, 9) with the right one.
    right = [document(
        actors=[actor("PER", (5, 9), (30, 34))],
        events=[event("AID", (20, 24), ("actor", 30, 34))],
    )]  # fmt: skip
    wrong = [document(
        actors=[actor("PER", (10, 14), (0, 4), (31, 35)), actor("PER", (0, 4), (5, 9))],
        events=[event("AID", (20, 24), ("actor", 31, 35))],
    )]  # fmt: skip
    for name in ("events.argument.role", "events.whole"):
        assert figures(f"{name}@coref", gold, right)[2] < 1
        assert figures(f"{name}@actor", gold, right)[2] == 1
        assert figures(f"{name}@actor", gold, wrong)[2] < 1
    # What the system gives no actor is looked up in gold.
    bare = [document(events=[event("AID", (20, 24), ("actor", 5, 9))])]
    assert figures("events.argument.role@actor", gold, bare)[2] == 1


def test_a_source_is_right_by_whatever_mention_the_system_knows_it_by() -> None:
    gold = [
        document(actors=[actor("PER", (0, 4), (5, 9))], quotes=[quote((20, 29), source=(0, 4))])
    ]
    found = [document(actors=[actor("PER", (5, 9), (30, 34))],
                      quotes=[quote((20, 29), source=(30, 34))])]  # fmt: skip
    assert figures("quotes.source@coref", gold, found)[2] == 0
    assert figures("quotes.source@actor", gold, found)[2] == 1
    assert figures("quotes.attribution@actor", gold, found)[2] == 1


def test_on_gold_triggers_only_arguments_of_events_that_gold_has_count() -> None:
    gold = [document(events=[event("AID", (0, 4), ("actor", 20, 24)),
                             event("CONSULT", (5, 9), ("actor", 25, 29))])]  # fmt: skip
    found = [document(events=[event("AID", (0, 4), ("actor", 20, 24), ("recipient", 30, 34)),
                              event("AID", (5, 9), ("actor", 25, 29)),
                              event("PROTEST", (10, 14), ("actor", 20, 24))])]  # fmt: skip
    counts = score(corpus(*gold), found, on_gold_triggers(STANDARD)).matrix
    assert all("+oracle" in name and name.startswith("events.argument") for name in counts)
    assert tuple(counts["events.argument.role+oracle"].micro()) == (1, 2, 2)
    assert tuple(scored(gold, found).matrix["events.argument.role"].micro()) == (1, 4, 2)
    with pytest.raises(UsageError, match="none of the measures is of arguments"):
        on_gold_triggers((parse("events.trigger"),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("events.trigger:macro", "there are no labels to take the mean over"),
        ("events.trigger:median", "no average 'median' here; known: documents, macro, micro"),
        ("events.trigger/distance", "no slice 'distance' here"),
        ("events.trigger.type:macro=2", "expected LAYER.ITEM"),
        ("actors.actor+oracle", "no flag 'oracle' here"),
    ],
)
def test_measures_that_make_no_sense_say_why(text, message) -> None:
    with pytest.raises(UsageError) as raised:
        parse(text)
    assert message in str(raised.value)


def test_few_documents_are_also_counted_by_sentence() -> None:
    arguments = [("actor", *at("Peru", 25))]
    gold = Document(
        id="d",
        text=TEXT,
        actors=(actor("GPE", at("Peru"), at("Peru", 25), at("Peru said")),),
        events=(event("CONSULT", at("met"), *arguments),),
        quotes=(),
    )
    # A pair belongs to the sentence of gold; what is spurious to its own.
    found = Document(
        id="d", actors=(actor("GPE", at("Chile on"), at("Peru said")),), events=(), quotes=()
    )
    scores = score(corpus(gold), [found], [parse("actors.mention"), parse("actors.actor")])
    assert scores.unit == "sentence"
    counts = scores.samples["actors.mention"]
    assert counts.units == ("d#0000", "d#0001", "d#0002")
    assert [tuple(t) for t in counts.by_unit().values()] == [(0, 0, 1), (0, 1, 1), (1, 1, 1)]
    # An actor belongs where its first mention is.
    whole = scores.samples["actors.actor"].by_unit()
    assert [tuple(t) for t in whole.values()] == [(1, 1, 1), (0, 0, 0), (0, 0, 0)]
    many = [Document(id=f"d{i}", text=TEXT, actors=()) for i in range(30)]
    assert score(corpus(*many), many).samples == {}
    assert score(corpus(*many), many).unit == "document"
