"""Systems compared: what differs, how sure that is, and what cannot be compared."""

import csv
import io
import json

import pytest
from making import TEXT

MENTIONS = ["-m", "actors.mention", "-m", "events.trigger.type"]


@pytest.fixture
def work(tmp_path):
    """Gold of 40 documents, a system that misses every second event, and one that misses few."""

    def lines(missed) -> str:
        made = []
        for i in range(40):
            events = [
                {"type": "AID", "trigger": {"start": 5 * k, "end": 5 * k + 4}}
                for k in range(4)
                if not missed(i, k)
            ]
            made.append({"id": f"d{i:02}", "text": TEXT, "events": events})
        return "".join(json.dumps(one) + "\n" for one in made)

    (tmp_path / "gold.jsonl").write_text(lines(lambda *_: False))
    (tmp_path / "half.jsonl").write_text(lines(lambda i, k: (i + k) % 2))
    (tmp_path / "most.jsonl").write_text(lines(lambda i, k: (i + k) % 10 == 0))
    return tmp_path


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


@pytest.mark.usefixtures("work")
def test_a_difference_has_its_interval_its_test_and_what_would_have_shown(bench) -> None:
    code, out, err = bench("compare", "half.jsonl", "most.jsonl", "--gold", "gold.jsonl",
                           *MENTIONS, "--format", "csv", "--resamples", 500)  # fmt: skip
    assert code == 0
    (row,) = rows(out)
    assert (row["baseline"], row["other"], row["measure"]) == (
        "half", "most", "events.trigger.type",
    )  # fmt: skip
    assert float(row["baseline_f1"]) == pytest.approx(2 / 3)
    value, low, high = (float(row[f"difference{end}"]) for end in ("", "_low", "_high"))
    assert value == float(row["other_f1"]) - float(row["baseline_f1"])
    assert 0 < low < value < high
    assert (row["unit"], row["units"], row["wins"], row["losses"]) == ("document", "40", "40", "0")
    assert float(row["p_corrected"]) == float(row["p"]) == pytest.approx(1 / 501)
    assert 0 < float(row["detectable"]) < value
    assert int(row["needed"]) < 40
    assert "over 40 documents" in err
    assert "not that the difference is large" in err


@pytest.mark.usefixtures("work")
def test_a_system_does_not_differ_from_itself(bench) -> None:
    out = bench("compare", "half.jsonl", "half.jsonl", "--gold", "gold.jsonl",
                *MENTIONS, "--format", "csv")[1]  # fmt: skip
    (row,) = rows(out)
    assert [float(row[f"difference{end}"]) for end in ("", "_low", "_high")] == [0, 0, 0]
    assert (float(row["p"]), row["wins"], row["ties"]) == (1, "0", "40")


def test_saved_runs_are_compared_without_being_scored_again(bench, work) -> None:
    for name in ("rules", "spacy"):
        assert bench("run", "-s", "rules", "--name", name, "-q")[0] == 0
    code, out, err = bench("compare", "results/rules", "results/spacy")
    assert code == 0
    assert "actors mention" in out
    assert "over 15 sentences" in err
    assert "no interval and no test, as there is one unit only: actors.coref.muc" in err
    scores = work / "results" / "rules" / "scores.json"
    scores.write_text(scores.read_text().replace("7", "8", 1))
    code, _, err = bench("compare", "results/rules", "results/spacy")
    assert (code, "is not what was saved with this run" in err) == (2, True)


@pytest.mark.usefixtures("work")
def test_runs_on_another_gold_or_by_other_measures_are_not_compared(bench) -> None:
    for name, corpus, measure in (
        ("seed", "seed", "events.trigger"),
        ("forty", "gold.jsonl", "events.trigger"),
        ("other", "seed", "quotes.content"),
    ):
        bench("run", "-s", "rules", "--corpus", corpus, "-m", measure, "--name", name, "-q")
    code, _, err = bench("compare", "results/seed", "results/forty")
    assert code == 3
    assert err.startswith(
        "bench: seed was scored on seed (1 documents, sha256 166be845d537), forty"
    )
    assert "--intersect" in err
    code, _, err = bench("compare", "results/seed", "results/forty", "--intersect")
    assert (code, err) == (3, "bench: events.trigger: the runs have no document in common\n")
    code, _, err = bench("compare", "results/seed", "results/other")
    assert (code, err) == (3, "bench: these runs have no measure in common\n")
    assert bench("compare", "results/seed")[0] == 2
    code, _, err = bench("compare", "gold.jsonl", "half.jsonl")
    assert (code, err) == (
        2,
        "bench: gold.jsonl: no saved run; to compare predictions say --gold\n",
    )


def test_documents_that_both_have_can_be_compared_alone(bench, work) -> None:
    lines = (work / "gold.jsonl").read_text().splitlines(keepends=True)
    (work / "part.jsonl").write_text("".join(lines[:35]))
    for name in ("gold", "part"):
        bench("run", "-s", "rules", "--corpus", f"{name}.jsonl", "--name", name, "-q")
    code, out, err = bench("compare", "results/gold", "results/part", "--intersect",
                           "--format", "csv", "-m", "events.trigger")  # fmt: skip
    assert code == 0
    assert rows(out)[0]["units"] == "35"
    assert "only documents that all runs have are compared" in err


def test_the_items_that_changed_are_listed(bench, work) -> None:
    events = [
        {"type": "AID", "trigger": {"start": 0, "end": 4}},
        {"type": "AID", "trigger": {"start": 30, "end": 34}},
    ]
    for name, lines in (("one", [{"id": "d00", "events": events}]), ("two", [])):
        (work / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, out, _ = bench("compare", "one.jsonl", "half.jsonl", "--gold", "gold.jsonl",
                         "--changes", "--format", "csv")  # fmt: skip
    assert code == 0
    first = [(r["at"], r["change"]) for r in rows(out) if r["document"] == "d00"]
    assert first == [("10", "newly right"), ("30", "no longer spurious")]
    assert all(r["change"] == "newly right" for r in rows(out) if r["document"] != "d00")
