"""The declared measures: which items, what must be equal, how spans match, how items are aligned.

A measure is data, and its text is all of it::

    LAYER.ITEM [.FIELD …] [+FLAG …] [@MATCH] [:AVERAGE] [/SLICE]

    events.trigger.type                 triggers with the right span and type
    events.argument.role+attached       … of the right trigger too
    actors.mention@dice>=0.5            spans that share half of their characters
    quotes.attribution@coref            any mention of the right speaker will do
    events.trigger.type:macro           the mean over types
    actors.mention/level                names, nominals and pronouns apart

======================= ==========================================================================
item                    fields
======================= ==========================================================================
``actors.mention``      ``type`` ``level``
``actors.actor``        ``type``; clusters that share a mention, one to one
``actors.coref``        one of ``muc b3 ceafm ceafe lea blanc conll``; ``+plural`` leaves out actors
                        with one mention; ``@overlap`` aligns mentions that overlap
``events.coref``        likewise for hoppers; mentions are aligned by trigger and type
``events.trigger``      ``type`` ``realis`` ``polarity``
``events.argument``     ``role``; its event's type always counts; ``+attached``: its trigger too;
                        ``+oracle``: only of events whose trigger and type gold has
``events.whole``        events of one type aligned one to one by their triggers and arguments
``quotes.content``      ``kind``
``quotes.cue`` …        of quotes aligned by overlapping content: ``cue`` ``source`` ``kind``
``quotes.attribution``  ``kind``; content and source
======================= ==========================================================================

``+set`` takes duplicates for one item; without it each counts (a multiset).

The average is ``micro`` over all items, ``macro`` over the labels that gold supports, or
``documents``. A figure with nothing to count is undefined, unless ``=0`` or ``=1`` after the
average says what it is instead. A slice splits the counts by something other than the label:
``level kind realis length distance section``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec
from msgspec.structs import replace

from .coreference import CONLL, Metric
from .errors import UsageError, nearest
from .model import LAYERS, Aspect, Layer

Match = Literal[
    "exact", "overlap", "dice", "iou", "head", "token", "text", "coref", "actor", "shared"
]
MeanOver = Literal["micro", "macro", "documents"]
SliceBy = Literal["level", "kind", "realis", "length", "distance", "section"]
GRADED = ("dice", "iou")
"""Matches that give a pair of spans part of a hit, unless a threshold makes it whole or none."""

SLICES: tuple[SliceBy, ...] = get_args(SliceBy)
"""What counts can be split by instead of the label."""

_TEXT = re.compile(
    r"([a-z]+\.[a-z]+)((?:\.[a-z0-9]+)*)((?:\+[a-z]+)*)(?:@([a-z]+)(?:>=(\d*\.?\d+))?)?"
    r"(?::([a-z]+)(?:=([01]))?)?(?:/([a-z]+))?"
)


class _Item(NamedTuple):
    """What an item is made of: its table, what must be equal, and what may be asked besides."""

    table: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    words: str
    source: str
    test: str | None = None
    flags: tuple[str, ...] = ("set",)
    matches: tuple[Match, ...] = ("exact", "overlap", "dice", "iou", "head", "token", "text")
    slices: tuple[SliceBy, ...] = ("length", "section")


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
    "muc": ("MUC", "Vilain et al. 1995"),
    "b3": ("B³", "Bagga and Baldwin 1998"),
    "ceafm": ("CEAF-m", "Luo 2005"),
    "ceafe": ("CEAF-e", "Luo 2005"),
    "lea": ("LEA", "Moosavi and Strube 2016"),
    "blanc": ("BLANC", "Recasens and Hovy 2011; Luo et al. 2014"),
    "conll": ("the mean F1 of MUC, B³ and CEAF-e", "Pradhan et al. 2012"),
}
"""The metrics in words, and where they are defined."""

_SHORT = {"b3": "B³", "ceafm": "CEAF-m", "ceafe": "CEAF-e", "conll": "CoNLL"}

_PARETI = "Pareti et al. 2013; Newell et al. 2018"
_OF_QUOTES: tuple[SliceBy, ...] = ("kind", "length", "distance", "section")
_ITEMS: Mapping[str, _Item] = {
    "actors.mention": _Item(
        "mentions", ("span",), ("type", "level"), "Mentions",
        "Tjong Kim Sang and De Meulder 2003, by characters instead of words",
        slices=("level", "length", "section"),
    ),
    "actors.actor": _Item(
        "actors", (), ("type",), "Actors that share a mention with exactly the same span",
        "one to one as in CEAF (Luo 2005), counted whole",
        flags=(), matches=("shared",), slices=(),
    ),
    "actors.coref": _Item(
        "mentions", ("span",), tuple(COREFERENCE), "Coreference of mentions", "",
        flags=("plural",), matches=("exact", "overlap"), slices=(),
    ),
    "events.coref": _Item(
        "triggers", ("span", "type"), tuple(COREFERENCE), "Coreference of events", "",
        flags=("plural",), matches=("exact",), slices=(),
    ),
    "events.trigger": _Item(
        "triggers", ("span",), ("type", "realis", "polarity"), "Event triggers",
        "Li et al. 2013; realis: Mitamura et al. 2015",
        slices=("realis", "length", "section"),
    ),
    "events.argument": _Item(
        "arguments", ("span", "type"), ("role",), "Arguments of an event of the right type",
        "Li et al. 2013; attached: Huang et al. 2024",
        flags=("attached", "oracle", "set"),
        matches=("exact", "overlap", "dice", "iou", "head", "token", "text", "coref", "actor"),
        slices=("realis", "length", "distance", "section"),
    ),
    "events.whole": _Item(
        "triggers", ("type",), (), "Events of the right type, aligned one to one",
        "φ4 of CEAF (Luo 2005) over parts; Chen et al. 2023",
        flags=(), matches=("exact", "overlap", "dice", "coref", "actor"),
        slices=("realis", "section"),
    ),
    "quotes.content": _Item(
        "quotes", ("span",), ("kind",), "Quotes", _PARETI, slices=_OF_QUOTES,
    ),
    "quotes.cue": _Item(
        "quotes", (), (), "Cues", _PARETI, "cue", flags=(), matches=("overlap",), slices=_OF_QUOTES,
    ),
    "quotes.source": _Item(
        "quotes", (), (), "Sources", _PARETI, "source",
        flags=(), matches=("overlap", "coref", "actor"), slices=_OF_QUOTES,
    ),
    "quotes.kind": _Item(
        "quotes", (), (), "Kinds (direct, indirect, mixed)", _PARETI, "kind",
        flags=(), matches=("overlap",), slices=_OF_QUOTES,
    ),
    "quotes.attribution": _Item(
        "quotes", ("span", "source"), ("kind",), "Quotes", _PARETI,
        matches=("exact", "coref", "actor"), slices=_OF_QUOTES,
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
_FILLERS = {
    "coref": "any mention of the right actor",
    "actor": "a mention of the predicted actor that is aligned with the right one",
}
_PARTS = {
    "exact": "the same span",
    "overlap": "an overlapping span",
    "dice": "spans that overlap, counted by Dice's coefficient",
    "coref": f"the same span, or {_FILLERS['coref']}",
    "actor": f"the same span, or {_FILLERS['actor']}",
}
_AVERAGES = {
    "micro": "Over all items",
    "macro": "The mean over the labels that gold supports",
    "documents": "The mean over documents, where one that is rightly empty counts 1",
}


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One way to count; see the module for what its parts mean.

    Attributes:
        item: The layer and the kind of item, such as ``events.trigger``.
        fields: What must be equal besides the span.
        flags: ``attached``, ``oracle``, ``plural`` and ``set``.
        match: How spans match.
        threshold: The least weight of a pair, for ``dice`` and ``iou``.
        average: What a figure is the mean of.
        zero: What a figure is where there is nothing to count; None leaves it undefined.
        by: What the counts are split by instead of the label.
    """

    item: str
    fields: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    match: Match
    threshold: float | None = None
    average: MeanOver = "micro"
    zero: int | None = None
    by: SliceBy | None = None

    @property
    def name(self) -> str:
        """The text of the measure, from which `parse` makes it again."""
        parts = "".join(f".{field}" for field in self.fields)
        parts += "".join(f"+{flag}" for flag in self.flags)
        if self.match != _ITEMS[self.item].matches[0]:
            parts += f"@{self.match}"
            if self.threshold is not None:
                parts += f">={self.threshold:g}"
        if self.average != "micro" or self.zero is not None:
            parts += f":{self.average}" + ("" if self.zero is None else f"={self.zero}")
        return self.item + parts + (f"/{self.by}" if self.by else "")

    @property
    def layer(self) -> Layer:
        """The layer that the measure looks at."""
        return next(layer for layer in LAYERS if self.item.startswith(layer))

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
        return tuple(self._identity(column) for column in key)

    def _identity(self, column: str) -> str:
        """The column that is looked at instead of a filler's or a source's span."""
        if self.match not in _FILLERS:
            return column
        filler = "span" if self.table == "arguments" else "source"
        return f"{column} by {self.match}" if column == filler else column

    @property
    def filler(self) -> str:
        """The column of arguments that tells who fills a role."""
        return f"span by {self.match}" if self.match in _FILLERS else "span"

    @property
    def slices(self) -> tuple[SliceBy, ...]:
        """What its counts can be split by."""
        return _ITEMS[self.item].slices

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
        return test and self._identity(test)

    @property
    def label(self) -> str | None:
        """The column by which counts are split."""
        if self.by or self.metrics:
            return self.by
        if self.item == "events.whole":
            return "type"
        return "kind" if self.test == "kind" else self.fields[0] if self.fields else None

    @property
    def needs(self) -> frozenset[Aspect]:
        """What gold must say of its items for the measure to mean something."""
        words = {*self.fields, *self.key, self.test, self.by}
        asked: dict[Aspect, bool] = {
            "levels": "level" in words,
            "clusters": self.item in ("actors.actor", "actors.coref"),
            "types": self.layer == "events" and "type" in words,
            "arguments": self.item in ("events.argument", "events.whole"),
            "realis": "realis" in words,
            "polarity": "polarity" in words,
            "hoppers": self.item == "events.coref",
            "kinds": "kind" in words,
            "sources": self.item in ("quotes.source", "quotes.attribution")
            or (self.layer == "quotes" and self.by == "distance"),
            "cues": self.test == "cue",
        }
        return frozenset(aspect for aspect, needed in asked.items() if needed)

    @property
    def graded(self) -> bool:
        """Whether a pair may count as part of a hit."""
        return self.item == "events.whole" or (self.match in GRADED and self.threshold is None)

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
        if self.average != "micro":
            parts.append(f"mean over {'labels' if self.average == 'macro' else self.average}")
        if self.zero is not None:
            parts.append(f"{self.zero} where there is nothing")
        if self.by:
            parts.append(f"by {self.by}")
        acronym = _ACRONYMS.get(self.name)
        return ", ".join(parts) + (f" ({acronym})" if acronym else "")

    @property
    def source(self) -> str:
        """Where it is defined."""
        return _METRIC_NAMES[self.fields[0]][1] if self.metrics else _ITEMS[self.item].source

    @property
    def explains(self) -> str:
        """What is counted, in a sentence or two."""
        said = f"{self._what}."
        if self.average != "micro":
            said += f" {_AVERAGES[self.average]}."
        if self.zero is not None:
            said += f" {self.zero} where there is nothing to count."
        return said + (f" Split by {self.by}." if self.by else "")

    @property
    def _what(self) -> str:
        item = _ITEMS[self.item]
        if self.metrics:
            alone = "; clusters of one are left out" if self.flags else ""
            how = "overlap" if self.match == "overlap" else "are equal"
            metric, _ = _METRIC_NAMES[self.fields[0]]
            return f"{item.words} that {how}, by {metric}{alone}"
        if self.item == "events.whole":
            parts = f"the trigger, and each argument with the same role and {_PARTS[self.match]}"
            return f"{item.words}: 2·|A∩B| / (|A|+|B|) of their parts, which are {parts}"
        if item.test:
            right = _FILLERS.get(self.match, "exactly right").replace("actor", "speaker", 1)
            return f"{item.words} of quotes aligned by overlapping content that are {right}"
        how = _MATCHES["exact" if self.match in _FILLERS else self.match]
        if self.match in _FILLERS:
            how = f"they fill it with {_FILLERS[self.match]}"
        if self.item == "quotes.attribution":
            source = _FILLERS.get(self.match)
            how = (
                f"their content is exactly right and the source is {source}"
                if source
                else "the spans of their content and of their source are exactly right"
            )
        also = [f"their {field} is right" for field in self.fields]
        also += ["their trigger is right"] if "attached" in self.flags else []
        if self.threshold is not None:
            how += f", at least {self.threshold:g}"
        also += ["only of events whose trigger gold has"] if "oracle" in self.flags else []
        also += ["duplicates are one item"] if "set" in self.flags else []
        return f"{item.words}: {'; '.join((how, *also))}"


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
        form = "LAYER.ITEM[.FIELD …][+FLAG …][@MATCH][:AVERAGE][/SLICE]"
        raise UsageError(f"measure {text!r}: expected {form}")
    name = found[1]
    if name not in _ITEMS:
        raise UsageError(f"measure {text!r}: no item {name!r}; {nearest(name, _ITEMS)}")
    item = _ITEMS[name]
    fields, flags = tuple(found[2].split(".")[1:]), tuple(found[3].split("+")[1:])
    match, average, by = found[4] or item.matches[0], found[6] or "micro", found[8]
    for what, given, known in (
        ("field", fields, item.fields),
        ("flag", flags, item.flags),
        ("match", (match,), item.matches),
        ("average", (average,), get_args(MeanOver)),
        ("slice", (by,) if by else (), item.slices),
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
    made = Measure(
        item=name,
        fields=tuple(field for field in item.fields if field in fields),
        flags=tuple(flag for flag in item.flags if flag in flags),
        match=next(known for known in get_args(Match) if known == match),
        threshold=threshold,
        average=next(known for known in get_args(MeanOver) if known == average),
        zero=int(found[7]) if found[7] else None,
        by=next((known for known in item.slices if known == by), None),
    )
    if average == "macro" and made.label is None:
        raise UsageError(f"measure {text!r}: there are no labels to take the mean over")
    return made


def split_by(measures: Sequence[Measure], by: SliceBy) -> tuple[Measure, ...]:
    """Measures with their counts split, each after the one it belongs to.

    Raises:
        UsageError: None of them can be split so.
    """
    found = {m.name: (m, replace(m, by=by)) for m in measures if by in m.slices}
    if not found:
        raise UsageError(f"{by}: none of the measures can be split by it")
    return tuple(one for m in measures for one in found.get(m.name, (m,)))


def on_gold_triggers(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Those of arguments, which then count only of events whose trigger and type gold has.

    Raises:
        UsageError: None of them is.
    """
    found = [measure for measure in measures if measure.item == "events.argument"]
    if not found:
        raise UsageError("oracle triggers: none of the measures is of arguments")
    return tuple(_flagged(measure, "oracle") for measure in found)


def _flagged(measure: Measure, flag: str) -> Measure:
    order = _ITEMS[measure.item].flags
    return replace(measure, flags=tuple(f for f in order if f in (flag, *measure.flags)))


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
            "events.whole",
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
