"""Runs seqeval, in its default and its strict mode, and seqscore, as they are installed."""

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench import Document
from bench.profiles.tags import tag_rows

from . import Original, Rows, Shown, Values


def seqeval(
    _: Path, gold: Sequence[Document], predicted: Sequence[Document], *, strict: bool
) -> Rows:
    """Its report, as values and as it is printed."""
    from seqeval.metrics import classification_report
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as of_any
    from seqeval.metrics.v1 import precision_recall_fscore_support as of_valid
    from seqeval.scheme import IOB2

    rows = tag_rows(gold, predicted, "seqeval")
    sides = [row for row, _ in rows], [row for _, row in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about divisions by zero
        if not any(tag != "O" for side in sides for row in side for tag in row):
            # Its report cannot be made of nothing.
            single: Callable[..., Any] = partial(of_valid, scheme=IOB2) if strict else of_any
            values: dict[str, Values] = {"micro avg": single(*sides, average="micro")[:3]}
            return Rows.formatted("{:.2f}", values)
        mode = {"mode": "strict", "scheme": IOB2} if strict else {}
        report = classification_report(*sides, output_dict=True, **mode)
        printed = classification_report(*sides, **mode)
    values = {
        name: (row["precision"], row["recall"], row["f1-score"]) for name, row in report.items()
    }
    lines = [line.rsplit(maxsplit=4) for line in printed.splitlines()[1:] if line.strip()]
    shown: dict[str, Shown] = {name.strip(): (p, r, f) for name, p, r, f, _ in lines}
    return Rows(shown, values)


def seqscore(_: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """Its scores, as values and as it prints them."""
    from seqscore.scoring import convert_score, score_label_sequences

    rows = tag_rows(gold, predicted, "seqscore")
    sides = [row for _, row in rows], [row for row, _ in rows]
    found, _accuracy = score_label_sequences(*sides, "BIO", repair=None)
    values: dict[str, Values] = {
        name: (score.precision, score.recall, score.f1)
        for name, score in [("ALL", found), *found.type_scores.items()]
    }
    shown: dict[str, Shown] = {}
    for name, row in values.items():
        p, r, f = (str(convert_score(value, False)) for value in row)
        shown[name] = (p, r, f)
    return Rows(shown, values)


_NEEDS = ("mentions tokens",)
ORIGINALS = {
    "seqeval": Original(None, _NEEDS, partial(seqeval, strict=False)),
    "seqeval-strict": Original(None, _NEEDS, partial(seqeval, strict=True)),
    "seqscore": Original(None, _NEEDS, seqscore),
}
