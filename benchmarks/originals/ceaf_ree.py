"""Runs the scorer of GRIT on the role-filler entities of documents."""

import runpy
from collections.abc import Sequence
from pathlib import Path

from bench import Document
from bench.profiles.ceaf_ree import sides

from . import Original, Rows


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """Its figures, printed as it prints the strict ones."""
    documents = list(sides(gold, predicted))
    roles = sorted({role for _, key, _ in documents for role in key})
    original = runpy.run_path(str(folder / "eval.py"))
    # Its functions look the five roles of MUC-4 up in this table.
    original["tag2role"].clear()
    original["tag2role"].update((role, role) for role in roles)
    golds, predictions = (
        {
            each[0]: {role: [list(e) for e in each[side].get(role, [])] for role in roles}
            for each in documents
        }
        for side in (1, 2)
    )
    results = original["eval_ceaf"](predictions, golds, docids=[])
    found = {
        f"{name} {role}": (row["p"] * 100, row["r"] * 100, row["f1"] * 100)
        for name, rows in results.items()
        for role, row in rows.items()
    }
    return Rows.formatted("{:.2f}", found)


ORIGINALS = {
    "ceaf-ree": Original("grit_doc_event_entity", ("arguments text",), score),
}
