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
from collections import defaultdict
from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, groupby, islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from ..model import Pieces
from .grams import Grams
from .textindex import Found, Place, TextIndex

_CROWD = 32
"""Of more places than this in one sentence only the first are told apart by what is beside them."""
_WINDOW = 64
"""So many places at least are compared with longer names at a time."""


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
        self._taken: set[Pieces] = set()
        self.begun: set[int] = set()
        # For each owner the furthest end of what covers a token and, of the spans that were given,
        # their beginnings in order with the furthest end so far.
        self._reach: dict[int | None, dict[int, int]] = defaultdict(dict)
        self._given: dict[int | None, tuple[list[int], list[int]]] = {}
        # For each actor the numbers of its placed mentions in order, and where each begins.
        self._placed: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._first: dict[int, int] = {}
        self._strings: dict[int | None, set[str]] = defaultdict(set)

    def keep(self, given: Iterable[tuple[Pieces, int | None, int]]) -> None:
        """Mark the places of spans that have offsets: pieces, owner and number of each."""
        bounds: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
        for pieces, owner, number in given:
            self._taken.add(pieces)
            # It may begin within a token.
            token = self.index.token(pieces[0][0])
            self.begun |= {token - 1, token}
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
        if self.taken(place):
            return
        self.chosen[head.path] = place
        if unsure:
            self.unsure.add(head.path)
        self._taken.add(place.pieces)
        self.begun.add(place.first)
        self._note(place.start, head.owner, head.number)
        covered, end = self._reach[head.owner], place.end
        for token in range(place.first, place.last + 1):
            if covered.get(token, 0) < end:
                covered[token] = end

    def taken(self, place: Place) -> bool:
        """Whether a place was given to somebody."""
        return place.first in self.begun and place.pieces in self._taken

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
                exact, inexact = found.split()
                pools[id(found)] = (_Pool(self, found, exact), _Pool(self, found, inexact))
            self._in_order(batch, pools[id(found)])

    def _by_company(self, heads: Sequence[Head]) -> None:
        """Give places to those that have most of what belongs to them in the same sentence."""
        alike: dict[Hashable, list[int]] = defaultdict(list)
        for i, head in enumerate(heads):
            if head.beside:
                alike[id(head.found), head.owner, head.beside].append(i)
        waiting = [numbers[::-1] for numbers in alike.values()]
        near = [self._near(heads[numbers[-1]]) for numbers in waiting]
        bids = sorted(
            (-count, self.nested(heads[waiting[which][-1]].owner, place), place, which)
            for which, counts in enumerate(near)
            for place, count in counts.items()
        )
        for (count, nested, place), rivals in groupby(bids, itemgetter(0, 1, 2)):
            bidding = [which for *_, which in rivals if waiting[which]]
            if not bidding or self.taken(place):
                continue
            which = min(bidding, key=lambda which: waiting[which][-1])
            head = heads[waiting[which].pop()]
            as_good = (
                at
                for at, other in near[which].items()
                if -other == count and not self.taken(at) and self.nested(head.owner, at) == nested
            )
            self._give(head, place, unsure=len(list(islice(as_good, 2))) > 1)

    def _near(self, head: Head) -> Mapping[Place, int]:
        """How many of the things that belong to a string are in the sentence of each place."""
        near: dict[Place, int] = defaultdict(int)
        for sentences in head.beside:
            for place in {
                place
                for sentence in sentences
                for place in self.index.within(head.found, sentence, _CROWD)
            }:
                if not self.taken(place):
                    near[place] += 1
        return near

    def _in_order(self, batch: Sequence[Head], pools: Sequence["_Pool"]) -> None:
        """Give interchangeable strings the first free places."""
        todo = list(batch)
        outer = (_Outer(pool, batch[0].owner) for pool in pools if pool.members)
        # When these are used up, all that is free is nested.
        for choice in chain(outer, pools):
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

    def longer(self, owner: int | None, key: str) -> Iterator[tuple[int, str]]:
        """The owner's strings that hold a shorter one, and how many tokens stand before it."""
        return self._names.longer(owner, key) if len(self._strings[owner]) > 1 else iter(())

    @cached_property
    def _names(self) -> "_Names":
        return _Names(self._strings)

    def covered(self, owner: int | None) -> Container[int] | None:
        """The tokens in an owner's places, unless it has spans that were given."""
        return None if owner in self._given else self._reach[owner]

    def reach(self, owner: int | None, place: Place) -> int:
        """The furthest end of the owner's places that hold the beginning of a place, or 0."""
        reach = self._reach[owner].get(place.first, 0)
        if owner not in self._given:
            return reach
        starts, given = self._given[owner]
        i = bisect_right(starts, place.start)
        return max(given[i - 1] if i else 0, reach)


