"""Runs brateval's CompareEntities beside the profile; the checkout must be compiled.

``mvn compile`` (or ``javac -d target/classes`` over its sources) in the checkout makes what is
run here: ``target/classes``.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import Document

FOLDER = "brateval"
SPANS = {"exact": ["exact"], "overlap": ["overlap"], "approx 0.8": ["approx", "0.8"]}
TYPES = ("exact", "inexact")
MAIN = "au.com.nicta.csp.brateval.CompareEntities"


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]]:
    """The rows that brateval prints for each way of comparing spans and types."""
    classes = folder / "target" / "classes"
    if not classes.is_dir():
        raise FileNotFoundError(f"{classes} is missing: run `mvn compile` in {folder}")
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        known = {document.id: document for document in predicted}
        for side in ("gold", "eval"):
            (place / side).mkdir()
        for i, document in enumerate(gold):
            name = f"{i}.ann"
            _write(place / "gold" / name, document, document.text)
            if document.id in known:
                _write(place / "eval" / name, known[document.id], document.text)
        config = next((d.meta["taxonomy"] for d in gold if "taxonomy" in d.meta), None)
        if config is not None:
            lines = "\n".join(["[entities]", *config, "[relations]"])
            (place / "annotation.conf").write_text(lines + "\n", encoding="utf-8")
        rows = {}
        for spans, options in SPANS.items():
            for types in TYPES:
                command = ["java", "-Dfile.encoding=UTF-8", "-cp", str(classes.resolve()), MAIN]
                command += ["-g", "gold", "-e", "eval", "-s", *options, "-t", types]
                done = subprocess.run(
                    command, cwd=place, capture_output=True, encoding="utf-8", check=True
                )
                for name, shown in _read(done.stdout):
                    rows[f"{spans}/{types} {name}"] = shown
        return rows


def _write(path: Path, document: Document, text: str | None) -> None:
    mentions = [(a.type, m) for a in document.actors or () for m in a.mentions]
    ids = document.meta.get("ids") or [f"T{i}" for i in range(1, len(mentions) + 1)]
    lines = []
    for key, (kind, mention) in zip(ids, mentions, strict=True):
        places = ";".join(f"{start} {end}" for start, end in mention.pieces)
        surface = mention.surface(document.text or text or "")
        lines.append(f"{key}\t{kind} {places}\t{' '.join(surface.splitlines())}\n")
    path.write_text("".join(lines), encoding="utf-8")


def _read(output: str) -> list[tuple[str, tuple[str, str, str]]]:
    table = output.partition("Summary:\n")[2].splitlines()[1:]
    rows = []
    for line in filter(None, table):
        name, _tp, _fp, _fn, *figures = line.rsplit("|", 6)
        rows.append((name, (figures[0], figures[1], figures[2])))
    return rows
