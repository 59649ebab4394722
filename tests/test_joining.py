"""Files scored in step: in any order and any portions the figures are those of the whole."""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import TEXT, pairs_of_corpora

from bench import STANDARD, InputError, NothingMeasured, open_corpus, score, score_files
from bench.formats import jsonl
from bench.measures import parse, split_by

MEASURES = split_by((*STANDARD, parse("events.argument@dice")), "length")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    pair=pairs_of_corpora(),
    portion=st.integers(1, 3),
    missing=st.integers(0, 3),
    shuffle=st.randoms(use_true_random=False),
)
def test_portions_and_order_do_not_show(pair, portion, missing, shuffle, tmp_path) -> None:
    gold, predicted = pair
    predicted = predicted[missing % len(predicted) :]
    (tmp_path / "test.jsonl").write_bytes(jsonl.write(gold))
    whole = score(open_corpus(str(tmp_path / "test.jsonl")), predicted, MEASURES, fields=())
    for side in (gold, predicted):
        shuffle.shuffle(side)
    (tmp_path / "test.jsonl").write_bytes(jsonl.write(gold))
    (tmp_path / "found.jsonl").write_bytes(jsonl.write(predicted))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.joining._DOCUMENTS", portion)
        parts, info = score_files(
            str(tmp_path / "test.jsonl"), str(tmp_path / "found.jsonl"), MEASURES
        )
    assert parts.matrix == whole.matrix
    assert parts.notes == whole.notes
    assert info == open_corpus(str(tmp_path / "test.jsonl")).info


@pytest.fixture
def files(tmp_path):
    """Writes gold of two documents and a prediction of the lines given; returns both paths."""

    def write(*lines: object) -> tuple[str, str]:
        events = [{"type": "AID", "trigger": {"start": 0, "end": 4}}]
        gold = [{"id": key, "text": TEXT, "events": events} for key in "ab"]
        (tmp_path / "gold.jsonl").write_text("".join(json.dumps(d) + "\n" for d in gold))
        said = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        (tmp_path / "found.jsonl").write_text("".join(line + "\n" for line in said))
        return str(tmp_path / "gold.jsonl"), str(tmp_path / "found.jsonl")

    return write


def predicted(key: str, *spans: tuple[int, int], **more: object) -> dict:
    events = [{"type": "AID", "trigger": {"start": s, "end": e}} for s, e in spans]
    return {"id": key, "events": events, **more}


FAULTS = [
    (predicted("c", (0, 4)), "document 'c' is not in the gold", (2, 2, 2)),
    (predicted("a"), "document 'a' comes twice", (2, 2, 2)),
    ("{", "found.jsonl:3: not JSON", (2, 2, 2)),
    ('{"id": "c", "events": NaN}', "found.jsonl:3: not JSON", (2, 2, 2)),
    ({"id": 7}, "found.jsonl:3: Expected `str`, got `int`", (2, 2, 2)),
]


@pytest.mark.parametrize(("line", "message", "counted"), FAULTS)
def test_a_fault_is_refused_or_left_out_and_said(files, line, message, counted) -> None:
    gold, found = files(predicted("a", (0, 4)), predicted("b", (0, 4)), line)
    with pytest.raises(InputError, match="found") as raised:
        score_files(gold, found)
    assert message in str(raised.value)
    scores, _ = score_files(gold, found, lenient=True)
    assert tuple(scores.matrix["events.trigger"].micro()) == counted
    assert scores.notes[0].startswith("1 fault was left out, so that it counts as nothing found: ")
    assert message in scores.notes[0]


def test_a_span_that_does_not_fit_is_spurious_where_it_is_not_refused(files) -> None:
    gold, found = files(predicted("a", (0, 4), (9, 400), (7, 7)), predicted("b", (0, 4)))
    with pytest.raises(InputError, match=r"found\.jsonl:1: \[9, 400\) lies outside the text"):
        score_files(gold, found)
    scores, _ = score_files(gold, found, lenient=True)
    assert tuple(scores.matrix["events.trigger"].micro()) == (2, 4, 2)
    assert scores.notes[0].startswith("2 faults were left out")
    assert "2 predicted spans have no offsets and count as spurious" in scores.notes


def test_a_document_with_another_text_counts_as_empty_where_it_is_not_refused(files) -> None:
    gold, found = files(predicted("a", (0, 4), text=TEXT[1:]), predicted("b", (0, 4)))
    with pytest.raises(InputError, match="the text of 'a' differs from the gold's from character"):
        score_files(gold, found)
    scores, _ = score_files(gold, found, lenient=True)
    assert tuple(scores.matrix["events.trigger"].micro()) == (1, 1, 2)
    assert any("1 of 2 documents have no prediction" in note for note in scores.notes)


@pytest.mark.parametrize(("line", "message", "counted"), FAULTS)
def test_errors_and_profiles_leave_the_same_out(bench, files, line, message, counted) -> None:
    gold, found = files(predicted("a", (0, 4)), predicted("b", (0, 4)), line)
    for asked in ("--errors", "--profile=textee"):
        code, _, err = bench("score", gold, found, asked)
        assert (code, message in err) == (2, True)
        code, out, err = bench("score", gold, found, asked, "--lenient")
        assert code == 0
        assert err.startswith("bench: 1 fault was left out, so that it counts as nothing found: ")
    hits, found_items, known = counted
    code, out, _ = bench("score", gold, found, "--errors", "--lenient", "--format", "csv")
    kinds = [row.split(",")[4] for row in out.splitlines()[1:]]
    assert kinds.count("missed") == known - hits
    assert sum(kind in ("spurious", "duplicate") for kind in kinds) == found_items - hits


def test_gold_is_never_read_leniently(files) -> None:
    gold, found = files(predicted("a", (0, 4)))
    Path(gold).write_text(Path(gold).read_text() + "{\n")
    with pytest.raises(InputError, match=r"gold\.jsonl:3: not JSON"):
        score_files(gold, found, lenient=True)


def test_a_corpus_without_a_document_measures_nothing(files, tmp_path) -> None:
    _, found = files(predicted("a", (0, 4)))
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(NothingMeasured, match="holds no document"):
        score_files(str(tmp_path / "empty.jsonl"), found)


def test_predictions_in_the_opposite_order_and_zipped(tmp_path) -> None:
    keys = [f"d{i:03}" for i in range(700)]
    rng = random.Random(3)
    starts = {key: rng.randrange(0, 60, 5) for key in keys}
    gold = [{"text": TEXT, **predicted(key, (starts[key], starts[key] + 4))} for key in keys]
    found = [predicted(key, (starts[key], starts[key] + 4)) for key in reversed(keys)]
    with gzip.open(tmp_path / "gold.jsonl.gz", "wt") as one:
        one.writelines(json.dumps(line) + "\n" for line in gold)
    with gzip.open(tmp_path / "found.jsonl.gz", "wt") as two:
        two.writelines(json.dumps(line) + "\n" for line in found)
    scores, info = score_files(str(tmp_path / "gold.jsonl.gz"), str(tmp_path / "found.jsonl.gz"))
    assert tuple(scores.matrix["events.trigger"].micro()) == (700, 700, 700)
    assert scores.matrix["events.trigger"].units == tuple(keys)
    assert info.documents == 700
