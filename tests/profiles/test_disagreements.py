"""Where the public scorers disagree: one input, and the figure that each of them gives for it."""

import pytest
from making import actor, corpus, document, event, quote, span
from msgspec.structs import replace

from bench import Actor, Document, Event, Mention, score
from bench.errors import InputError
from bench.measures import parse
from bench.profiles import find
from bench.profiles.coval_scorer import score as coval
from bench.profiles.kbp import AVERAGE
from bench.profiles.kbp import score as kbp


def shown(profile, gold, predicted):
    gold, predicted = ([one] if isinstance(one, Document) else one for one in (gold, predicted))
    return {figure.name: figure.shown for figure in find(profile).score(gold, predicted)}


def f1(profile, row, gold, predicted):
    return shown(profile, gold, predicted)[row][2].strip()


def standard(measure, gold, predicted):
    """F1 in percent with two digits."""
    scores = score(corpus(gold), [predicted], [parse(measure)])
    tp, found, known = scores.matrix[measure].micro()
    return f"{200 * tp / (found + known):.2f}"


def events(*found, **more):
    return document(events=[event(kind, place) for kind, place in found], **more)


def mentions(*found, id="d"):
    return document(id, actors=[actor(kind, place) for kind, place in found])


def clusters(*found, id="d"):
    return document(id, actors=[actor("PER", *((5 * i, 5 * i + 4) for i in one)) for one in found])


# --- F1: greedy or optimal ----------------------------------------------------------------------


def test_greed_reaches_less_and_a_stricter_row_may_reach_more():
    gold = events(("A", (2, 12)), ("B", (5, 11)))
    predicted = events(("B", (2, 11)), ("A", (1, 5)))
    assert f1("kbp", "plain", gold, predicted) == "47.37"
    assert f1("kbp", "mention_type", gold, predicted) == "61.43"
    assert standard("events.trigger@dice", gold, predicted) == "61.43"


# --- F2: the order of lists ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "row", "first", "second"),
    [
        ("nervaluate", "strict", "0.00", "0.67"),
        ("nervaluate-1.1", "strict", "0.00", "0.67"),
        ("nervaluate-0.2", "strict", "0.67", "0.67"),
        ("spacy", "spans_sc", "66.67", "66.67"),
    ],
)
def test_the_order_of_predictions_decides_for_one_scorer(profile, row, first, second):
    gold, x, z = mentions(("X", (0, 4))), ("X", (0, 4)), ("Z", (3, 5))
    # spaCy counts in tokens: here each character is one.
    gold = replace(gold, meta={"tokens": [[i, i + 1] for i in range(120)]})
    pair = [replace(mentions(*one), meta=gold.meta) for one in ((z, x), (x, z))]
    assert [f1(profile, row, gold, one) for one in pair] == [first, second]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [("nervaluate", "0.67"), ("nervaluate-1.1", "0.00"), ("nervaluate-0.2", "0.67")],
)
def test_an_overlapping_item_of_gold_stands_before_the_equal_one(profile, expected):
    gold = mentions(("X", (0, 4)), ("Y", (2, 6)))
    assert f1(profile, "strict", gold, mentions(("Y", (2, 6)))) == expected


def test_the_order_of_gold_decides_for_others():
    a, b = (
        quote((0, 10), source=(30, 34), cue=(40, 44)),
        quote((10, 20), source=(30, 34), cue=(40, 44)),
    )
    predicted = document(
        quotes=[replace(a, content=span((0, 20))), replace(a, content=span((0, 9)))]
    )
    orders = [document(quotes=found) for found in ([a, b], [b, a])]
    assert [f1("gendergap", "Quotes: 0.8", one, predicted) for one in orders] == ["50.0", "100.0"]
    twice = [events(("A", (0, 4)), ("B", (0, 4))), events(("B", (0, 4)), ("A", (0, 4)))]
    assert [f1("oneie", "Trigger", one, events(("B", (0, 4)))) for one in twice] == [
        "0.00",
        "66.67",
    ]


# --- F3: duplicates -----------------------------------------------------------------------------

_ALL, _TWICE = ("100.00", "100.00", "100.00"), ("50.00", "100.00", "66.67")


