"""Runs the reference coreference scorer (perl) on documents written as CoNLL files."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import Document
from bench.profiles.conll_columns import columns, document_lines, matched_documents

FOLDER = "reference-coreference-scorers"

_ROWS = {
    "Identification of Mentions": "mentions",
    "Coreference links": "coreference links",
    "Non-coreference links": "non-coreference links",
    "BLANC": "blanc",
}
_LINE = re.compile(r"(.*): \(.*?\) (.*)%\tPrecision: \(.*?\) (.*)%\tF1: (.*)%")


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]]:
    """The figures that the scorer prints, one run a metric."""
    sides: tuple[list[str], list[str]] = ([], [])
    for number, pair in enumerate(matched_documents(gold, predicted)):
        for lines, side in zip(sides, columns(*pair), strict=True):
            lines.extend(document_lines(number, side))
    with TemporaryDirectory() as made:
        files = [Path(made, name) for name in ("key", "response")]
        for file, lines in zip(files, sides, strict=True):
            file.write_text("\n".join([*lines, ""]))
        found = {}
        for metric in ("muc", "bcub", "ceafm", "ceafe", "blanc"):
            command = ["perl", str(folder / "scorer.pl"), metric, *map(str, files), "none"]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            for line in run.stdout.splitlines():
                match = _LINE.match(line.replace("Recall: ", ""))
                if match:
                    name, recall, precision, f1 = match.groups()
                    found[_ROWS.get(name, metric)] = (precision, recall, f1)
    return found
