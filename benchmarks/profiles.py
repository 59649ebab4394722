"""How long profiles take beside the public scorers that they reproduce, from the same files.

Both read JSON Lines, gold and predictions, and end with figures. They run in turn, and what counts
is the ratio of the medians of processor time, that of the programs they start included, since
others may keep the machine busy. An original has its documents decoded and put into the form that
it takes; one that is a command (brateval, conlleval, the CoNLL scorer, EvmEval) has its files
written and is timed with its start, as it is used. TextEE, OneIE, GRIT and OmniEvent, whose own
files are JSON, read with ``json`` as they do; for the others msgspec decodes documents. Beside each
ratio stands what it would be if msgspec read for all, and what it is for the scoring of what has
been read.

``--originals DIR`` holds checkouts, each under the name that its adapter in `originals` gives;
those that are missing or do not run are named and left out. Exits with 1 when a profile is not as
many times faster as it must be, with 5 when nothing was measured.
"""

import argparse
import contextlib
import importlib
import io
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import msgspec
import workload

from bench import Document, open_corpus, open_predictions
from bench.profiles import find
from bench.profiles.mentions import items
from bench.profiles.tags import tag_rows

BUDGET = 3.0
"""So many times as fast as its original a profile must be."""
CASES = (
    ("oneie", "all"), ("oneie", "all in tokens"), ("textee", "events"),
    ("textee", "events in tokens"), ("ceaf-ree", "all"), ("kbp", "events"),
    ("kbp", "events in tokens"), ("genarg", "all"), ("brateval", "actors"), ("coval", "actors"),
    ("coval", "actors in tokens"), ("conll-perl", "actors"), ("conlleval", "actors"),
    ("seqscore", "actors"), ("seqeval", "actors"), ("seqeval-strict", "actors"),
    ("nervaluate", "actors"), ("nervaluate-0.2", "actors"), ("gendergap", "quotes"),
    ("omnievent", "events"), ("spacy", "actors"), ("spacy", "actors in other tokens"),
    ("metametric-coreference", "actors"), ("metametric-events", "events"),
)  # fmt: skip
"""Profiles and the files that they are timed on.

Those that import much come last, since the collector of garbage goes through all that is there and
so slows whoever makes many objects.
"""
SLOW = {
    "metametric-coreference": 120, "metametric-events": 60, "conll-perl": 40, "coval": 12,
    "brateval": 12, "genarg": 12, "gendergap": 10, "spacy": 10, "omnievent": 4, "kbp": 8,
    "seqeval": 6, "seqeval-strict": 6, "conlleval": 6,
}  # fmt: skip
"""Of so many documents one is scored, where the original is slow."""
LONG = 0.7
"""An original that takes so many seconds is timed once."""
HERE = Path(__file__).resolve().parent
Files = tuple[Path, Path]
Sides = tuple[Any, Any]
Row = dict[str, Any]


class Contestant(NamedTuple):
    """Who scores.

    Attributes:
        read: Both files to what it works on.
        score: That to figures.
        given: What is scored instead of what was read, made while the clock stands still.
    """

    read: Callable[[Files], Sides]
    score: Callable[[Any, Any], object]
    given: Callable[[Files], Sides] | None = None


# --- the files ----------------------------------------------------------------------------------

