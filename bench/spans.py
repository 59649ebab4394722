"""Spans seen as words: their heads, their strings and their tokens."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from .items import Ints, Table, Vocabulary

_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_AFTER_HEAD = frozenset(
    "of in on at to for from with by about against between among over under into during after "
    "before since until who whom whose which that where when including despite".split()
)


class Texts:
    """The texts of the units, and what spans of them hold."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._heads: dict[str, tuple[int, int]] = {}

    def texts(self, table: Table, vocabulary: Vocabulary) -> Ints:
        """The string of each span as a code: without regard to case and white space."""

        def string(unit: int, code: int) -> int:
            pieces = vocabulary.pieces(code)
            text = self._texts[unit]
            found = " ".join(text[start:end] for start, end in pieces) or vocabulary.string(code)
            return vocabulary.string_code(" ".join(found.casefold().split()))

        return _each(table, string)

    def heads(self, table: Table, vocabulary: Vocabulary) -> Ints:
        """The span of each span's head word.

        The rule: the last word before the first comma, preposition, relative pronoun or bracket
        that follows a word; of a span without words, all of it.
        """

        def head(unit: int, code: int) -> int:
            pieces = vocabulary.pieces(code)
            if not pieces:
                return code
            first = pieces[0][0]
            surface = self._texts[unit][first : pieces[0][1]]
            if surface not in self._heads:
                self._heads[surface] = head_word(surface)
            start, end = self._heads[surface]
            return (first + start) << 31 | (first + end)

        return _each(table, head)

    def tokens(self, table: Table, vocabulary: Vocabulary, key: Sequence[str]) -> Table:
        """A row for each token that some span of a unit touches; equal rows count once."""
        rows: list[int] = []
        spans: list[int] = []
        for i, (unit, code) in enumerate(
            zip(table.unit.tolist(), table["span"].tolist(), strict=True)
        ):
            for start, end in vocabulary.pieces(code):
                for token in _TOKEN.finditer(self._texts[unit], start, end):
                    rows.append(i)
                    spans.append(token.start() << 31 | token.end())
        order = np.array(rows, dtype=np.int64)
        span = np.array(spans, dtype=np.int64)
        spread = table.take(order)
        made = Table(spread.unit, {**spread.columns, "span": span})
        kept = [made[name] for name in dict.fromkeys(("span", *key))]
        together = np.stack([made.unit, *kept])
        return made.take(np.sort(np.unique(together, axis=1, return_index=True)[1]))


def head_word(surface: str) -> tuple[int, int]:
    """Where the head word of a phrase stands in it.

    >>> text = "the former president of Chile"
    >>> text[slice(*head_word(text))]
    'president'
    """
    last: tuple[int, int] | None = None
    for word in _WORD.finditer(surface):
        between = surface[last[1] : word.start()] if last else ""
        if last and (word.group().lower() in _AFTER_HEAD or re.search(r"[,;:(\[]", between)):
            break
        last = word.span()
    return last or (0, len(surface))


def _each(table: Table, of: Callable[[int, int], int]) -> Ints:
    units, codes = table.unit.tolist(), table["span"].tolist()
    found = [of(unit, code) for unit, code in zip(units, codes, strict=True)]
    return np.array(found, dtype=np.int64).reshape(len(table))
