"""The runner: whatever a system does costs the document it does it on, and nothing else."""

import contextlib
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import hostile
import pytest

from bench import (
    PLOVER,
    Conditions,
    Corpus,
    Document,
    Hosted,
    SystemFailed,
    UsageError,
    load_system,
    run,
)
from bench.formats import jsonl
from bench.report.progress import Progress
from bench.running.engines import Inline
from bench.running.messages import Finished

HOSTILE = f"{Path(hostile.__file__)}:Hostile"

STATUSES = {
    "raise": ("error", "RuntimeError: two lines [31m"),
    "unprintable": ("error", "Unprintable: an error that cannot be printed"),
    "sys.exit": ("error", "SystemExit: leave"),
    "recurse": ("error", "RecursionError: maximum recursion depth exceeded"),
    "memory": ("error", "MemoryError"),
    "interrupt": ("killed", "SIGINT"),
    "os._exit": ("killed", "its process ended with exit code 3"),
    "kill": ("killed", "its process was ended by signal 9 (SIGKILL)"),
    "group": ("killed", "its process was ended by signal 15 (SIGTERM)"),
    "segfault": ("killed", "its process was ended by signal 11 (SIGSEGV)"),
    "close": ("killed", "its process"),
    "garbage": ("killed", "its process wrote what is no message"),
    "orphan": ("killed", "its process ended with exit code 7"),
    "nothing": ("missing", "the system returned nothing for it"),
    "twice": ("invalid", "predicted twice"),
    "another": ("invalid", "returned 'zzz', which is no prediction for a given document"),
    "dict": ("invalid", "which is no prediction for a given document"),
    "beyond": ("invalid", "[0, 99) lies outside the text of 6 characters, at $.events[0].trigger"),
    "typeless": ("invalid", "Expected `str`, got `int` - at `$.events[0].type`"),
    "object": ("invalid", "Encoding objects of type object is unsupported"),
    "surrogate": ("invalid", "surrogates not allowed"),
    "usage": ("invalid", "usd is -1, at $.meta.usage; expected a number from 0 on"),
}
HARMLESS = ("stdout", "print", "read", "chdir", "path", "once", "paid", "string", "random")


def corpus(*texts: str) -> Corpus:
    documents = (Document(id=f"{i:03}", text=text, events=()) for i, text in enumerate(texts))
    return Corpus("test", tuple(documents), PLOVER)


def statuses(gold: Corpus, outcome) -> dict[str, str]:
    failed = {failure.id: failure.status for failure in outcome.failures}
    return {document.text: failed.get(document.id, "ok") for document in gold.documents}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))


# What a system may do


def test_whatever_a_system_does_costs_the_document_that_it_does_it_on() -> None:
    texts = [*STATUSES, *HARMLESS, *["fine"] * 9]
    random.Random(1).shuffle(texts)
    gold = corpus(*texts)
    outcome = run(HOSTILE, gold, conditions=Conditions(jobs=2, batch=20))
    assert statuses(gold, outcome) == {
        **{text: status for text, (status, _) in STATUSES.items()},
        **dict.fromkeys((*HARMLESS, "fine"), "ok"),
    }
    text_of = {document.id: document.text for document in gold.documents}
    for failure in outcome.failures:
        assert STATUSES[text_of[failure.id]][1] in failure.message
        assert failure.message.isprintable()
    assert [p.id for p in outcome.predictions] == [d.id for d in gold.documents]
    assert {len(p.events) for p in outcome.predictions} == {0, 1}


def test_a_system_that_reads_ahead_is_halved_until_the_culprit_is_alone() -> None:
    culprits = ("raise", "os._exit", "dict", "nothing")
    gold = corpus(*["fine"] * 5, *culprits, *["fine"] * 5)
    outcome = run(f"{HOSTILE}:greedy=yes", gold, conditions=Conditions(batch=14))
    expected = {"fine": "ok", **{text: STATUSES[text][0] for text in culprits}}
    assert statuses(gold, outcome) == expected


def test_a_system_that_hangs_is_ended_though_it_hears_no_signal() -> None:
    gold = corpus("fine", "hang", "fine")
    with Hosted(HOSTILE, timeout=4) as system:
        outcome = run(system, gold)
    assert statuses(gold, outcome) == {"fine": "ok", "hang": "timeout"}
    assert outcome.failures[0].message == "nothing came back for 4 s"


def test_a_system_that_leaks_costs_no_document() -> None:
    gold = corpus(*["leak"] * 6)
    assert run(HOSTILE, gold, conditions=Conditions(batch=6)).failures == ()


