"""One stream of documents through a system: what it takes, what it gives, and how it ends."""

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ..errors import DocumentFailed
from ..model import Document
from ..registry import System
from ..validation import span_faults
from .messages import LONGEST, Emit, Ended, Finished, Took, line, said
from .metering import Meter

USAGE = "usage"
"""The field of a prediction's ``meta`` in which a system says what the document took."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def extract(system: System, documents: Sequence[Document], seed: int, emit: Emit) -> Ended:
    """Run documents through a system.

    Args:
        system: The system.
        documents: What it is given.
        seed: Seeds the global random generators of Python and numpy, anew for each document, so
            that what is drawn for it does not depend on which came before.
        emit: Called with each document that is taken, and with each result.

    Returns:
        What holds of the documents that have not come back.
    """
    stream = _Stream(documents, emit)
    try:
        for returned in system.extract(_given(documents, seed, emit)):
            fault = stream.add(returned)
            if fault:
                return Ended("invalid", fault)
    except DocumentFailed as error:
        return Ended(error.status, line(str(error)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a system raises
        return Ended("error", said(error), spent=isinstance(error, MemoryError))
    return Ended("missing", "the system returned nothing for it")


def _given(documents: Sequence[Document], seed: int, emit: Emit) -> Iterator[Document]:
    import numpy as np

    for document in documents:
        drawn = hashlib.sha256(f"{seed} {document.id}".encode(errors="surrogatepass")).digest()
        random.seed(drawn)
        np.random.seed(int.from_bytes(drawn[:4]))  # noqa: NPY002 - what others draw from
        emit(Took(document.id))
        yield document


class _Stream:
    """What comes back, checked and measured."""

    def __init__(self, documents: Sequence[Document], emit: Emit) -> None:
        self._texts = {document.id: document.text or "" for document in documents}
        self._seen: set[str] = set()
        self._emit = emit
        self._meter = Meter()

    def add(self, returned: object) -> str | None:
        """Pass on what was returned; a text if nobody can say for which document it is."""
        last = len(self._seen) >= len(self._texts) - 1
        wall, cpu, peak = self._meter.read(last=last)
        if not isinstance(returned, Document) or returned.id not in self._texts:
            what = returned.id if isinstance(returned, Document) else returned
            return f"returned {line(repr(what))}, which is no prediction for a given document"
        if returned.id in self._seen:
            self._emit(Finished(returned.id, "invalid", "predicted twice"))
            return None
        self._seen.add(returned.id)
        made = _checked(returned, self._texts[returned.id])
        measured = {"wall": round(wall, 6), "cpu": round(cpu, 6), "peak": peak}
        self._emit(msgspec.structs.replace(made, **measured))
        self._meter.restart()
        return None


def _checked(document: Document, text: str) -> Finished:
    """A prediction whose strings have offsets, if it is one and its spans fit the text."""
    key = document.id
    try:
        usage = _usage(document)
        raw = _encoder.encode(document)
        document = _grounded(_decoder.decode(raw), text)
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        return Finished(key, "invalid", said(error))
    if len(raw) >= LONGEST // 2:
        return Finished(key, "invalid", f"a prediction of {len(raw)} bytes")
    for fault in span_faults(document, text):
        return Finished(key, "invalid", line(f"{fault.message}, at {fault.path}"))
    meta = {name: value for name, value in document.meta.items() if name != USAGE}
    bare = msgspec.structs.replace(document, text=None, meta=meta)
    return Finished(key, prediction=bare, usage=usage)


def _grounded(document: Document, text: str) -> Document:
    if all(span.pieces for _, span in document.spans()):
        return document
    from ..grounding import with_offsets

    return with_offsets(document, text)


def _usage(document: Document) -> dict[str, float]:
    """What a system says that a document took.

    Raises:
        ValueError: It is not numbers by name.
    """
    given: Any = document.meta.get(USAGE, {})
    usage = msgspec.convert(given, dict[str, int | float])
    for name, value in usage.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} is {value}, at $.meta.{USAGE}; expected a number from 0 on")
    return usage
