"""Training a system on gold, and what it is worth on documents that it was not trained on.

A system that can be trained has a method ``train`` and an option ``model``, see `Trainable`.
"""

import hashlib
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec
from msgspec.structs import replace

from .corpora import Corpus, CorpusInfo
from .counts import Tally
from .errors import BenchError, NothingMeasured, SystemFailed, UsageError, nearest
from .model import Document
from .paths import write_folder
from .registry import System, load_system
from .sources import SPLIT

TRAIN = "train"
RECORD = "training.json"
"""The file that says how a model's folder was made."""
_WORD = re.compile(r"\w+")


@runtime_checkable
class Trainable(System, Protocol):
    """A system that learns from gold; its option ``model`` is a folder of what it has learned."""

    def train(self, documents: Sequence[Document], *, seed: int) -> dict[str, bytes]:
        """The files of the folder, by name; the same for the same documents and seed."""
        ...


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """How a model was made, and what such models were worth in cross-validation.

    Attributes:
        system: What was trained.
        options: Its options.
        corpus: What it was trained on.
        seed: What seeded folds and training.
        folds: How many parts the corpus was cut into; 0 without cross-validation.
        counts: Of each measure hits, predicted and gold items over all folds.
        schema: What this file is.
    """

    system: str
    options: dict[str, str]
    corpus: CorpusInfo
    seed: int
    folds: int
    counts: dict[str, Tally]
    schema: str = "eventbench.training/1"

    def encoded(self) -> bytes:
        """It as JSON."""
        json = msgspec.json.encode(self, order="deterministic")
        return msgspec.json.format(json, indent=1) + b"\n"


def fingerprint(text: str | None) -> str:
    """The SHA-256 of the words of a text, whatever their case and what stands between them.

    >>> fingerprint("“It’s Lima,” she said.") == fingerprint("It's LIMA she  said")
    True
    """
    words = " ".join(_WORD.findall((text or "").casefold()))
    return hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()


class Seen:
    """The documents that a system was trained on.

    Args:
        fingerprints: The `fingerprint` of each, by id.
    """

    def __init__(self, fingerprints: Mapping[str, str]) -> None:
        self.fingerprints = dict(fingerprints)
        self._ids = {value: key for key, value in self.fingerprints.items()}

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Seen":
        """All of some documents that have words."""
        return cls({d.id: fingerprint(d.text) for d in documents if _WORD.search(d.text or "")})

    def refuse(self, document: Document) -> None:
        """Refuse a document with the words of one of them.

        Raises:
            SystemFailed: It has.
        """
        same = self._ids.get(fingerprint(document.text))
        if same is not None:
            raise SystemFailed(
                f"was trained on document {document.id!r}"
                + (f" (as {same!r})" if same != document.id else "")
                + ", so that its score there says nothing"
            )


def trainer(reference: str, options: Mapping[str, str]) -> Trainable:
    """Load a system that is to be trained.

    Raises:
        UsageError: It cannot be trained, or was.
    """
    if "model" in options:
        raise UsageError("option 'model' is what training makes; give --out for where")
    system = load_system(reference, options)
    if not isinstance(system, Trainable):
        raise UsageError(f"system {reference!r} cannot be trained: it has no method train()")
    return system


def part(corpus: Corpus, split: str | None) -> Corpus:
    """The documents of a corpus that may be trained on.

    Args:
        corpus: The corpus.
        split: Those whose ``meta`` has this split. None is ``train`` where documents have one, and
            all of them where none has, or where the corpus is a split itself.

    Raises:
        UsageError: There is no such split.
    """
    splits = Counter(str(d.meta[SPLIT]) for d in corpus.documents if SPLIT in d.meta)
    if split is None and (not splits or corpus.origin.split):
        return corpus
    wanted = TRAIN if split is None else split
    if wanted not in splits:
        raise UsageError(
            f"corpus {corpus.name!r} has no document whose meta has {SPLIT} {wanted!r}; "
            f"{nearest(wanted, splits)}"
        )
    kept = tuple(d for d in corpus.documents if str(d.meta.get(SPLIT)) == wanted)
    opened = f"{corpus.origin.reference or corpus.name}:{wanted}"
    origin = corpus.origin._replace(split=wanted, reference=opened)
    return Corpus(f"{corpus.name}-{wanted}", kept, corpus.ontology, origin)


def folded(documents: Sequence[Document], count: int, seed: int) -> list[int]:
    """The fold of each document: as many of each size as can be, documents of one text together.

    It depends on the documents, not on their order. There are fewer folds than ``count`` where
    there are fewer texts.
    """
    texts: defaultdict[str, list[int]] = defaultdict(list)
    for i, document in enumerate(documents):
        texts[fingerprint(document.text)].append(i)
    keys = sorted(texts)
    random.Random(seed).shuffle(keys)  # noqa: S311 - no secret
    sizes = [0] * min(count, len(keys))
    folds = [0] * len(documents)
    for key in sorted(keys, key=lambda one: -len(texts[one])):
        fold = sizes.index(min(sizes))
        sizes[fold] += len(texts[key])
        for i in texts[key]:
            folds[i] = fold
    return folds


def cross_validated(
    reference: str,
    options: Mapping[str, str],
    corpus: Corpus,
    folds: Sequence[int],
    *,
    seed: int = 0,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Document, ...]:
    """The prediction for each document by a system that was trained on the other folds.

    Args:
        reference: What `bench.load_system` takes.
        options: The system's options.
        corpus: The gold.
        folds: The fold of each document, see `folded`.
        seed: Seeds the training.
        progress: Called once for each fold that is done.

    Raises:
        NothingMeasured: There are fewer than two folds.
        SystemFailed: The system fails.
    """
    numbers = sorted(set(folds))
    if len(numbers) < 2:
        raise NothingMeasured(
            f"corpus {corpus.name!r} cannot be cut by document into two folds or more; "
            "--folds 0 trains without cross-validation"
        )
    system = trainer(reference, options)
    found: list[Document] = []
    for number in numbers:
        both = list(zip(corpus.documents, folds, strict=True))
        rest = [document for document, fold in both if fold != number]
        held = [document for document, fold in both if fold == number]
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model"
            write_folder(model, trained(system, rest, seed))
            found += _extracted(load_system(reference, {**options, "model": str(model)}), held)
        progress()
    return tuple(sorted(found, key=lambda document: document.id))


def trained(system: Trainable, documents: Sequence[Document], seed: int) -> dict[str, bytes]:
    """The files of what a system learns; it does not depend on the order of the documents.

    Raises:
        SystemFailed: It fails, or returns something else.
    """
    try:
        files = system.train(sorted(documents, key=lambda document: document.id), seed=seed)
    except BenchError:
        raise
    except Exception as error:
        raise _failed(system, error) from error
    if not all(isinstance(held, bytes) and Path(name).name == name for name, held in files.items()):
        raise SystemFailed(f"system {system.name!r}: train() did not return bytes by file name")
    return files


def _extracted(system: System, documents: Sequence[Document]) -> list[Document]:
    given = [Document(id=d.id, text=d.text, meta=d.meta) for d in documents]
    try:
        found = [replace(one, text=None) for one in system.extract(iter(given))]
    except BenchError:
        raise
    except Exception as error:
        raise _failed(system, error) from error
    if sorted(one.id for one in found) != sorted(one.id for one in given):
        raise SystemFailed(f"system {system.name!r} did not return one prediction a document")
    return found


def _failed(system: System, error: Exception) -> SystemFailed:
    return SystemFailed(f"system {system.name!r} failed: {type(error).__name__}: {error}")