def test_a_failed_document_is_tried_again_if_asked_to(tmp_path) -> None:
    gold = corpus("fine", "once", "raise", "typeless")
    never = run(HOSTILE, gold, conditions=Conditions(batch=1))
    assert [f.status for f in never.failures] == ["killed", "error", "invalid"]
    (tmp_path / "seen-001").unlink()
    again = run(HOSTILE, gold, conditions=Conditions(batch=1, retries=1))
    assert [f.status for f in again.failures] == ["error", "invalid"]


def test_what_a_system_prints_is_no_result(bench, work) -> None:
    write(work, "stdout", "print")
    arguments = ("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "--format", "json", "-q")
    code, out, err = bench(*arguments)
    assert (code, err) == (0, "")
    assert len(json.loads(out)["results"]) == 1
    code, out, _ = bench(*arguments, "-v")
    assert len(json.loads(out)["results"]) == 1


def test_what_a_system_prints_is_shown_on_request(work) -> None:
    write(work, "stdout")
    ended = bench_here("-s", HOSTILE, "--corpus", "gold.jsonl", "-q", "-v", "--format", "json")
    assert json.loads(ended.stdout)
    assert "nonsense" in ended.stderr


# The same result, wherever and however it is made


@pytest.fixture(scope="module")
def undisturbed() -> bytes:
    return jsonl.write(run(HOSTILE, RANDOM).predictions)


RANDOM = corpus(*["random"] * 9, "raise", *["random"] * 5)


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(jobs=2, batch=2),
        Conditions(jobs=3, batch=1),
        Conditions(batch=100),
        Conditions(jobs=2, retries=1),
    ],
)
def test_jobs_and_batches_do_not_move_a_byte(conditions, undisturbed) -> None:
    assert jsonl.write(run(HOSTILE, RANDOM, conditions=conditions).predictions) == undisturbed


def test_a_system_in_this_process_predicts_the_same(undisturbed) -> None:
    assert jsonl.write(run(load_system(HOSTILE), RANDOM).predictions) == undisturbed


@pytest.mark.parametrize("kind", ["inline", "threads", "processes"])
def test_any_executor_will_do(kind, undisturbed, tmp_path) -> None:
    spawn = multiprocessing.get_context("spawn")
    made = {
        "inline": Inline,
        "threads": lambda: ThreadPoolExecutor(2),
        "processes": lambda: ProcessPoolExecutor(2, mp_context=spawn),
    }
    seen = []
    with made[kind]() as executor:
        conditions = Conditions(jobs=2, batch=3, journal=tmp_path)
        outcome = run(
            HOSTILE,
            RANDOM,
            conditions=conditions,
            executor=executor,
            progress=lambda finished, _: seen.append(finished.id),
        )
        assert executor.submit(len, "ab").result() == 2
    assert jsonl.write(outcome.predictions) == undisturbed
    assert sorted(seen) == [document.id for document in RANDOM.documents]


def test_the_seed_moves_what_is_drawn(undisturbed) -> None:
    assert jsonl.write(run(HOSTILE, RANDOM, seed=1).predictions) != undisturbed


def test_a_system_in_this_process_takes_one_job_at_a_time() -> None:
    with pytest.raises(UsageError, match="jobs"):
        run(load_system(HOSTILE), RANDOM, conditions=Conditions(jobs=2))


# Loading

BROKEN = {
    "os._exit(5)": "does not load: its process ended with exit code 5",
    "print('so long'); sys.stdout.flush(); os.kill(os.getpid(), 9)":
        "its process was ended by signal 9 (SIGKILL); its last words on stderr: 'so long'",
    "sys.exit('no')": "does not load: SystemExit: no",
    "Mine.version = 3": "does not say what it is: ValidationError: Expected `str`, got `int`",
    "del Mine.describe": "does not say what it is: AttributeError",
    "Mine.describe = lambda self: 1 / 0": "does not say what it is: ZeroDivisionError",
}  # fmt: skip
MINE = """
import os, sys, warnings
from bench import Document
from bench.errors import BenchWarning

class Mine:
    name, version = "mine", "1"
    def __init__(self, word: str = "a"):
        pass
    def describe(self):
        return {}
    def extract(self, documents):
        for document in documents:
            with open("asked.log", "a") as log:
                print(document.id, file=log)
            yield Document(id=document.id, events=())
"""


