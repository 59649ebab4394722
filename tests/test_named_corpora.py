"""Corpora by name, by path and by split: what a reference means, and what is scored on it."""

import json
import os
import shlex
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import Document, InputError, NothingMeasured, open_corpus
from bench.formats import jsonl

SYSTEM = """
from bench import Actor, Argument, Document, Event, Mention, Quote, Span


class Wild:
    name, version = "wild", "1"

    def describe(self):
        return {}

    def train(self, documents, *, seed):
        return {"seen.txt": "\\n".join(one.id for one in documents).encode()}

    def extract(self, documents):
        for one in documents:
            word = Span(start=0, end=4)
            yield Document(
                id=one.id,
                actors=(Actor(type="PER", mentions=(Mention(start=0, end=4, level="NAM"),)),),
                events=(
                    Event(type="AID", trigger=word, realis="other",
                          arguments=(Argument(role="actor", start=5, end=9),)),
                ),
                quotes=(Quote(content=Span(start=5, end=9), kind="direct", source=word, cue=word),),
            )
"""
TEXT = "aaaa bbbb cccc dddd"
EVENT = {"type": "AID", "trigger": {"start": 0, "end": 4}}
ACTOR = {"type": "PER", "mentions": [{"start": 0, "end": 4, "level": "NAM"}]}
QUOTE = {"content": {"start": 5, "end": 9}, "kind": "direct"}


def lines(*documents: dict) -> str:
    return "".join(json.dumps(one) + "\n" for one in documents)


def gold(*keys: str, **more: object) -> str:
    return lines(*({"id": key, "text": TEXT, "events": [EVENT], **more} for key in keys))


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wild.py").write_text(SYSTEM)
    parts = tmp_path / "data" / "parts"
    (parts / "folder").mkdir(parents=True)
    (parts / "train.jsonl").write_text(gold("a", "b"))
    (parts / "dev.v2.jsonl").write_text(gold("c"))
    (parts / "folder" / "x.ann").write_text("T1\tPER 0 4\taaaa\n")
    (parts / "folder" / "x.txt").write_text(TEXT)
    whole = [
        {"id": key, "text": TEXT, "events": [EVENT], "meta": {"split": split, "source": key[0]}}
        for key, split in (("a1", "train"), ("a2", "train"), ("b1", "test"), ("b2", "test"))
    ]
    (tmp_path / "data" / "whole.jsonl").write_text(lines(*whole))
    return tmp_path


def named(work: Path, text: str) -> None:
    (work / "bench.toml").write_text(text)


def ids(reference: str) -> list[str]:
    return [one.id for one in open_corpus(reference).documents]


# --- What a reference means -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("data/parts:train", "ab"),
        ("data/parts:train.jsonl", "ab"),
        ("data/parts:dev", "c"),
        ("data/parts:folder", "x"),
        ("data/parts/folder:x", "x"),
    ],
)
def test_a_split_of_a_folder_is_what_is_in_it(reference, expected) -> None:
    assert ids(reference) == list(expected)
    assert open_corpus(reference).name.endswith(reference.split("/")[-1])


def test_a_split_of_a_file_is_what_its_documents_say(bench) -> None:
    assert ids("data/whole.jsonl:test") == ["b1", "b2"]
    code, _, err = bench("gold", "hash", "data/whole.jsonl:tset")
    assert code == 2
    assert err == ("bench: whole has no document whose meta has split 'tset'; did you mean test?\n")


def test_a_path_with_a_colon_is_that_path(bench, work) -> None:
    (work / "data" / "whole:test.jsonl").write_text(gold("z"))
    assert ids("data/whole:test.jsonl") == ["z"]
    (work / "data" / "whole.jsonl:test").write_text(gold("z"))
    code, out, _ = bench("gold", "hash", "data/whole.jsonl:test", "--corpus-format", "jsonl")
    assert code == 0
    assert out.endswith("  whole (1 documents)\n")


def test_a_name_comes_before_a_path(bench, work) -> None:
    (work / "mine").write_text("not a corpus")
    named(work, '[corpora]\nmine = "data/parts/train.jsonl"\n')
    assert ids("mine") == ["a", "b"]
    code, _, err = bench("gold", "hash", "./mine")
    assert code == 2
    assert "mine: unknown format" in err


