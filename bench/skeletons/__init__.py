"""New systems: working files in which a name is replaced.

The files beside this one are the templates; each runs as it is. The programs among them are also
the reference implementations of the command protocol.
"""

import importlib.util
import keyword
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from ..errors import UsageError
from ..paths import write_file, write_folder
from ..registry import listings

KINDS = ("file", "package", "command")
LANGUAGES = ("sh", "node")


def template(file: str) -> str:
    """The text of a template."""
    return files(__name__).joinpath(file).read_text("utf-8")


def made(name: str, kind: str, language: str = "sh") -> dict[str, str]:
    """The files of a new system, by their names.

    Args:
        name: Of the system.
        kind: One of `KINDS`.
        language: One of `LANGUAGES`: what a command is written in.

    Raises:
        UsageError: The name is no name of a module, or is taken.
    """
    _check(name)
    if kind == "command":
        program, test = "skeleton.sh", template("command_trial.py")
        if language == "node":
            program = "skeleton.mjs"
            test = test.replace("skeleton.sh", program).replace('"sh"', '"node"')
            test = test.replace('"jq"', '"node"')
        contents = {program: template(program), "test_skeleton.py": test}
    else:
        contents = {
            "skeleton.py": template("skeleton.py"),
            "test_skeleton.py": template("trial.py"),
        }
    if kind == "package":
        contents["pyproject.toml"] = template("package.toml")
    return {_named(file, name): _named(text, name) for file, text in contents.items()}


def write(folder: Path, name: str, kind: str, contents: Mapping[str, str]) -> list[Path]:
    """Write the files of a new system; a package gets a folder of its name.

    Returns:
        What was written.

    Raises:
        UsageError: Something of that name exists, or nothing can be written there.
    """
    targets = [folder / name] if kind == "package" else [folder / file for file in contents]
    for target in targets:
        if target.exists():
            raise UsageError(f"{target} exists; choose another name, or another folder with --out")
    encoded = {file: text.encode() for file, text in contents.items()}
    if kind == "package":
        write_folder(folder / name, encoded)
    else:
        for file, content in encoded.items():
            write_file(folder / file, content)
    return [folder / name / file if kind == "package" else folder / file for file in contents]


def _named(text: str, name: str) -> str:
    capitals = "".join(word.capitalize() for word in name.split("_"))
    return text.replace("skeleton", name).replace("Skeleton", capitals)


def _check(name: str) -> None:
    if not re.fullmatch(r"[a-z]+(_?[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise UsageError(f"name {name!r}: expected small letters, digits and single underscores")
    if name in {listing.name for listing in listings()}:
        raise UsageError(f"name {name!r}: there is a system of that name; choose another")
    if importlib.util.find_spec(name) is not None:
        raise UsageError(f"name {name!r}: Python finds a module of that name; choose another")
