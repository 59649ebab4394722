"""UIMA CAS as XMI, as INCEpTION, WebAnno and DKPro export it: ``.xmi`` beside ``TypeSystem.xml``.

A file, a folder or a zip archive of them is read, a document a file. Annotations with a label are
spans, and what joins two is a relation, in the sense of `graph`: WebAnno's relations
(``Governor``, ``Dependent``), links with a role, and chains. Tokens, sentences and what parsers add
are not. Written is a folder with the types ``eventbench.Span`` and ``eventbench.Relation``.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..model import Document
from ..paths import write_folder
from . import graph
from .base import Format, Ledger, Located, Refuse, Sample
from .markup import Tree
from .uima import STRUCTURE, archived, file_name, free, label, read

_TYPES = "TypeSystem.xml"
_USUAL = _TYPES.lower()
_SPAN, _RELATION = "eventbench.Span", "eventbench.Relation"


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        return next(sample.path.glob("*.xmi"), None) is not None
    if sample.path.name.endswith(".zip"):
        return archived(sample.path, ".xmi")
    return sample.name.endswith(".xmi")


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    return read(path, ".xmi", _document, ledger, refuse, beside=(".xml",))


def _types(file: Path) -> Path:
    """The type system beside a file: of its usual name, or whatever declares one.

    Raises:
        InputError: There is none.
    """
    beside = sorted(file.parent.glob("*.xml"), key=lambda one: (one.name.lower() != _USUAL, one))
    for one in beside:
        if "<typeSystemDescription" in Sample(one).text:
            return one
    raise InputError(f"{file}: no {_TYPES} beside it")


def _document(file: Path, ledger: Ledger) -> Document:
    import cassis

    types = _types(file)
    for one in (types, file):
        Tree(one)  # which refuses entities
    try:
        with types.open("rb") as stream:
            system = cassis.load_typesystem(stream)
        with file.open("rb") as stream:
            cas = cassis.load_cas_from_xmi(stream, typesystem=system, lenient=True)
    except Exception as error:  # what the library raises is its own
        message = str(error).splitlines()[0][:80] if str(error) else ""
        raise InputError(f"{file}: no CAS: {type(error).__name__}: {message}") from error
    text = cas.sofa_string
    if text is None:
        raise InputError(f"{file}: holds no text")
    return graph.document(
        file.stem, text, _graph(cas, text, ledger, str(file)), ledger, str(file), {}
    )


def _graph(cas: Any, text: str, ledger: Ledger, where: str) -> graph.Graph:
    made = graph.Graph()
    nodes: dict[int, int] = {}
    annotations = [
        one for one in cas.select("uima.tcas.Annotation") if not STRUCTURE.fullmatch(one.type.name)
    ]
    relations = []
    for one in sorted(annotations, key=lambda each: each.xmiID or 0):
        names = {feature.name for feature in one.type.all_features}
        if {"Governor", "Dependent"} <= names or one.type.name == _RELATION:
            relations.append(one)
            continue
        if not {"begin", "end"} <= names or one.begin is None or one.end is None:
            continue
        label = _label(one, names)
        at = f"{where}: {one.type.name} at [{one.begin}, {one.end})"
        if not 0 <= one.begin < one.end <= len(text):
            ledger.drop("spans", "empty, or outside the text", at)
            continue
        own = {name: getattr(one, name, None) for name in graph.ATTRIBUTES if name in names}
        nodes[id(one)] = made.add(label, ((one.begin, one.end),), **own)
        relations.append(one)
    for one in relations:
        for head, child, label in _links(one):
            if id(head) in nodes and id(child) in nodes:
                made.links.append((nodes[id(head)], nodes[id(child)], label))
            else:
                ledger.drop("relations", "one of its ends is not there", where)
    return made


def _label(one: Any, names: set[str]) -> str:
    return label(one.type.name, [(name, getattr(one, name, None)) for name in names])


def _links(one: Any) -> Iterator[tuple[Any, Any, str]]:
    names = {feature.name for feature in one.type.all_features}
    if one.type.name == _RELATION:
        yield one.head, one.child, one.label or ""
        return
    if {"Governor", "Dependent"} <= names:
        yield one.Governor, one.Dependent, _label(one, names)
        return
    if "next" in names and one.next is not None:
        yield one, one.next, graph.COREF
    for name in names - {"sofa"}:
        value = getattr(one, name, None)
        for link in getattr(value, "elements", None) or ():
            target = getattr(link, "target", None)
            if target is not None:
                yield one, target, getattr(link, "role", None) or name


def _write(documents: Iterable[Document], path: Path, ledger: Ledger) -> None:
    import cassis

    free(path)
    files: dict[str, bytes] = {}
    system = _system()
    for document in graph.with_text(documents, ledger):
        name = document.id
        file = file_name(name, ".xmi")
        ledger.lose("meta", "no place for it", name, int(bool(document.meta)))
        made = graph.graph(document, ledger, attributes=True)
        text = document.text or ""
        if re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text):
            raise InputError(f"document {name!r}: its text has characters that XML cannot hold")
        cas = cassis.Cas(system)
        cas.sofa_string, cas.sofa_mime = text, "text/plain"
        spans, relations = system.get_type(_SPAN), system.get_type(_RELATION)
        held = [
            spans(begin=node.start, end=node.end, label=node.label, **node.attributes)
            for node in made.nodes
        ]
        cas.add_all(held)
        links = [
            relations(
                begin=held[a].begin, end=held[a].end, head=held[a], child=held[b], label=label
            )
            for a, b, label in made.links
        ]
        cas.add_all(links)
        files[file] = cas.to_xmi().encode()
    files[_TYPES] = system.to_xml().encode()
    write_folder(path, files)


def _system() -> Any:
    import cassis

    system = cassis.TypeSystem()
    spans = system.create_type(_SPAN, supertypeName="uima.tcas.Annotation")
    for name in ("label", *graph.ATTRIBUTES):
        system.create_feature(spans, name, "uima.cas.String")
    relations = system.create_type(_RELATION, supertypeName="uima.tcas.Annotation")
    system.create_feature(relations, "label", "uima.cas.String")
    for name in ("head", "child"):
        system.create_feature(relations, name, _SPAN)
    return system


FORMAT = Format(
    name="xmi",
    explains="UIMA CAS XMI (INCEpTION, WebAnno, DKPro): a file, a folder or a zip archive",
    layers=("actors", "events", "quotes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    needs="cassis",
    extra="uima",
)