def test_the_nearest_settings_count(work, monkeypatch) -> None:
    (work / "pyproject.toml").write_text(
        '[tool.bench.corpora]\nmine = "data/parts/train.jsonl"\n[tool.bench.gate]\ndrop = 1.0\n'
    )
    inner = work / "data" / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert ids("mine") == ["a", "b"]
    (inner / "bench.toml").write_text("[gate]\ndrop = 1.0\n")  # says nothing of corpora
    assert ids("mine") == ["a", "b"]
    (inner / "bench.toml").write_text('[corpora]\nmine = "../parts/dev.v2.jsonl"\n')
    assert ids("mine") == ["c"]


SPLITS = """
[corpora.by-path]
path = "data/parts"
split = "train"
splits = { train = "train.jsonl", both = "*.jsonl" }

[corpora.by-ids]
path = "data/whole.jsonl"
splits = { one = ["a1", "b2"], two = { ids = "data/two.txt" } }

[corpora.by-share]
path = "data/whole.jsonl"
splits = { train = 0.5, test = 0.5 }
seed = 3
group = "source"

[corpora.by-meta]
path = "data/whole.jsonl"

[corpora.pattern]
path = "data/parts/*.jsonl"
"""


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("by-path", "a b"),
        ("by-path:train", "a b"),
        ("by-path:both", "a b c"),
        ("by-ids", "a1 a2 b1 b2"),
        ("by-ids:one", "a1 b2"),
        ("by-ids:two", "b1"),
        ("by-meta:train", "a1 a2"),
        ("pattern", "a b c"),
    ],
)
def test_splits_are_paths_or_ids_or_what_documents_say(work, reference, expected) -> None:
    named(work, SPLITS)
    (work / "data" / "two.txt").write_text("b1\n\n")
    assert ids(reference) == expected.split()


