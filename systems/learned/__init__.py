"""The system ``sklearn``: events by classifiers that are trained on gold with scikit-learn.

A classifier marks the words that head a trigger; others give it type, realis and polarity; one
looks at each pair of such a word and a word of its sentence, and says whether the second belongs
to the trigger and which roles it fills; a last one says how far the filler reaches. They see words
and dependencies of a spaCy pipeline, and no word list.

It extracts events with triggers of one or more words and with arguments in the sentence of the
trigger. It extracts no actors, no quotes, no hoppers, and of events with the same head one. Types
and roles are those of the gold that it was trained on.

Licence: Apache-2.0, as EventBench; scikit-learn's is BSD-3-Clause, spaCy's and its model's MIT.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.errors import BenchWarning, UsageError
from bench.model import Document
from bench.training import Seen, folded

from ..dependency.model import load
from ..paragraphs import Paragraph, parsed
from .finding import events
from .learning import learn
from .models import Pipeline, Provenance, digest, open_model, packed

_FOLDS = 3
"""Thresholds are those that serve best on so many parts of the documents trained on."""


class Learned:
    """Events by trained classifiers.

    Args:
        model: The folder that ``bench train sklearn`` made; without one it can only be trained.
        seen: Predict documents that it was trained on, too, instead of refusing them.
        pipeline: The spaCy pipeline that parses; by default the official small English one.
    """

    name = "sklearn"
    version = "1"

    def __init__(self, model: str = "", seen: bool = False, pipeline: str = "") -> None:
        self._spacy = load(pipeline)
        self._parsed: dict[str | None, list[Paragraph]] = {}
        self._folder = Path(model) if model else None
        if self._folder is None:
            return
        self._classifiers, self._provenance = open_model(self._folder)
        self._digest = digest(self._folder)
        self._seen = Seen({} if seen else self._provenance.documents)
        other = self._provenance.pipeline
        if (other.version, other.sha256) != (self._spacy.version, self._spacy.digest):
            warnings.warn(
                f"model {model} was trained with spaCy's {other.name} {other.version}, and runs "
                f"with {self._spacy.name} {self._spacy.version}",
                BenchWarning,
                stacklevel=2,
            )

    def describe(self) -> dict[str, str]:
        """What it was trained on and with, and which pipeline parses."""
        found = {
            "spacy": version("spacy"),
            "pipeline": self._spacy.name,
            "pipeline version": self._spacy.version,
            "pipeline sha256 (ner/model)": self._spacy.digest,
        }
        if self._folder is not None:
            found["model sha256"] = self._digest
            found["trained on"] = f"{len(self._provenance.documents)} documents"
            found |= {f"trained with {k}": v for k, v in self._provenance.versions.items()}
        return found

    def train(self, documents: Sequence[Document], *, seed: int) -> dict[str, bytes]:
        """The files of a model that has learned the events of some documents.

        Raises:
            NothingMeasured: They have none.
        """
        gold = [document for document in documents if document.events is not None]
        new = [document for document in gold if document.text not in self._parsed]
        self._parsed |= {one.text: found for one, found in parsed(self._spacy.nlp, new)}
        examples = [(document, self._parsed[document.text]) for document in gold]
        classifiers = learn(examples, folded(gold, _FOLDS, seed))
        packages = ("scikit-learn", "numpy", "scipy", "spacy")
        provenance = Provenance(
            documents=Seen.of(gold).fingerprints,
            pipeline=Pipeline(self._spacy.name, self._spacy.version, self._spacy.digest),
            versions={name: version(name) for name in packages},
        )
        return packed(classifiers, provenance)

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document.

        Raises:
            UsageError: It was not trained.
            SystemFailed: It was trained on a document.
        """
        if self._folder is None:
            raise UsageError(
                "it has no model: train one by bench train sklearn --corpus GOLD, "
                "then give --option model=FOLDER"
            )
        for document, paragraphs in parsed(self._spacy.nlp, documents):
            self._seen.refuse(document)
            found = events(self._classifiers, paragraphs, document.text or "")
            yield Document(id=document.id, events=tuple(found))
