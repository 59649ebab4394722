"""What a system is, which there are, and how one is found and loaded.

A system is found by name among the entry points of the group ``bench.systems``, or given as
``path/to/file.py:Class``, ``package.module:Class`` or ``cmd:PROGRAM ARGUMENT…``.
"""

import importlib
import importlib.metadata as metadata
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from .errors import BenchError, NotInstalled, SystemFailed, UsageError, nearest
from .model import Document

GROUP = "bench.systems"
_OPTIONS = re.compile(r":(?=\w+=)")
"""Where the options of a system begin."""
COMMAND = "cmd:"
"""What a command line begins with that is given as a system."""


class System(Protocol):
    """Anything that turns documents into predictions.

    Its options are the keyword parameters of its constructor, annotated ``str``, ``int``,
    ``float`` or ``bool``.
    """

    name: str
    version: str

    def extract(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield one prediction a document: the same id, the layers that the system knows."""
        ...

    def describe(self) -> dict[str, str]:
        """What else made the predictions what they are: models, hashes, versions."""
        ...


class Listing(NamedTuple):
    """A system that could be run by name."""

    name: str
    origin: str
    target: str
    missing: tuple[str, ...]
    install: str | None

    @property
    def available(self) -> bool:
        """Whether all that it needs is installed."""
        return not self.missing


def listings() -> list[Listing]:
    """The systems known by name, sorted; none of them is imported."""
    points = metadata.entry_points(group=GROUP)
    return sorted(_listing(point) for point in points)


def _listing(point: metadata.EntryPoint) -> Listing:
    dist = point.dist
    origin = f"{dist.name} {dist.version}" if dist else "?"
    missing = tuple(_missing(point))
    extras = ",".join(point.extras)
    install = f"pip install '{dist.name}[{extras}]'" if missing and dist else None
    return Listing(point.name, origin, point.value.split(" ")[0], missing, install)


def _missing(point: metadata.EntryPoint) -> Iterator[str]:
    """The requirements of an entry point's extras that are not met here."""
    if not point.extras or point.dist is None:
        return
    from packaging.requirements import Requirement

    for line in point.dist.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        wanted = marker is not None and any(marker.evaluate({"extra": e}) for e in point.extras)
        if wanted and not marker.evaluate({"extra": ""}):  # type: ignore[union-attr]
            try:
                installed = metadata.version(requirement.name)
            except metadata.PackageNotFoundError:
                yield f"{requirement.name}{requirement.specifier}"
                continue
            if not requirement.specifier.contains(installed, prereleases=True):
                yield f"{requirement.name}{requirement.specifier}"


def load_system(reference: str, options: Mapping[str, str] | None = None) -> System:
    """Make a system.

    Args:
        reference: A name, ``file.py:Class`` or ``module:Class``; options may follow as
            ``:key=value,key=value``. Or ``cmd:`` and a command line.
        options: More options, as text; they are converted as the constructor declares.

    Raises:
        UsageError: There is no such system or option.
        NotInstalled: It needs something that is not installed; holds the command.
        SystemFailed: It exists, but does not load.
    """
    if reference.startswith(COMMAND):
        from .running.commands import Command

        return Command(reference.removeprefix(COMMAND), options)
    target, inline = split(reference)
    factory = _find(target)
    arguments = _convert(target, factory, {**(options or {}), **inline})
    try:
        return factory(**arguments)  # type: ignore[no-any-return]
    except BenchError:
        raise
    except Exception as error:
        raise SystemFailed(f"system {target!r} does not load: {_why(error)}") from error


def import_plugin(name: str) -> None:
    """Import what the entry point of a name offers, and make nothing of it.

    Raises:
        NotInstalled: It needs something that is not installed.
        SystemFailed: It does not load.
    """
    for point in metadata.entry_points(group=GROUP, name=name):
        _load_point(point)


def split(reference: str) -> tuple[str, dict[str, str]]:
    """``spacy:model=x,y=z`` into the target and its options.

    >>> split("spacy:model=en_core_web_md")
    ('spacy', {'model': 'en_core_web_md'})
    >>> split("llm:model=x,base_url=http://localhost:80/v1")
    ('llm', {'model': 'x', 'base_url': 'http://localhost:80/v1'})
    >>> split("mine.py:System")
    ('mine.py:System', {})
    >>> split("cmd:node mine.mjs --url=http://localhost")
    ('cmd:node mine.mjs --url=http://localhost', {})
    """
    if reference.startswith(COMMAND):
        return reference, {}
    found = _OPTIONS.search(reference)
    if found is None:
        return reference, {}
    return reference[: found.start()], parse_options(reference[found.start() + 1 :].split(","))


def parse_options(pairs: Iterable[str]) -> dict[str, str]:
    """``key=value`` strings as a mapping.

    Raises:
        UsageError: One has no ``=``, or a key comes twice.
    """
    options: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"option {pair!r}: expected KEY=VALUE")
        if key in options:
            raise UsageError(f"option {key!r} is given twice")
        options[key.strip()] = value
    return options


