"""The program of compromise, spoken to as the command protocol says."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bench.systems.compromise import PROGRAM
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Document
from bench.validation import span_faults

HELLO = {"protocol": "eventbench/1", "options": {}}
ROOT = Path(__file__).resolve().parent.parent

Ask = Callable[[dict[str, Any]], dict[str, Any]]


def start(node: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [node, PROGRAM], cwd=folder, env={**os.environ, **environment}, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    return found


@pytest.fixture(scope="module")
def ask(node) -> Iterator[Ask]:
    places = [os.environ.get("NODE_PATH", ""), str(ROOT / ".venv" / "node_modules")]
    program = start(node, ROOT, NODE_PATH=os.pathsep.join(filter(None, places)))

    def call(message: dict[str, Any]) -> dict[str, Any]:
        program.stdin.write(json.dumps(message) + "\n")
        program.stdin.flush()
        return json.loads(program.stdout.readline())

    try:
        call(HELLO)
    except (BrokenPipeError, json.JSONDecodeError):
        pytest.skip(program.communicate()[1].strip())
    yield call
    program.communicate()


def read(ask: Ask, text: str) -> Document:
    answer = ask({"id": "d", "text": text, "meta": {}})
    found = msgspec.convert(answer, Document)
    assert list(span_faults(found, text)) == []
    return found


def actors(document: Document) -> set[tuple[str, tuple[str, ...]]]:
    return {(one.type, tuple(m.text for m in one.mentions)) for one in document.actors}


def test_it_says_who_it_is_each_time_it_is_asked(ask) -> None:
    ready = ask(HELLO)
    assert (ready["protocol"], ready["name"], ready["version"]) == (
        "eventbench/1", "compromise", "1",
    )  # fmt: skip
    assert set(ready["details"]) == {"compromise", "node"}
    assert ask(HELLO) == ready


def test_names_have_no_title_no_ending_and_no_punctuation(ask) -> None:
    text = "😀 President John Smith met Dr. Mary Jones, in Brazil's hub. Mary Jones left Microsoft."
    assert actors(read(ask, text)) == {
        ("PER", ("John Smith",)), ("PER", ("Mary Jones", "Mary Jones")), ("GPE", ("Brazil",)),
        ("ORG", ("Microsoft",)),
    }  # fmt: skip


def test_names_that_punctuation_parts_are_two(ask) -> None:
    found = read(ask, "She flew to Paris, France and met Google; Microsoft declined.")
    assert {("GPE", ("Paris",)), ("GPE", ("France",))} <= actors(found)
    assert not any("," in m.text or ";" in m.text for a in found.actors for m in a.mentions)


@pytest.mark.parametrize("marks", ["“”", '""', "‘’"])
def test_a_quotation_has_its_marks_and_nothing_else(ask, marks) -> None:
    text = f"😀\nIt rained. {marks[0]}We will win the vote,{marks[1]} she said (twice)."
    (quote,) = read(ask, text).quotes
    assert quote.content.text == f"{marks[0]}We will win the vote,{marks[1]}"
    assert (quote.kind, quote.source, quote.cue) == ("direct", None, None)


def test_a_quotation_does_not_run_into_the_next_paragraph(ask) -> None:
    found = read(ask, "“We lost everything.\n“We won the vote,” she said.")
    assert not any("\n" in quote.content.text for quote in found.quotes)


_words = st.sampled_from([
    "“", "”", "‘", "’", '"', "'", "\n", "\r\n", "\u2028", "😀", "e\u0301", "\u200f", "\t", ",", ".",
    "(", ")", ";", "said", "Mr.", "John", "Smith’s", "Paris", "France", "U.N.", "Microsoft",
    "won’t", "can't", "the", "<b>", "&amp;", "1/2", "$5",
])  # fmt: skip


@settings(max_examples=100)
@given(words=st.lists(_words, max_size=30), gap=st.sampled_from(["", " ", "  "]))
def test_any_text_is_read_and_every_span_fits_it(ask, words, gap) -> None:
    text = gap.join(words)
    assert read(ask, text) == read(ask, text)


def test_without_the_package_it_says_how_to_get_it(node, tmp_path) -> None:
    program = start(node, tmp_path, NODE_PATH="")
    options = {"modules": str(tmp_path)}
    out, err = program.communicate(json.dumps({**HELLO, "options": options}) + "\n")
    assert (out, program.returncode) == ("", 1)
    assert err == f"run: npm install compromise; it is not in {tmp_path}\n"
