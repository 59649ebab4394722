"""Parts of documents as sampling units, where there are too few documents to draw from.

An item belongs to the passage in which it begins; one without offsets to the first.
"""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from .items import Ints
from .model import Document

Unit = Literal["document", "paragraph", "sentence"]

_ENDS = {
    "paragraph": re.compile(r"\n\s*"),
    "sentence": re.compile(r"\n\s*|(?<=[.!?…])[\"”’»)\]]*\s+(?=[\"“‘«(\[]*[A-Z0-9])"),
}


def document_of(name: str, unit: Unit) -> str:
    """The id of the document of a sampling unit.

    >>> document_of("a#1#0003", "sentence"), document_of("a#1", "document")
    ('a#1', 'a#1')
    """
    return name if unit == "document" else name.rpartition("#")[0]


class Passages:
    """The passages of some documents.

    Args:
        documents: The documents, with their texts.
        unit: What a passage is.

    Attributes:
        names: A name for each passage: that of its document, ``#`` and its number.
    """

    def __init__(
        self, documents: Sequence[Document], unit: Literal["paragraph", "sentence"]
    ) -> None:
        self._width = 1 + max((len(document.text or "") for document in documents), default=0)
        starts: list[int] = []
        self.names: list[str] = []
        self.documents: list[int] = []
        for i, document in enumerate(documents):
            text = document.text or ""
            found = [0, *(end.end() for end in _ENDS[unit].finditer(text) if end.end() < len(text))]
            starts += [i * self._width + start for start in found]
            self.names += [f"{document.id}#{number:04}" for number in range(len(found))]
            self.documents += [i] * len(found)
        self._starts = np.array(starts, dtype=np.int64)

    def of(self, unit: Ints, start: Ints) -> Ints:
        """The number of the passage of items, from their document and where they begin."""
        place = unit * self._width + np.maximum(start, 0)
        return np.searchsorted(self._starts, place, side="right") - 1
