"""Do annotators agree? The same matching that scores systems, and agreement beyond chance.

Figures are over the documents that all have labelled.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, combinations
from typing import NamedTuple

from .compare import Estimate, Settings, estimates
from .contestants import Contestant
from .corpora import Corpus
from .differences import Difference, of_corpus
from .errors import NotComparable
from .measures import Measure, parse
from .model import Document, Pieces, Span
from .reliability import Spans, alpha, apart, kappa, unitised_alpha
from .runs import SavedCounts
from .scoring import score

MEASURES: tuple[Measure, ...] = tuple(
    map(
        parse,
        (
            "actors.mention",
            "actors.mention.type",
            "actors.actor",
            "actors.coref.conll",
            "events.trigger",
            "events.trigger.type",
            "events.trigger.realis",
            "events.argument.role+attached",
            "quotes.content",
            "quotes.content@overlap",
            "quotes.cue",
            "quotes.source",
            "quotes.kind",
            "quotes.attribution",
        ),
    )
)
"""The measures of agreement, unless others are asked for."""


class Pair(NamedTuple):
    """Two annotators, one scored against the other.

    Attributes:
        one: The name of the first.
        other: That of the second.
        estimates: F1 in each measure, with its interval; the same whoever comes first.
    """

    one: str
    other: str
    estimates: list[Estimate]


class Label(NamedTuple):
    """Agreement on a label of items that several annotators have at exactly the same place.

    Attributes:
        what: The item and its label, such as ``mention type``.
        items: How many items at least two annotators have.
        kappa: Cohen's kappa of each pair of annotators, in the order of the pairs.
        alpha: Krippendorff's nominal alpha of all of them.
    """

    what: str
    items: int
    kappa: list[float | None]
    alpha: float | None


class Boundary(NamedTuple):
    """Agreement on where items begin and end: Krippendorff's alpha for unitizing.

    Attributes:
        what: The items.
        category: Their type or kind; empty for all.
        spans: How many each annotator has, those that overlap made one.
        alpha: The coefficient.
    """

    what: str
    category: str
    spans: list[int]
    alpha: float | None


class Disagreement(NamedTuple):
    """A kind of disagreement between two annotators.

    Attributes:
        one: The name of the first.
        other: That of the second.
        item: The kind of item.
        kind: What differs, see `bench.differences`; ``missed`` is what only the first has.
        number: How many there are.
        example: The first of them.
    """

    one: str
    other: str
    item: str
    kind: str
    number: int
    example: Difference


class Agreement(NamedTuple):
    """How far some annotators agree.

    Attributes:
        annotators: Their names.
        documents: How many documents all of them have labelled.
        left_out: How many only some have.
        pairs: Each pair, scored.
        labels: Labels of the items that they have in common.
        boundaries: Where items begin and end.
        disagreements: The kinds of disagreement, the most frequent first.
    """

    annotators: tuple[str, ...]
    documents: int
    left_out: int
    pairs: list[Pair]
    labels: list[Label]
    boundaries: list[Boundary]
    disagreements: list[Disagreement]


def agreement(
    annotators: Mapping[str, Corpus],
    measures: Sequence[Measure] = MEASURES,
    settings: Settings = Settings(),  # noqa: B008 - it is immutable
) -> Agreement:
    """How far annotators agree.

    Args:
        annotators: What each has labelled, by name; two at least.
        measures: Those of the pairs.
        settings: How intervals are made.

    Raises:
        NotComparable: They have no document in common, or another text in one.
        NothingMeasured: Two of them have no layer in common.
    """
    sides = {name: {one.id: one for one in corpus.documents} for name, corpus in annotators.items()}
    every = set().union(*sides.values())
    common = sorted(every.intersection(*sides.values()))
    _same_texts(sides, common)
    shared = {name: [by_id[key] for key in common] for name, by_id in sides.items()}
    pairs: list[Pair] = []
    found: list[Disagreement] = []
    for one, other in combinations(annotators, 2):
        gold = replace(annotators[one], documents=tuple(shared[one]))
        pairs.append(Pair(one, other, _scored(gold, shared[other], measures, settings)))
        found += _kinds(one, other, of_corpus(shared[one], shared[other]))
    return Agreement(
        tuple(annotators),
        len(common),
        len(every) - len(common),
        pairs,
        list(_labels(list(shared.values()))),
        list(_boundaries(list(shared.values()))),
        sorted(found, key=lambda one: (-one.number, one.item, one.kind)),
    )


def _same_texts(sides: Mapping[str, Mapping[str, Document]], common: Sequence[str]) -> None:
    if not common:
        raise NotComparable(f"{' and '.join(sides)} have no document in common")
    first, *others = sides
    for key in common:
        for other in others:
            if sides[first][key].text != sides[other][key].text:
                raise NotComparable(f"{key}: {first} and {other} have another text")


def _scored(
    gold: Corpus, predicted: Sequence[Document], measures: Sequence[Measure], settings: Settings
) -> list[Estimate]:
    scores = score(gold, predicted, measures, unit=settings.unit)
    counts = SavedCounts(scores.matrix, scores.samples, scores.unit)
    side = Contestant(gold.name, gold.info, (), counts, None)
    return estimates([side], [m for m in measures if m.name in scores.matrix], settings)


def _kinds(one: str, other: str, found: Iterable[Difference]) -> Iterator[Disagreement]:
    groups: defaultdict[tuple[str, str], list[Difference]] = defaultdict(list)
    for difference in found:
        if difference.kind != "hit":
            groups[difference.item, difference.kind].append(difference)
    for (item, kind), some in groups.items():
        yield Disagreement(one, other, item, kind, len(some), some[0])


class _Item(NamedTuple):
    """An item: its kind, where it is, the trigger that it belongs to, and its labels."""

    kind: str
    pieces: Pieces
    trigger: Pieces
    labels: Mapping[str, Hashable]


def _items(document: Document) -> Iterator[_Item]:
    for actor in document.actors or ():
        for mention in actor.mentions:
            labels = {"type": actor.type, "level": mention.level}
            yield _Item("mention", mention.pieces, (), labels)
    for event in document.events or ():
        trigger = event.trigger.pieces
        labels = {"type": event.type, "realis": event.realis, "polarity": event.polarity}
        yield _Item("trigger", trigger, (), labels)
        for argument in event.arguments:
            yield _Item("argument", argument.pieces, trigger, {"role": argument.role})
    for quote in document.quotes or ():
        parts = {"source": _pieces(quote.source), "cue": _pieces(quote.cue)}
        yield _Item("quote", quote.content.pieces, (), {"kind": quote.kind, **parts})


def _pieces(span: Span | None) -> Pieces:
    return () if span is None else span.pieces


def _labels(sides: Sequence[Sequence[Document]]) -> Iterator[Label]:
    """Agreement on each label of the items that stand at the same place."""
    given: defaultdict[str, dict[Hashable, list[Hashable]]] = defaultdict(dict)
    for annotator, documents in enumerate(sides):
        met: Counter[Hashable] = Counter()
        for document in documents:
            for item in _items(document):
                where = (document.id, *item[:3])
                met[where] += 1
                for label, value in item.labels.items():
                    units = given[f"{item.kind} {label}"]
                    row = units.setdefault((where, met[where]), [None] * len(sides))
                    row[annotator] = (value,)  # to give none is to give a label too
    for what, found in given.items():
        rows = [row for row in found.values() if sum(value is not None for value in row) > 1]
        yield Label(what, len(rows), [*map(_kappa, _columns(rows, len(sides)))], alpha(rows))


def _columns(
    rows: Sequence[Sequence[Hashable]], sides: int
) -> Iterator[list[tuple[Hashable, Hashable]]]:
    """The labels that each pair of annotators gave to what both of them have."""
    for i, j in combinations(range(sides), 2):
        yield [(row[i], row[j]) for row in rows if row[i] is not None and row[j] is not None]


def _kappa(labels: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    return kappa([one for one, _ in labels], [other for _, other in labels])


_UNITS = {"mention": "type", "trigger": "type", "quote": "kind"}
"""The items whose boundaries are compared, and the label by which that is also done apart."""


def _boundaries(sides: Sequence[Sequence[Document]]) -> Iterator[Boundary]:
    """Agreement on the boundaries of items, in all texts one after the other."""
    offsets = [0, *accumulate(len(document.text or "") for document in sides[0])]
    for what, label in _UNITS.items():
        for by in ("", label):
            spans = [_spans(documents, offsets, what, by) for documents in sides]
            found = unitised_alpha(spans, offsets[-1])
            for category, value in found.by_category.items():
                counts = [len(one.get(category, ())) for one in spans]
                yield Boundary(what, category, counts, value)


def _spans(
    documents: Sequence[Document], offsets: Sequence[int], what: str, by: str
) -> dict[str, Spans]:
    """The spans of an annotator's items by a label, all documents in one text."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for document, offset in zip(documents, offsets, strict=False):
        for item in _items(document):
            if item.kind == what:
                spans = [(offset + start, offset + end) for start, end in item.pieces]
                found[str(item.labels[by]) if by else ""] += spans
    return {category: apart(spans) for category, spans in found.items()}
