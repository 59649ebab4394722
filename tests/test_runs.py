"""Saved runs and their signatures: nothing that moves a figure is missing or can be edited."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import STANDARD, InputError, UsageError, load_system, open_corpus, run, runs, score
from bench.differences import of_corpus
from bench.signatures import LETTERS, Signature, parse

_words = st.text(st.characters(exclude_characters=" ", exclude_categories=["Cs"]), min_size=1)
signatures = st.builds(
    Signature,
    measures=_words,
    fields=_words,
    unit=st.sampled_from(["", "document", "sentence"]),
    corpus=_words,
    sha256=st.just("ab" * 32),
    documents=st.integers(0, 99),
    system=_words,
    version=_words,
    options=_words,
    seed=st.none() | st.integers(0, 99),
    eventbench=_words,
)


@given(signatures)
def test_a_signature_is_read_back(signature) -> None:
    assert parse(str(signature)) == signature


@given(signatures, signatures)
def test_every_field_shows_in_both_forms(one, other) -> None:
    for name in Signature.__struct_fields__:
        value = getattr(other, name)
        changed = msgspec.structs.replace(one, **{name: value})
        same = value == getattr(one, name)
        assert (str(changed) == str(one)) == same
        assert (changed.short == one.short) == same
    assert LETTERS.keys() == set(Signature.__struct_fields__)
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "signature: '' is not NAME:VALUE; known: corpus, documents"),
        ("corpse:x", "did you mean corpus?"),
        ("corpus:seed", "missing required field"),
    ],
)
def test_what_is_no_signature_is_refused(text, message) -> None:
    with pytest.raises(UsageError) as raised:
        parse(text)
    assert message in str(raised.value)


@pytest.fixture
def saved(tmp_path):
    """A saved run of `rules` on the seed; returns its folder and its scores."""
    system, gold = load_system("rules"), open_corpus("seed")
    outcome = run(system, gold)
    scores = score(gold, outcome.predictions)
    made = runs.record(system, {}, gold.info, outcome, scores)
    items = list(of_corpus(gold.documents, outcome.predictions))
    return runs.save(tmp_path / "rules", made, outcome.predictions, scores, items), scores, items


def test_the_counts_of_a_saved_run_are_those_that_were_scored(saved) -> None:
    folder, scores, items = saved
    assert list(runs.load_differences(folder, runs.load(folder))) == items
    matrix, samples, unit, _ = runs.load_counts(folder, runs.load(folder))
    assert matrix.keys() == scores.matrix.keys()
    assert unit == scores.unit == "sentence"
    assert {n: c.by_unit() for n, c in samples.items()} == {
        n: c.by_unit() for n, c in scores.samples.items()
    }
    for measure in STANDARD:
        one, other = matrix[measure.name], scores.matrix[measure.name]
        assert one.micro() == other.micro()
        if not measure.metrics:
            assert one.macro() == other.macro()
        assert one.by_unit() == other.by_unit()


@pytest.mark.parametrize("name", ["scores.json", "predictions.jsonl", "differences.jsonl"])
def test_an_edited_file_is_noticed(saved, name) -> None:
    folder, *_ = saved
    known = runs.load(folder)
    assert runs.checked(folder, name, known)
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace("1", "2", 1))
    with pytest.raises(InputError, match=f"{name}: is not what was saved with this run"):
        runs.checked(folder, name, known)
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name}: cannot be read"):
        runs.checked(folder, name, known)


def test_a_run_of_another_version_says_what_to_do(saved) -> None:
    folder, *_ = saved
    old = json.loads((folder / "run.json").read_text()) | {"schema": "eventbench.run/0"}
    (folder / "run.json").write_text(json.dumps(old))
    again = "bench run --system rules --corpus seed --seed 0 --unit sentence"
    with pytest.raises(InputError, match=rf"expected 'eventbench\.run/1'; make it again: {again}"):
        runs.load(folder)


def test_a_signature_gives_the_command_that_computes_its_figures_again(bench, tmp_path) -> None:
    code, out, _ = bench("run", "-s", "rules", "--name", "x", "-m", "actors.mention/length")
    assert code == 0
    signature = str(runs.load(tmp_path / "results" / "x").signature)
    code, out, err = bench("repro", signature)
    command = (
        "bench run --system rules --corpus seed --seed 0 -m actors.mention/length --unit sentence\n"
    )
    assert (code, out) == (0, command)
    assert err == "pip install eventbench==0.1.0\n"
    assert bench("repro", "results/x")[1] == command
    assert bench(*command.split()[1:], "--name", "y")[0] == 0
    scores = [(tmp_path / "results" / n / "scores.json").read_bytes() for n in "xy"]
    assert scores[0] == scores[1]
    code, out, _ = bench("list", "runs", "--format", "json")
    rows = json.loads(out)["rows"]
    assert [row["run"] for row in rows] == ["x", "y"]
    assert rows[0]["signature"].startswith("m:actors.mention/length|u:sentence|c:seed|h:")