def test_shares_are_the_parts_that_gold_split_makes(bench, work) -> None:
    named(work, SPLITS)
    arguments = ("--part", "train=0.5", "--part", "test=0.5", "--seed", 3, "--group", "source")
    assert bench("gold", "split", "by-share", "-o", "parts", *arguments)[0] == 0
    parts = {name: (work / "parts" / f"{name}.jsonl").read_text() for name in ("train", "test")}
    for name, text in parts.items():
        if text:
            assert open_corpus(f"by-share:{name}").digest == open_corpus(f"parts:{name}").digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.sets(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=12),
    share=st.sampled_from((0.2, 0.5, 0.75)),
    seed=st.integers(0, 9),
)
def test_shares_divide_a_corpus_without_rest(tmp_path, keys, share, seed) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        documents = [Document(id=key, text=TEXT, events=()) for key in keys]
        Path("all.jsonl").write_bytes(jsonl.write(documents))
        splits = f"splits = {{ one = {share}, other = {1 - share} }}\nseed = {seed}\n"
        named(tmp_path, f'[corpora.mine]\npath = "all.jsonl"\n{splits}')
        found = []
        for part in ("one", "other"):
            with suppress(NothingMeasured):
                found += ids(f"mine:{part}")
        assert sorted(found) == sorted(keys)


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reference", "message"),
    [
        ("[corpora", "mine", "bench.toml: not TOML"),
        ("corpora = 1", "mine", "bench.toml: corpora: expected a table of corpora"),
        ("[corpora]\nmine = 1", "mine", "bench.toml: corpora.mine: Expected `object`, got `int`"),
        ('[corpora.mine]\npat = "x"', "mine", "unknown field `pat`; did you mean path?"),
        ('[corpora.mine]\nlicense = "x"', "mine", "did you mean licence?"),
        ("[corpora.mine]", "mine", "corpora.mine: says no path"),
        ('[corpora]\nmine = "gone"', "mine", "corpora.mine.path: there is no 'gone'"),
        ('[corpora]\nmine = "gone/*.jsonl"', "mine", "there is no 'gone/*.jsonl'"),
        ('[corpora]\nseed = "data"', "seed", "corpora.seed: a corpus of this name ships"),
        ('[corpora]\n"a:b" = "data"', "a:b", "corpora.a:b: expected a name without ':' and '/'"),
        ('[corpora]\nmine = "data"', "mien", "did you mean mine?"),
        ('[corpora.mine]\npath = "data"\nformat = "jsnl"', "mine", "did you mean jsonl?"),
        ('[corpora.mine]\npath = "data"\nlayers = ["event"]', "mine", "did you mean events?"),
        ('[corpora.mine]\npath = "data"\nlacks = ["cue"]', "mine", "did you mean cues?"),
        ('[corpora.mine]\npath = "data"\nseed = 1', "mine", "mine.seed: only where splits are"),
        ('[corpora.mine]\npath = "data"\nsha256 = "abc"', "mine", "expected 64 hexadecimal digits"),
        (
            '[corpora.mine]\npath = "data/whole.jsonl"\nontology = "plovr"', "mine",
            "corpora.mine.ontology: no ontology 'plovr': no annotation.conf, and did you mean",
        ),
        (
            '[corpora.mine]\npath = "data"\nsplit = "tst"\nsplits = { test = "x" }', "mine",
            "corpora.mine.split: no 'tst'; did you mean test?",
        ),
        (
            '[corpora.mine]\npath = "data"\nsplits = { test = "x" }', "mine:tets",
            "corpora.mine.splits: no 'tets'; did you mean test?",
        ),
        (
            '[corpora.mine]\npath = "data"\nsplits = { test = "x" }', "mine:test",
            "corpora.mine.splits.test: there is no 'data/x'",
        ),
        (
            '[corpora.mine]\npath = "data/parts"\nsplits = { test = "x" }', "mine",
            "corpora.mine: say which split, such as mine:test",
        ),
        (
            '[corpora.mine]\npath = "data"\nsplits = { a = 0.5, b = 0.4 }', "mine",
            "corpora.mine.splits: split: expected shares above 0 that are 1 together",
        ),
        (
            '[corpora.mine]\npath = "data"\nsplits = { a = 0.5, b = "b" }', "mine",
            "corpora.mine.splits: expected shares for all of them, or for none",
        ),
        (
            '[corpora.mine]\npath = "data/whole.jsonl"\nsplits = { a = ["a1", "q", "r"] }',
            "mine:a", "corpora.mine.splits.a: there is no document 'q', nor 1 others",
        ),
        (
            '[corpora.mine]\npath = "data/whole.jsonl"\nsplits = { a = { ids = "no.txt" } }',
            "mine:a", "corpora.mine.splits.a: there is no 'no.txt'",
        ),
        ("", "data/parts:trian", "data/parts has no split 'trian'; did you mean train?"),
        ("", "data/gone:train", "no corpus 'data/gone': neither a path nor the name of a corpus"),
        ("", "seed:", "no corpus 'seed:'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(bench, work, text, reference, message) -> None:
    named(work, text)
    code, out, err = bench("run", "-s", "wild.py:Wild", "--corpus", reference)
    assert code == 2
    assert message in err
    assert err.startswith("bench: ")
    assert err.count("\n") == 1
    assert out == ""
    assert not list((work / "results").glob("wild*"))


def test_several_files_of_a_split_are_not_guessed_between(bench, work) -> None:
    (work / "data" / "parts" / "train.json").write_text("[]")
    (work / "data" / "parts" / "train.jsonl.gz").write_bytes(b"")
    (work / "data" / "parts" / "train.conll").write_text("a\tO\n")
    code, _, err = bench("gold", "hash", "data/parts:train")
    assert code == 2
    assert "data/parts has several of 'train': say which, data/parts:train.conll" in err


def test_a_corpus_that_has_changed_is_refused_with_both_hashes(bench, work) -> None:
    digest = open_corpus("data/whole.jsonl").digest
    wrong = "0" * 64
    text = '[corpora.mine]\npath = "data/whole.jsonl"\nsplits = {{ a = ["a1"] }}\nsha256 = {}\n'
    named(work, text.format(f'"{digest}"'))
    assert ids("mine")
    named(work, text.format(f'"{wrong}"'))
    assert bench("gold", "hash", "mine")[1].startswith(digest)
    (work / "found.jsonl").write_text(gold("a1"))
    said = f"corpora.mine.sha256: expected {wrong}, found {digest}"
    for command in (
        ("run", "-s", "wild.py:Wild", "--corpus", "mine"),
        ("score", "mine", "found.jsonl"),
        ("score", "mine", "found.jsonl", "-o", "saved"),
        ("gold", "stats", "mine"),
        ("compare", "found.jsonl", "found.jsonl", "--gold", "mine"),
    ):
        code, out, err = bench(*command)
        assert code == 2
        assert said in err
        assert out == ""
    assert not list(work.rglob("run.json"))
    named(work, text.format(f'{{ a = "{wrong}" }}'))
    assert ids("mine")  # nothing is said of the whole
    assert bench("gold", "stats", "mine:a")[0] == 2


# --- Formats --------------------------------------------------------------------------------------


def test_the_format_can_be_said(bench, work) -> None:
    (work / "data" / "odd").write_text(gold("a"))
    assert bench("gold", "stats", "data/odd")[0] == 2
    for command in (
        ("run", "-s", "wild.py:Wild", "--corpus", "data/odd", "--name", "x"),
        ("score", "data/odd", "data/odd.jsonl"),
        ("compare", "data/odd.jsonl", "data/odd.jsonl", "--gold", "data/odd"),
        ("show", "results/x", "--gold", "data/odd"),
        ("gold", "check", "data/odd"),
        ("gold", "diff", "data/odd", "data/odd"),
        ("gold", "agree", "data/odd", "data/odd"),
        ("gold", "sample", "data/odd", "-n", 1, "-o", "some.jsonl"),
        ("gold", "split", "data/odd", "-o", "cut", "--part", "all=1.0"),
        ("gold", "merge", "data/odd", "data/odd", "-d", "decided.jsonl", "-o", "merged.jsonl"),
        ("train", "wild.py:Wild", "--corpus", "data/odd", "--folds", 0, "-o", "model"),
    ):
        (work / "data" / "odd.jsonl").write_text(gold("a"))
        code, _, err = bench(*command, "--corpus-format", "jsonl")
        assert code in (0, 1), err
        code, _, err = bench(*command, "--corpus-format", "jsnl")
        assert code == 2
        assert "no format 'jsnl': did you mean jsonl?" in err


def test_a_split_is_trained_on(bench, work) -> None:
    arguments = ("--folds", 0, "-o", "model")
    assert bench("train", "wild.py:Wild", "--corpus", "data/whole.jsonl:test", *arguments)[0] == 0
    assert (work / "model" / "seen.txt").read_text() == "b1\nb2"
    saved = json.loads((work / "model" / "training.json").read_text())
    assert saved["corpus"]["reference"] == "data/whole.jsonl:test"
    assert bench("train", "wild.py:Wild", "--corpus", "data/whole.jsonl", *arguments)[0] == 0
    assert (work / "model" / "seen.txt").read_text() == "a1\na2"


def test_a_conversion_accounts_for_what_is_not_of_the_split(bench, work) -> None:
    named(work, '[corpora.mine]\npath = "data/whole.jsonl"\nlayers = ["events"]\n')
    code, out, _ = bench("convert", "mine:test", "out.jsonl", "--format", "json")
    assert code == 0
    counts = {row["item"]: row for row in json.loads(out)["counts"]}
    assert counts["documents"] == {"item": "documents", "in": 4, "out": 2, "lost": 2, "split": 0}
    assert ids("out.jsonl") == ["b1", "b2"]


# --- What is scored -------------------------------------------------------------------------------


def scored(bench, reference: str, *more: object) -> tuple[set[str], str]:
    """The measures of the table and what is said under it."""
    code, out, err = bench(
        "run", "-s", "wild.py:Wild", "--corpus", reference, "--format", "csv", *more
    )
    assert code == 0, err
    return {line.split(",")[1] for line in out.splitlines()[1:]}, err


def layers(measures: set[str]) -> set[str]:
    return {name.split(".")[0] for name in measures}


def test_a_layer_that_gold_does_not_have_is_said_and_is_not_zero(bench) -> None:
    measures, err = scored(bench, "data/whole.jsonl")
    assert layers(measures) == {"events"}
    assert "actors are not scored: the gold has none" in err
    assert "quotes are not scored: the gold has none" in err


def test_layers_can_be_narrowed(bench, work) -> None:
    (work / "all.jsonl").write_text(gold("a", actors=[ACTOR], quotes=[QUOTE]))
    assert layers(scored(bench, "all.jsonl")[0]) == {"actors", "events", "quotes"}
    named(work, '[corpora.mine]\npath = "all.jsonl"\nlayers = ["quotes"]\n')
    measures, err = scored(bench, "mine")
    assert layers(measures) == {"quotes"}
    assert "events are not scored: the gold has none" in err
    named(work, '[corpora.mine]\npath = "data/demo.json"\nlayers = ["quotes"]\n')
    textee(work)
    code, _, err = bench("gold", "hash", "mine")
    assert code == 2
    assert "corpora.mine.layers: no 'quotes' in this format; textee has actors, events" in err


def textee(work: Path, *triggers: str) -> None:
    """A corpus of TextEE, which has a place for entities and nothing to say that it has none."""
    window = {
        "doc_id": "a", "wnd_id": "a", "text": TEXT, "tokens": TEXT.split(), "entity_mentions": [],
        "event_mentions": [
            {"id": f"e{i}", "event_type": kind, "arguments": [],
             "trigger": {"start": 0, "end": 1, "text": "aaaa"}}
            for i, kind in enumerate(triggers)
        ],
    }  # fmt: skip
    (work / "data" / "demo.json").write_text(json.dumps(window) + "\n")


def test_an_empty_layer_counts_where_the_format_says_that_it_was_labelled(bench, work) -> None:
    (work / "none.jsonl").write_text(gold("a", actors=[]))
    measures, err = scored(bench, "none.jsonl")
    assert layers(measures) == {"actors", "events"}
    assert "actors: the gold was labelled and has none, so that whatever is predicted" in err
    textee(work, "AID")
    measures, err = scored(bench, "data/demo.json")
    assert layers(measures) == {"events"}
    assert "actors are not scored: no document of the gold has one, and textee does not say" in err
    named(work, '[corpora.mine]\npath = "data/demo.json"\nlayers = ["actors", "events"]\n')
    assert layers(scored(bench, "mine")[0]) == {"actors", "events"}


def test_what_gold_never_says_of_its_items_is_not_compared(bench, work) -> None:
    textee(work, "AID", "YIELD")
    measures, err = scored(bench, "data/demo.json")
    assert measures == {"events.trigger", "events.trigger.type"}
    said = "events are scored without arguments, realis, polarity, which the gold does not have"
    assert said in err
    (work / "all.jsonl").write_text(gold("a", actors=[ACTOR], quotes=[QUOTE]))
    measures, err = scored(bench, "all.jsonl")
    assert {"events.trigger.realis", "events.argument", "quotes.kind"} <= measures
    assert not {"quotes.cue", "quotes.source", "quotes.attribution"} & measures
    assert "quotes are scored without sources, cues, which the gold does not have" in err
    named(work, '[corpora.mine]\npath = "all.jsonl"\nlacks = ["realis", "arguments", "types"]\n')
    measures, err = scored(bench, "mine")
    assert {name for name in measures if name.startswith("events")} == {
        "events.trigger", "events.trigger.polarity",
    }  # fmt: skip
    assert "events are scored without types, arguments, realis" in err


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({"actors": [ACTOR]}, "actors.mention.level"),
        ({"quotes": [{**QUOTE, "cue": {"start": 0, "end": 4}}]}, "quotes.cue"),
        ({"quotes": [{**QUOTE, "source": {"start": 0, "end": 4}}]}, "quotes.source"),
        ({"quotes": [{**QUOTE, "unknown_source": True}]}, "quotes.source"),
    ],
)
def test_what_gold_says_once_is_compared_everywhere(bench, work, more, kept) -> None:
    other = {layer: [] for layer in more}
    (work / "all.jsonl").write_text(gold("a", **more) + gold("b", **other))
    assert scored(bench, "all.jsonl", "-m", kept)[0] == {kept}