LAYERS = {
    "actors": ("actors",),
    "events": ("events",),
    "all": ("actors", "events"),
    "quotes": ("quotes",),
}
TOKENS = {"": (None, None), "tokens": (9, None), "other tokens": (9, 4)}
"""How many letters the tokens have at most that gold and predictions bring; None for no tokens."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write(folder: Path, documents: int) -> dict[str, Files]:
    """Files of so many documents, for all that are timed."""
    rng = random.Random(5)
    sides = [plain(path) for path in workload.write(folder, documents, whole=True)]
    texts = [_words(rng, len(one["text"])) for one in sides[0]]
    made = {}
    for kind in dict.fromkeys(kind for _, kind in CASES):
        layer, _, way = kind.partition(" in ")
        made[kind] = files = folder / f"{kind}-gold.jsonl", folder / f"{kind}-predicted.jsonl"
        for path, side, longest in zip(files, sides, TOKENS[way], strict=True):
            with path.open("w") as lines:
                for one, text in zip(side, texts, strict=True):
                    row = {key: one[key] for key in ("id", *LAYERS[layer])}
                    row |= {"text": text} if "text" in one else {}
                    row |= {"meta": {"tokens": _tokens(text, longest)}} if longest else {}
                    lines.write(json.dumps(row) + "\n")
    return made


def _words(rng: random.Random, length: int) -> str:
    words = ("".join(rng.choices(LETTERS, k=rng.randint(2, 9))) for _ in range(length))
    return " ".join(words)[:length]


def _tokens(text: str, longest: int) -> list[tuple[int, int]]:
    """The words, in pieces of so many letters at most."""
    found, at = [], 0
    for word in text.split(" "):
        end = at + len(word)
        found += [(i, min(i + longest, end)) for i in range(at, end, longest)]
        at = end + 1
    return found


def first(files: Files, count: int, folder: Path) -> Files:
    """The same files with so many documents."""
    made = folder / f"{count}-{files[0].name}", folder / f"{count}-{files[1].name}"
    for path, short in zip(files, made, strict=True):
        with path.open() as lines:
            short.write_text("".join(islice(lines, count)))
    return made


# --- what is timed ------------------------------------------------------------------------------


def ours(profile: str) -> Contestant:
    """A profile, as ``bench score`` has it."""

    def read(files: Files) -> Sides:
        corpus = open_corpus(str(files[0]))
        return corpus.documents, open_predictions(str(files[1]), corpus)

    return Contestant(read, find(profile).score)


def plain(path: Path) -> list[dict[str, Any]]:
    """The lines as Python has them."""
    with path.open("rb") as lines:
        return [json.loads(line) for line in lines]


def documents(path: Path) -> list[Document]:
    """The lines as documents, unchecked."""
    decoder = msgspec.json.Decoder(Document)
    with path.open("rb") as lines:
        return [decoder.decode(line) for line in lines]


def _both(read: Callable[[Path], Any]) -> Callable[[Files], Sides]:
    return lambda files: (read(files[0]), read(files[1]))


FLOOR = Contestant(_both(documents), lambda *_: None)
"""Reads, and does no more."""


def theirs(profile: str, folder: Path) -> Contestant:
    """The original of a profile.

    Raises:
        FileNotFoundError: Its checkout is not in the folder.
    """
    if profile in LIBRARIES:
        return Contestant(_both(documents), LIBRARIES[profile])
    module, original = adapters()[profile]
    place = folder / (original.folder or "")
    if not place.is_dir():
        raise FileNotFoundError(original.folder)
    if profile in READERS:
        return Contestant(_both(plain), READERS[profile](place))

    def score(gold: Any, predicted: Any) -> object:
        with _tokens_once(module):
            return original.score(place, gold, predicted)

    if profile in KNOW_JSON:
        return Contestant(_both(plain), score, _both(documents))
    return Contestant(_both(documents), score)


def adapters() -> dict[str, tuple[ModuleType, Any]]:
    """The module and the entry for each profile in `originals`."""
    modules = [
        importlib.import_module(f"originals.{file.stem}")
        for file in sorted((HERE / "originals").glob("[!_]*.py"))
    ]
    return {name: (module, one) for module in modules for name, one in module.ORIGINALS.items()}


@contextlib.contextmanager
def _tokens_once(module: ModuleType) -> Iterator[None]:
    """Let an adapter make the tokens of a document once; left alone, some do so for each span."""
    known: dict[int, tuple[Document, Any]] = {}

    def tokens(document: Document) -> Any:
        if id(document) not in known:
            known[id(document)] = document, make(document)
        return known[id(document)][1]

    def token_range(pieces: Any, tokens: Any) -> tuple[int, int] | None:
        found = (
            bisect_right(tokens, pieces[0][0], key=itemgetter(1)),
            bisect_left(tokens, pieces[-1][1], key=itemgetter(0)),
        )
        return found if found[0] < found[1] else None

    make = getattr(module, "tokens", None)
    with contextlib.ExitStack() as stack:
        for name, faster in (("tokens", tokens), ("token_range", token_range)):
            if hasattr(module, name):
                stack.enter_context(mock.patch.object(module, name, faster))
        yield


def nervaluate(gold: list[Document], predicted: list[Document]) -> object:
    """The current release on lists of dictionaries."""
    from nervaluate import Evaluator

    sides = (
        [
            [{"label": kind, "start": first, "end": last} for first, last, kind in items(one)]
            for one in side
        ]
        for side in (gold, predicted)
    )
    return Evaluator(*sides, tags=list(workload.ACTORS), loader="dict").evaluate()


def seqeval(gold: list[Document], predicted: list[Document], **mode: Any) -> object:
    """Its report."""
    from seqeval.metrics import classification_report

    rows = tag_rows(gold, predicted, "seqeval")
    return classification_report([row for row, _ in rows], [row for _, row in rows], **mode)


def seqeval_strict(gold: list[Document], predicted: list[Document]) -> object:
    """Its report in strict mode."""
    from seqeval.scheme import IOB2

    return seqeval(gold, predicted, mode="strict", scheme=IOB2)


LIBRARIES = {"nervaluate": nervaluate, "seqeval": seqeval, "seqeval-strict": seqeval_strict}
"""Originals that are called here, since their adapters ask them for each figure twice."""


def textee(checkout: Path) -> Callable[[Any, Any], object]:
    """TextEE's scorer of end-to-end extraction."""
    scorer = _loaded(checkout / "TextEE" / "scorer.py", ipdb=ModuleType("ipdb"))

    def score(gold: Any, predicted: Any) -> object:
        places = [_placing(one) for one in gold]
        windows = (map(_window, side, places) for side in (predicted, gold))
        return scorer.print_scores(scorer.compute_scores(*map(list, windows), "E2E"))

    return score


