"""Runs nervaluate as it is installed, and older releases from folders of their own.

``pip install --no-deps --target DIR/nervaluate-0.2.0 nervaluate==0.2.0`` makes such a folder.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from bench import Document
from bench.profiles.mentions import items

from . import Original, Rows, Shown, Values

_FIGURES = ("precision", "recall", "f1")
_SCHEMES = ("strict", "exact", "partial", "ent_type")


def current(_: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """The values and the printed report of the installed release."""
    from nervaluate import Evaluator

    evaluator = Evaluator(*_sides(gold, predicted), loader="dict")
    values: dict[str, Values] = {
        name: (result.precision, result.recall, result.f1)
        for name, result in evaluator.evaluate()["overall"].items()
    }
    lines = [line.split() for line in evaluator.summary_report().splitlines()[4:]]
    shown: dict[str, Shown] = {line[0]: (line[-3], line[-2], line[-1]) for line in lines if line}
    return Rows(shown, values)


def before(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document], **options: str
) -> Rows:
    """The values of an older release, in the form in which it prints them."""
    mine = {name: one for name, one in sys.modules.items() if name.split(".")[0] != "nervaluate"}
    with (
        mock.patch.dict(sys.modules, mine, clear=True),
        mock.patch.object(sys, "path", [str(folder), *sys.path]),
    ):
        from nervaluate import Evaluator

        found = Evaluator(*_sides(gold, predicted), **options).evaluate()
    values: dict[str, Values] = {}
    for name in _SCHEMES:
        if isinstance(found, tuple):  # until 0.2: dictionaries
            p, r, f = (found[0][name][key] for key in _FIGURES)
        else:
            p, r, f = (getattr(found["overall"][name], key) for key in _FIGURES)
        values[name] = (p, r, f)
    return Rows.formatted("{:.2f}", values)


def _sides(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> tuple[list[Any], list[Any], list[str]]:
    known = {document.id: document for document in predicted}
    assert known.keys() == {document.id for document in gold}
    sides = (gold, [known[document.id] for document in gold])
    tags = sorted({actor.type for side in sides for one in side for actor in one.actors or ()})
    golds, predictions = (
        [
            [{"label": kind, "start": first, "end": last} for first, last, kind in items(one)]
            for one in side
        ]
        for side in sides
    )
    return golds, predictions, tags


ORIGINALS = {
    "nervaluate": Original(None, ("mentions",), current),
    "nervaluate-0.2": Original("nervaluate-0.2.0", ("mentions",), before),
    "nervaluate-1.1": Original("nervaluate-1.1.0", ("mentions",), partial(before, loader="dict")),
}
