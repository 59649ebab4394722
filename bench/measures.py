"""The declared measures: which items, what must be equal, how items are aligned.

A measure is data. All of them count whole items, so that true positives never exceed what was
predicted or what gold holds.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np

from .counts import ANY, Counts, tabulate
from .errors import UsageError, nearest
from .items import NONE, TABLES, Ints, Table, Vocabulary
from .matching import (
    Edges,
    Floats,
    Pairs,
    actor_of,
    align_equal,
    assign,
    key_columns,
    overlapping,
    sharing,
)
from .model import Layer, Ontology


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One way to count.

    Attributes:
        name: What it is called on the command line and in every file.
        title: What it is called in a table.
        table: The kind of item that is counted.
        match: ``exact``: keys are equal (a multiset); ``overlap``: spans with a character in
            common, one to one; ``shared``: actors with a mention in common, one to one.
        key: The columns that must be equal for two items to be aligned.
        test: A column that must also be equal for an aligned pair to count. Unlike the key it
            does not move the alignment; items that lack it are not counted.
        label: The column by which counts are split.
        explains: What is counted, in a sentence.
    """

    name: str
    title: str
    table: str
    explains: str
    match: Literal["exact", "overlap", "shared"] = "exact"
    key: tuple[str, ...] = ()
    test: str | None = None
    label: str | None = None

    @property
    def layer(self) -> Layer:
        """The layer that the measure looks at."""
        return TABLES[self.table][0]


STANDARD: tuple[Measure, ...] = (
    Measure(
        name="actors.mention",
        title="mention",
        table="mentions",
        key=("span",),
        explains="Mentions whose span is exactly right.",
    ),
    Measure(
        name="actors.mention.type",
        title="mention + type",
        table="mentions",
        key=("span", "type"),
        label="type",
        explains="Mentions whose span is exactly right and whose actor has the right type.",
    ),
    Measure(
        name="actors.mention@overlap",
        title="mention, overlap",
        table="mentions",
        match="overlap",
        explains="Mentions that overlap, aligned one to one.",
    ),
    Measure(
        name="actors.mention.type@overlap",
        title="mention + type, overlap",
        table="mentions",
        match="overlap",
        key=("type",),
        label="type",
        explains="Mentions that overlap and agree on the type, aligned one to one.",
    ),
    Measure(
        name="actors.actor",
        title="actor",
        table="actors",
        match="shared",
        explains="Actors (clusters) that share a mention with exactly the same span, aligned one "
        "to one.",
    ),
    Measure(
        name="actors.actor.type",
        title="actor + type",
        table="actors",
        match="shared",
        key=("type",),
        label="type",
        explains="Actors that share a mention and agree on the type, aligned one to one.",
    ),
    Measure(
        name="events.trigger",
        title="trigger (TI)",
        table="triggers",
        key=("span",),
        explains="Event triggers whose span is exactly right.",
    ),
    Measure(
        name="events.trigger.type",
        title="trigger + type (TC)",
        table="triggers",
        key=("span", "type"),
        label="type",
        explains="Event triggers whose span and type are right.",
    ),
    Measure(
        name="events.trigger.realis",
        title="trigger + realis",
        table="triggers",
        key=("span", "realis"),
        label="realis",
        explains="Event triggers whose span and realis are right.",
    ),
    Measure(
        name="events.trigger.polarity",
        title="trigger + polarity",
        table="triggers",
        key=("span", "polarity"),
        label="polarity",
        explains="Event triggers whose span and polarity are right.",
    ),
    Measure(
        name="events.argument",
        title="argument (AI)",
        table="arguments",
        key=("span", "type"),
        explains="Arguments whose span and event type are right, whatever the trigger.",
    ),
    Measure(
        name="events.argument.role",
        title="argument + role (AC)",
        table="arguments",
        key=("span", "type", "role"),
        label="role",
        explains="Arguments whose span, event type and role are right, whatever the trigger.",
    ),
    Measure(
        name="events.argument+attached",
        title="argument, attached (AI+)",
        table="arguments",
        key=("span", "type", "trigger"),
        explains="Arguments whose span is right and whose event has the right trigger and type.",
    ),
    Measure(
        name="events.argument.role+attached",
        title="argument + role, attached (AC+)",
        table="arguments",
        key=("span", "type", "role", "trigger"),
        label="role",
        explains="Arguments whose span and role are right and whose event has the right trigger "
        "and type.",
    ),
    Measure(
        name="events.argument.role+attached@coref",
        title="argument + role, attached, coref",
        table="arguments",
        key=("filler", "type", "role", "trigger"),
        label="role",
        explains="As events.argument.role+attached, but any mention of the gold filler's actor "
        "will do.",
    ),
    Measure(
        name="quotes.content",
        title="content",
        table="quotes",
        key=("span",),
        explains="Quotes whose content span is exactly right.",
    ),
    Measure(
        name="quotes.content@overlap",
        title="content, overlap",
        table="quotes",
        match="overlap",
        explains="Quotes whose contents overlap, aligned one to one.",
    ),
    Measure(
        name="quotes.cue",
        title="cue",
        table="quotes",
        match="overlap",
        test="cue",
        explains="Quotes aligned by overlapping content whose cue is exactly right; quotes "
        "without a cue are not counted.",
    ),
    Measure(
        name="quotes.source",
        title="source",
        table="quotes",
        match="overlap",
        test="source",
        explains="Quotes aligned by overlapping content whose source span is exactly right, or "
        "rightly unknown.",
    ),
    Measure(
        name="quotes.source@coref",
        title="source, coref",
        table="quotes",
        match="overlap",
        test="speaker",
        explains="Quotes aligned by overlapping content whose source is any mention of the gold "
        "source's actor.",
    ),
    Measure(
        name="quotes.kind",
        title="kind",
        table="quotes",
        match="overlap",
        test="kind",
        label="kind",
        explains="Quotes aligned by overlapping content that agree on direct, indirect or mixed.",
    ),
    Measure(
        name="quotes.attribution",
        title="attribution",
        table="quotes",
        key=("span", "source"),
        explains="Quotes whose content and source spans are exactly right.",
    ),
    Measure(
        name="quotes.attribution@coref",
        title="attribution, coref",
        table="quotes",
        key=("span", "speaker"),
        explains="Quotes whose content is exactly right and whose source is any mention of the "
        "gold source's actor.",
    ),
)
"""The measures of the profile ``standard``; definitions after DESIGN, names of TI … AC+ after
TextEE (Huang et al. 2024), whose items these are, though counted as multisets."""


