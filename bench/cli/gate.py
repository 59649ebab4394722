"""``bench gate``."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, QuietOption, say, show_sheet


def gate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a saved run.")],
    baseline: Annotated[Path, typer.Option("--baseline", help="The run that it is held against.")],
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="A TOML file with a table [gate].  [default: bench.toml, or pyproject.toml]",
        ),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update-baseline", help="Accept the run as the new baseline."),
    ] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Also write the verdict as JUnit XML.")
    ] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Annotate a GitHub Actions workflow run.")
    ] = False,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Has a system become worse than its baseline? For CI; exit code 1 if so."""
    import os

    from .. import runs
    from ..compare import compare
    from ..contestants import contestants, in_common
    from ..errors import NothingMeasured
    from ..gate import judge, read_policy
    from ..paths import write_file
    from ..report import verdict as rendered
    from ..report.terminal import console
    from . import PROBLEM, SYSTEM_FAILED

    rules = read_policy(policy)
    sides = [(next(contestants(str(path))), runs.load(path)) for path in (baseline, run)]
    pair = [side for side, _ in sides]
    rows = compare(pair, in_common(pair))
    verdict = judge(sides[0], sides[1], rows, rules)
    show_sheet(rendered.verdict_sheet(verdict), format, color)
    if junit is not None:
        write_file(junit, rendered.to_junit(verdict).encode())
    if github:
        for line in rendered.annotations(verdict):
            typer.echo(line)
        place = os.environ.get("GITHUB_STEP_SUMMARY")
        if place:
            with Path(place).open("a") as page:
                page.write(rendered.step_summary(verdict))
    stderr = console(stderr=True, color=color.value)
    if not quiet:
        say(stderr, f"bench: {rendered.summary(verdict)}")
    if update:
        runs.replace(baseline, run)
        if not quiet:
            say(stderr, f"bench: {run} is now the baseline {baseline}")
    elif verdict.status == "not measured":
        raise NothingMeasured("gate: no measure could be compared")
    elif verdict.status != "ok":
        raise typer.Exit(SYSTEM_FAILED if verdict.status == "system failed" else PROBLEM)
