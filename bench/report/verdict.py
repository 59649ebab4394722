"""A gate's verdict in every form: table, JSON, JUnit XML, SARIF, and for GitHub Actions."""

import re
from collections import Counter
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from ..gate import WORST, Check, Status, Verdict
from ..version import VERSION
from .sheets import Sheet, dumps, to_markdown

SCHEMA = "eventbench.verdict/1"
COLUMNS = ("status", "what", "says")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold, not even escaped."""
_JUNIT: dict[Status, str] = {
    "skipped": "skipped",
    "not measured": "error",
    "regression": "failure",
    "system failed": "error",
}


def verdict_sheet(verdict: Verdict) -> Sheet:
    """A row for each check."""
    rows = [(check.status, check.what, check.says) for check in verdict.checks]
    return Sheet(SCHEMA, COLUMNS, rows)


def values_sheet(verdict: Verdict) -> Sheet:
    """The same for programs, with the values unrounded."""
    columns = (*COLUMNS, "before", "after")
    rows = [(c.status, c.what, c.says, c.before, c.after) for c in verdict.checks]
    return Sheet(SCHEMA, columns, rows)


def to_json(verdict: Verdict) -> str:
    """The whole verdict."""
    sheet = values_sheet(verdict)
    return dumps(
        {
            "schema": SCHEMA,
            "baseline": verdict.baseline,
            "run": verdict.run,
            "status": verdict.status,
            "rows": [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows],
        }
    )


def summary(verdict: Verdict) -> str:
    """The verdict in a line."""
    number = len(verdict.failed)
    checked = sum(check.status != "skipped" for check in verdict.checks)
    against = f"{verdict.run} against {verdict.baseline}"
    if not checked:
        return f"{against}: nothing is checked"
    if verdict.status == "ok":
        return f"{against}: all {checked} checks hold"
    return f"{against}: {verdict.status}: {number} of {checked} checks do not hold"


def to_junit(verdict: Verdict) -> str:
    """A test case for each check."""
    cases = "".join(map(_case, verdict.checks))
    counts = Counter(_JUNIT.get(check.status) for check in verdict.checks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name="bench gate" tests="{len(verdict.checks)}" '
        f'failures="{counts["failure"]}" errors="{counts["error"]}" '
        f'skipped="{counts["skipped"]}">\n{cases}</testsuite>\n'
    )


def _case(check: Check) -> str:
    what, says, status = (
        _NO_XML.sub("\ufffd", text) for text in (check.what, check.says, check.status)
    )
    tag = _JUNIT.get(check.status)
    inside = f"<{tag} type={quoteattr(status)} message={quoteattr(says)}/>" if tag else ""
    output = f"<system-out>{escape(says)}</system-out>"
    return f'  <testcase classname="gate" name={quoteattr(what)}>{inside}{output}</testcase>\n'


def to_sarif(verdict: Verdict) -> str:
    """SARIF 2.1.0: a rule for each check, and a result for each that does not hold.

    A result lies where the baseline is that the run falls short of.
    """
    rules = [
        {"id": check.what, "shortDescription": {"text": f"bench gate: {check.what}"}}
        for check in verdict.checks
    ]
    results = [
        _result(verdict, check, i)
        for i, check in enumerate(verdict.checks)
        if check.status in WORST
    ]
    driver = {"name": "bench gate", "version": VERSION, "rules": rules}
    return dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "results": results}],
        }
    )


def _result(verdict: Verdict, check: Check, rule: int) -> dict[str, Any]:
    file = {"uri": quote(f"{verdict.where}/run.json")}
    return {
        "ruleId": check.what,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{check.what}: {check.status}: {check.says}"},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": {"startLine": 1}}}],
    }


def annotations(verdict: Verdict) -> list[str]:
    """The workflow commands by which GitHub Actions shows each check that does not hold."""
    return [
        f"::error title=bench gate {_property(check.what)}::{check.status}: {_data(check.says)}"
        for check in verdict.failed
    ]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value among others, which are parted by commas and ended by colons."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def step_summary(verdict: Verdict) -> str:
    """Markdown for the page of a workflow run."""
    return f"### bench gate\n\n{summary(verdict)}\n\n{to_markdown(verdict_sheet(verdict))}"
