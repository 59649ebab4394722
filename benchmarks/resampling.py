"""How long resampling takes, against plain numpy that does nothing else, scipy and sacreBLEU.

All contestants get the same columns of two systems. scipy's functions are its own; sacreBLEU's way
(`significance.py`: all indices drawn at once, rows gathered, sums resample by resample; masks of
booleans times integers) is written out here, with the F1 in place of its metrics. All work on one
thread, because those of a matrix product wait for each other where a machine has other work.
"""

import os
import sys
from collections.abc import Callable
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import budgets
import numpy as np
import numpy.typing as npt

from bench.counts import Counts
from bench.statistics import Difference, Sampling, difference, resample, significance

Table = npt.NDArray[np.float64]
Sides = tuple[Table, Table]


def systems(documents: int, labels: int, seed: int = 5) -> tuple[Counts, Counts]:
    """Two systems on the same gold, alike on some documents."""
    rng = np.random.default_rng(seed)
    shape = (documents, labels)
    gold, hard = rng.poisson(6, shape), rng.beta(6, 4, shape)
    units = tuple(f"d{i:06}" for i in range(documents))
    sides = []
    for shift in (0.0, 0.02):
        tp = rng.binomial(gold, np.clip(hard + shift, 0, 1))
        sides.append(np.stack([tp, tp + rng.poisson(2, shape), gold], axis=-1))
    sides[1][::3] = sides[0][::3]
    names = tuple(f"T{i:02}" for i in range(labels))
    one, other = (Counts(units, names, side.astype(np.int32)) for side in sides)
    return one, other


def f1(sums: Table) -> Table:
    """F1 of hits, predicted and gold."""
    return 2 * sums[..., 0] / (sums[..., 1] + sums[..., 2])


def plain_draws(columns: Table, resamples: int, chunk: int = 8) -> Table:
    """The bootstrap's sums of four columns, by the fastest plain numpy known."""
    rng, units = np.random.default_rng(1), len(columns)
    rows = columns.astype(np.float32)
    offsets = (np.arange(chunk, dtype=np.int32) * units)[:, None]
    sums = []
    for _ in range(0, resamples, chunk):
        places = rng.integers(0, units, (chunk, units), dtype=np.int32)
        places += offsets
        counts = np.bincount(places.ravel(), minlength=chunk * units).reshape(chunk, units)
        sums.append(counts.astype(np.float32) @ rows)
    return np.concatenate(sums)


