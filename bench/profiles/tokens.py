"""Tokens, for the scorers that count in them.

A document brings its own in ``meta["tokens"]``, a list of ``[start, end]`` in characters, and its
sentences in ``meta["sentences"]``, a list of ``[first, end]`` in tokens. Without them tokens are
runs of word characters and single other marks, and the document is one sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from ..errors import InputError
from ..model import Document, Pieces

Token = tuple[int, int]

_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokens(document: Document) -> list[Token]:
    """The tokens of a document as ``(start, end)`` in characters.

    Raises:
        InputError: The document has neither tokens nor a text.
    """
    own = document.meta.get("tokens")
    if own is not None:
        return [(int(start), int(end)) for start, end in own]
    if document.text is None:
        raise InputError(f"document {document.id!r} has neither a text nor meta.tokens")
    return [match.span() for match in _TOKEN.finditer(document.text)]


def sentences(document: Document, count: int) -> list[tuple[int, int]]:
    """The sentences of a document of ``count`` tokens, as half-open ranges of tokens."""
    own = document.meta.get("sentences")
    if own is None:
        return [(0, count)] if count else []
    return [(int(first), int(end)) for first, end in own]


def token_range(pieces: Pieces, known: Sequence[Token]) -> tuple[int, int] | None:
    """The tokens that a span touches, as a half-open range; None where it touches none.

    >>> token_range(((3, 9),), [(0, 2), (3, 5), (6, 9)])
    (1, 3)
    """
    start, end = pieces[0][0], pieces[-1][1]
    first = bisect_left(known, start, key=lambda token: token[1] - 1)
    last = bisect_left(known, end, key=lambda token: token[0])
    return (first, last) if first < last else None
