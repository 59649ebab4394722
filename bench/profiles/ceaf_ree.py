"""CEAF-REE: role-filler entities of documents, as the scorer of GRIT aligns and counts them.

For each document and role there are entities, each a list of strings. An argument stands for the
actor that has its span as a mention, and the entity is the different strings of that actor's
mentions, in order; an argument that is no actor's mention is an entity of its own string. An
entity fills a role once in a document, whatever the number of events. Strings are compared in
lower case, without punctuation and articles.

The roles are those that occur in the gold (the original knows five, of MUC-4); others are ignored
in predictions. ``strict`` gives an entity full credit where gold has all its strings, ``prop``
counts the gold strings found over the predicted ones. The original prints the strict rows; the
others are printed alike.
"""

import re
import string
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import chain
from operator import add
from typing import NamedTuple

import numpy as np

from ..coreference import heaviest
from ..errors import InputError
from ..items import Ints
from ..matching import Edges, Floats, first_rows, meeting
from ..model import Actor, Document, Pieces, Span
from .base import Figure, Profile, Quirk, divided, harmonic
from .conll_columns import matched_documents
from .coreference_rows import matrices
from .examples import an_actor, an_event, page
from .places import spread

Entities = list[list[str]]
Bounds = tuple[int, int]

_MICRO = "micro_avg"

_ARTICLE = frozenset({"a", "an", "the"})
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def entities(document: Document, text: str | None) -> dict[str, Entities]:
    """The entities of each role, with their strings as they stand in the text.

    Args:
        document: Gold or prediction.
        text: The text, for spans that do not bring their string.

    Raises:
        InputError: There is neither a string nor a text.
    """

    def surface(span: Span) -> str:
        if span.text is not None:
            return span.text
        if text is None:
            raise InputError(
                f"document {document.id!r}: ceaf-ree compares strings, but there is no text for "
                f"{span.pieces}"
            )
        whole = span.start is not None and not span.fragments
        return text[span.start : span.end] if whole else span.surface(text)

    actors, events = document.actors or (), document.events or ()
    if text is None:
        for span in chain(*(one.mentions for one in actors), *(one.arguments for one in events)):
            surface(span)
    holders: dict[Pieces | Bounds | str, int] = {}
    for number, actor in enumerate(actors):
        for mention in actor.mentions:
            holders.setdefault(_place(mention) or surface(mention), number)
    found: dict[str, dict[int | str, list[str]]] = defaultdict(dict)
    for event in events:
        for argument in event.arguments:
            fillers = found[argument.role]
            holder = holders.get(_place(argument) or surface(argument))
            if holder is None:
                alone = surface(argument)
                fillers[alone] = [alone]
            elif holder not in fillers:
                fillers[holder] = list(dict.fromkeys(map(surface, actors[holder].mentions)))
    return {role: list(fillers.values()) for role, fillers in found.items()}


def _place(span: Span) -> Pieces | Bounds | None:
    """What is equal for spans of the same characters; None where only the string is known."""
    if span.fragments:
        return span.fragments if len(span.fragments) > 1 else span.fragments[0]
    start, end = span.start, span.end
    return None if start is None or end is None else (start, end)


