"""brat standoff: a folder of ``.txt`` and ``.ann`` files under one ``annotation.conf``.

How the data model lies in it:

=============  ============================================================================
mention        ``T`` of an actor type, attribute ``Level``
actor          the mentions joined by a ``*`` line ``Coref``; a lone mention is an actor too
canonical name the annotator's note (``#``) on any one mention of the actor
event          ``E``, attributes ``Realis`` and ``Polarity``; ``*`` ``Coref`` joins a hopper
quote          ``E`` of type ``Attribution`` with ``Source``, ``Cue`` and ``Content``,
               attributes ``Kind`` and, where the text names no source, ``UnknownSource``
=============  ============================================================================

`write` is in `brat_writer`. brat cannot say that a span has no offsets, nor keep ``meta``.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, get_args

from ..errors import InputError
from ..model import (
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

QUOTE = "Attribution"
_LINE = {
    "T": re.compile(r"T\S+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?"),
    "E": re.compile(r"E\S+\t([^\s:]+):(\S+)((?: \S+:\S+)*) ?"),
    "A": re.compile(r"[AM]\S+\t(\S+) (\S+)(?: (\S+))?"),
    "*": re.compile(r"\*\t(\S+)((?: \S+)+)"),
    "#": re.compile(r"#\S*\t(\S+) (\S+)\t(.*)"),
}
_EXPECTED = {
    "T": "T1<tab>TYPE START END<tab>TEXT",
    "E": "E1<tab>TYPE:T1 ROLE:T2 ...",
    "A": "A1<tab>NAME TARGET VALUE",
    "*": "*<tab>Coref T1 T2 ...",
    "#": "#1<tab>AnnotatorNotes T1<tab>NOTE",
}


class LineFault(NamedTuple):
    """A line of an ``.ann`` file that cannot be understood."""

    line: int
    message: str


@dataclass(frozen=True)
class Parsed:
    """A document, what was wrong with its lines, and the line each JSON path came from."""

    document: Document
    faults: list[LineFault]
    lines: dict[str, int]


class _T(NamedTuple):
    line: int
    type: str
    pieces: Pieces
    text: str | None


class _E(NamedTuple):
    line: int
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


@dataclass
class _Rows:
    """The rows of one file by id, before they are put together."""

    spans: dict[str, _T] = field(default_factory=dict)
    events: dict[str, _E] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)


def files(folder: Path) -> list[Path]:
    """The ``.ann`` files of a collection, sorted; sub-folders are collections of their own."""
    return sorted(path for path in folder.glob("*.ann") if path.is_file())


def parse(ann: Path, ontology: Ontology) -> Parsed:
    """Read one ``.ann`` file and the ``.txt`` beside it, collecting faults instead of raising.

    Raises:
        InputError: One of the two files cannot be read.
    """
    text = read_text(ann.with_suffix(".txt"))
    rows = _read_rows(read_text(ann))
    return _assemble(ann.stem, text, rows, ontology)


def ontology(folder: Path) -> Ontology | None:
    """What the nearest ``annotation.conf``, here or in a folder above, declares; None without one.

    Actor types are the members of the macro ``<ACTOR>``; a role whose targets are all actor types
    must be filled by a mention.
    """
    for place in (folder, *folder.resolve().parents):
        conf = place / "annotation.conf"
        if conf.is_file():
            return _parse_conf(conf)
    return None


def _parse_conf(conf: Path) -> Ontology:
    section = ""
    actors: tuple[str, ...] = ()
    entities: list[str] = []
    events: list[str] = []
    roles: dict[str, bool] = {}
    for raw in read_text(conf).splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("<ACTOR>="):
            actors = tuple(line.split("=", 1)[1].split("|"))
        elif section == "entities":
            entities.append(line.split()[0].lstrip("!"))
        elif section == "events":
            name, _, targets = line.partition("\t")
            if name == QUOTE:
                continue
            events.append(name)
            for target in filter(None, (part.strip() for part in targets.split(","))):
                role, _, fillers = target.partition(":")
                of_actors = set(fillers.split("|")) <= {"<ACTOR>", *actors}
                roles[re.sub(r"[?*+]|\{.*\}", "", role)] = of_actors
    if not events and not entities:
        raise InputError(f"{conf}: declares no entities and no events")
    name = conf.parent.name
    return Ontology(
        name=name,
        actor_types=actors or tuple(entities),
        event_types=tuple(events),
        roles=roles,
    )


def _read_rows(ann: str) -> _Rows:
    rows = _Rows()
    for number, line in enumerate(ann.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        kind = "A" if line[0] == "M" else line[0]
        if kind in "RN":
            rows.faults.append(LineFault(number, f"{line[0]} lines have no place in this schema"))
            continue
        pattern = _LINE.get(kind)
        found = pattern.fullmatch(line) if pattern else None
        if found is None:
            expected = _EXPECTED.get(kind, "a line that begins with T, E, A, * or #")
            rows.faults.append(LineFault(number, f"broken line {line!r}; expected {expected}"))
            continue
        _add_row(rows, kind, line.split("\t", 1)[0], found, number)
    return rows


def _add_row(rows: _Rows, kind: str, key: str, found: re.Match[str], number: int) -> None:
    if key in rows.spans or key in rows.events:
        rows.faults.append(LineFault(number, f"id {key} is used twice"))
        return
    if kind == "T":
        pieces = tuple(
            (int(start), int(end))
            for start, end in (piece.split() for piece in found[2].split(";"))
        )
        rows.spans[key] = _T(number, found[1], pieces, found[3])
    elif kind == "E":
        arguments = tuple(
            (role, target) for role, _, target in (part.partition(":") for part in found[3].split())
        )
        rows.events[key] = _E(number, found[1], found[2], arguments)
    elif kind == "A":
        if (found[1], found[2]) in rows.attributes:
            rows.faults.append(LineFault(number, f"{found[2]} has a second {found[1]}"))
        rows.attributes[found[1], found[2]] = found[3] or ""
    elif kind == "*":
        rows.groups.append((number, tuple(found[2].split())))
    elif found[1] == "AnnotatorNotes":
        rows.notes[found[2]] = found[3].strip()


class _Assembly:
    """Puts the rows of one file together, remembering which line each JSON path came from."""

    def __init__(self, rows: _Rows, ontology: Ontology) -> None:
        self.rows = rows
        self.ontology = ontology
        self.faults = rows.faults
        self.lines: dict[str, int] = {}
        self.used: set[str] = set()
        self.groups = self._grouped()

    def fault(self, line: int, message: str) -> None:
        self.faults.append(LineFault(line, message))

    def fields(self, key: str, line: int, path: str) -> dict[str, Any] | None:
        """The fields of a `Span` for a ``T`` id; None, and a fault, if there is no such line."""
        row = self.rows.spans.get(key)
        if row is None:
            self.fault(line, f"names {key}, but there is no such T line")
            return None
        self.used.add(key)
        self.lines[path] = row.line
        pieces = row.pieces
        found: dict[str, Any] = {
            "start": pieces[0][0],
            "end": pieces[-1][1],
            "text": row.text,
        }
        return {**found, "fragments": pieces} if len(pieces) > 1 else found

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
        for line, keys in self.rows.groups:
            for key in keys:
                if key not in self.rows.spans and key not in self.rows.events:
                    self.fault(line, f"names {key}, but there is no such line")
            same = {leader.get(key, key) for key in keys}
            first = leader.get(keys[0], keys[0])
            for key in (*keys, *(k for k, name in leader.items() if name in same)):
                leader[key] = first
        return leader

    def actors(self) -> tuple[Actor, ...]:
        clusters: dict[str, list[str]] = defaultdict(list)
        for key, row in self.rows.spans.items():
            if row.type in self.ontology.actor_types:
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
            names = sorted({self.rows.notes[key] for key in keys if key in self.rows.notes})
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
                fields = self.fields(target, row.line, where)
                if fields is not None:
                    self.lines[where] = self.lines[f"{where}.role"] = row.line
                    arguments.append(Argument(**fields, role=self._role(role)))
            self.lines[path] = self.lines[f"{path}.type"] = row.line
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
            self.used.add(row.trigger)
            parts = dict(row.arguments)
            for role in parts.keys() - {"Source", "Cue", "Content"}:
                self.fault(row.line, f"unknown role {role!r}; expected Source, Cue or Content")
            content = self.span(parts.get("Content"), row.line, f"{path}.content")
            kind = self.attribute("Kind", key, row.line, Kind)
            unknown = self.rows.attributes.pop(("UnknownSource", key), None) is not None
            if content is None or kind is None:
                missing = "content" if content is None else "attribute Kind"
                self.fault(row.line, f"quote {key} has no {missing}")
                continue
            source = self.span(parts.get("Source"), row.line, f"{path}.source")
            cue = self.span(parts.get("Cue"), row.line, f"{path}.cue")
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

    def _in_order(self, *, quotes: bool) -> list[tuple[str, _E]]:
        """The ``E`` lines of one layer, in the order of the text."""

        def place(item: tuple[str, _E]) -> tuple[Pieces, str]:
            trigger = self.rows.spans.get(item[1].trigger)
            return (trigger.pieces if trigger else (), item[1].type)

        chosen = [item for item in self.rows.events.items() if (item[1].type == QUOTE) is quotes]
        return sorted(chosen, key=place)

    def leftovers(self) -> None:
        """Whatever no actor, event or quote has taken up would be lost: say so."""
        for key, row in self.rows.spans.items():
            if key not in self.used:
                self.fault(row.line, f"{row.type} {key} {row.text!r} is used by nothing")
        for name, target in self.rows.attributes:
            line = self._line_of(target)
            self.fault(line, f"attribute {name} of {target} has no place in this schema")
        for target in self.rows.notes:
            row_ = self.rows.spans.get(target)
            if row_ is None or row_.type not in self.ontology.actor_types:
                self.fault(self._line_of(target), f"the note on {target} names no actor")

    def _line_of(self, key: str) -> int:
        row = self.rows.spans.get(key) or self.rows.events.get(key)
        return row.line if row else 1


def _assemble(name: str, text: str, rows: _Rows, ontology: Ontology) -> Parsed:
    parts = _Assembly(rows, ontology)
    document = Document(
        id=name,
        text=text,
        actors=parts.actors(),
        events=parts.events(),
        quotes=parts.quotes(),
    )
    parts.leftovers()
    return Parsed(document, sorted(parts.faults), parts.lines)
