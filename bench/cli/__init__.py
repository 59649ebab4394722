"""The command ``bench``: exit codes, and errors as one line on stderr."""

import sys
import warnings
from typing import Any

OK = 0
PROBLEM = 1
"""A gate failed, a regression, invalid gold: the tool worked and found a problem."""
BAD_INPUT = 2
NOT_COMPARABLE = 3
SYSTEM_FAILED = 4
NOTHING_MEASURED = 5
INTERRUPTED = 130


def main() -> None:
    """Run the command line; leaves with one of the exit codes above."""
    from ..errors import BenchError, BenchWarning, NotComparable, NothingMeasured, SystemFailed
    from .app import app

    show_others = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, BenchWarning):
            sys.stderr.write(f"bench: warning: {message}\n")
        else:
            show_others(message, category, *where, **more)

    warnings.showwarning = show
    codes = {
        NotComparable: NOT_COMPARABLE,
        SystemFailed: SYSTEM_FAILED,
        NothingMeasured: NOTHING_MEASURED,
    }
    try:
        app()
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(codes.get(type(error), BAD_INPUT))
