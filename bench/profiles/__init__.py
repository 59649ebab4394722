"""The field's public scorers, each reproduced to the last digit: one module a scorer.

A module holds one or more `Profile` objects; `find` loads the one of a name. What a scorer does
that the profile ``standard`` does not is declared as its quirks, each with a minimal example.
"""

import importlib
from collections.abc import Mapping

from ..errors import UsageError, nearest
from .base import Figure, Profile, Quirk

_HOMES: Mapping[str, str] = {
    "brateval": "brateval:BRATEVAL",
    "ceaf-ree": "ceaf_ree:CEAF_REE",
    "conll-perl": "conll_perl:CONLL_PERL",
    "conlleval": "conlleval:CONLLEVAL",
    "coval": "coval_scorer:COVAL",
    "genarg": "genarg:GENARG",
    "gendergap": "gendergap:GENDERGAP",
    "kbp": "kbp:KBP",
    "metametric-coreference": "metametric_suite:METAMETRIC_COREFERENCE",
    "metametric-events": "metametric_suite:METAMETRIC_EVENTS",
    "nervaluate": "nervaluate_releases:NERVALUATE",
    "nervaluate-0.2": "nervaluate_releases:NERVALUATE_0_2",
    "nervaluate-1.1": "nervaluate_releases:NERVALUATE_1_1",
    "omnievent": "omnievent:OMNIEVENT",
    "oneie": "oneie:ONEIE",
    "seqeval": "tag_scorers:SEQEVAL",
    "seqeval-strict": "tag_scorers:SEQEVAL_STRICT",
    "seqscore": "tag_scorers:SEQSCORE",
    "spacy": "spacy_scorer:SPACY",
    "textee": "textee:TEXTEE",
}
"""The module and the attribute of each profile, by its name."""

__all__ = ["Figure", "Profile", "Quirk", "find", "names"]


def names() -> list[str]:
    """The profiles of public scorers, sorted."""
    return sorted(_HOMES)


def find(name: str) -> Profile:
    """The profile of a name.

    Raises:
        UsageError: There is none; names the nearest.
    """
    if name not in _HOMES:
        raise UsageError(f"no profile {name!r}: {nearest(name, _HOMES)}")
    module, _, attribute = _HOMES[name].partition(":")
    profile = getattr(importlib.import_module(f".{module}", __name__), attribute)
    assert isinstance(profile, Profile)  # noqa: S101 - our own table
    return profile
