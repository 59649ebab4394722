"""``bench new``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import Color, ColorOption, QuietOption, say

app = typer.Typer(help="Begin something new.", no_args_is_help=True)


class Kind(StrEnum):
    """What a new system is made as."""

    file = "file"
    package = "package"
    command = "command"


class Language(StrEnum):
    """What a command is written in."""

    sh = "sh"
    node = "node"


@app.callback()
def _new() -> None:
    """Begin something new."""


@app.command()
def system(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Small letters, digits and underscores.")
    ],
    kind: Annotated[
        Kind,
        typer.Option(
            "--as", help="A Python file, a pip package with an entry point, or any program."
        ),
    ] = Kind.file,
    language: Annotated[
        Language | None,
        typer.Option("--language", help="What a command is written in.", show_default="sh"),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder that it is written into.")
    ] = Path(),
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Write a working system and a test that passes."""
    from .. import skeletons
    from ..errors import UsageError
    from ..report.terminal import console

    if language is not None and kind is not Kind.command:
        raise UsageError("--language: only with --as command")
    contents = skeletons.made(name, kind.value, (language or Language.sh).value)
    written = skeletons.write(out, name, kind.value, contents)
    stderr = console(stderr=True, color=color.value)
    for line in () if quiet else [f"wrote {path}" for path in written]:
        say(stderr, f"bench: {line}")
