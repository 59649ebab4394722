"""What must hold of any scores, whatever gold and predictions are."""

import itertools

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import corpus, documents, event, pairs_of_corpora, quote, scored, span, tally
from scipy.optimize import linear_sum_assignment

from bench import STANDARD, Actor, Document, Mention, merge, score
from bench.matching import Edges, assign

ITEMS = [m for m in STANDARD if not m.metrics]
SYMMETRIC = [m.name for m in ITEMS if "@coref" not in m.name]
CLUSTERS = [m.name for m in STANDARD if m.metrics]


@given(documents())
def test_gold_against_itself_is_perfect_wherever_there_is_anything(gold: Document) -> None:
    scores = scored([gold], [gold])
    for measure in ITEMS:
        tp, predicted, labelled = scores.matrix[measure.name].micro()
        assert tp == predicted == labelled
    for name in CLUSTERS:
        assert all(value in (1, None) for value in scores.matrix[name].micro())


@given(pairs_of_corpora())
def test_hits_never_exceed_what_was_predicted_or_labelled(pair) -> None:
    matrix = scored(*pair).matrix
    for counts in (matrix[measure.name] for measure in ITEMS):
        tp, predicted, labelled = np.moveaxis(counts.values.sum(axis=0), -1, 0)
        assert (tp <= predicted).all()
        assert (tp <= labelled).all()
        assert (counts.values >= 0).all()


@given(pairs_of_corpora())
def test_swapping_gold_and_prediction_swaps_precision_and_recall(pair) -> None:
    gold, predicted = pair
    there, back = scored(gold, predicted), scored(predicted, gold)
    for name in SYMMETRIC:
        tp, predicted_count, gold_count = tally(there, name)
        assert tally(back, name) == (tp, gold_count, predicted_count), name
    for name in CLUSTERS:
        p, r, f1 = there.matrix[name].micro()
        assert tuple(back.matrix[name].micro()) == pytest.approx((r, p, f1)), name


@given(pairs_of_corpora(), st.randoms(use_true_random=False))
def test_the_order_of_documents_items_and_fields_does_not_matter(pair, random) -> None:
    def shuffled(document: Document) -> Document:
        layers = {}
        for layer in ("actors", "events", "quotes"):
            items = list(getattr(document, layer))
            random.shuffle(items)
            layers[layer] = tuple(items)
        as_json = msgspec.to_builtins(msgspec.structs.replace(document, **layers))
        fields = list(as_json.items())
        random.shuffle(fields)
        return msgspec.convert(dict(fields), Document)

    gold, predicted = pair
    expected = scored(gold, predicted).matrix
    moved_gold, moved_predicted = list(map(shuffled, gold)), list(map(shuffled, predicted))
    random.shuffle(moved_gold)
    random.shuffle(moved_predicted)
    assert scored(moved_gold, moved_predicted).matrix == expected


@given(pairs_of_corpora())
def test_two_corpora_merged_have_the_sum_of_their_matrices(pair) -> None:
    gold, predicted = pair
    renamed = [[msgspec.structs.replace(d, id=f"e{d.id}") for d in side] for side in pair]
    together = scored(gold + renamed[0], predicted + renamed[1]).matrix
    apart = merge([scored(gold, predicted).matrix, scored(*renamed).matrix])
    for name, counts in together.items():
        assert counts.by_unit() == apart[name].by_unit()
        some = {label: t for label, t in apart[name].by_label().items() if any(t)}
        if name not in CLUSTERS:  # whose sums are of fractions
            assert {label: t for label, t in counts.by_label().items() if any(t)} == some
        assert tuple(counts.micro()) == pytest.approx(tuple(apart[name].micro()), abs=1e-12)


FAR = (100, 104)
SPURIOUS = {
    "actors": Actor(type="PER", mentions=(span(FAR, kind=Mention, level="NAM"),)),
    "events": event("AID", FAR, ("actor", 105, 109)),
    "quotes": quote(FAR, source=(105, 109), cue=(110, 112)),
}


@given(documents(), documents())
def test_a_spurious_item_never_raises_precision_and_never_changes_recall(gold, predicted) -> None:
    before = scored([gold], [predicted])
    for layer, item in SPURIOUS.items():
        more = msgspec.structs.replace(predicted, **{layer: (*getattr(predicted, layer), item)})
        after = scored([gold], [more])
        for name in (m.name for m in ITEMS if m.layer == layer):
            old, new = before.matrix[name].micro(), after.matrix[name].micro()
            assert (new.precision or 0) <= (old.precision or 0)
            assert new.recall == old.recall


