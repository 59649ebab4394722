"""What textacy's quotations and triples become."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Document, System, load_system
from bench.validation import span_faults


@pytest.fixture(scope="module")
def system() -> System:
    pytest.importorskip("textacy")
    return load_system("textacy")


def read(system: System, text: str) -> Document:
    (prediction,) = system.extract([Document(id="d", text=text)])
    assert list(span_faults(prediction, text)) == []
    return prediction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chile attacked Peru.",
         ("ASSAULT", "attacked", "positive", {("actor", "Chile"), ("recipient", "Peru")})),
        ("Chile did not attack Peru.",
         ("ASSAULT", "attack", "negative", {("actor", "Chile"), ("recipient", "Peru")})),
        ("Two envoys were expelled by Peru.",
         ("SANCTION", "expelled", "positive", {("actor", "Peru"), ("recipient", "envoys")})),
        ("Ada Osei and Luis Vega accused Chile.",
         ("ACCUSE", "accused", "positive",
          {("actor", "Ada Osei"), ("actor", "Luis Vega"), ("recipient", "Chile")})),
    ],
)  # fmt: skip
def test_a_triple_of_a_verb_of_the_lexicon_is_an_event(system, text, expected) -> None:
    (event,) = read(system, f"A headline\n{text}").events
    arguments = {(a.role, a.text) for a in event.arguments}
    assert (event.type, event.trigger.text, event.polarity, arguments) == expected


def test_other_triples_are_none_and_clauses_are_nobody(system) -> None:
    assert read(system, "Ada Osei bought a house.").events == ()
    (event,) = read(system, "Ada Osei refused to leave Peru.").events
    assert [(a.role, a.text) for a in event.arguments] == [("actor", "Ada Osei")]


def test_a_direct_quotation_has_its_source_and_its_cue(system) -> None:
    found = read(system, "😀\n“We won the vote,” Ada Osei said on Monday.")
    (quote,) = found.quotes
    assert quote.content.text == "“We won the vote,”"
    assert (quote.kind, quote.source.text, quote.cue.text) == ("direct", "Ada Osei", "said")


def test_a_paragraph_with_an_odd_number_of_marks_costs_its_quotes_and_is_counted(system) -> None:
    odd, even = "“We lost everything today, Osei said.", "“We won the vote,” Ada Osei said."
    found = read(system, f"{odd}\nIt rained.\n{even}\n")
    assert [quote.content.text for quote in found.quotes] == ["“We won the vote,”"]
    assert found.meta == {
        "paragraphs with quotation marks": 2,
        "paragraphs whose quotations textacy refused": 1,
    }


_words = st.sampled_from([
    "“", "”", "‘", "’", '"', "'", "\n", "\r\n", "\u2028", "😀", "e\u0301", "\t", ",", ".", "said",
    "Osei", "Ada", "Chile", "and", "not", "was", "attacked", "by", "accused", "of", "leaving", "we",
])  # fmt: skip


@settings(max_examples=40)
@given(words=st.lists(_words, max_size=40), gap=st.sampled_from(["", " "]))
def test_any_text_is_read_and_every_span_fits_it(system, words, gap) -> None:
    read(system, gap.join(words))


@pytest.mark.usefixtures("system")
def test_it_runs_on_the_seed(bench) -> None:
    code, out, err = bench("run", "-s", "textacy", "-m", "quotes.kind", "--format", "csv")
    assert code == 0, err
    assert out.splitlines()[1].startswith("textacy,quotes.kind,")
