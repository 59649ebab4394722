"""The runs of a system over time: what is shown of them, and when a figure changed."""

import csv
import io
import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report.history import sparkline

TEXT = "aaaa bbbb cccc dddd"
GOLD = [{"id": f"d{i}", "text": TEXT,
         "events": [{"type": "AID", "trigger": {"start": 5 * k, "end": 5 * k + 4}}
                    for k in range(4)]} for i in range(2)]  # fmt: skip
SYSTEM = """
from bench import Document, Event, Span


class Share:
    name, version = "share", "VERSION"

    def __init__(self, kept: int = KEPT):
        self.kept = kept

    def describe(self):
        return {}

    def extract(self, documents):
        for document in documents:
            yield Document(id=document.id, events=tuple(
                Event(type="AID", trigger=Span(start=5 * k, end=5 * k + 4))
                for k in range(self.kept)
            ))
"""
TRIGGER = ("-m", "events.trigger")


@pytest.fixture
def saved(bench, tmp_path):
    """Saves a run of a system that finds so many of four; returns its folder."""
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in GOLD))

    def call(name: str, version: str, kept: int, started: str, *more: str, **changes):
        text = SYSTEM.replace("VERSION", version).replace("KEPT", str(kept))
        (tmp_path / "share.py").write_text(text)
        code, _, err = bench("run", "-s", "share.py:Share", "--corpus", "gold.jsonl", "-q",
                             "--name", name, *TRIGGER, *more)  # fmt: skip
        assert code == 0, err
        file = tmp_path / "results" / name / "run.json"
        run = json.loads(file.read_text()) | {"started": f"{started}T00:00:00+00:00", **changes}
        file.write_text(json.dumps(run))
        return file.parent

    return call


@pytest.fixture
def three(saved) -> None:
    """Three versions, saved in another order than they ran; the third is worse."""
    saved("c", "3", 2, "2026-03-01")
    saved("a", "1", 3, "2026-01-01")
    saved("b", "2", 3, "2026-02-01")


def rows_of(out: str) -> list[list[str]]:
    return [line[2:-2].split(" | ") for line in out.splitlines()[2:]]


@pytest.mark.usefixtures("three")
def test_runs_stand_in_the_order_of_time_with_what_changed(bench) -> None:
    code, out, err = bench("history", *TRIGGER, "--format", "md")
    assert code == 0
    first, second, third, trend = rows_of(out)
    assert first[:5] == ["share", "gold", "2026-01-01 00:00", "1", "a"]
    assert [row[6:] for row in (first, second)] == [["85.71", ""], ["85.71", ""]]
    assert third[3:5] == ["3", "c"]
    assert third[6:] == ["66.67", "events.trigger 85.71 → 66.67"]
    assert trend[6] == "██▁"
    assert err == "bench: F1 in percent; what changed is against the last run on the same gold\n"
    assert "events.trigger 85.71 → 66.67" in bench("history", *TRIGGER)[1]


@pytest.mark.usefixtures("three")
def test_programs_get_a_row_for_each_run_and_measure_unrounded(bench) -> None:
    code, out, err = bench("history", *TRIGGER, "--format", "json")
    found = json.loads(out)
    assert (code, err, found["schema"]) == (0, "", "eventbench.history/1")
    assert [row["f1"] for row in found["rows"]] == [6 / 7, 6 / 7, 2 / 3]
    assert [row["changed"] for row in found["rows"]] == [False, False, True]
    assert [row["before"] for row in found["rows"]] == [None, 6 / 7, 6 / 7]
    assert {row["commit"] for row in found["rows"]} == {None}
    rows = list(csv.DictReader(io.StringIO(bench("history", *TRIGGER, "--format", "csv")[1])))
    assert [row["run"] for row in rows] == ["a", "b", "c"]
    assert rows[0].keys() == found["rows"][0].keys()


@pytest.mark.usefixtures("three")
def test_a_system_can_be_chosen_with_or_without_its_options(bench, saved) -> None:
    saved("d", "3", 2, "2026-04-01", "--option", "kept=1")

    def runs(*arguments: str) -> list[str]:
        out = bench("history", *arguments, *TRIGGER, "--format", "json")[1]
        return [row["run"] for row in json.loads(out)["rows"]]

    assert runs() == runs("share") == ["a", "b", "c", "d"]
    assert runs("share:kept=1") == ["d"]
    code, _, err = bench("history", "shear", *TRIGGER)
    assert (code, err.count("\n")) == (2, 1)
    assert "no run of 'shear' in" in err
    assert "did you mean share?" in err


@pytest.mark.usefixtures("three")
def test_a_figure_on_other_gold_is_no_change(bench, saved) -> None:
    other = {"name": "gold", "documents": 2, "sha256": "f" * 64}
    saved("d", "3", 4, "2026-04-01", corpus=other)
    saved("e", "3", 1, "2026-05-01", corpus=other)
    saved("f", "4", 1, "2026-06-01")
    rows = rows_of(bench("history", *TRIGGER, "--format", "md")[1])
    assert [row[-1] for row in rows] == [
        "", "", "events.trigger 85.71 → 66.67",
        "other gold", "events.trigger 100.00 → 40.00",
        "events.trigger 66.67 → 40.00", "",
    ]  # fmt: skip
    assert rows[3][5] == "f" * 12
    assert rows[-1][6] == "▆▆▄│█▁│▁"


