"""The system ``rules``: word lists and nearness, on nothing but the standard library.

It is the floor that any other system should beat: capitalised names and nouns of persons and
bodies are actors, verbs and nouns of the PLOVER lexicon are events between the actors left and
right of them, and what stands in quotation marks is said by the name beside the nearest
reporting verb.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bench.model import Actor, Argument, Document, Event, Level, Mention, Quote, Span

from .inflection import noun_forms, verb_forms
from .lexicon import buildings, countries, event_types, words
from .quotation import Stretch, quotations

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bMrs)[.!?][”\"’']?\s+|\n+")
_PRONOUNS = {
    "he": "PER", "him": "PER", "his": "PER", "she": "PER", "her": "PER", "they": "PER",
    "them": "PER", "their": "PER", "we": "PER", "us": "PER", "our": "PER", "i": "PER",
    "me": "PER", "my": "PER", "its": "GPE",
}  # fmt: skip
_SINGULAR_PERSON = {"he", "him", "his", "she", "her"}
_DETERMINERS = {
    "the", "a", "an", "his", "her", "their", "its", "our", "my", "some", "several", "many", "two",
    "three", "four", "five", "six", "both", "these", "those", "all", "other",
}  # fmt: skip
_UNREAL = {"if", "would", "could", "may", "might", "will", "should", "to", "must", "can"}
_NEGATIONS = {"not", "never", "no", "without", "cannot"}
_FUNCTION = {"of", "for", "and", "the", "de", "al", "bin", "van", "von"}
_REACH = 60
"""How many characters a reporting verb may stand away from its quotation."""


class Rules:
    """Actors, events and quotes by word lists and nearness."""

    name = "rules"
    version = "1"

    def describe(self) -> dict[str, str]:
        """Nothing but itself makes its predictions."""
        return {}

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document."""
        for document in documents:
            yield _Reading(document.text or "").predict(document.id)


class _Word(NamedTuple):
    start: int
    end: int
    text: str


class _Found(NamedTuple):
    """A mention: its place, its level and type, and the key of its actor."""

    start: int
    end: int
    level: Level
    type: str
    key: str


