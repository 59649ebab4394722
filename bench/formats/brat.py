"""brat standoff: ``.ann`` files beside their ``.txt``, in a folder under an ``annotation.conf``.

How the data model lies in it:

=============  ============================================================================
mention        ``T`` of an actor type, attribute ``Level``; also any other ``T`` that nothing
               uses, unless ``annotation.conf`` declares its type and not among ``<ACTOR>``
actor          the mentions joined by ``*`` lines; a lone mention is an actor too
canonical name the annotator's note (``#``) on any one mention of the actor
event          ``E``, attributes ``Realis`` and ``Polarity``; ``*`` joins a hopper
argument       the ``T`` that fills a role, or the trigger of the event that does
quote          ``E`` of type ``Attribution`` with ``Source``, ``Cue`` and ``Content``,
               attributes ``Kind`` and, where the text names no source, ``UnknownSource``
=============  ============================================================================

Whatever else stands there, relations, normalisations, other attributes and notes, unused spans,
is kept in ``meta["brat"]`` with the JSON paths of what it is about, and written back. `write` is
in `brat_writer`.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ..model import (
    LAYERS,
    PLOVER,
    Actor,
    Argument,
    Document,
    Event,
    Kind,
    Level,
    Mention,
    Ontology,
    Pieces,
    Polarity,
    Quote,
    Realis,
    Span,
)
from ..paths import read_text
from .base import ITEMS, Format, Ledger, LineFault, Located, Refuse, Sample, count
from .brat_rows import QUOTE, E, Rows, T, ontology, read_rows

__all__ = ["FORMAT", "QUOTE", "LineFault", "Parsed", "files", "ontology", "parse", "read"]


@dataclass(frozen=True)
class Parsed:
    """A document, what was wrong with its lines, and the line each JSON path came from.

    Attributes:
        document: The document.
        faults: What was wrong, by line.
        lines: The line of each JSON path.
        held: How many items of each kind the file's lines stand for.
    """

    document: Document
    faults: list[LineFault]
    lines: dict[str, int]
    held: dict[str, int]


def files(path: Path) -> list[Path]:
    """The ``.ann`` files of a collection, sorted; sub-folders are collections of their own."""
    if path.is_file():
        return [path]
    return sorted(one for one in path.glob("*.ann") if one.is_file())


def parse(ann: Path, ontology: Ontology) -> Parsed:
    """Read one ``.ann`` file and the ``.txt`` beside it, collecting faults instead of raising.

    Raises:
        InputError: One of the two files cannot be read.
    """
    text = read_text(ann.with_suffix(".txt"))
    rows = read_rows(read_text(ann))
    return _assemble(ann.stem, text, rows, ontology)


def read(path: Path, ontology: Ontology) -> Iterator[tuple[Located, Parsed]]:
    """The documents of a collection, or of one ``.ann`` file."""
    for file in files(path):
        parsed = parse(file, ontology)
        yield Located(parsed.document, file, 1, parsed.lines, parsed.faults), parsed


class _Assembly:
    """Puts the rows of one file together, remembering which line each JSON path came from."""

    def __init__(self, rows: Rows, text: str, ontology: Ontology) -> None:
        self.rows = rows
        self.text = text
        self.ontology = ontology
        self.faults = rows.faults
        self.lines: dict[str, int] = {}
        self.paths: dict[str, str] = {}
        self.kept: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.targets = {row.trigger for row in rows.events.values()}
        for row in rows.events.values():
            self.targets.update(target for _, target in row.arguments)
        self.groups = self._grouped()

    def fault(self, line: int, message: str, *, kept: bool = False) -> None:
        self.faults.append(LineFault(line, message, kept))

    def fields(self, key: str, line: int, path: str) -> dict[str, Any] | None:
        """The fields of a `Span` for a ``T`` id; None, and a fault, if there is no such line."""
        row = self.rows.spans.get(key)
        if row is None:
            self.fault(line, f"names {key}, but there is no such T line")
            return None
        self.paths.setdefault(key, path)
        self.lines[path] = row.line
        pieces = row.pieces
        found: dict[str, Any] = {
            "start": pieces[0][0],
            "end": pieces[-1][1],
            "text": self._surface(row),
        }
        return {**found, "fragments": pieces} if len(pieces) > 1 else found

    def _surface(self, row: T) -> str | None:
        """What the row says it reads; brat writes line ends as spaces."""
        read = " ".join(self.text[start:end] for start, end in row.pieces)
        same = row.text is None or "".join(read.split()) == "".join(row.text.split())
        return read if same else row.text

    def span(self, key: str | None, line: int, path: str) -> Span | None:
        found = None if key is None else self.fields(key, line, path)
        return None if found is None else Span(**found)

    def attribute(self, name: str, key: str, line: int, allowed: Any) -> Any:
        """The value of an attribute if it is one of ``allowed`` (a Literal); else None."""
        found = self.rows.attributes.pop((name, key), None)
        if found is None or found in get_args(allowed):
            # msgspec omits a default when it is the same object.
            return found and sys.intern(found)
        expected = ", ".join(get_args(allowed))
        self.fault(line, f"{name} of {key} is {found!r}; expected one of {expected}")
        return None

    def _grouped(self) -> dict[str, str]:
        """Every id in a ``*`` line, with the name of its group: the group's first id."""
        leader: dict[str, str] = {}
        for line, _, keys in self.rows.groups:
            for key in keys:
                if key not in self.rows.spans and key not in self.rows.events:
                    self.fault(line, f"names {key}, but there is no such line")
            same = {leader.get(key, key) for key in keys}
            first = leader.get(keys[0], keys[0])
            for key in (*keys, *(k for k, name in leader.items() if name in same)):
                leader[key] = first
        return leader

    def is_mention(self, key: str) -> bool:
        """Whether a ``T`` line is a mention of an actor."""
        kind = self.rows.spans[key].type
        if kind in self.ontology.actor_types:
            return True
        return key not in self.targets and kind not in self.ontology.fillers

    def actors(self) -> tuple[Actor, ...]:
        clusters: dict[str, list[str]] = defaultdict(list)
        for key in self.rows.spans:
            if self.is_mention(key):
                clusters[self.groups.get(key, key)].append(key)
        made: list[Actor] = []
        for keys in sorted(clusters.values(), key=lambda keys: self.rows.spans[keys[0]].pieces):
            path = f"$.actors[{len(made)}]"
            first = self.rows.spans[keys[0]]
            self.lines[path] = first.line
            mentions: list[Mention] = []
            for key in sorted(keys, key=lambda key: self.rows.spans[key].pieces):
                row = self.rows.spans[key]
                where = f"{path}.mentions[{len(mentions)}]"
                if row.type != first.type:
                    self.fault(
                        row.line,
                        f"{key} is {row.type}, but corefers with {keys[0]}, a {first.type}",
                    )
                fields = self.fields(key, row.line, where) or {}
                level = self.attribute("Level", key, row.line, Level)
                mentions.append(Mention(**fields, level=level))
                self.paths[key] = where
            names = sorted({name for key in keys if (name := self.rows.names.pop(key, ""))})
            if len(names) > 1:
                self.fault(first.line, f"one actor has {len(names)} names: {', '.join(names)}")
            made.append(
                Actor(
                    type=first.type,
                    mentions=tuple(mentions),
                    name=names[0] if names else None,
                )
            )
        return tuple(made)

    def events(self) -> tuple[Event, ...]:
        made: list[Event] = []
        for key, row in self._in_order(quotes=False):
            path = f"$.events[{len(made)}]"
            trigger = self.span(row.trigger, row.line, f"{path}.trigger")
            if trigger is None:
                continue
            arguments: list[Argument] = []
            for role, target in row.arguments:
                where = f"{path}.arguments[{len(arguments)}]"
                inner = self.rows.events.get(target)
                if inner is not None:
                    self.kept["nested"].append({"target": where, "event": target})
                fields = self.fields(inner.trigger if inner else target, row.line, where)
                if fields is not None:
                    self.lines[where] = self.lines[f"{where}.role"] = row.line
                    arguments.append(Argument(**fields, role=self._role(role)))
            self.lines[path] = self.lines[f"{path}.type"] = row.line
            self.paths[key] = path
            made.append(
                Event(
                    type=row.type,
                    trigger=trigger,
                    arguments=tuple(arguments),
                    realis=self.attribute("Realis", key, row.line, Realis) or "actual",
                    polarity=self.attribute("Polarity", key, row.line, Polarity) or "positive",
                    hopper=self.groups.get(key),
                )
            )
        return tuple(made)

    def _role(self, role: str) -> str:
        """A role without the number that brat gives to its repetitions (``actor2``)."""
        return role if role in self.ontology.roles else role.rstrip("0123456789")

    def quotes(self) -> tuple[Quote, ...]:
        made: list[Quote] = []
        for key, row in self._in_order(quotes=True):
            path = f"$.quotes[{len(made)}]"
            self.lines[path] = row.line
            self.paths[key] = path
            parts = {role: self._piece(target) for role, target in reversed(row.arguments)}
            taken = [role for role, _ in row.arguments if role in {"Source", "Cue", "Content"}]
            for role, target in row.arguments:
                if role not in taken:
                    message = f"unknown role {role!r}; expected Source, Cue or Content"
                    self.fault(row.line, message, kept=True)
                    self.kept["parts"].append({"target": path, "role": role, "span": target})
            for role in {role for role in taken if taken.count(role) > 1}:
                self.fault(row.line, f"quote {key} has {taken.count(role)} of {role}; expected one")
            content = self.span(parts.get("Content"), row.line, f"{path}.content")
            kind = self.attribute("Kind", key, row.line, Kind)
            unknown = self.rows.attributes.pop(("UnknownSource", key), None) is not None
            if content is None or kind is None:
                missing = "content" if content is None else "attribute Kind"
                self.fault(row.line, f"quote {key} has no {missing}")
                continue
            source = self.span(parts.get("Source"), row.line, f"{path}.source")
            cue = self.span(parts.get("Cue"), row.line, f"{path}.cue")
            if self._spot(row.trigger) not in map(self._spot, parts.values()):
                message = f"the trigger of quote {key} is none of its parts"
                self.fault(row.line, message, kept=True)
                self.kept["triggers"].append({"target": path, "span": row.trigger})
            made.append(
                Quote(
                    content=content,
                    kind=kind,
                    source=source,
                    cue=cue,
                    unknown_source=unknown,
                )
            )
        return tuple(made)

    def _piece(self, key: str) -> str:
        """The ``T`` id of a part of a quote, which may be an event."""
        inner = self.rows.events.get(key)
        return inner.trigger if inner else key

    def _spot(self, key: str) -> Pieces:
        row = self.rows.spans.get(key)
        return row.pieces if row else ()

    def _in_order(self, *, quotes: bool) -> list[tuple[str, E]]:
        """The ``E`` lines of one layer, in the order of the text."""

        def place(item: tuple[str, E]) -> tuple[Pieces, str]:
            trigger = self.rows.spans.get(item[1].trigger)
            return (trigger.pieces if trigger else (), item[1].type)

        chosen = [item for item in self.rows.events.items() if (item[1].type == QUOTE) is quotes]
        return sorted(chosen, key=place)

    def leftovers(self) -> dict[str, Any]:
        """Whatever no actor, event or quote has taken up, said as a fault and kept."""
        rows = self.rows
        taken = self.targets | self.paths.keys()
        for i, (key, one) in enumerate((k, r) for k, r in rows.spans.items() if k not in taken):
            self.fault(one.line, f"{one.type} {key} {one.text!r} is used by nothing", kept=True)
            self.paths[key] = f"$.meta.brat.spans[{i}]"
            self.kept["spans"].append({"type": one.type, "pieces": one.pieces, "text": one.text})
        for i, (key, row) in enumerate(rows.relations.items()):
            self.fault(row.line, "R lines have no place in this schema", kept=True)
            self.paths[key] = f"$.meta.brat.relations[{i}]"
        for i, (key, row) in enumerate(rows.normalizations.items()):
            self.fault(row.line, "N lines have no place in this schema", kept=True)
            self.paths[key] = f"$.meta.brat.normalizations[{i}]"
        for name in ("relations", "normalizations"):
            for row in getattr(rows, name).values():
                self._keep(name, row.line, row.words, row.targets)
        for (name, target), value in rows.attributes.items():
            line = rows.lines.get(target, 1)
            message = f"attribute {name} of {target} has no place in this schema"
            self.fault(line, message, kept=True)
            self._keep("attributes", line, (name, value), (target,))
        for target, note in rows.names.items():
            line = rows.lines.get(target, 1)
            self.fault(line, f"the note on {target} names no actor", kept=True)
            self._keep("notes", line, ("AnnotatorNotes", note), (target,))
        for row in rows.notes:
            self.fault(row.line, f"the note on {row.targets[0]} names no actor", kept=True)
            self._keep("notes", row.line, row.words, row.targets)
        for line, name, keys in rows.groups:
            odd = [key for key in keys if key in rows.spans and not self.is_mention(key)]
            if odd:
                message = f"{odd[0]} is no mention, but is said to corefer"
                self.fault(line, message, kept=True)
                self._keep("groups", line, (name,), keys)
        for kept in (self.kept["nested"], self.kept["parts"], self.kept["triggers"]):
            for entry in kept:
                for field in entry.keys() & {"event", "span"}:
                    entry[field] = self.paths.get(entry[field], self._place(entry[field]))
        return {name: kept for name, kept in self.kept.items() if kept}

    def _place(self, key: str) -> Any:
        """A span that has no path of its own, in full."""
        row = self.rows.spans.get(key)
        return {"type": row.type, "pieces": row.pieces} if row else key

    def _keep(self, what: str, line: int, words: Iterable[str], targets: Iterable[str]) -> None:
        paths = []
        for key in targets:
            if key not in self.rows.lines:
                self.fault(line, f"names {key}, but there is no such line")
                return
            paths.append(self.paths.get(key, self._place(key)))
        self.kept[what].append({"words": [*words], "targets": paths})


