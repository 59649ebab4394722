"""A model's answer to annotations: what is not quite JSON is mended, what does not fit left out."""

import json
import re
from typing import Any, NamedTuple

import msgspec

from bench.model import Document

from .schema import answer_schema

_OPTIONAL = {"actors", "events", "quotes", "name", "level", "arguments", "realis", "polarity",
             "hopper", "source", "cue"}  # fmt: skip
"""What an item may lack; it has a default, or is empty."""
_OPEN = {"type", "role"}
"""Labels that no ontology knows are kept: they are spurious, and count as that."""
_DEEPEST = 32
"""No answer that is one has brackets in so many brackets."""
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class Answer(NamedTuple):
    """What a model found in a text.

    Attributes:
        document: Without id and text; its spans are strings.
        mended: Whether the answer was no JSON as it came.
        unfit: How many items and properties did not fit the schema and were left out.
    """

    document: Document
    mended: bool
    unfit: int


def read(content: str) -> Answer:
    """The annotations in an answer.

    Raises:
        ValueError: There is no JSON object in it.

    >>> read('{"events": [{"type": "ASSAULT", "trigger": {"text": "war"}}, {"type"').document.events
    (Event(type='ASSAULT', trigger=Span(start=None, end=None, text='war', fragments=()), \
arguments=(), realis='actual', polarity='positive', hopper=None),)
    """
    value, mended = _parse(content)
    fitting = _Fitting()
    found = fitting.value("", value, answer_schema())
    for quote in found.get("quotes", ()):
        quote["unknown_source"] = quote.get("source") is None
    layers = {layer: found.get(layer, []) for layer in ("actors", "events", "quotes")}
    document = msgspec.convert({"id": "", **layers}, Document)
    return Answer(document, mended, fitting.unfit)


def _parse(content: str) -> tuple[dict[str, Any], bool]:
    bare = _THOUGHT.sub("", content)
    inside = bare[max(bare.find("{"), 0) :]
    for text, mended in ((content, False), (bare, False), (inside, True)):
        try:
            value = json.loads(mend(text) if mended else text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value, mended
    shown = content.strip()[:80]
    raise ValueError(f"no JSON object in the answer {shown!r}")


def mend(text: str) -> str:
    r"""The JSON value that a text begins with, in a form that can be read.

    Of a value that is cut off, all lists and objects inside it that are complete are kept. Commas
    before a closing bracket go, and raw control characters in strings are escaped.

    >>> mend('{"a": [{"b": 1}, {"b": 2,}, {"c": "')
    '{"a": [{"b": 1}, {"b": 2}]}'
    >>> mend('{"a": "one\ntwo"}\n```\nThat is all.')
    '{"a": "one\\u000atwo"}'
    """
    out: list[str] = []
    closing: list[str] = []
    length = depth = 0  # of what is complete
    quoted = escaped = False
    for character in text:
        if quoted:
            out.append(character if character >= " " else f"\\u{ord(character):04x}")
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
            continue
        if character in "]}":
            while out and (out[-1].isspace() or out[-1] == ","):
                out.pop()
            if not closing or closing[-1] != character:
                break
            closing.pop()
        out.append(character)
        if character == '"':
            quoted = True
        elif character in "[{":
            closing.append("]" if character == "[" else "}")
            if len(closing) > _DEEPEST:
                break
        elif character in "]}":
            length, depth = len(out), len(closing)
            if not closing:
                break
    return "".join(out[:length] + closing[:depth][::-1])


class _Unfit(Exception):
    """A value that is not what the schema says."""


class _Fitting:
    """Takes out of a value what fits a schema, and counts what does not."""

    def __init__(self) -> None:
        self.unfit = 0

    def value(self, field: str, value: Any, schema: dict[str, Any]) -> Any:
        schema = schema.get("anyOf", [schema])[0]
        if schema["type"] == "object":
            return self._object(value, schema["properties"])
        if schema["type"] == "array":
            return self._list(field, value, schema["items"])
        fits = isinstance(value, str) and value.strip()
        if not fits or (field not in _OPEN and value not in schema.get("enum", [value])):
            raise _Unfit
        return value.strip()

    def _list(self, field: str, value: Any, schema: dict[str, Any]) -> list[Any]:
        if not isinstance(value, list):
            raise _Unfit
        kept = []
        for item in value:
            try:
                kept.append(self.value(field, item, schema))
            except _Unfit:
                self.unfit += 1
        return kept

    def _object(self, value: Any, properties: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _Unfit
        kept = {}
        for name, schema in properties.items():
            if value.get(name) is None and name in _OPTIONAL:
                continue
            try:
                kept[name] = self.value(name, value.get(name), schema)
            except _Unfit:
                if name not in _OPTIONAL:
                    raise
                self.unfit += 1
        if kept.get("mentions") == []:  # an actor that is nowhere
            raise _Unfit
        return kept