def oneie(checkout: Path) -> Callable[[Any, Any], object]:
    """OneIE's scorer, as TextEE has it."""
    scorer = _loaded(checkout / "TextEE" / "models" / "OneIE" / "scorer.py")

    def score(gold: Any, predicted: Any) -> object:
        places = [_placing(one) for one in gold]
        return scorer.score_graphs(*(list(map(_graph, side, places)) for side in (gold, predicted)))

    return score


READERS = {"textee": textee, "oneie": oneie}
"""Originals that are given what ``json`` makes of the lines."""
KNOW_JSON = frozenset({"ceaf-ree", "omnievent"})
"""Originals that read with ``json``, too, but whose adapters take documents."""
Placing = Callable[[dict[str, Any]], tuple[int, int]]


def _loaded(path: Path, **stubs: ModuleType) -> Any:
    return importlib.import_module("originals.textee").load(path, **stubs)


def _placing(gold: dict[str, Any]) -> Placing:
    """Where a span is: in the tokens of the gold if it has some, else in characters."""
    if "meta" not in gold:
        return itemgetter("start", "end")
    starts, ends = zip(*gold["meta"]["tokens"], strict=True)
    return lambda span: (bisect_right(ends, span["start"]), bisect_left(starts, span["end"]))


def _window(one: dict[str, Any], place: Placing) -> dict[str, Any]:
    events = [
        {
            "trigger": (*place(event["trigger"]), event["type"]),
            "arguments": [(*place(each), each["role"]) for each in event["arguments"]],
        }
        for event in one["events"]
    ]
    return {"doc_id": one["id"], "wnd_id": one["id"], "events": events}


