"""GenderGapTracker's quotes: of a checkout that `GENDERGAP` names, and what is said without one."""

import os
from pathlib import Path

import pytest

from bench import Document, load_system, open_corpus, run
from bench.validation import span_faults

TEXT = (
    "“We will rebuild the harbour by spring,” Mayor Ada Osei said on Monday.\r\n\r\n"
    "Officials told reporters that the rains had damaged two roads in Tema\u00a0East.\n"
)


@pytest.fixture(scope="module")
def system():
    pytest.importorskip("bson", reason="needs pymongo: pip install 'eventbench[gendergap]'")
    place = os.environ.get("GENDERGAP", "")
    if not place:
        pytest.skip("GENDERGAP names no checkout of GenderGapTracker")
    return load_system("gendergap", {"path": place})


def test_quotes_have_their_places_in_the_text_as_it_is(system, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = system.extract([Document(id="d", text=TEXT)])
    assert list(span_faults(found, TEXT)) == []
    assert [(q.kind, q.content.text, q.source.text, q.cue.text) for q in found.quotes] == [
        ("direct", "“We will rebuild the harbour by spring,”", "Mayor Ada Osei", "said"),
        ("indirect", "that the rains had damaged two roads in Tema\u00a0East", "Officials", "told"),
    ]  # fmt: skip
    assert (found.events, found.actors) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_it_runs_on_the_article(system) -> None:
    outcome = run(system, open_corpus("seed"))
    assert outcome.failures == ()
    assert len(outcome.predictions[0].quotes) > 5


def test_a_place_that_is_no_checkout_is_said(bench) -> None:
    code, _, err = bench("run", "-s", "gendergap")
    assert (code, "say where GenderGapTracker is checked out: --option path=FOLDER" in err) == (
        2,
        True,
    )
    code, _, err = bench("run", "-s", "gendergap:path=.")
    missing = Path("nlp") / "english" / "quote_extractor.py"
    assert (code, err) == (2, f"bench: gendergap: . is no checkout of it: {missing} is missing\n")
