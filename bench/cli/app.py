"""The tree of commands. Each command imports what it needs when it is called."""

from typing import Annotated

import typer

from . import (
    cache,
    check,
    compare,
    convert,
    gate,
    gold,
    history,
    leaderboard,
    listing,
    new,
    repro,
    run,
    schema,
    score,
    show,
    train,
)

app = typer.Typer(
    name="bench",
    help="Did a program that reads news find what happened, who did it and who said what?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("train")(train.train)
app.command("score")(score.score)
app.command("compare")(compare.compare)
app.command("leaderboard")(leaderboard.leaderboard)
app.command("gate")(gate.gate)
app.command("history")(history.history)
app.command("show")(show.show)
app.command("check")(check.check)
app.add_typer(listing.app, name="list")
app.add_typer(new.app, name="new")
app.add_typer(gold.app, name="gold")
app.add_typer(cache.app, name="cache")
app.command("convert")(convert.convert)
app.command("repro")(repro.repro)
app.command("schema")(schema.schema)


def _version(wanted: bool) -> None:
    if wanted:
        from ..version import VERSION

        typer.echo(f"eventbench {VERSION}")
        raise typer.Exit


@app.callback()
def bench(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Did a program that reads news find what happened, who did it and who said what?"""
