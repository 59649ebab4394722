"""ACE 2005: ``.apf.xml`` beside its ``.sgm``.

Offsets count the characters of the ``.sgm`` without its tags; the last is included. A mention is
the extent. A type is ``TYPE:SUBTYPE`` for events. Of the passes over a document ``timex2norm`` is
read where it is there.
"""

import re
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
_BEST = "timex2norm"


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return next(sample.path.rglob("*.apf.xml"), None) is not None
    return sample.name.endswith(".apf.xml")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    files = sorted(path.rglob("*.apf.xml")) if path.is_dir() else [path]
    best = {file.name for file in files if file.parent.name == _BEST}
    kept = []
    for file in files:
        if file.name in best and file.parent.name != _BEST:
            ledger.drop("documents", f"another pass than {_BEST}", str(file))
        else:
            kept.append(file)
    return each(kept, _document, ledger, refuse)


def _document(file: Path, ledger: Ledger) -> Document:
    tree = Tree(file)
    root = tree.root if tree.root.tag == "document" else tree.root.find("document")
    if root is None:
        raise InputError(f"{file}: <{tree.root.tag}>; expected <source_file> with a <document>")
    source = file.with_name(file.name.removesuffix(".apf.xml") + ".sgm")
    text = re.sub(r"<[^>]*>", "", read_text(source).replace("\r\n", "\n"))
    reading = _Reading(tree, Anchor(text, ledger), ledger)
    document = Document(
        id=needed(tree, root, "DOCID"),
        text=text,
        actors=tuple(reading.actors(root)),
        events=tuple(reading.events(root)),
    )
    reading.others(root)
    return document


class _Reading:
    def __init__(self, tree: Tree, anchor: Anchor, ledger: Ledger) -> None:
        self.tree = tree
        self.anchor = anchor
        self.ledger = ledger
        self.places: dict[str, tuple[int, int]] = {}

    def place(self, item: str, element: Element | None, owner: Element) -> tuple[int, int] | None:
        """Where an extent stands."""
        sequence = None if element is None else element.find("charseq")
        if sequence is None:
            raise InputError(f"{self.tree.place(owner)}: <{owner.tag}> without a charseq")
        start, last = number(self.tree, sequence, "START"), number(self.tree, sequence, "END")
        where = self.tree.place(owner)
        return self.anchor.place(item, start, last + 1, sequence.text or "", where)

    def actors(self, root: Element) -> Iterator[Actor]:
        for entity in root.iter("entity"):
            made: list[Any] = []
            for mention in entity.iter("entity_mention"):
                self.ledger.take("mentions")
                place = self.place("mentions", mention.find("extent"), mention)
                if place is None:
                    continue
                self.places[needed(self.tree, mention, "ID")] = place
                level = _LEVELS.get((mention.get("TYPE") or "")[:3])
                made.append(span(Mention, self.anchor.text, (place,), level=level))
            self.ledger.take("actors")
            if not made:
                why = "none of its mentions is in the text"
                self.ledger.lose("actors", why, self.tree.place(entity))
                continue
            names = [name.get("NAME") for name in entity.iter("name")]
            kind = needed(self.tree, entity, "TYPE")
            yield Actor(type=kind, mentions=tuple(made), name=names[0] if names else None)

    def events(self, root: Element) -> Iterator[Event]:
        for event in root.iter("event"):
            mentions = list(event.iter("event_mention"))
            subtype = event.get("SUBTYPE")
            kind = needed(self.tree, event, "TYPE") + (f":{subtype}" if subtype else "")
            for mention in mentions:
                fillers = list(mention.iter("event_mention_argument"))
                self.ledger.take("events")
                self.ledger.take("arguments", len(fillers))
                trigger = self.place("events", mention.find("anchor"), mention)
                if trigger is None:
                    why = "its event is lost"
                    self.ledger.lose("arguments", why, self.tree.place(mention), len(fillers))
                    continue
                yield Event(
                    type=kind,
                    trigger=span(Span, self.anchor.text, (trigger,)),
                    arguments=tuple(filter(None, map(self.argument, fillers))),
                    realis=_realis(event),
                    polarity="negative" if event.get("POLARITY") == "Negative" else "positive",
                    hopper=needed(self.tree, event, "ID") if len(mentions) > 1 else None,
                )

    def argument(self, filler: Element) -> Argument | None:
        role = needed(self.tree, filler, "ROLE")
        place = self.places.get(filler.get("REFID") or "")
        if place is None:
            if filler.find("extent") is None:
                why = "what it refers to is not there"
                self.ledger.lose("arguments", why, self.tree.place(filler))
                return None
            place = self.place("arguments", filler.find("extent"), filler)
        if place is None:
            return None
        made: Argument = span(Argument, self.anchor.text, (place,), role=role)
        return made

    def others(self, root: Element) -> None:
        """What the data model has no place for."""
        kinds = {"relation_mention": "relations", "value_mention": "values",
                 "timex2_mention": "times"}  # fmt: skip
        for tag, item in kinds.items():
            for one in root.iter(tag):
                self.ledger.drop(item, "no place in the data model", self.tree.place(one))


def _realis(event: Element) -> Realis:
    if event.get("GENERICITY") == "Generic":
        return "generic"
    return "other" if event.get("MODALITY") == "Other" else "actual"


FORMAT = Format(
    name="ace",
    explains="ACE 2005: .apf.xml beside .sgm, a file or a folder",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
    ontology="ace",
)
