"""How long scoring takes, from files to figures, against the time that reading alone takes.

The floor is msgspec decoding both files into typed structs, and nothing else. Every contestant
reads the same files; they run in turn, and what counts is the ratio of the medians. Exits with 1
when a budget is missed.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import workload

from bench import STANDARD, Document, open_corpus, open_predictions, score
from bench.measures import parse

TRIGGERS = (parse("events.trigger"), parse("events.trigger.type"))
BUDGETS = {
    "triggers, exact": 2.5,
    "standard, all layers": 8.0,
    "ten times the items": 11.0,
    "twice the nested items": 2.5,
}
"""The most that is allowed: the first two as multiples of the floor of the same files."""

Contestant = Callable[[Path, Path], object]


def floor(gold: Path, predicted: Path) -> list[list[Document]]:
    """Decode both files."""
    decoder = msgspec.json.Decoder(Document)
    sides = []
    for path in (gold, predicted):
        with path.open("rb") as lines:
            sides.append([decoder.decode(line) for line in lines])
    return sides


def triggers(gold: Path, predicted: Path) -> float | None:
    """Trigger identification and classification, micro and per type."""
    corpus = open_corpus(str(gold))
    scores = score(corpus, open_predictions(str(predicted), corpus), TRIGGERS)
    counts = scores.matrix["events.trigger.type"]
    counts.by_label()
    return counts.micro().f1


def standard(gold: Path, predicted: Path) -> object:
    """Every measure of the profile ``standard``, per type and per document."""
    corpus = open_corpus(str(gold))
    scores = score(corpus, open_predictions(str(predicted), corpus), STANDARD)
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


def medians(files: tuple[Path, Path], who: dict[str, Contestant], rounds: int) -> dict[str, float]:
    """The median time of each contestant; they run in turn."""
    times: dict[str, list[float]] = {name: [] for name in who}
    for turn in range(rounds + 1):
        for name, contestant in who.items():
            began = time.perf_counter()
            contestant(*files)
            if turn:  # the first round only warms the caches
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in times.items()}


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
    corpus = open_corpus(str(gold))
    return score(
        corpus, open_predictions(str(predicted), corpus), [parse("actors.mention@overlap")]
    )


def measure(folder: Path, *, quick: bool) -> list[dict[str, object]]:
    """All ratios, a row each, with the budget where there is one."""
    size, rounds = (500, 5) if quick else (1000, 7)
    plain = _files(folder, "plain", size, whole=False)
    whole = _files(folder, "whole", size // 2, whole=True)
    who: dict[str, Contestant] = {"floor": floor, "triggers, exact": triggers, "Python sets": sets}
    if not quick:
        who |= {"metametric": metametric, "nervaluate 1.2": nervaluate}
    times = medians(plain, who, rounds)
    rows = [_row(name, taken / times["floor"]) for name, taken in times.items() if name != "floor"]
    times = medians(whole, {"floor": floor, "standard": standard}, rounds)
    rows.append(_row("standard, all layers", times["standard"] / times["floor"]))
    large = _files(folder, "large", size * 10, whole=False)
    small = medians(plain, {"triggers": triggers}, rounds)["triggers"]
    ten = medians(large, {"triggers": triggers}, 2)["triggers"]
    rows.append(_row("ten times the items", ten / small))
    count = 2500 if quick else 10000
    one, two = (
        medians(nested(folder, n), {"overlap": overlap}, 3)["overlap"] for n in (count, 2 * count)
    )
    rows.append(_row("twice the nested items", two / one))
    return rows


def _files(folder: Path, name: str, documents: int, *, whole: bool) -> tuple[Path, Path]:
    place = folder / name
    place.mkdir()
    return workload.write(place, documents, whole=whole)


def _row(what: str, ratio: float) -> dict[str, object]:
    return {"what": what, "ratio": ratio, "budget": BUDGETS.get(what)}


def main() -> int:
    """Measure, print, and say whether the budgets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller corpora, fewer rounds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name), quick=arguments.quick)
    missed = [r["what"] for r in rows if r["budget"] and float(r["ratio"]) > float(r["budget"])]
    if arguments.json:
        print(json.dumps({"rows": rows, "missed": missed}, sort_keys=True))
    else:
        print("ratios of medians; budgets in brackets")
        for row in rows:
            budget = f"[{row['budget']:.1f}]" if row["budget"] else ""
            held = "missed" if row["what"] in missed else ""
            print(f"{row['what']:<26} {row['ratio']:7.2f}  {budget:<7} {held}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
