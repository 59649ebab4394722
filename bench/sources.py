"""What a reference to a corpus means: which files, of which format, and which documents of them.

A reference is the name of a corpus (`bench.catalogue`) or a path, and may have ``:SPLIT`` at its
end. Of a path a split is a file or folder within it, by name with or without its ending, else the
documents whose ``meta`` has that ``split``.
"""

import glob
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace as with_fields

from .catalogue import Declared, Entry, Ids, declared, place_of, shipped
from .errors import InputError, UsageError, nearest
from .formats import brat, jsonl, ontologies, recognised, usable
from .formats import find as find_format
from .formats.base import Format
from .model import ASPECTS, LAYERS, PLOVER, Document, Layer, Ontology
from .partition import parted
from .paths import read_text

SPLIT = "split"
"""The field of a document's ``meta`` that says which part of a corpus it belongs to."""
_TOLD = frozenset({"levels", "sources", "cues"})
"""Even the data model cannot say that a gold was labelled with these and has none."""
_UNTOLD = frozenset({*LAYERS, *(one for some in ASPECTS.values() for one in some)}) - {
    "types", "kinds",
}  # fmt: skip
"""What most formats cannot say so."""


class Origin(NamedTuple):
    """Where a corpus is from, and how far it says what was labelled.

    Attributes:
        reference: What opens it again, where its name does not.
        format: The format that it was read as.
        split: Which part of it this is; empty for all of it.
        silent: Layers and aspects that were not labelled if no item of the corpus has them; of
            others there are none.
        lacks: Aspects that were not labelled.
    """

    reference: str = ""
    format: str = ""
    split: str = ""
    silent: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()


MADE = Origin()
"""That of a corpus which was put together here: it says all that there is."""


class Selection(NamedTuple):
    """Which documents belong to a split.

    Attributes:
        belongs: Whether a document does; to be asked of each.
        end: To be called after the last one; raises where the corpus has no such split.
    """

    belongs: Callable[[Document], bool] = lambda _: True
    end: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Source:
    """A corpus that was found and can be read.

    Attributes:
        name: What it is called, with the split.
        paths: Its files and folders.
        format: Their format.
        ontology: Its labels.
        origin: Where it is from.
        layers: Those that are read.
        selection: Makes what tells the documents of its split.
        sha256: What it must hash to; empty if that is not said.
        declared: Where it is said.
    """

    name: str
    paths: tuple[Path, ...]
    format: Format
    ontology: Ontology
    origin: Origin
    layers: tuple[Layer, ...] = LAYERS
    selection: Callable[[], Selection] = Selection
    sha256: str = ""
    declared: str = ""

    def __str__(self) -> str:
        """Its name, or else the path that it has."""
        return self.name if self.declared or len(self.paths) > 1 else str(self.paths[0])

    def narrowed(self, document: Document) -> Document:
        """A document without the layers that are not read."""
        others = {layer: None for layer in LAYERS if layer not in self.layers}
        return with_fields(document, **others) if others else document

    def verify(self, sha256: str) -> None:
        """Hold what was read against what it must hash to.

        Raises:
            InputError: It is something else.
        """
        if self.sha256 not in ("", sha256):
            raise InputError(
                f"{self.declared}.sha256: expected {self.sha256}, found {sha256}: the corpus "
                "has changed, or is another"
            )


def find(reference: str | Source, format: str | None = None) -> Source:
    """The corpus that a reference means; what was found already is returned as it is.

    Args:
        reference: A name or a path, with ``:SPLIT`` or without; see the module.
        format: The format, if it is not to be recognised.

    Raises:
        UsageError: There is no such corpus, split or format.
        InputError: What the settings say of it makes no sense.
    """
    if isinstance(reference, Source):
        return reference
    known = declared()
    names = {*shipped(), *known}
    whole, colon, split = reference.rpartition(":")
    for name, part in ((reference, ""), (whole, split)) if colon and split else ((reference, ""),):
        path = Path(name)
        if name in known:
            return _declared(known[name], part, format)
        if name in names:
            return _at(place_of(name), part, format, name, reference if format else "")
        if name and path.exists():
            return _at(path, part, format, name_of(path), reference)
    asked = whole if colon and split else reference
    hint = nearest(asked, names)
    raise UsageError(f"no corpus {asked!r}: neither a path nor the name of a corpus; {hint}")


