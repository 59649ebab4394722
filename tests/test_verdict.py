"""All that a gate prints, writes and returns is one verdict: no two of its forms can disagree."""

import contextlib
import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cli import NOTHING_MEASURED, OK, PROBLEM, SYSTEM_FAILED
from bench.cli.gate import conclude
from bench.cli.options import Format
from bench.gate import Check, Status, Verdict
from bench.report import verdict as rendered

CODES = {"ok": OK, "regression": PROBLEM, "system failed": SYSTEM_FAILED,
         "not measured": NOTHING_MEASURED}  # fmt: skip
BAD = {"regression", "system failed", "not measured"}
SARIF = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "name": {"type": "string", "minLength": 1},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": {"$ref": "#/$defs/message"},
                                            },
                                            "additionalProperties": False,
                                        },
                                    },
                                },
                                "additionalProperties": False,
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["ruleId", "level", "message", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"$ref": "#/$defs/message"},
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {"$ref": "#/$defs/location"},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "message": {
            "required": ["text"],
            "properties": {"text": {"type": "string", "minLength": 1}},
            "additionalProperties": False,
        },
        "location": {
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {
                            "properties": {
                                "uri": {"type": "string", "pattern": r"^[\w\-.~/%!$&'()*+,;=@]+$"}
                            }
                        },
                        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                    },
                }
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the parts that are used here, and no other part."""

_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1
).filter(str.strip)
_names = st.sampled_from(
    ["events.trigger.type", "quotes.content@dice>=0.5:macro", "failed documents", "cost: us|d,%"]
) | _texts  # fmt: skip
_values = st.none() | st.floats(0, 100)
_checks = st.builds(
    Check,
    what=_names,
    status=st.sampled_from(Status.__args__),
    before=_values,
    after=_values,
    says=_texts,
)
verdicts = st.builds(
    Verdict,
    baseline=_names,
    run=_names,
    where=st.sampled_from(["results/base", "/tmp/my runs/bäse", "../x#y?"]),
    checks=st.lists(_checks, min_size=1, max_size=6, unique_by=lambda check: check.what).map(tuple),
)


def forms(verdict: Verdict, folder: Path) -> dict[str, object]:
    """The states of the checks as each form has them, in order, and the exit code."""
    junit, sarif, page = (folder / name for name in ("j.xml", "s.sarif", "summary.md"))
    found: dict[str, object] = {}
    for form in Format:
        page.unlink(missing_ok=True)
        out, err = io.StringIO(newline=""), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setenv("GITHUB_STEP_SUMMARY", str(page))
            code = conclude(verdict, format=form, junit=junit, sarif=sarif, github=True)
        found[form.value] = states(form, out.getvalue())
        found["page"] = states(Format.md, page.read_text(encoding="utf-8").split("\n\n", 2)[2])
        found["annotated"] = err.getvalue().count("::error title=bench gate ")
        found["fails"] = err.getvalue().endswith(" checks do not hold\n")
        found["code"] = code
    suite = ET.parse(junit).getroot()
    inside = [[one for one in case if one.tag != "system-out"] for case in suite]
    found["junit"] = [one[0].get("type") if one else "ok" for one in inside]
    found["red in junit"] = [one != [] and one[0].tag in ("failure", "error") for one in inside]
    found["counted in junit"] = int(suite.get("failures")) + int(suite.get("errors"))
    found["sarif"] = json.loads(sarif.read_text())
    return found


def states(format: Format, text: str) -> list[str]:
    if format is Format.json:
        return [row["status"] for row in json.loads(text)["rows"]]
    if format is Format.csv:
        return [row["status"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    lines = text.split("\n")[2 if format is Format.md else 1 :]
    known = sorted(Status.__args__, key=len, reverse=True)
    begins = (line.removeprefix("| ") for line in lines)
    return [state for line in begins for state in known if line.startswith(f"{state} ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("verdicts")


@given(verdicts)
def test_all_forms_say_the_same(folder, verdict) -> None:
    found = forms(verdict, folder)
    expected = [check.status for check in verdict.checks]
    bad = [check.what for check in verdict.checks if check.status in BAD]
    for form in ("table", "md", "csv", "json", "page"):
        assert found[form] == expected, form
    assert found["junit"] == expected
    assert found["red in junit"] == [status in BAD for status in expected]
    assert found["counted in junit"] == len(bad)
    assert found["code"] == CODES[verdict.status]
    assert (found["code"] != OK) == bool(bad) == found["fails"]
    assert found["annotated"] == len(bad)
    jsonschema.validate(found["sarif"], SARIF)
    (run,) = found["sarif"]["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [result["ruleId"] for result in run["results"]] == bad
    assert [rules[result["ruleIndex"]] for result in run["results"]] == bad
    assert all(result["level"] == "error" for result in run["results"])


def test_what_is_shown_of_a_verdict() -> None:
    verdict = Verdict("base", "now", "results/my base", (
        Check("events.trigger:macro", "regression", 90.0, 80.0, "90.00 → 80.00, 10%"),
        Check("quotes.cue", "skipped", None, None, "nothing to count"),
        Check("actors.actor", "ok", 50.0, 60.0, "50.00 → 60.00"),
    ))  # fmt: skip
    assert rendered.summary(verdict) == "now against base: regression: 1 of 2 checks do not hold"
    assert rendered.annotations(verdict) == [
        "::error title=bench gate events.trigger%3Amacro::regression: 90.00 → 80.00, 10%25"
    ]
    cost = verdict._replace(checks=(Check("cost: a,b", "regression", 1, 2, "1 → 2"),))
    assert rendered.annotations(cost) == [
        "::error title=bench gate cost%3A a%2Cb::regression: 1 → 2"
    ]
    assert rendered.step_summary(verdict) == (
        "### bench gate\n\nnow against base: regression: 1 of 2 checks do not hold\n\n"
        "| status | what | says |\n| --- | --- | --- |\n"
        "| regression | events.trigger:macro | 90.00 → 80.00, 10% |\n"
        "| skipped | quotes.cue | nothing to count |\n"
        "| ok | actors.actor | 50.00 → 60.00 |\n"
    )
    suite = ET.fromstring(rendered.to_junit(verdict))
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == [
        "3", "1", "0", "1",
    ]  # fmt: skip
    (result,) = json.loads(rendered.to_sarif(verdict))["runs"][0]["results"]
    assert result["message"]["text"] == "events.trigger:macro: regression: 90.00 → 80.00, 10%"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "results/my%20base/run.json"
    rows = json.loads(rendered.to_json(verdict))["rows"]
    assert (rows[0]["before"], rows[0]["after"], rows[1]["before"]) == (90.0, 80.0, None)
