"""Systems that are programs: what they are asked, what they may answer, and all that goes wrong."""

import json
import os
import pickle
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Document, System, SystemFailed, UsageError, load_system
from bench.errors import DocumentFailed
from bench.running import protocol
from bench.schema import protocol_schema

BAD = shlex.join([sys.executable, str(Path(__file__).with_name("misbehaving.py"))])
DOCUMENTS = [Document(id=key, text=f"Text {key}.") for key in "abcd"]

GREETING = '{"protocol": "eventbench/1", "name": "x", "version": "1"}'
ECHO = '''
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "protocol" in asked:
        answer = {"protocol": "eventbench/1", "name": "echo", "version": "1"}
    else:
        answer = {"id": asked["id"], "text": asked["text"], "meta": asked["meta"]}
    print(json.dumps(answer), flush=True)
'''  # fmt: skip


def misbehaving(way: str, **options: str) -> System:
    return load_system(f"cmd:{BAD} {shlex.quote(way)}", options)


def driven(
    system: System, documents: Sequence[Document]
) -> tuple[list[str], dict[str, DocumentFailed]]:
    """What any runner does: after a failure the rest is asked again."""
    predicted, failed = [], {}
    rest = list(documents)
    while rest:
        try:
            predicted.extend(prediction.id for prediction in system.extract(iter(rest)))
            break
        except DocumentFailed as error:
            failed[error.id] = error
            rest = rest[[one.id for one in rest].index(error.id) + 1 :]
    return predicted, failed


def lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_is_named_and_gets_its_options() -> None:
    system = misbehaving("well", model="small", timeout="9")
    assert (system.name, system.version) == ("bad", "1")
    described = system.describe()
    assert described["model"] == "small"
    assert "timeout" not in described
    assert described["protocol"] == "eventbench/1"
    assert described["command"] == f"{BAD} well"
    assert driven(system, DOCUMENTS) == (["a", "b", "c", "d"], {})


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("ends", "ended with exit code 3"),
        ("dies", "was ended by signal 9 (SIGKILL)"),
        ("ends within a line", "code 0 after an unfinished line, '{\"id\": \"b\", \"ev'"),
        ("half a JSON", "answered '{\"id\": \"b\", \"ev', which is no JSON object"),
        ("chats", "answered 'Loading the model …', which is no JSON object"),
        ("no UTF-8", "which is no JSON object"),
        ("a list", "answered '[{\"id\": \"b\", \"events\": []}]', which is no JSON object"),
        ("wrong type", "Expected `str`, got `int` - at `$.events[0].type`"),
        ("unknown field", "Object contains unknown field `event`"),
        ("another document", "answered for document 'zzz' where 'b' was asked"),
        ("the next document", "answered for document 'c' where 'b' was asked"),
        ("a greeting", "\"version\": \"1\"}' where document 'b' was asked"),
        ("refuses", "failed: it is too long"),
        ("a line without end", "answered with 64 MiB or more at once"),
        ("noise, then ends", "exit code 1; its last words on stderr: 'out of memory'"),
    ],
)  # fmt: skip
def test_a_document_that_a_program_fails_on_costs_that_document(way, said) -> None:
    predicted, failed = driven(misbehaving(way), DOCUMENTS)
    assert predicted == ["a", "c", "d"]
    assert failed.keys() == {"b"}
    message = str(failed["b"])
    assert said in message
    assert message.startswith("command ")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("hangs", "no answer within 0.5 s"),
        ("hangs within a line", 'no answer within 0.5 s, but an unfinished line, \'{"id": "b"'),
    ],
)
def test_a_document_without_an_answer_costs_that_document(way, said) -> None:
    predicted, failed = driven(misbehaving(way, timeout="0.5"), DOCUMENTS)
    assert predicted == ["a", "c", "d"]
    assert said in str(failed["b"])
    assert failed["b"].status == "timeout"


def test_a_document_that_is_answered_twice_is_yielded_twice() -> None:
    assert driven(misbehaving("twice"), DOCUMENTS) == (["a", "b", "b", "c", "d"], {})
    # After the last document of a batch too, and the next batch is not mixed up with it.
    system = misbehaving("twice")
    assert driven(system, DOCUMENTS[:2]) == (["a", "b", "b"], {})
    assert driven(system, DOCUMENTS[2:]) == (["c", "d"], {})


def test_a_document_that_is_answered_without_end_costs_another_one_at_most() -> None:
    predicted, failed = driven(misbehaving("without end"), DOCUMENTS)
    assert predicted == ["a", "b", "b", "d"]
    assert "answered for document 'b' where 'c' was asked" in str(failed["c"])
    assert driven(misbehaving("without end"), DOCUMENTS[:2]) == (["a", "b", "b"], {})


def test_a_million_lines_of_noise_on_stderr_do_no_harm() -> None:
    assert driven(misbehaving("noise"), DOCUMENTS) == (["a", "b", "c", "d"], {})


