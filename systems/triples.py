"""The system ``textacy``: direct quotations, and subject–verb–object triples as events.

textacy 0.13 extracts from spaCy's trees. A triple whose verb the PLOVER lexicon has is an event of
its type, with the subject as actor and the object as recipient, or the other way round where the
verb is passive; other triples are no events of the ontology. textacy refuses a text with an odd
number of quotation marks, so it is called for each paragraph; the ``meta`` of a prediction says how
many paragraphs with quotation marks there were, and of how many of them it refused the quotations.

It extracts events of verbs with their polarity, and quotes of one piece with cue and a source
that the text names beside them. It extracts no actors, no events of nouns, no place, time or
realis, no indirect quotes.

Licence: Apache-2.0, as EventBench and textacy; spaCy's and its model's is MIT.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version

from spacy.tokens import Doc, Token
from textacy.extract.triples import direct_quotations, subject_verb_object_triples

from bench.model import Argument, Document, Event, Quote

from .dependency.model import load
from .lexicon import event_types
from .paragraphs import Paragraph, parsed, runs, span

QUOTING = "paragraphs with quotation marks"
REFUSED = "paragraphs whose quotations textacy refused"
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}


class Triples:
    """Quotes and events as textacy extracts them.

    Args:
        model: The spaCy pipeline that parses; by default the official small English one.
    """

    name = "textacy"
    version = "1"

    def __init__(self, model: str = "") -> None:
        self._model = load(model)

    def describe(self) -> dict[str, str]:
        """Which textacy, spaCy and pipeline, the last with the hash of its weights."""
        return {
            "textacy": version("textacy"),
            "spacy": version("spacy"),
            **self._model.describe(),
        }

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document."""
        for document, paragraphs in parsed(self._model.nlp, documents):
            text = document.text or ""
            quoting = [one for one in paragraphs if any(token.is_quote for token in one.doc)]
            quotes = [_quotes(one, text) for one in quoting]
            yield Document(
                id=document.id,
                events=tuple(event for one in paragraphs for event in _events(one, text)),
                quotes=tuple(quote for found in quotes for quote in found or ()),
                meta={QUOTING: len(quoting), REFUSED: sum(found is None for found in quotes)},
            )


def _quotes(paragraph: Paragraph, text: str) -> list[Quote] | None:
    """The quotes of a paragraph; None where textacy refuses it."""
    try:
        found = list(direct_quotations(paragraph.doc))
    except ValueError:
        return None
    return [
        Quote(
            content=span(list(one.content), paragraph.start, text),
            kind="direct",
            source=span(one.speaker, paragraph.start, text),
            cue=span(one.cue, paragraph.start, text),
        )
        for one in found
    ]


def _events(paragraph: Paragraph, text: str) -> Iterator[Event]:
    for triple in subject_verb_object_triples(paragraph.doc):
        verb = _main(triple.verb)
        kind = event_types("verbs").get(verb.lemma_.lower())
        if kind is None:
            continue
        sides = [_parties(side, paragraph.doc) for side in (triple.subject, triple.object)]
        if any(token.dep_ == "auxpass" for token in triple.verb):
            sides.reverse()
        yield Event(
            type=kind,
            trigger=span([verb], paragraph.start, text),
            arguments=tuple(
                _argument(role, tokens, paragraph, text)
                for role, parties in zip(("actor", "recipient"), sides, strict=True)
                for tokens in parties
            ),
            polarity="negative" if any(t.dep_ == "neg" for t in triple.verb) else "positive",
        )


def _main(tokens: Sequence[Token]) -> Token:
    """The word that the others depend on."""
    inside = {token.i for token in tokens}
    return next(t for t in tokens if t.head.i not in inside or t.head.i == t.i)


def _parties(tokens: Sequence[Token], doc: Doc) -> list[list[Token]]:
    """Words that stand side by side, if a noun heads them: of a clause there is none."""
    if any(token.pos_ in ("VERB", "AUX") for token in tokens):
        return []
    found = [list(doc[start:end]) for start, end in runs(tokens)]
    return [run for run in found if run[-1].pos_ in _NOMINAL]


def _argument(role: str, tokens: Sequence[Token], paragraph: Paragraph, text: str) -> Argument:
    filler = span(tokens, paragraph.start, text)
    return Argument(role=role, start=filler.start, end=filler.end, text=filler.text)
