"""Walks on a dependency tree: subjects, objects and what prepositions hold."""

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

from ..lexicon import event_types

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
OBJECTS = frozenset({"dobj", "dative", "iobj", "oprd"})
_OBJECT_CONTROL = frozenset({"REQUEST", "COERCE", "THREATEN"})
_LETTING = frozenset({"allow", "enable", "force", "help", "let"})
_STEPS = 6
"""How far up a tree an understood subject is looked for."""


def objects_of(preposition: Token) -> Iterator[Token]:
    """What a preposition governs, through others (“from inside the town”)."""
    for child in preposition.rights:
        if child.dep_ == "pobj":
            yield child
        elif child.dep_ == "prep":
            yield from objects_of(child)


def objects(verb: Token) -> list[Token]:
    """A verb's objects; for a relative pronoun the noun that it belongs to."""
    found = [child for child in verb.children if child.dep_ in OBJECTS and not _by_to(child)]
    relative = [child for child in found if child.tag_ in ("WDT", "WP")]
    if relative and verb.dep_ == "relcl":
        return [verb.head, *(child for child in found if child not in relative)]
    return found


def _by_to(child: Token) -> bool:
    """Whether a dative is a preposition: “to Peru”."""
    return child.dep_ == "dative" and child.tag_ in ("IN", "TO")


def coordinated(head: Token) -> Iterator[Token]:
    """A word and all that is coordinated with it."""
    yield head
    for child in head.rights:
        if child.dep_ == "conj":
            yield from coordinated(child)


def next_verb(verb: Token) -> Token | None:
    """The verb coordinated with a verb that stands right behind it: “beat and [arrested]”."""
    for child in verb.rights:
        goes_on = child.dep_ == "conj" or (child.dep_ == "advcl" and child.tag_ == "VBN")
        if goes_on and child.pos_ == "VERB":
            between = verb.doc[verb.i + 1 : child.i]
            if all(t.dep_ in ("cc", "punct", "advmod") for t in between):
                return child
    return None


def is_passive(verb: Token) -> bool:
    """Whether a verb has a passive subject or auxiliary of its own."""
    return any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)


def is_infinitive(verb: Token) -> bool:
    """Whether a verb stands with “to”."""
    return any(child.dep_ == "aux" and child.tag_ == "TO" for child in verb.lefts)


def subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The head of a verb's subject, understood ones too, and whether the verb is passive."""
    passive = is_passive(verb)
    for _ in range(_STEPS):
        for child in verb.children:
            if child.dep_ in SUBJECTS:
                relative = child.tag_ in ("WDT", "WP") and verb.dep_ == "relcl"
                return (verb.head if relative else child), passive
        governor = verb.head
        if governor.i == verb.i:
            return None, passive
        if verb.dep_ == "acl":
            if not is_infinitive(verb):
                return governor, verb.tag_ == "VBN"
            owner = next((child for child in governor.lefts if child.dep_ == "poss"), None)
            if owner is not None:
                return owner, passive  # “his wish to leave”
            above = next((a for a in governor.ancestors if a.pos_ in ("VERB", "AUX")), None)
            if above is None:
                return None, passive
            governor = above
        elif verb.dep_ == "xcomp":
            controllers = [child for child in governor.children if child.dep_ in OBJECTS]
            if controllers and _controls(governor):
                return controllers[0], passive
        elif verb.dep_ == "conj":
            passive = passive or (verb.tag_ == "VBN" and is_passive(governor))
        elif verb.dep_ == "pcomp":
            preposition, governor = governor, governor.head
            controllers = [child for child in governor.children if child.dep_ in OBJECTS]
            if controllers and preposition.lower_ in ("of", "for", "from", "into"):
                return controllers[0], passive  # “accuse her of lying”
        elif verb.dep_ not in ("advcl", "acomp", "attr"):
            return None, passive
        verb = governor
    return None, passive


def _controls(verb: Token) -> bool:
    """Whether a verb's object does what its infinitive says: “urged him to resign”."""
    lemma = verb.lemma_.lower()
    return event_types("verbs").get(lemma) in _OBJECT_CONTROL or lemma in _LETTING


def bare(tokens: Iterable[Token]) -> bool:
    """Whether a noun phrase stands without determiner, possessor, number or name."""
    return not any(
        t.dep_ in ("det", "poss", "nummod", "predet") or t.pos_ == "PROPN" for t in tokens
    )