_LABELS = ("type", "role", "realis", "polarity", "kind", "level")
_TIE = 1e-9
"""Of pairs with equal spans those that agree on more are aligned; far below any other weight."""


def find(name: str) -> Measure:
    """The measure of this name.

    Raises:
        UsageError: There is none; names the nearest.
    """
    known = {measure.name: measure for measure in STANDARD}
    if name not in known:
        raise UsageError(f"no measure {name!r}: {nearest(name, known)}")
    return known[name]


class Aligner:
    """Both sides of a corpus as tables, and the alignments made on them so far."""

    def __init__(
        self,
        gold: Mapping[str, Table],
        predicted: Mapping[str, Table],
        vocabulary: Vocabulary,
    ) -> None:
        self.vocabulary = vocabulary
        ranks = vocabulary.ranks()
        who = _Identity(gold, ranks)
        self.gold, self.predicted = who.added_to(gold), who.added_to(predicted)
        self._ranks = ranks
        self._done: dict[tuple[str, str, tuple[str, ...]], Pairs] = {}

    def align(self, measure: Measure) -> Pairs:
        """The pairs that count as true positives of a measure."""
        how = (measure.table, measure.match, measure.key)
        if how not in self._done:
            self._done[how] = self._align(*how)
        pairs = self._done[how]
        if measure.test is None:
            return pairs
        left = self.gold[measure.table][measure.test][pairs.gold]
        right = self.predicted[measure.table][measure.test][pairs.predicted]
        hit = (left == right) & (left != NONE)
        return Pairs(pairs.gold[hit], pairs.predicted[hit])

    def _align(self, table: str, match: str, key: tuple[str, ...]) -> Pairs:
        gold, predicted = self.gold[table], self.predicted[table]
        if match == "exact":
            return align_equal(
                [gold.unit, *key_columns(gold, key)], [predicted.unit, *key_columns(predicted, key)]
            )
        if match == "overlap":
            edges = overlapping(gold, predicted, self.vocabulary, key)
            edges = edges._replace(weight=edges.weight + _TIE * self._agreement(table, edges))
            return assign(edges, *(self._order(side) for side in (gold, predicted)))
        edges = sharing(self.gold["mentions"], self.predicted["mentions"])
        for column in key:
            same = gold[column][edges.gold] == predicted[column][edges.predicted]
            edges = edges.take(same)
        return assign(edges, *(_cluster_order(side, self._ranks) for side in self._sides()))

    def _order(self, table: Table) -> list[Ints]:
        """Where the items stand in the text, and what tells those in one place apart."""
        labels = [self._ranks[table[name]] for name in _LABELS if name in table.columns]
        parts = [table[name] for name in ("cue", "source") if name in table.columns]
        return [table["start"], table["end"], *labels, *parts]

    def _agreement(self, table: str, edges: Edges) -> Floats:
        """The share of what is tested that is right in each pair."""
        tested = sorted({m.test for m in STANDARD if m.table == table and m.test})
        right = [
            self.gold[table][column][edges.gold] == self.predicted[table][column][edges.predicted]
            for column in tested
        ]
        return np.mean(right, axis=0) if right else np.zeros(len(edges.gold))

    def _sides(self) -> tuple[Mapping[str, Table], Mapping[str, Table]]:
        return self.gold, self.predicted

    def count(self, measure: Measure, units: tuple[str, ...], ontology: Ontology) -> Counts:
        """The counts of a measure in each unit, for each label."""
        gold, predicted = self.gold[measure.table], self.predicted[measure.table]
        pairs = self.align(measure)
        labels, gold_labels, predicted_labels = self._labels(measure, ontology)
        counted, guessed = _having(gold, measure.test), _having(predicted, measure.test)
        return tabulate(
            units,
            labels,
            (
                (gold.unit[pairs.gold], gold_labels[pairs.gold]),
                (predicted.unit[guessed], predicted_labels[guessed]),
                (gold.unit[counted], gold_labels[counted]),
            ),
        )

    def _labels(self, measure: Measure, ontology: Ontology) -> tuple[tuple[str, ...], Ints, Ints]:
        """Ontology ∪ gold ∪ predicted, and the place in it of each item's label."""
        tables = (self.gold[measure.table], self.predicted[measure.table])
        if measure.label is None:
            left, right = (np.zeros(len(table), dtype=np.int64) for table in tables)
            return (ANY,), left, right
        names = self.vocabulary.labels
        columns = [table[measure.label] for table in tables]
        seen = sorted(names[code] for code in np.unique(np.concatenate(columns)))
        labels = tuple(dict.fromkeys((*_declared(measure, ontology), *seen)))
        place = np.zeros(len(names) + 1, dtype=np.int64)
        for i, label in enumerate(labels):
            if label in names:
                place[names.index(label)] = i
        return labels, place[columns[0]], place[columns[1]]


