"""Words of saying, and who says."""

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from ..lexicon import words
from ..quotation import Stretch
from .fillers import mentions_at
from .found import Found
from .syntax import SUBJECTS, subject_of


def is_cue(token: Token) -> bool:
    """Whether a word can say that something is said."""
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB":
        known = lemma in words("speech", "verbs") | words("speech", "naming")
        return known and token.dep_ not in ("amod", "compound")
    return token.tag_ in ("NN", "NNS") and lemma in words("speech", "nouns")


def particle(cue: Token) -> Token:
    """The last word of a cue: itself, or its particle behind it."""
    after = cue.nbor() if cue.i + 1 < len(cue.doc) else cue
    return after if after.dep_ == "prt" and after.head == cue else cue


def follows_as(cue: Token) -> bool:
    """“as [quoted] by”."""
    return cue.tag_ == "VBN" and cue.i > 0 and cue.nbor(-1).lower_ == "as"


def above(cue: Token) -> Token | None:
    """The cue whose sayer says this too, though the tree has it inside of what is said.

    “said that it would rain, [adding] that …”; “said it was a farce and [demanded] that …”.
    """
    governor = cue.head
    if cue.pos_ != "VERB" or any(child.dep_ in SUBJECTS for child in cue.children):
        return None
    adds = cue.dep_ == "advcl" and cue.tag_ == "VBG" and cue.nbor(-1).text == ","
    goes_on = cue.dep_ == "conj" and cue.tag_ in ("VBD", "VBZ") and not _can_speak(governor)
    if not (adds or goes_on) or is_cue(governor):
        return None
    return next((a for a in cue.ancestors if a.pos_ == "VERB" and is_cue(a)), None)


def _can_speak(verb: Token) -> bool:
    """Whether the subject of a verb may say something: a name, a pronoun or a person."""
    subject, _ = subject_of(verb)
    if subject is None or subject.pos_ in ("PROPN", "PRON"):
        return subject is not None
    lemma = subject.lemma_.lower()
    return any(lemma in words("actors", key) for key in ("per", "org", "gpe"))


class Sources:
    """Finds who says what a cue introduces.

    Args:
        mentions: The mention that each token heads.
    """

    def __init__(self, mentions: Mapping[int, Found]) -> None:
        self.mentions = mentions
        self._names = [m for m in mentions.values() if m.level == "NAM"]

    def of(self, cue: Token, content: Stretch) -> Found | None:
        """The subject of a cue; inverted (“…, said Osei”), agentive or understood ones too."""
        outer = above(cue)
        if outer is not None:
            return self.of(outer, content)
        subject, passive = subject_of(cue)
        if cue.pos_ != "VERB":
            governor = cue.head if cue.dep_ in ("dobj", "pobj", "nsubjpass") else cue
            owner = next((c for c in cue.lefts if c.dep_ == "poss"), None)
            subject, passive = (owner, False) if owner else subject_of(governor)
        if passive or follows_as(cue):
            agents = [o for c in cue.rights if c.lower_ == "by" for o in c.rights]
            subject = agents[0] if agents else None
        governor = cue.head
        own = any(child.dep_ in SUBJECTS for child in cue.children)
        depends = cue.dep_ in ("advcl", "conj") and not follows_as(cue)
        if not own and depends and governor.i != cue.i:
            inverted = self.inverted(governor, content) if is_cue(governor) else None
            if inverted is not None:  # “…, reported Andina, adding that …”
                return self.nearest(inverted, governor)
        inverted = self.inverted(cue, content)
        inside = subject is not None and content[0] <= subject.idx < content[1]
        if inverted is not None and (
            subject is None or inside or cue.dep_ in ("conj", "ROOT", "advcl")
        ):
            subject = inverted
        return self.nearest(subject, cue) if subject is not None else None

    def inverted(self, cue: Token, content: Stretch = (0, 0)) -> Token | None:
        """Who stands right behind a verb that a comma or a closing mark precedes."""
        before = cue.nbor(-1) if cue.i else None
        if cue.tag_ not in ("VBD", "VBZ") or before is None or not before.is_punct:
            return None
        outside = (c for c in cue.lefts if not content[0] <= c.idx < content[1])
        if any(child.dep_ in SUBJECTS for child in outside) or before.text in ";:":
            return None
        return next((c for c in cue.rights if c.dep_ in ("dobj", "nsubj", "npadvmod")), None)

    def nearest(self, head: Token, cue: Token) -> Found | None:
        """Of coordinated subjects, the mention nearest to the cue."""
        found: Sequence[Found] = list(mentions_at(head, self.mentions))
        if not found:  # the parser may have missed which noun of a name is its head
            found = [m for m in self._names if m.start <= head.i < m.end]
        return min(found, key=lambda m: abs(m.head.i - cue.i)) if found else None
