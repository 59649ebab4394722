"""Has a system become worse? A run held against a baseline by a policy, for CI.

A policy stands in ``bench.toml`` under ``[gate]``, or in ``pyproject.toml`` under
``[tool.bench.gate]``::

    [gate]
    drop = 0.0                # points of F1 that any measure may fall, or "5%" of what it was
    significant = true        # only a drop that is hardly chance counts
    level = 0.05              # at which p it is hardly chance, corrected for all measures
    failed = 0                # documents on which the system may fail
    slower = 3.0              # times as long as the baseline that it may take

    [gate.measures."events.trigger.type"]
    min = 85.0                # the least F1
    drop = 1.0                # instead of the ones above
    significant = false

The verdict is one object; what is printed, written and returned is made of it.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from .compare import Row
from .contestants import Contestant
from .errors import InputError, UsageError, nearest
from .measures import parse
from .runs import Run

Status = Literal["ok", "regression", "system failed", "not measured"]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a measure must hold.

    Attributes:
        min: The least F1, in percent.
        drop: How far it may fall: points, or a share of what it was such as ``"5%"``.
        significant: Whether only a significant drop counts.
    """

    min: float | None = None
    drop: float | str | None = None
    significant: bool | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run must hold; see the module."""

    drop: float | str = 0.0
    significant: bool = True
    level: float = 0.05
    failed: int = 0
    slower: float | None = None
    measures: dict[str, Limits] = {}


class Check(NamedTuple):
    """One thing that was asked, and how it stands.

    Attributes:
        what: A measure, ``failed documents`` or ``time``.
        status: How it stands.
        before: The baseline's value; percent for a measure.
        after: The run's value.
        says: All of it in words.
    """

    what: str
    status: Status
    before: float | None
    after: float | None
    says: str


class Verdict(NamedTuple):
    """What came of all checks.

    Attributes:
        baseline: The name of the baseline.
        run: The name of the run.
        checks: The checks, in order.
    """

    baseline: str
    run: str
    checks: tuple[Check, ...]

    @property
    def status(self) -> Status:
        """The worst of all checks; ``not measured`` only if no measure was."""
        found = {check.status for check in self.checks}
        order: tuple[Status, ...] = ("system failed", "regression", "ok")
        return next((status for status in order if status in found), "not measured")

    @property
    def failed(self) -> list[Check]:
        """The checks that do not hold."""
        return [check for check in self.checks if check.status in ("regression", "system failed")]


def read_policy(file: Path | None = None) -> Policy:
    """The policy of a file, else of ``bench.toml`` or ``pyproject.toml`` here, else the default.

    Raises:
        UsageError: The file is missing.
        InputError: It is no policy; says which key, and the nearest that there is.
    """
    if file is not None:
        if not file.is_file():
            raise UsageError(f"no policy {str(file)!r}: there is no such file")
        return _policy(file, _section(file))
    for place in (Path("bench.toml"), Path("pyproject.toml")):
        if place.is_file() and (found := _section(place)) is not None:
            return _policy(place, found)
    return Policy()


def _section(file: Path) -> Any:
    try:
        whole = tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: not TOML: {error}") from error
    if file.name == "pyproject.toml":
        whole = whole.get("tool", {}).get("bench", {})
    return whole.get("gate")


def _policy(file: Path, found: Any) -> Policy:
    try:
        policy = msgspec.convert({} if found is None else found, Policy)
    except msgspec.ValidationError as error:
        hint = ""
        if "unknown field" in str(error):
            key = str(error).split("`")[1]
            known = Limits if "measures" in str(error) else Policy
            hint = f"; {nearest(key, known.__struct_fields__)}"
        raise InputError(f"{file}: gate: {error}{hint}") from error
    for name, limits in policy.measures.items():
        parse(name)
        _allowed(limits.drop, 1.0)
    _allowed(policy.drop, 1.0)
    return policy


def judge(
    baseline: tuple[Contestant, Run], run: tuple[Contestant, Run], rows: Sequence[Row],
    policy: Policy,
) -> Verdict:  # fmt: skip
    """Hold a run against a baseline.

    Args:
        baseline: The baseline and its provenance.
        run: The run and its provenance.
        rows: Both compared (`bench.compare.compare`).
        policy: What must hold.

    Raises:
        UsageError: A drop is neither a number nor a share.
    """
    measured = {row.measure.name: row for row in rows}
    asked = dict.fromkeys((*baseline[0].counts.matrix, *policy.measures))
    absent = [name for name in asked if name not in measured]
    checks = [
        *(_measure(row, policy, policy.measures.get(name, Limits()))
          for name, row in measured.items()),
        *(Check(name, "regression", None, None, "is not measured any more") for name in absent),
        *_failures(baseline[1], run[1], policy),
        *_time(baseline[1], run[1], policy),
    ]  # fmt: skip
    return Verdict(baseline[0].name, run[0].name, tuple(checks))


def _measure(row: Row, policy: Policy, limits: Limits) -> Check:
    name = row.measure.name
    before, after = (None if v is None else 100 * v for v in (row.baseline.value, row.other.value))
    if after is None or before is None:
        if before is not None and after is None:
            return Check(name, "regression", before, after, "is undefined, and was not before")
        return Check(name, "not measured", before, after, "nothing to count")
    moved = f"{before:.2f} → {after:.2f}"
    if limits.min is not None and after < limits.min:
        return Check(name, "regression", before, after, f"{moved}, below its least {limits.min:g}")
    drop = policy.drop if limits.drop is None else limits.drop
    allowed = _allowed(drop, before)
    fallen = before - after
    if fallen <= allowed + 1e-9:
        return Check(name, "ok", before, after, moved)
    said = f"{moved}, {fallen:.2f} points where {allowed:.2f} are allowed"
    only = policy.significant if limits.significant is None else limits.significant
    if only:
        p = row.p
        if p is None or p >= policy.level:
            why = "which cannot be tested" if p is None else f"which may be chance (p = {p:.3f})"
            return Check(name, "ok", before, after, f"{said}, {why}")
        said += f" (p = {p:.3f})"
    return Check(name, "regression", before, after, said)


def _allowed(drop: float | str | None, before: float) -> float:
    """The points that a figure may fall."""
    if drop is None or isinstance(drop, float | int):
        return float(drop or 0.0)
    try:
        if drop.endswith("%"):
            return before * float(drop[:-1]) / 100
        return float(drop)
    except ValueError as error:
        raise UsageError(f"gate: drop {drop!r}: expected points such as 2.0, or '5%'") from error


def _failures(baseline: Run, run: Run, policy: Policy) -> list[Check]:
    before, after = len(baseline.failures), len(run.failures)
    said = f"{before} → {after}, {policy.failed} are allowed"
    if after > policy.failed:
        return [Check("failed documents", "system failed", before, after, said)]
    return [Check("failed documents", "ok", before, after, said)] if before or after else []


def _time(baseline: Run, run: Run, policy: Policy) -> list[Check]:
    if policy.slower is None:
        return []
    ratio = run.seconds / baseline.seconds if baseline.seconds else 0.0
    said = f"{ratio:.2f} times as long, {policy.slower:g} are allowed"
    status: Status = "regression" if ratio > policy.slower else "ok"
    return [Check("time", status, baseline.seconds, run.seconds, said)]
