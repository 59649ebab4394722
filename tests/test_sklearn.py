"""The trained system: what it learns from a small corpus, and what it refuses."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Argument, Document, Event, Span, System, load_system
from bench.formats import jsonl
from bench.paths import write_folder
from bench.training import folded, trained, trainer
from bench.validation import span_faults

PLACES = "Chile Peru Kenya Ghana Japan Norway Egypt Cuba India Laos Malta Qatar".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()


def made(id: str, parts: str, type: str = "", **more: object) -> Document:
    """A document of ``label:words`` (``_`` for spaces inside) and bare words."""
    text, spans = "", []
    for part in parts.split():
        label, colon, words = part.rpartition(":")
        start = len(text)
        text += words.replace("_", " ")
        if colon:
            spans.append((label, start, len(text)))
        text += " "
    pieces = tuple((start, end) for label, start, end in spans if label == "T")
    trigger = pieces and Span(start=pieces[0][0], end=pieces[-1][1],
                              fragments=pieces if pieces[1:] else ())  # fmt: skip
    arguments = tuple(Argument(role=r, start=a, end=b) for r, a, b in spans if r != "T")
    events = (Event(type=type, trigger=trigger, arguments=arguments),) if trigger else ()
    return Document(id=id, text=text, events=events, **more)


def corpus() -> list[Document]:
    found = []
    for i, one in enumerate(PLACES):
        other, day = PLACES[(i + 5) % len(PLACES)], DAYS[i % len(DAYS)]
        lines = [
            (f"actor:{one} T:attacked recipient:{other} on time:{day} .", "ASSAULT"),
            (f"recipient:{one} was T:attacked by actor:{other} on time:{day} .", "ASSAULT"),
            (f"The actor:{one} army T:pulled its troops T:out on time:{day} .", "RETREAT"),
            (f"actor:{one} sold wheat and T:met recipient:{other} .", "CONSULT"),
            (f"{one} sold wheat to {other} on {day} .", ""),
        ]
        found += [made(f"d{i:02}{j}", *line) for j, line in enumerate(lines)]
    return found


def shown(document: Document) -> list[tuple[str, str, set[tuple[str, str]]]]:
    return [
        (e.type, e.trigger.text, {(a.role, a.text) for a in e.arguments}) for e in document.events
    ]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "model"
    write_folder(folder, trained(trainer("sklearn", {}), corpus(), 0))
    return folder


@pytest.fixture(scope="module")
def system(model) -> System:
    return load_system("sklearn", {"model": str(model)})


@pytest.fixture
def gold(tmp_path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(jsonl.write(corpus()))
    return path


# What it learns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Finland attacked Jordan on Sunday.",
         ("ASSAULT", "attacked", {("actor", "Finland"), ("recipient", "Jordan"),
                                  ("time", "Sunday")})),
        ("Finland was attacked by Jordan on Sunday.",
         ("ASSAULT", "attacked", {("recipient", "Finland"), ("actor", "Jordan"),
                                  ("time", "Sunday")})),
        ("The Finland army pulled its troops out on Sunday.",
         ("RETREAT", "pulled out", {("actor", "Finland"), ("time", "Sunday")})),
        ("Finland sold wheat and met Jordan.",
         ("CONSULT", "met", {("actor", "Finland"), ("recipient", "Jordan")})),
    ],
)  # fmt: skip
def test_it_finds_in_other_sentences_what_it_was_shown(system, text, expected) -> None:
    (found,) = system.extract([Document(id="x", text=f"A headline\n{text}")])
    assert shown(found) == [expected]


def test_what_gold_does_not_mark_is_no_event(system) -> None:
    (found,) = system.extract([Document(id="x", text="Finland sold wheat to Jordan on Sunday.")])
    assert found == Document(id="x", events=())


def test_a_trigger_in_pieces_is_found_in_pieces(system) -> None:
    text = "The Finland army pulled its troops out on Sunday."
    (found,) = system.extract([Document(id="x", text=text)])
    (event,) = found.events
    assert [text[a:b] for a, b in event.trigger.pieces] == ["pulled", "out"]


_words = st.sampled_from([
    "attacked", "pulled", "out", "met", "Peru", "😀", "e\u0301", "\n", "\r\n", "\u2028", "\u200f",
    "“", "’", ".", " ", "  ", "\t", "on Monday",
])  # fmt: skip


@settings(max_examples=30)
@given(texts=st.lists(st.lists(_words, max_size=20).map(" ".join), min_size=1, max_size=3))
def test_any_text_is_read_and_every_span_fits_it(system, texts) -> None:
    documents = [Document(id=str(i), text=text) for i, text in enumerate(texts)]
    found = list(system.extract(documents))
    assert [one.id for one in found] == [one.id for one in documents]
    for document, one in zip(documents, found, strict=True):
        assert list(span_faults(one, document.text)) == []
    assert [one for d in documents for one in system.extract([d])] == found


def test_training_does_not_depend_on_the_order_of_the_documents(model) -> None:
    again = trained(trainer("sklearn", {}), corpus()[::-1], 0)
    assert again == {path.name: path.read_bytes() for path in model.iterdir()}


def test_a_model_is_json_and_arrays_of_numbers(model) -> None:
    for path in model.iterdir():
        if path.suffix == ".npy":
            assert np.load(path, allow_pickle=False).dtype == np.float32
        else:
            json.loads(path.read_text())
    names = {path.name for path in model.iterdir()}
    assert names == {"model.json", "trigger.npy", "type.npy", "realis.npy", "polarity.npy",
                     "pair.npy", "extent.npy"}  # fmt: skip


def test_a_run_says_what_was_trained_on(system) -> None:
    described = system.describe()
    assert described["trained on"] == f"{len(corpus())} documents"
    assert len(described["model sha256"]) == 64
    assert all(isinstance(value, str) for value in described.values())


# bench train


def test_it_is_cross_validated_and_then_trained_on_all(bench, gold, tmp_path) -> None:
    arguments = ("train", "sklearn", "--corpus", gold, "--folds", 3, "--out", "made")
    code, out, err = bench(*arguments, "--format", "json")
    assert code == 0, err
    assert "bench: wrote made, trained on 60 documents of gold" in err
    about = json.loads((tmp_path / "made" / "training.json").read_text())
    assert (about["corpus"]["documents"], about["folds"]) == (60, 3)
    hits, predicted, of = about["counts"]["events.trigger.type"]
    assert of == 48
    assert 2 * hits / (predicted + of) > 0.9
    (shown,) = json.loads(out)["results"]
    figures = shown["scores"]["measures"]["events.trigger.type"]
    assert figures["micro"]["f1"] == 2 * hits / (predicted + of)


def test_there_are_no_more_folds_than_texts(bench, gold) -> None:
    gold.write_bytes(jsonl.write(corpus()[:3]))
    code, out, err = bench("train", "sklearn", "--corpus", gold, "-m", "events.trigger")
    assert code == 0, err
    assert "sklearn, 3-fold" in out


def test_only_the_split_that_is_for_training_is_trained_on(bench, tmp_path) -> None:
    def cut(i: int, document: Document) -> Document:
        meta = {"split": "test" if i % 5 == 4 else "train"}
        return Document(id=document.id, text=document.text, events=document.events, meta=meta)

    documents = [cut(i // 5, one) for i, one in enumerate(corpus())]
    (tmp_path / "cut.jsonl").write_bytes(jsonl.write(documents))
    code, _, err = bench("train", "sklearn", "--corpus", "cut.jsonl", "--folds", 0)
    assert code == 0, err
    assert "wrote models/sklearn-cut-train, trained on 50 documents of cut-train, not on 10" in err
    model = json.loads((tmp_path / "models/sklearn-cut-train/model.json").read_text())
    expected = {one.id for one in documents if one.meta["split"] == "train"}
    assert set(model["provenance"]["documents"]) == expected
    (tmp_path / "test.jsonl").write_bytes(
        jsonl.write(one for one in documents if one.meta["split"] == "test")
    )
    code, _, err = bench("run", "-s", "sklearn:model=models/sklearn-cut-train",
                           "--corpus", "test.jsonl", "-m", "events.trigger")  # fmt: skip
    assert code == 0, err
    code, _, err = bench("train", "sklearn", "--corpus", "cut.jsonl", "--split", "tests")
    assert (code, err.count("\n")) == (2, 1)
    assert "did you mean test?" in err


def test_what_cannot_be_trained_or_learned_from_is_said_in_a_line(bench, gold, tmp_path) -> None:
    def refused(*arguments: object) -> tuple[int, str]:
        code, out, err = bench("train", *arguments, "--corpus", gold)
        assert (out, err.count("\n")) == ("", 1)
        return code, err

    assert refused("rules") == (
        2, "bench: system 'rules' cannot be trained: it has no method train()\n",
    )  # fmt: skip
    assert refused("sklearn", "--folds", 1)[0] == 2
    assert refused("sklearn", "--option", "model=x")[0] == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    code, err = refused("sklearn", "--out", "mine")
    assert code == 2
    assert "is no trained model" in err
    assert (tmp_path / "mine" / "letter").read_text() == "dear"
    gold.write_bytes(jsonl.write([made("a", "Chile sold wheat ."), made("b", "It rained .")]))
    assert refused("sklearn", "--folds", 0) == (
        5, "bench: none of 2 documents has an event to learn from\n",
    )  # fmt: skip
    gold.write_bytes(jsonl.write(corpus()[:1]))
    code, err = refused("sklearn")
    assert code == 5
    assert "--folds 0" in err
    assert not (tmp_path / "models").exists() or not list((tmp_path / "models").iterdir())


# What it refuses


def test_it_refuses_what_it_was_trained_on_unless_told(bench, gold, model) -> None:
    code, _, err = bench("run", "-s", f"sklearn:model={model}", "--corpus", gold)
    assert (code, err.count("\n")) == (4, 1)
    assert "was trained on document 'd000', so that its score there says nothing" in err
    code, _, err = bench("run", "-s", f"sklearn:model={model},seen=true", "--corpus", gold)
    assert code == 0, err


def test_a_document_that_it_was_trained_on_costs_that_document(bench, model, tmp_path) -> None:
    text = "“Finland attacked Jordan,” it said."
    known = corpus()[0]
    same = Document(id="copy", text=known.text.upper().replace(" ", "\n"), events=())
    (tmp_path / "x.jsonl").write_bytes(jsonl.write([Document(id="a", text=text, events=()), same]))
    code, out, _ = bench("run", "-s", f"sklearn:model={model}", "--corpus", "x.jsonl")
    assert code == 0
    said = " ".join(out.split())
    assert "copy failed (error)" in said
    assert "was trained on document 'copy' (as 'd000')" in said
    assert "a failed" not in said


def test_without_a_model_it_says_how_to_get_one(bench) -> None:
    code, _, err = bench("run", "-s", "sklearn")
    assert (code, err.count("\n")) == (4, 1)
    assert "bench train sklearn --corpus GOLD" in err


def _truncated(folder: Path) -> None:
    path = folder / "pair.npy"
    path.write_bytes(path.read_bytes()[:-4])


def _pickled(folder: Path) -> None:
    np.save(folder / "pair.npy", np.array([{}, "x"], dtype=object), allow_pickle=True)


def _other_shape(folder: Path) -> None:
    np.save(folder / "type.npy", np.zeros((2, 2), dtype=np.float32))


def _infinite(folder: Path) -> None:
    weights = np.load(folder / "type.npy")
    weights[0, 0] = np.inf
    np.save(folder / "type.npy", weights)


def _missing(folder: Path) -> None:
    (folder / "extent.npy").unlink()


def _changed(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "model.json"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return change


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_truncated, "pair.npy: no array of numbers"),
        (_pickled, "pair.npy: no array of numbers"),
        (_other_shape, "type.npy: expected"),
        (_infinite, "type.npy: holds what is no number"),
        (_missing, "extent.npy: cannot be read: No such file"),
        (_changed("{", "["), "model.json: "),
        (_changed("sklearn/1", "sklearn/9"), "expected 'eventbench.sklearn/1'"),
        (_changed('"actual"', '"imagined"'), "$.classifiers.realis.classes: expected actual"),
        (_changed('"thresholds": [', '"thresholds": [0,'), ".thresholds: expected one for each"),
        (_changed('"provenance"', '"origin"'), "Object contains unknown field `origin`"),
    ],
)  # fmt: skip
def test_a_broken_model_is_said_in_a_line(bench, model, tmp_path, harm, said) -> None:
    shutil.copytree(model, tmp_path / "broken")
    harm(tmp_path / "broken")
    code, _, err = bench("run", "-s", "sklearn:model=broken")
    assert (code, err.count("\n")) == (2, 1), err
    assert said in err


def test_a_folder_without_a_model_is_said(bench) -> None:
    code, _, err = bench("run", "-s", "sklearn:model=nowhere")
    assert (code, err) == (2, "bench: no model 'nowhere': there is no file model.json in it\n")


# Others that learn


MINE = """
from pathlib import Path
from bench import Document, Event, Span

