"""The profiles of seqeval, conlleval and seqscore give what these do, on any tags."""

import warnings
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import actor, document, pairs_of_corpora
from msgspec.structs import replace
from seqeval.metrics import classification_report
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as lenient
from seqeval.metrics.v1 import precision_recall_fscore_support as strict
from seqeval.scheme import IOB2
from seqscore.encoding import EncodingError
from seqscore.scoring import convert_score, score_label_sequences

from bench import Document
from bench.errors import InputError
from bench.profiles.conlleval import CONLLEVAL
from bench.profiles.tag_scorers import SEQEVAL, SEQEVAL_STRICT, SEQSCORE
from bench.profiles.tags import pages, tag_rows

ALL = pytest.mark.parametrize(
    "profile", [SEQEVAL, SEQEVAL_STRICT, SEQSCORE, CONLLEVAL], ids=lambda one: one.name
)
IOB = ["O", "B-P", "I-P", "B-L", "I-L", "B-A-B", "I-A-B"]
ODD = [*IOB, "E-P", "S-P", "E-L", "B", "I", "E", "S", "O-P", "X-P", ".-P", "[-P", "P", "B--P-"]


def tagged(tags, sentences=None, id="d") -> Document:
    meta = {"tags": list(tags)} | ({"sentences": sentences} if sentences else {})
    return Document(id=id, meta=meta)


def sides(alphabet):
    """Gold and predicted tags of one to three documents, some of them in two sentences."""

    def document_of(pairs):
        return st.integers(0, len(pairs)).map(lambda cut: (pairs, cut))

    one = st.lists(st.tuples(*[st.sampled_from(alphabet)] * 2), min_size=1, max_size=8)
    return st.lists(one.flatmap(document_of), min_size=1, max_size=3).map(as_documents)


def as_documents(drawn):
    gold, predicted = [], []
    for i, (pairs, cut) in enumerate(drawn):
        parts = [part for part in ([0, cut], [cut, len(pairs)]) if part[0] < part[1]]
        gold.append(tagged([tag for tag, _ in pairs], parts, str(i)))
        predicted.append(tagged([tag for _, tag in pairs], id=str(i)))
    return gold, predicted


def rows(pair):
    """The sentences as the originals take them."""
    both = tag_rows(*pair, "test")
    return [row for row, _ in both], [row for _, row in both]


def figures(profile, gold, predicted):
    return {figure.name: figure for figure in profile.score(gold, predicted)}


def shown(profile, gold, predicted):
    return {name: figure.shown for name, figure in figures(profile, gold, predicted).items()}


def agrees_with_seqeval(profile, pair, single, **options) -> None:
    ours = figures(profile, *pair)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about tags that are none, and about divisions by zero
        if list(ours) == ["micro avg"]:  # its report cannot be made of nothing
            assert single(*rows(pair), average="micro", **options)[:3] == ours["micro avg"][1:4]
            return
        mode = {"mode": "strict", **options} if options else {}
        report = classification_report(*rows(pair), output_dict=True, **mode)
        printed = classification_report(*rows(pair), **mode)
    assert {name: tuple(figure[1:4]) for name, figure in ours.items()} == {
        name: tuple(row[x] for x in ("precision", "recall", "f1-score"))
        for name, row in report.items()
    }
    lines = [line.rsplit(maxsplit=4) for line in printed.splitlines()[1:] if line.strip()]
    assert {name: figure.shown for name, figure in ours.items()} == {
        name.strip(): (p, r, f) for name, p, r, f, _ in lines
    }


@given(sides(ODD))
def test_seqeval_agrees_on_any_tags(pair) -> None:
    agrees_with_seqeval(SEQEVAL, pair, lenient)


@given(sides(IOB))
def test_strict_seqeval_agrees_on_tags_of_iob2_in_any_order(pair) -> None:
    agrees_with_seqeval(SEQEVAL_STRICT, pair, strict, scheme=IOB2)


@given(sides(["O", "B-P", "E-P", "Foo", "X-P"]))
def test_strict_seqeval_refuses_the_tags_that_the_original_refuses(pair) -> None:
    try:
        strict(*rows(pair), average="micro", scheme=IOB2, zero_division=0)
    except (KeyError, ValueError):
        with pytest.raises(InputError, match="begins with none of B, I, O"):
            SEQEVAL_STRICT.score(*pair)
    else:
        SEQEVAL_STRICT.score(*pair)


