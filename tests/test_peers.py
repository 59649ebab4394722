"""Our figures are those of public scorers wherever these can express the same thing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import TEXT, actor, document, scored

from bench import Document, Scores

TYPES = ["PER", "ORG", "GPE"]
TOKENS = [(i, i + 4) for i in range(0, 60, 5)]

_flat = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(TYPES)), max_size=4
)
_free = st.sets(st.tuples(st.integers(0, 8), st.integers(1, 4), st.sampled_from(TYPES)), max_size=6)


def flat(steps: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Token ranges with types that do not overlap, from gaps and lengths."""
    at, made = 0, []
    for gap, length, kind in steps:
        start, at = at + gap, at + gap + length
        if at > len(TOKENS):
            break
        made.append((start, at, kind))
    return made


def as_document(items) -> Document:
    def characters(start: int, end: int) -> tuple[int, int]:
        return TOKENS[start][0], TOKENS[end - 1][1]

    return document(actors=[actor(kind, characters(a, b)) for a, b, kind in sorted(items)])


def scores_of(gold, predicted) -> Scores:
    return scored([as_document(gold)], [as_document(predicted)])


def figures(scores: Scores, measure: str) -> tuple[float, float, float]:
    """P, R, F1 with 0 for undefined, as most scorers have it."""
    tally = scores.matrix[measure].micro()
    return tally.precision or 0.0, tally.recall or 0.0, tally.f1 or 0.0


def tags(items) -> list[str]:
    row = ["O"] * len(TOKENS)
    for start, end, kind in items:
        row[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return row


@given(_free, _free)
def test_scikit_learn_agrees_on_typed_mentions_micro_macro_and_per_type(gold, predicted) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    gold = {(a, a + n, kind) for a, n, kind in gold}
    predicted = {(a, a + n, kind) for a, n, kind in predicted}
    places = sorted({item[:2] for item in gold | predicted}) or [(0, 1)]
    truth, guess = (
        np.array([[(*place, kind) in side for kind in TYPES] for place in places])
        for side in (gold, predicted)
    )
    counts = scores_of(gold, predicted).matrix["actors.mention.type"]

    for i, kind in enumerate(TYPES):
        p, r, f, support = precision_recall_fscore_support(
            truth, guess, average=None, labels=[i], zero_division=0
        )
        tally = counts.by_label()[kind]
        ours = (tally.precision or 0.0, tally.recall or 0.0, tally.f1 or 0.0, tally.gold)
        assert ours == pytest.approx((p[0], r[0], f[0], support[0]), abs=1e-15)

    micro = precision_recall_fscore_support(truth, guess, average="micro", zero_division=0)[:3]
    tally = counts.micro()
    ours = (tally.precision or 0.0, tally.recall or 0.0, tally.f1 or 0.0)
    assert ours == pytest.approx(micro, abs=1e-15)

    supported = [i for i in range(len(TYPES)) if truth[:, i].any()]
    if supported:
        macro = precision_recall_fscore_support(
            truth, guess, average="macro", labels=supported, zero_division=0
        )[:3]
        assert tuple(counts.macro()) == pytest.approx(macro, abs=1e-15)


@given(_flat, _flat)
def test_seqeval_agrees_on_flat_mentions(gold, predicted) -> None:
    from seqeval.metrics.v1 import precision_recall_fscore_support
    from seqeval.scheme import IOB2

    gold, predicted = flat(gold), flat(predicted)
    theirs = precision_recall_fscore_support(
        [tags(gold)], [tags(predicted)], average="micro", scheme=IOB2, zero_division=0
    )[:3]
    ours = figures(scores_of(gold, predicted), "actors.mention.type")
    assert ours == pytest.approx(theirs, abs=1e-15)


@given(
    st.dictionaries(st.integers(0, 11), st.sampled_from(TYPES), max_size=8),
    st.dictionaries(st.integers(0, 11), st.sampled_from(TYPES), max_size=8),
)
def test_nervaluate_agrees_where_spans_are_equal_or_apart(gold, predicted) -> None:
    from nervaluate import Evaluator

    gold, predicted = ([(i, i + 1, kind) for i, kind in side.items()] for side in (gold, predicted))
    found = Evaluator([tags(gold)], [tags(predicted)], tags=TYPES, loader="list").evaluate()
    scores = scores_of(gold, predicted)
    strict, exact = found["overall"]["strict"], found["overall"]["exact"]
    assert (strict.precision, strict.recall, strict.f1) == pytest.approx(
        figures(scores, "actors.mention.type"), abs=1e-15
    )
    assert (exact.precision, exact.recall, exact.f1) == pytest.approx(
        figures(scores, "actors.mention"), abs=1e-15
    )


@given(_free, _free)
def test_spacy_agrees_on_nested_and_overlapping_mentions(gold, predicted) -> None:
    pytest.importorskip("spacy")
    from spacy.scorer import Scorer
    from spacy.tokens import Doc, Span
    from spacy.training import Example
    from spacy.vocab import Vocab

    vocab = Vocab()
    gold = {(a, a + n, kind) for a, n, kind in gold}
    predicted = {(a, a + n, kind) for a, n, kind in predicted}

    def doc(items) -> Doc:
        words = [TEXT[start:end] for start, end in TOKENS]
        made = Doc(vocab, words=words, spaces=[True] * len(words))
        made.spans["sc"] = [Span(made, start, end, label=kind) for start, end, kind in items]
        return made

    theirs = Scorer.score_spans(
        [Example(doc(predicted), doc(gold))],
        "spans_sc",
        getter=lambda one, _: one.spans["sc"],
        has_annotation=lambda _: True,
        allow_overlap=True,
    )
    expected = [theirs[f"spans_sc_{x}"] for x in "prf"]
    scores = scores_of(gold, predicted)
    assert figures(scores, "actors.mention.type") == pytest.approx(
        [value or 0.0 for value in expected], abs=1e-15
    )


@settings(max_examples=30)
@given(_free.filter(bool), _free.filter(bool))
def test_metametric_agrees_on_exact_mentions_of_one_document(gold, predicted) -> None:
    import metametric.dsl as mm

    gold, predicted = (
        {(TOKENS[a][0], TOKENS[a + n - 1][1], kind) for a, n, kind in side}
        for side in (gold, predicted)
    )
    match = mm.SetMatchingMetric(mm.DiscreteMetric(tuple), "<->")
    hits = match.score(predicted, gold)
    theirs = hits / match.score_self(predicted), hits / match.score_self(gold)
    scores = scored(
        *(
            [document(actors=[actor(k, (a, b)) for a, b, k in sorted(side)])]
            for side in (gold, predicted)
        )
    )
    assert figures(scores, "actors.mention.type")[:2] == pytest.approx(theirs, abs=1e-15)
