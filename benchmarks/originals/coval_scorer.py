"""Runs CoVal on documents written as CoNLL files."""

import io
import re
import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from conll import read, written
from real import Collection

from bench import Document
from bench.profiles.coval_scorer import score as profile

from . import Original, Rows, Shipped, Shown, Values

_CONLL = ("muc", "bcub", "ceafe")
_ROW = re.compile(r"(\w+) +Recall: (\S+) +Precision: (\S+) +F1: (\S+)")


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document], *options: str
) -> Rows:
    """The figures that its command line prints, and that its functions give."""
    return _of_lines(folder, *written(gold, predicted, missing=True), options=options)


def raw(folder: Path, collection: Collection, predicted: Sequence[Document]) -> Rows:
    """The same with the keys of a corpus as they are."""
    keys = collection.texts("coval", ".conll")
    return _of_lines(folder, *written(collection.documents, predicted, missing=True, keys=keys))


def shipped(folder: Path) -> Iterator[Shipped]:
    """The files of its own tests: each response with the key of its folder, or of its letter.

    Left out are those in whose column no bar stands between brackets: CoVal does not read these.
    """
    tests = folder / "tests"
    responses = [*tests.glob("TC-*.response")]
    pairs = [(tests / f"{one.name.rsplit('-', 1)[0]}.key", one) for one in responses]
    for key in tests.glob("*/key"):
        pairs += [(key, one) for one in key.parent.iterdir() if one != key and one.is_file()]
    for files in sorted(pairs):
        if any(re.search(r"\d\(|\)\d", file.read_text("utf-8")) for file in files):
            continue
        gold, predicted = (tuple(read(file)) for file in files)
        name = str(files[1].relative_to(tests))
        yield Shipped(name, gold, predicted, _of_files(folder, files))


def _without_singletons(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> Rows:
    return score(folder, gold, predicted, "remove_singletons")


def _of_lines(folder: Path, *sides: list[str], options: Sequence[str] = ()) -> Rows:
    with TemporaryDirectory() as made:
        files = [Path(made, name) for name in ("key", "response")]
        for file, lines in zip(files, sides, strict=True):
            file.write_text("\n".join([*lines, ""]))
        return _of_files(folder, files, options)


def _of_files(folder: Path, files: Sequence[Path], options: Sequence[str] = ()) -> Rows:
    script = str(folder / "scorer.py")
    with patch.object(sys, "path", [str(folder), *sys.path]):
        from coval.eval import evaluator

        given: list[tuple[float, float, float]] = []
        evaluate = evaluator.evaluate_documents

        def recorded(*arguments: Any, **named: Any) -> tuple[float, float, float]:
            given.append(evaluate(*arguments, **named))
            return given[-1]

        with (
            redirect_stdout(io.StringIO()) as printed,
            patch.object(sys, "argv", [script, *map(str, files), *options]),
            patch.object(evaluator, "evaluate_documents", recorded),
        ):
            runpy.run_path(script, run_name="__main__")
    found: dict[str, Shown] = {}
    values: dict[str, Values] = {}
    for line in printed.getvalue().splitlines():
        if match := _ROW.match(line):
            name, recall, precision, f1 = match.groups()
            r, p, f = given[len(values)]
            found[name] = (precision, recall, f1)
            values[name] = (p * 100, r * 100, f * 100)
        elif line.startswith("CoNLL score: "):
            found["CoNLL"] = ("", "", line.split()[-1])
    total = sum(f1 for name, (_, _, f1) in zip(found, given, strict=False) if name in _CONLL)
    values["CoNLL"] = (None, None, total / 3 * 100)
    return Rows(found, values)


ORIGINALS = {
    "coval": Original(
        "coval",
        ("clusters",),
        score,
        raw=raw,
        shipped=shipped,
        variants={
            "remove_singletons": (partial(profile, singletons=False), _without_singletons),
        },
    )
}
