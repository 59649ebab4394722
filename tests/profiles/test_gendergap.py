"""The profile of GenderGapTracker gives what its scorer of quotes gives."""

from statistics import harmonic_mean

import pytest
from hypothesis import given
from making import document, pairs_of_corpora, quote

from bench import Document, Quote, Span
from bench.errors import InputError
from bench.profiles.gendergap import GENDERGAP

ALL = ("100.0",) * 3
LOW, HIGH = "Quotes: 0.3", "Quotes: 0.8"
SAID = {"source": (30, 34), "cue": (40, 44)}


def shown(gold, predicted):
    return {figure.name: figure.shown for figure in GENDERGAP.score(gold, predicted)}


def of_quotes(gold, predicted):
    return shown([document(quotes=gold)], [document(quotes=predicted)])


def said(*content, **more):
    return quote(content, **{**SAID, **more})


def test_two_quotes_one_a_little_short():
    gold = [said(0, 20), said(50, 70)]
    rows = of_quotes(gold, [said(0, 20), said(50, 60)])
    assert rows[LOW] == ALL
    assert rows[HIGH] == ("50.0", "50.0", "50.0")


@pytest.mark.parametrize(("end", "found"), [(53, "66.667"), (54, "100.0")])
def test_exactly_the_threshold_is_too_little(end, found):
    gold = [said(0, 10), said(20, 30), said(50, 60)]
    assert of_quotes(gold, [said(0, 10), said(20, 30), said(50, end)])[LOW][1] == found


def test_a_quote_of_the_whole_article_is_a_perfect_match():
    text = "word " * 1000
    gold, predicted = (
        Document(id="d", text=text, quotes=(said(*place),)) for place in ((100, 200), (0, 5000))
    )
    rows = shown([gold], [predicted])
    assert rows[LOW] == rows[HIGH] == ALL


def test_the_order_of_gold_quotes_decides():
    gold, predicted = [said(0, 10), said(10, 20)], [said(0, 20), said(0, 9)]
    assert of_quotes(gold, predicted)[HIGH] == ("50.0", "50.0", "50.0")
    assert of_quotes(gold[::-1], predicted)[HIGH] == ALL


def test_equal_predictions_disappear_together():
    one = [said(50, 70)]
    assert of_quotes(one, one * 2)[HIGH] == ALL
    assert of_quotes(one * 3, one * 3)[HIGH] == ("100.0", "33.333", "50.0")


def test_f1_is_made_of_rounded_figures():
    gold = [said(at, at + 14) for at in range(0, 90, 15)]
    assert of_quotes(gold, gold[:1])[HIGH] == ("100.0", "16.667", "28.572")  # 2/7 is 28.571 %


def test_a_perfect_system_has_two_hundred_percent_of_the_speakers():
    two = [said(50, 70), said(75, 95, cue=(71, 74))]
    rows = of_quotes(two, two)
    assert rows["Speakers (indep)"] == ("200.0",) * 3
    assert rows["Verbs (indep)"] == ALL


def test_speakers_must_share_a_character_and_independent_ones_two():
    gold, predicted = [said(50, 70), said(80, 90)], [said(50, 70, source=(33, 38)), said(80, 90)]
    rows = of_quotes(gold, predicted)
    assert rows["Speaker match: 0.8"] == ("-", "-", "100.0")
    assert rows["Speakers (indep)"] == ALL  # two pairs by (30, 34), none by (33, 38)


def test_verbs_are_compared_as_strings():
    text = "He SAID this . He said that ."
    gold = Document(id="d", text=text, quotes=(quote((8, 12), source=(0, 2), cue=(3, 7)),))
    other = Document(id="d", text=text, quotes=(quote((8, 12), source=(0, 2), cue=(18, 22)),))
    assert shown([gold], [other])["Verb match: 0.8"] == ("-", "-", "100.0")
    assert shown([gold], [other])["Verbs (indep)"] == ("0.0", "0.0", "0")


def test_a_floating_quote_matches_a_speaker_that_is_not_there():
    gold = [said(50, 70), quote((80, 90), cue=(40, 44))]
    rows = of_quotes(gold, [said(50, 70), quote((80, 90), cue=(40, 44))])
    assert rows["Speaker match: 0.8"] == ("-", "-", "100.0")
    rows = of_quotes(gold, [said(50, 70), said(80, 90)])
    assert rows["Speaker match: 0.8"] == ("-", "-", "50.0")


def test_missing_documents_are_left_out():
    gold = [document("a", quotes=[said(50, 70)]), document("b", quotes=[said(50, 70)])]
    predicted = [gold[0], document("c", quotes=[said(50, 70)])]
    assert shown(gold, predicted)[HIGH] == ALL


@pytest.mark.parametrize(
    ("gold", "predicted", "why"),
    [
        ([said(50, 70)], [], "no quote is predicted"),
        ([], [said(50, 70)], "there is no gold quote"),
        ([], [], "no quote is predicted"),
        ([said(50, 70)], [said(0, 20)], "no quote matches"),
        ([quote((50, 70))], [said(50, 70)], "no gold speakers"),
    ],
)
def test_a_division_by_zero_is_refused(gold, predicted, why):
    with pytest.raises(InputError, match=why):
        of_quotes(gold, predicted)


@given(pairs_of_corpora())
def test_it_is_a_loop_over_gold_quotes(pair):
    for side in pair:  # so that nothing is divided by zero
        side.append(document("sound", quotes=[said(50, 70)]))
    hits = extra = wanted = 0
    for gold, predicted in zip(*pair, strict=True):
        left = list(predicted.quotes)
        wanted += len(gold.quotes)
        for one in gold.quotes:
            span = set(range(one.content.start, one.content.end))
            shares = [len(span & _covered(other)) / len(span) for other in left]
            best = max(shares, default=0)
            if best > 0.3:
                taken = left[shares.index(best)]
                left = [other for other in left if _same(other) != _same(taken)]
                hits += 1
        extra += len(left)
    figure = GENDERGAP.score(*pair)[0]
    p, r = round(100 * hits / (hits + extra), 3), round(100 * hits / wanted, 3)
    assert figure.shown == (str(p), str(r), str(round(harmonic_mean([p, r]), 3)))


def _covered(one: Quote) -> set[int]:
    return set(range(one.content.start, one.content.end))


def _same(one: Quote) -> tuple[Span | str | None, ...]:
    return one.content, one.source, one.cue, one.kind
