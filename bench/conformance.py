"""Does a system keep the protocol? A suite of checks that any system should pass.

The system runs in processes of its own, so that a check can fail and the others go on. Nothing
here looks at what a system is worth.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

import msgspec

from .model import Document
from .registry import COMMAND
from .running.commands import SECONDS
from .running.hosts import Guest, Hosted
from .running.messages import Finished, Took

Result = Literal["pass", "fail", "not tried"]

_NEWS = (
    "Chilean President Ada Osei met Peru's Prime Minister Luis Vega in Lima on Tuesday.\n\n"
    '"We agreed on the dam," Osei said. Vega said that Peru would not withdraw its troops.\n\n'
    "Dozens of protesters marched in Arica; the police arrested two of them, according to Radio "
    "Arica.\n"
)
_LONG = "".join(
    f"In week {i}, Minister Vega {i % 97} met envoy Osei {i % 89} in Lima. "
    f"“We will sign line {i},” she said.\n"
    for i in range(1, 1250)
)
TEXTS: dict[str, str] = {
    "news": _NEWS,
    "empty text": "",
    "white space only": " \n\t \r\n\u00a0\u2003\n",
    "100 kB text": _LONG,
    "emoji": "😀 Ada Osei 👩🏽\u200d🚀 met Luis Vega 🇨🇱. “We won 🎉🎉,” Osei said 👍🏾. "
    "Peru 💥 attacked Chile.",
    "combining characters": "José Nún\u0303ez met A\u030angela Zu\u0308rn. “Sí, we won\u0301,” "
    "José said. Z\u0351\u036b\u0343a\u0300\u0301\u0302lgo attacked Peru.",
    "right-to-left": "قال الرئيس «لن ننسحب» في بيروت. Ada Osei met ראש הממשלה in \u202eLima\u202c. "
    "\u200f“شكرا,” she said.\u200e Peru attacked Chile.",
    "CRLF": _NEWS.replace("\n", "\r\n"),
    "no sentences": "TABLE 7\tmet\t12\t–\nOsei, Vega, Lima\n\n* * *\n03:15 03:30 03:45\nmet met",
    "hostile markup": "<script>alert('met')</script> <b onload=\"x\">Ada Osei</b> met &lt;Vega&gt; "
    "]]> <!-- “We won,” --> {{7*7}} ${PATH} %s %n `id` ../../etc/passwd \\u0000 \\\" '); DROP "
    "TABLE gold;-- [[Osei|met]] \x1b[31mred\x1b[0m",
    "control characters": "\ufeffAda Osei\u2028met\u2029Vega\x0bin\x0cLima\x85on\x00Tuesday\x7f.\r"
    "“We won,”\r she said.",
}  # fmt: skip
"""What every system must be able to read, by what is odd about it."""
_APART = ("100 kB text",)
"""Read alone only: it would take long."""


class Check(NamedTuple):
    """What was checked, how it went, and what is to be said of it."""

    name: str
    result: Result
    says: str


class _Reading(NamedTuple):
    """What came of some texts that were read in one stream."""

    came: tuple[Finished, ...]
    fault: str | None
    """Why not all came, or what is wrong with one of them."""
    misshapen: bool = False
    """Whether something came that is no prediction, or does not fit its text."""


def check(
    reference: str, options: Mapping[str, str] | None = None, *, seconds: float = SECONDS
) -> tuple[Check, ...]:
    """Check whether a system keeps the protocol.

    Args:
        reference: What `bench.load_system` takes.
        options: Likewise.
        seconds: How long the system may take to load, and for each call.

    Raises:
        UsageError: There is no such system or option.
        SystemFailed: It does not load.
    """
    with (
        _hosted(reference, options, seconds, "1") as first,
        _hosted(reference, options, seconds, "2") as second,
        first.borrowed() as one,
        second.borrowed() as other,
    ):
        return tuple(_checks(one, other))


def _hosted(
    reference: str, options: Mapping[str, str] | None, seconds: float, hash_seed: str
) -> Hosted:
    """The system in a process; sets of strings have another order in each."""
    given = dict(options or {})
    if reference.startswith(COMMAND):
        given = {"timeout": str(seconds), "start": str(seconds), **given}
        seconds *= 2  # what a program does not do in time it is blamed for itself
    environment = (("PYTHONHASHSEED", hash_seed),)
    return Hosted(
        reference, tuple(given.items()), timeout=seconds, loading=seconds, environment=environment
    )


def _checks(first: Guest, second: Guest) -> Iterator[Check]:
    documents = {name: Document(id=name, text=text) for name, text in TEXTS.items()}
    usual = [document for name, document in documents.items() if name not in _APART]
    forward = _read(first, usual)
    alone = {name: _read(first, [document]) for name, document in documents.items()}
    shapes = {name: [r.fault or ""] if r.misshapen else [] for name, r in alone.items()}
    found = {name: _spans(reading) for name, reading in alone.items()}

    yield Check("loads", "pass", f"{first.identity.name} {first.identity.version}")
    if any(reading.fault is None or reading.misshapen for reading in alone.values()):
        spans = sum(found.values())
        says = f"a prediction each, {spans or 'no'} spans, which fit"
        yield _over_all("predictions fit", shapes, says)
    else:
        yield Check("predictions fit", "not tried", "no text was read")
    yield _no_document(first)

    sound = [one for one in usual if not alone[one.id].fault]
    if len(sound) < len(usual):
        # Without those that it fails on, and from the beginning.
        first.drop()
        forward = _read(first, sound)
    yield from _comparisons(second, sound, forward, alone)
    for name, reading in alone.items():
        size = f"{len(TEXTS[name])} characters, " if name in _APART else ""
        says = reading.fault or f"{size}{found[name]} spans"
        yield Check(name, "fail" if reading.fault else "pass", says)


def _comparisons(
    second: Guest,
    sound: Sequence[Document],
    forward: _Reading,
    alone: Mapping[str, _Reading],
) -> Iterator[Check]:
    """The same documents again: in another process, in another order, one by one."""
    names = ("determinism", "order independence", "alone as in a batch")
    if not sound:
        yield from (Check(name, "not tried", "no text was read") for name in names)
        return
    again = _read(second, sound)
    backward = _read(second, sound[::-1])
    single = _Reading(tuple(one for document in sound for one in alone[document.id].came), None)
    pairs = ((forward, again), (again, backward), (forward, single))
    says = (
        "two processes give the same",
        "forwards and backwards give the same",
        "one by one and together give the same",
    )
    for name, (one, other), text in zip(names, pairs, says, strict=True):
        fault = one.fault or other.fault or _difference(one, other)
        yield Check(name, "fail" if fault else "pass", fault or f"{len(sound)} texts: {text}")


def _read(system: Guest, documents: Sequence[Document]) -> _Reading:
    came: list[Finished] = []

    def hear(message: Took | Finished) -> None:
        if isinstance(message, Finished):
            came.append(message)

    ended = system.extract(documents, hear)
    failed = [one for one in came if one.status != "ok"]
    answered = {one.id for one in came}
    if failed:
        return _Reading(tuple(came), failed[0].message, misshapen=True)
    if ended.status == "missing" and answered == {document.id for document in documents}:
        return _Reading(tuple(came), None)
    unfit = ended.status in ("invalid", "missing")
    return _Reading(tuple(came), ended.message, misshapen=unfit)


def _spans(reading: _Reading) -> int:
    found = (one.prediction for one in reading.came)
    return sum(1 for prediction in found if prediction is not None for _ in prediction.spans())


def _no_document(system: Guest) -> Check:
    fault = _read(system, []).fault
    return Check("no document", "fail" if fault else "pass", fault or "nothing is returned")


def _over_all(name: str, faults: Mapping[str, Sequence[str]], says: str) -> Check:
    """One check of what was found in all texts."""
    found = [f"{text}: {fault}" for text, some in faults.items() for fault in some]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if found:
        return Check(name, "fail", found[0] + more)
    return Check(name, "pass", ", ".join(filter(None, [f"{len(faults)} texts", says])))


def _difference(one: _Reading, other: _Reading) -> str | None:
    """Where two readings of the same documents differ, whatever the order of the documents."""
    here, there = ({c.id: c.prediction for c in reading.came} for reading in (one, other))
    for key in sorted(here.keys() | there.keys()):
        path = _first_difference(
            msgspec.to_builtins(here.get(key)), msgspec.to_builtins(there.get(key)), "$"
        )
        if path:
            return f"{key}: {path}"
    return None


def _first_difference(a: Any, b: Any, path: str) -> str | None:
    if isinstance(a, dict) and isinstance(b, dict):
        keys = sorted(a.keys() | b.keys())
        inner = [(f"{path}.{key}", a.get(key), b.get(key)) for key in keys]
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
        inner = [(f"{path}[{i}]", *pair) for i, pair in enumerate(zip_longest(a, b))]
    else:
        return None if a == b else f"{path} is {a!r:.60} here and {b!r:.60} there"
    return next(filter(None, (_first_difference(x, y, at) for at, x, y in inner)), None)
