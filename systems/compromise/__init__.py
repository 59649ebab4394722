"""The system ``compromise``: names and quotations, as the JavaScript library compromise finds them.

Its program speaks the command protocol. It needs Node 18 or newer and the npm package, where it is
called or in a folder above: ``npm install compromise``.

It extracts names of persons, places and organisations, of which equal ones are one actor, and
quotations in quotation marks. It extracts no common nouns and no pronouns, no events, no source and
no cue. What compromise calls a place is GPE where it knows it for a country, city or region, and
LOC elsewhere; titles and possessive endings are cut off.

Licence: Apache-2.0, as EventBench; compromise's is MIT.
"""

import shlex
import shutil
from pathlib import Path

from bench.errors import NotInstalled
from bench.running.commands import Command

PROGRAM = Path(__file__).with_name("compromise.mjs")


class Compromise(Command):
    """Names and quotations by compromise.

    Args:
        modules: A folder in or above which the npm package is; by default where it is called.

    Raises:
        NotInstalled: There is no Node.
    """

    def __init__(self, modules: str = "") -> None:
        node = shutil.which("node")
        if node is None:
            raise NotInstalled(
                "system 'compromise' needs Node 18 or newer, which is not installed; "
                "then run: npm install compromise"
            )
        options = {"modules": modules} if modules else {}
        super().__init__(shlex.join([node, str(PROGRAM)]), options)

    def describe(self) -> dict[str, str]:
        """The versions of compromise, Node and the protocol; not where they are."""
        return {key: value for key, value in super().describe().items() if key != "command"}
