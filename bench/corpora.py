"""Opening a corpus wherever it lies: shipped gold by name, or a path of any known format."""

import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec.structs import replace

from .digests import digest
from .errors import BenchWarning, InputError, NothingMeasured, UsageError, nearest, refused
from .formats import brat, jsonl, recognised
from .formats.base import Ledger, Located
from .grounding import with_offsets
from .items import Flat, Vocabulary, flatten
from .memory import uncollected
from .model import PLOVER, Document, Ontology, Span
from .paths import data
from .validation import Fault, gold_faults, label_faults, span_faults, suspects

STDIN = "-"


class CorpusInfo(msgspec.Struct, frozen=True):
    """Which gold: its name, its size, and the hash of all that can move a score."""

    name: str
    documents: int
    sha256: str


@dataclass(frozen=True)
class Corpus:
    """Documents under one name, sorted by id, with the ontology that they use."""

    name: str
    documents: tuple[Document, ...]
    ontology: Ontology

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything that can move a score, in whatever order and format it came."""
        return digest(self.documents)

    @property
    def info(self) -> CorpusInfo:
        """What a saved run says of it."""
        return CorpusInfo(self.name, len(self.documents), self.digest)


def named() -> list[str]:
    """The corpora that ship with EventBench."""
    return sorted(
        path.name
        for path in data("gold").iterdir()
        if (path / "annotation.conf").exists() or (path / f"{path.name}.jsonl").exists()
    )


def locate(reference: str) -> Path:
    """The file or folder that a corpus reference means.

    Raises:
        UsageError: There is no such path and no shipped corpus of that name.
    """
    path = Path(reference)
    if path.exists():
        return path
    if reference in named():
        folder = data("gold") / reference
        lines = folder / f"{reference}.jsonl"
        return lines if lines.exists() else folder
    hint = nearest(reference, named())
    raise UsageError(f"no corpus {reference!r}: neither a path nor a shipped corpus; {hint}")


@uncollected()
def open_corpus(reference: str = "seed", *, strict: bool = False) -> Corpus:
    """Open gold: its texts are there, its spans fit them, no document comes twice.

    Args:
        reference: The name of a shipped corpus, or a path of any format (`bench.formats`).
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.

    Raises:
        InputError: Something cannot be read or does not fit; says where.
        NothingMeasured: There is no document in it.
    """
    path = locate(reference)
    entrance = Entrance(ontology_of(path), strict=strict)
    located = list(entrance.read(path))
    if not located:
        raise NothingMeasured(f"{path}: holds no document")
    documents, _ = entrance.gold(located)
    return Corpus(name_of(path), tuple(sorted(documents, key=attrgetter("id"))), entrance.ontology)


@uncollected()
def open_predictions(
    reference: str,
    gold: Corpus,
    *,
    strict: bool = False,
    refuse: Callable[[str], None] = refused,
) -> tuple[Document, ...]:
    """Read predictions for a corpus, checked against its texts.

    Strings without offsets are looked for in the text (`bench.grounding`).

    Args:
        reference: A path of any format (`bench.formats`), or ``-`` for JSON Lines on stdin.
        gold: The corpus that they are for.
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.
        refuse: What is done about faults, see `Entrance`.

    Raises:
        InputError: A document is unknown or comes twice, or a span does not fit its text.
    """
    path = predictions_at(reference)
    texts = {document.id: document.text for document in gold.documents}
    entrance = Entrance(gold.ontology, strict=strict, refuse=refuse)
    located = []
    for one in entrance.read(path):
        if one.document.id in texts:
            located.append(one)
        else:
            refuse(unknown_document(one, texts))
    documents, _ = entrance.predictions(located, [texts[one.document.id] for one in located])
    return tuple(sorted(filter(None, documents), key=attrgetter("id")))


def predictions_at(reference: str) -> Path:
    """The file or folder of predictions, or `STDIN`.

    Raises:
        UsageError: There is no such path.
    """
    path = Path(reference)
    if reference != STDIN and not path.exists():
        raise UsageError(f"no predictions {reference!r}: there is no such file or folder")
    return path


def unknown_document(one: Located, known: Iterable[str]) -> str:
    """What is said of a prediction for a document that the gold does not have."""
    key = one.document.id
    return f"{one.place('$')}: document {key!r} is not in the gold; {nearest(key, known)}"


def check(reference: str) -> Iterator[str]:
    """Every fault of a gold corpus as ``file:line: message``, in the order of the files."""
    path = locate(reference)
    ontology = ontology_of(path)
    first: dict[str, str] = {}
    for located in _read(path, ontology):
        yield from (f"{located.file}:{fault.line}: {fault.message}" for fault in located.faults)
        place = first.setdefault(located.document.id, located.place("$"))
        if place != located.place("$"):
            yield f"{located.place('$')}: document {located.document.id!r} is also at {place}"
        found = list(span_faults(located.document, located.document.text))
        # What is asked of the surface makes sense only where the offsets hold.
        found += [] if found else gold_faults(located.document, ontology)
        yield from (f"{located.place(fault.path)}: {fault.message}" for fault in found)


def name_of(path: Path) -> str:
    """What a corpus at a path is called."""
    path = path.resolve()
    return path.name if path.is_dir() else path.name.split(".")[0]


def ontology_of(path: Path) -> Ontology:
    """The ontology that a corpus brings, or PLOVER; that of other formats may name no label."""
    found = recognised(path)
    if found in (jsonl.FORMAT, brat.FORMAT):
        return brat.ontology(path if path.is_dir() else path.parent) or PLOVER
    return found.ontology or Ontology(name=found.name)


def _at(located: Located, fault: Fault) -> str:
    """A fault with its place."""
    return f"{located.place(fault.path)}: {fault.message}, at {fault.path}"


class Entrance:
    """Where documents of one side come in: each once, with spans that fit its text.

    Args:
        ontology: The labels that they may use.
        strict: Refuse others.
        refuse: Called with what is wrong. It raises, or else what is wrong is left out: a span, so
            that its item counts as spurious, or the whole prediction.
    """

    def __init__(
        self, ontology: Ontology, *, strict: bool, refuse: Callable[[str], None] = refused
    ) -> None:
        self.ontology = ontology
        self._strict = strict
        self._refuse = refuse
        self._seen: dict[str, tuple[Path, int]] = {}

    @property
    def known(self) -> Collection[str]:
        """The ids of the documents read so far."""
        return self._seen.keys()

    def read(self, path: Path) -> Iterator[Located]:
        """The documents at a path, or on `STDIN`, with where each of them stands.

        Raises:
            InputError: Something cannot be read, or a document comes twice.
        """
        given = _read(path, self.ontology, strict=self._strict, refuse=self._refuse)
        return filter(self._is_sound, given)

    def gold(
        self, located: Sequence[Located], vocabulary: Vocabulary | None = None
    ) -> tuple[list[Document], Flat]:
        """Some documents of the gold, and their columns.

        Raises:
            InputError: A document has no text, or spans that do not fit it.
        """
        documents = [one.document for one in located]
        texts = [document.text for document in documents]
        flat = flatten(documents, vocabulary or Vocabulary())
        for i in suspects(flat.placed, texts):
            for fault in span_faults(documents[i], texts[i]):
                raise InputError(_at(located[i], fault))
        for one in located:
            if one.document.text is None:
                where = one.place("$")
                raise InputError(
                    f"{where}: document {one.document.id!r} has no text; gold needs it"
                )
        return documents, flat

    def predictions(
        self,
        located: Sequence[Located | None],
        texts: Sequence[str | None],
        vocabulary: Vocabulary | None = None,
    ) -> tuple[list[Document | None], Flat]:
        """Some predictions, None where there is none, and their columns.

        Strings without offsets are looked for in the texts.

        Raises:
            InputError: A document brings another text, or spans that do not fit it.
        """
        documents = [
            one.document if one is not None and self._has_text(one, text or "") else None
            for one, text in zip(located, texts, strict=True)
        ]
        vocabulary = vocabulary or Vocabulary()
        flat = flatten(documents, vocabulary)
        changed = False
        for i in suspects(flat.placed, texts):
            before, one = documents[i], located[i]
            if before is not None and one is not None:
                documents[i] = self._fitting(with_offsets(before, texts[i] or ""), one, texts[i])
                changed |= documents[i] is not before
        return documents, flatten(documents, vocabulary) if changed else flat

    def _is_sound(self, one: Located) -> bool:
        """Whether a document is new; all that is wrong with it is refused."""
        for line, message, kept in one.faults:
            if self._strict or not kept:
                self._refuse(f"{one.file}:{line}: {message}")
        document = one.document
        here = (one.file, one.lines.get("$", one.line))
        first = self._seen.setdefault(document.id, here)
        if first != here:
            twice = f"document {document.id!r} comes twice (first at {first[0]}:{first[1]})"
            self._refuse(f"{one.place('$')}: {twice}")
            return False
        for fault in label_faults(document, self.ontology) if self._strict else ():
            self._refuse(_at(one, fault))
        return True

    def _has_text(self, one: Located, text: str) -> bool:
        own = one.document.text
        if own is None or own == text:
            return True
        self._refuse(
            f"{one.place('$')}: the text of {one.document.id!r} differs from the gold's "
            f"{_first_difference(own, text)}"
        )
        return False

    def _fitting(self, document: Document, one: Located, text: str | None) -> Document:
        """A prediction with spans that fit, as far as others are refused without raising."""
        faults = list(span_faults(document, text))
        for fault in faults:
            self._refuse(_at(one, fault))
        paths = {fault.path for fault in faults}
        return document.mapped(_without(paths)) if paths else document


def _without(paths: Collection[str]) -> Callable[[str, Span], Span]:
    """What takes the offsets away from the spans at some paths."""

    def change(path: str, span: Span) -> Span:
        if path not in paths:
            return span
        return replace(span, start=None, end=None, text=None, fragments=())

    return change


def _first_difference(found: str, expected: str) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b),
        min(len(found), len(expected)),
    )
    return f"from character {at} on: {found[at : at + 20]!r} instead of {expected[at : at + 20]!r}"


def _read(
    path: Path,
    ontology: Ontology,
    *,
    strict: bool = False,
    refuse: Callable[[str], None] = refused,
) -> Iterator[Located]:
    if str(path) == STDIN:
        for number, document in jsonl.parse(
            sys.stdin.buffer, "stdin", strict=strict, refuse=refuse
        ):
            yield Located(document, Path("stdin"), number)
        return
    found = recognised(path)
    if found is jsonl.FORMAT:
        for number, document in jsonl.read(path, strict=strict, refuse=refuse):
            yield Located(document, path, number)
    elif found is brat.FORMAT:
        yield from (located for located, _ in brat.read(path, ontology))
    else:
        ledger = Ledger()
        yield from found.read(path, ledger, refuse)
        for loss in ledger.lines():
            warnings.warn(f"{path}: {loss}", BenchWarning, stacklevel=2)
