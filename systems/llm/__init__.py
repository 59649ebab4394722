"""The system ``llm``: a language model behind any endpoint that speaks OpenAI's chat completions.

It is given the guidelines in short, two invented examples and a text, and returns strings, which
`bench.grounding` finds in the text. How it is pointed at an endpoint: ``docs/llm.md``.
"""

import hashlib
import ipaddress
import os
import warnings
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from bench.errors import BenchError, BenchWarning, SystemFailed, UsageError, nearest
from bench.model import Document

from . import answers, passages, tape
from .endpoint import Endpoint, Model, Price, Replay, Reply, Settings, most_tokens
from .prompt import SHIPPED, Prompt
from .prompt import load as load_prompt
from .schema import answer_schema

OUTPUTS = ("schema", "unbounded", "json", "text")
"""How an endpoint is held to JSON: by the schema, by the schema without lengths, by JSON alone, or
not at all."""
META = "usage"
"""Where a prediction keeps what was asked and answered for it."""


class _Heard(NamedTuple):
    """What was made of the answer to one passage."""

    reply: Reply
    answer: answers.Answer


class LLM:
    """Actors, events and quotes by a language model.

    Args:
        base_url: Where the endpoint is; ``/chat/completions`` is appended.
        model: Which model of it.
        key_env: The environment variable that holds the key; empty for none. An endpoint on this
            machine needs no key.
        unit: What is asked about at once: ``document`` or ``paragraph``.
        output: ``schema``, ``unbounded``, ``json`` or ``text``; see `OUTPUTS`.
        prompt: A prompt file instead of the shipped one.
        temperature: Of sampling.
        seed: Of sampling, where the endpoint has one.
        max_tokens: The longest answer.
        extra: A JSON object that is merged into each request; null takes a parameter out.
        concurrency: So many requests at once.
        per_minute: So many requests a minute; 0 for no limit.
        timeout: Of one answer, in seconds.
        retries: How often a request is sent again that failed for a reason that may pass.
        patience: The longest time in seconds that it waits when told to.
        input_price: Of a million tokens read.
        output_price: Of a million tokens written.
        max_cost: What may be spent by this process, in the same money; 0 for no ceiling.
        log: A file to which each request and its answer are appended.
        replay: Such a file, from which all answers are taken; nothing is sent.

    Raises:
        UsageError: An option makes no sense, or there is no key.
        InputError: A file cannot be read.
    """

    name = "llm"
    version = "1"

    def __init__(
        self,
        *,
        base_url: str = "",
        model: str = "",
        key_env: str = "LLM_API_KEY",
        unit: str = "document",
        output: str = "schema",
        prompt: str = "",
        temperature: float = 0.0,
        seed: int = 0,
        max_tokens: int = 8192,
        extra: str = "{}",
        concurrency: int = 4,
        per_minute: float = 0.0,
        timeout: float = 300.0,
        retries: int = 3,
        patience: float = 120.0,
        input_price: float = 0.0,
        output_price: float = 0.0,
        max_cost: float = 0.0,
        log: str = "",
        replay: str = "",
    ) -> None:
        if not model:
            raise UsageError("llm: which model? give it with --option model=NAME")
        _one_of("unit", unit, passages.UNITS)
        _one_of("output", output, OUTPUTS)
        _above_zero(concurrency=concurrency, timeout=timeout, max_tokens=max_tokens)
        _not_negative(per_minute=per_minute, retries=retries, patience=patience, max_cost=max_cost,
                      input_price=input_price, output_price=output_price)  # fmt: skip
        self._name = model
        self._unit = unit
        self._output = output
        self._concurrency = concurrency
        self._endpoint = base_url.rstrip("/")
        self._price = Price(input_price, output_price)
        self._prompt: Prompt = load_prompt(Path(prompt) if prompt else SHIPPED)
        body = {"model": model, "temperature": temperature, "seed": seed, "max_tokens": max_tokens,
                "response_format": _format(output), **_object("extra", extra)}  # fmt: skip
        self._body = {key: value for key, value in body.items() if value is not None}
        if max_cost and not (input_price or output_price):
            raise UsageError(
                "llm: max_cost needs input_price and output_price, of a million tokens"
            )
        if max_cost and most_tokens(self._body) <= 0:
            raise UsageError("llm: max_cost needs max_tokens: else an answer may cost anything")
        self._model: Model
        if replay:
            self._model = Replay(tape.recorded(Path(replay)), replay)
        else:
            self._model = Endpoint(
                Settings(
                    base_url=_checked(base_url),
                    key=_key(base_url, key_env),
                    timeout=timeout,
                    retries=retries,
                    patience=patience,
                    per_minute=per_minute,
                    price=self._price,
                    max_cost=max_cost or None,
                    log=tape.Log(Path(log)) if log else None,
                )
            )

    def describe(self) -> dict[str, str]:
        """Which model is asked, where, with which prompt and schema."""
        schema = msgspec.json.encode(self._body.get("response_format"))
        return {
            "model": self._name,
            "endpoint": self._endpoint,
            "prompt": self._prompt.version,
            "prompt sha256": self._prompt.sha256,
            "format sha256": hashlib.sha256(schema).hexdigest(),
        }

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document, in their order; those that failed are left to the end.

        Raises:
            SystemFailed: One or more documents failed; says why the first did.
        """
        failed: Exception | None = None
        told: Counter[str] = Counter()
        pool = ThreadPoolExecutor(self._concurrency)
        self._model.resume()
        try:
            for document, found in self._ahead(pool, documents):
                try:
                    prediction = _prediction(document, found, self._unit, self._price)
                except (BenchError, UnicodeError) as error:
                    failed = failed or error
                    for one in found:
                        one.cancel()
                    continue
                told.update({key: prediction.meta[META][key] for key in _TOLD})
                yield prediction
        finally:
            self._model.halt()
            pool.shutdown(cancel_futures=True)
            self._model.close()
        _warn(told)
        if failed is not None:
            raise failed

    def _ahead(
        self, pool: ThreadPoolExecutor, documents: Iterable[Document]
    ) -> Iterator[tuple[Document, list[Future[_Heard]]]]:
        """Documents with what is asked for them, while the next ones are asked for already."""
        waiting: deque[tuple[Document, list[Future[_Heard]]]] = deque()
        for document in documents:
            parts = passages.split(document.text or "", self._unit)
            waiting.append((document, [pool.submit(self._ask, part) for part in parts]))
            if len(waiting) > self._concurrency:
                yield waiting.popleft()
        yield from waiting

    def _ask(self, passage: str) -> _Heard:
        schema = answer_schema() if self._output in ("json", "text") else None
        reply = self._model.ask({**self._body, "messages": self._prompt.messages(passage, schema)})
        try:
            return _Heard(reply, answers.read(reply.content))
        except ValueError as error:
            cut = "; it was cut at max_tokens" if reply.finish == "length" else ""
            raise SystemFailed(f"{error}{cut}") from error


_TOLD = {
    "requests": "",
    "cut": "were cut at max_tokens; what was whole in them counts",
    "mended": "were no JSON as they came and were mended",
    "unfit": "items did not fit the schema and were left out",
}
"""What of a prediction's usage is summed up, and what is said of it."""


