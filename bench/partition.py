"""Parts and samples of a corpus that do not change when documents are added to it.

Where a document goes follows from a hash of the seed and its id (or its group) alone.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from .errors import UsageError
from .model import Document

_ROUNDING = 1e-9


def split(
    documents: Sequence[Document],
    shares: Mapping[str, float],
    *,
    seed: int = 0,
    key: Callable[[Document], str] = lambda document: document.id,
) -> dict[str, list[Document]]:
    """The documents of each part; each part has about its share of them.

    Args:
        documents: The corpus.
        shares: The share of each part; together 1.
        seed: Another gives another split.
        key: What documents that stay together have in common.

    Raises:
        UsageError: The shares are none.
    """
    part = parted(shares, seed=seed)
    parts: dict[str, list[Document]] = {name: [] for name in shares}
    for document in documents:
        parts[part(key(document))].append(document)
    return parts


def parted(shares: Mapping[str, float], *, seed: int = 0) -> Callable[[str], str]:
    """What tells the part of a document, by its id or by what it has in common with others.

    Raises:
        UsageError: The shares are none.
    """
    if min(shares.values(), default=0) <= 0 or abs(sum(shares.values()) - 1) > _ROUNDING:
        given = ", ".join(f"{name}={share:g}" for name, share in shares.items())
        raise UsageError(
            f"split: expected shares above 0 that are 1 together, not {given or 'none'}"
        )
    names, bounds = list(shares), list(accumulate(shares.values()))

    def part(key: str) -> str:
        place = _place(key, seed)
        return next((n for n, bound in zip(names, bounds, strict=True) if place < bound), names[-1])

    return part


def sample(documents: Sequence[Document], number: int, *, seed: int = 0) -> list[Document]:
    """So many documents in the order of their ids; a larger sample holds the smaller ones.

    Raises:
        UsageError: There are not so many.
    """
    if not 0 < number <= len(documents):
        raise UsageError(f"sample: {number} of {len(documents)} documents cannot be drawn")
    drawn = sorted(documents, key=lambda document: (_place(document.id, seed), document.id))
    return sorted(drawn[:number], key=lambda document: document.id)


def _place(key: str, seed: int) -> float:
    """A number from 0 to 1."""
    digest = hashlib.sha256(f"{seed}\0{key}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
