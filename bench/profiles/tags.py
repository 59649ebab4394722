"""Documents as rows of BIO tags, for the scorers that read nothing else.

A document that brings tags in ``meta["tags"]``, a list of strings, one a token, is scored by them
as they stand, valid or not. Else its mentions are written as tags over the tokens of the gold
document, on both sides. Each token bears one tag: of nested or crossing mentions the longest is
kept, then the leftmost, and one that touches no token is lost. A mention that runs on into the
next sentence goes on there as a mention of its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from ..errors import InputError
from ..model import Document
from .mentions import Item, one_layer, paired, typed_mentions
from .tokens import Token, sentences, tokens

Row = list[str]


def tag_rows(
    gold: Sequence[Document], predicted: Sequence[Document], scorer: str
) -> list[tuple[Row, Row]]:
    """The tags of each sentence, gold and predicted.

    Raises:
        InputError: A document stands on one side only, or has more tags on one.
    """
    rows = []
    for one, other in paired(gold, predicted, scorer):
        brought = [_brought(document) for document in (one, other)]
        # Where both sides bring tags, there need not be a text.
        known = tokens(one) if None in brought else []
        count = len(known) if None in brought else len(brought[0] or ())
        parts = sentences(one, count)
        starts = {first for first, _ in parts}
        tags, guesses = (
            _bio(document, known, starts) if own is None else own
            for document, own in zip((one, other), brought, strict=True)
        )
        if not len(tags) == len(guesses) == count:
            raise InputError(
                f"document {one.id!r} has {count} tokens, {len(tags)} gold tags and "
                f"{len(guesses)} predicted ones; {scorer} expects one tag a token"
            )
        rows += [(tags[first:end], guesses[first:end]) for first, end in parts]
    return rows


def _brought(document: Document) -> Row | None:
    own = document.meta.get("tags")
    if own is None:
        return None
    if not isinstance(own, list) or not all(isinstance(tag, str) and tag for tag in own):
        raise InputError(
            f"document {document.id!r}: $.meta.tags is expected to be a list of strings, "
            "none of them empty"
        )
    return own


def _bio(document: Document, known: Sequence[Token], starts: Collection[int]) -> Row:
    tags = ["O"] * len(known)
    for first, last, kind in one_layer(Grid(known).mentions(document)):
        for i in range(first, last + 1):
            tags[i] = f"{'B' if i == first or i in starts else 'I'}-{kind}"
    return tags


class Grid:
    """The tokens of a document, for many spans to be looked up among them."""

    def __init__(self, known: Sequence[Token]) -> None:
        self._starts = [start for start, _ in known]
        self._ends = [end for _, end in known]

    def touched(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last token that share a character with ``[start, end)``, if any do.

        >>> Grid([(0, 2), (3, 5), (6, 9)]).touched(3, 9)
        (1, 2)
        """
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end) - 1
        return (first, last) if first <= last else None

    def mentions(self, document: Document) -> list[Item]:
        """Mentions by the tokens they touch; those that touch none are left out."""
        found = []
        for mention, kind in typed_mentions(document):
            pieces = mention.pieces
            touched = self.touched(pieces[0][0], pieces[-1][1])
            if touched is not None:
                found.append(Item(*touched, kind))
        return found
