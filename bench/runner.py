"""A system over a corpus: what it predicts, and what it fails on.

A document on which a system raises, or for which it returns something unfit, costs that document
and no other. Systems see ids, texts and `meta`, never labels.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from .corpora import Corpus
from .errors import SystemFailed
from .grounding import with_offsets
from .model import LAYERS, Document
from .registry import System
from .validation import span_faults


class Failure(msgspec.Struct, frozen=True):
    """A document that a system failed on; it is scored as if nothing had been found.

    ``status`` is ``error`` (it raised), ``missing`` (it returned nothing) or ``invalid``.
    """

    id: str
    status: str
    message: str


class Outcome(NamedTuple):
    """What came of a run: predictions sorted by id, failures, and how long it took."""

    predictions: tuple[Document, ...]
    failures: tuple[Failure, ...]
    seconds: float


def run(
    system: System,
    corpus: Corpus,
    *,
    seed: int = 0,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Run a system over a corpus.

    Args:
        system: What `bench.load_system` returns, or anything with the same methods.
        corpus: What to run on.
        seed: Seeds the global random generators of Python and numpy.
        progress: Called once for each document that is done.

    Raises:
        SystemFailed: Every document failed.
    """
    _seed(seed)
    started = time.perf_counter()
    inputs = [Document(id=d.id, text=d.text, meta=d.meta) for d in corpus.documents]
    collected = _Collected({d.id: d.text or "" for d in inputs}, progress)
    _extract(system, inputs, collected)
    seconds = time.perf_counter() - started
    failures = tuple(collected.failures[key] for key in sorted(collected.failures))
    if len(failures) == len(inputs):
        raise SystemFailed(
            f"system {system.name!r} failed on all {len(inputs)} documents; "
            f"the first: {failures[0].message}"
        )
    predictions = _with_empty(collected)
    return Outcome(predictions, failures, seconds)


def _seed(seed: int) -> None:
    import numpy as np

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - what third-party systems draw from


class _Collected:
    """What has come back so far."""

    def __init__(self, texts: dict[str, str], progress: Callable[[], None]) -> None:
        self.texts = texts
        self.progress = progress
        self.predictions: dict[str, Document] = {}
        self.failures: dict[str, Failure] = {}

    def add(self, document: object) -> None:
        """Take a prediction in, as a failure of its document if it is unfit."""
        if not isinstance(document, Document) or document.id not in self.texts:
            found = document.id if isinstance(document, Document) else document
            raise ValueError(f"returned {found!r}, which is no prediction for a given document")
        if document.id in self.predictions:
            del self.predictions[document.id]
            self.fail(document.id, "invalid", "predicted twice", done=True)
            return
        if document.id in self.failures:
            return
        document = with_offsets(document, self.texts[document.id])
        for fault in span_faults(document, self.texts[document.id]):
            self.fail(document.id, "invalid", f"{fault.message}, at {fault.path}")
            return
        self.predictions[document.id] = _without_text(document)
        self.progress()

    def fail(self, key: str, status: str, message: str, *, done: bool = False) -> None:
        self.failures[key] = Failure(key, status, message)
        if not done:
            self.progress()

    def pending(self, documents: Sequence[Document]) -> list[Document]:
        settled = self.predictions.keys() | self.failures.keys()
        return [document for document in documents if document.id not in settled]


def _extract(system: System, documents: Sequence[Document], collected: _Collected) -> None:
    """Extract in one stream; where that breaks, narrow down to the document that breaks it."""
    status, message = "missing", "the system returned nothing for it"
    try:
        for prediction in system.extract(iter(documents)):
            collected.add(prediction)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a system raises
        status, message = "error", f"{type(error).__name__}: {error}"
    rest = collected.pending(documents)
    if not rest:
        return
    if len(documents) == 1:
        collected.fail(rest[0].id, status, message)
    elif len(rest) < len(documents):
        _extract(system, rest, collected)
    else:
        middle = len(rest) // 2
        _extract(system, rest[:middle], collected)
        _extract(system, rest[middle:], collected)


def _without_text(document: Document) -> Document:
    return document if document.text is None else msgspec.structs.replace(document, text=None)


def _with_empty(collected: _Collected) -> tuple[Document, ...]:
    """The predictions, and for each failed document an empty one in the layers attempted."""
    attempted = {
        layer: ()
        for layer in LAYERS
        if any(document.has(layer) for document in collected.predictions.values())
    }
    nothing = msgspec.structs.replace(Document(id=""), **attempted)
    empty = {key: msgspec.structs.replace(nothing, id=key) for key in collected.failures}
    both = {**collected.predictions, **empty}
    return tuple(both[key] for key in sorted(both))
