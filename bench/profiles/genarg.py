"""gen-arg's scorer: the arguments of one given event at a time, plain and with ``--coref``.

It has one example for each gold event of the documents that were predicted. The example's
prediction is the first predicted event not yet taken with the same trigger span and type; gold
events left over get the predicted events left over, in order, and those beyond are not scored.
As in the original, the event type is then the gold one whatever was predicted.

It counts in the tokens of the gold document. Gold arguments lose a leading article, predicted
ones do not. A predicted argument without offsets is found as there: the occurrence nearest to
the trigger, else the parts between the words "and"; what is not found is not counted, but an
empty string is found anywhere and is spurious. Actors of the gold are the clusters for
``--coref``. Of a span in several pieces only its outer bounds count. The heads of ``--head-only``
are those of the gold's ``meta["heads"]``, the number of the head of each token, that of the root
its own; the original has a parser give them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec.structs import replace

from ..errors import InputError
from ..model import Actor, Argument, Document, Event, Span
from .base import Figure, Profile, Quirk
from .counting import Place, by_id, outer, percents
from .examples import an_actor, an_event, page
from .tokens import Grid

_ARTICLES = frozenset({"the", "an", "a"})
Range = tuple[int, int]


def score(
    gold: Sequence[Document], predicted: Sequence[Document], *, heads_only: bool = False
) -> list[Figure]:
    """Role identification and roles in percent, without and with coreference.

    Args:
        gold: The gold.
        predicted: The predictions.
        heads_only: Whether spans are compared by their heads (``--head-only``).

    Raises:
        InputError: A predicted document is not in the gold, where gen-arg fails; or heads are
            wanted that are not there.
    """
    golds = by_id(gold)
    found = wanted = 0
    exact, exact_role, linked, linked_role = 0, 0, 0, 0
    for name, prediction in by_id(predicted).items():
        if name not in golds:
            raise InputError(f"gen-arg knows only gold documents, and {name!r} is none")
        left = golds[name]
        if not left.events:
            continue
        words = _Page(left, prediction, heads_only)
        clusters = words.clusters(left.actors or ())
        for event, guess in _examples(left.events, prediction.events or ()):
            items = words.gold(event)
            guessed = words.predicted(event, guess)
            spans = {span for span, _ in items}
            entities = {(clusters[span], role) for span, role in items if span in clusters}
            known = {entity for entity, _ in entities}
            found, wanted = found + len(guessed), wanted + len(items)
            for span, role in guessed:
                if span in spans:
                    exact += 1
                    exact_role += (span, role) in items
                elif clusters.get(span) in known:
                    linked += 1
                    linked_role += (clusters[span], role) in entities
    rows = {
        "Role identification": exact,
        "Role": exact_role,
        "Coref Role identification": exact + linked,
        "Coref Role": exact_role + linked_role,
    }
    return [percents(name, matched, found, wanted) for name, matched in rows.items()]


def _examples(
    gold: Sequence[Event], predicted: Sequence[Event]
) -> Iterator[tuple[Event, Event | None]]:
    waiting: dict[object, list[int]] = defaultdict(list)
    for i in reversed(range(len(predicted))):
        waiting[outer(predicted[i].trigger), predicted[i].type].append(i)
    chosen = []
    for event in gold:
        same = waiting[outer(event.trigger), event.type]
        chosen.append(same.pop() if same else None)
    taken = set(chosen)
    rest = (event for i, event in enumerate(predicted) if i not in taken)
    for event, number in zip(gold, chosen, strict=True):
        yield event, predicted[number] if number is not None else next(rest, None)


class _Page:
    """The words of a gold document, and spans of it and of its prediction in terms of them."""

    def __init__(self, document: Document, prediction: Document, heads_only: bool) -> None:
        self._text = document.text or ""
        self._grid = Grid.of(document)
        events = [*(document.events or ()), *(prediction.events or ())]
        spans: list[Span] = [event.trigger for event in events]
        spans += [argument for event in events for argument in event.arguments]
        spans += [mention for actor in document.actors or () for mention in actor.mentions]
        known = [place for place in set(map(outer, spans)) if not isinstance(place, str)]
        ranges = self._grid.ranges([(place,) for place in known])
        self._places: dict[Place, Range | None] = dict(zip(known, ranges, strict=True))
        self._heads: list[int] | None = None
        if heads_only:
            self._heads = document.meta.get("heads")
            if self._heads is None or len(self._heads) != len(self._grid):
                raise InputError(
                    f"document {document.id!r}: $.meta.heads is expected to hold the number of the "
                    f"head of each of the {len(self._grid)} tokens"
                )

    @cached_property
    def _words(self) -> list[str]:
        return [self._text[start:end] for start, end in self._grid.pairs()]

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        """The places of each word."""
        found = defaultdict(list)
        for i, word in enumerate(self._words):
            found[word].append(i)
        return found

    def clusters(self, actors: Sequence[Actor]) -> dict[Range, int]:
        """The actor that a range of tokens refers to; the last one named there."""
        return {
            place: i
            for i, actor in enumerate(actors)
            for mention in actor.mentions
            if (place := self._place(mention))
        }

    def gold(self, event: Event) -> set[tuple[Range, str]]:
        """The arguments of a gold event, without leading articles."""
        items = set()
        for argument in event.arguments:
            place = self._place(argument)
            if place:
                first, end = place
                articled = end - first > 1 and self._word(first).lower() in _ARTICLES
                items.add((self._head((first + articled, end)), argument.role))
        return items

    def predicted(self, event: Event, guess: Event | None) -> set[tuple[Range, str]]:
        """The arguments predicted for a gold event, those that can be found."""
        trigger = self._place(event.trigger) or (0, 0)
        return {
            (self._head(place), argument.role)
            for argument in (guess.arguments if guess else ())
            for place in self._found(argument, trigger)
        }

    def _head(self, place: Range) -> Range:
        """The head of a range: from its first token up as far as that stays in it."""
        if self._heads is None:
            return place
        first, end = place
        at = first
        # There are no more steps than tokens, unless the heads go round in a circle.
        for _ in range(first, end):
            head = self._heads[at]
            if not first <= head < end:
                break
            at = head
        return at, at + 1

    def _word(self, number: int) -> str:
        return self._text[self._grid.starts[number] : self._grid.ends[number]]

    def _place(self, span: Span) -> Range | None:
        return self._places.get(outer(span))

    def _found(self, argument: Argument, trigger: Range) -> list[Range]:
        if argument.pieces:
            places = [self._place(argument)]
        elif argument.text is None:
            places = []
        else:
            words = argument.text.split()
            places = [self._nearest(words, trigger)]
            if places == [None]:
                places = [self._nearest(part, trigger) for part in _parts(words)]
        return [place for place in places if place]

    def _nearest(self, words: list[str], trigger: Range) -> Range | None:
        best, nearest = None, len(self._words)
        starts = self._where.get(words[0], ()) if words else range(len(self._words))
        for i in starts:
            end = i + len(words)
            if self._words[i:end] == words:
                # As there: a start before the trigger's end is measured from that end.
                distance = abs(trigger[0] - end) if i < trigger[0] else abs(i - trigger[1])
                if distance < nearest:
                    best, nearest = (i, end), distance
        return best


def _parts(words: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word == "and" and part:
            yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


_NAMES = "the old man who led them fled when he saw police"
_MAN, _WHO, _HE, _BARE = (0, 11), (12, 15), (35, 37), (4, 11)
_FLED = (25, 29)


def _strings(*found: str) -> Document:
    """A prediction with arguments that are strings."""
    arguments = tuple(Argument(role="Agent", text=string) for string in found)
    return page(replace(an_event("Flee", *_FLED), arguments=arguments), text=_NAMES)


GENARG = Profile(
    name="genarg",
    original="gen-arg 253e088, src/genie/scorer.py with --coref (github.com/raspberryice/gen-arg)",
    layer="events",
    explains="arguments of given events as sets of token spans with roles, also by coreference",
    score=score,
    quirks=(
        Quirk(
            what="Each of several coreferent predictions hits one gold argument",
            gold=(
                page(
                    an_event("Flee", *_FLED, ("Agent", *_HE)),
                    text=_NAMES,
                    actors=[an_actor(_HE, _WHO, _BARE)],
                ),
            ),
            predicted=(
                page(
                    an_event("Flee", *_FLED, *(("Agent", *one) for one in (_HE, _WHO, _BARE))),
                    text=_NAMES,
                ),
            ),
            shown={
                "Role": ("33.33", "100.00", "50.00"),
                "Coref Role identification": ("100.00", "300.00", "150.00"),
                "Coref Role": ("100.00", "300.00", "150.00"),
            },
        ),
        Quirk(
            what="Gold arguments lose a leading article, predicted ones keep it and are wrong",
            gold=(page(an_event("Flee", *_FLED, ("Agent", *_MAN)), text=_NAMES),),
            predicted=(page(an_event("Flee", *_FLED, ("Agent", *_MAN)), text=_NAMES),),
            shown={"Role identification": ("0.00",) * 3, "Role": ("0.00",) * 3},
        ),
        Quirk(
            what="An argument of an empty string is spurious, one that is not found is not counted",
            gold=(page(an_event("Flee", *_FLED, ("Agent", *_WHO)), text=_NAMES),),
            predicted=(_strings("who", "", "ghost"),),
            shown={"Role": ("50.00", "100.00", "66.67")},
        ),
        Quirk(
            what="Events beyond the gold ones, and so their arguments, are not looked at",
            gold=(page(an_event("Flee", *_FLED, ("Agent", *_WHO)), text=_NAMES),),
            predicted=(
                page(
                    an_event("See", 38, 41, ("Agent", *_HE)),
                    an_event("Flee", *_FLED, ("Agent", *_WHO)),
                    text=_NAMES,
                ),
            ),
            shown={"Role": ("100.00",) * 3},
        ),
        Quirk(
            what="A document without a prediction is not counted",
            gold=(
                page(an_event("Flee", *_FLED, ("Agent", *_WHO)), text=_NAMES),
                page(an_event("Flee", *_FLED, ("Agent", *_WHO)), text=_NAMES, name="missing"),
            ),
            predicted=(page(an_event("Flee", *_FLED, ("Agent", *_WHO)), text=_NAMES),),
            shown={"Role": ("100.00",) * 3},
        ),
    ),
)
