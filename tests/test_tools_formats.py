"""What annotation tools export: never trusted, found again or said to be lost, and bad input."""

import gzip
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_corpora_formats import converted, lost, moved, surfaces, written

from bench import PLOVER, Actor, Document, Mention, UsageError, open_corpus
from bench.converting import convert
from bench.formats import find, mapping, recognised
from bench.formats.anchoring import Anchor
from bench.formats.base import Ledger
from bench.formats.jsonl import write

TEXT = "\ufeff😀 Ann said “no” &amp; left.\r\nBo, e\u0301mile\tand she  met."


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2


def region(text: str, surface: str, key: str, *labels: str, unit=utf16) -> dict:
    at = text.index(surface)
    value = {"start": unit(text, at), "end": unit(text, at + len(surface)), "text": surface,
             "labels": list(labels)}  # fmt: skip
    return {"id": key, "type": "labels", "from_name": "l", "to_name": "text", "value": value}


def test_label_studio_offsets_are_utf_16_units_and_regions_may_have_two_labels(tmp_path) -> None:
    link = {"type": "relation", "from_id": "b", "to_id": "a", "direction": "left",
            "labels": ["actor"]}  # fmt: skip
    chosen = {"id": "a", "type": "choices", "from_name": "level", "to_name": "text",
              "value": {"start": 3, "end": 6, "choices": ["NAM"]}}  # fmt: skip
    result = [
        region(TEXT, "Ann", "a", "PER", "ORG"),
        region(TEXT, "left", "b", "RETREAT"),
        region(TEXT, "said", "c", "Content"),
        chosen,
        {**link, "direction": "right"},
        {"id": "z", "type": "rating", "from_name": "r", "value": {"rating": 4}},
    ]
    other = {"result": [], "was_cancelled": True}
    task = {"id": 7, "data": {"text": TEXT, "source": "x"},
            "annotations": [other, {"result": result}]}  # fmt: skip
    done, documents = converted(written(tmp_path / "export.json", [task]), "label-studio")
    document = documents["7"]
    assert [(a.type, a.mentions[0].text, a.mentions[0].level) for a in document.actors] == [
        ("PER", "Ann", "NAM"), ("ORG", "Ann", None),
    ]  # fmt: skip
    assert [surfaces(e) for e in document.events] == [("RETREAT", "left", (("actor", "Ann"),))]
    assert [(q.content.text, q.kind) for q in document.quotes] == [("said", "indirect")]
    assert document.meta == {"source": "x"}
    assert not moved(done)
    assert lost(done) == {"annotations": 1, "results of type rating": 1}


def test_each_annotator_of_a_label_studio_task_is_a_document(tmp_path) -> None:
    ann = region(TEXT, "Ann", "a", "PER")
    bo = region(TEXT, "Bo", "b", "PER")
    made = [
        {"id": 31, "completed_by": 4, "result": [ann]},
        {"id": 32, "completed_by": {"id": 5, "email": "x@y"}, "result": [bo]},
        {"id": 33, "completed_by": 4, "result": []},
        {"id": 34, "completed_by": 6, "was_cancelled": True, "result": [ann]},
    ]
    tasks = [
        {"id": 7, "data": {"text": TEXT}, "annotations": made},
        {"id": 8, "data": {"text": TEXT}, "annotations": made[:1]},
    ]
    done, documents = converted(written(tmp_path / "export.json", tasks), "label-studio")
    found = {
        key: [m.text for a in one.actors for m in a.mentions] for key, one in documents.items()
    }
    assert found == {"7:4": ["Ann"], "7:5": ["Bo"], "7:4 (2)": [], "8": ["Ann"]}
    assert documents["7:5"].meta == {"annotator": "5"}
    assert (done.reading.came["documents"], lost(done)) == (4, {"annotations": 1})


def test_label_studio_offsets_in_code_points_are_recognised_too(tmp_path) -> None:
    result = [
        region(TEXT, word, word, "PER", unit=lambda _, at: at) for word in ("Ann", "Bo", "she")
    ]
    task = {"id": 1, "data": {"text": TEXT}, "annotations": [{"result": result}]}
    done, documents = converted(written(tmp_path / "export.json", [task]), "label-studio")
    assert [a.mentions[0].text for a in documents["1"].actors] == ["Ann", "Bo", "she"]
    assert not moved(done)
    assert not lost(done)


