"""Text as tokens that are equal where only typography differs.

A token is a word, or a run of quotation marks, dashes or dots, or one other character. White
space and invisible characters stand between tokens and are no part of them. Words keep their
case here, apart from a `soft` form whose first letter is lower case; whether a difference of case
may be passed over depends on where the word stands, and `Tokens.begins` says that.
"""

import re
import unicodedata
from functools import cached_property

_QUOTES = "\"'`´ʼʻ‘’‚‛“”„‟‹›«»′″‵‶「」『』〝〞〟＂＇｀\u1fef\u1ffd❛❜❝❞"
_SINGLE = frozenset("'`´ʼʻ‘’‛′＇｀\u1fef\u1ffd❛❜")
_DASHES = "-‐‑‒–—―−⁃﹘﹣－⸺⸻"
# Scripts that write no space between words: each character is a word.
_UNSPACED = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"([^\W_ʼʻ{_UNSPACED}]+|[{_UNSPACED}])"
    rf"|([{re.escape(_QUOTES)}]+)|([{re.escape(_DASHES)}]+)|(…[.…]*|\.[.…]+)|\S"
)
_UNSPACED_WORD = re.compile(rf"[{_UNSPACED}]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

QUOTE, DASH, ELLIPSIS = '"', "-", "…"
"""The tokens that all quotation marks, all dashes and all ellipses become."""

_WORD, _OTHER = 1, 5
_FOLDED = {2: QUOTE, 3: DASH, 4: ELLIPSIS}

NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor without cannot non ain "
    "hardly scarcely barely seldom rarely unless except "
    "dont doesnt didnt isnt arent wasnt werent wont wouldnt cant couldnt shouldnt hasnt havent "
    "hadnt".split()
)
"""Words that turn a statement round, or nearly; "n't" is found by its apostrophe."""

_NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred hundreds thousand thousands million millions billion billions trillion "
    "trillions dozen dozens half twice once third quarter first second".split()
)
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen col maj capt lt sgt cpl sen rep gov pres rev hon st sr jr mt no vs "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# What follows an apostrophe without being a part of the word before it, and the reverse.
_CLITICS = frozenset("s re ve ll d m".split())
_ELISIONS = frozenset("c d j l m n s t qu".split())
# Punctuation by its category that says something all the same.
_MEANING = frozenset("%‰‱&#@§/\\")
_TERMINAL = frozenset(".!?…。！？")
_CLOSERS = frozenset("\")]}»")


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
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.raw: list[str] = []
        kinds: list[int] = []
        for match in _TOKEN.finditer(text):
            kind = match.lastindex or _OTHER
            kinds.append(kind)
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.raw.append(_FOLDED.get(kind) or match[0])
        if not text.isascii():
            kinds = self._compose(kinds)
        self.words = [kind == _WORD for kind in kinds]
        # Only words have case worth a look, and most are in lower case already.
        self.keys = [raw if raw.islower() else soft(raw) for raw in self.raw]

    def __len__(self) -> int:
        return len(self.raw)

    def _compose(self, kinds: list[int]) -> list[int]:
        """Join marks to what they stand on, drop what is invisible, and compose the rest."""
        starts, ends, raws = self.starts, self.ends, self.raw
        found: list[tuple[int, int, int]] = []
        # Where the last token and what hangs on it end, and whether something does.
        reach, hung = -1, False
        for start, end, kind in zip(starts, ends, kinds, strict=True):
            char = self.text[start]
            category = unicodedata.category(char) if kind == _OTHER and char > "\x7f" else ""
            if category == "Cf":
                if start == reach:
                    reach, hung = end, True
                continue
            mark = category.startswith("M")
            joins = start == reach and (
                mark
                or (
                    hung
                    and kind == _WORD == found[-1][2]
                    and not _UNSPACED_WORD.match(char)
                    and not _UNSPACED_WORD.match(self.text[found[-1][0]])
                )
            )
            if joins:
                found[-1] = (found[-1][0], end, found[-1][2])
            else:
                found.append((start, end, kind))
            reach, hung = end, mark
        whole = dict(zip(starts, zip(ends, raws, strict=True), strict=True))
        self.starts = [start for start, _, _ in found]
        self.ends = [end for _, end, _ in found]
        self.raw = [
            # Untouched tokens of ASCII are composed already; folded ones are ASCII or "…".
            whole[start][1]
            if whole[start][0] == end and (kind in _FOLDED or whole[start][1].isascii())
            else _composed(self.text[start:end])
            for start, end, kind in found
        ]
        return [kind for _, _, kind in found]

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
        for i, raw in enumerate(self.raw):
            if raw in _JOINERS and self.adjacent(i + 1) and self.words[i + 1]:
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
        return self.ends[i] - self.starts[i] == 1 and self.text[self.starts[i]] in _SINGLE

    @cached_property
    def _sentences(self) -> tuple[list[int], bytearray]:
        """The sentence of each token, and whether each is a word that begins one."""
        numbers, begins = [0] * len(self), bytearray(len(self))
        number, fresh, ended, since = 0, True, False, 0
        for i, raw in enumerate(self.raw):
            touches = self.adjacent(i)
            if i and not touches and _blank_line(self.text[self.ends[i - 1] : self.starts[i]]):
                fresh, ended = True, False
                number += 1
            if self.words[i]:
                opens = ended and (not raw[0].islower())
                if opens:
                    number += 1
                    numbers[since:i] = [number] * (i - since)
                begins[i] = fresh or opens or self._opened(i)
                fresh = ended = False
            elif raw in _TERMINAL and i + 1 not in self.joints and not self._abbreviates(i):
                ended, since = True, i + 1
            elif ended and since == i and touches and raw in _CLOSERS:
                since = i + 1
            elif ended and raw not in _CLOSERS and raw not in "([{":
                ended = False
            numbers[i] = number
        return numbers, begins

    def _abbreviates(self, i: int) -> bool:
        if self.raw[i] != "." or not self.adjacent(i) or not self.words[i - 1]:
            return False
        word = self.raw[i - 1]
        return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())

    def _opened(self, i: int) -> bool:
        """Whether a word follows a colon, or a quotation mark or bracket that opens."""
        before = self.raw[i - 1]
        return before == ":" or (
            before in '"([' and self.adjacent(i) and not (i > 1 and self.adjacent(i - 1))
        )

    @property
    def sentence(self) -> list[int]:
        """The number of the sentence that each token belongs to."""
        return self._sentences[0]

    @property
    def begins(self) -> bytearray:
        """Whether each token is a word that begins a sentence, a quotation or a bracket."""
        return self._sentences[1]

    @cached_property
    def content(self) -> list[int]:
        """The tokens that say something: words, symbols, and punctuation within a number."""
        return [
            i for i, raw in enumerate(self.raw) if self.words[i] or _says(raw) or self._within(i)
        ]

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
        return frozenset(
            raw for i, raw in enumerate(self.raw) if self.words[i] and self._named_here(i)
        )

    def _named_here(self, i: int) -> bool:
        raw = self.raw[i]
        return raw[0].isupper() and raw != "I" and not self.begins[i]

    def fixed(self, i: int) -> bool:
        """Whether token i may not be left out: a number, negation, symbol or proper name."""
        raw = self.raw[i]
        if not self.words[i] or any(map(str.isdigit, raw)) or _UNSPACED_WORD.match(raw):
            return True
        lower = raw.lower()
        if lower in NEGATIONS or lower in _NUMBERS or raw in self._names or i in self.joints:
            return True
        return raw[1:] != raw[1:].lower() or self._named_here(i)


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


def _composed(token: str) -> str:
    """A token in NFC, without what cannot be seen."""
    seen = "".join(c for c in _SELECTORS.sub("", token) if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", seen) or token


def _says(raw: str) -> bool:
    return raw in _MEANING or unicodedata.category(raw[0])[0] not in "PMZC"


def _blank_line(gap: str) -> bool:
    return gap.count("\n") > 1 or gap.count("\r") - gap.count("\r\n") > 1 or "\u2029" in gap
