"""The profile of spaCy's scorer gives what spaCy gives, whatever the tokenisations."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making import actor, document

from bench import Document
from bench.errors import InputError
from bench.profiles.mentions import one_layer
from bench.profiles.spacy_scorer import SPACY, align
from bench.profiles.tokens import Grid, tokens

spacy = pytest.importorskip("spacy")

TYPES = ["PER", "ORG"]


@st.composite
def cut(draw, text):
    """Some tokens of a text: all that is not white space, and some of what is."""
    found, at = [], 0
    while at < len(text):
        end = min(len(text), at + draw(st.integers(1, 3)))
        if text[at].isspace() and draw(st.booleans()):
            end = at + 1
        else:
            found.append([at, end])
        at = end
    return found


@st.composite
def examples(draw):
    """A text in two tokenisations, with mentions on both sides and stretches nobody annotated."""
    text = draw(st.text("abAB -\n\u0130\u00df", min_size=1, max_size=14))
    swapped = text.swapcase()
    other = draw(st.sampled_from([text, text, swapped if len(swapped) == len(text) else text]))
    one_cut = draw(cut(text))
    other_cut = draw(st.one_of(st.just(one_cut), cut(other)))
    assume(one_cut and other_cut)
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 6), st.sampled_from(TYPES))

    def side(text, known, found, **meta):
        actors = [actor(kind, (a, min(len(text), a + n))) for a, n, kind in found]
        return Document(
            id="d",
            text=text,
            actors=draw(st.sampled_from([tuple(actors)] * 6 + [None])),
            meta={"tokens": known, **meta},
        )

    gold = draw(st.lists(place, max_size=4))
    guesses = draw(st.one_of(st.just(gold), st.lists(place, max_size=4)))
    missing = draw(st.sampled_from([[], [], [[0, 1]], [[0, len(one_cut)]]]))
    return side(text, one_cut, gold, missing=missing), side(other, other_cut, guesses)


def as_spacy(document: Document, vocab):
    """The same as a Doc: the tokens, the group and the entities."""
    from spacy.tokens import Doc, Span

    known = tokens(document)
    words = [document.text[start:end] for start, end in known]
    spaces = [b[0] > a[1] for a, b in pairwise(known)] + [False]
    made = Doc(vocab, words=words, spaces=spaces)
    if document.actors is None:
        return made
    found = Grid(known).mentions(document)
    made.spans["sc"] = [Span(made, first, last + 1, label=kind) for first, last, kind in found]
    kept = one_layer(found)
    taken = {i for first, last, _ in kept for i in range(first, last + 1)}
    missing = [
        Span(made, i, i + 1)
        for first, end in document.meta.get("missing", [])
        for i in range(first, end)
        if i not in taken
    ]
    entities = [Span(made, first, last + 1, label=kind) for first, last, kind in kept]
    made.set_ents(entities, missing=missing, default="outside")
    return made


def theirs(gold, predicted):
    from spacy.scorer import Scorer, get_ner_prf
    from spacy.training import Example
    from spacy.vocab import Vocab

    vocab = Vocab()
    found = [
        Example(as_spacy(other, vocab), as_spacy(one, vocab))
        for one, other in zip(gold, predicted, strict=True)
    ]
    spans = Scorer.score_spans(
        found,
        "spans_sc",
        getter=lambda doc, _: doc.spans.get("sc", []),
        has_annotation=lambda doc: "sc" in doc.spans,
        allow_overlap=True,
    )
    values = {}
    for name, result in (("spans_sc", spans), ("ents", get_ner_prf(found))):
        values[name] = tuple(result[f"{name}_{x}"] for x in "prf")
        for kind, row in (result[f"{name}_per_type"] or {}).items():
            values[f"{name} {kind}"] = tuple(row[x] for x in "prf")
    return values


def figures(gold, predicted):
    return {figure.name: figure for figure in SPACY.score(gold, predicted)}


def values(gold, predicted):
    return {name: tuple(figure[1:4]) for name, figure in figures(gold, predicted).items()}


@given(st.lists(examples(), min_size=1, max_size=3))
def test_spacy_agrees_on_other_tokens_overlaps_and_missing_annotation(drawn) -> None:
    gold, predicted = (
        [msgspec.structs.replace(pair[i], id=str(n)) for n, pair in enumerate(drawn)]
        for i in (0, 1)
    )
    assert values(gold, predicted) == theirs(gold, predicted)


@given(st.text("abAB \n\u0130\u03a3", min_size=1, max_size=12).flatmap(
    lambda text: st.tuples(st.just(text), cut(text), cut(text))))  # fmt: skip
def test_alignment_is_that_of_spacy(drawn) -> None:
    from spacy.training import Alignment

    text, *cuts = drawn
    words, others = ([text[start:end] for start, end in found] for found in cuts)
    assume(words and others)
    try:
        expected = Alignment.from_strings(words, others).x2y
    except ValueError:
        with pytest.raises(InputError, match="tokens of different texts"):
            align(words, others)
        return
    found = [expected[i].tolist() for i in range(len(words))]
    assert align(words, others) == [(row[0], row[-1]) if row else None for row in found]


def test_spacy_gives_the_figures_of_the_quirks() -> None:
    for quirk in SPACY.quirks:
        found = theirs(quirk.gold, quirk.predicted)
        for name, expected in quirk.shown.items():
            printed = ["-" if v is None else f"{v * 100:.2f}" for v in found[name]]
            assert tuple(printed) == expected, quirk.what


def test_a_span_that_does_not_fit_is_dropped_from_spans_and_taken_for_the_token_in_ents() -> None:
    text, found = "U.S.-led raid", [(0, 8, "GPE"), (9, 13, "EV")]

    def side(first_end, known):
        actors = (actor("GPE", (0, first_end)), actor("EV", (9, 13)))
        return [Document(id="d", text=text, actors=actors, meta={"tokens": known})]

    gold = side(8, [found[0][:2], found[1][:2]])
    predicted = side(4, [[0, 4], [4, 5], [5, 8], [9, 13]])
    assert values(gold, predicted)["spans_sc"] == pytest.approx((1.0, 0.5, 2 / 3))
    assert values(gold, predicted)["ents"] == (1.0, 1.0, 1.0)


def test_the_tiny_example_is_half_right() -> None:
    text, meta = "abcd      efghi ", {"tokens": [[i, i + 1] for i in range(16)]}
    gold, predicted = (
        [Document(id="d", text=text, meta=meta, actors=(actor("A", (0, 4)), actor("B", (10, end))))]
        for end in (15, 14)
    )
    assert values(gold, predicted)["spans_sc"] == (0.5, 0.5, 0.5)
    assert values(gold, predicted)["ents"] == (0.5, 0.5, 0.5)


def test_nested_spans_both_count_in_the_group() -> None:
    gold = [document(actors=[actor("PER", (0, 19)), actor("GPE", (10, 14))])]
    predicted = [document(actors=[actor("GPE", (10, 14))])]
    assert values(gold, predicted)["spans_sc"][2] == pytest.approx(2 / 3)


def test_a_repeated_prediction_counts_once() -> None:
    gold = [document(actors=[actor("PER", (0, 4))])]
    predicted = [document(actors=[actor("PER", (0, 4), (0, 4))])]
    assert values(gold, predicted)["spans_sc"] == (1.0, 1.0, 1.0)


def test_predictions_in_a_document_without_gold_are_spurious() -> None:
    one = actor("PER", (0, 4))
    gold = [document("a", actors=[one]), document("b")]
    predicted = [
        document("a", actors=[one]),
        document("b", actors=[actor("PER", (0, 4), (5, 9), (10, 14))]),
    ]
    assert figures(gold, predicted)["spans_sc"].shown == ("25.00", "100.00", "40.00")


def test_the_last_digit_is_that_of_floats() -> None:
    text = " ".join(["ab"] * 70)

    def side(numbers):
        actors = tuple(actor("PER", (3 * i, 3 * i + 2)) for i in numbers)
        return [Document(id="d", text=text, actors=actors)]

    gold, predicted = side(range(58)), side([0, 1, 2, 3, 4, 60])
    assert figures(gold, predicted)["spans_sc"].shown[2] == "15.63"  # exactly 15.625


def test_nothing_is_none_and_what_is_missed_is_zero() -> None:
    one = document(actors=[actor("PER", (0, 4))])
    assert values([document()], [document()])["spans_sc"] == (None, None, None)
    assert values([one], [document()])["ents"] == (0.0, 0.0, 0.0)


def test_a_gold_document_without_the_layer_is_skipped_but_an_empty_one_is_not() -> None:
    guess = [document(actors=[actor("PER", (0, 4))])]
    unannotated = [msgspec.structs.replace(document(), actors=None)]
    assert values(unannotated, guess) == {"spans_sc": (None,) * 3, "ents": (None,) * 3}
    assert values([document()], guess)["spans_sc"] == (0.0, 0.0, 0.0)


def test_a_prediction_without_text_is_read_in_that_of_gold() -> None:
    gold = [document(actors=[actor("PER", (0, 4))])]
    bare = [msgspec.structs.replace(gold[0], text=None)]
    assert values(gold, bare) == values(gold, gold)


def test_tokens_of_other_texts_are_refused() -> None:
    gold = [Document(id="d", text="one two", actors=())]
    with pytest.raises(InputError, match="tokens of different texts"):
        SPACY.score(gold, [Document(id="d", text="one too", actors=())])


def test_a_document_of_one_side_only_is_refused() -> None:
    with pytest.raises(InputError, match="is missing from the"):
        SPACY.score([document("a")], [document("b")])
