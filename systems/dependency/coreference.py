"""Mentions to actors: names by name, noun phrases by description, pronouns by nearness."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from spacy.tokens import Token

from bench.model import Level

from ..lexicon import buildings
from .mentions import FIRST_PERSON, PLURAL_PRONOUNS, Found, country_of

_FEMALE_OR_MALE = {"he", "him", "his", "himself", "she", "her", "hers", "herself"}
_THING = {"it", "its", "itself"}
_SPEAKS_FOR_COUNTRY = {"president", "leader", "premier", "minister", "king", "queen", "chancellor",
                       "ambassador", "envoy", "diplomat", "monarch", "sultan", "emir"}  # fmt: skip


@dataclass
class Cluster:
    """One actor while it is being put together."""

    type: str
    mentions: list[Found] = field(default_factory=list)
    country: str | None = None
    descriptions: set[tuple[str, str]] = field(default_factory=set)
    plural: bool = False
    surfaces: dict[str, None] = field(default_factory=dict)

    def add(self, mention: Found) -> None:
        """Take a mention in."""
        self.mentions.append(mention)
        self.surfaces[mention.text.replace("’", "'")] = None
        self.descriptions |= mention.descriptions

    @property
    def name(self) -> str:
        """A country's name, else the longest name, else the longest noun phrase."""
        if self.country:
            return self.country
        order: dict[Level | None, int] = {"NAM": 2, "NOM": 1}
        best = max(self.mentions, key=lambda m: (order.get(m.level, 0), m.end - m.start))
        words = [token for token in best.span if token.tag_ not in ("DT", "POS")]
        return " ".join(token.text for token in words) or best.text

    def home(self) -> str | None:
        """The country that the person is said to be of."""
        return next((country for country, _ in sorted(self.descriptions) if country), None)


