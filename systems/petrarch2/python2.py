"""Python 2 code, loaded unchanged under Python 3.

A package is translated as it is imported, on its syntax tree; its files are only read. What is
translated is what reads the same in both languages and means something else: imports of
neighbours by their bare names, ``/`` between integers, ``<`` between values of different types,
``keys()`` and its like, the order of a dict that is written out, and the built-ins below.
``print`` prints nothing.
"""

import ast
import builtins
import importlib
import operator
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any


@contextmanager
def importing(package: Path) -> Iterator[None]:
    """Within it the package in this folder is imported as Python 2.

    It is found under the folder's name, before any other package of that name, and is afterwards
    no longer found: each time it is loaded afresh.
    """
    finder = _Finder(package)
    hidden = _take(package.name)
    sys.meta_path.insert(0, finder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # files that are never closed
            yield
    finally:
        sys.meta_path.remove(finder)
        _take(package.name)
        sys.modules.update(hidden)


def load(file: Path, name: str) -> ModuleType:
    """One file as a module of Python 2 that no other finds."""
    spec = spec_from_file_location(name, file, loader=_Loader(name, str(file)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _take(name: str) -> dict[str, ModuleType]:
    """The loaded modules of a package, which are loaded no longer."""
    names = [one for one in sys.modules if one == name or one.startswith(f"{name}.")]
    return {one: sys.modules.pop(one) for one in names}


class _Finder:
    def __init__(self, package: Path) -> None:
        self._package = package

    def find_spec(self, fullname: str, /, *_: object) -> ModuleSpec | None:
        """Where a module of the package is; None for others."""
        top, *inner = fullname.split(".")
        if top != self._package.name:
            return None
        place = self._package.joinpath(*inner)
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if not file.is_file():
            return None
        within = [str(place)] if place.is_dir() else None
        loader = _Loader(fullname, str(file))
        return spec_from_file_location(
            fullname, file, loader=loader, submodule_search_locations=within
        )


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        """The translated code; no compiled file is read or written."""
        path = Path(self.get_filename(fullname))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing
            tree = ast.parse(path.read_bytes(), str(path))
            translated = _Translation(path.parent).visit(tree)
            return compile(ast.fix_missing_locations(translated), str(path), "exec", 0, True)

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(_BUILTINS)
        super().exec_module(module)


class _Translation(ast.NodeTransformer):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        near = [one for one in node.names if (self._folder / f"{one.name}.py").is_file()]
        far = [one for one in node.names if one not in near]
        made: list[ast.stmt] = [ast.Import(names=far)] if far else []
        if near:
            made.append(ast.ImportFrom(module=None, names=near, level=1))
        return [ast.copy_location(one, node) for one in made]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div):
            return _call(_divided, node, node.left, node.right)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        helper = _ORDERS.get(type(node.ops[0]))
        if helper and len(node.ops) == 1:
            return _call(helper, node, node.left, node.comparators[0])
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
            helper = _VIEWS.get(node.func.attr)
            if helper:
                return _call(helper, node, node.func.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        self.generic_visit(node)
        values = {
            key.value: (key, value)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        if len(values) < len(node.keys):
            return node
        entries = [values[key] for key in _order(list(values))]
        made = ast.Dict(keys=[key for key, _ in entries], values=[value for _, value in entries])
        return ast.copy_location(made, node)


def _call(helper: Callable[..., Any], node: ast.expr, *arguments: ast.expr) -> ast.expr:
    name = ast.Name(id=f"_python2{helper.__name__}", ctx=ast.Load())
    return ast.copy_location(ast.Call(func=name, args=list(arguments), keywords=[]), node)


def _divided(left: Any, right: Any) -> Any:
    """``/``, which is ``//`` between integers."""
    whole = isinstance(left, int) and isinstance(right, int)
    return left // right if whole else left / right


def _compared(test: Callable[[Any, Any], bool], left: Any, right: Any) -> Any:
    """A comparison; values of types without a common order go by their types."""
    try:
        return test(left, right)
    except TypeError:
        return test(_rank(left), _rank(right))


def _rank(value: Any) -> tuple[int, str]:
    """None comes first, numbers next, the others by the names of their types."""
    if value is None:
        return 0, ""
    if isinstance(value, (int, float)):
        return 1, ""
    return 2, "unicode" if isinstance(value, str) else type(value).__name__


def _lt(left: Any, right: Any) -> Any:
    return _compared(operator.lt, left, right)


def _le(left: Any, right: Any) -> Any:
    return _compared(operator.le, left, right)


def _gt(left: Any, right: Any) -> Any:
    return _compared(operator.gt, left, right)


def _ge(left: Any, right: Any) -> Any:
    return _compared(operator.ge, left, right)


def _keys(value: Any) -> Any:
    return list(value.keys())


def _values(value: Any) -> Any:
    return list(value.values())


def _items(value: Any) -> Any:
    return list(value.items())


_ORDERS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: _lt, ast.LtE: _le, ast.Gt: _gt, ast.GtE: _ge,
}  # fmt: skip
_VIEWS: dict[str, Callable[..., Any]] = {
    "keys": _keys, "values": _values, "items": _items,
    "iterkeys": _keys, "itervalues": _values, "iteritems": _items,
}  # fmt: skip


def _map(function: Callable[..., Any], *values: Iterable[Any]) -> list[Any]:
    return list(builtins.map(function, *values))


def _filter(function: Callable[[Any], Any] | None, values: Iterable[Any]) -> Any:
    kept = builtins.filter(function, values)
    if isinstance(values, str):
        return "".join(kept)
    return tuple(kept) if isinstance(values, tuple) else list(kept)


def _zip(*values: Iterable[Any]) -> list[Any]:
    return list(builtins.zip(*values, strict=False))


def _open(name: str, mode: str = "r") -> Any:
    """A file of bytes: one that is not ASCII equals no character."""
    if "b" in mode:
        return Path(name).open(mode)
    return Path(name).open(mode, encoding="ascii", errors="surrogateescape", newline="\n")


def _print(*_: Any, **__: Any) -> None:
    """Nothing."""


_BUILTINS: dict[str, Any] = {
    "basestring": str,
    "unicode": str,
    "map": _map,
    "filter": _filter,
    "zip": _zip,
    "open": _open,
    "print": _print,
    **{
        f"_python2{helper.__name__}": helper
        for helper in {_divided, *_ORDERS.values(), *_VIEWS.values()}
    },
}


def _order(keys: Sequence[str]) -> list[str]:
    """Strings in the order in which Python 2.7 iterates over a dict that is written out of them.

    Its table of 2ⁿ places, open addressing and 64-bit hash, without randomisation.

    >>> _order(["a", "b", "c"])
    ['a', 'c', 'b']
    """
    size = 8
    while len(keys) > 5 and size <= len(keys):
        size *= 2
    table: dict[int, str] = {}
    for key in keys:
        _insert(table, size, key)
        if len(table) * 3 >= size * 2:
            old, table = [table[place] for place in sorted(table)], {}
            wanted, size = 4 * len(old), 8
            while size <= wanted:
                size *= 2
            for one in old:
                _insert(table, size, one)
    return [table[place] for place in sorted(table)]


_WORD = 2**64 - 1


def _insert(table: dict[int, str], size: int, key: str) -> None:
    value = ord(key[0]) << 7 if key else 0
    for character in key:
        value = (1000003 * value & _WORD) ^ ord(character)
    value ^= len(key)
    place, shifted = value, value
    while place % size in table:
        place = place * 5 + shifted + 1 & _WORD
        shifted >>= 5
    table[place % size] = key
