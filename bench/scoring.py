"""Gold and predictions in, counts and aligned pairs out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from .alignment import Aligner, Alignment
from .corpora import Corpus
from .counts import Counts
from .errors import InputError, NothingMeasured, nearest
from .grounding import META
from .items import Table, Vocabulary, flatten
from .matching import key_columns, row_codes
from .measures import STANDARD, Measure
from .memory import uncollected
from .model import LAYERS, Document, Layer, Ontology
from .spans import Texts
from .validation import unknown_label


@dataclass(frozen=True)
class Scores:
    """What a system's predictions are worth on a corpus.

    Attributes:
        matrix: The counts of each measure, by its name.
        alignments: The items of each measure and the pairs of them that count, by its name.
        notes: What the reader must know beside the figures, a sentence each.
    """

    matrix: dict[str, Counts]
    alignments: dict[str, Alignment]
    notes: tuple[str, ...]


@uncollected()
def score(
    gold: Corpus,
    predictions: Iterable[Document],
    measures: Sequence[Measure] = STANDARD,
) -> Scores:
    """Score predictions on a corpus.

    A document without a prediction counts as one with nothing found, and is named in the notes. A
    layer that gold does not have, or that no prediction attempts, is not scored.

    Raises:
        InputError: A prediction is for an unknown document, or two are for the same.
        NothingMeasured: There is no layer that both sides have.
    """
    predicted = _by_id(gold, predictions)
    notes: list[str] = []
    missing = [document.id for document in gold.documents if document.id not in predicted]
    if missing:
        notes.append(
            f"{len(missing)} of {len(gold.documents)} documents have no prediction and count as "
            f"empty: {_list(missing)}"
        )
    layers = _layers(gold, predicted.values(), notes)
    chosen = [measure for measure in measures if measure.layer in layers]
    units = tuple(document.id for document in gold.documents)
    rows = {unit: i for i, unit in enumerate(units)}
    vocabulary = Vocabulary()
    tables = _tables(chosen)
    ours = flatten(gold.documents, rows, vocabulary, tables)
    theirs = flatten(predicted.values(), rows, vocabulary, tables)
    texts = Texts([document.text or "" for document in gold.documents])
    aligner = Aligner(ours, theirs, vocabulary, texts)
    # Documents that gold does not annotate in a layer are no units of its measures.
    kept = {layer: [i for i, d in enumerate(gold.documents) if d.has(layer)] for layer in layers}
    notes += _grounding(predicted.values())
    notes += _remarks(theirs, vocabulary, gold.ontology)
    return Scores(
        {m.name: aligner.count(m, units, gold.ontology).take(kept[m.layer]) for m in chosen},
        {m.name: aligner.align(m) for m in chosen},
        tuple(notes),
    )


def _tables(measures: Iterable[Measure]) -> set[str]:
    """What must be flattened; who somebody is needs the mentions."""
    tables = {measure.table for measure in measures}
    return tables | ({"mentions"} if tables & {"arguments", "quotes"} else set())


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


def _layers(gold: Corpus, predictions: Iterable[Document], notes: list[str]) -> list[Layer]:
    predictions = list(predictions)
    layers: list[Layer] = []
    for layer in LAYERS:
        annotated = sum(document.has(layer) for document in gold.documents)
        if not annotated:
            notes.append(f"{layer} are not scored: the gold has none")
        elif predictions and not any(document.has(layer) for document in predictions):
            notes.append(f"{layer} are not scored: the system does not extract them")
        else:
            if annotated < len(gold.documents):
                notes.append(f"{layer} are scored on the {annotated} documents annotated with them")
            layers.append(layer)
    if not layers:
        raise NothingMeasured(f"{gold.name}: nothing can be scored: {'; '.join(notes)}")
    return layers


def _remarks(
    predicted: Mapping[str, Table], vocabulary: Vocabulary, ontology: Ontology
) -> list[str]:
    notes = []
    items = {
        "mentions": ("span", "type"),
        "triggers": ("span", "type"),
        "quotes": ("span", "source"),
    }
    duplicates = sum(_repeated(predicted[name], key) for name, key in items.items())
    if duplicates:
        notes.append(f"{duplicates} predicted items are duplicates and count as spurious")
    spans = np.concatenate([predicted[name]["span"] for name in (*items, "arguments")])
    ungrounded = sum(not vocabulary.pieces(code) for code in spans[spans < 0].tolist())
    if ungrounded:
        notes.append(f"{ungrounded} predicted spans have no offsets and count as spurious")
    declared = {
        ("actors", "type", "actor type"): ontology.actor_types,
        ("triggers", "type", "event type"): ontology.event_types,
        ("arguments", "role", "role"): tuple(ontology.roles),
    }
    unknown: list[str] = []
    for (table, column, what), known in declared.items():
        codes, counts = np.unique(predicted[table][column], return_counts=True)
        for code, number in zip(codes.tolist(), counts.tolist(), strict=True):
            label = vocabulary.labels[code]
            if label not in known:
                unknown.append(f"{unknown_label(what, label, ontology)} ({number} times)")
    return notes + sorted(unknown)


def _grounding(predicted: Iterable[Document]) -> list[str]:
    """How many of the strings that came without offsets were found: the hallucination rate."""
    counts: Counter[str] = Counter()
    for document in predicted:
        counts.update(document.meta.get(META, {}))
    total, missing, unsure = counts.total(), counts["not found"], counts["ambiguous"]
    if not total:
        return []
    share = Decimal(100 * missing) / total
    rate = share.quantize(Decimal("0.01"), ROUND_HALF_UP)
    ambiguous = f"; {unsure} could be in several places" if unsure else ""
    return [f"{missing} of {total} predicted strings ({rate} %) are not in the text{ambiguous}"]


def _repeated(table: Table, key: Sequence[str]) -> int:
    """How many rows repeat an earlier one."""
    (codes,) = row_codes([table.unit, *key_columns(table, key)])
    return len(codes) - len(np.unique(codes))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
