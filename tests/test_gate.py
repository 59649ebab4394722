"""The gate: what holds, what does not, and that all that it says and returns agrees."""

import json
import xml.etree.ElementTree as ET

import pytest

GOLD = [
    {"id": f"d{i:02}", "text": "aaaa bbbb cccc dddd eeee",
     "events": [{"type": "AID", "trigger": {"start": 5 * k, "end": 5 * k + 4}} for k in range(4)]}
    for i in range(40)
]  # fmt: skip
SYSTEM = """
from bench import Document, Event, Span


class Share:
    name, version = "share", "1"

    def __init__(self, missing: int = 0, every: int = 1, fails: int = 0):
        self.missing, self.every, self.fails = missing, every, fails

    def describe(self):
        return {}

    def extract(self, documents):
        for document in documents:
            number = int(document.id[1:])
            if number < self.fails:
                raise RuntimeError("no")
            kept = 4 - (self.missing if number % self.every == 0 else 0)
            yield Document(id=document.id, events=tuple(
                Event(type="AID", trigger=Span(start=5 * k, end=5 * k + 4)) for k in range(kept)
            ))
"""
MEASURES = ["-m", "events.trigger", "-m", "events.trigger.type"]


@pytest.fixture
def gate(bench, tmp_path):
    """Runs a system with some options and holds it against one that finds everything."""
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in GOLD))
    (tmp_path / "share.py").write_text(SYSTEM)

    def call(name: str, *options: str, policy: str = "", more: tuple[object, ...] = ()):
        for run, given in (("base", ()), (name, options)):
            made = [part for one in given for part in ("--option", one)]
            code, _, err = bench("run", "-s", "share.py:Share", *made, "--corpus", "gold.jsonl",
                                 "--name", run, "-q", *MEASURES)  # fmt: skip
            assert code == 0, err
        plain = "[gate]\ndrop = 2\nsignificant = false"
        (tmp_path / "bench.toml").write_text(policy or plain)
        return bench("gate", f"results/{name}", "--baseline", "results/base", *more)

    return call


def test_what_is_as_good_passes(gate) -> None:
    code, out, err = gate("same")
    assert code == 0
    assert out.count("ok ") == 2
    assert err == "bench: same against base: all 2 checks hold\n"


def test_a_drop_beyond_what_is_allowed_is_a_regression_wherever_it_is_said(
    gate, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    code, out, err = gate("less", "missing=1", more=("--junit", "j.xml", "--github"))
    assert code == 1
    assert "14.29 points where 2.00 are allowed" in out
    assert "::error title=bench gate, events.trigger.type::100.00 → 85.71, 14.29 points" in out
    assert err.startswith("bench: less against base: 2 of 2 checks do not hold")
    suite = ET.parse(tmp_path / "j.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "2", "0")
    assert [case.find("failure") is not None for case in suite] == [True, True]
    assert "2 of 2 checks do not hold" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("[gate]\ndrop = 20\nsignificant = false", 0),
        ("[gate]", 1),
        ('[gate]\nsignificant = false\ndrop = "15%"', 0),
        ('[gate]\nsignificant = false\ndrop = "14%"', 1),
        ('[gate]\ndrop = 20\n[gate.measures."events.trigger.type"]\nmin = 90', 1),
        ('[gate]\ndrop = 20\n[gate.measures."events.trigger.type"]\nmin = 85', 0),
        ('[gate]\n[gate.measures."events.trigger.type"]\ndrop = 20', 1),
        ('[gate]\ndrop = 20\n[gate.measures."quotes.cue"]\nmin = 5', 1),
    ],
)
def test_the_policy_says_what_is_allowed(gate, policy, code) -> None:
    assert gate("less", "missing=1", policy=policy)[0] == code


def test_a_drop_that_may_be_chance_can_be_let_through(gate) -> None:
    code, out, _ = gate("few", "missing=1", "every=20", policy="[gate]")
    assert (code, "which may be chance (p = 1.000)" in out) == (0, True)
    assert gate("many", "missing=1", "every=2", policy="[gate]")[0] == 1


def test_a_system_that_fails_is_not_only_worse(gate) -> None:
    code, out, _ = gate("broken", "fails=1", policy="[gate]\ndrop = 100")
    assert code == 4
    assert "0 → 1, 0 are allowed" in out
    assert gate("broken", "fails=1", policy="[gate]\ndrop = 100\nfailed = 1")[0] == 0


def test_a_layer_that_is_not_attempted_any_more_is_a_regression(bench, gate) -> None:
    gate("same")
    bench("run", "-s", "share.py:Share", "--corpus", "gold.jsonl", "-q", "--name", "part",
          "-m", "events.trigger")  # fmt: skip
    code, out, _ = bench("gate", "results/part", "--baseline", "results/base")
    assert (code, "is not measured any more" in out) == (1, True)


def test_other_ends(bench, gate, tmp_path) -> None:
    assert gate("same", policy="[gate]\ndorp = 1")[0] == 2
    code, _, err = gate("same", policy="[gate]\ndorp = 1")
    assert err == (
        "bench: bench.toml: gate: Object contains unknown field `dorp`; did you mean drop?\n"
    )
    assert gate("same", policy='[gate]\ndrop = "much"')[0] == 2
    assert gate("same", policy='[gate.measures."events.triger"]')[0] == 2
    assert gate("same", policy="[gate")[0] == 2
    code, _, err = gate("same", more=("--policy", "none.toml"))
    assert (code, err) == (2, "bench: no policy 'none.toml': there is no such file\n")
    bench("run", "-s", "rules", "-m", "events.trigger", "--name", "seed", "-q")
    (tmp_path / "bench.toml").unlink()
    assert bench("gate", "results/seed", "--baseline", "results/base")[0] == 3


def test_a_new_baseline_is_accepted_on_demand(bench, gate, tmp_path) -> None:
    code, out, err = gate("less", "missing=1", more=("--update-baseline",))
    assert code == 0
    assert "14.29 points where 2.00 are allowed" in out
    assert "results/less is now the baseline results/base" in err
    for name in ("run.json", "scores.json", "predictions.jsonl"):
        both = [(tmp_path / "results" / run / name).read_bytes() for run in ("less", "base")]
        assert both[0] == both[1]
    assert bench("gate", "results/less", "--baseline", "results/base")[0] == 0
