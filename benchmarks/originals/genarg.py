"""gen-arg's own scorer, on our documents.

It finds predicted strings in the text by itself: a prediction with offsets comes out the same
only where its words occur once.
"""

import contextlib
import io
import json
import os
import random
import re
import runpy
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from msgspec.structs import replace
from real import Collection

from bench.model import Actor, Argument, Document, Event, Mention, Span
from bench.profiles import Figure
from bench.profiles.genarg import score as profile
from bench.profiles.tokens import token_range, tokens

from . import Original, Rows, Shipped

_LINE = re.compile(r"^(.+): P: (.+), R: (.+), F: (.+)$", re.MULTILINE)
_SLOT = "<arg>"


def score(
    folder: Path, gold: Sequence[Document], predicted: Sequence[Document], *options: str
) -> Rows:
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
        return _run(folder, gold, options)


def _run(folder: Path, gold: Sequence[Document], options: Sequence[str]) -> Rows:
    """What it prints for the files in the working directory."""
    printed = io.StringIO()
    script = folder / "src" / "genie" / "scorer.py"
    arguments = ["--gen-file", "generated.jsonl", "--test-file", "test.json", "--coref"]
    parsed = {" ".join(_words(document)): document.meta.get("heads") for document in gold}
    with (
        mock.patch.object(sys, "argv", [str(script), *arguments, *options]),
        mock.patch.object(sys, "path", [str(script.parent), *sys.path]),
        mock.patch.dict(sys.modules, _stubs(parsed)),
        contextlib.redirect_stdout(printed),
    ):
        sys.modules.pop("utils", None)
        runpy.run_path(str(script), run_name="__main__")
    return Rows({name: (p, r, f) for name, p, r, f in _LINE.findall(printed.getvalue())})


_WITH_DATA = "16d8f908ecf6a9ff5d50042597ac6139157c3edb"
"""A commit of the original in which its corpus is."""


def test_set(folder: Path) -> Iterator[Collection]:
    """The test set of WikiEvents."""
    found = _files(folder)
    if found:
        documents, _ = _wikievents(found, json.loads(_ontology(folder)))
        yield Collection("wikievents", tuple(documents))


def shipped(folder: Path) -> Iterator[Shipped]:
    """WikiEvents and what the model of the paper generated for it; heads are made here."""
    folder = folder.resolve()
    found, ontology = _files(folder), _ontology(folder)
    if not found:
        return
    gold, predicted = _wikievents(found, json.loads(ontology))
    with tempfile.TemporaryDirectory() as place, _within(Path(place)):
        for name, text in found.items():
            Path(name).write_text(text, encoding="utf-8")
        Path("pronoun_list.txt").write_text("")
        Path("event_role_KAIROS.json").write_text(ontology)
        options = ("--dataset", "KAIROS", "--coref-file", "clusters")
        headed = _headed(gold)
        rows = _run(folder, gold, options)
        by_heads = _run(folder, headed, (*options, "--head-only"))
    yield Shipped("WikiEvents", gold, predicted, rows)
    yield Shipped(
        "WikiEvents --head-only",
        headed,
        predicted,
        by_heads,
        score=partial(profile, heads_only=True),
    )


def _ontology(folder: Path) -> str:
    return (folder / "event_role_KAIROS.json").read_text("utf-8")


def _files(folder: Path) -> dict[str, str]:
    """Gold, clusters and what was generated; nothing where the checkout lacks its history."""
    data = "data/wikievents"
    files = {"test.json": f"{data}/test.jsonl", "clusters": f"{data}/coref/test.jsonlines"}
    found = {name: _git_show(folder, path) for name, path in files.items()}
    if not all(found.values()):
        return {}
    generated = folder / "outputs" / "wikievents-pointer-pred" / "predictions.jsonl"
    return {**found, "generated.jsonl": generated.read_text("utf-8")}


