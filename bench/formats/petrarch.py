"""PETRARCH's events: tab-separated date, source, target, code; or its validation XML.

There are codes and no places: a trigger is its code, and the arguments ``actor`` and ``recipient``
are theirs, as strings; they can be compared by `@text` and by type. The rows of a day are a
document, and so is a sentence of the XML, which has its text; XML without codings, as PETRARCH
reads it, is texts alone. An id that comes again is numbered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from ..model import Argument, Document, Event, Span
from . import packed
from .base import Format, Ledger, Located, Refuse, Sample
from .markup import Tree

_ROW = re.compile(r"(\d{8})\t([^\t\n]*)\t([^\t\n]*)\t(\d{2,4}[A-Z]?)(?:\t.*)?")


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return False
    if sample.name.endswith(".xml"):
        return "<EventCoding" in sample.text or (
            "<Sentences" in sample.text and "<Text" in sample.text
        )
    return bool(_ROW.fullmatch(sample.text.partition("\n")[0].rstrip("\r")))


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    if Sample(path).text.lstrip().startswith("<"):
        return _sentences(path, ledger)
    return _days(path, ledger, refuse)


def _event(code: str, source: str, target: str, ledger: Ledger) -> Event:
    given = (("actor", source.strip()), ("recipient", target.strip()))
    arguments = tuple(Argument(role=role, text=one) for role, one in given if one.strip("-"))
    ledger.take("events")
    ledger.take("arguments", len(arguments))
    return Event(type=code, trigger=Span(text=code), arguments=arguments)


def _days(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    days: dict[str, list[Event]] = {}
    first: dict[str, int] = {}
    for number, raw in packed.lines(path):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        row = _ROW.fullmatch(line)
        if row is None:
            refuse(
                f"{path}:{number}: {line[:60]!r}; expected date, source, target and code by tabs"
            )
            ledger.drop("events", "a row that is none", f"{path}:{number}")
            continue
        if row[0].count("\t") > 3:
            ledger.drop("further columns", "no place in the data model", f"{path}:{number}")
        first.setdefault(row[1], number)
        days.setdefault(row[1], []).append(_event(row[4], row[2], row[3], ledger))
    for day, events in days.items():
        ledger.take("documents")
        yield Located(Document(id=day, events=tuple(events)), path, first[day])


def _sentences(path: Path, ledger: Ledger) -> Iterator[Located]:
    tree = Tree(path)
    coded_at_all = next(tree.root.iter("EventCoding"), None) is not None
    seen: Counter[str] = Counter()
    for sentence in tree.root.iter("Sentence"):
        name, text = sentence.get("id"), sentence.findtext("Text")
        where = tree.place(sentence)
        if name is None or text is None:
            raise InputError(f"{where}: <Sentence> without id= or <Text>")
        ledger.take("documents")
        seen[name] += 1
        if seen[name] > 1:
            ledger.move("documents", "its id comes again: numbered", where)
            name = f"{name} ({seen[name]})"
        codings = list(sentence.iter("EventCoding"))
        nothing = [one for one in codings if one.get("noevents") or one.get("noEvents")]
        ledger.drop("codings", "that there is no event", where, len(nothing))
        events = [
            _event(
                one.get("eventcode") or one.get("eventCode") or "",
                one.get("sourcecode") or one.get("sourceCode") or "",
                one.get("targetcode") or one.get("targetCode") or "",
                ledger,
            )
            for one in codings
            if one not in nothing
        ]
        coded = [event for event in events if event.type]
        gone = [event for event in events if not event.type]
        ledger.lose("events", "without a code", where, len(gone))
        ledger.lose("arguments", "its event is lost", where, sum(len(e.arguments) for e in gone))
        date = sentence.get("date")
        document = Document(
            id=name,
            text=" ".join(text.split()),
            events=tuple(coded) if coded_at_all else None,
            meta={"date": date} if date else {},
        )
        yield Located(document, path, int(where.rpartition(":")[2]))


FORMAT = Format(
    name="petrarch",
    explains="PETRARCH events (tab-separated), or its validation XML",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
