"""The JSON Schema of the data model, for programs in any language."""

import msgspec

from .model import Document


def document_schema() -> str:
    """The JSON Schema (draft 2020-12) of one line of a JSON Lines file."""
    (whole,), components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "EventBench document",
        **whole,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
