"""Which items became right or wrong from one system to another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from .contestants import Contestant
from .differences import Difference
from .errors import UsageError

What = Literal["newly right", "newly wrong", "newly spurious", "no longer spurious"]


class Change(NamedTuple):
    """An item that only one of two systems has right, or has made up.

    Attributes:
        what: What became of it.
        item: The item, as the system has it that is wrong about it.
        before: What the baseline has there; None where it has nothing.
        after: What the other system has.
    """

    what: What
    item: Difference
    before: Difference | None
    after: Difference | None


def changes(baseline: Contestant, other: Contestant) -> Iterator[Change]:
    """The items on which two systems differ, in the order of the documents and their texts.

    Raises:
        UsageError: The items of one of them are not known.
    """
    sides = [_by_document(side) for side in (baseline, other)]
    for document in sorted(sides[0].keys() & sides[1].keys()):
        before, after = (_keyed(side[document]) for side in sides)
        for key in sorted(before.keys() | after.keys(), key=lambda key: key[:2]):
            one, two = before.get(key), after.get(key)
            was, now = (side is not None and side.kind == "hit" for side in (one, two))
            item = (one if now else two) or one or two
            if item is None:
                continue
            if was != now:
                yield Change("newly right" if now else "newly wrong", item, one, two)
            elif key[-1] and (one is None or two is None):
                what: What = "no longer spurious" if two is None else "newly spurious"
                yield Change(what, item, one, two)


def by_kind(found: Iterable[Change]) -> list[tuple[str, str, str, int]]:
    """How many changes there are of each kind: the item, what it was, what it is, the number."""

    def kind(side: Difference | None) -> str:
        return "nothing" if side is None else side.kind

    counted = Counter((one.item.item, kind(one.before), kind(one.after)) for one in found)
    return [(*what, number) for what, number in sorted(counted.items())]


def _by_document(side: Contestant) -> dict[str, list[Difference]]:
    if side.differences is None:
        raise UsageError(f"{side.name}: a printed report does not hold the items; compare the run")
    found: defaultdict[str, list[Difference]] = defaultdict(list)
    for one in side.differences():
        found[one.document].append(one)
    return found


_Key = tuple[int, str, str, int, bool]


def _keyed(found: Sequence[Difference]) -> dict[_Key, Difference]:
    """Differences by what they are about: an item of gold, or a spurious one."""
    made: dict[_Key, Difference] = {}
    for one in found:
        words, number = one.gold or one.predicted or "", 0
        while (key := (one.start, one.item, words, number, one.gold is None)) in made:
            number += 1
        made[key] = one
    return made
