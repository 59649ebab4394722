"""Events in a parsed text: triggers from a lexicon, arguments and realis from dependencies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from bench.model import Polarity, Realis

from ..lexicon import PartOfSpeech, event_types, words
from .mentions import Found

MUTUAL = {"AGREE", "CONSULT", "COOPERATE"}
"""Types of events of which every party is an actor."""

_SUBJECTS = {"nsubj", "nsubjpass", "csubj"}
_OBJECTS = {"dobj", "dative", "iobj", "oprd"}
_TOWARDS = {"to", "with", "against", "for", "on", "toward", "towards", "at", "upon"}
_PLACES = {"GPE", "LOC", "FAC"}
_OBJECT_CONTROL = {"REQUEST", "COERCE", "THREATEN"}
_ASKED = {"REQUEST", "AGREE", "THREATEN", "REJECT"}
"""What is asked, promised, threatened or refused need not happen."""
_VISITS = {"visit", "tour", "trip", "travel"}
_IDIOMATIC = {"fire", "siege", "hand", "arm"}
"""Nouns that name an act only together with their verb: “opened fire”."""
_QUANTITIES = {
    "dozen", "hundred", "thousand", "million", "number", "group", "majority", "half", "one", "some",
    "most", "many", "all", "scores", "score", "member", "part", "couple", "series",
}  # fmt: skip
_PARTNERS = {"meet", "join"}
"""Verbs whose object does the same as their subject."""


@dataclass
class Trigger:
    """An event while it is being put together; arguments are (role, start, end) in tokens."""

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


def find(doc: Doc, mentions: Mapping[int, Found]) -> list[Trigger]:
    """All events of a document.

    Args:
        doc: The parsed text.
        mentions: The mention that each token heads.
    """
    covered = {i for m in mentions.values() if m.level == "NAM" for i in range(m.start, m.end)}
    heads = {i for i, m in mentions.items() if m.level == "NOM"}
    found = {
        trigger.head.i: trigger
        for trigger in _triggers(doc)
        if trigger.head.i not in covered and trigger.head.i not in heads
    }
    for trigger in list(found.values()):
        if _is_light(trigger, found):
            del found[trigger.head.i]
    ordered = [found[i] for i in sorted(found)]
    for trigger in ordered:
        trigger.polarity, trigger.realis = _factuality(trigger, found)
        _fill(trigger, mentions, found)
    return ordered


def _triggers(doc: Doc) -> Iterator[Trigger]:
    for token in doc:
        phrase = _phrase(token)
        if phrase:
            yield Trigger(token, doc[token.i : phrase[0]], phrase[1])
            continue
        part = _part_of_speech(token)
        if part is not None:
            kind = event_types(part).get(token.lemma_.lower())
            if kind and (part == "verbs" or _is_act(token, kind)):
                yield Trigger(token, doc[token.i : token.i + 1], kind)


def _part_of_speech(token: Token) -> PartOfSpeech | None:
    if token.pos_ == "VERB" and token.dep_ not in ("amod", "compound", "prep"):
        return "verbs"
    if token.tag_ in ("NN", "NNS"):
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
        noun = word.dep_ in _OBJECTS and word.lemma_.lower() not in event_types("nouns")
        if not (noun or _is_particle(word)):
            return None
        kind = event_types("phrases").get(" ".join(lemmas))
        if kind:
            whole = not noun or word.lemma_.lower() in _IDIOMATIC
            return (end if whole else token.i) + 1, kind
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
        return word.dep_ in ("acomp", "ROOT", "ccomp") or kind == "THREATEN"
    if word.dep_ not in ("compound", "nmod"):
        return True
    lemma = word.head.lemma_.lower()
    actors = words("actors", "per") | words("actors", "org") | words("actors", "titles")
    return lemma not in actors and lemma not in ("process", "office", "talk")


def _is_light(trigger: Trigger, found: Mapping[int, Trigger]) -> bool:
    """“sign a deal”: a verb whose object is an event of the same type only carries it."""
    if trigger.head.pos_ != "VERB":
        return False
    objects = [child for child in trigger.head.rights if child.dep_ in _OBJECTS]
    return any(child.i in found and found[child.i].type == trigger.type for child in objects)


# Realis and polarity


def _factuality(trigger: Trigger, found: Mapping[int, Trigger]) -> tuple[Polarity, Realis]:
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
    return "positive", "other" if unreal else "actual"


def _carries_on(token: Token, *, first: bool) -> bool:
    """Whether what governs a word also decides if it happens."""
    if token.dep_ in ("xcomp", "conj"):
        return True
    if token.dep_ in ("advcl", "acl", "ccomp"):
        return token.tag_ == "VB"
    return first and token.dep_ in (*_OBJECTS, "attr", "nsubjpass", "pobj", "prep", "compound")


def _makes_unreal(token: Token, governor: Token, found: Mapping[int, Trigger]) -> bool:
    lemma = governor.lemma_.lower()
    infinitive = token.tag_ == "VB" and token.dep_ in ("xcomp", "advcl", "acl", "ccomp")
    if infinitive and (lemma in words("speech", "modals_future") or token.dep_ != "xcomp"):
        return True
    if token.dep_ in ("xcomp", *_OBJECTS) and token.tag_ != "VBG":
        asked = governor.i in found and found[governor.i].type in _ASKED
        return asked and (infinitive or token.pos_ == "NOUN")
    return False


def _negated(token: Token) -> bool:
    negators = words("speech", "negators")
    if any(c.dep_ == "neg" or (c.dep_ == "det" and c.lower_ == "no") for c in token.children):
        return True
    if token.dep_ == "pcomp" and token.head.lower_ == "without":
        return True
    governor = token.head
    return token.dep_ == "xcomp" and governor.lemma_ in negators and governor.pos_ == "VERB"


def _modal(token: Token) -> bool:
    return any(child.dep_ == "aux" and child.tag_ == "MD" for child in token.children)


def _conditional(token: Token) -> bool:
    marks = (child.lower_ for child in token.children if child.dep_ == "mark")
    return any(mark in ("if", "unless", "whether", "until") for mark in marks)


# Arguments


def _fill(trigger: Trigger, mentions: Mapping[int, Found], found: Mapping[int, Trigger]) -> None:
    if trigger.head.pos_ == "VERB":
        _fill_verb(trigger, mentions, found)
    else:
        _fill_noun(trigger, mentions, found)
    _place_visits(trigger)
    for governor in _supports(trigger.head, found):
        trigger.times.extend(_times(governor))


def _fill_verb(
    trigger: Trigger, mentions: Mapping[int, Found], found: Mapping[int, Trigger]
) -> None:
    verb = trigger.head
    subject, passive = subject_of(verb, found)
    role = "recipient" if passive and trigger.type not in MUTUAL else "actor"
    if subject is not None:
        trigger.add(role, _mentions_at(subject, mentions))
    for child in verb.children:
        if child.dep_ in _OBJECTS:
            direct = list(_mentions_at(child, mentions))
            partner = verb.lemma_ in _PARTNERS and trigger.type in MUTUAL
            party = direct or _parties_inside(child, mentions, found)
            trigger.add("actor" if partner else "recipient", party)
        elif child.dep_ == "agent":
            for agent in _objects_of(child):
                trigger.add("actor", _mentions_at(agent, mentions))
    _prepositions(trigger, verb, mentions)


def _fill_noun(
    trigger: Trigger, mentions: Mapping[int, Found], found: Mapping[int, Trigger]
) -> None:
    noun = trigger.head
    for child in noun.lefts:
        if child.dep_ in ("poss", "amod", "compound", "nmod"):
            trigger.add("actor", _mentions_at(child, mentions))
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in ("of", "by", "between", "among"):
            for target in _objects_of(child):
                own = child.lower_ != "of" or "actor" not in trigger.arguments
                trigger.add("actor" if own else "recipient", _mentions_at(target, mentions))
    _prepositions(trigger, noun, mentions)
    for verb in _supports(noun, found)[1:]:
        subject, passive = subject_of(verb, found)
        if subject is None or subject.i == noun.i:
            continue
        owned = trigger.type not in MUTUAL and "actor" in trigger.arguments
        role = "recipient" if owned or (passive and verb.dep_ == "relcl") else "actor"
        trigger.add(role, _mentions_at(subject, mentions))
        _prepositions(trigger, verb, mentions)


def _supports(head: Token, found: Mapping[int, Trigger]) -> list[Token]:
    """A trigger and the light verbs over it, whose subject, place and time are the trigger's."""
    chain = [head]
    if head.pos_ == "VERB":
        return chain
    governor = head
    if governor.dep_ == "conj" and governor.head.pos_ == "NOUN":
        governor = governor.head
    if governor.dep_ in (*_OBJECTS, "nsubjpass") and governor.head.pos_ == "VERB":
        verb = governor.head
        if verb.i not in found or found[verb.i].type in _ASKED:
            chain.append(verb)
    elif governor.dep_ in ("acomp", "attr") and governor.head.lemma_ == "be":
        chain.append(governor.head)
    return chain