UNITS = {
    "UTF-16 units": utf16,
    "UTF-8 bytes": lambda text, at: len(text[:at].encode()),
    "characters without carriage returns": lambda text, at: len(text[:at].replace("\r\n", "\n")),
    "characters after the byte-order mark": lambda text, at: len(text[:at].lstrip("\ufeff")),
    "characters without HTML entities": lambda text, at: len(text[:at].replace("&amp;", "&")),
    "characters": lambda _, at: at,
}


@pytest.mark.parametrize("unit", UNITS)
def test_offsets_in_any_unit_are_settled_by_what_the_text_reads(unit) -> None:
    words = ["Ann", "said", "left", "Bo", "and", "met"]
    places = [(TEXT.index(word), TEXT.index(word) + len(word)) for word in words]
    count = UNITS[unit]
    items = [
        (count(TEXT, start), count(TEXT, end), word)
        for (start, end), word in zip(places, words, strict=True)
    ]
    ledger = Ledger()
    anchor = Anchor(TEXT, ledger)
    anchor.choose(items)
    assert [anchor.place("mentions", *item, "x") for item in items] == places
    assert not ledger.lost


def test_what_is_composed_otherwise_is_the_same_word() -> None:
    ledger = Ledger()
    at = TEXT.index("e\u0301mile")
    assert Anchor(TEXT, ledger).place("mentions", at, at + 6, "émile", "x") == (at, at + 6)
    at = TEXT.index("and she  met")
    assert Anchor(TEXT, ledger).place("mentions", at, at + 12, "and she met", "x") == (at, at + 12)
    assert not ledger.lost
    assert not ledger.moved


@given(
    st.text("ab \n😀é", min_size=1, max_size=40),
    st.integers(-3, 45),
    st.integers(-3, 45),
    st.one_of(st.none(), st.text("ab \n😀é", max_size=4)),
)
def test_what_is_placed_reads_what_was_said_and_all_else_is_lost_once(
    text, start, end, surface
) -> None:
    ledger = Ledger()
    place = Anchor(text, ledger).place("mentions", start, end, surface, "x")
    assert (place is None) is (ledger.losses("mentions") == 1)
    if place is not None:
        assert 0 <= place[0] < place[1] <= len(text)
        if surface is not None:
            read = text[place[0] : place[1]]
            assert "".join(read.split()) == "".join(surface.split())
        if place != (start, end):
            assert ledger.moved


def test_doccano_spans_without_relations(tmp_path) -> None:
    lines = [
        {"id": 3, "text": "Ann hit Bo",
         "label": [[0, 3, "PER"], [4, 7, "ASSAULT"], [8, 99, "PER"]], "Comments": ["why?"]},
        {"id": 4, "text": "No one.", "label": []},
    ]  # fmt: skip
    path = written(tmp_path / "all.jsonl", "".join(json.dumps(one) + "\n" for one in lines))
    done, documents = converted(path, "doccano")
    assert [a.mentions[0].text for a in documents["3"].actors] == ["Ann"]
    assert [e.type for e in documents["3"].events] == ["ASSAULT"]
    assert documents["4"].events == ()
    assert documents["4"].quotes is None
    assert lost(done) == {"spans": 1, "comments": 1}


def test_prodigy_rows_that_were_not_accepted_are_lost(tmp_path) -> None:
    row = {
        "text": "😀 Ann hit", "_input_hash": 5, "answer": "accept",
        "tokens": [{"text": "😀", "start": 0, "end": 2, "id": 0},
                   {"text": "Ann", "start": 3, "end": 6, "id": 1},
                   {"text": "hit", "start": 7, "end": 10, "id": 2}],
        "spans": [{"start": 3, "end": 6, "token_start": 1, "token_end": 1, "label": "PER"},
                  {"start": 7, "end": 10, "token_start": 2, "token_end": 2, "label": "HIT"}],
        "relations": [{"head": 2, "child": 1, "label": "actor",
                       "head_span": {"start": 7, "end": 10, "label": "HIT"},
                       "child_span": {"start": 3, "end": 6, "label": "PER"}}],
    }  # fmt: skip
    rows = [row, {**row, "answer": "reject"}, {**row, "_annotator_id": "ann"}]
    path = written(tmp_path / "all.jsonl", "".join(json.dumps(one) + "\n" for one in rows))
    done, documents = converted(path, "prodigy")
    assert sorted(documents) == ["5", "5:ann"]
    assert surfaces(documents["5"].events[0]) == ("HIT", "hit", (("actor", "Ann"),))
    assert lost(done) == {"documents": 1}


