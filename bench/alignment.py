"""Measures applied to the tables of a corpus: aligned pairs, and counts of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from .coreference import Clusters, Overlaps, overlaps, statistics
from .counts import ANY, ClusterCounts, Counts, tabulate
from .events import GRAIN, alike
from .items import NONE, Ints, Table, Vocabulary
from .matching import (
    Edges,
    Floats,
    Join,
    Pairs,
    actor_of,
    align_equal,
    assign,
    first_rows,
    join,
    key_columns,
    overlapping,
    row_codes,
    sharing,
    weights,
)
from .measures import GRADED, STANDARD, Measure
from .model import Document, Ontology
from .passages import Passages
from .slices import DECLARED, Slicer
from .spans import Texts

_LABELS = ("type", "role", "realis", "polarity", "kind", "level")
_TIE = 1e-9
"""Of pairs with equal spans those that agree on more are aligned; far below any other weight."""


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
        documents: The units, for the matches and slices that look at words.
    """

    def __init__(
        self,
        gold: Mapping[str, Table],
        predicted: Mapping[str, Table],
        vocabulary: Vocabulary,
        documents: Sequence[Document],
    ) -> None:
        self._vocabulary = vocabulary
        self._texts = Texts([document.text or "" for document in documents])
        slicer = Slicer(documents, vocabulary)
        self._who = _Identity([slicer.added_to(side) for side in (gold, predicted)], vocabulary)
        self._sides = self._who.added_to(0), self._who.added_to(1)
        self._overlaps: dict[object, Overlaps] = {}
        self._joins: dict[object, tuple[Table, Table, Join]] = {}
        self._matched: dict[object, Alignment] = {}

    def align(self, measure: Measure) -> Alignment:
        """The items of a measure and the pairs that count."""
        test = measure.test
        match = "overlap" if test else measure.match
        own = measure.metrics or measure.item == "events.whole"
        flags = tuple(flag for flag in measure.flags if flag in ("oracle", "set"))
        how = (bool(own), measure.table, match, measure.key, measure.threshold, flags)
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
        if measure.metrics:
            return self._clustered(measure)
        if measure.item == "events.whole":
            return self._whole(measure)
        gold, predicted = (self._items(i, measure, match) for i in (0, 1))
        key = measure.key
        if match in ("overlap", *GRADED):
            pairs, weight = self._overlapping(measure, match, gold, predicted)
            return Alignment(gold, predicted, pairs, weight)
        shared = match == "shared"
        pairs = self._who.sharing(key) if shared else self._equal(gold, predicted, key)
        return Alignment(gold, predicted, pairs, np.ones(len(pairs.gold)))

    def _equal(self, gold: Table, predicted: Table, key: Sequence[str]) -> Pairs:
        """Rows of one unit with an equal key: those that meet in its first column, filtered."""
        how = (id(gold), id(predicted), key[0])
        if how not in self._joins:
            found = join(*(_columns(side, key[:1]) for side in (gold, predicted)))
            self._joins[how] = gold, predicted, found
        *_, (once, left, right) = self._joins[how]
        same = np.ones(len(once.gold), dtype=bool)
        for name in key[1:]:
            same &= gold[name][once.gold] == predicted[name][once.predicted]
        rest = align_equal(
            [column[left] for column in _columns(gold, key)],
            [column[right] for column in _columns(predicted, key)],
        )
        return Pairs(
            np.concatenate([once.gold[same], left[rest.gold]]),
            np.concatenate([once.predicted[same], right[rest.predicted]]),
        )

    def _items(self, number: int, measure: Measure, match: str) -> Table:
        """The rows of a side that a measure counts, with the span as it looks at it."""
        side = self._sides[number]
        table = side[measure.table]
        if "oracle" in measure.flags and number:
            known = self._sides[0]["triggers"]
            given, ours = row_codes(
                _columns(table, ("trigger", "type")), _columns(known, ("span", "type"))
            )
            table = table.take(np.flatnonzero(np.isin(given, ours)))
        if match == "token":
            table = self._texts.tokens(table, self._vocabulary, measure.key)
        elif match in ("head", "text"):
            column = getattr(self._texts, f"{match}s")(table, self._vocabulary)
            table = table.having({"span": column})
        if "set" in measure.flags:
            spanned = any(column.split()[0] == "span" for column in measure.key)
            key = measure.key if spanned else ("span", *measure.key)
            table = table.take(first_rows(_columns(table, key)))
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
        return pairs, np.rint(weights(edges, pairs) / GRAIN) * GRAIN

    def _order(self, table: Table) -> list[Ints]:
        """Where the items stand in the text, and what tells those in one place apart."""
        labels = [self._vocabulary.ranks(table[name]) for name in _LABELS if name in table.columns]
        parts = [table[name] for name in ("cue", "source") if name in table.columns]
        return [table["start"], table["end"], *labels, *parts]

    def _whole(self, measure: Measure) -> Alignment:
        edges = alike(self._sides, measure.match, measure.filler, self._vocabulary)
        gold, predicted = (side["triggers"] for side in self._sides)
        pairs = assign(edges, self._order(gold), self._order(predicted), most=False)
        return Alignment(gold, predicted, pairs, weights(edges, pairs))

    def _clustered(self, measure: Measure) -> Alignment:
        """The mentions of clusters, aligned as a measure of coreference says.

        Equal mentions are aligned first; with ``@overlap``, of the rest those that overlap.
        """
        column = "actor" if measure.layer == "actors" else "hopper"
        gold, predicted = (
            _clustered(side[measure.table], column, self._vocabulary) for side in self._sides
        )
        pairs = align_equal(*(_columns(side, measure.key) for side in (gold, predicted)))
        if measure.match == "overlap":
            rest = [
                np.setdiff1d(np.arange(len(side)), taken)
                for side, taken in zip((gold, predicted), pairs, strict=True)
            ]
            left, right = gold.take(rest[0]), predicted.take(rest[1])
            order = ([side["start"], side["end"], side["cluster"]] for side in (left, right))
            more = assign(overlapping(left, right, self._vocabulary), *order)
            pairs = Pairs(
                np.concatenate([pairs.gold, rest[0][more.gold]]),
                np.concatenate([pairs.predicted, rest[1][more.predicted]]),
            )
        return Alignment(gold, predicted, pairs, np.ones(len(pairs.gold)))

    def count(
        self,
        measure: Measure,
        units: Sequence[str],
        ontology: Ontology,
        passages: Passages | None = None,
    ) -> Counts:
        """The counts of a measure in each unit, for each label.

        Units are the documents, or their passages; coreference is counted by document only.
        """
        found = self.align(measure)
        if measure.metrics:
            return self._coreference(measure, found, tuple(units))
        labels, gold, predicted = self._labels(measure, found, ontology)
        tables = (found.gold, found.predicted)
        ours, theirs = (side.unit for side in tables)
        if passages is not None:
            ours, theirs = (passages.of(side.unit, self._start(side)) for side in tables)
            theirs[found.pairs.predicted] = ours[found.pairs.gold]
        if measure.by:  # a pair belongs where its item of gold does
            predicted[found.pairs.predicted] = gold[found.pairs.gold]
        return tabulate(
            units,
            labels,
            (
                (ours[found.pairs.gold], gold[found.pairs.gold]),
                (theirs, predicted),
                (ours, gold),
            ),
            found.weight if measure.graded else None,
        )

    def _start(self, table: Table) -> Ints:
        """Where items begin; an actor does with its first mention."""
        if "start" in table.columns:
            return table["start"]
        side = next(i for i, side in enumerate(self._sides) if side["actors"] is table)
        return self._who.first_mentions(side)

    def _coreference(self, measure: Measure, found: Alignment, units: tuple[str, ...]) -> Counts:
        """The sums of coreference metrics."""
        how = (measure.item, measure.match, measure.flags)
        if how not in self._overlaps:
            gold, predicted = found.gold, found.predicted
            # A mention is known by its row in gold; one that gold lacks by a number beyond.
            mention = np.arange(len(predicted)) + len(gold)
            mention[found.pairs.predicted] = found.pairs.gold
            self._overlaps[how] = overlaps(
                Clusters(gold.unit, np.arange(len(gold)), gold["cluster"]),
                Clusters(predicted.unit, mention, predicted["cluster"]),
                singletons="plural" not in measure.flags,
            )
        sums = [statistics(self._overlaps[how], m, len(units)) for m in measure.metrics]
        return ClusterCounts(
            units, (ANY,), np.concatenate(sums, axis=1)[:, None, :], measure.metrics
        )

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
        codes = np.flatnonzero(np.bincount(np.concatenate(columns) - NONE)) + NONE
        seen = {names[code] if code >= 0 else "none" for code in codes.tolist()}
        labels = tuple(dict.fromkeys((*_declared(measure, ontology), *sorted(seen))))
        place = {label: i for i, label in enumerate(labels)}
        places = np.array([*(place.get(name, 0) for name in names), place.get("none", 0)])
        return labels, places[columns[0]], places[columns[1]]


