"""Documents as a brat collection, laid out as `brat` describes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from ..errors import InputError, UsageError
from ..model import (
    LAYERS,
    Actor,
    Document,
    Event,
    Kind,
    Level,
    Pieces,
    Polarity,
    Quote,
    Realis,
    Span,
)
from ..paths import write_folder
from .base import ITEMS, Ledger, lose_all
from .brat_rows import QUOTE

_KEPT = ("spans", "relations", "normalizations", "attributes", "notes", "groups")


def write(document: Document, ledger: Ledger | None = None) -> str:
    """The document as the content of an ``.ann`` file, ordered by place in the text.

    Raises:
        InputError: Something in it has no offsets, so that brat cannot hold it.
    """
    return _Writer(document, ledger or Ledger()).content()


def write_collection(documents: Iterable[Document], folder: Path, ledger: Ledger) -> None:
    """Documents as a folder with an ``annotation.conf``.

    Raises:
        InputError: A document has no text, or an id that can be no file's name.
    """
    files: dict[str, bytes] = {}
    held: list[Document] = []
    seen = _Labels()
    for document in documents:
        if document.text is None:
            ledger.lose("documents", "no text, which brat needs", document.id)
            lose_all(document, ITEMS[1:], "in a document without text", ledger)
            continue
        name = document.id
        if Path(name).name != name or name.startswith(".") or len(name.encode()) > 200:
            raise InputError(f"document {name!r}: its id can be no file's name; brat needs that")
        if f"{name}.ann" in files:
            raise InputError(f"document {name!r} comes twice")
        files[f"{name}.ann"] = write(document, ledger).encode("utf-8", "surrogatepass")
        files[f"{name}.txt"] = document.text.encode("utf-8", "surrogatepass")
        seen.add(document)
        held.append(_layers_of(document))
    layers = {layer for one in held for layer in LAYERS if one.has(layer)}
    for one in held:
        missing = [layer for layer in layers if not one.has(layer)]
        ledger.lose("layers", "not annotated here, but in other documents", one.id, len(missing))
    files["annotation.conf"] = seen.conf(layers).encode()
    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already; expected a new or empty folder")
    write_folder(folder, files)


def _layers_of(document: Document) -> Document:
    """Which layers a document has, without what is in them."""
    there: dict[str, Any] = {layer: () for layer in LAYERS if document.has(layer)}
    return Document(id=document.id, **there)


class _Labels:
    """The labels of a collection, for its ``annotation.conf``."""

    def __init__(self) -> None:
        self.actors: set[str] = set()
        self.events: dict[str, set[str]] = {}
        self.others: set[str] = {"Cue", "Content", "Source"}

    def add(self, document: Document) -> None:
        self.actors.update(actor.type for actor in document.actors or ())
        for event in document.events or ():
            roles = self.events.setdefault(event.type, set())
            roles.update(argument.role for argument in event.arguments)
            self.others.update(argument.role.capitalize() for argument in event.arguments)
        kept = document.meta.get("brat")
        for one in kept.get("spans", ()) if isinstance(kept, dict) else ():
            self.others.add(one["type"])

    def conf(self, layers: set[Any]) -> str:
        actors = sorted(self.actors) or ["PER"]
        macro = f"<ACTOR>={'|'.join(actors)}"
        lines = ["[entities]"]
        lines += [*actors, *sorted(self.others - self.actors)] if "actors" in layers else []
        lines += ["", "[relations]"]
        lines += ["Coref\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive"]
        lines += ["", "[events]", macro]
        events: Mapping[str, Iterable[str]] = self.events
        if "events" in layers and not events:
            events = {"EVENT": ()}
        for name in sorted(events):
            roles = ", ".join(f"{role}*:<ANY>" for role in sorted(events[name]))
            lines.append(f"{name}\t{roles}".rstrip())
        if "quotes" in layers:
            lines.append(f"{QUOTE}\tSource?:<ANY>, Cue?:<ANY>, Content:<ANY>")
        lines += ["", "[attributes]"]
        for name, of, values in (
            ("Level", "<ENTITY>", Level), ("Realis", "<EVENT>", Realis),
            ("Polarity", "<EVENT>", Polarity), ("Kind", QUOTE, Kind),
        ):  # fmt: skip
            lines.append(f"{name}\tArg:{of}, Value:{'|'.join(get_args(values))}")
        lines.append(f"UnknownSource\tArg:{QUOTE}")
        return "".join(f"{line}\n" for line in lines)


class _Writer:
    def __init__(self, document: Document, ledger: Ledger) -> None:
        for path, span in document.spans():
            if not span.pieces:
                raise InputError(f"{document.id}: {path} has no offsets; brat cannot hold it")
        self.document = document
        self.text = document.text
        self.ledger = ledger
        self.lines: list[str] = []
        self.mentions: dict[Pieces, str] = {}
        self.others: dict[tuple[str, Pieces], str] = {}
        self.counts: Counter[str] = Counter()
        self.ids: dict[str, str] = {}
        kept = document.meta.get("brat")
        self.kept: dict[str, Any] = kept if isinstance(kept, dict) else {}
        self.nested = {one["target"]: one["event"] for one in self.kept.get("nested", ())}
        self.triggers = {one["target"]: one["span"] for one in self.kept.get("triggers", ())}
        self._actors(document.actors or ())
        self._spare_spans()
        self._events(document.events or ())
        self._quotes(document.quotes or ())
        self._link_nested()
        self._others()
        lost = document.meta.keys() - {"brat"}
        ledger.lose("meta", "brat has no place for it", document.id, int(bool(lost)))

    def content(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def _next(self, letter: str) -> str:
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter]}"

    def _span(self, kind: str, span: Span, path: str = "") -> str:
        key = self._next("T")
        offsets = ";".join(f"{start} {end}" for start, end in span.pieces)
        surface = span.surface(self.text) if self.text is not None else span.text or ""
        self.lines.append(f"{key}\t{_word(kind)} {offsets}\t{' '.join(surface.splitlines())}")
        if path:
            self.ids[path] = key
        return key

    def _filler(self, kind: str, span: Span, path: str) -> str:
        """The mention there, or else a ``T`` line of its own, shared by all who need it."""
        key = self.mentions.get(span.pieces) or self.others.get((kind, span.pieces))
        if key is None:
            key = self.others[kind, span.pieces] = self._span(kind, span)
        self.ids[path] = key
        return key

    def _attribute(self, name: str, target: str, value: str = "") -> None:
        self.lines.append(f"{self._next('A')}\t{name} {target} {value}".rstrip())

    def _actors(self, actors: Iterable[Actor]) -> None:
        for i, actor in enumerate(actors):
            keys = []
            for j, mention in enumerate(actor.mentions):
                key = self._span(actor.type, mention, f"$.actors[{i}].mentions[{j}]")
                self.mentions.setdefault(mention.pieces, key)
                if mention.level:
                    self._attribute("Level", key, mention.level)
                keys.append(key)
            if len(keys) > 1:
                self.lines.append(f"*\tCoref {' '.join(keys)}")
            if not keys:
                self.ledger.lose("actors", "without a mention", self.document.id)
                self.ledger.lose(
                    "names", "of an actor without a mention", self.document.id, bool(actor.name)
                )
            elif actor.name:
                name = " ".join(actor.name.split())
                self.lines.append(f"{self._next('#')}\tAnnotatorNotes {keys[0]}\t{name}")

    def _events(self, events: Iterable[Event]) -> None:
        hoppers: dict[str, list[str]] = defaultdict(list)
        for i, event in enumerate(events):
            path = f"$.events[{i}]"
            trigger = self._span(event.type, event.trigger, f"{path}.trigger")
            used: Counter[str] = Counter()
            arguments = ""
            for j, argument in enumerate(event.arguments):
                where = f"{path}.arguments[{j}]"
                used[argument.role] += 1
                number = used[argument.role] if used[argument.role] > 1 else ""
                if where in self.nested:
                    filler = f"\0{self.nested[where]}\0"
                else:
                    filler = self._filler(argument.role.capitalize(), argument, where)
                arguments += f" {_word(argument.role)}{number}:{filler}"
            key = self.ids[path] = self._next("E")
            self.lines.append(f"{key}\t{_word(event.type)}:{trigger}{arguments}")
            self._attribute("Realis", key, event.realis)
            self._attribute("Polarity", key, event.polarity)
            if event.hopper is not None:
                hoppers[event.hopper].append(key)
        self.lines.extend(f"*\tCoref {' '.join(keys)}" for keys in hoppers.values())

    def _quotes(self, quotes: Iterable[Quote]) -> None:
        for i, quote in enumerate(quotes):
            path = f"$.quotes[{i}]"
            own = self.triggers.get(path)
            trigger = (own and self._target(own)) or self._span(QUOTE, quote.cue or quote.content)
            parts = ""
            if quote.source is not None:
                parts += f" Source:{self._filler('Source', quote.source, f'{path}.source')}"
            if quote.cue is not None:
                parts += f" Cue:{self._span('Cue', quote.cue, f'{path}.cue')}"
            parts += f" Content:{self._span('Content', quote.content, f'{path}.content')}"
            for part in self.kept.get("parts", ()):
                if part["target"] == path and (target := self._target(part["span"])):
                    parts += f" {part['role']}:{target}"
            key = self.ids[path] = self._next("E")
            self.lines.append(f"{key}\t{QUOTE}:{trigger}{parts}")
            self._attribute("Kind", key, quote.kind)
            if quote.unknown_source:
                self._attribute("UnknownSource", key)

    def _spare_spans(self) -> None:
        for i, one in enumerate(self.kept.get("spans", ())):
            pieces = tuple((start, end) for start, end in one["pieces"])
            spare = Span(start=pieces[0][0], end=pieces[-1][1], fragments=pieces[1:] and pieces)
            self._span(one["type"], spare, f"$.meta.brat.spans[{i}]")

    def _link_nested(self) -> None:
        """Put the ids of events that fill roles where they were left open."""
        for i, line in enumerate(self.lines):
            if "\0" in line:
                parts = line.split("\0")
                parts[1::2] = [self.ids.get(path, "") for path in parts[1::2]]
                if "" in parts[1::2]:
                    raise InputError(f"{self.document.id}: meta.brat.nested names no event there")
                self.lines[i] = "".join(parts)

    def _others(self) -> None:
        """Relations, normalisations, attributes, notes and groups that were kept."""
        for name, letter in (("relations", "R"), ("normalizations", "N")):
            for i, _ in enumerate(self.kept.get(name, ())):
                self.ids[f"$.meta.brat.{name}[{i}]"] = f"{letter}{i + 1}"
        for name in _KEPT[1:]:
            for one in self.kept.get(name, ()):
                targets = [self._target(target) for target in one["targets"]]
                if None in targets:
                    self.ledger.lose(name, "what it is about is not there", self.document.id)
                    continue
                self.lines.append(self._other(name, one["words"], [str(t) for t in targets]))

    def _other(self, name: str, words: Sequence[str], targets: Sequence[str]) -> str:
        if name == "relations":
            kind, one, other = words
            return f"{self._next('R')}\t{kind} {one}:{targets[0]} {other}:{targets[1]}"
        if name == "normalizations":
            kind, what, text = words
            return f"{self._next('N')}\t{kind} {targets[0]} {what}\t{text}"
        if name == "attributes":
            return f"{self._next('A')}\t{words[0]} {targets[0]} {words[1]}".rstrip()
        if name == "groups":
            return f"*\t{words[0]} {' '.join(targets)}"
        return f"{self._next('#')}\t{words[0]} {targets[0]}\t{words[1]}"

    def _target(self, target: Any) -> str | None:
        """The id of a path, or of a span given in full."""
        if isinstance(target, str):
            return self.ids.get(target)
        pieces = tuple((start, end) for start, end in target["pieces"])
        return self._span(
            target["type"],
            Span(start=pieces[0][0], end=pieces[-1][1], fragments=pieces[1:] and pieces),
        )


def _word(label: str) -> str:
    """A label as one word, which brat needs."""
    if not label or any(letter.isspace() or letter == ":" for letter in label):
        raise InputError(f"the label {label!r} is not one word without a colon; brat needs that")
    return label
