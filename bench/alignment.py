"""Measures applied to the tables of a corpus: aligned pairs, and counts of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .coreference import Clusters, Overlaps, overlaps, statistics
from .counts import ANY, ClusterCounts, Counts, tabulate
from .items import NONE, Ints, Table, Vocabulary
from .matching import (
    Edges,
    Floats,
    Pairs,
    actor_of,
    align_equal,
    assign,
    key_columns,
    overlapping,
    row_codes,
    sharing,
)
from .measures import GRADED, STANDARD, Measure
from .model import Ontology
from .spans import Texts

_LABELS = ("type", "role", "realis", "polarity", "kind", "level")
_TIE = 1e-9
"""Of pairs with equal spans those that agree on more are aligned; far below any other weight."""
_STEP = 2.0**-30
"""Parts of a hit are multiples of this, so that their sums are exact in whatever order."""


@dataclass(frozen=True)
class Alignment:
    """The items of a measure on both sides, and the pairs of them that count.

    Attributes:
        gold: The items that are counted.
        predicted: Likewise.
        pairs: Row numbers in both; true positives.
        weight: What each pair counts; 1 unless the measure is graded.
    """

    gold: Table
    predicted: Table
    pairs: Pairs
    weight: Floats


class Aligner:
    """Both sides of a corpus as tables, and the alignments made on them so far.

    Args:
        gold: The tables of gold.
        predicted: Those of the predictions, with the same units.
        vocabulary: What their codes mean.
        texts: The texts of the units, for the matches that look at words.
    """

    def __init__(
        self,
        gold: Mapping[str, Table],
        predicted: Mapping[str, Table],
        vocabulary: Vocabulary,
        texts: Texts,
    ) -> None:
        self._vocabulary = vocabulary
        self._texts = texts
        who = _Identity(gold, vocabulary)
        self._sides = (who.added_to(gold), who.added_to(predicted))
        self._overlaps: dict[tuple[str, str, tuple[str, ...]], Overlaps] = {}
        self._matched: dict[tuple[str, str, tuple[str, ...], float | None], Alignment] = {}

    def align(self, measure: Measure) -> Alignment:
        """The items of a measure and the pairs that count."""
        table, test = measure.table, measure.test
        match = "overlap" if test else measure.match
        how = (table, match, measure.key, measure.threshold)
        if "set" in measure.flags:
            how = (f"{table}+set", *how[1:])
        if how not in self._matched:
            self._matched[how] = self._align(measure, match)
        found = self._matched[how]
        if test is None:
            return found
        left, right = found.gold[test], found.predicted[test]
        hit = left[found.pairs.gold] == right[found.pairs.predicted]
        hit &= left[found.pairs.gold] != NONE
        return Alignment(*_having(found, test, hit))

    def _align(self, measure: Measure, match: str) -> Alignment:
        gold, predicted = (self._items(side, measure, match) for side in self._sides)
        key = measure.key
        if match in ("overlap", *GRADED):
            pairs, weight = self._overlapping(measure, match, gold, predicted)
            return Alignment(gold, predicted, pairs, weight)
        if match == "shared":
            pairs = self._sharing(key, gold, predicted)
        else:
            pairs = align_equal(
                [gold.unit, *key_columns(gold, key)], [predicted.unit, *key_columns(predicted, key)]
            )
        return Alignment(gold, predicted, pairs, np.ones(len(pairs.gold)))

    def _items(self, side: Mapping[str, Table], measure: Measure, match: str) -> Table:
        """The rows that a measure counts, with the span as it looks at it."""
        table = side[measure.table]
        if match == "token":
            table = self._texts.tokens(table, self._vocabulary, measure.key)
        elif match in ("head", "text"):
            column = getattr(self._texts, f"{match}s")(table, self._vocabulary)
            table = Table(table.unit, {**table.columns, "span": column})
        if "set" in measure.flags:
            key = measure.key if "span" in measure.key or "filler" in measure.key else (
                "span", *measure.key
            )  # fmt: skip
            (codes,) = row_codes([table.unit, *key_columns(table, key)])
            table = table.take(np.sort(np.unique(codes, return_index=True)[1]))
        return table

    def _overlapping(
        self, measure: Measure, match: str, gold: Table, predicted: Table
    ) -> tuple[Pairs, Floats]:
        edges = overlapping(gold, predicted, self._vocabulary, measure.key, iou=match == "iou")
        if measure.threshold is not None:
            edges = edges.take(edges.weight >= measure.threshold)
        agreement = _agreement(measure.table, edges, gold, predicted)
        tied = edges._replace(weight=edges.weight + _TIE * agreement)
        order = (self._order(side) for side in (gold, predicted))
        pairs = assign(tied, *order, most=not measure.graded)
        if not measure.graded:
            return pairs, np.ones(len(pairs.gold))
        size = len(predicted)
        known = edges.gold * size + edges.predicted
        by_pair = np.argsort(known)
        at = np.searchsorted(known[by_pair], pairs.gold * size + pairs.predicted)
        return pairs, np.rint(edges.weight[by_pair[at]] / _STEP) * _STEP

    def _sharing(self, key: Sequence[str], gold: Table, predicted: Table) -> Pairs:
        edges = sharing(*(side["mentions"] for side in self._sides))
        for column in key:
            edges = edges.take(gold[column][edges.gold] == predicted[column][edges.predicted])
        return assign(edges, *(_cluster_order(side, self._vocabulary) for side in self._sides))

    def _order(self, table: Table) -> list[Ints]:
        """Where the items stand in the text, and what tells those in one place apart."""
        labels = [self._vocabulary.ranks(table[name]) for name in _LABELS if name in table.columns]
        parts = [table[name] for name in ("cue", "source") if name in table.columns]
        return [table["start"], table["end"], *labels, *parts]

    def count(self, measure: Measure, units: tuple[str, ...], ontology: Ontology) -> Counts:
        """The counts of a measure in each unit, for each label."""
        if measure.metrics:
            return self._coreference(measure, units)
        found = self.align(measure)
        labels, gold, predicted = self._labels(measure, found, ontology)
        return tabulate(
            units,
            labels,
            (
                (found.gold.unit[found.pairs.gold], gold[found.pairs.gold]),
                (found.predicted.unit, predicted),
                (found.gold.unit, gold),
            ),
            found.weight if measure.graded else None,
        )

    def _coreference(self, measure: Measure, units: tuple[str, ...]) -> Counts:
        """The sums of coreference metrics, on mentions aligned as the measure says."""
        how = (measure.item, measure.match, measure.flags)
        if how not in self._overlaps:
            column = "actor" if measure.layer == "actors" else "hopper"
            gold, predicted = (
                _clustered(side[measure.table], column, self._vocabulary) for side in self._sides
            )
            mention = self._mentions(measure, gold, predicted)
            self._overlaps[how] = overlaps(
                Clusters(gold.unit, np.arange(len(gold)), gold["cluster"]),
                Clusters(predicted.unit, mention, predicted["cluster"]),
                singletons="plural" not in measure.flags,
            )
        sums = [statistics(self._overlaps[how], m, len(units)) for m in measure.metrics]
        return ClusterCounts(
            units, (ANY,), np.concatenate(sums, axis=1)[:, None, :], measure.metrics
        )

    def _mentions(self, measure: Measure, gold: Table, predicted: Table) -> Ints:
        """For each predicted mention the row of its gold mention, or a number beyond all rows.

        Equal mentions are aligned first; with ``@overlap``, of the rest those that overlap.
        """
        pairs = align_equal(
            *([side.unit, *key_columns(side, measure.key)] for side in (gold, predicted))
        )
        mention = np.arange(len(predicted)) + len(gold)
        mention[pairs.predicted] = pairs.gold
        if measure.match == "overlap":
            rest = [
                np.setdiff1d(np.arange(len(side)), taken)
                for side, taken in zip((gold, predicted), pairs, strict=True)
            ]
            left, right = gold.take(rest[0]), predicted.take(rest[1])
            order = ([side["start"], side["end"], side["cluster"]] for side in (left, right))
            more = assign(overlapping(left, right, self._vocabulary), *order)
            mention[rest[1][more.predicted]] = rest[0][more.gold]
        return mention

    def _labels(
        self, measure: Measure, found: Alignment, ontology: Ontology
    ) -> tuple[tuple[str, ...], Ints, Ints]:
        """Ontology ∪ gold ∪ predicted, and the place in it of each item's label."""
        tables = (found.gold, found.predicted)
        if measure.label is None:
            left, right = (np.zeros(len(table), dtype=np.int64) for table in tables)
            return (ANY,), left, right
        columns = [table[measure.label] for table in tables]
        names = self._vocabulary.labels
        seen = {names[code] if code >= 0 else "none" for code in np.unique(np.concatenate(columns))}
        labels = tuple(dict.fromkeys((*_declared(measure, ontology), *sorted(seen))))
        place = {label: i for i, label in enumerate(labels)}
        places = np.array([*(place.get(name, 0) for name in names), place.get("none", 0)])
        return labels, places[columns[0]], places[columns[1]]


