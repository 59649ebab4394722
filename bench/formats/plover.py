"""PLOVER's gold standard records: a list of sentences with marks in them and one event each.

The text is what the marks leave. What is marked ``EVT`` is the trigger, in pieces where there are
several marks; ``SRC``, ``TAR`` and ``LOC`` are arguments, ``SRC/TAR`` two. Equal strings that are
marked are one actor, whose type is its sector (else its code, else ``-``). The types of events are
those of the records, an older set: the table `plover` of ``bench convert --map`` brings them to the
sixteen.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Actor, Argument, Document, Event, Mention, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample, span

_MARK = re.compile(r"\((EVT|(?:SRC|TAR|LOC)(?:/(?:SRC|TAR|LOC))*): *")
_ROLES = {"SRC": "actor", "TAR": "recipient", "LOC": "location"}


class Coded(msgspec.Struct):
    """An actor as it is coded."""

    actorText: str = ""  # noqa: N815
    code: str | None = None
    sector: str | None = None


class Marked(msgspec.Struct):
    """The text with its marks."""

    markup: str


class Record(msgspec.Struct):
    """A sentence and its event."""

    id: str
    event: str
    text: str = ""
    textInfo: Marked | str | None = None  # noqa: N815
    source: list[Coded] | str | None = None
    target: list[Coded] | str | None = None
    date: str | None = None
    mode: Any = None
    context: Any = None


def _recognises(sample: Sample) -> bool:
    if sample.is_dir or not (sample.has("event", "id") and sample.has("eventText")):
        return False
    return sample.has("textInfo") or '"textInfo"' in sample.text


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    seen: Counter[str] = Counter()
    for where, record in packed.records(path, Record, ledger, refuse):
        ledger.take("documents")
        at = f"{where}: {record.id}"
        if record.textInfo is None:
            ledger.lose("documents", f"no sentence with marks ({record.event})", at)
            continue
        seen[record.id] += 1
        again = f" {seen[record.id]}" if seen[record.id] > 1 else ""
        yield Located(_document(record, f"{record.id}{again}", ledger, at), path)


def _document(record: Record, name: str, ledger: Ledger, where: str) -> Document:
    info = record.textInfo
    text, marks, broken = unmarked(info.markup if isinstance(info, Marked) else info or "")
    ledger.drop("marks", "without an end, or of nothing", where, broken)
    if " ".join(text.split()) != " ".join(record.text.split()):
        ledger.move("texts", "the sentence without its marks is not the one given", where)
    coded = [
        one
        for side in (record.source, record.target)
        for one in (side if isinstance(side, list) else ())
    ]
    sectors = {one.actorText: one.sector or one.code or "-" for one in coded}
    trigger = tuple(place for kind, place in marks if kind == "EVT")
    fillers = [(kind, place) for kind, place in marks if kind != "EVT"]
    named: dict[str, list[Mention]] = defaultdict(list)
    for _, place in fillers:
        named[text[slice(*place)]].append(span(Mention, text, (place,)))
    for one in coded:
        if one.actorText not in named:
            ledger.drop("coded actors", "not marked in the sentence", f"{where}: {one.actorText!r}")
    arguments = tuple(
        span(Argument, text, (place,), role=_ROLES[role])
        for kind, place in fillers
        for role in kind.split("/")
    )
    ledger.take("actors", len(named))
    ledger.take("mentions", len(fillers))
    ledger.take("events")
    ledger.take("arguments", len(arguments))
    event = trigger and Event(
        type=record.event, trigger=span(Span, text, _apart(trigger)), arguments=arguments
    )
    if not event:
        ledger.lose("events", "no trigger is marked", where)
        ledger.lose("arguments", "its event is lost", where, len(arguments))
    known = {"date": record.date, "mode": record.mode, "context": record.context}
    return Document(
        id=name,
        text=text,
        actors=tuple(
            Actor(type=sectors.get(one, "-"), mentions=tuple(mentions), name=one)
            for one, mentions in named.items()
        ),
        events=(event,) if event else (),
        meta={field: value for field, value in known.items() if value},
    )


def _apart(pieces: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Pieces in order; those within others are left out."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return tuple(kept)


def unmarked(markup: str) -> tuple[str, list[tuple[str, tuple[int, int]]], int]:
    """The text without its marks, what was marked, and how many marks are broken.

    >>> unmarked("(SRC: Iran (west)) (EVT: met)")
    ('Iran (west) met', [('SRC', (0, 11)), ('EVT', (12, 15))], 0)
    """
    text, at, depth, broken = "", 0, 0, 0
    found: list[tuple[str, tuple[int, int]]] = []
    inside: list[tuple[str, int, int]] = []
    while at < len(markup):
        mark = _MARK.match(markup, at)
        if mark:
            inside.append((mark[1], len(text), depth))
            depth += 1
            at = mark.end()
            continue
        letter = markup[at]
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == ")" and inside and inside[-1][2] == depth:
            kind, start, _ = inside.pop()
            end = len(text.rstrip()) if text[start:].strip() else start
            if end > start:
                found.append((kind, (start, end)))
            else:
                broken += 1
        else:
            text += letter
        at += 1
    return text, sorted(found, key=lambda each: each[1]), broken + len(inside)


FORMAT = Format(
    name="plover",
    explains="PLOVER gold standard records: JSON with marks in the sentences",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
    ontology="plover-gsr",
)
