"""Runs the originals of public scorers beside their profiles and prints the first difference.

``--originals DIR`` holds checkouts, each under the name that its adapter in ``originals/`` gives;
those that are missing are named and left out. Cases are small documents with nested, overlapping,
repeated, doubly typed, discontinuous and missing items. Exits with 1 when a figure differs.
"""

import argparse
import importlib
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from bench import Actor, Argument, Document, Event, Mention, Quote, Span
from bench.errors import InputError
from bench.profiles import Profile, find, names

WORDS = (
    "alpha beta gamma delta said the eps zeta a eta theta told iota kappa an lam mu nu xi".split()
)
HERE = Path(__file__).resolve().parent
REFUSED = (
    AssertionError,
    InputError,
    KeyError,
    ZeroDivisionError,
    subprocess.CalledProcessError,
)
"""What an original, or its adapter, raises where it cannot score something."""


class Cases:
    """Gold and predictions by a seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.text = " ".join(WORDS)
        self.tokens: list[tuple[int, int]] = []
        at = 0
        for word in WORDS:
            self.tokens.append((at, at + len(word)))
            at += len(word) + 1

    def case(self) -> tuple[list[Document], list[Document]]:
        """One to three documents of each side; now and then a prediction is missing."""
        count = self.rng.choice((1, 1, 2, 3))
        gold = [self.document(f"d{i}", None) for i in range(count)]
        predicted = [self.document(one.id, one) for one in gold]
        if count > 1 and self.rng.random() < 0.1:
            predicted.pop()
        return gold, predicted

    def document(self, key: str, model: Document | None) -> Document:
        """A document; a prediction copies some items of its gold."""
        layers = {}
        for layer, make, most in (
            ("actors", self.actor, 4), ("events", self.event, 4), ("quotes", self.quote, 4)
        ):  # fmt: skip
            known = list(getattr(model, layer) or ()) if model else []
            made = [
                self.rng.choice(known) if known and self.rng.random() < 0.6 else make()
                for _ in range(self.rng.randint(0, most))
            ]
            if made and self.rng.random() < 0.15:
                made.append(made[-1])
            self.rng.shuffle(made)
            layers[layer] = tuple(made)
        return Document(id=key, text=self.text, **layers)

    def span(self, kind: type[Span] = Span, longest: int = 3, **fields: object) -> Span:
        """A span of whole words, now and then of two pieces."""
        first = self.rng.randrange(len(WORDS))
        last = min(first + self.rng.randint(1, longest), len(WORDS)) - 1
        start, end = self.tokens[first][0], self.tokens[last][1]
        if last + 2 < len(WORDS) and self.rng.random() < 0.1:
            piece = self.tokens[last + 2]
            fields = {**fields, "fragments": ((start, end), piece)}
            end = piece[1]
        return kind(start=start, end=end, **fields)

    def actor(self) -> Actor:
        """An actor of one to three mentions."""
        mentions = {self.span(Mention, level="NAM") for _ in range(self.rng.randint(1, 3))}
        ordered = sorted(mentions, key=lambda m: m.pieces)
        return Actor(type=self.rng.choice(("PER", "ORG")), mentions=(*ordered,))

    def event(self) -> Event:
        """An event with up to three arguments, some in a hopper."""
        roles = [self.rng.choice("xyz") for _ in range(self.rng.randint(0, 3))]
        return Event(
            type=self.rng.choice(("Attack", "Life:Die", "ATT-ACK")),
            trigger=self.span(),
            arguments=tuple(self.span(Argument, role=role) for role in roles),
            realis=self.rng.choice(("actual", "generic", "other")),
            hopper=self.rng.choice((None, None, "one", "two")),
        )

    def quote(self) -> Quote:
        """A quote, mostly with source and cue."""
        return Quote(
            content=self.span(longest=8),
            kind=self.rng.choice(("direct", "indirect")),
            source=self.span() if self.rng.random() < 0.8 else None,
            cue=self.span(longest=2) if self.rng.random() < 0.8 else None,
        )


def profile_of(module: str) -> Profile:
    """The profile that an adapter is for: that of the profile module with the same name."""
    home = importlib.import_module(f"bench.profiles.{module}")
    known = [find(name) for name in names()]
    return next(one for one in vars(home).values() if isinstance(one, Profile) and one in known)


def first_difference(
    profile: Profile, original: ModuleType, folder: Path, cases: int, seed: int
) -> dict[str, object]:
    """Compare on so many cases; stops at the first that differs."""
    made = Cases(seed)
    refused = 0
    for number in range(cases):
        gold, predicted = made.case()
        ours = _ours(profile, gold, predicted)
        try:
            theirs = original.score(folder, gold, predicted)
        except REFUSED:
            theirs = None
        refused += ours is None
        if ours != theirs:
            rows = (ours or {}).keys() | (theirs or {}).keys()
            row = min(r for r in rows if (ours or {}).get(r) != (theirs or {}).get(r))
            pair = [(side or {}).get(row) for side in (ours, theirs)]
            return {"agreed": number, "refused": refused, "row": row, "ours, theirs": pair}
    return {"agreed": cases, "refused": refused}


def _ours(
    profile: Profile, gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, tuple[str, str, str]] | None:
    try:
        return {one.name: one.shown for one in profile.score(gold, predicted)}
    except InputError:
        return None


def main() -> int:
    """Compare all originals that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--originals", type=Path, required=True, help="folder of checkouts")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", help="names of adapters")
    parser.add_argument("--quick", action="store_true", help="20 cases each")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE))
    found: dict[str, dict[str, object]] = {}
    for file in sorted((HERE / "originals").glob("*.py")):
        if arguments.only and file.stem not in arguments.only:
            continue
        original = importlib.import_module(f"originals.{file.stem}")
        folder = arguments.originals / original.FOLDER
        if not folder.is_dir():
            found[file.stem] = {"missing": original.FOLDER}
            continue
        cases = 20 if arguments.quick else arguments.cases
        found[file.stem] = first_difference(
            profile_of(file.stem), original, folder, cases, arguments.seed
        )
        if not arguments.json:
            print(f"{file.stem:<20} {found[file.stem]}", flush=True)
    if arguments.json:
        print(json.dumps(found, sort_keys=True))
    return 1 if any("row" in result for result in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