def _prepositions(trigger: Trigger, head: Token, mentions: Mapping[int, Found]) -> None:
    for child in head.rights:
        if child.dep_ not in ("prep", "dative"):
            continue
        word = child.lower_
        for target in _objects_of(child):
            for mention in _mentions_at(target, mentions):
                if word in ("in", "at", "near", "inside") and mention.type in _PLACES:
                    trigger.add("location", [mention])
                elif word == "with" and trigger.type in MUTUAL:
                    trigger.add("actor", [mention])
                elif word in _TOWARDS:
                    trigger.add("recipient", [mention])


def _place_visits(trigger: Trigger) -> None:
    """The place visited is the location; without a host it is the recipient as well."""
    if trigger.head.lemma_.lower() not in _VISITS:
        return
    recipients = trigger.arguments.get("recipient", [])
    places = [m for m in recipients if m.type in _PLACES]
    hosts = [m for m in recipients if m not in places]
    if places:
        trigger.arguments["location"] = [*trigger.arguments.get("location", []), *places]
        trigger.arguments["recipient"] = hosts or places


def subject_of(verb: Token, found: Mapping[int, Trigger]) -> tuple[Token | None, bool]:
    """The head of a verb's subject, understood ones too, and whether the verb is passive."""
    for _ in range(5):
        passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
        for child in verb.children:
            if child.dep_ in _SUBJECTS:
                relative = child.tag_ in ("WDT", "WP") and verb.dep_ == "relcl"
                return (verb.head if relative else child), passive
        governor = verb.head
        if verb.dep_ == "acl":
            return governor, verb.tag_ == "VBN"
        if verb.dep_ == "xcomp":
            objects = [child for child in governor.children if child.dep_ in _OBJECTS]
            asks = governor.i in found and found[governor.i].type in _OBJECT_CONTROL
            if objects and (asks or governor.lemma_ in ("allow", "let", "help", "enable")):
                return objects[0], False
        if verb.dep_ not in ("xcomp", "conj", "advcl", "pcomp") or governor.i == verb.i:
            return None, passive
        if verb.dep_ == "pcomp":
            preposition, governor = governor, governor.head
            objects = [child for child in governor.children if child.dep_ in _OBJECTS]
            if objects and preposition.lower_ in ("of", "for", "from", "into"):
                return objects[0], False  # “accuse her of lying”
        verb = governor
    return None, False