def _prediction(
    document: Document, found: list[Future[_Heard]], unit: str, price: Price
) -> Document:
    heard = [one.result() for one in found]
    parts = passages.split(document.text or "", unit)
    if not parts:
        joined = Document(id=document.id, actors=(), events=(), quotes=())
    else:
        joined = passages.join(document.id, parts, [one.answer.document for one in heard])
    read = sum(one.reply.prompt_tokens for one in heard)
    written = sum(one.reply.completion_tokens for one in heard)
    usage: dict[str, float] = {
        "requests": len(heard),
        "prompt_tokens": read,
        "completion_tokens": written,
        "cut": sum(one.reply.finish == "length" for one in heard),
        "mended": sum(one.answer.mended and one.reply.finish != "length" for one in heard),
        "unfit": sum(one.answer.unfit for one in heard),
    }
    if any(price):
        usage["cost"] = price.of(read, written)
    models = sorted({one.reply.model for one in heard} - {""})
    answered = {"model": ", ".join(models)} if models else {}
    return msgspec.structs.replace(joined, meta={**joined.meta, **answered, META: usage})


def _warn(told: Counter[str]) -> None:
    said = [f"{told[key]} {text}" for key, text in _TOLD.items() if text and told[key]]
    if said:
        message = f"llm: of {told['requests']} answers {'; '.join(said)}"
        warnings.warn(message, BenchWarning, stacklevel=3)


def _format(output: str) -> dict[str, Any] | None:
    """The response format that holds a model to what is wanted."""
    if output == "text":
        return None
    if output == "json":
        return {"type": "json_object"}
    schema = answer_schema(bounded=output == "schema")
    wanted = {"name": "annotations", "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": wanted}


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"llm: {name}={value!r}: {nearest(value, known)}")


def _above_zero(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value > 0:
            raise UsageError(f"llm: {name}={value}; expected more than 0")


def _not_negative(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value >= 0:
            raise UsageError(f"llm: {name}={value}; expected 0 or more")


def _object(name: str, text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError(f"llm: {name}={text!r}: {error}; expected a JSON object") from error


def _checked(base_url: str) -> str:
    """A base URL that holds no secret and that a path can be appended to."""
    if not base_url:
        raise UsageError("llm: which endpoint? give it with --option base_url=http://HOST:PORT/v1")
    try:
        parts = urlsplit(base_url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise UsageError(f"llm: base_url={base_url!r}: expected http(s)://HOST[:PORT]/PATH")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            f"llm: base_url of {parts.hostname} has a user, a query or a fragment; expected none: "
            "a key belongs into the environment"
        )
    return base_url


def _key(base_url: str, variable: str) -> str:
    """The key, from the environment alone."""
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    host = urlsplit(base_url).hostname or ""
    if not key and not _is_here(host):
        raise UsageError(
            f"llm: {host} needs a key: set the environment variable {variable}, name another with "
            "key_env=NAME, or give key_env= for none"
        )
    if not key.isascii() or not key.isprintable():
        raise UsageError(f"llm: the environment variable {variable} holds what cannot be a key")
    return key


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
