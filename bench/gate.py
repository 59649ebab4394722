"""Has a system become worse? A run held against a baseline by a policy, for CI.

The verdict is one object; what is printed, written and returned is made of it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from .compare import Row, compare
from .contestants import Contestant, contestants, in_common
from .errors import InputError, NotComparable, UsageError, nearest
from .measures import Measure, parse
from .policy import Limits, Policy, amount
from .runs import Run, load

Status = Literal["ok", "skipped", "not measured", "regression", "system failed"]
"""From good to bad; ``skipped`` is what nobody asked for by name and what cannot be measured."""

WORST: tuple[Status, ...] = ("system failed", "regression", "not measured")
"""The states of checks that do not hold, the worst first."""


class Check(NamedTuple):
    """One thing that was asked, and how it stands.

    Attributes:
        what: A measure, ``failed documents``, ``documents predicted``, ``time`` or ``cost: …``;
            ``measures`` where none could be compared.
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
        where: Where the baseline is.
        checks: The checks, in order.
    """

    baseline: str
    run: str
    where: str
    checks: tuple[Check, ...]

    @property
    def status(self) -> Status:
        """The worst of all checks."""
        found = {check.status for check in self.checks}
        return next((status for status in WORST if status in found), "ok")

    @property
    def failed(self) -> list[Check]:
        """The checks that do not hold."""
        return [check for check in self.checks if check.status in WORST]


class Side(NamedTuple):
    """A run or its baseline.

    Attributes:
        contestant: Its counts.
        run: Its provenance.
        predicted: How many documents it has a prediction for, failed ones not among them.
        where: Where it is.
    """

    contestant: Contestant
    run: Run
    predicted: int
    where: str


def open_side(path: Path) -> Side:
    """A saved run.

    Raises:
        UsageError: There is none.
        InputError: It cannot be read, or was changed since it was saved.
    """
    try:
        run = load(path)
        (side,) = contestants(str(path))
        return Side(side, run, _predicted(path / "predictions.jsonl", run), path.as_posix())
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: this run cannot be read: {error}") from error


class _Prediction(msgspec.Struct):
    id: str


def _predicted(file: Path, run: Run) -> int:
    read = msgspec.json.Decoder(_Prediction).decode
    with file.open("rb") as lines:
        ids = {read(line).id for line in lines if not line.isspace()}
    return len(ids - {failure.id for failure in run.failures})


def gate(run: Path, baseline: Path, policy: Policy, *, renew: bool = False) -> Verdict:
    """Hold a saved run against another.

    Args:
        run: The run.
        baseline: The other.
        policy: What must hold.
        renew: Whether the run is to become the baseline, so that it may be the first, or the other
            one on another gold or not to be read.

    Raises:
        InputError: One of them cannot be read, or the policy names what neither has.
        NotComparable: They were scored on another gold, or have no measure in common.
    """
    after = open_side(run)
    try:
        before = open_side(baseline)
        measures = in_common((before.contestant, after.contestant))
    except (InputError, NotComparable) as error:
        if not renew:
            raise
        if baseline.exists() and not (baseline / "run.json").exists():
            raise UsageError(f"{baseline}: is there and is no run; it is not replaced") from error
        return _first(after, baseline, f"nothing to compare with: {error}")
    rows = compare((before.contestant, after.contestant), measures)
    return judge(before, after, rows, policy)


def _first(run: Side, baseline: Path, why: str) -> Verdict:
    """What is accepted with a run that nothing can be compared with."""
    side = run.contestant
    values = {name: _alone(side, parse(name)) for name in side.counts.matrix}
    checks = (
        Check("baseline", "skipped", None, None, why),
        *(Check(name, "skipped", None, value, _shown(value)) for name, value in values.items()),
    )
    return Verdict(baseline.name, side.name, baseline.as_posix(), checks)


def judge(baseline: Side, run: Side, rows: Sequence[Row], policy: Policy) -> Verdict:
    """Hold a run against a baseline.

    Args:
        baseline: The baseline.
        run: The run.
        rows: Both compared (`bench.compare.compare`).
        policy: What must hold.

    Raises:
        UsageError: The policy names a measure or a cost that neither has.
    """
    rest = [
        *_failures(baseline, run, policy),
        *_coverage(baseline, run, policy),
        *_time(baseline.run, run.run, policy),
        *_costs(baseline.run, run.run, policy),
    ]
    figures = list(_figures(baseline.contestant, run.contestant, rows, policy))
    if all(check.status == "skipped" for check in figures):
        nothing = "no measure could be compared"
        figures.append(Check("measures", "not measured", None, None, nothing))
    checks = (*figures, *rest)
    return Verdict(baseline.contestant.name, run.contestant.name, baseline.where, checks)


def _figures(
    baseline: Contestant, run: Contestant, rows: Sequence[Row], policy: Policy
) -> Iterator[Check]:
    compared = {row.measure.name: row for row in rows}
    testable = any(row.test is not None for row in rows)
    before, after = baseline.counts.matrix, run.counts.matrix
    for name in policy.measures:
        if name not in before and name not in after:
            hint = nearest(name, {*before, *after})
            raise UsageError(f"gate: the policy names {name}, which neither run has; {hint}")
    for name in dict.fromkeys((*compared, *before, *after)):
        limits = policy.measures.get(name)
        if name in compared:
            check = _measure(compared[name], policy, limits or Limits())
            # In one document all but coreference can be tested by sentences.
            alone = check.status == "not measured" and limits is None and testable
            yield check._replace(status="skipped") if alone else check
        elif name not in after:
            yield Check(name, "regression", None, None, "is not measured any more")
        else:
            yield _new(name, _alone(run, parse(name)), limits)


def _alone(side: Contestant, measure: Measure) -> float | None:
    """A figure of one side, in percent."""
    found = side.counts.matrix[measure.name].averaged(measure.average, measure.zero).f1
    return None if found is None else 100 * found


def _new(name: str, value: float | None, limits: Limits | None) -> Check:
    """A measure that the baseline lacks: only its least can be held."""
    said = f"{_shown(value)}, and the baseline does not have it"
    if limits is None:
        return Check(name, "skipped", None, value, said)
    if limits.min is None or value is None:
        return Check(name, "not measured", None, value, said)
    if value < limits.min:
        said += f"; below its least {limits.min:g}"
        return Check(name, "regression", None, value, said)
    return Check(name, "ok", None, value, said)


def _measure(row: Row, policy: Policy, limits: Limits) -> Check:
    name = row.measure.name
    before, after = (None if v is None else 100 * v for v in (row.baseline.value, row.other.value))
    moved = f"{_shown(before)} → {_shown(after)}"
    if after is None:
        if before is None:
            if limits.min is None:
                return Check(name, "skipped", None, None, "nothing to count")
            said = f"nothing to count, and a least of {limits.min:g} is asked"
            return Check(name, "not measured", None, None, said)
        # What was made up where gold has nothing, and is no more, was worth 0.
        return Check(name, "regression" if before else "ok", before, None, moved)
    if limits.min is not None and after < limits.min:
        return Check(name, "regression", before, after, f"{moved}, below its least {limits.min:g}")
    if before is None and after:
        return Check(name, "skipped" if limits.min is None else "ok", None, after, moved)
    # To find nothing where gold has nothing is as good as it can be.
    was = 100.0 if before is None else before
    allowed = amount(policy.drop if limits.drop is None else limits.drop).of(was)
    if was - after <= allowed + 1e-9:
        return Check(name, "ok", before, after, moved)
    said = f"{moved}, {was - after:.2f} points where {allowed:.2f} are allowed"
    if policy.significant if limits.significant is None else limits.significant:
        if row.test is None:
            said += "; one unit cannot show what is chance: say significant = false"
            return Check(name, "not measured", before, after, said)
        if row.p is None:
            return Check(name, "ok", before, after, f"{said}, which cannot be tested")
        if row.p >= policy.level:
            why = f"which may be chance (p = {row.p:.3f})"
            return Check(name, "ok", before, after, f"{said}, {why}")
        said += f" (p = {row.p:.3f})"
    return Check(name, "regression", before, after, said)


def _shown(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _failures(baseline: Side, run: Side, policy: Policy) -> list[Check]:
    before, after = len(baseline.run.failures), len(run.run.failures)
    asked = amount(policy.failed)
    said = f"{before} → {after}, {asked} are allowed"
    if after > asked.of(run.run.corpus.documents):
        return [Check("failed documents", "system failed", before, after, said)]
    return [Check("failed documents", "ok", before, after, said)] if before or after else []


def _coverage(baseline: Side, run: Side, policy: Policy) -> list[Check]:
    if policy.coverage is None:
        return []
    asked, documents = amount(policy.coverage), run.run.corpus.documents
    said = f"{baseline.predicted} → {run.predicted} of {documents}, {asked} are required"
    status: Status = "ok" if run.predicted >= asked.of(documents) else "system failed"
    return [Check("documents predicted", status, baseline.predicted, run.predicted, said)]


def _time(baseline: Run, run: Run, policy: Policy) -> list[Check]:
    if policy.slower is None:
        return []
    before, after = baseline.seconds, run.seconds
    for name, one in (("the baseline", baseline), ("the run", run)):
        if one.seed is None:
            said = f"{name} is of predictions whose making nobody timed"
            return [Check("time", "not measured", before, after, said)]
    # Runs are timed to a millisecond.
    ratio = after / max(before, 0.001)
    said = f"{ratio:.2f} times as long, {policy.slower:g} are allowed"
    return [Check("time", "regression" if ratio > policy.slower else "ok", before, after, said)]


def _costs(baseline: Run, run: Run, policy: Policy) -> Iterator[Check]:
    spent = [one.cost.by_name if one.cost else {} for one in (baseline, run)]
    for name, given in policy.cost.items():
        before, after, most = spent[0].get(name), spent[1].get(name), amount(given)
        what = f"cost: {name}"
        if after is None:
            if before is None:
                hint = nearest(name, {*spent[0], *spent[1]})
                raise UsageError(
                    f"gate: the policy limits the cost in {name}, which neither run has; {hint}"
                )
            yield Check(what, "regression", before, None, f"{before:g} → it is not said any more")
        elif before is None and most.share:
            said = f"{after:g}, and {most} of the baseline's are allowed, which does not say it"
            yield Check(what, "not measured", None, after, said)
        else:
            moved = f"{after:g}" if before is None else f"{before:g} → {after:g}"
            allowed = most.of(before or 0.0)
            status: Status = "regression" if after > allowed + 1e-9 else "ok"
            yield Check(what, status, before, after, f"{moved}, {allowed:g} are allowed")
