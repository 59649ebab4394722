"""LitBank: entities, events, coreference and quotations of novels, as its folders hold them.

The whole corpus or one of ``entities/brat``, ``events/brat``, ``coref/tsv`` and ``quotations/tsv``
is read; of the whole the actors are those of coreference. A mention that only a copula or an
apposition joins to another is an actor of its own. LitBank says who speaks by an actor: the source
of a quote is that actor's mention nearest to it, outside of it; there are no cues.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..model import Actor, Document, Event, Level, Mention, Quote, Span
from ..paths import read_text
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, span
from .brat_rows import read_rows
from .tokens import Grid

_PARTS = ("coref/tsv", "entities/brat", "events/brat", "quotations/tsv")
_LEVELS: Mapping[str, Level] = {"PROP": "NAM", "NOM": "NOM", "PRON": "PRO"}


def _part(path: Path) -> str:
    """Which part of the corpus a folder is; empty for the whole."""
    place = "/".join(path.resolve().parts[-2:])
    return place if place in _PARTS else ""


def _recognises(sample: Sample) -> bool:
    if not sample.is_dir:
        return False
    if _part(sample.path):
        first = next(iter(sorted(sample.path.glob("*.ann"))), None)
        return first is not None and _is_own(first, _part(sample.path))
    return sum((sample.path / part).is_dir() for part in _PARTS) > 1


def _is_own(file: Path, part: str) -> bool:
    """Whether a file is of this part, and not of another corpus in folders of these names."""
    text = Sample(file).text
    if part.endswith("tsv"):
        return not text.strip() or text.startswith(("MENTION\t", "COREF\t", "QUOTE\t", "ATTRIB\t"))
    types = {line.split("\t")[1].split(" ")[0] for line in text.split("\n")[:-1] if "\t" in line}
    return types <= {"EVENT"} or (part.startswith("entities") and types <= _ENTITIES)


_ENTITIES = {"PER", "FAC", "LOC", "GPE", "VEH", "ORG"}


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    own = _part(path)
    root = path.parent.parent if own else path
    parts = [own] if own else [part for part in _PARTS if (root / part).is_dir()]
    names = sorted({file.stem for part in parts for file in (root / part).glob("*.ann")})
    for name in names:
        files = {part: root / part / f"{name}.ann" for part in parts}
        there = {part: file for part, file in files.items() if file.is_file()}
        try:
            yield _document(name, there, root, ledger)
        except InputError as error:
            refuse(str(error))
            ledger.drop("documents", "cannot be read", name)


def _document(name: str, files: Mapping[str, Path], root: Path, ledger: Ledger) -> Located:
    first = next(iter(files.values()))
    text = read_text(first.with_suffix(".txt"))
    for file in files.values():
        if read_text(file.with_suffix(".txt")) != text:
            raise InputError(f"{file.with_suffix('.txt')}: another text than {first.parent} has")
    grid = _grid(text)
    layers: dict[str, Any] = {}
    if "coref/tsv" in files:
        layers["actors"] = _actors(files["coref/tsv"], grid, ledger)
    if "entities/brat" in files:
        if "coref/tsv" in files:
            number = sum(1 for row in _rows(files["entities/brat"]) if row[0][:1] == "T")
            why = "coreference is read of the whole corpus; entities/brat by itself has them"
            ledger.drop("entities", why, str(files["entities/brat"]), number)
        else:
            layers["actors"] = _entities(files["entities/brat"], text, ledger)
    if "events/brat" in files:
        layers["events"] = _events(files["events/brat"], text, ledger)
    if "quotations/tsv" in files:
        beside = root / "coref" / "tsv" / f"{name}.ann"
        speakers = dict(_named_actors(beside, grid, Ledger())) if beside.is_file() else {}
        layers["quotes"] = _quotes(files["quotations/tsv"], grid, speakers, ledger)
    ledger.take("documents")
    made = {layer: tuple(items) for layer, items in layers.items()}
    return Located(Document(id=name, text=text, **made, meta=grid.meta), first)


def _grid(text: str) -> Grid:
    """A sentence a line, tokens by spaces; lines without a token count as sentences here."""
    places: list[tuple[int, int] | None] = []
    bounds, at = [], 0
    for line in text.split("\n"):
        first = len(places)
        start = at
        for word in line.split():
            start = text.index(word, start)
            places.append((start, start + len(word)))
            start += len(word)
        bounds.append((first, len(places)))
        at += len(line) + 1
    return Grid(text, places, [one for one in bounds if one[0] < one[1]])


def _rows(file: Path) -> Iterator[list[str]]:
    for line in read_text(file).split("\n"):
        if line.strip():
            yield line.rstrip("\r").split("\t")


def _lines(text: str) -> list[int]:
    """The first token of each line of a text."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line.split()))
    return starts


def _between(
    item: str, grid: Grid, starts: list[int], row: list[str], ledger: Ledger, where: str
) -> tuple[int, int] | None:
    """What columns of a sentence and a token, twice, the last included, say."""
    try:
        first, start, last, end = (int(value) for value in row[:4])
    except ValueError:
        raise InputError(f"{where}: {row[:4]}; expected four numbers") from None
    if not (0 <= first < len(starts) - 1 and 0 <= last < len(starts) - 1):
        ledger.lose(item, "in a sentence that there is not", where)
        return None
    surface = row[4] if len(row) > 4 else None
    tokens = starts[first] + start, starts[last] + end + 1
    return grid.between(item, *tokens, surface, ledger, where)


