"""How much of what a corpus holds."""

from collections import Counter
from collections.abc import Iterable

from ..model import Document
from .sheets import Sheet


def statistics(documents: Iterable[Document]) -> Sheet:
    """Counts per layer, and within it per type, level, role, realis, polarity and kind."""
    totals: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {
        name: Counter()
        for name in (
            "actors by type",
            "mentions by type",
            "mentions by level",
            "events by type",
            "events by realis",
            "events by polarity",
            "arguments by role",
            "quotes by kind",
            "quotes by source",
        )
    }
    for document in documents:
        totals["documents"] += 1
        totals["characters"] += len(document.text or "")
        totals["words"] += len((document.text or "").split())
        for actor in document.actors or ():
            totals["actors"] += 1
            totals["mentions"] += len(actor.mentions)
            groups["actors by type"][actor.type] += 1
            groups["mentions by type"][actor.type] += len(actor.mentions)
            groups["mentions by level"].update(m.level or "none" for m in actor.mentions)
        hoppers = set()
        for event in document.events or ():
            totals["events"] += 1
            totals["arguments"] += len(event.arguments)
            groups["events by type"][event.type] += 1
            groups["events by realis"][event.realis] += 1
            groups["events by polarity"][event.polarity] += 1
            groups["arguments by role"].update(a.role for a in event.arguments)
            hoppers.add(event.hopper if event.hopper is not None else id(event))
        totals["hoppers"] += len(hoppers)
        for quote in document.quotes or ():
            totals["quotes"] += 1
            groups["quotes by kind"][quote.kind] += 1
            groups["quotes by source"]["unknown" if quote.source is None else "named"] += 1
    rows = [("total", what, number) for what, number in totals.items()]
    for name, group in groups.items():
        rows += [(name, label, group[label]) for label in sorted(group)]
    return Sheet("eventbench.statistics/1", ("of", "what", "count"), rows)