def sides(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> Iterator[tuple[str, dict[str, Entities], dict[str, Entities]]]:
    """The entities of each document on both sides."""
    for key, response in matched_documents(gold, predicted, missing="ceaf-ree"):
        yield key.id, entities(key, key.text), entities(response, response.text or key.text)


@lru_cache(1 << 14)
def normalised(text: str) -> str:
    """A string as it is compared.

    >>> normalised("The U.S.  embassy, a building")
    'us embassy building'
    """
    plain = text.lower()
    if not plain.replace(" ", "").isalnum():
        plain = _ARTICLES.sub(" ", plain.translate(_NO_PUNCTUATION))
    return " ".join([word for word in plain.split() if word not in _ARTICLE])


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    documents = [(key, response) for _, key, response in sides(gold, predicted)]
    roles = sorted({role for key, _ in documents for role in key})
    codes = _Codes()
    keys, responses = (
        _Side.of([pair[side].get(role, ()) for role in roles for pair in documents], codes)
        for side in (0, 1)
    )
    blocks = len(roles) * len(documents)
    sizes = [np.bincount(side.block, minlength=blocks) for side in (responses, keys)]
    figures = []
    for name, similarity in zip(
        ("strict", "prop"), _similarities(keys, responses, blocks), strict=True
    ):
        counts = np.column_stack([similarity, *sizes]).reshape(len(roles), len(documents), 3)
        by_role = {role: _added(counts[i]) for i, role in enumerate(roles)}
        total = _added(np.array(list(by_role.values())).reshape(-1, 3))
        figures += [
            _figure(f"{name} {row}", *values) for row, values in {**by_role, _MICRO: total}.items()
        ]
    return figures


class _Codes(dict[str, int]):
    """Numbers for strings, the same for those that are compared as equal."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        self[text] = code = self._known.setdefault(normalised(text), len(self._known))
        return code


class _Side(NamedTuple):
    """The entities of one side, those of each role in each document together.

    Attributes:
        block: For each entity its role and document.
        entity: For each string the number of its entity.
        string: The string, as a number.
    """

    block: Ints
    entity: Ints
    string: Ints

    @classmethod
    def of(cls, groups: Sequence[Sequence[list[str]]], codes: _Codes) -> "_Side":
        """The entities of each block."""
        found, block = spread(groups)
        strings, entity = spread(found)
        return cls(block, entity, np.fromiter(map(codes.__getitem__, strings), np.int64))


def _added(counts: Floats) -> list[float]:
    """The sums of columns, from first to last."""
    return [reduce(add, column, 0.0) for column in counts.T.tolist()]


def _similarities(keys: _Side, responses: _Side, blocks: int) -> tuple[Floats, Floats]:
    """The best total similarity of each block, strict and proportional."""
    width = 1 + max(int(side.string.max(initial=0)) for side in (keys, responses))
    # What an entity repeats is asked for once, but counts in its size.
    asking, asked = np.divmod(np.unique(responses.entity * width + responses.string), width)
    row, at = meeting((keys.block[keys.entity], keys.string), (responses.block[asking], asked))
    # A gold string that is repeated counts twice in prop, and once among those asked for.
    new = np.zeros(len(keys.entity))
    new[first_rows((keys.entity, keys.string))] = 1
    others = len(responses.block) + 1
    pairs, number = np.unique(keys.entity[row] * others + asking[at], return_inverse=True)
    gold, predicted = np.divmod(pairs, others)
    wanted, size = np.bincount(asking), np.bincount(responses.entity)
    strict = np.bincount(number, new[row]) == wanted[predicted]
    prop = np.bincount(number) / size[predicted]
    totals = []
    for weight in (strict.astype(np.float64), prop):
        likely = np.flatnonzero(weight)
        chosen = likely[heaviest(Edges(gold, predicted, weight).take(weight > 0))]
        unit = keys.block[gold[chosen]]
        totals.append(np.bincount(unit, weight[chosen], blocks).astype(np.float64))
    # Which of equally good pairs are added up shows in the last bits; of whole numbers it does not.
    rivals = (np.bincount(gold)[gold] > 1) | (np.bincount(predicted)[predicted] > 1)
    unit = keys.block[gold]
    parts = np.bincount(unit, prop % 1, blocks) > 0
    crowded = set(unit[rivals & parts[unit]].tolist())
    found = matrices(Edges(gold, predicted, prop), keys.block, responses.block, blocks)
    for block, matrix in enumerate(found if crowded else ()):
        if block in crowded:
            totals[1][block] = reduce(add, matrix.chosen().tolist(), 0.0)
    return totals[0], totals[1]


def _figure(name: str, similarity: float, predicted: float, gold: float) -> Figure:
    precision, recall = divided(similarity, predicted), divided(similarity, gold)
    values = (precision * 100, recall * 100, harmonic(precision, recall) * 100)
    shown = [f"{value:.2f}" for value in values]
    return Figure(name, *values, (shown[0], shown[1], shown[2]))


_TEXT = "The phone rang. A phone broke. Smith, the mayor, fled."
_PHONE, _OTHER_PHONE, _SMITH, _MAYOR = (0, 9), (16, 23), (31, 36), (38, 47)


def _page(*fillers: tuple[str, int, int], actors: Sequence[Actor] = ()) -> tuple[Document]:
    return (page(an_event("ASSAULT", 10, 14, *fillers), text=_TEXT, actors=actors),)


_ALL, _NONE = ("100.00",) * 3, ("0.00",) * 3

CEAF_REE = Profile(
    name="ceaf-ree",
    original="GRIT, eval.py (https://github.com/xinyadu/grit_doc_event_entity)",
    layer="events",
    explains="Role-filler entities of each document, aligned one to one by their strings.",
    score=_score,
    quirks=(
        Quirk(
            what="One string of an entity is enough for full credit",
            gold=_page(("Victim", *_SMITH), actors=[an_actor(_SMITH, _MAYOR)]),
            predicted=_page(("Victim", *_MAYOR)),
            shown={"strict micro_avg": _ALL, "prop micro_avg": _ALL},
        ),
        Quirk(
            what="One string too many is worth nothing in strict",
            gold=_page(("Victim", *_SMITH)),
            predicted=_page(("Victim", *_SMITH), actors=[an_actor(_SMITH, _MAYOR)]),
            shown={"strict micro_avg": _NONE, "prop micro_avg": ("50.00",) * 3},
        ),
        Quirk(
            what="Gold strings that differ in their articles only count twice in prop",
            gold=_page(("Target", *_PHONE), actors=[an_actor(_PHONE, _OTHER_PHONE)]),
            predicted=_page(("Target", *_PHONE)),
            shown={"strict Target": _ALL, "prop Target": ("200.00",) * 3},
        ),
        Quirk(
            what="Strings are compared wherever they stand",
            gold=_page(("Target", *_PHONE)),
            predicted=_page(("Target", *_OTHER_PHONE)),
            shown={"strict micro_avg": _ALL},
        ),
        Quirk(
            what="A role that gold does not know costs nothing",
            gold=_page(("Target", *_PHONE)),
            predicted=_page(("Target", *_PHONE), ("Victim", *_SMITH)),
            shown={"strict micro_avg": _ALL},
        ),
        Quirk(
            what="With nothing on either side every figure is 0",
            gold=_page(),
            predicted=_page(),
            shown={"strict micro_avg": _NONE, "prop micro_avg": _NONE},
        ),
    ),
)
