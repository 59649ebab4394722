"""A piece of a run: some documents, brought to their ends whatever the system does.

A job may be done in any thread, process or machine: what it is given can be pickled, if the system
is hosted (`bench.running.hosts.Hosted`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..model import Document
from .engines import engine
from .hosts import Here, Hosted
from .identity import Identity
from .journal import append
from .messages import Ended, Finished, Took

LISTENERS: dict[str, Callable[[Finished], None]] = {}
"""Who in this process wants to hear of each document as soon as it is done, by a run's token."""


class Job(NamedTuple):
    """Documents to be brought to their ends.

    Attributes:
        source: The system.
        documents: The documents.
        retries: How often one that failed is tried again.
        journal: Where each result is written down at once; None for nowhere.
        keys: The keys that it is written down under, by document (`bench.running.identity`).
    """

    source: Here | Hosted
    documents: tuple[Document, ...]
    retries: int
    journal: Path | None
    keys: dict[str, str]


@contextmanager
def workers(sources: Sequence[Here | Hosted], jobs: int) -> Iterator[Executor]:
    """What does so many jobs at once; whatever happens, at the end no process of a system is left.

    Args:
        sources: The systems.
        jobs: See `bench.running.engines.engine`.
    """
    executor = engine(jobs)
    try:
        yield executor
    except BaseException:
        for source in sources:
            source.close(at_once=True)
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        for source in sources:
            source.close()


def identity(source: Here | Hosted) -> Identity:
    """Load a system, so that it is there for the first job, and say what it is."""
    with source.borrowed() as host:
        return host.identity


def work(job: Job) -> list[Finished]:
    """Bring each document of a job to its end.

    Where a stream breaks, the documents that were not taken yet go on without those that were and
    did not come back; these are halved until each that breaks a stream is alone.
    """
    progress = _Progress(job)
    left: list[Sequence[Document]] = [job.documents]
    with job.source.borrowed() as host:
        while left:
            batch = left.pop()
            progress.begin()
            ended = host.extract(batch, progress.hear)
            pending = [document for document in batch if document.id not in progress.settled]
            failed = [document for document in pending if document.id in progress.failed]
            left += [[document] for document in failed]
            rest = [document for document in pending if document.id not in progress.failed]
            if len(batch) > 1 or failed:
                left += _parted(rest, progress.taken, ended)
            elif rest and not progress.fail(Finished(batch[0].id, ended.status, ended.message)):
                left.append(batch)
    return list(progress.settled.values())


class _Progress:
    """Which documents of a job are settled."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tries: Counter[str] = Counter()
        self.settled: dict[str, Finished] = {}
        self.begin()

    def begin(self) -> None:
        """A stream begins."""
        self.taken: set[str] = set()
        self.failed: set[str] = set()

    def hear(self, message: Took | Finished) -> None:
        """Take in what comes from a stream."""
        if isinstance(message, Took):
            self.taken.add(message.id)
        elif message.status == "ok":
            self._settle(message)
        elif not self.fail(message):
            self.settled.pop(message.id, None)
            self.failed.add(message.id)

    def fail(self, finished: Finished) -> bool:
        """Whether a document that failed is not tried again."""
        self._tries[finished.id] += 1
        if self._tries[finished.id] <= self._job.retries:
            return False
        self._settle(finished)
        return True

    def _settle(self, finished: Finished) -> None:
        self.settled[finished.id] = finished
        if self._job.journal is not None:
            append(self._job.journal, self._job.keys[finished.id], finished)
        listener = LISTENERS.get(self._job.source.token)
        if listener is not None:
            listener(finished)


def _parted(rest: list[Document], taken: set[str], ended: Ended) -> list[Sequence[Document]]:
    """What is tried next of the documents that did not come back."""
    others = [document for document in rest if document.id not in taken]
    suspects = [document for document in rest if document.id in taken]
    if not suspects:
        suspects, others = others, []
    middle = (len(suspects) + 1) // 2
    alone = ended.status == "missing"
    parts: list[Sequence[Document]] = [others]
    parts += [[one] for one in suspects] if alone else [suspects[middle:], suspects[:middle]]
    return [part for part in parts if part]
