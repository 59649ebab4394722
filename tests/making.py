"""Short ways to make documents, and hypothesis strategies for them."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bench import (
    PLOVER,
    Actor,
    Argument,
    Corpus,
    Document,
    Event,
    Mention,
    Quote,
    Scores,
    Span,
    score,
)

TEXT = "abcd efgh ijkl mnop qrst uvwx yzab cdef " * 3


def span(*pieces: tuple[int, int], kind: Any = Span, **fields: Any) -> Any:
    """A span (or mention, argument …) of one piece or several."""
    fragments = pieces if len(pieces) > 1 else ()
    return kind(start=pieces[0][0], end=pieces[-1][1], fragments=fragments, **fields)


def actor(type: str, *places: tuple[int, int], name: str | None = None) -> Actor:
    mentions = tuple(span(place, kind=Mention, level="NAM") for place in places)
    return Actor(type=type, mentions=mentions, name=name)


def event(
    type: str, place: tuple[int, int], *arguments: tuple[str, int, int], **more: Any
) -> Event:
    made = tuple(Argument(role=role, start=start, end=end) for role, start, end in arguments)
    return Event(type=type, trigger=span(place), arguments=made, **more)


def quote(
    *content: tuple[int, int],
    source: tuple[int, int] | None = None,
    cue: tuple[int, int] | None = None,
    kind: Any = "direct",
) -> Quote:
    return Quote(
        content=span(*content),
        kind=kind,
        source=span(source) if source else None,
        cue=span(cue) if cue else None,
        unknown_source=source is None,
    )


def document(id: str = "d", **layers: Any) -> Document:
    full = {"actors": (), "events": (), "quotes": (), **layers}
    return Document(id=id, text=TEXT, **{k: tuple(v) for k, v in full.items()})


def corpus(*documents: Document) -> Corpus:
    return Corpus("test", tuple(sorted(documents, key=lambda one: one.id)), PLOVER)


def scored(gold: list[Document], predicted: list[Document]) -> Scores:
    return score(corpus(*gold), predicted)


def tally(scores: Scores, measure: str) -> tuple[int, int, int]:
    return tuple(scores.matrix[measure].micro())


# Few places and few labels, so that spans nest, overlap, repeat and are typed twice.
_places = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda p: (p[0], p[0] + p[1]))
_pieces = st.one_of(
    _places.map(lambda place: (place,)),
    st.tuples(_places, st.integers(1, 4), st.integers(1, 4)).map(
        lambda t: (t[0], (t[0][1] + t[1], t[0][1] + t[1] + t[2]))
    ),
)
_types = st.sampled_from(["ASSAULT", "CONSULT", "AID", "UNHEARD-OF"])


def _optional_span() -> st.SearchStrategy[Span | None]:
    return st.one_of(st.none(), _places.map(span))


_actors = st.builds(
    Actor,
    type=st.sampled_from(["PER", "ORG"]),
    mentions=st.lists(
        st.builds(
            lambda pieces, level: span(*pieces, kind=Mention, level=level),
            _pieces,
            st.sampled_from(["NAM", "NOM", "PRO", None]),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
)
_arguments = st.builds(
    lambda pieces, role: span(*pieces, kind=Argument, role=role),
    _pieces,
    st.sampled_from(["actor", "recipient"]),
)
_events = st.builds(
    Event,
    type=_types,
    trigger=_pieces.map(lambda pieces: span(*pieces)),
    arguments=st.lists(_arguments, max_size=3).map(tuple),
    realis=st.sampled_from(["actual", "generic", "other"]),
    polarity=st.sampled_from(["positive", "negative"]),
)
_quotes = st.builds(
    Quote,
    content=_pieces.map(lambda pieces: span(*pieces)),
    kind=st.sampled_from(["direct", "indirect", "mixed"]),
    source=_optional_span(),
    cue=_optional_span(),
)


def documents(id: str = "d") -> st.SearchStrategy[Document]:
    """Documents with anything that the data model allows."""
    return st.builds(
        lambda actors, events, quotes: document(id, actors=actors, events=events, quotes=quotes),
        st.lists(_actors, max_size=4),
        st.lists(_events, max_size=4),
        st.lists(_quotes, max_size=4),
    )


def lines_missing(missed: Callable[[int, int], object]) -> str:
    """Forty documents of four events each as JSON Lines, without those that are missed."""
    made = []
    for i in range(40):
        events = [
            {"type": "AID", "trigger": {"start": 5 * k, "end": 5 * k + 4}}
            for k in range(4)
            if not missed(i, k)
        ]
        made.append({"id": f"d{i:02}", "text": TEXT, "events": events})
    return "".join(json.dumps(one) + "\n" for one in made)


def pairs_of_corpora() -> st.SearchStrategy[tuple[list[Document], list[Document]]]:
    """Gold and predictions of the same one to three documents."""
    return st.integers(1, 3).flatmap(
        lambda n: st.tuples(
            st.tuples(*(documents(f"d{i}") for i in range(n))).map(list),
            st.tuples(*(documents(f"d{i}") for i in range(n))).map(list),
        )
    )
