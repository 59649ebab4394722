"""An OpenAI-compatible endpoint: one request, again where that may help, and what comes back."""

import email.utils
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx2
import msgspec
import stamina

from bench.errors import SystemFailed

from .limits import Bill, Ceiling, Pace, Purse
from .tape import Log, digest

# What is tried again is said when it fails for good.
logging.getLogger("stamina").addHandler(logging.NullHandler())

LARGEST = 1 << 24
"""No answer may have so many bytes."""
_PASSING = {408, 409, 425, 429}
"""What of the codes 4xx may pass."""
_FINAL = {401, 403, 404, 405, 407}
"""What will be said to every other request as well."""


class Reply(NamedTuple):
    """What a model said, why it stopped, and how many tokens that were."""

    content: str
    finish: str
    prompt_tokens: int
    completion_tokens: int
    model: str


class Price(NamedTuple):
    """What a million tokens cost, read and written."""

    read: float
    written: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.read + completion_tokens * self.written) / 1e6


class Settings(NamedTuple):
    """How an endpoint is asked.

    Attributes:
        base_url: What ``/chat/completions`` is appended to.
        key: Sent as a bearer token; empty for none.
        timeout: In seconds, for one answer from its first byte to its last.
        retries: How often a request that failed is sent again.
        patience: The longest time in seconds that it waits when told to.
        per_minute: How many requests a minute are sent; 0 for no limit.
        price: Of a million tokens.
        max_cost: What may be spent; None for no ceiling.
        log: Where exchanges are written.
    """

    base_url: str
    key: str
    timeout: float
    retries: int
    patience: float
    per_minute: float
    price: Price
    max_cost: float | None
    log: Log | None


class _Passing(Exception):
    """A failure that may pass. ``after`` is when, in seconds, if the endpoint said so."""

    def __init__(self, message: str, after: float | None = None, *, down: bool = False) -> None:
        super().__init__(message)
        self.after = after
        self.down = down


