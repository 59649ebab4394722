"""brateval's comparison of entities: brat files, one to one, in the order of a Java hash map.

Each gold mention in turn takes the first predicted one that matches. The order is that of a
``HashMap`` over the ids of the ``T`` lines: ``meta["ids"]``, a list with one id a mention in the
document's order, or else T1, T2, … A mention is read from a line of three fields, so that one
with a tab in its text does not exist. ``meta["taxonomy"]`` of a gold document lists the lines of
the section ``[entities]`` of an ``annotation.conf``, indented as there; the first one counts.

A row is named by how spans and types are compared, and the label: ``exact/exact all``. Spans are
``exact`` (each piece of the gold mention is one of the predicted one), ``overlap`` (any common
character) or ``approx 0.8`` (overlap, and texts within an edit distance of 20 % of the longer);
types ``exact``, ``hierarchical`` (both below one entry of the first level of the taxonomy, in which
case does not matter) or ``inexact`` (any). A true positive is counted under the gold type.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..errors import InputError
from ..model import Actor, Document, Mention, Pieces
from .base import Figure, Profile, Quirk, divided, harmonic
from .java import code_units, four_digits, hash_map_order
from .mentions import Item, touching, typed_mentions

SIMILARITY = 0.8
"""The threshold of ``approx``."""
TYPES = ("exact", "hierarchical", "inexact")
"""How types are compared."""


class _Entity(NamedTuple):
    """A ``T`` line."""

    pieces: Pieces
    type: str
    text: str


_Spans = Callable[[_Entity, _Entity], bool]
_Types = Callable[[str, str], bool]
_Node = tuple[int, str, int]
"""A level, a name and the number of the parent, -1 for the root."""


def _exact(gold: _Entity, predicted: _Entity) -> bool:
    return all(piece in predicted.pieces for piece in gold.pieces)


def _overlap(gold: _Entity, predicted: _Entity) -> bool:
    return any(
        start < other_end and other_start < end
        for start, end in gold.pieces
        for other_start, other_end in predicted.pieces
    )


def _approximate(gold: _Entity, predicted: _Entity) -> bool:
    if _exact(gold, predicted):
        return True
    return _overlap(gold, predicted) and similarity(gold.text, predicted.text) >= SIMILARITY


SPANS: dict[str, _Spans] = {
    "exact": _exact,
    "overlap": _overlap,
    f"approx {SIMILARITY}": _approximate,
}
"""How spans are compared."""


def similarity(text: str, other: str) -> float:
    """One minus the edit distance over the longer length, 0 where that is below the threshold.

    >>> similarity("the President", "the Presidents"), similarity("Obama", "Osama")
    (0.9285714285714286, 0.0)
    """
    left, right = (memoryview(code_units(one)).cast("H") for one in (text, other))
    longest = max(len(left), len(right))
    # With floats a fifth of five is less than one: so be it.
    allowed = math.floor((1.0 - SIMILARITY) * longest)
    distance = 0 if text == other else _banded_distance(left, right, allowed)
    return 1.0 - distance / longest if distance <= allowed else 0.0


def _banded_distance(left: Sequence[int], right: Sequence[int], allowed: int) -> int:
    """The edit distance if it is at most ``allowed``, else something above that.

    Only the cells near the diagonal are visited; what lies beside keeps stale values.
    """
    low, high = sorted((0, len(right) - len(left)))
    margin = allowed - (high - low)
    if margin < 0:
        return allowed + 1
    row = list(range(len(right) + 1))
    for i, unit in enumerate(left, 1):
        first = max(1, low + i - margin)
        diagonal = row[first - 1]
        row[first - 1] += 1
        for j in range(first, min(len(right), high + i + margin) + 1):
            cost = min(diagonal + (unit != right[j - 1]), row[j] + 1, row[j - 1] + 1)
            diagonal, row[j] = row[j], cost
    return row[-1]


def _entities(document: Document, text: str | None) -> list[_Entity]:
    """The ``T`` lines that brateval reads, in the order of its map."""
    found = typed_mentions(document)
    ids = document.meta.get("ids")
    if ids is None:
        ids = [f"T{i}" for i in range(1, len(found) + 1)]
    elif len(ids) != len(found) or not all(isinstance(key, str) and key[:1] == "T" for key in ids):
        raise InputError(
            f"document {document.id!r}: $.meta.ids is expected to hold one id a mention, "
            f"{len(found)} in all, each beginning with T"
        )
    lines: dict[str, _Entity] = {}
    for key, (mention, kind) in zip(ids, found, strict=True):
        surface = mention.surface(text) if text is not None else mention.text
        if surface is None:
            raise InputError(f"document {document.id!r} has no text, which a brat file needs")
        # Java drops empty fields from the end of a line, and whatever has not three is no entity.
        read = " ".join(surface.splitlines()).rstrip("\t")
        if read and "\t" not in read:
            lines[key] = _Entity(mention.pieces, kind, read)
    return [lines[key] for key in hash_map_order(lines)]


class _Counts(NamedTuple):
    """True positives, false positives and false negatives by type, and all types."""

    tp: Counter[str]
    fp: Counter[str]
    fn: Counter[str]
    types: set[str]


def _compare(
    gold: Sequence[_Entity],
    predicted: Sequence[_Entity],
    near: Sequence[Sequence[int]],
    spans: _Spans,
    types: _Types,
    counts: _Counts,
) -> None:
    free = [True] * len(predicted)
    for entity, candidates in zip(gold, near, strict=True):
        counts.types.add(entity.type)
        for i in candidates:
            other = predicted[i]
            if (
                free[i]
                and (other.type == entity.type or types(entity.type, other.type))
                and spans(entity, other)
            ):
                free[i] = False
                counts.tp[entity.type] += 1
                counts.types.add(other.type)
                break
        else:
            counts.fn[entity.type] += 1
    for i, entity in enumerate(predicted):
        if free[i]:
            counts.types.add(entity.type)
            counts.fp[entity.type] += 1


def _outer(entity: _Entity) -> Item:
    return Item(entity.pieces[0][0], entity.pieces[-1][1] - 1, "")


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    known = {document.id: document for document in predicted}
    modes = {(spans, types): _Counts(Counter(), Counter(), Counter(), set())
             for spans in SPANS for types in TYPES}  # fmt: skip
    lines = next((d.meta["taxonomy"] for d in gold if "taxonomy" in d.meta), None)
    taxonomy = None if lines is None else _read_taxonomy(lines)
    compared = {
        "exact": lambda _one, _other: False,
        "hierarchical": _related(taxonomy or []),
        "inexact": lambda _one, _other: True,
    }
    for document in gold:
        other = known.get(document.id)
        if other is None:
            raise InputError(f"brateval needs a file of predictions for {document.id!r}")
        entities = _entities(document, document.text)
        guesses = _entities(other, other.text if other.text is not None else document.text)
        near = touching([_outer(one) for one in guesses], [_outer(one) for one in entities])
        for (spans, types), counts in modes.items():
            _compare(entities, guesses, near, SPANS[spans], compared[types], counts)
    return [
        figure
        for (spans, types), counts in modes.items()
        for figure in _rows(f"{spans}/{types}", counts, taxonomy)
    ]


def _rows(mode: str, counts: _Counts, nodes: Sequence[_Node] | None) -> list[Figure]:
    rows = []
    left = set(counts.types)
    if nodes is not None:
        for by_type in counts[:3]:
            _add_to_parents(nodes, by_type)
        for level, name, _ in nodes:
            if any(by_type[name] for by_type in counts[:3]):
                rows.append(_figure(mode, _indent(level) + name, counts, [name]))
            left.discard(name)
    # In the order of Java's strings.
    rest = sorted(left, key=code_units)
    rows += [_figure(mode, kind, counts, [kind]) for kind in rest]
    return [*rows, _figure(mode, "all", counts, rest)]


def _figure(mode: str, name: str, counts: _Counts, types: Iterable[str]) -> Figure:
    tp, fp, fn = (sum(by_type[kind] for kind in types) for by_type in counts[:3])
    precision, recall = divided(tp, tp + fp), divided(tp, tp + fn)
    values = precision, recall, harmonic(precision, recall)
    first, second, third = (four_digits(value) for value in values)
    return Figure(f"{mode} {name}", *values, (first, second, third))


def _read_taxonomy(lines: Iterable[str]) -> list[_Node]:
    """The tree of types below a root ``ALL``, in the order of the lines."""
    nodes: list[_Node] = [(0, "ALL", -1)]
    branch = [0]
    for line in lines:
        name = line.strip()
        if not name:
            continue
        level = 1
        for mark in line[: len(line) - len(line.lstrip())]:
            level = level + {" ": 1, "\t": 4}[mark] if mark in " \t" else 1
        while len(branch) > 1 and nodes[branch[-1]][0] >= level:
            branch.pop()
        nodes.append((level, name, branch[-1]))
        branch.append(len(nodes) - 1)
    return nodes


def _related(nodes: Sequence[_Node]) -> _Types:
    """Whether two types stand below the same node of the first level, or are it."""
    families: dict[str, int] = {}
    first: list[int] = []
    for number, (_, name, parent) in enumerate(nodes):
        first.append(first[parent] if parent > 0 else number)
        families[name.lower()] = first[number]

    def related(one: str, other: str) -> bool:
        return families.get(one.lower(), 0) == families.get(other.lower(), -1) != 0

    return related


def _add_to_parents(nodes: Sequence[_Node], counts: Counter[str]) -> None:
    # Children stand after their parents, and siblings in any order add up to the same.
    for _, name, parent in reversed(nodes):
        if parent >= 0:
            counts[nodes[parent][1]] += counts[name]


def _indent(level: int) -> str:
    return "+" * (level // 4) + " " * (level % 4)


def _document(
    *found: tuple[str, Pieces], text: str = "x" * 40, **meta: object
) -> tuple[Document, ...]:
    actors = tuple(
        Actor(
            type=kind,
            mentions=(
                Mention(
                    start=pieces[0][0],
                    end=pieces[-1][1],
                    fragments=pieces if len(pieces) > 1 else (),
                ),
            ),
        )
        for kind, pieces in found
    )
    return (Document(id="d", text=text, actors=actors, meta=dict(meta)),)


_ALL = ("1.0000", "1.0000", "1.0000")
_NONE = ("0.0000", "0.0000", "0.0000")
_HALF = ("0.5000", "0.5000", "0.5000")
_SHORT, _LONG = ((0, 4),), ((0, 4), (10, 14))

BRATEVAL = Profile(
    name="brateval",
    original="brateval 0.3.2 (github.com/READ-BioMed/brateval), CompareEntities",
    layer="actors",
    explains="mentions one to one, each gold one taking the first that matches in hash order",
    score=_score,
    quirks=(
        Quirk(
            what="A piece too many in the prediction is no error",
            gold=_document(("PER", _SHORT)),
            predicted=_document(("PER", _LONG)),
            shown={"exact/exact all": _ALL},
        ),
        Quirk(
            what="A piece too few is one",
            gold=_document(("PER", _LONG)),
            predicted=_document(("PER", _SHORT)),
            shown={"exact/exact all": _NONE, "overlap/exact all": _ALL},
        ),
        Quirk(
            what="By the order of ids a mention takes what another needs: one pair where two fit",
            gold=_document(("PER", ((0, 9),)), ("PER", ((6, 9),))),
            predicted=_document(("PER", ((6, 9),)), ("PER", ((0, 4),))),
            shown={"exact/exact all": _HALF, "overlap/exact all": _HALF},
        ),
        Quirk(
            what="Types that annotation.conf lists are left out of the figure for all",
            gold=_document(("PER", _SHORT), ("ORG", ((20, 24),)), taxonomy=["PER", "ORG"]),
            predicted=_document(("PER", _SHORT)),
            shown={
                "exact/exact ALL": ("1.0000", "0.5000", "0.6667"),
                "exact/exact all": _NONE,
            },
        ),
        Quirk(
            what="A mention with a tab in its text is not read",
            gold=_document(("PER", _SHORT), text="a\tbc"),
            predicted=_document(("PER", _SHORT), text="a\tbc"),
            shown={"exact/exact all": _NONE},
        ),
    ),
)
