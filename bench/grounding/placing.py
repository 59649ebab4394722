"""Which of its places each of many strings is given: every place once, and the order of the text.

All strings of one kind compete for the places in a text. In this order a string gets

1. its only place;
2. of several, the free one whose sentence holds most of what belongs to the string (an event's
   arguments, a quote's cue and source);
3. the first free place, for mentions the first after the mention listed before it.

Longer strings go first, and a place inside that of a longer one (for mentions, inside a longer name
of the same actor: "Osei" in "Kofi Osei") is given only where there is no other. Places where the
string is exact go before those where it is folded.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from ..model import Pieces
from .textindex import Found, Place, TextIndex

_CROWD = 32
"""Of more places than this in one sentence only the first are told apart by what is beside them."""


class Head(NamedTuple):
    """A string that competes for its places.

    Attributes:
        path: Its JSON path.
        found: Its places.
        twin: Equal for strings that may be exchanged without changing anything.
        beside: The sentences of each thing that belongs to it, where these are few.
        owner: The actor whose mention it is.
        number: Its number among the mentions of that actor.
    """

    path: str
    found: Found
    twin: Hashable
    beside: tuple[frozenset[int], ...] = ()
    owner: int | None = None
    number: int = 0


@dataclass
class Scope:
    """The places taken so far, and who was given which."""

    index: TextIndex
    chosen: dict[str, Place] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken: set[Pieces] = set()
        # For each owner the furthest end of what covers a token and, of the spans that were given,
        # their beginnings in order with the furthest end so far.
        self._reach: dict[tuple[int | None, int], int] = {}
        self._given: dict[int | None, tuple[list[int], list[int]]] = {}
        # For each actor the numbers of its placed mentions in order, and where each begins.
        self._placed: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._first: dict[int, int] = {}
        self._strings: dict[int | None, set[str]] = defaultdict(set)

    def keep(self, given: Iterable[tuple[Pieces, int | None, int]]) -> None:
        """Mark the places of spans that have offsets: pieces, owner and number of each."""
        bounds: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
        for pieces, owner, number in given:
            self.taken.add(pieces)
            self._note(pieces[0][0], owner, number)
            bounds[owner].append((pieces[0][0], pieces[-1][1]))
        for owner, pairs in bounds.items():
            pairs.sort()
            reach = list(accumulate((end for _, end in pairs), max))
            self._given[owner] = ([start for start, _ in pairs], reach)

    def _note(self, start: int, owner: int | None, number: int) -> None:
        if owner is not None:
            insort(self._placed[owner], (number, start))
            self._first[owner] = min(start, self._first.get(owner, start))

    def place(self, heads: Iterable[Head]) -> None:
        """Give each string a place where there is a free one."""
        groups: dict[tuple[int, int, tuple[str, ...]], list[Head]] = defaultdict(list)
        for head in heads:
            if head.owner is not None:
                self._strings[head.owner].add(head.found.key[0])
            if len(head.found) == 1:
                self._give(head, head.found[0])
            elif len(head.found):
                # The longer the key, the more is known of where the string stands.
                key = head.found.key
                groups[-head.found.length, -len(key), key].append(head)
        for group in sorted(groups):
            self._share(groups[group])

    def _give(self, head: Head, place: Place, *, unsure: bool = False) -> None:
        if place.pieces in self.taken:
            return
        self.chosen[head.path] = place
        if unsure:
            self.unsure.add(head.path)
        self.taken.add(place.pieces)
        self._note(place.start, head.owner, head.number)
        for token in range(place.first, place.last + 1):
            at = (head.owner, token)
            self._reach[at] = max(place.end, self._reach.get(at, 0))

    def _share(self, heads: Sequence[Head]) -> None:
        """Give places to strings that want the same ones."""
        self._by_company(heads)
        batches: dict[Hashable, list[Head]] = defaultdict(list)
        for head in heads:
            if head.path not in self.chosen:
                batches[head.twin].append(head)
        # The actor that comes first in the text chooses first; the sort keeps the order otherwise.
        far = len(self.index.text) + 1
        pools: dict[int, tuple[_Pool, _Pool]] = {}
        for batch in sorted(
            batches.values(),
            key=lambda batch: (
                far if batch[0].owner is None else self._first.get(batch[0].owner, far)
            ),
        ):
            found = batch[0].found
            if id(found) not in pools:
                pools[id(found)] = (
                    _Pool(self, found, exact=True),
                    _Pool(self, found, exact=False),
                )
            self._in_order(batch, pools[id(found)])

    def _by_company(self, heads: Sequence[Head]) -> None:
        """Give places to those that have most of what belongs to them in the same sentence."""
        bids: list[tuple[int, bool, Place, int]] = []
        counts: list[Counter[Place]] = []
        for i, head in enumerate(heads):
            near = self._near(head)
            counts.append(near)
            bids += [
                (-count, self.nested(head.owner, place), place, i) for place, count in near.items()
            ]
        for count, nested, place, i in sorted(bids):
            head = heads[i]
            if head.path in self.chosen or place.pieces in self.taken:
                continue
            rivals = sum(
                (-other, self.nested(head.owner, at)) == (count, nested)
                and at.pieces not in self.taken
                for at, other in counts[i].items()
            )
            self._give(head, place, unsure=rivals > 1)

    def _near(self, head: Head) -> Counter[Place]:
        """How many of the things that belong to a string are in the sentence of each place."""
        near: Counter[Place] = Counter()
        for sentences in head.beside:
            near.update({
                place
                for sentence in sentences
                for place in self.index.within(head.found, sentence, _CROWD)
                if place.pieces not in self.taken
            })  # fmt: skip
        return near

    def _in_order(self, batch: Sequence[Head], pools: Sequence["_Pool"]) -> None:
        """Give interchangeable strings the first free places."""
        todo = list(batch)
        outer = [_Outer(pool, batch[0].owner) for pool in pools]
        # When these are used up, all that is free is nested.
        for choice in (*outer, *pools):
            if not todo:
                break
            free = choice.count(len(todo) + 1)
            for head in todo[:free]:
                place = choice.first(self._after(head)) or choice.first(0)
                if place is not None:
                    self._give(head, place, unsure=free > len(todo))
            todo = todo[free:]

    def _after(self, head: Head) -> int:
        """Where the mention listed before this one begins."""
        if head.owner is None:
            return 0
        placed = self._placed[head.owner]
        i = bisect_left(placed, (head.number, 0))
        return placed[i - 1][1] if i else 0

    def nested(self, owner: int | None, place: Place) -> bool:
        """Whether a place lies within a longer one of the same owner."""
        return self.reach(owner, place) >= place.end

    def longer(self, owner: int | None, key: str) -> Iterator[tuple[int, list[str]]]:
        """The owner's strings that hold a shorter one, as tokens, and how many stand before it."""
        for name in sorted(self._strings.get(owner, ())):
            before, found, _ = f" {name} ".partition(f" {key} ")
            if found and name != key:
                yield len(before.split()), name.split(" ")

    def reach(self, owner: int | None, place: Place) -> int:
        """The furthest end of the owner's places that hold the beginning of a place, or 0."""
        starts, reach = self._given.get(owner, ((), ()))
        i = bisect_right(starts, place.start)
        given = reach[i - 1] if i else 0
        return max(given, self._reach.get((owner, place.first), 0))


