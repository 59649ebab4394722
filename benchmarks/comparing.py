"""How long it takes to compare two saved runs of 1,000 documents, from their files to the table.

All measures of all layers, 10,000 resamples; beside it what scoring one of them takes. Nothing that
is stored may be aligned again.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import budgets
import workload


def second(folder: Path, predicted: Path) -> Path:
    """Predictions that lack one in 33 items of others."""
    rng = random.Random(3)
    made = folder / "second.jsonl"
    with predicted.open() as lines, made.open("w") as out:
        for line in lines:
            document = json.loads(line)
            for layer in ("actors", "events", "quotes"):
                document[layer] = [one for one in document[layer] if rng.random() > 0.03]
            out.write(json.dumps(document) + "\n")
    return made


def measure(quick: bool) -> list[budgets.Row]:
    """The seconds, and the ratio to scoring."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gold, first = workload.write(folder, 200 if quick else 1000, whole=True)
        other = second(folder, first)

        def bench(*arguments: object) -> Callable[[], object]:
            command = [sys.executable, "-m", "bench", *map(str, arguments), "--quiet"]
            return lambda: subprocess.run(command, check=True, capture_output=True)

        bench("score", gold, first, other, "--out", folder / "runs")()
        runs = sorted((folder / "runs").iterdir())
        found = budgets.medians(
            {
                "score": bench("score", gold, first),
                "compare": bench("compare", *runs),
                "by type": bench("compare", *runs, "--by", "type"),
                "changes": bench("compare", *runs, "--changes", "--format", "csv"),
            },
            3 if quick else 5,
        )
    return [
        budgets.Row("bench compare, seconds", found["compare"], most=10),
        budgets.Row("… --by type, seconds", found["by type"], most=10),
        budgets.Row("… --changes, seconds", found["changes"]),
        budgets.Row("bench compare / bench score", found["compare"] / found["score"]),
    ]


if __name__ == "__main__":
    sys.exit(budgets.main(__doc__, measure))
