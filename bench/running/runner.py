"""A system over a corpus: what it predicts, what it fails on, and what that took.

A document on which a system raises, hangs or dies, or for which it returns something unfit, costs
that document and no other. Systems see ids, texts and `meta`, never labels.
"""

import hashlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..corpora import Corpus
from ..errors import SystemFailed, UsageError
from ..model import LAYERS, Document
from ..registry import System
from .cache import Cache
from .costs import Cost, summed
from .engines import Inline
from .hosts import Here, Hosted
from .identity import Identity, keys
from .jobs import LISTENERS, Job, identity, work, workers
from .journal import Journal
from .messages import Finished

_BATCH = 32
"""Documents go through a system by so many at most, unless told otherwise."""


class Failure(msgspec.Struct, frozen=True):
    """A document that a system failed on; it is scored as if nothing had been found.

    ``status`` is ``error`` (it raised), ``timeout`` (nothing came back in time), ``killed`` (its
    process died), ``invalid`` (what it returned does not fit) or ``missing`` (it returned nothing).
    """

    id: str
    status: str
    message: str


class Outcome(NamedTuple):
    """What came of a run.

    Attributes:
        predictions: One a document, sorted by id.
        failures: The documents that the system failed on.
        seconds: How long it took, without loading; of a run that was resumed, its last part.
        identity: Which system it was.
        cost: What it took.
    """

    predictions: tuple[Document, ...]
    failures: tuple[Failure, ...]
    seconds: float
    identity: Identity
    cost: Cost | None


Progress = Callable[[Finished, bool], None]


class Conditions(NamedTuple):
    """How a system is run.

    Attributes:
        jobs: How many processes at once.
        batch: How many documents go through a system in one stream; by default at most 32, and
            so few that all processes have work.
        retries: How often a document that failed is tried again.
        most: On how many documents a system may fail, as ``N`` or ``P%``; one more ends the run.
        journal: A folder where what is finished is written down at once, until the run is whole.
        resume: Go on from what is written there: all that ended well is not run again.
        cache: Predictions of earlier runs, which are taken over; new ones are added.
    """

    jobs: int = 1
    batch: int | None = None
    retries: int = 0
    most: str | None = None
    journal: Path | None = None
    resume: bool = False
    cache: Cache | None = None


def run(
    system: System | Here | Hosted | str,
    corpus: Corpus,
    *,
    seed: int = 0,
    conditions: Conditions = Conditions(),  # noqa: B008 - it cannot change
    executor: Executor | None = None,
    progress: Progress = lambda _, __: None,
) -> Outcome:
    """Run a system over a corpus.

    Args:
        system: A reference as `bench.load_system` takes it, or a `Hosted`, which whoever made it
            closes: it is run in processes of its own, and nothing that it does harms the run. Or
            what `bench.load_system` returns, or anything with the same methods: it is run in this
            process.
        corpus: What to run on.
        seed: Seeds the global random generators of Python and numpy, anew for each document; a
            `Hosted` brings its own.
        conditions: How it is run.
        executor: What does the work, and is left open; by default threads of this process, each
            of which waits for a process that holds the system.
        progress: Called once for each document that is done, with whether it was run now (and not
            earlier); one at a time, from any thread.

    Raises:
        SystemFailed: It does not load, or failed on every document, or on more than it may.
        UsageError: The conditions do not fit the system.
    """
    made = Hosted(system, seed=seed) if isinstance(system, str) else system
    source = made if isinstance(made, Here | Hosted) else Here(made, seed)
    if isinstance(source, Here):
        if conditions.jobs > 1:
            raise UsageError("jobs: a system that is in this process is run in it alone")
        conditions, executor = conditions._replace(jobs=0), Inline()
    with workers([source] if isinstance(system, str) else [], conditions.jobs) as own:
        running = _Running(source, corpus, conditions, executor or own, progress)
        try:
            return running.outcome()
        finally:
            source.hang_up()


