"""The declared measures: which items, what must be equal, how spans match, how items are aligned.

A measure is data, and its text is all of it::

    LAYER.ITEM [.FIELD …] [+FLAG …] [@MATCH]

    events.trigger.type                 triggers with the right span and type
    events.argument.role+attached       … of the right trigger too
    actors.mention@dice>=0.5            spans that share half of their characters
    quotes.attribution@coref            any mention of the right speaker will do

======================= ==========================================================================
item                    fields
======================= ==========================================================================
``actors.mention``      ``type`` ``level``
``actors.actor``        ``type``; clusters that share a mention, one to one
``actors.coref``        one of ``muc b3 ceafm ceafe lea blanc conll``; ``+plural`` leaves out actors
                        with one mention; ``@overlap`` aligns mentions that overlap
``events.coref``        likewise for hoppers; mentions are aligned by trigger and type
``events.trigger``      ``type`` ``realis`` ``polarity``
``events.argument``     ``role``; its event's type always counts; ``+attached``: its trigger too
``quotes.content``      ``kind``
``quotes.cue`` …        of quotes aligned by overlapping content: ``cue`` ``source`` ``kind``
``quotes.attribution``  ``kind``; content and source
======================= ==========================================================================

``+set`` takes duplicates for one item; without it each counts (a multiset).
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import msgspec

from .coreference import CONLL, Metric
from .errors import UsageError, nearest
from .items import TABLES
from .model import Layer

Match = Literal["exact", "overlap", "dice", "iou", "head", "token", "text", "coref", "shared"]
GRADED = ("dice", "iou")
"""Matches that give a pair of spans part of a hit, unless a threshold makes it whole or none."""

_TEXT = re.compile(
    r"([a-z]+\.[a-z]+)((?:\.[a-z0-9]+)*)((?:\+[a-z]+)*)(?:@([a-z]+)(?:>=(\d*\.?\d+))?)?"
)


class _Item(NamedTuple):
    """What an item is made of: its table, what must be equal, and what may be asked besides."""

    table: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    words: str
    test: str | None = None
    flags: tuple[str, ...] = ("set",)
    matches: tuple[Match, ...] = ("exact", "overlap", "dice", "iou", "head", "token", "text")


COREFERENCE: Mapping[str, tuple[Metric, ...]] = {
    "muc": ("muc",),
    "b3": ("b_cubed",),
    "ceafm": ("ceaf_m",),
    "ceafe": ("ceaf_e",),
    "lea": ("lea",),
    "blanc": ("blanc",),
    "conll": CONLL,
}
"""The metrics of coreference, as measures name them."""

_METRIC_NAMES = {
    "muc": "MUC (Vilain et al. 1995)",
    "b3": "B³ (Bagga and Baldwin 1998)",
    "ceafm": "CEAF-m (Luo 2005)",
    "ceafe": "CEAF-e (Luo 2005)",
    "lea": "LEA (Moosavi and Strube 2016)",
    "blanc": "BLANC (Recasens and Hovy 2011; Luo et al. 2014)",
    "conll": "the mean F1 of MUC, B³ and CEAF-e (Pradhan et al. 2012)",
}

_SHORT = {"b3": "B³", "ceafm": "CEAF-m", "ceafe": "CEAF-e", "conll": "CoNLL"}

_ITEMS: Mapping[str, _Item] = {
    "actors.mention": _Item("mentions", ("span",), ("type", "level"), "Mentions"),
    "actors.actor": _Item(
        "actors", (), ("type",), "Actors that share a mention with exactly the same span",
        flags=(), matches=("shared",),
    ),
    "actors.coref": _Item(
        "mentions", ("span",), tuple(COREFERENCE), "Coreference of mentions",
        flags=("plural",), matches=("exact", "overlap"),
    ),
    "events.coref": _Item(
        "triggers", ("span", "type"), tuple(COREFERENCE), "Coreference of events",
        flags=("plural",), matches=("exact",),
    ),
    "events.trigger": _Item(
        "triggers", ("span",), ("type", "realis", "polarity"), "Event triggers"
    ),
    "events.argument": _Item(
        "arguments", ("span", "type"), ("role",), "Arguments of an event of the right type",
        flags=("attached", "set"),
        matches=("exact", "overlap", "dice", "iou", "head", "token", "text", "coref"),
    ),
    "quotes.content": _Item("quotes", ("span",), ("kind",), "Quotes"),
    "quotes.cue": _Item(
        "quotes", (), (), "Cues", "cue", flags=(), matches=("overlap",),
    ),
    "quotes.source": _Item(
        "quotes", (), (), "Sources", "source", flags=(), matches=("overlap", "coref"),
    ),
    "quotes.kind": _Item(
        "quotes", (), (), "Kinds (direct, indirect, mixed)", "kind", flags=(), matches=("overlap",),
    ),
    "quotes.attribution": _Item(
        "quotes", ("span", "source"), ("kind",), "Quotes", matches=("exact", "coref"),
    ),
}  # fmt: skip

_ACRONYMS = {
    "events.trigger": "TI",
    "events.trigger.type": "TC",
    "events.argument": "AI",
    "events.argument.role": "AC",
    "events.argument+attached": "AI+",
    "events.argument.role+attached": "AC+",
}
_MATCHES = {
    "exact": "their span is exactly right",
    "overlap": "their spans overlap (one to one)",
    "dice": "by 2·|A∩B| / (|A|+|B|) of their characters (one to one)",
    "iou": "by |A∩B| / |A∪B| of their characters (one to one)",
    "head": "the head word of their span is right",
    "token": "token by token",
    "text": "their string is right, wherever it stands",
    "shared": "aligned one to one",
}


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One way to count; see the module for what its parts mean.

    Attributes:
        item: The layer and the kind of item, such as ``events.trigger``.
        fields: What must be equal besides the span.
        flags: ``attached`` and ``set``.
        match: How spans match.
        threshold: The least weight of a pair, for ``dice`` and ``iou``.
    """

    item: str
    fields: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    match: Match
    threshold: float | None = None

    @property
    def name(self) -> str:
        """The text of the measure, from which `parse` makes it again."""
        parts = "".join(f".{field}" for field in self.fields)
        parts += "".join(f"+{flag}" for flag in self.flags)
        if self.match != _ITEMS[self.item].matches[0]:
            parts += f"@{self.match}"
            if self.threshold is not None:
                parts += f">={self.threshold:g}"
        return self.item + parts

    @property
    def layer(self) -> Layer:
        """The layer that the measure looks at."""
        return TABLES[self.table][0]

    @property
    def table(self) -> str:
        """The table of the items that are counted."""
        return _ITEMS[self.item].table

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that must be equal for two items to be aligned."""
        key = (*_ITEMS[self.item].key, *(() if self.metrics else self.fields))
        key += ("trigger",) if "attached" in self.flags else ()
        if self.match in ("overlap", *GRADED):
            return tuple(column for column in key if column != "span")
        if self.match == "coref" and self.table == "arguments":
            return tuple("filler" if column == "span" else column for column in key)
        if self.match == "coref":
            return tuple("speaker" if column == "source" else column for column in key)
        return key

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics of a measure of coreference; none for others."""
        return COREFERENCE[self.fields[0]] if self.item.endswith(".coref") else ()

    @property
    def test(self) -> str | None:
        """A column that must also be equal for an aligned pair to count.

        Unlike the key it does not move the alignment; items that lack it are not counted.
        """
        test = _ITEMS[self.item].test
        return "speaker" if test == "source" and self.match == "coref" else test

    @property
    def label(self) -> str | None:
        """The column by which counts are split."""
        if self.metrics:
            return None
        return "kind" if self.test == "kind" else self.fields[0] if self.fields else None

    @property
    def graded(self) -> bool:
        """Whether a pair may count as part of a hit."""
        return self.match in GRADED and self.threshold is None

    @property
    def title(self) -> str:
        """What it is called in a table."""
        if self.metrics:
            parts = [f"coreference {_SHORT.get(self.fields[0], self.fields[0].upper())}"]
        else:
            parts = [" + ".join((self.item.split(".")[1], *self.fields))]
        parts += self.flags
        if self.match != _ITEMS[self.item].matches[0]:
            least = "" if self.threshold is None else f" >= {self.threshold:g}"
            parts.append(self.match + least)
        acronym = _ACRONYMS.get(self.name)
        return ", ".join(parts) + (f" ({acronym})" if acronym else "")

    @property
    def explains(self) -> str:
        """What is counted, in a sentence."""
        item = _ITEMS[self.item]
        if self.metrics:
            alone = "; clusters of one are left out" if self.flags else ""
            how = "overlap" if self.match == "overlap" else "are equal"
            metric = _METRIC_NAMES[self.fields[0]]
            return f"{item.words} that {how}, by {metric}{alone}."
        if item.test:
            right = "any mention of the right speaker" if self.match == "coref" else "exactly right"
            return f"{item.words} of quotes aligned by overlapping content that are {right}."
        how = _MATCHES["exact" if self.match == "coref" else self.match]
        if self.match == "coref":
            how = {
                "arguments": "they fill it with any mention of the right actor",
                "quotes": "their content is exactly right and the source is any mention of the "
                "right speaker",
            }[self.table]
        elif self.item == "quotes.attribution":
            how = "the spans of their content and of their source are exactly right"
        also = [f"their {field} is right" for field in self.fields]
        also += ["their trigger is right"] if "attached" in self.flags else []
        if self.threshold is not None:
            how += f", at least {self.threshold:g}"
        also += ["duplicates are one item"] if "set" in self.flags else []
        return f"{item.words}: {'; '.join((how, *also))}."


