"""Attributions in a parsed text: of what stands in quotation marks, then of what does not."""

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc, Token

from bench.model import Kind

from ..lexicon import words
from ..quotation import Stretch, is_closed, nested, quotations
from .contents import clause, completed
from .cues import Sources, is_cue, particle
from .found import Found
from .reported import Reports
from .sayings import Saying, kind_of
from .syntax import SUBJECTS

_FLOATING = 5
"""A quotation of so many words is taken for one even if nobody is said to say it."""

_BESIDE = 120
"""How many characters may stand between a quotation and its cue."""
_MARKS = "”\"’'»“«"


def find(doc: Doc, text: str, mentions: Mapping[int, Found]) -> list[Saying]:
    """All attributions, in the order of the text.

    Args:
        doc: The parsed text.
        text: The text as it is stored, with its own quotation marks.
        mentions: The mention that each token heads.
    """
    outer = quotations(text)
    inner = [stretch for one in outer for stretch in nested(text, one)]
    cues = [token for token in doc if is_cue(token)]
    sources = Sources(mentions)
    finder = _Quoted(doc, text, outer, cues, sources)
    quoted = finder.find() + [s for s in map(finder.inner, inner) if s is not None]
    used = {saying.cue[0].i for saying in quoted if saying.cue}
    free = [cue for cue in cues if cue.i not in used]
    reports = Reports(doc, outer, sources)
    found = [*quoted, *reports.find(free, quoted), *reports.according_to()]
    unique = {(tuple(s.pieces), s.cue and s.cue[0].i): s for s in found}
    return sorted(unique.values(), key=lambda saying: (saying.pieces, saying.kind))


