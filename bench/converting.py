"""From one format to another, with an account of what came in, what went out and what was lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from .errors import NothingMeasured, UsageError, nearest, refused
from .formats import NAMES, find, mapping, named_for, usable
from .formats.anchoring import LOST, Anchor
from .formats.base import ITEMS, Format, Ledger, Located, count, leave_out, lose_rest
from .grounding import with_offsets
from .model import Document, Span
from .sources import Source
from .sources import find as find_source
from .validation import span_faults


@dataclass
class Conversion:
    """What a conversion did.

    Attributes:
        source: The format that was read.
        target: The format that was written.
        reading: What came in, and what the data model could not carry of it.
        writing: What the target has no place for.
        out: What was found in the target when it was read again.
        faults: What was left out as malformed.
    """

    source: str
    target: str
    reading: Ledger = field(default_factory=Ledger)
    writing: Ledger = field(default_factory=Ledger)
    out: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str, int, int, int, int]]:
        """Of each kind of item how many came in, went out, were lost, and fell apart into more."""
        made = self.reading.made + self.writing.made
        return [
            (item, self.reading.came[item], self.out[item], self._lost(item), made[item])
            for item in ITEMS
            if self.reading.came[item] or self.out[item]
        ]

    @property
    def unaccounted(self) -> list[str]:
        """Kinds of items of which in is not out and lost together."""
        return [item for item, came, out, lost, made in self.rows if came + made != out + lost]

    @property
    def losses(self) -> list[tuple[str, str, str, int, list[str]]]:
        """Kind, what happened, why, how often and where."""
        return [
            (item, what, why, tally.count, tally.places)
            for ledger, what, entries in (
                (self.reading, "not read", self.reading.lost),
                (self.reading, "moved", self.reading.moved),
                (self.writing, "not written", self.writing.lost),
            )
            for (item, why), tally in entries.items()
            if ledger
        ]

    def _lost(self, item: str) -> int:
        return self.reading.losses(item) + self.writing.losses(item)


def convert(
    source: str,
    target: Path,
    *,
    reads: str | None = None,
    writes: str | None = None,
    table: str | None = None,
    lenient: bool = False,
) -> Conversion:
    """Write what is at one place in another format, and read it again to see what went out.

    Args:
        source: A corpus by name or path, see `bench.sources`.
        target: A file or folder to be written.
        reads: The format of the source, if it is not to be recognised.
        writes: The format of the target, if its name does not tell.
        table: The table that brings the labels to those of another ontology.
        lenient: Leave out what is malformed, and count it.

    Raises:
        InputError: Something cannot be read, or cannot be written so.
        NothingMeasured: There is no document.
    """
    found = find_source(source, reads)
    wanted = usable(find(writes)) if writes else named_for(target)
    if wanted.write is None:
        written = [name for name in NAMES if find(name).write]
        raise UsageError(f"the format {wanted.name} is only read; {nearest('', written)}")
    done = Conversion(found.format.name, wanted.name)
    refuse = done.faults.append if lenient else refused
    documents = _sound(found, wanted, done.reading, refuse)
    labels = None if table is None else mapping.find(table)
    first = next(documents, None)
    if first is None:
        raise NothingMeasured(f"{found}: holds no document")

    def every() -> Iterator[Document]:
        for one in chain((first,), documents):
            yield one if labels is None else mapping.mapped(one, labels, done.reading)

    wanted.write(every(), target, done.writing)
    for located in wanted.read(target, Ledger(), refused):
        done.out.update(count(located.document))
    return done


def _sound(
    source: Source, wanted: Format, ledger: Ledger, refuse: Callable[[str], None]
) -> Iterator[Document]:
    """The documents of a source, each once, with spans that fit."""
    seen: set[str] = set()
    selection = source.selection()
    for located in chain.from_iterable(
        source.format.read(path, ledger, refuse) for path in source.paths
    ):
        document, place = located.document, located.place("$")
        if not selection.belongs(document):
            lose_rest(document, None, "in a document of another split", place, ledger)
            continue
        if document.id in seen:
            refuse(f"{place}: document {document.id!r} comes twice")
            lose_rest(document, None, "in a document that comes twice", place, ledger)
            continue
        seen.add(document.id)
        kept = source.narrowed(document)
        lose_rest(document, kept, "of a layer that was not asked for", place, ledger)
        yield _fitting(located._replace(document=kept), wanted, ledger)
    selection.end()


def _fitting(located: Located, wanted: Format, ledger: Ledger) -> Document:
    """A document whose spans are where it says, without those that are nowhere."""
    document, text = located.document, located.document.text
    if wanted.name != "jsonl" and text is not None:
        document = with_offsets(document, text)
    faults = {fault.path for fault in span_faults(document, text)}
    if faults and text is not None:
        anchor = Anchor(text, Ledger())

        def mend(path: str, span: Span) -> Span:
            if path not in faults or span.text is None or len(span.pieces) != 1:
                return span
            place = anchor.place("spans", *span.pieces[0], span.text, path)
            if place is None:
                return span
            faults.discard(path)
            ledger.move("spans", "found near its offsets", located.place(path))
            start, end = place
            return replace(span, start=start, end=end, text=text[start:end])

        document = document.mapped(mend)
    if wanted.name != "jsonl":
        faults |= {path for path, span in document.spans() if not span.pieces}
    if not faults:
        return document
    return leave_out(document, faults, LOST, located.place("$"), ledger)