def agrees_with_seqscore(pair) -> None:
    gold, predicted = rows(pair)
    try:
        theirs, _ = score_label_sequences(predicted, gold, "BIO", repair=None)
    except (EncodingError, ValueError):
        with pytest.raises(InputError, match="seqscore refuses"):
            SEQSCORE.score(*pair)
        return
    ours = figures(SEQSCORE, *pair)
    assert ours.keys() == {"ALL", *theirs.type_scores}
    for name, score in [("ALL", theirs), *theirs.type_scores.items()]:
        values = score.precision, score.recall, score.f1
        assert ours[name][1:4] == values
        assert ours[name].shown == tuple(str(convert_score(value, False)) for value in values)


@given(sides(["O", "B-P", "B-P", "B-L", "I-P"]))
def test_seqscore_agrees_or_refuses_alike(pair) -> None:
    agrees_with_seqscore(pair)


@given(sides(ODD))
def test_seqscore_refuses_odd_tags_alike(pair) -> None:
    agrees_with_seqscore(pair)


@given(sides(IOB))
def test_conlleval_is_seqeval_in_percent_where_tags_are_those_of_iob(pair) -> None:
    ours, theirs = figures(CONLLEVAL, *pair), figures(SEQEVAL, *pair)
    for name in ours.keys() - {"overall"}:
        assert ours[name][1:4] == pytest.approx([100 * value for value in theirs[name][1:4]])
    micro = theirs["micro avg"][1:4]
    assert ours["overall"][1:4] == pytest.approx([100 * value for value in micro])


@given(pairs_of_corpora())
def test_all_agree_on_the_tags_that_mentions_become(pair) -> None:
    agrees_with_seqeval(SEQEVAL, pair, lenient)
    agrees_with_seqeval(SEQEVAL_STRICT, pair, strict, scheme=IOB2)
    agrees_with_seqscore(pair)
    assert figures(CONLLEVAL, *pair)["overall"].shown == figures(SEQSCORE, *pair)["ALL"].shown


@given(pairs_of_corpora(), st.lists(st.integers(0, 24), max_size=4), st.booleans())
def test_mentions_score_as_the_tags_do_that_they_become(pair, cuts, whole) -> None:
    cuts = sorted({0, 24, *cuts} if whole else cuts)
    meta = {"sentences": [[a, b] for a, b in pairwise(cuts)]}
    gold = [replace(one, meta=meta) for one in pair[0]]
    tagged: tuple[list[Document], list[Document]] = ([], [])
    for page, one in zip(pages(gold, pair[1], "test"), gold, strict=True):
        ((tags, guesses),) = page._replace(sentences=[(0, 24)]).rows()
        tagged[0].append(Document(id=one.id, meta={"tags": tags, **meta}))
        tagged[1].append(Document(id=one.id, meta={"tags": guesses}))
    for profile in (SEQEVAL, SEQEVAL_STRICT, SEQSCORE, CONLLEVAL):
        try:
            expected = profile.score(*tagged)
        except InputError:  # tags that begin outside the sentences
            assert not whole
            continue
        assert profile.score(gold, pair[1]) == expected


def test_the_installed_originals_give_the_figures_of_the_quirks() -> None:
    for profile, options in [(SEQEVAL, {}), (SEQEVAL_STRICT, {"mode": "strict", "scheme": IOB2})]:
        for quirk in profile.quirks:
            report = classification_report(
                *rows((quirk.gold, quirk.predicted)), output_dict=True, zero_division=0, **options
            )
            for name, expected in quirk.shown.items():
                values = [report[name][x] for x in ("precision", "recall", "f1-score")]
                assert tuple(f"{value:.2f}" for value in values) == expected, quirk.what


def test_the_tiny_example_is_half_right_for_each() -> None:
    text = "abcd      efghi "
    meta = {"tokens": [[i, i + 1] for i in range(16)]}
    gold, predicted = (
        Document(id="d", text=text, meta=meta, actors=(actor("A", (0, 4)), actor("B", (10, end))))
        for end in (15, 14)
    )
    assert shown(SEQEVAL, [gold], [predicted])["micro avg"] == ("0.50",) * 3
    assert shown(SEQEVAL_STRICT, [gold], [predicted])["micro avg"] == ("0.50",) * 3
    assert shown(CONLLEVAL, [gold], [predicted])["overall"] == ("50.00",) * 3
    assert shown(SEQSCORE, [gold], [predicted])["ALL"] == ("50.00",) * 3


