"""Runs the originals of public scorers beside their profiles and prints the first difference.

``--originals DIR`` holds checkouts, each under the name that its adapter in ``originals/`` gives;
those that are missing are named and left out, as are those that are not installed. Compared are

- generated cases: small documents with nested, overlapping, repeated, doubly typed, discontinuous
  and missing items; for scorers that align clusters also crowded ones, in which many alignments
  are equally good;
- the examples of the quirks that a profile declares;
- what comes with an original, for its tests or its demonstration;
- real gold, that which comes with the originals and that in ``--corpora DIR``: with predictions
  made of it by a seeded generator, and with what systems returned where this is at hand.

Exits with 1 when a figure differs, with 5 when nothing was compared.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cases import Cases, Crowded
from originals import Documents, Original, Rows, Scorer, Shipped
from perturbing import Perturbed
from real import Collection, corpora, items

from bench.errors import InputError
from bench.profiles import Profile, find

HERE = Path(__file__).resolve().parent
RATES = (0.1, 0.4, 0.02, 0.8, 0.0)
"""How likely errors are in predictions made of a corpus, in turn."""
REFUSED = (
    AssertionError,
    InputError,
    KeyError,
    ValueError,
    ZeroDivisionError,
    subprocess.CalledProcessError,
)
"""What an original, or its adapter, raises where it cannot score something."""
OFFICIAL = 0.01
"""How far from a figure that is said to be expected one may be, in percent."""


@dataclass
class Verdict:
    """What came of comparing an original with its profile on some data.

    Attributes:
        documents: How many gold documents there are; 0 where they are generated.
        gold: How many gold items these have.
        compared: How many predictions were scored by both.
        predicted: How many items these have.
        figures: How many figures were compared.
        refused: How many predictions neither scored.
        difference: The first difference.
    """

    documents: int = 0
    gold: int = 0
    compared: int = 0
    predicted: int = 0
    figures: int = 0
    refused: int = 0
    difference: dict[str, object] = field(default_factory=dict)

    def add(self, name: str, ours: Rows | None, theirs: Rows | None, predicted: Documents) -> bool:
        """Compare; whether they agree."""
        self.difference = difference(ours, theirs)
        if self.difference:
            self.difference["in"] = name
            return False
        self.compared += 1
        self.refused += ours is None
        self.predicted += sum(map(items, predicted))
        if theirs is not None:
            self.figures += 3 * len(theirs.shown)
        return True


def difference(ours: Rows | None, theirs: Rows | None) -> dict[str, object]:
    """The first row in which they differ, if there is one."""
    if ours is None and theirs is None:
        return {}
    if ours is None or theirs is None:
        return {"refused by": "the profile" if ours is None else "the original"}
    for left, right in ((ours.shown, theirs.shown), (ours.values, theirs.values)):
        if right is not None and left is not None and left != right:
            row = min(r for r in left.keys() | right.keys() if left.get(r) != right.get(r))
            return {"row": row, "ours, theirs": [left.get(row), right.get(row)]}
    return {}


def unofficial(ours: Rows, official: Rows) -> dict[str, object]:
    """The first row that is not as it is said to be."""
    for name, shown in official.shown.items():
        if ours.shown.get(name) != shown:
            return {"row": name, "ours, official": [ours.shown.get(name), shown]}
    for name, values in (official.values or {}).items():
        known = (ours.values or {})[name]
        if any(abs((a or 0.0) - (b or 0.0)) > OFFICIAL for a, b in zip(known, values, strict=True)):
            return {"row": name, "ours, official": [known, values]}
    return {}


class Comparison:
    """A profile and its original."""

    def __init__(self, profile: Profile, original: Original, folder: Path) -> None:
        self.profile = profile
        self.original = original
        self.folder = folder
        self.scores: tuple[Scorer, Callable[[Path, Documents, Documents], Rows]]
        self.scores = profile.score, original.score

    def variants(self) -> Iterator[tuple[str, "Comparison"]]:
        """The same with other options on both sides, each with what they are called."""
        for name, scores in self.original.variants.items():
            made = Comparison(self.profile, replace(self.original, raw=None), self.folder)
            made.scores = scores
            yield name, made

    def generated(self, made: Cases, cases: int) -> Verdict:
        """On so many generated cases; stops at the first that differs."""
        verdict = Verdict()
        for number in range(cases):
            gold, predicted = made.case()
            if not self._agree(verdict, f"case {number}", gold, predicted):
                break
        return verdict

    def quirks(self) -> Verdict:
        """On the examples of the quirks that the profile declares."""
        verdict = Verdict()
        for quirk in self.profile.quirks:
            if not self._agree(verdict, quirk.what, quirk.gold, quirk.predicted):
                break
        return verdict

    def corpus(self, collection: Collection, predictions: int, seed: int) -> Verdict:
        """On so many predictions made of a corpus, with gold as documents and as its files."""
        verdict = Verdict(len(collection.documents), collection.items)
        for number in range(predictions):
            rate = RATES[number % len(RATES)]
            made = Perturbed(collection.documents, seed + number, rate).documents
            predicted = self._prepared(collection.documents, made)
            name = f"prediction {number}, rate {rate}"
            if not self._agree(verdict, name, collection.documents, predicted):
                break
            if self.original.raw is not None and self.profile.name in collection.files:
                ours = self._ours(collection.documents, predicted)
                theirs = self._raw(collection, predicted)
                if not verdict.add(f"{name}, gold as it is", ours, theirs, predicted):
                    break
        return verdict

    def shipped(self, found: Iterator[Shipped]) -> Verdict:
        """On what systems returned, which comes with a corpus or with the original."""
        verdict = Verdict()
        for one in found:
            ours = self._ours(one.gold, one.predicted, one.score)
            verdict.documents += len(one.gold)
            verdict.gold += sum(map(items, one.gold))
            if not verdict.add(one.name, ours, one.rows, one.predicted):
                break
            if one.official is not None and ours is not None:
                verdict.difference = unofficial(ours, one.official)
                if verdict.difference:
                    verdict.difference["in"] = one.name
                    break
                verdict.figures += 3 * (len(one.official.shown) + len(one.official.values or ()))
        return verdict

    def _agree(self, verdict: Verdict, name: str, gold: Documents, predicted: Documents) -> bool:
        ours, theirs = self._ours(gold, predicted), self._theirs(gold, predicted)
        return verdict.add(name, ours, theirs, predicted)

    def _prepared(self, gold: Documents, predicted: Documents) -> Documents:
        prepare = self.original.prepared
        return predicted if prepare is None else prepare(gold, predicted)

    def _ours(
        self, gold: Documents, predicted: Documents, score: Scorer | None = None
    ) -> Rows | None:
        try:
            return Rows.of((score or self.scores[0])(gold, predicted))
        except InputError:
            return None

    def _theirs(self, gold: Documents, predicted: Documents) -> Rows | None:
        try:
            return self.scores[1](self.folder, gold, predicted)
        except REFUSED:
            return None

    def _raw(self, collection: Collection, predicted: Documents) -> Rows | None:
        assert self.original.raw is not None
        try:
            return self.original.raw(self.folder, collection, predicted)
        except REFUSED:
            return None


def verdicts(
    compared: Comparison, options: argparse.Namespace, collections: Sequence[Collection]
) -> Iterator[tuple[str, str, Verdict]]:
    """What comes of it: the profile and its options, the data, and the verdict."""
    original, name = compared.original, compared.profile.name
    rows = [(name, compared)]
    if not options.quick:
        rows += [(f"{name} {said}", one) for said, one in compared.variants()]
    for row, one in rows:
        yield row, "generated", one.generated(Cases(options.seed), options.cases)
    needs = " ".join(original.needs)
    if original.excerpt is None and ("clusters" in needs or "arguments" in needs):
        yield name, "crowded", compared.generated(Crowded(options.seed), options.cases)
    yield name, "quirks", compared.quirks()
    if original.shipped is not None and not options.quick:
        yield name, "shipped", compared.shipped(original.shipped(compared.folder))
    for gold in collections:
        if any(set(need.split()) <= gold.holds for need in original.needs):
            cut = gold if original.excerpt is None else gold.excerpt(*original.excerpt)
            for row, one in rows:
                count = options.predictions if one is compared else min(options.predictions, 2)
                yield row, gold.name, one.corpus(cut, count, options.seed)
        if original.systems is not None and gold.systems and name in gold.files:
            returned = original.systems(compared.folder, gold)
            yield name, f"{gold.name} systems", compared.shipped(returned)


def originals() -> dict[str, Original]:
    """All adapters, by the names of their profiles."""
    found: dict[str, Original] = {}
    for file in sorted((HERE / "originals").glob("[a-z]*.py")):
        found |= importlib.import_module(f"originals.{file.stem}").ORIGINALS
    return dict(sorted(found.items()))


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--originals", type=Path, required=True, help="folder of checkouts")
    parser.add_argument(
        "--corpora", type=Path, default=os.environ.get("BENCH_CORPORA"), help="folder of corpora"
    )
    parser.add_argument("--cases", type=int, default=500, help="generated cases")
    parser.add_argument("--predictions", type=int, default=10, help="predictions for each corpus")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", help="names of profiles")
    parser.add_argument("--quick", action="store_true", help="a few cases of each")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--markdown", action="store_true", help="print the tables of the docs")
    options = parser.parse_args()
    if options.quick:
        options.cases, options.predictions = 2, 1
    return options


def gold(options: argparse.Namespace) -> list[Collection]:
    """All the real gold that is there."""
    found = list(corpora(Path(options.corpora))) if options.corpora else []
    for original in originals().values():
        folder = options.originals / (original.folder or "")
        if original.gold is not None and folder.is_dir():
            found += original.gold(folder)
    return [one.excerpt(3, 20) for one in found] if options.quick else found


def main() -> int:
    """Compare all originals that are there."""
    options = arguments()
    collections = gold(options)
    found: dict[str, dict[str, Verdict]] = {}
    missing: dict[str, str] = {}
    for name, original in originals().items():
        if options.only and name not in options.only:
            continue
        folder = options.originals / (original.folder or "")
        if not folder.is_dir():
            missing[name] = str(folder)
            print(f"{name:<24} missing: {folder}", file=sys.stderr)
            continue
        compared = Comparison(find(name), original, folder)
        try:
            for row, data, verdict in verdicts(compared, options, collections):
                found.setdefault(row, {})[data] = verdict
                if not options.json and not options.markdown:
                    print(f"{row:<24} {data:<36} {_said(verdict)}", flush=True)
        except ModuleNotFoundError as error:
            missing[name] = str(error)
            print(f"{name:<24} not installed: {error}", file=sys.stderr)
    results = [verdict for row in found.values() for verdict in row.values()]
    if options.json:
        rows = {row: {data: vars(v) for data, v in each.items()} for row, each in found.items()}
        print(json.dumps({"compared": rows, "missing": missing}, sort_keys=True))
    if options.markdown:
        print(tables(found, collections))
    if any(verdict.difference for verdict in results):
        return 1
    return 0 if any(verdict.compared for verdict in results) else 5


def tables(found: Mapping[str, Mapping[str, Verdict]], collections: Sequence[Collection]) -> str:
    """How many predictions agree, by profile and data; and what the gold is."""
    columns = ["generated", "crowded", "quirks", "shipped"]
    columns += dict.fromkeys(one.name.split()[0] for one in collections)
    lines = [f"| profile | {' | '.join(columns)} | figures |"]
    lines.append(f"| --- |{' ---: |' * (len(columns) + 1)}")
    for row, verdicts_of in found.items():
        cells = []
        for column in columns:
            those = [v for data, v in verdicts_of.items() if data.split()[0] == column]
            differing = any(one.difference for one in those)
            refused = sum(one.refused for one in those)
            cell = str(sum(one.compared for one in those)) if those else ""
            cells.append(cell + (f" ({refused})" if refused else "") + " differs" * differing)
        figures = sum(one.figures for one in verdicts_of.values())
        lines.append(f"| `{row}` | {' | '.join(cells)} | {figures:,} |")
    lines += ["", "| gold | documents | items | holds |", "| --- | ---: | ---: | --- |"]
    lines += [
        f"| {one.name} | {len(one.documents)} | {one.items} | {', '.join(sorted(one.holds))} |"
        for one in collections
    ]
    return "\n".join(lines)


def _said(verdict: Verdict) -> str:
    if verdict.difference:
        return f"DIFFERS after {verdict.compared}: {verdict.difference}"
    refused = f", {verdict.refused} refused by both" if verdict.refused else ""
    return f"agree on {verdict.compared} predictions, {verdict.figures} figures{refused}"


if __name__ == "__main__":
    sys.exit(main())