@pytest.mark.parametrize(
    "tags",
    [
        "B-PER I-PER O B-AID B-ORG",
        "I-PER I-PER O I-AID I-ORG",
        "B-PER E-PER O S-AID S-ORG",
        "B-PER L-PER O U-AID U-ORG",
    ],
)
@pytest.mark.parametrize("columns", ["{0}\t{1}", "{0} NN {1}"])
def test_columns_of_every_scheme_say_the_same(tmp_path, tags, columns) -> None:
    words = "Ann Lee has helped UN".split()
    rows = [columns.format(*pair) for pair in zip(words, tags.split(), strict=True)]
    head = columns.format("-DOCSTART-", "O") + "\n\n"
    path = written(tmp_path / "x.conll", head + "\n".join(rows) + "\n\n" + head + "\n".join(rows))
    done, documents = converted(path, "conll")
    assert not lost(done)
    assert sorted(documents) == ["x-1", "x-2"]
    for one in documents.values():
        assert one.text == "Ann Lee has helped UN"
        assert [(a.type, a.mentions[0].text) for a in one.actors] == [
            ("PER", "Ann Lee"), ("ORG", "UN"),
        ]  # fmt: skip
        assert [e.trigger.text for e in one.events] == ["helped"]


BRAT = """T1\tPER 0 3\tAnn
T2\tPER 8 10\tBo
T3\tASSAULT 4 7\thit
T4\tREQUEST 12 17\tasked
T5\tTime 20 23\tnow
T6\tPER 0 3;8 10\tAnn Bo
E1\tASSAULT:T3 actor:T1 recipient:T2 recipient2:T6
E2\tREQUEST:T4 actor:E1
E3\tASSAULT:T3
R1\tFriend Arg1:T1 Arg2:T2
R2\tCause Arg1:E1 Arg2:E2
N1\tReference T1 Wikipedia:42\tAnn of X
A1\tLevel T1 NAM
A2\tSure E2
M1\tStrength E1 High
#1\tAnnotatorNotes T1\tAnn X
#2\tAnnotatorNotes R1\tsince school
#3\tTool T2\tby machine
*\tCoref T1 T6
*\tEquiv E1 E3
"""


def test_all_that_brat_knows_comes_back(tmp_path) -> None:
    folder = tmp_path / "in"
    written(folder / "one.ann", BRAT)
    written(folder / "one.txt", "Ann hit Bo. asked \n now")
    done, documents = converted(folder, "brat")
    assert not lost(done)
    document = documents["one"]
    assert [surfaces(e) for e in document.events] == [
        ("ASSAULT", "hit", (("actor", "Ann"), ("recipient", "Bo"), ("recipient", "Ann Bo"))),
        ("ASSAULT", "hit", ()),
        ("REQUEST", "asked", (("actor", "hit"),)),
    ]
    assert len({event.hopper for event in document.events}) == 2
    kept = document.meta["brat"]
    assert {name: len(rows) for name, rows in kept.items()} == {
        "nested": 1, "spans": 1, "relations": 2, "normalizations": 1, "attributes": 2, "notes": 2,
    }  # fmt: skip
    from bench.converting import convert

    convert(str(tmp_path / "converted.jsonl"), tmp_path / "out", writes="brat")
    again = convert(str(tmp_path / "out"), tmp_path / "again.jsonl")
    assert not again.losses
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "converted.jsonl").read_bytes()
    out = (tmp_path / "out" / "one.ann").read_text()
    for line in ("Friend Arg1:", "Wikipedia:42\tAnn of X", "since school", "Tool T", "actor:E1"):
        assert line in out