def parse(text: str) -> Measure:
    """The measure of a text.

    >>> parse("events.argument.role+attached@dice>=0.5").threshold
    0.5
    >>> parse("quotes.attribution@coref").name
    'quotes.attribution@coref'

    Raises:
        UsageError: It is none; says which part of it, and the nearest that there is.
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"measure {text!r}: expected LAYER.ITEM[.FIELD …][+FLAG …][@MATCH]")
    name = found[1]
    if name not in _ITEMS:
        raise UsageError(f"measure {text!r}: no item {name!r}; {nearest(name, _ITEMS)}")
    item = _ITEMS[name]
    fields, flags = tuple(found[2].split(".")[1:]), tuple(found[3].split("+")[1:])
    match = found[4] or item.matches[0]
    for what, given, known in (
        ("field", fields, item.fields),
        ("flag", flags, item.flags),
        ("match", (match,), item.matches),
    ):
        for one in given:
            if one not in known:
                raise UsageError(f"measure {text!r}: no {what} {one!r} here; {nearest(one, known)}")
        if len(set(given)) < len(given):
            raise UsageError(f"measure {text!r}: a {what} is given twice")
    if name.endswith(".coref") and len(fields) != 1:
        raise UsageError(f"measure {text!r}: expected one metric of {', '.join(COREFERENCE)}")
    threshold = float(found[5]) if found[5] else None
    if threshold is not None and (match not in GRADED or not 0 < threshold <= 1):
        raise UsageError(f"measure {text!r}: a threshold goes with dice or iou, above 0, at most 1")
    return Measure(
        item=name,
        fields=tuple(field for field in item.fields if field in fields),
        flags=tuple(flag for flag in item.flags if flag in flags),
        match=next(known for known in get_args(Match) if known == match),
        threshold=threshold,
    )


STANDARD: tuple[Measure, ...] = tuple(
    map(
        parse,
        (
            "actors.mention",
            "actors.mention.type",
            "actors.mention@overlap",
            "actors.mention.type@overlap",
            "actors.actor",
            "actors.actor.type",
            *(f"actors.coref.{metric}" for metric in COREFERENCE),
            "events.trigger",
            "events.trigger.type",
            "events.trigger.realis",
            "events.trigger.polarity",
            "events.argument",
            "events.argument.role",
            "events.argument+attached",
            "events.argument.role+attached",
            "events.argument.role+attached@coref",
            "quotes.content",
            "quotes.content@overlap",
            "quotes.cue",
            "quotes.source",
            "quotes.source@coref",
            "quotes.kind",
            "quotes.attribution",
            "quotes.attribution@coref",
        ),
    )
)
"""The measures of the profile ``standard``; definitions after DESIGN, names of TI … AC+ after
TextEE (Huang et al. 2024), whose items these are, though counted as multisets."""
