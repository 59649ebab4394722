"""When an event happens: dates and hours that modify a word."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from .syntax import objects_of

_UNITS = {"second", "minute", "hour", "day", "week", "month", "year", "decade"}
_AT = {"on", "in", "at", "during", "by", "since"}
_PARTS_OF_THE_DAY = {"dawn", "dusk", "midday", "midnight", "noon", "sunrise", "sunset"}


def of(head: Token) -> Iterator[Span]:
    """The dates and times that modify a word directly, without their preposition."""
    places = [child for child in head.children if child.dep_ in ("npadvmod", "pobj", "poss")]
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in _AT:
            places.extend(objects_of(child))
    found = {}
    for place in places:
        if place.lemma_.lower() in _PARTS_OF_THE_DAY:
            found[place.i] = place.doc[place.i : place.i + 1]
        elif place.ent_type_ in ("DATE", "TIME"):
            span = _entity_at(place)
            if not _is_duration(span):
                found[span.start] = span
    for _, span in sorted(found.items()):
        yield span


def _entity_at(token: Token) -> Span:
    """The entity that a token is part of, as far as it depends on the token."""
    doc, start, end = token.doc, token.i, token.i + 1
    below = {t.i for t in token.subtree}
    while doc[start].ent_iob_ == "I" and start - 1 in below:
        start -= 1
    while end < len(doc) and doc[end].ent_iob_ == "I" and end in below:
        end += 1
    while end > start + 1 and doc[end - 1].tag_ == "POS":
        end -= 1
    return doc[start + (doc[start].lower_ in _AT) : end]


def _is_duration(entity: Span) -> bool:
    number = any(token.pos_ == "NUM" for token in entity)
    before = entity[0].nbor(-1).lower_ if entity.start else ""
    return (number and entity[-1].lemma_.lower() in _UNITS) or before in ("for", "over")
