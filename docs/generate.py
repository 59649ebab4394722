"""Writes the pages of this folder that are made from the code: ``make docs``."""

from pathlib import Path

from bench import Document, Span
from bench.profiles import Quirk, find, names
from bench.schema import protocol_schema

HEAD = """# The public scorers

`bench score GOLD PRED --profile NAME` prints what a public scorer would print, to its last digit; `--profile all` prints all of them side by
side with `standard`, and why they differ. A profile reproduces its original's quirks; `standard` has none of them. Below is what each does that
`standard` does not, with a minimal example and the figures of the original (P, R, F1 as it prints them).

This page is made by `make docs`.
"""


def profiles() -> str:
    """The page of public scorers."""
    parts = [HEAD]
    for name in names():
        profile = find(name)
        parts.append(f"\n## `{name}`\n\n{profile.original}. Layer: {profile.layer}. "
                     f"Counts {profile.explains.rstrip('.')}.\n")  # fmt: skip
        parts += [
            f"\n- **{quirk.what.rstrip('.')}.**\n{_example(quirk)}" for quirk in profile.quirks
        ]
    return "".join(parts)


def _example(quirk: Quirk) -> str:
    figures = "; ".join(
        f"{name} {' / '.join(filter(None, shown))}" for name, shown in quirk.shown.items()
    )
    sides = (("gold", quirk.gold), ("predicted", quirk.predicted))
    lines = [f"  - {what}: {_said(documents)}\n" for what, documents in sides]
    return "".join([*lines, f"  - prints: {figures}\n"])


def _said(documents: tuple[Document, ...]) -> str:
    return " \\| ".join(f"`{_items(one)}`" for one in documents) or "no document"


def _items(document: Document) -> str:
    items = [
        f"{actor.type}({', '.join(map(_span, actor.mentions))})" for actor in document.actors or ()
    ]
    for event in document.events or ():
        arguments = "".join(f", {a.role}={_span(a)}" for a in event.arguments)
        items.append(f"{event.type}({_span(event.trigger)}{arguments})")
    for quote in document.quotes or ():
        source = f", source={_span(quote.source)}" if quote.source else ""
        items.append(f"quote({_span(quote.content)}{source})")
    if "tags" in document.meta:
        items.append(" ".join(document.meta["tags"]))
    return "; ".join(items) or "nothing"


def _span(span: Span) -> str:
    return "+".join(f"{start}-{end}" for start, end in span.pieces) or repr(span.text)


PAGES = {"profiles.md": profiles, "protocol.schema.json": protocol_schema}

if __name__ == "__main__":
    for file, page in PAGES.items():
        Path(__file__).with_name(file).write_text(page(), encoding="utf-8")
