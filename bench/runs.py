"""A saved run: a folder with what was predicted, what it is worth, and what it was computed on.

``predictions.jsonl``, ``scores.json`` (figures and counts) and ``differences.jsonl`` (each item of
gold beside what was predicted for it) depend on the system and the corpus alone, so that two runs
of the same thing are the same bytes; what changes from run to run (time, versions) is in
``run.json``, which also holds their hashes, so that a file that was cut or edited is noticed.
"""

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from .coreference import width
from .corpora import CorpusInfo
from .counts import ANY, Average, ClusterCounts, Counts, Tally
from .differences import Difference
from .errors import InputError, UsageError
from .formats import jsonl
from .measures import STANDARD, Measure, parse
from .model import Document
from .passages import Unit
from .paths import write_folder
from .registry import System
from .running.costs import Cost
from .running.identity import Identity
from .running.runner import Failure, Outcome
from .scoring import Scores
from .signatures import Signature
from .version import VERSION

RUN_SCHEMA = "eventbench.run/1"
SCORES_SCHEMA = "eventbench.scores/1"
REPORT_SCHEMA = "eventbench.report/1"


class SystemInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which system, as exactly as it says of itself; ``loaded`` is how, where its name is not."""

    name: str
    version: str
    options: dict[str, str]
    details: dict[str, str]
    loaded: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The provenance of a run; the scores and the predictions stand beside it.

    Attributes:
        schema: The version of this form.
        system: What was run.
        corpus: What it was run on.
        profile: The name of the set of measures; empty where it is none of a profile.
        measures: Their texts.
        fields: The fields of the documents' ``meta`` that figures are split by.
        unit: What samples are drawn from.
        seed: What seeded the random generators; None for predictions whose making nobody saw.
        started: When, in UTC.
        seconds: How long it took.
        versions: Of Python, EventBench and what it counts with.
        failures: The documents that the system failed on.
        notes: What the reader must know beside the figures.
        files: The SHA-256 of the files beside this one.
        cost: What the predictions cost; None where nobody measured.
    """

    schema: str = RUN_SCHEMA
    system: SystemInfo
    corpus: CorpusInfo
    profile: str
    measures: tuple[str, ...]
    fields: tuple[str, ...]
    unit: Unit = "document"
    seed: int | None
    started: str
    seconds: float
    versions: dict[str, str]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    files: dict[str, str] = {}
    cost: Cost | None = None

    @property
    def signature(self) -> Signature:
        """All that moves its figures."""
        return Signature(
            measures=self.profile or " ".join(self.measures),
            fields=" ".join(self.fields),
            unit=self.unit,
            corpus=self.corpus.name,
            reference=self.corpus.reference,
            format=self.corpus.format if self.corpus.reference else "",
            sha256=self.corpus.sha256,
            documents=self.corpus.documents,
            system=self.system.name,
            loaded=self.system.loaded,
            version=self.system.version,
            options=" ".join(f"{key}={value}" for key, value in self.system.options.items()),
            seed=self.seed,
            eventbench=self.versions["eventbench"],
        )


def record(
    system: System | Identity,
    options: dict[str, str],
    corpus: CorpusInfo,
    outcome: Outcome,
    scores: Scores,
    *,
    seed: int = 0,
    loaded: str = "",
) -> Run:
    """The provenance of a run that has just ended; ``loaded`` as in `SystemInfo`."""
    info = SystemInfo(system.name, system.version, options, system.describe(), loaded)
    made = _made(info, corpus, scores, outcome.seconds, seed=seed, failures=outcome.failures)
    return msgspec.structs.replace(made, cost=outcome.cost)


def record_scoring(name: str, corpus: CorpusInfo, scores: Scores) -> Run:
    """The provenance of predictions whose making nobody saw."""
    return _made(SystemInfo(name, "", {}, {}), corpus, scores, 0.0)


def _made(
    system: SystemInfo,
    corpus: CorpusInfo,
    scores: Scores,
    seconds: float,
    *,
    seed: int | None = None,
    failures: tuple[Failure, ...] = (),
) -> Run:
    started = datetime.now(UTC) - timedelta(seconds=seconds)
    return Run(
        system=system,
        corpus=corpus,
        profile="standard" if scores.measures == STANDARD else "",
        measures=tuple(measure.name for measure in scores.measures),
        fields=tuple(scores.groups),
        unit=scores.unit,
        seed=seed,
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        versions=_versions(),
        failures=failures,
        notes=scores.notes,
    )


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "eventbench": VERSION,
        "msgspec": msgspec.__version__,
        "numpy": np.__version__,
    }


