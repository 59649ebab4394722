"""Runs CoVal on documents written as CoNLL files."""

import io
import re
import runpy
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from bench import Document
from bench.profiles.conll_columns import columns, document_lines, matched_documents

FOLDER = "coval"

_ROW = re.compile(r"(\w+) +Recall: (\S+) +Precision: (\S+) +F1: (\S+)")


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]]:
    """The figures that its command line prints."""
    known = {document.id for document in predicted}
    sides: tuple[list[str], list[str]] = ([], [])
    for number, pair in enumerate(matched_documents(gold, predicted)):
        key, response = columns(*pair)
        sides[0].extend(document_lines(number, key))
        if pair[1].id in known:
            sides[1].extend(document_lines(number, response))
    with TemporaryDirectory() as made, redirect_stdout(io.StringIO()) as printed:
        files = [Path(made, name) for name in ("key", "response")]
        for file, lines in zip(files, sides, strict=True):
            file.write_text("\n".join([*lines, ""]))
        script = str(folder / "scorer.py")
        with (
            patch.object(sys, "argv", [script, *map(str, files)]),
            patch.object(sys, "path", [str(folder), *sys.path]),
        ):
            runpy.run_path(script, run_name="__main__")
    found = {}
    for line in printed.getvalue().splitlines():
        if match := _ROW.match(line):
            name, recall, precision, f1 = match.groups()
            found[name] = (precision, recall, f1)
        elif line.startswith("CoNLL score: "):
            found["CoNLL"] = ("", "", line.split()[-1])
    return found
