"""Opening a corpus wherever it lies: shipped gold by name, a brat folder, a JSON Lines file."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from .errors import InputError, NothingMeasured, UsageError, nearest
from .formats import brat, jsonl
from .grounding import with_offsets
from .memory import uncollected
from .model import PLOVER, Document, Ontology, Pieces, Span
from .paths import data
from .validation import gold_faults, label_faults, span_faults, suspects

STDIN = "-"


@dataclass(frozen=True)
class Corpus:
    """Documents under one name, sorted by id, with the ontology that they use."""

    name: str
    documents: tuple[Document, ...]
    ontology: Ontology

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything that can move a score, in whatever order and format it came."""
        whole = hashlib.sha256()
        for document in self.documents:
            whole.update(_canonical(document) + b"\n")
        return whole.hexdigest()


class Located(NamedTuple):
    """A document with the file it came from and the line of each of its JSON paths."""

    document: Document
    file: Path
    line: int
    lines: dict[str, int]

    def place(self, path: str) -> str:
        """``file:line`` of a JSON path, or of the nearest path above it that has a line."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return f"{self.file}:{self.lines.get(path, self.line)}"


def _canonical(document: Document) -> bytes:
    """What a document says as bytes: items sorted, strings only where there are no offsets."""
    actors = document.actors and sorted(
        (actor.type, actor.name or "", sorted((*_where(m), m.level or "") for m in actor.mentions))
        for actor in document.actors
    )
    events = document.events and sorted(
        (event.type, _where(event.trigger), event.realis, event.polarity, event.hopper or "",
         sorted((*_where(argument), argument.role) for argument in event.arguments))
        for event in document.events
    )  # fmt: skip
    quotes = document.quotes and sorted(
        (*(_where(span) for span in (quote.content, quote.source, quote.cue)),
         quote.kind, quote.unknown_source)
        for quote in document.quotes
    )  # fmt: skip
    return _encoder.encode([document.id, document.text, actors, events, quotes, document.meta])


def _where(span: Span | None) -> tuple[int, int, Pieces, str]:
    if span is None:
        return -2, -2, (), ""
    if span.start is None or span.end is None:
        return -1, -1, span.fragments, span.text or ""
    return span.start, span.end, span.fragments, ""


_encoder = msgspec.json.Encoder(order="deterministic")


def named() -> list[str]:
    """The corpora that ship with EventBench."""
    return sorted(
        path.name for path in data("gold").iterdir() if (path / "annotation.conf").exists()
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
        return data("gold") / reference
    hint = nearest(reference, named())
    raise UsageError(f"no corpus {reference!r}: neither a path nor a shipped corpus; {hint}")


@uncollected()
def open_corpus(reference: str = "seed", *, strict: bool = False) -> Corpus:
    """Open gold: its texts are there, its spans fit them, no document comes twice.

    Args:
        reference: The name of a shipped corpus, a brat folder, or a ``.jsonl[.gz]`` file.
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.

    Raises:
        InputError: Something cannot be read or does not fit; says where.
        NothingMeasured: There is no document in it.
    """
    path = locate(reference)
    ontology = _ontology(path)
    documents = tuple(_sound(_read(path, ontology, strict=strict), ontology, strict=strict))
    if not documents:
        raise NothingMeasured(f"{path}: holds no document")
    for document in documents:
        if document.text is None:
            raise InputError(f"{path}: document {document.id!r} has no text; gold needs it")
    return Corpus(_name(path), documents, ontology)


@uncollected()
def open_predictions(reference: str, gold: Corpus, *, strict: bool = False) -> tuple[Document, ...]:
    """Read predictions for a corpus, checked against its texts.

    Strings without offsets are looked for in the text (`bench.grounding`).

    Args:
        reference: A brat folder, a ``.jsonl[.gz]`` file, or ``-`` for JSON Lines on stdin.
        gold: The corpus that they are for.
        strict: Refuse unknown fields, and types or roles outside the corpus's ontology.

    Raises:
        InputError: A document is unknown or comes twice, or a span does not fit its text.
    """
    path = Path(reference)
    if reference != STDIN and not path.exists():
        raise UsageError(f"no predictions {reference!r}: there is no such file or folder")
    texts = {document.id: document.text for document in gold.documents}
    located = list(_read(path, gold.ontology, strict=strict))
    for one in located:
        if one.document.id not in texts:
            hint = nearest(one.document.id, texts)
            raise InputError(
                f"{one.place('$')}: document {one.document.id!r} is not in the gold; {hint}"
            )
    return tuple(_sound(located, gold.ontology, strict=strict, texts=texts))


def check(reference: str) -> Iterator[str]:
    """Every fault of a gold corpus as ``file:line: message``, in the order of the files."""
    path = locate(reference)
    ontology = _ontology(path)
    first: dict[str, str] = {}
    for located, faults in _read_with_faults(path, ontology):
        yield from (f"{located.file}:{line}: {message}" for line, message in faults)
        place = first.setdefault(located.document.id, located.place("$"))
        if place != located.place("$"):
            yield f"{located.place('$')}: document {located.document.id!r} is also at {place}"
        found = list(span_faults(located.document, located.document.text))
        # What is asked of the surface makes sense only where the offsets hold.
        found += [] if found else gold_faults(located.document, ontology)
        yield from (f"{located.place(fault.path)}: {fault.message}" for fault in found)


def _name(path: Path) -> str:
    path = path.resolve()
    return path.name if path.is_dir() else path.name.split(".")[0]


def _ontology(path: Path) -> Ontology:
    return brat.ontology(path if path.is_dir() else path.parent) or PLOVER


def _sound(
    located: Iterable[Located],
    ontology: Ontology,
    *,
    strict: bool,
    texts: dict[str, str | None] | None = None,
) -> list[Document]:
    """The documents sorted by id, once each, with spans that fit."""
    seen: dict[str, Located] = {}
    known: dict[str, str | None] = {}
    for one in located:
        document = one.document
        twin = seen.setdefault(document.id, one)
        if twin is not one:
            first = twin.place("$")
            raise InputError(
                f"{one.place('$')}: document {document.id!r} comes twice (first at {first})"
            )
        text = document.text
        if texts is not None:
            if text is not None and text != texts[document.id]:
                raise InputError(
                    f"{one.place('$')}: the text of {document.id!r} differs from the gold's "
                    f"{_first_difference(text, texts[document.id] or '')}"
                )
            text = texts[document.id]
        known[document.id] = text
        for fault in label_faults(document, ontology) if strict else ():
            raise InputError(f"{one.place(fault.path)}: {fault.message}, at {fault.path}")
    in_file = list(seen)
    documents = [seen[key].document for key in in_file]
    for i in suspects(documents, [known[key] for key in in_file]):
        one = seen[in_file[i]]
        if texts is not None:
            one = one._replace(document=with_offsets(one.document, texts[in_file[i]] or ""))
            seen[in_file[i]] = one
        for fault in span_faults(one.document, known[in_file[i]]):
            raise InputError(f"{one.place(fault.path)}: {fault.message}, at {fault.path}")
    return [seen[key].document for key in sorted(seen)]


def _first_difference(found: str, expected: str) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b),
        min(len(found), len(expected)),
    )
    return f"from character {at} on: {found[at : at + 20]!r} instead of {expected[at : at + 20]!r}"


def _read(path: Path, ontology: Ontology, *, strict: bool) -> Iterator[Located]:
    for located, faults in _read_with_faults(path, ontology, strict=strict):
        for line, message in faults:
            raise InputError(f"{located.file}:{line}: {message}")
        yield located


def _read_with_faults(
    path: Path, ontology: Ontology, *, strict: bool = False
) -> Iterator[tuple[Located, list[brat.LineFault]]]:
    if str(path) == STDIN:
        for number, document in jsonl.parse(sys.stdin.buffer, "stdin", strict=strict):
            yield Located(document, Path("stdin"), number, {}), []
    elif path.is_dir():
        files = brat.files(path)
        if not files:
            raise UsageError(f"{path}: no .ann file in this folder; expected a brat collection")
        for file in files:
            parsed = brat.parse(file, ontology)
            yield Located(parsed.document, file, 1, parsed.lines), parsed.faults
    elif path.name.removesuffix(".gz").endswith(".jsonl"):
        for number, document in jsonl.read(path, strict=strict):
            yield Located(document, path, number, {}), []
    else:
        raise UsageError(f"{path}: unknown format; expected a brat folder, .jsonl or .jsonl.gz")
