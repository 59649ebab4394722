"""EventBench: did a program that reads news find what happened, who did it and who said what?

The public face. Names are loaded when they are first used, so that importing `bench` costs
nothing; see `bench.errors` for what is raised.

>>> import bench
>>> gold = bench.open_corpus("seed")
>>> bench.score(gold, gold.documents).matrix["events.trigger"].micro().f1
1.0
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .conformance import Check, check
    from .corpora import Corpus, open_corpus, open_predictions
    from .counts import Counts, Tally, merge
    from .errors import (
        BenchError,
        InputError,
        NotComparable,
        NothingMeasured,
        NotInstalled,
        SystemFailed,
        UsageError,
    )
    from .grounding import Grounded, Grounding, ground
    from .measures import STANDARD, Measure
    from .model import (
        PLOVER,
        Actor,
        Argument,
        Document,
        Event,
        Mention,
        Ontology,
        Quote,
        Span,
    )
    from .registry import System, load_system
    from .running.hosts import Hosted
    from .running.runner import Conditions, run
    from .runs import Run
    from .scoring import Scores, score, score_files

_HOMES = {
    "conformance": ("Check", "check"),
    "corpora": ("Corpus", "open_corpus", "open_predictions"),
    "counts": ("Counts", "Tally", "merge"),
    "errors": (
        "BenchError",
        "InputError",
        "NotComparable",
        "NotInstalled",
        "NothingMeasured",
        "SystemFailed",
        "UsageError",
    ),
    "grounding": ("Grounded", "Grounding", "ground"),
    "running.hosts": ("Hosted",),
    "measures": ("Measure", "STANDARD"),
    "model": (
        "Actor",
        "Argument",
        "Document",
        "Event",
        "Mention",
        "Ontology",
        "PLOVER",
        "Quote",
        "Span",
    ),
    "registry": ("System", "load_system"),
    "running.runner": ("Conditions", "run"),
    "runs": ("Run",),
    "scoring": ("Scores", "score", "score_files"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "PLOVER",
    "STANDARD",
    "Actor",
    "Argument",
    "BenchError",
    "Check",
    "Conditions",
    "Corpus",
    "Counts",
    "Document",
    "Event",
    "Grounded",
    "Grounding",
    "Hosted",
    "InputError",
    "Measure",
    "Mention",
    "NotComparable",
    "NotInstalled",
    "NothingMeasured",
    "Ontology",
    "Quote",
    "Run",
    "Scores",
    "Span",
    "System",
    "SystemFailed",
    "Tally",
    "UsageError",
    "__version__",
    "check",
    "ground",
    "load_system",
    "merge",
    "open_corpus",
    "open_predictions",
    "run",
    "score",
    "score_files",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from .version import VERSION

        return VERSION
    if name in _HOME:
        return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
