"""Settings: tables of ``bench.toml``, or of ``pyproject.toml`` under ``[tool.bench]``.

They are those of the nearest folder that has them: the one that the command is called in, or one
above it.
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from .errors import InputError, nearest
from .paths import read_text

_PYPROJECT = "pyproject.toml"
_FILES = ("bench.toml", _PYPROJECT)

Kind = TypeVar("Kind", bound=msgspec.Struct)


class Section(NamedTuple):
    """A table of settings, as it stands, and the file that it is in."""

    file: Path
    found: Any


def settings(name: str) -> Section | None:
    """The table of a name in the nearest folder that has it; None where there is none.

    Raises:
        InputError: A file on the way is no TOML.
    """
    for folder in (Path(), *Path.cwd().parents):
        for file in (folder / one for one in _FILES):
            if file.is_file() and (found := section(file, name)) is not None:
                return Section(file, found)
    return None


def section(file: Path, name: str) -> Any:
    """The table of a name in a file; None where it has none.

    Raises:
        InputError: The file cannot be read, or is no TOML.
    """
    try:
        found: Any = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML: {error}") from error
    for key in table(file, name).split("."):
        if not isinstance(found, dict):
            raise InputError(f"{file}: expected a table [{table(file, name)}]")
        if key not in found:
            return None
        found = found[key]
    return found


def table(file: Path, name: str) -> str:
    """What the table of a name is called in a file."""
    return f"tool.bench.{name}" if file.name == _PYPROJECT else name


def converted(found: Any, kind: type[Kind], where: str) -> Kind:
    """A table as what it is expected to be.

    Raises:
        InputError: It is something else; says where, and the key that is nearest to an unknown one.
    """
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        hint = ""
        if "unknown field" in str(error):
            hint = f"; {nearest(str(error).split('`')[1], kind.__struct_fields__)}"
        raise InputError(f"{where}: {error}{hint}") from error
