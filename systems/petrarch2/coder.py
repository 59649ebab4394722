"""The coder itself, asked about one sentence, and its answer found again in the sentence.

It answers with codes: who, to whom, and what in CAMEO. Whence it has them is read off its own
tree: a verb phrase holds the events that come from it, a noun phrase the codes of its actors.
"""

import hashlib
import importlib
import logging
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from spacy.tokens import Span, Token

from bench.errors import NotInstalled, SystemFailed, UsageError

from .python2 import importing
from .trees import Word, parse

Place = tuple[int, int]

_PACKAGE = "petrarch2"
_DATA = Path("data")
_CONFIG = _DATA / "config" / "PETR_config.ini"
_FILES = [
    *(Path(f"{name}.py") for name in (
        "__init__", "PETRglobals", "PETRreader", "PETRtree", "PETRwriter", "petrarch2", "utilities",
    )),
    _CONFIG,
    *(_DATA / "dictionaries" / f"{name}.txt" for name in (
        "CAMEO.2.0", "Phoenix.Countries.actors", "Phoenix.International.actors",
        "Phoenix.IssueCoding", "Phoenix.MilNonState.actors", "Phoenix.agents", "Phoenix.discards",
    )),
]  # fmt: skip


class Coded(NamedTuple):
    """A type of PLOVER, where its trigger stands, and its arguments with their roles."""

    type: str
    trigger: Place
    arguments: tuple[tuple[str, Place], ...]


class Coder:
    """PETRARCH2 with its dictionaries.

    Args:
        path: Where the repository is checked out.

    Raises:
        UsageError: It is not.
        NotInstalled: It needs something that is not installed.
        SystemFailed: It cannot read its dictionaries.
    """

    def __init__(self, path: Path) -> None:
        digest = hashlib.sha256()
        for file in _FILES:
            place = path / _PACKAGE / file
            if not place.is_file():
                raise UsageError(f"petrarch2: {path} is no checkout of it: {place} is missing")
            digest.update(place.read_bytes())
        self.digest = digest.hexdigest()
        self._code = _load(path / _PACKAGE)

    def day(self, date: str) -> int:
        """Its number for a day, given as YYYYMMDD."""
        return int(self._code.PETRreader.dstr_to_ordate(date))

    def discards(self, text: str) -> int:
        """0 to code a sentence, 1 to leave it out, 2 to leave out all of its document."""
        return int(self._code.check_discards(text)[0])

    def events(self, sentence: Span, day: int) -> Iterator[Coded]:
        """What it codes in a sentence; it raises whatever it does on a tree that it cannot read."""
        coding = self._code.PETRtree.Sentence(parse(sentence), sentence.text, day)
        found, _ = coding.get_events()
        self._code.utilities.nulllist.clear()
        for top in coding.tree.children if found else ():
            if top.label in ("S", "VP"):
                for event in top.get_meaning():
                    yield from self._placed(event, set(found), coding)

    def _placed(self, event: Any, found: set[tuple[str, str, str]], coding: Any) -> Iterator[Coded]:
        """One event of the tree (actors, recipient, number), if it is one of those found."""
        if not isinstance(event, tuple) or not isinstance(event[1], str):
            return
        code = self._cameo(event[2])
        actors = list(dict.fromkeys(event[0] or ()))
        recipients = [event[1]] if event[1] else []
        pairs = [
            (actor, other)
            for actor in actors
            for other in recipients or actors
            if (_shown(actor), _shown(other), code) in found
        ]
        kind = plover(code)
        verb = self._verb(event, code, coding)
        trigger = verb.get_head()[0] if verb is not None else None
        if not pairs or kind is None or not isinstance(trigger, Word):
            return
        passive = bool(verb.check_passive())
        arguments: list[tuple[str, Place]] = []
        wanted = [("actor", actor, not passive) for actor in dict.fromkeys(one for one, _ in pairs)]
        wanted += [("recipient", recipient, passive) for recipient in recipients]
        for role, actor, before in wanted:
            places = _places(coding.tree, actor) - {place for _, place in arguments}
            if places:
                arguments.append((role, _nearest(places, _place(trigger.token), before=before)))
        yield Coded(kind, _place(trigger.token), tuple(arguments))

    def _verb(self, event: Any, code: str, coding: Any) -> Any:
        """The verb phrase that gave an event its code.

        Of the lowest one that holds the event and those below it: the highest whose own code is
        of the event's kind, else the highest with a code, else the one that holds it.
        """
        holding = [verb for verb in coding.verbs if any(one is event for one in verb.meaning)]
        if not holding:
            return None
        below = [one for one in _walk(holding[-1]) if any(one is verb for verb in coding.verbs)]
        coded = [(one, self._cameo(one.code)) for one in below if one.code]
        alike = [one for one, own in coded if own[:2] == code[:2]]
        return [*alike, *(one for one, _ in coded), holding[-1]][0]

    def _cameo(self, number: Any) -> str:
        """CAMEO for one of its numbers; empty where there is none."""
        known = isinstance(number, int) and self._code.utilities.convert_code(number, 0)
        return str(known or "")


