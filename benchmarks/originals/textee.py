"""TextEE's own scorer, on our documents."""

import contextlib
import importlib.util
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from msgspec.structs import replace
from real import Collection

from bench.model import Document
from bench.profiles.textee import score as profile
from bench.profiles.tokens import token_range, tokens

from . import Documents, Original, Rows, Scorer, Shown, Values

_LINE = re.compile(
    r"^(.+?) +- P: ([ \d.]{6,}) \(.*, R: ([ \d.]{6,}) \(.*, F: ([ \d.]{6,})$", re.MULTILINE
)
_NAMES = {
    "trigger_id": "Tri-I",
    "trigger_cls": "Tri-C",
    "argument_id": "Arg-I",
    "argument_cls": "Arg-C",
    "argument_attached_id": "Arg-I (attached)",
    "argument_attached_cls": "Arg-C (attached)",
}


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """What it prints for end-to-end extraction."""
    return _of_windows(folder, [window(one, one) for one in gold], gold, predicted)


def raw(folder: Path, collection: Collection, predicted: Sequence[Document]) -> Rows:
    """The same with the windows of a file as they are."""
    lines = collection.files["textee"].read_text("utf-8").splitlines()
    windows = [
        {
            "doc_id": each["doc_id"],
            "wnd_id": each["wnd_id"],
            "events": [
                {
                    "trigger": (*_bounds(event["trigger"]), event["event_type"]),
                    "arguments": [(*_bounds(one), one["role"]) for one in event["arguments"]],
                }
                for event in each["event_mentions"]
            ],
        }
        for each in map(json.loads, filter(None, lines))
    ]
    return _of_windows(folder, windows, collection.documents, predicted)


def _bounds(span: dict[str, int]) -> tuple[int, int]:
    return span["start"], span["end"]


def _of_windows(
    folder: Path,
    windows: list[dict[str, Any]],
    gold: Sequence[Document],
    predicted: Sequence[Document],
) -> Rows:
    found = {document.id: document for document in predicted}
    assert len(found) == len(gold), "TextEE asserts as many predictions as gold"
    theirs = [window(found[one.id], one) for one in gold]
    scorer = load(folder / "TextEE" / "scorer.py", ipdb=ModuleType("ipdb"))
    rows = _scored(scorer, theirs, windows, "E2E")
    tasks = {"ED": [[_triggers(one) for one in side] for side in (theirs, windows)]}
    given = [
        [event["trigger"] for one in side for event in one["events"]] for side in (theirs, windows)
    ]
    if given[0] == given[1]:
        tasks["EAE"] = [
            [each for one in side for each in _by_event(one)] for side in (theirs, windows)
        ]
        numbers = [[len(each["arguments"]) for each in side] for side in tasks["EAE"]]
        if numbers[0] == numbers[1]:
            tasks["EARL"] = tasks["EAE"]
    for task, sides in tasks.items():
        # These have no rows of their own: they are those of E2E, or else shown as a difference.
        for name, shown in _scored(scorer, *sides, task).shown.items():
            if shown != rows.shown[name]:
                return Rows({**rows.shown, f"{task} {name}": shown})
    return rows


def _scored(
    scorer: Any, predicted: list[dict[str, Any]], gold: list[dict[str, Any]], task: str
) -> Rows:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        scores = scorer.compute_scores(predicted, gold, task)
        scorer.print_scores(scores)
    shown: dict[str, Shown] = {n: (p, r, f) for n, p, r, f in _LINE.findall(printed.getvalue())}
    values: dict[str, Values] = {
        _NAMES[key]: (each["precision"], each["recall"], each["f1"]) for key, each in scores.items()
    }
    return Rows(shown, values)


def _triggers(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "triggers": [event["trigger"] for event in one["events"]]}


def _by_event(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**one, **event} for event in one["events"]]


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


def _given(gold: Sequence[Document], predicted: Sequence[Document], alike: bool) -> list[Document]:
    """Predictions for given triggers; if ``alike``, as many arguments as the gold has."""
    found = {document.id: document.events or () for document in predicted}
    made = []
    for document in gold:
        guesses, events = iter(found.get(document.id, ())), []
        for event in document.events or ():
            guess = next(guesses, None)
            arguments = guess.arguments if guess else ()
            if alike:
                arguments = (*arguments, *event.arguments)[: len(event.arguments)]
            events.append(replace(event, arguments=arguments))
        made.append(replace(document, events=tuple(events)))
    return made


def _with_given(alike: bool) -> tuple[Scorer, Callable[[Path, Documents, Documents], Rows]]:
    return (
        lambda gold, predicted: profile(gold, _given(gold, predicted, alike)),
        lambda folder, gold, predicted: score(folder, gold, _given(gold, predicted, alike)),
    )


ORIGINALS = {
    "textee": Original(
        "TextEE",
        ("events",),
        score,
        raw=raw,
        variants={"EAE": _with_given(alike=False), "EARL": _with_given(alike=True)},
    )
}