@pytest.mark.parametrize(
    ("profile", "row", "expected"),
    [
        ("textee", "Tri-C", _ALL),
        ("spacy", "spans_sc", _ALL),
        ("omnievent", "ED", _TWICE),
        ("kbp", "plain", _TWICE),
        ("brateval", "exact/exact all", ("0.5000", "1.0000", "0.6667")),
        ("nervaluate", "strict", ("0.50", "1.00", "0.67")),
        ("metametric-events", "trigger_classification", ("0.5000", "1.0000", "0.6667")),
        ("oneie", "Trigger", ("100.00", "200.00", "133.33")),
        ("nervaluate-0.2", "strict", ("1.00", "1.00", "1.00")),
    ],
)
def test_an_item_predicted_twice(profile, row, expected):
    one, two = (
        document(actors=[actor("X", (0, 4))] * n, events=[event("X", (0, 4))] * n) for n in (1, 2)
    )
    assert tuple(cell.strip() for cell in shown(profile, one, two)[row]) == expected


@pytest.mark.parametrize(
    ("profile", "row", "recall"),
    [
        ("textee", "Tri-C", "100.00"),
        ("omnievent", "ED", "50.00"),
        ("oneie", "Trigger", "50.00"),
        ("kbp", "plain", "50.00"),
        ("metametric-events", "trigger_classification", "0.5000"),
    ],
)
def test_an_item_labelled_twice(profile, row, recall):
    one, two = (events(*[("X", (0, 4))] * n) for n in (1, 2))
    assert shown(profile, two, one)[row][1].strip() == recall


def test_three_equal_quotes_on_either_side():
    three = document(quotes=[quote((0, 10), source=(30, 34), cue=(40, 44))] * 3)
    assert shown("gendergap", three, three)["Quotes: 0.8"] == ("100.0", "33.333", "50.0")


# --- F4: what an argument is --------------------------------------------------------------------

_VICTIM = ("Victim", 20, 24)


def test_a_victim_of_two_events_given_to_one():
    gold = document(events=[event("Attack", (0, 4), _VICTIM), event("Attack", (5, 9), _VICTIM)])
    one = document(events=[event("Attack", (0, 4), _VICTIM), event("Attack", (5, 9))])
    rows = shown("textee", gold, one)
    assert [rows[row][2] for row in ("Arg-I", "Arg-C")] == ["100.00"] * 2
    assert rows["Arg-C (attached)"] == ("100.00", " 50.00", " 66.67")
    assert f1("omnievent", "EAE", gold, one) == "66.67"
    away = document(events=[event("Attack", (40, 44), _VICTIM), event("Attack", (45, 49), _VICTIM)])
    rows = shown("textee", gold, away)
    assert [rows[row][2].strip() for row in ("Tri-I", "Arg-C", "Arg-C (attached)")] == [
        "0.00", "100.00", "0.00",
    ]  # fmt: skip


def test_events_without_arguments_count_for_metametric():
    gold = document(events=[event("A", (0, 4)), event("A", (5, 9), ("x", 10, 14), ("x", 15, 19))])
    one = document(events=[event("A", (0, 4)), event("A", (5, 9), ("x", 10, 14))])
    assert shown("metametric-events", gold, one)["argument_classification"][1] == "0.6667"
    assert shown("textee", gold, one)["Arg-C (attached)"][1] == " 50.00"


def test_coreferent_predictions_of_one_argument():
    text = "he and who or man fled"
    places = [(0, 2), (7, 10), (14, 17)]
    people = (Actor(type="PER", mentions=tuple(span(one, kind=Mention) for one in places)),)
    gold, found = (
        Document(id="d", text=text, actors=people, events=(event("A", (18, 22), *arguments),))
        for arguments in ([("x", *places[0])], [("x", *one) for one in places])
    )
    assert shown("genarg", gold, found)["Coref Role"] == ("100.00", "300.00", "150.00")


# --- F5: documents without gold -----------------------------------------------------------------


def _spurious():
    places = ((0, 4), (5, 9), (10, 14))
    full = {"actors": [actor("X", (0, 4))], "events": [event("X", (0, 4))]}
    wrong = {"actors": [actor("X", one) for one in places],
             "events": [event("X", one) for one in places]}  # fmt: skip
    return [document("a", **full), document("b")], [document("a", **full), document("b", **wrong)]


@pytest.mark.parametrize(
    ("profile", "row", "expected"),
    [
        ("textee", "Tri-C", "40.00"),
        ("spacy", "spans_sc", "40.00"),
        ("nervaluate", "strict", "0.40"),
        ("brateval", "exact/exact all", "0.4000"),
        ("kbp", "plain", "100.00"),
        ("metametric-events", "trigger_classification", "0.5000"),
    ],
)
def test_what_is_predicted_where_there_is_no_gold(profile, row, expected):
    assert f1(profile, row, *_spurious()) == expected


