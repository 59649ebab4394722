"""Real corpora as gold, for comparing scorers on them; `corpora` reads what a folder holds.

Of each corpus there is a collection for each way in which it is annotated. Spans are checked
against what the corpus says they read; nothing is mended.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bench import Actor, Document, Event, Mention, Quote, Span
from bench.errors import refused
from bench.formats import find
from bench.formats.base import Ledger

Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Collection:
    """Gold documents of a corpus.

    Attributes:
        name: The corpus and what of it.
        documents: The gold.
        files: The same as the corpus has it, by the names of the profiles whose originals read
            such files: a folder or a file.
        systems: What systems are known to have returned, as documents, by their files.
        options: What the originals must be told to read such files.
    """

    name: str
    documents: tuple[Document, ...]
    files: Mapping[str, Path] = field(default_factory=dict)
    systems: Mapping[Path, tuple[Document, ...]] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def holds(self) -> frozenset[str]:
        """What may be compared: texts, tokens, mentions, clusters, events, arguments, quotes."""
        found = set()
        for one in self.documents:
            found |= {"text"} if one.text is not None else set()
            found |= {"tokens"} if one.text is not None or "tokens" in one.meta else set()
            found |= {"mentions"} if one.actors else set()
            found |= {"clusters"} if any(len(a.mentions) > 1 for a in one.actors or ()) else set()
            found |= {"events"} if one.events else set()
            found |= {"arguments"} if any(e.arguments for e in one.events or ()) else set()
            found |= {"quotes"} if one.quotes else set()
        return frozenset(found)

    def texts(self, profile: str, suffix: str) -> dict[str, str]:
        """The text of each document's file."""
        folder = self.files[profile]
        return {d.id: (folder / f"{d.id}{suffix}").read_text("utf-8") for d in self.documents}

    def excerpt(self, documents: int, mentions: int) -> "Collection":
        """The first documents, of each the first actors up to so many mentions."""
        cut = []
        for one in self.documents[:documents]:
            sizes = accumulate(len(actor.mentions) for actor in one.actors or ())
            kept = sum(size <= mentions for size in sizes)
            cut.append(replace(one, actors=one.actors and one.actors[:kept]))
        return Collection(self.name, tuple(cut))

    @property
    def items(self) -> int:
        """How many mentions, events, arguments and quotes there are."""
        return sum(items(document) for document in self.documents)


def items(document: Document) -> int:
    """How many mentions, events, arguments and quotes a document has."""
    events = document.events or ()
    return (
        sum(len(actor.mentions) for actor in document.actors or ())
        + sum(1 + len(event.arguments) for event in events)
        + len(document.quotes or ())
    )


def corpora(folder: Path) -> Iterator[Collection]:
    """The collections of the corpora in a folder; those that are not there are left out."""
    for name, read in _READERS.items():
        if (folder / name).is_dir():
            yield from read(folder / name)


def _span(kind: Callable[..., Any], text: str | None, places: Sequence[Any], /, **more: Any) -> Any:
    """A span of one piece or several, in the order of the text."""
    ordered = tuple(sorted((start, end) for start, end in places))
    pieces = ordered if len(ordered) > 1 else ()
    made = kind(start=ordered[0][0], end=max(end for _, end in ordered), fragments=pieces, **more)
    if text is not None and not made.surface(text).strip():
        raise ValueError(f"a span of nothing: {places}")
    return made


# --- LitBank ------------------------------------------------------------------------------------


def _litbank(folder: Path) -> Iterator[Collection]:
    parts = {
        "entities": "entities/brat",
        "coreference": "coref/tsv",
        "events": "events/brat",
        "quotations": "quotations/tsv",
    }
    for name, place in parts.items():
        raw = {}
        if name == "entities":
            raw["brateval"] = folder / place
            files = sorted((folder / place).glob("*.ann"))
            texts = (file.with_suffix(".txt").read_text("utf-8") for file in files)
            documents = tuple(map(brat_mentions, files, texts))
        else:
            documents = read("litbank", folder / place)
        if name == "coreference":
            raw |= dict.fromkeys(("conll-perl", "coval"), folder / "coref" / "conll")
        if name == "quotations":
            documents = tuple(map(_with_cues, documents))
        yield Collection(f"litbank {name}", documents, raw)


def read(name: str, path: Path) -> tuple[Document, ...]:
    """The documents of a format at a path; what it loses of events, mentions and quotes raises."""
    ledger = Ledger()
    documents = tuple(one.document for one in find(name).read(path, ledger, refused))
    items = {"actors", "mentions", "events", "arguments", "quotes", "sources"}
    if lost := [line for line in ledger.lines() if line.split()[1] in items]:
        raise ValueError("; ".join(lost))
    return documents