class _Running:
    """A run that is under way."""

    def __init__(
        self,
        source: Here | Hosted,
        corpus: Corpus,
        conditions: Conditions,
        executor: Executor,
        progress: Progress,
    ) -> None:
        self._source = source
        self._corpus = corpus.name
        self._documents = [Document(id=d.id, text=d.text, meta=d.meta) for d in corpus.documents]
        self._conditions = conditions
        self._executor = executor
        self._progress = progress
        self._allowed = most_failures(conditions.most, len(self._documents))
        self._finished: dict[str, Finished] = {}
        self._lock = threading.Lock()
        self._futures: set[Future[list[Finished]]] = set()

    def outcome(self) -> Outcome:
        """Run it.

        Raises:
            SystemFailed: It failed on every document, or on more than it may.
        """
        known_as = self._executor.submit(identity, self._source).result()
        started = time.perf_counter()
        keyed = keys(known_as, self._documents, self._source.seed)
        journal = self._journal(known_as)
        try:
            with self._conditions.cache or nullcontext():
                self._recall(known_as, keyed, journal)
                fresh = [one for one in self._documents if one.id not in self._finished]
                self._extract(fresh, known_as, keyed, journal)
        finally:
            if journal is not None:
                done = [one.status for one in self._finished.values()]
                whole = done == ["ok"] * len(self._documents)
                journal.close(keep=not whole and ("ok" in done or bool(journal.found)))
        seconds = time.perf_counter() - started
        ordered = [self._finished[document.id] for document in self._documents]
        failures = tuple(Failure(o.id, o.status, o.message) for o in ordered if o.status != "ok")
        if len(failures) == len(ordered):
            raise SystemFailed(
                f"system {known_as.name!r} failed on all {len(ordered)} documents; "
                f"the first: {failures[0].message}"
            )
        jobs = self._conditions.jobs
        cost = summed(ordered, jobs=jobs, fresh=len(fresh), seconds=seconds)
        return Outcome(_with_empty(ordered), failures, seconds, known_as, cost)

    def _journal(self, known_as: Identity) -> Journal | None:
        folder = self._conditions.journal
        if folder is None:
            return None
        which = (self._source.reference, known_as.options, self._source.seed)
        digest = hashlib.sha256(msgspec.json.encode(which, order="deterministic")).hexdigest()
        name = f"{known_as.name}-{self._corpus}-{digest[:12]}"
        safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in name)[-200:]
        return Journal(folder / f"{safe}.jsonl", resume=self._conditions.resume)

    def _recall(self, known_as: Identity, keyed: dict[str, str], journal: Journal | None) -> None:
        """Take over what need not be run again."""
        wanted = set(keyed.values())
        found = {key: one for key, one in journal.found.items() if key in wanted} if journal else {}
        if self._conditions.cache is not None:
            self._conditions.cache.put(known_as, found.items())
            found = self._conditions.cache.get(wanted - found.keys()) | found
        for document in self._documents:
            if keyed[document.id] in found:
                self._hear(found[keyed[document.id]], fresh=False)

    def _extract(
        self,
        documents: Sequence[Document],
        known_as: Identity,
        keyed: dict[str, str],
        journal: Journal | None,
    ) -> None:
        """Run documents through the system."""
        width = max(self._conditions.jobs, 1)
        size = self._conditions.batch or min(_BATCH, math.ceil(len(documents) / (4 * width)))
        path = journal.path if journal is not None else None
        left = iter(documents)
        LISTENERS[self._source.token] = self._hear
        try:
            while (batch := tuple(islice(left, size))) or self._futures:
                if batch:
                    its = {document.id: keyed[document.id] for document in batch}
                    job = Job(self._source, batch, self._conditions.retries, path, its)
                    self._futures.add(self._executor.submit(work, job))
                    if len(self._futures) <= width:  # one more than are at work
                        continue
                done, self._futures = wait(self._futures, return_when=FIRST_COMPLETED)
                self._collect([one for future in done for one in future.result()], known_as, keyed)
        except BaseException:
            self._source.close(at_once=True)
            for future in self._futures:
                future.cancel()
            wait(self._futures)  # what cannot be stopped any more
            self._source.close()
            raise
        finally:
            del LISTENERS[self._source.token]

    def _collect(
        self, finished: Sequence[Finished], known_as: Identity, keyed: dict[str, str]
    ) -> None:
        """Take in what came of some jobs.

        Raises:
            SystemFailed: The system has failed on more documents than it may.
        """
        for one in finished:
            self._hear(one)
        if self._conditions.cache is not None:
            self._conditions.cache.put(known_as, ((keyed[one.id], one) for one in finished))
        failed = [one for one in self._finished.values() if one.status != "ok"]
        if self._allowed is not None and len(failed) > self._allowed:
            raise SystemFailed(
                f"system {known_as.name!r} failed on {len(failed)} of {len(self._documents)} "
                f"documents, and may on {self._allowed}; the last: {failed[-1].message}"
            )

    def _hear(self, finished: Finished, *, fresh: bool = True) -> None:
        """Take in what came of a document."""
        with self._lock:
            known = finished.id in self._finished
            self._finished[finished.id] = finished
            if not known:
                self._progress(finished, fresh)


def most_failures(most: str | None, documents: int) -> int | None:
    """On how many documents a system may fail; None where on any.

    >>> most_failures("2", 10), most_failures("25%", 10)
    (2, 2)

    Raises:
        UsageError: It is neither a number nor a share.
    """
    if most is None:
        return None
    share = most.endswith("%")
    try:
        number = float(most[:-1]) if share else int(most)
    except ValueError:
        number = -1
    if not 0 <= number <= (100 if share else math.inf):
        raise UsageError(f"--fail-on-error {most!r}: expected N or P%, such as 3 or 5%")
    return math.floor(documents * number / 100) if share else int(number)


def _with_empty(finished: Sequence[Finished]) -> tuple[Document, ...]:
    """The predictions, and for each failed document an empty one in the layers attempted."""
    predictions = {one.id: one.prediction for one in finished if one.prediction is not None}
    attempted = {
        layer: ()
        for layer in LAYERS
        if any(document.has(layer) for document in predictions.values())
    }
    nothing = msgspec.structs.replace(Document(id=""), **attempted)
    return tuple(
        predictions.get(one.id) or msgspec.structs.replace(nothing, id=one.id) for one in finished
    )
