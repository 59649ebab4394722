"""How far what is said reaches: clauses and quoted words with what completes them."""

from spacy.tokens import Token

from ..lexicon import event_types, words
from ..quotation import Stretch
from .cues import above, is_cue
from .syntax import is_infinitive

_ONLY_ASKED = frozenset({"demand", "propose"})
"""Verbs of asking that say what their infinitive says; the others ask somebody to do it."""
_COMPLETING = {"for", "to", "of", "with", "against", "in", "on", "over", "towards", "toward"}


def clause(cue: Token) -> Stretch | None:
    """The clause that a cue governs, without the introducing “that”."""
    for child in cue.rights:
        if child.dep_ in ("ccomp", "acl", "relcl") and _is_clause(child, cue):
            return extent(child)
        if child.dep_ == "xcomp" and _is_said_to_be_done(child, cue):
            return extent(child)
        said = child.dep_ == "dobj" and child.lemma_.lower() in words("speech", "said_nouns")
        if said and any(c.dep_ in ("acl", "ccomp", "relcl") for c in child.rights):
            return extent(child)
    if cue.pos_ == "VERB":
        left = [c for c in cue.lefts if c.dep_ in ("ccomp", "parataxis")]
        if not left:
            return None
        start, end = extent(left[0])
        return (start, end) if end <= cue.idx else None
    verb = cue.head  # “gave [hints] that …”
    if cue.dep_ == "dobj" and verb.lemma_ in words("speech", "light"):
        for child in verb.rights:
            if child.dep_ == "ccomp" and child.i > cue.i and _is_marked(child):
                return extent(child)
    return None


def extent(head: Token) -> Stretch:
    """A word with all that depends on it, less what introduces and closes it, and other cues."""
    left_out = {
        t.i for word in head.subtree if word != head and _is_said_outside(word, head)
        for t in word.subtree
    }  # fmt: skip
    tokens = sorted((t for t in head.subtree if t.i not in left_out), key=lambda token: token.i)
    if left_out:
        first = min(left_out)
        tokens = [token for token in tokens if token.i < first]
    while len(tokens) > 1 and (tokens[0].lower_ in ("that", ",", "-") or tokens[0].is_space):
        tokens.pop(0)
    while len(tokens) > 1 and _closes(tokens[-1]):
        tokens.pop()
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1])


def completed(top: Token, cue: Token, quoted: Stretch) -> Stretch:
    """Quoted words with the phrase that they are in: “promised [‘swift relief’ for the north]”."""
    start, end = quoted
    for child in top.lefts:
        if child.left_edge.i > cue.i:
            start = min(start, child.left_edge.idx)
    for child in sorted([*top.rights, *cue.rights], key=lambda token: token.i):
        if child.idx < end or child.dep_ not in ("prep", "dative"):
            continue
        if child.lower_ not in _COMPLETING or _is_temporal(child):
            break
        for held in child.rights:
            if held.dep_ == "pobj":
                end = max(end, held.idx + len(held))
    return start, end


def _is_said_outside(word: Token, head: Token) -> bool:
    """Whether a verb of saying below a clause is the outer sayer's: “…, adding that …”."""
    if word.pos_ != "VERB" or not is_cue(word):
        return False
    outer = above(word)
    return outer is not None and outer.is_ancestor(head)


def _closes(token: Token) -> bool:
    return token.is_space or token.text in (".", ",", ";", ":") or token.dep_ == "cc"


def _is_clause(child: Token, cue: Token) -> bool:
    if cue.pos_ == "VERB":
        return child.dep_ == "ccomp" and child.pos_ in ("VERB", "AUX")
    return _is_marked(child) and any(c.dep_ in ("nsubj", "nsubjpass") for c in child.lefts)


def _is_marked(child: Token) -> bool:
    return any(c.lower_ == "that" for c in child.lefts)


def _is_said_to_be_done(child: Token, cue: Token) -> bool:
    """“promised to leave”, but not “asked her to leave” and “asked to leave”."""
    if child.pos_ not in ("VERB", "AUX") or cue.pos_ != "VERB" or not is_infinitive(child):
        return False
    if any(other.dep_ in ("dobj", "dative") for other in cue.rights):
        return False
    lemma = cue.lemma_.lower()
    return event_types("verbs").get(lemma) != "REQUEST" or lemma in _ONLY_ASKED


def _is_temporal(preposition: Token) -> bool:
    held = [child for child in preposition.rights if child.dep_ == "pobj"]
    return any(child.ent_type_ in ("DATE", "TIME") for child in held)