@given(documents(), documents())
def test_removing_an_item_never_raises_the_recall_of_any_span_measure(gold, predicted) -> None:
    before = scored([gold], [predicted])
    for layer in ("actors", "events", "quotes"):
        items = getattr(predicted, layer)
        for i in range(len(items)):
            fewer = msgspec.structs.replace(predicted, **{layer: items[:i] + items[i + 1 :]})
            after = scored([gold], [fewer])
            for measure in ITEMS:
                # What an alignment is tested for may come out better by chance with fewer items.
                if measure.layer == layer and measure.test is None:
                    old, new = (
                        before.matrix[measure.name].micro(),
                        after.matrix[measure.name].micro(),
                    )
                    assert new.tp <= old.tp, measure.name


@given(documents(), st.data())
def test_removing_a_correct_item_from_perfect_predictions_lowers_recall(gold, data) -> None:
    layers = [layer for layer in ("actors", "events", "quotes") if getattr(gold, layer)]
    if not layers:
        return
    layer = data.draw(st.sampled_from(layers))
    items = getattr(gold, layer)
    i = data.draw(st.integers(0, len(items) - 1))
    fewer = msgspec.structs.replace(gold, **{layer: items[:i] + items[i + 1 :]})
    scores = scored([gold], [fewer])
    first = {"actors": "actors.mention", "events": "events.trigger", "quotes": "quotes.content"}
    assert scores.matrix[first[layer]].micro().recall < 1
    for measure in ITEMS:
        assert scores.matrix[measure.name].micro().precision in (1.0, None)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=5),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=5),
)
def test_overlap_finds_as_many_pairs_as_any_assignment_could(gold, predicted) -> None:
    def quotes(places) -> Document:
        return documents_of([(start, start + length) for start, length in places])

    def documents_of(places) -> Document:
        return Document(
            id="d", text="x" * 20, actors=(), events=(), quotes=tuple(quote(p) for p in places)
        )

    def overlap(a, b) -> bool:
        return a[0] < b[0] + b[1] and b[0] < a[0] + a[1]

    small, large = sorted((gold, predicted), key=len)
    best = max(
        sum(overlap(a, b) for a, b in zip(small, chosen, strict=True))
        for chosen in itertools.permutations(large, len(small))
    )
    scores = score(corpus(quotes(gold)), [quotes(predicted)])
    assert tally(scores, "quotes.content@overlap")[0] == best


def test_merging_refuses_a_unit_that_stands_in_both() -> None:
    matrix = scored([Document(id="d", text="x", events=())], [Document(id="d", events=())]).matrix
    with pytest.raises(ValueError, match="'d'"):
        merge([matrix, matrix])


@pytest.mark.parametrize(("small", "dense"), [(0, 0), (0, 99), (64, 32)])
@settings(max_examples=300)
@given(
    weights=st.integers(1, 6).flatmap(
        lambda rows: st.lists(
            st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 8]), min_size=rows, max_size=rows),
            min_size=rows,
            max_size=9,
        )
    )
)
def test_blocks_are_solved_as_well_as_they_can_be(weights, small, dense) -> None:
    edges = [(row, column, w) for column, line in enumerate(weights) for row, w in enumerate(line)]
    edges = [edge for edge in edges if edge[2]]
    if not edges:
        return
    gold, predicted, weight = map(np.array, zip(*edges, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.matching._SMALL", small)
        patch.setattr("bench.matching._DENSE", dense)
        pairs = _assigned(gold, predicted, weight, len(weights))
    matrix = np.array(weights).T
    # One more pair is worth more than all weights together.
    most = linear_sum_assignment(np.where(matrix, 1000 + matrix, 0), maximize=True)
    assert matrix[pairs.gold, pairs.predicted].all()
    assert len(set(pairs.gold.tolist())) == len(set(pairs.predicted.tolist())) == len(pairs.gold)
    assert len(pairs.gold) == np.count_nonzero(matrix[most])
    assert len(pairs.gold) < 2 or matrix[pairs.gold, pairs.predicted].sum() == matrix[most].sum()


def _assigned(gold, predicted, weight, columns):
    return assign(
        Edges(gold, predicted, weight.astype(float)), [np.arange(9)], [np.arange(columns)]
    )
