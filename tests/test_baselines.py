"""The committed runs are what the shipped systems do today."""

import json
import re

import pytest

from bench import load_system, open_corpus, run, score
from bench.differences import of_corpus
from bench.formats import jsonl
from bench.runs import load, load_differences, scores_as_json


@pytest.mark.parametrize("name", ["rules", "spacy"])
@pytest.mark.parametrize(
    ("corpus", "folder"),
    [("seed", "baselines"), ("challenge", "baselines/challenge"), ("trial", "baselines/trial")],
)
def test_a_system_still_scores_what_its_committed_run_says(name, corpus, folder, root) -> None:
    saved = root / "results" / folder / name
    expected = json.loads((saved / "run.json").read_text())
    system, gold = load_system(name), open_corpus(corpus)
    assert gold.digest == expected["corpus"]["sha256"], "the gold has changed: make baselines"
    assert system.describe() == expected["system"]["details"], "the pins have changed"
    outcome = run(system, gold)
    scores = score(gold, outcome.predictions, fields=expected["fields"])
    now = json.loads(json.dumps(scores_as_json(scores, gold.info)))
    assert now == json.loads((saved / "scores.json").read_text())
    assert jsonl.write(outcome.predictions) == (saved / "predictions.jsonl").read_bytes()
    items = list(of_corpus(gold.documents, outcome.predictions))
    assert items == list(load_differences(saved, load(saved)))
    assert expected["failures"] == []


def test_the_agreement_that_the_readme_of_gold_states_is_what_the_passes_have(root) -> None:
    from bench import open_predictions
    from bench.report.figures import percent

    passes = root / "gold" / "seed" / "passes"
    one = open_corpus(str(passes / "a"))
    scores = score(one, open_predictions(str(passes / "b"), one))
    stated = (root / "gold" / "README.md").read_text()
    lines = [line for line in stated.splitlines() if line.count("`") == 2 and "|" in line]
    assert len(lines) >= 10
    for line in lines:
        _, _, measure, figure, _ = (cell.strip(" `") for cell in line.split("|"))
        assert percent(scores.matrix[measure].micro().f1) == figure


def test_seed_text_and_gold_text_are_the_same_bytes(root) -> None:
    (article,) = (root / "seeds").glob("*.txt")
    for copy in (root / "gold" / "seed").rglob("*.txt"):
        assert copy.read_bytes() == article.read_bytes()


def test_gold_and_both_passes_are_without_fault(bench, root) -> None:
    for folder in (
        "gold/seed",
        "gold/seed/passes/a",
        "gold/seed/passes/b",
        "gold/seed/passes/c",
        "gold/trial/trial.jsonl",
        "gold/trial/passes/a.jsonl",
        "gold/trial/passes/b.jsonl",
        "gold/challenge/challenge.jsonl",
        "gold/challenge/passes/a.jsonl",
        "gold/challenge/passes/b.jsonl",
    ):
        assert bench("gold", "check", root / folder)[:2] == (0, "")


def test_the_shipped_systems_hold_no_sentence_of_the_article(root) -> None:
    (article,) = (root / "seeds").glob("*.txt")
    words = article.read_text().lower().split()
    runs_of_words = {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}
    for file in (root / "systems").rglob("*.*"):
        if file.suffix in (".py", ".toml"):
            text = " ".join(file.read_text().lower().split())
            assert not [run for run in runs_of_words if run in text], file


def test_the_shipped_systems_know_no_name_that_was_invented_for_gold(root) -> None:
    real = {"European", "Gulf", "Norway", "Oslo", "PORT", "Paul", "Port"}  # cities, words …
    invented = {
        word
        for corpus in ("challenge", "trial")
        for document in open_corpus(corpus).documents
        for actor in document.actors or ()
        if actor.type in ("PER", "GPE", "LOC")
        for mention in actor.mentions
        if mention.level == "NAM"
        for word in re.findall(r"\w{4,}", mention.text or "")
    } - real
    assert len(invented) > 50
    for file in (root / "systems").rglob("*.*"):
        if file.suffix in (".py", ".toml", ".mjs"):
            assert not invented & set(re.findall(r"\w+", file.read_text())), file


def test_the_challenge_has_sets_of_each_phenomenon() -> None:
    from collections import defaultdict

    found = open_corpus("challenge").documents
    sets = defaultdict(list)
    for one in found:
        sets[one.meta["pair"]].append(one)
    assert len(found) >= 60
    for passages in sets.values():
        assert len({one.meta["phenomenon"] for one in passages}) == 1
        assert len(passages) >= 3
        assert {bool(one.meta.get("contrast")) for one in passages} == {True, False}


@pytest.mark.parametrize("corpus", ["challenge", "trial"])
def test_the_gold_is_what_was_decided_of_its_passes(corpus, root) -> None:
    from bench import adjudication

    folder = root / "gold" / corpus
    sides = [open_corpus(str(folder / "passes" / f"{name}.jsonl")).documents for name in "ab"]
    merged = adjudication.merge(*sides, adjudication.read(folder / "decisions.jsonl"))
    assert (merged.open, merged.documents) == (0, list(open_corpus(corpus).documents))


@pytest.mark.parametrize("corpus", ["challenge", "trial"])
def test_the_agreement_is_that_of_the_readme(corpus, root) -> None:
    from bench import open_predictions
    from bench.report.figures import percent

    passes = root / "gold" / corpus / "passes"
    one = open_corpus(str(passes / "a.jsonl"))
    matrix = score(one, open_predictions(str(passes / "b.jsonl"), one)).matrix
    readme = (root / "gold" / "README.md").read_text()
    section = " ".join(readme.partition(f"\n## {corpus}\n")[2].partition("\n## ")[0].split())
    for said, measure in (
        ("mentions with type", "actors.mention.type"),
        ("attached arguments with role", "events.argument.role+attached"),
        ("attributions", "quotes.attribution"),
    ):
        assert f"{said} {percent(matrix[measure].micro().f1)}" in section


def test_the_third_pass_of_the_seed_is_as_near_as_the_readme_says(root) -> None:
    from bench import open_predictions

    gold = open_corpus("seed")
    matrix = score(gold, open_predictions(str(root / "gold/seed/passes/c"), gold)).matrix
    names = ("actors.mention.type", "events.trigger.type", "quotes.attribution")
    assert [matrix[name].micro().f1 for name in names] == [1, 1, 1]
    arguments = matrix["events.argument.role+attached"].micro()
    assert arguments == (69, 70, 69)
