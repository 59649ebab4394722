"""Writes the pages of this folder that are made from the code: ``make docs``."""

import importlib
import re
from pathlib import Path

from bench import Document, Span
from bench.formats import NAMES
from bench.formats import find as find_format
from bench.formats.base import Format
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


FORMATS = """# Formats

`bench score`, `bench run --corpus` and all that take gold or predictions read any of these, recognised by name and content. `bench convert IN
OUT` writes what can be written, and prints of each kind of item how many came in, how many are found when the output is read again, and how many were
lost, why and where: in is always out and lost together (`split` are the actors that mentions become where a format has no coreference). What is
malformed ends it with one line and exit code 2; `--lenient` leaves it out and counts it. `--from` and `--to`, and elsewhere `--corpus-format`, name
the format where it is not to be recognised; `--map ace|cameo|plover|FILE.toml` brings types and roles to those of PLOVER by a table.

No exported string is trusted. What an export says is read at an offset must be read there. Where it is not, its offsets are tried as UTF-16 units, bytes,
characters without a byte-order mark, with or without carriage returns, composed, decomposed, or with HTML entities; then the nearest place that reads
the same is taken; each is said. What is then not found is lost, with a list in `--format json`.

The readers were run on these, and what came in was held against counts of the same files made otherwise; in was out and lost together, and every
span read what the text reads:
LitBank (100 documents, 29,103 mentions, 7,849 events, 1,765 quotes), ECB+ (982 documents, 17,294 mentions, 15,003 events), the development and test sets
of RAMS (1,795 documents, 1,795 events, 4,211 arguments) and WikiEvents (40 documents, 4,929 mentions, 709 events, 991 arguments), PLOVER's gold
standard records (323), PETRARCH's validation records (284 sentences, 385 codings), 710 events of GDELT, 77 files of WebAnno TSV, and the example
corpora of brat.

This page is made by `make docs`.

| format | | layers | what it is | needs |
| --- | --- | --- | --- | --- |
"""


def formats() -> str:
    """The page of formats."""
    found = [find_format(name) for name in sorted(NAMES)]
    rows = [
        f"| `{one.name}` | {'read, write' if one.write else 'read'} | {', '.join(one.layers)} | "
        f"{one.explains} | {one.extra and f'`eventbench[{one.extra}]`'} |\n"
        for one in found
    ]
    parts = [FORMATS, *rows]
    parts += [f"\n## `{one.name}`\n\n{_about(one)}" for one in found]
    shared = importlib.import_module("bench.formats.graph").__doc__ or ""
    parts.append(f"\n## Spans and relations\n\nHow `doccano`, `label-studio`, `prodigy` and `xmi` "
                 f"hold documents.\n\n{_prose(shared)}")  # fmt: skip
    return "".join(parts)


def _about(one: Format) -> str:
    module = importlib.import_module(f"bench.formats.{one.name.replace('-', '_')}")
    return _prose(module.__doc__ or "")


def _prose(text: str) -> str:
    """A docstring as Markdown: its tables as they stand, its paragraphs on one line each."""
    made = ""
    for part in text.strip().split("\n\n"):
        plain = re.sub(r"``(.+?)``", r"`\1`", part)
        made += (
            f"```\n{part}\n```\n\n" if part.startswith("=") else f"{' '.join(plain.split())}\n\n"
        )
    return made.rstrip("\n") + "\n"


PAGES = {"formats.md": formats, "profiles.md": profiles, "protocol.schema.json": protocol_schema}

if __name__ == "__main__":
    for file, page in PAGES.items():
        Path(__file__).with_name(file).write_text(page(), encoding="utf-8")
