"""From format to format: what came in is what went out and what was lost, to the item."""

import json
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import documents
from msgspec.structs import replace

from bench import Document
from bench.converting import convert
from bench.formats import NAMES, find
from bench.formats.base import ITEMS, count
from bench.formats.jsonl import read, write

# What can shift offsets: more than one unit or byte a character, line ends, entities, marks.
LETTERS = st.sampled_from(
    [*"abc .,\"'“”&;<", "é", "e\u0301", "😀", "\n", "\r\n", "\t", "  ", "&amp;"]
)


def rich(id: str) -> st.SearchStrategy[Document]:
    """Documents with all that the data model has, over a text of odd characters."""

    @st.composite
    def made(draw) -> Document:
        one = draw(documents(id))
        cover = 3 * 40
        text = "".join(draw(st.lists(LETTERS, min_size=cover, max_size=cover)))
        names = draw(st.lists(st.sampled_from([None, "Ann Lee", "é\t"]), min_size=4, max_size=4))
        hoppers = draw(st.lists(st.sampled_from([None, "x", "y"]), min_size=4, max_size=4))
        meta = draw(st.sampled_from([{}, {"day": 1}, {"text": "t"}]))
        return replace(
            one,
            text=text,
            actors=tuple(replace(a, name=n) for a, n in zip(one.actors, names, strict=False)),
            events=tuple(replace(e, hopper=h) for e, h in zip(one.events, hoppers, strict=False)),
            meta=meta,
        )

    return made()


CORPORA = st.integers(1, 2).flatmap(
    lambda n: st.tuples(*(rich(f"d{i}") for i in range(n))).map(list)
)


def needed(name: str) -> None:
    """Skip where what a format needs is not installed."""
    if find(name).needs:
        pytest.importorskip(find(name).needs)


def canon(document: Document, lost: frozenset[str] = frozenset()) -> dict:
    """What a document says, apart from the order of its items and from details that are lost."""

    def without(kind, value, default=None):
        return default if kind in lost else value

    hoppers = defaultdict(list)
    for event in document.events or ():
        if event.hopper is not None:
            hoppers[event.hopper].append((event.type, event.trigger.pieces))
    groups = [sorted(map(str, group)) for group in hoppers.values() if len(group) > 1]
    return {
        "actors": sorted(
            str((
                actor.type,
                without("names", actor.name and " ".join(actor.name.split())),
                sorted(str((m.pieces, without("levels", m.level))) for m in actor.mentions),
            ))
            for actor in document.actors or ()
        ),
        "events": sorted(
            str((
                event.type,
                event.trigger.pieces,
                sorted((a.role, a.pieces) for a in event.arguments),
                without("realis", event.realis),
                without("polarity", event.polarity),
            ))
            for event in document.events or ()
        ),
        "hoppers": without("hoppers", sorted(groups)),
        "quotes": sorted(
            str((
                q.content.pieces,
                q.kind,
                q.source and q.source.pieces,
                q.cue and q.cue.pieces,
                without("unknown sources", q.unknown_source),
            ))
            for q in document.quotes or ()
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["brat", "doccano", "label-studio", "parquet", "prodigy", "xmi"])
@given(held=CORPORA)
def test_a_round_trip_is_the_identity_but_for_the_declared_losses(
    tmp_path_factory, name, held
) -> None:
    needed(name)
    folder = tmp_path_factory.mktemp("convert")
    (folder / "in.jsonl").write_bytes(write(held))
    there = convert(str(folder / "in.jsonl"), folder / "there", writes=name)
    back = convert(str(folder / "there"), folder / "back.jsonl", reads=name)
    assert there.unaccounted == back.unaccounted == []
    assert not back.reading.lost
    assert not back.reading.moved
    lost = frozenset(item for item, _ in there.writing.lost)
    assert lost <= {"names", "levels", "realis", "polarity", "unknown sources", "hoppers", "meta",
                    "layers"}  # fmt: skip
    before = sum((count(document) for document in held), Counter())
    for item in lost - {"hoppers", "meta", "layers"}:
        assert there.writing.losses(item) == before[item]
    found = {document.id: document for _, document in read(folder / "back.jsonl")}
    assert [canon(found[one.id], lost) for one in held] == [canon(one, lost) for one in held]
    for one in held:
        assert found[one.id].text == one.text
        for _, span in found[one.id].spans():
            assert span.text == span.surface(one.text) or (name == "parquet" and not span.text)


@pytest.mark.parametrize("name", ["conll", "docbin", "oneie", "textee", "webanno"])
@given(held=CORPORA)
def test_what_a_narrower_format_loses_is_declared_to_the_item(tmp_path_factory, name, held) -> None:
    needed(name)
    folder = tmp_path_factory.mktemp("narrow")
    (folder / "in.jsonl").write_bytes(write(held))
    there = convert(str(folder / "in.jsonl"), folder / "there", writes=name)
    back = convert(str(folder / "there"), folder / "back.jsonl", reads=name)
    assert there.unaccounted == back.unaccounted == []
    assert not back.reading.lost
    assert not back.reading.moved
    found = {document.id: document for _, document in read(folder / "back.jsonl")}
    for one in held:
        before, after = Counter(items(one)), Counter(items(found[one.id]))
        assert after <= before
        for _, span in found[one.id].spans():
            assert span.text == span.surface(one.text)
    # What came back once is carried whole from then on.
    again = convert(str(folder / "back.jsonl"), folder / "again", writes=name)
    assert not {item for item, _ in again.writing.lost} & set(ITEMS)
    convert(str(folder / "again"), folder / "end.jsonl", reads=name)
    end = {document.id: document for _, document in read(folder / "end.jsonl")}
    assert {key: Counter(items(one)) for key, one in end.items()} == {
        key: Counter(items(one)) for key, one in found.items()
    }


def items(document: Document) -> list[tuple]:
    """The mentions, triggers and quotes of a document as such."""
    return [
        *(("mention", m.pieces, a.type) for a in document.actors or () for m in a.mentions),
        *(("event", e.trigger.pieces, e.type) for e in document.events or ()),
        *(
            ("argument", e.trigger.pieces, e.type, a.pieces, a.role)
            for e in document.events or ()
            for a in e.arguments
        ),
        *(("quote", q.content.pieces, q.kind) for q in document.quotes or ()),
    ]


def test_every_format_is_listed_with_what_it_reads_and_writes(bench) -> None:
    code, out, _ = bench("list", "formats", "--format", "json")
    assert code == 0
    rows = {row["format"]: row for row in json.loads(out)["rows"]}
    assert rows.keys() == set(NAMES)
    assert rows["brat"][""] == "read, write"
    for name in NAMES:
        assert find(name).name == name
