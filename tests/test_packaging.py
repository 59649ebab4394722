"""The wheel: it holds what git tracks, and works where there is no checkout."""

import importlib.metadata as metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TRAVELS = {"bench": "bench", "systems": "bench/systems", "gold": "bench/_data/gold",
           "seeds": "bench/_data/seeds"}  # fmt: skip


def tracked(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(line) for line in listed.stdout.splitlines() if (root / line).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a release is: the sdist first, then the wheel from it."""
    root = Path(__file__).resolve().parent.parent
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for file in tracked(root):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_bytes((root / file).read_bytes())
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (found,) = out.glob("*.whl")
    return found


def needed(name: str, seen: set[str]) -> Iterator[metadata.Distribution]:
    """A distribution with all that it requires without extras."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return
    seen.add(key)
    distribution = metadata.distribution(name)
    yield distribution
    for line in distribution.requires or ():
        if ";" not in line or "extra" not in line:
            try:
                yield from needed(re.split(r"[^\w.-]", line, maxsplit=1)[0], seen)
            except metadata.PackageNotFoundError:
                continue


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it requires, but no extra."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    made = folder / "bin" / "python"
    libraries = tmp_path_factory.mktemp("libraries")
    for distribution in needed("eventbench", set()):
        if distribution.name == "eventbench":
            continue
        for file in {part.parts[0] for part in distribution.files or () if part.parts[0] != ".."}:
            if file != "__pycache__" and not (libraries / file).exists():
                (libraries / file).symlink_to(Path(str(distribution.locate_file(file))))
    (site,) = (folder / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n")
    install = [sys.executable, "-m", "pip", "--python", made, "install", "--quiet", "--no-deps",
               "--no-index", "--disable-pip-version-check", wheel]  # fmt: skip
    subprocess.run(install, check=True)
    return made


def call(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [python.with_name("bench"), *arguments]
    quiet = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "FORCE_COLOR")}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=quiet, check=False
    )


def test_the_wheel_holds_what_git_tracks_and_nothing_else(wheel, root) -> None:
    expected = {
        Path(TRAVELS[file.parts[0]], *file.parts[1:]).as_posix()
        for file in tracked(root)
        if file.parts[0] in TRAVELS
    }
    found = set(zipfile.ZipFile(wheel).namelist())
    information = {name for name in found if ".dist-info/" in name}
    assert found - information == expected
    assert {name.split("/")[0] for name in found - information} == {"bench"}


def test_it_runs_from_an_empty_folder_on_the_gold_inside(python, tmp_path, root) -> None:
    ended = call(python, tmp_path, "run", "--system", "rules", "--name", "here")
    assert ended.returncode == 0, ended.stderr
    saved = tmp_path / "results" / "here" / "scores.json"
    committed = root / "results" / "baselines" / "rules" / "scores.json"
    assert saved.read_bytes() == committed.read_bytes()
    assert call(python, tmp_path, "gold", "check").returncode == 0


def test_without_the_extra_the_one_command_is_said(python, tmp_path) -> None:
    for name in ("spacy", "llm"):
        ended = call(python, tmp_path, "run", "--system", name)
        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1
        assert f"pip install 'eventbench[{name}]'" in ended.stderr
    rows = [line.split() for line in call(python, tmp_path, "list", "systems").stdout.splitlines()]
    assert ["rules", "yes"] in [row[:2] for row in rows]
    assert ["spacy", "no"] in [row[:2] for row in rows]


def test_with_the_extra_it_scores_what_the_checkout_scores(python, tmp_path, root) -> None:
    import spacy

    (site,) = python.parent.parent.glob("lib/python*/site-packages")
    extra = site / "extra.pth"
    extra.write_text(f"{Path(spacy.__file__).parent.parent}\n")
    try:
        ended = call(python, tmp_path, "run", "--system", "spacy", "--name", "here")
    finally:
        extra.unlink()
    assert ended.returncode == 0, ended.stderr
    saved = tmp_path / "results" / "here" / "scores.json"
    committed = root / "results" / "baselines" / "spacy" / "scores.json"
    assert saved.read_bytes() == committed.read_bytes()


def test_a_new_system_is_made_and_checked_where_there_is_no_checkout(python, tmp_path) -> None:
    for way in ((), ("--as", "command"), ("--as", "package", "--quiet")):
        ended = call(python, tmp_path, "new", "system", "herald", *way, "--out", f"new{len(way)}")
        assert ended.returncode == 0, ended.stderr
    ended = call(python, tmp_path, "check", "new0/herald.py")
    assert ended.returncode == 0, ended.stdout
    if shutil.which("jq"):
        assert call(python, tmp_path, "check", "cmd:sh new2/herald.sh").returncode == 0


def test_requirements_name_no_registry_and_pin_every_hash(root) -> None:
    for file in (root / "requirements").glob("*.txt"):
        text = file.read_text()
        assert "://" not in text
        assert "index-url" not in text
        assert "find-links" not in text
        pins = re.findall(r"^[\w.-]+==\S+.*?(?=^\w|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(pins) >= (2 if file.name == "model.txt" else 30)
        assert all("--hash=sha256:" in pin for pin in pins)
