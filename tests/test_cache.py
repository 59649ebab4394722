"""Predictions are taken over where all that they depend on is the same, and nowhere else."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bench import Document
from bench.running.cache import Cache
from bench.running.identity import Identity, Key, keys
from bench.running.messages import Finished

MINE = """
import os, random
from bench import Document

class Mine:
    name, version = "mine", "1"

    def __init__(self, word: str = "a", times: int = 1):
        pass

    def describe(self):
        return {"prompt": "find all", "model sha256": "00"}

    def extract(self, documents):
        for document in documents:
            with open("asked.log", "a") as log:
                print(document.id, file=log)
            if document.text == "bad":
                raise RuntimeError
            yield Document(id=document.id, events=(), meta={"drawn": random.random()})
"""
GOLD = [
    {"id": "a", "text": "one", "events": [], "meta": {"lang": "en"}},
    {"id": "b", "text": "two", "events": []},
    {"id": "c", "text": "bad", "events": []},
]


@pytest.fixture
def cached(bench, tmp_path, monkeypatch):
    """Run with the cache; returns the documents that the system was asked for, each once."""
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in GOLD))

    def run(*more: object, system: str = "mine.py:Mine") -> list[str]:
        (tmp_path / "asked.log").write_text("")
        arguments = ("run", "-s", system, "--corpus", "gold.jsonl", "--name", "x", "-q")
        code, _, err = bench(*arguments, "--cache", *more)
        assert code == 0, err
        return sorted(set((tmp_path / "asked.log").read_text().split()))

    assert run() == ["a", "b", "c"]
    return run


def test_what_was_predicted_is_not_asked_again_but_what_failed_is(cached, tmp_path) -> None:
    predictions = tmp_path / "results" / "x" / "predictions.jsonl"
    before = predictions.read_bytes()
    assert cached() == ["c"]
    assert cached("-j", "2", "--batch", "1", "--retries", "1", "--timeout", "9") == ["c"]
    assert predictions.read_bytes() == before
    cost = json.loads((tmp_path / "results" / "x" / "run.json").read_text())["cost"]
    assert (cost["documents"], cost["fresh"]) == (2, 1)
    assert cost["wall"]["total"] > 0


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("name", '"mine", "1"', '"thine", "1"'),
        ("version", '"mine", "1"', '"mine", "2"'),
        ("code", "# nothing", "# nothing at all"),
        ("default of an option", 'word: str = "a"', 'word: str = "b"'),
        ("prompt", "find all", "find some"),
        ("model", '"00"', '"01"'),
    ],
)
def test_what_changes_in_a_system_changes_the_key(cached, tmp_path, what, old, new) -> None:
    code = MINE + "# nothing\n"
    (tmp_path / "mine.py").write_text(code)
    assert cached() == ["a", "b", "c"]
    assert cached() == ["c"]
    (tmp_path / "mine.py").write_text(code.replace(old, new))
    assert cached() == ["a", "b", "c"], what


def test_the_code_that_a_file_imports_from_its_folder_counts(cached, tmp_path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "helping.py").write_text("")
    (tmp_path / "mine.py").write_text("import helping\n" + MINE)
    assert cached() == ["a", "b", "c"]
    (tmp_path / "unused.py").write_text("")
    assert cached() == ["c"]
    (tmp_path / "helping.py").write_text("x = 1\n")
    assert cached() == ["a", "b", "c"]


def test_all_of_a_package_counts(cached, tmp_path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "mypackage"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text(MINE)
    (package / "words.txt").write_text("met")
    assert cached(system="mypackage.inner:Mine") == ["a", "b", "c"]
    assert cached(system="mypackage.inner:Mine") == ["c"]
    (package / "words.txt").write_text("said")
    assert cached(system="mypackage.inner:Mine") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("option", "again"),
    [
        (("--option", "word=b"), ["a", "b", "c"]),
        (("--option", "times=2"), ["a", "b", "c"]),
        (("--option", "word=a"), ["c"]),
        (("--seed", "1"), ["a", "b", "c"]),
    ],
)
def test_options_count_with_their_defaults_and_so_does_the_seed(cached, option, again) -> None:
    assert cached(*option) == again


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"text": "other"}, ["a", "c"]),
        ({"meta": {"lang": "de"}}, ["a", "c"]),
        ({"id": "aa"}, ["aa", "c"]),
        ({"quotes": []}, ["c"]),
    ],
)
def test_what_a_system_sees_of_a_document_counts_and_gold_does_not(
    cached, tmp_path, change, again
) -> None:
    lines = [{**GOLD[0], **change}, *GOLD[1:]]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    assert cached() == again


def test_every_field_of_the_key_changes_its_digest() -> None:
    key = Key("s", "1", {"a": "b"}, {"c": "d"}, "code", "document", 0, "0.1")
    others = {
        "system": "t", "version": "2", "details": {"a": "c"}, "options": {"c": "e"}, "code": "edoc",
        "document": "d", "seed": 1, "eventbench": "0.2",
    }  # fmt: skip
    assert others.keys() == set(Key.__struct_fields__)
    digests = {
        Key(**{**{f: getattr(key, f) for f in others}, f: v}).digest for f, v in others.items()
    }
    assert len(digests | {key.digest}) == len(others) + 1


def test_what_is_kept_is_counted_and_forgotten(cached, bench) -> None:
    code, out, err = bench("cache", "info", "--format", "json")
    assert code == 0
    (row,) = json.loads(out)["rows"]
    assert (row["system"], row["version"], row["documents"]) == ("mine", "1", 2)
    assert "predictions.sqlite3" in err
    assert bench("cache", "clear", "-s", "thine")[2] == "bench: 0 predictions are forgotten\n"
    assert bench("cache", "clear")[2] == "bench: 2 predictions are forgotten\n"
    assert json.loads(bench("cache", "info", "--format", "json")[1])["rows"] == []
    assert cached() == ["a", "b", "c"]


def test_without_the_option_nothing_is_kept(bench, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    assert bench("run", "-s", "rules", "-q", "--name", "x")[0] == 0
    assert not (tmp_path / "cache").exists()
    assert bench("cache", "info")[0] == 0
    assert bench("cache", "clear")[2] == "bench: 0 predictions are forgotten\n"


@pytest.mark.parametrize("content", [b"this is no database" * 100, None])
def test_a_file_that_is_no_cache_is_one_clear_line(bench, tmp_path, monkeypatch, content) -> None:
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "cache" / "predictions.sqlite3"
    file.parent.mkdir()
    if content is None:
        with sqlite3.connect(file) as other:
            other.execute("PRAGMA user_version = 99")
        other.close()
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    for arguments in (("run", "-s", "rules", "--cache"), ("cache", "info"), ("cache", "clear")):
        code, out, err = bench(*arguments)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "predictions.sqlite3" in err
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("results/*"))


def test_a_place_that_cannot_be_written_is_one_clear_line(bench, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "file" / "cache"))
    code, out, err = bench("run", "-s", "rules", "--cache")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_what_somebody_else_wrote_is_made_again(cached, tmp_path) -> None:
    with sqlite3.connect(tmp_path / "cache" / "predictions.sqlite3") as file:
        file.execute("UPDATE predictions SET value = '{\"id\": 5}'")
    file.close()
    assert cached() == ["a", "b", "c"]
    assert cached() == ["c"]


WRITER = """
import sys
from pathlib import Path
from bench.running.cache import Cache
from bench.running.identity import Identity
from bench.running.messages import Finished

