"""``bench schema``."""

from enum import StrEnum
from typing import Annotated

import typer


class Subject(StrEnum):
    """What there is a schema of."""

    document = "document"
    protocol = "protocol"


def schema(
    of: Annotated[
        Subject,
        typer.Argument(
            metavar="[document|protocol]",
            help="A document, gold and predictions alike; or a line of the command protocol.",
        ),
    ] = Subject.document,
) -> None:
    """Print a JSON Schema."""
    from ..schema import document_schema, protocol_schema

    typer.echo(protocol_schema() if of is Subject.protocol else document_schema(), nl=False)
