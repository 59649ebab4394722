"""Coreference in CoNLL files: reads them as documents, writes documents as them."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench import Actor, Document, Mention
from bench.profiles.conll_columns import columns, document_lines, matched_documents

BEGIN, END = "#begin document", "#end document"
_PART = re.compile(r"(\(?)(\d+)(\)?)")


def written(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    missing: bool,
    keys: Mapping[str, str] | None = None,
) -> tuple[list[str], list[str]]:
    """The lines of the key and of the response.

    Args:
        gold: The gold.
        predicted: The predictions.
        missing: Whether a document without a prediction is missing in the response, else empty.
        keys: The text of the key of each document, where it is not to be written here.
    """
    known = {document.id for document in predicted}
    sides: tuple[list[str], list[str]] = ([], [])
    for number, pair in enumerate(matched_documents(gold, predicted)):
        key, response = columns(*pair)
        if keys is None:
            sides[0].extend(document_lines(number, key))
        else:
            lines = keys[pair[0].id].splitlines()
            named = f"{BEGIN} (d{number}); part 000"
            sides[0].extend(named if line.startswith(BEGIN) else line for line in lines)
        if pair[1].id in known or not missing:
            sides[1].extend(document_lines(number, response))
    return sides


def read(file: Path) -> Iterator[Document]:
    """The documents of a file; each token is a character, with one between it and the next."""
    name, rows = "", list[str]()
    for line in file.read_text("utf-8").splitlines():
        if line.startswith(BEGIN):
            name, rows = line.removeprefix(BEGIN).strip(), []
        elif line.startswith(END):
            yield _document(name, rows)
        else:
            rows.append(line.strip())


def _document(name: str, rows: Sequence[str]) -> Document:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    opened: dict[str, list[int]] = defaultdict(list)
    breaks, at = [0], 0
    for row in rows:
        if not row:
            breaks.append(at)
            continue
        for opens, key, closes in _PART.findall(row.split()[-1]):
            mentions = found[key]  # in the order in which the file opens them
            if opens:
                opened[key].append(at)
            if closes:
                mentions.append((opened[key].pop(), at))
        at += 1
    starts = sorted({*breaks, at})
    meta = {
        "tokens": [[2 * i, 2 * i + 1] for i in range(at)],
        "sentences": [[a, b] for a, b in itertools.pairwise(starts)],
    }
    actors = tuple(
        Actor(
            type="-",
            mentions=tuple(Mention(start=2 * first, end=2 * last + 1) for first, last in places),
        )
        for places in found.values()
    )
    return Document(id=name, actors=actors, meta=meta)
