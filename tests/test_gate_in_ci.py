"""The workflow and the hooks that the documentation gives run as they stand there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def project(bench, root, tmp_path) -> Path:
    """The system of README, gold in a folder, and a baseline of it."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(# mine\.py\n.*?)```", readme, re.DOTALL)
    (tmp_path / "mine.py").write_text(code[1])
    shutil.copytree(root / "gold" / "seed", tmp_path / "gold")
    first = re.search(r"`bench (run --system mine\.py:Mine .*?)`", page(root))
    assert bench(*first[1].split(), "-q")[0] == 0
    return tmp_path


def page(root: Path) -> str:
    return (root / "docs" / "gate.md").read_text(encoding="utf-8")


def ask_for_more(project: Path) -> None:
    """A policy that the system cannot hold."""
    (project / "bench.toml").write_text('[gate.measures."events.trigger"]\nmin = 99\n')


def test_the_steps_of_the_workflow_run(bench, project, root) -> None:
    steps = re.findall(r"^ *- run: bench (.+)$", page(root), re.MULTILINE)
    assert [step.split()[0] for step in steps] == ["run", "gate"]
    assert [bench(*shlex.split(step))[0] for step in steps] == [0, 0]
    files = re.findall(r"(?:path|sarif_file): ([\w.]+)", page(root))
    assert [(project / file).is_file() for file in files] == [True, True]
    ask_for_more(project)
    assert bench(*shlex.split(steps[1]))[0] == 1


def test_the_hooks_that_this_repository_offers_run_with_the_arguments_given(
    bench, project, root
) -> None:
    manifest = (root / ".pre-commit-hooks.yaml").read_text()
    entries = dict(re.findall(r"- id: (\S+)\n(?:  .+\n)*?  entry: bench (.+)\n", manifest))
    found = re.findall(r"- id: (\S+)\n +args: \[(.+)\]", page(root))
    hooks = [(entries[hook], [one.strip(' "') for one in args.split(",")]) for hook, args in found]
    assert {hook for hook, _ in found} == entries.keys()
    assert [bench(*entry.split(), *args)[0] for entry, args in hooks] == [0, 0]
    ask_for_more(project)
    assert [bench(*entry.split(), *args)[0] for entry, args in hooks[1:]] == [1]


def test_the_hook_with_ones_own_environment_runs(project, root, monkeypatch) -> None:
    (entry,) = re.findall(r"^ *entry: (.+)$", page(root), re.MULTILINE)
    (project / "bin").mkdir()
    (project / "bin" / "bench").write_text(f'#!/bin/sh\nexec {sys.executable} -m bench "$@"\n')
    (project / "bin" / "bench").chmod(0o755)
    monkeypatch.setenv("PATH", str(project / "bin"), prepend=":")
    monkeypatch.setenv("PYTHONPATH", str(root))
    call = shlex.split(entry)
    assert subprocess.run(call, capture_output=True, check=False).returncode == 0
    ask_for_more(project)
    assert subprocess.run(call, capture_output=True, check=False).returncode == 1
