"""Units drawn anew: weighted sums of the columns of figures, in blocks with a seed of their own.

All figures of the same units share one product ``weights @ columns``. Sums are exact (in single
precision where they fit, else in double), so that neither the blocks nor the other figures nor the
order of the units can show in them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import ceil, e, factorial
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from .errors import UsageError
from .figures import Figure, known, looked_up
from .items import Ints
from .matching import Floats

Scheme = Literal["multinomial", "poisson"]
Weights = npt.NDArray[np.float32]

_BLOCK, _SWAPS = 256, 1024
"""Resamples that share a seed: of the bootstrap, and of the randomisation."""

_DRAWN, _HELD = 80_000, 2**20
"""Draws that are made at a time, so that they stay in the cache, and weights that are held."""

_SWAPPED = 256
"""Units whose bits are looked at together, so that their weights stay in the cache."""

_MANY = 16
"""From so many columns on their product is worth many rows of weights at once."""

_HALF = np.uint64(32)

_POISSON = np.searchsorted(
    np.rint(np.cumsum([2**16 / e / factorial(k) for k in range(12)])),
    np.arange(2**16),
    side="right",
).astype(np.uint8)
"""The Poisson weight, of mean 1, of each number of 16 bits."""


@dataclass(frozen=True)
class Sampling:
    """How units are drawn anew.

    Attributes:
        resamples: How many times.
        seed: Where the draws begin.
        scheme: ``multinomial``: as many units as there are, with replacement. ``poisson``: each
            unit a number of times that is Poisson with mean 1 and follows from the seed, the
            unit's id and the number of the resample alone.
        strata: The stratum of each unit; as many are drawn in each as it has.
    """

    resamples: int = 10_000
    seed: int = 1
    scheme: Scheme = "multinomial"
    strata: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        known("scheme", self.scheme, get_args(Scheme))
        if self.resamples < 1 or self.seed < 0:
            raise UsageError("expected one resample at least, and a seed that is not below 0")
        if self.strata is not None and self.scheme == "poisson":
            raise UsageError("Poisson weights are drawn for each unit alone; they know no strata")

    def stratum(self, units: Sequence[str]) -> Ints:
        """The number of each unit's stratum.

        Raises:
            UsageError: A unit has none, or each has one of its own.
        """
        if self.strata is None:
            return np.zeros(len(units), dtype=np.int64)
        of = [looked_up(unit, self.strata, "stratum") for unit in units]
        names = {name: i for i, name in enumerate(sorted(set(of)))}
        if len(names) == len(units):
            raise UsageError("each unit is a stratum of its own: nothing can vary")
        return np.array([names[name] for name in of])


def resample(
    figures: Sequence[Figure], sampling: Sampling | None = None, executor: Executor | None = None
) -> list[Floats]:
    """What each figure is worth in each resample; NaN where there is nothing to count.

    Raises:
        UsageError: There is one unit only.
    """
    sampling = sampling or Sampling()
    found: dict[int, Floats] = {}
    for places in by_units(figures):
        units = figures[places[0]].units
        columns, where = _distinct([figures[i].columns for i in places])
        if sampling.scheme == "poisson":
            sums = _poisson(units, columns, sampling)
        else:
            sums = _multinomial(units, columns, sampling, executor)
        for i, at in zip(places, where, strict=True):
            found[i] = figures[i].worth(sums[:, at])
    return [found[i] for i in range(len(figures))]


def shard(figures: Sequence[Figure], sampling: Sampling) -> list[Floats]:
    """The Poisson-weighted sums of each figure over a part of a corpus, a row for each resample.

    Those of all parts add up to those of the corpus, to the last digit; ``worth`` of the figure of
    any part says what they are worth. A mean over labels needs parts whose gold has the same.

    Raises:
        UsageError: The scheme is another: its weights depend on all units.
    """
    if sampling.scheme != "poisson":
        raise UsageError("parts of a corpus are drawn apart only with the scheme poisson")
    return [_poisson(one.units, one.columns, sampling) for one in figures]


def swapped(
    moves: Sequence[Floats], sampling: Sampling, executor: Executor | None = None
) -> list[Floats]:
    """The sums of what moves when each unit is swapped or not, at random; a row for each time.

    Args:
        moves: For each difference on the same units, what moves when a unit is swapped.
        sampling: How often, and the seed.
        executor: Where the blocks are drawn.
    """
    columns, where = _distinct(moves)
    rows = np.flatnonzero(columns.any(axis=1))
    parts = [rows[i : i + _SWAPPED] for i in range(0, len(rows), _SWAPPED)]
    draw = partial(
        _swaps,
        parts=[(part, _split(columns[part], np.abs(columns[part]).sum(axis=0))) for part in parts],
        shape=columns.shape,
        seed=sampling.seed,
    )
    sums = _in_blocks(draw, sampling.resamples, _SWAPS, executor)
    return [sums[:, at] for at in where]


def by_units(figures: Sequence[Figure]) -> list[list[int]]:
    """The places of the figures that have the same units.

    Raises:
        UsageError: One has a single unit, or none.
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for i, one in enumerate(figures):
        if len(one.units) < 2:
            raise UsageError(
                f"{len(one.units)} unit: how a figure varies over units shows from two on"
            )
        found.setdefault(one.units, []).append(i)
    return list(found.values())


