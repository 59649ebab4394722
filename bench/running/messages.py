"""What a run and the process that holds a system say to each other, and how it is written.

A message is a frame: its length in four bytes, then MessagePack.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from ..errors import Status
from ..model import Document
from .identity import Identity

LONGEST = 1 << 28
"""No message may have so many bytes."""

_HEAD = 4
_LINE = 500


class Setup(msgspec.Struct, frozen=True, tag=True):
    """To the process, once: which system to load."""

    reference: str
    options: dict[str, str]
    seed: int


class Batch(msgspec.Struct, frozen=True, tag=True):
    """To the process: documents to run through the system in one stream."""

    documents: tuple[Document, ...]


class Import(msgspec.Struct, frozen=True, tag=True):
    """To the process instead of a `Setup`: import what an entry point names, and no more."""

    name: str


class Imported(msgspec.Struct, frozen=True, tag=True):
    """It was imported."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """What was asked for does not load: the name of the error (`bench.errors`) and its text."""

    error: str
    message: str


class Warned(msgspec.Struct, frozen=True, tag=True):
    """A `bench.errors.BenchWarning` was given."""

    message: str


class Took(msgspec.Struct, frozen=True, tag=True):
    """The system has taken a document from the stream."""

    id: str


class Finished(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A document that the system is done with.

    Attributes:
        id: The document's.
        status: How it ended.
        message: Why, if not well.
        prediction: What was returned, if it fits the text; strings have their offsets.
        wall: Seconds since the result before it, or since the stream began.
        cpu: Seconds of processor time, of the process and of those it started.
        peak: The most memory that these have had so far, in bytes.
        usage: What the system says that the document took: tokens, money.
    """

    id: str
    status: Status = "ok"
    message: str = ""
    prediction: Document | None = None
    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    usage: dict[str, float] = {}

    def __reduce__(self) -> tuple[Callable[[bytes], "FromProcess"], tuple[bytes]]:
        # Pickle copies strings, but a default is left out of JSON only if it is the very same one.
        return _decoded, (_encoder.encode(self),)


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A stream has ended; documents that have not come back by now have failed like this.

    Attributes:
        status: How.
        message: Why.
        spent: Whether the process should not be used again.
    """

    status: Status
    message: str
    spent: bool = False


Emit = Callable[[Took | Finished], None]
"""What is called with each document that is taken from a stream, and with each result."""

ToProcess = Setup | Batch | Import
FromProcess = Identity | Imported | Refused | Warned | Took | Finished | Ended

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(FromProcess)
_receiver = msgspec.msgpack.Decoder(ToProcess)


def _decoded(content: bytes | memoryview) -> FromProcess:
    message: FromProcess = _decoder.decode(content)
    return message


def frame(message: ToProcess | FromProcess) -> bytes:
    """A message as it is sent."""
    content = _encoder.encode(message)
    return len(content).to_bytes(_HEAD) + content


class Frames:
    """An `Inbox` of messages from the process that holds a system."""

    unfinished = ""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take in what has arrived."""
        self._bytes += piece

    def next(self) -> FromProcess | None:
        """The next message; None as long as it is not whole.

        Raises:
            ValueError: This is no message.
        """
        size = int.from_bytes(self._bytes[:_HEAD])
        if size > LONGEST:
            raise ValueError(f"wrote what is no message: one of {size} bytes")
        end = _HEAD + size
        if len(self._bytes) < end:
            return None
        try:
            with memoryview(self._bytes) as view:
                message = _decoded(view[_HEAD:end])
        except msgspec.DecodeError as error:
            raise ValueError(f"wrote what is no message: {line(str(error))}") from error
        del self._bytes[:end]
        return message


def read(source: BinaryIO) -> Iterator[ToProcess]:
    """The messages to the process, until there are no more."""
    while len(head := source.read(_HEAD)) == _HEAD:
        yield _receiver.decode(source.read(int.from_bytes(head)))


def line(text: str) -> str:
    r"""A text of any kind as part of a line: white space and control characters made blanks.

    >>> line("one\n  two\x1b[31m")
    'one two [31m'
    """
    words = "".join(c if c.isprintable() else " " for c in text[: 4 * _LINE]).split()
    short = " ".join(words)
    return short if len(short) <= _LINE else short[: _LINE - 1] + "…"


def said(error: BaseException) -> str:
    """An error of any kind as part of a line."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001
        text = "an error that cannot be printed"
    name = type(error).__name__
    return line(f"{name}: {text}" if text else name)
