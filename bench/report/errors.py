"""The list of errors: every item that is wrong, with what is wrong about it."""

from collections.abc import Sequence

from ..corpora import Corpus
from ..differences import of_corpus
from ..model import Document
from .sheets import Sheet

COLUMNS = ("predictions", "document", "at", "item", "error", "gold", "predicted")


def error_sheet(corpus: Corpus, results: Sequence[tuple[str, Sequence[Document]]]) -> Sheet:
    """All errors of some predictions, a row each, in the order of the documents and their texts."""
    rows = [
        (name, one.document, one.start, one.item, one.kind, one.gold, one.predicted)
        for name, predictions in results
        for one in of_corpus(corpus.documents, predictions)
        if one.kind != "hit"
    ]
    return Sheet("eventbench.errors/1", COLUMNS, rows)
