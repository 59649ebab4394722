r"""PDNC: the quotations of novels, a folder each with their texts.

Offsets count characters once line ends are ``\\n``. A quote in several parts is discontinuous; its
source is the name of the speaker, a string, since the corpus does not say where it stands. Names
inside quotes are mentions of the characters.
"""

import ast
import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..model import Actor, Document, Mention, Quote, Span
from ..paths import read_text
from .anchoring import Anchor
from .base import Format, Ledger, Located, Refuse, Sample, each, span

_QUOTES, _TEXT = "quotation_info.csv", "novel_text.txt"
_UNKNOWN = {"", "_unknowable", "unknown", "unknowable", "none", "nan"}


def _folders(path: Path) -> list[Path]:
    if path.is_file():
        return [path.parent]
    if (path / _QUOTES).is_file():
        return [path]
    return sorted(file.parent for file in path.rglob(_QUOTES))


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return bool(_folders(sample.path))
    return sample.path.name in (_QUOTES, "quotation_info.csv.gz")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    for one in each(_folders(path), _document, ledger, refuse):
        yield one._replace(file=one.file / _QUOTES)


def _document(folder: Path, ledger: Ledger) -> Document:
    text = read_text(folder / _TEXT).replace("\r\n", "\n")
    file = folder / _QUOTES
    rows = csv.DictReader(io.StringIO(read_text(file).removeprefix("\ufeff"), newline=""))
    missing = {"quoteID", "quoteByteSpans", "speaker"} - set(rows.fieldnames or ())
    if missing:
        raise InputError(f"{file}: no column {', '.join(sorted(missing))}; expected PDNC's columns")
    reading = _Reading(file, Anchor(text, ledger), ledger)
    quotes = []
    for row in rows:
        where = f"{file}:{rows.line_num}"
        made = reading.quote(row, where)
        if made is not None:
            quotes.append(made)
        reading.mentions(row, where)
    return Document(id=folder.name, text=text, actors=reading.actors(), quotes=tuple(quotes))


class _Reading:
    def __init__(self, file: Path, anchor: Anchor, ledger: Ledger) -> None:
        self.file = file
        self.anchor = anchor
        self.ledger = ledger
        self.found: dict[str, list[Mention]] = defaultdict(list)

    def literal(self, row: Mapping[str, Any], name: str, where: str) -> Any:
        """A column that holds a list as Python would print it."""
        given = row.get(name) or "[]"
        try:
            return ast.literal_eval(given)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            message = f"{where}: {name} is {given[:40]!r}; expected a list"
            raise InputError(message) from None

    def pairs(self, given: Any, where: str) -> list[tuple[int, int]]:
        try:
            return [(int(start), int(end)) for start, end in given]
        except (TypeError, ValueError):
            raise InputError(f"{where}: {given!r}; expected pairs of numbers") from None

    def quote(self, row: Mapping[str, Any], where: str) -> Quote | None:
        speaker = (row.get("speaker") or "").strip()
        known = speaker.lower() not in _UNKNOWN
        self.ledger.take("quotes")
        self.ledger.take("sources", int(known))
        pieces = self.pairs(self.literal(row, "quoteByteSpans", where), where)
        parts = self.literal(row, "subQuotationList", where)
        found = self.pieces(pieces, parts, where) if pieces else None
        if found is None:
            if not pieces:
                self.ledger.lose("quotes", "without a place", where)
            self.ledger.lose("sources", "its quote is lost", where, int(known))
            return None
        for name in ("addressee", "referringExpression"):
            if row.get(name) not in (None, "", "[]"):
                self.ledger.drop(name, "no place in the data model", where)
        return Quote(
            content=span(Span, self.anchor.text, found),
            kind="direct",
            source=Span(text=speaker) if known else None,
            unknown_source=not known,
        )

    def pieces(
        self, pieces: list[tuple[int, int]], parts: Any, where: str
    ) -> tuple[tuple[int, int], ...] | None:
        if not isinstance(parts, list) or len(parts) != len(pieces):
            return self.anchor.pieces("quotes", pieces, None, where)
        trial = Ledger()
        anchor = self.anchor
        found = []
        for (start, end), part in zip(pieces, parts, strict=True):
            place = Anchor(anchor.text, trial).place("quotes", start, end, str(part), where)
            if place is None:
                self.ledger.lose("quotes", "the text does not read what is said to be there", where)
                return None
            found.append(place)
        if trial.moved:
            self.ledger.move("quotes", "found near its offsets", where)
        found.sort()
        apart = all(a[1] <= b[0] for a, b in pairwise(found))
        if not apart:
            self.ledger.lose("quotes", "its parts overlap", where)
        return tuple(found) if apart else None

    def mentions(self, row: Mapping[str, Any], where: str) -> None:
        """The names in the parts of a quote: lists of texts, places and characters, a part each."""
        names = ("mentionTextsList", "mentionSpansList", "mentionEntitiesList")
        texts, spans, entities = (self.literal(row, name, where) for name in names)
        for group in zip(texts, spans, entities, strict=False):
            for text, place, whom in zip(*map(_list, group), strict=False):
                self.ledger.take("mentions")
                pairs = self.pairs([place], where)
                found = self.anchor.place("mentions", *pairs[0], str(text), where)
                who = whom if isinstance(whom, list) else [whom]
                if found is None:
                    continue
                if len(who) != 1:
                    self.ledger.lose("mentions", "of several characters, or of none", where)
                    continue
                self.found[str(who[0])].append(span(Mention, self.anchor.text, (found,)))

    def actors(self) -> tuple[Actor, ...]:
        self.ledger.take("actors", len(self.found))
        return tuple(
            Actor(type="PER", mentions=tuple(mentions), name=name)
            for name, mentions in self.found.items()
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


FORMAT = Format(
    name="pdnc",
    explains="PDNC: folders of novels with quotation_info.csv and novel_text.txt",
    layers=("actors", "quotes"),
    recognises=_recognises,
    read=_read,
    lacks=("kinds",),
)
