"""``bench repro``."""

from typing import Annotated

import typer


def repro(
    signature: Annotated[
        str, typer.Argument(help="The long form of a signature, or the folder of a saved run.")
    ],
) -> None:
    """Print the command that computes the figures of a signature again."""
    from pathlib import Path

    from .. import runs, signatures

    folder = Path(signature)
    known = runs.load(folder).signature if folder.is_dir() else signatures.parse(signature)
    typer.echo(f"pip install eventbench=={known.eventbench}", err=True)
    typer.echo(known.command)