def _load(package: Path) -> Any:
    """Its code with the dictionaries read, of which nothing else is told."""
    logging.getLogger("petr_log").addHandler(logging.NullHandler())
    try:
        with importing(package):
            code: Any = importlib.import_module(f"{_PACKAGE}.petrarch2")
            code.PETRreader.parse_Config(str(package / _CONFIG))
            code.read_dictionaries()
            code.PETRreader.close_FIN()
    except ModuleNotFoundError as error:
        raise NotInstalled(
            f"petrarch2 needs {error.name}; run: pip install 'eventbench[petrarch2]'"
        ) from error
    except SystemExit as error:
        raise SystemFailed(
            f"petrarch2 does not load: it gives up reading {package / _CONFIG}"
        ) from error
    except Exception as error:
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SystemFailed(f"petrarch2 does not load from {package}: {why}") from error
    return code


@cache
def _types() -> dict[str, str]:
    """PLOVER's type of each beginning of a code."""
    table = tomllib.loads(Path(__file__).with_name("plover.toml").read_text(encoding="utf-8"))
    return {code: kind for kind, codes in table.items() for code in codes}


def plover(code: str) -> str | None:
    """PLOVER's type of a code of CAMEO; None where it has none.

    >>> plover("0871"), plover("0831"), plover("020")
    ('RETREAT', 'YIELD', None)
    """
    beginnings = (code[:length] for length in range(len(code), 1, -1))
    return next((_types()[one] for one in beginnings if one in _types()), None)


def _shown(code: str) -> str:
    """An actor's code as it is found in an event: without a country it begins with ---."""
    return code.replace("~", "---")


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _places(tree: Any, code: str) -> set[Place]:
    """Where the lowest noun phrases with an actor's code stand.

    A possessor (“Russia's army”) does not stand apart. A code may be put together out of a role and
    a country: then the role's place, else the country's.
    """
    tests: tuple[Callable[[str], bool], ...] = (
        lambda own: own == code,
        lambda own: own.startswith("~") and code.endswith(own[1:]),
        lambda own: not own.startswith("~") and code.startswith(own),
    )
    phrases = [
        (one, _codes(one))
        for one in _walk(tree)
        if one.label == "NP" and one.children and one.children[-1].label != "POS"
    ]
    for test in tests:
        having = [one for one, codes in phrases if any(test(own) for own in codes)]
        lowest = [
            one
            for one in having
            if not any(below is other for below in list(_walk(one))[1:] for other in having)
        ]
        places = {place for one in lowest if (place := _extent(one)) is not None}
        if places:
            return places
    return set()


def _codes(phrase: Any) -> list[str]:
    """The codes of a noun phrase, also where the coder took those of a larger one only."""
    try:
        meaning = phrase.get_meaning()
    except Exception:  # noqa: BLE001 - as above: whatever it raises on such a tree
        return []
    return [code for code in meaning if code] if isinstance(meaning, list) else []


_NAMED = {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC"}


def _extent(phrase: Any) -> Place | None:
    """The name that a phrase's head is in, else all from its first word to its head."""
    tokens = [node.text.token for node in _walk(phrase) if isinstance(node.text, Word)]
    numbers = {token.i for token in tokens}
    heads = [one for one in tokens if one.head.i == one.i or one.head.i not in numbers]
    if not heads:
        return None
    head = min(heads, key=lambda token: token.i)
    words = [one for one in tokens if head.left_edge.i <= one.i <= head.i]
    if head.ent_type_ in _NAMED and head.pos_ == "PROPN":
        name = head.i
        while head.doc[name].ent_iob_ == "I":
            name -= 1
        words = [one for one in words if one.i >= name and one.dep_ not in ("det", "case")]
    return min(one.idx for one in words), head.idx + len(head)


def _place(token: Token) -> Place:
    return token.idx, token.idx + len(token)


def _nearest(places: set[Place], trigger: Place, *, before: bool) -> Place:
    """The place nearest to a trigger, on the side asked for if there is one."""

    def distance(place: Place) -> tuple[bool, int, Place]:
        left = place[0] < trigger[0]
        return left != before, trigger[0] - place[1] if left else place[0] - trigger[1], place

    return min(places, key=distance)