def test_a_start_with_i_is_a_chunk_none_or_an_error() -> None:
    gold, predicted = [tagged(["B-P", "I-P"])], [tagged(["I-P", "I-P"])]
    assert figures(SEQEVAL, gold, predicted)["micro avg"].f1 == 1.0
    assert figures(CONLLEVAL, gold, predicted)["overall"].f1 == 100.0
    assert figures(SEQEVAL_STRICT, gold, predicted)["micro avg"].f1 == 0.0
    with pytest.raises(InputError, match="seqscore refuses O followed by I-P"):
        SEQSCORE.score(gold, predicted)


def test_a_stray_i_of_another_type_costs_precision_by_default_and_nothing_in_strict() -> None:
    gold, predicted = [tagged(["B-P", "O"])], [tagged(["B-P", "I-L"])]
    assert figures(SEQEVAL, gold, predicted)["micro avg"].precision == 0.5
    assert figures(SEQEVAL_STRICT, gold, predicted)["micro avg"].precision == 1.0


def test_bio_keeps_the_outermost_of_nested_mentions() -> None:
    gold = [document(actors=[actor("GPE", (10, 14)), actor("PER", (0, 19))])]
    predicted = [document(actors=[actor("GPE", (10, 14))])]
    assert figures(SEQEVAL, gold, predicted)["micro avg"].f1 == 0.0
    ((tags, guesses),) = tag_rows(gold, predicted, "test")
    assert tags[:5] == ["B-PER", "I-PER", "I-PER", "I-PER", "O"]
    assert guesses[:5] == ["O", "O", "B-GPE", "O", "O"]


def test_one_layer_of_crossing_and_double_typed_mentions_does_not_depend_on_their_order() -> None:
    found = [
        actor("PER", (0, 9)),
        actor("ORG", (5, 14)),
        actor("ORG", (20, 24)),
        actor("GPE", (20, 24)),
    ]
    ((tags, again),) = tag_rows([document(actors=found)], [document(actors=found[::-1])], "test")
    assert tags == again
    assert tags[:5] == ["B-PER", "I-PER", "O", "O", "B-GPE"]


def test_a_mention_over_the_end_of_a_sentence_goes_on_as_another() -> None:
    gold = document(actors=[actor("PER", (5, 14))])
    meta = {"sentences": [[0, 2], [2, 24]]}
    split = Document(id="d", text=gold.text, actors=gold.actors, meta=meta)
    (first, _), (second, _) = tag_rows([split], [gold], "test")
    assert first == ["O", "B-PER"]
    assert second[:2] == ["B-PER", "O"]


def test_macro_averages_over_types_that_only_one_side_has() -> None:
    gold, predicted = [tagged(["B-A", "O", "B-B", "B-C"])], [tagged(["B-A", "B-A", "B-B", "O"])]
    found = figures(SEQEVAL, gold, predicted)
    assert found["micro avg"].f1 == pytest.approx(2 / 3)
    assert found["macro avg"].f1 == pytest.approx(0.556, abs=5e-4)


@pytest.mark.parametrize(
    ("profile", "name", "zero"),
    [
        (SEQEVAL, "micro avg", "0.00"),
        (SEQEVAL_STRICT, "micro avg", "0.00"),
        (SEQSCORE, "ALL", "0.00"),
        (CONLLEVAL, "overall", "0.00"),
    ],
)
def test_nothing_at_all_is_zero(profile, name, zero) -> None:
    assert shown(profile, [tagged(["O"])], [tagged(["O"])])[name] == (zero,) * 3


@ALL
def test_other_numbers_of_tags_are_refused(profile) -> None:
    with pytest.raises(InputError, match="has 2 tokens, 2 gold tags and 1 predicted ones"):
        profile.score([tagged(["O", "O"])], [tagged(["O"])])


@ALL
def test_a_document_of_one_side_only_is_refused(profile) -> None:
    with pytest.raises(InputError, match="is missing from the"):
        profile.score([tagged(["O"])], [])


@ALL
@pytest.mark.parametrize("tags", ["OO", [1], [""], ["O", None]])
def test_tags_that_are_no_list_of_strings_are_refused(profile, tags) -> None:
    with pytest.raises(InputError, match=r"\$\.meta\.tags is expected"):
        profile.score([Document(id="d", meta={"tags": tags})], [tagged(["O"])])