def test_a_document_that_is_rightly_empty_is_a_hit_for_metametric():
    gold = [events(("A", (0, 4)), id="a"), document("b")]
    wrong = [events(("A", (5, 9)), id="a"), document("b")]
    assert f1("metametric-events", "trigger_classification", gold, wrong) == "0.5000"
    assert f1("textee", "Tri-C", gold, wrong) == "0.00"


@pytest.mark.parametrize(
    ("profile", "row", "recall"),
    [
        ("kbp", "plain", "50.00"),
        ("conll-perl", "muc", "50"),
        ("gendergap", "Quotes: 0.8", "100.0"),
        ("oneie", "Trigger", "100.00"),
        ("coval", None, None),
        ("brateval", None, None),
        ("textee", None, None),
    ],
)
def test_a_document_without_a_prediction(profile, row, recall):
    full = {"actors": [actor("X", (0, 4), (5, 9))], "events": [event("X", (0, 4))],
            "quotes": [quote((0, 10), source=(30, 34), cue=(40, 44))]}  # fmt: skip
    gold = [document(name, **full) for name in "ab"]
    if row is None:
        with pytest.raises(InputError):
            find(profile).score(gold, gold[:1])
    else:
        assert shown(profile, gold, gold[:1])[row][1] == recall


# --- F6: nothing to divide by -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "row", "expected"),
    [
        ("textee", "Tri-C", "0.00"),
        ("seqeval", "micro avg", "0.00"),
        ("omnievent", "ED", "0.00"),
        ("brateval", "exact/exact all", "0.0000"),
        ("conlleval", "overall", "0.00"),
        ("spacy", "spans_sc", "-"),
        ("kbp", "plain", "nan"),
        ("metametric-events", "trigger_classification", "1.0000"),
    ],
)
def test_nothing_on_either_side(profile, row, expected):
    assert f1(profile, row, document(), document()) == expected


def test_nothing_predicted_is_undefined_for_one_and_an_error_for_another():
    assert shown("kbp", events(("A", (0, 4))), document())["plain"] == ("nan", "0.00", "nan")
    with pytest.raises(InputError, match="nothing to divide by"):
        find("gendergap").score([document()], [document()])


# --- F7: the last digit -------------------------------------------------------------------------


def _counted(matched, predicted, gold):
    """So many events are matched, predicted and gold; no two of them touch."""
    text = "word " * (predicted + gold)
    places = [(5 * i, 5 * i + 4) for i in range(predicted + gold - matched)]
    known, found = places[:gold], places[:matched] + places[gold:]
    return tuple(
        Document(id="d", text=text, events=tuple(event(f"T{a}", (a, b)) for a, b in side))
        for side in (known, found)
    )


def test_one_fraction_in_several_orders_of_operations():
    assert f1("textee", "Tri-C", *_counted(5, 6, 58)) == "15.63"
    assert f"{200 * 5 / 64:.2f}" == "15.62"
    assert f1("kbp", "plain", *_counted(1, 1, 63)) == "3.13"
    assert f"{200 / 64:.2f}" == "3.12"
    assert shown("kbp", *_counted(1, 1, 63))["plain"][1] == "1.59"


def test_omnievent_adds_a_little_to_what_it_divides_by():
    gold, found = (events(*[("A", (0, 4))] * n) for n in (61, 3))
    assert f1("omnievent", "ED", gold, found) == "9.37"
    assert f"{600 / 64:.3f}" == "9.375"


def test_perl_cuts_digits_off():
    gold, found = (clusters(*([i] for i in range(n))) for n in (100, 57))
    long = "word " * 100
    gold, found = replace(gold, text=long), replace(found, text=long)
    assert shown("conll-perl", gold, found)["mentions"] == ("100", "56.99", "72.61")
    assert shown("coval", gold, found)["mentions"] == ("100.00", "57.00", "72.61")
    gold, found = clusters((0, 1, 2), (3, 4)), clusters((0, 1), (2, 3, 4))
    assert f1("conll-perl", "muc", gold, found) == "66.66"
    assert f1("coval", "muc", gold, found) == "66.67"