def _declared(measure: Measure, ontology: Ontology) -> tuple[str, ...]:
    if measure.label == "type":
        return ontology.actor_types if measure.layer == "actors" else ontology.event_types
    return {
        "role": tuple(ontology.roles),
        "realis": ("actual", "generic", "other"),
        "polarity": ("positive", "negative"),
        "kind": ("direct", "indirect", "mixed"),
    }[measure.label or ""]


def _having(table: Table, column: str | None) -> Ints:
    """The rows that are counted: those that have the column a measure tests."""
    return np.arange(len(table)) if column is None else np.flatnonzero(table[column] != NONE)


class _Identity:
    """Who a filler or a source is, by gold's clusters.

    A span that is no mention of a gold actor stands for itself: actors are coded even, spans odd.
    """

    def __init__(self, gold: Mapping[str, Table], ranks: Ints) -> None:
        self.mentions = gold["mentions"]
        number = self.mentions["actor"]
        places = np.lexsort([column[number] for column in reversed(_cluster_order(gold, ranks))])
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


def _cluster_order(side: Mapping[str, Table], ranks: Ints) -> list[Ints]:
    """Where each actor stands: its first mention, then its type."""
    mentions, kind = side["mentions"], ranks[side["actors"]["type"]]
    start, end = (np.full(len(kind), np.iinfo(np.int64).max) for _ in range(2))
    order = np.lexsort((mentions["end"], mentions["start"], mentions["actor"]))
    _, first = np.unique(mentions["actor"][order], return_index=True)
    rows = order[first]
    start[mentions["actor"][rows]] = mentions["start"][rows]
    end[mentions["actor"][rows]] = mentions["end"][rows]
    return [start, end, kind]
