"""How long the command takes to start, against a bare Typer program measured in the same run."""

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import budgets

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
DOCUMENTS = [
    {"id": f"d{i}", "text": "They met.",
     "events": [{"type": "CONSULT", "trigger": {"start": 5, "end": 8}}]}
    for i in range(10)
]  # fmt: skip


def measure(quick: bool) -> list[budgets.Row]:
    """Each command as a multiple of another one."""
    bench = Path(sys.executable).with_name("bench")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        (folder / "ten.jsonl").write_text("".join(json.dumps(one) + "\n" for one in DOCUMENTS))
        commands = {
            "bare": [sys.executable, "bare.py", "--help"],
            "help": [bench, "--help"],
            "run": [bench, "run", "--system", "rules", "--name", "x"],
            "score": [bench, "score", "ten.jsonl", "ten.jsonl"],
        }
        # Compiled once, as an installed package is.
        plain = {"TERM": "dumb", "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": name}
        env = {**os.environ, **plain}
        run = partial(subprocess.run, cwd=folder, check=True, capture_output=True, env=env)
        calls = {what: partial(run, command) for what, command in commands.items()}
        took = budgets.medians(calls, 10 if quick else 20)
    return [
        budgets.Row("bench --help / a bare program's", took["help"] / took["bare"], most=1.5),
        budgets.Row("bench run -s rules / a bare program's", took["run"] / took["bare"], most=3.0),
        budgets.Row("bench score, ten documents / --help", took["score"] / took["help"], most=2.0),
    ]


if __name__ == "__main__":
    sys.exit(budgets.main(__doc__, measure))
