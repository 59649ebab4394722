"""The list of errors: every item that is wrong, with what is wrong about it."""

from collections.abc import Sequence

from ..corpora import Corpus
from ..differences import differences
from ..model import Document
from .sheets import Sheet

COLUMNS = ("predictions", "document", "at", "item", "error", "gold", "predicted")


def error_sheet(corpus: Corpus, results: Sequence[tuple[str, Sequence[Document]]]) -> Sheet:
    """All errors of some predictions, a row each, in the order of the documents and their texts."""
    rows = []
    for name, predictions in results:
        found = {one.id: one for one in predictions}
        for gold in corpus.documents:
            predicted = found.get(gold.id, Document(id=gold.id, actors=(), events=(), quotes=()))
            rows += [
                (name, one.document, one.start, one.item, one.kind, one.gold, one.predicted)
                for one in differences(gold, predicted)
                if one.kind != "hit"
            ]
    return Sheet("eventbench.errors/1", COLUMNS, rows)
