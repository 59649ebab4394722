"""Tests of the system ``skeleton``."""

import shlex
import shutil
from pathlib import Path

import pytest

from bench import Document, check, load_system

NEEDED = "jq"
PROGRAM = Path(__file__).with_name("skeleton.sh")
SYSTEM = "cmd:" + shlex.join(["sh", str(PROGRAM)])
TEXT = "😀 Ada Osei met Luis Vega. They met again."

pytestmark = pytest.mark.skipif(shutil.which(NEEDED) is None, reason=f"{NEEDED} is not installed")


def test_it_finds_every_meeting() -> None:
    (found,) = load_system(SYSTEM).extract([Document(id="a", text=TEXT)])
    triggers = [event.trigger for event in found.events or ()]
    assert [TEXT[one.start : one.end] for one in triggers] == ["met", "met"]


def test_it_keeps_the_protocol() -> None:
    assert [one for one in check(SYSTEM) if one.result == "fail"] == []