class _Pool:
    """The free places of a string, exact or not; others are passed over only once."""

    def __init__(self, scope: Scope, found: Found, *, exact: bool) -> None:
        self.scope, self.found = scope, found
        self._exact = exact
        self._next: dict[int, int] = {}

    def first(self, at: int) -> Place | None:
        """The first from a character on."""
        i = self.free(bisect_left(self.found.firsts, self.scope.index.token(at)))
        return self.found[i] if i < len(self.found) else None

    def count(self, most: int) -> int:
        """How many there are, up to ``most``."""
        count, i = 0, self.free(0)
        while i < len(self.found) and count < most:
            count, i = count + 1, self.free(i + 1)
        return count

    def free(self, i: int) -> int:
        """The number of the first from a number on."""
        passed = []
        while i in self._next or (i < len(self.found) and not self.fits(self.found[i])):
            passed.append(i)
            i = self._next.get(i, i + 1)
        for j in passed:
            self._next[j] = i
        return i

    def fits(self, place: Place) -> bool:
        """Whether a place is in the pool."""
        return (place.how == "exact") == self._exact and place.pieces not in self.scope.taken


class _Outer(_Pool):
    """Those places of a pool that are not nested in others of one owner."""

    def __init__(self, pool: _Pool, owner: int | None) -> None:
        super().__init__(pool.scope, pool.found, exact=pool._exact)
        self._pool, self._owner = pool, owner
        self._longer = list(pool.scope.longer(owner, pool.found.key[0]))

    def _part(self, place: Place) -> bool:
        """Whether a longer name of the owner stands around a place, taken or not."""
        keys = self.scope.index.tokens.keys
        return any(
            before <= place.first
            and keys[place.first - before : place.first - before + len(name)] == name
            for before, name in self._longer
        )

    def free(self, i: int) -> int:
        """The number of the first from a number on."""
        passed = []
        i = self._pool.free(self._next.get(i, i))
        while i < len(self.found):
            place = self.found[i]
            reach = self.scope.reach(self._owner, place)
            if reach < place.end and not self._part(place):
                break
            passed.append(i)
            # All up to the last that begins before the end is nested in the same.
            last = bisect_left(self.found.firsts, self.scope.index.token(reach)) - 1
            i = max(i + 1, last)
            i = self._pool.free(self._next.get(i, i))
        for j in passed:
            self._next[j] = i
        return i