def test_nothing_left_to_be_scored_is_no_success(bench, work) -> None:
    (work / "all.jsonl").write_text(gold("a", quotes=[QUOTE]))
    arguments = ("-s", "wild.py:Wild", "--corpus", "all.jsonl", "-m", "quotes.cue")
    code, out, err = bench("run", *arguments)
    assert (code, out) == (5, "")
    assert "quotes are scored without cues, which the gold does not have" in err


def test_strict_refuses_what_the_ontology_of_the_corpus_does_not_have(bench, work) -> None:
    named(work, '[corpora.mine]\npath = "data/demo.json"\nontology = "ace"\n')
    textee(work, "Life:Die")
    (work / "found.jsonl").write_text(gold("a"))
    code, out, _ = bench("score", "mine", "found.jsonl")
    assert code == 0
    assert "unknown event type 'AID': not in the ontology ace (1 times)" in out
    code, _, err = bench("score", "mine", "found.jsonl", "--strict")
    assert code == 2
    assert "unknown event type 'AID': not in the ontology ace, at $.events[0].type" in err
    textee(work, "Life:Dye")
    code, _, err = bench("run", "-s", "wild.py:Wild", "--corpus", "mine", "--strict")
    assert code == 2
    assert "unknown event type 'Life:Dye'" in err
    (work / "data" / "annotation.conf").write_text("[events]\nLife:Dye\n")
    named(work, '[corpora.mine]\npath = "data/demo.json"\nontology = "data/annotation.conf"\n')
    assert bench("run", "-s", "wild.py:Wild", "--corpus", "mine", "--strict")[0] == 0
    assert open_corpus("mine").ontology.name == "data"


