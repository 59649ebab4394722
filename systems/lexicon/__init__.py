"""Word lists that the shipped systems share: each a TOML file that says what it holds.

They were written from a knowledge of the language and of the world, without any gold at hand.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

PartOfSpeech = Literal["verbs", "nouns", "adjectives", "phrases"]


@cache
def _file(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def words(file: str, key: str) -> frozenset[str]:
    """One list of a file.

    >>> "say" in words("speech", "verbs")
    True
    """
    return frozenset(_file(file)[key])


@cache
def event_types(part: PartOfSpeech) -> Mapping[str, str]:
    """The PLOVER type of each lemma of a part of speech; lemmas of a phrase stand apart by spaces.

    >>> event_types("verbs")["invade"]
    'ASSAULT'
    """
    return {lemma: kind for kind, parts in _file("events").items() for lemma in parts.get(part, ())}


@cache
def buildings() -> Mapping[str, str]:
    """Buildings used for the institution in them, with the institution's name.

    >>> buildings()["Pentagon"]
    'Pentagon'
    """
    return {str(name): str(value) for name, value in _file("actors")["buildings"].items()}


class Country(NamedTuple):
    """What a word says of a country: which, and whether it is its adjective or its capital."""

    name: str
    adjective: bool
    capital: bool = False


@cache
def countries() -> Mapping[str, Country]:
    """Every name, adjective, demonym and seat of government of a country.

    >>> countries()["Peruvian"], countries()["Lima"].name
    (Country(name='Peru', adjective=True, capital=False), 'Peru')
    """
    found: dict[str, Country] = {}

    def add(surfaces: Iterable[str], country: Country) -> None:
        for surface in surfaces:
            found.setdefault(surface, country)

    table: dict[str, dict[str, list[str]]] = _file("countries")
    for name, row in table.items():
        add([name, *row.get("aliases", ())], Country(name, adjective=False))
    for name, row in table.items():
        adjectives = [*row.get("adjectives", ()), *row.get("people", ())]
        add(adjectives, Country(name, adjective=True))
        add(row.get("capitals", ()), Country(name, adjective=False, capital=True))
    return found
