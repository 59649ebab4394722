"""How Java orders and prints things, for the scorers whose figures depend on it."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

_SMALLEST_WITH_TREES = 64
_CROWD = 8
"""So many keys in one place, and a further one makes a small table grow."""


def code_units(text: str) -> bytes:
    """A string as Java's ``char``, two bytes each; they sort as ``String.compareTo`` does."""
    return text.encode("utf-16-be", "surrogatepass")


def _spread_hash(text: str) -> int:
    """``String.hashCode``, with its upper half folded in as ``HashMap`` does."""
    units = code_units(text)
    value = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value ^ value >> 16


def hash_map_order(keys: Iterable[str]) -> list[str]:
    """The order in which a ``java.util.HashMap`` yields keys put into it in the given order.

    Keys are listed by their place in the table, and in one place in the order of insertion.

    Java keeps nine keys or more that share a place of a table of 64 or more as a tree, in an order
    that is not reproduced here. Of ``T1`` to ``T196608`` at most seven ever share a place.

    >>> hash_map_order(["T1", "T20", "T3"])
    ['T20', 'T1', 'T3']
    """
    hashes = {key: _spread_hash(key) for key in keys}
    size = 16
    placed: list[int] = []
    for value in hashes.values():
        if size < _SMALLEST_WITH_TREES:
            sharing = sum((other ^ value) & (size - 1) == 0 for other in placed)
            if sharing >= _CROWD:
                size *= 2
        placed.append(value)
        if len(placed) > size * 3 // 4:
            size *= 2
    return sorted(hashes, key=lambda key: hashes[key] & (size - 1))


def four_digits(value: float) -> str:
    """A number as ``String.format("%1.4f", value)`` gives it: half up, from its shortest form.

    >>> four_digits(0.03125), format(0.03125, ".4f")
    ('0.0313', '0.0312')
    """
    return str(Decimal(repr(value)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))
