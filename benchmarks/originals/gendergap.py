"""GenderGapTracker's own scorer of quotes, on our documents."""

import contextlib
import importlib
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from bench.model import Document, Quote, Span

from . import Original, Rows, Shown

_NAMES = (
    "Quotes: 0.3",
    "Speaker match: 0.3",
    "Verb match: 0.3",
    "Quotes: 0.8",
    "Speaker match: 0.8",
    "Verb match: 0.8",
    "Speakers (indep)",
    "Verbs (indep)",
)


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """What it prints; an accuracy stands where F1 does."""
    source = str(folder / "nlp" / "english" / "evaluation" / "src")
    import pandas  # noqa: F401, ICN001 - it needs it; loaded here, it is not loaded for every call

    texts = {document.id: document.text for document in gold}
    with tempfile.TemporaryDirectory() as place, mock.patch.dict(sys.modules):
        for side, documents in (("gold", gold), ("predicted", predicted)):
            (Path(place) / side).mkdir()
            for document in documents:
                text = document.text if document.text is not None else texts.get(document.id)
                quotes = [_quote(quote, text or "") for quote in document.quotes or ()]
                (Path(place) / side / f"{document.id}.json").write_text(json.dumps(quotes))
        with mock.patch.object(sys, "path", [source, *sys.path]):
            evaluate: Any = importlib.import_module("evaluate")
        with contextlib.redirect_stdout(io.StringIO()):
            rows = evaluate.evaluate_quote_extractor(f"{place}/gold", f"{place}/predicted")
    shown: dict[str, Shown] = {}
    for name, row in zip(_NAMES, rows, strict=True):
        precision, recall, f1, accuracy = (f"{cell}" for cell in row)
        shown[name] = (precision, recall, f1 if accuracy == "-" else accuracy)
    return Rows(shown)


def _quote(quote: Quote, text: str) -> dict[str, Any]:
    return {
        "quote": _words(quote.content, text),
        "quote_index": _index(quote.content),
        "speaker": _words(quote.source, text),
        "speaker_index": _index(quote.source),
        "verb": _words(quote.cue, text),
        "verb_index": _index(quote.cue),
        "quote_type": quote.kind,
        "is_floating_quote": quote.source is None,
    }


def _index(span: Span | None) -> str:
    return "" if span is None or span.start is None else f"({span.start},{span.end})"


def _words(span: Span | None, text: str) -> str:
    if span is None:
        return ""
    return span.text if span.text is not None else span.surface(text)


ORIGINALS = {"gendergap": Original("GenderGapTracker", ("quotes text",), score)}
