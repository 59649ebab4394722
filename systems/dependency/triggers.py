"""The words that denote events: verbs, nouns, adjectives and phrases of the lexicon."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from bench.model import Polarity, Realis

from ..lexicon import PartOfSpeech, event_types, words
from .found import Found
from .frames import by_frame
from .syntax import OBJECTS, objects

_IDIOMATIC = {"fire", "siege", "hand", "arm", "hostage", "captive", "prisoner"}
"""Nouns that name an act only together with their verb: “opened fire”."""
_TOPICS = {"process", "office", "talk"}
_PARTICIPLES = {"ASSAULT", "COERCE", "PROTEST", "SANCTION"}
"""Types of acts that a participle before a noun denotes: “the [striking] dockers”."""


@dataclass(eq=False)
class Trigger:
    """An event while it is being put together."""

    head: Token
    span: Span
    type: str
    realis: Realis = "actual"
    polarity: Polarity = "positive"
    arguments: dict[str, list[Found]] = field(default_factory=dict)
    times: list[Span] = field(default_factory=list)

    def add(self, role: str, mentions: Iterable[Found]) -> None:
        """Fill a role with more mentions, none twice in the event."""
        known = [m for found in self.arguments.values() for m in found]
        fresh = [m for m in mentions if m not in known]
        if fresh:
            self.arguments.setdefault(role, []).extend(fresh)


def find(doc: Doc, mentions: Mapping[int, Found]) -> dict[int, Trigger]:
    """The triggers of a document by the token that heads them.

    Args:
        doc: The parsed text.
        mentions: The mention that each token heads.
    """
    names = [m for m in mentions.values() if m.level == "NAM"]
    taken = {i for m in names for i in range(m.start, m.end)}
    taken |= {i for i, m in mentions.items() if m.level == "NOM"}
    found = {t.head.i: t for t in _all(doc, mentions) if t.head.i not in taken}
    return {i: trigger for i, trigger in found.items() if not _is_light(trigger, found)}


def _all(doc: Doc, mentions: Mapping[int, Found]) -> Iterator[Trigger]:
    for token in doc:
        phrase = _phrase(token)
        if phrase:
            yield Trigger(token, doc[token.i : phrase[0]], phrase[1])
            continue
        kind = _type(token, mentions)
        if kind is not None:
            yield Trigger(token, doc[token.i : token.i + 1], kind)


def _type(token: Token, mentions: Mapping[int, Found]) -> str | None:
    part = _part_of_speech(token, mentions)
    if part is None:
        return None
    kind = event_types(part).get(token.lemma_.lower())
    if part == "verbs":
        return by_frame(token, kind, mentions)
    if is_judgement(token):
        return "ACCUSE"
    return kind if kind and _is_act(token, kind) else None


def _part_of_speech(token: Token, mentions: Mapping[int, Found]) -> PartOfSpeech | None:
    if token.pos_ == "VERB" and token.dep_ not in ("amod", "compound", "prep"):
        return "verbs"
    if token.pos_ == "VERB" and token.dep_ == "amod" and token.head.i in mentions:
        kind = event_types("verbs").get(token.lemma_.lower())
        if kind in _PARTICIPLES and token.tag_ in ("VBG", "VBN"):
            return "verbs"
    if token.tag_ in ("NN", "NNS") or (token.tag_ == "NNP" and token.text.islower()):
        return "nouns"
    if token.pos_ == "ADJ" or (token.pos_ == "VERB" and token.dep_ == "amod"):
        return "adjectives"
    return None


def _phrase(token: Token) -> tuple[int, str] | None:
    """The end and the type of a multiword trigger that begins at a verb.

    Its other words are particles (“pull out”) or a noun that is no act by itself (“open fire”).
    """
    if token.pos_ != "VERB":
        return None
    lemmas = [token.lemma_.lower()]
    for end in range(token.i + 1, min(token.i + 4, len(token.doc))):
        lemmas.append(token.doc[end].lemma_.lower())
        word = token.doc[end]
        idiom = word.lemma_.lower() in _IDIOMATIC
        noun = word.dep_ in OBJECTS and (idiom or word.lemma_.lower() not in event_types("nouns"))
        if not (noun or _is_particle(word)):
            return None
        kind = event_types("phrases").get(" ".join(lemmas))
        if kind:
            return (end if not noun or idiom else token.i) + 1, kind
    return None


def _is_particle(word: Token) -> bool:
    """“pull [out]”, “pull [out] of it”; a preposition has an object of its own."""
    if word.dep_ == "prep":
        return not any(child.dep_ in ("pobj", "pcomp") for child in word.children)
    return word.tag_ in ("RP", "RB") and word.dep_ in ("prt", "advmod")


def _is_act(word: Token, kind: str) -> bool:
    """Whether a noun or an adjective is the act itself and not what something is about or like.

    “sanctions committee” and “violent past” are not; “arms deal” and “it is shameful” are.
    """
    if word.pos_ in ("ADJ", "VERB"):
        return word.dep_ in ("acomp", "ROOT", "ccomp", "oprd") or kind == "THREATEN"
    if word.dep_ not in ("compound", "nmod"):
        return True
    lemma = word.head.lemma_.lower()
    actors = words("actors", "per") | words("actors", "org") | words("actors", "titles")
    return lemma not in actors and lemma not in _TOPICS


def is_judgement(noun: Token) -> bool:
    """Whether something is said to be a disgrace, or an act of something bad."""
    act = noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_ == "act"
    top = noun.head.head if act else noun
    said = act or noun.lemma_.lower() in words("speech", "judgements")
    return said and noun.tag_ == "NN" and top.dep_ in ("attr", "oprd")


def _is_light(trigger: Trigger, found: Mapping[int, Trigger]) -> bool:
    """“sign a deal”: a verb whose object is an event of the same type only carries it."""
    if trigger.head.pos_ != "VERB":
        return False
    under = (found.get(child.i) for child in objects(trigger.head))
    return any(other is not None and other.type == trigger.type for other in under)
