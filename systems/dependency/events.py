"""Events in a parsed text: triggers, then their arguments, then whether they happen."""

from collections.abc import Mapping

from spacy.tokens import Doc

from . import arguments, triggers
from .found import Found
from .realis import factuality
from .triggers import Trigger


def find(doc: Doc, mentions: Mapping[int, Found], speakers: Mapping[int, Found]) -> list[Trigger]:
    """All events of a document, in the order of the text.

    Args:
        doc: The parsed text.
        mentions: The mention that each token heads.
        speakers: For each token in a quotation, who speaks.
    """
    found = triggers.find(doc, mentions)
    for trigger in found.values():
        arguments.fill(trigger, found, mentions, speakers)
    for trigger in found.values():
        trigger.polarity, trigger.realis = factuality(trigger, found, mentions)
    return [found[i] for i in sorted(found)]
