"""Two annotations of the same texts made one: what agrees is kept, the rest is decided by a person.

A decision is a line of JSON: the item of each annotator (none where one has nothing there), and
what is taken: ``one``, ``other``, ``both``, ``none``, or an item written out.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from .errors import InputError
from .model import LAYERS, Actor, Document, Event, Layer, Quote, Span

Item = Actor | Event | Quote
_KINDS: dict[Layer, type[Item]] = {"actors": Actor, "events": Event, "quotes": Quote}


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of items that differ.

    Attributes:
        document: The id of the document.
        layer: The layer.
        one: The item of the first annotator.
        other: That of the second.
        take: ``one``, ``other``, ``both``, ``none``, or an item; None as long as nobody has said.
    """

    document: str
    layer: Layer
    one: dict[str, Any] | None = None
    other: dict[str, Any] | None = None
    take: str | dict[str, Any] | None = None


class Merged(NamedTuple):
    """What came of it.

    Attributes:
        documents: With what agrees and what was decided.
        decisions: All items that differ, with what was decided.
    """

    documents: list[Document]
    decisions: list[Decision]

    @property
    def open(self) -> int:
        """How many are undecided."""
        return sum(decision.take is None for decision in self.decisions)


def merge(
    one: Iterable[Document], other: Iterable[Document], decisions: Sequence[Decision] = ()
) -> Merged:
    """Make two annotations one.

    Documents that only one of them has are taken as they are.

    Args:
        one: The first annotation.
        other: The second.
        decisions: Made by an earlier call, with what a person has taken.

    Raises:
        InputError: A decision is about items that do not differ so, or takes what is no item.
    """
    sides = [{document.id: document for document in side} for side in (one, other)]
    decided = {_about(decision): decision for decision in decisions}
    documents, found = [], []
    for key in sorted(sides[0].keys() | sides[1].keys()):
        pair = [side.get(key) for side in sides]
        first, second = pair
        if first is None or second is None:
            documents.append(first or second)
            continue
        layers: dict[str, tuple[Item, ...] | None] = {}
        for layer in LAYERS:
            layers[layer], some = _layer(layer, first, second, decided)
            found += some
        documents.append(replace(first, **layers))
    left = decided.keys() - {_about(decision) for decision in found}
    if left:
        raise InputError(f"a decision on {min(left)[0]} is about items that do not differ so")
    return Merged([document for document in documents if document], found)


def read(file: Path) -> list[Decision]:
    """The decisions of a file.

    Raises:
        InputError: It cannot be read, or a line is no decision.
    """
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Decision))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{file}:{number}: {error}") from error
    return found


def written(decisions: Iterable[Decision]) -> bytes:
    """Decisions as JSON Lines."""
    return b"".join(msgspec.json.encode(decision) + b"\n" for decision in decisions)


_About = tuple[str, Layer, bytes]


def _about(decision: Decision) -> _About:
    items = msgspec.json.encode((decision.one, decision.other), order="deterministic")
    return decision.document, decision.layer, items


def _layer(
    layer: Layer, first: Document, second: Document, decided: dict[_About, Decision]
) -> tuple[tuple[Item, ...] | None, list[Decision]]:
    """A layer of a document with what is taken, and what differs in it."""
    ours, theirs = getattr(first, layer), getattr(second, layer)
    if ours is None or theirs is None:
        return (theirs if ours is None else ours), []
    known = {key(item) for item in theirs}
    taken = [item for item in ours if key(item) in known]
    both = {key(item): item for item in taken}
    theirs = _renamed(theirs, both)
    decisions = []
    for one, other in _paired(
        [item for item in ours if key(item) not in both],
        [item for item in theirs if key(item) not in both],
    ):
        asked = Decision(document=first.id, layer=layer, one=_plain(one), other=_plain(other))
        decision = decided.get(_about(asked), asked)
        decisions.append(decision)
        taken += _taken(decision, one, other)
    return tuple(sorted(taken, key=lambda item: _places(item)[0])), decisions


def _taken(decision: Decision, one: Item | None, other: Item | None) -> list[Item]:
    if decision.take is None:
        return []
    if isinstance(decision.take, str):
        sides = {"one": [one], "other": [other], "both": [one, other], "none": []}
        if decision.take not in sides:
            raise InputError(
                f"{decision.document}: take is {decision.take!r}; "
                "expected one, other, both, none, or an item"
            )
        return [item for item in sides[decision.take] if item is not None]
    try:
        return [msgspec.convert(decision.take, _KINDS[decision.layer])]
    except msgspec.ValidationError as error:
        raise InputError(f"{decision.document}: take: {error}") from error


def _plain(item: Item | None) -> dict[str, Any] | None:
    return None if item is None else msgspec.to_builtins(item)


def key(item: Item) -> object:
    """All of an item but names that mean nothing to others."""
    if isinstance(item, Actor):
        return item.type, frozenset((one.pieces, one.level) for one in item.mentions)
    if isinstance(item, Event):
        arguments = frozenset((one.role, one.pieces) for one in item.arguments)
        return item.type, item.trigger.pieces, item.realis, item.polarity, arguments
    parts = (None if span is None else span.pieces for span in (item.source, item.cue))
    return item.content.pieces, item.kind, item.unknown_source, *parts


def _renamed(theirs: Sequence[Item], both: dict[object, Item]) -> list[Item]:
    """The second annotator's items, hoppers named as the first does where both have one."""
    names: dict[str, str] = {}
    for item in theirs:
        same = both.get(key(item))
        if isinstance(item, Event) and isinstance(same, Event) and item.hopper and same.hopper:
            names[item.hopper] = same.hopper
    return [
        replace(item, hopper=names.get(item.hopper, f"other {item.hopper}"))
        if isinstance(item, Event) and item.hopper
        else item
        for item in theirs
    ]


def _places(item: Item) -> list[tuple[int, int]]:
    """Where an item is: its mentions, its trigger or its content."""
    spans: Sequence[Span] = (
        item.mentions
        if isinstance(item, Actor)
        else (item.trigger if isinstance(item, Event) else item.content,)
    )
    return sorted(piece for span in spans for piece in span.pieces) or [(-1, -1)]


def _paired(
    ours: Sequence[Item], theirs: Sequence[Item]
) -> Iterator[tuple[Item | None, Item | None]]:
    """Items that may be meant to be the same, those with the most in common first."""
    characters = [
        [{at for start, end in _places(item) for at in range(start, end)} for item in side]
        for side in (ours, theirs)
    ]
    shares = sorted(
        (-len(one & other) / len(one | other), i, j)
        for i, one in enumerate(characters[0])
        for j, other in enumerate(characters[1])
        if one & other
    )
    mates: dict[int, int] = {}
    for _, i, j in shares:
        if i not in mates and j not in mates.values():
            mates[i] = j
    for i, one in enumerate(ours):
        yield one, theirs[mates[i]] if i in mates else None
    for j, other in enumerate(theirs):
        if j not in mates.values():
            yield None, other