# --- Saved runs and lists -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "more"),
    [
        ("seed", ()),
        ("mine", ()),
        ("mine:one", ()),
        ("mine:one", ("--corpus-format", "jsonl")),
        ("data/parts:train", ()),
        ("data/odd name:b", ("--corpus-format", "jsonl")),
    ],
)
def test_a_run_can_be_made_again_as_it_says(bench, work, reference, more) -> None:
    named(work, '[corpora.mine]\npath = "data/whole.jsonl"\nsplits = { one = ["a1"], x = ["b1"] }')
    (work / "data" / "odd name").mkdir()
    (work / "data" / "odd name" / "b").write_text(gold("q"))
    arguments = ("run", "-s", "wild.py:Wild", "--corpus", reference, *more)
    assert bench(*arguments, "--name", "x")[0] == 0
    _, out, _ = bench("repro", "results/x")
    again = shlex.split(out)[1:]
    assert bench(*again, "--name", "y")[0] == 0
    first, second = (work / "results" / name / "scores.json" for name in "xy")
    assert first.read_bytes() == second.read_bytes()
    info = json.loads((work / "results" / "x" / "run.json").read_text())["corpus"]
    assert info["name"].split(":")[-1] == reference.split(":")[-1]
    assert info.get("split", "") == reference.partition(":")[2]
    assert info["format"] == ("brat" if reference == "seed" else "jsonl")
    assert (
        info["sha256"] == open_corpus(reference, format=(*more, None)[1] if more else None).digest
    )
    assert bench("show", "results/x")[0] == 0


