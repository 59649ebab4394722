"""Where the work runs: whatever is a `concurrent.futures.Executor` will do."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Inline(Executor):
    """Does what is submitted at once, in the thread that submits it."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Do it; the future is done."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future's to raise
            future.set_exception(error)
        return future


def engine(jobs: int) -> Executor:
    """What does so many things at once on this machine; with 0 in this very thread.

    Its threads only wait for the processes that do the work (`bench.running.hosts`).
    """
    return ThreadPoolExecutor(jobs, "bench") if jobs else Inline()