class Clusters:
    """The actors of a document, and which of them each mention belongs to."""

    def __init__(self, mentions: Sequence[Found]) -> None:
        self.all: list[Cluster] = []
        self._of: dict[int, Cluster] = {}
        for mention in mentions:
            if mention.level == "NAM":
                self._join(mention, self._named(mention))
        self._abbreviations()
        for mention in mentions:
            if mention.level == "NOM":
                self._join(mention, self._described(mention))

    def __getitem__(self, mention: Found) -> Cluster | None:
        return self._of.get(id(mention))

    def _join(self, mention: Found, cluster: Cluster | None) -> None:
        if cluster is None:
            cluster = Cluster(mention.type)
            self.all.append(cluster)
        cluster.add(mention)
        self._of[id(mention)] = cluster

    def _merge(self, into: Cluster, other: Cluster) -> None:
        for mention in other.mentions:
            into.add(mention)
            self._of[id(mention)] = into
        self.all.remove(other)

    def _named(self, mention: Found) -> Cluster | None:
        surface = mention.text.replace("’", "'")
        country = country_of(surface) if mention.type == "GPE" else None
        if country:
            return self._of_country(country)
        institution = buildings().get(surface, surface)
        parts = surface.split()
        for cluster in reversed(self.all):
            if cluster.type != mention.type or cluster.country:
                continue
            for known in cluster.surfaces:
                if known == surface or buildings().get(known, known) == institution:
                    return cluster
                if mention.type == "PER" and _same_person(known.split(), parts):
                    return cluster
        return None

    def _of_country(self, country: str) -> Cluster:
        found = next((one for one in self.all if one.country == country), None)
        if found is None:
            found = Cluster("GPE", country=country)
            self.all.append(found)
        return found

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

    def _described(self, mention: Found) -> Cluster | None:
        noun, country = mention.head.lemma_.lower(), _country_inside(mention)
        apposed = self._apposed(mention)
        if apposed is not None:
            apposed.descriptions.add((country, noun))
            return apposed
        if mention.type == "GPE" and noun in ("country", "nation") and country == "":
            owner = _possessor(mention.head)
            home = self._antecedent_home(owner) if owner is not None else None
            return self._of_country(home) if home else None
        definite = mention.span[0].lower_ in ("the", "both", "these", "those")
        plural = mention.head.tag_ == "NNS"
        for cluster in reversed(self.all):
            known = {m.head.lemma_.lower() for m in cluster.mentions if m.level == "NOM"}
            if plural and cluster.plural and definite and noun in known:
                return cluster
            if plural or cluster.plural or not definite:
                continue
            if any(noun == said and country in ("", where) for where, said in cluster.descriptions):
                return cluster
            if mention.text.lower() in {m.text.lower() for m in cluster.mentions}:
                return cluster
        fresh = Cluster(mention.type, plural=plural)
        self.all.append(fresh)
        return fresh

    def _apposed(self, mention: Found) -> Cluster | None:
        """“Ada Osei, the Chilean president” and “the Chilean president, Ada Osei”."""
        head = mention.head
        for cluster in self.all:
            for other in cluster.mentions:
                pair = {head.dep_: other.head, other.head.dep_: head}
                partner = pair.get("appos")
                if partner is not None and other.level == "NAM" and other.type == mention.type:
                    inner = head if head.dep_ == "appos" else other.head
                    if inner.head in (head, other.head):
                        return cluster
        return None

    def _antecedent_home(self, owner: Token) -> str | None:
        person = self.before(owner, lambda cluster: cluster.type == "PER" and not cluster.plural)
        return person.home() if person else None

    def before(self, token: Token, fits: Callable[[Cluster], bool]) -> Cluster | None:
        """The actor last mentioned before a token that fits.

        Subjects of its sentence come first, then those of the sentence before.
        """
        here = token.sent.start
        there = token.doc[here - 1].sent.start if here else 0

        def rank(mention: Found) -> tuple[int, int]:
            if mention.start < there:
                return 0, mention.start
            subject = mention.head.dep_ in ("nsubj", "nsubjpass")
            near = 2 if mention.start >= here else 1
            return (near if subject else 0), mention.start

        candidates = [
            (rank(mention), number)
            for number, cluster in enumerate(self.all)
            if fits(cluster)
            for mention in cluster.mentions
            if mention.end <= token.i
        ]
        return self.all[max(candidates)[1]] if candidates else None

    def add_pronouns(self, pronouns: Iterable[Found], speakers: dict[int, Found]) -> None:
        """Resolve pronouns.

        Args:
            pronouns: Mentions of the level PRO.
            speakers: For each token in a quotation, who speaks.
        """
        for pronoun in pronouns:
            cluster = self._resolved(pronoun, speakers.get(pronoun.start))
            if cluster is not None:
                self._join(pronoun, cluster)
            elif pronoun.head.lower_ not in _THING:
                own = Cluster(pronoun.type, plural=pronoun.head.lower_ in PLURAL_PRONOUNS)
                self.all.append(own)
                self._join(pronoun, own)
        self.all = [cluster for cluster in self.all if cluster.mentions]

    def _resolved(self, pronoun: Found, speaker: Found | None) -> Cluster | None:
        word, token = pronoun.head.lower_, pronoun.head
        if word in FIRST_PERSON:
            said_by = self[speaker] if speaker is not None else None
            if said_by is None or word[0] in "im":
                return said_by
            return self._spoken_for(said_by)
        if word in _FEMALE_OR_MALE:
            return self.before(token, lambda c: c.type == "PER" and not c.plural)
        if word in PLURAL_PRONOUNS:
            return self.before(token, lambda c: c.plural)
        return self.before(token, lambda c: c.type in ("GPE", "ORG") and not c.plural)

    def _spoken_for(self, speaker: Cluster) -> Cluster | None:
        """Whom a speaker's “we” stands for: the country of its head, else themselves."""
        for country, noun in sorted(speaker.descriptions):
            if country and noun in _SPEAKS_FOR_COUNTRY:
                return self._of_country(country)
        return speaker if speaker.type in ("ORG", "GPE") else None


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
    words = [token.text for token in mention.span][:-1]
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            found = country_of(" ".join(words[start : start + length]))
            if found:
                return found
    return ""


def _possessor(noun: Token) -> Token | None:
    return next((child for child in noun.lefts if child.tag_ == "PRP$"), None)


def by_start(mentions: Iterable[Found]) -> dict[int, Found]:
    """For each token that heads mentions, the longest of these."""
    ordered = sorted(mentions, key=lambda m: (m.head.i, m.start - m.end))
    return {head: next(group) for head, group in groupby(ordered, key=lambda m: m.head.i)}
