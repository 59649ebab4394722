"""Whether an event is said to happen: polarity and realis from what governs its trigger."""

from collections.abc import Mapping

from spacy.tokens import Token

from bench.model import Polarity, Realis

from ..lexicon import words
from .found import Found
from .syntax import OBJECTS, bare, is_infinitive
from .triggers import Trigger

_ASKED = {"REQUEST", "AGREE", "THREATEN"}
"""What is asked, promised or threatened need not happen."""
_REFUSED = {"REJECT"}
_NOBODY = {"nobody", "none", "neither", "nothing", "no-one"}
_CONDITIONS = {"if", "unless", "whether", "until"}
_SUGGESTED = {"maybe", "perhaps", "possibly", "potentially", "probably"}


def factuality(
    trigger: Trigger, found: Mapping[int, Trigger], mentions: Mapping[int, Found]
) -> tuple[Polarity, Realis]:
    """The polarity and the realis of a trigger.

    Args:
        trigger: The event, with its arguments.
        found: All triggers by the token that heads them.
        mentions: The mention that each token heads.
    """
    unreal, token, first = False, trigger.head, True
    for _ in range(6):
        if _negated(token) and (first or token.lemma_ in words("speech", "light")):
            return "negative", "other"
        unreal = unreal or _modal(token) or _conditional(token)
        governor = token.head
        if governor.i == token.i or not _carries_on(token, first=first):
            break
        unreal = unreal or _makes_unreal(token, governor, found)
        token, first = governor, False
    unreal = unreal or (token.dep_ == "ROOT" and is_infinitive(token))
    if unreal:
        return "positive", "other"
    return "positive", "generic" if _is_generic(trigger, mentions) else "actual"


def _carries_on(token: Token, *, first: bool) -> bool:
    """Whether what governs a word also decides if it happens."""
    if token.dep_ in ("xcomp", "conj"):
        return True
    if token.dep_ in ("advcl", "acl", "ccomp"):
        return token.tag_ == "VB" and not _modal(token)
    if token.dep_ in ("acomp", "attr"):
        return True
    return first and token.dep_ in (*OBJECTS, "nsubjpass", "pobj", "prep", "compound")


def _makes_unreal(token: Token, governor: Token, found: Mapping[int, Trigger]) -> bool:
    lemma = governor.lemma_.lower()
    infinitive = token.tag_ == "VB" and token.dep_ in ("xcomp", "advcl", "acl", "ccomp")
    if infinitive and (lemma in words("speech", "modals_future") or token.dep_ != "xcomp"):
        return True
    above = found.get(governor.i)
    if token.dep_ == "pobj" and token.pos_ == "NOUN":
        above = found.get(governor.head.i)
        about = governor.lower_ in ("about", "for", "on")
        return above is not None and about and above.type in ("REQUEST", "CONSULT")
    if token.dep_ in ("xcomp", *OBJECTS) and token.tag_ != "VBG":
        noun = token.pos_ == "NOUN"
        if noun and lemma in words("speech", "cancels"):
            return True
        if above is None:
            return False
        if noun and above.type == "CONSULT":
            return True  # what is discussed
        if noun and lemma in words("speech", "receives"):
            return False
        return (above.type in _ASKED | _REFUSED and infinitive) or (noun and above.type in _ASKED)
    return False


def _negated(token: Token) -> bool:
    negators = words("speech", "negators")
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ == "no"):
            return True
        if child.dep_ in ("nsubj", "nsubjpass"):
            none = child.lower_ in _NOBODY or any(c.lower_ == "no" for c in child.lefts)
            if none and token.pos_ in ("VERB", "AUX"):
                return True
    if token.dep_ == "pcomp" and token.head.lower_ == "without":
        return True
    governor = token.head
    return token.dep_ == "xcomp" and governor.lemma_ in negators and governor.pos_ == "VERB"


def _modal(token: Token) -> bool:
    return any(
        (child.dep_ == "aux" and child.tag_ == "MD")
        or (child.dep_ == "advmod" and child.lower_ in _SUGGESTED)
        for child in token.children
    )


def _conditional(token: Token) -> bool:
    return any(child.dep_ == "mark" and child.lower_ in _CONDITIONS for child in token.children)


def _is_generic(trigger: Trigger, mentions: Mapping[int, Found]) -> bool:
    """Whether no particular parties do it on no particular occasion: “juntas arrest critics”."""
    head = trigger.head
    if any(child.lower_ == "such" for child in head.lefts):
        return True
    parties = [m for found in trigger.arguments.values() for m in found]
    if trigger.times or not parties or not all(_is_kind(m, mentions) for m in parties):
        return False
    if head.pos_ == "VERB":
        return _is_habit(head)
    return any(child.lower_ == "of" for child in head.rights) and not any(
        child.dep_ in ("nummod", "poss") for child in head.lefts
    )


def _is_kind(mention: Found, mentions: Mapping[int, Found]) -> bool:
    """A bare plural, or one of a kind, and nothing particular in it."""
    if mention.level != "NOM":
        return False
    inside = mention.span[:-1]
    if any(token.i in mentions for token in inside):
        return False
    one = mention.span[0].lower_ in ("a", "an")
    return one or (mention.head.tag_ == "NNS" and bare(inside))


def _is_habit(verb: Token) -> bool:
    """A simple present in a sentence that ends, which a headline does not."""
    last = verb.sent[-1] if not verb.sent[-1].is_space or len(verb.sent) == 1 else verb.sent[-2]
    auxiliaries = [c for c in verb.lefts if c.dep_ in ("aux", "auxpass")]
    tense = auxiliaries[0] if auxiliaries else verb
    present = tense.tag_ in ("VBP", "VBZ") and verb.tag_ != "VBG" and tense.lemma_ != "have"
    return present and last.text in ".!?\"'"
