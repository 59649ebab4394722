"""EvmEval's own ``scorer_v1.8.py``, on our documents; needs Python 2 and perl.

Python 2 is the program named in the environment variable ``PYTHON2``, else ``python2.7``.
"""

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from real import Collection, read_tbf

from bench.model import Document
from bench.profiles.kbp import score as profile
from bench.profiles.tokens import token_range, tokens

from . import Original, Rows, Shipped, Shown

_AVERAGES = "=======Final Mention Detection Results========="
_TYPES = "========Mention Type Results=========="
_METRIC = re.compile(
    r"^(?:Metric : (\S+)\tScore|(Overall Average CoNLL score))\t(\S+)", re.MULTILINE
)


def score(
    folder: Path,
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    types: Sequence[str] = (),
    options: Sequence[str] = (),
) -> Rows:
    """What it writes; coreference only where there are hoppers, as the profile has it."""
    golds = {document.id: document for document in gold}
    in_tokens = any(document.meta.get("tokens") is not None for document in gold)
    known = [document for document in predicted if document.id in golds]
    events = [event for one in (*gold, *known) for event in one.events or ()]
    wanted = set(map(_folded, types))
    coreference = any(
        e.hopper is not None for e in events if not wanted or _folded(e.type) in wanted
    )
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        write(work / "gold.tbf", gold, golds)
        write(work / "system.tbf", predicted, golds)
        command = ["-g", "gold.tbf", "-s", "system.tbf", "-o", "scores"]
        command += ["-t", "."] if in_tokens else []
        command += ["-c", "coref"] if coreference else []
        if types:
            (work / "types").write_text("\n".join(types))
            command += ["-wl", "types"]
        return run(folder, [*command, *options], work)


def _folded(kind: str) -> str:
    return "".join(letter for letter in kind.lower() if letter.isalnum())


def systems(folder: Path, collection: Collection) -> Iterator[Shipped]:
    """What the systems of a corpus returned, scored from the files as they are."""
    for file, documents in collection.systems.items():
        rows = _of_files(folder, collection.files["kbp"], file, collection.options)
        yield Shipped(file.stem, collection.documents, documents, rows)


_SHIPPED = (
    ("test_cases/conll_tests/TestA.key.tbf", "TestA_correct.response.tbf"),
    ("test_cases/wrong_format_tests/correct_example.key.tbf", "correct_example.key.tbf"),
    ("test_cases/wrong_format_tests/correct_example.key.tbf", "duplicated_mention_id.response.tbf"),
    (
        "test_cases/wrong_format_tests/correct_example.key.tbf",
        "duplicate_mention_span_in_one_cluster.response.tbf",
    ),
    ("TAC_2016_validation_examples/example.tbf", "example_out.tbf"),
    ("TAC_2016_validation_examples/example.tbf", "example_type.tbf"),
    ("TAC_2016_validation_examples/example.tbf", "example_id.tbf"),
    ("conversion_demo/gold.tbf", "gold.tbf"),
)


def shipped(folder: Path) -> Iterator[Shipped]:
    """What it is tested and demonstrated on, but for `systems`."""
    for key, response in _SHIPPED:
        gold = folder / "data" / key
        system = gold.parent / response
        table = gold.parent / "tkn"
        options = ("-t", str(table.resolve())) if table.is_dir() else ()
        rows = _of_files(folder, gold, system, options)
        yield Shipped(response, read_tbf(gold, table), read_tbf(system, table), rows)


def _of_files(folder: Path, gold: Path, system: Path, options: Sequence[str]) -> Rows:
    linked = any("@Coreference" in file.read_text("utf-8") for file in (gold, system))
    command = ["-g", str(gold.resolve()), "-s", str(system.resolve()), "-o", "scores", *options]
    with tempfile.TemporaryDirectory() as place:
        return run(folder, command + (["-c", "coref"] if linked else []), Path(place))


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
    rows: dict[str, Shown] = {}
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
    return Rows(rows)


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


_WHITE_LIST = ("Attack", "AGREE", "REJECT", "Personnel_Start-Position")
_VARIANTS = {
    "-ct 0.5": (partial(profile, threshold=0.5), partial(score, options=("-ct", "0.5"))),
    "-ct 0": (partial(profile, threshold=0.0), partial(score, options=("-ct", "0"))),
    "-m 0": (partial(profile, coreference_by="plain"), partial(score, options=("-m", "0"))),
    "-m 2": (partial(profile, coreference_by="realis_status"), partial(score, options=("-m", "2"))),
    "-wl": (partial(profile, types=_WHITE_LIST), partial(score, types=_WHITE_LIST)),
}
ORIGINALS = {
    "kbp": Original(
        "EvmEval", ("events",), score, systems=systems, shipped=shipped, variants=_VARIANTS
    )
}
