"""What pins a figure, as a line of text: all that it was computed with.

``measures:standard|corpus:seed|sha256:166b…|documents:1|system:spacy|version:1|seed:0|…``. It is
made of every field of `Signature`, so that none can be left out, and `parse` reads it.
"""

import shlex
from urllib.parse import quote, unquote

import msgspec

from .errors import UsageError, nearest

_PLAIN = " .,/+@=>-_"
"""Characters besides letters and digits that stand for themselves."""
_SHORT = 12
"""So many digits of a hash are shown in the short form."""


LETTERS = {
    "measures": "m",
    "fields": "f",
    "unit": "u",
    "corpus": "c",
    "reference": "p",
    "format": "b",
    "sha256": "h",
    "documents": "d",
    "system": "s",
    "loaded": "l",
    "version": "v",
    "options": "o",
    "seed": "r",
    "eventbench": "e",
}
"""What the short form calls each field."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What moves a figure.

    Attributes:
        measures: The name of a profile, or the texts of measures separated by spaces.
        fields: The fields of the documents' ``meta`` that figures are split by, likewise.
        unit: What samples are drawn from.
        corpus: The name of the gold.
        reference: What opens it again, where its name does not.
        format: The format that it is then read as.
        sha256: The hash of all in it that can move a figure.
        documents: How many documents it has.
        system: The system, or the file of predictions.
        loaded: What the system was loaded as, where its name is not.
        version: The system's version; empty for predictions whose making nobody saw.
        options: Its options, as ``key=value`` separated by spaces.
        seed: What seeds the random generators; empty likewise.
        eventbench: The version of EventBench.
    """

    measures: str
    fields: str = ""
    unit: str = ""
    corpus: str
    reference: str = ""
    format: str = ""
    sha256: str
    documents: int
    system: str
    loaded: str = ""
    version: str = ""
    options: str = ""
    seed: int | None = None
    eventbench: str

    def __str__(self) -> str:
        """The long form, which `parse` reads."""
        return "|".join(f"{name}:{value}" for name, value in self._given())

    @property
    def short(self) -> str:
        """For people: names are letters, a hash is cut."""
        return "|".join(
            f"{LETTERS[name]}:{value[:_SHORT] if name == 'sha256' else value}"
            for name, value in self._given()
        )

    def _given(self) -> list[tuple[str, str]]:
        values = msgspec.structs.asdict(self).items()
        return [(name, quote(str(v), safe=_PLAIN)) for name, v in values if v not in ("", None)]

    @property
    def command(self) -> str:
        """The command that computes the same figures again."""
        asked = [] if self.measures == "standard" else self.measures.split(" ")
        options = [part for measure in asked for part in ("-m", measure)]
        options += [part for field in self.fields.split(" ") if field for part in ("--by", field)]
        options += ["--unit", self.unit] if self.unit else []
        gold = self.reference or self.corpus
        options += ["--corpus-format", self.format] if self.format else []
        if not self.version:
            return shlex.join(["bench", "score", gold, self.system, *options])
        given = [part for one in self.options.split(" ") if one for part in ("--option", one)]
        given += ["--corpus", gold, "--seed", str(self.seed or 0), *options]
        return shlex.join(["bench", "run", "--system", self.loaded or self.system, *given])


def parse(text: str) -> Signature:
    """The signature of its long form.

    Raises:
        UsageError: It is none; says which part of it.
    """
    known = Signature.__struct_fields__
    values: dict[str, str] = {}
    for part in text.strip().split("|"):
        name, colon, value = part.partition(":")
        if not colon or name not in known:
            raise UsageError(f"signature: {part!r} is not NAME:VALUE; {nearest(name, known)}")
        values[name] = unquote(value)
    try:
        return msgspec.convert(values, Signature, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"signature {text!r}: {error}") from error
