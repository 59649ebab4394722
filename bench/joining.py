"""Gold and predictions read in step: batches of documents with what was predicted for them.

Neither side is held in memory. A document waits only for its other half, so files in about the
same order need little; in any other order they give the same pairs.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, zip_longest
from typing import NamedTuple

from .corpora import Entrance, predictions_at, unknown_document
from .errors import NothingMeasured, refused
from .formats.base import Located
from .items import Flat, Vocabulary
from .model import Document
from .sources import Source

_DOCUMENTS = 256
"""So many documents are a batch."""


class Batch(NamedTuple):
    """Some documents of a corpus with what was predicted for them.

    Attributes:
        gold: The documents.
        predicted: Their predictions in the same order; None where there is none.
        ours: The columns of gold.
        theirs: Those of the predictions.
        vocabulary: What their codes mean.
    """

    gold: list[Document]
    predicted: list[Document | None]
    ours: Flat
    theirs: Flat
    vocabulary: Vocabulary


def batches(
    gold: Source,
    predictions: str,
    *,
    strict: bool = False,
    refuse: Callable[[str], None] = refused,
) -> Iterator[Batch]:
    """All documents of a corpus with their predictions, some at a time.

    Args:
        gold: The corpus.
        predictions: A path of any format, or ``-`` for JSON Lines on stdin.
        strict: Refuse unknown fields, types and roles.
        refuse: What is done about faults of a prediction, see `Entrance`.

    Raises:
        InputError: Something cannot be read or does not fit; says where.
        UsageError: There are no such predictions.
        NothingMeasured: There is no document in the gold.
    """
    ours = Entrance(gold.ontology, strict=strict)
    theirs = Entrance(gold.ontology, strict=strict, refuse=refuse)
    where = predictions_at(predictions)
    pairs = _joined(ours.read(gold), theirs.read(where))

    def batch() -> Batch | None:
        some = list(islice(pairs, _DOCUMENTS))
        if not some or not ours.known:
            return None
        for pair in some:
            if pair.gold is None and pair.predicted is not None:
                refuse(unknown_document(pair.predicted, ours.known))
        both = [(pair.gold, pair.predicted) for pair in some if pair.gold is not None]
        vocabulary = Vocabulary()
        documents, columns = ours.gold([one for one, _ in both], vocabulary)
        texts = [document.text for document in documents]
        predicted, found = theirs.predictions([other for _, other in both], texts, vocabulary)
        return Batch(documents, predicted, columns, found, vocabulary)

    yield from iter(batch, None)  # which holds none while the next one is read
    if not ours.known:
        raise NothingMeasured(f"{gold}: holds no document")


class _Pair(NamedTuple):
    gold: Located | None
    predicted: Located | None


def _joined(gold: Iterable[Located], predicted: Iterable[Located]) -> Iterator[_Pair]:
    """Pairs of documents with one id; at the end those that stand on one side only."""
    sides: tuple[dict[str, Located], dict[str, Located]] = ({}, {})
    for both in zip_longest(gold, predicted):
        for side, one in enumerate(both):
            if one is None:
                continue
            other = sides[1 - side].pop(one.document.id, None)
            if other is None:
                sides[side][one.document.id] = one
            else:
                yield _Pair(other, one) if side else _Pair(one, other)
        if both[1] is None:  # no prediction will come any more
            yield from (_Pair(sides[0].pop(key), None) for key in list(sides[0]))
    yield from (_Pair(one, None) for one in sides[0].values())
    yield from (_Pair(None, one) for one in sides[1].values())
