"""Gold and predictions in, counts and aligned pairs out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from . import digests
from .alignment import Aligner, Alignment
from .corpora import Corpus, CorpusInfo, described
from .counts import Counts, joined
from .errors import InputError, UsageError, nearest, refused
from .items import Vocabulary, flatten
from .joining import Batch, batches
from .measures import SLICES, STANDARD, Measure
from .memory import uncollected
from .model import Aspect, Document, Ontology
from .passages import Passages, Unit
from .remarks import Remarks
from .sources import Origin, Source, find

_FEW = 30
"""With fewer documents than this, samples are drawn from their sentences."""


@dataclass(frozen=True)
class Scores:
    """What a system's predictions are worth on a corpus.

    Attributes:
        measures: What was to be counted.
        matrix: The counts of each measure, by its name.
        samples: The same counts in smaller units, where there are too few documents to draw samples
            from or it was asked for; empty elsewhere, and for coreference.
        unit: What those units are; ``document`` where there are none.
        groups: For each field of the documents' ``meta`` that was asked for, its value in each
            document.
        alignments: The items of each measure and the pairs of them that count, by its name; none
            from `score_files`, which holds no items.
        notes: What the reader must know beside the figures, a sentence each.
    """

    measures: tuple[Measure, ...]
    matrix: dict[str, Counts]
    samples: dict[str, Counts]
    unit: Unit
    groups: dict[str, dict[str, str]]
    alignments: dict[str, Alignment]
    notes: tuple[str, ...]


@uncollected()
def score(
    gold: Corpus,
    predictions: Iterable[Document],
    measures: Sequence[Measure] = STANDARD,
    *,
    fields: Collection[str] = (),
    unit: Unit | None = None,
) -> Scores:
    """Score predictions on a corpus.

    A document without a prediction counts as one with nothing found, and is named in the notes. A
    layer that gold does not have, or that no prediction attempts, is not scored.

    Args:
        gold: The corpus.
        predictions: Documents with the same ids, in any order.
        measures: What to count.
        fields: Fields of the documents' ``meta`` by which figures will be split.
        unit: What samples are drawn from; sentences of few documents and else documents, if it is
            not said.

    Raises:
        UsageError: No document has such a field.
        InputError: A prediction is for an unknown document, or two are for the same.
        NothingMeasured: There is no layer that both sides have.
    """
    found = _by_id(gold, predictions)
    predicted = [found.get(document.id) for document in gold.documents]
    vocabulary = Vocabulary()
    ours, theirs = (flatten(side, vocabulary) for side in (gold.documents, predicted))
    scoring = _Scoring(measures, gold.ontology, gold.origin, fields, unit)
    aligner = scoring.add(Batch(list(gold.documents), predicted, ours, theirs, vocabulary))
    return scoring.scores(gold.name, aligner)


@uncollected()
def score_files(
    gold: str | Source,
    predictions: str,
    measures: Sequence[Measure] = STANDARD,
    *,
    fields: Collection[str] = (),
    unit: Unit | None = None,
    strict: bool = False,
    lenient: bool = False,
) -> tuple[Scores, CorpusInfo]:
    """Score a file of predictions on a corpus, some documents at a time.

    Args:
        gold: The name of a corpus or a path, with or without ``:SPLIT``; see `bench.sources`.
        predictions: A path of any format, or ``-`` for JSON Lines on stdin.
        measures: What to count.
        fields: Fields of the documents' ``meta`` by which figures will be split.
        unit: What samples are drawn from, as in `score`.
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.
        lenient: Leave out what is wrong with a prediction, and say so in the notes. An item whose
            span does not fit counts as spurious, a document that cannot be read as empty.

    Raises:
        InputError: Something cannot be read or does not fit; says where.
        NothingMeasured: There is no document, or no layer that both sides have.
    """
    source = find(gold)
    scoring = _Scoring(measures, source.ontology, source.origin, fields, unit)
    refuse = scoring.remarks.faults.append if lenient else refused
    known: dict[str, bytes] = {}
    for batch in batches(source, predictions, strict=strict, refuse=refuse):
        scoring.add(batch)
        known.update(digests.by_document(batch.gold, batch.ours, batch.vocabulary))
        del batch  # before the next one is read
    info = described(source.name, len(known), digests.together(known), source.origin)
    source.verify(info.sha256)
    return scoring.scores(info.name), info


class _Scoring:
    """What has been counted so far."""

    def __init__(
        self,
        measures: Sequence[Measure],
        ontology: Ontology,
        origin: Origin,
        fields: Collection[str],
        unit: Unit | None,
    ) -> None:
        self.ontology = ontology
        asked = frozenset[Aspect]().union(*(measure.needs for measure in measures))
        self.remarks = Remarks(ontology, origin, asked)
        self._groups: dict[str, dict[str, str]] = {field: {} for field in fields}
        self._fields: set[str] = set()
        self._measures = {measure.name: measure for measure in measures}
        self._parts: defaultdict[str, list[Counts]] = defaultdict(list)
        self._unit = unit
        self._samples: defaultdict[str, list[Counts]] = defaultdict(list)

    def add(self, batch: Batch) -> Aligner:
        """Count some more documents."""
        few = not self.remarks.documents and len(batch.gold) < _FEW
        if self._unit is None:
            self._samples.clear()
        unit = self._unit or ("sentence" if few else "document")
        passages = Passages(batch.gold, unit) if unit != "document" else None
        aligner = Aligner(batch.ours.tables, batch.theirs.tables, batch.vocabulary, batch.gold)
        units = tuple(document.id for document in batch.gold)
        layers = dict.fromkeys(measure.layer for measure in self._measures.values())
        # Documents that gold does not annotate in a layer are no units of its measures.
        kept = {
            layer: [i for i, document in enumerate(batch.gold) if document.has(layer)]
            for layer in layers
        }
        for name, measure in self._measures.items():
            if kept[measure.layer]:
                counts = aligner.count(measure, units, self.ontology)
                self._parts[name].append(counts.take(kept[measure.layer]))
                if passages is not None and not measure.metrics:
                    fine = aligner.count(measure, passages.names, self.ontology, passages)
                    there = set(kept[measure.layer])
                    rows = [i for i, of in enumerate(passages.documents) if of in there]
                    self._samples[name].append(fine.take(rows))
        self.remarks.add(batch, layers)
        for document in batch.gold if self._groups else ():
            self._fields.update(document.meta)
            for field, group in self._groups.items():
                group[document.id] = str(document.meta.get(field, "none"))
        return aligner

    def scores(self, name: str, aligner: Aligner | None = None) -> Scores:
        """What has been counted, of what both sides have.

        Raises:
            UsageError: No document has a field that was asked for.
            NothingMeasured: That is nothing; calls the corpus by its name.
        """
        for field in self._groups.keys() - self._fields:
            hint = nearest(field, {"type", "document", *SLICES, *self._fields})
            raise UsageError(f"by {field}: no document has this field; {hint}")
        layers, lacking = self.remarks.layers(name), self.remarks.lacking
        scored = [
            measure
            for measure in self._measures.values()
            if measure.layer in layers
            and measure.name in self._parts
            and not measure.needs & lacking
        ]
        if not scored:
            raise self.remarks.nothing(name)
        return Scores(
            tuple(self._measures.values()),
            {measure.name: joined(self._parts.pop(measure.name)) for measure in scored},
            {m.name: joined(self._samples[m.name]) for m in scored if m.name in self._samples},
            (self._unit or "sentence") if self._samples else "document",
            self._groups,
            {measure.name: aligner.align(measure) for measure in scored} if aligner else {},
            self.remarks.notes(),
        )


def _by_id(gold: Corpus, predictions: Iterable[Document]) -> dict[str, Document]:
    known = {document.id for document in gold.documents}
    found: dict[str, Document] = {}
    for prediction in predictions:
        if prediction.id not in known:
            hint = nearest(prediction.id, known)
            raise InputError(f"prediction for unknown document {prediction.id!r}: {hint}")
        if prediction.id in found:
            raise InputError(f"document {prediction.id!r} is predicted twice")
        found[prediction.id] = prediction
    return found
