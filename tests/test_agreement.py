"""Annotators compared: agreement beyond chance, and `bench gold agree`."""

import csv
import io
import json
import warnings

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import TEXT
from sklearn.metrics import cohen_kappa_score

from bench.reliability import alpha, apart, kappa, unitised_alpha

labels = st.sampled_from("abc")


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs) -> None:
    one, other = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(one, other)
    found = kappa(one, other)
    if len({*one, *other}) == 1:
        assert found is None
    else:
        assert found == pytest.approx(expected)


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.tuples(*[st.none() | labels] * n), min_size=1, max_size=20)
    )
)
def test_alpha_is_that_of_krippendorff(units) -> None:
    found = alpha(units)
    pairable = [unit for unit in units if sum(label is not None for label in unit) > 1]
    if len({label for unit in pairable for label in unit if label is not None}) < 2:
        assert found is None
        return
    rows = [
        [float("nan") if label is None else "abc".index(label) for label in column]
        for column in zip(*units, strict=True)
    ]
    expected = krippendorff.alpha(rows, level_of_measurement="nominal")
    assert found == pytest.approx(expected)


def test_alpha_for_unitizing_is_that_of_the_example_in_the_book() -> None:
    # Krippendorff 2004, p. 254: a continuum of 300 from 150 on; its figures have three or four
    # digits, and the one for both categories comes from rounded ones (.859).
    one = {"c": [(75, 145), (220, 250)], "k": [(30, 90), (150, 200)]}
    other = {"c": [(70, 150), (205, 225), (250, 270)], "k": [(30, 90), (150, 200)]}
    found = unitised_alpha([one, other], 300)
    assert found.by_category["c"] == pytest.approx(0.7286, abs=5e-5)
    assert found.by_category["k"] == 1
    assert found.overall == pytest.approx(0.859, abs=5e-4)


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=8
).map(apart)


@given(st.lists(spans, min_size=2, max_size=4))
def test_alpha_for_unitizing_is_one_exactly_for_the_same_spans(sides) -> None:
    found = unitised_alpha([{"": side} for side in sides], 80).overall
    if not any(sides):
        assert found is None
    else:
        assert (found == 1) == all(side == sides[0] for side in sides)
        turned = unitised_alpha([{"": side} for side in reversed(sides)], 80).overall
        assert turned == pytest.approx(found)
    same = unitised_alpha([{"": sides[0]}] * len(sides), 80).overall
    assert same == (1 if sides[0] else None)


@pytest.fixture
def work(tmp_path):
    """Three annotators of four documents: the second relabels, the third misses and moves."""

    def annotator(name: str, change) -> None:
        lines = []
        for i in range(4):
            events = []
            for k in range(4):
                event = {"type": "AID", "trigger": {"start": 5 * k, "end": 5 * k + 4}}
                events += change(event, i, k)
            lines.append(json.dumps({"id": f"d{i}", "text": TEXT, "events": events}))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")

    annotator("one", lambda event, *_: [event])
    annotator("two", lambda event, i, k: [{**event, "type": "REJECT"} if i == k else event])
    moved = {"start": 0, "end": 9}
    annotator("three", lambda event, _, k: [] if k == 3 else [{**event, "trigger": moved}]
              if k == 0 else [event])  # fmt: skip
    return tmp_path


def rows(out: str) -> dict[tuple[str, str, str, str], float | None]:
    found = csv.DictReader(io.StringIO(out))
    return {
        (r["figure"], r["of"], r["label"], r["annotators"]): float(r["value"])
        if r["value"]
        else None
        for r in found
    }


@pytest.mark.usefixtures("work")
def test_pairs_labels_boundaries_and_disagreements(bench) -> None:
    code, out, err = bench("gold", "agree", "one.jsonl", "two.jsonl", "three.jsonl",
                           "--format", "csv")  # fmt: skip
    assert (code, err.splitlines()[0]) == (0, "bench: 4 documents labelled by all")
    found = rows(out)
    assert found["f1", "events.trigger", "", "one/two"] == 1
    assert found["f1", "events.trigger.type", "", "one/two"] == 12 / 16
    assert found["f1", "events.trigger", "", "one/three"] == 2 * 8 / (16 + 12)
    one, two = ["AID"] * 16, ["REJECT" if i == k else "AID" for i in range(4) for k in range(4)]
    assert found["kappa", "trigger type", "", "one/two"] == kappa(one, two)
    assert found["kappa", "trigger polarity", "", "one/two"] is None
    assert found["unitised alpha", "trigger", "", "one/two/three"] < 1
    assert found["disagreements", "event", "type", "one/two"] == 4
    assert found["disagreements", "event", "missed", "one/three"] == 4
    assert found["disagreements", "event", "boundary", "one/three"] == 4


@pytest.mark.usefixtures("work")
def test_the_tables_for_people(bench) -> None:
    files = ("one.jsonl", "two.jsonl", "three.jsonl")
    code, out, _ = bench("gold", "agree", *files, "-m", "events.trigger.type", "--by-type")
    assert code == 0
    heads = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert "F1 of one against the other, in percent" in heads
    assert "mean F1 with the others, and of the others without that annotator" in heads
    assert "what they disagree on" in heads
    assert "only one" in out
    two = bench("gold", "agree", *files[:2])[1]
    assert "mean F1 with the others" not in two


def test_annotators_who_cannot_be_compared(bench, work) -> None:
    code, _, err = bench("gold", "agree", "one.jsonl")
    assert (code, err) == (2, "bench: agree: expected two annotators at least\n")
    other = {"id": "x", "text": TEXT, "events": []}
    (work / "other.jsonl").write_text(json.dumps(other) + "\n")
    code, _, err = bench("gold", "agree", "one.jsonl", "other.jsonl")
    assert (code, err) == (3, "bench: one and other have no document in common\n")
    (work / "other.jsonl").write_text(json.dumps({**other, "id": "d0", "text": TEXT[1:]}) + "\n")
    code, _, err = bench("gold", "agree", "one.jsonl", "other.jsonl")
    assert (code, err) == (3, "bench: d0: one and other have another text\n")


def test_annotators_of_one_name_are_told_apart_by_their_folders(bench, root) -> None:
    passes = root / "gold" / "seed" / "passes"
    out = bench("gold", "agree", passes / "a", passes / "b", "-m", "quotes.kind")[1]
    assert "a / b" in out.splitlines()[2]
    out = bench("gold", "agree", passes / "a", root / "gold" / "seed" / "passes" / "a",
                "-m", "quotes.kind")[1]  # fmt: skip
    assert "(1) / " in out.splitlines()[2]