def test_one_ann_file_is_a_corpus_too(tmp_path) -> None:
    path = written(tmp_path / "one.ann", "T1\tPER 0 3\tAnn\n")
    written(tmp_path / "one.txt", "Ann")
    assert [d.id for d in open_corpus(str(path)).documents] == ["one"]


def test_the_page_of_formats_is_what_the_code_says(root) -> None:
    spec = importlib.util.spec_from_file_location("generate", root / "docs" / "generate.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    assert (root / "docs" / "formats.md").read_text() == page.formats()


def test_tables_bring_labels_to_others_and_what_they_lack_is_lost(bench, tmp_path) -> None:
    written(tmp_path / "e.txt", "20260101\tUSA\tRUS\t0873\n20260101\tUSA\tRUS\t010\n")
    code, out, _ = bench("convert", "e.txt", "o.jsonl", "--map", "cameo", "--format", "json")
    assert code == 0
    (loss,) = [row for row in json.loads(out)["losses"] if row["item"] == "events"]
    assert loss["why"] == "the table cameo has nothing for 010"
    document = json.loads((tmp_path / "o.jsonl").read_text())
    assert [event["type"] for event in document["events"]] == ["RETREAT"]
    written(tmp_path / "mine.toml", '[roles]\nactor = "Agent"\n')
    code, _, _ = bench("convert", "e.txt", "o.jsonl", "--map", "mine.toml")
    assert code == 0
    assert '"role":"Agent"' in (tmp_path / "o.jsonl").read_text()
    written(tmp_path / "bad.toml", "[colours]\n")
    code, _, err = bench("convert", "e.txt", "o.jsonl", "--map", "bad.toml")
    assert code == 2
    assert "bad.toml: [colours]; expected actors, events, roles" in err
    assert bench("convert", "e.txt", "o.jsonl", "--map", "kameo")[0] == 2


@pytest.mark.parametrize("name", mapping.names())
def test_the_tables_that_ship_lead_to_plover(name) -> None:
    sections = mapping.find(name).sections
    known = {"actors": PLOVER.actor_types, "events": PLOVER.event_types, "roles": PLOVER.roles}
    for section, table in sections.items():
        assert set(table.values()) <= set(known[section])


def inception(folder: Path) -> Path:
    """An export as INCEpTION makes it: custom layers, a relation, a slot, over an emoji."""
    cassis = pytest.importorskip("cassis")
    system = cassis.TypeSystem()
    tag = "uima.tcas.Annotation"
    name = system.create_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity", tag)
    system.create_feature(name, "value", "uima.cas.String")
    token = system.create_type(
        "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token", supertypeName=tag
    )
    relation = system.create_type("webanno.custom.Knows", supertypeName=tag)
    system.create_feature(relation, "Governor", name)
    system.create_feature(relation, "Dependent", name)
    link = system.create_type("webanno.custom.EventArguments", "uima.cas.TOP")
    system.create_feature(link, "role", "uima.cas.String")
    system.create_feature(link, "target", name)
    event = system.create_type("webanno.custom.Event", supertypeName=tag)
    system.create_feature(event, "category", "uima.cas.String")
    system.create_feature(event, "arguments", "uima.cas.FSArray")
    cas = cassis.Cas(system)
    cas.sofa_string, cas.sofa_mime = "😀 Ann hit Bo", "text/plain"
    ann, bo = name(begin=2, end=5, value="PER"), name(begin=10, end=12, value="PER")
    array = system.get_type("uima.cas.FSArray")
    filled = array(elements=[link(role="recipient", target=bo)])
    cas.add_all([
        token(begin=2, end=5), ann, bo, relation(begin=2, end=5, Governor=ann, Dependent=bo),
        event(begin=6, end=9, category="Hit", arguments=filled),
    ])  # fmt: skip
    folder.mkdir()
    cas.to_xmi(folder / "doc.xmi")
    system.to_xml(folder / "TypeSystem.xml")
    return folder


def test_inception_exports_are_read_from_a_folder_or_an_archive(bench, tmp_path) -> None:
    folder = inception(tmp_path / "export")
    done, documents = converted(folder, "xmi")
    assert [a.mentions[0].text for a in documents["doc"].actors] == ["Ann", "Bo"]
    assert [surfaces(e) for e in documents["doc"].events] == [
        ("Hit", "hit", (("recipient", "Bo"),)),
    ]
    assert lost(done) == {"relations": 1}
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for file in folder.iterdir():
            made.write(file, file.name)
    assert list(converted(archive, "xmi")[1]) == ["doc"]
    with zipfile.ZipFile(archive, "a") as made:
        made.writestr("../../evil.xmi", "x")
    code, _, err = bench("convert", archive, "out.jsonl")
    assert code == 2
    assert "'../../evil.xmi' leads out of the archive; refused" in err
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><x/>'
    written(folder / "doc.xmi", bomb)
    code, _, err = bench("convert", folder, "out.jsonl")
    assert code == 2
    assert "declares the entity 'a'; refused" in err


TSV = r"""#FORMAT=WebAnno TSV 3.3
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Lemma|value
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value
#T_SP=webanno.custom.Event|ROLE_webanno.custom.Event:fillers_webanno.custom.Link|uima.tcas.Annotation|label
#T_CH=webanno.custom.CorefLink|referenceType|referenceRelation
#T_RL=webanno.custom.Knows|label|BT_de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity


#Text=😀 Ann Lee\tcalled
#Text=the [bank].
1-1	0-2	😀	_	_	_	_	_	_	_	_	_	_
1-2	3-6	Ann	ann	*[1]	PER[1]	_	_	_	pr[1]	anaphor->1-1	_	_
1-3	7-10	Lee	_	*[1]|Q9[2]	PER[1]|FAM\_LY[2]	_	_	_	_	_	_	_
1-4	11-17	called	_	_	_	actor;target	1-2[1];1-6[3]	CONSULT	_	_	_	_
1-5	18-21	the	_	*[3]	*[3]	_	_	_	_	_	_	_
1-6	22-28	[bank]	_	*[3]	*[3]	_	_	_	_	_	meets	1-2[1_3]
1-6.1	23-27	bank	_	*	ORG	_	_	_	_	_	_	_
1-6.2	23-23		_	*	ORG	_	_	_	_	_	_	_
1-7	28-29	.	_	_	_	_	_	_	_	_	_	_

#Sentence.id=s2
#Text=She left.
2-1	31-34	She	_	_	_	_	_	_	pr[1]	*->1-2	_	_
2-2	35-39	left	_	_	_	_	_	_	_	_	_	_
2-3	39-40	.	_	_	_	_	_	_	_	_	_	_
"""


def test_webanno_rows_are_spans_relations_slots_and_chains(tmp_path) -> None:
    done, documents = converted(written(tmp_path / "doc.tsv", TSV), "webanno")
    one = documents["doc"]
    assert one.text == "😀 Ann Lee\tcalled\nthe [bank].\n\nShe left."
    assert sorted((a.type, *(m.text for m in a.mentions)) for a in one.actors) == [
        ("FAM_LY", "Lee"), ("NamedEntity", "the [bank]"), ("ORG", "bank"), ("PER", "Ann Lee"),
        ("pr", "Ann", "She"),
    ]  # fmt: skip
    assert [surfaces(e) for e in one.events] == [
        ("CONSULT", "called", (("actor", "Ann Lee"), ("target", "the [bank]"))),
    ]
    assert one.meta["sentences"] == [[0, 7], [7, 10]]
    assert lost(done) == {"features": 2, "spans": 1, "relations": 1}
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(tmp_path / "doc.tsv", "annotation/doc.tsv")
    assert recognised(archive).name == recognised(tmp_path).name == "webanno"
    assert converted(archive, "webanno")[1]["doc"] == one


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("TSV 3.3", "TSV 2", "doc.tsv:1: '#FORMAT=WebAnno TSV 2'; expected #FORMAT=WebAnno TSV 3"),
        ("2-2\t35-39", "2-2\t33-39", "doc.tsv:24: the token 2-2 overlaps with the one before"),
        ("2-1\t31-34", "2-1\t20-23", "doc.tsv:23: a sentence begins at 20, before the end of the"),
        ("left\t_", "left", "doc.tsv:24: 9 columns of annotations; the header declares 10"),
        ("\tleft\t", "\tright\t", "doc.tsv:24: 'right' is not in the text at [35, 39)"),
        ("35-39", "x", "doc.tsv:24: '2-2\\tx\\tleft"),
        ("#Text=😀", "#😀", "doc.tsv:10: a token before any #Text="),
        ("anaphor->1-1", "anaphor", "doc.tsv:12: ['pr[1]', 'anaphor'] in a chain; expected a type"),
    ],
)
def test_webanno_rows_that_do_not_fit_are_one_line(bench, tmp_path, old, new, message) -> None:
    content = TSV.replace(old, new, 1)
    if new == "#😀":
        content = content.replace("#Text=the [bank].\n", "")
    written(tmp_path / "in" / "doc.tsv", content)
    options = ["--from", "webanno"]
    code, _, err = bench("convert", tmp_path / "in", "out.jsonl", *options)
    assert (code, err.count("\n")) == (2, 1)
    assert message in err
    written(tmp_path / "in" / "other.tsv", TSV)
    code, out, err = bench("convert", tmp_path / "in", "out.jsonl", *options, "--lenient")
    assert code == 0
    assert "left out" in err
    assert "cannot be read" in out


