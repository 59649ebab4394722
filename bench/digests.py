"""What a corpus says as a hash: the same in whatever order and format it comes.

Items are hashed column by column, the hashes of items that have no order among each other are
added up, and a SHA-256 is taken of the sums together with the id, the text and the ``meta``.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from .items import NONE, Flat, Ints, Vocabulary, flatten
from .model import Document

_Hashes = npt.NDArray[np.uint64]

_encoder = msgspec.json.Encoder(order="deterministic")


def digest(documents: Sequence[Document]) -> str:
    """The SHA-256 of everything in some documents that can move a score."""
    vocabulary = Vocabulary()
    flat = flatten(documents, vocabulary)
    return together(dict(by_document(documents, flat, vocabulary)))


def together(digests: Mapping[str, bytes]) -> str:
    """The SHA-256 of a corpus from those of its documents, by id."""
    return hashlib.sha256(b"".join(digests[key] for key in sorted(digests))).hexdigest()


def by_document(
    documents: Sequence[Document], flat: Flat, vocabulary: Vocabulary
) -> Iterator[tuple[str, bytes]]:
    """The id and the SHA-256 of each document, which ``flat`` holds as columns."""
    layers = [_sums(items, unit, len(documents)) for unit, items in _layers(flat, vocabulary)]
    rows = np.stack(layers, axis=1).astype("<u8")
    for document, row in zip(documents, rows, strict=True):
        held = (document.actors, document.events, document.quotes)
        whole = hashlib.sha256(_encoder.encode((document.id, document.meta)))
        whole.update(bytes(layer is not None for layer in held) + row.tobytes())
        whole.update((document.text or "").encode(errors="surrogatepass"))
        yield document.id, whole.digest()


def _layers(flat: Flat, vocabulary: Vocabulary) -> Iterator[tuple[Ints, _Hashes]]:
    """The items of each layer: the document of each, and its hash."""
    tables = flat.tables

    def columns(table: str, *names: str) -> Iterator[_Hashes]:
        for name in names:
            column = tables[table][name]
            is_span = name in ("span", "cue", "source")
            yield vocabulary.lasting(column) if is_span else _labels(column, vocabulary)

    def parts(table: str, of: str, count: int, *names: str) -> _Hashes:
        return _sums(_mixed(columns(table, *names)), tables[table][of], count)

    mentions = parts("mentions", "actor", len(tables["actors"]), "span", "level")
    yield tables["actors"].unit, _mixed([*columns("actors", "type"), mentions])
    arguments = parts("arguments", "event", len(tables["triggers"]), "span", "role")
    labels = ("type", "realis", "polarity", "hopper")
    yield tables["triggers"].unit, _mixed([*columns("triggers", "span", *labels), arguments])
    yield tables["quotes"].unit, _mixed(columns("quotes", "span", "cue", "source", "kind"))


def _sums(items: _Hashes, group: Ints, count: int) -> _Hashes:
    """What the items of each of ``count`` groups add up to; they are sorted by group."""
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(items, dtype=np.uint64)])
    bounds = np.searchsorted(group, np.arange(count + 1))
    sums: _Hashes = total[bounds[1:]] - total[bounds[:-1]]
    return sums


def _labels(codes: Ints, vocabulary: Vocabulary) -> _Hashes:
    """The hashes of some labels; of those that are missing 0."""
    known = (hashlib.sha256(label.encode()).digest()[:8] for label in vocabulary.labels)
    numbers = np.frombuffer(b"".join((*known, bytes(8))), dtype="<u8")
    return numbers[np.maximum(codes, NONE)]


def _mixed(columns: Iterable[_Hashes]) -> _Hashes:
    """One hash of each row: what a column adds depends on all before it (Vigna's SplitMix64)."""
    found: _Hashes = np.zeros((), dtype=np.uint64)
    for column in columns:
        found = found * np.uint64(0x9E3779B97F4A7C15) + column
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found = found ^ (found >> np.uint64(31))
    return found
