"""``bench schema``."""

import typer


def schema() -> None:
    """Print the JSON Schema of a document: gold and predictions alike."""
    from ..schema import document_schema

    typer.echo(document_schema(), nl=False)
