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
    said = "::error title=bench gate events.trigger.type::regression: 100.00 → 85.71, 14.29 points"
    assert said in err
    assert "bench: less against base: regression: 2 of 2 checks do not hold\n" in err
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
        ('[gate]\ndrop = 20\n[gate.measures."events.trigger@exact"]\nmin = 90', 1),
        ("[gate]\ndrop = 20\nslower = 1e9", 0),
        ('[gate]\ndrop = 20\ncoverage = "100%"', 0),
        ("[gate]\ndrop = 20\ncoverage = 41", 4),
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


@pytest.fixture
def same(bench, gate, tmp_path):
    """Holds a run against one that is as good, by a policy; returns code and stderr."""
    gate("same")

    def call(policy: str, *more: object) -> tuple[int, str]:
        (tmp_path / "bench.toml").write_text(policy)
        code, _, err = bench("gate", "results/same", "--baseline", "results/base", *more)
        return code, err

    return call


POLICIES = [
    ("[gate]\ndorp = 1", "gate: Object contains unknown field `dorp`; did you mean drop?"),
    ("[gate]\nmeasurez = 1", "unknown field `measurez`; did you mean measures?"),
    ("gate = 3", "gate: Expected `object`, got `int`"),
    ('[gate.measures."events.trigger"]\nmni = 3',
     "gate.measures.'events.trigger': Object contains unknown field `mni`; did you mean min?"),
    ('[gate.measures."events.triger"]', "no item 'events.triger'; did you mean events.trigger"),
    ('[gate.measures."events.trigger"]\n[gate.measures."events.trigger@exact"]',
     "'events.trigger' stands there twice, as 'events.trigger@exact' too"),
    ('[gate.measures."quotes.cue"]\nmin = 5',
     "gate: the policy names quotes.cue, which neither run has; known: events.trigger, events."),
    ("[gate.cost]\nusd = 1", "limits the cost in usd, which neither run has; known: cpu, memory"),
    ('[gate.cost]\nusd = "dear"', "gate.cost.usd: 'dear', expected a number such as 1.5"),
    ('[gate]\ndrop = "much"', "gate.drop: 'much', expected points such as 2.0, or '5%'"),
    ("[gate]\ndrop = -1", "gate.drop: -1.0, expected points"),
    ("[gate]\ndrop = nan", "gate.drop: nan, expected points"),
    ('[gate.measures."events.trigger"]\ndrop = "%"', "'events.trigger'.drop: '%', expected"),
    ('[gate.measures."events.trigger"]\nmin = nan', ".min: nan, expected 0 to 100"),
    ("[gate]\nlevel = 5", "gate.level: 5, expected 0 to 1"),
    ("[gate]\nslower = -2", "gate.slower: -2, expected 0 or more"),
    ('[gate]\nfailed = "x%"', "gate.failed: 'x%', expected a number such as 2"),
    ('[gate]\ncoverage = "101%"', "gate.coverage: '101%', expected at most '100%'"),
    ("[gate", "bench.toml: not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "said"), POLICIES)
def test_what_is_no_policy_is_refused_in_a_line(same, policy, said) -> None:
    code, err = same(policy)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_a_policy_that_is_asked_for_must_be_there(same, tmp_path) -> None:
    missing = "bench: no policy 'none.toml': there is no such file\n"
    assert same("[gate]", "--policy", "none.toml") == (2, missing)
    (tmp_path / "other.toml").write_text("[gaet]\ndrop = 1")
    assert same("", "--policy", "other.toml") == (2, "bench: other.toml: holds no table [gate]\n")
    (tmp_path / "pyproject.toml").write_text("tool = 3")
    assert same("") == (2, "bench: pyproject.toml: expected a table [tool.bench.gate]\n")


def test_runs_on_other_gold_are_not_compared(bench, gate, tmp_path) -> None:
    gate("same")
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


def test_the_first_baseline_is_accepted_on_demand_and_nothing_else_is_replaced(
    bench, gate, tmp_path
) -> None:
    gate("same")
    code, _, err = bench("gate", "results/same", "--baseline", "new")
    assert (code, err) == (2, "bench: no run 'new': there is no run.json in it\n")
    code, out, err = bench("gate", "results/same", "--baseline", "new", "--update-baseline")
    assert code == 0
    assert "nothing to compare with: no run 'new'" in out
    assert "events.trigger.type  100.00" in out
    assert err.startswith("bench: same against new: nothing is checked\n")
    assert bench("gate", "results/same", "--baseline", "new")[0] == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    code, _, err = bench("gate", "results/same", "--baseline", "mine", "--update-baseline")
    assert (code, err) == (2, "bench: mine: is there and is no run; it is not replaced\n")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_baseline_on_other_gold_or_that_cannot_be_read_is_renewed(bench, gate, tmp_path) -> None:
    gate("same")
    bench("run", "-s", "rules", "-m", "events.trigger", "--name", "seed", "-q")
    code, out, _ = bench("gate", "results/same", "--baseline", "results/seed", "--update-baseline")
    assert (code, "base was scored" not in out, "seed was scored on seed" in out) == (0, True, True)
    (tmp_path / "results" / "seed" / "run.json").write_text("{")
    assert bench("gate", "results/same", "--baseline", "results/seed")[0] == 2
    code, out, _ = bench("gate", "results/same", "--baseline", "results/seed", "--update-baseline")
    assert (code, "Input data was truncated" in out) == (0, True)
    assert bench("gate", "results/same", "--baseline", "results/seed")[0] == 0


def test_a_baseline_that_cannot_be_replaced_stays(gate, tmp_path, monkeypatch) -> None:
    gate("same")
    base = tmp_path / "results" / "base"
    kept = {file.name: file.read_bytes() for file in base.iterdir()}
    rename = type(base).rename

    def failing(self, target):
        if self.name.startswith(".base.") and target == base:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    from bench import UsageError, runs

    monkeypatch.setattr(type(base), "rename", failing)
    with pytest.raises(UsageError, match="No space left on device"):
        runs.replace(base, tmp_path / "results" / "same")
    assert {file.name: file.read_bytes() for file in base.iterdir()} == kept
    assert sorted(path.name for path in base.parent.iterdir()) == ["base", "same"]


def edited(folder, **changes) -> None:
    file = folder / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def cut(name):
    def damage(folder) -> None:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])

    return damage


