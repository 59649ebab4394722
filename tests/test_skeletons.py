"""``bench new system``: what it writes works, and is the same in every language."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import Document, check, load_system, skeletons
from bench.conformance import TEXTS

ROOT = Path(skeletons.__file__).parent
PROGRAMS = {"sh": "jq", "node": "node"}
WAYS = [
    ("--as", "file"),
    ("--as", "package"),
    ("--as", "command", "--language", "sh"),
    ("--as", "command", "--language", "node"),
]


def needs(language: str) -> None:
    if shutil.which(PROGRAMS[language]) is None:
        pytest.skip(f"{PROGRAMS[language]} is not installed")


def outcome_of(folder: Path) -> str:
    """What pytest says of the tests in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_what_is_written_passes_its_test(bench, tmp_path, way) -> None:
    if "--language" in way:
        needs(way[-1])
    code, out, err = bench("new", "system", "herald_2", *way)
    assert (code, out) == (0, "")
    assert all(line.startswith("bench: wrote ") for line in err.splitlines())
    assert "2 passed" in outcome_of(tmp_path)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(left) == err.count("\n")
    for path in left:
        assert "skeleton" not in f"{path.name}{path.read_text()}".lower()


def test_a_command_without_a_language_is_shell(bench, tmp_path) -> None:
    assert bench("new", "system", "herald", "--as", "command", "--out", "new")[0] == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "herald.sh",
        "test_herald.py",
    ]


def test_a_test_of_a_command_is_skipped_where_its_program_is_missing(bench, tmp_path) -> None:
    bench("new", "system", "herald", "--as", "command", "--language", "node")
    environment = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False
    )
    assert "2 skipped" in ended.stdout
    assert "node is not installed" in ended.stdout


def test_a_package_is_installed_and_found_by_its_name(bench, tmp_path, monkeypatch) -> None:
    assert bench("new", "system", "crier", "--as", "package")[0] == 0
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
               "--no-build-isolation", "--disable-pip-version-check", "--target", str(site),
               str(tmp_path / "crier")]  # fmt: skip
    subprocess.run(install, check=True)
    monkeypatch.syspath_prepend(site)
    assert load_system("crier:word=talked").describe() == {"word": "talked"}
    listed = [line.split() for line in bench("list", "systems")[1].splitlines()]
    assert ["crier", "yes", "crier"] in [line[:3] for line in listed]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Herald",), "name 'Herald': expected small letters, digits and single underscores"),
        (("../x",), "expected small letters"),
        (("class",), "expected small letters"),
        (("rules",), "name 'rules': there is a system of that name"),
        (("json",), "name 'json': Python finds a module of that name"),
        (("x", "--language", "node"), "--language: only with --as command"),
        (("x", "--out", "/dev/null/x"), "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_line(bench, tmp_path, arguments, said) -> None:
    code, _, err = bench("new", "system", *arguments)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("existing", ["herald.py", "test_herald.py", "herald"])
def test_nothing_is_overwritten(bench, tmp_path, existing) -> None:
    (tmp_path / existing).write_text("mine")
    way = ("--as", "package") if existing == "herald" else ()
    code, _, err = bench("new", "system", "herald", *way)
    assert (code, f"{existing} exists; choose another name" in err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == [existing]
    assert (tmp_path / existing).read_text() == "mine"


@pytest.mark.parametrize("language", ["sh", "node"])
def test_the_reference_implementations_find_what_the_python_one_finds(language) -> None:
    needs(language)
    file = {"sh": "skeleton.sh", "node": "skeleton.mjs"}[language]
    reference = f"cmd:{language} '{ROOT / file}'"
    documents = [Document(id=name, text=text) for name, text in TEXTS.items()]
    python, program = load_system(str(ROOT / "skeleton.py")), load_system(reference)
    assert list(program.extract(documents)) == list(python.extract(documents))
    assert {one.result for one in check(reference)} == {"pass"}
