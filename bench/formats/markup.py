"""XML without what makes it dangerous: no entities but the five that are built in, nothing fetched.

A document type may be named, as some corpora do; what it would declare is refused or not read.
"""

from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..errors import InputError
from .packed import opened

_DEEPEST = 2000
"""So many elements may be inside each other."""


class Tree:
    """A parsed file.

    Attributes:
        root: Its root.
        file: Where it stands.
    """

    def __init__(self, file: Path) -> None:
        """Parse a file.

        Raises:
            InputError: It cannot be read, is not well-formed, or declares or needs entities.
        """
        self.file = file
        self._lines: dict[Element, int] = {}
        with opened(file) as stream:
            self.root = self._parse(stream.read())

    def place(self, element: Element) -> str:
        """``file:line`` of an element."""
        return f"{self.file}:{self._lines.get(element, 1)}"

    def _parse(self, content: bytes) -> Element:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        builder = TreeBuilder()
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                refuse(f"more than {_DEEPEST} elements inside each other")
            self._lines[builder.start(name, attributes)] = parser.CurrentLineNumber

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            builder.end(name)

        def refuse(what: str) -> NoReturn:
            raise InputError(f"{self.file}:{parser.CurrentLineNumber}: {what}; refused")

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = builder.data
        parser.EntityDeclHandler = lambda name, *_: refuse(f"declares the entity {name!r}")
        parser.SkippedEntityHandler = lambda name, _: refuse(f"needs the entity {name!r}")
        parser.ExternalEntityRefHandler = lambda *_: refuse("needs an external entity")
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise InputError(f"{self.file}:{error.lineno}: not well-formed XML: {what}") from error
        return builder.close()


def needed(tree: Tree, element: Element, name: str) -> str:
    """An attribute that must be there.

    Raises:
        InputError: It is not.
    """
    value = element.get(name)
    if value is None:
        raise InputError(f"{tree.place(element)}: <{element.tag}> without {name}=")
    return value


def number(tree: Tree, element: Element, name: str) -> int:
    """An attribute that must be a number.

    Raises:
        InputError: It is not.
    """
    value = needed(tree, element, name)
    if not value.strip().isdecimal():
        raise InputError(f"{tree.place(element)}: {name}={value!r}; expected a number")
    return int(value)
