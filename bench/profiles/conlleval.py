"""conlleval, the Perl script of the CoNLL shared tasks: two rows of tags read side by side.

`tags` says where the tags come from. A chunk is correct when it begins on both sides at one token
and ends on both at one token with the same type throughout; the script decides so while it reads,
from pairs of neighbouring tags.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from ..model import Document
from .base import Figure, Profile, Quirk, divided, harmonic
from .tags import pages

_ENDS = {*("BB BO IB IO EE EI EO".split())}
_STARTS = {*("BB IB OB OI EE EI OE".split())}
_PARTS = re.compile(r"([^-]*)-(.*)", re.DOTALL)


@lru_cache(1 << 14)
def _parts(tag: str) -> tuple[str, str]:
    """The letter and the type; Perl takes the type "0" for none."""
    match = _PARTS.fullmatch(tag)
    letter, kind = match.groups() if match else (tag, "")
    return letter, "" if kind == "0" else kind


@lru_cache(1 << 14)
def _step(before: str, tag: str) -> tuple[bool, bool, str, str]:
    """Whether a chunk ends between two tags, whether one begins, and both types."""
    (letter_before, type_before), (letter, kind) = _parts(before), _parts(tag)
    pair, other = letter_before + letter, type_before != kind
    letters = len(letter_before) == len(letter) == 1
    ends = (
        (letters and pair in _ENDS)
        or (letter_before not in ("O", ".") and other)
        or letter_before in ("[", "]")
    )
    begins = (
        (letters and pair in _STARTS)
        or (letter not in ("O", ".") and other)
        or letter in ("[", "]")
    )
    return ends, begins, type_before, kind


def _read(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """How many chunks of each type are correct, predicted and gold; and the number of tokens."""
    correct, found, known = Counter[str](), Counter[str](), Counter[str]()
    documents = pages(gold, predicted, "conlleval")
    if all(page.plain for page in documents):
        for page in documents:
            chunks, guessed = (
                {(first, last, _parts(f"B-{kind}")[1]) for first, last, kind in side}
                for side in page.chunks
            )
            correct.update(kind for _, _, kind in chunks & guessed)
            found.update(kind for _, _, kind in guessed)
            known.update(kind for _, _, kind in chunks)
        return correct, found, known, sum(page.length for page in documents)
    before, guess_before, inside, count = "O", "O", False, 0
    for tags, guesses in (row for page in documents for row in page.rows()):
        count += len(tags)
        # A boundary before a sentence reads as O on both sides; the last one is followed by none.
        for tag, guess in zip(("O", *tags), ("O", *guesses), strict=True):
            if tag == guess == before == guess_before == "O":
                continue
            ends, begins, type_before, kind = _step(before, tag)
            guess_ends, guess_begins, guess_type_before, guess_type = _step(guess_before, guess)
            if inside:
                if ends and guess_ends and type_before == guess_type_before:
                    inside = False
                    correct[type_before] += 1
                elif ends != guess_ends or kind != guess_type:
                    inside = False
            if begins:
                known[kind] += 1
                inside = inside or (guess_begins and kind == guess_type)
            if guess_begins:
                found[guess_type] += 1
            before, guess_before = tag, guess
    if inside:
        correct[_parts(before)[1]] += 1
    return correct, found, known, count


def _figure(name: str, correct: int, found: int, known: int) -> Figure:
    precision, recall = divided(100 * correct, found), divided(100 * correct, known)
    values = precision, recall, harmonic(precision, recall)
    first, second, third = (f"{value:.2f}" for value in values)
    return Figure(name, *values, (first, second, third))


def _score(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Figure]:
    correct, found, known, count = _read(gold, predicted)
    totals = correct.total(), found.total(), known.total()
    # Without a token the script prints no line for the whole.
    overall = [_figure("overall", *totals)] if count else []
    kinds = sorted(known.keys() | found.keys())
    return [*overall, *(_figure(kind, correct[kind], found[kind], known[kind]) for kind in kinds)]


def _tagged(*tags: str) -> tuple[Document, ...]:
    return (Document(id="d", meta={"tags": list(tags)}),)


CONLLEVAL = Profile(
    name="conlleval",
    original="conlleval.pl, version of 2004-01-26, as shipped with seqeval",
    layer="actors",
    explains="chunks of tags that begin and end together with one type, in percent",
    score=_score,
    quirks=(
        Quirk(
            what="An I- after O begins a chunk",
            gold=_tagged("B-PER", "I-PER"),
            predicted=_tagged("I-PER", "I-PER"),
            shown={"overall": ("100.00", "100.00", "100.00")},
        ),
        Quirk(
            what="A B- after an E- of its type begins no chunk, so that there is one and not two",
            gold=_tagged("I-PER", "E-PER", "B-PER"),
            predicted=_tagged("I-PER", "E-PER", "I-PER"),
            shown={"overall": ("0.00", "0.00", "0.00")},
        ),
        Quirk(
            what="The type 0 is no type",
            gold=_tagged("B-0", "O", "B-PER"),
            predicted=_tagged("B", "O", "B-PER"),
            shown={"overall": ("100.00", "100.00", "100.00")},
        ),
    ),
)
