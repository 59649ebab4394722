"""A system that does what the text says: everything a system should not do."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from bench import Actor, Document, Event, Mention, Span

HELD = []


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError


def leak():
    """Kept for as long as the process lives; the third is one too many, as in an OOM kill."""
    HELD.append(None)
    if len(HELD) == 3:
        os.kill(os.getpid(), signal.SIGKILL)


def orphan():
    """A child that holds what the process has open, after it is gone."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    if os.fork() == 0:
        time.sleep(60)
    os._exit(7)


def deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(60)


def once(document):
    """Dies the first time it sees a document."""
    mark = Path(f"seen-{document.id}")
    if not mark.exists():
        mark.touch()
        os._exit(9)


def raised(error):
    raise error


ACTS = {
    "raise": lambda _: raised(RuntimeError("two\nlines \x1b[31m")),
    "unprintable": lambda _: raised(Unprintable()),
    "sys.exit": lambda _: sys.exit("leave"),
    "interrupt": lambda _: raised(KeyboardInterrupt()),
    "hang": lambda _: deaf(),
    "os._exit": lambda _: os._exit(3),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "group": lambda _: os.killpg(os.getpid(), signal.SIGTERM),
    "segfault": lambda _: ctypes.string_at(0),
    "memory": lambda _: bytearray(1 << 60),
    "recurse": lambda _: recurse(),
    "close": lambda _: os.closerange(0, 256),
    "garbage": lambda _: [os.write(fd, b"x" * 100) for fd in range(3, 20) if writable(fd)],
    "stdout": lambda _: os.write(1, b"\x00\xff nonsense\n" * 1000),
    "print": lambda _: sys.stdout.writelines(["a line of no meaning\n"] * 1_000_000),
    "read": lambda _: sys.stdin.read(),
    "chdir": lambda _: os.chdir("/"),
    "path": lambda _: sys.path.clear(),
    "leak": lambda _: leak(),
    "orphan": lambda _: orphan(),
    "once": once,
}


def recurse():
    return recurse()


def writable(fd):
    try:
        os.write(fd, b"")
    except OSError:
        return False
    return True


def returned(document):
    """What comes back for a document, by its text."""
    fine = Event(type="CONSULT", trigger=Span(start=0, end=4))
    match document.text:
        case "nothing":
            return []
        case "twice":
            return [Document(id=document.id, events=())] * 2
        case "another":
            return [Document(id="zzz", events=())]
        case "dict":
            return [{"id": document.id, "events": []}]
        case "beyond":
            return [
                Document(id=document.id, events=(Event(type="AID", trigger=Span(start=0, end=99)),))
            ]
        case "typeless":
            return [Document(id=document.id, events=(Event(type=5, trigger=Span(start=0, end=4)),))]
        case "object":
            return [Document(id=document.id, meta={"x": object()})]
        case "surrogate":
            return [Document(id=document.id, meta={"x": "\ud800"})]
        case "usage":
            return [Document(id=document.id, events=(), meta={"usage": {"usd": -1}})]
        case "paid":
            return [
                Document(id=document.id, events=(fine,), meta={"usage": {"usd": 0.5, "tokens": 3}})
            ]
        case "string":
            actor = Actor(type="PER", mentions=(Mention(text="ring"),))
            return [Document(id=document.id, events=(fine,), actors=(actor,))]
        case "random":
            return [Document(id=document.id, events=(fine,), meta={"drawn": random.random()})]
    return [Document(id=document.id, events=(fine,))]


class Hostile:
    """Takes its documents one by one."""

    name, version = "hostile", "1"

    def __init__(self, greedy: bool = False):
        self.greedy = greedy

    def describe(self):
        return {}

    def extract(self, documents):
        for document in list(documents) if self.greedy else documents:
            ACTS.get(document.text, lambda _: None)(document)
            yield from returned(document)
