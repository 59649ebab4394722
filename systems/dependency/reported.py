"""Attributions without quotation marks of their own: clauses, second sources, “according to”."""

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc, Token

from ..lexicon import words
from ..quotation import Stretch
from .contents import clause
from .cues import Sources, follows_as, particle
from .sayings import Saying, kind_of

_CLAUSE = 3
"""With fewer words there is no clause."""


class Reports:
    """Finds what is reported.

    Args:
        doc: The parsed text.
        quotations: The stretches in quotation marks.
        sources: Who says what.
    """

    def __init__(self, doc: Doc, quotations: Sequence[Stretch], sources: Sources) -> None:
        self.doc = doc
        self.text = doc.text
        self.quotations = quotations
        self.sources = sources

    def find(self, cues: Iterable[Token], quoted: Sequence[Saying]) -> Iterator[Saying]:
        """What cues govern that have no quotation of their own.

        Args:
            cues: These cues.
            quoted: The attributions of quotations.
        """
        unclosed = [s for s in quoted if s.cue and s.start <= s.cue[0].idx < s.end]
        for cue in cues:
            if cue.lemma_.lower() in words("speech", "naming"):
                continue
            content = self._before(cue, quoted) or clause(cue)
            if content is None or any(s.start <= cue.idx < s.end for s in unclosed):
                continue
            start, end = self._with_marks(content, cue)
            kind = kind_of(start, end, self.quotations)
            source = self.sources.of(cue, (start, end))
            yield Saying([(start, end)], kind, (cue, particle(cue)), source)

    def _with_marks(self, content: Stretch, cue: Token) -> Stretch:
        """A content before its cue begins with the quotation that it begins in."""
        start, end = content
        if end <= cue.idx:
            start = min([start, *(a for a, b in self.quotations if a < start < b <= end)])
        return start, end

    def _before(self, cue: Token, quoted: Sequence[Saying]) -> Stretch | None:
        """“…, reported Andina” and “…, as quoted by Andina”: all of the sentence before it."""
        as_quoted = follows_as(cue)
        if self.sources.inverted(cue) is None and not as_quoted:
            return None
        last = cue.i - (2 if as_quoted else 1)
        if last < 0:
            return None
        comma = self.doc[last].text == ","
        end = self.doc[last].idx + (0 if comma else len(self.doc[last]))
        start = cue.sent[0].idx
        for token in cue.sent:
            if token.i < cue.i and token.is_space:
                start = token.idx + len(token)
        # A quotation that ends in this sentence begins the content, however long it is.
        spoken = [s for s in quoted if s.cue and s.start < start < s.cue[0].idx < cue.idx]
        start = min([start, *(s.start for s in spoken)])
        start = min([start, *(a for a, b in self.quotations if a < start < b)])
        return (start, end) if end - start > 10 and "\n" not in self.text[start:end] else None

    def according_to(self) -> Iterator[Saying]:
        """“According to X, …” and “…, according to X”."""
        for token in self.doc[:-1]:
            if token.lower_ != "according" or token.nbor().lower_ != "to":
                continue
            sayer = next((c for c in token.nbor().rights if c.dep_ == "pobj"), None)
            source = self.sources.nearest(sayer, token) if sayer is not None else None
            sentence = [t for t in token.sent if not t.is_space]
            named = source.end if source is not None else (sayer or token.nbor()).i + 1
            after = next((t.i for t in sentence if t.i >= named and t.text == ","), token.sent.end)
            side = [t for t in sentence if t.i < token.i]
            if sum(not t.is_punct for t in side) < _CLAUSE:  # it opens the sentence
                side = [t for t in sentence if t.i > after]
            while side and side[-1].text in (",", ".", ";", "-"):
                side.pop()
            if sum(not t.is_punct for t in side) >= _CLAUSE:
                start, end = side[0].idx, side[-1].idx + len(side[-1])
                start = min([start, *(a for a, b in self.quotations if a < start < b <= end)])
                kind = kind_of(start, end, self.quotations)
                yield Saying([(start, end)], kind, (token, token.nbor()), source)
