"""``bench check``: a system that keeps the protocol passes; each way of not doing so is named."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import SystemFailed, check
from bench.conformance import TEXTS

SYSTEM = """
import os
import sys
import time

from bench import Document, Event, Quote, Span


class Defective:
    name, version = "defective", "1"

    def __init__(self):
        self.seen = 0

    def describe(self):
        return {{}}

    def extract(self, documents):
        for document in documents:
            self.seen += 1
            text, id = document.text, document.id
            starts = [at for at in range(len(text)) if text.startswith("met", at)]
            events = tuple(Event(type="CONSULT", trigger=Span(start=at, end=at + 3, text="met"))
                           for at in starts)
            found = [Document(id=id, events=events)]
            {defect}
            yield from found
"""


UTF_16 = """units = [len(text[:at].encode('utf-16-le')) // 2 for at in starts]
            spans = [Span(start=at, end=at + 3, text='met') for at in units]
            found = [Document(id=id, events=[Event(type='X', trigger=span) for span in spans])]"""
HASHED = """spans = [Span(text=word) for word in {str(n) for n in range(50)}]
            found = [Document(id=id, events=[Event(type='X', trigger=span) for span in spans])]"""
WHOLE = """whole = Quote(content=Span(start=0, end=len(text)), kind='direct')
            found = [Document(id=id, quotes=[whole])]"""


def defective(folder: Path, defect: str) -> str:
    file = folder / "defective.py"
    file.write_text(SYSTEM.format(defect=defect))
    return str(file)


@pytest.mark.parametrize(
    ("defect", "failing", "said"),
    [
        ("", set(), ""),
        ("print('noise ' * 10000)", set(), ""),
        ("text[0]", {"empty text"}, "IndexError: string index out of range"),
        ("if id == 'CRLF': sys.exit(1)", {"CRLF"}, "SystemExit: 1"),
        ("if id == 'CRLF': os._exit(9)", {"CRLF"}, "ended with exit code 9"),
        ("if id == 'CRLF': time.sleep(1000)", {"CRLF"}, "nothing came back for 3 s"),
        ("if len(text) > 50000: raise MemoryError", {"100 kB text"}, "MemoryError"),
        (UTF_16, {"predictions fit", "emoji"}, "these offsets look like UTF-16 units"),
        (WHOLE, {"predictions fit", "empty text"}, "[0, 0) is reversed, empty or negative"),
        (HASHED, {"determinism"}, "$.events[0].trigger.text is"),
        ("found = [Document(id=id, meta={'pid': os.getpid()})]", {"determinism"},
         "CRLF: $.meta.pid is"),
        ("found = [Document(id=id, meta={'seen': self.seen})]",
         {"order independence", "alone as in a batch"}, "CRLF: $.meta.seen is "),
        ("found = [Document(id=id + '!')]", {"predictions fit", *TEXTS},
         "returned 'news!', which is no prediction for a given document (and 10 more)"),
        ("found *= 2", {"predictions fit", *TEXTS}, "predicted twice"),
        ("if not text: found = []", {"predictions fit", "empty text"},
         "the system returned nothing for it"),
        ("found = [{'id': id}]", {"predictions fit", *TEXTS},
         "returned {'id': 'news'}, which is no prediction"),
        ("found = [Document(id=id, events=[Event(type=3, trigger=Span(text='x'))])]",
         {"predictions fit", *TEXTS}, "Expected `str`, got `int` - at `$.events[0].type`"),
        ("found = [Document(id=id, meta={'x': object()})]", {"predictions fit", *TEXTS},
         "Encoding objects of type object is unsupported"),
    ],
)  # fmt: skip
def test_each_defect_fails_the_checks_that_are_about_it(tmp_path, defect, failing, said) -> None:
    checks = check(defective(tmp_path, defect), seconds=3)
    assert {one.name for one in checks if one.result == "fail"} == failing
    assert not said or any(said in one.says for one in checks)
    assert all("\n" not in one.says for one in checks)


def test_what_could_not_be_seen_is_not_said_to_pass(tmp_path) -> None:
    checks = check(defective(tmp_path, "raise ValueError('a\\nb')"))
    results = {one.name: one.result for one in checks if one.name not in TEXTS}
    assert results == {
        "loads": "pass",
        "predictions fit": "not tried",
        "no document": "pass",
        "determinism": "not tried",
        "order independence": "not tried",
        "alone as in a batch": "not tried",
    }
    assert all(one.result == "fail" for one in checks if one.name in TEXTS)
    assert checks[-1].says == "ValueError: a b"


def test_a_system_that_predicts_without_a_document_is_found(tmp_path) -> None:
    file = tmp_path / "eager.py"
    file.write_text(
        SYSTEM.format(defect="").replace(
            "        for document in documents:",
            "        if not (documents := list(documents)):\n"
            "            yield Document(id='more')\n"
            "        for document in documents:",
        )
    )
    failed = [one for one in check(str(file)) if one.result == "fail"]
    assert [one.name for one in failed] == ["no document"]


def test_the_texts_are_what_their_names_say() -> None:
    assert TEXTS["empty text"] == ""
    assert TEXTS["white space only"].isspace()
    assert 100_000 <= len(TEXTS["100 kB text"]) < 120_000
    assert any(ord(char) > 0xFFFF for char in TEXTS["emoji"])
    assert "\r\n" in TEXTS["CRLF"]
    assert "\n" not in TEXTS["CRLF"].replace("\r\n", "")


def test_the_command_prints_what_passes_and_fails_and_ends_accordingly(bench, tmp_path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    code, out, err = bench("check", defective(good, ""))
    assert code == 0
    assert re.search(r"determinism +pass", out)
    assert err.endswith("all checks pass\n")
    code, out, err = bench("check", defective(bad, "text[0]"), "--format", "json")
    table = json.loads(out)
    assert code == 1
    assert table["schema"] == "eventbench.conformance/1"
    assert [row["check"] for row in table["rows"] if row["result"] == "fail"] == ["empty text"]
    assert err.endswith("1 of 17 checks fail\n")
    assert bench("check", defective(good, ""), "--quiet", "--format", "csv")[2] == ""


def test_what_does_not_load_is_said_in_a_line_with_its_exit_code(bench, tmp_path) -> None:
    (tmp_path / "broken.py").write_text("import no_such_module\n")
    (tmp_path / "leaves.py").write_text("import os\nos._exit(7)\n")
    (tmp_path / "nameless.py").write_text(
        "class A:\n    version = '1'\n    def extract(self, d): ...\n"
    )
    (tmp_path / "mute.py").write_text(
        "class A:\n    name, version = 'a', '1'\n    def extract(self, d): ...\n"
        "    def describe(self): return {'threads': 4}\n"
    )
    for system, code, said in [
        ("broken.py", 4, "broken.py: does not load: ModuleNotFoundError: No module named"),
        ("leaves.py", 4, "system 'leaves.py' does not load: its process ended with exit code 7"),
        ("nameless.py", 4, "system 'nameless.py' does not say what it is: AttributeError"),
        ("mute.py", 4, "system 'mute.py' does not say what it is: ValidationError"),
        ("cmd:false", 4, "command 'false', in the handshake: ended with exit code 1"),
        ("cmd:no-such-program", 2, "no program 'no-such-program'"),
        ("nothing", 2, "no system 'nothing'"),
        ("rules:x=1", 2, "system 'rules' has no option 'x'"),
    ]:
        ended, out, err = bench("check", system)
        assert (ended, out) == (code, "")
        assert said in err
        assert err.count("\n") == 1


def test_options_reach_the_system(tmp_path) -> None:
    file = tmp_path / "picky.py"
    text = SYSTEM.format(defect="").replace("__init__(self)", "__init__(self, size: int = 0)")
    file.write_text(text.replace("self.seen = 0", "self.seen = 1 // size"))
    with pytest.raises(SystemFailed, match="ZeroDivisionError"):
        check(str(file))
    assert {one.result for one in check(str(file), {"size": "1"})} == {"pass"}


def test_a_system_ends_with_whoever_checks_it_even_if_that_is_killed(tmp_path) -> None:
    defect = "open('pid', 'w').write(str(os.getpid())); open('ready', 'w'); time.sleep(1000)"
    command = [sys.executable, "-m", "bench", "check", defective(tmp_path, defect)]
    checking = subprocess.Popen(command, cwd=tmp_path)
    try:
        while not (tmp_path / "ready").exists() and checking.poll() is None:
            time.sleep(0.05)
    finally:
        checking.kill()
        checking.wait()
    system = Path("/proc", (tmp_path / "pid").read_text())
    for _ in range(400):
        if not system.exists() or ") Z " in (system / "stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the system lives on")


@pytest.mark.parametrize("name", ["rules", "spacy"])
def test_the_systems_that_ship_keep_the_protocol(name) -> None:
    assert [one for one in check(name) if one.result != "pass"] == []