def _clustered(table: Table, column: str, vocabulary: Vocabulary) -> Table:
    """The distinct mentions of each cluster, in an order of clusters that their content gives.

    So it does not matter in which order a mention's several clusters came.
    """
    (number,) = row_codes([table.unit, table[column]])
    number = np.unique(number, return_inverse=True)[1]
    mixed = vocabulary.lasting(table["span"]) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    content = np.zeros(number.max(initial=-1) + 1, dtype=np.uint64)
    np.add.at(content, number, mixed)
    kind = vocabulary.ranks(table["type"])
    order = np.lexsort((table["span"], number, content[number], kind, table.unit))
    unit, cluster, span = table.unit[order], number[order], table["span"][order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(cluster) != 0) | (np.diff(span) != 0) | (np.diff(unit) != 0)
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = np.diff(cluster) != 0
    rank = np.cumsum(begins)
    made = table.take(order)
    return Table(made.unit, {**made.columns, "cluster": rank}).take(np.flatnonzero(new))


def _having(found: Alignment, test: str, hit: Ints) -> tuple[Table, Table, Pairs, Floats]:
    """An alignment without the items that lack what is tested, and with the pairs that hit."""
    kept = [np.flatnonzero(table[test] != NONE) for table in (found.gold, found.predicted)]
    pairs = [np.searchsorted(rows, side[hit]) for rows, side in zip(kept, found.pairs, strict=True)]
    gold, predicted = (
        table.take(rows) for table, rows in zip((found.gold, found.predicted), kept, strict=True)
    )
    return gold, predicted, Pairs(*pairs), found.weight[hit]


