"""Runs ranked: what is in the table, and a file that holds it."""

import csv
import io
import json

import pytest
from making import lines_missing


@pytest.fixture
def runs(tmp_path, bench):
    """Runs of three files of predictions on 40 documents: two alike and one better."""

    (tmp_path / "gold.jsonl").write_text(lines_missing(lambda *_: False))
    (tmp_path / "half.jsonl").write_text(lines_missing(lambda i, k: (i + k) % 2))
    (tmp_path / "also.jsonl").write_text(lines_missing(lambda i, k: (i + k + 1) % 2))
    (tmp_path / "most.jsonl").write_text(lines_missing(lambda i, k: (i + k) % 10 == 0))
    files = ("half.jsonl", "also.jsonl", "most.jsonl")
    assert bench("score", "gold.jsonl", *files, "-o", "results", "-q")[0] == 0
    return tmp_path / "results"


def test_the_best_stands_first_and_the_alike_share_a_letter(bench, runs) -> None:
    code, out, _ = bench("leaderboard", runs, "--corpus", "gold", "-m", "events.trigger",
                         "--format", "csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [(r["rank"], r["system"], r["letters"]) for r in rows] == [
        ("1", "most.jsonl", "a"), ("2", "also.jsonl", "b"), ("3", "half.jsonl", "b"),
    ]  # fmt: skip
    assert [r["f1"] for r in rows[1:]] == [str(2 / 3)] * 2
    code, out, err = bench("leaderboard", runs, "--corpus", "gold", "-m", "events.trigger")
    assert [line.split()[0] for line in out.splitlines()] == [
        "system",
        *(r["system"] for r in rows),
    ]
    assert "over its documents; systems that share a letter cannot be told apart" in err


def test_of_two_runs_of_the_same_thing_the_last_counts_and_of_older_gold_none(bench, runs) -> None:
    gold = runs.parent / "gold.jsonl"
    for _ in range(2):
        bench("run", "-s", "rules", "--corpus", "gold.jsonl", "-q", "-m", "events.trigger")
    gold.write_text(gold.read_text() + json.dumps({"id": "z", "text": "x", "events": []}) + "\n")
    bench("run", "-s", "rules", "--corpus", "gold.jsonl", "--name", "new", "-q",
          "-m", "events.trigger")  # fmt: skip
    document = json.loads((runs / "new" / "run.json").read_text())
    document["started"] = "2999-01-01T00:00:00+00:00"
    (runs / "new" / "run.json").write_text(json.dumps(document))
    code, out, err = bench("leaderboard", runs, "--corpus", "gold", "-m", "events.trigger",
                           "--format", "csv")  # fmt: skip
    assert (code, [r["run"] for r in csv.DictReader(io.StringIO(out))]) == (0, ["new"])
    assert err.count("was run on other gold of that name") == 5


def test_nothing_to_rank_is_said(bench, runs) -> None:
    code, _, err = bench("leaderboard", runs, "--corpus", "silver")
    assert (code, err) == (
        5, f"bench: leaderboard: no run on 'silver' in {runs}; there are runs on gold\n",
    )  # fmt: skip
    code, _, err = bench("leaderboard", runs, "--corpus", "gold", "-m", "quotes.kind")
    assert (code, err) == (5, "bench: leaderboard: no run was scored by quotes.kind\n")


def test_a_file_holds_the_table_between_its_marks(bench, runs) -> None:
    page = runs.parent / "page.md"
    asked = ("leaderboard", runs, "--corpus", "gold", "-m", "events.trigger")
    page.write_text("before\n")
    code, _, err = bench(*asked, "--write", page)
    assert (code, "expected the lines <!-- leaderboard -->" in err) == (2, True)
    assert page.read_text() == "before\n"
    page.write_text("before\n<!-- leaderboard -->\nold\n<!-- /leaderboard -->\nafter\n")
    assert bench(*asked, "--check", page)[0] == 1
    assert bench(*asked, "--write", page)[0] == 0
    assert bench(*asked, "--check", page)[::2] == (0, "")
    text = page.read_text()
    assert text.startswith("before\n<!-- leaderboard -->\n\n| system | events trigger (TI) |")
    assert text.endswith("<!-- /leaderboard -->\nafter\n")


def test_the_table_in_the_readme_is_that_of_the_committed_runs(bench, root) -> None:
    baselines, readme = root / "results" / "baselines", root / "README.md"
    assert bench("leaderboard", baselines, "--check", readme)[::2] == (0, "")
    for corpus, folder in (("challenge", "gold"), ("trial", "results")):
        asked = ("--corpus", corpus, "--check", root / folder / "README.md")
        assert bench("leaderboard", baselines, *asked)[::2] == (0, "")