def _find(target: str) -> Any:
    points = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if target in points:
        return _load_point(points[target])
    path, _, name = target.partition(":")
    if path.endswith(".py"):
        return _member(_load_file(Path(path)), name, target)
    if name:
        return _member(_load_module(path, target), name, target)
    raise UsageError(
        f"no system {target!r}: {nearest(target, points)} (or give path/to/file.py:Class, "
        f"or {COMMAND}PROGRAM)"
    )


def _load_point(point: metadata.EntryPoint) -> Any:
    try:
        return point.load()
    except ImportError as error:
        listing = _listing(point)
        if listing.install:
            raise NotInstalled(
                f"system {point.name!r} needs {', '.join(listing.missing)}; run: {listing.install}"
            ) from error
        raise SystemFailed(f"system {point.name!r} does not load: {error}") from error
    except (Exception, SystemExit) as error:
        raise SystemFailed(f"system {point.name!r} does not load: {_why(error)}") from error


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"no system file {str(path)!r}: there is no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise SystemFailed(f"{path}: does not load: {_why(error)}") from error
    return module


def _load_module(name: str, target: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            raise UsageError(f"no system {target!r}: there is no module {name!r}") from error
        raise SystemFailed(f"system {target!r} does not load: {error}") from error
    except (Exception, SystemExit) as error:
        raise SystemFailed(f"system {target!r} does not load: {_why(error)}") from error


def _why(error: BaseException) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def _member(module: ModuleType, name: str, target: str) -> Any:
    systems = {
        key: value
        for key, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and hasattr(value, "extract")
    }
    if not name and len(systems) == 1:
        return next(iter(systems.values()))
    if name in systems:
        return systems[name]
    raise UsageError(
        f"no system {target!r}: its classes with extract(): {', '.join(systems) or 'none'}"
    )


def _convert(target: str, factory: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Options as text to what the constructor's annotations say."""
    if not given:
        return {}
    parameters = {
        name: parameter
        for name, parameter in inspect.signature(factory, eval_str=True).parameters.items()
        if parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    }
    converted = {}
    for key, value in given.items():
        if key not in parameters:
            raise UsageError(f"system {target!r} has no option {key!r}: {nearest(key, parameters)}")
        converted[key] = _as(parameters[key].annotation, value, f"option {key!r} of {target!r}")
    return converted


def _as(kind: Any, value: str, what: str) -> Any:
    truth = {
        "true": True,
        "yes": True,
        "1": True,
        "false": False,
        "no": False,
        "0": False,
    }
    try:
        if kind is bool:
            return truth[value.lower()]
        return kind(value) if kind in (int, float) else value
    except (KeyError, ValueError):
        raise UsageError(f"{what} is {value!r}; expected {kind.__name__}") from None
