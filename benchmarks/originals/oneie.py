"""OneIE's own scorer, as TextEE carries it, on our documents."""

import contextlib
import importlib.util
import io
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.model import Document
from bench.profiles.tokens import token_range, tokens

from . import Original, Rows, Shown, Values

_LINE = re.compile(r"^(.+): P: (.+), R: (.+), F: (.+)$", re.MULTILINE)

_KEYS = {
    "Entity": "entity",
    "Mention": "mention",
    "Trigger identification": "trigger_id",
    "Trigger": "trigger",
    "Role identification": "role_id",
    "Role": "role",
}


def score(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """What it prints; a document is a graph."""
    path = folder / "TextEE" / "models" / "OneIE" / "scorer.py"
    spec = importlib.util.spec_from_file_location("original_oneie", path)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    found = {document.id: document for document in predicted}
    pairs = [(left, found[left.id]) for left in gold if left.id in found]
    rows: dict[str, Shown] = {}
    values: dict[str, Values] = {}
    # In its graphs whatever fills a role is an entity; here some are not, hence a run for each.
    for graph, wanted in ((_entities, ("Entity", "Mention")), (_events, ("Trigger", "Role"))):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            scores = scorer.score_graphs(
                [graph(left, left) for left, _ in pairs],
                [graph(right, left) for left, right in pairs],
            )
        for name, p, r, f in _LINE.findall(printed.getvalue()):
            if name.startswith(wanted):
                rows[name] = (p, r, f)
                made = scores[_KEYS[name]]
                values[name] = (made["prec"] * 100, made["rec"] * 100, made["f"] * 100)
    return Rows(rows, values)


def _entities(document: Document, gold: Document) -> SimpleNamespace:
    mentions = [
        (*_place(mention, document, gold), actor.type, mention.level)
        for actor in document.actors or ()
        for mention in actor.mentions
    ]
    return _graph(
        entities=[(start, end, kind) for start, end, kind, _ in mentions],
        mentions=[(start, end, level) for start, end, _, level in mentions],
    )


def _events(document: Document, gold: Document) -> SimpleNamespace:
    events = document.events or ()
    fillers = [(i, one) for i, event in enumerate(events) for one in event.arguments]
    return _graph(
        triggers=[(*_place(event.trigger, document, gold), event.type) for event in events],
        entities=[(*_place(one, document, gold), "") for _, one in fillers],
        roles=[(i, number, one.role) for number, (i, one) in enumerate(fillers)],
    )


def _graph(**parts: Any) -> SimpleNamespace:
    empty = dict.fromkeys(("entities", "mentions", "relations", "triggers", "roles"), ())
    return SimpleNamespace(**{**empty, **parts})


def _place(span: Any, document: Document, gold: Document) -> tuple[Any, Any]:
    if span.start is None:
        return span.text, None
    if gold.meta.get("tokens") is None:
        return span.start, span.end
    own = document if document.meta.get("tokens") is not None else gold
    found = token_range(((span.start, span.end),), tokens(own))
    return found or (f"character {span.start}", span.end)


ORIGINALS = {
    "oneie": Original("TextEE", ("mentions", "events"), score),
}
