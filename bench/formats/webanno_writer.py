"""Writing WebAnno TSV 3: spans and relations in columns, a sentence for each line of a text."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from ..model import Document
from ..paths import write_folder
from . import graph, uima
from .base import Ledger, leave_out
from .tokens import cuts, split

_SPAN, _RELATION = "webanno.custom.Span", "webanno.custom.Relation"
_FEATURES = ("label", *graph.ATTRIBUTES)
_HEADER = (
    "#FORMAT=WebAnno TSV 3.3\n"
    f"#T_SP={_SPAN}|{'|'.join(_FEATURES)}\n"
    f"#T_RL={_RELATION}|label|BT_{_SPAN}\n\n"
)
_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n\r*]")
_CONTROL = re.compile(r"[\\\t\r\f\x08]")
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f", "\x08": "\\b"}


def write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    """Write a folder of a file for each document.

    Raises:
        InputError: An id can be no file's name.
        UsageError: Something is there.
    """
    uima.free(path)
    files: dict[str, bytes] = {}
    for document in graph.with_text(documents, ledger):
        name = uima.file_name(document.id, ".tsv")
        lost = bool(document.meta.keys() - {"tokens", "sentences"})
        ledger.lose("meta", "no place for it", document.id, int(lost))
        sound = leave_out(
            document,
            {path for path, span in document.spans() if _loose(document, span.pieces)},
            "begins or ends with white space",
            document.id,
            ledger,
        )
        files[name] = "".join(_lines(sound, ledger)).encode()
    write_folder(path, files)


def _loose(document: Document, pieces: Sequence[tuple[int, int]]) -> bool:
    text = document.text or ""
    return any(text[start].isspace() or text[end - 1].isspace() for start, end in pieces)


def _lines(document: Document, ledger: Ledger) -> Iterator[str]:
    text = document.text or ""
    places = split(text, cuts(document))
    made = graph.graph(document, ledger, attributes=True)
    units = [0, *accumulate(1 + (letter > "\uffff") for letter in text)]
    sentences = list(_sentences(text, places))
    names = [
        f"{number}-{i - first + 1}"
        for number, (first, end, _) in enumerate(sentences, 1)
        for i in range(first, end)
    ]
    columns = _columns(made, places, names)
    if text[: places[0][0] if places else None].strip("\n"):
        why = "white space before the first word is read as line breaks"
        ledger.lose("texts", why, document.id)
    yield _HEADER
    for first, end, stop in sentences:
        sentence = text[places[first][0] : stop]
        yield "\n" + "".join(f"#Text={_text(line)}\n" for line in sentence.split("\n"))
        for i in range(first, end):
            start, close = places[i]
            cells = "\t".join(columns.get(i, _EMPTY))
            offsets = f"{units[start]}-{units[close]}"
            yield f"{names[i]}\t{offsets}\t{_text(text[start:close])}\t{cells}\t\n"


def _sentences(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """First token, one past the last, and the end of the text of each sentence.

    A sentence begins with a token that begins a line; the line breaks before it stand between.
    """
    first = 0
    for i in range(1, len(places) + 1):
        last = i == len(places)
        gap = text[places[i - 1][1] : None if last else places[i][0]]
        if last or gap.endswith("\n"):
            yield first, i, places[i - 1][1] + len(gap if last else gap.rstrip("\n"))
            first = i


_EMPTY = ["_"] * (len(_FEATURES) + 2)


def _columns(
    made: graph.Graph, places: Sequence[tuple[int, int]], names: Sequence[str]
) -> dict[int, list[str]]:
    """The cells of each token that has some; each annotation has a number of its own."""
    starts = [start for start, _ in places]
    ends = [end for _, end in places]
    on: dict[int, list[int]] = defaultdict(list)
    row_of: dict[int, int] = {}
    for number, node in enumerate(made.nodes):
        row_of[number] = bisect_right(starts, node.start) - 1
        for i in range(row_of[number], bisect_right(ends, node.end)):
            on[i].append(number)
    into: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for link in made.links:
        into[row_of[link[1]]].append(link)
    found: dict[int, list[str]] = {}
    for i, numbers in on.items():
        cells = []
        for feature in _FEATURES:
            values = []
            for number in numbers:
                node = made.nodes[number]
                value = node.label if feature == "label" else node.attributes.get(feature)
                values.append(f"{_value(value)}[{number + 1}]")
            cells.append("|".join(values))
        links = into.get(i, ())
        cells.append("|".join(_value(label) for _, _, label in links) or "_")
        ends_of = (f"{names[row_of[head]]}[{head + 1}_{child + 1}]" for head, child, _ in links)
        found[i] = [*cells, "|".join(ends_of) or "_"]
    return found


def _value(value: str | None) -> str:
    """A value of a feature, ``*`` for none."""
    return "*" if not value else _RESERVED.sub(_escaped, value)


def _text(string: str) -> str:
    return _CONTROL.sub(_escaped, string)


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], f"\\{found[0]}")