def test_a_scored_file_can_be_scored_again_as_it_says(bench, work) -> None:
    (work / "found.jsonl").write_text(gold("a"))
    assert bench("score", "data/parts:train", "found.jsonl", "-o", "saved")[0] == 0
    (folder,) = (work / "saved").iterdir()
    _, out, _ = bench("repro", folder)
    assert out.startswith("bench score data/parts:train found.jsonl ")
    assert bench(*shlex.split(out)[1:], "--format", "csv")[0] == 0


def test_runs_on_a_split_are_ranked_by_its_name_or_its_path(bench, work) -> None:
    named(work, '[corpora.mine]\npath = "data/whole.jsonl"\n')
    for reference in ("mine:train", "mine:test", "data/parts:train"):
        arguments = ("--corpus", reference, "--name", reference.replace("/", "-"))
        assert bench("run", "-s", "wild.py:Wild", *arguments)[0] == 0
    for reference in ("mine:train", "data/parts:train", "parts:train"):
        measure = ("-m", "events.trigger", "--format", "csv")
        code, out, _ = bench("leaderboard", "--corpus", reference, *measure)
        assert code == 0
        assert len(out.splitlines()) == 2
    assert bench("leaderboard", "--corpus", "mine:gone", "-m", "events.trigger")[0] == 5


def test_predictions_are_compared_on_a_split(bench, work) -> None:
    for name in ("one", "two"):
        (work / f"{name}.jsonl").write_text(gold("b1", "b2"))
    code, _, err = bench("compare", "one.jsonl", "two.jsonl", "--gold", "data/whole.jsonl:test")
    assert code == 0, err
    code, _, err = bench("compare", "one.jsonl", "two.jsonl", "--gold", "data/whole.jsonl:train")
    assert code == 2
    assert "document 'b1' is not in the gold" in err


