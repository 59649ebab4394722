"""Stretches of text in quotation marks, of any of the usual kinds."""

from collections.abc import Iterator

Stretch = tuple[int, int]

_CLOSING = {"“": "”", "„": "“”", "«": "»", "‘": "’", '"': '"', "'": "'"}
_AMBIGUOUS = "'’"
"""Marks that are also apostrophes."""


def quotations(text: str) -> list[Stretch]:
    """The outermost quotations of a text, with their marks, none beyond its paragraph.

    A quotation that its paragraph does not close reaches to the end of that paragraph, as is the
    custom for quotations of several paragraphs.

    >>> text = "‘We won’t,’ she said, “ever.”"
    >>> [text[start:end] for start, end in quotations(text)]
    ['‘We won’t,’', '“ever.”']
    """
    found: list[Stretch] = []
    at = 0
    for paragraph in text.splitlines(keepends=True):
        found.extend((at + start, at + end) for start, end in _in_paragraph(paragraph))
        at += len(paragraph)
    return found


def _in_paragraph(text: str) -> Iterator[Stretch]:
    at = 0
    while at < len(text):
        if not _opens(text, at):
            at += 1
            continue
        closing = _CLOSING[text[at]]
        end = next((i for i in range(at + 1, len(text)) if _closes(text, i, closing)), None)
        if end is None and text[at] in "'‘":
            at += 1  # an apostrophe after all
            continue
        stop = len(text.rstrip()) if end is None else end + 1
        if text[at + 1 : stop - 1].strip():
            yield at, stop
        at = max(stop, at + 1)


def _opens(text: str, at: int) -> bool:
    mark = text[at]
    if mark not in _CLOSING or at + 1 >= len(text) or text[at + 1].isspace():
        return False
    before = text[at - 1] if at else " "
    if mark in "'‘" and text[at + 1].isdigit() and text[at + 2 : at + 4] in ("0s", "0’", "0'"):
        return False  # the ’90s
    return mark not in "'\"‘" or not (before.isalnum() or before in ".,!?")


def _closes(text: str, at: int, closing: str) -> bool:
    if text[at] not in closing or (text[at] in _AMBIGUOUS and text[at - 1].isspace()):
        return False
    after = text[at + 1] if at + 1 < len(text) else " "
    return text[at] not in _AMBIGUOUS or not after.isalnum()
