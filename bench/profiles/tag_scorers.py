"""seqeval, in its lenient and its strict mode, and seqscore: chunks read from rows of tags.

`tags` says where the tags come from. The three agree on valid BIO; of an ``I-`` that continues
nothing, seqeval makes a chunk by default, strict seqeval makes none, and seqscore refuses it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter

from ..errors import InputError
from ..model import Document
from .base import Figure, Profile, Quirk, divided, harmonic
from .tags import Row, pages

Chunk = tuple[str, int, int]
"""A type, the first token and the last, counted through the whole corpus."""
_Reader = Callable[[Iterable[Row]], set[Chunk]]
_Parts = Callable[[str], tuple[str, str]]
_Sides = tuple[Sequence[Document], Sequence[Document]]

_CACHED = 1 << 14
_type = itemgetter(0)


def _chunks_of_both(
    sides: _Sides, read: _Reader, parts: _Parts, scorer: str
) -> tuple[set[Chunk], set[Chunk]]:
    """The chunks of gold and predictions.

    Args:
        sides: Both.
        read: How the scorer reads chunks from rows of tags.
        parts: How it reads a tag.
        scorer: What it is called.
    """
    found = pages(*sides, scorer)
    if not all(page.plain for page in found):
        rows = [row for page in found for row in page.rows()]
        return read(row for row, _ in rows), read(row for _, row in rows)
    bases = list(accumulate((page.length for page in found), initial=0))
    types = {kind for page in found for side in page.chunks for _, _, kind in side}
    kinds = {kind: parts(f"B-{kind}")[1] for kind in types}
    gold, predicted = (
        {
            (kinds[kind], base + first, base + last)
            for base, page in zip(bases, found, strict=False)
            for first, last, kind in page.chunks[side]
        }
        for side in (0, 1)
    )
    return gold, predicted


def _flat(rows: Iterable[Row]) -> tuple[Row, list[int]]:
    """All tags, an O after each sentence so that no chunk crosses them; and where they are not O.

    The reading then takes time by what is marked, not by the length of the text.
    """
    tags: Row = []
    for row in rows:
        tags += row
        tags.append("O")
    return tags, [i for i, tag in enumerate(tags) if tag != "O"]


# --- seqeval, lenient ---------------------------------------------------------------------------


@lru_cache(_CACHED)
def _lenient_parts(tag: str) -> tuple[str, str]:
    """The letter and the type; the row begins as if after an O whose type is empty."""
    return (tag[0], tag[1:].split("-", maxsplit=1)[-1] or "_") if tag else ("O", "")


@lru_cache(_CACHED)
def _lenient_step(before: str, tag: str) -> tuple[bool, bool, str]:
    """Whether a chunk ends between two tags, whether one begins, and the type before."""
    (letter_before, type_before), (letter, kind) = _lenient_parts(before), _lenient_parts(tag)
    other = type_before != kind
    ends = (
        letter_before in "ES"
        or (letter_before in "BI" and letter in "BSO")
        or (letter_before not in "O." and other)
    )
    begins = (
        letter in "BS"
        or (letter_before in "ESO" and letter in "EI")
        or (letter not in "O." and other)
    )
    return ends, begins, type_before


def lenient_chunks(rows: Iterable[Row]) -> set[Chunk]:
    """The chunks of IOB, IOE or IOBES tags, valid or not.

    >>> sorted(lenient_chunks([["I-PER", "I-PER", "I-ORG"], ["B-PER"]]))
    [('ORG', 2, 2), ('PER', 0, 1), ('PER', 4, 4)]
    """
    tags, marked = _flat(rows)
    found, begin = set(), 0
    for at in marked:
        tag = tags[at]
        ends, begins, kind = _lenient_step(tags[at - 1] if at else "", tag)
        if ends:
            found.add((kind, begin, at - 1))
        if begins:
            begin = at
        if tags[at + 1] == "O":
            ends, _, kind = _lenient_step(tag, "O")
            if ends:
                found.add((kind, begin, at))
    return found


# --- chunks that begin with a B: seqeval, strict, and seqscore ----------------------------------


@lru_cache(_CACHED)
def _strict_parts(tag: str) -> tuple[str, str]:
    if tag[0] not in "BIO":
        raise InputError(f"seqeval-strict reads IOB2 tags; {tag!r} begins with none of B, I, O")
    return tag[0], tag[1:].strip("-") or "_"


@lru_cache(_CACHED)
def _seqscore_parts(tag: str) -> tuple[str, str]:
    letter, _, kind = tag.partition("-")
    if letter not in ("B", "I") or not kind:
        raise InputError(f"seqscore refuses the tag {tag!r}; expected O, B-TYPE or I-TYPE")
    return letter, kind


def _begun(rows: Iterable[Row], parts: _Parts, stray: Callable[[str, str], None]) -> set[Chunk]:
    """The chunks of a B and what continues it; ``stray`` hears of an I that continues nothing."""
    tags, marked = _flat(rows)
    found: set[Chunk] = set()
    open_kind, begin, last = None, 0, -1
    for at in marked:
        letter, kind = parts(tags[at])
        if letter == "I" and kind == open_kind and last == at - 1:
            last = at
            continue
        if open_kind is not None:
            found.add((open_kind, begin, last))
            open_kind = None
        if letter == "B":
            open_kind, begin, last = kind, at, at
        elif letter == "I":
            stray(tags[at - 1] if at else "O", tags[at])
    if open_kind is not None:
        found.add((open_kind, begin, last))
    return found


def strict_chunks(rows: Iterable[Row]) -> set[Chunk]:
    """The chunks of IOB2 that begin with a B; whatever continues nothing is passed over.

    >>> sorted(strict_chunks([["B-PER", "I-PER", "I-ORG"], ["I-PER"]]))
    [('PER', 0, 1)]
    """
    return _begun(rows, _strict_parts, lambda _before, _tag: None)


def valid_chunks(rows: Iterable[Row]) -> set[Chunk]:
    """The chunks of valid BIO.

    Raises:
        InputError: The tags are not valid.

    >>> sorted(valid_chunks([["B-PER", "I-PER", "B-PER"]]))
    [('PER', 0, 1), ('PER', 2, 2)]
    """
    return _begun(rows, _seqscore_parts, _refuse)


def _refuse(before: str, tag: str) -> None:
    raise InputError(
        f"seqscore refuses {before} followed by {tag}; "
        "repair the tags, or use a scorer that reads them as they are"
    )


# --- figures ------------------------------------------------------------------------------------


def _counts(gold: set[Chunk], predicted: set[Chunk]) -> dict[str, tuple[int, int, int]]:
    """How many are correct, predicted and gold, by type."""
    correct, found, known = (
        Counter(map(_type, chunks)) for chunks in (gold & predicted, predicted, gold)
    )
    return {t: (correct[t], found[t], known[t]) for t in sorted(known.keys() | found.keys())}


def _values(correct: int, found: int, known: int) -> tuple[float, float, float]:
    precision, recall = divided(correct, found), divided(correct, known)
    return precision, recall, harmonic(precision, recall)


def _two_digits(name: str, values: tuple[float, float, float]) -> Figure:
    first, second, third = (f"{value:.2f}" for value in values)
    return Figure(name, *values, (first, second, third))


def _seqeval(scorer: str, read: _Reader, parts: _Parts) -> Callable[..., list[Figure]]:
    def score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
        counts = _counts(*_chunks_of_both((gold, predicted), read, parts, scorer))
        figures = [_two_digits(kind, _values(*count)) for kind, count in counts.items()]
        correct, found, known = (sum(count[i] for count in counts.values()) for i in range(3))
        micro = _two_digits("micro avg", _values(correct, found, known))
        if not counts:
            return [micro]
        return [*figures, micro, *_averages(figures, [known for _, _, known in counts.values()])]

    return score


def _averages(figures: Sequence[Figure], support: Sequence[int]) -> list[Figure]:
    import numpy as np

    columns = [np.array([figure[i] for figure in figures]) for i in (1, 2, 3)]
    macro = [float(np.average(column)) for column in columns]
    weighted = (
        [float(np.average(column, weights=support)) for column in columns]
        if any(support)
        else [0.0] * 3
    )
    return [
        _two_digits("macro avg", (macro[0], macro[1], macro[2])),
        _two_digits("weighted avg", (weighted[0], weighted[1], weighted[2])),
    ]


def _seqscore(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    sides = (gold, predicted)
    counts = _counts(*_chunks_of_both(sides, valid_chunks, _seqscore_parts, "seqscore"))
    total = tuple(sum(count[i] for count in counts.values()) for i in range(3))
    figures = []
    for name, count in [("ALL", total), *counts.items()]:
        values = _values(*count)
        first, second, third = (_percent(value) for value in values)
        figures.append(Figure(name, *values, (first, second, third)))
    return figures


def _percent(value: float) -> str:
    return str((Decimal(value) * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


# --- the profiles -------------------------------------------------------------------------------


def _tagged(*tags: str) -> tuple[Document, ...]:
    return (Document(id="d", meta={"tags": list(tags)}),)


_NONE = ("0.00", "0.00", "0.00")
_ALL = ("1.00", "1.00", "1.00")

SEQEVAL = Profile(
    name="seqeval",
    original="seqeval 1.2.2 (PyPI), default mode",
    layer="actors",
    explains="chunks of tags with equal place and type; any tag may begin one",
    score=_seqeval("seqeval", lenient_chunks, _lenient_parts),
    quirks=(
        Quirk(
            what="An I- after O begins a chunk",
            gold=_tagged("B-PER", "I-PER"),
            predicted=_tagged("I-PER", "I-PER"),
            shown={"micro avg": _ALL},
        ),
        Quirk(
            what="An I- of another type is a chunk of its own, here a false positive",
            gold=_tagged("B-PER", "O"),
            predicted=_tagged("B-PER", "I-LOC"),
            shown={"micro avg": ("0.50", "1.00", "0.67")},
        ),
        Quirk(
            what="A type that only the prediction has counts as 0 in the macro average",
            gold=_tagged("B-PER", "O"),
            predicted=_tagged("B-PER", "B-LOC"),
            shown={"macro avg": ("0.50", "0.50", "0.50"), "weighted avg": _ALL},
        ),
    ),
)

SEQEVAL_STRICT = Profile(
    name="seqeval-strict",
    original="seqeval 1.2.2 (PyPI), mode='strict', scheme=IOB2",
    layer="actors",
    explains="chunks of tags with equal place and type; only a B- begins one",
    score=_seqeval("seqeval-strict", strict_chunks, _strict_parts),
    quirks=(
        Quirk(
            what="Tags that begin with an I- are no chunk, not even a wrong one",
            gold=_tagged("B-PER", "I-PER"),
            predicted=_tagged("I-PER", "I-PER"),
            shown={"micro avg": _NONE},
        ),
        Quirk(
            what="A stray I- of another type costs nothing",
            gold=_tagged("B-PER", "O"),
            predicted=_tagged("B-PER", "I-LOC"),
            shown={"micro avg": _ALL},
        ),
    ),
)

SEQSCORE = Profile(
    name="seqscore",
    original="seqscore 0.9.0 (PyPI), BIO, without repair",
    layer="actors",
    explains="chunks of valid BIO with equal place and type",
    score=_seqscore,
    quirks=(
        Quirk(
            what="Figures are percentages rounded half up from the exact value of the float",
            gold=_tagged(*["B-PER"] * 8),
            predicted=_tagged(*["B-PER"] * 7, "O"),
            shown={"ALL": ("100.00", "87.50", "93.33")},
        ),
    ),
)
