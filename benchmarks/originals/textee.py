"""TextEE's own scorer, on our documents."""

import contextlib
import importlib.util
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from bench.model import Document
from bench.profiles.tokens import token_range, tokens

FOLDER = "TextEE"
_LINE = re.compile(
    r"^(.+?) +- P: ([ \d.]{6,}) \(.*, R: ([ \d.]{6,}) \(.*, F: ([ \d.]{6,})$", re.MULTILINE
)


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]]:
    """What it prints for end-to-end extraction."""
    found = {document.id: document for document in predicted}
    assert len(found) == len(gold), "TextEE asserts as many predictions as gold"
    theirs = [found[document.id] for document in gold]
    scorer = load(folder / "TextEE" / "scorer.py", ipdb=ModuleType("ipdb"))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        windows = [
            [window(one, left) for one, left in zip(side, gold, strict=True)]
            for side in (theirs, gold)
        ]
        scorer.print_scores(scorer.compute_scores(*windows, "E2E"))
    return {name: (p, r, f) for name, p, r, f in _LINE.findall(printed.getvalue())}


def load(path: Path, **stubs: ModuleType) -> Any:
    """A module of the original, with modules put in the place of those that it needs not."""
    spec = importlib.util.spec_from_file_location(f"original_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, stubs):
        spec.loader.exec_module(module)
    return module


def window(document: Document, gold: Document) -> dict[str, Any]:
    """A document as TextEE's windows are: spans in tokens where the gold has some."""
    known = None
    if gold.meta.get("tokens") is not None:
        known = tokens(document if document.meta.get("tokens") is not None else gold)

    def place(span: Any) -> tuple[Any, Any]:
        bounds = (span.start, span.end) if span.start is not None else (span.text, None)
        if known is None or span.start is None:
            return bounds
        return token_range((bounds,), known) or (f"character {span.start}", span.end)

    return {
        "doc_id": gold.meta.get("doc_id", gold.id),
        "wnd_id": gold.meta.get("wnd_id", gold.id),
        "events": [
            {
                "trigger": (*place(event.trigger), event.type),
                "arguments": [(*place(one), one.role) for one in event.arguments],
            }
            for event in document.events or ()
        ],
    }
