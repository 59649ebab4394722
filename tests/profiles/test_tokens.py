"""Tokens, and spans in terms of them."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import span

from bench import Document, Span
from bench.errors import InputError
from bench.profiles.places import Places
from bench.profiles.tokens import Grid, token_range, tokens

TEXT = "ab-cd ef. gh"
WORDS = [[0, 5], [6, 8], [10, 12]]
PARTS = [[0, 2], [3, 5], [6, 7], [7, 8], [8, 9]]

_places = st.tuples(st.integers(0, 11), st.integers(1, 5)).map(
    lambda place: (place[0], min(12, sum(place)))
)
_spans = st.one_of(
    _places.map(span),
    st.sampled_from(["ab", "ef"]).map(lambda text: Span(text=text)),
)


@given(st.text(st.characters() | st.sampled_from("ab 9_.’\n\u0301\u200b\ud800")))
def test_tokens_are_runs_of_word_characters_and_single_other_marks(text) -> None:
    expected = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    assert tokens(Document(id="d", text=text)) == expected


@given(st.lists(_places, min_size=1))
def test_a_span_touches_the_tokens_with_which_it_shares_a_character(places) -> None:
    for known in (WORDS, PARTS):
        expected = [
            [i for i, (a, b) in enumerate(known) if max(a, start) < min(b, end)]
            for start, end in places
        ]
        found = Grid(known).ranges([(place,) for place in places])
        assert [list(range(*one)) if one else [] for one in found] == expected
        assert found == [token_range((place,), known) for place in places]


@pytest.mark.parametrize("own", [[1, 2], [[1, 2, 3]], [[None, 1]], ["ab", "c"], 5, [[2**70, 1]]])
def test_tokens_that_are_no_pairs_are_refused(own) -> None:
    with pytest.raises(InputError, match=r"\$\.meta\.tokens is expected to be a list of \[start"):
        tokens(Document(id="d", text=TEXT, meta={"tokens": own}))


def test_a_document_without_text_and_tokens_has_none_to_give() -> None:
    with pytest.raises(InputError, match="neither a text nor meta"):
        tokens(Document(id="d"))


def _place(span: Span, known) -> tuple:
    """What a scorer would compare."""
    if span.start is None:
        return ("string", span.text)
    bounds = (span.start, span.end)
    if known is None:
        return bounds
    return token_range((bounds,), known) or ("characters", *bounds)


@given(
    st.lists(_spans, max_size=6),
    st.lists(_spans, max_size=6),
    st.sampled_from([(None, None), (None, PARTS), (WORDS, None), (WORDS, WORDS), (WORDS, PARTS)]),
)
def test_places_are_equal_where_a_scorer_compares_equal_things(gold, predicted, meta) -> None:
    one, other = (
        Document(id="d", text=TEXT, meta={} if own is None else {"tokens": own}) for own in meta
    )
    known = (meta[0], None if meta[0] is None else meta[1] or meta[0])
    # Two documents, so that the tokens of one are not taken for those of the other.
    places = Places([one, one], [other, other])
    columns, keys = [], []
    for side, spans in enumerate((gold, predicted)):
        unit = np.repeat([0, 1], len(spans))
        begin, length = places.of(side, spans * 2, unit)
        columns += zip(unit.tolist(), begin.tolist(), length.tolist(), strict=True)
        keys += [(i, *_place(each, known[side])) for i in (0, 1) for each in spans]
    for place, key in zip(columns, keys, strict=True):
        assert [place == x for x in columns] == [key == x for x in keys]