def _git_show(folder: Path, path: str) -> str:
    command = ["git", "-C", str(folder), "show", f"{_WITH_DATA}:{path}"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout


def _wikievents(
    found: Mapping[str, str], ontology: Mapping[str, Any]
) -> tuple[list[Document], list[Document]]:
    lines = {name: [json.loads(line) for line in text.splitlines()] for name, text in found.items()}
    kinds = {
        one["doc_id"]: iter([event["event_type"] for event in one["event_mentions"]])
        for one in lines["test.json"]
    }
    strings: dict[str, list[str]] = defaultdict(list)
    for line in lines["generated.jsonl"]:
        if next(kinds[line["doc_key"]]) in ontology:
            strings[line["doc_key"]].append(line["predicted"])
    gold, predicted = [], []
    for source, named in zip(lines["test.json"], lines["clusters"], strict=True):
        at, known = 0, []
        for token in source["tokens"]:
            known.append([at, at + len(token)])
            at += len(token) + 1

        def place(one: Mapping[str, int], known: list[list[int]] = known) -> dict[str, int]:
            return {"start": known[one["start"]][0], "end": known[one["end"] - 1][1]}

        entities = {one["id"]: place(one) for one in source["entity_mentions"]}
        events = [
            Event(
                type=event["event_type"],
                trigger=Span(**place(event["trigger"])),
                arguments=tuple(
                    Argument(role=one["role"], **entities[one["entity_id"]])
                    for one in event["arguments"]
                ),
            )
            for event in source["event_mentions"]
            if event["event_type"] in ontology  # it passes over the others
        ]
        document = Document(
            id=source["doc_id"],
            text=" ".join(source["tokens"]),
            actors=tuple(
                Actor(type="-", mentions=tuple(Mention(**entities[one]) for one in cluster))
                for cluster in named["clusters"]
            ),
            events=tuple(events),
            meta={"tokens": known},
        )
        guesses = [
            replace(
                event,
                arguments=tuple(
                    Argument(role=role, text=string)
                    for role, string in _filled(string, ontology[event.type])
                ),
            )
            for event, string in zip(events, strings[document.id], strict=False)
        ]
        gold.append(document)
        predicted.append(Document(id=document.id, events=tuple(guesses)))
    return gold, predicted


def _filled(generated: str, known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The strings that stand in the slots of a template, with their roles."""
    template, words, at = known["template"].split(), generated.split(), 0
    for i, word in enumerate(template):
        if at >= len(words):
            return
        slot = re.match(r"<arg(\d+)>", word)
        if slot is None or words[at] == _SLOT:
            at += 1
            continue
        start, last = at, i == len(template) - 1
        while at < len(words) and (last or words[at] != template[i + 1]):
            at += 1
        yield known["roles"][int(slot[1]) - 1], " ".join(words[start:at])


def as_strings(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Document]:
    """Predictions whose arguments are strings, as the model writes them."""
    golds = {document.id: document for document in gold}
    return [
        replace(
            document,
            events=tuple(_bare(event, golds[document.id]) for event in document.events or ()),
        )
        for document in predicted
    ]


def _bare(event: Event, gold: Document) -> Event:
    known, words = tokens(gold), _words(gold)
    arguments = []
    for argument in event.arguments:
        place = token_range(argument.pieces, known) if argument.pieces else None
        string = " ".join(words[slice(*place)]) if place else argument.text
        arguments.append(
            replace(argument, start=None, end=None, fragments=(), text=string or "nowhere")
        )
    return replace(event, arguments=tuple(arguments))


@contextlib.contextmanager
def _within(folder: Path) -> Any:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class _Parser:
    """Gives texts the heads that they bring."""

    vocab = tokenizer = None

    def __init__(self, parsed: Mapping[str, Sequence[int]]) -> None:
        self._parsed = parsed

    def __call__(self, text: str) -> list[SimpleNamespace]:
        heads = self._parsed[text]
        return [SimpleNamespace(i=i, head=SimpleNamespace(i=head)) for i, head in enumerate(heads)]


def _stubs(parsed: Mapping[str, Any]) -> dict[str, ModuleType]:
    # It loads a parser even where it uses none, and shows its progress.
    spacy, inner, progress = ModuleType("spacy"), ModuleType("spacy.tokens"), ModuleType("tqdm")
    spacy.load = lambda _: _Parser(parsed)  # type: ignore[attr-defined]
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
            string = " ".join(words[slice(*place)]) if place else one.text
            string = "|nowhere|" if string is None else string
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


def _headed(gold: Sequence[Document]) -> list[Document]:
    """The documents with heads, a tree over the tokens made by a seeded generator."""
    made = []
    for document in gold:
        count = len(tokens(document))
        rng = random.Random(count)
        order = rng.sample(range(count), count)
        heads = list(range(count))
        for i in range(1, count):
            # Mostly a token near by, as heads are.
            heads[order[i]] = min(
                rng.choices(order[:i], k=min(i, 4)), key=lambda head: abs(head - order[i])
            )
        made.append(replace(document, meta={**document.meta, "heads": heads}))
    return made


def _profile_by_heads(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    return profile(_headed(gold), predicted, heads_only=True)


def _by_heads(folder: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    return score(folder, _headed(gold), predicted, "--head-only")


ORIGINALS = {
    "genarg": Original(
        "gen-arg",
        ("arguments text",),
        score,
        prepared=as_strings,
        gold=test_set,
        shipped=shipped,
        variants={"--head-only": (_profile_by_heads, _by_heads)},
    )
}
