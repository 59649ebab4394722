"""CASIE's JSON: a file for each document, with hoppers of events about cyber attacks.

Offsets count characters of ``content``. A subtype is the event's type, as the corpus is scored.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..errors import InputError
from ..model import Argument, Document, Event, Realis, Span
from . import packed
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, span

_REALIS: dict[str, Realis] = {
    "actual": "actual", "generic": "generic", "general": "generic", "other": "other",
}  # fmt: skip


class Stretch(msgspec.Struct):
    """A string at a place."""

    startOffset: int  # noqa: N815
    endOffset: int  # noqa: N815
    text: str | None = None


class Role(msgspec.Struct):
    """A role."""

    type: str


class Filler(msgspec.Struct):
    """An argument."""

    startOffset: int  # noqa: N815
    endOffset: int  # noqa: N815
    role: Role | str
    text: str | None = None
    type: str | None = None
    external_reference: Any = None


class Mention(msgspec.Struct):
    """A mention of an event."""

    nugget: Stretch
    type: str | None = None
    subtype: str | None = None
    realis: str | None = None
    argument: list[Filler] | None = None


class Hopper(msgspec.Struct):
    """The mentions of one event."""

    events: list[Mention]
    index: Any = None


class Attack(msgspec.Struct):
    """The hoppers of a document."""

    hopper: list[Hopper] = []


class Whole(msgspec.Struct):
    """A document."""

    content: str
    cyberevent: Attack | None = None
    info: dict[str, Any] = {}


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        first = next(iter(sorted(sample.path.glob("*.json"))), None)
        return first is not None and _recognises(Sample(first))
    return sample.has("content") and (sample.has("cyberevent") or sample.has("sourcefile"))


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        try:
            whole = packed.document(file, Whole)
        except InputError as error:
            refuse(str(error))
            ledger.drop("documents", packed.CANNOT_BE_READ, str(file))
            continue
        ledger.take("documents")
        events = tuple(_events(whole, Anchor(whole.content, ledger), ledger, str(file)))
        name = Sample(file).name.removesuffix(".json")
        yield Located(Document(id=name, text=whole.content, events=events), file)


def _events(whole: Whole, anchor: Anchor, ledger: Ledger, where: str) -> Iterator[Event]:
    for i, hopper in enumerate(whole.cyberevent.hopper if whole.cyberevent else ()):
        for one in hopper.events:
            fillers = one.argument or []
            ledger.take("events")
            ledger.take("arguments", len(fillers))
            nugget = one.nugget
            at = f"{where}: {one.subtype or one.type} {nugget.text!r}"
            place = anchor.place("events", nugget.startOffset, nugget.endOffset, nugget.text, at)
            if place is None:
                ledger.lose("arguments", "its event is lost", at, len(fillers))
                continue
            arguments = []
            for each in fillers:
                if each.external_reference:
                    ledger.drop("external references", "no place in the data model", at)
                role = each.role if isinstance(each.role, str) else each.role.type
                found = anchor.place(
                    "arguments", each.startOffset, each.endOffset, each.text, f"{at}: {role}"
                )
                if found is not None:
                    arguments.append(span(Argument, anchor.text, (found,), role=role))
            realis = _REALIS.get((one.realis or "actual").lower())
            if realis is None:
                ledger.lose("realis", f"{one.realis!r} is unknown", at)
            yield Event(
                type=one.subtype or one.type or "EVENT",
                trigger=span(Span, anchor.text, (place,)),
                arguments=tuple(arguments),
                realis=realis or "actual",
                hopper=f"h{i}" if len(hopper.events) > 1 else None,
            )


FORMAT = Format(
    name="casie",
    explains="CASIE JSON: a file, or a folder of one a document",
    layers=("events",),
    recognises=_recognises,
    read=_read,
)