def one_cell_short(folder) -> None:
    """Scores of which a cell lacks a number, without a hash to notice it by."""
    edited(folder, files={})
    scores = json.loads((folder / "scores.json").read_text())
    scores["measures"]["events.trigger"]["units"]["d00"][""] = [1, 2]
    (folder / "scores.json").write_text(json.dumps(scores))


DAMAGES = [
    (lambda run: edited(run, schema="eventbench.run/0"),
     "run.json: schema 'eventbench.run/0', expected 'eventbench.run/1'; make it again: bench run"),
    (cut("run.json"), "run.json: Input data was truncated"),
    (lambda run: (run / "run.json").write_bytes(b'{"schema": "\xff"}'), "cannot be read: 'utf-8'"),
    (lambda run: (run / "run.json").unlink(), "there is no run.json in it"),
    (cut("scores.json"), "scores.json: is not what was saved with this run"),
    (cut("predictions.jsonl"), "predictions.jsonl: is not what was saved with this run"),
    (lambda run: (run / "predictions.jsonl").unlink(), "predictions.jsonl: cannot be read"),
    (one_cell_short, "this run cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize("damaged", ["base", "same"])
@pytest.mark.parametrize(("damage", "said"), DAMAGES)
def test_a_run_that_was_cut_or_edited_or_is_of_another_version_is_refused(
    bench, gate, tmp_path, damaged, damage, said
) -> None:
    gate("same")
    damage(tmp_path / "results" / damaged)
    code, out, err = bench("gate", "results/same", "--baseline", "results/base")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    if damaged == "same":
        before = (tmp_path / "results" / "base" / "run.json").read_bytes()
        assert bench("gate", "results/same", "--baseline", "results/base", "--update-baseline")[
            0
        ] == 2  # fmt: skip
        assert (tmp_path / "results" / "base" / "run.json").read_bytes() == before


def test_a_measure_that_the_baseline_lacks_can_only_be_held_to_its_least(
    bench, gate, tmp_path
) -> None:
    gate("less", "missing=1")
    bench("run", "-s", "share.py:Share", "--corpus", "gold.jsonl", "-q", "--name", "old",
          "-m", "events.trigger")  # fmt: skip

    def held(limits: str) -> tuple[int, str]:
        (tmp_path / "bench.toml").write_text("[gate]\ndrop = 50\nsignificant = false\n" + limits)
        return bench("gate", "results/less", "--baseline", "results/old")[:2]

    code, out = held("")
    assert (code, "85.71, and the baseline does not have it" in out) == (0, True)
    section = '[gate.measures."events.trigger.type"]\n'
    assert held(section + "min = 85")[0] == 0
    assert held(section + "min = 86")[0] == 1
    assert held(section + "drop = 3")[0] == 5


def documents(bench, tmp_path, gold, limits: str, *sides: tuple[str, list]) -> tuple[int, str, str]:
    """Runs that return what they are told, one held against the other."""
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(one) + "\n" for one in gold))
    (tmp_path / "told.py").write_text(SYSTEM.replace(
        "extract(self, documents):", "extract(self, documents):\n"
        "        import json, msgspec, pathlib\n"
        "        told = json.loads(pathlib.Path('told.json').read_text())\n"
        "        yield from (msgspec.convert(told[d.id], Document) for d in documents)\n"
        "        return\n"))  # fmt: skip
    for name, predictions in sides:
        (tmp_path / "told.json").write_text(json.dumps({one["id"]: one for one in predictions}))
        assert bench("run", "-s", "told.py:Share", "--corpus", "gold.jsonl", "-q", "--name", name,
                     *MEASURES)[0] == 0  # fmt: skip
    (tmp_path / "bench.toml").write_text(limits)
    return bench("gate", "results/now", "--baseline", "results/base")