def _graph(one: dict[str, Any], place: Placing) -> SimpleNamespace:
    mentions = [(*place(m), actor["type"], m["level"]) for actor in one["actors"]
                for m in actor["mentions"]]  # fmt: skip
    fillers = [(i, each) for i, event in enumerate(one["events"]) for each in event["arguments"]]
    return SimpleNamespace(
        mentions=[(start, end, level) for start, end, _, level in mentions],
        entities=[
            *((start, end, kind) for start, end, kind, _ in mentions),
            *((*place(each), "") for _, each in fillers),
        ],
        relations=(),
        triggers=[(*place(event["trigger"]), event["type"]) for event in one["events"]],
        roles=[(i, len(mentions) + n, each["role"]) for n, (i, each) in enumerate(fillers)],
    )


# --- measuring ----------------------------------------------------------------------------------


def race(
    who: Sequence[Contestant], files: Files, warming: Files, rounds: int
) -> list[tuple[float, ...]]:
    """The median times of each contestant: of all, and of scoring alone. They run in turn."""
    for contestant in who:
        _timed(contestant, warming)
    times: list[list[tuple[float, float]]] = [[] for _ in who]
    for turn in range(rounds):
        if turn and times[0][0][0] > LONG:
            break
        for taken, contestant in zip(times, who, strict=True):
            taken.append(_timed(contestant, files))
    return [tuple(map(statistics.median, zip(*taken, strict=True))) for taken in times]


def _timed(contestant: Contestant, files: Files) -> tuple[float, float]:
    given = contestant.given and contestant.given(files)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = _spent()
        sides = contestant.read(files)
        read = _spent()
        contestant.score(*(given or sides))
        done = _spent()
    return done - began, done - read


def _spent() -> float:
    """The processor time of this process and of the programs that it ran."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure(folder: Path, originals: Path, only: Sequence[str], *, quick: bool) -> Iterator[Row]:
    """A row for each case."""
    size, rounds = (120, 5) if quick else (400, 9)
    made = write(folder, size)
    for profile, kind in CASES:
        if only and profile not in only:
            continue
        count = max(1, size // SLOW.get(profile, 1))
        files, warming = (first(made[kind], number, folder) for number in (count, 1))
        row: Row = {"what": f"{profile}, {kind}", "budget": BUDGET, "documents": count}
        try:
            who = theirs(profile, originals), ours(profile), FLOOR
            original, mine, floor = race(who, files, warming, rounds)
        except (OSError, subprocess.CalledProcessError) as error:
            yield {**row, "missing": str(error)}
            continue
        yield {
            **row,
            "ratio": original[0] / mine[0],
            "read alike": (floor[0] + original[1]) / mine[0],
            "not read": original[1] / mine[1],
            "seconds": {"original": original, "profile": mine, "floor": floor[0]},
        }


def main() -> int:
    """Measure, print, and say whether the budgets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--originals", type=Path, help="folder of checkouts")
    parser.add_argument("--only", nargs="*", choices=list(dict(CASES)), help="names of profiles")
    parser.add_argument("--quick", action="store_true", help="fewer documents, fewer rounds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if arguments.originals and not arguments.originals.is_dir():
        parser.error(f"no folder {arguments.originals}")
    sys.path.insert(0, str(HERE))
    rows = []
    if not arguments.json:
        print(f"{'how many times as fast':<33} [budget]  read by msgspec  not read")
    with tempfile.TemporaryDirectory() as name:
        originals = arguments.originals or Path(name)
        for row in measure(Path(name), originals, arguments.only or (), quick=arguments.quick):
            rows.append(row)
            if not arguments.json:
                print(_said(row), flush=True)
    missed = [row["what"] for row in rows if row.get("ratio", BUDGET) < BUDGET]
    if arguments.json:
        print(json.dumps({"rows": rows, "missed": missed}, sort_keys=True))
    measured = any("ratio" in row for row in rows)
    return int(bool(missed)) if measured else 5


def _said(row: Row) -> str:
    if "missing" in row:
        return f"{row['what']:<32} not there: {row['missing']}"
    held = "missed" if row["ratio"] < row["budget"] else ""
    return (
        f"{row['what']:<32} {row['ratio']:7.1f} [{row['budget']:.1f}] {row['read alike']:13.1f} "
        f"{row['not read']:11.1f}  {held}"
    )


if __name__ == "__main__":
    sys.exit(main())
