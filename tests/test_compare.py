"""Systems compared: what differs, how sure that is, and what cannot be compared."""

import csv
import io
import json

import pytest
from making import lines_missing

MENTIONS = ["-m", "actors.mention", "-m", "events.trigger.type"]


@pytest.fixture
def work(tmp_path):
    """Gold of 40 documents, a system that misses every second event, and one that misses few."""

    (tmp_path / "gold.jsonl").write_text(lines_missing(lambda *_: False))
    (tmp_path / "half.jsonl").write_text(lines_missing(lambda i, k: (i + k) % 2))
    (tmp_path / "most.jsonl").write_text(lines_missing(lambda i, k: (i + k) % 10 == 0))
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
    assert float(row["baseline_value"]) == pytest.approx(2 / 3)
    value, low, high = (float(row[f"difference{end}"]) for end in ("", "_low", "_high"))
    assert value == float(row["other_value"]) - float(row["baseline_value"])
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


def test_a_run_holds_its_items_so_that_changes_need_no_gold(bench, work) -> None:
    for name in ("half", "most"):
        assert bench("score", "gold.jsonl", f"{name}.jsonl", "-o", f"saved/{name}", "-q")[0] == 0
    half, most = (next((work / "saved" / name).iterdir()) for name in ("half", "most"))
    asked = ("--changes", "--format", "csv")
    scored = bench("compare", "half.jsonl", "most.jsonl", "--gold", "gold.jsonl", *asked)[1]
    (work / "gold.jsonl").unlink()
    code, out, _ = bench("compare", half, most, *asked)
    assert (code, out) == (0, scored)
    first = rows(out)[0]
    assert (first["was"], first["is"], first["gold"]) == ("hit", "missed", "[abcd] AID actual")
    assert first["context"].startswith("[abcd] efgh ijkl")
    code, out, _ = bench("compare", half, most, "--changes")
    assert "event  missed  hit        80" in out


def test_printed_reports_are_compared(bench, work) -> None:
    code, out, _ = bench("score", "gold.jsonl", "half.jsonl", "most.jsonl", "--format", "json")
    (work / "both.json").write_text(out)
    code, printed, _ = bench("compare", "both.json", "--format", "csv")
    scored = bench("compare", "half.jsonl", "most.jsonl", "--gold", "gold.jsonl",
                   "--format", "csv")[1]  # fmt: skip
    names = printed.replace("half.jsonl", "half").replace("most.jsonl", "most")
    assert (code, names) == (0, scored)
    code, _, err = bench("compare", "both.json", "--changes")
    assert (code, "does not hold the items" in err) == (2, True)
    (work / "both.json").write_text('{"schema": "eventbench.report/9", "results": []}')
    code, _, err = bench("compare", "both.json", "both.json")
    assert (code, "schema 'eventbench.report/9', expected" in err) == (2, True)
    (work / "both.json").write_text('{"schema": ')
    code, _, err = bench("compare", "both.json", "both.json")
    assert (code, "no report of bench score --format json" in err) == (2, True)


def test_all_pairs_of_several_systems_are_tested_together(bench, work) -> None:
    (work / "third.jsonl").write_text((work / "half.jsonl").read_text())
    files = ("half.jsonl", "most.jsonl", "third.jsonl", "--gold", "gold.jsonl")
    code, out, err = bench("compare", *files, "-m", "events.trigger", "--format", "csv")
    assert code == 0
    found = rows(out)
    assert [(r["baseline"], r["other"]) for r in found] == [
        ("half", "most"), ("half", "third"), ("most", "third"),
    ]  # fmt: skip
    assert [(r["baseline_letters"], r["other_letters"]) for r in found] == [
        ("b", "a"), ("b", "b"), ("a", "b"),
    ]  # fmt: skip
    assert float(found[0]["p_corrected"]) == pytest.approx(3 * float(found[0]["p"]))
    assert float(found[2]["difference"]) == -float(found[0]["difference"])
    code, out, err = bench("compare", *files, "-m", "events.trigger")
    first, second, third = out.splitlines()[1:]
    assert [line.split()[:2] for line in (second, third)] == [["most", "94.74"], ["third", "66.67"]]
    assert first.split()[:4] == ["events", "trigger", "(TI)", "half"]
    assert "-0.00" not in out
    assert "systems that share a letter cannot be told apart" in err


@pytest.mark.usefixtures("work")
def test_labels_and_groups_are_compared_each(bench, work) -> None:
    gold = [json.loads(line) for line in (work / "gold.jsonl").read_text().splitlines()]
    for i, one in enumerate(gold):
        hard = any((i + k) % 10 == 0 for k in range(4))
        source = "even" if i % 2 == 0 else "odd"
        one["meta"] = {"source": source, "decade": i // 10, "hard": hard}
    (work / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in gold))
    files = ("half.jsonl", "most.jsonl", "--gold", "gold.jsonl", "-m", "events.trigger.type")
    found = rows(bench("compare", *files, "--by", "type", "--format", "csv")[1])
    assert [(r["label"], r["difference"]) for r in found] == [
        ("", found[0]["difference"]), ("AID", found[0]["difference"]),
    ]  # fmt: skip
    found = rows(bench("compare", *files, "--by", "source", "--format", "csv")[1])
    assert [(r["label"], r["units"]) for r in found] == [("", "40"), ("even", "20"), ("odd", "20")]
    found = rows(bench("compare", *files, "--cluster", "decade", "--format", "csv")[1])
    assert [(r["unit"], r["units"]) for r in found] == [("decade", "4")]
    # Within the strata the documents are alike, so nothing varies.
    strata, *_ = rows(bench("compare", *files, "--stratify", "hard", "--format", "csv")[1])
    assert strata["difference_low"] == strata["difference"] == strata["difference_high"]
    code, _, err = bench("compare", *files, "--cluster", "decade", "--stratify", "source")
    assert (code, err.startswith("bench: decade '0' lies in two groups of source")) == (2, True)
    code, _, err = bench("compare", *files, "--by", "sourcee")
    assert (code, "did you mean source?" in err) == (2, True)


