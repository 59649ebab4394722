"""Runs spaCy's scorer as it is installed, on documents with the tokens that they bring."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bench import Document
from bench.profiles.mentions import one_layer
from bench.profiles.tokens import Grid, tokens

from . import Original, Rows, Values


def score(_: Path, gold: Sequence[Document], predicted: Sequence[Document]) -> Rows:
    """Its values in percent with two digits."""
    from spacy.scorer import Scorer, get_ner_prf
    from spacy.training import Example
    from spacy.vocab import Vocab

    known = {document.id: document for document in predicted}
    assert known.keys() == {document.id for document in gold}
    vocab = Vocab()
    found = []
    for one in gold:
        other = known[one.id]
        text = one.text if one.text is not None else other.text
        sides = [replace(d, text=text) if d.text is None else d for d in (other, one)]
        found.append(Example(*(_doc(side, vocab) for side in sides)))
    spans = Scorer.score_spans(
        found,
        "spans_sc",
        getter=lambda doc, _: doc.spans.get("sc", []),
        has_annotation=lambda doc: "sc" in doc.spans,
        allow_overlap=True,
    )
    values: dict[str, Values] = {}
    for name, result in (("spans_sc", spans), ("ents", get_ner_prf(found))):
        values[name] = (result[f"{name}_p"], result[f"{name}_r"], result[f"{name}_f"])
        for kind, row in (result[f"{name}_per_type"] or {}).items():
            values[f"{name} {kind}"] = (row["p"], row["r"], row["f"])
    percent: dict[str, Values] = {}
    for name, row in values.items():
        p, r, f = (None if value is None else value * 100 for value in row)
        percent[name] = (p, r, f)
    return Rows(Rows.formatted("{:.2f}", percent).shown, values)


def _doc(document: Document, vocab: Any) -> Any:
    from spacy.tokens import Doc, Span

    known, text = tokens(document), document.text or ""
    words = [text[start:end] for start, end in known]
    spaces = [b[0] > a[1] for a, b in pairwise(known)] + [False] * bool(known)
    made = Doc(vocab, words=words, spaces=spaces)
    if document.actors is None:
        return made
    found = Grid(known).mentions(document)
    made.spans["sc"] = [Span(made, first, last + 1, label=kind) for first, last, kind in found]
    kept = [Span(made, first, last + 1, label=kind) for first, last, kind in one_layer(found)]
    made.set_ents(kept, default="outside")
    return made


ORIGINALS = {"spacy": Original(None, ("mentions text",), score)}
