"""Documents as a spaCy pipeline reads them: paragraph by paragraph; and words of them as spans."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, tee
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Token

from bench.model import Document, Span

PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "–": "-", "—": "-"})
"""Characters that the parser knows better in another form, one for one: offsets stay."""


class Paragraph(NamedTuple):
    """A parsed line of a document, and the offset at which it begins."""

    start: int
    doc: Doc


def parsed(
    nlp: Language, documents: Iterable[Document]
) -> Iterator[tuple[Document, list[Paragraph]]]:
    """Yield each document with its paragraphs, so that a headline does not run into the text."""
    ours, theirs = tee(documents)
    docs = nlp.pipe(line for one in theirs for line in _lines(one))
    for document in ours:
        start, found = 0, []
        for doc in islice(docs, len(_lines(document))):
            found.append(Paragraph(start, doc))
            start += len(doc.text)
        yield document, found


def _lines(document: Document) -> list[str]:
    return (document.text or "").translate(PLAIN).splitlines(keepends=True)


def runs(tokens: Iterable[Token]) -> list[tuple[int, int]]:
    """The first and one past the last of the tokens that stand side by side."""
    found: list[tuple[int, int]] = []
    for at in sorted({token.i for token in tokens}):
        start = found.pop()[0] if found and found[-1][1] == at else at
        found.append((start, at + 1))
    return found


def span(tokens: Sequence[Token], start: int, text: str) -> Span:
    """Some words of the paragraph that begins at ``start``: a piece for those side by side."""
    doc = tokens[0].doc
    pieces = tuple(
        (start + doc[first].idx, start + doc[last - 1].idx + len(doc[last - 1]))
        for first, last in runs(tokens)
    )
    fragments = pieces if pieces[1:] else ()
    surface = " ".join(text[a:b] for a, b in pieces)
    return Span(start=pieces[0][0], end=pieces[-1][1], fragments=fragments, text=surface)
