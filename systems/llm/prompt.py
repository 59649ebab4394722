"""What a model is told: instructions, examples, and the text it is asked about."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bench.errors import InputError
from bench.paths import read_text

SHIPPED = Path(__file__).with_name("prompt.toml")


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the JSON that is the right answer to it."""

    text: str
    answer: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    instructions: str
    examples: tuple[Example, ...] = ()


class Prompt(NamedTuple):
    """A prompt file.

    Attributes:
        version: As the file says.
        sha256: Of the file.
        instructions: What is said first.
        examples: Texts with their answers.
    """

    version: str
    sha256: str
    instructions: str
    examples: tuple[Example, ...]

    def messages(self, text: str, schema: dict[str, Any] | None) -> list[dict[str, str]]:
        """The messages that ask about a text.

        Args:
            text: What is to be labelled.
            schema: The JSON Schema of the answer, where the endpoint is not given it otherwise.
        """
        told = self.instructions
        if schema is not None:
            wanted = msgspec.json.encode(schema).decode()
            told += f"\n\nAnswer with nothing but JSON that fits this JSON Schema:\n{wanted}"
        said = [("system", told)]
        for example in self.examples:
            said += [("user", example.text), ("assistant", example.answer)]
        return [{"role": role, "content": one} for role, one in [*said, ("user", text)]]


def load(path: Path = SHIPPED) -> Prompt:
    """Read a prompt file: TOML with ``version``, ``instructions`` and ``examples``.

    Raises:
        InputError: It cannot be read or is none; an answer in it is not JSON.
    """
    text = read_text(path)
    try:
        found = msgspec.convert(tomllib.loads(text), _File)
        for i, example in enumerate(found.examples):
            try:
                msgspec.json.decode(example.answer)
            except msgspec.DecodeError as error:
                raise InputError(
                    f"{path}: not JSON: {error} - at `$.examples[{i}].answer`"
                ) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(f"{path}: no prompt: {error}") from error
    examples = tuple(Example(one.text.strip(), one.answer.strip()) for one in found.examples)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Prompt(found.version, digest, found.instructions.strip(), examples)
