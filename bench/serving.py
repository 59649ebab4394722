"""The inner side of `bench.hosting`: loads systems and answers for them by lines, until the end.

``python -m bench.serving`` keeps its stdout for answers; what a system prints goes to stderr.
"""

import os
import random
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

import msgspec

from .errors import BenchError
from .model import Document
from .registry import System, import_plugin, load_system


class Load(msgspec.Struct, tag=True, frozen=True):
    """Make a system, as `bench.load_system` does."""

    reference: str
    options: dict[str, str]


class Import(msgspec.Struct, tag=True, frozen=True):
    """Import what an entry point names."""

    name: str


class Extract(msgspec.Struct, tag=True, frozen=True):
    """Read a batch of documents with the system that was loaded."""

    documents: tuple[Document, ...]


class Done(msgspec.Struct, tag=True, frozen=True):
    """What came of it.

    Attributes:
        name: Of the system.
        version: Likewise.
        details: What it says of itself.
        predictions: Those of a batch, as they were encoded: nobody has looked at them.
    """

    name: str = ""
    version: str = ""
    details: dict[str, str] = {}
    predictions: tuple[msgspec.Raw, ...] = ()


class Failed(msgspec.Struct, tag=True, frozen=True):
    """That nothing came of it: the class of error and its message."""

    kind: str
    message: str


def main() -> None:
    """Answer each line of stdin with a line on stdout."""
    answers = os.fdopen(os.dup(1), "wb")
    questions = os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), 0)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    decoder = msgspec.json.Decoder(Load | Import | Extract)
    system: System | None = None
    for line in questions:
        asked = decoder.decode(line)
        reply: Done | Failed
        try:
            if isinstance(asked, Import):
                import_plugin(asked.name)
                reply = Done()
            elif isinstance(asked, Load):
                system = load_system(asked.reference, asked.options)
                _seed()
                reply = _introduced(asked.reference, system)
            else:
                reply = _extracted(system, asked.documents)
        except BenchError as error:
            kind = "SystemFailed" if isinstance(asked, Extract) else type(error).__name__
            reply = Failed(kind, str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a system raises
            reply = Failed("SystemFailed", f"{type(error).__name__}: {error}")
        answers.write(msgspec.json.encode(reply) + b"\n")
        answers.flush()


def _leave_with(parent: int) -> None:
    """End this process, whatever a system is doing, once the one that asks has been killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _seed() -> None:
    """Seed the global generators, as a run does."""
    random.seed(0)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(0)


def _introduced(reference: str, system: System) -> Done | Failed:
    """What a system says of itself."""
    said = {name: getattr(system, name, None) for name in ("name", "version")}
    for name, value in said.items():
        if not isinstance(value, str) or not value:
            wrong = f"its {name} is {value!r}; expected a string"
            return Failed("SystemFailed", f"system {reference!r} does not load: {wrong}")
    details: Any = system.describe() if hasattr(system, "describe") else None
    if not isinstance(details, dict) or not all(
        isinstance(part, str) for pair in details.items() for part in pair
    ):
        wrong = "describe() must return a dict of strings to strings"
        return Failed("SystemFailed", f"system {reference!r} does not load: {wrong}")
    return Done(system.name, system.version, details)


def _extracted(system: System | None, documents: tuple[Document, ...]) -> Done | Failed:
    if system is None:
        return Failed("SystemFailed", "no system is loaded")
    encoded = []
    returned: Iterable[object] = system.extract(iter(documents))
    for found in returned:
        if not isinstance(found, Document):
            return Failed("Misshapen", f"returned {found!r:.60}; expected a Document")
        try:
            encoded.append(msgspec.Raw(msgspec.json.encode(found)))
        except (TypeError, ValueError) as error:
            return Failed("Misshapen", f"returned for {found.id!r:.60} what is no JSON: {error}")
    return Done(predictions=tuple(encoded))


if __name__ == "__main__":
    main()
