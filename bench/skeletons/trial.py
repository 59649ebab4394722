"""Tests of the system ``skeleton``."""

from pathlib import Path

from bench import Document, check, load_system

SYSTEM = str(Path(__file__).with_name("skeleton.py"))
TEXT = "😀 Ada Osei met Luis Vega. They met again."


def test_it_finds_every_meeting() -> None:
    (found,) = load_system(SYSTEM).extract([Document(id="a", text=TEXT)])
    triggers = [event.trigger for event in found.events or ()]
    assert [TEXT[one.start : one.end] for one in triggers] == ["met", "met"]


def test_it_keeps_the_protocol() -> None:
    assert [one for one in check(SYSTEM) if one.result == "fail"] == []
