"""Stretches of text in quotation marks, of any of the usual kinds."""

from collections.abc import Iterator

Stretch = tuple[int, int]

_CLOSING = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", '"': '"', "'": "'", "”": "”",
}  # fmt: skip
_AMBIGUOUS = "'’"
"""Marks that are also apostrophes."""
_TURNED = "\"'‘«»”"
"""Marks that open or close a quotation, by where they stand."""


def quotations(text: str) -> list[Stretch]:
    """The outermost quotations of a text, with their marks, none beyond its paragraph.

    A quotation that its paragraph does not close reaches to the end of that paragraph, as is the
    custom for quotations of several paragraphs; one that is not opened begins its paragraph.

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


def nested(text: str, outer: Stretch) -> list[Stretch]:
    """The quotations inside a quotation, in marks of another kind.

    >>> text = "“He cried, ‘Stop,’ and ran,” she said."
    >>> [text[start:end] for start, end in nested(text, (0, 28))]
    ['‘Stop,’']
    """
    start, end = outer[0] + 1, outer[1] - 1
    inside = ((start + a, start + b) for a, b in quotations(text[start:end]))
    return [(a, b) for a, b in inside if text[a] != text[outer[0]] and is_closed(text, (a, b))]


def is_closed(text: str, quotation: Stretch) -> bool:
    """Whether a quotation ends with a mark."""
    return text[quotation[1] - 1] in "”“»«’'\""


def _in_paragraph(text: str) -> Iterator[Stretch]:
    at = first = len(text) - len(text.lstrip())
    while at < len(text):
        if not _opens(text, at):
            at += 1
            if at == first + 1 or text[at - 1] != "”":
                continue
            if text[first : at - 1].strip() and first < at - 1 and not _marked(text, at - 1):
                yield first, at  # closed, and never opened
                first = at
            continue
        end = _end(text, at)
        if end is None and text[at] in _TURNED and text[at] != '"':
            at += 1  # an apostrophe after all
            continue
        stop = len(text.rstrip()) if end is None else end + 1
        if text[at + 1 : stop - 1].strip():
            yield at, stop
        at = first = max(stop, at + 1)


def _end(text: str, at: int) -> int | None:
    """Where the quotation closes; a straight mark closes a curly one that none else does."""
    for closing in (_CLOSING[text[at]], '"' if text[at] in "“„" else ""):
        for i in range(at + 1, len(text)):
            if closing and _closes(text, i, closing):
                return i
    return None


def _marked(text: str, at: int) -> bool:
    """Whether a quotation has been seen before in the paragraph."""
    return any(mark in text[:at] for mark in "“”„«»")


def _opens(text: str, at: int) -> bool:
    mark = text[at]
    if mark not in _CLOSING or at + 1 >= len(text) or text[at + 1].isspace():
        return False
    before = text[at - 1] if at else " "
    if mark in "'‘" and text[at + 1].isdigit() and text[at + 2 : at + 4] in ("0s", "0’", "0'"):
        return False  # the ’90s
    if mark == "”" and not text[at + 1].isalnum():
        return False
    return mark not in _TURNED or not (before.isalnum() or before in ".,!?;:…")


def _closes(text: str, at: int, closing: str) -> bool:
    if text[at] not in closing or (text[at] in _AMBIGUOUS and text[at - 1].isspace()):
        return False
    after = text[at + 1] if at + 1 < len(text) else " "
    return text[at] not in _AMBIGUOUS or not after.isalnum()
