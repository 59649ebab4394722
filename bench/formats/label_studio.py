"""Label Studio's JSON export: tasks with regions, relations, and choices and texts per region.

Regions and relations mean what `graph` says; what is chosen or typed for a region under the names
``level``, ``realis``, ``polarity``, ``unknown`` and ``name`` are its attributes. Offsets are of
UTF-16 units, as a browser counts, unless others fit the texts of more regions. Of several
annotations of a task each that was not cancelled is a document, ``TASK:ANNOTATOR``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

from ..model import Document
from ..paths import write_file
from . import graph, packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample

_USUAL = "UTF-16 units"


class Value(msgspec.Struct, omit_defaults=True):
    """What a result says; offsets are numbers in plain text, strings in HTML."""

    start: int | str | None = None
    end: int | str | None = None
    text: str | list[str] | None = None
    labels: list[str] = []
    choices: list[str] = []


class Result(msgspec.Struct, omit_defaults=True):
    """A region, a relation between two, or what was chosen or typed for one."""

    type: str
    id: str | None = None
    from_name: str | None = None
    to_name: str | None = None
    value: Value | None = None
    from_id: str | None = None
    to_id: str | None = None
    direction: str | None = None
    labels: list[str] = []


class Annotation(msgspec.Struct, omit_defaults=True):
    """What one person made of a task."""

    result: list[Result] = []
    was_cancelled: bool = False
    completed_by: Any = None
    id: int | str | None = None


class Task(msgspec.Struct, omit_defaults=True):
    """A text and its annotations."""

    data: dict[str, Any]
    id: int | str | None = None
    annotations: list[Annotation] = []
    completions: list[Annotation] = []
    predictions: list[msgspec.Raw] = []


def _recognises(sample: Sample) -> bool:
    if sample.is_dir or not isinstance(sample.first, dict):
        return False
    return isinstance(sample.first.get("data"), dict) and (
        sample.has("annotations") or sample.has("completions") or sample.has("predictions")
    )


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    found = graph.same_layers(_documents(path, ledger, refuse))
    return (packed.located(document, path, where) for where, document in found)


def _documents(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[tuple[str, Document]]:
    for number, (where, task) in enumerate(packed.records(path, Task, ledger, refuse), 1):
        at = f"{where}: task {number if task.id is None else task.id}"
        text = task.data.get("text")
        if not isinstance(text, str):
            strings = [value for value in task.data.values() if isinstance(value, str)]
            if len(strings) != 1:
                ledger.drop("documents", "no field data.text", at)
                continue
            (text,) = strings
        made = [*task.annotations, *task.completions]
        valid = [one for one in made if not one.was_cancelled]
        ledger.drop("annotations", "cancelled", at, len(made) - len(valid))
        ledger.drop("predictions", "only annotations are read", at, len(task.predictions))
        own = task.data.get("eventbench")
        name = own if isinstance(own, str) else str(number if task.id is None else task.id)
        meta = {k: v for k, v in task.data.items() if k != "eventbench" and v is not text}
        who: Counter[str] = Counter()
        for i, one in enumerate(valid or [Annotation()], 1):
            ledger.take("documents")
            its, about = name, meta
            if len(valid) > 1:
                annotator = _annotator(one, i)
                who[annotator] += 1
                again = f" ({who[annotator]})" if who[annotator] > 1 else ""
                its, about = f"{name}:{annotator}{again}", {**meta, "annotator": annotator}
            found = _graph(text, one.result, ledger, at)
            yield where, graph.document(its, text, found, ledger, at, about)


def _annotator(one: Annotation, number: int) -> str:
    """Who made an annotation, by id or address; else its own id, or its number in the task."""
    by = one.completed_by
    if isinstance(by, dict):
        by = by.get("id", by.get("email"))
    return str(next(each for each in (by, one.id, number) if each is not None))


def _graph(text: str, results: list[Result], ledger: Ledger, where: str) -> graph.Graph:
    regions = [one for one in results if one.type == "labels" and one.value is not None]
    anchor = Anchor(text, ledger)
    anchor.choose([item for one in regions if (item := _item(one.value))], _USUAL)
    made = graph.Graph()
    ids: dict[str | None, int] = {}
    attributes: dict[str | None, dict[str, str]] = {}
    for one in results:
        if one.type in ("choices", "textarea") and one.value and one.from_name in graph.ATTRIBUTES:
            typed = [one.value.text] if isinstance(one.value.text, str) else one.value.text
            chosen = one.value.choices or typed or []
            attributes.setdefault(one.id, {})[one.from_name] = chosen[0] if chosen else ""
        elif one.type not in ("labels", "relation"):
            ledger.drop(f"results of type {one.type}", "no place in the data model", where)
    for one in regions:
        value = one.value or Value()
        item = _item(value)
        at = f"{where}: region {one.id}"
        ledger.take("spans", len(value.labels))
        if item is None:
            ledger.lose("spans", "no offsets in a plain text", at, len(value.labels))
            continue
        for i, label in enumerate(value.labels):
            place = anchor.place("spans", *item, f"{at}, {label}")
            if place is not None:
                own = attributes.get(one.id, {}) if i == 0 else {}
                node = made.add(label, (place,), **own)
                ids.setdefault(one.id, node)
        if not value.labels:
            ledger.drop("spans", "without a label", at)
    for one in results:
        if one.type == "relation":
            _link(one, ids, made, ledger, where)
    return made


def _item(value: Value | None) -> tuple[int, int, str | None] | None:
    if value is None or not isinstance(value.start, int) or not isinstance(value.end, int):
        return None
    return value.start, value.end, value.text if isinstance(value.text, str) else None


def _link(
    one: Result, ids: dict[str | None, int], made: graph.Graph, ledger: Ledger, where: str
) -> None:
    if one.from_id not in ids or one.to_id not in ids:
        ledger.drop("relations", "one of its ends is not there", where)
        return
    head, child = ids[one.from_id], ids[one.to_id]
    if one.direction == "left":
        head, child = child, head
    if not one.labels:
        ledger.drop("relations", "without a label", where)
    made.links.extend((head, child, label) for label in one.labels)


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    tasks = list(_tasks(documents, ledger))
    write_file(path, packed.packed(path, msgspec.json.format(msgspec.json.encode(tasks))))


def _tasks(documents: Iterable[Document], ledger: Ledger) -> Iterator[Task]:
    for number, document in enumerate(graph.with_text(documents, ledger), 1):
        text = document.text or ""
        made = graph.graph(document, ledger, attributes=True)
        units = [0, *accumulate(1 + (letter > "\uffff") for letter in text)]
        results = []
        for i, node in enumerate(made.nodes):
            start, end, read = units[node.start], units[node.end], text[node.start : node.end]
            value = Value(start, end, read, [node.label])
            results.append(Result("labels", f"r{i}", "label", "text", value))
            for name, chosen in node.attributes.items():
                kind = "textarea" if name == "name" else "choices"
                said = Value(start, end, [chosen] if kind == "textarea" else None,
                             choices=[chosen] if kind == "choices" else [])  # fmt: skip
                results.append(Result(kind, f"r{i}", name, "text", said))
        results += [
            Result("relation", from_id=f"r{a}", to_id=f"r{b}", direction="right", labels=[label])
            for a, b, label in made.links
        ]
        own = {name: value for name, value in document.meta.items() if name not in _OWN}
        lost = document.meta.keys() & _OWN
        ledger.lose("meta", "fields of the format's own", document.id, int(bool(lost)))
        data = {"text": text, "eventbench": document.id, **own}
        yield Task(data, number, [Annotation(results)])


_OWN = {"text", "eventbench"}

FORMAT = Format(
    name="label-studio",
    explains="Label Studio JSON: regions, relations, choices per region; UTF-16 offsets",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
)
