"""``bench check``."""

from typing import Annotated

import typer

from .options import Color, ColorOption, Format, FormatOption, QuietOption, say, show_sheet


def check(
    system: Annotated[
        str,
        typer.Argument(
            metavar="SYSTEM",
            help="A system's name, file.py:Class, module:Class or 'cmd:PROGRAM ARGUMENT…'.",
        ),
    ],
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="K=V", help="An option of the system. Repeatable."),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds that each call may take.")
    ] = 60.0,
    format: FormatOption = Format.table,
    color: ColorOption = Color.auto,
    quiet: QuietOption = False,
) -> None:
    """Does a system keep the protocol? Exit code 1 if it does not."""
    from ..conformance import check as check_system
    from ..registry import parse_options
    from ..report.sheets import Sheet
    from ..report.terminal import console
    from . import PROBLEM

    checks = check_system(system, parse_options(option or []), seconds=timeout)
    sheet = Sheet("eventbench.conformance/1", ("check", "result", "what"), checks)
    show_sheet(sheet, format, color)
    failed = [one.name for one in checks if one.result == "fail"]
    if not quiet:
        verdict = f"{len(failed)} of {len(checks)} checks fail" if failed else "all checks pass"
        say(console(stderr=True, color=color.value), f"bench: {system}: {verdict}")
    if failed:
        raise typer.Exit(PROBLEM)
