"""Ontologies that corpora bring: those that ship, each an ``annotation.conf``, and those of files.

`PLOVER` is the one of EventBench's own gold.
"""

from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from ..errors import UsageError, nearest
from ..model import PLOVER, Ontology
from ..paths import read_text
from .brat_rows import CONF, parse_conf

_HOME = files(__package__) / "ontologies"


def names() -> list[str]:
    """The ontologies that ship."""
    confs = (one.name for one in _HOME.iterdir())
    return sorted((*(name.removesuffix(".conf") for name in confs), PLOVER.name.lower()))


def find(name: str, folder: Path = Path()) -> Ontology:
    """The ontology of a name, or of a file or folder.

    Args:
        name: The name of one that ships; or the path of an ``annotation.conf``, or of a folder
            that holds one.
        folder: Where a path begins.

    Raises:
        UsageError: There is none.
        InputError: The file cannot be read, or declares nothing.
    """
    known = name.lower()
    if known == PLOVER.name.lower():
        return PLOVER
    if known in names():
        text = (_HOME / f"{known}.conf").read_text("utf-8")
        return replace(parse_conf(text, f"{known}.conf"), name=known)
    path = folder / name
    conf = path / CONF if path.is_dir() else path
    if not conf.is_file():
        raise UsageError(f"no ontology {name!r}: no {CONF}, and {nearest(known, names())}")
    called = conf.parent.resolve().name if conf.name == CONF else conf.stem
    return replace(parse_conf(read_text(conf), str(conf)), name=called)
