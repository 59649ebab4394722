"""Runs the reference coreference scorer (perl) on documents written as CoNLL files."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from conll import read, written
from msgspec.structs import replace
from real import Collection

from bench import Document

from . import Original, Rows, Shipped, Shown, Values

MOST = 10
METRICS = ("muc", "bcub", "ceafm", "ceafe", "blanc")
_ROWS = {
    "Identification of Mentions": "mentions",
    "Coreference links": "coreference links",
    "Non-coreference links": "non-coreference links",
    "BLANC": "blanc",
}
_LINE = re.compile(r"(.*): \(.*?\) (.*)%\tPrecision: \(.*?\) (.*)%\tF1: (.*)%")
_LIST = """
for my $case (@CorefMetricTestConfig::TestCases) {
  my $expected = $case->{expected_metrics};
  print join("\\t", $case->{key_file}, $case->{response_file}, $_, @{$expected->{$_}}), "\\n"
    for sort keys %$expected;
}
"""


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """The figures that the scorer prints, one run a metric."""
    return _of_lines(folder, *written(gold, predicted, missing=False))


def prepared(_: Sequence[Document], predicted: Sequence[Document]) -> list[Document]:
    """Predictions with no more repeated mentions than it puts up with."""
    left = MOST
    made = []
    for document in predicted:
        seen, actors = set(), []
        for actor in document.actors or ():
            mentions = []
            for mention in actor.mentions:
                place = mention.start, mention.end
                if place in seen and not left:
                    continue
                left -= place in seen
                seen.add(place)
                mentions.append(mention)
            if mentions:
                actors.append(replace(actor, mentions=tuple(mentions)))
        made.append(replace(document, actors=tuple(actors)))
    return made


def raw(folder: Path, collection: Collection, predicted: Sequence[Document]) -> Rows:
    """The same with the keys of a corpus as they are."""
    keys = collection.texts("conll-perl", ".conll")
    return _of_lines(folder, *written(collection.documents, predicted, missing=False, keys=keys))


def shipped(folder: Path) -> Iterator[Shipped]:
    """The cases of its own tests, which say what figures are expected."""
    tests = folder / "test"
    listed = subprocess.run(
        ["perl", "-I", str(tests), "-MCorefMetricTestConfig", "-e", _LIST],
        capture_output=True,
        text=True,
        check=True,
    )
    cases: dict[tuple[str, str], dict[str, Values]] = {}
    for line in listed.stdout.splitlines():
        key, response, metric, *numbers = line.split("\t")
        recall, precision, f1 = (100 * float(number) for number in numbers)
        cases.setdefault((key, response), {})[metric] = (precision, recall, f1)
    for (key, response), expected in cases.items():
        files = [tests / key, tests / response]
        gold, predicted = (tuple(read(file)) for file in files)
        rows = _of_files(folder, files)
        yield Shipped(Path(response).stem, gold, predicted, rows, Rows({}, expected))


def _of_lines(folder: Path, *sides: list[str]) -> Rows:
    with TemporaryDirectory() as made:
        files = [Path(made, name) for name in ("key", "response")]
        for file, lines in zip(files, sides, strict=True):
            file.write_text("\n".join([*lines, ""]))
        return _of_files(folder, files)


def _of_files(folder: Path, files: Sequence[Path]) -> Rows:
    found: dict[str, Shown] = {}
    for metric in METRICS:
        command = ["perl", str(folder / "scorer.pl"), metric, *map(str, files), "none"]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        for line in run.stdout.splitlines():
            match = _LINE.match(line.replace("Recall: ", ""))
            if match:
                name, recall, precision, f1 = match.groups()
                found[_ROWS.get(name, metric)] = (precision, recall, f1)
    return Rows(found)


ORIGINALS = {
    "conll-perl": Original(
        "reference-coreference-scorers",
        ("clusters",),
        score,
        prepared=prepared,
        raw=raw,
        shipped=shipped,
    )
}
