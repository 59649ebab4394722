"""Text as tokens that are equal where only typography differs.

A token is a word, or a run of quotation marks, dashes or dots, or one other character. White
space and invisible characters stand between tokens and are no part of them. Words keep their
case here, apart from a `soft` form whose first letter is lower case; whether a difference of case
may be passed over depends on where the word stands, and `Tokens.begins` says that.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, compress, pairwise
from operator import gt

import numpy as np

_QUOTES = "\"'`´ʼʻ‘’‚‛“”„‟‹›«»′″‵‶「」『』〝〞〟＂＇｀\u1fef\u1ffd❛❜❝❞"
SINGLE_QUOTES = frozenset("'`´ʼʻ‘’‛′＇｀\u1fef\u1ffd❛❜")
_DASHES = "-‐‑‒–—―−⁃﹘﹣－⸺⸻"
# Scripts that write no space between words: each character is a word.
_UNSPACED = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"([^\W_ʼʻ{_UNSPACED}]+|[{_UNSPACED}]"
    rf"|[{re.escape(_QUOTES)}]+|[{re.escape(_DASHES)}]+|…[.…]*|\.[.…]+|\S)"
)
_UNSPACED_WORD = re.compile(rf"[{_UNSPACED}]")
# All else is composed already, no mark and nothing invisible is in it, and letters are words.
_UNUSUAL = re.compile("[^\0-\xac\xae-\u02ba\u02bd-\u02ff\u2009\u200a\u2028\u2029\u202f‘’‚“”„–—…−€]")
_LINE_ENDS = re.compile("[\r\n\u2029]+")
_LINE_END = re.compile(r"\r\n?|\n|\u2029")
_LINE = re.compile(r"[\r\n][ \t]*(\w)")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

QUOTE, DASH, ELLIPSIS = '"', "-", "…"
"""The tokens that all quotation marks, all dashes and all ellipses become."""

_TYPOGRAPHY = {**dict.fromkeys(_QUOTES, QUOTE), **dict.fromkeys(_DASHES, DASH), "…": ELLIPSIS}
_NOT = bytes(not i for i in range(256))
_LONG = 100
"""What is longer than this is worth a detour: a text in tokens, a token in characters."""
_WORD, _OTHER = "word", "other"

NEGATIONS = frozenset({
    "no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without",
    "cannot", "non", "ain", "hardly", "scarcely", "barely", "seldom", "rarely", "unless",
    "except", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt",
    "cant", "couldnt", "shouldnt", "hasnt", "havent", "hadnt",
})  # fmt: skip
"""Words that turn a statement round, or nearly; "n't" is found by its apostrophe."""

_NUMBERS = frozenset({
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion",
    "billions", "trillion", "trillions", "dozen", "dozens", "half", "twice", "once", "third",
    "quarter", "first", "second",
})  # fmt: skip
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "maj", "capt", "lt", "sgt", "cpl", "sen",
    "rep", "gov", "pres", "rev", "hon", "st", "sr", "jr", "mt", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
# What follows an apostrophe without being a part of the word before it, and the reverse.
_CLITICS = frozenset({"s", "re", "ve", "ll", "d", "m"})
_ELISIONS = frozenset({"c", "d", "j", "l", "m", "n", "s", "t", "qu"})
# Punctuation by its category that says something all the same.
_MEANING = frozenset("%‰‱&#@§/\\")
_TERMINAL = frozenset(".!?…。！？")
_CLOSERS = frozenset('")]}»')


def soft(word: str) -> str:
    """A word with its first letter in lower case.

    >>> soft("Minister"), soft("US")
    ('minister', 'uS')
    """
    return word[:1].lower() + word[1:]


class Tokens:
    """The tokens of a text.

    Attributes:
        text: What was read.
        starts: The first code point of each token.
        ends: One past its last code point.
        raw: Its text, composed (NFC), with quotation marks, dashes and ellipses folded.
        keys: ``raw`` with the first letter in lower case.
        words: Whether it is a word or a number.
        marks: The numbers of those that are none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _TOKEN.split(text)
        bounds = _sums(map(len, parts), len(parts))
        self.starts, self.ends = bounds[:-1:2], bounds[1::2]
        self.raw = parts[1::2]
        self.words = bytearray(map(str.isalnum, self.raw))
        usual = text.isascii() or not _UNUSUAL.search(text)
        if not usual:
            self._join_marks()
        self.marks = _falses(self.words)
        if usual:
            for i in self.marks:
                self.raw[i] = _folded(self.raw[i])
        # Only words have case worth a look, and most are in lower case already.
        self.keys = self.raw.copy()
        for i in _falses(bytearray(map(str.islower, self.raw))):
            self.keys[i] = soft(self.raw[i])

    def __len__(self) -> int:
        return len(self.raw)

    def _join_marks(self) -> None:
        """Join marks to what they stand on, and drop what is invisible."""
        joined: list[tuple[str, int, int]] = []
        # Where the last token and what hangs on it end, and whether something does.
        reach, hung = -1, False
        for kind, start, end in zip(map(_kind, self.raw), self.starts, self.ends, strict=True):
            char = self.text[start]
            category = unicodedata.category(char) if kind == _OTHER and char > "\x7f" else ""
            if category == "Cf":
                if start == reach:
                    reach, hung = end, True
                continue
            mark = category.startswith("M")
            if start == reach and (mark or (hung and self._one_word(joined[-1], kind, char))):
                before, first, _ = joined.pop()
                # A mark makes of a dash or a quotation mark something else.
                kind, start = (_WORD if before == _WORD else _OTHER), first
            joined.append((kind, start, end))
            reach, hung = end, mark
        self.starts = array("q", (start for _, start, _ in joined))
        self.ends = array("q", (end for _, _, end in joined))
        self.words = bytearray(kind == _WORD for kind, _, _ in joined)
        self.raw = [
            kind if kind in _TYPOGRAPHY else _composed(self.text[start:end])
            for kind, start, end in joined
        ]

    def _one_word(self, before: tuple[str, int, int], kind: str, char: str) -> bool:
        apart = _UNSPACED_WORD.match(char) or _UNSPACED_WORD.match(self.text[before[1]])
        return kind == before[0] == _WORD and not apart

    def adjacent(self, i: int) -> bool:
        """Whether token i stands directly after the one before it."""
        return 0 < i < len(self) and self.ends[i - 1] == self.starts[i]

    @cached_property
    def joints(self) -> frozenset[int]:
        """The tokens before which no match may begin or end, though a token does.

        Between the pieces of "didn't", "O'Brien", "1.5", "10:30", "U.S", "snake_case", "non-EU" and
        "-5"; but not of "Osei's", "US-led" or "l'État".
        """
        found: set[int] = set()
        for i in self.marks:
            if self.raw[i] in _JOINERS and self.adjacent(i + 1) and self.words[i + 1]:
                before = self.adjacent(i) and self.words[i - 1]
                sign = self.ends[i] - self.starts[i] == 1 and self.text[self.starts[i]] in "-−"
                if before and self._joined(i):
                    found |= {i, i + 1}
                elif not before and sign and self.raw[i + 1][0].isdigit():
                    found.add(i + 1)
        return frozenset(found)

    def _joined(self, i: int) -> bool:
        """Whether the words around token i are one: token i is a joiner, nothing between."""
        before, after, joiner = self.raw[i - 1], self.raw[i + 1], self.raw[i]
        if before[-1].isdigit() and after[0].isdigit():
            return joiner in ".,:_" or self._single(i)
        if joiner == QUOTE:
            clitic = after.lower() in _CLITICS or before in _ELISIONS
            return self._single(i) and not clitic
        if joiner == ".":
            return len(before) == 1 or len(after) == 1
        return joiner == "_" or (joiner == DASH and before.lower() == "non")

    def _single(self, i: int) -> bool:
        return self.ends[i] - self.starts[i] == 1 and self.text[self.starts[i]] in SINGLE_QUOTES

    @cached_property
    def _sentences(self) -> tuple[Sequence[int], bytearray]:
        """The sentence of each token, and whether each is a word that begins one."""
        begins = bytearray(len(self))
        # Only these tokens, and the one after each, can begin or end anything.
        breaks = self._breaks()
        turns = {0, *self.marks, *breaks}
        turns |= {i + 1 for i in self.marks}
        turns.discard(len(self))
        firsts: list[int] = []
        fresh, ended, since = True, False, 0
        for i in sorted(turns):
            if i in breaks:
                fresh, ended = True, False
                firsts.append(i)
            raw = self.raw[i]
            if self.words[i]:
                opens = ended and (not raw[0].islower())
                if opens:
                    firsts.append(since)
                begins[i] = fresh or opens or (not self.words[i - 1] and self._opened(i))
                fresh = ended = False
            elif raw in _TERMINAL and i + 1 not in self.joints and not self._abbreviates(i):
                ended, since = True, i + 1
            elif ended and since == i and self.adjacent(i) and raw in _CLOSERS:
                since = i + 1
            elif ended and raw not in _CLOSERS and raw not in "([{":
                ended = False
        numbers = array("q")
        for number, (first, stop) in enumerate(pairwise([0, *firsts, len(self)])):
            numbers.extend(array("q", [number]) * (stop - first))
        return numbers, begins

    def _breaks(self) -> set[int]:
        """The tokens before which a paragraph ends."""
        # Where a line begins in lower case, lines are wrapped, and only a blank one ends anything.
        wrapped = any(line[1].islower() for line in _LINE.finditer(self.text))
        after = {bisect_left(self.starts, end.end()) for end in _LINE_ENDS.finditer(self.text)}
        return {
            i
            for i in after - {0, len(self)}
            if len(_LINE_END.findall(self.text, self.ends[i - 1], self.starts[i])) > wrapped
        }

    def _abbreviates(self, i: int) -> bool:
        if self.raw[i] != "." or not self.adjacent(i) or not self.words[i - 1]:
            return False
        word = self.raw[i - 1]
        return word[0].isupper() and (len(word) == 1 or word.lower() in _ABBREVIATIONS)

    def _opened(self, i: int) -> bool:
        """Whether a word follows a colon, or a quotation mark or bracket that opens."""
        before = self.raw[i - 1]
        return before == ":" or (
            before in '"([' and self.adjacent(i) and not (i > 1 and self.adjacent(i - 1))
        )

    @property
    def sentence(self) -> Sequence[int]:
        """The number of the sentence that each token belongs to."""
        return self._sentences[0]

    @property
    def begins(self) -> bytearray:
        """Whether each token is a word that begins a sentence, a quotation or a bracket."""
        return self._sentences[1]

    @cached_property
    def content(self) -> Sequence[int]:
        """The tokens that say something: words, symbols, and punctuation within a number."""
        said = bytearray(b"\1") * len(self)
        for i in self.marks:
            said[i] = _says(self.raw[i]) or self._within(i)
        return array("q", np.frombuffer(said, dtype=np.bool_).nonzero()[0].tobytes())

    def _within(self, i: int) -> bool:
        """Whether token i is a sign, or stands between two digits."""
        if not self.adjacent(i + 1) or not self.raw[i + 1][0].isdigit():
            return False
        if self.raw[i] in ".,:/" or self.raw[i] == DASH:
            return i + 1 in self.joints or (self.adjacent(i) and self.raw[i - 1][-1].isdigit())
        return False

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words in upper case somewhere in the middle of a sentence."""
        inside = set(compress(self.raw, map(gt, self.words, self.begins)))
        return frozenset(word for word in inside if word[0].isupper() and word != "I")

    def negates(self, i: int) -> bool:
        """Whether token i is a negation, or the "t" of "n't"."""
        word = self.raw[i].lower()
        return word in NEGATIONS or (
            word == "t" and i in self.joints and self.raw[i - 2][-1:] in "nN"
        )

    def fixed(self, i: int) -> bool:
        """Whether token i may not be left out: a number, negation, symbol or proper name."""
        raw = self.raw[i]
        if not self.words[i] or any(map(str.isdigit, raw)) or _UNSPACED_WORD.match(raw):
            return True
        lower = raw.lower()
        if lower in NEGATIONS or lower in _NUMBERS or raw in self._names or i in self.joints:
            return True
        return raw[1:] != raw[1:].lower()


_JOINERS = frozenset({QUOTE, DASH, ".", ",", ":", "_"})


def fold(text: str) -> str:
    """A text as its tokens: the same for two texts that differ only in what may differ anywhere.

    >>> fold("«Don’t»  —  he said")
    '" Don " t " - he said'
    """
    return " ".join(Tokens(text).raw)


def same_case(theirs: Tokens, i: int, ours: Tokens, j: int) -> bool:
    """Whether a word of a text may be a word of a string with the same key, for all its case.

    A capital in the string alone must begin the string or a sentence in it; one in the text alone
    must begin a sentence: anywhere else it is a proper name.
    """
    there, here = theirs.raw[i], ours.raw[j]
    if there == here:
        return True
    return bool(ours.begins[j] if there[0].islower() else theirs.begins[i])


def _sums(numbers: Iterable[int], size: int) -> "array[int]":
    """The sums of the first, the first two, … of so many numbers."""
    # No list: the garbage collector would go through that of a long text again and again.
    if size < _LONG:
        return array("q", accumulate(numbers))
    return array("q", np.fromiter(numbers, np.int64, size).cumsum().tobytes())


def _falses(values: bytearray) -> list[int]:
    """Where a sequence holds 0."""
    return list(compress(range(len(values)), values.translate(_NOT))) if 0 in values else []


def _folded(token: str) -> str:
    """A token that is no word, with all quotation marks, dashes and ellipses alike."""
    if token[0] == "." and len(token) > 1:
        return ELLIPSIS
    return _TYPOGRAPHY.get(token[0], token)


def _kind(token: str) -> str:
    """A word, what quotation marks, dashes and ellipses become, or something else."""
    folded = _folded(token)
    if folded != token or token in _TYPOGRAPHY:
        return folded
    return _WORD if token.isalnum() or _UNSPACED_WORD.match(token) else _OTHER


def _composed(token: str) -> str:
    """A token in NFC, without what cannot be seen."""
    if token.isascii():
        return token
    if token.isalnum():
        return unicodedata.normalize("NFC", token)
    seen = "".join(c for c in _SELECTORS.sub("", token) if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", _in_order(seen) if len(seen) > _LONG else seen) or token


def _in_order(token: str) -> str:
    """A token with its marks in canonical order, which takes `normalize` quadratic time.

    >>> unicodedata.name(_in_order("a\u0301\u0327")[1])
    'COMBINING CEDILLA'
    """
    chars = "".join(unicodedata.normalize("NFD", char) for char in token)
    classes = list(map(unicodedata.combining, chars))
    letters = accumulate(not number for number in classes)
    order = list(zip(letters, classes, strict=True))
    return "".join(chars[i] for i in sorted(range(len(chars)), key=order.__getitem__))


def _says(raw: str) -> bool:
    return raw in _MEANING or unicodedata.category(raw[0])[0] not in "PMZC"
