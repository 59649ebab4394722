"""Two versions of a corpus, or two annotators, item by item."""

from collections.abc import Sequence

from ..differences import of_corpus
from ..model import Document
from .sheets import Sheet


def diff_sheet(one: Sequence[Document], other: Sequence[Document]) -> Sheet:
    """The items in which two corpora differ, and the documents that only one of them has."""
    ids = [{document.id for document in side} for side in (one, other)]
    rows: list[tuple[object, ...]] = [
        (key, None, "document", f"only in {'A' if key in ids[0] else 'B'}", None, None, None)
        for key in sorted(ids[0] ^ ids[1])
    ]
    common = [document for document in one if document.id in ids[1]]
    rows += [
        (
            each.document,
            each.start,
            each.item,
            {"missed": "only in A", "spurious": "only in B"}.get(each.kind, each.kind),
            each.gold,
            each.predicted,
            each.context,
        )
        for each in of_corpus(common, other)
        if each.kind != "hit"
    ]
    columns = ("document", "at", "item", "what", "A", "B", "context")
    return Sheet("eventbench.diff/1", columns, rows)
