"""Opening a corpus, and predictions for it: each document once, with spans that fit its text."""

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
from .formats.base import Format, Ledger, Located
from .grounding import with_offsets
from .items import Flat, Vocabulary, flatten
from .memory import uncollected
from .model import Document, Ontology, Span
from .sources import MADE, Origin, Source, find
from .validation import Fault, gold_faults, label_faults, span_faults, suspects

STDIN = "-"


class CorpusInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which gold.

    Attributes:
        name: What it is called, with the split.
        documents: How many it has.
        sha256: The hash of all that can move a score.
        split: Which part of a corpus it is; empty for all of it.
        format: What it was read as.
        reference: What opens it again, with the format, where its name alone does not.
    """

    name: str
    documents: int
    sha256: str
    split: str = ""
    format: str = ""
    reference: str = ""

    def source(self) -> Source:
        """Where it is, as seen from here.

        Raises:
            UsageError: It is not there any more.
        """
        return find(self.reference or self.name, self.format if self.reference else None)


@dataclass(frozen=True)
class Corpus:
    """Documents under one name, sorted by id, with the ontology that they use.

    Attributes:
        name: What it is called, with the split.
        documents: The documents.
        ontology: The labels.
        origin: Where they are from, and how far that says what was labelled.
    """

    name: str
    documents: tuple[Document, ...]
    ontology: Ontology
    origin: Origin = MADE

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything that can move a score, in whatever order and format it came."""
        return digest(self.documents)

    @property
    def info(self) -> CorpusInfo:
        """What a saved run says of it."""
        return described(self.name, len(self.documents), self.digest, self.origin)


def described(name: str, documents: int, sha256: str, origin: Origin) -> CorpusInfo:
    """What a saved run says of a corpus."""
    return CorpusInfo(name, documents, sha256, origin.split, origin.format, origin.reference)


@uncollected()
def open_corpus(
    reference: str | Source = "seed",
    *,
    strict: bool = False,
    format: str | None = None,
    verify: bool = True,
) -> Corpus:
    """Open gold: its texts are there, its spans fit them, no document comes twice.

    Args:
        reference: The name of a corpus, or a path of any format (`bench.formats`), with or without
            ``:SPLIT``; see `bench.sources`.
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.
        format: Its format, if it is not to be recognised.
        verify: Refuse a corpus that does not hash to what the settings say.

    Raises:
        InputError: Something cannot be read or does not fit; says where.
        NothingMeasured: There is no document in it.
    """
    source = find(reference, format)
    entrance = Entrance(source.ontology, strict=strict)
    located = list(entrance.read(source))
    if not located:
        raise NothingMeasured(f"{source}: holds no document")
    documents, _ = entrance.gold(located)
    ordered = tuple(sorted(documents, key=attrgetter("id")))
    corpus = Corpus(source.name, ordered, source.ontology, source.origin)
    if verify and source.sha256:
        source.verify(corpus.digest)
    return corpus


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


def check(reference: str | Source) -> Iterator[str]:
    """Every fault of a gold corpus as ``file:line: message``, in the order of the files."""
    source = find(reference)
    first: dict[str, str] = {}
    for located in _read(source):
        yield from (f"{located.file}:{fault.line}: {fault.message}" for fault in located.faults)
        place = first.setdefault(located.document.id, located.place("$"))
        if place != located.place("$"):
            yield f"{located.place('$')}: document {located.document.id!r} is also at {place}"
        found = list(span_faults(located.document, located.document.text))
        # What is asked of the surface makes sense only where the offsets hold.
        found += [] if found else gold_faults(located.document, source.ontology)
        yield from (f"{located.place(fault.path)}: {fault.message}" for fault in found)


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

    def read(self, given: Source | Path) -> Iterator[Located]:
        """The documents of a corpus, at a path or on `STDIN`, with where each of them stands.

        Raises:
            InputError: Something cannot be read, or a document comes twice.
        """
        strict, refuse = self._strict, self._refuse
        if isinstance(given, Source):
            return filter(self._is_sound, _read(given, strict=strict, refuse=refuse))
        if str(given) == STDIN:
            found = _on_stdin(strict=strict, refuse=refuse)
        else:
            found = _at_path(given, recognised(given), self.ontology, strict=strict, refuse=refuse)
        return filter(self._is_sound, found)

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
            self._on_text(one, text or "") if one is not None else None
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

    def _on_text(self, one: Located, text: str) -> Document | None:
        """A prediction, which holds no copy of the text; None if it brings another."""
        own = one.document.text
        if own is None:
            return one.document
        if own == text:
            return replace(one.document, text=text)
        self._refuse(
            f"{one.place('$')}: the text of {one.document.id!r} differs from the gold's "
            f"{_first_difference(own, text)}"
        )
        return None

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
    source: Source, *, strict: bool = False, refuse: Callable[[str], None] = refused
) -> Iterator[Located]:
    """The documents of a corpus that belong to its split, with the layers that are read."""
    selection = source.selection()
    for path in source.paths:
        for located in _at_path(path, source.format, source.ontology, strict=strict, refuse=refuse):
            if selection.belongs(located.document):
                yield located._replace(document=source.narrowed(located.document))
    selection.end()


def _on_stdin(*, strict: bool, refuse: Callable[[str], None]) -> Iterator[Located]:
    for number, document in jsonl.parse(sys.stdin.buffer, "stdin", strict=strict, refuse=refuse):
        yield Located(document, Path("stdin"), number)


def _at_path(
    path: Path, format: Format, ontology: Ontology, *, strict: bool, refuse: Callable[[str], None]
) -> Iterator[Located]:
    if format is jsonl.FORMAT:
        for number, document in jsonl.read(path, strict=strict, refuse=refuse):
            yield Located(document, path, number)
    elif format is brat.FORMAT:
        yield from (located for located, _ in brat.read(path, ontology))
    else:
        ledger = Ledger()
        yield from format.read(path, ledger, refuse)
        for loss in ledger.lines():
            warnings.warn(f"{path}: {loss}", BenchWarning, stacklevel=2)
