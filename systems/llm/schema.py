"""The JSON Schema of an answer: the project's own with strings for spans, closed and bounded."""

from functools import cache
from typing import Any

import msgspec

from bench.model import PLOVER
from bench.schema import document_schema

_LEFT_OUT = {"id", "meta", "start", "end", "fragments", "unknown_source"}
"""What a model is not asked for, besides the text of the document."""
_OR_NULL = {"source", "cue", "hopper"}
"""What may be null in an answer; all else that may be null in a document must be given."""
_LABELS = {
    ("Actor", "type"): PLOVER.actor_types,
    ("Event", "type"): PLOVER.event_types,
    ("Argument", "role"): tuple(PLOVER.roles),
}
_MOST = {"actors": 60, "mentions": 60, "events": 100, "arguments": 12, "quotes": 60}
"""So many items a list may have."""
_LONGEST = {"content": 2000, "name": 120, "hopper": 40}
_USUAL = 240
"""So many characters a string may have, if the table above does not say otherwise."""

BOUNDS = ("maxItems", "minLength", "maxLength")


@cache
def answer_schema(*, bounded: bool = True) -> dict[str, Any]:
    """The schema: every object closed, all its properties required, no references.

    Args:
        bounded: Whether lists and strings have lengths, which some endpoints refuse.

    >>> sorted(answer_schema()["properties"])
    ['actors', 'events', 'quotes']
    """
    whole = msgspec.json.decode(document_schema())
    made = _Inlined(whole["$defs"], bounded).struct("Document", "")
    return {"title": "Annotations", **made}


class _Inlined:
    def __init__(self, definitions: dict[str, Any], bounded: bool) -> None:
        self._definitions = definitions
        self._bounded = bounded

    def struct(self, name: str, field: str) -> dict[str, Any]:
        properties = {
            key: self._property(name, key, field, value)
            for key, value in self._definitions[name]["properties"].items()
            if key not in _LEFT_OUT and (name, key) != ("Document", "text")
        }
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def _property(self, owner: str, key: str, field: str, value: dict[str, Any]) -> dict[str, Any]:
        """A property of a struct that is itself held by the property ``field``."""
        if (owner, key) in _LABELS:
            return {"type": "string", "enum": list(_LABELS[owner, key])}
        kinds = [kind for kind in value.get("anyOf", [value]) if kind.get("type") != "null"]
        made = self._value(key, field, kinds[0])
        return {"anyOf": [made, {"type": "null"}]} if key in _OR_NULL else made

    def _value(self, key: str, field: str, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in value:
            return self.struct(value["$ref"].rpartition("/")[2], key)
        if "enum" in value:
            return {"type": "string", "enum": value["enum"]}
        if value["type"] == "array":
            items = self._value(key, field, value["items"])
            return {"type": "array", "items": items, **self._bounds(maxItems=_MOST[key])}
        longest = _LONGEST.get(field if key == "text" else key, _USUAL)
        return {"type": value["type"], **self._bounds(minLength=1, maxLength=longest)}

    def _bounds(self, **bounds: int) -> dict[str, int]:
        return bounds if self._bounded else {}
