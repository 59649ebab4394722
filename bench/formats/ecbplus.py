"""ECB+: a CAT XML file for each document, a folder of them or the whole corpus.

Markables of actions are events, those that begin with ``NEG_`` negative; all others are actors,
their type the tag. Coreference goes over documents: the hopper of an event is the corpus's name of
the event, and an actor has the name that the corpus gives it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from ..errors import InputError
from ..model import Actor, Document, Event, Mention, Pieces, Realis, Span
from .base import Format, Ledger, Located, Refuse, Sample, each, span
from .markup import Tree, needed, number
from .tokens import Grid, laid

_REALIS: Mapping[str, Realis] = {"ACTION_GENERIC": "generic"}


def _recognises(sample: Sample) -> bool:
    if sample.is_dir:
        first = next(iter(sorted(sample.path.rglob("*ecb*.xml"))), None)
        return first is not None and _recognises(Sample(first))
    return (
        sample.name.endswith(".xml")
        and "<Document" in sample.text[:500]
        and ("<token " in sample.text)
    )


def _read(path: Path, ledger: Ledger, refuse: Refuse) -> Iterator[Located]:
    files = sorted(path.rglob("*ecb*.xml")) if path.is_dir() else [path]
    return each(files, _document, ledger, refuse)


def _document(file: Path, ledger: Ledger) -> Document:
    tree = Tree(file)
    if tree.root.tag != "Document":
        raise InputError(f"{file}: <{tree.root.tag}>; expected <Document>")
    sentences: dict[str, list[str]] = defaultdict(list)
    order: dict[str, int] = {}
    for token in tree.root.iter("token"):
        order[needed(tree, token, "t_id")] = len(order)
        sentences[needed(tree, token, "sentence")].append(
            "".join((token.text or "_").split()) or "_"
        )
    grid = laid(list(sentences.values()))
    clusters, names = _clusters(tree)
    actors: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    events = []
    markables = tree.root.find("Markables")
    for one in markables if markables is not None else ():
        anchors = one.findall("token_anchor")
        if not anchors:
            continue  # the name of a cluster, which the relations refer to
        key = needed(tree, one, "m_id")
        is_event = one.tag.removeprefix("NEG_").startswith("ACTION")
        item = "events" if is_event else "mentions"
        ledger.take(item)
        pieces = _pieces(tree, one, anchors, order, grid, item, ledger)
        if pieces is None:
            continue
        if is_event:
            kind = one.tag.removeprefix("NEG_")
            events.append(
                Event(
                    type=kind,
                    trigger=span(Span, grid.text, pieces),
                    realis=_REALIS.get(kind, "actual"),
                    polarity="negative" if one.tag.startswith("NEG_") else "positive",
                    hopper=clusters.get(key),
                )
            )
        else:
            made = span(Mention, grid.text, pieces)
            actors[clusters.get(key, f"alone {key}")].append((one.tag, made))
    ledger.take("actors", len(actors))
    for members in actors.values():
        if len({kind for kind, _ in members}) > 1:
            where = f"{file}: {members[0][1].text!r}"
            ledger.lose("types", "an actor has several; the first is taken", where)
    return Document(
        id=(tree.root.get("doc_name") or file.name).removesuffix(".xml"),
        text=grid.text,
        actors=tuple(
            Actor(type=members[0][0], mentions=tuple(m for _, m in members), name=names.get(key))
            for key, members in actors.items()
        ),
        events=tuple(events),
        meta=grid.meta,
    )


def _pieces(
    tree: Tree,
    one: Element,
    anchors: list[Element],
    order: Mapping[str, int],
    grid: Grid,
    item: str,
    ledger: Ledger,
) -> Pieces | None:
    """The runs of tokens that a markable has."""
    where = tree.place(one)
    keys = {str(number(tree, anchor, "t_id")) for anchor in anchors}
    if not keys <= order.keys():
        ledger.lose(item, "tokens that there are not", where)
        return None
    runs: list[list[int]] = []
    for i in sorted(order[key] for key in keys):
        if runs and runs[-1][1] == i:
            runs[-1][1] = i + 1
        else:
            runs.append([i, i + 1])
    places = [grid.between(item, a, b, None, Ledger(), where) for a, b in runs]
    found = tuple(place for place in places if place is not None)
    return found if len(found) == len(runs) else None


def _clusters(tree: Tree) -> tuple[dict[str, str], dict[str, str]]:
    """The cluster of each markable, and what the corpus calls each cluster."""
    described = {
        one.get("m_id"): one.get("TAG_DESCRIPTOR")
        for one in tree.root.find("Markables") or ()
        if one.get("TAG_DESCRIPTOR")
    }
    clusters: dict[str, str] = {}
    names: dict[str, str] = {}
    relations = tree.root.find("Relations")
    for relation in relations if relations is not None else ():
        key = relation.get("note") or f"{relation.tag} {relation.get('r_id')}"
        for source in relation.findall("source"):
            clusters[needed(tree, source, "m_id")] = key
        for target in relation.findall("target"):
            name = described.get(target.get("m_id"))
            if name:
                names[key] = name
    return clusters, names


FORMAT = Format(
    name="ecbplus",
    explains="ECB+ (CAT XML): events and actors, coreferent over documents",
    layers=("actors", "events"),
    recognises=_recognises,
    read=_read,
)
