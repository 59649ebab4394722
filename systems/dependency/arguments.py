"""Who does an event, to whom and where: from subjects, objects, possessors and prepositions."""

from collections.abc import Iterator, Mapping

from spacy.tokens import Token

from ..lexicon import event_types, words
from . import times
from .fillers import mentions_at
from .found import Found, country_of
from .syntax import OBJECTS, next_verb, objects, objects_of, subject_of
from .triggers import Trigger, is_judgement

MUTUAL = {"AGREE", "CONSULT", "COOPERATE"}
"""Types of events of which every party is an actor."""

_TOWARDS = {"to", "with", "against", "for", "on", "toward", "towards", "at", "upon"}
_PLACES = {"GPE", "LOC", "FAC"}
_WHERE = {
    "across", "along", "around", "at", "behind", "in", "inside", "into", "near", "off", "outside",
    "over", "through",
}  # fmt: skip
_AWAY = {"RETREAT", "SANCTION", "COERCE"}
"""Types of acts that take somebody from a place."""
_VISITS = {"visit", "tour", "trip", "travel"}
_PARTNERS = {"meet", "join", "consult"}
"""Verbs whose object does the same as their subject."""
_LEAVING = {"abandon", "evacuate", "flee", "leave", "quit", "vacate"}
"""Verbs whose object is the place that is left."""
_SHARING = {"ASSAULT", "COERCE", "SANCTION", "ACCUSE", "SUPPORT", "REJECT", "RETREAT", "PROTEST"}
"""Types of verbs that take over the object of the next verb: “beat and arrested students”."""
_UNDERGONE = {"COERCE", "SANCTION"}
"""Types of nouns whose possessor, being a person, undergoes them: “Osei's arrest”."""
_DONE_TO = {"ASSAULT", "COERCE", "SANCTION", "ACCUSE", "RETREAT", "SUPPORT"}
"""Types of nouns whose “of” names who undergoes them."""
_DONE_BY = {"aggression", "brutality", "cruelty", "fire", "terrorism", "tyranny", "violence", "war"}


def fill(
    trigger: Trigger,
    found: Mapping[int, Trigger],
    mentions: Mapping[int, Found],
    speakers: Mapping[int, Found],
) -> None:
    """Give an event its arguments and its times.

    Args:
        trigger: The event.
        found: All triggers by the token that heads them.
        mentions: The mention that each token heads.
        speakers: For each token in a quotation, who speaks.
    """
    head = trigger.head
    supports = [head]
    if head.dep_ == "amod" and head.tag_ in ("VBG", "VBN"):
        role = "actor" if head.tag_ == "VBG" else "recipient"
        trigger.add(role, mentions_at(head.head, mentions))
    elif head.pos_ == "VERB":
        supports += _fill_verb(trigger, mentions)
    elif head.lemma_.lower() in words("speech", "judgements") or is_judgement(head):
        _fill_judgement(trigger, mentions, speakers)
    else:
        supports += _fill_noun(trigger, found, mentions)
    _place_visit(trigger, found)
    for support in supports:
        trigger.times.extend(t for t in times.of(support) if t not in trigger.times)


# Verbs


def _fill_verb(trigger: Trigger, mentions: Mapping[int, Found]) -> list[Token]:
    verb = trigger.head
    subject, passive = subject_of(verb)
    if subject is not None:
        role = "recipient" if passive and trigger.type not in MUTUAL else "actor"
        trigger.add(role, mentions_at(subject, mentions))
    following = [verb]
    while trigger.type in _SHARING and (after := next_verb(following[-1])) is not None:
        following.append(after)
    things = objects(verb)
    if not things and not passive:
        things = objects(following[-1])
    for thing in things:
        direct = list(mentions_at(thing, mentions))
        party = direct or list(_inside(thing, mentions))
        role = "actor" if verb.lemma_ in _PARTNERS and trigger.type in MUTUAL else "recipient"
        left = verb.lemma_ in _LEAVING and any(m.type in _PLACES for m in direct)
        trigger.add("location" if left else role, party)
    agents = [c for c in verb.children if c.dep_ == "agent"]
    for agent in agents:
        for doer in objects_of(agent):
            trigger.add("actor", mentions_at(doer, mentions))
    if trigger.type in ("REQUEST", "ACCUSE") and "recipient" not in trigger.arguments:
        _subject_of_complement(trigger, verb, mentions)
    for one in following if not objects(verb) else [verb]:
        _prepositions(trigger, one, mentions)
        below = [*things, *(doer for agent in agents for doer in objects_of(agent))]
        for thing in below:
            _prepositions(trigger, thing, mentions, below=True)
    return [*following[1:], *things] if not objects(verb) else list(things)


