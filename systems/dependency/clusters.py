"""Mentions to actors: names by name, noun phrases by description, groups by their members."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from spacy.tokens import Token

from bench.model import Level

from ..lexicon import buildings, countries, event_types, words
from .found import Found, country_of, is_demonym, land_of
from .syntax import coordinated

_WITHIN = {"in", "near", "at", "through", "across", "outside", "around", "into", "inside"}
_EXPELS = {"SANCTION", "RETREAT", "COERCE"}
_SUFFIXES = {"woman": "f", "girl": "f", "queen": "f", "man": "m", "boy": "m", "king": "m"}
_PAIRS = {"pair", "duo"}
_STATES = {"side", "country", "nation", "neighbor", "neighbour", "state", "government"}
"""Nouns of which two are two countries."""


@dataclass(eq=False)
class Cluster:
    """One actor while it is being put together.

    Attributes:
        country: Its country's name, if it is one.
        descriptions: What its names are described by, as (country, noun).
        plural: Whether it is more than one.
        members: Whom a group consists of, if they are named.
        gender: ``f`` or ``m``, where a word says it.
    """

    type: str
    mentions: list[Found] = field(default_factory=list)
    country: str | None = None
    descriptions: set[tuple[str, str]] = field(default_factory=set)
    plural: bool = False
    surfaces: dict[str, None] = field(default_factory=dict)
    members: tuple["Cluster", ...] = ()
    gender: str = ""

    def add(self, mention: Found) -> None:
        """Take a mention in."""
        self.mentions.append(mention)
        self.surfaces[mention.text.replace("’", "'")] = None
        self.descriptions |= mention.descriptions
        self.gender = self.gender or _gender(mention)

    @property
    def name(self) -> str:
        """A country's name, those of a group's members, else the longest name or noun phrase."""
        if self.country:
            return self.country
        if self.members:
            return " and ".join(sorted(member.name for member in self.members))
        order: dict[Level | None, int] = {"NAM": 2, "NOM": 1}
        best = max(self.mentions, key=lambda m: (order.get(m.level, 0), m.end - m.start))
        span = best.span[1:] if best.span[0].tag_ == "DT" and len(best.span) > 1 else best.span
        return land_of(span.text) if self.type == "GPE" else span.text

    def home(self) -> str | None:
        """The country that the person is said to be of."""
        return next((country for country, _ in sorted(self.descriptions) if country), None)

    def may_be_woman(self) -> bool:
        """Whether the first name ends as those of women in many languages do."""
        given = (m.text.split()[0] for m in self.mentions if m.level == "NAM")
        return self.gender == "f" or (not self.gender and any(n.endswith("a") for n in given))


class Clusters:
    """The actors of a document, and which of them each mention belongs to."""

    def __init__(self, mentions: Sequence[Found]) -> None:
        self.all: list[Cluster] = []
        self._of: dict[int, Cluster] = {}
        self._heads: dict[int, Cluster] = {}
        for mention in mentions:
            if mention.level == "NAM":
                self.join(mention, self._named(mention))
        self._abbreviations()
        for mention in mentions:
            if mention.level == "NOM":
                self.join(mention, self._described(mention))

    def __getitem__(self, mention: Found) -> Cluster | None:
        return self._of.get(id(mention))

    def at(self, head: Token | None) -> Cluster | None:
        """The actor of the mention that a token heads."""
        return self._heads.get(head.i) if head is not None else None

    def join(self, mention: Found, cluster: Cluster | None) -> None:
        """Put a mention into an actor, or into a new one."""
        if cluster is None:
            cluster = Cluster(mention.type)
        if cluster not in self.all:
            self.all.append(cluster)
        cluster.add(mention)
        self._of[id(mention)] = cluster
        self._heads[mention.head.i] = cluster

    def _merge(self, into: Cluster, other: Cluster) -> None:
        for mention in other.mentions:
            self.join(mention, into)
        self.all.remove(other)

    # Names

    def _named(self, mention: Found) -> Cluster | None:
        surface = mention.text.replace("’", "'")
        country = country_of(surface) if mention.type == "GPE" else None
        if country and not _is_city(mention):
            return self.of_country(country)
        institution = buildings().get(surface, surface)
        parts = surface.split()
        for cluster in reversed(self.all):
            if cluster.type != mention.type or cluster.country:
                continue
            for known in cluster.surfaces:
                if known == surface or buildings().get(known, known) == institution:
                    return cluster
                if mention.type == "GPE" and land_of(known) == land_of(surface):
                    return cluster
                if mention.type == "PER" and _same_person(known.split(), parts):
                    return cluster
        return None

    def of_country(self, country: str) -> Cluster:
        """The actor that a country is."""
        found = next((one for one in self.all if one.country == country), None)
        return found or Cluster("GPE", country=country)

    def _abbreviations(self) -> None:
        """“Central Grain Office” and “CGO”."""
        for cluster in list(self.all):
            short = next((m.text for m in cluster.mentions if _is_abbreviation(m.text)), None)
            if short is None or cluster not in self.all or cluster.country:
                continue
            letters = short.replace(".", "")
            for other in self.all:
                long = (m.text for m in other.mentions)
                if other is not cluster and any(_initials(name) == letters for name in long):
                    other.type = "ORG"
                    self._merge(other, cluster)
                    break

    # Noun phrases

    def _described(self, mention: Found) -> Cluster | None:
        noun, country = mention.head.lemma_.lower(), _country_inside(mention)
        apposed = self._apposed(mention)
        if apposed is not None:
            apposed.descriptions.add((country, noun))
            return apposed
        if mention.type == "GPE" and noun in ("country", "nation") and country == "":
            owner = next((c for c in mention.head.lefts if c.tag_ == "PRP$"), None)
            home = self._antecedent_home(owner) if owner is not None else None
            return self.of_country(home) if home else None
        definite = mention.span[0].lower_ in ("the", "both", "these", "those")
        plural = (mention.head.tag_ == "NNS" and noun != "medium") or noun in _PAIRS
        if definite and plural and _two(mention):
            group = self.pair(mention.head, "GPE" if noun in _STATES else mention.type)
            if group is not None:
                return group
        for cluster in reversed(self.all):
            both = definite and plural and cluster.plural
            if both and (noun in _PAIRS or noun in _nouns(cluster)):
                return cluster
            if plural or cluster.plural or not definite:
                continue
            if any(noun == said and country in ("", where) for where, said in cluster.descriptions):
                return cluster
            if mention.type == "ORG" and any(_is_body(m, noun) for m in cluster.mentions):
                return cluster
            if mention.text.lower() in {m.text.lower() for m in cluster.mentions}:
                return cluster
        return Cluster(mention.type, plural=plural)

    def _apposed(self, mention: Found) -> Cluster | None:
        """“Ada Osei, the Chilean president” and “the Chilean president, Ada Osei”."""
        head = mention.head
        partner = head.head if head.dep_ == "appos" else None
        partner = next((c for c in head.rights if c.dep_ == "appos"), partner)
        other = self.at(partner)
        if other is None or (other.type != mention.type and mention.head.dep_ != "appos"):
            return None
        named = any(m.head == partner and m.level == "NAM" for m in other.mentions)
        return other if named else None

    def _antecedent_home(self, owner: Token) -> str | None:
        people = [c for c in self.all if c.type == "PER" and not c.plural]
        person = self.nearest(owner, people)
        return person.home() if person else None

    # Groups

    def pair(self, token: Token, kind: str) -> Cluster | None:
        """The group of the last two actors of a type named in this sentence or the last."""
        start = token.sent.start
        start = token.doc[start - 1].sent.start if start else 0
        last: dict[int, int] = {}
        for number, cluster in enumerate(self.all):
            if cluster.type == kind and not cluster.plural:
                ends = [m.end for m in cluster.mentions if start <= m.start and m.end <= token.i]
                if ends and any(m.level != "PRO" for m in cluster.mentions):
                    last[number] = max(ends)
        if len(last) < 2:
            return None
        members = sorted(last, key=lambda number: last[number])[-2:]
        return self.group([self.all[number] for number in members])

    def group(self, members: Sequence[Cluster]) -> Cluster:
        """The actor that certain actors are together."""
        wanted = {id(member) for member in members}
        for cluster in self.all:
            if {id(member) for member in cluster.members} == wanted:
                return cluster
        return Cluster(members[0].type, plural=True, members=tuple(members))

    def coordinations(self, before: Token) -> Iterator[tuple[Token, list[Cluster]]]:
        """Coordinated actors of one type in the sentence of a token, before it."""
        for token in before.sent[: before.i - before.sent.start]:
            first = self.at(token)
            if first is None or token.dep_ == "conj":
                continue
            members = [self.at(one) for one in coordinated(token) if one.i < before.i]
            named = [m for m in members if m is not None and m.type == first.type]
            if len({id(member) for member in named}) > 1:
                yield token, named

    # Nearness

    def nearest(self, token: Token, candidates: Iterable[Cluster]) -> Cluster | None:
        """The actor last mentioned before a token.

        Subjects of its sentence come first, then those of the sentence before.
        """
        ranked = [
            (rank(mention.head, token), number, cluster)
            for number, cluster in enumerate(candidates)
            for mention in cluster.mentions
            if mention.end <= token.i
        ]
        return max(ranked, key=lambda r: r[:2])[2] if ranked else None


def rank(head: Token, token: Token) -> tuple[int, int]:
    """How well a mention before a token is remembered: 2 in its sentence, 1 in the last."""
    here = token.sent.start
    there = token.doc[here - 1].sent.start if here else 0
    if head.i < there:
        return 0, head.i
    near = 2 if head.i >= here else 1
    return (near if head.dep_ in ("nsubj", "nsubjpass") else 0), head.i


def _two(mention: Found) -> bool:
    words_inside = {token.lower_ for token in mention.span}
    return bool(words_inside & {"two", "both"}) or mention.head.lemma_ in _PAIRS


def _nouns(cluster: Cluster) -> set[str]:
    return {m.head.lemma_.lower() for m in cluster.mentions if m.level == "NOM"}


def _is_body(mention: Found, noun: str) -> bool:
    """Whether a noun ends the name of a body: “the Rail Authority”, “the authority”."""
    return mention.level == "NAM" and mention.type == "ORG" and mention.head.lower_ == noun


def _is_city(mention: Found) -> bool:
    """Whether a capital is meant as a place and not for its country: “in Lima”."""
    known = countries().get(mention.text)
    if known is None or not known.capital:
        return False
    head = mention.head
    after = head.nbor() if head.i + 1 < len(head.doc) else head
    if after.text == "-":
        return True  # “Lima-based”
    governor = head.head
    if head.dep_ == "dobj":
        return governor.lemma_ in ("visit", "tour", "reach", "leave")
    if head.dep_ != "pobj":
        return False
    verb = governor.head.lemma_.lower()
    if governor.lower_ in ("from", "to"):
        moves = verb in words("speech", "motion") or verb == "visit"
        return moves or event_types("verbs").get(verb) in _EXPELS
    return governor.lower_ in _WITHIN


def _gender(mention: Found) -> str:
    if mention.level == "PRO":
        return {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}.get(mention.text, "")
    nouns = [noun for _, noun in mention.descriptions]
    if mention.level == "NOM":
        nouns = [mention.head.lemma_.lower()]
    elif mention.type == "PER":
        given = mention.text.split()[0]
        if given in words("actors", "female_names"):
            return "f"
        if given in words("actors", "given_names"):
            return "m"
    return next((g for end, g in _SUFFIXES.items() for noun in nouns if noun.endswith(end)), "")


def _same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one name is part of the other: its last word, or its first words."""
    short, long = sorted((list(one), list(other)), key=len)
    return long[-len(short) :] == short or long[: len(short)] == short


def _is_abbreviation(text: str) -> bool:
    return text.replace(".", "").isupper() and 2 <= len(text.replace(".", "")) <= 6


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _country_inside(mention: Found) -> str:
    """The country whose adjective or name stands in a noun phrase; empty without one."""
    inside = [token.text for token in mention.span][:-1]
    for length in (3, 2, 1):
        for start in range(len(inside) - length + 1):
            found = country_of(" ".join(inside[start : start + length]))
            if found:
                return found
    return next((land_of(word) for word in inside if is_demonym(word)), "")


def by_start(mentions: Iterable[Found]) -> dict[int, Found]:
    """For each token that heads mentions, the longest of these."""
    ordered = sorted(mentions, key=lambda m: (m.head.i, m.start - m.end))
    return {head: next(group) for head, group in groupby(ordered, key=lambda m: m.head.i)}
