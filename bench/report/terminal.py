"""Scores, systems and annotated documents in a terminal, with rich.

Without colour everything still says what it is: brackets and words carry the meaning.
"""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..differences import Difference
from ..model import Actor, Document, Event, Mention, Quote, Span
from .figures import HEADS, Result, caption, remarks, rows, triple, why_undefined
from .sheets import Sheet

_KIND = {"hit": "green", "missed": "red", "spurious": "magenta", "duplicate": "magenta"}
_LAYER = {"actors": "cyan", "events": "yellow", "quotes": "green"}


def console(*, stderr: bool = False, color: str = "auto") -> Console:
    """A console that obeys NO_COLOR, FORCE_COLOR and TERM, and never folds what is piped."""
    force = {"always": True, "never": False}.get(color)
    made = Console(
        stderr=stderr,
        force_terminal=force,
        no_color=True if color == "never" else None,
        highlight=False,
        soft_wrap=False,
    )
    if not made.is_terminal:
        made.width = 200
    return made


def scores_table(results: Sequence[Result], by: str | None = None) -> RenderableType:
    """One table, the systems side by side, micro figures in percent."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("")
    table.add_column("measure")
    for result in results:
        for column in HEADS:
            name = f"{result.name}\n" if column == HEADS[0] else "\n"
            style = "bold" if column == HEADS[-1] else ""
            table.add_column(name + column, justify="right", style=style)
    shown = list(rows(results, by))
    layer = ""
    for row in shown:
        here = row.measure.layer
        head = Text(here if here != layer else "", style=_LAYER.get(here, ""))
        if layer and here != layer:
            table.add_row()
        layer = here
        what = row.measure.title if row.whole else f"  {row.label}"
        table.add_row(head, what, *(cell for figure in row.figures for cell in triple(figure)))
    notes = [caption(results), why_undefined(shown), *remarks(results)]
    # Not folded: a terminal does that itself, and a pipe wants whole lines.
    under = Text(
        "\n".join(filter(None, notes)), style="dim", no_wrap=True, overflow="ignore", end="\n"
    )
    return Group(table, Text(""), under)


def sheet_table(sheet: Sheet) -> RenderableType:
    """A plain table of values."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for i, head in enumerate(sheet.columns):
        right = bool(sheet.rows) and all(isinstance(row[i], int) for row in sheet.rows)
        table.add_column(head, overflow="fold", justify="right" if right else "left")
    for row in sheet.rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return table


def document(shown: Document) -> RenderableType:
    """A document line by line, each followed by its actors, events and quotes."""

    def labels(start: int, end: int) -> Iterator[tuple[Text, Text]]:
        for kind, content in _labels(shown, start, end):
            style = _LAYER[kind if kind in _LAYER else f"{kind}s"]
            yield Text(kind, style=style), Text(content)

    return _line_by_line(shown, lambda at, line: _line(shown, at, line), labels)


def compared(gold: Document, found: Sequence[Difference]) -> RenderableType:
    """A text line by line, each followed by what was hit, missed and made up in it."""

    def labels(start: int, end: int) -> Iterator[tuple[Text, Text]]:
        for one in found:
            if start <= one.start <= end or (start == 0 and one.start < 0):
                yield Text(one.kind, style=_KIND.get(one.kind, "yellow")), _both(one)

    return _line_by_line(gold, lambda _, line: Text(line), labels)


def _line_by_line(
    shown: Document,
    line_of: Callable[[int, str], Text],
    labels: Callable[[int, int], Iterator[tuple[Text, Text]]],
) -> RenderableType:
    """The lines of a text, numbered, each followed by what is said of it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", width=9)
    grid.add_column(overflow="fold")
    at = 0
    for number, line in enumerate((shown.text or "").split("\n"), 1):
        grid.add_row()
        grid.add_row(Text(str(number), style="dim"), line_of(at, line))
        for row in labels(at, at + len(line)):
            grid.add_row(*row)
        at += len(line) + 1
    return Group(Text(shown.id, style="bold"), grid)


def _both(one: Difference) -> Text:
    if one.gold == one.predicted or one.predicted is None:
        return Text(one.gold or "")
    return Text(one.predicted if one.gold is None else f"{one.gold}  not  {one.predicted}")


def _line(shown: Document, at: int, line: str) -> Text:
    made = Text(line)
    for path, span in shown.spans():
        kind = path.split(".")[1].split("[")[0]
        if path.endswith((".trigger", ".cue")) or ".mentions" in path:
            for start, end in span.pieces:
                style = f"underline {_LAYER[kind]}"
                made.stylize(style, max(start - at, 0), max(end - at, 0))
    return made


def _labels(shown: Document, start: int, end: int) -> Iterator[tuple[str, str]]:
    """What begins in a stretch of the text: the kind of label, and the label in words."""

    def inside(span: Span) -> bool:
        return bool(span.pieces) and start <= span.pieces[0][0] < end

    mentions = sorted(
        ((m, actor) for actor in shown.actors or () for m in actor.mentions if inside(m)),
        key=lambda pair: pair[0].pieces,
    )
    if mentions:
        yield "actors", "; ".join(_mention(*pair) for pair in mentions)
    yield from (("event", _event(e)) for e in shown.events or () if inside(e.trigger))
    yield from (("quote", _quote(q)) for q in shown.quotes or () if inside(q.content))


def _mention(mention: Mention, actor: Actor) -> str:
    level = f" {mention.level}" if mention.level else ""
    name = f" = {actor.name}" if actor.name and actor.name != mention.text else ""
    return f"[{mention.text}] {actor.type}{level}{name}"


def _event(event: Event) -> str:
    arguments = "".join(f"; {argument.role}: {argument.text}" for argument in event.arguments)
    negative = ", negative" if event.polarity == "negative" else ""
    return f"{event.type} [{event.trigger.text}] {event.realis}{negative}{arguments}"


def _quote(quote: Quote) -> str:
    source = quote.source.text if quote.source else "unknown source"
    cue = f" – {quote.cue.text}" if quote.cue else ""
    return f"{quote.kind}: {source}{cue} – [{quote.content.text}]"
