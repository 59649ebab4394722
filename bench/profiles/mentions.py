"""Typed mentions, for the scorers that know neither clusters nor anything else about actors.

Each mention of an actor is an item of its own, with the actor's type, in the order in which the
document lists them. Scorers that know one piece only take a mention from its first character to
its last.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import InputError
from ..model import Document, Mention


class Item(NamedTuple):
    """What most scorers compare: a place and a label.

    Attributes:
        first: The first character (or token).
        last: The last one, included.
        type: The label.
    """

    first: int
    last: int
    type: str


def typed_mentions(document: Document) -> list[tuple[Mention, str]]:
    """The mentions of a document with the types of their actors.

    Raises:
        InputError: A mention has no offsets, or is empty: no scorer can place it.
    """
    placed(document)
    return [(mention, actor.type) for actor in document.actors or () for mention in actor.mentions]


def placed(document: Document) -> list[tuple[int, int, str]]:
    """Where each mention of a document starts and ends, and the type of its actor.

    Raises:
        InputError: A mention has no offsets, or is empty: no scorer can place it.
    """
    found = []
    for i, actor in enumerate(document.actors or ()):
        kind = actor.type
        for j, mention in enumerate(actor.mentions):
            outer = _outer(mention)
            if outer is None:
                raise InputError(
                    f"document {document.id!r}: $.actors[{i}].mentions[{j}] covers no characters; "
                    "this scorer places items by their offsets: ground it or leave it out"
                )
            found.append((*outer, kind))
    return found


def _outer(mention: Mention) -> tuple[int, int] | None:
    pieces = mention.fragments
    if pieces:
        whole = all(start < end for start, end in pieces)
        return (pieces[0][0], pieces[-1][1]) if whole else None
    start, end = mention.start, mention.end
    return None if start is None or end is None or start >= end else (start, end)


def items(document: Document) -> list[Item]:
    """The mentions of a document, each from its first character to its last."""
    return [Item(start, end - 1, kind) for start, end, kind in placed(document)]


def touching(gold: Sequence[Item], predicted: Sequence[Item]) -> list[list[int]]:
    """For each prediction, which gold items share a character with it, in the order listed.

    >>> touching([Item(0, 3, "A"), Item(2, 9, "B")], [Item(3, 3, "A"), Item(10, 11, "A")])
    [[0, 1], []]
    """
    found: list[list[int]] = [[] for _ in predicted]
    starts = [(item.first, 0, i) for i, item in enumerate(gold)]
    starts += [(item.first, 1, i) for i, item in enumerate(predicted)]
    # A sweep over the starts; who has ended is dropped when next looked at, so that the work is
    # that of sorting plus the number of pairs.
    open_gold: list[int] = []
    open_predicted: list[int] = []
    for start, side, index in sorted(starts):
        if side:
            open_gold = [i for i in open_gold if gold[i].last >= start]
            found[index] += open_gold
            open_predicted.append(index)
        else:
            open_predicted = [i for i in open_predicted if predicted[i].last >= start]
            for i in open_predicted:
                found[i].append(index)
            open_gold.append(index)
    for each in found:
        each.sort()
    return found


def one_layer(found: Sequence[Item]) -> list[Item]:
    """Items without overlap: the longest first, then the leftmost, then by type.

    This is what is left of nested and crossing items where each token bears one label.

    >>> one_layer([Item(2, 2, "GPE"), Item(0, 4, "ORG"), Item(4, 6, "PER")])
    [Item(first=0, last=4, type='ORG')]
    """
    knots: list[list[Item]] = []
    reach = -1
    for item in sorted(found):
        first, last, _ = item
        if first > reach:
            knots.append([item])
        else:
            knots[-1].append(item)
        reach = max(reach, last)
    return [item for knot in knots for item in (_untied(knot) if len(knot) > 1 else knot)]


def _untied(knot: list[Item]) -> list[Item]:
    taken: set[int] = set()
    kept = []
    for item in sorted(knot, key=lambda item: (item.first - item.last, item.first, item.type)):
        # What stands already is at least as long: it cannot lie strictly inside.
        if item.first not in taken and item.last not in taken:
            taken.update(range(item.first, item.last + 1))
            kept.append(item)
    return sorted(kept)
