"""PARC 3: attributions on the words of a parsed article, an XML file each.

A text is laid out by the words' byte counts where these fit the words, else with a space between
words. What kind a quote is follows from its quotation marks.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from ..errors import InputError
from ..model import Document, Pieces, Quote, Span
from .base import Format, Ledger, Located, Refuse, Sample, each, span
from .marks import kind_of
from .markup import Tree, needed
from .tokens import Grid, laid

_ROLES = ("source", "cue", "content")
_ESCAPES = {"-LRB-": "(", "-RRB-": ")", "-LCB-": "{", "-RCB-": "}", "-LSB-": "[", "-RSB-": "]"}


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        first = next(iter(sorted(sample.path.rglob("*.xml"))), None)
        return first is not None and _recognises(Sample(first))
    return sample.name.endswith(".xml") and "<WORD " in sample.text


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    return each(files, _document, ledger, refuse)


def _document(file: Path, ledger: Ledger) -> Document:
    tree = Tree(file)
    sentences: list[list[Element]] = [
        list(sentence.iter("WORD")) for sentence in tree.root.iter("SENTENCE")
    ] or [list(tree.root.iter("WORD"))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise InputError(f"{file}: no <WORD>; expected a parsed article")
    grid = _grid(tree, sentences)
    parts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, word in enumerate(words):
        for attribution in word.iter("attribution"):
            key = needed(tree, attribution, "id")
            parts[key]
            for role in attribution.iter("attributionRole"):
                parts[key][needed(tree, role, "roleValue").lower()].append(i)
    quotes = tuple(_quotes(file, parts, grid, ledger))
    return Document(id=file.stem, text=grid.text, quotes=quotes, meta=grid.meta)


def _quotes(file: Path, parts: Any, grid: Grid, ledger: Ledger) -> Iterator[Quote]:
    for key, roles in parts.items():
        where = f"{file}: {key}"
        ledger.take("quotes")
        for role in ("source", "cue"):
            ledger.take(f"{role}s", int(bool(roles.get(role))))
        for role in roles.keys() - set(_ROLES):
            ledger.drop("roles", f"{role}: no place in the data model", where)
        if not roles.get("content"):
            ledger.lose("quotes", "without a content", where)
            for role in ("source", "cue"):
                ledger.lose(f"{role}s", "its quote is lost", where, int(bool(roles.get(role))))
            continue
        spans = {
            role: span(Span, grid.text, _runs(roles[role], grid))
            for role in _ROLES
            if roles.get(role)
        }
        yield Quote(
            content=spans["content"],
            kind=kind_of(grid.text, spans["content"]),
            source=spans.get("source"),
            cue=spans.get("cue"),
            unknown_source="source" not in spans,
        )


def _runs(words: Sequence[int], grid: Grid) -> Pieces:
    runs: list[tuple[int, int]] = []
    last = -2
    for i in sorted(set(words)):
        start, end = grid.places[i] or (0, 0)
        if i == last + 1:
            runs[-1] = runs[-1][0], end
        else:
            runs.append((start, end))
        last = i
    return tuple(runs)


def _grid(tree: Tree, sentences: Sequence[Sequence[Element]]) -> Grid:
    strings = [
        [_ESCAPES.get(text, text) for word in sentence
         for text in ["".join(needed(tree, word, "text").split()) or "_"]]
        for sentence in sentences
    ]  # fmt: skip
    plain = laid(strings)
    counts = [word.get("ByteCount", "").split(",") for sentence in sentences for word in sentence]
    if not all(len(one) == 2 and one[0].isdigit() and one[1].isdigit() for one in counts):
        return plain
    bounds = [(int(start), int(end)) for start, end in counts]
    flat = [text for sentence in strings for text in sentence]
    first = bounds[0][0]
    text, at = "", first
    places: list[tuple[int, int] | None] = []
    for string, (start, end) in zip(flat, bounds, strict=True):
        if start < at or end - start != len(string) or start - at > 200:
            return plain
        text += " " * (start - at) + string
        places.append((start - first, end - first))
        at = end
    return Grid(text, places, plain.sentences)


FORMAT = Format(
    name="parc",
    explains="PARC 3 XML: attributions on words, a file or a folder",
    layers=("quotes",),
    recognises=_recognises,
    read=_read,
)
