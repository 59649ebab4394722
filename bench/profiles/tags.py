"""Documents as rows of BIO tags, for the scorers that read nothing else.

A document that brings tags in ``meta["tags"]``, a list of strings, one a token, is scored by them
as they stand, valid or not. Else its mentions are written as tags over the tokens of the gold
document, on both sides. Each token bears one tag: of nested or crossing mentions the longest is
kept, then the leftmost, and one that touches no token is lost. A mention that runs on into the
next sentence goes on there as a mention of its own.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from ..errors import InputError
from ..model import Document
from .counting import same_documents
from .mentions import Item, one_layer
from .tokens import Grid, sentences

Row = list[str]


class Page(NamedTuple):
    """A document, gold and predicted.

    Attributes:
        length: How many tokens it has.
        sentences: These as half-open ranges of tokens.
        tags: The tags that each side brings, if any.
        chunks: Of a side without tags, what its mentions become: chunks in order and apart, none
            of them over the start of a sentence.
    """

    length: int
    sentences: list[tuple[int, int]]
    tags: tuple[Row | None, Row | None]
    chunks: tuple[list[Item], list[Item]]

    @property
    def plain(self) -> bool:
        """Whether the chunks say all that rows of tags would."""
        if self.tags != (None, None):
            return False
        # Every token is in one sentence if each begins where the one before it ends.
        edges = [0, *chain.from_iterable(self.sentences), self.length]
        return edges[::2] == edges[1::2] and edges == sorted(edges)

    def rows(self) -> list[tuple[Row, Row]]:
        """The tags of each sentence."""
        tags, guesses = (
            _written(chunks, self.length) if own is None else own
            for own, chunks in zip(self.tags, self.chunks, strict=True)
        )
        return [(tags[first:end], guesses[first:end]) for first, end in self.sentences]


def pages(gold: Sequence[Document], predicted: Sequence[Document], scorer: str) -> list[Page]:
    """The documents with their tags, or with what becomes tags.

    Raises:
        InputError: A document stands on one side only, or has more tags on one.
    """
    return [_page(*pair, scorer) for pair in same_documents(gold, predicted, scorer)]


def tag_rows(
    gold: Sequence[Document], predicted: Sequence[Document], scorer: str
) -> list[tuple[Row, Row]]:
    """The tags of each sentence, gold and predicted.

    Raises:
        InputError: A document stands on one side only, or has more tags on one.
    """
    return [row for page in pages(gold, predicted, scorer) for row in page.rows()]


def _page(gold: Document, predicted: Document, scorer: str) -> Page:
    tags = _brought(gold), _brought(predicted)
    # Where both sides bring tags, there need not be a text.
    grid = Grid.of(gold) if None in tags else Grid(())
    count = len(grid) if None in tags else len(tags[0] or ())
    parts = sentences(gold, count)
    lengths = [count if own is None else len(own) for own in tags]
    if lengths != [count, count]:
        raise InputError(
            f"document {gold.id!r} has {count} tokens, {lengths[0]} gold tags and "
            f"{lengths[1]} predicted ones; {scorer} expects one tag a token"
        )
    starts = sorted({first for first, _ in parts})
    one, other = (
        _split(one_layer(grid.mentions(document)), starts) if own is None else []
        for document, own in zip((gold, predicted), tags, strict=True)
    )
    return Page(count, parts, tags, (one, other))


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


def _split(chunks: list[Item], starts: Sequence[int]) -> list[Item]:
    """The chunks, parted where a sentence starts."""
    if not any(starts):
        return chunks
    made = []
    for chunk in chunks:
        first, last, kind = chunk
        cuts = starts[bisect_right(starts, first) : bisect_right(starts, last)]
        if cuts:
            parts = pairwise([first, *cuts, last + 1])
            made += [Item(begin, end - 1, kind) for begin, end in parts]
        else:
            made.append(chunk)
    return made


def _written(chunks: Sequence[Item], count: int) -> Row:
    tags = ["O"] * count
    for first, last, kind in chunks:
        tags[first] = f"B-{kind}"
        tags[first + 1 : last + 1] = [f"I-{kind}"] * (last - first)
    return tags