def test_all_corpora_with_a_name_are_listed_and_broken_ones_hinder_none(bench, work) -> None:
    named(
        work,
        SPLITS + '[corpora.gone]\npath = "gone"\n[corpora.odd]\npth = "x"\n'
        '[corpora.free]\npath = "data/whole.jsonl"\nlicence = "CC0"\nlayers = ["events"]\n'
        f'[corpora.changed]\npath = "data/whole.jsonl"\nsha256 = "{"0" * 64}"\n',
    )
    (work / "data" / "two.txt").write_text("b1\n")
    code, out, err = bench("list", "corpora", "--format", "json")
    assert (code, err) == (0, "")
    found = {row["corpus"]: row for row in json.loads(out)["rows"]}
    assert {"seed", "challenge"} <= found.keys()
    assert found["seed"]["from"] == "shipped"
    assert found["seed"]["documents"] == 1
    assert found["free"] == {
        "corpus": "free", "format": "jsonl", "documents": 4, "layers": "events",
        "splits": "test, train", "licence": "CC0", "from": "bench.toml",
        "sha256": open_corpus("free").digest, "error": "",
    }  # fmt: skip
    assert found["by-share"]["splits"] == "train, test"
    assert found["by-path"]["documents"] == 2
    assert "there is no 'gone'" in found["gone"]["error"]
    assert "did you mean path?" in found["odd"]["error"]
    assert "expected 000" in found["changed"]["error"]


def test_a_large_corpus_is_listed_without_being_read(bench, work) -> None:
    text = "a" * (1 << 22)
    (work / "large.jsonl").write_text(lines({"id": "a", "text": text, "events": []}) + "broken")
    named(work, '[corpora]\nlarge = "large.jsonl"\n')
    _, out, _ = bench("list", "corpora", "--format", "json")
    found = {row["corpus"]: row for row in json.loads(out)["rows"]}["large"]
    assert (found["documents"], found["format"], found["error"]) == (None, "jsonl", "")


# --- Real samples ---------------------------------------------------------------------------------


LOSSES = pytest.mark.filterwarnings("ignore::bench.errors.BenchWarning")


@pytest.fixture
def samples() -> Path:
    corpora = os.environ.get("BENCH_CORPORA")
    if not corpora:
        pytest.skip("BENCH_CORPORA is not set: no samples of corpora are at hand")
    return Path(corpora)


def test_litbank_is_scored_on_what_it_says(bench, samples) -> None:
    quotes = samples / "litbank" / "quotations"
    measures, err = scored(bench, f"{quotes}:tsv")
    assert measures == {
        "quotes.content", "quotes.content@overlap", "quotes.source", "quotes.source@coref",
        "quotes.attribution", "quotes.attribution@coref",
    }  # fmt: skip
    assert "events are not scored: the gold has none" in err
    assert "quotes are scored without kinds, cues, which the gold does not have" in err
    measures, err = scored(bench, str(samples / "litbank" / "events" / "brat"))
    assert measures == {"events.trigger"}
    said = "events are scored without types, arguments, realis, polarity, which the gold does not"
    assert said in err


@LOSSES
def test_litbank_has_a_name_splits_and_a_hash(bench, work, samples) -> None:
    path = samples / "litbank"
    corpus = open_corpus(str(path))
    named(
        work,
        f'[corpora.litbank]\npath = "{path}"\nformat = "litbank"\nsha256 = "{corpus.digest}"\n'
        'splits = { one = ["2814_dubliners_brat"], rest = { ids = "rest.txt" } }\n',
    )
    rest = [one.id for one in corpus.documents if one.id != "2814_dubliners_brat"]
    assert len(rest) == 11
    (work / "rest.txt").write_text("\n".join(rest))
    _, out, _ = bench("list", "corpora", "--format", "json")
    found = {row["corpus"]: row for row in json.loads(out)["rows"]}["litbank"]
    assert (found["documents"], found["sha256"]) == (12, corpus.digest)
    assert ids("litbank:rest") == rest
    assert open_corpus("litbank:one", strict=True).documents[0].id == "2814_dubliners_brat"


@LOSSES
def test_the_records_of_plover_keep_to_their_ontology(samples) -> None:
    found = open_corpus(str(samples / "plover" / "PLOVER_GSR_CAMEO.txt"), strict=True)
    assert len(found.documents) == 322
    assert found.ontology.name == "plover-gsr"


def test_textee_can_be_held_to_the_ontology_of_ace(work, samples) -> None:
    path = samples / "textee" / "demo_output.json"
    named(work, f'[corpora.demo]\npath = "{path}"\nontology = "ace"\n')
    assert len(open_corpus("demo", strict=True).documents) == 5
    named(work, f'[corpora.demo]\npath = "{path}"\nontology = "plover"\n')
    with pytest.raises(InputError, match="not in the ontology PLOVER"):
        open_corpus("demo", strict=True)
