"""The command ``bench``: exit codes, and errors as one line on stderr."""

import sys

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
    from ..errors import BenchError, NothingMeasured, SystemFailed
    from .app import app

    codes = {SystemFailed: SYSTEM_FAILED, NothingMeasured: NOTHING_MEASURED}
    try:
        app()
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(codes.get(type(error), BAD_INPUT))
