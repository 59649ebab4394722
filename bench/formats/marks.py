"""The kind of a quote, where an annotation does not say it, from its quotation marks."""

import re

from ..model import Kind, Span

_MARKS = '"“”„‟«»‹›‘’「」『』'
_OPEN = re.compile(rf"(?:^|(?<=[\s(\[—–-]))['`]|[{_MARKS}]|``|''")


def kind_of(text: str, content: Span) -> Kind:
    """Direct where all of a content stands in quotation marks, mixed where some does.

    >>> text = 'She said "no" and that "it is" late.'
    >>> kind_of(text, Span(start=9, end=13))
    'direct'
    >>> kind_of(text, Span(start=18, end=35))
    'mixed'
    >>> kind_of(text, Span(start=31, end=35))
    'indirect'
    """
    whole, some = True, False
    for start, end in content.pieces:
        piece = text[start:end].strip()
        before, after = text[:start].rstrip()[-2:], text[end:].lstrip()[:2]
        opened = _OPEN.match(piece) or (before and _OPEN.search(before[-1:]))
        closed = _closes(piece[-2:]) or _closes(after[:1])
        whole &= bool(opened and closed)
        some |= bool(opened and closed) or bool(re.search(rf"[{_MARKS[:8]}]|``|''", piece))
    if whole:
        return "direct"
    return "mixed" if some else "indirect"


def _closes(end: str) -> bool:
    return bool(end) and (end[-1] in f"{_MARKS}'" or (end[:1] in _MARKS and end[-1] in ".,!?"))