class Endpoint:
    """Asks over HTTP. Once it is clear that no request can succeed, none is sent any more."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._url = f"{settings.base_url.rstrip('/')}/chat/completions"
        self._opened: httpx2.Client | None = None
        self._lock = threading.Lock()
        self._pace = Pace(settings.per_minute)
        self._purse = Purse(settings.max_cost)
        self._over = ""
        self._halted = False

    def ask(self, body: dict[str, Any]) -> Reply:
        """The answer to a request for a chat completion.

        Raises:
            SystemFailed: There is none; says why.
        """
        tries = 1 + self._settings.retries
        attempts = stamina.retry_context(
            on=_when, attempts=tries, timeout=None, wait_initial=0.5, wait_max=30, wait_jitter=0.5
        )
        try:
            for attempt in attempts:
                with attempt:
                    return self._once(body)
        except _Passing as error:
            times = f", {tries} times" if tries > 1 else ""
            message = f"{self._url} {error}{times}"
            raise self._end(message) if error.down else SystemFailed(message) from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def resume(self) -> None:
        """Be ready to be asked."""
        self._halted = False

    def halt(self) -> None:
        """Send nothing any more, though some may still wait for their turn."""
        self._halted = True

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def _client(self) -> httpx2.Client:
        with self._lock:
            if self._opened is None:
                key, timeout = self._settings.key, self._settings.timeout
                self._opened = httpx2.Client(
                    headers={"Authorization": f"Bearer {key}"} if key else {},
                    timeout=httpx2.Timeout(timeout, connect=min(timeout, 10.0)),
                )
            return self._opened

    def _end(self, message: str) -> SystemFailed:
        """Why nothing is sent any more."""
        self._over = message
        return SystemFailed(message)

    def _once(self, body: dict[str, Any]) -> Reply:
        price = self._settings.price
        # No tokenizer makes more tokens than there are bytes, but for those around a message.
        longest = len(msgspec.json.encode(body)) + 16 * len(body["messages"])
        self._check()
        self._pace.wait()
        self._check()
        try:
            with self._purse.paying(price.of(longest, most_tokens(body))) as bill:
                status, headers, text = self._exchange(body, bill)
                reply = self._reply(status, headers, text)
                if reply.prompt_tokens or reply.completion_tokens:
                    bill.cost = price.of(reply.prompt_tokens, reply.completion_tokens)
                return reply
        except Ceiling as error:
            raise self._end(str(error)) from error

    def _check(self) -> None:
        """Raise if nothing may be sent any more."""
        if self._over:
            raise SystemFailed(self._over)
        if self._halted:
            raise SystemFailed("interrupted")

    def _exchange(self, body: dict[str, Any], bill: Bill) -> tuple[int, httpx2.Headers, str]:
        """Send a request: the status, the headers and the text of what comes back."""
        started = time.monotonic()
        try:
            status, headers, text = self._send(body, started)
        except httpx2.TimeoutException as error:
            within = f"within {self._settings.timeout:g} s"
            connected = not isinstance(error, httpx2.ConnectTimeout)
            message = f"did not answer {within}" if connected else "cannot be reached: no answer"
            bill.cost *= connected
            self._log(body, 0, started, message)
            raise _Passing(message, down=not connected) from error
        except httpx2.InvalidURL as error:
            raise self._end(f"{self._url}: {error}") from error
        except httpx2.RequestError as error:
            down = isinstance(error, (httpx2.ConnectError, httpx2.UnsupportedProtocol))
            said = self._plain(str(error) or type(error).__name__)
            message = f"cannot be reached: {said}" if down else f"broke off: {said}"
            bill.cost *= not down
            self._log(body, 0, started, message)
            raise _Passing(message, down=down) from error
        if status != 200:
            bill.cost = 0.0
        if status != 200 or not _is_completion(text):
            text = self._plain(text)
        self._log(body, status, started, text)
        return status, headers, text

    def _send(self, body: dict[str, Any], started: float) -> tuple[int, httpx2.Headers, str]:
        received = bytearray()
        with self._client().stream("POST", self._url, json=body) as response:
            for chunk in response.iter_bytes():
                received += chunk
                if len(received) >= LARGEST:
                    raise SystemFailed(f"{self._url} answered more than {LARGEST >> 20} MiB")
                if time.monotonic() - started > self._settings.timeout:
                    raise httpx2.ReadTimeout("too slow", request=response.request)
            text = received.decode("utf-8", "replace")
            return response.status_code, response.headers, text

    def _log(self, body: dict[str, Any], status: int, started: float, answer: str) -> None:
        if self._settings.log is not None:
            self._settings.log.add(body, status, time.monotonic() - started, answer)

    def _plain(self, text: str) -> str:
        """A text without the key, which endpoints are known to repeat."""
        return text.replace(self._settings.key, "***") if self._settings.key else text

    def _reply(self, status: int, headers: httpx2.Headers, text: str) -> Reply:
        message = f"answered {status}: {_said(text)}".rstrip(": ")
        if status in _FINAL or 300 <= status < 400 or (status == 200 and _is_html(text)):
            raise self._end(f"{self._url} {message}")
        if status == 200:
            return parse(text)
        if status < 500 and status not in _PASSING:
            raise SystemFailed(f"{self._url} {message}")
        after = _retry_after(headers)
        if after is not None:
            if after > self._settings.patience:
                asked = f"asks to wait {after:.0f} s, patience is {self._settings.patience:g} s"
                raise self._end(f"{self._url} {message}; {asked}")
            self._pace.pause(after)
        raise _Passing(message, after)


class Replay:
    """Answers from a log; nothing is sent anywhere.

    Args:
        answers: What was answered, by the hash of the request.
        name: What the log is called.
    """

    def __init__(self, answers: dict[str, str], name: str) -> None:
        self._answers = answers
        self._name = name

    def ask(self, body: dict[str, Any]) -> Reply:
        """What was answered to the same request.

        Raises:
            SystemFailed: It was not recorded, or is no answer.
        """
        key = digest(body)
        if key not in self._answers:
            raise SystemFailed(
                f"{self._name}: holds no answer to this request: record it with the same options"
            )
        try:
            return parse(self._answers[key])
        except _Passing as error:
            raise SystemFailed(f"{self._name}: the endpoint {error}") from error

    def resume(self) -> None:
        """Nothing needs to be resumed, halted or closed."""

    halt = close = resume


Model = Endpoint | Replay
"""Whatever answers a request."""


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None
    model: str | None = None


def parse(text: str) -> Reply:
    """A chat completion.

    Raises:
        _Passing: It is none.
        SystemFailed: The model said nothing.
    """
    try:
        found = msgspec.json.decode(text, type=_Completion)
    except msgspec.DecodeError as error:
        raise _Passing(f"answered what is no chat completion: {error}: {_said(text)}") from error
    if not found.choices:
        raise SystemFailed("the model said nothing: no choices")
    choice = found.choices[0]
    usage = found.usage or _Usage()
    finish = choice.finish_reason or ""
    if not choice.message.content:
        why = choice.message.refusal or f"finish_reason is {finish!r}"
        raise SystemFailed(f"the model said nothing: {why}")
    return Reply(
        choice.message.content,
        finish,
        usage.prompt_tokens or 0,
        usage.completion_tokens or 0,
        found.model or "",
    )


def _when(error: Exception) -> bool | float:
    """Whether a request is sent again, or after how many seconds."""
    if not isinstance(error, _Passing):
        return False
    return True if error.after is None else error.after


def most_tokens(body: dict[str, Any]) -> int:
    """How many tokens the answer to a request may have; 0 where nothing sound is said of it."""
    limits = [body.get(name) for name in ("max_tokens", "max_completion_tokens")]
    return max((limit for limit in limits if isinstance(limit, int)), default=0)


def _is_completion(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=_Completion)
    except msgspec.DecodeError:
        return False
    return True


def _is_html(text: str) -> bool:
    return text.lstrip()[:1] == "<"


def _said(text: str) -> str:
    """What an endpoint says is wrong, on one short line."""
    if _is_html(text):
        return "HTML, where JSON was expected; is base_url right?"
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = text
    if isinstance(found, dict):
        found = found.get("error", found)
    if isinstance(found, dict):
        found = found.get("message", found)
    line = " ".join(str(found).split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _retry_after(headers: httpx2.Headers) -> float | None:
    """How many seconds an endpoint asks to wait: it says so, or until which date."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