cache, who = Cache(Path(sys.argv[1])), sys.argv[2]
for i in range(40):
    made = [(f"{who}-{i}", Finished(who)), ("shared", Finished("x"))]
    cache.put(Identity("s", "1", {}, {}, ""), made)
    assert f"{who}-{i}" in cache.get([f"{who}-{i}"])
"""


def test_many_may_write_at_once(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "cache.sqlite3"
    command = [sys.executable, "-c", WRITER, str(file)]
    writers = [
        subprocess.Popen([*command, str(i)], stderr=subprocess.PIPE, text=True) for i in range(5)
    ]
    for writer in writers:
        _, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
    (held,) = Cache(file).info()
    assert held.documents == 5 * 40 + 1


def test_more_keys_than_fit_in_one_query_are_found(tmp_path: Path) -> None:
    identity = Identity("s", "1", {}, {}, "")
    documents = [Document(id=str(i), text="x") for i in range(1234)]
    keyed = keys(identity, documents, 0)
    cache = Cache(tmp_path / "cache.sqlite3")
    assert cache.get(keyed.values()) == {}
    cache.put(identity, ((keyed[d.id], Finished(d.id)) for d in documents))
    found = cache.get(keyed.values())
    assert {found[key].id for key in keyed.values()} == {d.id for d in documents}
    cache.put(identity, [("failed", Finished("failed", "error"))])
    assert cache.get(["failed"]) == {}
