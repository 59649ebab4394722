"""Runs brateval's CompareEntities beside the profile; the checkout must be compiled.

``mvn compile`` (or ``javac -d target/classes`` over its sources) in the checkout makes what is
run here: ``target/classes``.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from real import Collection, brat_mentions

from bench import Document

from . import Original, Rows, Shipped, Shown

SPANS = {"exact": ["exact"], "overlap": ["overlap"], "approx 0.8": ["approx", "0.8"]}
TYPES = ("exact", "hierarchical", "inexact")
_DATA = Path("src", "test", "resources", "data")
MAIN = "au.com.nicta.csp.brateval.CompareEntities"


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """The rows that brateval prints for each way of comparing spans and types."""
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
        return _run(folder, place, place / "gold", place / "eval")


def raw(folder: Path, collection: Collection, predicted: Sequence[Document]) -> Rows:
    """The same with the gold files of the corpus."""
    known = {document.id: document for document in predicted}
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        for document in collection.documents:
            if document.id in known:
                _write(place / f"{document.id}.ann", known[document.id], document.text)
        return _run(folder, place, collection.files["brateval"], place)


def gold(folder: Path) -> Iterator[Collection]:
    """The gold of the sample, with its texts."""
    for task in ("ner", "ee"):
        files = _DATA / "corpora" / "chemu_sample" / task / "gt"
        documents = tuple(
            brat_mentions(file, file.with_suffix(".txt").read_text("utf-8"))
            for file in sorted((folder / files).glob("*.ann"))
        )
        if documents:
            yield Collection(f"chemu {task}", documents)


def shipped(folder: Path) -> Iterator[Shipped]:
    """A sample of ChEMU with what a system returned and what brateval printed, as it tests it."""
    data = folder / _DATA
    for task, entities in (("ner", True), ("ner", False), ("ee", False)):
        files = data / "corpora" / "chemu_sample" / task / "gt"
        system = data / "systems" / "chemu_sample" / task / "test"
        if not files.is_dir():
            continue
        gold, predicted = (
            [brat_mentions(one) for one in sorted(side.glob("*.ann"))] for side in (files, system)
        )
        name, official = f"ChEMU {task}", None
        with tempfile.TemporaryDirectory() as made:
            place = Path(made)
            if entities:
                config = (files / "annotation.conf").read_text("utf-8")
                lines = config.partition("[entities]\n")[2].partition("\n[")[0].splitlines()
                gold[0].meta["taxonomy"] = lines
                (place / "annotation.conf").write_text(config, encoding="utf-8")
                name += " with annotation.conf"
            elif task == "ner":
                official = _printed(data / "bratevals" / "chemu_sample")
            yield Shipped(name, gold, predicted, _run(folder, place, files, system), official)


def _printed(folder: Path) -> Rows:
    """What the authors had it print for the entities of the sample."""
    rows: dict[str, Shown] = {}
    for spans in SPANS:
        for types in TYPES:
            file = folder / f"ner-gt-test-{spans.replace(' ', '')}-{types}.txt"
            rows |= _rows(f"{spans}/{types}", file.read_text("utf-8"))
    return Rows(rows)


def _run(folder: Path, place: Path, gold: Path, predicted: Path) -> Rows:
    classes = folder / "target" / "classes"
    if not classes.is_dir():
        raise FileNotFoundError(f"{classes} is missing: run `mvn compile` in {folder}")
    rows: dict[str, Shown] = {}
    for spans, options in SPANS.items():
        for types in TYPES:
            command = ["java", "-Dfile.encoding=UTF-8", "-cp", str(classes.resolve()), MAIN]
            command += ["-g", str(gold.resolve()), "-e", str(predicted.resolve())]
            command += ["-s", *options, "-t", types]
            done = subprocess.run(
                command, cwd=place, capture_output=True, encoding="utf-8", check=True
            )
            rows |= _rows(f"{spans}/{types}", done.stdout)
    return Rows(rows)


def _write(path: Path, document: Document, text: str | None) -> None:
    mentions = [(a.type, m) for a in document.actors or () for m in a.mentions]
    ids = document.meta.get("ids") or [f"T{i}" for i in range(1, len(mentions) + 1)]
    lines = []
    for key, (kind, mention) in zip(ids, mentions, strict=True):
        places = ";".join(f"{start} {end}" for start, end in mention.pieces)
        surface = mention.surface(document.text or text or "")
        lines.append(f"{key}\t{kind} {places}\t{' '.join(surface.splitlines())}\n")
    path.write_text("".join(lines), encoding="utf-8")


def _rows(mode: str, printed: str) -> dict[str, Shown]:
    table = printed.partition("Summary:\n")[2].splitlines()[1:]
    rows: dict[str, Shown] = {}
    for line in filter(None, table):
        name, _tp, _fp, _fn, *figures = line.rsplit("|", 6)
        rows[f"{mode} {name}"] = (figures[0], figures[1], figures[2])
    return rows


ORIGINALS = {
    "brateval": Original("brateval", ("mentions text",), score, gold=gold, raw=raw, shipped=shipped)
}
