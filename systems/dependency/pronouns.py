"""Whom a pronoun stands for."""

from collections.abc import Iterable, Mapping, Sequence

from spacy.tokens import Token

from ..lexicon import words
from .clusters import Cluster, Clusters, rank
from .found import Found
from .syntax import subject_of

_I = {"i", "me", "my", "mine", "myself"}
_WE = {"we", "us", "our", "ours", "ourselves"}
_YOU = {"you", "your", "yours", "yourself", "yourselves"}
_HE_OR_SHE = {"he", "him", "his", "himself", "she", "her", "hers", "herself"}
_SHE = {"she", "her", "hers", "herself"}
_THEY = {"they", "them", "their", "theirs", "themselves", "both"}
_IT = {"it", "its", "itself"}
_SPEAKS_FOR_COUNTRY = {"president", "leader", "premier", "minister", "king", "queen", "chancellor",
                       "ambassador", "envoy", "diplomat", "monarch", "sultan", "emir"}  # fmt: skip


def resolve(clusters: Clusters, pronouns: Iterable[Found], speakers: Mapping[int, Found]) -> None:
    """Put pronouns into actors: the third person by nearness, then those who speak.

    Args:
        clusters: The actors of names and noun phrases.
        pronouns: Mentions of the level PRO.
        speakers: For each token in a quotation, who speaks.
    """
    third: list[Found] = []
    spoken: list[Found] = []
    for pronoun in pronouns:
        (spoken if pronoun.head.lower_ in _I | _WE | _YOU else third).append(pronoun)
    for pronoun in third:
        cluster = _third(clusters, pronoun.head)
        if cluster is not None or pronoun.head.lower_ not in _IT:
            plural = pronoun.head.lower_ in _THEY
            clusters.join(pronoun, cluster or Cluster(pronoun.type, plural=plural))
    voices: dict[tuple[int, str], Cluster] = {}
    for pronoun in spoken:
        speaker = speakers.get(pronoun.start)
        clusters.join(pronoun, _voice(clusters, pronoun, speaker, voices))


# The third person


def _third(clusters: Clusters, token: Token) -> Cluster | None:
    word = token.lower_
    if word in _HE_OR_SHE:
        people = [c for c in clusters.all if c.type == "PER" and not c.plural]
        return _bound(clusters, token, people) or _person(clusters, token, people)
    if word in _THEY:
        groups = [c for c in clusters.all if c.plural]
        return _bound(clusters, token, groups) or _group(clusters, token, groups)
    bodies = [c for c in clusters.all if c.type in ("GPE", "ORG") and not c.plural]
    if word == "it" and token.dep_ not in ("nsubj", "nsubjpass"):
        return _above(clusters, token, bodies)
    return _bound(clusters, token, bodies) or clusters.nearest(token, bodies)


def _clause(token: Token) -> Token | None:
    return next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), None)


def _bound(clusters: Clusters, token: Token, candidates: Sequence[Cluster]) -> Cluster | None:
    """The subject of its clause, for a possessive or reflexive pronoun behind it."""
    verb = _clause(token)
    if verb is None or not (token.tag_ == "PRP$" or token.lower_.endswith(("self", "selves"))):
        return None
    subject, _ = subject_of(verb)
    if subject is None or subject.i >= token.i:
        return None
    relative = verb.dep_ == "relcl" and subject == verb.head
    if subject.is_ancestor(token) and not relative:
        return None
    found = clusters.at(subject)
    return found if found in candidates else None


def _above(clusters: Clusters, token: Token, bodies: Sequence[Cluster]) -> Cluster | None:
    """The subject of a clause above that of the pronoun: “The board fired those who ran [it]”."""
    own = _clause(token)
    for verb in token.ancestors:
        if verb.pos_ == "VERB" and verb != own:
            subject, _ = subject_of(verb)
            found = clusters.at(subject) if subject is not None and subject.i < token.i else None
            if found is not None and found in bodies:
                return found
    return None


def _others(clusters: Clusters, token: Token, candidates: Sequence[Cluster]) -> list[Cluster]:
    """Without the subject of its own clause, which an object pronoun never stands for."""
    verb = _clause(token)
    if verb is None or token.dep_ in ("nsubj", "nsubjpass", "poss"):
        return list(candidates)
    own = clusters.at(subject_of(verb)[0])
    return [c for c in candidates if c is not own]


def _person(clusters: Clusters, token: Token, people: Sequence[Cluster]) -> Cluster | None:
    """The nearest person who may be a woman or a man, whichever is said."""
    she = token.lower_ in _SHE
    fitting = [c for c in people if c.gender in ("", "f" if she else "m")]
    fitting = _others(clusters, token, fitting)
    start = token.doc[token.sent.start - 1].sent.start if token.sent.start else 0
    near = [c for c in fitting if any(start <= m.start < token.i for m in c.mentions)]
    likely = [c for c in near if c.may_be_woman() == she]
    return clusters.nearest(token, likely or near or fitting)


def _group(clusters: Clusters, token: Token, groups: Sequence[Cluster]) -> Cluster | None:
    """The nearest plural: a noun, coordinated names, else the two last named."""
    groups = _others(clusters, token, groups)
    found = [
        (rank(mention.head, token), cluster)
        for cluster in groups
        for mention in cluster.mentions
        if mention.end <= token.i
    ]
    found += [
        (rank(head, token), clusters.group(members))
        for head, members in clusters.coordinations(token)
        if token.dep_ in ("nsubj", "nsubjpass", "poss")
    ]
    start = token.doc[token.sent.start - 1].sent.start if token.sent.start else 0
    if not any(at >= start for (_, at), _ in found):
        pair = clusters.pair(token, "PER") or clusters.pair(token, "GPE")
        if pair is not None:
            return pair
    return max(found, key=lambda f: f[0])[1] if found else None


# Those who speak


def _voice(
    clusters: Clusters,
    pronoun: Found,
    speaker: Found | None,
    voices: dict[tuple[int, str], Cluster],
) -> Cluster:
    """Who a speaker is, speaks for, or speaks to."""
    word = pronoun.head.lower_
    said_by = clusters[speaker] if speaker is not None else None
    if word in _I and said_by is not None:
        return said_by
    made = Cluster(pronoun.type, plural=word in _WE)
    if word in _WE and said_by is not None:
        if said_by.type in ("ORG", "GPE"):
            return said_by
        country, body = _office(said_by)
        if country:
            return clusters.of_country(country)
        made.type = "ORG" if body else made.type
    kind = "i" if word in _I else "we" if word in _WE else "you"
    return voices.setdefault((id(said_by), kind), made)


def _office(speaker: Cluster) -> tuple[str, bool]:
    """The country that a person speaks for, and whether it is for some body that they do."""
    for country, noun in sorted(speaker.descriptions):
        if country and noun in _SPEAKS_FOR_COUNTRY:
            return country, False
    return "", any(noun in words("actors", "org") for _, noun in speaker.descriptions)
