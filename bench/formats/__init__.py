"""One module for each outside format; here they are found by name, and recognised."""

import importlib
from pathlib import Path

from ..errors import NotInstalled, UsageError, nearest
from .base import Format, Sample

NAMES = (
    "jsonl",
    "label-studio",
    "prodigy",
    "doccano",
    "textee",
    "oneie",
    "wikievents",
    "rams",
    "maven",
    "maven-arg",
    "docee",
    "casie",
    "muc4",
    "parquet",
    "docbin",
    "xmi",
    "webanno",
    "petrarch",
    "ace",
    "ere",
    "ecbplus",
    "parc",
    "pdnc",
    "litbank",
    "polnear",
    "plover",
    "tbf",
    "gkg",
    "gdelt",
    "conll",
    "brat",
)
"""All formats, those that are recognised by most first."""


def find(name: str) -> Format:
    """The format of a name.

    Raises:
        UsageError: There is none.
    """
    if name not in NAMES:
        raise UsageError(f"no format {name!r}: {nearest(name, NAMES)}")
    module = importlib.import_module(f".{name.replace('-', '_')}", __name__)
    found: Format = module.FORMAT
    return found


def usable(format: Format) -> Format:
    """The format again.

    Raises:
        NotInstalled: What it needs is missing.
    """
    if format.needs and not installed(format):
        raise NotInstalled(
            f"the format {format.name} needs {format.needs}: "
            f"pip install 'eventbench[{format.extra}]'"
        )
    return format


def installed(format: Format) -> bool:
    """Whether what a format needs is there."""
    from importlib.util import find_spec

    return not format.needs or find_spec(format.needs.partition(".")[0]) is not None


def recognised(path: Path) -> Format:
    """The format of what stands at a path, from its name and its beginning.

    Raises:
        UsageError: It is of no known format.
    """
    sample = Sample(path)
    for one in map(find, NAMES):
        if one.recognises(sample):
            return usable(one)
    if sample.name.endswith(".jsonl"):
        return find("jsonl")  # whatever its fields are: the message will say what is wrong
    if path.is_dir():
        raise UsageError(
            f"{path}: no .ann file in this folder; expected a brat collection or "
            "a corpus of another known format (see bench list formats)"
        )
    raise UsageError(f"{path}: unknown format; see bench list formats, and say which it is")


def named_for(path: Path) -> Format:
    """The format that a file or folder to be written gets from its name.

    Raises:
        UsageError: The name tells none, or one that is only read.
    """
    name = Sample(path).name
    for one in map(find, NAMES):
        if one.write and one.suffix.startswith(".") and name.endswith(one.suffix):
            return usable(one)
    if "." not in path.name:
        return find("brat")
    raise UsageError(f"{path}: the name tells no format that can be written; say which with --to")
