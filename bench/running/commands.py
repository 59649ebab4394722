"""A system that is a program in any language: ``cmd:node mine.mjs``.

The lines are those of `bench.running.protocol`; one document is asked at a time, so that whatever
goes wrong is known to be of that document.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ..errors import DocumentFailed, SystemFailed, UsageError
from ..model import Document
from . import protocol
from .processes import Gone, Process, Silent
from .protocol import Lines, NoPrediction, Ready, Refusal

SECONDS = 60.0
"""How long a program may take for an answer unless told."""


class Command:
    """A program that speaks the command protocol.

    It is started when it is made, and again when it ended or fell out of step. It is ended with
    this process, or by `close`.

    Args:
        command: The command line, split as a shell does; no shell runs it.
        options: Passed to the program, but for ``timeout`` and ``start``: the seconds that it may
            take for a document, and for its first answer.

    Raises:
        UsageError: There is no such program, or an option makes no sense.
        SystemFailed: It does not answer as the protocol says.
    """

    def __init__(self, command: str, options: Mapping[str, str] | None = None) -> None:
        self._command = command
        self._options = dict(options or {})
        given = dict(self._options)
        self._timeout = _seconds(given.pop("timeout", None), "timeout")
        self._start = _seconds(given.pop("start", None), "start")
        self._hello = protocol.hello(given)
        self._argv = _split(command)
        self._program: Process[bytes] | None = None
        self._in_step = True
        try:
            ready = self._started()
        except SystemFailed as error:
            raise SystemFailed(str(error)) from error
        self.name, self.version, self._details = ready.name, ready.version, ready.details

    def __reduce__(self) -> tuple[type["Command"], tuple[str, dict[str, str]]]:
        return Command, (self._command, self._options)

    def describe(self) -> dict[str, str]:
        """The command line, the version of the protocol, and what the program says of itself."""
        return {**self._details, "command": self._command, "protocol": protocol.VERSION}

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document; what is answered twice is yielded twice.

        Raises:
            DocumentFailed: The program refused a document, ended, gave no answer in time, or
                answered something else; it goes on with the next call.
        """
        if not self._in_step:
            # What was left over from a call that was broken off concerns nobody any more.
            list(self._until_ready(set()))
        answered: set[str] = set()
        for document in documents:
            yield from self._asked(document, answered)
            answered.add(document.id)
        if not self._in_step:
            yield from self._until_ready(answered)

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.end()
        self._program = None

    def _asked(self, document: Document, answered: set[str]) -> Iterator[Document]:
        try:
            if self._program is None or not self._program.usable:
                self._started()
            self._in_step = False
            line = self._answer(protocol.question(document), self._timeout)
            while (twice := protocol.named(line)) in answered:
                yield self._again(twice, answered)
                line = self._answer(b"", self._timeout)
            found = self._checked(line, document.id)
        except NoPrediction as error:
            raise DocumentFailed(self._said(error), document.id, error.status) from error
        yield found

    def _answer(self, line: bytes, seconds: float) -> bytes:
        """Send a line (none, if it is empty) and wait for one.

        Raises:
            NoPrediction: There is none; the program is not running any more.
        """
        program = cast(Process[bytes], self._program)
        try:
            program.send(line)
            return program.receive(seconds)
        except Silent as silent:
            self._drop()
            raise NoPrediction(f"no answer within {seconds:g} s{silent}", "timeout") from None
        except Gone as gone:
            self._drop()
            raise NoPrediction(str(gone), "killed") from None
        except BaseException:
            self._drop()
            raise

    def _checked(self, line: bytes, asked: str) -> Document:
        """The prediction in an answer.

        Raises:
            NoPrediction: It is about something else, misshapen or a refusal.
        """
        name = protocol.named(line)
        if name != asked:
            self._drop()
        found = protocol.answer(line)
        if isinstance(found, Ready):
            shown = protocol.shown(line)
            raise NoPrediction(f"answered {shown} where document {asked!r} was asked")
        if name != asked:
            raise NoPrediction(f"answered for document {name!r} where {asked!r} was asked")
        if isinstance(found, Refusal):
            raise NoPrediction(f"failed: {found.error}", "error")
        return found

    def _until_ready(self, answered: set[str]) -> Iterator[Document]:
        """Say hello again, and yield what was answered twice before the program is ready."""
        if self._program is None or not self._program.usable:
            return
        try:
            line = self._answer(self._hello, self._timeout)
            while (twice := protocol.named(line)) in answered:
                yield self._again(twice, answered)
                line = self._answer(b"", self._timeout)
            self._in_step = isinstance(protocol.answer(line), Ready)
        except NoPrediction:
            self._in_step = False
        if not self._in_step:
            # All documents were answered: it is started again for the next ones.
            self._drop()

    def _again(self, id: str | None, answered: set[str]) -> Document:
        """What is yielded for a document that was answered twice; the third time is too much."""
        answered.discard(id or "")
        return Document(id=id or "")

    def _started(self) -> Ready:
        self._program = Process(self._argv, Lines())
        self._in_step = True
        try:
            return self._greeting()
        except NoPrediction as error:
            self._drop()
            said = self._said(error, ", in the handshake")
            raise NoPrediction(said, error.status) from error

    def _greeting(self) -> Ready:
        found = protocol.answer(self._answer(self._hello, self._start))
        if not isinstance(found, Ready):
            raise NoPrediction("answered for a document that nobody asked")
        return found

    def _drop(self) -> None:
        if self._program is not None:
            self._program.reap()
        self._program = None

    def _said(self, what: object, when: str = "") -> str:
        head, said = f"command {self._command!r}", " ".join(str(what).split())
        return said if said.startswith(head) else f"{head}{when}: {said}"


def _seconds(given: str | None, name: str) -> float:
    try:
        seconds = SECONDS if given is None else float(given)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"option {name!r} of a command is {given!r}; expected seconds above 0")
    return seconds


def _split(command: str) -> list[str]:
    try:
        argv = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"command {command!r}: {error}") from error
    if not argv:
        raise UsageError(f"command {command!r}: expected cmd:PROGRAM [ARGUMENT…]")
    return argv
