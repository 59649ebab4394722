"""The system ``gendergap``: the English quote extractor of GenderGapTracker, from a checkout.

https://github.com/sfu-discourse-lab/GenderGapTracker (MIT; Asr et al. 2021). It finds direct and
indirect quotes with speaker and verb in spaCy's dependency trees, by syntax, by marks and by a list
of verbs; no events and no actors. Its code is run as it stands. It knows straight marks only and
its own cleaning of a text moves offsets, so it is given the text paragraph by paragraph with
other marks and spaces put one for one. A paragraph on which it raises is left out and counted in
the prediction's ``meta``.
"""

import hashlib
import importlib
import logging
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from bench.errors import NotInstalled, UsageError
from bench.model import Document, Kind, Quote, Span

from .dependency.model import load

_OTHER = "“”„«»"
_PLAIN = str.maketrans({**dict.fromkeys(_OTHER, '"'), "\u00a0": " "})
"""What its own cleaning does to characters, as far as it keeps their number."""

_LOG = logging.getLogger("gendergap")
_MARKS = f'"{_OTHER}'
_CLOSING = re.compile(f"[,.!?]?[{_MARKS}]")
_FOLDER = Path("nlp") / "english"
_PARAGRAPH = re.compile(r"[^\r\n]+")


class GenderGap:
    """Quotes by GenderGapTracker.

    Args:
        path: Where the repository is checked out.
        model: The spaCy pipeline to use; by default the official small English one.
    """

    name = "gendergap"
    version = "1"

    def __init__(self, path: str = "", model: str = "") -> None:
        if not path:
            raise UsageError(
                "gendergap: say where GenderGapTracker is checked out: --option path=FOLDER "
                "(git clone https://github.com/sfu-discourse-lab/GenderGapTracker)"
            )
        code = Path(path) / _FOLDER / "quote_extractor.py"
        verbs = Path(path) / _FOLDER / "rules" / "quote_verb_list.txt"
        for file in (code, verbs):
            if not file.is_file():
                raise UsageError(f"gendergap: {path} is no checkout of it: {file} is missing")
        self._digest = hashlib.sha256(code.read_bytes() + verbs.read_bytes()).hexdigest()
        self._model = load(model)
        config = {"spacy_lang": self._model.nlp, "NLP": {"QUOTE_VERBS": str(verbs)}}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves the list of verbs open
            self._extractor = _module(code.parent).QuoteExtractor(config)

    def describe(self) -> dict[str, str]:
        """The hash of its code and verbs, and which model."""
        return {
            "quote_extractor.py and verbs sha256": self._digest,
            **self._model.describe(),
        }

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document."""
        for document in documents:
            quotes: list[Quote] = []
            failed = 0
            text = document.text or ""
            for paragraph in _PARAGRAPH.finditer(text):
                doc = self._model.nlp(paragraph[0].translate(_PLAIN))
                try:
                    found = self._extractor.extract_quotes(doc)
                except Exception:  # noqa: BLE001 - whatever it raises on such a paragraph
                    failed += 1
                    continue
                made = (_quote(one, text, paragraph.start()) for one in found)
                quotes += [quote for quote in made if quote is not None]
            meta = {"failed paragraphs": failed} if failed else {}
            yield Document(id=document.id, quotes=tuple(quotes), meta=meta)


def _module(folder: Path) -> Any:
    """Its module, which writes no log file, and leaves none of its helpers behind."""
    with mock.patch.dict(sys.modules), mock.patch.object(sys, "path", [str(folder), *sys.path]):
        try:
            helpers: Any = importlib.import_module("utils")
            with mock.patch.object(helpers, "create_logger", return_value=_LOG):
                return importlib.import_module("quote_extractor")
        except ModuleNotFoundError as error:
            raise NotInstalled(
                f"gendergap needs {error.name}; run: pip install 'eventbench[gendergap]'"
            ) from error


def _quote(found: dict[str, Any], text: str, offset: int) -> Quote | None:
    content = _span(found["quote_index"], text, offset)
    if content is None:
        return None
    kind = _kind(found["quote_type"], content.text or "")
    return Quote(
        content=_in_marks(content, text) if kind == "direct" else content,
        kind=kind,
        source=_span(found["speaker_index"], text, offset),
        cue=_span(found["verb_index"], text, offset),
    )


def _kind(order: str, words: str) -> Kind:
    """Direct where it went by marks, mixed with some inside."""
    if "Q" in order or order == "Heuristic":
        return "direct"
    return "mixed" if '"' in words.translate(_PLAIN) else "indirect"


def _in_marks(content: Span, text: str) -> Span:
    """A content with the marks that it stands in, as the guidelines have it."""
    words = content.text or ""
    start, end = content.start or 0, content.end or 0
    if words[0] not in _MARKS and text[start - 1 : start] in _MARKS:
        start -= len(text[start - 1 : start])
    closing = _CLOSING.match(text, end)
    if words[-1] not in _MARKS and closing:
        end = closing.end()
    return Span(start=start, end=end, text=text[start:end])


def _span(index: str, text: str, offset: int) -> Span | None:
    """The span of an index like ``(12,34)``, without white space at its ends."""
    if not index:
        return None
    start, end = (offset + int(bound) for bound in index[1:-1].split(","))
    words = text[start:end].strip()
    if not words:
        return None
    start = text.index(words, start)
    return Span(start=start, end=start + len(words), text=words)
