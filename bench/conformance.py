"""Does a system keep the protocol? A suite of checks that any system should pass.

The system runs in processes of its own, so that a check can fail and the others go on. Nothing
here looks at what a system is worth.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import attrgetter
from typing import Any, Literal, NamedTuple

import msgspec

from .commands import Command
from .errors import SystemFailed
from .grounding import with_offsets
from .hosting import SECONDS, Hosted
from .model import Document
from .protocol import Misshapen
from .registry import COMMAND
from .validation import span_faults

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
    """What came of one text."""

    predictions: tuple[Document, ...]
    fault: str | None
    """Why nothing came."""
    misshapen: bool = False
    """Whether what came was no prediction."""


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
    first = _started(reference, options, seconds, "1")
    try:
        second = _started(reference, options, seconds, "2")
        try:
            return tuple(_checks(first, second))
        finally:
            second.close()
    finally:
        first.close()


def _started(
    reference: str, options: Mapping[str, str] | None, seconds: float, hash_seed: str
) -> Command | Hosted:
    """The system in a process; sets of strings have another order in each."""
    if reference.startswith(COMMAND):
        limits = {"timeout": str(seconds), "start": str(seconds)}
        return Command(reference.removeprefix(COMMAND), {**limits, **(options or {})})
    environment = {"PYTHONHASHSEED": hash_seed}
    return Hosted(reference, options, seconds=seconds, environment=environment)


def _checks(first: Command | Hosted, second: Command | Hosted) -> Iterator[Check]:
    documents = {name: Document(id=name, text=text) for name, text in TEXTS.items()}
    usual = [document for name, document in documents.items() if name not in _APART]
    forward = _read(first, usual)
    alone = {name: _read(first, [document]) for name, document in documents.items()}
    answered = {name: _count_faults(name, reading) for name, reading in alone.items()}
    fitting = {name: _offset_faults(name, reading) for name, reading in alone.items()}
    shapes = {name: [r.fault or ""] if r.misshapen else [] for name, r in alone.items()}

    yield Check("loads", "pass", f"{first.name} {first.version}")
    came = any(reading.fault is None or reading.misshapen for reading in alone.values())
    if not came:
        yield Check("one prediction a document", "not tried", "no text was read")
        yield Check("schema", "not tried", "no text was read")
    else:
        yield _over_all("one prediction a document", answered, "its id is the document's")
        yield _over_all("schema", shapes, "")
    spans = sum(1 for r in alone.values() for p in r.predictions for _ in p.spans())
    if spans:
        yield _over_all("offsets", fitting, f"{spans} spans fit their texts")
    else:
        yield Check("offsets", "not tried", "no span was predicted")
    yield _no_document(first)

    sound = [one for one in usual if not (alone[one.id].fault or answered[one.id])]
    if len(sound) < len(usual):
        # Without those that it fails on, and from the beginning.
        first.close()
        forward = _read(first, sound)
    yield from _comparisons(second, sound, forward, alone)
    for name in documents:
        faults = [*filter(None, [alone[name].fault]), *answered[name], *fitting[name]]
        size = f"{len(TEXTS[name])} characters, " if name in _APART else ""
        found = sum(1 for p in alone[name].predictions for _ in p.spans())
        says = faults[0] if faults else f"{size}{found} spans"
        yield Check(name, "fail" if faults else "pass", says)


def _comparisons(
    second: Command | Hosted,
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
    single = _Reading(tuple(p for one in sound for p in alone[one.id].predictions), None)
    pairs = ((forward, again), (again, backward), (forward, single))
    says = (
        "two processes give the same",
        "forwards and backwards give the same",
        "one by one and together give the same",
    )
    for name, (one, other), text in zip(names, pairs, says, strict=True):
        fault = one.fault or other.fault or _difference(one, other)
        yield Check(name, "fail" if fault else "pass", fault or f"{len(sound)} texts: {text}")


def _read(system: Command | Hosted, documents: Sequence[Document]) -> _Reading:
    try:
        return _Reading(tuple(system.extract(documents)), None)
    except SystemFailed as error:
        misshapen = any(isinstance(one, Misshapen) for one in (error, error.__cause__))
        return _Reading((), " ".join(str(error).split()), misshapen)


def _no_document(system: Command | Hosted) -> Check:
    reading = _read(system, [])
    fault = reading.fault
    if reading.predictions:
        fault = f"returned {len(reading.predictions)} predictions"
    return Check("no document", "fail" if fault else "pass", fault or "nothing is returned")


def _count_faults(name: str, reading: _Reading) -> list[str]:
    if reading.fault is not None:
        return []
    ids = [prediction.id for prediction in reading.predictions]
    return [] if ids == [name] else [f"returned predictions for {ids}; expected {[name]}"]


def _offset_faults(name: str, reading: _Reading) -> list[str]:
    text = TEXTS[name]
    return [
        f"{fault.path}: {fault.message}"
        for prediction in reading.predictions
        for fault in span_faults(with_offsets(prediction, text), text)
    ]


def _over_all(name: str, faults: Mapping[str, Sequence[str]], says: str) -> Check:
    """One check of what was found in all texts."""
    found = [f"{text}: {fault}" for text, some in faults.items() for fault in some]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if found:
        return Check(name, "fail", found[0] + more)
    return Check(name, "pass", ", ".join(filter(None, [f"{len(faults)} texts", says])))


def _difference(one: _Reading, other: _Reading) -> str | None:
    """Where two readings of the same documents differ, whatever the order of the documents."""
    key: Callable[[Document], str] = attrgetter("id")
    pairs = zip_longest(sorted(one.predictions, key=key), sorted(other.predictions, key=key))
    for a, b in pairs:
        if a is None or b is None:
            return f"{(a or b).id}: predicted only once"
        path = _first_difference(msgspec.to_builtins(a), msgspec.to_builtins(b), "$")
        if path:
            return f"{a.id}: {path}"
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
