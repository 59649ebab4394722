"""PETRARCH2 of the checkout that `PETRARCH2` names, beside the Python 2.7 that `PYTHON2` names."""

import importlib
import inspect
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import Document, load_system, open_corpus, run
from bench.validation import span_faults

pytest.importorskip("spacy", reason="needs spaCy: pip install 'eventbench[petrarch2]'")
pytest.importorskip("dateutil", reason="needs dateutil: pip install 'eventbench[petrarch2]'")

TEXT = (
    "Talks\r\n\r\n“Nothing new,” he said.\u00a0Germany invaded France on Monday 🙂. "
    "The mayor was arrested by Russia’s army, and Iran has agreed to lift its sanctions on Iraq.\n"
)


@pytest.fixture(scope="module")
def checkout() -> Path:
    place = os.environ.get("PETRARCH2", "")
    if not place:
        pytest.skip("PETRARCH2 names no checkout of PETRARCH2")
    return Path(place)


@pytest.fixture(scope="module")
def system(checkout):
    return load_system("petrarch2", {"path": str(checkout)})


def events(document) -> list[tuple]:
    return [
        (one.type, one.trigger.text, [(argument.role, argument.text) for argument in one.arguments])
        for one in document.events
    ]


def test_events_have_their_places_in_the_text_as_it_is(system, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (found,) = system.extract([Document(id="d", text=TEXT)])
    assert list(span_faults(found, TEXT)) == []
    assert events(found) == [
        ("COERCE", "invaded", [("actor", "Germany"), ("recipient", "France")]),
        ("COERCE", "arrested", [("recipient", "The mayor"), ("actor", "Russia’s army")]),
        ("RETREAT", "lift", [("actor", "Iran"), ("recipient", "Iraq")]),
    ]
    assert (found.actors, found.quotes) == (None, None)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_who_meets_whom_is_an_actor_on_both_sides(system) -> None:
    text = "The US commander in Iraq, General Petraeus, held talks with the Russian president."
    (found,) = system.extract([Document(id="d", text=text)])
    assert events(found) == [
        ("CONSULT", "held", [("actor", "The US commander"), ("actor", "the Russian president")])
    ]


def test_the_date_says_who_somebody_is(system) -> None:
    """Somebody who was somebody in 1982 only."""
    text = "Germany arrested Uffe Ellemann Jensen."
    dates = ["1982-08-13", "19820813", "2015-08-13", None]
    found = system.extract(
        Document(id=str(date), text=text, meta={"date": date} if date else {}) for date in dates
    )
    assert [len(one.events) for one in found] == [1, 1, 0, 0]
    wrong = Document(id="d", text=text, meta={"date": "yesterday"})
    with pytest.raises(ValueError, match="date 'yesterday': expected one like 2015-08-13"):
        list(system.extract([wrong]))


def test_it_runs_on_the_article(system) -> None:
    outcome = run(system, open_corpus("seed"))
    assert outcome.failures == ()
    assert len(outcome.predictions[0].events) > 0


def test_a_place_that_is_no_checkout_is_said(bench) -> None:
    code, out, err = bench("run", "-s", "petrarch2")
    assert (code, out) == (2, "")
    assert "say where PETRARCH2 is checked out: --option path=FOLDER" in err
    code, out, err = bench("run", "-s", "petrarch2:path=.")
    missing = Path("petrarch2") / "__init__.py"
    said = f"bench: petrarch2: . is no checkout of it: {missing} is missing\n"
    assert (code, out, err) == (2, "", said)


def test_codes_of_cameo_have_the_types_of_the_published_table() -> None:
    from bench.systems.petrarch2.coder import plover

    from bench.model import PLOVER

    table = {
        "01": None, "020": None, "0311": "AGREE", "046": "CONSULT", "057": "SUPPORT",
        "064": "COOPERATE", "075": "AID", "080": "YIELD", "0812": "YIELD", "0813": "RETREAT",
        "0834": "YIELD", "0874": "RETREAT", "094": "ACCUSE", "1056": "REQUEST", "116": "ACCUSE",
        "129": "REJECT", "1385": "THREATEN", "1454": "PROTEST", "154": "MOBILIZE",
        "162": "SANCTION", "163": "COERCE", "1663": "SANCTION", "1711": "COERCE",
        "1712": "ASSAULT", "174": "COERCE", "175": "ASSAULT", "186": "ASSAULT", "190": "ASSAULT",
        "191": "COERCE", "192": "COERCE", "195": "ASSAULT", "2042": "ASSAULT",
    }  # fmt: skip
    assert {code: plover(code) for code in table} == table
    assert {plover(f"{n:03}") for n in range(1000)} == {*PLOVER.event_types, None}


@pytest.fixture(scope="module")
def pipeline():
    from bench.systems.dependency.model import load

    return load("").nlp


WORDS = st.sampled_from(
    "Obama Russia's the who which said that to visit was not and , . “ ) ( - six year-old by "
    "met killed talks if 1,000 because been will did ? very Monday \n \u00a0".split(" ")
)


@given(text=st.one_of(st.lists(WORDS, max_size=25).map(" ".join), st.text(max_size=40)))
def test_a_tree_holds_each_token_once_and_its_brackets_close(pipeline, text) -> None:
    from bench.systems.petrarch2.trees import Word, join_hyphens, parse

    doc = pipeline(text)
    join_hyphens(doc)
    for sentence in doc.sents:
        if sentence.root.is_space:
            continue
        pieces = parse(sentence).split()
        held = sorted(one.token.i for one in pieces if isinstance(one, Word))
        assert held == [token.i for token in sentence if not token.is_space]
        labels = [one for one in pieces if one.startswith("(")]
        assert len(labels) == pieces.count(")")
        assert pieces[0] == "(S"


def test_a_tree_is_that_of_the_treebank(pipeline) -> None:
    from bench.systems.petrarch2.trees import join_hyphens, parse

    doc = pipeline("Russia's army has not attacked the anti-war protesters who met in Paris.")
    join_hyphens(doc)
    (sentence,) = doc.sents
    assert parse(sentence).replace(" )", ")") == (
        "(S (NP (NP (NNP RUSSIA) (POS 'S)) (NN ARMY)) (VP (VBZ HAS) (RB NOT) (VP (VBN ATTACKED) "
        "(NP (NP (DT THE) (JJ ANTI-WAR) (NNS PROTESTERS)) (SBAR (WHNP (WP WHO)) (S (VP (VBD MET) "
        "(PP (IN IN) (NP (NNP PARIS))))))))) (. .))"
    )


def test_trees_of_dependencies_are_coded_much_as_those_of_a_treebank(checkout, pipeline) -> None:
    """In its own records: most events that it codes with either kind of tree it codes with both."""
    from bench.systems.petrarch2.python2 import importing
    from bench.systems.petrarch2.trees import join_hyphens, parse

    with importing(checkout / "petrarch2"):
        coder = importlib.import_module("petrarch2.petrarch2")
        read(coder)
    theirs, ours = set(), set()
    for file in files_of(checkout):
        for n, one in enumerate(ET.parse(file).iter("Sentence")):
            text = " ".join(one.find("Text").text.split())
            day = coder.PETRreader.dstr_to_ordate(one.attrib["date"])
            doc = pipeline(text)
            join_hyphens(doc)
            given = coder.utilities._format_parsed_str(one.find("Parse").text)
            for found, trees in ((theirs, [given]), (ours, map(parse, doc.sents))):
                for tree in trees:
                    try:
                        events, _ = coder.PETRtree.Sentence(tree, text, day).get_events()
                    except IndexError:
                        continue
                    found.update((file, n, *event) for event in events or ())
    assert len(ours & theirs) / len(theirs) > 0.65
    assert len(ours & theirs) / len(ours) > 0.75


def files_of(checkout: Path) -> list[str]:
    texts = checkout / "petrarch2" / "data" / "text"
    return [str(texts / f"{n}.xml") for n in ("PETR.UnitTest.records", "GigaWord.sample.PETR")]


def test_the_coder_passes_its_own_tests(checkout) -> None:
    """All of them: also the two that compare a date given as text with a number."""
    from bench.systems.petrarch2.python2 import importing, load

    package = checkout / "petrarch2"
    failed = {}
    with importing(package):
        module = load(package / "tests" / "test_petrarch.py", "tests_of_petrarch2")
        tests = {name: one for name, one in vars(module).items() if name.startswith("test_")}
        for name, test in tests.items():
            try:
                test()
            except Exception as error:  # noqa: BLE001
                failed[name] = repr(error)
    assert (len(tests), failed) == (17, {})
    assert "petrarch2" not in sys.modules
    assert not list(package.rglob("__pycache__"))


def read(coder):
    config = coder.utilities._get_data("data/config/", "PETR_config.ini")
    coder.PETRreader.parse_Config(config)
    coder.read_dictionaries()
    coder.PETRreader.close_FIN()


def coded(coder, files):
    """What it makes of each record of its files, and of each number that a code becomes."""

    def plain(value):
        return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value

    def record(one):
        text = one.find("Text").text
        tree = coder.utilities._format_parsed_str(one.find("Parse").text)
        day = coder.PETRreader.dstr_to_ordate(one.attrib["date"])
        try:
            events, meta = coder.PETRtree.Sentence(tree, text, day).get_events()
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        return [plain(events), plain(meta and meta["nouns"]), plain(coder.check_discards(text))]

    read(coder)
    records = []
    for file in files:
        records += [record(one) for one in ET.parse(file).iter("Sentence")]
    numbers = []
    for width in (3, 4):
        for n in range(10**width):
            try:
                number = coder.utilities.convert_code(str(n).zfill(width))[0]
            except KeyError:
                continue
            numbers.append([number, coder.utilities.convert_code(number, 0)])
    return {"records": records, "numbers": numbers}


BY_PYTHON_2 = """
from __future__ import unicode_literals
import io, json, sys, types
import xml.etree.ElementTree as ET
for name in ("dateutil", "dateutil.parser"):  # imported, and not used here
    sys.modules[name] = types.ModuleType(str(name))
sys.modules["dateutil"].parser = sys.modules["dateutil.parser"]
sys.path.insert(0, sys.argv[1])
from petrarch2 import petrarch2
{functions}
found = coded(petrarch2, sys.argv[3:])
with io.open(sys.argv[2], "wb") as file:
    file.write(json.dumps(found))
"""


@pytest.fixture
def python_2(tmp_path):
    """Calls Python 2.7 in an empty folder, and returns what it prints."""
    python = os.environ.get("PYTHON2", "")
    if not python:
        pytest.skip("PYTHON2 names no Python 2.7")

    def call(arguments: list) -> str:
        done = subprocess.run(
            [python, *map(str, arguments)],
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
            cwd=tmp_path,
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout

    return call


def test_it_codes_as_under_python_2(checkout, python_2, tmp_path) -> None:
    """Its 284 unit-test records and its sample of newswire, with the trees that stand in them."""
    from bench.systems.petrarch2.python2 import importing

    files = files_of(checkout)
    script, output = tmp_path / "by_python_2.py", tmp_path / "found.json"
    script.write_text(
        BY_PYTHON_2.format(functions="\n\n".join(map(inspect.getsource, (read, coded))))
    )
    python_2([script, checkout, output, *files])
    expected = json.loads(output.read_text())
    with importing(checkout / "petrarch2"):
        found = coded(importlib.import_module("petrarch2.petrarch2"), files)
    assert len(found["records"]) == 284 + 76
    assert sum(isinstance(one, list) and bool(one[0]) for one in expected["records"]) > 90
    assert found["records"] == expected["records"]
    assert found["numbers"] == expected["numbers"]


SCRIPT = """
from __future__ import print_function
import near

def views(table):
    return [table.keys()[0], table.items()[0], table.values()[0], list(table.iteritems())[0]]

def lists():
    return [map(len, ["a"]), filter(None, [0, 1]), filter(str.isalpha, "a1"), zip("a", "b")]

def orders():
    return [None < 0, 1 < "a", "10" < 9, (0,) >= 9, [] < "", 2 < 3, "b" > "a"]

halves = [7 / 2, -7 / 2, 7 / 2.0]
text = isinstance("", basestring)
print("never seen")
"""


def test_what_means_something_else_in_python_3_is_translated(tmp_path, capfd) -> None:
    from bench.systems.petrarch2.python2 import importing

    package = tmp_path / "old"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "near.py").write_text("value = 1\n")
    (package / "code.py").write_text(SCRIPT)
    with importing(package):
        code = importlib.import_module("old.code")
    assert code.near.value == 1
    assert code.views({"a": 1}) == ["a", ("a", 1), 1, ("a", 1)]
    assert code.lists() == [[1], [1], "a", [("a", "b")]]
    assert code.orders() == [True, True, False, True, True, True, True]
    assert (code.halves, code.text) == ([3, -4, 3.5], True)
    assert capfd.readouterr() == ("", "")
    assert "old" not in sys.modules
    assert sorted(one.name for one in package.iterdir()) == ["__init__.py", "code.py", "near.py"]


def test_a_dict_that_is_written_out_has_the_order_of_python_2(python_2, tmp_path) -> None:
    from bench.systems.petrarch2.python2 import importing

    package = tmp_path / "old"
    package.mkdir()
    (package / "__init__.py").write_text("")
    tables = [{f"{n * n:0{n % 4}}": n for n in range(size)} for size in (*range(30), 90, 200, 700)]
    (package / "code.py").write_text(
        f"from __future__ import unicode_literals\ntables = {tables}\n"
        "keys = [table.keys() for table in tables]\n"
    )
    show = "import json; from old import code; print(json.dumps(code.keys))"
    expected = json.loads(python_2(["-c", show]))
    with importing(package):
        code = importlib.import_module("old.code")
    assert code.keys == expected
    assert code.keys != [list(table) for table in tables]
