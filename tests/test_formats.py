"""Reading and writing: nothing is lost, and what is broken is named with its place."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from making import TEXT, documents

from bench import PLOVER, Document, InputError, UsageError, open_corpus, open_predictions
from bench.corpora import check
from bench.formats import brat, brat_writer, jsonl
from bench.model import LAYERS
from bench.schema import document_schema

ANN = """T1\tPER 0 4\tAnna
A1\tLevel T1 NAM
#1\tAnnotatorNotes T1\tAnna Li
T2\tPER 5 9\tmet!
T3\tCONSULT 5 8\tmet
E1\tCONSULT:T3 actor:T1
A2\tRealis E1 actual
A3\tPolarity E1 positive
"""


def collection(folder: Path, ann: str, text: str = "Anna met! Bo.") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "one.ann").write_text(ann, encoding="utf-8")
    (folder / "one.txt").write_text(text, encoding="utf-8")
    return folder


def trigger(span: str) -> str:
    """A line with one event, whose trigger is given as JSON."""
    return f'{{"id": "b", "text": "abc", "events": [{{"type": "AID", "trigger": {span}}}]}}'


def quoted(lines: str) -> tuple[str, str]:
    """The change that adds an attribution after the event of `ANN`."""
    event = "E1\tCONSULT:T3 actor:T1"
    return event, f"{event}\nT8\tAttribution 5 8\tmet\n{lines}"


def plain(document: Document) -> dict[str, list[str]]:
    """What a document says, whatever the order and without what can be looked up in the text."""

    def strip(value):
        if isinstance(value, dict):
            return {k: strip(v) for k, v in sorted(value.items()) if k not in ("text", "name")}
        return sorted(map(strip, value), key=str) if isinstance(value, (list, tuple)) else value

    layers = msgspec.to_builtins(document)
    return {layer: sorted(map(str, strip(layers[layer]))) for layer in LAYERS}


@given(documents())
def test_json_lines_round_trip_is_the_identity(tmp_path_factory, document) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "one.jsonl"
    path.write_bytes(jsonl.write([document]))
    assert [found for _, found in jsonl.read(path)] == [document]


@given(documents())
def test_brat_round_trip_keeps_everything(tmp_path_factory, document) -> None:
    folder = tmp_path_factory.mktemp("brat")
    (folder / "d.ann").write_text(brat_writer.write(document), encoding="utf-8")
    (folder / "d.txt").write_text(TEXT, encoding="utf-8")
    parsed = brat.parse(folder / "d.ann", PLOVER)
    assert parsed.faults == []
    assert len(parsed.document.actors) == len(document.actors)
    assert plain(parsed.document) == plain(document)


def test_gzipped_json_lines_are_read(tmp_path) -> None:
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "text": "x", "events": []}\n\n'))
    assert [d.id for d in open_corpus(str(path)).documents] == ["a"]


def test_a_truncated_gzip_is_named(tmp_path) -> None:
    path = tmp_path / "gold.jsonl.gz"
    lines = "".join(f'{{"id": "{i}", "text": "x", "events": []}}\n' for i in range(500))
    path.write_bytes(gzip.compress(lines.encode())[:-20])
    with pytest.raises(InputError, match="broken gzip stream"):
        open_corpus(str(path))


def test_offsets_in_another_unit_are_recognised(tmp_path) -> None:
    text = "😀 é war"
    path = tmp_path / "gold.jsonl"
    for start, unit in ((5, "UTF-16 units"), (8, "UTF-8 bytes")):
        trigger = {"start": start, "end": start + 3, "text": "war"}
        event = {"type": "ASSAULT", "trigger": trigger}
        path.write_text(json.dumps({"id": "a", "text": text, "events": [event]}))
        with pytest.raises(InputError, match=f"look like {unit}, expected code points"):
            open_corpus(str(path))


def test_an_endless_line_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("bench.formats.jsonl.LONGEST", 100)
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "x", "events": []}\n' + json.dumps({"id": "b" * 200}))
    with pytest.raises(InputError, match=r"gold\.jsonl:2: a line of"):
        open_corpus(str(path))


def test_unknown_fields_are_refused_or_kept(tmp_path) -> None:
    path = tmp_path / "gold.jsonl"
    event = {"type": "AID", "trigger": {"start": 0, "end": 1}, "score": 0.5}
    path.write_text(json.dumps({"id": "a", "text": "x", "lang": "en", "events": [event]}))
    (document,) = open_corpus(str(path)).documents
    assert document.meta == {"lang": "en", "events[0].score": 0.5}
    with pytest.raises(InputError, match=r"gold.jsonl:1: .*unknown field `lang`"):
        open_corpus(str(path), strict=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", r":2: not JSON"),
        ('{"id": 1}', r":2: Expected `str`, got `int` - at `\$.id`"),
        (
            trigger('{"start": "0"}'),
            r":2: Expected `int \| null`, got `str` - at `\$.events\[0\].trigger.start`",
        ),
        (
            trigger('{"start": 1, "end": 9}'),
            r":2: \[1, 9\) lies outside the text of 3 characters, at \$.events\[0\].trigger",
        ),
        (
            trigger('{"start": 2, "end": 1}'),
            r":2: \[2, 1\) is reversed",
        ),
        (
            trigger('{"start": 0, "end": 2, "text": "xy"}'),
            r":2: is 'xy', but the text there reads 'ab'",
        ),
        (
            trigger('{"start": 0, "end": 3, "fragments": [[1, 3], [0, 1]]}'),
            r":2: fragments reach from 1 to 1, but start and end are 0 and 3",
        ),
        (
            trigger("{}"),
            r"neither offsets",
        ),
        ('{"id": "a", "text": "x"}', r":2: document 'a' comes twice \(first at .*:1\)"),
        ('{"id": "b"}', r"document 'b' has no text"),
        ('{"id": "b", "quotes": [{"kind": "loud", "content": {}}]}', r"Invalid enum value 'loud'"),
    ],
)
def test_a_bad_line_is_one_clear_error(tmp_path, line, expected) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "x", "events": []}\n' + line + "\n")
    with pytest.raises(InputError, match=expected) as caught:
        open_corpus(str(path))
    assert "\n" not in str(caught.value)


def test_offsets_count_code_points(tmp_path) -> None:
    text = "\ufeff😀 e\u0301t\u00e9\r\nend"
    start = text.index("end")
    path = tmp_path / "gold.jsonl"
    event = {"type": "AID", "trigger": {"start": start, "end": start + 3, "text": "end"}}
    path.write_text(json.dumps({"id": "a", "text": text, "events": [event]}))
    (document,) = open_corpus(str(path)).documents
    assert document.text == text
    ann = brat_writer.write(document)
    (tmp_path / "a.ann").write_bytes(ann.encode())
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert brat.parse(tmp_path / "a.ann", PLOVER).document.text == text


def test_predictions_for_a_changed_text_are_refused_with_the_first_difference(tmp_path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "a", "text": "one two", "events": []}')
    (tmp_path / "pred.jsonl").write_text('{"id": "a", "text": "one too", "events": []}')
    gold = open_corpus(str(tmp_path / "gold.jsonl"))
    with pytest.raises(InputError, match=r"from character 5 on: 'oo' instead of 'wo'"):
        open_predictions(str(tmp_path / "pred.jsonl"), gold)


def test_strict_refuses_types_and_roles_outside_the_ontology(tmp_path) -> None:
    line = (
        '{"id": "a", "text": "x", "events": [{"type": "AID", "trigger": {"start": 0, "end": 1}, '
        '"arguments": [{"role": "agent", "start": 0, "end": 1}]}]}'
    )
    (tmp_path / "gold.jsonl").write_text(line)
    assert open_corpus(str(tmp_path / "gold.jsonl")).documents
    with pytest.raises(InputError, match="unknown role 'agent'"):
        open_corpus(str(tmp_path / "gold.jsonl"), strict=True)
    (tmp_path / "gold.jsonl").write_text(line.replace("AID", "WEDDING").replace("agent", "actor"))
    with pytest.raises(InputError, match="unknown event type 'WEDDING'"):
        open_corpus(str(tmp_path / "gold.jsonl"), strict=True)


def test_text_that_is_not_utf_8_is_named(tmp_path) -> None:
    collection(tmp_path, ANN)
    (tmp_path / "one.txt").write_bytes(b"Anna m\xe9t")
    with pytest.raises(InputError, match=r"one.txt: not UTF-8: byte 0xe9 at offset 6"):
        open_corpus(str(tmp_path))


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("T3\tCONSULT 5 8\tmet", "T3 CONSULT 5 8 met"), 5, "broken line"),
        (("CONSULT:T3 actor:T1", "CONSULT:T3 actor:T9"), 6, "names T9, but there is no such T"),
        (("T2\tPER 5 9\tmet!", "T1\tPER 5 9\tmet!"), 4, "id T1 is used twice"),
        (("Realis E1 actual", "Realis E1 maybe"), 6, "expected one of actual, generic, other"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 5 99\tmet!"), 4, "lies outside the text of 13"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 5 9\tmett"), 4, "the text there reads 'met!'"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 5 7\tme"), 4, "begins or ends inside a word"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 4 8\t met"), 4, "begins or ends with white space"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 0 4\tAnna"), 4, "mention 'Anna' is labelled twice"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 10 12\tBo"), 4, "mention 'Bo' has no level"),
        (("T2\tPER 5 9\tmet!", "T2\tPER 10 12\tBo"), 4, "the actor of 'Bo' has no canonical name"),
        (("T2\tPER 5 9\tmet!", "T2\tDOG 5 9\tmet!"), 4, "unknown actor type 'DOG'"),
        (("T2\tPER 5 9\tmet!", "T2\tTime 5 9\tmet!"), 4, "is used by nothing"),
        (("T3\tCONSULT", "T3\tDANCE"), 6, "unknown event type 'DANCE'"),
        (("actor:T1", "dancer:T1"), 6, "unknown role 'dancer'"),
        (("actor:T1", "actor:T3"), 6, "is not a mention of an actor"),
        (("actor:T1", "actor:T1 actor2:T1"), 6, "is labelled twice"),
        (("Polarity E1 positive", "Polarity E1 negative"), 6, "negative and actual"),
        (("Polarity E1 positive", "Colour E1 red"), 6, "has no place in this schema"),
        (("#1\tAnnotatorNotes T1", "#1\tAnnotatorNotes T3"), 5, "the note on T3 names no actor"),
        (
            quoted("T9\tContent 10 12\tBo\nE2\tAttribution:T8 Content:T9\nA9\tKind E2 direct"),
            9,
            "neither a source nor an explicit unknown source",
        ),
        (
            quoted("E2\tAttribution:T8\nA9\tKind E2 direct"),
            8,
            "has no content",
        ),
    ],
)  # fmt: skip
def test_gold_check_names_each_fault_with_file_and_line(tmp_path, change, line, message) -> None:
    old, new = change
    text = ANN.replace("CONSULT:T3", "DANCE:T3") if "DANCE" in new else ANN
    assert old in text
    collection(tmp_path, text.replace(old, new))
    faults = list(check(str(tmp_path)))
    expected = f"{tmp_path / 'one.ann'}:{line}: "
    assert any(fault.startswith(expected) and message in fault for fault in faults), faults


def test_the_ontology_is_that_of_the_nearest_annotation_conf(tmp_path) -> None:
    (tmp_path / "annotation.conf").write_text(
        "[entities]\nHERO\n\n[relations]\n\n[events]\n<ACTOR>=HERO\n"
        "DANCE\tpartner*:<ACTOR>, place?:Place\n"
    )
    folder = collection(tmp_path / "inner", "T1\tDANCE 0 4\tAnna\nE1\tDANCE:T1\n")
    ontology = open_corpus(str(folder)).ontology
    assert ontology.actor_types == ("HERO",)
    assert ontology.event_types == ("DANCE",)
    assert ontology.roles == {"partner": True, "place": False}


def test_what_is_neither_path_nor_corpus_is_named_with_the_nearest(tmp_path) -> None:
    with pytest.raises(UsageError, match="did you mean seed"):
        open_corpus("sead")
    with pytest.raises(UsageError, match=r"no \.ann file"):
        open_corpus(str(tmp_path))
    (tmp_path / "x.xlsx").touch()
    with pytest.raises(UsageError, match="unknown format"):
        open_corpus(str(tmp_path / "x.xlsx"))


def test_the_published_schema_accepts_what_we_write_and_refuses_what_we_refuse() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(document_schema()))
    (line,) = jsonl.write(open_corpus("seed").documents).splitlines()
    validator.validate(json.loads(line))
    assert not validator.is_valid({"id": "a", "colour": "red"})
    assert not validator.is_valid({"text": "no id"})


def test_the_hash_of_a_corpus_depends_on_what_it_says_alone(tmp_path) -> None:
    gold = open_corpus("seed")
    path = tmp_path / "seed.jsonl"
    path.write_bytes(jsonl.write(gold.documents))
    assert open_corpus(str(path)).digest == gold.digest
    (line,) = path.read_text().splitlines()
    as_json = json.loads(line)
    as_json["events"].reverse()
    as_json["events"][0]["polarity"] = "positive"
    del as_json["events"][0]["trigger"]["text"]
    path.write_text(json.dumps(as_json))
    assert open_corpus(str(path)).digest == gold.digest
    as_json["events"][0]["realis"] = "generic"
    path.write_text(json.dumps(as_json))
    assert open_corpus(str(path)).digest != gold.digest
