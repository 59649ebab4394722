"""The command as a user meets it: what it prints where, and how it ends."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SYSTEM = """
from bench import Document, Event, Span


class Half:
    name, version = "half", "1"

    def __init__(self, word: str = "met", times: int = 1):
        self.word, self.times = word, times

    def describe(self):
        return {}

    def extract(self, documents):
        for document in documents:
            if "boom" in document.text:
                raise RuntimeError("cannot read this")
            at = document.text.find(self.word)
            event = Event(type="CONSULT", trigger=Span(start=at, end=at + len(self.word)))
            yield Document(id=document.id, events=(event,) * self.times)
"""
GOLD = [
    {"id": "a", "text": "They met.",
     "events": [{"type": "CONSULT", "trigger": {"start": 5, "end": 8}}]},
    {"id": "b", "text": "boom", "events": []},
]  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "half.py").write_text(SYSTEM)
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(d) + "\n" for d in GOLD))
    return tmp_path


def test_a_run_prints_its_table_on_stdout_and_saves_what_made_it(bench, work) -> None:
    code, out, err = bench("run", "-s", "half.py:Half", "--corpus", "gold.jsonl", "--name", "x")
    assert code == 0
    assert "trigger (TI)" in out
    assert "b failed (error) and counts as empty: RuntimeError: cannot read this" in out
    assert "gold gold: 2 documents" in out
    assert err.strip() == f"bench: wrote {work / 'results' / 'x'}"
    saved = work / "results" / "x"
    assert sorted(p.name for p in saved.iterdir()) == [
        "differences.jsonl", "predictions.jsonl", "run.json", "scores.json",
    ]  # fmt: skip
    run = json.loads((saved / "run.json").read_text())
    assert run["schema"] == "eventbench.run/1"
    assert run["corpus"]["documents"] == 2
    assert [failure["id"] for failure in run["failures"]] == ["b"]
    assert {"python", "eventbench", "msgspec", "numpy"} <= run["versions"].keys()
    scores = json.loads((saved / "scores.json").read_text())
    trigger = scores["measures"]["events.trigger"]["micro"]
    assert (trigger["tp"], trigger["predicted"], trigger["gold"]) == (1, 1, 1)


def test_remarks_are_whole_lines_however_narrow_the_terminal(bench, work, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    (work / "pred.jsonl").write_text('{"id": "b", "events": []}\n')
    _, out, _ = bench("score", "gold.jsonl", "pred.jsonl")
    lines = out.splitlines()
    assert "pred.jsonl: 1 of 2 documents have no prediction and count as empty: a" in lines


def test_runs_are_named_apart_unless_named(bench, work) -> None:
    for _ in range(2):
        assert bench("run", "-s", "half.py:Half", "--corpus", "gold.jsonl", "-q")[0] == 0
    assert len(list((work / "results").glob("*/run.json"))) == 2


def test_the_same_run_twice_saves_the_same_bytes(bench, tmp_path) -> None:
    for name in ("one", "two"):
        assert bench("run", "-s", "rules", "--name", name, "-q")[0] == 0
    for file in ("predictions.jsonl", "scores.json"):
        one, two = ((tmp_path / "results" / name / file).read_bytes() for name in ("one", "two"))
        assert one == two


@pytest.mark.usefixtures("work")
def test_several_systems_stand_side_by_side(bench) -> None:
    code, out, _ = bench(
        "run", "-s", "half.py:Half", "-s", "half.py:Half:word=They", "--corpus", "gold.jsonl",
        "--format", "csv", "-q",
    )  # fmt: skip
    assert code == 0
    rows = [r for r in csv.DictReader(io.StringIO(out)) if r["measure"] == "events.trigger"]
    assert [(r["system"], r["tp"], r["f1"]) for r in rows] == [
        ("half.py:Half", "1", "1.0"),
        ("half.py:Half:word=They", "0", "0.0"),
    ]


def test_options_reach_the_system_and_the_record(bench, work) -> None:
    code, out, _ = bench(
        "run", "-s", "half.py:Half", "--option", "times=2", "--corpus", "gold.jsonl",
        "--name", "x", "--format", "json",
    )  # fmt: skip
    assert code == 0
    micro = json.loads(out)["results"][0]["scores"]["measures"]["events.trigger"]["micro"]
    assert micro["predicted"] == 2
    run = json.loads((work / "results" / "x" / "run.json").read_text())
    assert run["system"]["options"] == {"times": "2"}


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("kind", ["json", "csv", "md", "table"])
def test_what_is_piped_is_results_alone(bench, kind) -> None:
    code, out, err = bench("run", "-s", "half.py:Half", "--corpus", "gold.jsonl", "--format", kind)
    assert code == 0
    assert "wrote" in err
    assert "wrote" not in out
    assert "\x1b" not in out + err
    if kind == "json":
        assert json.loads(out)["schema"] == "eventbench.report/1"
    if kind in ("json", "csv"):
        assert "b failed (error) and counts as empty" in err
    if kind == "md":
        assert out.startswith("| measure | half.py:Half P |")


def test_scoring_a_file_or_stdin_is_scoring_the_run_that_wrote_it(bench, work, monkeypatch) -> None:
    bench("run", "-s", "rules", "--name", "x", "-q")
    saved = work / "results" / "x"
    code, out, _ = bench("score", "seed", saved / "predictions.jsonl", "--format", "json")
    assert code == 0
    (result,) = json.loads(out)["results"]
    scores = json.loads((saved / "scores.json").read_text())
    assert result["scores"] == scores
    lines = io.TextIOWrapper(io.BytesIO((saved / "predictions.jsonl").read_bytes()))
    monkeypatch.setattr("sys.stdin", lines)
    code, out, _ = bench("score", "seed", "-", "--format", "json")
    assert code == 0
    assert json.loads(out)["results"][0]["scores"] == scores


def test_a_missing_document_is_said_aloud_in_every_format(bench, work) -> None:
    (work / "pred.jsonl").write_text('{"id": "b", "events": []}\n')
    for kind in ("table", "md", "csv", "json"):
        code, out, err = bench("score", "gold.jsonl", "pred.jsonl", "--format", kind)
        assert code == 0
        assert "1 of 2 documents have no prediction and count as empty: a" in out + err


def test_labels_are_shown_on_request(bench) -> None:
    _, out, _ = bench("run", "-s", "rules", "--by", "type", "-q", "--format", "csv")
    labels = {r["label"] for r in csv.DictReader(io.StringIO(out))}
    assert {"micro", "macro", "ASSAULT", "PER", "actor", "direct", "actual"} <= labels


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "-s", "spcay"), "no system 'spcay': did you mean spacy?"),
        (("run", "-s", "gone.py:X"), "there is no such file"),
        (("run", "-s", "half.py:Full"), "its classes with extract(): Half"),
        (("run", "-s", "nomodule:X"), "there is no module 'nomodule'"),
        (("run", "-s", "half.py:Half", "--option", "wrod=x"), "did you mean word?"),
        (("run", "-s", "half.py:Half", "--option", "times=two"), "expected int"),
        (("run", "-s", "half.py:Half", "--option", "times"), "expected KEY=VALUE"),
        (("run", "-s", "rules", "--corpus", "sead"), "no corpus 'sead'"),
        (("run", "-s", "rules", "--out", "half.py/x"), "half.py/x: cannot be written"),
        (("run", "-s", "rules", "-s", "half.py:Half", "--name", "x"), "one system"),
        (("score", "seed", "gone.jsonl"), "no predictions 'gone.jsonl'"),
        (("score", "gold.jsonl", "unknown.jsonl"), "unknown.jsonl:1: document 'z' is not in"),
        (("score", "gold.jsonl", "twice.jsonl"), "twice.jsonl:2: document 'a' comes twice"),
        (("score", "gold.jsonl", "far.jsonl"), "far.jsonl:1: [0, 99) lies outside the text of 9"),
        (("score", "gold.jsonl", "type.jsonl", "--strict"), "unknown event type 'DANCE'"),
        (("score", "gold.jsonl", "role.jsonl", "--strict"), "unknown role 'dancer'"),
        (("score", "gold.jsonl", "latin.jsonl"), "latin.jsonl:1: not JSON"),
        (("gold", "show", "seed", "--doc", "x"), "no document 'x' in seed"),
        (("gold", "stats", "broken"), "one.ann:1: broken line 'T1 PER'"),
    ],
)
def test_bad_input_is_one_clear_line(bench, work, arguments, message) -> None:
    event = {"type": "DANCE", "trigger": {"start": 0, "end": 4}}
    aid = {"type": "AID", "trigger": {"start": 0, "end": 4}}
    far = {"type": "AID", "trigger": {"start": 0, "end": 99}}
    role = {**aid, "arguments": [{"role": "dancer", "start": 0, "end": 4}]}
    for name, rows in {
        "unknown": [{"id": "z"}],
        "twice": [{"id": "a"}, {"id": "a"}],
        "far": [{"id": "a", "events": [far]}],
        "type": [{"id": "a", "events": [event]}],
        "role": [{"id": "a", "events": [role]}],
    }.items():
        (work / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (work / "latin.jsonl").write_bytes('{"id": "café"}'.encode("latin-1"))
    (work / "broken").mkdir()
    (work / "broken" / "one.ann").write_text("T1 PER\n")
    (work / "broken" / "one.txt").write_text("Anna")
    code, out, err = bench(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("bench: ")
    assert err.count("\n") == 1
    assert not (work / "results").exists() or not list((work / "results").iterdir())


def test_gold_with_faults_ends_with_1_and_names_each(bench, work) -> None:
    (work / "one.ann").write_text("T1\tPER 0 4\tAnna\n")
    (work / "one.txt").write_text("Anna")
    code, out, err = bench("gold", "check", ".")
    assert code == 1
    assert "one.ann:1: the actor of 'Anna' has no canonical name" in out
    assert "2 faults" in err


def test_a_system_that_fails_everywhere_or_does_not_load_ends_with_4(bench, work) -> None:
    (work / "boom.jsonl").write_text(json.dumps(GOLD[1]) + "\n")
    code, _, err = bench("run", "-s", "half.py:Half", "--corpus", "boom.jsonl")
    assert code == 4
    assert "failed on all 1 documents; the first: RuntimeError: cannot read this" in err
    (work / "broken.py").write_text("import nothing_of_this_name\n")
    code, _, err = bench("run", "-s", "broken.py:X")
    assert code == 4
    assert err.startswith("bench: broken.py: does not load: ModuleNotFoundError")
    assert err.count("\n") == 1


def test_nothing_to_score_ends_with_5(bench, work) -> None:
    (work / "pred.jsonl").write_text('{"id": "a", "quotes": []}\n')
    code, _, err = bench("score", "gold.jsonl", "pred.jsonl")
    assert code == 5
    assert "nothing can be scored" in err
    (work / "empty.jsonl").write_text("")
    assert bench("score", "empty.jsonl", "pred.jsonl")[0] == 5


def test_an_interrupt_ends_with_130_and_leaves_nothing_half_written(work) -> None:
    (work / "slow.py").write_text(
        SYSTEM.replace("for document in documents:", "import time; print('on', flush=True)\n"
                       "        time.sleep(60)\n        for document in documents:")
    )  # fmt: skip
    command = [sys.executable, "-u", "-m", "bench", "run", "-s", "slow.py:Half", "-v"]
    with subprocess.Popen(
        command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "on\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list((work / "results").iterdir()) == []


def test_colour_is_for_terminals_and_obeys_the_usual_wishes(bench, monkeypatch) -> None:
    assert "\x1b" not in bench("gold", "show")[1]
    assert "\x1b[" in bench("gold", "show", "--color", "always")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in bench("gold", "show")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in bench("gold", "show")[1]


def test_gold_is_shown_with_every_label_in_words(bench) -> None:
    out = bench("gold", "show")[1]
    for piece in ("[Kim Jong Un] PER NAM", "REQUEST [invites] actual; actor: Kim Jong Un", "quote"):
        assert piece in out


def test_statistics_are_those_that_the_readme_of_gold_states(bench, root) -> None:
    _, out, _ = bench("gold", "stats", "--format", "csv")
    counts = {(r["of"], r["what"]): int(r["count"]) for r in csv.DictReader(io.StringIO(out))}
    stated = (root / "gold" / "README.md").read_text()
    for what in ("actors", "mentions", "events", "arguments", "quotes"):
        assert f"| {what} | {counts['total', what]} |" in stated
    for of, what in [("actors by type", "ORG"), ("mentions by level", "PRO"),
                     ("events by realis", "generic"), ("quotes by kind", "mixed"),
                     ("arguments by role", "recipient")]:  # fmt: skip
        assert f"{counts[of, what]} {what}" in stated


def test_the_lists_and_the_schema_are_printed(bench) -> None:
    systems = json.loads(bench("list", "systems", "--format", "json")[1])["rows"]
    assert {"rules", "spacy"} <= {row["system"] for row in systems}
    assert "events.trigger" in bench("list", "measures", "--format", "csv")[1]
    assert "seed" in bench("list", "corpora")[1]
    assert json.loads(bench("schema")[1])["title"] == "EventBench document"
    assert bench("--version")[1].startswith("eventbench ")


def test_both_commands_and_the_module_answer() -> None:
    folder = Path(sys.executable).parent
    for command in ([folder / "bench"], [folder / "eventbench"], [sys.executable, "-m", "bench"]):
        ended = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        assert ended.stdout.startswith("eventbench ")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("run", "-s", "rules", "-q"), ("gold", "check")]
)
def test_nothing_heavy_is_imported_where_it_is_not_needed(tmp_path, arguments) -> None:
    watch = (
        "import sys, atexit\n"
        "heavy = {'pandas', 'sklearn', 'spacy', 'scipy', 'matplotlib', 'pydantic'}\n"
        "atexit.register(lambda: print(sorted(heavy & sys.modules.keys()), file=sys.stderr))\n"
        "from bench.cli import main\n"
        f"sys.argv = ['bench', *{arguments!r}]\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", watch], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines()[-1] == "[]"


def test_every_command_and_option_has_help() -> None:
    import typer

    from bench.cli.app import app

    def walk(command, path):
        assert command.help, path
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{path} {parameter.name}"
        for name, inner in getattr(command, "commands", {}).items():
            yield name
            yield from walk(inner, (*path, name))

    names = list(walk(typer.main.get_command(app), ("bench",)))
    assert {"run", "score", "list", "gold", "check", "stats", "show", "schema"} <= set(names)
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert all(name in readme for name in names if name != "corpora")


def test_a_run_is_shown_with_its_hits_misses_and_inventions(bench, work) -> None:
    gold = work / "gold.jsonl"
    bench("run", "-s", "half.py:Half:word=They", "--corpus", gold, "--name", "x", "-q")
    code, out, _ = bench("show", work / "results" / "x", "--gold", gold)
    assert code == 0
    assert "missed [met] CONSULT actual" in out
    assert "spurious [They] CONSULT actual" in out
    assert "boom" not in bench("show", work / "results" / "x", "a", "--gold", gold)[1]
    code, _, err = bench("show", work / "results" / "x", "aa", "--gold", gold)
    assert (code, err) == (2, "bench: no document 'aa' in gold: did you mean a?\n")
    code, _, err = bench("show", work)
    assert code == 2
    assert "there is no run.json in it" in err


def test_errors_are_listed_with_their_kind(bench, work) -> None:
    (work / "pred.jsonl").write_text('{"id": "a", "events": [{"type": "AID", "trigger": '
                                     '{"start": 5, "end": 8}}]}\n')  # fmt: skip
    code, out, _ = bench("score", "gold.jsonl", "pred.jsonl", "--errors", "--format", "json")
    assert code == 0
    (row,) = json.loads(out)["rows"]
    assert (row["document"], row["at"], row["item"], row["error"]) == ("a", 5, "event", "type")
    assert (row["gold"], row["predicted"]) == ("[met] CONSULT actual", "[met] AID actual")


def test_measures_and_slices_are_chosen_by_their_text(bench, work) -> None:
    docs = [{**GOLD[0], "meta": {"source": "wire"}}, {**GOLD[1], "meta": {"source": "web"}}]
    (work / "meta.jsonl").write_text("".join(json.dumps(d) + "\n" for d in docs))
    (work / "pred.jsonl").write_text(json.dumps({"id": "a", "events": GOLD[0]["events"]}) + "\n")
    code, out, _ = bench(
        "score", "meta.jsonl", "pred.jsonl", "-m", "events.trigger@dice>=0.5", "--by", "source",
        "--format", "csv",
    )  # fmt: skip
    assert code == 0
    rows = {r["label"]: r for r in csv.DictReader(io.StringIO(out))}
    assert rows.keys() == {"micro", "wire", "web"}
    assert (rows["wire"]["tp"], rows["web"]["tp"]) == ("1", "0")
    assert {r["measure"] for r in rows.values()} == {"events.trigger@dice>=0.5"}
    code, _, err = bench("score", "meta.jsonl", "pred.jsonl", "--by", "sauce")
    assert (code, err) == (
        2,
        "bench: by sauce: no document has this field; did you mean source or distance?\n",
    )


def test_a_property_of_the_items_splits_the_measures_that_have_it(bench, work) -> None:
    (work / "pred.jsonl").write_text(json.dumps({"id": "a", "events": GOLD[0]["events"]}) + "\n")
    code, out, _ = bench("score", "gold.jsonl", "pred.jsonl", "--by", "realis", "--format", "csv")
    assert code == 0
    rows = [(r["measure"], r["label"], r["tp"]) for r in csv.DictReader(io.StringIO(out))]
    at = rows.index(("events.trigger/realis", "actual", "1"))
    assert rows[at - 1] == ("events.trigger", "micro", "1")
    assert ("events.trigger/realis", "generic", "0") in rows
    code, _, err = bench(
        "score", "gold.jsonl", "pred.jsonl", "-m", "actors.actor", "--by", "realis"
    )
    assert (code, err) == (2, "bench: realis: none of the measures can be split by it\n")


def test_the_caption_says_whether_the_measures_are_those_of_a_profile(bench, work) -> None:
    (work / "pred.jsonl").write_text(json.dumps({"id": "a", "events": GOLD[0]["events"]}) + "\n")
    assert "profile standard" in bench("score", "gold.jsonl", "pred.jsonl")[1]
    out = bench("score", "gold.jsonl", "pred.jsonl", "--oracle", "triggers")[1]
    assert "measures as named" in out
    assert "argument + role, oracle" in out
    assert "trigger (TI)" not in out
    bench("run", "-s", "half.py:Half", "--corpus", "gold.jsonl", "--name", "x", "-m",
          "events.trigger:documents", "--by", "lang")  # fmt: skip
    docs = [{**document, "meta": {"lang": "en"}} for document in GOLD]
    (work / "meta.jsonl").write_text("".join(json.dumps(d) + "\n" for d in docs))
    assert bench("run", "-s", "half.py:Half", "--corpus", "meta.jsonl", "--name", "x", "-m",
                 "events.trigger:documents", "--by", "lang")[0] == 0  # fmt: skip
    saved = json.loads((work / "results" / "x" / "scores.json").read_text())
    assert saved["groups"] == {"lang": {"a": "en", "b": "en"}}
    assert saved["measures"]["events.trigger:documents"]["documents"]["f1"] == 1
    assert json.loads((work / "results" / "x" / "run.json").read_text())["profile"] == ""


def test_leniently_what_is_wrong_is_left_out_and_said(bench, work) -> None:
    (work / "pred.jsonl").write_text('{"id": "a", "events": []}\n{"id": "zzz"}\n')
    assert bench("score", "gold.jsonl", "pred.jsonl")[0] == 2
    code, out, _ = bench("score", "gold.jsonl", "pred.jsonl", "--lenient")
    assert code == 0
    assert "1 fault was left out, so that it counts as nothing found: pred.jsonl:2: document" in out
    code, _, err = bench("score", "gold.jsonl", "pred.jsonl", "--lenient", "--strict")
    assert (code, err) == (2, "bench: --strict and --lenient: one of them\n")