class _Names:
    """The strings of each owner, in which shorter ones can be found."""

    def __init__(self, strings: Mapping[int | None, Collection[str]]) -> None:
        self._names: list[str] = []
        self._owned: dict[int | None, range] = {}
        for owner, names in strings.items():
            self._owned[owner] = range(len(self._names), len(self._names) + len(names))
            self._names += names
        tokens = [(*name.split(" "), "") for name in self._names]
        self._begins = [0, *accumulate(map(len, tokens))]
        self._grams = Grams(list(chain.from_iterable(tokens)))
        self._places: dict[str, Sequence[int]] = {}

    def longer(self, owner: int | None, key: str) -> Iterator[tuple[int, str]]:
        """The names of an owner that hold a shorter one, and how many tokens stand before it."""
        if key not in self._places:
            self._places[key] = self._grams.starts(key.split(" "))
        places, begins, number = self._places[key], self._begins, self._owned[owner].start
        while True:
            i = bisect_left(places, begins[number])
            if i == len(places) or places[i] >= begins[self._owned[owner].stop]:
                return
            number = bisect_right(begins, places[i]) - 1
            if self._names[number] != key:
                yield places[i] - begins[number], self._names[number]
            number += 1


class _Pool:
    """The free places of a string among some of its places; others are passed over only once."""

    def __init__(self, scope: Scope, found: Found, members: Sequence[int]) -> None:
        self.scope, self.found, self.members = scope, found, members
        self.total = len(found)
        self._next: dict[int, int] = {}

    def first(self, at: int) -> Place | None:
        """The first from a character on."""
        i = self.free(bisect_left(self.found.firsts, self.scope.index.token(at)))
        return self.found[i] if i < self.total else None

    def count(self, most: int) -> int:
        """How many there are, up to ``most``."""
        count, i = 0, self.free(0)
        while i < self.total and count < most:
            count, i = count + 1, self.free(i + 1)
        return count

    def free(self, i: int) -> int:
        """The number of the first from a number on."""
        passed = []
        i = self._member(i)
        firsts, begun = self.found.firsts, self.scope.begun
        while i in self._next or (
            i < self.total and firsts[i] in begun and self.scope.taken(self.found[i])
        ):
            passed.append(i)
            i = self._member(self._next.get(i, i + 1))
        for j in passed:
            self._next[j] = i
        return i

    def _member(self, i: int) -> int:
        """The first member from a number on."""
        if len(self.members) == self.total:
            return i
        at = bisect_left(self.members, i)
        return self.members[at] if at < len(self.members) else self.total


class _Outer(_Pool):
    """Those places of a pool that are not nested in others of one owner."""

    def __init__(self, pool: _Pool, owner: int | None) -> None:
        super().__init__(pool.scope, pool.found, pool.members)
        self._pool, self._owner = pool, owner
        self._covered = self.scope.covered(owner)
        self._longer = [
            (before, stands)
            for before, name in self.scope.longer(owner, self.found.key[0])
            if len(stands := self.scope.index.stands(name))
        ]
        # Of the numbers within these bounds, those around which no longer name stands.
        self._low, self._high = 0, 0
        self._alone: list[int] = []

    def free(self, i: int) -> int:
        """The number of the first from a number on."""
        passed: list[int] = []
        i = self._pool.free(self._next.get(i, i))
        while i < self.total:
            alone = self._first_alone(i) if self._longer else i
            stop = self._untouched(i, max(alone, i + 1))
            if alone == i < stop:
                break
            if i < stop:
                between = slice(bisect_left(self.members, i), bisect_left(self.members, stop))
                passed += self.members[between]
                i = stop
            else:
                place = self.found[i]
                reach = self.scope.reach(self._owner, place)
                if alone == i and reach < place.end:
                    break
                passed.append(i)
                # All up to the last that begins before the end is nested in the same.
                last = bisect_left(self.found.firsts, self.scope.index.token(reach)) - 1
                i = max(i + 1, last)
            i = self._pool.free(self._next.get(i, i))
        self._next.update(dict.fromkeys(passed, i))
        return i

    def _untouched(self, i: int, stop: int) -> int:
        """How far there is nothing but the longer names to tell one place from the next."""
        covered, begun, firsts = self._covered, self.scope.begun, self.found.firsts
        if covered is None:
            return i
        for number in range(i, stop):
            first = firsts[number]
            if first in covered or first in begun or number in self._next:
                return number
        return stop

    def _first_alone(self, i: int) -> int:
        """The first number from one on around whose place no longer name of the owner stands."""
        while i < self.total:
            if not self._low <= i < self._high:
                wide = 2 * (self._high - self._low) if i == self._high else 0
                self._low, self._high = i, min(i + max(wide, _WINDOW), self.total)
                self._alone = self._look()
            at = bisect_left(self._alone, i)
            if at < len(self._alone):
                return self._alone[at]
            i = self._high
        return i

    def _look(self) -> list[int]:
        """The numbers within the bounds around whose places no longer name stands."""
        firsts = np.array(self.found.firsts[self._low : self._high])
        numbers = np.arange(self._low, self._high)
        for before, stands in self._longer:
            if not len(numbers):
                break
            begins = firsts - before
            at = stands.searchsorted(begins)
            alone = stands[np.minimum(at, len(stands) - 1)] != begins
            firsts, numbers = firsts[alone], numbers[alone]
        return numbers.tolist()
