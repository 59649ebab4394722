"""What `import bench` offers."""

import subprocess
import sys

import pytest

import bench


def test_every_public_name_is_there_once() -> None:
    assert sorted(set(bench.__all__)) == dir(bench)
    assert len(set(bench.__all__)) == len(bench.__all__)
    for name in bench.__all__:
        assert getattr(bench, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        bench.nothing  # noqa: B018


def test_importing_it_costs_nothing() -> None:
    code = "import bench, sys; print(sorted({'numpy', 'msgspec', 'typer'} & sys.modules.keys()))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_all_public_things_have_a_docstring() -> None:
    for name in bench.__all__:
        thing = getattr(bench, name)
        if callable(thing):
            assert thing.__doc__, name


def test_the_errors_are_one_tree_with_one_exit_code_each() -> None:
    for name in ("InputError", "UsageError", "NotInstalled", "SystemFailed", "NothingMeasured"):
        assert issubclass(getattr(bench, name), bench.BenchError)
    assert issubclass(bench.NotInstalled, bench.UsageError)