def test_a_batch_that_is_broken_off_is_not_mixed_up_with_the_next() -> None:
    system = misbehaving("twice")
    taken = system.extract(iter(DOCUMENTS))
    assert [next(taken).id, next(taken).id] == ["a", "b"]
    taken.close()
    assert driven(system, DOCUMENTS[2:]) == (["c", "d"], {})


@pytest.mark.parametrize(
    ("command", "options", "kind", "said"),
    [
        ("false", {}, SystemFailed, "command 'false', in the handshake: ended with exit code 1"),
        ("echo hello", {}, SystemFailed, "answered 'hello', which is no JSON object"),
        ("cat", {}, SystemFailed, "Object contains unknown field `options`"),
        ("""echo '{"id": "a"}'""", {}, SystemFailed, "answered for a document that nobody asked"),
        ("""echo '{"protocol": "eventbench/9"}'""", {}, SystemFailed,
         "speaks 'eventbench/9'; expected 'eventbench/1'"),
        ("sleep 1000", {"start": "0.3"}, SystemFailed, "in the handshake: no answer within 0.3 s"),
        ("sh -c 'echo no model >&2; exit 2'", {}, SystemFailed,
         "exit code 2; its last words on stderr: 'no model'"),
        ("no-such-program x", {}, UsageError, "no program 'no-such-program': No such file"),
        (__file__, {}, UsageError, "Permission denied"),
        ("", {}, UsageError, "expected cmd:PROGRAM"),
        ("sh 'x", {}, UsageError, "No closing quotation"),
        ("cat", {"timeout": "soon"}, UsageError, "option 'timeout' of a command is 'soon'"),
        ("cat", {"start": "nan"}, UsageError, "expected seconds above 0"),
    ],
)  # fmt: skip
def test_a_program_that_does_not_load_is_refused_in_a_line(command, options, kind, said) -> None:
    with pytest.raises(kind) as raised:
        load_system(f"cmd:{command}", options)
    assert raised.type is kind
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_command_line_says_what_went_wrong_by_its_exit_code(bench, tmp_path) -> None:
    texts = "".join(json.dumps({"id": i, "text": "x", "events": []}) + "\n" for i in "abcd")
    (tmp_path / "gold.jsonl").write_text(texts)

    def run(command: str) -> tuple[int, str]:
        common = ("--corpus", "gold.jsonl", "-m", "events.trigger", "--name", "x", "--out", ".")
        code, _, err = bench("run", "--system", f"cmd:{command}", *common)
        return code, err

    assert run("false") == (
        4, "bench: command 'false', in the handshake: ended with exit code 1\n",
    )  # fmt: skip
    assert run("no-such-program")[0] == 2
    code, err = run(f"{BAD} ends")
    assert (code, "Traceback" in err) == (0, False)
    (failure,) = json.loads((tmp_path / "x" / "run.json").read_text())["failures"]
    assert failure["id"] == "b"
    assert "ended with exit code 3" in failure["message"]
    assert run(f"{BAD} twice")[0] == 0
    (failure,) = json.loads((tmp_path / "x" / "run.json").read_text())["failures"]
    assert (failure["id"], failure["status"]) == ("b", "invalid")


def test_a_program_ends_with_its_system() -> None:
    system = misbehaving("well")
    pid = system.describe()["pid"]
    assert lives(pid)
    system.close()
    assert not lives(pid)


@pytest.mark.parametrize(
    ("then", "said"),
    [("sleep 1000", "no answer within 0.5 s"), ("exit 5", "ended with exit code 5")],
)
def test_what_a_program_started_is_ended_with_it(tmp_path, then, said) -> None:
    script = tmp_path / "parent.sh"
    script.write_text(
        f"sleep 1000 2>&- >&- &\necho $! > pid\nread x\necho '{GREETING}'\nread x\n{then}\n"
    )
    command = shlex.join(["sh", "-c", f"cd {shlex.quote(str(tmp_path))}; . ./parent.sh"])
    _, failed = driven(load_system(f"cmd:{command}", {"timeout": "0.5"}), DOCUMENTS[:1])
    assert said in str(failed["a"])
    assert _is_gone((tmp_path / "pid").read_text().strip())


def _is_gone(pid: str) -> bool:
    """Whether a process has ended; whoever inherited it may not have noticed yet."""
    for _ in range(200):
        stat = Path(f"/proc/{pid}/stat")
        if not lives(pid) or (stat.exists() and ") Z " in stat.read_text()):
            return True
        time.sleep(0.05)
    return False


def test_a_program_that_does_not_read_is_not_waited_for() -> None:
    script = f"read x; echo '{GREETING}'; exec sleep 1000"
    system = load_system(f"cmd:{shlex.join(['sh', '-c', script])}", {"timeout": "0.3"})
    _, failed = driven(system, [Document(id="a", text="x" * (1 << 21))])
    assert "no answer within 0.3 s" in str(failed["a"])


