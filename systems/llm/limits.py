"""What holds requests back: how many a minute, and how much they may cost."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Ceiling(Exception):
    """What the next request may cost does not fit under the ceiling any more."""


class Pace:
    """When the next request may be sent.

    Args:
        per_minute: So many requests, evenly spaced; 0 for as many as there are.
    """

    def __init__(self, per_minute: float) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until it is this request's turn."""
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._gap
        time.sleep(max(0.0, turn - time.monotonic()))

    def pause(self, seconds: float) -> None:
        """Let no request begin for some seconds."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class Bill:
    """What one request may cost, and then what it did cost."""

    def __init__(self, most: float) -> None:
        self.cost = most


class Purse:
    """What all requests together cost.

    A request is let through only if what it may cost at most still fits under the ceiling.

    Args:
        ceiling: What may be spent; None for no ceiling.
    """

    def __init__(self, ceiling: float | None) -> None:
        self._ceiling = ceiling
        self._spent = 0.0
        self._held = 0.0
        self._unpaid = 0
        self._changed = threading.Condition()

    @contextmanager
    def paying(self, most: float) -> Iterator[Bill]:
        """Hold back what a request may cost at most; its bill says what it did.

        Raises:
            Ceiling: It does not fit any more.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._fits(most) or not self._unpaid)
            if not self._fits(most):
                raise Ceiling(
                    f"the next request may cost {most:.6f}, and {self._spent:.6f} of "
                    f"max_cost={self._ceiling} are spent: nothing more is asked"
                )
            self._held += most
            self._unpaid += 1
        bill = Bill(most)
        try:
            yield bill
        finally:
            with self._changed:
                self._unpaid -= 1
                self._held = self._held - most if self._unpaid else 0.0
                self._spent += bill.cost
                self._changed.notify_all()

    def _fits(self, most: float) -> bool:
        return self._ceiling is None or self._spent + self._held + most <= self._ceiling
