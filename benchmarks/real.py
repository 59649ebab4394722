"""Real corpora as gold, for comparing scorers on them; `corpora` reads what a folder holds.

Of each corpus there is a collection for each way in which it is annotated. Spans are checked
against what the corpus says they read; nothing is mended.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bench import Actor, Argument, Document, Event, Mention, Quote, Span

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
        "entities": ("entities/brat", brat_mentions),
        "coreference": ("coref/tsv", _litbank_actors),
        "events": ("events/brat", _litbank_events),
        "quotations": ("quotations/tsv", _litbank_quotes),
    }
    for name, (place, read) in parts.items():
        files = sorted((folder / place).glob("*.ann"))
        documents = tuple(read(file, file.with_suffix(".txt").read_text("utf-8")) for file in files)
        raw = {}
        if name == "entities":
            raw["brateval"] = folder / place
        elif name == "coreference":
            raw |= dict.fromkeys(("conll-perl", "coval"), folder / "coref" / "conll")
        yield Collection(f"litbank {name}", documents, raw)


def _grid(text: str) -> tuple[list[list[tuple[int, int]]], dict[str, Any]]:
    """The tokens of each line, and the same as a document's meta has them."""
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append([(at + m.start(), at + m.end()) for m in re.finditer(r"\S+", line)])
        at += len(line) + 1
    known = [line for line in lines if line]
    starts = [sum(map(len, known[:i])) for i in range(len(known) + 1)]
    sentences = [[a, b] for a, b in pairwise(starts)]
    return lines, {"tokens": [[*token] for line in known for token in line], "sentences": sentences}


def _rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]


def _between(lines: Sequence[Sequence[tuple[int, int]]], row: Sequence[str], text: str) -> Places:
    """The stretch that columns of a sentence and a token, twice, say; checked."""
    first, start, last, end = map(int, row[:4])
    place = lines[first][start][0], lines[last][end][1]
    if " ".join(text[slice(*place)].split()) != " ".join(row[4].split()):
        raise ValueError(f"{row[4]!r} is {text[slice(*place)]!r} in the text")
    return (place,)


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


def _checked(file: Path, text: str) -> Iterator[tuple[str, str, Places]]:
    for key, kind, places, surface in brat_lines(file):
        read = " ".join(text[start:end] for start, end in places)
        if read != surface:
            raise ValueError(f"{file.name}: {key} is not {surface!r} in the text but {read!r}")
        yield key, kind, places


def _litbank_events(file: Path, text: str) -> Document:
    events = tuple(
        Event(type=kind, trigger=_span(Span, text, places))
        for _, kind, places in _checked(file, text)
    )
    return Document(id=file.stem, text=text, events=events)


_LEVELS = {"PROP": "NAM", "NOM": "NOM", "PRON": "PRO"}


def _litbank_actors(file: Path, text: str) -> Document:
    lines, meta = _grid(text)
    cluster = {row[1]: row[2] for row in _rows(file) if row[0] == "COREF"}
    found: dict[str, list[Mention]] = defaultdict(list)
    types: dict[str, str] = {}
    for row in _rows(file):
        if row[0] == "MENTION":
            name = cluster.get(row[1], row[1])
            types.setdefault(name, row[7])
            place = _between(lines, row[2:7], text)
            found[name].append(_span(Mention, text, place, level=_LEVELS[row[8]]))
    actors = tuple(
        Actor(type=types[name], mentions=tuple(mentions), name=name)
        for name, mentions in found.items()
    )
    return Document(id=file.stem, text=text, actors=actors, meta=meta)


def _litbank_quotes(file: Path, text: str) -> Document:
    """Quotes with the nearest mention of the speaker as source.

    LitBank labels no cue: the word that stands next to the quote is taken for it.
    """
    lines, meta = _grid(text)
    rows = _rows(file)
    coreference = file.parents[2] / "coref" / "tsv" / file.name
    actors = {actor.name: actor for actor in _litbank_actors(coreference, text).actors or ()}
    speakers = {row[1]: row[2] for row in rows if row[0] == "ATTRIB"}
    words = [(a, b) for a, b in meta["tokens"] if text[a:b].isalpha()]
    quotes = []
    for row in rows:
        if row[0] != "QUOTE":
            continue
        ((start, end),) = place = _between(lines, row[2:7], text)
        speaker = actors.get(speakers[row[1]])
        places = [one.pieces[0] for one in (speaker.mentions if speaker else ())]
        outside = [(max(start - b, a - end), a, b) for a, b in places if b <= start or a >= end]
        source = min(outside, default=None)
        after = [(a, b) for a, b in words if a >= end][:1]
        quotes.append(
            Quote(
                content=_span(Span, text, place),
                kind="direct",
                source=_span(Span, text, [source[1:]]) if source else None,
                cue=_span(Span, text, after) if after else None,
                unknown_source=source is None,
            )
        )
    return Document(id=file.stem, text=text, quotes=tuple(quotes), meta=meta)