def _distinct(tables: Sequence[Floats]) -> tuple[Floats, list[list[int]]]:
    """All columns, each once, and where those of each table are."""
    place: dict[bytes, int] = {}
    where = [
        [place.setdefault((column + 0.0).tobytes(), len(place)) for column in table.T]
        for table in tables
    ]
    columns = np.frombuffer(b"".join(place)).reshape(len(place), len(tables[0]))
    return columns.T, where


class _Split(NamedTuple):
    """Columns: those whose weighted sums single precision holds exactly, then the others."""

    order: Ints
    narrow: Weights
    wide: Floats

    def weighted(self, weights: Weights) -> Floats:
        """The weighted sums, in the order that the columns had."""
        cut = self.narrow.shape[1]
        sums = np.empty((len(weights), len(self.order)))
        sums[:, self.order[:cut]] = weights @ self.narrow
        if cut < len(self.order):
            sums[:, self.order[cut:]] = weights.astype(float) @ self.wide
        return sums


def _split(columns: Floats, most: Floats) -> _Split:
    """Columns whose weighted sums are at most so large."""
    narrow = (most < 2**24) & (columns == np.rint(columns)).all(axis=0)
    order = np.argsort(~narrow, kind="stable")
    cut = int(narrow.sum())
    return _Split(order, columns[:, order[:cut]].astype(np.float32), columns[:, order[cut:]])


def _in_blocks(
    draw: Callable[[int, int], Floats], resamples: int, size: int, executor: Executor | None
) -> Floats:
    """What is drawn in blocks of so many resamples, one after another."""
    starts = range(0, resamples, size)
    sizes = [min(size, resamples - start) for start in starts]
    run = executor.map if executor else map
    return np.concatenate(list(run(draw, range(len(sizes)), sizes)))


def _bits(seed: int, purpose: int, block: int) -> np.random.SFC64:
    return np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(purpose, block)))


def _multinomial(
    units: Sequence[str], columns: Floats, sampling: Sampling, executor: Executor | None
) -> Floats:
    """The weighted sums of each resample."""
    stratum = sampling.stratum(units)
    rows = np.argsort(stratum, kind="stable")
    sizes = np.bincount(stratum)
    draw = partial(
        _multinomial_block,
        columns=_split(columns[rows], np.abs(columns).max(axis=0, initial=0) * len(units)),
        # Each place of a resample is filled from the stratum that it is in.
        first=np.repeat(np.cumsum(sizes) - sizes, sizes),
        size=np.repeat(sizes, sizes).astype(np.uint64),
        seed=sampling.seed,
    )
    return _in_blocks(draw, sampling.resamples, _BLOCK, executor)


def _multinomial_block(
    block: int,
    resamples: int,
    *,
    columns: _Split,
    first: Ints,
    size: npt.NDArray[np.uint64],
    seed: int,
) -> Floats:
    bits, units = _bits(seed, 0, block), len(first)
    wide = len(columns.order) > _MANY
    few, held = (
        min(max(1, most // units), resamples) for most in (_DRAWN, 2 * _HELD if wide else _DRAWN)
    )
    weights = np.empty((held, units), dtype=np.float32)
    cells = np.empty((few, units), dtype=np.uint64)
    offsets = (np.arange(few)[:, None] * units + first).astype(np.uint64) << _HALF
    sums = []
    for start in range(0, resamples, held):
        part = weights[: resamples - start]
        for row in range(0, len(part), few):
            some = part[row : row + few]
            drawn = bits.random_raw(len(some) * ceil(units / 2)).astype("<u8", copy=False)
            # x of 32 bits becomes x·size / 2**32: all places are equally likely, up to a share of
            # size / 2**32.
            at = cells[: len(some)]
            np.multiply(drawn.view("<u4").reshape(len(some), -1)[:, :units], size, out=at)
            at += offsets[: len(some)]
            at >>= _HALF
            counts = np.bincount(at.view(np.int64).ravel(), minlength=some.size)
            some[:] = counts.reshape(some.shape)
        sums.append(columns.weighted(part))
    return np.concatenate(sums)


def _poisson(units: Sequence[str], columns: Floats, sampling: Sampling) -> Floats:
    """The weighted sums of each resample, from weights that each unit has of itself."""
    sums = np.zeros((sampling.resamples, columns.shape[1]))
    words = ceil(sampling.resamples / 4)
    few = max(1, _HELD // (4 * words))
    weights = np.empty((few, 4 * words), dtype=np.float32)
    for start in range(0, len(units), few):
        some, part = units[start : start + few], columns[start : start + few]
        for row, unit in enumerate(some):
            name = f"{sampling.seed} {unit}".encode("utf-8", "surrogatepass")
            key = int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
            raw = np.random.Philox(key=key).random_raw(words).astype("<u8", copy=False)
            weights[row] = _POISSON[raw.view("<u2")]
        most = np.abs(part).sum(axis=0) * int(_POISSON.max())
        sums += _split(part, most).weighted(weights[: len(some), : sampling.resamples].T)
    return sums


def _swaps(
    block: int,
    resamples: int,
    *,
    parts: Sequence[tuple[Ints, _Split]],
    shape: tuple[int, int],
    seed: int,
) -> Floats:
    # Every unit has its bits, swapped or not, so that those of one do not depend on the others.
    units, width = shape
    raw = _bits(seed, 1, block).random_raw(units * _SWAPS // 64).astype("<u8", copy=False)
    bits = raw.view(np.uint8).reshape(units, _SWAPS // 8)
    sums = np.zeros((resamples, width))
    for rows, columns in parts:
        weights = np.unpackbits(bits[rows], axis=1, count=resamples).astype(np.float32)
        sums += columns.weighted(weights.T)
    return sums
