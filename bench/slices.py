"""What counts can be split by: properties of items that the documents give.

Lengths and distances are in words, the runs of characters without white space. A section is what
the document says it is (``meta["section"]``, or ``meta["sections"]`` as ``[start, end, name]``),
else ``headline`` for the first line, ``lead`` for the first paragraph under it, and ``body``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np

from .errors import InputError
from .items import NONE, Column, Ints, Table, Vocabulary
from .model import Document

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]*\S[^\n]*")

_LENGTHS = {1: "1", 2: "2", 3: "3-5", 6: "6-10", 11: "11-20", 21: "21+"}
_DISTANCES = {0: "0", 1: "1-2", 3: "3-5", 6: "6-10", 11: "11-20", 21: "21+"}
"""The least value of each bucket, and its name."""

DECLARED: Mapping[str, tuple[str, ...]] = {
    "polarity": ("positive", "negative"),
    "level": ("NAM", "NOM", "PRO"),
    "kind": ("direct", "indirect", "mixed"),
    "realis": ("actual", "generic", "other"),
    "length": tuple(_LENGTHS.values()),
    "distance": tuple(_DISTANCES.values()),
    "section": (),
}
"""The labels that are always shown, whether they occur or not; others follow."""


class Slicer:
    """Some documents, and what their items are split by.

    Args:
        documents: The units, with their texts.
        vocabulary: What codes mean.
    """

    def __init__(self, documents: Sequence[Document], vocabulary: Vocabulary) -> None:
        self._documents = documents
        self._vocabulary = vocabulary
        self._width = 1 + max((len(document.text or "") for document in documents), default=0)

    def added_to(self, tables: Mapping[str, Table]) -> dict[str, Table]:
        """The tables with the columns ``length``, ``section`` and ``distance``, as labels."""
        made = dict(tables)
        for name, table in tables.items():
            if "span" in table.columns:
                columns: dict[str, Column] = {
                    "length": partial(self._length, table),
                    "section": partial(self._section, table),
                }
                far = {"arguments": "trigger", "quotes": "source"}.get(name)
                if far is not None:
                    columns["distance"] = partial(self._distance, table, far)
                made[name] = table.having(columns)
        return made

    def _length(self, table: Table) -> Ints:
        start, end = (self._places(table.unit, table[name]) for name in ("start", "end"))
        number = self._words_before(end, 0) - self._words_before(start, 1)
        for i in np.flatnonzero(table["span"] < 0).tolist():
            pieces = self._vocabulary.pieces(int(table["span"][i]))
            text = self._documents[table.unit[i]].text or ""
            number[i] = sum(len(text[first:last].split()) for first, last in pieces)
        return self._buckets(_LENGTHS, np.maximum(number, 1))

    def _distance(self, table: Table, far: str) -> Ints:
        bounds = [self._vocabulary.pieces(code) for code in table[far].tolist()]
        start = np.array([pieces[0][0] if pieces else NONE for pieces in bounds], dtype=np.int64)
        end = np.array([pieces[-1][1] if pieces else NONE for pieces in bounds], dtype=np.int64)
        low = self._places(table.unit, np.minimum(end, table["end"]))
        high = self._places(table.unit, np.maximum(start, table["start"]))
        between = self._words_before(high, 0) - self._words_before(low, 0)
        codes = self._buckets(_DISTANCES, np.maximum(between, 0))
        return np.where((start < 0) | (table["start"] < 0), NONE, codes)

    def _section(self, table: Table) -> Ints:
        found: list[str] = []
        for unit, start in zip(table.unit.tolist(), table["start"].tolist(), strict=True):
            parts = self._sections[unit]
            found.append(next((name for first, end, name in parts if first <= start < end), "none"))
        return self._vocabulary.codes(found)

    def _places(self, unit: Ints, at: Ints) -> Ints:
        """Places in the texts one after the other."""
        return unit * self._width + at

    def _words_before(self, places: Ints, side: int) -> Ints:
        """How many words begin (or, for side 1, end) before or at some places."""
        return np.searchsorted(self._words[side], places, side="right" if side else "left")

    @cached_property
    def _words(self) -> tuple[Ints, Ints]:
        """Where the words of all texts begin and end."""
        spans = [
            (i * self._width + word.start(), i * self._width + word.end())
            for i, document in enumerate(self._documents)
            for word in _WORD.finditer(document.text or "")
        ]
        bounds = np.array(spans, dtype=np.int64).reshape(-1, 2)
        return bounds[:, 0], bounds[:, 1]

    @cached_property
    def _sections(self) -> list[list[tuple[int, int, str]]]:
        return [list(_sections(document)) for document in self._documents]

    def _buckets(self, names: Mapping[int, str], values: Ints) -> Ints:
        codes = self._vocabulary.codes(list(names.values()))
        return codes[np.searchsorted(list(names), values, side="right") - 1]


def _sections(document: Document) -> Iterator[tuple[int, int, str]]:
    """The sections of a document: first character, one past the last one, name.

    Raises:
        InputError: Its ``meta`` describes them in some other way.
    """
    text = document.text or ""
    known = document.meta.get("sections")
    if known is not None:
        try:
            yield from ((int(start), int(end), str(name)) for start, end, name in known)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"document {document.id!r}: $.meta.sections is expected to be a list of "
                "[start, end, name]"
            ) from error
    elif "section" in document.meta:
        yield 0, len(text), str(document.meta["section"])
    else:
        lines = [line.span() for line in _LINE.finditer(text)]
        bounds = [0, *(end for _, end in lines[:2]), len(text)]
        names = ("headline", "lead", "body") if len(lines) > 1 else ("body",) * 3
        yield from zip(bounds, bounds[1:], names, strict=False)
