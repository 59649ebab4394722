"""A mention while a text is being read, and what a name says of a country."""

import re
from dataclasses import dataclass, field

from spacy.tokens import Span, Token

from bench.model import Level

from ..lexicon import countries, words

_DEMONYM = re.compile(r"\w{2,}(?:[ei]an|ese|ish)")


@dataclass
class Found:
    """A mention as tokens: ``start`` to ``end``, and the token that heads it.

    Attributes:
        descriptions: What stands before a name, as (country, noun): of “Chilean minister Osei”.
    """

    start: int
    end: int
    head: Token
    level: Level
    type: str
    descriptions: set[tuple[str, str]] = field(default_factory=set)

    @property
    def span(self) -> Span:
        """The mention in its document."""
        return self.head.doc[self.start : self.end]

    @property
    def text(self) -> str:
        """Its surface."""
        return self.span.text


def country_of(surface: str) -> str | None:
    """The country that a name, adjective, demonym or capital stands for."""
    surface = surface.replace("’", "'")
    shouted = surface.title() if surface.isupper() and len(surface) > 3 else surface
    found = countries().get(surface) or countries().get(shouted)
    return found.name if found else None


def is_demonym(surface: str) -> bool:
    """Whether a capitalised word has the form of a people's adjective: “Ruritanian”."""
    return bool(_DEMONYM.fullmatch(surface)) and surface[:1].isupper() and (
        surface not in words("actors", "not_demonyms")
    )  # fmt: skip


def land_of(surface: str) -> str:
    """The land of an adjective in -ian that no list has, else the word itself."""
    return surface[:-1] if is_demonym(surface) and surface.endswith("ian") else surface
