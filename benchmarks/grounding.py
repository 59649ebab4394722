"""How long strings take to ground, and how that grows with the text and the number of strings.

An article (400 words, 100 strings) is compared with merely splitting its text and its strings into
words by one regular expression; a long text with one ten times as long that has ten times as many
strings. All cases are measured in turn, so that a busy machine slows all of them; what counts is
the ratio of the medians. Exits with 1 when a budget is missed.
"""

import argparse
import gc
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable

from bench import PLOVER, Actor, Argument, Document, Event, Mention, Quote, Span
from bench.grounding import HOWS, ground

SIZES = {"article": (400, 100), "long text": (17_000, 1_000), "ten times": (170_000, 10_000)}
"""Words of the text and strings of the prediction."""
BUDGETS = {"article / split into words": 60.0, "ten times / long text": 15.0}
"""The most that the first may take, as a multiple of the second.

Work that grows as the text does would take ten times as long; sorting and a memory that no longer
fits the caches of the processor account for the rest.
"""

_FREQUENT = 40  # Words as frequent as articles and prepositions; no name or trigger is one.


def make(words: int, strings: int, seed: int = 0) -> tuple[str, Document]:
    """A text with the frequencies of natural language, and a prediction of it by strings.

    Of the quotes, one in four lacks a word, one in eight has a word that the text does not have.
    """
    rng = random.Random(seed)
    ranks = range(1, 50 * int(words**0.6) + 1)
    drawn = rng.choices(ranks, [1 / rank for rank in ranks], k=words)
    tokens = [_word(rank) for rank in drawn]
    for i in range(0, words, 18):
        tokens[i] = tokens[i].capitalize()
        tokens[min(i + 17, words - 1)] += "."
    content = [i for i, rank in enumerate(drawn) if rank > _FREQUENT]

    def string(length: int = 1) -> str:
        start = min(rng.choice(content), words - length)
        return " ".join(tokens[start : start + length]).rstrip(".")

    def quote(number: int) -> str:
        said = string(20).split(" ")
        if number % 4 == 0:
            del said[7]
        if number % 8 == 1:
            said[9] = "unheard-of"
        return " ".join(said)

    count = range(strings // 9)
    return " ".join(tokens), Document(
        id="one",
        actors=tuple(
            Actor(
                type="PER",
                mentions=tuple(Mention(text=text) for text in (string(2), string(), _word(1))),
            )
            for _ in count
        ),
        events=tuple(
            Event(
                type=rng.choice(PLOVER.event_types),
                trigger=Span(text=string()),
                arguments=(
                    Argument(role="actor", text=string(2)),
                    Argument(role="recipient", text=string()),
                ),
            )
            for _ in count
        ),
        quotes=tuple(
            Quote(
                content=Span(text=quote(number)),
                kind="direct",
                source=Span(text=string(2)),
                cue=Span(text=string()),
            )
            for number in count
        ),
    )


def _word(rank: int) -> str:
    """A word of its own for each rank, short ones for low ranks."""
    letters = ""
    while rank:
        rank, letter = divmod(rank, 26)
        letters += chr(97 + letter)
    return f"{letters}e"


def measure(rounds: int) -> tuple[dict[str, float], dict[str, dict[str, int]]]:
    """The median time of each case in seconds, and how its strings were grounded."""
    made = {name: make(*size) for name, size in SIZES.items()}
    strings = [span.text or "" for _, span in made["article"][1].spans()]
    split = re.compile(r"\w+|[^\w\s]")
    cases: dict[str, tuple[int, Callable[[], object]]] = {
        "split into words": (50, lambda: [split.findall(s) for s in (made["article"][0], *strings)])
    }
    for name, (text, document) in made.items():
        times = 20 if name == "article" else 1
        cases[name] = (times, lambda text=text, document=document: ground(document, text))
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(rounds + 1):
        for name, (times, case) in cases.items():
            gc.collect()
            began = time.perf_counter()
            for _ in range(times):
                case()
            if turn:  # the first round only warms the caches
                taken[name].append((time.perf_counter() - began) / times)
    found: dict[str, dict[str, int]] = {}
    for name, (text, document) in made.items():
        counts = ground(document, text).counts.values()
        found[name] = {how: sum(layer[how] for layer in counts) for how in HOWS}
    return {name: statistics.median(times) for name, times in taken.items()}, found


def main() -> int:
    """Measure, print, and say whether the budgets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rounds = 3 if arguments.quick else 9
    medians, found = measure(rounds)
    ratios = {}
    for what in BUDGETS:
        one, other = what.split(" / ")
        ratios[what] = medians[one] / medians[other]
    missed = [what for what, budget in BUDGETS.items() if ratios[what] > budget]
    if arguments.json:
        rows = [{"what": w, "ratio": ratios[w], "budget": b} for w, b in BUDGETS.items()]
        result = {"found": found, "medians": medians, "missed": missed, "rounds": rounds}
        print(json.dumps({**result, "rows": rows}, sort_keys=True))
    else:
        print(f"median of {rounds} rounds")
        for name, seconds in medians.items():
            how = ", ".join(f"{n} {how}" for how, n in found.get(name, {}).items())
            print(f"{name:<18} {seconds * 1000:9.2f} ms   {how}")
        for what, budget in BUDGETS.items():
            held = "missed" if what in missed else "held"
            print(f"{what:<28} {ratios[what]:5.1f}   budget {budget:.1f}   {held}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
