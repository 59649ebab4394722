"""A gate's verdict as a table, JUnit XML, and what GitHub Actions shows."""

from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from ..gate import Check, Verdict
from .sheets import Sheet, to_markdown

COLUMNS = ("status", "what", "says")


def verdict_sheet(verdict: Verdict, *, all_checks: bool = True) -> Sheet:
    """A row for each check; without ``all_checks`` only for those that do not hold."""
    checks = verdict.checks if all_checks else verdict.failed
    rows = [(check.status, check.what, check.says) for check in checks]
    return Sheet("eventbench.verdict/1", COLUMNS, rows)


def summary(verdict: Verdict) -> str:
    """The verdict in a line."""
    number = len(verdict.failed)
    checked = sum(check.status != "not measured" for check in verdict.checks)
    against = f"{verdict.run} against {verdict.baseline}"
    if verdict.status == "ok":
        return f"{against}: all {checked} checks hold"
    return f"{against}: {number} of {checked} checks do not hold"


def to_junit(verdict: Verdict) -> str:
    """A test case for each check."""
    cases = "".join(map(_case, verdict.checks))
    counts = Counter(check.status for check in verdict.checks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name="bench gate" tests="{len(verdict.checks)}" '
        f'failures="{counts["regression"]}" errors="{counts["system failed"]}" '
        f'skipped="{counts["not measured"]}">\n{cases}</testsuite>\n'
    )


def _case(check: Check) -> str:
    inside = {
        "ok": "",
        "regression": f"<failure message={quoteattr(check.says)}/>",
        "system failed": f"<error message={quoteattr(check.says)}/>",
        "not measured": f"<skipped message={quoteattr(check.says)}/>",
    }[check.status]
    output = f"<system-out>{escape(check.says)}</system-out>"
    return (
        f'  <testcase classname="gate" name={quoteattr(check.what)}>{inside}{output}</testcase>\n'
    )


def annotations(verdict: Verdict) -> list[str]:
    """The workflow commands by which GitHub Actions shows each regression."""
    return [
        f"::error title=bench gate, {_one_line(check.what)}::{_one_line(check.says)}"
        for check in verdict.failed
    ]


def _one_line(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def step_summary(verdict: Verdict) -> str:
    """Markdown for the page of a workflow run."""
    return f"### bench gate\n\n{summary(verdict)}\n\n{to_markdown(verdict_sheet(verdict))}"