def test_an_interrupt_ends_the_program(tmp_path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "b", "text": "x", "events": []}\n')
    script = tmp_path / "hang.sh"
    script.write_text(
        f"echo $$ > pid\nread x\necho '{GREETING}'\nread x\necho asked > asked\nsleep 1000\n"
    )
    command = "bench run --system 'cmd:sh hang.sh' --corpus gold.jsonl --out ."
    running = subprocess.Popen(
        [sys.executable, "-m", *shlex.split(command)], cwd=tmp_path, stderr=subprocess.PIPE
    )
    try:
        while not (tmp_path / "asked").exists() and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode != 0
    assert b"Traceback" not in err
    assert _is_gone((tmp_path / "pid").read_text().strip())


def test_a_failure_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(DocumentFailed("no answer", "b", "timeout")))
    assert (str(sent), sent.id, sent.status) == ("no answer", "b", "timeout")


def test_a_system_that_is_a_program_can_be_sent_to_another_process() -> None:
    system = misbehaving("ends", model="small")
    other = pickle.loads(pickle.dumps(system))
    assert other.describe()["pid"] != system.describe()["pid"]
    assert other.describe()["model"] == "small"
    assert driven(other, DOCUMENTS)[0] == ["a", "c", "d"]


FORKED = """
import os, sys
from bench import Document, load_system

system = load_system(sys.argv[1])
documents = [Document(id=key, text="x") for key in "acd"]
assert [one.id for one in system.extract(documents[:1])] == ["a"]
child = os.fork()
if child == 0:
    os._exit(0 if [one.id for one in system.extract(documents)] == ["a", "c", "d"] else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert [one.id for one in system.extract(documents[1:])] == ["c", "d"]
os.kill(int(system.describe()["pid"]), 0)
"""


def test_a_fork_asks_a_program_of_its_own() -> None:
    command = [sys.executable, "-c", FORKED, f"cmd:{BAD} well"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    script = tmp_path_factory.mktemp("echo") / "echo.py"
    script.write_text(ECHO)
    system = load_system(f"cmd:{shlex.join([sys.executable, str(script)])}")
    yield system
    system.close()


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=5,
)
_documents = st.lists(
    st.builds(
        Document,
        id=_texts,
        text=_texts,
        meta=st.dictionaries(_texts, _values, max_size=3),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


@settings(max_examples=40)
@given(documents=_documents)
def test_any_document_arrives_as_it_is(echo, documents) -> None:
    assert list(echo.extract(documents)) == documents


@given(documents=_documents)
def test_a_question_is_one_line_whatever_is_taken_for_its_end(documents) -> None:
    for document in documents:
        line = protocol.question(document).decode()
        assert line.splitlines() == [line.removesuffix("\n")]
        assert json.loads(line) == {
            "id": document.id, "text": document.text, "meta": document.meta,
        }  # fmt: skip


def test_labels_are_never_sent() -> None:
    gold = Document(id="a", text="x", actors=(), events=(), quotes=())
    assert json.loads(protocol.question(gold)) == {"id": "a", "text": "x", "meta": {}}


def test_all_lines_keep_the_published_schema(root, bench) -> None:
    schema = json.loads(protocol_schema())
    assert bench("schema", "protocol")[1] == (root / "docs" / "protocol.schema.json").read_text()
    check = jsonschema.Draft202012Validator
    asked = check({"$ref": "#/$defs/asked", "$defs": schema["$defs"]})
    answered = check({"$ref": "#/$defs/answered", "$defs": schema["$defs"]})
    asked.validate(json.loads(protocol.hello({"model": "small"})))
    asked.validate(json.loads(protocol.question(DOCUMENTS[0])))
    for line in (
        b'{"protocol": "eventbench/1", "name": "x", "version": "1", "details": {"a": "b"}}',
        b'{"id": "a", "events": [{"type": "AID", "trigger": {"start": 0, "end": 1}}]}',
        b'{"id": "a", "error": "too long"}',
    ):
        answered.validate(json.loads(line))
        assert not isinstance(protocol.answer(line), bytes)
    for line in (
        b'{"protocol": "eventbench/2", "name": "x", "version": "1"}',
        b'{"id": 3}',
        b'{"error": "too long"}',
        b'{"id": "a", "error": "too long", "events": []}',
    ):
        assert not answered.is_valid(json.loads(line))
        with pytest.raises(protocol.NoPrediction):
            protocol.answer(line)


def test_the_page_shows_lines_that_keep_the_schema(root) -> None:
    page = (root / "docs" / "protocol.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("{")]
    assert len(lines) == 5
    for line in lines:
        jsonschema.validate(json.loads(line), json.loads(protocol_schema()))
    assert msgspec.json.decode(lines[2], type=protocol.Question).text[11:14] == "met"
