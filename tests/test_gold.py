"""`bench gold`: versions compared, hashes, and parts of a corpus."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import TEXT, documents

from bench import Document, UsageError, open_corpus
from bench.adjudication import key, merge
from bench.partition import sample, split

ids = st.lists(st.text(min_size=1, max_size=4), unique=True, max_size=60)


@given(ids, st.integers(0, 9))
def test_a_document_stays_in_its_part_when_others_are_added(keys, seed) -> None:
    documents = [Document(id=key) for key in keys]
    shares = {"train": 0.7, "dev": 0.1, "test": 0.2}
    whole = split(documents, shares, seed=seed)
    assert sorted(one.id for part in whole.values() for one in part) == sorted(keys)
    half = split(documents[::2], shares, seed=seed)
    for name in shares:
        assert {one.id for one in half[name]} <= {one.id for one in whole[name]}


def test_parts_have_about_their_share_and_groups_stay_together() -> None:
    documents = [Document(id=f"d{i}", meta={"source": f"s{i % 40}"}) for i in range(2000)]
    parts = split(documents, {"a": 0.75, "b": 0.25})
    assert 420 < len(parts["b"]) < 580
    parts = split(documents, {"a": 0.5, "b": 0.5}, key=lambda one: one.meta["source"])
    assert not {d.meta["source"] for d in parts["a"]} & {d.meta["source"] for d in parts["b"]}
    assert split(documents, {"a": 0.5, "b": 0.5}, seed=1) != split(documents, {"a": 0.5, "b": 0.5})


@given(ids, st.data())
def test_a_larger_sample_holds_the_smaller_ones(keys, data) -> None:
    documents = [Document(id=key) for key in keys]
    if len(keys) < 2:
        with pytest.raises(UsageError, match="cannot be drawn"):
            sample(documents, len(keys) + 1)
        return
    number = data.draw(st.integers(2, len(keys)))
    large, small = sample(documents, number), sample(documents, number - 1)
    assert {one.id for one in small} < {one.id for one in large}
    assert [one.id for one in large] == sorted(one.id for one in large)


@pytest.fixture
def work(tmp_path):
    """Six documents with an event each, and a second version of them."""
    lines = [
        {"id": f"d{i}", "text": TEXT, "meta": {"source": f"s{i % 2}"},
         "events": [{"type": "AID", "trigger": {"start": 0, "end": 4}}]}
        for i in range(6)
    ]  # fmt: skip
    (tmp_path / "one.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    lines[2]["events"][0]["type"] = "REJECT"
    lines[3]["events"] = []
    lines[4]["id"] = "other"
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    return tmp_path


@pytest.mark.usefixtures("work")
def test_versions_are_compared_item_by_item(bench) -> None:
    assert bench("gold", "diff", "one.jsonl", "one.jsonl")[0] == 0
    code, out, _ = bench("gold", "diff", "one.jsonl", "two.jsonl", "--format", "csv")
    assert code == 1
    assert [line.split(",")[:6] for line in out.splitlines()[1:]] == [
        ["d4", "", "document", "only in A", "", ""],
        ["other", "", "document", "only in B", "", ""],
        ["d2", "0", "event", "type", "[abcd] AID actual", "[abcd] REJECT actual"],
        ["d3", "0", "event", "only in A", "[abcd] AID actual", ""],
    ]


def test_a_hash_is_that_of_the_corpus_in_any_order(bench, work) -> None:
    _, first, _ = bench("gold", "hash", "one.jsonl")
    assert first == f"{open_corpus(str(work / 'one.jsonl')).digest}  one (6 documents)\n"
    lines = (work / "one.jsonl").read_text().splitlines(keepends=True)
    (work / "one.jsonl").write_text("".join(reversed(lines)))
    assert bench("gold", "hash", "one.jsonl")[1] == first


def test_parts_and_samples_are_written(bench, work) -> None:
    code, _, err = bench("gold", "split", "one.jsonl", "-o", "parts",
                         "--part", "train=0.5", "--part", "test=0.5",
                         "--group", "source")  # fmt: skip
    assert (code, err.count("documents")) == (0, 2)
    parts = [
        {one.meta["source"] for one in open_corpus(str(file)).documents}
        for file in (work / "parts").iterdir()
        if file.stat().st_size
    ]
    assert sum(map(len, parts)) == 2
    code, _, _ = bench("gold", "sample", "one.jsonl", "-n", 2, "-o", "some.jsonl", "--blank")
    assert code == 0
    drawn = open_corpus(str(work / "some.jsonl")).documents
    assert [(one.text, one.events) for one in drawn] == [(TEXT, None)] * 2
    for wrong, said in (
        ("train", "expected NAME=SHARE"),
        ("a/b=1", "expected NAME=SHARE"),
        ("a=0.5", "expected shares above 0 that are 1 together, not a=0.5"),
    ):
        code, _, err = bench("gold", "split", "one.jsonl", "-o", "x", "--part", wrong)
        assert (code, said in err) == (2, True)
    assert not (work / "x").exists()
    code, _, err = bench("gold", "sample", "one.jsonl", "-n", 7, "-o", "x.jsonl")
    assert (code, err) == (2, "bench: sample: 7 of 6 documents cannot be drawn\n")


@pytest.mark.usefixtures("work")
def test_annotators_are_made_one_by_decisions(bench, work) -> None:
    asked = ("gold", "merge", "one.jsonl", "two.jsonl", "-d", "decide.jsonl", "-o", "gold.jsonl")
    code, _, err = bench(*asked)
    assert (code, err) == (1, "decide.jsonl: 2 of 2 are undecided\n")
    assert not (work / "gold.jsonl").exists()
    first, second = map(json.loads, (work / "decide.jsonl").read_text().splitlines())
    assert (first["one"]["type"], first["other"]["type"], first["take"]) == ("AID", "REJECT", None)
    assert (second["document"], second["other"]) == ("d3", None)

    def decide(*decisions) -> tuple[int, str, str]:
        lines = "".join(json.dumps(one) + "\n" for one in decisions)
        (work / "decide.jsonl").write_text(lines)
        return bench(*asked)

    own = {"type": "YIELD", "trigger": {"start": 5, "end": 9}}
    assert decide({**first, "take": own}, second)[0] == 1
    assert decide({**first, "take": own}, {**second, "take": "none"})[0] == 0
    gold = {one.id: one for one in open_corpus(str(work / "gold.jsonl")).documents}
    assert sorted(gold) == ["d0", "d1", "d2", "d3", "d4", "d5", "other"]
    assert [len(gold[f"d{i}"].events) for i in range(4)] == [1, 1, 1, 0]
    assert gold["d2"].events[0].type == "YIELD"
    for wrong, said in (
        (({**first, "take": "a"}, second), "d2: take is 'a'; expected one, other, both, none"),
        (({**first, "take": {"type": "AID"}}, second), "d2: take: Object missing required field"),
        (({**first, "one": own, "take": "one"}, second), "is about items that do not differ so"),
        (({"document": "d2"},), "decide.jsonl:1: Object missing required field `layer`"),
    ):
        code, _, err = decide(*wrong)
        assert (code, said in err) == (2, True)


@given(documents(), documents())
def test_what_agrees_needs_no_decision_and_one_or_other_gives_theirs(one, other) -> None:
    other = msgspec.structs.replace(other, id=one.id, text=one.text)
    assert merge([one], [one]).decisions == []
    asked = merge([one], [other]).decisions
    for take, side in (("one", one), ("other", other)):
        decisions = [msgspec.structs.replace(each, take=take) for each in asked]
        (merged,) = merge([one], [other], decisions).documents
        for layer in ("actors", "events", "quotes"):
            if one.has(layer) and other.has(layer):
                keys = [sorted(map(repr, map(key, getattr(d, layer)))) for d in (merged, side)]
                assert set(keys[0]) == set(keys[1])