def _columns(table: Table, key: Sequence[str]) -> list[Ints]:
    """What must be equal for two rows to be aligned."""
    return [table.unit, *key_columns(table, key)]


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
    return made.having({"cluster": rank}).take(np.flatnonzero(new))


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
    """The labels of a measure that are shown whether they occur or not."""
    if measure.label == "type":
        return ontology.actor_types if measure.layer == "actors" else ontology.event_types
    known: dict[str, tuple[str, ...]] = {"role": tuple(ontology.roles), **DECLARED}
    return known[measure.label or ""]


class _Identity:
    """Who a filler or a source is.

    By gold's clusters (``coref``), or by the predicted ones and gold's actors that they are aligned
    with (``actor``). A span that is no mention of an actor stands for itself: actors are coded
    even, spans odd.
    """

    def __init__(self, sides: Sequence[Mapping[str, Table]], vocabulary: Vocabulary) -> None:
        self._sides = sides
        self._vocabulary = vocabulary

    def added_to(self, number: int) -> dict[str, Table]:
        """The tables of a side with the identities of fillers and sources as columns."""
        made = dict(self._sides[number])
        for name, column in (("arguments", "span"), ("quotes", "source")):
            made[name] = made[name].having(
                {
                    f"{column} by coref": partial(self._by_gold, made[name], column),
                    f"{column} by actor": partial(self._by_side, number, made[name], column),
                }
            )
        return made

    def sharing(self, key: Sequence[str] = ()) -> Pairs:
        """Actors that share a mention, one to one, with equal columns besides."""
        gold, predicted = (side["actors"] for side in self._sides)
        edges = self._meetings
        for column in key:
            edges = edges.take(gold[column][edges.gold] == predicted[column][edges.predicted])
        return assign(edges, *self._places)

    def first_mentions(self, side: int) -> Ints:
        """Where the first mention of each actor of a side begins."""
        start = self._places[side][0]
        return np.where(start == np.iinfo(np.int64).max, NONE, start)

    @cached_property
    def _meetings(self) -> Edges:
        return sharing(*(side["mentions"] for side in self._sides))

    @cached_property
    def _places(self) -> list[list[Ints]]:
        return [_cluster_order(side, self._vocabulary) for side in self._sides]

    def _actor(self, number: int, table: Table, column: str) -> Ints:
        """The row of the actor of a side that a span is a mention of; -1 for none."""
        return actor_of(table, column, self._sides[number]["mentions"], self._orders[number])

    def _by_gold(self, table: Table, column: str) -> Ints:
        actor = self._actor(0, table, column)
        return np.where(actor >= 0, 2 * actor, 2 * table[column] + 1)

    def _by_side(self, number: int, table: Table, column: str) -> Ints:
        """By its own side's clusters; a span that they do not have, by gold's."""
        codes = self._by_gold(table, column)
        if not number:
            return codes
        known, found = (len(side["actors"]) for side in self._sides)
        # Actors that are aligned with none of gold have numbers beyond those of gold.
        whose = np.arange(found) + known
        whose[self._aligned.predicted] = self._aligned.gold
        actor = self._actor(1, table, column)
        if not found:
            return codes
        return np.where(actor >= 0, 2 * whose[actor], codes)

    @cached_property
    def _aligned(self) -> Pairs:
        return self.sharing()

    @cached_property
    def _orders(self) -> tuple[Ints, ...]:
        """On each side the place of each mention among those with the same span."""
        return tuple(map(self._order, (0, 1)))

    def _order(self, side: int) -> Ints:
        number = self._sides[side]["mentions"]["actor"]
        places = np.lexsort([column[number] for column in reversed(self._places[side])])
        found = np.empty(len(number), dtype=np.int64)
        found[places] = np.arange(len(number))
        return found


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