def _mentions_at(token: Token, mentions: Mapping[int, Found]) -> Iterator[Found]:
    """The mention that a token heads, and those coordinated with it; “dozens of [soldiers]”."""
    if token.i in mentions:
        yield mentions[token.i]
    elif token.lemma_.lower() in _QUANTITIES:
        for child in token.rights:
            if child.lower_ == "of":
                for counted in _objects_of(child):
                    yield from _mentions_at(counted, mentions)
    for child in token.rights:
        if child.dep_ == "conj":
            yield from _mentions_at(child, mentions)


def _parties_inside(
    obj: Token, mentions: Mapping[int, Found], found: Mapping[int, Trigger]
) -> Iterator[Found]:
    """Who is named inside an object that is nobody: “break the [Lima]-[Quito] accord”."""
    if obj.i in found:
        return
    for child in obj.children:
        if child.dep_ in ("compound", "amod", "poss", "nmod"):
            yield from _mentions_at(child, mentions)
        elif child.dep_ == "prep" and child.lower_ in ("of", "with", "by"):
            for target in _objects_of(child):
                yield from _mentions_at(target, mentions)


def _objects_of(preposition: Token) -> Iterator[Token]:
    for child in preposition.rights:
        if child.dep_ == "pobj":
            yield child
        elif child.dep_ == "prep":
            yield from _objects_of(child)


def _times(head: Token) -> Iterator[Span]:
    """Dates and times that modify a word directly."""
    places = [child for child in head.children if child.dep_ in ("npadvmod", "pobj")]
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in ("on", "in", "at", "during", "by", "since"):
            places.extend(_objects_of(child))
    dated = {place.i: place for place in places if place.ent_type_ in ("DATE", "TIME")}
    entities = {(span.start, span.end): span for span in map(_entity_at, dated.values())}
    for _, entity in sorted(entities.items()):
        start = entity.start + (entity[0].lower_ in ("on", "in", "at"))
        if not _is_duration(entity):
            yield entity.doc[start : entity.end]


def _entity_at(token: Token) -> Span:
    """The entity that a token is part of."""
    doc, start, end = token.doc, token.i, token.i + 1
    while doc[start].ent_iob_ == "I":
        start -= 1
    while end < len(doc) and doc[end].ent_iob_ == "I":
        end += 1
    return doc[start:end]


def _is_duration(entity: Span) -> bool:
    units = {"second", "minute", "hour", "day", "week", "month", "year", "decade"}
    number = any(token.pos_ == "NUM" for token in entity)
    before = entity[0].nbor(-1).lower_ if entity.start else ""
    return (number and entity[-1].lemma_.lower() in units) or before in ("for", "over")
