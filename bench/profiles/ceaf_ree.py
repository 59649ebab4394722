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
from functools import reduce
from operator import add

import numpy as np

from ..coreference import heaviest
from ..errors import InputError
from ..matching import Edges, Floats
from ..model import Actor, Document, Pieces, Span
from .base import Figure, Profile, Quirk, divided, harmonic
from .conll_columns import matched_documents
from .examples import an_actor, an_event, page

Entities = list[list[str]]

_MICRO = "micro_avg"

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
        return span.surface(text)

    strings: dict[Pieces | str, tuple[int, list[str]]] = {}
    for number, actor in enumerate(document.actors or ()):
        own = list(dict.fromkeys(surface(mention) for mention in actor.mentions))
        for mention in actor.mentions:
            strings.setdefault(mention.pieces or surface(mention), (number, own))
    found: dict[str, dict[int | str, list[str]]] = defaultdict(dict)
    for event in document.events or ():
        for argument in event.arguments:
            alone = surface(argument)
            who, filler = strings.get(argument.pieces or alone, (alone, [alone]))
            found[argument.role][who] = filler
    return {role: list(fillers.values()) for role, fillers in found.items()}


def sides(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> Iterator[tuple[str, dict[str, Entities], dict[str, Entities]]]:
    """The entities of each document on both sides."""
    for key, response in matched_documents(gold, predicted, missing="ceaf-ree"):
        yield key.id, entities(key, key.text), entities(response, response.text or key.text)


def normalised(text: str) -> str:
    """A string as it is compared.

    >>> normalised("The U.S.  embassy, a building")
    'us embassy building'
    """
    plain = text.lower().translate(_NO_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    documents = [(key, response) for _, key, response in sides(gold, predicted)]
    roles = sorted({role for key, _ in documents for role in key})
    blocks = [
        (_normal(key.get(role, [])), _normal(response.get(role, [])))
        for role in roles
        for key, response in documents
    ]
    sizes = np.array([[len(response), len(key)] for key, response in blocks]).reshape(-1, 2)
    figures = []
    for name, similarity in zip(("strict", "prop"), _similarities(blocks), strict=True):
        counts = np.column_stack([similarity, sizes]).reshape(len(roles), len(documents), 3)
        by_role = {role: _added(counts[i]) for i, role in enumerate(roles)}
        total = _added(np.array(list(by_role.values())).reshape(-1, 3))
        figures += [
            _figure(f"{name} {row}", *values) for row, values in {**by_role, _MICRO: total}.items()
        ]
    return figures


def _normal(found: Entities) -> Entities:
    return [[normalised(mention) for mention in entity] for entity in found]


def _added(counts: Floats) -> list[float]:
    """The sums of columns, from first to last."""
    return [reduce(add, column, 0.0) for column in counts.T.tolist()]


def _similarities(blocks: Sequence[tuple[Entities, Entities]]) -> tuple[Floats, Floats]:
    """The best total similarity of each block, strict and proportional."""
    pairs: list[tuple[int, int, int]] = []
    strict: list[float] = []
    prop: list[float] = []
    keys = responses = 0
    for block, (key, response) in enumerate(blocks):
        holders: dict[str, list[int]] = defaultdict(list)
        for i, entity in enumerate(key):
            for mention in set(entity):
                holders[mention].append(i)
        for j, entity in enumerate(response):
            wanted = set(entity)
            for i in {i for mention in wanted for i in holders.get(mention, ())}:
                pairs.append((keys + i, responses + j, block))
                strict.append(wanted <= set(key[i]))
                prop.append(sum(mention in wanted for mention in key[i]) / len(entity))
        keys += len(key)
        responses += len(response)
    gold, predicted, unit = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    totals = []
    for weights in (strict, prop):
        weight = np.array(weights, dtype=np.float64)
        likely = np.flatnonzero(weight)
        chosen = likely[heaviest(Edges(gold, predicted, weight).take(weight > 0))]
        chosen = chosen[np.argsort(gold[chosen])]
        totals.append(np.bincount(unit[chosen], weight[chosen], len(blocks)).astype(np.float64))
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
