"""OmniEvent's own ``f1_score_overall``, on our documents."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from bench.model import Document

from . import Original, Rows, Values


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """Its figures in percent with two digits, for the tuples of its sequence-to-sequence models."""
    measure = _function(folder)
    found = {document.id: document for document in predicted}
    assert found.keys() == {document.id for document in gold}
    pairs = [(document, found[document.id]) for document in gold]
    rows: dict[str, Values] = {}
    for name, items in (("ED", _triggers), ("EAE", _arguments)):
        known = [item for left, _ in pairs for item in items(left, left)]
        guessed = [item for left, right in pairs for item in items(right, left)]
        p, r, f = (value * 100 for value in measure(guessed, known))
        rows[name] = (p, r, f)
    return Rows.formatted("{:.2f}", rows)


def _function(folder: Path) -> Any:
    """The function, without its module's neighbours and the libraries of its models."""
    root = folder / "OmniEvent"
    packages = {}
    for name in ("OmniEvent", "OmniEvent.evaluation", "OmniEvent.input_engineering"):
        packages[name] = ModuleType(name)
        packages[name].__path__ = [str(root.joinpath(*name.split(".")[1:]))]
    converter = ModuleType("mrc_converter")
    converter.make_predictions = converter.compute_mrc_F1_cls = None  # type: ignore[attr-defined]
    processor = ModuleType("seq2seq_processor")
    processor.extract_argument = None  # type: ignore[attr-defined]
    stubs = {
        **packages,
        "torch": ModuleType("torch"),
        "OmniEvent.input_engineering.mrc_converter": converter,
        "OmniEvent.input_engineering.seq2seq_processor": processor,
    }
    import sklearn.metrics  # noqa: F401 - before the stub of torch, which it would look into

    with mock.patch.dict(sys.modules, stubs):
        return importlib.import_module("OmniEvent.evaluation.metric").f1_score_overall


def _triggers(document: Document, gold: Document) -> list[tuple[Any, ...]]:
    return [
        (document.id, "NA", *item)
        for event in document.events or ()
        for item in _strings(event.type, event.trigger, document, gold)
    ]


def _arguments(document: Document, gold: Document) -> list[tuple[Any, ...]]:
    return [
        (
            (document.id, event.trigger.start, event.trigger.end, event.trigger.text),
            event.type,
            *item,
        )
        for event in document.events or ()
        for argument in event.arguments
        for item in _strings(argument.role, argument, document, gold)
    ]


def _strings(label: str, span: Any, document: Document, gold: Document) -> list[tuple[str, str]]:
    text = gold.text or document.text or ""
    string = span.text if span.text is not None else span.surface(text)
    item = label.strip().replace(" ", ""), string.strip().replace(" ", "")
    return [item] if all(item) else []


ORIGINALS = {"omnievent": Original("OmniEvent", ("events",), score)}