def test_what_webanno_has_no_row_for_is_lost(tmp_path) -> None:
    ann = Actor(type="PER", mentions=(Mention(start=0, end=4), Mention(start=1, end=4)))
    text = " Ann; Bo.\n\n  He -> *_|[1]\\ \r\n\tleft \n"
    held = Document(id="a", text=text, actors=(ann,), events=(), quotes=(), meta={"day": 1})
    written(tmp_path / "in.jsonl", write([held]))
    done = convert(str(tmp_path / "in.jsonl"), tmp_path / "out", writes="webanno")
    assert {item: done.writing.losses(item) for item, _ in done.writing.lost} == {
        "mentions": 1, "texts": 1, "meta": 1, "layers": 2,
    }  # fmt: skip
    (back,) = converted(tmp_path / "out", "webanno")[1].values()
    assert back.text == "\n" + text[1:]
    assert [m.text for a in back.actors for m in a.mentions] == ["Ann"]


# --- in use ---------------------------------------------------------------------------------------


def test_any_format_can_be_gold_and_prediction(bench, tmp_path) -> None:
    trigger = {"start": 1, "end": 2, "text": "hit"}
    event = {"event_type": "Attack", "trigger": trigger, "arguments": []}
    line = {"doc_id": "a", "wnd_id": "a", "text": "Ann hit Bo", "tokens": ["Ann", "hit", "Bo"],
            "event_mentions": [event]}  # fmt: skip
    written(tmp_path / "gold.json", line)
    line["event_mentions"].append(line["event_mentions"][0])
    written(tmp_path / "pred.json", line)
    code, out, err = bench("score", "gold.json", "pred.json", "-m", "events.trigger.type",
                           "--format", "csv")  # fmt: skip
    assert code == 0, err
    assert "events.trigger.type" in out
    assert ",50," in out or "0.5" in out
    assert "ontology" not in err


