"""spaCy's scorer of labelled spans: ``spans_sc`` (a span group) and ``ents`` (named entities).

Gold and prediction may be tokenised differently; ``meta["tokens"]`` of each says how, and without
it both have the default of `tokens`. Predictions are carried over to the gold tokens by aligning
the characters of the two: spaCy counts in tokens. A mention takes the tokens that it touches, a
discontinuous one all from its first to its last.

``spans_sc`` allows overlaps; ``ents`` bear one label a token, so that of nested or crossing
mentions the longest is kept, then the leftmost, then the first by type. A gold document whose
actors are None is not annotated and is skipped. ``meta["missing"]`` of a gold document lists
stretches ``[first, end]`` of tokens whose entities nobody annotated. The document itself is what
spaCy would hold: the tokens, with a space wherever there is something between two of them.

Beside the whole there is a row for each label, as ``spans_sc PER``.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import msgspec
import numpy as np

from ..errors import InputError
from ..model import Actor, Document, Mention
from .base import Figure, Profile, Quirk
from .counting import same_documents
from .mentions import Item, one_layer
from .tokens import Grid, Token, spaces


class _Side(NamedTuple):
    """A document as spaCy holds it."""

    text: str
    grid: Grid
    spans: list[Item]

    @property
    def words(self) -> list[str]:
        return [self.text[start:end] for start, end in self.grid.pairs()]

    def folded(self, first: int, last: int) -> str:
        """What tokens read, for comparing: in lower case and without spaces."""
        bounds = self.grid.pairs(first, last + 1)
        gaps = [" " * (after > end) for (_, end), (after, _) in pairwise(bounds)]
        parts = zip(bounds, [*gaps, ""], strict=True)
        read = "".join(self.text[start:end] + gap for (start, end), gap in parts)
        return read.lower().strip().replace(" ", "")

    @property
    def spaced(self) -> bool | None:
        """Whether there is white space in its tokens; None where something else is in none."""
        starts, ends = self.grid.bounds
        edges = np.concatenate([[0], np.stack([starts, ends], axis=1).ravel(), [len(self.text)]])
        if (np.diff(edges) < 0).any():
            return None
        marks = np.concatenate([[0], np.cumsum(~spaces(self.text))])
        held = int((marks[ends] - marks[starts]).sum())
        return held < int((ends - starts).sum()) if held == marks[-1] else None


_Range = tuple[int, int]


def align(words: Sequence[str], others: Sequence[str]) -> list[_Range | None]:
    """For each word the first and the last of the other words that it shares characters with.

    Case and white space are passed over; white space alone may be aligned with nothing.

    Raises:
        InputError: The words do not spell the same text.

    >>> align(["U.S.", "-", "led"], ["U.S.-led"])
    [(0, 0), (0, 0), (0, 0)]
    >>> align(["ab", " ", "c"], ["A", "bc"])
    [(0, 1), None, (1, 1)]
    """
    left, right = ("".join(side).lower() for side in (words, others))
    left_starts, right_starts = (_starts(side) for side in (words, others))
    if "".join(left.split()) != "".join(right.split()) or (
        (len(left), len(right)) != (left_starts[-1], right_starts[-1])
    ):
        raise InputError(f"tokens of different texts: {words[:10]} and {others[:10]}")
    linked: list[_Range | None] = [None] * len(words)
    at = here = i = j = 0
    while at < len(left) and here < len(right):
        if words[i] == others[j] and at == left_starts[i] and here == right_starts[j]:
            linked[i] = (j, j)
            at, here = at + len(words[i]), here + len(others[j])
        elif left[at] == right[here]:
            before = linked[i]
            linked[i] = (j if before is None else before[0], j)
            at, here = at + 1, here + 1
        elif left[at].isspace():
            at += 1
        else:
            here += 1
        while i + 1 < len(words) and at >= left_starts[i + 1]:
            i += 1
        while j + 1 < len(others) and here >= right_starts[j + 1]:
            j += 1
    return linked


def _starts(words: Sequence[str]) -> list[int]:
    """Where each word starts in lower case, which may be longer; and where the last one ends."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word.lower()))
    return starts


class _Carried(NamedTuple):
    """The gold tokens that a predicted span stands for, and whether they read the same."""

    first: int
    last: int
    same: bool


