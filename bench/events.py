"""Whole events: how much of their triggers and arguments two events have in common.

An event is its trigger and its arguments, a part each. Two events of the same type share as many
parts as can be aligned one to one, a part in full or in proportion to its characters, and are
alike by 2·|A∩B| / (|A|+|B|) of their parts. This is φ₄ of CEAF (Luo 2005) over parts; Chen et al.
2023 (metametric) give the general form.
"""

from collections.abc import Mapping

import numpy as np

from .items import Ints, Table, Vocabulary
from .matching import Edges, Floats, assign, key_columns, meeting, overlapping, weights
from .measures import Match

Sides = tuple[Mapping[str, Table], Mapping[str, Table]]

GRAIN = 2.0**-30
"""Parts of a hit are multiples of this, so that their sums are exact in whatever order."""


def alike(sides: Sides, match: Match, filler: str, vocabulary: Vocabulary) -> Edges:
    """Pairs of events that share a part, weighted by how alike they are.

    Args:
        sides: The tables of gold and of the prediction.
        match: How the spans of parts match: exact, by ``overlap``, or in proportion by ``dice``.
        filler: The column by which fillers match where spans must be exact.
        vocabulary: What codes mean.
    """
    gold, predicted = (side["arguments"]["event"] for side in sides)
    width = len(sides[1]["triggers"]) + 1
    triggers = _parts(sides, "triggers", ("type",), "span", match, vocabulary)
    arguments = _parts(sides, "arguments", ("type", "role"), filler, match, vocabulary)
    events = gold[arguments.gold] * width + predicted[arguments.predicted]
    chosen, common = _one_to_one(sides, arguments, events)
    pair, number = np.unique(
        np.concatenate([triggers.gold * width + triggers.predicted, chosen]), return_inverse=True
    )
    shared: Floats = np.zeros(len(pair))
    np.add.at(shared, number, np.concatenate([triggers.weight, common]))
    edges = Edges(pair // width, pair % width, shared)
    total = np.zeros(len(pair))
    for side, rows in zip(sides, edges[:2], strict=True):
        number_of = np.bincount(side["arguments"]["event"], minlength=len(side["triggers"]))
        total += 1 + number_of[rows]
    return edges._replace(weight=np.rint(2 * shared / total / GRAIN) * GRAIN)


def _parts(
    sides: Sides, name: str, key: tuple[str, ...], span: str, match: Match, vocabulary: Vocabulary
) -> Edges:
    """Pairs of parts that match, each with how well."""
    gold, predicted = (side[name] for side in sides)
    if match in ("overlap", "dice"):
        edges = overlapping(gold, predicted, vocabulary, key)
        return edges if match == "dice" else edges._replace(weight=np.ones(len(edges.weight)))
    columns = ([side.unit, *key_columns(side, (span, *key))] for side in (gold, predicted))
    left, right = meeting(*columns)
    return Edges(left, right, np.ones(len(left)))


def _one_to_one(sides: Sides, parts: Edges, events: Ints) -> tuple[Ints, Floats]:
    """Of each pair of events the arguments that are aligned, and what each of them adds.

    Within a pair of events an argument is aligned once; in another it may be with another one.
    """
    nodes, orders, own = [], [], []
    for side, rows in zip(sides, parts[:2], strict=True):
        table = side["arguments"]
        _, first, node = np.unique(
            events * (len(table) + 1) + rows, return_index=True, return_inverse=True
        )
        nodes.append(node)
        own.append(events[first])
        orders.append([table[name][rows[first]] for name in ("start", "end")])
    edges = Edges(nodes[0], nodes[1], parts.weight)
    chosen = assign(edges, *orders, most=False)
    return own[0][chosen.gold], weights(edges, chosen)