@pytest.mark.filterwarnings("default")
def test_what_gold_could_not_carry_is_said_where_it_is_scored(bench, tmp_path) -> None:
    written(tmp_path / "g.tbf", "#BeginOfDocument a\ns\ta\tE1\t0,3\tAnn\tX\tActual\n"
            "@After\tR1\tE1,E1\n#EndOfDocument\n")  # fmt: skip
    written(tmp_path / "a.txt", "Ann")
    code, _, err = bench("score", "g.tbf", "g.tbf")
    assert code == 0
    assert "1 relations lost: @After: no place in the data model (first at g.tbf:3)" in err


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_json_lines_are_packed_as_their_name_says(bench, suffix) -> None:
    if suffix.endswith("zst"):
        pytest.importorskip("zstandard")
    code, out, _ = bench("convert", "seed", f"x{suffix}", "--format", "json")
    assert code == 0
    assert all(row["in"] == row["out"] for row in json.loads(out)["counts"])
    assert bench("score", "seed", f"x{suffix}", "--quiet")[0] == 0
    raw = Path(f"x{suffix}").read_bytes()
    assert raw[:1] == {".jsonl": b"{", ".gz": b"\x1f", ".zst": b"\x28"}[Path(f"x{suffix}").suffix]
    if suffix != ".jsonl":
        Path(f"y{suffix}").write_bytes(raw[:-9])
        code, _, err = bench("score", "seed", f"y{suffix}")
        assert code == 2
        assert "broken" in err
        Path(f"y{suffix}").write_bytes(raw + raw)
        code, _, err = bench("convert", f"y{suffix}", "z.jsonl")
        assert "comes twice" in err
    if suffix.endswith("gz"):
        assert gzip.decompress(raw)[:1] == b"{"