def test_a_measure_that_comes_or_goes_is_a_change(bench, saved) -> None:
    saved("a", "1", 3, "2026-01-01")
    saved("b", "2", 3, "2026-02-01", "-m", "events.trigger.type")
    rows = rows_of(bench("history", "-m", "events.trigger.type", "--format", "md")[1])
    assert [row[6:] for row in rows] == [
        ["–", ""], ["85.71", "events.trigger.type – → 85.71"], ["·▄", ""],
    ]  # fmt: skip
    code, _, err = bench("history", "-m", "quotes.cue")
    assert (code, err.count("\n")) == (2, 1)
    assert "no run has the measure quotes.cue; known: events.trigger, events.trigger.type" in err


@pytest.mark.usefixtures("three")
def test_bad_runs_are_named_and_left_out(bench, tmp_path) -> None:
    (tmp_path / "results" / "a" / "run.json").write_text("{")
    scores = tmp_path / "results" / "b" / "scores.json"
    scores.write_text(scores.read_text().replace("3", "4", 1))
    (tmp_path / "results" / ".c.left").mkdir()
    (tmp_path / "results" / ".c.left" / "run.json").write_text("{")
    code, out, err = bench("history", *TRIGGER, "-q", "--format", "json")
    assert (code, [row["run"] for row in json.loads(out)["rows"]]) == (0, ["c"])
    lines = err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("bench: left out: ") for line in lines)
    assert "a/run.json: Input data was truncated" in lines[0]
    assert "b/scores.json: is not what was saved with this run" in lines[1]
    (tmp_path / "results" / "c" / "run.json").write_bytes(b'"\xff"')
    code, out, err = bench("history", *TRIGGER)
    assert (code, out, err.count("\n")) == (5, "", 4)
    assert err.splitlines()[-1].startswith("bench: history: no run in ")


def test_where_there_are_no_runs_it_says_so(bench, tmp_path) -> None:
    code, _, err = bench("history", "--folder", "none")
    assert (code, err) == (2, "bench: no folder 'none': runs are looked for there\n")
    (tmp_path / "empty").mkdir()
    assert bench("history", "--folder", "empty")[0] == 5


def git(folder, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(saved, tmp_path) -> list[str]:
    """A repository in which one run was committed again and again; returns the commits."""
    git(tmp_path, "init", "-q")
    commits = []
    for version, kept in (("1", 4), ("2", 4), ("3", 1)):
        saved("now", version, kept, f"2026-0{version}-01")
        git(tmp_path, "add", "results")
        git(tmp_path, "commit", "-q", "-m", version)
        commits.append(git(tmp_path, "rev-parse", "--short", "HEAD"))
    (tmp_path / "results" / "now" / "run.json").write_text("{")
    git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    git(tmp_path, "rm", "-q", "-r", "results")
    git(tmp_path, "commit", "-q", "-m", "gone")
    return commits


def test_git_tells_what_each_commit_holds(bench, repository, tmp_path) -> None:
    assert not (tmp_path / "results").exists()
    code, out, err = bench("history", "--git", "HEAD", "--format", "md", *TRIGGER)
    assert code == 0
    *runs, trend = rows_of(out)
    assert [row[4] for row in runs] == [f"{commit} now" for commit in repository]
    assert [row[6:] for row in runs] == [
        ["100.00", ""], ["100.00", ""], ["40.00", "events.trigger 100.00 → 40.00"],
    ]  # fmt: skip
    assert trend[6] == "██▁"
    broken = git(tmp_path, "rev-parse", "--short", "HEAD^")
    said = f"bench: left out: {broken}:results/now/run.json: Input data was truncated\n"
    assert err.startswith(said)
    assert err.count("\n") == 2
    out = bench("history", "--git", f"{repository[0]}..", "--format", "json", *TRIGGER)[1]
    assert [row["commit"] for row in json.loads(out)["rows"]] == repository[1:]


@pytest.mark.usefixtures("repository")
def test_a_folder_inside_a_run_or_the_run_itself_can_be_looked_at(bench) -> None:
    arguments = ("--git", "HEAD", "--format", "json", *TRIGGER)
    for folder in ("results/now", "."):
        code, out, _ = bench("history", "--folder", folder, *arguments)
        assert (code, len(json.loads(out)["rows"])) == (0, 3)
    assert {row["run"] for row in json.loads(out)["rows"]} == {"results/now"}


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("commits", "said"), [("nope..", "bad revision 'nope..'"), ("--all", "'--all' names no")]
)
def test_commits_that_there_are_not(bench, commits, said) -> None:
    code, out, err = bench("history", f"--git={commits}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.usefixtures("three")
def test_git_is_asked_only_for_git(bench, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, _, err = bench("history", "--git", "HEAD")
    assert (code, err.count("\n"), "not a git repository" in err) == (2, 1, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bench("history", *TRIGGER)[0] == 0
    code, _, err = bench("history", "--git", "HEAD")
    assert (code, err) == (2, "bench: git cannot be run: No such file or directory\n")


figures = st.lists(st.none() | st.floats(0, 1), max_size=12)


@given(figures)
def test_a_sparkline_has_a_bar_for_each_figure_as_high_as_it_is(values) -> None:
    line = sparkline(values)
    assert len(line) == len(values)
    assert [bar == "·" for bar in line] == [value is None for value in values]
    known = sorted((value, bar) for value, bar in zip(values, line, strict=True) if bar != "·")
    bars = [bar for _, bar in known]
    assert bars == sorted(bars)
    if known and known[0][0] < known[-1][0]:
        assert (bars[0], bars[-1]) == ("▁", "█")
