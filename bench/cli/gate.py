"""``bench gate``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, QuietOption, say, show_sheet

if TYPE_CHECKING:
    from ..gate import Verdict


def gate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a saved run.")],
    baseline: Annotated[Path, typer.Option("--baseline", help="The run that it is held against.")],
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="A TOML file with a table `gate`.",
            show_default="bench.toml, or pyproject.toml",
        ),
    ] = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update-baseline", help="Accept the run as the baseline, also where there is none."
        ),
    ] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Also write the verdict as JUnit XML.")
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", help="Also write the verdict as SARIF 2.1.0.")
    ] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Annotate a GitHub Actions workflow run.")
    ] = False,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Has a system become worse than its baseline? For CI; exit code 1 if so."""
    from .. import runs
    from ..gate import gate as hold
    from ..policy import read_policy
    from ..report.terminal import console

    verdict = hold(run, baseline, read_policy(policy), renew=update)
    code = conclude(
        verdict, format=format, color=color, junit=junit, sarif=sarif, github=github, quiet=quiet
    )
    if update:
        runs.replace(baseline, run)
        if not quiet:
            stderr = console(stderr=True, color=color.value)
            say(stderr, f"bench: {run} is now the baseline {baseline}")
    elif code:
        raise typer.Exit(code)


def conclude(
    verdict: "Verdict",
    *,
    format: Format = Format.table,
    color: Color = Color.auto,
    junit: Path | None = None,
    sarif: Path | None = None,
    github: bool = False,
    quiet: bool = False,
) -> int:
    """Print and write a verdict in all forms that are asked for; returns its exit code.

    Raises:
        UsageError: A file cannot be written.
    """
    from ..paths import write_file
    from ..report import verdict as rendered
    from ..report.terminal import console
    from . import NOTHING_MEASURED, OK, PROBLEM, SYSTEM_FAILED

    if format is Format.json:
        typer.echo(rendered.to_json(verdict), nl=False)
    else:
        whole = format is Format.csv
        sheet = rendered.values_sheet(verdict) if whole else rendered.verdict_sheet(verdict)
        show_sheet(sheet, format, color)
    if junit is not None:
        write_file(junit, rendered.to_junit(verdict).encode())
    if sarif is not None:
        write_file(sarif, rendered.to_sarif(verdict).encode())
    if github:
        _annotate(verdict)
    if not quiet:
        say(console(stderr=True, color=color.value), f"bench: {rendered.summary(verdict)}")
    codes = {
        "regression": PROBLEM,
        "system failed": SYSTEM_FAILED,
        "not measured": NOTHING_MEASURED,
    }
    return codes.get(verdict.status, OK)


def _annotate(verdict: "Verdict") -> None:
    import os

    from ..errors import UsageError
    from ..report import verdict as rendered

    for line in rendered.annotations(verdict):
        # On stderr, which GitHub reads too, so that stdout stays what was asked for.
        typer.echo(line, err=True)
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place:
        try:
            with Path(place).open("a", encoding="utf-8") as page:
                page.write(rendered.step_summary(verdict))
        except OSError as error:
            raise UsageError(f"{place}: cannot be written: {error.strerror}") from error
