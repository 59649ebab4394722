"""What the reader must know beside the figures: counted batch by batch, said in sentences."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from heapq import nsmallest
from operator import attrgetter

import numpy as np

from .errors import NothingMeasured
from .grounding import META
from .items import NONE, UNKNOWN, Table
from .joining import Batch
from .matching import key_columns, row_codes
from .model import ASPECTS, LAYERS, Aspect, Document, Layer, Ontology
from .sources import Origin
from .validation import unknown_label

_KEYS: dict[Layer, tuple[str, tuple[str, ...]]] = {
    "actors": ("mentions", ("span", "type")),
    "events": ("triggers", ("span", "type")),
    "quotes": ("quotes", ("span", "source")),
}
"""Of each layer the table in which duplicates are told, and by what."""
_SPANS: dict[Layer, tuple[str, ...]] = {
    "actors": ("mentions",),
    "events": ("triggers", "arguments"),
    "quotes": ("quotes",),
}
_SHOWN = 5
"""So many documents are named."""


def _in(table: str, column: str, missing: int) -> Callable[[Batch], bool]:
    """Whether any item of gold has a code other than that of what is missing."""
    return lambda batch: bool((batch.ours.tables[table][column] != missing).any())


def _other_than(column: str, label: str) -> Callable[[Batch], bool]:
    """Whether any event of gold has another label than the one that says nothing."""

    def said(batch: Batch) -> bool:
        codes = batch.ours.tables["triggers"][column]
        return bool((codes != batch.vocabulary.codes([label])).any())

    return said


def _clustered(batch: Batch) -> bool:
    return bool((np.bincount(batch.ours.tables["mentions"]["actor"]) > 1).any())


def _named(batch: Batch) -> bool:
    if (batch.ours.tables["quotes"]["source"] != UNKNOWN).any():
        return True
    return any(quote.unknown_source for one in batch.gold for quote in one.quotes or ())


_SAID: dict[Aspect, Callable[[Batch], bool]] = {
    "levels": _in("mentions", "level", NONE),
    "clusters": _clustered,
    "arguments": lambda batch: bool(len(batch.ours.tables["arguments"])),
    "realis": _other_than("realis", "actual"),
    "polarity": _other_than("polarity", "positive"),
    "hoppers": lambda batch: bool((batch.ours.tables["triggers"]["hopper"] >= 0).any()),
    "sources": _named,
    "cues": _in("quotes", "cue", NONE),
}
"""Whether gold says something of any item, which a format may leave open."""


class Remarks:
    """What there is to be said so far.

    Args:
        ontology: That of the gold.
        origin: Where the gold is from.
        asked: What the measures need to know of its items.
    """

    def __init__(self, ontology: Ontology, origin: Origin, asked: Collection[Aspect]) -> None:
        self.documents = 0
        self.faults: list[str] = []
        self._ontology = ontology
        self._origin = origin
        self._asked = frozenset(asked)
        self._unseen: set[Aspect] = {one for one in asked if one in origin.silent}
        self._items: Counter[Layer] = Counter()
        self._predictions = 0
        self._annotated: Counter[Layer] = Counter()
        self._attempted: Counter[Layer] = Counter()
        self._missing: list[str] = []
        self._number: Counter[str] = Counter()
        self._grounded: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    def add(self, batch: Batch, layers: Collection[Layer]) -> None:
        """Look at some more documents, in the layers that are measured."""
        there = [document for document in batch.predicted if document is not None]
        self.documents += len(batch.gold)
        self._predictions += len(there)
        self._missing += [
            one.id for one, other in zip(batch.gold, batch.predicted, strict=True) if other is None
        ]
        for layer in LAYERS:
            self._annotated[layer] += _having(layer, batch.gold)
            self._attempted[layer] += _having(layer, there)
        for layer, (name, _) in _KEYS.items():
            self._items[layer] += len(batch.ours.tables[name])
        self._unseen = {one for one in self._unseen if not _SAID[one](batch)}
        for document in there:
            if META in document.meta:
                self._grounded.update(document.meta[META])
        tables = batch.theirs.tables
        for layer in layers:
            name, key = _KEYS[layer]
            self._number["duplicates"] += _repeated(tables[name], key)
            for name in _SPANS[layer]:
                span = tables[name]["span"]
                odd = span[span < 0].tolist()
                self._number["ungrounded"] += sum(not batch.vocabulary.pieces(c) for c in odd)
        self._labels(batch, layers)

    def _labels(self, batch: Batch, layers: Collection[Layer]) -> None:
        ontology = self._ontology
        for layer, table, column, what, known in (
            ("actors", "actors", "type", "actor type", ontology.actor_types),
            ("events", "triggers", "type", "event type", ontology.event_types),
            ("events", "arguments", "role", "role", tuple(ontology.roles)),
        ):
            if layer not in layers or not known or (what == "event type" and self._untyped):
                continue
            counts = np.bincount(batch.theirs.tables[table][column])
            labels = batch.vocabulary.labels
            for code in np.flatnonzero(counts).tolist():
                if labels[code] not in known:
                    self._unknown[unknown_label(what, labels[code], ontology)] += int(counts[code])

    def layers(self, name: str) -> list[Layer]:
        """The layers that can be scored.

        Raises:
            NothingMeasured: There is none; calls the corpus by its name.
        """
        scored = [
            layer
            for layer in LAYERS
            if not self._unlabelled(layer) and (self._attempted[layer] or not self._predictions)
        ]
        if not scored:
            raise self.nothing(name)
        return scored

    def nothing(self, name: str) -> NothingMeasured:
        """What is raised where nothing can be scored; calls the corpus by its name."""
        return NothingMeasured(f"{name}: nothing can be scored: {'; '.join(self._of_layers())}")

    @property
    def lacking(self) -> frozenset[Aspect]:
        """What gold does not say of its items, of that which was asked for."""
        return frozenset(
            one
            for layer, aspects in ASPECTS.items()
            for one in self._asked.intersection(aspects)
            if one in self._origin.lacks or (one in self._unseen and self._items[layer])
        )

    def _unlabelled(self, layer: Layer) -> bool:
        """Whether gold does not have a layer, or cannot be told to have looked for its items."""
        none = not self._items[layer] and layer in self._origin.silent
        return none or not self._annotated[layer]

    @property
    def _untyped(self) -> bool:
        return "types" in self._origin.lacks

    def notes(self) -> tuple[str, ...]:
        """All of it, a sentence each."""
        return (
            *self._of_faults(),
            *self._of_missing(),
            *self._of_layers(),
            *self._of_grounding(),
            *self._of_items(),
        )

    def _of_faults(self) -> list[str]:
        return [left_out(self.faults)] if self.faults else []

    def _of_missing(self) -> list[str]:
        if not self._missing:
            return []
        number = len(self._missing)
        named = ", ".join(nsmallest(_SHOWN, self._missing)) + (", …" if number > _SHOWN else "")
        return [
            f"{number} of {self.documents} documents have no prediction and count as empty: {named}"
        ]

    def _of_layers(self) -> list[str]:
        said = []
        for layer in LAYERS:
            annotated = self._annotated[layer]
            lacking = [one for one in ASPECTS[layer] if one in self.lacking]
            if not annotated:
                said.append(f"{layer} are not scored: the gold has none")
            elif self._unlabelled(layer):
                form = f"and {self._origin.format} does not say whether it was labelled with them"
                said.append(f"{layer} are not scored: no document of the gold has one, {form}")
            elif self._predictions and not self._attempted[layer]:
                said.append(f"{layer} are not scored: the system does not extract them")
            else:
                if annotated < self.documents:
                    only = f"the {annotated} documents annotated with them"
                    said.append(f"{layer} are scored on {only}")
                if lacking:
                    without = f"{', '.join(lacking)}, which the gold does not have"
                    said.append(f"{layer} are scored without {without}")
                if not self._items[layer] and self._attempted[layer]:
                    spurious = "so that whatever is predicted is spurious"
                    said.append(f"{layer}: the gold was labelled and has none, {spurious}")
        return said

    def _of_grounding(self) -> list[str]:
        """How many of the strings without offsets were found: the hallucination rate."""
        total, missing = self._grounded.total(), self._grounded["not found"]
        if not total:
            return []
        rate = (Decimal(100 * missing) / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
        unsure = self._grounded["ambiguous"]
        ambiguous = f"; {unsure} could be in several places" if unsure else ""
        return [f"{missing} of {total} predicted strings ({rate} %) are not in the text{ambiguous}"]

    def _of_items(self) -> list[str]:
        said = [
            f"{self._number[what]} predicted {words} and count as spurious"
            for what, words in (
                ("duplicates", "items are duplicates"),
                ("ungrounded", "spans have no offsets"),
            )
            if self._number[what]
        ]
        return said + sorted(f"{what} ({times} times)" for what, times in self._unknown.items())


def left_out(faults: Sequence[str]) -> str:
    """What is said of faults that did not stop the scoring; there is one at least."""
    what = "1 fault was" if len(faults) == 1 else f"{len(faults)} faults were"
    return f"{what} left out, so that it counts as nothing found: {faults[0]}"


def _having(layer: Layer, documents: Sequence[Document]) -> int:
    return len(documents) - list(map(attrgetter(layer), documents)).count(None)


def _repeated(table: Table, key: Sequence[str]) -> int:
    """How many rows repeat an earlier one."""
    (codes,) = row_codes([table.unit, *key_columns(table, key)])
    codes.sort()
    return int(np.count_nonzero(codes[1:] == codes[:-1]))
