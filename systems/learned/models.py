"""What the system ``sklearn`` has learned as a folder: JSON, and an array for each classifier."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from bench.errors import InputError, UsageError
from bench.model import Polarity, Realis
from bench.paths import read_text

from . import linear
from .linear import BIAS, Labels, Linear

SCHEMA = "eventbench.sklearn/1"
FILE = "model.json"


class Classifiers(NamedTuple):
    """What decides.

    Attributes:
        trigger: Whether a word heads a trigger.
        type: Of which type its event is.
        realis: Of which realis.
        polarity: Of which polarity.
        pair: Whether another word belongs to the trigger, and which roles it fills.
        extent: How a filler's span is made from the word that heads it.
    """

    trigger: Linear
    type: Linear
    realis: Linear
    polarity: Linear
    pair: Linear
    extent: Linear


class Pipeline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The spaCy pipeline that parsed what was learned from."""

    name: str
    version: str
    sha256: str


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a model comes from.

    Attributes:
        documents: The `bench.training.fingerprint` of each document it was trained on, by id.
        pipeline: What parsed them.
        versions: The version of each package that had a part in it.
    """

    documents: dict[str, str]
    pipeline: Pipeline
    versions: dict[str, str]


class _Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    provenance: Provenance
    classifiers: dict[str, Labels]


def packed(classifiers: Classifiers, provenance: Provenance) -> dict[str, bytes]:
    """The files of a folder, by name."""
    named = classifiers._asdict()
    saved = _Saved(SCHEMA, provenance, {name: one.labels for name, one in named.items()})
    json = msgspec.json.format(msgspec.json.encode(saved, order="deterministic"), indent=1)
    arrays = {f"{name}.npy": linear.written(one) for name, one in named.items()}
    return {FILE: json + b"\n", **arrays}


def digest(folder: Path) -> str:
    """The SHA-256 of all that makes up a model."""
    whole = hashlib.sha256()
    for name in (FILE, *(f"{one}.npy" for one in Classifiers._fields)):
        whole.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return whole.hexdigest()


def open_model(folder: Path) -> tuple[Classifiers, Provenance]:
    """Read a folder.

    Raises:
        UsageError: There is no such folder, or it is none of a model.
        InputError: A file in it cannot be read or does not fit; says which.
    """
    path = folder / FILE
    if not path.is_file():
        raise UsageError(f"no model {str(folder)!r}: there is no file {FILE} in it")
    try:
        saved = msgspec.json.decode(read_text(path), type=_Saved)
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: {error}") from error
    if saved.schema != SCHEMA:
        raise InputError(f"{path}: schema {saved.schema!r}; expected {SCHEMA!r}; train it again")
    _check(path, saved.classifiers)
    found = {
        name: linear.read(folder / f"{name}.npy", saved.classifiers[name])
        for name in Classifiers._fields
    }
    return Classifiers(**found), saved.provenance


def _check(path: Path, classifiers: Mapping[str, Labels]) -> None:
    if set(classifiers) != set(Classifiers._fields):
        expected = ", ".join(Classifiers._fields)
        raise InputError(f"{path}: classifiers {', '.join(classifiers)}; expected {expected}")
    for name, labels in classifiers.items():
        at = f"{path}: $.classifiers.{name}"
        if labels.features[:1] != (BIAS,) or len(set(labels.features)) < len(labels.features):
            raise InputError(f"{at}.features: expected {BIAS!r} first, and each name once")
        if len(labels.thresholds) != len(labels.classes):
            raise InputError(f"{at}.thresholds: expected one for each of the classes")
    for name, known in (("realis", get_args(Realis)), ("polarity", get_args(Polarity))):
        if not set(classifiers[name].classes) <= set(known):
            raise InputError(f"{path}: $.classifiers.{name}.classes: expected {', '.join(known)}")
