"""The system ``skeleton``: finds meetings. Put what you do in their place."""

import re
from collections.abc import Iterable, Iterator

from bench import Document, Event, Span


class Skeleton:
    """Every occurrence of a word is an event of the type CONSULT.

    Args:
        word: The word. Parameters are the system's options: ``--option word=talked``.
    """

    name = "skeleton"
    version = "1"

    def __init__(self, word: str = "met") -> None:
        self._pattern = re.compile(rf"\b{re.escape(word)}\b")
        self._word = word

    def describe(self) -> dict[str, str]:
        """What else made the predictions what they are: models, hashes, versions."""
        return {"word": self._word}

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document, with the layers that it extracts."""
        for document in documents:
            text = document.text or ""
            yield Document(id=document.id, events=tuple(self._events(text)))

    def _events(self, text: str) -> Iterator[Event]:
        for found in self._pattern.finditer(text):
            place = Span(start=found.start(), end=found.end(), text=found.group())
            yield Event(type="CONSULT", trigger=place)