def plain_swaps(columns: Table, resamples: int, chunk: int = 128) -> Table:
    """The randomisation's sums: random bits times the documents that differ."""
    rng = np.random.default_rng(1)
    moves = columns[:, :2] - columns[:, 2:]
    moves = moves[moves.any(axis=1)].astype(np.float32)
    sums = []
    for _ in range(0, resamples, chunk):
        raw = np.frombuffer(rng.bytes(chunk * (len(moves) // 8 + 1)), dtype=np.uint8)
        bits = np.unpackbits(raw.reshape(chunk, -1), axis=1, count=len(moves))
        sums.append(bits.astype(np.float32) @ moves)
    return np.concatenate(sums)


def scipy_bootstrap(sides: Sides, resamples: int, batch: int | None = None) -> object:
    """The interval of scipy; by default it draws all resamples at once."""
    from scipy import stats

    def worth(*columns: Table, axis: int) -> Table:
        sums = np.stack([column.sum(axis=axis) for column in columns], axis=-1)
        return f1(sums[..., :3]) - f1(sums[..., 3:])

    return stats.bootstrap(
        tuple(np.concatenate(sides, axis=1).T),
        worth,
        n_resamples=resamples,
        batch=batch,
        vectorized=True,
        paired=True,
        method="percentile",
        rng=np.random.default_rng(1),
    )


def scipy_permutation(sides: Sides, resamples: int) -> object:
    """The test of scipy, which swaps the numbers of the rows."""
    from scipy import stats

    units = len(sides[0])
    rows = np.concatenate(sides)

    def worth(ours: npt.NDArray[np.int64], theirs: npt.NDArray[np.int64], axis: int) -> Table:
        return f1(rows[ours].sum(axis=axis - 1)) - f1(rows[theirs].sum(axis=axis - 1))

    return stats.permutation_test(
        (np.arange(units), np.arange(units) + units),
        worth,
        permutation_type="samples",
        n_resamples=resamples,
        batch=32,
        vectorized=True,
        rng=np.random.default_rng(1),
    )


def sacrebleu_bootstrap(sides: Sides, resamples: int) -> float:
    """The p-value of its paired bootstrap."""
    rng, units = np.random.default_rng(1), len(sides[0])
    places = rng.choice(units, size=(resamples, units), replace=True)
    one, other = (
        np.array([f1(some.sum(0)) for some in side.astype(np.float32)[places]]) for side in sides
    )
    sizes = np.abs(one - other)
    return _p(sizes - sizes.mean(), sides)


def sacrebleu_randomisation(sides: Sides, resamples: int) -> float:
    """The p-value of its approximate randomisation."""
    rng = np.random.default_rng(1)
    some = rng.integers(2, size=(resamples, len(sides[0])), dtype=bool)
    one, other = (side.astype(np.int64) for side in sides)
    first, second = some @ one + ~some @ other, ~some @ one + some @ other
    return _p(np.abs([f1(a) - f1(b) for a, b in zip(first, second, strict=True)]), sides)


def _p(sizes: Table, sides: Sides) -> float:
    one, other = (f1(side.sum(0)) for side in sides)
    return float(((sizes > abs(one - other)).sum() + 1) / (len(sizes) + 1))


def measure(quick: bool) -> list[budgets.Row]:
    """All ratios, with the budget where there is one."""
    units, many, rounds = (10_000, 2_000, 3) if quick else (10_000, 10_000, 5)
    few = 500 if quick else 1_000
    ours, theirs = systems(units, 60)
    one = [difference(ours, theirs)]
    cells: list[Difference] = [difference(ours, theirs, label=label) for label in ours.labels]
    columns = one[0].columns
    table, other = (side.values.sum(axis=1).astype(float) for side in (ours, theirs))
    sides = (table, other)

    def draws(figures: list[Difference], times: int, **how: str) -> Callable[[], object]:
        return partial(resample, figures, Sampling(times, **how))  # type: ignore[arg-type]

    def swaps(figures: list[Difference], times: int) -> Callable[[], object]:
        return partial(significance, figures, Sampling(times))

    large = budgets.medians(
        {
            "plain draws": partial(plain_draws, columns, many),
            "draws": draws(one, many),
            "poisson": draws(one, many, scheme="poisson"),
            "60 draws": draws(cells, many),
            "plain swaps": partial(plain_swaps, columns, many),
            "swaps": swaps(one, many),
            "60 swaps": swaps(cells, many),
        },
        rounds,
    )
    small = budgets.medians(
        {
            "draws": draws(one, few),
            "scipy draws": partial(scipy_bootstrap, sides, few),
            "scipy draws by 32": partial(scipy_bootstrap, sides, few, 32),
            "swaps": swaps(one, few),
            "scipy swaps": partial(scipy_permutation, sides, few),
        },
        1 if quick else 3,
    )
    sacrebleu = budgets.medians(
        {
            "draws": draws(one, many),
            "sacrebleu draws": partial(sacrebleu_bootstrap, sides, many),
            "swaps": swaps(one, many),
            "sacrebleu swaps": partial(sacrebleu_randomisation, sides, many),
        },
        1 if quick else 3,
    )

    def ratio(of: dict[str, float], name: str, to: str) -> float:
        return of[name] / of[to]

    row = budgets.Row
    return [
        row("bootstrap / plain numpy", ratio(large, "draws", "plain draws"), most=1.5),
        row("scipy.stats.bootstrap / ours", ratio(small, "scipy draws", "draws"), least=5),
        row("… in batches of 32 / ours", ratio(small, "scipy draws by 32", "draws")),
        row("sacreBLEU's bootstrap / ours", ratio(sacrebleu, "sacrebleu draws", "draws"), least=20),
        row("60 cells / one", ratio(large, "60 draws", "draws"), most=3),
        row("Poisson / multinomial", ratio(large, "poisson", "draws")),
        row("randomisation / bits @ moves", ratio(large, "swaps", "plain swaps"), most=2),
        row("scipy.stats.permutation_test / ours", ratio(small, "scipy swaps", "swaps"), least=50),
        row("sacreBLEU's AR / ours", ratio(sacrebleu, "sacrebleu swaps", "swaps"), least=10),
        row("60 cells / one, randomisation", ratio(large, "60 swaps", "swaps")),
        row("bootstrap, seconds", large["draws"]),
        row("randomisation, seconds", large["swaps"]),
    ]


if __name__ == "__main__":
    sys.exit(budgets.main(__doc__, measure))
