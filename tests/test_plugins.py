"""Plugins: a broken one is listed as broken with its error, and the others still work."""

import json
from pathlib import Path

import pytest

BROKEN = {
    "raises": ("raise ValueError('no\\nmodel')", "ValueError: no model"),
    "imports": ("import no_such_module", "No module named 'no_such_module'"),
    "leaves": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "vanishes": ("import os; os._exit(7)", "on import: its process ended with exit code 7"),
    "misspells": ("class Systen: ...", "has no attribute 'System'"),
    "garbled": ("class System(:", "SyntaxError: invalid syntax"),
}
GOOD = """
print("noise on stdout")

from bench import Document


class System:
    name, version = "good", "1"

    def describe(self):
        return {}

    def extract(self, documents):
        for document in documents:
            yield Document(id=document.id, events=())
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution with one good plugin and several broken ones."""
    site = tmp_path / "site"
    info = site / "plugins-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugins\nVersion: 1.0\n")
    sources = {"good": GOOD, **{name: text for name, (text, _) in BROKEN.items()}}
    points = [f"{name} = plugin_{name}:System" for name in sources]
    (info / "entry_points.txt").write_text("\n".join(["[bench.systems]", *points]) + "\n")
    for name, text in sources.items():
        (site / f"plugin_{name}.py").write_text(text + "\n")
    monkeypatch.syspath_prepend(site)


@pytest.mark.usefixtures("plugins")
def test_broken_plugins_are_listed_with_their_errors_and_the_others_work(bench) -> None:
    code, out, err = bench("list", "systems", "--format", "json")
    rows = {row["system"]: row for row in json.loads(out)["rows"]}
    assert (code, err) == (0, "")
    for name, (_, error) in BROKEN.items():
        assert rows[name]["available"] == "broken"
        assert error in rows[name]["error"]
        assert "\n" not in rows[name]["error"]
        assert rows[name]["from"] == "plugins 1.0"
    for name in ("good", "rules", "oracle"):
        assert (rows[name]["available"], rows[name]["error"]) == ("yes", None)
    run = ("run", "-m", "events.trigger", "--name", "x", "--out", ".")
    assert bench(*run, "--system", "good", "--system", "rules")[0] == 2  # one name for two
    assert bench("run", "--out", ".", "--system", "good", "--system", "rules")[0] == 0


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("name", ["raises", "imports", "leaves", "misspells", "garbled"])
def test_a_broken_plugin_that_is_run_is_an_error_in_a_line(bench, name) -> None:
    code, _, err = bench("run", "--system", name)
    assert code == 4
    assert err.startswith(f"bench: system '{name}' does not load: ")
    assert err.count("\n") == 1