def _assemble(name: str, text: str, rows: Rows, ontology: Ontology) -> Parsed:
    held = {
        "documents": 1,
        "mentions": 0,
        "events": sum(row.type != QUOTE for row in rows.events.values()),
        "quotes": sum(row.type == QUOTE for row in rows.events.values()),
        "arguments": 0,
        "sources": 0,
        "cues": 0,
    }
    for row in rows.events.values():
        for role, _ in row.arguments:
            part = {"Source": "sources", "Cue": "cues"}.get(role, "")
            what = "arguments" if row.type != QUOTE else part
            if what:
                held[what] += 1
    parts = _Assembly(rows, text, ontology)
    held["mentions"] = sum(map(parts.is_mention, rows.spans))
    layers: dict[str, Any] = {
        "actors": parts.actors(),
        "events": parts.events(),
        "quotes": parts.quotes(),
    }
    held["actors"] = len(layers["actors"])
    kept = parts.leftovers()
    for layer in LAYERS:
        if not layers[layer] and layer not in ontology.layers:
            layers[layer] = None
    document = Document(id=name, text=text, **layers, meta={"brat": kept} if kept else {})
    return Parsed(document, sorted(parts.faults), parts.lines, held)


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return any(sample.path.glob("*.ann"))
    return sample.name.endswith(".ann")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    known = ontology(path if path.is_dir() else path.parent) or PLOVER
    for located, parsed in read(path, known):
        for fault in located.faults:
            if not fault.kept:
                refuse(f"{located.file}:{fault.line}: {fault.message}")
        found = count(located.document)
        ledger.came.update(parsed.held)
        for item in ITEMS:
            missing = parsed.held.get(item, 0) - found[item]
            ledger.lose(item, "refused, as its line is at fault", str(located.file), missing)
        yield located
    for text in sorted(path.glob("*.txt")) if path.is_dir() else ():
        if not text.with_suffix(".ann").exists():
            ledger.drop("documents", "a text without an .ann file", str(text))


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    from .brat_writer import write_collection

    write_collection(documents, path, ledger)


FORMAT = Format(
    name="brat",
    explains="brat standoff: a folder of .ann beside .txt, or one .ann file",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    suffix="/",
    states=True,
)
