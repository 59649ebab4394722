"""gen-arg's own scorer, on our documents.

It finds predicted strings in the text by itself: a prediction with offsets comes out the same
only where its words occur once.
"""

import contextlib
import io
import json
import os
import re
import runpy
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from bench.model import Document, Event
from bench.profiles.tokens import token_range, tokens

FOLDER = "gen-arg"
_LINE = re.compile(r"^(.+): P: (.+), R: (.+), F: (.+)$", re.MULTILINE)
_SLOT = "<arg>"


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]]:
    """What it prints for ACE with ``--coref``."""
    golds = {document.id: document for document in gold}
    slots: dict[str, list[str]] = {}
    examples = []
    for prediction in predicted:
        left = golds[prediction.id]
        for event, guess in _paired(left.events or (), prediction.events or ()):
            examples.append((left, event, guess))
            _reserve(slots, event, guess)
    ontology = {kind: _template(roles) for kind, roles in slots.items()}
    with tempfile.TemporaryDirectory() as place, _within(Path(place)):
        Path("pronoun_list.txt").write_text("")
        Path("event_role_ACE.json").write_text(json.dumps(ontology))
        _write("generated.jsonl", [_generated(*one, slots) for one in examples])
        _write("test.json", [_source(document) for document in gold])
        printed = io.StringIO()
        script = folder / "src" / "genie" / "scorer.py"
        arguments = ["--gen-file", "generated.jsonl", "--test-file", "test.json", "--coref"]
        with (
            mock.patch.object(sys, "argv", [str(script), *arguments]),
            mock.patch.object(sys, "path", [str(script.parent), *sys.path]),
            mock.patch.dict(sys.modules, _stubs()),
            contextlib.redirect_stdout(printed),
        ):
            sys.modules.pop("utils", None)
            runpy.run_path(str(script), run_name="__main__")
    return {name: (p, r, f) for name, p, r, f in _LINE.findall(printed.getvalue())}


@contextlib.contextmanager
def _within(folder: Path) -> Any:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _stubs() -> dict[str, ModuleType]:
    # It loads a parser even where it uses none, and shows its progress.
    spacy, inner, progress = ModuleType("spacy"), ModuleType("spacy.tokens"), ModuleType("tqdm")
    spacy.load = lambda _: SimpleNamespace(vocab=None)  # type: ignore[attr-defined]
    inner.Doc = None  # type: ignore[attr-defined]
    progress.tqdm = lambda items: items  # type: ignore[attr-defined]
    return {"spacy": spacy, "spacy.tokens": inner, "tqdm": progress}


def _write(name: str, lines: Sequence[Any]) -> None:
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines))


def _paired(gold: Sequence[Event], predicted: Sequence[Event]) -> list[tuple[Event, Event | None]]:
    left = list(predicted)
    pairs: list[list[Any]] = [[event, None] for event in gold]
    for pair in pairs:
        for i, guess in enumerate(left):
            if (guess.type, _bounds(guess.trigger)) == (pair[0].type, _bounds(pair[0].trigger)):
                pair[1] = left.pop(i)
                break
    for pair in pairs:
        if pair[1] is None and left:
            pair[1] = left.pop(0)
    return [(event, guess) for event, guess in pairs]


def _bounds(span: Any) -> tuple[Any, ...]:
    return (span.start, span.end) if span.start is not None else (span.text,)


def _reserve(slots: dict[str, list[str]], event: Event, guess: Event | None) -> None:
    """A type's template has a slot for each time that a role fills one in some example."""
    roles = [argument.role for argument in guess.arguments] if guess else []
    known = slots.setdefault(event.type, [])
    for role in dict.fromkeys(roles):
        known += [role] * (roles.count(role) - known.count(role))


def _template(roles: Sequence[str]) -> dict[str, Any]:
    words = [f"<arg{i + 1}> |{i}|" for i in range(len(roles))]
    return {"template": " ".join(words), "roles": list(roles)}


def _generated(
    document: Document, event: Event, guess: Event | None, slots: dict[str, list[str]]
) -> dict[str, str]:
    words = _words(document)
    waiting = list(guess.arguments) if guess else []
    filled = []
    for i, role in enumerate(slots[event.type]):
        one = next((argument for argument in waiting if argument.role == role), None)
        string = _SLOT
        if one is not None:
            waiting.remove(one)
            place = token_range(one.pieces, tokens(document)) if one.pieces else None
            string = " ".join(words[slice(*place)]) if place else one.text or "|nowhere|"
        filled.append(f"{string} |{i}|")
    return {"predicted": " ".join(filled), "gold": "", "doc_key": document.id}


def _words(document: Document) -> list[str]:
    return [(document.text or "")[start:end] for start, end in tokens(document)]


def _source(document: Document) -> dict[str, Any]:
    known = tokens(document)
    ids: dict[tuple[int, int], str] = {}
    entities = []
    named = [
        (f"actor{i}", mention)
        for i, actor in enumerate(document.actors or ())
        for mention in actor.mentions
    ]
    fillers = [one for event in document.events or () for one in event.arguments]
    for number, (name, span) in enumerate((*named, *((None, one) for one in fillers))):
        place = token_range(span.pieces, known) if span.pieces else None
        if place and (name or place not in ids):
            key = f"{name or f'filler{number}'}-{number}"
            ids.setdefault(place, key)
            entities.append({"id": key, "start": place[0], "end": place[1]})
    events = []
    for event in document.events or ():
        start, end = token_range(event.trigger.pieces, known) or (0, 0)
        arguments = [
            {"role": one.role, "entity_id": ids[place]}
            for one in event.arguments
            if one.pieces and (place := token_range(one.pieces, known))
        ]
        trigger = {"start": start, "end": end}
        events.append({"event_type": event.type, "trigger": trigger, "arguments": arguments})
    return {
        "sent_id": document.id,
        "tokens": _words(document),
        "entity_mentions": entities,
        "event_mentions": events,
    }
