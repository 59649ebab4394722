"""The tree of errors that EventBench raises; each message says what, where and what to do.

::

    BenchError
    ├── InputError            data that cannot be read or does not fit        exit code 2
    │   └── UsageError        an option, a name or a path that makes no sense  exit code 2
    │       └── NotInstalled  an extra is missing; says the command            exit code 2
    ├── NotComparable         scored on another gold or by other measures  exit code 3
    ├── SystemFailed          a system that does not load, or fails everywhere exit code 4
    │   └── DocumentFailed    a document that a system cannot do               exit code 4
    └── NothingMeasured       nothing was selected or nothing can be scored    exit code 5
"""

import difflib
from collections.abc import Iterable
from typing import Literal

Status = Literal["ok", "error", "timeout", "killed", "invalid", "missing"]
"""How it ended for a document: the system returned what fits; it raised; nothing came back in time;
its process died; it returned what does not fit; it returned nothing."""

_MOST = 30
"""A hint names so many names at most."""


class BenchError(Exception):
    """The root: whatever EventBench raises on purpose."""


class InputError(BenchError):
    """Gold, predictions or a corpus that cannot be read or do not fit together."""


class UsageError(InputError):
    """A name, an option or a path that makes no sense."""


class NotInstalled(UsageError):
    """Something optional is missing; the message holds the command that installs it."""


class NotComparable(BenchError):
    """Runs that were scored on another gold or by other measures."""


class SystemFailed(BenchError):
    """A system that does not load, or that failed on every document."""


class DocumentFailed(SystemFailed):
    """One document that a system cannot do: ``id`` says which, ``status`` how it counts in a run.

    A system that raises it goes on with the next documents when it is called again.
    """

    def __init__(self, message: str, id: str, status: Status = "error") -> None:
        super().__init__(message)
        self.id = id
        self.status = status

    def __reduce__(self) -> tuple[type["DocumentFailed"], tuple[str, str, str]]:
        return type(self), (str(self), self.id, self.status)


class NothingMeasured(BenchError):
    """Nothing was selected, or nothing in it can be scored."""


class BenchWarning(UserWarning):
    """Something that does not stop the work, but that whoever reads the figures must know."""


def refused(message: str) -> None:
    """Refuse input: what is done with a fault unless something else is asked for.

    Raises:
        InputError: Always, with the message.
    """
    raise InputError(message)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the known names closest to ``name``, or all of them where none is close.

    >>> nearest("spcay", ["rules", "spacy"])
    'did you mean spacy?'
    >>> nearest("x", ["rules", "spacy"])
    'known: rules, spacy'
    >>> nearest("x", [])
    'none is known'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    shown = ", ".join(names[:_MOST]) + (", …" if len(names) > _MOST else "")
    return f"known: {shown}" if names else "none is known"
