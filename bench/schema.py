"""The JSON Schemas of the data model and of the command protocol, for programs in any language."""

from typing import Any

import msgspec

from .model import Document
from .running.protocol import VERSION, Hello, Question, Ready, Refusal

_ASKED = (Hello, Question)
_ANSWERED = (Ready, Document, Refusal)


def document_schema() -> str:
    """The JSON Schema (draft 2020-12) of one line of a JSON Lines file."""
    (whole,), components = _components(Document)
    return _written({"title": "EventBench document", **whole, "$defs": components})


def protocol_schema() -> str:
    """The JSON Schema of one line of the command protocol; ``$defs`` has each kind by name."""
    whole, components = _components(*_ASKED, *_ANSWERED)
    asked, answered = whole[: len(_ASKED)], whole[len(_ASKED) :]
    kinds = {"asked": {"anyOf": asked}, "answered": {"anyOf": answered}}
    title = f"EventBench command protocol {VERSION}"
    return _written({"title": title, "anyOf": whole, "$defs": components | kinds})


def _components(*types: type) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    made, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return list(made), components


def _written(schema: dict[str, Any]) -> str:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"