def load(folder: Path) -> Run:
    """The provenance of a saved run.

    Raises:
        UsageError: The folder holds none.
        InputError: Its ``run.json`` cannot be read.
    """
    file = folder / "run.json"
    if not file.is_file():
        raise UsageError(f"no run {str(folder)!r}: there is no run.json in it")
    raw = file.read_bytes()
    try:
        schema = msgspec.json.decode(raw, type=_Versioned).schema
        if schema == RUN_SCHEMA:
            return msgspec.json.decode(raw, type=Run)
    except msgspec.DecodeError as error:
        raise InputError(f"{file}: {error}") from error
    again = _command(raw)
    raise InputError(f"{file}: schema {schema!r}, expected {RUN_SCHEMA!r}; make it again: {again}")


def _command(raw: bytes) -> str:
    """The command that makes a run of another schema again, as far as it can be told."""
    try:
        return msgspec.json.decode(raw, type=Run).signature.command
    except (msgspec.DecodeError, KeyError):
        return "bench run, with the system and the corpus that it names"


class _Versioned(msgspec.Struct):
    schema: str


class SavedCounts(NamedTuple):
    """The counts of a saved run, by measure; labels that do not occur are left out.

    Attributes:
        matrix: Those of each document.
        samples: Those of smaller units, where there are too few documents to draw samples from.
        unit: What those units are.
        groups: For each field of the documents' ``meta`` that was asked for, its value in each
            document.
    """

    matrix: Mapping[str, Counts]
    samples: Mapping[str, Counts]
    unit: Unit
    groups: Mapping[str, Mapping[str, str]] = {}


def load_counts(folder: Path, run: Run) -> SavedCounts:
    """The counts of a saved run.

    Raises:
        InputError: Its ``scores.json`` is missing, was changed since, or cannot be read.
    """
    raw = checked(folder, "scores.json", run)
    try:
        return _counted(msgspec.json.decode(raw, type=_Saved))
    except msgspec.DecodeError as error:
        raise InputError(f"{folder / 'scores.json'}: {error}") from error


def _counted(saved: "_Saved") -> SavedCounts:
    matrix = {name: _counts(parse(name), one.units) for name, one in saved.measures.items()}
    if saved.samples is None:
        return SavedCounts(matrix, {}, "document", saved.groups)
    samples = {name: _counts(parse(name), units) for name, units in saved.samples.measures.items()}
    return SavedCounts(matrix, samples, saved.samples.unit, saved.groups)


class Reported(NamedTuple):
    """A result in the file that ``bench score --format json`` or ``bench run`` printed."""

    name: str
    run: Run
    counts: SavedCounts


class _Result(msgspec.Struct):
    name: str
    run: Run
    scores: "_Saved"


class _Report(msgspec.Struct):
    schema: str
    results: tuple[_Result, ...]


def load_report(file: Path) -> list[Reported]:
    """The results in a printed report.

    Raises:
        InputError: It is none, or cannot be read.
    """
    try:
        report = msgspec.json.decode(file.read_bytes(), type=_Report)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{file}: no report of bench score --format json: {error}") from error
    if report.schema != REPORT_SCHEMA:
        raise InputError(f"{file}: schema {report.schema!r}, expected {REPORT_SCHEMA!r}")
    return [Reported(one.name, one.run, _counted(one.scores)) for one in report.results]


def load_differences(folder: Path, run: Run) -> Iterator[Difference]:
    """Each item of the gold and of a saved run, paired as `bench.differences` does.

    Raises:
        InputError: Its ``differences.jsonl`` is missing, was changed since, or cannot be read.
    """
    for number, line in enumerate(checked(folder, "differences.jsonl", run).splitlines(), 1):
        try:
            yield _DIFFERENCES.decode(line)
        except msgspec.DecodeError as error:
            where = f"{folder / 'differences.jsonl'}:{number}"
            raise InputError(f"{where}: {error}") from error


_DIFFERENCES = msgspec.json.Decoder(Difference)


_Cells = dict[str, dict[str, list[float]]]


class _SavedMeasure(msgspec.Struct):
    units: _Cells


class _SavedSamples(msgspec.Struct):
    unit: Unit
    measures: dict[str, _Cells]


class _Saved(msgspec.Struct):
    measures: dict[str, _SavedMeasure]
    samples: _SavedSamples | None = None
    groups: dict[str, dict[str, str]] = {}


def _counts(measure: Measure, cells: _Cells) -> Counts:
    units = tuple(sorted(cells))
    labels = tuple(sorted({label for row in cells.values() for label in row})) or (ANY,)
    numbers = sum(map(width, measure.metrics)) if measure.metrics else 3
    values = np.zeros((len(units), len(labels), numbers))
    place = {label: i for i, label in enumerate(labels)}
    for i, unit in enumerate(units):
        for label, cell in cells[unit].items():
            values[i, place[label]] = cell
    if measure.metrics:
        return ClusterCounts(units, labels, values, measure.metrics)
    return Counts(units, labels, values if measure.graded else values.astype(np.int64))