@pytest.mark.parametrize("code", BROKEN)
def test_a_system_that_does_not_load_is_one_line_and_exit_code_4(bench, work, code) -> None:
    (work / "mine.py").write_text(f"{MINE}\n{code}\n")
    write(work, "fine")
    ended, out, err = bench("run", "-s", "mine.py:Mine", "--corpus", "gold.jsonl")
    assert (ended, out) == (4, "")
    assert err.count("\n") == 1
    assert err.startswith("bench: ")
    assert BROKEN[code] in err


@pytest.mark.parametrize("texts", [["fine"], ["fine", "raise", "os._exit"], ["raise"]])
def test_no_process_is_left_when_a_run_is_over(texts) -> None:
    before = children()
    with contextlib.suppress(SystemFailed):
        run(HOSTILE, corpus(*texts), conditions=Conditions(jobs=2, batch=1))
    with Hosted(HOSTILE) as system, contextlib.suppress(SystemFailed):
        run(system, corpus(*texts))
        run(system, corpus(*texts))
    assert children() == before


def children() -> set[str]:
    """The processes that this one has started and not waited for."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


def test_a_system_that_changes_while_it_runs_ends_the_run(tmp_path) -> None:
    edit = "open(__file__, 'a').write('#'); os._exit(1)"
    (tmp_path / "mine.py").write_text(MINE.replace("yield", f"{edit}; yield"))
    with pytest.raises(SystemFailed, match="is not what it was when the run began"):
        run("mine.py:Mine", corpus("fine", "fine"))


def test_a_warning_of_ours_is_passed_on(tmp_path) -> None:
    (tmp_path / "mine.py").write_text(f"{MINE}\nwarnings.warn('take care', BenchWarning)\n")
    with pytest.warns(match="take care"):
        run("mine.py:Mine", corpus("fine"))


# Failing too often


@pytest.mark.parametrize(
    ("allowed", "code"), [("1", 4), ("2", 0), ("25%", 4), ("50%", 0), ("0", 4), ("100%", 0)]
)
def test_more_failures_than_are_allowed_end_with_4(bench, work, allowed, code) -> None:
    write(work, "fine", "raise", "fine", "typeless")
    ended, _, err = bench(
        "run", "-s", HOSTILE, "--corpus", "gold.jsonl", "--name", "x", "-q",
        "--fail-on-error", allowed,
    )  # fmt: skip
    assert ended == code
    assert (work / "results" / "x").exists() == (code == 0)
    if code:
        assert "failed on" in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("allowed", ["x", "-1", "1.5", "101%", "%", "nan%", ""])
def test_what_is_no_number_of_failures_is_refused(bench, work, allowed) -> None:
    write(work, "fine")
    ended, out, err = bench(
        "run", "-s", HOSTILE, "--corpus", "gold.jsonl", "--fail-on-error", allowed
    )
    assert (ended, out) == (2, "")
    assert err == f"bench: --fail-on-error {allowed!r}: expected N or P%, such as 3 or 5%\n"


# Broken off

SLOW = MINE.replace("yield", "import time; time.sleep(0.05); yield").replace(
    "events=()", 'meta={"drawn": __import__("random").random()}, events=()'
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, *texts: str) -> None:
    lines = (
        json.dumps({"id": d.id, "text": d.text, "events": []}) for d in corpus(*texts).documents
    )
    (folder / "gold.jsonl").write_text("\n".join(lines) + "\n")


def bench_here(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bench", "run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def asked(folder: Path) -> list[str]:
    log = folder / "asked.log"
    return log.read_text().split() if log.exists() else []


def finished(folder: Path) -> set[str]:
    """What the journals say is done; a line that was cut off says nothing."""
    lines = [
        line
        for file in folder.glob("results/.unfinished/*.jsonl")
        for line in file.read_bytes().splitlines(keepends=True)
        if line.endswith(b"\n")
    ]
    return {json.loads(line)["finished"]["id"] for line in lines if line.strip()}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_killed_again_and_again_loses_nothing_and_ends_the_same(work, how) -> None:
    (work / "mine.py").write_text(SLOW)
    write(work, *["fine"] * 24)
    common = ("-s", "mine.py:Mine", "--corpus", "gold.jsonl", "--batch", "5", "-j", "2")
    bench_here(*common, "--name", "undisturbed")
    drawn = random.Random(how)
    command = [sys.executable, "-m", "bench", "run", *common, "--name", "killed", "--resume"]
    kills = 0
    while True:
        (work / "asked.log").unlink()
        done = finished(work)
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            goal = drawn.randrange(1, 10)
            while process.poll() is None and len(asked(work)) < goal:
                time.sleep(0.01)
            time.sleep(drawn.random() / 20)
            if process.poll() is None:
                process.send_signal(how)
                kills += 1
            _, err = process.communicate(timeout=60)
        assert not done & set(asked(work))
        assert b"Traceback" not in err
        if process.returncode == 0:
            break
        assert process.returncode == (130 if how == signal.SIGINT else -how)
        if how == signal.SIGINT and finished(work):
            assert b"--resume goes on from there" in err
        (work / "asked.log").touch()
    assert kills >= 2
    for file in ("predictions.jsonl", "scores.json"):
        one, two = (work / "results" / name / file for name in ("undisturbed", "killed"))
        assert one.read_bytes() == two.read_bytes()
    assert not list((work / "results").glob(".unfinished"))


def test_no_process_outlives_a_run_that_is_killed(work) -> None:
    note = "open('pid', 'w').write(str(os.getpid())); import time; time.sleep(60); yield"
    (work / "mine.py").write_text(MINE.replace("yield", note))
    write(work, "fine")
    command = [sys.executable, "-m", "bench", "run", "-s", "mine.py:Mine", "--corpus", "gold.jsonl"]
    with subprocess.Popen(command, start_new_session=True) as process:
        pid = work / "pid"
        while not pid.exists() or not pid.read_text():
            time.sleep(0.05)
        process.kill()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


def test_all_but_ok_is_run_again(bench, work) -> None:
    moody = "if document.id == '001' and not os.path.exists('cured'): os._exit(1)\n"
    (work / "mine.py").write_text(
        MINE.replace("            yield", f"            {moody}            yield")
    )
    write(work, "fine", "fine", "fine")
    arguments = ("run", "-s", "mine.py:Mine", "--corpus", "gold.jsonl", "-q")
    assert bench(*arguments, "--name", "one")[0] == 0
    run_json = json.loads((work / "results" / "one" / "run.json").read_text())
    assert [failure["status"] for failure in run_json["failures"]] == ["killed"]
    (work / "cured").touch()
    (work / "asked.log").unlink()
    assert bench(*arguments, "--name", "two", "--resume")[0] == 0
    assert asked(work) == ["001"]
    run_json = json.loads((work / "results" / "two" / "run.json").read_text())
    assert run_json["failures"] == []
    assert (run_json["cost"]["fresh"], run_json["cost"]["documents"]) == (1, 3)
    assert bench(*arguments, "--name", "three", "--resume")[0] == 0
    assert asked(work) == ["001", "000", "001", "002"]
    files = [work / "results" / name / "predictions.jsonl" for name in ("two", "three")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_run_that_does_not_resume_begins_anew(bench, work) -> None:
    write(work, "fine", "raise")
    arguments = ("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "-q")
    for _ in range(3):
        assert bench(*arguments, "--name", "x")[0] == 0
    (journal,) = (work / "results" / ".unfinished").iterdir()
    assert len(journal.read_bytes().splitlines()) == 2


def test_a_journal_that_was_cut_anywhere_or_spoilt_is_read_as_far_as_it_goes(bench, work) -> None:
    (work / "mine.py").write_text(MINE.replace("yield", "if document.text != 'bad': yield"))
    write(work, "fine", "fine", "bad", "fine")
    arguments = ("run", "-s", "mine.py:Mine", "--corpus", "gold.jsonl", "-q", "--name", "x")
    assert bench(*arguments)[0] == 0
    (journal,) = (work / "results" / ".unfinished").iterdir()
    whole = journal.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in (0, 1, ends[0] - 1, ends[0], ends[0] + 40, ends[1] - 1):
        journal.parent.mkdir(exist_ok=True)
        journal.write_bytes(whole[:cut])
        before = len(asked(work))
        assert bench(*arguments, "--resume")[0] == 0
        kept = sum(end - 1 <= cut for end in ends if json_id(whole, end) != "002")
        assert len(set(asked(work)[before:])) == 4 - kept
    journal.write_bytes(b'\xff\n{"key": 5}\n[]\n' + whole)
    before = len(asked(work))
    assert bench(*arguments, "--resume")[0] == 0
    assert set(asked(work)[before:]) == {"002"}


def json_id(whole: bytes, end: int) -> str:
    return json.loads(whole[:end].splitlines()[-1])["finished"]["id"]


# What it cost


def test_what_a_run_cost_is_saved_and_said(bench, work) -> None:
    write(work, "fine", "paid", "paid", "raise")
    code, out, _ = bench("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "--name", "x", "-j", "2")
    assert code == 0
    cost = json.loads((work / "results" / "x" / "run.json").read_text())["cost"]
    assert cost["usage"] == {"tokens": 6, "usd": 1.0}
    assert (cost["documents"], cost["fresh"], cost["jobs"]) == (3, 4, 2)
    assert cost["peak"] > 1_000_000
    assert cost["wall"]["total"] >= cost["wall"]["most"] >= cost["wall"]["median"] > 0
    assert cost["cpu"]["total"] > 0
    assert "usd" not in (work / "results" / "x" / "predictions.jsonl").read_text()
    said = "6 tokens, 1 usd"
    assert said in out
    assert "documents/s in 2 processes" in out
    _, _, err = bench("compare", "results/x", "results/x")
    assert said in err


def test_memory_and_time_of_what_a_system_starts_are_its_own(tmp_path) -> None:
    busy = (
        "x = bytearray(200_000_000); [i for i in range(3_000_000)]; print(1, flush=True); input()"
    )
    start = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', "
        f"{busy!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE); child.stdout.readline(); yield"
    )
    (tmp_path / "mine.py").write_text(MINE.replace("yield", start))
    cost = run("mine.py:Mine", corpus("fine")).cost
    assert cost.peak > 200_000_000
    assert cost.cpu.total > 0.02


def test_a_run_that_was_saved_before_costs_were_measured_is_still_read(bench, work) -> None:
    write(work, "fine")
    bench("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "--name", "x", "-q")
    file = work / "results" / "x" / "run.json"
    old = json.loads(file.read_text())
    del old["cost"]
    file.write_text(json.dumps(old))
    assert bench("compare", "results/x", "results/x")[0] == 0


# How far it is


def test_progress_says_how_many_how_fast_and_how_long() -> None:
    from bench.report.terminal import console

    with Progress("x", 4, console(stderr=True), quiet=False) as progress:
        assert str(progress) == "x: 0 of 4 documents"
        progress(Finished("a"), False)
        assert str(progress) == "x: 1 of 4 documents"
        time.sleep(0.01)
        progress(Finished("b", "error"), True)
        found = re.fullmatch(
            r"x: 2 of 4 documents, 1 failed, ([\d.e+]+)/s, \d+:\d\d left", str(progress)
        )
        assert found
        assert float(found[1]) > 0


def test_a_terminal_shows_a_bar_and_a_pipe_does_not(bench, work, monkeypatch) -> None:
    write(work, "fine", "raise")
    arguments = ("run", "-s", HOSTILE, "--corpus", "gold.jsonl")
    assert "of 2 documents" not in bench(*arguments)[2]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "hostile: 2 of 2 documents, 1 failed" in bench(*arguments)[2]
    assert "of 2 documents" not in bench(*arguments, "-q")[2]


@pytest.mark.parametrize("blocked", ["results/.unfinished", "results/.unfinished/x.jsonl"])
def test_a_journal_that_cannot_be_written_is_one_clear_line(bench, work, blocked) -> None:
    write(work, "raise", "fine")
    arguments = ("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "-q", "--name", "x")
    assert bench(*arguments)[0] == 0
    (journal,) = (work / "results" / ".unfinished").iterdir()
    journal.unlink()
    if blocked.endswith("x.jsonl"):
        journal.mkdir()
    else:
        journal.parent.rmdir()
        journal.parent.write_text("")
    code, out, err = bench(*arguments, "--resume")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "cannot be written" in err


def test_what_was_found_in_a_journal_outlives_a_start_that_fails(bench, work, monkeypatch) -> None:
    write(work, "raise", "fine")
    arguments = ("run", "-s", HOSTILE, "--corpus", "gold.jsonl", "-q", "--name", "x", "--resume")
    assert bench(*arguments)[0] == 0
    (journal,) = (work / "results" / ".unfinished").iterdir()
    before = journal.read_bytes()
    (work / "file").write_text("")
    monkeypatch.setenv("BENCH_CACHE", str(work / "file" / "cache"))
    assert bench(*arguments, "--cache")[0] == 2
    assert journal.read_bytes() == before


def test_a_result_is_the_same_bytes_in_this_process_and_in_others(bench, work) -> None:
    for jobs in (0, 1, 2):
        assert bench("run", "-s", "rules", "--name", f"j{jobs}", "-q", "-j", jobs)[0] == 0
    for file in ("predictions.jsonl", "scores.json"):
        contents = {(work / "results" / f"j{jobs}" / file).read_bytes() for jobs in (0, 1, 2)}
        assert len(contents) == 1
