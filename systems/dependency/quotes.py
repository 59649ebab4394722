"""Attributions in a parsed text: who says what, by quotation marks and by reporting verbs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bench.model import Kind

from ..lexicon import words
from ..quotation import Stretch
from .events import subject_of
from .mentions import Found

_FLOATING = 5
"""A quotation of so many words is taken for one even if nobody is said to say it."""

_CLAUSE = 3
"""With fewer words there is no clause."""
_BESIDE = 120
"""How many characters may stand between a quotation and its cue."""


@dataclass
class Saying:
    """An attribution while it is being put together, in characters but for the cue.

    Attributes:
        pieces: The content.
        cue: First and last token of the cue; None without one.
        source: Who says it; None for an unknown source.
    """

    pieces: list[Stretch]
    kind: Kind
    cue: tuple[Token, Token] | None = None
    source: Found | None = None

    @property
    def start(self) -> int:
        """Where the content begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the content ends."""
        return self.pieces[-1][1]


class Finder:
    """Finds the attributions of one document.

    Args:
        doc: The parsed text.
        quotations: The stretches in quotation marks.
        mentions: The mention that each token heads.
    """

    def __init__(
        self, doc: Doc, quotations: Sequence[Stretch], mentions: Mapping[int, Found]
    ) -> None:
        self.doc = doc
        self.text = doc.text
        self.quotations = quotations
        self.mentions = mentions
        self.cues = [token for token in doc if self._is_cue(token)]

    def find(self) -> list[Saying]:
        """All attributions, in the order of the text."""
        quoted = [s for s in self._join_split(list(self._quoted())) if self._is_said(s)]
        used = {saying.cue[0].i for saying in quoted if saying.cue}
        reported = [
            saying
            for cue in self.cues
            if cue.i not in used
            for saying in self._reported(cue, quoted)
        ]
        sourced = list(self._according_to())
        unique = {
            (tuple(s.pieces), s.cue and s.cue[0].i): s for s in [*quoted, *reported, *sourced]
        }
        return sorted(unique.values(), key=lambda saying: (saying.pieces, saying.kind))

    # Cues and sources

    def _is_cue(self, token: Token) -> bool:
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB":
            return lemma in words("speech", "verbs") and token.dep_ not in ("amod", "compound")
        return token.tag_ in ("NN", "NNS") and lemma in words("speech", "nouns")

    def _source(self, cue: Token) -> Found | None:
        """The subject of a cue; inverted (“…, said Osei”), agentive or understood ones too."""
        subject, passive = subject_of(cue, {})
        if cue.pos_ != "VERB":
            governor = cue.head if cue.dep_ in ("dobj", "pobj", "nsubjpass") else cue
            owner = next((c for c in cue.lefts if c.dep_ == "poss"), None)
            subject, passive = (owner, False) if owner else subject_of(governor, {})
        if passive or self._follows_as(cue):
            agents = [o for c in cue.rights if c.lower_ == "by" for o in c.rights]
            subject = agents[0] if agents else None
        governor = cue.head
        own = any(child.dep_ in ("nsubj", "nsubjpass") for child in cue.children)
        depends = cue.dep_ in ("advcl", "conj") and not self._follows_as(cue)
        if not own and depends and governor.i != cue.i:
            inverted = self._inverted(governor) if self._is_cue(governor) else None
            if inverted is not None:  # “…, reported Andina, adding that …”
                return self._nearest_member(inverted, governor)
        inverted = self._inverted(cue)
        if inverted is not None and (subject is None or cue.dep_ in ("conj", "ROOT", "advcl")):
            subject = inverted
        return self._nearest_member(subject, cue) if subject is not None else None

    def _inverted(self, cue: Token) -> Token | None:
        """Who stands right behind a verb that a comma or a closing mark precedes."""
        before = cue.nbor(-1) if cue.i else None
        if cue.tag_ not in ("VBD", "VBZ") or before is None or not before.is_punct:
            return None
        if any(child.dep_ in ("nsubj", "nsubjpass") for child in cue.lefts):
            return None
        return next((c for c in cue.rights if c.dep_ in ("dobj", "nsubj", "npadvmod")), None)

    def _follows_as(self, cue: Token) -> bool:
        return cue.tag_ == "VBN" and cue.i > 0 and cue.nbor(-1).lower_ == "as"

    def _nearest_member(self, head: Token, cue: Token) -> Found | None:
        """Of coordinated subjects, the mention nearest to the cue."""
        heads = [head]
        for member in heads:
            heads.extend(child for child in member.rights if child.dep_ == "conj")
        found = [self.mentions[one.i] for one in heads if one.i in self.mentions]
        if not found:  # the parser may have missed which noun of a name is its head
            found = [
                m for m in self.mentions.values() if m.level == "NAM" and m.start <= head.i < m.end
            ]
        return min(found, key=lambda m: abs(m.head.i - cue.i)) if found else None

    # Quotations

    def _quoted(self) -> Iterator[Saying]:
        for start, end in self.quotations:
            cue = self._cue_of(start, end)
            if cue is not None:
                pieces, kind = self._whole(start, end, cue)
                yield Saying(pieces, kind, (cue, _particle(cue)), self._source(cue))
            else:
                yield Saying([(start, end)], "direct", None, self._before_colon(start))

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
        before = self.text[line:start].rstrip()
        if not before.endswith(":"):
            return None
        found = [m for m in self.mentions.values() if line <= self._at(m)[0] < start]
        return max(found, key=lambda m: m.start) if found else None

    def _cue_of(self, start: int, end: int) -> Token | None:
        """The reporting word that governs a quotation or stands beside it."""
        inside = self._tokens(start, end)
        if not inside:
            return None
        outside = [cue for cue in self.cues if not start <= cue.idx < end]
        above = {token.i for t in inside if not t.is_punct for token in t.ancestors}
        governing = [cue for cue in outside if cue.i in above and cue.pos_ == "VERB"]
        beside = [cue for cue in outside if self._is_beside(cue, start, end)]
        chosen = [cue for cue in governing if cue in beside] or beside or governing
        if not chosen:
            return None
        return min(chosen, key=lambda c: (_distance(c, start, end), c.i))

    def _is_beside(self, cue: Token, start: int, end: int) -> bool:
        """In the sentence that goes on before or behind the marks, with no other in between."""
        before = cue.idx < start
        if _distance(cue, start, end) > _BESIDE + len(cue):
            return False
        between = self.text[cue.idx + len(cue) : start] if before else self.text[end : cue.idx]
        if cue.pos_ != "VERB" or len(between) > _BESIDE or any(m in between for m in ".!?;\n"):
            return False
        return before or self.text[start:end].rstrip("”\"’'»“")[-1:] in ",.!?"

    def _whole(self, start: int, end: int, cue: Token) -> tuple[list[Stretch], Kind]:
        """The content that a quotation belongs to: itself, or the clause around quoted words."""
        if cue.idx > end or self.text[start - 2 : start] in (", ", ": "):
            return [(start, end)], "direct"
        clause = self._clause(cue)
        if clause and clause[0] <= start and end <= clause[1] + 2:
            return self._kinded(clause[0], max(end, clause[1]))
        top = self._top(start, end)
        if top is None or top.i <= cue.i:
            return [(start, end)], "direct"
        left, right = self._extent(top)
        for child in cue.rights:  # “promised ‘swift relief’ for the north”
            if child.i > top.i and child.dep_ in ("prep", "dative") and not _is_temporal(child):
                right = max(right, self._extent(child)[1])
        return self._kinded(min(max(left, cue.idx + len(cue) + 1), start), max(right, end))

    def _kinded(self, start: int, end: int) -> tuple[list[Stretch], Kind]:
        inside = [(a, b) for a, b in self.quotations if start <= a and b <= end]
        if not inside:
            return [(start, end)], "indirect"
        covered = sum(b - a for a, b in inside)
        direct = covered >= end - start - len(inside) + 1
        return [(start, end)], "direct" if direct else "mixed"

    def _top(self, start: int, end: int) -> Token | None:
        """The token of a quotation that governs the rest of it."""
        inside = [token for token in self._tokens(start, end) if not token.is_punct]
        return next((t for t in inside if not any(o.is_ancestor(t) for o in inside)), None)

    def _join_split(self, sayings: list[Saying]) -> list[Saying]:
        """“A,” she said, “b.” is one attribution of two pieces."""
        joined: list[Saying] = []
        for saying in sayings:
            last = joined[-1] if joined else None
            if last is not None and last.cue is not None and self._continues(last, saying):
                last.pieces.extend(saying.pieces)
            else:
                joined.append(saying)
        return joined

    def _continues(self, last: Saying, saying: Saying) -> bool:
        between = self.text[last.end : saying.start]
        if last.kind != "direct" or saying.kind != "direct" or "\n" in between or not last.cue:
            return False
        own = saying.cue is not None and saying.cue[0].i != last.cue[0].i
        return not own and last.end <= last.cue[0].idx < saying.start

    # Reported speech

    def _reported(self, cue: Token, quoted: Sequence[Saying]) -> Iterator[Saying]:
        content = self._before_cue(cue, quoted) or self._clause(cue)
        if content is None:
            return
        pieces, kind = self._kinded(*content)
        if any(s.pieces == pieces and s.cue and s.cue[0].i == cue.i for s in quoted):
            return
        yield Saying(pieces, kind, (cue, _particle(cue)), self._source(cue))

    def _before_cue(self, cue: Token, quoted: Sequence[Saying]) -> Stretch | None:
        """“…, reported Andina” and “…, as quoted by Andina”: all of the sentence before it."""
        as_quoted = self._follows_as(cue)
        if self._inverted(cue) is None and not as_quoted:
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
        other = [q for q in self.quotations if q[0] < start < q[1]]
        start = min([start, *(q[0] for q in other)])
        return (start, end) if end - start > 10 and "\n" not in self.text[start:end] else None

    def _clause(self, cue: Token) -> Stretch | None:
        """The clause that a cue governs to its right, without the introducing “that”."""
        for child in cue.rights:
            if child.dep_ in ("ccomp", "acl", "relcl") and _is_clause(child, cue):
                return self._extent(child)
            if child.dep_ == "xcomp" and child.pos_ in ("VERB", "AUX") and not _has_object(cue):
                marked = any(c.lower_ == "to" for c in child.lefts)
                if marked and cue.pos_ == "VERB":
                    return self._extent(child)
            said = child.dep_ == "dobj" and child.lemma_.lower() in words("speech", "said_nouns")
            if said and any(c.dep_ in ("acl", "ccomp", "relcl") for c in child.rights):
                return self._extent(child)
        left = [c for c in cue.lefts if c.dep_ == "ccomp"]
        if left and cue.pos_ == "VERB":
            start, end = self._extent(left[0])
            return (start, end) if end <= cue.idx else None
        return None

    def _extent(self, head: Token) -> Stretch:
        """A word with all that depends on it, less what introduces and what closes it."""
        tokens = sorted(head.subtree, key=lambda token: token.i)
        while len(tokens) > 1 and (tokens[0].lower_ in ("that", ",", "-") or tokens[0].is_space):
            tokens.pop(0)
        while len(tokens) > 1 and (tokens[-1].is_space or tokens[-1].text in (".", ",", ";", ":")):
            tokens.pop()
        return tokens[0].idx, tokens[-1].idx + len(tokens[-1])

    def _according_to(self) -> Iterator[Saying]:
        for token in self.doc[:-1]:
            if token.lower_ != "according" or token.nbor().lower_ != "to":
                continue
            sayer = next((c for c in token.nbor().rights if c.dep_ == "pobj"), None)
            source = self._nearest_member(sayer, token) if sayer is not None else None
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
                pieces, kind = self._kinded(start, end)
                yield Saying(pieces, kind, (token, token.nbor()), source)

    # Places

    def _tokens(self, start: int, end: int) -> Sequence[Token]:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return list(span) if span is not None else []

    def _at(self, mention: Found) -> Stretch:
        return mention.span.start_char, mention.span.end_char


def _is_temporal(preposition: Token) -> bool:
    objects = [child for child in preposition.rights if child.dep_ == "pobj"]
    return any(child.ent_type_ in ("DATE", "TIME") for child in objects)


def _is_clause(child: Token, cue: Token) -> bool:
    if cue.pos_ == "VERB":
        return child.dep_ == "ccomp" and child.pos_ in ("VERB", "AUX")
    marked = any(c.lower_ == "that" for c in child.lefts)
    return marked and any(c.dep_ in ("nsubj", "nsubjpass") for c in child.lefts)


def _has_object(verb: Token) -> bool:
    return any(child.dep_ in ("dobj", "dative") for child in verb.rights)


def _particle(cue: Token) -> Token:
    after = cue.nbor() if cue.i + 1 < len(cue.doc) else cue
    return after if after.dep_ == "prt" and after.head == cue else cue


def _distance(cue: Token, start: int, end: int) -> int:
    return start - cue.idx if cue.idx < start else cue.idx - end
