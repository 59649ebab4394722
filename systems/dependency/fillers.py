"""The mentions that a word of the tree stands for."""

from collections.abc import Iterator, Mapping

from spacy.tokens import Token

from ..lexicon import words
from .found import Found
from .syntax import coordinated, objects_of

_QUANTITIES = {
    "all", "any", "couple", "dozen", "five", "four", "group", "half", "hundred", "majority", "many",
    "member", "million", "most", "none", "number", "one", "part", "score", "scores", "series",
    "several", "some", "thousand", "three", "two",
}  # fmt: skip


def mentions_at(token: Token, mentions: Mapping[int, Found]) -> Iterator[Found]:
    """The mention that a token heads, and those coordinated with it.

    Of “dozens of [soldiers]” and “the town of [Arica]” it is what stands behind “of”.
    """
    for one in coordinated(token):
        lemma = one.lemma_.lower()
        if one.i in mentions:
            yield mentions[one.i]
        elif lemma in _QUANTITIES or one.tag_ == "CD" or lemma in words("actors", "gpe"):
            for child in one.rights:
                if child.lower_ == "of":
                    for inner in objects_of(child):
                        yield from mentions_at(inner, mentions)