def test_gendergap_rounds_before_it_takes_the_harmonic_mean():
    gold = [quote((at, at + 14), source=(100, 104), cue=(106, 109)) for at in range(0, 90, 15)]
    pair = document(quotes=gold), document(quotes=gold[:1])
    assert f1("gendergap", "Quotes: 0.8", *pair) == "28.572"  # 2/7 is 28.571 %


# --- F8: tokens and characters ------------------------------------------------------------------

_RAID = "U.S.-led raid"
_COARSE, _FINE = [[0, 8], [9, 13]], [[0, 4], [4, 5], [5, 8], [9, 13]]


def _raid(*found, tokens=None):
    meta = {} if tokens is None else {"tokens": tokens}
    made = {
        "actors": tuple(actor(kind, place) for kind, place in found),
        "events": tuple(event(kind, place) for kind, place in found),
    }
    return Document(id="d", text=_RAID, meta=meta, **made)


def test_one_boundary_in_two_tokenisations():
    known, found = (("GPE", (0, 8)), ("EV", (9, 13))), (("GPE", (0, 4)), ("EV", (9, 13)))
    pair = _raid(*known, tokens=_COARSE), _raid(*found, tokens=_FINE)
    assert f1("spacy", "ents", *pair) == "100.00"
    assert f1("spacy", "spans_sc", *pair) == "66.67"
    assert f1("kbp", "plain", _raid(*known), _raid(*found)) == "83.33"
    # In characters the raid is right; in numbers of tokens it is the country.
    assert f1("textee", "Tri-C", _raid(*known), _raid(*found)) == "50.00"
    assert f1("textee", "Tri-C", *pair) == "50.00"
    raid = _raid(known[1], tokens=_COARSE), _raid(found[1], tokens=_FINE)
    assert f1("textee", "Tri-C", *raid) == "0.00"


def test_a_nested_mention_is_lost_in_tags():
    gold, inner = mentions(("PER", (0, 14)), ("GPE", (5, 9))), mentions(("GPE", (5, 9)))
    assert f1("spacy", "spans_sc", gold, inner) == "66.67"
    assert f1("seqeval", "micro avg", gold, inner) == "0.00"


def test_a_chunk_that_begins_with_an_i():
    gold, found = (Document(id="d", meta={"tags": tags}) for tags in (["B-P"], ["I-P"]))
    assert f1("seqeval", "micro avg", gold, found) == "1.00"
    assert f1("conlleval", "overall", gold, found) == "100.00"
    assert f1("seqeval-strict", "micro avg", gold, found) == "0.00"
    with pytest.raises(InputError, match="seqscore refuses"):
        find("seqscore").score([gold], [found])


def test_sentences_split_otherwise():
    words = [[5 * i, 5 * i + 4] for i in range(8)]
    gold = replace(clusters((4, 5)), meta={"tokens": words})
    found = replace(clusters((4, 5)), meta={"sentences": [[0, 4], [4, 8]]})
    assert f1("coval", "mentions", gold, found) == "0.00"
    assert f1("conll-perl", "mentions", gold, found) == "100"


# --- F9: coreference ----------------------------------------------------------------------------


def _hoppers(names, shifts=(), whole=True):
    return document(events=[
        event("A", (10 * i, 10 * i + 8 - shift), hopper=name)
        for i, (name, shift) in enumerate(zip(names, shifts or [0] * len(names), strict=True))
        if name != "-" or whole
    ])  # fmt: skip


def test_the_conll_average_is_of_three_metrics_or_of_four():
    gold, found = clusters((0, 1, 2), (3, 4)), clusters((0, 1), (2, 3, 4))
    assert f1("coval", "CoNLL", gold, found) == "73.33"
    assert f1("conll-perl", "ceafm", gold, found) == "80"
    assert f1("conll-perl", "blanc", gold, found) == "58.33"
    assert f1("kbp", AVERAGE, _hoppers("aaabb"), _hoppers("aabbb")) == "69.58"


def test_a_mention_of_two_actors():
    gold, found = clusters((0,), (1, 2, 3)), clusters((0, 3), (1, 2, 3))
    assert shown("coval", gold, found)["muc"] == ("66.67", "100.00", "80.00")
    assert shown("conll-perl", gold, found)["muc"] == ("50", "50", "50")


def test_perfect_hoppers_of_triggers_a_character_short():
    gold, found = _hoppers("aabb"), _hoppers("aabb", (1, 1, 1, 1))
    rows = {
        threshold: {row.name: row.shown[2] for row in kbp([gold], [found], threshold=threshold)}
        for threshold in (1.0, 0.5)
    }
    assert rows[1.0][AVERAGE] == "0.00"
    assert rows[0.5][AVERAGE] == "100.00"


