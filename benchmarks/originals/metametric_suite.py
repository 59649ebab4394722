"""Runs metametric's suites as they are installed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench import Document, Span

from . import Original, Rows, Values

_FIGURES = ("precision", "recall", "f1")


def score(
    _: Path, gold: Sequence[Document], predicted: Sequence[Document], *, coreference: bool
) -> Rows:
    """Its figures; it prints none."""
    from metametric.metrics.coref import coref_suite
    from metametric.metrics.event_extraction import event_extraction_suite

    known = {document.id: document for document in predicted}
    assert known.keys() == {document.id for document in gold}
    suite, convert = (coref_suite, _entities) if coreference else (event_extraction_suite, _events)
    made = suite.new()
    made.update_batch([convert(known[one.id]) for one in gold], [convert(one) for one in gold])
    found = made.compute()
    rows: dict[str, Values] = {}
    for name in dict.fromkeys(key.rpartition("-")[0] for key in found):
        p, r, f = (found.get(f"{name}-{figure}") for figure in _FIGURES)
        rows["avg-f1" if p is None else name] = (p, r, f)
    # Its sums are taken in another order, so that the last digits of a float may differ.
    shown = Rows.formatted("{:.4f}", rows).shown
    return Rows(
        {name: ("", "", row[2]) if name == "avg-f1" else row for name, row in shown.items()}
    )


def _place(span: Span) -> Any:
    from metametric.structures import ie

    return ie.Mention(span.pieces[0][0], span.pieces[-1][1])


def _entities(document: Document) -> Any:
    from metametric.structures import ie

    return ie.EntitySet(
        [ie.Entity([_place(m) for m in actor.mentions]) for actor in document.actors or ()]
    )


def _events(document: Document) -> Any:
    from metametric.structures import ie

    return ie.EventSet(
        [
            ie.Event(
                ie.Trigger(_place(event.trigger), event.type),
                [ie.Argument(_place(one), one.role) for one in event.arguments],
            )
            for event in document.events or ()
        ]
    )


ORIGINALS = {
    # It compares all mentions with all others, each pair by the sets that they are in.
    "metametric-coreference": Original(
        None, ("clusters",), partial(score, coreference=True), excerpt=(8, 20)
    ),
    "metametric-events": Original(None, ("events",), partial(score, coreference=False)),
}
