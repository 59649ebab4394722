"""Rich and Light ERE: ``.rich_ere.xml`` and the like, with their source texts.

Offsets count the characters of the source as it is, tags included. It is looked for beside the
annotation, in ``source`` or ``../source``, under the name of the document. The type of an event is
``type:subtype``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from xml.etree.ElementTree import Element

from ..errors import InputError
from ..model import Actor, Argument, Document, Event, Level, Mention, Realis, Span
from ..paths import read_text
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, each, span
from .markup import Tree, needed, number

_LEVELS: dict[str, Level] = {level: level for level in get_args(Level)}
_REALIS: dict[str, Realis] = {realis: realis for realis in get_args(Realis)}
_SUFFIXES = (".cmp.txt", ".mp.txt", ".txt", ".xml", ".mpdf.xml", ".sgm", "")
_NAMES = ("*.rich_ere.xml", "*.ere.xml", "*.light_ere.xml")


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return bool(_files(sample.path))
    return sample.name.endswith(".xml") and "<deft_ere" in sample.text[:2000]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted({file for name in _NAMES for file in path.rglob(name)})


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    return each(_files(path), _document, ledger, refuse)


def _document(file: Path, ledger: Ledger) -> Document:
    tree = Tree(file)
    if tree.root.tag != "deft_ere":
        raise InputError(f"{file}: <{tree.root.tag}>; expected <deft_ere>")
    name = needed(tree, tree.root, "doc_id")
    reading = _Reading(tree, Anchor(_source(file, name), ledger), ledger)
    document = Document(
        id=name,
        text=reading.anchor.text,
        actors=tuple(reading.actors()),
        events=tuple(reading.events()),
    )
    reading.others()
    return document


def _source(file: Path, name: str) -> str:
    if Path(name).name != name:
        raise InputError(f"{file}: doc_id {name!r} can be no file's name")
    folders = (file.parent, file.parent / "source", file.parent.parent / "source")
    for folder in folders:
        for suffix in _SUFFIXES:
            source = folder / f"{name}{suffix}"
            if source.is_file() and source != file:
                return read_text(source)
    raise InputError(f"{file}: no text of {name} beside it, in source or in ../source")


class _Reading:
    def __init__(self, tree: Tree, anchor: Anchor, ledger: Ledger) -> None:
        self.tree = tree
        self.anchor = anchor
        self.ledger = ledger
        self.places: dict[str, tuple[int, int]] = {}

    def place(self, item: str, element: Element, surface: str | None) -> tuple[int, int] | None:
        start, length = number(self.tree, element, "offset"), number(self.tree, element, "length")
        where = self.tree.place(element)
        return self.anchor.place(item, start, start + length, surface, where)

    def actors(self) -> Iterator[Actor]:
        for entity in self.tree.root.iter("entity"):
            made: list[Any] = []
            for mention in entity.iter("entity_mention"):
                self.ledger.take("mentions")
                place = self.place("mentions", mention, mention.findtext("mention_text"))
                if place is None:
                    continue
                self.places[needed(self.tree, mention, "id")] = place
                level = _LEVELS.get(mention.get("noun_type") or "")
                made.append(span(Mention, self.anchor.text, (place,), level=level))
            self.ledger.take("actors")
            if made:
                yield Actor(type=needed(self.tree, entity, "type"), mentions=tuple(made))
            else:
                why = "none of its mentions is in the text"
                self.ledger.lose("actors", why, self.tree.place(entity))
        for filler in self.tree.root.iter("filler"):
            if filler.get("offset") is not None:
                self.ledger.take("fillers")
                place = self.place("fillers", filler, filler.text)
                if place is not None:
                    self.places[needed(self.tree, filler, "id")] = place

    def events(self) -> Iterator[Event]:
        groups = [*self.tree.root.iter("hopper"), *self.tree.root.iter("event")]
        for group in groups:
            mentions = list(group.iter("event_mention"))
            for mention in mentions:
                fillers = [*mention.iter("em_arg"), *mention.iter("arg")]
                self.ledger.take("events")
                self.ledger.take("arguments", len(fillers))
                where = self.tree.place(mention)
                anchor = mention.find("trigger")
                trigger = None if anchor is None else self.place("events", anchor, anchor.text)
                if trigger is None:
                    if anchor is None:
                        self.ledger.lose("events", "without a trigger", where)
                    self.ledger.lose("arguments", "its event is lost", where, len(fillers))
                    continue
                subtype = mention.get("subtype")
                kind = needed(self.tree, mention, "type") + (f":{subtype}" if subtype else "")
                given = mention.get("realis") or "actual"
                realis = _REALIS.get(given.lower())
                if realis is None:
                    self.ledger.lose("realis", f"{given!r} is unknown", where)
                yield Event(
                    type=kind,
                    trigger=span(Span, self.anchor.text, (trigger,)),
                    arguments=tuple(filter(None, map(self.argument, fillers))),
                    realis=realis or "actual",
                    hopper=needed(self.tree, group, "id") if len(mentions) > 1 else None,
                )

    def argument(self, filler: Element) -> Argument | None:
        where = self.tree.place(filler)
        key = filler.get("entity_mention_id") or filler.get("filler_id") or ""
        place = self.places.get(key)
        if place is None:
            self.ledger.lose("arguments", "what it refers to is not there", where)
            return None
        if (filler.get("realis") or "true").lower() not in ("true", "actual"):
            self.ledger.drop("realis of arguments", "no place in the data model", where)
        role = needed(self.tree, filler, "role")
        made: Argument = span(Argument, self.anchor.text, (place,), role=role)
        return made

    def others(self) -> None:
        """What the data model has no place for."""
        for relation in self.tree.root.iter("relation_mention"):
            where = self.tree.place(relation)
            self.ledger.drop("relations", "no place in the data model", where)


FORMAT = Format(
    name="ere",
    explains="Rich and Light ERE XML with their source texts, a file or a folder",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
)
