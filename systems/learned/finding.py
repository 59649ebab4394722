"""Events of a parsed document, as the classifiers of the system ``sklearn`` decide."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from spacy.tokens import Token

from bench.model import Argument, Event

from ..paragraphs import Paragraph, span
from .features import Extent, extents, of_filler, of_pair, of_token
from .learning import PART, words
from .models import Classifiers


class _Head(NamedTuple):
    """A word that heads a trigger, the offset of its paragraph, and what its event is."""

    token: Token
    base: int
    type: str
    realis: Any
    polarity: Any


def events(classifiers: Classifiers, paragraphs: Sequence[Paragraph], text: str) -> Iterator[Event]:
    """The events of a document, in the order of their heads."""
    heads = _heads(classifiers, paragraphs)
    pairs = [(head, token) for head in heads for token in words(head.token.sent)]
    roles = classifiers.pair.chosen(of_pair(h.token, h.type, token) for h, token in pairs)
    taken: set[tuple[int, int]] = set()
    for head, found in groupby(zip(pairs, roles, strict=True), key=lambda one: one[0][0]):
        if (head.base, head.token.i) in taken:
            continue
        decided = [(token, names) for (_, token), names in found]
        parts = (token for token, names in decided if PART in names and token.i != head.token.i)
        trigger = [head.token, *parts]
        taken |= {(head.base, token.i) for token in trigger}
        fillers = [(token, role) for token, names in decided for role in names if role != PART]
        yield Event(
            type=head.type,
            trigger=span(trigger, head.base, text),
            arguments=tuple(_arguments(classifiers, fillers, head, text)),
            realis=head.realis,
            polarity=head.polarity,
        )


def _heads(classifiers: Classifiers, paragraphs: Sequence[Paragraph]) -> list[_Head]:
    tokens = [(token, base) for base, doc in paragraphs for token in words(doc[:])]
    if not tokens:
        return []
    marked = classifiers.trigger.chosen(of_token(token) for token, _ in tokens)
    heads = [one for one, names in zip(tokens, marked, strict=True) if names]
    if not heads:
        return []
    rows = [list(of_token(token)) for token, _ in heads]
    labels = [
        one.best(rows) for one in (classifiers.type, classifiers.realis, classifiers.polarity)
    ]
    return [_Head(token, base, *more) for (token, base), *more in zip(heads, *labels, strict=True)]


def _arguments(
    classifiers: Classifiers, fillers: Sequence[tuple[Token, str]], head: _Head, text: str
) -> Iterator[Argument]:
    """The arguments of an event; what lies inside another filler of the same role is left out."""
    found = [(role, _extent(classifiers, token, role)) for token, role in fillers]
    for role, (start, end) in dict.fromkeys(found):
        around = ((a, b) for other, (a, b) in found if other == role and (a, b) != (start, end))
        if not any(a <= start and end <= b for a, b in around):
            filler = span(list(head.token.doc[start:end]), head.base, text)
            yield Argument(role=role, start=filler.start, end=filler.end, text=filler.text)


def _extent(classifiers: Classifiers, token: Token, role: str) -> Extent:
    """The span that a filler most likely has, of those that its head may head."""
    possible = extents(token)
    names = classifiers.extent.labels.classes
    (odds,) = classifiers.extent.odds([of_filler(token, role)])
    ranked = sorted(zip(odds.tolist(), names, strict=True), key=lambda one: (-one[0], one[1]))
    return next((possible[name] for _, name in ranked if name in possible), (token.i, token.i + 1))
