"""The assignment of the reference coreference scorer, with its choice among equally good ones.

It solves square matrices of costs by Munkres' algorithm, on floats. Which of the equally good
assignments it finds depends on the order in which it looks for zeros, and on what rounding makes
of them; sums of what is assigned then differ in their last bits.
"""

import numpy as np

from ..items import Ints
from ..matching import Floats


def assigned(costs: Floats) -> Ints:
    """The column that each row of a square matrix is assigned.

    >>> assigned(np.array([[1.0, 0.0], [0.0, 0.0]])).tolist()
    [1, 0]
    """
    left = costs - costs.min(axis=1, keepdims=True)
    stars = _first_stars(left == 0)
    while (stars < 0).any():
        _one_more(left, stars)
    return stars


def _first_stars(zeros: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """A zero for each row in turn, the first in a column that has none yet; -1 for no zero."""
    stars = np.full(len(zeros), -1)
    free = np.ones(len(zeros), dtype=bool)
    for row, places in enumerate(zeros):
        columns = np.flatnonzero(places & free)
        if len(columns):
            stars[row] = columns[0]
            free[columns[0]] = False
    return stars


def _one_more(left: Floats, stars: Ints) -> None:
    """Assign one row more, making zeros where there are none; both arrays are changed."""
    holders = np.full(len(stars), -1)
    holders[stars[stars >= 0]] = np.flatnonzero(stars >= 0)
    open_rows = np.ones(len(stars), dtype=bool)
    open_columns = holders < 0
    primes = np.full(len(stars), -1)
    while True:
        zeros = (left == 0) & open_columns
        rows = np.flatnonzero(zeros.any(axis=1) & open_rows)
        if not len(rows):
            least = left[np.ix_(open_rows, open_columns)].min()
            left[~open_rows] += least
            left[:, open_columns] -= least
            continue
        row = int(rows[0])
        primes[row] = np.flatnonzero(zeros[row])[-1]
        if stars[row] < 0:
            break
        open_rows[row] = False
        open_columns[stars[row]] = True
    # Along the path of primes and stars each prime becomes the star of its row.
    while row >= 0:
        column = primes[row]
        stars[row], row = column, int(holders[column])
