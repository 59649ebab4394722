"""How long the command takes to start, against a bare Typer program measured in the same run.

Each command runs in turn, so that a busy machine slows all of them; what counts is the ratio of
the medians. Exits with 1 when a budget is missed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = '''
import typer

app = typer.Typer()


@app.command()
def one(name: str = "x") -> None:
    """One."""


@app.command()
def two(name: str = "x") -> None:
    """Two."""


app()
'''
BUDGETS = {"bench --help": 1.5, "bench run --system rules": 3.0}
"""The most that a command may take, as a multiple of the bare program's ``--help``."""


def measure(rounds: int) -> dict[str, float]:
    """The median wall time of each command in seconds."""
    bench = Path(sys.executable).with_name("bench")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        commands = {
            "bare --help": [sys.executable, "bare.py", "--help"],
            "bench --help": [bench, "--help"],
            "bench run --system rules": [bench, "run", "--system", "rules", "--name", "x"],
        }
        times: dict[str, list[float]] = {what: [] for what in commands}
        for turn in range(rounds + 1):
            for what, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, cwd=folder, check=True, capture_output=True, env=_plain())
                if turn:  # the first round only warms the caches
                    times[what].append(time.perf_counter() - began)
    return {what: statistics.median(taken) for what, taken in times.items()}


def _plain() -> dict[str, str]:
    return {**os.environ, "TERM": "dumb"}


def main() -> int:
    """Measure, print, and say whether the budgets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rounds = 10 if arguments.quick else 20
    medians = measure(rounds)
    ratios = {what: medians[what] / medians["bare --help"] for what in BUDGETS}
    missed = [what for what, budget in BUDGETS.items() if ratios[what] > budget]
    if arguments.json:
        rows = [{"what": w, "ratio": ratios[w], "budget": b} for w, b in BUDGETS.items()]
        print(json.dumps({"rounds": rounds, "rows": rows, "missed": missed}, sort_keys=True))
    else:
        print(f"median of {rounds} rounds, as a multiple of a bare Typer program's --help")
        for what, budget in BUDGETS.items():
            held = "missed" if what in missed else "held"
            print(f"{what:<26} {ratios[what]:5.2f}   budget {budget:.2f}   {held}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