class _Reading:
    """One text, read from its words to its quotes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [_Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
        self.starts = [word.start for word in self.words]
        self.breaks = [m.end() for m in _SENTENCE_END.finditer(text)]
        self.after_breaks = frozenset(self.breaks)
        self.people: dict[str, str] = {}
        self.mentions = self._mentions()
        self.mention_starts = [mention.start for mention in self.mentions]

    def predict(self, key: str) -> Document:
        return Document(
            id=key,
            actors=tuple(self._actors()),
            events=tuple(self._events()),
            quotes=tuple(self._quotes()),
        )

    def _sentence(self, at: int) -> Stretch:
        i = bisect_right(self.breaks, at)
        end = self.breaks[i] if i < len(self.breaks) else len(self.text)
        return (self.breaks[i - 1] if i else 0), end

    def _span(self, start: int, end: int) -> Span:
        return Span(start=start, end=end, text=self.text[start:end])

    # Actors

    def _mentions(self) -> list[_Found]:
        found: list[_Found] = []
        i = 0
        while i < len(self.words):
            length, more = self._name_at(i)
            if not length:
                length, more = self._noun_or_pronoun_at(i)
            found += more
            i += max(length, 1)
        return sorted(set(found))

    def _run(self, first: int) -> list[_Word]:
        """The words of a capitalised sequence that begins at a word."""
        run: list[_Word] = []
        for word in self.words[first : first + 10]:
            if run and not re.fullmatch(r"[ \u00a0]", self.text[run[-1].end : word.start]):
                break
            if not (word.text[0].isupper() or (run and word.text in _FUNCTION)):
                break
            run.append(word)
            if word.text.endswith(("'s", "’s")):
                break
        while run and run[-1].text in _FUNCTION:
            run.pop()
        return run

    def _name_at(self, first: int) -> tuple[int, list[_Found]]:
        run = self._run(first)
        start = self.starts[first]
        opens = start == 0 or start in self.after_breaks or self.text[start - 1] in '“"‘'
        while run and opens and _base(run[0].text).lower() in words("actors", "not_names"):
            return 1, []
        if not run:
            return 0, []
        texts = [_base(word.text) for word in run]
        for length in range(len(run), 0, -1):
            name = " ".join(texts[:length])
            if name in countries() and not self._is_body(texts[length:]):
                return length, [self._named(run[:length], "GPE", countries()[name].name)]
        title = next(
            (i for i, t in enumerate(texts) if t.lower() in words("actors", "titles")), None
        )
        if title == 0 and len(run) > 1:
            rest, more = self._name_at(first + 1)
            return rest + 1, more
        if title is not None and title > 0:
            run, texts = run[:title], texts[:title]
        if texts[0] in words("actors", "months_days") or len(texts[0]) < 2:
            return 1, []
        kind = self._type_of(first, texts)
        name = " ".join(texts)
        found = [self._named(run, kind, self._key(name, kind))]
        if kind == "ORG":
            found += self._countries_inside(run)
        return len(run), found

    def _is_body(self, rest: Sequence[str]) -> bool:
        return any(word.lower() in words("actors", "org_names") for word in rest)

    def _named(self, run: Sequence[_Word], kind: str, key: str) -> _Found:
        end = run[-1].start + len(_base(run[-1].text))
        return _Found(run[0].start, end, "NAM", kind, key)

    def _type_of(self, first: int, texts: Sequence[str]) -> str:
        name = " ".join(texts)
        last = texts[-1].lower()
        known = words("actors", "media") | words("actors", "organisations") | set(buildings())
        if name in known or last in words("actors", "org_names"):
            return "ORG"
        for key, kind in (("fac_names", "FAC"), ("loc_names", "LOC"), ("gpe_names", "GPE")):
            if last in words("actors", key):
                return kind
        if name.isupper() and len(name) > 2:
            return "ORG"
        before = self.words[first - 1].text.lower() if first else ""
        if before in ("in", "from", "near") and len(texts) == 1:
            return "GPE"
        return "PER"

    def _key(self, name: str, kind: str) -> str:
        """The actor of a name; a person's last or first name is theirs."""
        if kind != "PER":
            return buildings().get(name, name)
        for part in (name, name.split()[-1], name.split()[0]):
            if part in self.people:
                return self.people[part]
        for part in (name, name.split()[-1], name.split()[0]):
            self.people.setdefault(part, name)
        return name

    def _countries_inside(self, run: Sequence[_Word]) -> Iterator[_Found]:
        for i in range(len(run)):
            for length in (2, 1):
                part = run[i : i + length]
                name = " ".join(_base(word.text) for word in part)
                if len(part) < len(run) and name in countries():
                    yield self._named(part, "GPE", countries()[name].name)
                    break

    def _noun_or_pronoun_at(self, first: int) -> tuple[int, list[_Found]]:
        word = self.words[first]
        lower = word.text.lower()
        if lower in _PRONOUNS:
            return 1, [_Found(word.start, word.end, "PRO", _PRONOUNS[lower], "")]
        kind = _nouns().get(lower)
        if kind is None or self._qualifies_next(first):
            return 0, []
        edge = next(
            (i for i in range(first - 1, max(first - 4, -1), -1) if self._determines(i, first)),
            None,
        )
        if edge is None and not lower.endswith("s"):
            return 0, []
        start = self.words[first if edge is None else edge].start
        surface = self.text[start : word.end]
        return 1, [_Found(start, word.end, "NOM", kind, surface.lower())]

    def _determines(self, at: int, noun: int) -> bool:
        gap = self.text[self.words[at].end : self.words[noun].start]
        between = {word.text.lower() for word in self.words[at + 1 : noun]}
        plain = not re.search(r"[^\w\s-]", gap) and not between & (_cues() | _nouns().keys())
        return self.words[at].text.lower() in _DETERMINERS and plain

    def _qualifies_next(self, at: int) -> bool:
        """Whether a noun stands directly before a name, as a title does."""
        after = self.words[at + 1] if at + 1 < len(self.words) else None
        gap = self.text[self.words[at].end : after.start] if after else "."
        return after is not None and gap == " " and after.text[0].isupper()

    def _actors(self) -> Iterator[Actor]:
        clusters: dict[tuple[str, str], list[_Found]] = {}
        person: tuple[str, str] | None = None
        for number, found in enumerate(self.mentions):
            key = (found.type, found.key)
            if found.level == "NAM" and found.type == "PER":
                person = key
            if found.level == "PRO":
                singular = self.text[found.start : found.end].lower() in _SINGULAR_PERSON
                key = person if singular and person else ("PER", f"\0{number}")
                if found.type == "GPE":
                    key = ("GPE", f"\0{number}")
            clusters.setdefault(key, []).append(found)
        for (kind, actor), found_here in clusters.items():
            first = found_here[0]
            name = actor if first.level == "NAM" else self.text[first.start : first.end]
            mentions = tuple(
                Mention(start=m.start, end=m.end, text=self.text[m.start : m.end], level=m.level)
                for m in found_here
            )
            yield Actor(type=kind, mentions=mentions, name=name)

    # Events

    def _events(self) -> Iterator[Event]:
        named = {at for m in self.mentions if m.level == "NAM" for at in range(m.start, m.end)}
        heads = {mention.end for mention in self.mentions}
        for i, word in enumerate(self.words):
            kind = _triggers().get(word.text.lower())
            if kind is None or word.start in named or word.end in heads:
                continue
            start, end = self._sentence(word.start)
            before = {w.text.lower() for w in self.words[max(i - 4, 0) : i] if w.start >= start}
            negative = bool(before & _NEGATIONS)
            unreal = negative or bool(before & _UNREAL)
            yield Event(
                type=kind,
                trigger=self._span(word.start, word.end),
                arguments=tuple(self._arguments(word, start, end)),
                realis="other" if unreal else "actual",
                polarity="negative" if negative else "positive",
            )

    def _mentions_in(self, start: int, end: int) -> list[_Found]:
        starts = self.mention_starts
        found = self.mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        return [mention for mention in found if mention.end <= end]

    def _arguments(self, trigger: _Word, start: int, end: int) -> Iterator[Argument]:
        inside = self._mentions_in(start, end)
        left = [m for m in inside if m.end <= trigger.start]
        right = [m for m in inside if m.start >= trigger.end]
        if left:
            yield self._argument("actor", max(left, key=lambda m: (m.end, m.end - m.start)))
        if right:
            yield self._argument("recipient", min(right, key=lambda m: (m.start, -m.end)))

    def _argument(self, role: str, found: _Found) -> Argument:
        text = self.text[found.start : found.end]
        return Argument(role=role, start=found.start, end=found.end, text=text)

    # Quotes

    def _quotes(self) -> Iterator[Quote]:
        for start, end in quotations(self.text):
            cue = self._cue(start, end)
            if cue is None:
                continue
            source = self._speaker(cue, start, end)
            yield Quote(
                content=self._span(start, end),
                kind="direct",
                cue=self._span(cue.start, cue.end),
                source=self._span(source.start, source.end) if source else None,
                unknown_source=source is None,
            )

    def _cue(self, start: int, end: int) -> _Word | None:
        """The nearest reporting verb outside the marks, in the same paragraph."""
        low = max(self.text.rfind("\n", 0, start) + 1, start - _REACH)
        stop = self.text.find("\n", end)
        high = min(stop if stop >= 0 else len(self.text), end + _REACH)
        near = self.words[bisect_left(self.starts, low) : bisect_left(self.starts, high)]
        cues = [
            word
            for word in near
            if word.text.lower() in _cues() and (word.end <= start or word.start >= end)
        ]
        return min(cues, key=lambda w: _gap(w.start, w.end, start, end), default=None)

    def _speaker(self, cue: _Word, start: int, end: int) -> _Found | None:
        """The mention nearest to the cue, outside the marks and in the cue's sentence."""
        low, high = self._sentence(cue.start)
        found = self._mentions_in(low, high)
        near = [m for m in found if m.end <= start or m.start >= end]
        return min(near, key=lambda m: _gap(m.start, m.end, cue.start, cue.end), default=None)


def _gap(start: int, end: int, other_start: int, other_end: int) -> int:
    return max(start - other_end, other_start - end)


def _base(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


@cache
def _triggers() -> Mapping[str, str]:
    """The type of each form of the words of the event lexicon; verbs before nouns."""
    found: dict[str, str] = {}
    for lemma, kind in event_types("verbs").items():
        for form in verb_forms(lemma):
            found.setdefault(form, kind)
    for lemma, kind in event_types("nouns").items():
        for form in noun_forms(lemma):
            found.setdefault(form, kind)
    return found


@cache
def _cues() -> frozenset[str]:
    return frozenset(form for lemma in words("speech", "verbs") for form in verb_forms(lemma))


@cache
def _nouns() -> Mapping[str, str]:
    """The type of each form of the nouns that denote actors."""
    return {
        form: kind.upper()
        for kind in ("gpe", "org", "per")
        for lemma in words("actors", kind)
        for form in noun_forms(lemma)
    }