def test_a_format_without_its_extra_says_how_to_get_it(bench, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    code, _, err = bench("convert", "seed", "x.jsonl.zst")
    assert code == 2
    assert err == "bench: x.jsonl.zst: needs zstandard: pip install 'eventbench[zst]'\n"
    assert not (tmp_path / "x.jsonl.zst").exists()


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("x.jsonl", '{"id": "a", "text": "x"}\n', ["--from", "label-studio"],
         "x.jsonl:1: Object missing required field `data` - at `$`"),
        ("x.json", '[{"data": {"text": "a"}, "annotations": [{"result": 3}]}]', [],
         "x.json: Expected `array`, got `int` - at `$[0].annotations[0].result`"),
        ("x.json", "[" * 5000, ["--from", "label-studio"], "x.json: "),
        ("x.conll", "Ann\tB-PER\nLee\n", [], "x.conll:2: 1 columns; expected 2"),
        ("x.conll", "Ann\tB-PER\nLee\tPER\n", [], "x.conll:2: the tag 'PER'; expected O, or B-"),
        ("x.conll", "Ann\tB-PER\n\xe9\tO\n", [], "x.conll:2: not UTF-8"),
        ("x.tbf", "a\tb\n", [], "x.tbf:1: stands in no document; expected #BeginOfDocument before"),
        ("x.tbf", "#BeginOfDocument ../etc\n#EndOfDocument\n", [], "its id can be no file's name"),
        ("x.parquet", "PAR1, but no more", [], "x.parquet: no Parquet file"),
        ("x.spacy", "nothing", [], "x.spacy: no DocBin"),
        ("x.ann", "T1\tPER 0 3\tAnn\n", [], "x.txt: cannot be read: No such file"),
        ("x.xyz", "?", [], "x.xyz: unknown format; see bench list formats"),
        ("x.jsonl", '{"id": "a", "text": "x"}\n', ["--from", "doccanno"], "did you mean doccano?"),
        ("x.jsonl", '{"id": "a", "text": "x"}\n', ["--to", "rams"], "rams is only read"),
        ("x.jsonl", '{"id": "a", "text": "x"}\n' * 2, [], "document 'a' comes twice"),
        ("x.jsonl", "", [], "holds no document"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_writes_nothing(
    bench, tmp_path, name, content, options, message
) -> None:
    if name == "x.parquet":
        pytest.importorskip("pyarrow")
    written(tmp_path / name, content.encode("latin-1"))
    code, out, err = bench("convert", name, "out.jsonl", *options)
    assert code in (2, 5)
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_parquet_without_the_columns_is_named(bench, tmp_path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"name": ["a"]}), tmp_path / "x.parquet")
    code, _, err = bench("convert", "x.parquet", "out.jsonl")
    assert code == 2
    assert "x.parquet: columns name; expected id and text, actors, events, quotes" in err


def test_an_output_that_is_there_is_not_mixed_with(bench, tmp_path) -> None:
    written(tmp_path / "out" / "mine.txt", "x")
    code, _, err = bench("convert", "seed", "out", "--to", "brat")
    assert code == 2
    assert "out: is there already; expected a new or empty folder" in err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_foreign_fields_of_our_own_lines_do_not_make_them_foreign(tmp_path) -> None:
    path = written(tmp_path / "x.jsonl", {"id": "a", "text": "x", "lang": "en", "events": []})
    assert recognised(path).name == "jsonl"
    assert open_corpus(str(path)).documents[0].meta == {"lang": "en"}
    with pytest.raises(UsageError, match="no format 'nothing'"):
        find("nothing")
