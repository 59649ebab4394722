"""The command protocol: the lines that EventBench and a program in any language exchange.

A line is a JSON object. EventBench asks, the program answers each line before the next one comes:
a `Hello` with a `Ready`, a `Question` with a prediction or a `Refusal`. See ``docs/protocol.md``.
"""

from typing import Any, Final, Literal

import msgspec

from ..errors import Status, SystemFailed
from ..model import Document

VERSION: Final = "eventbench/1"
LONGEST = 1 << 26
"""No line may have so many bytes."""
_ESCAPED = ((b"\xc2\x85", b"\\u0085"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
"""What some readers take for the end of a line, though it is none in JSON."""
_SHOWN = 60
"""So many characters of an answer are shown in a message."""


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """The first line, and one after each batch: who are you, and are you done?"""

    protocol: Literal["eventbench/1"] = VERSION
    options: dict[str, str] = {}


class Ready(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What answers a `Hello`: name, version, and what else predictions hang on: models, hashes."""

    protocol: Literal["eventbench/1"]
    name: str
    version: str
    details: dict[str, str] = {}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be read."""

    id: str
    text: str
    meta: dict[str, Any] = {}


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What answers a `Question` in place of a prediction: the document failed, and why."""

    id: str
    error: str


class NoPrediction(SystemFailed):
    """What a program answered, or did not: ``status`` says how it counts in a run."""

    def __init__(self, message: str, status: Status = "invalid") -> None:
        super().__init__(message)
        self.status = status


class Lines:
    """An `Inbox` of lines; see `bench.running.processes`."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._looked = 0

    def feed(self, piece: bytes) -> None:
        """Take in what has arrived."""
        self._bytes += piece

    def next(self) -> bytes | None:
        """The next line; None as long as it has no end.

        Raises:
            ValueError: It is too long.
        """
        at = self._bytes.find(b"\n", self._looked)
        if at < 0:
            self._looked = len(self._bytes)
            if self._looked >= LONGEST:
                raise ValueError(f"answered with {LONGEST >> 20} MiB or more at once")
            return None
        line = bytes(self._bytes[:at])
        del self._bytes[: at + 1]
        self._looked = 0
        return line

    @property
    def unfinished(self) -> str:
        """The beginning of a line that has no end yet."""
        return f"an unfinished line, {shown(bytes(self._bytes))}" if self._bytes else ""


class _Outline(msgspec.Struct):
    """The fields by which answers are told apart."""

    protocol: Any = msgspec.UNSET
    id: Any = msgspec.UNSET
    error: Any = msgspec.UNSET


def hello(options: dict[str, str]) -> bytes:
    """The line of a `Hello`."""
    return msgspec.json.encode(Hello(options=options)) + b"\n"


def question(document: Document) -> bytes:
    """The line of a `Question`: the id, the text and ``meta`` of a document, never its labels."""
    asked = Question(id=document.id, text=document.text or "", meta=document.meta)
    line = msgspec.json.encode(asked)
    for raw, escaped in _ESCAPED:
        line = line.replace(raw, escaped)
    return line + b"\n"


def answer(line: bytes) -> Ready | Document | Refusal:
    """What a line of a program says.

    Raises:
        NoPrediction: It is none of the three; says at which JSON path.
    """
    kind: type[Ready | Document | Refusal] = Document
    try:
        outline = msgspec.json.decode(line, type=_Outline)
        if outline.protocol is not msgspec.UNSET:
            kind = Ready
            if outline.protocol != VERSION:
                raise NoPrediction(f"speaks {outline.protocol!r}; expected {VERSION!r}")
        elif outline.error is not msgspec.UNSET:
            kind = Refusal
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoPrediction(
            f"answered {shown(line)}, which is no JSON object ({error}); "
            "expected one answer a line on stdout, and all else on stderr"
        ) from error
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoPrediction(f"answered {shown(line)}: {error}") from error


def named(line: bytes) -> str | None:
    """The id of the document that a line is about, whatever else is wrong with it."""
    try:
        found = msgspec.json.decode(line, type=_Outline).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if isinstance(found, str) else None


def shown(line: bytes) -> str:
    """The beginning of a line, for a message."""
    text = line[: 4 * _SHOWN].decode("utf-8", "replace").rstrip("\r\n")
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
