"""What a run must hold against its baseline: a policy, and reading it.

A policy stands in ``bench.toml`` under ``[gate]``, or in ``pyproject.toml`` under
``[tool.bench.gate]``::

    [gate]
    drop = 0.0                # points of F1 that any measure may fall, or "5%" of what it was
    significant = true        # only a drop that is hardly chance counts
    level = 0.05              # at which p it is hardly chance, corrected for all measures
    failed = 0                # documents on which the system may fail, or "1%" of them
    coverage = "100%"         # documents that it must predict for, or a number of them
    slower = 3.0              # times as long as the baseline that it may take

    [gate.cost]
    usd = 1.5                 # the most that it may cost, or "120%" of what the baseline did

    [gate.measures."events.trigger.type"]
    min = 85.0                # the least F1
    drop = 1.0                # instead of the ones above
    significant = false
"""

from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .errors import InputError, UsageError
from .measures import parse
from .settings import converted, section, settings, table

_GATE = "gate"

Given = float | str
"""A number, or a share such as ``"5%"``."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a measure must hold.

    Attributes:
        min: The least F1, in percent.
        drop: How far it may fall: points, or a share of what it was such as ``"5%"``.
        significant: Whether only a significant drop counts.
    """

    min: float | None = None
    drop: Given | None = None
    significant: bool | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run must hold; see the module."""

    drop: Given = 0.0
    significant: bool = True
    level: float = 0.05
    failed: Given = 0
    coverage: Given | None = None
    slower: float | None = None
    cost: dict[str, Given] = {}
    measures: dict[str, Limits] = {}


class Amount(NamedTuple):
    """A number, or so many percent of something.

    >>> amount("5%").of(80.0), amount(2).of(80.0), str(amount("5%"))
    (4.0, 2.0, '5%')
    """

    number: float
    share: bool

    def of(self, whole: float) -> float:
        """The number, where ``whole`` is what a share is of."""
        return whole * self.number / 100 if self.share else self.number

    def __str__(self) -> str:
        return f"{self.number:g}{'%' if self.share else ''}"


def amount(given: Given) -> Amount:
    """What is meant by a number or a share.

    Raises:
        ValueError: It is neither, or below 0.
    """
    share = isinstance(given, str) and given.endswith("%")
    number = float(given[:-1] if share and isinstance(given, str) else given)
    if not isfinite(number) or number < 0:
        raise ValueError(given)
    return Amount(number, share)


def read_policy(file: Path | None = None) -> Policy:
    """The policy of a file, else of the nearest `bench.settings`, else the default.

    Raises:
        UsageError: The file is missing.
        InputError: It is no policy; says which key, and the nearest that there is.
    """
    if file is not None:
        if not file.is_file():
            raise UsageError(f"no policy {str(file)!r}: there is no such file")
        found = section(file, _GATE)
        if found is None:
            raise InputError(f"{file}: holds no table [{table(file, _GATE)}]")
        return _policy(file, found)
    known = settings(_GATE)
    return Policy() if known is None else _policy(*known)


def _policy(file: Path, found: Any) -> Policy:
    where = f"{file}: gate"
    measures = found.get("measures") if isinstance(found, dict) else None
    if not isinstance(measures, dict):
        policy = converted(found, Policy, where)
    else:
        policy = converted({**found, "measures": {}}, Policy, where)
        limits = {
            name: converted(one, Limits, f"{where}.measures.{name!r}")
            for name, one in measures.items()
        }
        policy = msgspec.structs.replace(policy, measures=_by_name(limits, where))
    _check(policy, where)
    return policy


def _by_name(limits: dict[str, Limits], where: str) -> dict[str, Limits]:
    """The limits of each measure under the name that runs have for it."""
    made: dict[str, Limits] = {}
    for text, one in limits.items():
        try:
            name = parse(text).name
        except UsageError as error:
            raise InputError(f"{where}.measures: {error}") from error
        if name in made:
            raise InputError(f"{where}.measures: {name!r} stands there twice, as {text!r} too")
        made[name] = one
    return made


def _check(policy: Policy, where: str) -> None:
    """Refuse a limit that could never be kept, or never broken."""
    points, number = "points such as 2.0, or '5%'", "a number such as 2, or '5%'"
    amounts = [
        ("drop", policy.drop, points),
        ("failed", policy.failed, number),
        ("coverage", policy.coverage, number),
        *((f"cost.{name}", one, "a number such as 1.5, or '120%'")
          for name, one in policy.cost.items()),
        *((f"measures.{name!r}.drop", one.drop, points) for name, one in policy.measures.items()),
    ]  # fmt: skip
    for key, given, expected in amounts:
        try:
            found = None if given is None else amount(given)
        except ValueError as error:
            raise InputError(f"{where}.{key}: {given!r}, expected {expected}") from error
        if key == "coverage" and found and found.share and found.number > 100:
            raise InputError(f"{where}.{key}: {given!r}, expected at most '100%'")
    ranges = [
        ("level", policy.level, 0.0, 1.0),
        ("slower", policy.slower, 0.0, float("inf")),
        *((f"measures.{name!r}.min", one.min, 0.0, 100.0) for name, one in policy.measures.items()),
    ]
    for key, value, least, most in ranges:
        if value is not None and not (least <= value <= most and isfinite(value)):
            upto = f" to {most:g}" if isfinite(most) else " or more"
            raise InputError(f"{where}.{key}: {value:g}, expected {least:g}{upto}")