EVENT = {"type": "AID", "trigger": {"start": 0, "end": 4}}


def test_a_layer_without_gold(bench, tmp_path) -> None:
    gold = [{"id": key, "text": "aaaa bbbb", "events": []} for key in "ab"]
    nothing = [{"id": key, "events": []} for key in "ab"]
    made_up = [{"id": "a", "events": [EVENT]}, {"id": "b", "events": []}]

    def ended(limits, base, now) -> tuple[int, str, str]:
        return documents(bench, tmp_path, gold, limits, ("base", base), ("now", now))

    code, out, err = ended("[gate]", nothing, nothing)
    assert (code, "nothing to count" in out) == (5, True)
    assert err == "bench: now against base: not measured: 1 of 1 checks do not hold\n"
    code, out, _ = ended('[gate.measures."events.trigger"]\nmin = 50', nothing, nothing)
    assert (code, "nothing to count, and a least of 50 is asked" in out) == (5, True)
    code, out, _ = ended("[gate]\nsignificant = false", nothing, made_up)
    assert (code, "undefined → 0.00, 100.00 points where 0.00 are allowed" in out) == (1, True)
    assert ended("[gate]", nothing, made_up)[0] == 0
    assert ended("[gate]\nsignificant = false", made_up, nothing)[0] == 0
    assert ended("[gate]\nsignificant = false", made_up, made_up)[0] == 0


def test_one_document_of_one_sentence_cannot_show_what_is_chance(bench, tmp_path) -> None:
    gold = [{"id": "a", "text": "aaaa bbbb", "events": [EVENT]}]
    right, wrong = ([{"id": "a", "events": events}] for events in ([EVENT], []))
    sides = (("base", right), ("now", wrong))
    code, out, err = documents(bench, tmp_path, gold, "[gate]", *sides)
    assert (code, "one unit cannot show what is chance" in out) == (5, True)
    assert err.startswith("bench: now against base: not measured: 2 of 2 checks")
    assert documents(bench, tmp_path, gold, "[gate]\nsignificant = false", *sides)[0] == 1
    assert documents(bench, tmp_path, gold, "[gate]", ("base", wrong), ("now", right))[0] == 0


