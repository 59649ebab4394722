"""What every format is: how it is recognised, read and written, and the ledger of what that cost.

A reader yields documents and enters in a `Ledger` what the source holds and what of it could not
be carried; a writer enters what the format has no place for. So what came in is always what went
out plus what was lost.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..errors import InputError
from ..model import LAYERS, Aspect, Document, Layer, Pieces

ITEMS = ("documents", "actors", "mentions", "events", "arguments", "quotes", "sources", "cues")
"""What is counted on the way in and on the way out."""

DETAILS = ("texts", "names", "levels", "realis", "polarity", "hoppers", "unknown sources", "meta")
"""What an item may carry besides; counted where it is lost."""

_LISTED = 100
"""So many places of one kind of loss are remembered."""

Refuse = Callable[[str], None]


class LineFault(NamedTuple):
    """Something wrong with a line; ``kept`` where what stands there is in the document's meta."""

    line: int
    message: str
    kept: bool = False


class Located(NamedTuple):
    """A document with the file it came from and the line of each of its JSON paths."""

    document: Document
    file: Path
    line: int = 1
    lines: dict[str, int] = {}  # noqa: RUF012 (it is never changed)
    faults: Sequence[LineFault] = ()

    def place(self, path: str) -> str:
        """``file:line`` of a JSON path, or of the nearest path above it that has a line."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return f"{self.file}:{self.lines.get(path, self.line)}"


@dataclass
class Tally:
    """How often one thing happened, and where at first."""

    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, place: str, count: int) -> None:
        """Count it again."""
        self.count += count
        if len(self.places) < _LISTED:
            self.places.append(place)


@dataclass
class Ledger:
    """What came in, what was lost of it, and what was found elsewhere than it was said to be.

    Attributes:
        came: How many items of each kind the source holds.
        lost: What could not be carried, by kind of item and reason.
        moved: What stands elsewhere than its offsets say, by kind of item and by what these count.
        made: How many items of each kind came to be where one fell apart.
    """

    came: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    lost: dict[tuple[str, str], Tally] = field(default_factory=dict)
    moved: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def take(self, item: str, count: int = 1) -> None:
        """Enter items that the source holds."""
        self.came[item] += count

    def lose(self, item: str, why: str, where: str, count: int = 1) -> None:
        """Enter items that cannot be carried."""
        if count:
            self.lost.setdefault((item, why), Tally()).add(where, count)

    def drop(self, item: str, why: str, where: str, count: int = 1) -> None:
        """Enter items that the source holds and that cannot be carried."""
        self.take(item, count)
        self.lose(item, why, where, count)

    def move(self, item: str, why: str, where: str) -> None:
        """Enter an item that is elsewhere than its offsets say."""
        self.moved.setdefault((item, why), Tally()).add(where, 1)

    def add(self, other: "Ledger") -> None:
        """Enter all that another ledger has."""
        self.came.update(other.came)
        self.made.update(other.made)
        for mine, theirs in ((self.lost, other.lost), (self.moved, other.moved)):
            for key, tally in theirs.items():
                held = mine.setdefault(key, Tally())
                held.count += tally.count
                held.places += tally.places[: _LISTED - len(held.places)]

    def lines(self) -> Iterator[str]:
        """What was lost and moved, in a line for each kind."""
        for verb, entries in (("lost", self.lost), ("moved", self.moved)):
            for (item, why), tally in entries.items():
                yield f"{tally.count} {item} {verb}: {why} (first at {tally.places[0]})"

    def losses(self, item: str) -> int:
        """How many items of a kind were lost."""
        return sum(tally.count for (kind, _), tally in self.lost.items() if kind == item)


class Sample:
    """The beginning of what stands at a path: what a format is recognised by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = re.sub(r"\.(gz|zst)$", "", path.name)
        self.is_dir = path.is_dir()

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked."""
        from .packed import opened

        if self.is_dir:
            return b""
        with opened(self.path) as stream:
            return stream.read(1 << 16)

    @cached_property
    def text(self) -> str:
        """The first characters, without a byte-order mark."""
        return self.head.decode("utf-8", "replace").lstrip("\ufeff")

    @cached_property
    def record(self) -> Any:
        """The first JSON value of a file of lines or of a list; None where there is none."""
        from .packed import opened

        start = self.text.lstrip()
        if self.is_dir or start[:1] not in ("{", "["):
            return None
        if start[0] == "{":
            with opened(self.path) as stream:
                first = next((line for line in stream if line.strip(b"\xef\xbb\xbf \t\r\n")), b"")
            try:
                return msgspec.json.decode(first.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
        from json import JSONDecoder

        for at in (0, 1):  # the value itself, or the first of a list that is cut off
            try:
                return JSONDecoder().raw_decode(start[at:].lstrip())[0]
            except (ValueError, RecursionError):
                continue
        return self._whole()

    @property
    def first(self) -> Any:
        """The first record, or the first of the first where that is a list of objects."""
        found = self.record
        if isinstance(found, list) and found and isinstance(found[0], dict):
            return found[0]
        return found

    def _whole(self) -> Any:
        from .packed import opened

        with opened(self.path) as stream:
            try:
                return msgspec.json.decode(stream.read().removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None

    def has(self, *names: str) -> bool:
        """Whether the first record is an object with all of these fields."""
        return isinstance(self.first, dict) and all(name in self.first for name in names)


Read = Callable[[Path, Ledger, Refuse], Iterator[Located]]
Write = Callable[[Iterable[Document], Path, Ledger], None]


@dataclass(frozen=True)
class Format:
    """A format of others, or our own.

    Attributes:
        name: What it is called on the command line.
        explains: What it is, in a few words.
        layers: What of the data model it has a place for.
        recognises: Whether a path holds it.
        read: Yields the documents at a path.
        write: Writes documents to a path, or None where it is only read.
        suffix: What the names of its files end in, if that tells; ``/`` for a folder.
        needs: The module that must be installed.
        extra: The extra that brings it.
        ontology: The name of the one that ships with its labels (`bench.formats.ontologies`);
            empty for any labels.
        lacks: What its items never say, see `bench.model.Aspect`.
        states: Whether a layer that is empty in it was annotated, and an event without arguments
            has none; else nobody can tell where a whole corpus is so.
    """

    name: str
    explains: str
    layers: tuple[str, ...]
    recognises: Callable[[Sample], bool]
    read: Read
    write: Write | None = None
    suffix: str = ""
    needs: str = ""
    extra: str = ""
    ontology: str = ""
    lacks: tuple[Aspect, ...] = ()
    states: bool = False


def count(document: Document) -> Counter[str]:
    """How many items of each kind a document has, and how many details.

    >>> dict(count(Document(id="a", text="b", meta={"day": 1})))
    {'documents': 1, 'texts': 1, 'meta': 1}
    """
    found = Counter(
        documents=1, texts=int(document.text is not None), meta=int(bool(document.meta))
    )
    for actor in document.actors or ():
        found["actors"] += 1
        found["mentions"] += len(actor.mentions)
        found["names"] += actor.name is not None
        found["levels"] += sum(mention.level is not None for mention in actor.mentions)
    for event in document.events or ():
        found["events"] += 1
        found["arguments"] += len(event.arguments)
        found["realis"] += event.realis != "actual"
        found["polarity"] += event.polarity != "positive"
        found["hoppers"] += event.hopper is not None
    for quote in document.quotes or ():
        found["quotes"] += 1
        found["sources"] += quote.source is not None
        found["cues"] += quote.cue is not None
        found["unknown sources"] += quote.unknown_source
    return +found


def lose_all(document: Document, kinds: Iterable[str], why: str, ledger: Ledger) -> None:
    """Enter as lost whatever of some kinds a document has."""
    found = count(document)
    for kind in kinds:
        ledger.lose(kind, why, document.id, found[kind])


def leave_out(
    document: Document, paths: Container[str], why: str, where: str, ledger: Ledger
) -> Document:
    """A document without the items whose spans are at some JSON paths, which are lost.

    >>> from bench import Event, Span
    >>> event = Event(type="AID", trigger=Span(start=0, end=1))
    >>> ledger = Ledger()
    >>> kept = leave_out(
    ...     Document(id="a", events=(event,)), {"$.events[0].trigger"}, "no", "a:1", ledger
    ... )
    >>> kept.events, ledger.losses("events")
    ((), 1)
    """
    kept = document.mapped(lambda path, span: None if path in paths else span)
    lose_rest(document, kept, why, where, ledger)
    return kept


def lose_rest(
    document: Document, kept: Document | None, why: str, where: str, ledger: Ledger
) -> None:
    """Enter as lost what a document has and what is kept of it has not."""
    before, after = count(document), Counter[str]() if kept is None else count(kept)
    for item in (*ITEMS, *DETAILS):
        ledger.lose(item, why, where, before[item] - after[item])


def lose_actors(document: Document, ledger: Ledger) -> None:
    """Enter what a format without coreference loses: each mention becomes an actor of its own."""
    for actor in document.actors or ():
        if len(actor.mentions) != 1:
            why = "no coreference: its mentions stand alone" if actor.mentions else "no mention"
            ledger.lose("actors", why, document.id)
            ledger.made["actors"] += len(actor.mentions)
    names = sum(actor.name is not None for actor in document.actors or ())
    ledger.lose("names", "no place for it", document.id, names)


def lose_layers(document: Document, carried: Iterable[Layer], ledger: Ledger) -> None:
    """Enter the items of layers that a format has no place for."""
    items = {"actors": ("actors", "mentions"), "events": ("events", "arguments"),
             "quotes": ("quotes", "sources", "cues")}  # fmt: skip
    for layer in set(LAYERS) - set(carried):
        lose_all(document, items[layer], "no place for it", ledger)


def span(kind: Any, text: str | None, pieces: Pieces, /, **more: Any) -> Any:
    """A span of one piece or several, in the order of the text, with what it reads there.

    >>> from bench import Span
    >>> span(Span, "one two", ((0, 3),)).text
    'one'
    """
    ordered = tuple(sorted(pieces))
    found = kind(
        start=ordered[0][0],
        end=ordered[-1][1],
        fragments=ordered if len(ordered) > 1 else (),
        **more,
    )
    if text is None or "text" in more:
        return found
    return msgspec.structs.replace(found, text=found.surface(text))


def each(
    files: Iterable[Path],
    document: Callable[[Path, Ledger], Document],
    ledger: Ledger,
    refuse: Refuse,
) -> Iterator[Located]:
    """A document of each file; of one that is malformed all is lost, and nothing else counted."""
    for file in files:
        ledger.take("documents")
        inner = Ledger()
        try:
            found = document(file, inner)
        except InputError as error:
            refuse(str(error))
            ledger.lose("documents", "cannot be read", str(file))
            continue
        ledger.add(inner)
        yield Located(found, file)
