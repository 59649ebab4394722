"""Gold events as rows that the classifiers of the system ``sklearn`` learn from."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Span as Phrase
from spacy.tokens import Token

from bench.errors import NothingMeasured
from bench.model import Document, Event, Span

from ..paragraphs import Paragraph
from .features import extents, of_filler, of_pair, of_token
from .linear import Linear, Rows, fit
from .models import Classifiers

TRIGGER = "trigger"
PART = "(trigger)"
"""What a word of the trigger is called among the roles."""


class _Examples:
    """Rows with the labels and the fold of each."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.labels: list[set[str]] = []
        self.folds: list[int] = []

    def add(self, features: Iterator[str], labels: set[str], fold: int) -> None:
        self.rows.add(features)
        self.labels.append(labels)
        self.folds.append(fold)

    def fitted(self, *, tuned: bool = False) -> Linear:
        return fit(self.rows, self.labels, self.folds if tuned else ())


class _Filler(NamedTuple):
    """The filler of an argument in a sentence, and the word that heads it."""

    head: Token
    role: str
    start: int
    end: int


class _Found(NamedTuple):
    """An event in a sentence."""

    event: Event
    head: Token
    words: set[int]
    fillers: list[_Filler]


def learn(
    documents: Sequence[tuple[Document, Sequence[Paragraph]]], folds: Sequence[int]
) -> Classifiers:
    """Fit the classifiers.

    Args:
        documents: Parsed gold.
        folds: The fold of each document, for the thresholds.

    Raises:
        NothingMeasured: There is no event to learn from.
    """
    trigger, pair = _Examples(), _Examples()
    labels = {name: _Examples() for name in ("type", "realis", "polarity")}
    fillers: list[_Filler] = []
    for (document, paragraphs), fold in zip(documents, folds, strict=True):
        found = _located(document, paragraphs)
        heads = {(id(one.head.doc), one.head.i) for one in found}
        for token in (token for paragraph in paragraphs for token in words(paragraph.doc[:])):
            is_head = (id(token.doc), token.i) in heads
            trigger.add(of_token(token), {TRIGGER} if is_head else set(), fold)
        for one in found:
            for name, examples in labels.items():
                examples.add(of_token(one.head), {getattr(one.event, name)}, fold)
            fillers += one.fillers
            for token in words(one.head.sent):
                roles = {filler.role for filler in one.fillers if filler.head.i == token.i}
                roles |= {PART} if token.i in one.words and token.i != one.head.i else set()
                pair.add(of_pair(one.head, one.event.type, token), roles, fold)
    if not labels["type"].labels:
        raise NothingMeasured(f"none of {len(documents)} documents has an event to learn from")
    return Classifiers(
        trigger=trigger.fitted(tuned=True),
        pair=pair.fitted(tuned=True),
        extent=_extents(fillers).fitted(),
        **{name: examples.fitted() for name, examples in labels.items()},
    )


def words(phrase: Phrase) -> Iterator[Token]:
    """The tokens that are more than white space."""
    return (token for token in phrase if not token.is_space)


def _extents(fillers: Sequence[_Filler]) -> _Examples:
    """How each filler is made; of the ways that make the same, the one that is right most often."""
    right = [
        [name for name, extent in extents(one.head).items() if extent == (one.start, one.end)]
        for one in fillers
    ]
    often = Counter(name for names in right for name in names)
    made = _Examples()
    for one, names in zip(fillers, right, strict=True):
        if names:
            best = max(names, key=lambda name: (often[name], name))
            made.add(of_filler(one.head, one.role), {best}, 0)
    return made


def _located(document: Document, paragraphs: Sequence[Paragraph]) -> list[_Found]:
    """The events of a document in its sentences; of those with the same head the first."""
    found: dict[tuple[int, int], _Found] = {}
    for event in document.events or ():
        tokens = _tokens(event.trigger, paragraphs)
        if not tokens:
            continue
        head = _head(tokens)
        fillers = []
        for argument in event.arguments:
            inside = _beside(head, _tokens(argument, paragraphs))
            if inside:
                extent = (inside[0].i, inside[-1].i + 1)
                fillers.append(_Filler(_head(inside), argument.role, *extent))
        own = {token.i for token in _beside(head, tokens)}
        found.setdefault((id(head.doc), head.i), _Found(event, head, own, fillers))
    return list(found.values())


def _head(tokens: Sequence[Token]) -> Token:
    """The word highest in its tree, of equals the first."""
    return min(tokens, key=lambda token: sum(1 for _ in token.ancestors))


def _beside(head: Token, tokens: Sequence[Token]) -> list[Token]:
    """Those of some words that are in the sentence of another one."""
    return [token for token in tokens if token.doc is head.doc and token.sent == head.sent]


def _tokens(span: Span, paragraphs: Sequence[Paragraph]) -> list[Token]:
    """The words that a span touches."""
    found: list[Token] = []
    starts = [paragraph.start for paragraph in paragraphs]
    for start, end in span.pieces:
        first = max(bisect_right(starts, start) - 1, 0)
        for base, doc in paragraphs[first : bisect_left(starts, end)]:
            begin, stop = max(start - base, 0), min(end - base, len(doc.text))
            touched = doc.char_span(begin, stop, alignment_mode="expand") if begin < stop else None
            found += [] if touched is None else words(touched)
    return found
