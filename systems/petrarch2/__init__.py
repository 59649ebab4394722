"""The system ``petrarch2``: PETRARCH2, which codes political events in CAMEO, from a checkout.

https://github.com/openeventdata/petrarch2 (MIT; Norris, Schrodt and Beieler 2017). Its Python 2
code and its dictionaries are used as they stand. It reads constituents, which are made here of
spaCy's dependency trees, and codes who did what to whom where its dictionaries know all three:
events with actor and recipient, by verbs alone; no realis, places or times, no actors, no quotes.

It gives codes and no offsets. An event's trigger is the verb that it took the code from, an
argument the nearest noun phrase to which it gave the actor's code.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from spacy.tokens import Span as Sentence

from bench.errors import UsageError
from bench.model import Argument, Document, Event, Span

from ..dependency.model import load
from ..paragraphs import PLAIN
from .coder import Coded, Coder, Place
from .trees import join_hyphens

_DATE = "20170101"
"""The day of documents that name none: it was published in that year."""


class Petrarch2:
    """Events by PETRARCH2.

    Args:
        path: Where the repository is checked out.
        model: The spaCy pipeline to use; by default the official small English one.
    """

    name = "petrarch2"
    version = "1"

    def __init__(self, path: str = "", model: str = "") -> None:
        if not path:
            raise UsageError(
                "petrarch2: say where PETRARCH2 is checked out: --option path=FOLDER "
                "(git clone https://github.com/openeventdata/petrarch2)"
            )
        self._coder = Coder(Path(path))
        self._model = load(model)

    def describe(self) -> dict[str, str]:
        """The hash of its code and dictionaries, and which model."""
        return {
            "code and dictionaries sha256": self._coder.digest,
            **self._model.describe(),
        }

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document.

        Its list of discards leaves out sentences or whole documents (sports, and the like); a
        sentence on which it raises is left out too. The prediction's ``meta`` counts them.

        Raises:
            ValueError: A document's ``date`` is none.
        """
        for document in documents:
            yield self._coded(document)

    def _coded(self, document: Document) -> Document:
        day = self._coder.day(_date(document.meta.get("date")))
        text = document.text or ""
        found: dict[tuple[str, Place], list[tuple[str, Place]]] = {}
        discarded = failed = 0
        for start, sentence in self._sentences(text):
            discard = self._coder.discards(sentence.text)
            if discard > 1:
                return Document(id=document.id, events=(), meta={"discarded": "document"})
            if discard:
                discarded += 1
                continue
            try:
                coded = list(self._coder.events(sentence, day))
            except Exception:  # noqa: BLE001 - whatever it raises on such a tree
                failed += 1
                continue
            for one in coded:
                place, arguments = _moved(one, start)
                found.setdefault((one.type, place), []).extend(arguments)
        counts = {"discarded sentences": discarded, "failed sentences": failed}
        return Document(
            id=document.id,
            events=tuple(_event(*key, found[key], text) for key in found),
            meta={key: count for key, count in counts.items() if count},
        )

    def _sentences(self, text: str) -> Iterator[tuple[int, Sentence]]:
        """The sentences of each line, with where the line starts."""
        start = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                doc = self._model.nlp(line.translate(PLAIN))
                join_hyphens(doc)
                for sentence in doc.sents:
                    if not sentence.root.is_space:
                        yield start, sentence
            start += len(line)


def _date(given: object) -> str:
    """A document's day as YYYYMMDD.

    >>> _date("2015-08-13"), _date(None)
    ('20150813', '20170101')
    """
    if given is None:
        return _DATE
    try:
        return f"{datetime.fromisoformat(str(given)):%Y%m%d}"
    except ValueError:
        raise ValueError(f"date {given!r}: expected one like 2015-08-13") from None


def _moved(coded: Coded, by: int) -> tuple[Place, list[tuple[str, Place]]]:
    start, end = coded.trigger
    moved = [(role, (first + by, last + by)) for role, (first, last) in coded.arguments]
    return (start + by, end + by), moved


def _event(kind: str, trigger: Place, arguments: list[tuple[str, Place]], text: str) -> Event:
    """An event; where both sides are coded as acting, both are actors."""
    start, end = trigger
    acting = {place for role, place in arguments if role == "actor"}
    kept = [one for one in arguments if one[0] == "actor" or one[1] not in acting]
    return Event(
        type=kind,
        trigger=Span(start=start, end=end, text=text[start:end]),
        arguments=tuple(
            Argument(role=role, start=first, end=last, text=text[first:last])
            for role, (first, last) in sorted(set(kept), key=lambda one: one[::-1])
        ),
    )
