"""Runs conlleval.pl, as it is shipped with seqeval's checkout, beside the profile."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench import Document
from bench.profiles.tags import tag_rows

from . import Original, Rows, Shown

_LINE = re.compile(r"(.*?): +precision: +(\S+)%; recall: +(\S+)%; FB1: +(\S+)")


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """The figures that the script prints, for the whole and for each type."""
    sentences = [
        "".join(f"w {tag} {guess}\n" for tag, guess in zip(*rows, strict=True))
        for rows in tag_rows(gold, predicted, "conlleval")
    ]
    script = folder / "tests" / "conlleval.pl"
    done = subprocess.run(
        ["perl", str(script)],
        input="\n".join(sentences),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    rows: dict[str, Shown] = {}
    for line in done.stdout.splitlines()[1:]:
        found = _LINE.match(re.sub(r"^accuracy: [^;]*;", "overall: ", line))
        if found:
            name, *figures = found.groups()
            rows[name.strip()] = (figures[0], figures[1], figures[2])
    return Rows(rows)


ORIGINALS = {"conlleval": Original("seqeval", ("mentions tokens",), score)}