# --- PLOVER -------------------------------------------------------------------------------------

_MARK = re.compile(r"\((SRC/TAR|SRC/LOC|TAR/LOC|SRC|TAR|LOC|EVT): *")
_ROLES = {"SRC": "actor", "TAR": "recipient", "LOC": "location"}


def _plover(folder: Path) -> Iterator[Collection]:
    file = folder / "PLOVER_GSR_CAMEO.txt"
    records = json.loads(file.read_text("utf-8"))
    seen: Counter[str] = Counter()
    documents = []
    for one in records:
        if one["event"] != "DOCUMENT":
            # Some ids stand for several records.
            seen[one["id"]] += 1
            number = seen[one["id"]]
            made = _plover_record(one)
            documents.append(replace(made, id=f"{made.id} {number}") if number > 1 else made)
    yield Collection("plover", tuple(documents))


def _plover_record(record: dict[str, Any]) -> Document:
    info = record["textInfo"]
    text, marks = _unmarked(info["markup"] if isinstance(info, dict) else info)
    sectors = {
        actor["actorText"]: actor.get("sector") or actor.get("code") or "-"
        for side in ("source", "target")
        for actor in _listed(record.get(side))
    }
    trigger = [place for kind, place in marks if kind == "EVT"]
    fillers = [(kind, place) for kind, place in marks if kind != "EVT"]
    named: dict[str, list[Mention]] = defaultdict(list)
    for _, place in fillers:
        named[text[slice(*place)]].append(_span(Mention, text, [place], level="NAM"))
    arguments = [
        _span(Argument, text, [place], role=_ROLES[role])
        for kind, place in fillers
        for role in kind.split("/")
    ]
    event = trigger and Event(
        type=record["event"], trigger=_span(Span, text, trigger), arguments=tuple(arguments)
    )
    return Document(
        id=record["id"],
        text=text,
        actors=tuple(
            Actor(type=sectors.get(name, "-"), mentions=tuple(mentions), name=name)
            for name, mentions in named.items()
        ),
        events=(event,) if event else (),
    )


def _listed(side: Any) -> list[dict[str, str]]:
    """The actors of a side, which may be missing or a mere string."""
    return side if isinstance(side, list) else []


def _unmarked(markup: str) -> tuple[str, list[tuple[str, tuple[int, int]]]]:
    """The text without its marks, and what was marked; a mark ends at its own bracket."""
    text, found, open_marks = "", [], []
    at = depth = 0
    while at < len(markup):
        mark = _MARK.match(markup, at)
        if mark:
            open_marks.append((mark.group(1), len(text), depth))
            depth += 1
            at = mark.end()
            continue
        letter = markup[at]
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == ")" and open_marks and open_marks[-1][2] == depth:
            kind, start, _ = open_marks.pop()
            if len(text) > start:
                found.append((kind, (start, len(text))))
        else:
            text += letter
        at += 1
    return text, sorted(found, key=lambda each: each[1])


# --- TextEE -------------------------------------------------------------------------------------


def _textee(folder: Path) -> Iterator[Collection]:
    file = folder / "demo_output.json"
    lines = file.read_text("utf-8").splitlines()
    documents = tuple(_textee_window(json.loads(line)) for line in lines if line)
    yield Collection("textee", documents, {"textee": file})


def _textee_window(window: dict[str, Any]) -> Document:
    text, at = window["text"], 0
    known = []
    for token in window["tokens"]:
        at = text.index(token, at)
        known.append([at, at + len(token)])
        at += len(token)

    def place(one: dict[str, Any]) -> Places:
        found = known[one["start"]][0], known[one["end"] - 1][1]
        if found != (one["offset_start"], one["offset_end"]):
            raise ValueError(f"{one['text']!r} does not stand at {found}")
        return (found,)

    events = tuple(
        Event(
            type=event["event_type"],
            trigger=_span(Span, text, place(event["trigger"])),
            arguments=tuple(
                _span(Argument, text, place(one), role=one["role"]) for one in event["arguments"]
            ),
        )
        for event in window["event_mentions"]
    )
    meta = {"tokens": known, "doc_id": window["doc_id"], "wnd_id": window["wnd_id"]}
    return Document(
        id=f"{window['doc_id']} {window['wnd_id']}", text=text, events=events, meta=meta
    )


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