def _with_cues(document: Document) -> Document:
    """LitBank labels no cue: the word that stands next to a quote is taken for it."""
    text = document.text or ""
    words = [(a, b) for a, b in document.meta["tokens"] if text[a:b].isalpha()]

    def cue(quote: Quote) -> Span | None:
        after = [place for place in words if place[0] >= quote.content.pieces[-1][1]][:1]
        return _span(Span, text, after) if after else None

    quotes = tuple(replace(quote, cue=cue(quote)) for quote in document.quotes or ())
    return replace(document, quotes=quotes)


def _rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]


def brat_lines(file: Path) -> Iterator[tuple[str, str, Places, str]]:
    """The ``T`` lines of a brat file: id, type, pieces and what they read."""
    for key, what, surface in (row for row in _rows(file) if row[0].startswith("T")):
        kind, _, numbers = what.partition(" ")
        bounds = (tuple(map(int, each.split())) for each in numbers.split(";"))
        yield key, kind, tuple((start, end) for start, end in bounds), surface


def brat_mentions(file: Path, text: str | None = None) -> Document:
    """A brat file, each ``T`` line an actor, and their ids; without a text, with what they read."""
    lines = list(brat_lines(file))
    actors = tuple(
        Actor(
            type=kind,
            mentions=(_span(Mention, text, places, text=surface if text is None else None),),
        )
        for _, kind, places, surface in lines
    )
    meta = {"ids": [key for key, *_ in lines]}
    return Document(id=file.stem, text=text, actors=actors, meta=meta)


# --- PLOVER and TextEE --------------------------------------------------------------------------


def _plover(folder: Path) -> Iterator[Collection]:
    yield Collection("plover", read("plover", folder / "PLOVER_GSR_CAMEO.txt"))


def _textee(folder: Path) -> Iterator[Collection]:
    file = folder / "demo_output.json"
    yield Collection("textee", read("textee", file), {"textee": file})


# --- TAC KBP, as EvmEval demonstrates it --------------------------------------------------------


def _evmeval(folder: Path) -> Iterator[Collection]:
    demo = folder / "scoring_demo"
    for gold, systems in (
        ("char_based/gold.tbf", "char_based/system_*.tbf"),
        ("char_based/temporal.tbf", "char_based/temporal_*.tbf"),
        ("token_based/gold.tbf", "token_based/sample_system_*.tbf"),
        ("token_based/gold_wrong.tbf", "token_based/sample_system_*.tbf"),
    ):
        file = demo / gold
        table = file.parent / "tkn"
        yield Collection(
            f"evmeval {Path(gold).with_suffix('')}",
            read_tbf(file, table),
            {"kbp": file},
            {system: read_tbf(system, table) for system in sorted(demo.glob(systems))},
            ("-t", str(table.resolve())) if table.is_dir() else (),
        )


def read_tbf(file: Path, table: Path) -> tuple[Document, ...]:
    """The documents of a file in TAC KBP's format, with tokens where there is a table of them."""
    documents = []
    for part in file.read_text("utf-8").split("#BeginOfDocument")[1:]:
        name, *lines = part.strip().splitlines()
        tokens = _token_table(table / f"{name.strip()}.tab")
        rows = [line.split("\t") for line in lines if line[:1] not in ("@", "#", "")]
        links = [line.split("\t") for line in lines if line.startswith("@Coreference")]
        hopper = {one: link[1] for link in links for one in link[2].split(",")}
        events = tuple(
            Event(
                type=row[5],
                trigger=_span(Span, None, _tbf_span(row[3], tokens), text=row[4]),
                realis=row[6].lower(),
                hopper=hopper.get(row[2]),
            )
            for row in rows
        )
        meta = {"tokens": [[*place] for place in tokens.values()]} if tokens else {}
        documents.append(Document(id=name.strip(), events=events, meta=meta))
    return tuple(documents)


def _token_table(file: Path) -> dict[str, tuple[int, int]]:
    if not file.is_file():
        return {}
    return {row[0]: (int(row[2]), int(row[3]) + 1) for row in _rows(file)}


def _tbf_span(string: str, tokens: Mapping[str, tuple[int, int]]) -> Places:
    if tokens:
        return tuple(tokens[each] for each in string.split(","))
    bounds = (tuple(map(int, each.split(","))) for each in string.split(";"))
    return tuple((start, end) for start, end in bounds)


_READERS: Mapping[str, Callable[[Path], Iterator[Collection]]] = {
    "evmeval": _evmeval,
    "litbank": _litbank,
    "plover": _plover,
    "textee": _textee,
}