def checked(folder: Path, name: str, run: Run) -> bytes:
    """The content of a file of a saved run.

    Raises:
        InputError: It is missing, or is not what was saved.
    """
    file = folder / name
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    if name in run.files and hashlib.sha256(raw).hexdigest() != run.files[name]:
        raise InputError(f"{file}: is not what was saved with this run: it was cut or edited")
    return raw


def free_name(folder: Path, run: Run) -> str:
    """A name for the folder of a run: system, corpus and time, and a number if that is taken."""
    moment = run.started.replace("+00:00", "Z").replace(":", "").replace("-", "")
    named = f"{run.system.name}-{run.corpus.name}"
    safe = "".join(c if c.isalnum() or c in "._" else "-" for c in named)
    base = f"{safe}-{moment}"
    numbered = (f"{base}-{i}" for i in count(2))
    return next(name for name in chain([base], numbered) if not (folder / name).exists())


def save(
    folder: Path,
    run: Run,
    predictions: Iterable[Document],
    scores: Scores,
    differences: Iterable[Difference],
) -> Path:
    """Write a run, whole or not at all; returns its folder.

    Args:
        folder: Where; what was saved there before is replaced.
        run: Its provenance.
        predictions: What was predicted.
        scores: What that is worth.
        differences: Each item of the gold beside what was predicted for it.

    Raises:
        UsageError: The place cannot be written.
    """
    files = {
        "scores.json": _pretty(scores_as_json(scores, run.corpus)),
        "predictions.jsonl": jsonl.write(predictions),
        "differences.jsonl": b"".join(msgspec.json.encode(one) + b"\n" for one in differences),
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = msgspec.to_builtins(msgspec.structs.replace(run, files=hashes))
    write_folder(folder, {"run.json": _pretty(whole), **files})
    return folder


def replace(target: Path, source: Path) -> None:
    """Put a copy of a saved run in the place of another, whole or not at all.

    Raises:
        UsageError: The place cannot be written.
        InputError: The source cannot be read, or was changed since it was saved.
    """
    run = load(source)
    content = {name: checked(source, name, run) for name in run.files}
    write_folder(target, {"run.json": (source / "run.json").read_bytes(), **content})


def scores_as_json(scores: Scores, corpus: CorpusInfo) -> dict[str, Any]:
    """All figures and the whole matrix, as plain values; undefined figures are null."""
    made: dict[str, Any] = {
        "schema": SCORES_SCHEMA,
        "corpus": {"name": corpus.name, "documents": corpus.documents, "sha256": corpus.sha256},
        "measures": {
            measure.name: _measure(measure, scores.matrix[measure.name])
            for measure in scores.measures
            if measure.name in scores.matrix
        },
    }
    if scores.samples:
        units = {name: _units(counts) for name, counts in scores.samples.items()}
        made["samples"] = {"unit": scores.unit, "measures": units}
    return made | ({"groups": scores.groups} if scores.groups else {})


def _measure(measure: Measure, counts: Counts) -> dict[str, Any]:
    made: dict[str, Any] = {"micro": _tally(counts.averaged("micro", measure.zero))}
    if measure.average != "micro":
        made[measure.average] = _figures(counts.averaged(measure.average, measure.zero))
    if counts.labels != (ANY,):
        made["macro"] = _figures(counts.averaged("macro", measure.zero))
        made["labels"] = {
            label: _tally(tally) for label, tally in counts.by_label().items() if any(tally)
        }
    made["units"] = _units(counts)
    return made


def _units(counts: Counts) -> "_Cells":
    """The counts of each label in each unit, where there are any."""
    return {
        unit: {
            label: cell
            for label, cell in zip(counts.labels, row.tolist(), strict=True)
            if any(cell)
        }
        for unit, row in zip(counts.units, counts.values, strict=True)
    }


def _tally(tally: Tally | Average) -> dict[str, Any]:
    if not isinstance(tally, Tally):
        return _figures(tally)
    counted = {"tp": tally.tp, "predicted": tally.predicted, "gold": tally.gold}
    return {**counted, **_figures(tally)}


def _figures(of: Tally | Average) -> dict[str, float | None]:
    return {"precision": of.precision, "recall": of.recall, "f1": of.f1}


def _pretty(value: Any) -> bytes:
    encoded = msgspec.json.encode(value, order="sorted")
    return msgspec.json.format(encoded, indent=1) + b"\n"