_Carrier = Mapping[Item, _Carried | None]


def _carried(gold: _Side, predicted: _Side) -> _Carrier:
    """Predicted spans carried over; the result is always that of aligning characters."""
    spans = dict.fromkeys(predicted.spans)
    if gold.text == predicted.text:
        if all(map(np.array_equal, gold.grid.bounds, predicted.grid.bounds)):
            return {span: _Carried(span.first, span.last, same=True) for span in spans}
        spaced = gold.spaced, predicted.spaced
        # Offsets will do where both sides hold all characters and one holds no white space: that
        # of the other is then aligned with nothing.
        if False in spaced and None not in spaced:
            return _by_offsets(gold, predicted, list(spans), spaced=True in spaced)
    return _by_characters(gold, predicted, list(spans))


def _by_offsets(gold: _Side, predicted: _Side, spans: Sequence[Item], *, spaced: bool) -> _Carrier:
    starts = predicted.grid.starts[[span.first for span in spans]]
    ends = predicted.grid.ends[[span.last for span in spans]]
    if spaced:
        covered = [predicted.text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        starts = starts + [len(one) - len(one.lstrip()) for one in covered]
        ends = starts + [len(one.strip()) for one in covered]
    first, end = gold.grid.touched(starts, ends)
    some = np.flatnonzero(first < end)
    first, last = first[some], end[some] - 1
    fitting = (gold.grid.starts[first] == starts[some]) & (gold.grid.ends[last] == ends[some])
    found: dict[Item, _Carried | None] = dict.fromkeys(spans)
    for i, a, b, fits in zip(
        some.tolist(), first.tolist(), last.tolist(), fitting.tolist(), strict=True
    ):
        span = spans[i]
        same = _read_alike(gold, predicted, (a, b), span) if spaced else fits
        found[span] = _Carried(a, b, same)
    return found


def _read_alike(gold: _Side, predicted: _Side, one: tuple[int, int], other: Item) -> bool:
    return gold.folded(*one) == predicted.folded(other.first, other.last)


def _by_characters(gold: _Side, predicted: _Side, spans: Sequence[Item]) -> _Carrier:
    linked = align(predicted.words, gold.words)
    found: dict[Item, _Carried | None] = dict.fromkeys(spans)
    for span in spans:
        pairs = [pair for pair in linked[span.first : span.last + 1] if pair is not None]
        if pairs:
            carried = pairs[0][0], pairs[-1][1]
            found[span] = _Carried(*carried, _read_alike(gold, predicted, carried, span))
    return found


class _Counts(NamedTuple):
    """Labels of what is correct, spurious and missed, and all labels that occur."""

    correct: list[str]
    spurious: list[str]
    missed: list[str]
    labels: set[str]


def _spans(gold: _Side, predicted: _Side, carry: _Carrier) -> _Counts:
    known, found = set(gold.spans), set[Item]()
    for span in predicted.spans:
        carried = carry[span]
        if carried is not None and carried.same:
            found.add(Item(carried.first, carried.last, span.type))
    return _Counts(
        [item.type for item in known & found],
        [item.type for item in found - known],
        [item.type for item in known - found],
        {span.type for span in chain(gold.spans, predicted.spans)},
    )


def _entities(gold: _Side, predicted: _Side, carry: _Carrier, missing: set[int]) -> _Counts:
    left, correct, spurious = set(one_layer(gold.spans)), [], []
    guesses = one_layer(predicted.spans)
    labels = {span.type for span in chain(left, guesses)}
    unknown = missing.difference(*(range(span.first, span.last + 1) for span in left))
    for span in guesses:
        carried = carry[span]
        if carried is None or not unknown.isdisjoint(range(carried.first, carried.last + 1)):
            continue
        item = Item(carried.first, carried.last, span.type)
        if item in left:
            left.remove(item)
            correct.append(item.type)
        else:
            spurious.append(item.type)
    return _Counts(correct, spurious, [item.type for item in left], labels)


def _sides(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> Iterator[tuple[Document, _Side, _Side, _Carrier]]:
    for one, other in same_documents(gold, predicted, "spaCy"):
        if one.actors is None:
            continue
        text = one.text if one.text is not None else other.text
        if text is None:
            raise InputError(f"document {one.id!r} has no text, and spaCy compares what is read")
        first = _side(one, text)
        second = _side(other, other.text if other.text is not None else text)
        yield one, first, second, _carried(first, second)


def _side(document: Document, text: str) -> _Side:
    grid = Grid.of(document if document.text is not None else _with_text(document, text))
    return _Side(text, grid, grid.mentions(document))


def _with_text(document: Document, text: str) -> Document:
    return msgspec.structs.replace(document, text=text)


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    spans, entities = [], []
    for document, one, other, carry in _sides(gold, predicted):
        spans.append(_spans(one, other, carry))
        ranges = document.meta.get("missing", ())
        missing = set(chain.from_iterable(range(first, end) for first, end in ranges))
        if not len(one.grid) or one.spans or len(missing) < len(one.grid):
            entities.append(_entities(one, other, carry, missing))
    return [*_figures("spans_sc", spans), *_figures("ents", entities)]


def _figures(name: str, counts: Sequence[_Counts]) -> Iterator[Figure]:
    sums: dict[str, list[int]] = {
        label: [0, 0, 0] for label in sorted(set().union(*(found.labels for found in counts)))
    }
    for found in counts:
        for i, labels in enumerate(found[:3]):
            for label in labels:
                sums[label][i] += 1
    total = [sum(row[i] for row in sums.values()) for i in range(3)]
    if not any(total):
        yield Figure(name, None, None, None, ("-", "-", "-"))
        return
    yield _figure(name, *total)
    for label, row in sums.items():
        yield _figure(f"{name} {label}", *row)


def _figure(name: str, correct: int, spurious: int, missed: int) -> Figure:
    precision = correct / (correct + spurious + 1e-100)
    recall = correct / (correct + missed + 1e-100)
    values = (
        precision,
        recall,
        2 * ((precision * recall) / (precision + recall + 1e-100)),
    )
    first, second, third = (f"{value * 100:.2f}" for value in values)
    return Figure(name, *values, (first, second, third))


def _document(
    text: str, *found: tuple[int, int, str], known: Sequence[Token] | None = None
) -> tuple[Document, ...]:
    actors = tuple(
        Actor(type=kind, mentions=(Mention(start=start, end=end),)) for start, end, kind in found
    )
    meta = {} if known is None else {"tokens": [list(token) for token in known]}
    return (Document(id="d", text=text, actors=actors, meta=meta),)


_RAID = "U.S.-led raid"
_FULL = ("100.00", "100.00", "100.00")

SPACY = Profile(
    name="spacy",
    original="spaCy 3.8: Scorer.score_spans with overlaps, and get_ner_prf",
    layer="actors",
    explains="labelled spans over the gold tokens, a prediction's own tokens being aligned to them",
    score=_score,
    quirks=(
        Quirk(
            what="A prediction that does not fit the gold tokens is no false positive among spans, "
            "and a correct one among entities if it lies within the right token",
            gold=_document(_RAID, (0, 8, "GPE"), (9, 13, "ORG"), known=[(0, 8), (9, 13)]),
            predicted=_document(
                _RAID,
                (0, 4, "GPE"),
                (9, 13, "ORG"),
                known=[(0, 4), (4, 5), (5, 8), (9, 13)],
            ),
            shown={"spans_sc": ("100.00", "50.00", "66.67"), "ents": _FULL},
        ),
        Quirk(
            what="A span predicted twice counts once",
            gold=_document(_RAID, (9, 13, "ORG")),
            predicted=_document(_RAID, (9, 13, "ORG"), (9, 13, "ORG")),
            shown={"spans_sc": _FULL, "ents": _FULL},
        ),
        Quirk(
            what="Entities bear one label a token: a nested one is lost",
            gold=_document(_RAID, (0, 13, "ORG"), (9, 13, "PER")),
            predicted=_document(_RAID, (9, 13, "PER")),
            shown={"spans_sc": ("100.00", "50.00", "66.67"), "ents": ("0.00", "0.00", "0.00")},
        ),
        Quirk(
            what="Where there is neither gold nor prediction there is no figure",
            gold=_document(_RAID),
            predicted=_document(_RAID),
            shown={"spans_sc": ("-", "-", "-"), "ents": ("-", "-", "-")},
        ),
    ),
)
