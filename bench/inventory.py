"""Which corpora have a name, and what is known of them."""

import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from .catalogue import declared, shipped
from .corpora import open_corpus
from .errors import BenchError, BenchWarning
from .model import Document, Layer
from .sources import SPLIT, Source, find

_SMALL = 1 << 22
"""So many bytes are read just to say what is in them."""


class Listed(NamedTuple):
    """A corpus that has a name.

    Attributes:
        name: What it is called.
        origin: ``shipped``, or the file that names it.
        format: Its format.
        documents: How many it has; None where counting them would take a while.
        layers: Those that are labelled, as far as is known without reading it.
        splits: What may be named after a colon.
        licence: As it is said.
        sha256: Of what its bare name opens: as found, or else as said.
        error: Why it cannot be opened; empty if it can.
    """

    name: str
    origin: str
    format: str = ""
    documents: int | None = None
    layers: tuple[Layer, ...] = ()
    splits: tuple[str, ...] = ()
    licence: str = ""
    sha256: str = ""
    error: str = ""


def inventory() -> Iterator[Listed]:
    """The corpora that have a name; those that are broken say how.

    Raises:
        InputError: The settings cannot be read.
    """
    known = declared()
    for name in shipped():
        yield _listed(Listed(name, origin="shipped"), [name])
    for name, one in known.items():
        made = Listed(name, origin=str(one.file))
        try:
            entry = one.entry()
        except BenchError as error:
            yield made._replace(error=str(error))
            continue
        splits = tuple(entry.splits)
        made = made._replace(splits=splits, licence=entry.licence)
        named = [f"{name}:{split}" for split in splits]
        yield _listed(made, [name] if entry.whole else named, named if entry.whole else [])


def _listed(made: Listed, parts: Sequence[str], others: Sequence[str] = ()) -> Listed:
    """What is known of a corpus.

    Args:
        made: What the settings say of it.
        parts: The references that open all of it.
        others: Further references that should open.
    """
    try:
        sources = [find(part) for part in parts]
        small = sum(map(_size, sources)) <= _SMALL
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BenchWarning)
            corpora = [open_corpus(source) for source in sources] if small else []
        for reference in others:
            find(reference)
    except BenchError as error:
        return made._replace(error=str(error))
    one = sources[0]
    layers = {layer for source in sources for layer in source.layers}
    made = made._replace(
        format=one.format.name,
        layers=tuple(layer for layer in one.format.layers if layer in layers),
        sha256=one.sha256 if len(parts) == 1 else "",
    )
    if not corpora:
        return made
    documents = [document for corpus in corpora for document in corpus.documents]
    silent = corpora[0].origin.silent
    return made._replace(
        documents=len(documents),
        layers=tuple(layer for layer in made.layers if _has(documents, layer, silent)),
        splits=made.splits
        or tuple(sorted({str(d.meta[SPLIT]) for d in documents if SPLIT in d.meta})),
        sha256=corpora[0].digest if len(parts) == 1 else "",
    )


def _has(documents: Sequence[Document], layer: Layer, silent: Collection[str]) -> bool:
    """Whether a layer was labelled: any item, or where that says something, none."""
    return any(getattr(one, layer) or (one.has(layer) and layer not in silent) for one in documents)


def _size(source: Source) -> int:
    """How many bytes there are to be read."""
    files = (
        file for path in source.paths for file in (path.rglob("*") if path.is_dir() else [path])
    )
    return sum(file.stat().st_size for file in files if file.is_file())
