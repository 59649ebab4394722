"""A ranking of saved runs as a table, and as part of a Markdown file."""

from pathlib import Path

from ..errors import InputError
from ..leaderboard import Entry, Leaderboard
from ..paths import read_text
from .comparison import ranged
from .sheets import Sheet, to_markdown

BEGIN, END = "<!-- leaderboard -->", "<!-- /leaderboard -->"


def leaderboard_sheet(found: Leaderboard) -> Sheet:
    """A row for each system, for people: F1 in percent with intervals and letters."""
    titles = [f"{measure.layer} {measure.title}" for measure in found.measures]
    rows = [
        (
            _called(entry),
            *(
                ("–" if figure is None else f"{ranged(figure)} {letter}".rstrip())
                for figure, letter in zip(entry.figures, entry.letters, strict=True)
            ),
            f"{entry.run.seconds / max(found.documents, 1):.2f}",
        )
        for entry in found.entries
    ]
    return Sheet("eventbench.leaderboard/1", ("system", *titles, "s/document"), rows)


def leaderboard_values(found: Leaderboard) -> Sheet:
    """A row for each system and measure, for programs: fractions, unrounded."""
    columns = (
        "rank", "system", "version", "run", "measure", "f1", "low", "high", "letters",
        "unit", "units", "seconds", "failed", "signature",
    )  # fmt: skip
    rows = [
        (
            rank, _called(entry), entry.run.system.version, entry.name, measure.name,
            figure.value, figure.low, figure.high, letter, found.unit, figure.units,
            entry.run.seconds, len(entry.run.failures), str(entry.run.signature),
        )
        for rank, entry in enumerate(found.entries, 1)
        for measure, figure, letter in zip(
            found.measures, entry.figures, entry.letters, strict=True
        )
        if figure is not None
    ]  # fmt: skip
    return Sheet("eventbench.leaderboard/1", columns, rows)


def _called(entry: Entry) -> str:
    """The name of a system with its options."""
    given = [f"{key}={value}" for key, value in entry.run.system.options.items()]
    return " ".join((entry.run.system.name, *given))


def legend(found: Leaderboard) -> str:
    """What must be read under the table."""
    number = f"{found.documents} document" + "s" * (found.documents != 1)
    return (
        f"F1 in percent on {found.corpus} ({number}), with 95 % intervals over its {found.unit}s; "
        "systems that share a letter cannot be told apart in that measure (paired randomisation, "
        "p of 0.05 or more, Holm); ranked by the first measure"
    )


def markdown(found: Leaderboard) -> str:
    """The table and its legend."""
    return f"{to_markdown(leaderboard_sheet(found))}\n{legend(found)}.\n"


def inserted(file: Path, table: str) -> str:
    """The text of a Markdown file with the table between its marks.

    Raises:
        InputError: The file cannot be read, or has no such marks.
    """
    text = read_text(file)
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"{file}: expected the lines {BEGIN} and {END}, between which it goes")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"
