"""Tables that bring the labels of one ontology to those of another; the tables are data."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from ..errors import InputError, UsageError, nearest
from ..model import Actor, Document, Event
from .base import Ledger

_HOME = files(__package__) / "tables"
_SECTIONS = {"actors", "events", "roles"}


@dataclass(frozen=True)
class Table:
    """What labels become; a section that is empty leaves them as they are.

    Attributes:
        name: The name of the table.
        sections: For ``actors``, ``events`` and ``roles`` what each label becomes.
    """

    name: str
    sections: Mapping[str, Mapping[str, str]]

    @cached_property
    def _folded(self) -> dict[str, dict[str, str]]:
        return {
            section: {_fold(label): new for label, new in table.items()}
            for section, table in self.sections.items()
        }

    def label(self, section: str, label: str) -> str | None:
        """What a label becomes: what the table has for its longest beginning; None for nothing.

        >>> Table("t", {"events": {"18": "ASSAULT"}}).label("events", "182")
        'ASSAULT'
        """
        table = self._folded.get(section)
        if not table:
            return label
        folded = _fold(label)
        ends = range(len(folded), 0, -1)
        return next((table[folded[:end]] for end in ends if folded[:end] in table), None)


def _fold(label: str) -> str:
    return re.sub(r"[\W_]", "", label).upper()


def names() -> list[str]:
    """The tables that ship."""
    return sorted(one.name.removesuffix(".toml") for one in _HOME.iterdir())


def find(name: str) -> Table:
    """The table of a name, or in a ``.toml`` file.

    Raises:
        UsageError: There is none.
        InputError: The file is no table.
    """
    own = name in names()
    if not own and not name.endswith(".toml"):
        raise UsageError(f"no table {name!r}: {nearest(name, names())}, or a .toml file")
    place = _HOME / f"{name}.toml" if own else Path(name)
    try:
        found = tomllib.loads(place.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{name}: cannot be read as a table: {error}") from error
    for section, table in found.items():
        sound = isinstance(table, dict) and all(isinstance(new, str) for new in table.values())
        if section not in _SECTIONS or not sound:
            expected = ", ".join(sorted(_SECTIONS))
            raise InputError(f"{name}: [{section}]; expected {expected}, a label = label each")
    return Table(name, found)


def mapped(document: Document, table: Table, ledger: Ledger) -> Document:
    """A document with the labels of the table; what it has nothing for is lost."""
    actors, events = document.actors, document.events
    if actors is not None:
        kept = (_actor(actor, table, document, ledger) for actor in actors)
        actors = tuple(actor for actor in kept if actor is not None)
    if events is not None:
        held = (_event(event, table, document, ledger) for event in events)
        events = tuple(event for event in held if event is not None)
    return replace(document, actors=actors, events=events)


def _actor(actor: Actor, table: Table, document: Document, ledger: Ledger) -> Actor | None:
    kind = table.label("actors", actor.type)
    if kind is None:
        why = f"the table {table.name} has nothing for {actor.type}"
        ledger.lose("actors", why, document.id)
        ledger.lose("mentions", why, document.id, len(actor.mentions))
        return None
    return replace(actor, type=kind)


def _event(event: Event, table: Table, document: Document, ledger: Ledger) -> Event | None:
    kind = table.label("events", event.type)
    if kind is None:
        why = f"the table {table.name} has nothing for {event.type}"
        ledger.lose("events", why, document.id)
        ledger.lose("arguments", why, document.id, len(event.arguments))
        return None
    arguments = []
    for argument in event.arguments:
        role = table.label("roles", argument.role)
        if role is None:
            why = f"the table {table.name} has nothing for {argument.role}"
            ledger.lose("arguments", why, document.id)
        else:
            arguments.append(replace(argument, role=role))
    return replace(event, type=kind, arguments=tuple(arguments))