def test_coreference_in_one_document_cannot_be_tested_and_closes_the_gate_only_by_name(
    bench, tmp_path
) -> None:
    measures = ("-m", "actors.coref.b3", "-m", "events.trigger")
    for system in ("rules", "spacy"):
        bench("run", "-s", system, "--name", system, "-q", *measures)
    worse = ("gate", "results/rules", "--baseline", "results/spacy")
    code, out, _ = bench(*worse)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["skipped", "ok"]
    assert "one unit cannot show what is chance: say significant = false" in out
    section = '[gate.measures."actors.coref.b3"]\n'
    for limits, ended in (("drop = 1", 5), ("drop = 1\nsignificant = false", 1), ("drop = 90", 0)):
        (tmp_path / "bench.toml").write_text(section + limits)
        assert bench(*worse)[0] == ended


def spent(folder, usage) -> dict[str, object]:
    return json.loads((folder / "run.json").read_text())["cost"] | {"usage": usage}


def test_what_a_run_costs_is_limited(bench, gate, tmp_path) -> None:
    gate("same")
    base, now = tmp_path / "results" / "base", tmp_path / "results" / "same"

    def held(limits: str, before: dict, after: dict) -> tuple[int, str]:
        edited(base, cost=spent(base, before))
        edited(now, cost=spent(now, after))
        (tmp_path / "bench.toml").write_text("[gate.cost]\n" + limits)
        code, out, err = bench("gate", "results/same", "--baseline", "results/base")
        return code, out + err

    assert held("usd = 1.5", {}, {"usd": 1.5})[0] == 0
    code, out = held("usd = 1.5", {"usd": 9}, {"usd": 1.6})
    assert (code, "cost: usd            9 → 1.6, 1.5 are allowed" in out) == (1, True)
    assert held('tokens = "120%"', {"tokens": 100}, {"tokens": 120})[0] == 0
    assert held('tokens = "120%"', {"tokens": 100}, {"tokens": 121})[0] == 1
    assert held('tokens = "120%"', {}, {"tokens": 121})[0] == 5
    assert held("tokens = 200", {"tokens": 100}, {})[0] == 1
    code, out = held("token = 200", {"tokens": 100}, {})
    assert (code, "neither run has; did you mean tokens?" in out) == (2, True)


@pytest.mark.parametrize(
    ("policy", "code", "said"),
    [
        ("failed = 1", 4, "0 → 2, 1 are allowed"),
        ("failed = 2", 0, "0 → 2, 2 are allowed"),
        ('failed = "4%"', 4, "0 → 2, 4% are allowed"),
        ('failed = "5%"', 0, "0 → 2, 5% are allowed"),
        ('failed = 2\ncoverage = "96%"', 4, "40 → 38 of 40, 96% are required"),
        ('failed = 2\ncoverage = "95%"', 0, "40 → 38 of 40, 95% are required"),
        ("failed = 2\ncoverage = 39", 4, "40 → 38 of 40, 39 are required"),
    ],
)
def test_documents_that_fail_can_be_so_many_or_a_share_of_all(gate, policy, code, said) -> None:
    ended, out, _ = gate("broken", "fails=2", policy=f"[gate]\ndrop = 100\n{policy}")
    assert (ended, said in out) == (code, True)


def test_how_long_a_run_takes_is_limited(bench, gate, tmp_path) -> None:
    gate("same", policy="[gate]\nslower = 2")
    base, now = tmp_path / "results" / "base", tmp_path / "results" / "same"
    edited(base, seconds=1.0)
    for seconds, code in ((2.0, 0), (2.1, 1)):
        edited(now, seconds=seconds)
        ended, out, _ = bench("gate", "results/same", "--baseline", "results/base")
        assert ended == code
        assert f"{seconds:.2f} times as long, 2 are allowed" in out
    edited(base, seed=None)
    code, out, _ = bench("gate", "results/same", "--baseline", "results/base")
    assert (code, "the baseline is of predictions whose making nobody timed" in out) == (5, True)