@pytest.mark.usefixtures("work")
def test_precision_and_recall_are_compared_too(bench) -> None:
    files = ("half.jsonl", "most.jsonl", "--gold", "gold.jsonl", "-m", "events.trigger")
    row = rows(bench("compare", *files, "--rate", "recall", "--format", "csv")[1])[0]
    assert (row["rate"], float(row["baseline_value"]), float(row["other_value"])) == (
        "recall", 0.5, 0.9,
    )  # fmt: skip
    row = rows(bench("compare", *files, "--rate", "precision", "--format", "csv")[1])[0]
    assert (row["baseline_value"], row["difference"]) == ("1.0", "0.0")
    assert (row["detectable"], row["needed"]) == ("", "")


@pytest.mark.usefixtures("work")
def test_units_are_chosen(bench, work) -> None:
    asked = ("-m", "events.trigger", "--format", "csv")
    files = ("half.jsonl", "most.jsonl", "--gold", "gold.jsonl")
    found = rows(bench("compare", *files, "--unit", "sentence", *asked)[1])[0]
    assert (found["unit"], int(found["units"]) >= 40) == ("sentence", True)
    whole = rows(bench("compare", *files, "--unit", "sentence", "--cluster", "document", *asked)[1])
    assert (whole[0]["unit"], whole[0]["units"]) == ("document", "40")
    plain = rows(bench("compare", *files, *asked)[1])[0]
    assert {k: whole[0][k] for k in plain} == plain
    for name in ("half", "most"):
        bench("score", "gold.jsonl", f"{name}.jsonl", "-o", f"saved/{name}", "-q")
    saved = [next((work / "saved" / name).iterdir()) for name in ("half", "most")]
    code, _, err = bench("compare", *saved, "--unit", "sentence")
    assert (code, "score it again with --unit sentence" in err) == (3, True)
    one = (work / "gold.jsonl").read_text().splitlines(keepends=True)[0]
    (work / "one.jsonl").write_text(one)
    code, _, err = bench("compare", "one.jsonl", "one.jsonl", "--gold", "one.jsonl",
                         "--unit", "document")  # fmt: skip
    assert (code, "there is one document only, so no interval exists" in err) == (2, True)


@pytest.mark.usefixtures("work")
def test_other_gold_for_the_same_documents_is_noticed(bench, work) -> None:
    (work / "other.jsonl").write_text((work / "most.jsonl").read_text())
    for gold in ("gold", "other"):
        bench("score", f"{gold}.jsonl", "half.jsonl", "-o", f"saved/{gold}", "-q",
              "-m", "events.trigger")  # fmt: skip
    saved = [next((work / "saved" / name).iterdir()) for name in ("gold", "other")]
    code, _, err = bench("compare", *saved, "--intersect")
    assert (code, err) == (
        3, "bench: events.trigger: document 'd00' has another gold in each run\n",
    )  # fmt: skip


@pytest.mark.usefixtures("work")
def test_a_comparison_is_a_table_for_a_paper(bench) -> None:
    files = ("half.jsonl", "most.jsonl", "--gold", "gold.jsonl", "-m", "events.trigger.type")
    code, out, _ = bench("compare", *files, "--format", "latex", "--by", "type")
    lines = out.splitlines()
    assert code == 0
    assert lines[:2] == [r"\begin{tabular}{lrrrrrr}", r"\toprule"]
    assert lines[2].endswith(r" & difference & p & W/T/L & detectable \\")
    assert lines[4].startswith(r"events trigger + type (TC) & 66.67 {[}66.67, 66.67{]} & 94.74 {[}")
    assert lines[5].startswith(r"\quad AID & ")
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]


@pytest.mark.usefixtures("work")
def test_figures_have_intervals_on_request(bench) -> None:
    files = ("gold.jsonl", "most.jsonl", "-m", "events.trigger.type", "--ci")
    code, out, err = bench("score", *files)
    assert code == 0
    assert out.splitlines()[0].split() == ["measure", "P", "R", "F1"]
    assert "100.00 [97.40, 100.00]  90.00 [" in out
    assert "over 40 documents" in err
    found = rows(bench("score", *files, "--format", "csv", "--by", "type")[1])
    assert [(r["label"], r["rate"]) for r in found] == [
        (label, rate) for rate in ("precision", "recall", "f1") for label in ("", "AID")
    ]
    for row in found:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    other = rows(bench("compare", "most.jsonl", "most.jsonl", "--gold", "gold.jsonl",
                       "-m", "events.trigger.type", "--format", "csv")[1])[0]  # fmt: skip
    assert (found[-1]["low"], found[-1]["high"]) == (other["baseline_low"], other["baseline_high"])


@pytest.mark.usefixtures("work")
def test_runs_of_one_name_are_told_apart_by_their_folders(bench) -> None:
    for folder in ("old", "new"):
        bench("run", "-s", "rules", "--name", "rules", "-o", folder, "-q", "-m", "events.trigger")
    found = rows(bench("compare", "old/rules", "new/rules", "--format", "csv")[1])
    assert (found[0]["baseline"], found[0]["other"]) == ("old/rules", "new/rules")
    found = rows(bench("compare", "old/rules", "old/rules", "--format", "csv")[1])
    assert (found[0]["baseline"], found[0]["other"]) == ("old/rules (1)", "old/rules (2)")