def is_named(reference: str) -> bool:
    """Whether a reference begins with the name of a corpus and not with a path."""
    names = {*shipped(), *declared()}
    return reference in names or reference.rpartition(":")[0] in names


def name_of(path: Path) -> str:
    """What a corpus at a path is called."""
    path = path.resolve()
    return path.name if path.is_dir() else path.name.split(".")[0]


def format_of(path: Path, format: str | None) -> Format:
    """The format of a name, or else the one that is recognised.

    Raises:
        UsageError: There is none.
    """
    return usable(find_format(format)) if format else recognised(path)


def ontology_of(path: Path, format: Format) -> Ontology:
    """The ontology that a corpus brings, or PLOVER; that of other formats may name no label."""
    if format in (jsonl.FORMAT, brat.FORMAT):
        return brat.ontology(path if path.is_dir() else path.parent) or PLOVER
    return ontologies.find(format.ontology) if format.ontology else Ontology(name=format.name)


def _at(path: Path, split: str, format: str | None, name: str, reference: str = "") -> Source:
    """What is at a path, or a split of that."""
    member = _member(path, split, format) if split and path.is_dir() else None
    made = _source(name, (member or path,), format, split, reference)
    return replace(made, selection=lambda: _by_meta(name, split)) if split and not member else made


def _member(folder: Path, split: str, format: str | None) -> Path | None:
    """The file or folder of a split; None where the folder may have it in another way.

    Raises:
        UsageError: There is none, or there are several.
    """
    inside = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    found = [one for one in inside if one.name == split]
    found = found or [one for one in inside if split in (one.stem, one.name.split(".")[0])]
    if len(found) > 1 and format is None:
        found = [one for one in found if _is_corpus(one)] or found
    if len(found) > 1:
        several = ", ".join(f"{folder}:{one.name}" for one in found)
        raise UsageError(f"{folder} has several of {split!r}: say which, {several}")
    if not found and format is None and not _is_corpus(folder):
        members = {one.name if one.is_dir() else one.name.split(".")[0] for one in inside}
        raise UsageError(f"{folder} has no split {split!r}; {nearest(split, members)}")
    return found[0] if found else None


def _is_corpus(path: Path) -> bool:
    try:
        recognised(path)
    except InputError:
        return False
    return True


def _by_meta(name: str, split: str) -> Selection:
    seen: set[str] = set()

    def belongs(document: Document) -> bool:
        its = str(document.meta.get(SPLIT, ""))
        seen.add(its)
        return its == split

    def end() -> None:
        if split not in seen:
            hint = nearest(split, filter(None, seen))
            raise UsageError(f"{name} has no document whose meta has {SPLIT} {split!r}; {hint}")

    return Selection(belongs, end)


def _declared(one: Declared, split: str, format: str | None) -> Source:
    """A corpus of the settings, or a split of it."""
    entry = one.entry()
    part = split or entry.split
    if entry.splits and part and part not in entry.splits:
        raise UsageError(f"{one.where}.splits: no {part!r}; {nearest(part, entry.splits)}")
    given = entry.splits.get(part)
    by_path = isinstance(given, str)
    if not part and not entry.whole:
        raise UsageError(
            f"{one.where}: say which split, such as {one.name}:{next(iter(entry.splits))}, or "
            f"with split = … which one is meant; {nearest('', entry.splits)}"
        )
    home = one.file.parent
    paths = _paths(home, entry.path, f"{one.where}.path") if entry.path else (home,)
    if by_path:
        base = paths[0] if len(paths) == 1 and paths[0].is_dir() else home
        paths = _paths(base, str(given), f"{one.where}.splits.{part}")
    form = format or entry.format or None
    reference = (f"{one.name}:{part}" if part else one.name) if format else ""
    if part and not entry.splits and len(paths) == 1:
        found = _at(paths[0], part, form, one.name, reference)
    else:
        found = _source(one.name, paths, form, part, reference)
        if part and not by_path:
            found = replace(found, selection=_chosen(one, entry, part))
    return _described(found, one, entry)