class _Quoted:
    """Finds who says what stands in quotation marks."""

    def __init__(
        self,
        doc: Doc,
        text: str,
        stretches: Sequence[Stretch],
        cues: Sequence[Token],
        sources: Sources,
    ) -> None:
        self.doc = doc
        self.text = text
        self.stretches = stretches
        self.cues = [c for c in cues if c.lemma_.lower() not in words("speech", "naming")]
        self.naming = [c for c in cues if c.lemma_.lower() in words("speech", "naming")]
        self.sources = sources

    def find(self) -> list[Saying]:
        """Of each outermost quotation the attribution, if it is one."""
        found = self._joined([self._saying(stretch) for stretch in self.stretches])
        return [saying for saying in found if self._is_said(saying)]

    def inner(self, stretch: Stretch) -> Saying | None:
        """A quotation inside a quotation, if somebody in there says it."""
        outer = next(s for s in self.stretches if s[0] < stretch[0] and stretch[1] <= s[1])
        around = [c for c in self.cues if outer[0] <= c.idx < outer[1]]
        cue = self._beside(stretch, [c for c in around if not stretch[0] <= c.idx < stretch[1]])
        return self._made([stretch], "direct", cue) if cue is not None else None

    def _saying(self, stretch: Stretch) -> Saying:
        named = self._named(stretch)
        if named is not None:
            return named
        cue = self._cue_of(stretch)
        if cue is None:
            return Saying([stretch], "direct", None, self._before_colon(stretch[0]))
        start, end = self._whole(stretch, cue)
        return self._made([(start, end)], kind_of(start, end, self.stretches), cue)

    def _made(self, pieces: list[Stretch], kind: Kind, cue: Token) -> Saying:
        whole = pieces[0][0], pieces[-1][1]
        inside = whole[0] <= cue.idx < whole[1]  # where a mark is missing
        source = self.sources.of(cue, (whole[0], whole[0]) if inside else whole)
        return Saying(pieces, kind, (cue, particle(cue)), source)

    def _is_said(self, saying: Saying) -> bool:
        """Whether a quotation that nobody is said to say is a sentence of its own."""
        if saying.cue is not None:
            return True
        inside = self._tokens(saying.start, saying.end)
        verbs = any(token.pos_ in ("VERB", "AUX") for token in inside)
        opens = self.text[saying.start + 1 : saying.start + 2]
        return len(inside) >= _FLOATING + 2 and verbs and not opens.islower()

    def _before_colon(self, start: int) -> Found | None:
        line = self.text.rfind("\n", 0, start) + 1
        if not self.text[line:start].rstrip().endswith(":"):
            return None
        before = (m for m in self.sources.mentions.values() if line <= m.head.idx < start)
        return max(before, key=lambda m: m.start, default=None)

    # Cues

    def _named(self, stretch: Stretch) -> Saying | None:
        """“called the law [‘a farce’]”: what somebody calls something in their own words."""
        for cue in self.naming:
            names = [c for c in cue.rights if c.dep_ in ("oprd", "attr", "ccomp", "dobj")]
            for name in (inner for c in names for inner in (c, *c.rights)):
                if stretch[0] < name.idx < stretch[1] and name.head.idx < stretch[0]:
                    return self._phrase(name, stretch, cue)
        return None

    def _phrase(self, name: Token, stretch: Stretch, cue: Token) -> Saying:
        """Quoted words with the article before them."""
        before = self.doc[name.left_edge.i]
        start = min(stretch[0], before.idx) if before.i > cue.i else stretch[0]
        kind = kind_of(start, stretch[1], self.stretches)
        return self._made([(start, stretch[1])], kind, cue)

    def _cue_of(self, stretch: Stretch) -> Token | None:
        """The reporting word that governs a quotation or stands beside it."""
        start, end = stretch
        inside = self._tokens(start, end)
        outside = [cue for cue in self.cues if not start <= cue.idx < end]
        above = {token.i for t in inside if not t.is_punct for token in t.ancestors}
        governing = [cue for cue in outside if cue.i in above and cue.pos_ == "VERB"]
        beside = [cue for cue in outside if self._is_beside(cue, start, end)]
        found = self._nearest(
            stretch, [cue for cue in governing if cue in beside] or beside or governing
        )
        if found is None and not is_closed(self.text, stretch):
            return next((cue for cue in self.cues if self._ends_speech(cue, stretch)), None)
        return found

    def _beside(self, stretch: Stretch, cues: Sequence[Token]) -> Token | None:
        return self._nearest(stretch, [c for c in cues if self._is_beside(c, *stretch)])

    def _nearest(self, stretch: Stretch, cues: Sequence[Token]) -> Token | None:
        return min(cues, key=lambda c: (_distance(c, *stretch), c.i), default=None)

    def _ends_speech(self, cue: Token, stretch: Stretch) -> bool:
        """Whether a cue ends its sentence with its sayer before it, after a mark left out."""
        after = cue.nbor() if cue.i + 1 < len(cue.doc) else cue
        said = stretch[0] < cue.idx < stretch[1] and cue.tag_ == "VBD"
        return said and after.is_punct and any(c.dep_ in SUBJECTS for c in cue.lefts)

    def _is_beside(self, cue: Token, start: int, end: int) -> bool:
        """In the sentence that goes on before or behind the marks, with no other in between."""
        before = cue.idx < start
        if _distance(cue, start, end) > _BESIDE + len(cue):
            return False
        between = self.text[cue.idx + len(cue) : start] if before else self.text[end : cue.idx]
        if cue.pos_ != "VERB" or len(between) > _BESIDE or any(m in between for m in ".!?;\n"):
            return False
        return before or self.text[start:end].rstrip(_MARKS)[-1:] in ",.!?"

    # Contents

    def _whole(self, stretch: Stretch, cue: Token) -> Stretch:
        """The content that a quotation belongs to: itself, or the clause around quoted words."""
        start, end = stretch
        if start < cue.idx or self.text[start - 2 : start] in (", ", ": "):
            return stretch
        around = clause(cue)
        if around and around[0] <= start and end <= around[1] + 2:
            return around[0], max(end, around[1])
        top = self._top(stretch)
        return completed(top, cue, stretch) if top is not None and top.i > cue.i else stretch

    def _top(self, stretch: Stretch) -> Token | None:
        """The token of a quotation that governs the rest of it."""
        inside = [token for token in self._tokens(*stretch) if not token.is_punct]
        return next((t for t in inside if not any(o.is_ancestor(t) for o in inside)), None)

    def _joined(self, sayings: Sequence[Saying]) -> list[Saying]:
        """“A,” she said, “b.” is one attribution, and so is a quotation of several paragraphs."""
        joined: list[Saying] = []
        for saying in sayings:
            last = joined[-1] if joined else None
            if last is None or not self._goes_on(last, saying):
                joined.append(saying)
            elif self.text[last.end : saying.start].strip():
                last.pieces.extend(saying.pieces)
            else:
                last.pieces[-1] = (last.pieces[-1][0], saying.end)
        return joined

    def _goes_on(self, last: Saying, saying: Saying) -> bool:
        if last.kind != "direct" or saying.kind != "direct" or last.cue is None:
            return False
        if saying.cue is not None and saying.cue[0].i != last.cue[0].i:
            return False
        between = self.text[last.end : saying.start]
        unclosed = not between.strip() and not is_closed(self.text, last.pieces[-1])
        paragraphs = between.strip().count("\n") == 0 and between.endswith("\n")
        split = last.end <= last.cue[0].idx < saying.start
        return unclosed or (split and (paragraphs or "\n" not in between))

    def _tokens(self, start: int, end: int) -> Sequence[Token]:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return list(span) if span is not None else []


def _distance(cue: Token, start: int, end: int) -> int:
    return start - cue.idx if cue.idx < start else cue.idx - end