def _actors(file: Path, grid: Grid, ledger: Ledger) -> list[Actor]:
    return [actor for _, actor in _named_actors(file, grid, ledger)]


def _named_actors(file: Path, grid: Grid, ledger: Ledger) -> Iterator[tuple[str, Actor]]:
    rows = list(_rows(file))
    cluster = {row[1]: row[2] for row in rows if row[0] == "COREF" and len(row) > 2}
    starts = _lines(grid.text)
    found: dict[str, list[tuple[str, Mention]]] = defaultdict(list)
    known = {row[1] for row in rows if row[0] == "MENTION"}
    clusters = set(cluster.values())
    for number, row in enumerate(rows, 1):
        where = f"{file}:{number}"
        if row[0] == "MENTION":
            if len(row) < 9:
                raise InputError(f"{where}: {len(row)} columns; expected 9")
            ledger.take("mentions")
            place = _between("mentions", grid, starts, row[2:7], ledger, where)
            if place is not None:
                made = span(Mention, grid.text, (place,), level=_LEVELS.get(row[8]))
                found[cluster.get(row[1], row[1])].append((row[7], made))
        elif row[0] in ("COP", "APPOS"):
            ledger.drop("relations", f"{row[0]}: no place in the data model", where)
        elif row[0] != "COREF" or row[1] not in known:
            ledger.drop("rows", "of no known kind, or about no mention", where)
    for name, members in found.items():
        kinds = {kind for kind, _ in members}
        if len(kinds) > 1:
            why = "an actor has several; the first is taken"
            ledger.lose("types", why, f"{file}: {name}", len(kinds) - 1)
        ledger.take("actors")
        mentions = tuple(mention for _, mention in members)
        known_as = name if name in clusters else None
        yield name, Actor(type=members[0][0], mentions=mentions, name=known_as)


def _checked(
    file: Path, text: str, item: str, ledger: Ledger
) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    rows = read_rows(read_text(file))
    for fault in rows.faults:
        raise InputError(f"{file}:{fault.line}: {fault.message}")
    anchor = Anchor(text, ledger)
    for key, row in rows.spans.items():
        ledger.take(item)
        pieces = anchor.pieces(item, row.pieces, row.text, f"{file}:{row.line}: {key}")
        if pieces is not None:
            yield row.type, pieces


def _entities(file: Path, text: str, ledger: Ledger) -> list[Actor]:
    found = list(_checked(file, text, "mentions", ledger))
    ledger.take("actors", len(found))
    return [Actor(type=kind, mentions=(span(Mention, text, pieces),)) for kind, pieces in found]


def _events(file: Path, text: str, ledger: Ledger) -> list[Event]:
    found = _checked(file, text, "events", ledger)
    return [Event(type=kind, trigger=span(Span, text, pieces)) for kind, pieces in found]


def _quotes(file: Path, grid: Grid, speakers: Mapping[str, Actor], ledger: Ledger) -> list[Quote]:
    rows = list(_rows(file))
    speaker = {row[1]: row[2] for row in rows if row[0] == "ATTRIB" and len(row) > 2}
    ledger.take("sources", sum(row[0] == "ATTRIB" for row in rows))
    quoted = {row[1] for row in rows if row[0] == "QUOTE"}
    for key in [row[1] for row in rows if row[0] == "ATTRIB" and row[1] not in quoted]:
        ledger.lose("sources", "of a quote that is not there", f"{file}: {key}")
    starts = _lines(grid.text)
    made = []
    for number, row in enumerate(rows, 1):
        where = f"{file}:{number}"
        if row[0] != "QUOTE":
            continue
        ledger.take("quotes")
        place = _between("quotes", grid, starts, row[2:7], ledger, where)
        named = speaker.get(row[1])
        if place is None:
            ledger.lose("sources", "its quote is lost", where, int(named is not None))
            continue
        source = _nearest(speakers.get(named or ""), place)
        if named is not None and source is None:
            ledger.lose("sources", "the speaker has no mention outside the quote", where)
        made.append(
            Quote(
                content=span(Span, grid.text, (place,)),
                kind="direct",
                source=source and span(Span, grid.text, (source,)),
                unknown_source=source is None,
            )
        )
    return made


def _nearest(speaker: Actor | None, place: tuple[int, int]) -> tuple[int, int] | None:
    """The mention of a speaker that is nearest to a place, outside of it."""
    start, end = place
    mentions = speaker.mentions if speaker else ()
    spots = [one.pieces[0] for one in mentions]
    outside = [(max(start - b, a - end), a, b) for a, b in spots if b <= start or a >= end]
    return min(outside)[1:] if outside else None


FORMAT = Format(
    name="litbank",
    explains="LitBank: the folder of the corpus, or of one of its layers",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    ontology="litbank",
    lacks=("types", "kinds"),
)