def _described(found: Source, one: Declared, entry: Entry) -> Source:
    """A source with all that the settings say of it."""
    carried = found.format.layers
    for layer in entry.layers:
        if layer not in carried:
            named = f"{found.format.name} has {', '.join(carried)}"
            raise InputError(f"{one.where}.layers: no {layer!r} in this format; {named}")
    ontology = found.ontology
    if entry.ontology:
        try:
            ontology = ontologies.find(entry.ontology, one.file.parent)
        except UsageError as error:
            raise InputError(f"{one.where}.ontology: {error}") from error
    return replace(
        found,
        ontology=ontology,
        origin=found.origin._replace(
            silent=found.origin.silent - set(entry.layers),
            lacks=found.origin.lacks | set(entry.lacks),
        ),
        layers=tuple(layer for layer in LAYERS if layer in (entry.layers or LAYERS)),
        sha256=entry.hash_of(found.origin.split),
        declared=one.where,
    )


def _paths(base: Path, text: str, where: str) -> tuple[Path, ...]:
    """The files and folders that a path or a pattern means."""
    path = base / Path(text).expanduser()
    if path.exists():
        return (path,)
    found: list[str] = []
    if glob.has_magic(text):
        # Unlike those of a path, patterns may be absolute here, and base is no pattern.
        found = sorted(glob.glob(text, root_dir=base, recursive=True))  # noqa: PTH207
    if not found:
        raise InputError(f"{where}: there is no {str(path)!r}")
    return tuple(base / one for one in found)


def _chosen(one: Declared, entry: Entry, split: str) -> Callable[[], Selection]:
    """What tells the documents of a split that is no path."""
    if not entry.splits:
        return lambda: _by_meta(one.name, split)
    given = entry.splits[split]
    if isinstance(given, float):
        part = parted(entry.shares, seed=entry.seed or 0)

        def key(document: Document) -> str:
            return str(document.meta.get(entry.group, document.id))

        return lambda: Selection(lambda document: part(key(document)) == split)
    where = f"{one.where}.splits.{split}"
    return lambda: _by_ids(_ids(given, one.file.parent, where), where)


def _ids(given: object, home: Path, where: str) -> Sequence[str]:
    if not isinstance(given, Ids):
        return given if isinstance(given, tuple) else ()
    (file,) = _paths(home, given.ids, where)
    return [line.strip() for line in read_text(file).splitlines() if line.strip()]


def _by_ids(ids: Sequence[str], where: str) -> Selection:
    wanted, left = frozenset(ids), set(ids)

    def belongs(document: Document) -> bool:
        left.discard(document.id)
        return document.id in wanted

    def end() -> None:
        if left:
            more = f", nor {len(left) - 1} others" if len(left) > 1 else ""
            raise InputError(f"{where}: there is no document {min(left)!r}{more}")

    return Selection(belongs, end)


def _source(
    name: str, paths: tuple[Path, ...], format: str | None, split: str, reference: str
) -> Source:
    form = format_of(paths[0], format)
    origin = Origin(
        reference=reference,
        format=form.name,
        split=split,
        silent=_TOLD if form.states else _UNTOLD,
        lacks=frozenset(form.lacks),
    )
    called = f"{name}:{split}" if split else name
    return Source(called, paths, form, ontology_of(paths[0], form), origin)
