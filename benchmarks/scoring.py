"""How long scoring takes, from files to figures, against the time that reading alone takes.

The floor is msgspec decoding both files into typed structs, and nothing else. Scoring pauses the
garbage collector; the floor without it is shown beside. Every contestant reads the same files.
"""

import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import budgets
import msgspec
import workload

from bench import STANDARD, Document, score_files
from bench.measures import parse

TRIGGERS = (parse("events.trigger"), parse("events.trigger.type"))
Files = tuple[Path, Path]

_PEAK = """
import sys
from bench.cli import main
try:
    main()
finally:
    lines = open("/proc/self/status").read().splitlines()
    print(next(line for line in lines if line.startswith("VmHWM")), file=sys.stderr)
"""


def floor(gold: Path, predicted: Path) -> list[list[Document]]:
    """Decode both files."""
    decoder = msgspec.json.Decoder(Document)
    sides = []
    for path in (gold, predicted):
        with path.open("rb") as lines:
            sides.append([decoder.decode(line) for line in lines])
    return sides


def uncollected(gold: Path, predicted: Path) -> None:
    """The floor without the garbage collector."""
    gc.disable()
    floor(gold, predicted)
    gc.enable()


def triggers(gold: Path, predicted: Path) -> float | None:
    """Trigger identification and classification, micro and per type."""
    scores, _ = score_files(str(gold), str(predicted), TRIGGERS)
    counts = scores.matrix["events.trigger.type"]
    counts.by_label()
    return counts.micro().f1


def standard(gold: Path, predicted: Path) -> object:
    """Every measure of the profile ``standard``, per type and per document."""
    scores, _ = score_files(str(gold), str(predicted), STANDARD)
    return [(c.micro(), c.by_label(), c.by_unit()) for c in scores.matrix.values()]


def sets(gold: Path, predicted: Path) -> float:
    """The same figure by sets of Python tuples."""
    one, two = (
        {(d.id, e.trigger.start, e.trigger.end, e.type) for d in side for e in d.events or ()}
        for side in floor(gold, predicted)
    )
    return 2 * len(one & two) / (len(one) + len(two))


def nervaluate(gold: Path, predicted: Path) -> object:
    """The strict figure of nervaluate."""
    from nervaluate import Evaluator

    one, two = (
        [
            [
                {"label": e.type, "start": e.trigger.start, "end": e.trigger.end - 1}
                for e in d.events
            ]
            for d in side
        ]
        for side in floor(gold, predicted)
    )
    return Evaluator(one, two, tags=list(workload.TYPES), loader="dict").evaluate()


def metametric(gold: Path, predicted: Path) -> object:
    """The same figure by metametric's set matching."""
    import metametric.dsl as mm

    match = mm.SetMatchingMetric(mm.DiscreteMetric(tuple), "<->")
    hits = found = known = 0.0
    for one, two in zip(*floor(gold, predicted), strict=True):
        a, b = (
            {(e.trigger.start, e.trigger.end, e.type) for e in d.events or ()} for d in (one, two)
        )
        hits += match.score(b, a)
        found += match.score_self(b)
        known += match.score_self(a)
    return 2 * hits / (found + known)


def peak(gold: Path, predicted: Path) -> float:
    """The most memory that ``bench score`` takes, in kB (Linux)."""
    scores = [sys.executable, "-c", _PEAK, "score", gold, predicted, "--format", "csv", "--quiet"]
    ended = subprocess.run(scores, check=True, capture_output=True, text=True)
    return float(ended.stderr.split()[-2])


def nested(folder: Path, items: int) -> tuple[Path, Path]:
    """One document with so many nested, overlapping mentions."""
    spans = [(i, i + 1 + (i * 7) % 9) for i in range(items)]
    files = folder / f"nested{items}-gold.jsonl", folder / f"nested{items}-predicted.jsonl"
    for path, shift in zip(files, (0, 1), strict=True):
        actors = [
            {"type": "PER", "mentions": [{"start": start + shift, "end": end + shift}]}
            for start, end in spans
        ]
        path.write_text(
            json.dumps({"id": "d", "text": "x" * (items + 20), "actors": actors}) + "\n"
        )
    return files


def overlap(gold: Path, predicted: Path) -> object:
    """Mentions aligned one to one by overlap."""
    return score_files(str(gold), str(predicted), [parse("actors.mention@overlap")])


def measure(quick: bool) -> list[budgets.Row]:
    """All ratios, with the budget where there is one."""
    size, rounds = (500, 5) if quick else (1000, 7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = _files(folder, "plain", size, whole=False)
        large = _files(folder, "large", size * 10, whole=False)
        whole = _files(folder, "whole", size // 2, whole=True)
        ours = {"floor": floor, "uncollected": uncollected, "triggers": triggers}
        who = {**ours, "Python sets": sets}
        if not quick:
            who |= {"metametric": metametric, "nervaluate 1.2": nervaluate}
        small = _medians(plain, who, rounds)
        big = _medians(large, ours, 2 if quick else 3)
        all_layers = _medians(whole, {"floor": floor, "standard": standard}, rounds)
        count = 2500 if quick else 10000
        one, two = (
            _medians(nested(folder, n), {"overlap": overlap}, 3)["overlap"]
            for n in (count, 2 * count)
        )
        memory = peak(*large) / peak(*plain)
        layers = peak(*_files(folder, "ten", size * 5, whole=True)) / peak(*whole)
    peers = [name for name in who if name not in ours]
    return [
        budgets.Row("triggers, exact / floor", small["triggers"] / small["floor"], most=2.5),
        budgets.Row("… ten times the items / floor", big["triggers"] / big["floor"], most=2.5),
        *(
            budgets.Row(f"{what} floor without collector", of["triggers"] / of["uncollected"])
            for what, of in (("triggers /", small), ("… ten times the items /", big))
        ),
        *(budgets.Row(f"{name} / floor", small[name] / small["floor"]) for name in peers),
        budgets.Row(
            "standard, all layers / floor", all_layers["standard"] / all_layers["floor"], most=8
        ),
        budgets.Row("ten times the items", big["triggers"] / small["triggers"], most=11),
        budgets.Row("… of the floor itself", big["floor"] / small["floor"]),
        budgets.Row("twice the nested items", two / one, most=2.5),
        budgets.Row("memory for ten times the documents", memory, most=1.3),
        budgets.Row("… with all layers and measures", layers, most=1.3),
    ]


def _medians(
    files: Files, who: dict[str, Callable[[Path, Path], object]], rounds: int
) -> dict[str, float]:
    return budgets.medians({name: partial(one, *files) for name, one in who.items()}, rounds)


def _files(folder: Path, name: str, documents: int, *, whole: bool) -> Files:
    place = folder / name
    place.mkdir()
    return workload.write(place, documents, whole=whole)


if __name__ == "__main__":
    sys.exit(budgets.main(__doc__, measure))