def test_what_is_missed_is_aligned_with_the_last_prediction_at_a_threshold_of_nothing():
    gold, found = _hoppers("accca"), _hoppers("-cc--", whole=False)
    rows = [
        {row.name: row.shown[2] for row in kbp([gold], [found], threshold=threshold)}
        for threshold in (0.0, 1.0)
    ]
    assert [row[AVERAGE] for row in rows] == ["58.17", "41.36"]


def test_singletons_kept_or_not():
    gold, found = clusters((0, 1), (2,), (3,), (4,)), clusters((0, 1), (2,), (3,))
    rows = [
        {row.name: row.shown[2] for row in coval([gold], [found], singletons=kept)}
        for kept in (True, False)
    ]
    assert [row["CoNLL"] for row in rows] == ["91.53", "100.00"]


def test_too_many_repeated_mentions_are_refused_by_perl_alone():
    gold = clusters(range(12))
    found = clusters(range(12), range(11))
    with pytest.raises(InputError, match="11 predicted mentions"):
        find("conll-perl").score([gold], [found])
    assert shown("coval", gold, found)["mentions"] == ("100.00",) * 3


# --- F10: credit for parts of a span ------------------------------------------------------------


def test_a_quote_of_the_whole_article():
    text = "word " * 1000
    said = {"source": (30, 34), "cue": (40, 44)}
    gold, found = (
        Document(id="d", text=text, quotes=(quote(place, **said),), events=(event("A", place),))
        for place in ((100, 200), (0, 5000))
    )
    rows = shown("gendergap", gold, found)
    assert rows["Quotes: 0.3"] == rows["Quotes: 0.8"] == ("100.0",) * 3
    assert f1("kbp", "plain", gold, found) == "3.92"
    assert f1("textee", "Tri-C", gold, found) == "0.00"


def test_a_piece_too_many_or_too_few():
    def both(*pieces):
        one = Actor(type="A", mentions=(span(*pieces, kind=Mention),))
        return document(actors=[one], events=[Event(type="A", trigger=span(*pieces))])

    short, long = both((0, 4)), both((0, 4), (10, 14))
    assert f1("brateval", "exact/exact all", short, long) == "1.0000"
    assert f1("brateval", "exact/exact all", long, short) == "0.0000"
    assert f1("kbp", "plain", short, long) == f1("kbp", "plain", long, short) == "66.67"


@pytest.mark.parametrize(
    ("profile", "one", "two"),
    [("nervaluate", "0.50", "0.50"), ("nervaluate-1.1", "0.50", "0.00")],
)
def test_half_a_point_in_one_document_and_in_two(profile, one, two):
    gold = [mentions(("X", (0, 4)), id=name) for name in "ab"]
    found = [mentions(("X", (2, 6)), id=name) for name in "ab"]
    assert f1(profile, "partial", gold[:1], found[:1]) == one
    assert f1(profile, "partial", gold, found) == two


def test_one_of_two_mentions_of_an_entity():
    people = [actor("PER", (0, 4), (5, 9)), actor("PER", (10, 14))]
    fillers = [("x", 0, 4), ("x", 10, 14)]
    gold = document(actors=people, events=[event("A", (20, 24), *fillers)])
    one = [actor("PER", (0, 4)), actor("PER", (10, 14))]
    found = document(actors=one, events=[event("A", (20, 24), *fillers)])
    assert f1("ceaf-ree", "strict micro_avg", gold, found) == "100.00"
    assert f1("coval", "ceafe", gold, found) == "83.33"


def test_figures_above_a_hundred_percent():
    text = "the phone, phone rang"
    phones = (Actor(type="X", mentions=(span((0, 9), kind=Mention), span((11, 16), kind=Mention))),)
    rang = event("A", (17, 21), ("x", 11, 16))
    gold = Document(id="d", text=text, actors=phones, events=(rang,))
    assert f1("ceaf-ree", "prop x", gold, Document(id="d", text=text, events=(rang,))) == "200.00"
    two = document(quotes=[quote((50, 70), source=(30, 34), cue=(40, 44)),
                           quote((75, 95), source=(30, 34), cue=(71, 74))])  # fmt: skip
    assert shown("gendergap", two, two)["Speakers (indep)"] == ("200.0",) * 3
