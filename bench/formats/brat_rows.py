"""The lines of brat's ``.ann`` files and of its ``annotation.conf``, before they are understood."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from ..errors import InputError
from ..model import Layer, Ontology, Pieces
from ..paths import read_text
from .base import LineFault

QUOTE = "Attribution"
CONF = "annotation.conf"
_LINE = {
    "T": re.compile(r"T\S+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?"),
    "E": re.compile(r"E\S+\t([^\s:]+):(\S+)((?: +\S+:\S+)*) *"),
    "A": re.compile(r"[AM]\S+\t(\S+) (\S+)(?: (\S+))? *"),
    "*": re.compile(r"\*\t(\S+)((?: \S+)+) *"),
    "#": re.compile(r"#\S*\t(\S+) (\S+)(?:\t(.*))?"),
    "R": re.compile(r"R\S+\t(\S+) ([^\s:]+):(\S+) ([^\s:]+):(\S+)\s*"),
    "N": re.compile(r"N\S+\t(\S+) (\S+) ([^\s:]+:\S+)(?:\t(.*))?"),
}
_EXPECTED = {
    "T": "T1<tab>TYPE START END<tab>TEXT",
    "E": "E1<tab>TYPE:T1 ROLE:T2 ...",
    "A": "A1<tab>NAME TARGET VALUE",
    "*": "*<tab>Coref T1 T2 ...",
    "#": "#1<tab>AnnotatorNotes T1<tab>NOTE",
    "R": "R1<tab>TYPE Arg1:T1 Arg2:T2",
    "N": "N1<tab>Reference T1 RESOURCE:ID<tab>TEXT",
}


class T(NamedTuple):
    """A span."""

    line: int
    type: str
    pieces: Pieces
    text: str | None


class E(NamedTuple):
    """An event with the ids of its trigger and its arguments."""

    line: int
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


class Other(NamedTuple):
    """A relation, a normalisation, an attribute or a note: its words, and the ids it names."""

    line: int
    words: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass
class Rows:
    """The rows of one file by id, before they are put together."""

    spans: dict[str, T] = field(default_factory=dict)
    events: dict[str, E] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[Other] = field(default_factory=list)
    relations: dict[str, Other] = field(default_factory=dict)
    normalizations: dict[str, Other] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def read_rows(ann: str) -> Rows:
    """The rows of an ``.ann`` file; lines that are broken are among its faults."""
    rows = Rows()
    for number, raw in enumerate(ann.removeprefix("\ufeff").split("\n"), 1):
        line = raw.removesuffix("\r")
        if not line.strip():
            continue
        kind = "A" if line[0] == "M" else line[0]
        pattern = _LINE.get(kind)
        found = pattern.fullmatch(line) if pattern else None
        if found is None:
            expected = _EXPECTED.get(kind, "a line that begins with T, E, A, R, N, * or #")
            rows.faults.append(LineFault(number, f"broken line {line!r}; expected {expected}"))
            continue
        _add_row(rows, kind, line.split("\t", 1)[0], found, number)
    return rows


def _add_row(rows: Rows, kind: str, key: str, found: re.Match[str], number: int) -> None:
    if kind not in "*#A":
        if key in rows.lines:
            rows.faults.append(LineFault(number, f"id {key} is used twice"))
            return
        rows.lines[key] = number
    if kind == "T":
        pieces = tuple(
            (int(start), int(end))
            for start, end in (piece.split() for piece in found[2].split(";"))
        )
        # brat gives the pieces in the order in which they were marked.
        rows.spans[key] = T(number, found[1], tuple(sorted(pieces)), found[3])
    elif kind == "E":
        arguments = tuple(
            (role, target) for role, _, target in (part.partition(":") for part in found[3].split())
        )
        rows.events[key] = E(number, found[1], found[2], arguments)
    elif kind == "A":
        if (found[1], found[2]) in rows.attributes:
            rows.faults.append(LineFault(number, f"{found[2]} has a second {found[1]}"))
        rows.attributes[found[1], found[2]] = found[3] or ""
    elif kind == "*":
        rows.groups.append((number, found[1], tuple(found[2].split())))
    elif kind == "R":
        words = (found[1], found[2], found[4])
        rows.relations[key] = Other(number, words, (found[3], found[5]))
    elif kind == "N":
        words = (found[1], found[3], found[4] or "")
        rows.normalizations[key] = Other(number, words, (found[2],))
    elif found[1] == "AnnotatorNotes" and found[2] not in rows.names:
        rows.names[found[2]] = (found[3] or "").strip()
    else:
        rows.notes.append(Other(number, (found[1], found[3] or ""), (found[2],)))


def ontology(folder: Path) -> Ontology | None:
    """What the nearest ``annotation.conf``, here or in a folder above, declares; None without one.

    Actor types are the members of the macro ``<ACTOR>``; a role whose targets are all actor types
    must be filled by a mention. Without the macro all entities are actors.
    """
    for place in (folder, *folder.resolve().parents):
        conf = place / CONF
        if conf.is_file():
            return replace(parse_conf(read_text(conf), str(conf)), name=place.name)
    return None


def parse_conf(text: str, where: str) -> Ontology:
    """What the text of an ``annotation.conf`` declares, under no name.

    Raises:
        InputError: It declares nothing; says where it stands.
    """
    section = ""
    actors: tuple[str, ...] = ()
    entities: list[str] = []
    events: list[str] = []
    roles: dict[str, bool] = {}
    quotes = False
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("#", "--")):  # a line of dashes parts a menu
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("<ACTOR>="):
            actors = tuple(line.split("=", 1)[1].split("|"))
        elif line.startswith("<"):
            continue
        elif section in ("entities", "spans"):  # older files have the second
            entities.append(line.split()[0].lstrip("!"))
        elif section == "events":
            name, _, targets = line.replace("\t", " ", 1).partition(" ")
            if name == QUOTE:
                quotes = True
                continue
            events.append(name.lstrip("!"))
            for target in filter(None, (part.strip() for part in targets.split(","))):
                role, _, fillers = target.partition(":")
                of_actors = set(fillers.split("|")) <= {"<ACTOR>", *actors}
                roles[re.sub(r"[?*+]|\{.*\}", "", role)] = of_actors
    if not events and not entities:
        raise InputError(f"{where}: declares no entities and no events")
    found = {"actors": bool(entities), "events": bool(events), "quotes": quotes}
    layers: tuple[Layer, ...] = tuple(name for name, there in found.items() if there)  # type: ignore[misc]
    return Ontology(
        name="",
        actor_types=actors or tuple(entities),
        event_types=tuple(events),
        roles=roles,
        fillers=tuple(one for one in entities if one not in actors) if actors else (),
        layers=layers,
    )