def _agreement(table: str, edges: Edges, gold: Table, predicted: Table) -> Floats:
    """The share of what is tested that is right in each pair."""
    tested = sorted({m.test for m in STANDARD if m.table == table and m.test})
    right = [gold[name][edges.gold] == predicted[name][edges.predicted] for name in tested]
    return np.mean(right, axis=0) if right else np.zeros(len(edges.gold))


def _declared(measure: Measure, ontology: Ontology) -> tuple[str, ...]:
    if measure.label == "type":
        return ontology.actor_types if measure.layer == "actors" else ontology.event_types
    return {
        "role": tuple(ontology.roles),
        "realis": ("actual", "generic", "other"),
        "polarity": ("positive", "negative"),
        "kind": ("direct", "indirect", "mixed"),
    }[measure.label or ""]


class _Identity:
    """Who a filler or a source is, by gold's clusters.

    A span that is no mention of a gold actor stands for itself: actors are coded even, spans odd.
    """

    def __init__(self, gold: Mapping[str, Table], vocabulary: Vocabulary) -> None:
        self.mentions = gold["mentions"]
        number = self.mentions["actor"]
        places = np.lexsort(
            [column[number] for column in reversed(_cluster_order(gold, vocabulary))]
        )
        self.order = np.empty(len(number), dtype=np.int64)
        self.order[places] = np.arange(len(number))

    def added_to(self, tables: Mapping[str, Table]) -> dict[str, Table]:
        """The tables with the columns ``filler`` and ``speaker``."""
        made = dict(tables)
        for name, column, new in (
            ("arguments", "span", "filler"),
            ("quotes", "source", "speaker"),
        ):
            table = tables[name]
            actor = actor_of(table, column, self.mentions, self.order)
            code = np.where(actor >= 0, 2 * actor, 2 * table[column] + 1)
            made[name] = Table(table.unit, {**table.columns, new: code})
        return made


def _cluster_order(side: Mapping[str, Table], vocabulary: Vocabulary) -> list[Ints]:
    """Where each actor stands: its first mention, then its type."""
    mentions, kind = side["mentions"], vocabulary.ranks(side["actors"]["type"])
    start, end = (np.full(len(kind), np.iinfo(np.int64).max) for _ in range(2))
    order = np.lexsort((mentions["end"], mentions["start"], mentions["actor"]))
    _, first = np.unique(mentions["actor"][order], return_index=True)
    rows = order[first]
    start[mentions["actor"][rows]] = mentions["start"][rows]
    end[mentions["actor"][rows]] = mentions["end"][rows]
    return [start, end, kind]
