"""RAMS' JSON Lines: one event in a window of five sentences; token numbers include the last."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..model import Argument, Document, Event, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample, span
from .tokens import Grid, laid

Typed = tuple[int, int, list[tuple[str, float]]]
Pair = tuple[int, int]


class Line(msgspec.Struct):
    """A window."""

    doc_key: str
    sentences: list[list[str]]
    evt_triggers: list[Typed]
    ent_spans: list[Typed] = []
    gold_evt_links: list[tuple[Pair, Pair, str]] = []
    split: str | None = None
    source_url: str | None = None


def _recognises(sample: Sample) -> bool:
    return not sample.is_dir and sample.has("doc_key", "evt_triggers", "sentences")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for where, line in packed.records(path, Line, ledger, refuse):
        ledger.take("documents")
        grid = laid(line.sentences)
        named = {"split": line.split, "source_url": line.source_url}
        document = Document(
            id=line.doc_key,
            text=grid.text,
            events=tuple(_events(line, grid, ledger, where)),
            meta={**grid.meta, **{name: value for name, value in named.items() if value}},
        )
        yield packed.located(document, path, where)


def _events(line: Line, grid: Grid, ledger: Ledger, where: str) -> Iterator[Event]:
    triggers = {(start, end) for start, end, _ in line.evt_triggers}
    ledger.take("arguments", len(line.gold_evt_links))
    for trigger, _, role in line.gold_evt_links:
        if trigger not in triggers:
            ledger.lose("arguments", "its event is not there", f"{where}: {role}")
    linked = {filler for _, filler, _ in line.gold_evt_links}
    loose = [one for one in line.ent_spans if (one[0], one[1]) not in linked]
    ledger.drop("spans", "no argument of the event", where, len(loose))
    seen = set()
    for start, end, types in line.evt_triggers:
        ledger.take("events", max(len(types), 1))
        links = [link for link in line.gold_evt_links if link[0] == (start, end)]
        if (start, end) in seen:  # its arguments are with the first
            links = []
        seen.add((start, end))
        place = grid.between("events", start, end + 1, None, ledger, where)
        if place is None or not types:
            if place is not None:
                ledger.lose("events", "without a type", where)
            ledger.lose("events", "a further type of the same", where, max(len(types) - 1, 0))
            ledger.lose("arguments", "its event is lost", where, len(links))
            continue
        arguments: list[Any] = []
        for _, (first, last), role in links:
            filler = grid.between("arguments", first, last + 1, None, ledger, f"{where}: {role}")
            if filler is not None:
                name = re.sub(r"^evt\d+arg\d+", "", role)
                arguments.append(span(Argument, grid.text, (filler,), role=name))
        for i, (kind, _) in enumerate(types):
            given = tuple(arguments) if i == 0 else ()
            yield Event(type=kind, trigger=span(Span, grid.text, (place,)), arguments=given)


FORMAT = Format(
    name="rams",
    explains="RAMS JSON Lines: an event and its arguments in five sentences",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
