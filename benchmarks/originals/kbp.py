"""EvmEval's own ``scorer_v1.8.py``, on our documents; needs Python 2 and perl.

Python 2 is the program named in the environment variable ``PYTHON2``, else ``python2.7``.
"""

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.model import Document
from bench.profiles.tokens import token_range, tokens

FOLDER = "EvmEval"
Rows = dict[str, tuple[str, str, str]]
_AVERAGES = "=======Final Mention Detection Results========="
_TYPES = "========Mention Type Results=========="
_METRIC = re.compile(
    r"^(?:Metric : (\S+)\tScore|(Overall Average CoNLL score))\t(\S+)", re.MULTILINE
)


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """What it writes; coreference only where there are hoppers, as the profile has it."""
    golds = {document.id: document for document in gold}
    in_tokens = any(document.meta.get("tokens") is not None for document in gold)
    known = [document for document in predicted if document.id in golds]
    coreference = any(e.hopper is not None for one in (*gold, *known) for e in one.events or ())
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        write(work / "gold.tbf", gold, golds)
        write(work / "system.tbf", predicted, golds)
        command = ["-g", "gold.tbf", "-s", "system.tbf", "-o", "scores"]
        command += ["-t", "."] if in_tokens else []
        command += ["-c", "coref"] if coreference else []
        return run(folder, command, work)


def run(folder: Path, arguments: Sequence[str], work: Path) -> Rows:
    """Run it with ``-o scores`` among its arguments in a folder; the rows of its report."""
    program = os.environ.get("PYTHON2", "python2.7")
    subprocess.run(
        [program, "-B", str(folder / "scorer_v1.8.py"), *arguments],
        cwd=work,
        check=True,
        capture_output=True,
    )
    return parsed((work / "scores").read_text())


def parsed(report: str) -> Rows:
    """The rows of its report, by the names that the profile has for them."""
    rows: Rows = {}
    section = ""
    for line in report.splitlines():
        if line.startswith("==="):
            section = line
        cells = [cell.strip() for cell in line.split("\t")]
        if section == _AVERAGES and len(cells) == 7 and cells[0] != "Attributes":
            rows[cells[0]] = (cells[1], cells[2], cells[3])
            rows[f"{cells[0]} (macro)"] = (cells[4], cells[5], cells[6])
        elif section == _TYPES and len(cells) == 6 and cells[4] != "#Gold":
            rows[f"type {cells[0]}"] = (cells[1], cells[2], cells[3])
    for metric, average, value in _METRIC.findall(report):
        rows[metric or average] = ("-", "-", value)
    return rows


def write(path: Path, documents: Sequence[Document], golds: dict[str, Document]) -> None:
    """A file in its format TBF."""
    lines = []
    for document in documents:
        lines.append(f"#BeginOfDocument {document.id}")
        hoppers = defaultdict(list)
        for i, event in enumerate(document.events or ()):
            nowhere = f"{path.stem}-{i}"
            place = _place(event.trigger, document, golds.get(document.id, document), nowhere)
            cells = ("x", document.id, f"E{i}", place, "word", event.type, event.realis)
            lines.append("\t".join(cells))
            hoppers[event.hopper].append(f"E{i}")
        hoppers.pop(None, None)
        for i, members in enumerate(hoppers.values()):
            lines.append(f"@Coreference\tR{i}\t{','.join(members)}")
        lines.append("#EndOfDocument")
    path.write_text("\n".join(lines) + "\n")


def _place(span: Any, document: Document, gold: Document, nowhere: str) -> str:
    if gold.meta.get("tokens") is None:
        return ";".join(f"{start},{end}" for start, end in span.pieces) or "0,0"
    known = tokens(document if document.meta.get("tokens") is not None else gold)
    ranges = [token_range((piece,), known) or (0, 0) for piece in span.pieces]
    return ",".join(f"t{i}" for first, end in ranges for i in range(first, end)) or nowhere