def _subject_of_complement(trigger: Trigger, head: Token, mentions: Mapping[int, Found]) -> None:
    """“concern that [Peru] might arm”, “demanded that [the general] resign”."""
    for child in head.rights:
        if child.dep_ in ("ccomp", "acl", "csubj") and child.pos_ in ("VERB", "AUX"):
            subject = next((c for c in child.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
            if subject is not None:
                trigger.add("recipient", mentions_at(subject, mentions))


# Judgements


def _fill_judgement(
    trigger: Trigger, mentions: Mapping[int, Found], speakers: Mapping[int, Found]
) -> None:
    """“It is [shameful] that Peru arms”: of whom it is said, and who says it."""
    if trigger.head.i in speakers:
        trigger.add("actor", [speakers[trigger.head.i]])
    clause = trigger.head.head
    _subject_of_complement(trigger, trigger.head, mentions)
    _subject_of_complement(trigger, clause, mentions)
    subject, _ = subject_of(clause)
    if subject is not None and subject.tag_ != "PRP":
        trigger.add("recipient", mentions_at(subject, mentions))


# Nouns and adjectives


def _fill_noun(
    trigger: Trigger, found: Mapping[int, Trigger], mentions: Mapping[int, Found]
) -> list[Token]:
    noun = trigger.head
    prepositions = [child for child in noun.rights if child.dep_ in ("prep", "agent")]
    words_after = {child.lower_ for child in prepositions}
    owned = False
    for child in noun.lefts:
        if child.dep_ not in ("poss", "amod", "compound", "nmod"):
            continue
        holders = list(mentions_at(child, mentions))
        person = child.dep_ == "poss" and any(m.type == "PER" for m in holders)
        undergone = person and trigger.type in _UNDERGONE and not words_after & {"of", "on"}
        place = child.dep_ == "compound" and any(m.type in ("FAC", "LOC") for m in holders)
        trigger.add("recipient" if undergone or place else "actor", holders)
        owned = owned or (child.tag_ == "PRP$" and bool(holders))
    for child in prepositions:
        for target in objects_of(child):
            party = list(mentions_at(target, mentions))
            if child.lower_ in ("by", "between", "among"):
                trigger.add("actor", party)
                _prepositions(trigger, target, mentions, below=True)
            elif child.lower_ == "of":
                trigger.add("recipient" if _is_done_to(trigger, words_after) else "actor", party)
    _prepositions(trigger, noun, mentions)
    if trigger.type == "ACCUSE":
        _subject_of_complement(trigger, noun, mentions)
    supports = []
    for verb, role in _supports(trigger, found):
        supports.append(verb)
        subject, passive = subject_of(verb)
        if subject is None or subject.i == noun.i:
            continue
        if role == "actor" and passive and verb.lemma_ not in ("engage", "involve"):
            role = "recipient"
            for agent in (c for c in verb.children if c.dep_ == "agent"):
                for doer in objects_of(agent):
                    trigger.add("actor", mentions_at(doer, mentions))
            if verb.dep_ != "relcl":
                subject = None
        elif role == "actor" and "actor" in trigger.arguments and trigger.type not in MUTUAL:
            role, subject = "recipient", None if owned else subject
        if subject is not None:
            trigger.add(role, mentions_at(subject, mentions))
        _prepositions(trigger, verb, mentions)
    _from_the_asked(trigger, found, mentions)
    return supports


def _is_done_to(trigger: Trigger, others: set[str]) -> bool:
    """Whether the “of” of a noun names who undergoes it."""
    if "actor" in trigger.arguments or "by" in others:
        return True
    return trigger.type in _DONE_TO and trigger.head.lemma_.lower() not in _DONE_BY


def _supports(trigger: Trigger, found: Mapping[int, Trigger]) -> Iterator[tuple[Token, str]]:
    """The light verbs over a noun, whose subject, place and time are its own; and which role.

    “held [talks]”, “is on a [visit]”, “accepted the [invitation]”.
    """
    governor = trigger.head
    while governor.dep_ == "conj" and governor.head.pos_ in ("NOUN", "ADJ"):
        governor = governor.head
    verb = governor.head
    if governor.dep_ in (*OBJECTS, "nsubjpass") and verb.pos_ == "VERB":
        above, lemma = found.get(verb.i), verb.lemma_.lower()
        if trigger.type == "REQUEST" and lemma in words("speech", "receives"):
            yield verb, "recipient"
        elif lemma in words("speech", "cancels"):
            return
        elif (
            above is None
            or lemma in words("speech", "takes_part")
            or above.type in ("AGREE", "THREATEN", "CONSULT")
            or (above.type == "REJECT" and trigger.type in ("CONSULT", "COOPERATE"))
        ):
            yield verb, "actor"
    elif governor.dep_ in ("acomp", "attr") and verb.lemma_ == "be":
        yield verb, "actor"
    elif governor.dep_ == "pobj" and verb.dep_ == "prep":
        carrier, word = verb.head, verb.lower_
        light = carrier.lemma_ in words("speech", "light")
        if carrier.pos_ in ("VERB", "AUX") and light and word in ("on", "in", "into", "under"):
            yield carrier, "recipient" if word == "under" else "actor"


def _from_the_asked(
    trigger: Trigger, found: Mapping[int, Trigger], mentions: Mapping[int, Found]
) -> None:
    """“demanded an [apology] from Peru”, “barracks under [attack]”."""
    noun, verb = trigger.head, trigger.head.head
    above = found.get(verb.i)
    if noun.dep_ in OBJECTS and above is not None and above.type == "REQUEST":
        for child in verb.rights:
            if child.dep_ == "prep" and child.lower_ in ("from", "of"):
                for target in objects_of(child):
                    trigger.add("actor", mentions_at(target, mentions))
    if noun.dep_ == "pobj" and verb.lower_ == "under" and verb.head.i in mentions:
        trigger.add("recipient", mentions_at(verb.head, mentions))


# Prepositions and places


def _prepositions(
    trigger: Trigger, head: Token, mentions: Mapping[int, Found], *, below: bool = False
) -> None:
    """Parties and places after a word's prepositions.

    Args:
        trigger: The event to fill.
        head: The trigger, a verb that supports it or, ``below`` it, one of its arguments, whose
            prepositions tell places only: “arrested two men in [Lima]”.
        mentions: The mention that each token heads.
        below: Whether the head is an argument.
    """
    for child in head.rights:
        if child.dep_ not in ("prep", "dative"):
            continue
        for target in objects_of(child):
            party = list(mentions_at(target, mentions))
            if not party and not below and child.lower_ in _TOWARDS:
                party = list(_inside(target, mentions))
            for mention in party:
                role = _role(trigger, child, mention)
                nearer = below and "location" in trigger.arguments
                if role is not None and (role == "location" or not below) and not nearer:
                    trigger.add(role, [mention])
            act = target.lemma_.lower() in event_types("nouns")
            if target.tag_ in ("NN", "NNS") and not act and (party or not below):
                _prepositions(trigger, target, mentions, below=True)


def _role(trigger: Trigger, preposition: Token, mention: Found) -> str | None:
    word, verb = preposition.lower_, preposition.head
    place = mention.type in _PLACES
    if word in _WHERE and place:
        return "location"
    if word == "from":
        if place and trigger.type in _AWAY:
            return "location"
        if trigger.type == "REQUEST":
            return "recipient"
        return "actor" if trigger.head.pos_ == "NOUN" else None
    if word == "with" and trigger.type in MUTUAL:
        return "actor"
    if word not in _TOWARDS:
        return None
    if place and word == "to" and trigger.type == "REQUEST":
        return None
    if place and word == "to":
        moves = verb.lemma_ in words("speech", "motion") and verb.lemma_ not in _VISITS
        if moves or mention.type in ("FAC", "LOC"):
            return "location" if moves else None
    return "recipient"


def _place_visit(trigger: Trigger, found: Mapping[int, Trigger]) -> None:
    """The place visited is the location; without a host it is the recipient as well."""
    head = trigger.head
    if head.lemma_.lower() not in _VISITS:
        return
    recipients = trigger.arguments.pop("recipient", [])
    places = [m for m in recipients if m.type in _PLACES]
    hosts = [m for m in recipients if m not in places]
    above = found.get(head.head.i)
    if head.dep_ == "xcomp" and above is not None and above.type == "REQUEST":
        hosts += above.arguments.get("actor", [])
    if places:
        trigger.arguments["location"] = [*trigger.arguments.get("location", []), *places]
    hosts = hosts or [m for m in places if country_of(m.text)]
    if hosts:
        trigger.arguments["recipient"] = hosts


# Inside objects


def _inside(obj: Token, mentions: Mapping[int, Found]) -> Iterator[Found]:
    """Who is named inside an object that is nobody: “break the [Lima]-[Quito] accord”."""
    for child in obj.children:
        if child.dep_ in ("compound", "amod", "poss", "nmod"):
            yield from _own(child, mentions)
        elif child.dep_ == "prep" and child.lower_ in ("of", "with", "by", "for", "from", "to"):
            for target in objects_of(child):
                yield from _own(target, mentions)
        elif child.dep_ == "acl" and child.tag_ == "VBN":
            for agent in (c for c in child.rights if c.dep_ == "agent"):
                for doer in objects_of(agent):
                    yield from _own(doer, mentions)


def _own(token: Token, mentions: Mapping[int, Found]) -> Iterator[Found]:
    """The mentions at a token; a possessive pronoun mostly is the actor again, but not “our”."""
    if token.tag_ != "PRP$" or token.lower_ in ("my", "our", "your"):
        yield from mentions_at(token, mentions)