class Mine:
    name, version = "mine", "1"

    def __init__(self, model: str = "", harm: str = ""):
        self.model, self.harm = model, harm

    def describe(self):
        return {}

    def train(self, documents, *, seed):
        if self.harm == "raise":
            raise ZeroDivisionError("no")
        if self.harm == "climb":
            return {"../up": b""}
        words = {e.trigger.surface(d.text) for d in documents for e in d.events}
        return {"words": " ".join(sorted(words)).encode()}

    def extract(self, documents):
        words = (Path(self.model) / "words").read_text().split()
        for d in documents:
            found = [(d.text.find(w), len(w)) for w in words if w in d.text]
            events = [Event(type="ASSAULT", trigger=Span(start=a, end=a + n)) for a, n in found]
            yield Document(id=d.id, events=tuple(events))
"""


def test_any_system_with_a_method_train_can_be_trained(bench, gold, tmp_path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    arguments = ("train", "mine.py:Mine", "--corpus", gold, "-m", "events.trigger")
    code, out, err = bench(*arguments, "--format", "csv")
    assert code == 0, err
    assert "wrote models/mine.py-Mine-gold" in err
    held = {path.name for path in (tmp_path / "models" / "mine.py-Mine-gold").iterdir()}
    assert held == {"words", "training.json"}
    code, again, _ = bench(*arguments, "--format", "csv", "--seed", 0)
    assert (code, again) == (0, out)
    for harm in ("raise", "climb"):
        code, out, err = bench(*arguments, "--option", f"harm={harm}", "--out", "no")
        assert (code, out, err.count("\n")) == (4, "", 1)
        assert "system 'mine'" in err
    assert not (tmp_path / "no").exists()


# Folds


@given(
    texts=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=20),
    count=st.integers(2, 6),
    seed=st.integers(0, 3),
    data=st.data(),
)
def test_folds_keep_a_text_together_whatever_the_order(texts, count, seed, data) -> None:
    documents = [Document(id=str(i), text=text) for i, text in enumerate(texts)]
    folds = folded(documents, count, seed)
    assert len(set(zip(texts, folds, strict=True))) == len(set(texts))
    assert set(folds) == set(range(min(count, len(set(texts)))))
    order = data.draw(st.permutations(range(len(documents))))
    again = folded([documents[i] for i in order], count, seed)
    assert again == [folds[i] for i in order]
