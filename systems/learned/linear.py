"""Linear classifiers on features that are strings: fitted with scikit-learn, kept as plain arrays.

A classifier is a logistic regression for each of its classes. What is kept of it, and all that is
needed to use it, are the names of features and classes, and a matrix of weights.
"""

import io
from array import array
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from bench.errors import InputError

BIAS = ""
"""The feature that every row has."""
_RAREST = 2
"""A feature that fewer rows have is left out."""
_FARTHEST = 2.0
"""A threshold is no farther from even odds: of few rows the best one is chance."""

Floats = npt.NDArray[np.float64]


class Labels(msgspec.Struct, frozen=True):
    """What the weights of a classifier belong to.

    Attributes:
        features: The name of each row of weights; the first is `BIAS`.
        classes: The name of each column.
        thresholds: The log-odds above which a row is of a class, where it may be of several.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...]
    thresholds: tuple[float, ...]


class Rows:
    """Rows of features, kept as numbers.

    Args:
        known: The features that count; without them, all that come.
    """

    def __init__(self, known: Iterable[str] | None = None) -> None:
        self._grows = known is None
        self._numbers = {name: i for i, name in enumerate(known or (BIAS,))}
        self._columns = array("q")
        self._bounds = array("q", [0])

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def add(self, features: Iterable[str]) -> None:
        """Add a row; a feature that comes twice counts once."""
        numbers = self._numbers
        if self._grows:
            found = {numbers.setdefault(name, len(numbers)) for name in features}
        else:
            found = {numbers[name] for name in features if name in numbers}
        self._columns.extend(sorted(found | {numbers[BIAS]}))
        self._bounds.append(len(self._columns))

    @property
    def features(self) -> list[str]:
        """The name of each column."""
        return list(self._numbers)

    def matrix(self) -> "csr_array[np.float64]":
        """A row for each row, a column for each feature, 1 where it has it."""
        columns = np.array(self._columns, dtype=np.int32)
        shape = (len(self), len(self._numbers))
        bounds = np.array(self._bounds, dtype=np.int32)
        return csr_array((np.ones(len(columns)), columns, bounds), shape=shape)


class Linear(NamedTuple):
    """A fitted classifier; ``weights`` has a row for each feature and a column for each class."""

    labels: Labels
    weights: npt.NDArray[np.float32]

    def best(self, rows: Iterable[Iterable[str]]) -> list[str]:
        """The class of each row, which is of one of them."""
        found = self.odds(rows).argmax(axis=1)
        return [self.labels.classes[i] for i in found]

    def chosen(self, rows: Iterable[Iterable[str]]) -> list[tuple[str, ...]]:
        """The classes of each row, which may be of none or of several."""
        above = self.odds(rows) > np.array(self.labels.thresholds)
        return [tuple(name for name, one in zip(self.labels.classes, row, strict=True) if one)
                for row in above]  # fmt: skip

    def odds(self, rows: Iterable[Iterable[str]]) -> Floats:
        """The log-odds of each class, a row for each row."""
        made = Rows(self.labels.features)
        for row in rows:
            made.add(row)
        return np.asarray(made.matrix() @ self.weights.astype(np.float64))


def fit(rows: Rows, labels: Sequence[Collection[str]], folds: Sequence[int] = ()) -> Linear:
    """Fit a classifier.

    Args:
        rows: What it learns from.
        labels: The classes of each row.
        folds: The fold of each row. Where there are several, the thresholds are those of the best
            F1 on folds that a classifier was not fitted on; elsewhere they are even odds.
    """
    matrix = rows.matrix()
    often = np.asarray(matrix.sum(axis=0)).ravel() >= _RAREST
    often[0] = True
    names = np.array(rows.features, dtype=object)
    kept = np.flatnonzero(often)
    kept = np.concatenate([kept[:1], kept[1:][np.argsort(names[kept[1:]])]]).astype(np.int32)
    matrix = matrix[:, kept]
    classes = sorted({label for row in labels for label in row})
    truths = [np.array([name in row for row in labels]) for name in classes]
    weights = [_weights(matrix, truth) for truth in truths]
    thresholds = [_threshold(matrix, truth, np.array(folds)) for truth in truths]
    return Linear(
        Labels(tuple(names[kept].tolist()), tuple(classes), tuple(thresholds)),
        np.array(weights, dtype=np.float32).reshape(len(classes), len(kept)).T.copy(),
    )


def _weights(matrix: "csr_array[np.float64]", truth: npt.NDArray[np.bool_]) -> Floats:
    """The weight of each feature in the log-odds of being true."""
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        # Nothing to tell apart; a row that was never seen may be what no row was.
        found: Floats = np.zeros(matrix.shape[1])
        found[0] = np.log((truth.sum() + 0.5) / ((~truth).sum() + 0.5))
        return found
    # The bias is a column; this solver runs in one thread and draws no numbers.
    solver = LogisticRegression(solver="liblinear", fit_intercept=False, tol=0.01, max_iter=1000)
    coefficients: Floats = solver.fit(matrix, truth).coef_[0]
    return coefficients


def _threshold(
    matrix: "csr_array[np.float64]", truth: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64]
) -> float:
    numbers = np.unique(folds)
    if len(numbers) < 2 or not truth.any():
        return 0.0
    odds: Floats = np.zeros(len(truth))
    for number in numbers:
        held = folds == number
        odds[held] = np.asarray(matrix[held] @ _weights(matrix[~held], truth[~held]))
    order = np.argsort(-odds, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    last = np.append(odds[order][1:] < odds[order][:-1], True)
    at = int(np.argmax(np.where(last, f1, 0.0)))
    below = odds[order[at + 1]] if at + 1 < len(order) else odds[order[at]] - 1.0
    return float(np.clip((odds[order[at]] + below) / 2, -_FARTHEST, _FARTHEST))


def written(classifier: Linear) -> bytes:
    """The weights as the content of an ``.npy`` file."""
    out = io.BytesIO()
    np.save(out, classifier.weights, allow_pickle=False)
    return out.getvalue()


def read(path: Path, labels: Labels) -> Linear:
    """The classifier whose weights are in a file.

    Raises:
        InputError: It cannot be read, or does not hold what the labels say.
    """
    expected = (len(labels.features), len(labels.classes))
    try:
        weights = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, EOFError, SyntaxError) as error:
        raise InputError(f"{path}: no array of numbers: {error}") from error
    if not isinstance(weights, np.ndarray) or (weights.shape, weights.dtype) != (expected, "<f4"):
        raise InputError(f"{path}: expected {expected[0]} × {expected[1]} numbers of 32 bits")
    if not np.isfinite(weights).all():
        raise InputError(f"{path}: holds what is no number")
    return Linear(labels, np.array(weights))
