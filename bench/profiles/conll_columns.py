"""Actors as the coreference column of a CoNLL file, and as scorers read it back.

One token a line: ``(3`` opens a mention of actor 3, ``3)`` closes one, ``(3)`` is one of a single
token. Scorers pair the brackets of an actor as nested ones, so crossing mentions of one actor come
back otherwise than they went in; a mention in pieces goes in from its first token to its last.

The tokens and sentences are those of the gold's meta (see `bench.profiles.tokens`); a prediction
may bring its own. Where gold has neither, each character is a token and the document is one
sentence. A mention that covers no token, or that has no offsets, becomes a token
of its own behind the text: missed or spurious, but counted.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..model import Document
from .counting import by_id
from .tokens import Grid, sentences

Place = tuple[int, int]
"""The first and the last token of a mention, both included."""


@dataclass(frozen=True)
class Columns:
    """One side of a document.

    Attributes:
        length: How many tokens it has.
        starts: The first token of each sentence.
        actors: The places of the mentions of each actor.
    """

    length: int
    starts: Sequence[int]
    actors: Sequence[Sequence[Place]]

    def lines(self) -> Iterator[str]:
        """What stands in the column, line by line; empty between sentences."""
        cells: list[list[str]] = [[] for _ in range(self.length)]
        for number, places in enumerate(self.actors):
            for first, last in places:
                if first == last:
                    cells[first].append(f"({number})")
                else:
                    cells[first].append(f"({number}")
                    cells[last].append(f"{number})")
        breaks = set(self.starts[1:])
        for token, parts in enumerate(cells):
            if token in breaks:
                yield ""
            yield "|".join(parts) or "-"

    def sentence(self, token: int) -> int:
        """The number of the sentence of a token."""
        return bisect_right(self.starts, token) - 1


def columns(gold: Document, predicted: Document) -> tuple[Columns, Columns]:
    """Both sides of a document."""
    counted = bool({"tokens", "sentences"} & gold.meta.keys())
    own = counted and "tokens" in predicted.meta
    grid = Grid.of(gold) if counted else None
    grids = (grid, Grid.of(predicted) if own else grid)
    placed = [_placed(side, those) for side, those in zip((gold, predicted), grids, strict=True)]
    ends = (last + 1 for side in placed for actor in side for _, last in actor)
    base = max(1, *(len(those or ()) for those in grids), *ends)
    other = predicted if own or "sentences" in predicted.meta else gold
    starts = [_starts(side, base) if counted else [0] for side in (gold, other)]
    # What stands behind the texts is never equal: even tokens on this side, odd ones on that.
    return _columns(placed[0], starts[0], base, 0), _columns(placed[1], starts[1], base, 1)


def _placed(document: Document, grid: Grid | None) -> list[list[Place]]:
    actors = [[mention.pieces for mention in actor.mentions] for actor in document.actors or ()]
    found = [pieces for places in actors for pieces in places if pieces]
    ranges = iter([(pieces[0][0], pieces[-1][1]) for pieces in found] if grid is None
                  else grid.ranges(found))  # fmt: skip
    return [
        [_included(next(ranges)) if pieces else _NOWHERE for pieces in places] for places in actors
    ]


_NOWHERE = (-1, -1)


def _included(bounds: tuple[int, int] | None) -> Place:
    return (bounds[0], bounds[1] - 1) if bounds and bounds[0] < bounds[1] else _NOWHERE


def _starts(document: Document, length: int) -> list[int]:
    found = sentences(document, length)
    return sorted({0, *(first for first, end in found if first < min(end, length))})


def _columns(
    placed: Sequence[Sequence[Place]], starts: list[int], base: int, shift: int
) -> Columns:
    free = base + shift
    actors = []
    for places in placed:
        made = []
        for place in places:
            if place == _NOWHERE:
                place = (free, free)
                free += 2
            made.append(place)
        actors.append(made)
    # They are a sentence of their own, so that their numbers in it differ as well.
    behind = [base] if free > base + shift else []
    return Columns(free, starts + behind, actors)


def nested(places: Sequence[Place]) -> list[Place]:
    """The mentions that the brackets of one actor spell, in the order in which they close.

    >>> nested([(0, 2), (1, 4), (3, 3)])
    [(1, 2), (3, 3), (0, 4)]
    """
    opened = sorted((first for first, last in places if first < last), reverse=True)
    closed = sorted(last for first, last in places if first < last)
    stack: list[int] = []
    found = [(last, 0, first) for first, last in places if first == last]
    for last in closed:
        while opened and opened[-1] <= last:
            stack.append(opened.pop())
        found.append((last, 1, stack.pop()))
    # Sorted by line only: what closes on one line keeps its order, single tokens first.
    return [(first, last) for last, _, first in sorted(found, key=lambda one: one[:2])]


def document_lines(number: int, side: Columns) -> Iterator[str]:
    """A document of a file, of which only the coreference column says anything."""
    yield f"#begin document (d{number}); part 000"
    for cell in side.lines():
        yield f"d\t0\tx\t{cell}" if cell else ""
    yield from ("", "#end document")


def in_order_of(
    meeting: Callable[[Place], int], actors: Sequence[Sequence[Place]]
) -> list[list[Place]]:
    """The actors as a scorer meets them: line by line, and single tokens before what is longer.

    Args:
        meeting: The line on which a scorer meets a mention.
        actors: The places of their mentions.

    Returns:
        The mentions that are read for each, see `nested`.
    """
    met = []
    for number, places in enumerate(actors):
        if places:
            line = min(map(meeting, places))
            met.append((line, (line, line) not in places, number))
    return [nested(actors[number]) for *_, number in sorted(met)]


def matched_documents(
    gold: Sequence[Document], predicted: Sequence[Document], *, missing: str | None = None
) -> Iterator[tuple[Document, Document]]:
    """The gold documents with their predictions; what only the predictions have is ignored.

    Args:
        gold: The gold documents, each once.
        predicted: The predictions.
        missing: The scorer that refuses a gold document without a prediction; None for empty ones.

    Raises:
        InputError: A document comes twice, or is missing.
    """
    known = by_id(predicted)
    for document in by_id(gold).values():
        if document.id not in known and missing:
            raise InputError(
                f"{missing} scores no document without a prediction, but has none for "
                f"{document.id!r}; give it an empty one"
            )
        yield document, known.get(document.id, Document(id=document.id))
