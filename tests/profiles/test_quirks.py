"""Each profile does what its original does where that differs from `standard`."""

import gc
import importlib.util
import json

import pytest

from bench.errors import InputError
from bench.profiles import find, names

QUIRKS = [(name, i) for name in names() for i in range(len(find(name).quirks))]


@pytest.mark.parametrize(("name", "number"), QUIRKS)
def test_a_quirk_gives_the_figures_that_its_original_prints(name, number) -> None:
    profile = find(name)
    quirk = profile.quirks[number]
    shown = {one.name: one.shown for one in profile.score(quirk.gold, quirk.predicted)}
    assert quirk.shown.items() <= shown.items()


@pytest.mark.parametrize("name", names())
def test_a_profile_says_what_it_is(name) -> None:
    profile = find(name)
    assert profile.name == name
    assert profile.explains
    assert profile.original
    assert profile.quirks
    assert all(quirk.what and quirk.shown for quirk in profile.quirks)


def test_all_profiles_stand_side_by_side_with_the_standard(bench, root) -> None:
    passes = root / "gold" / "seed" / "passes"
    code, out, err = bench("score", passes / "a", passes / "b", "--profile", "all",
                           "--format", "json")  # fmt: skip
    assert code == 0
    rows = json.loads(out)["rows"]
    said = {row["profile"] for row in rows}
    refused = {line.split(": ")[1] for line in err.splitlines() if "not scored" in line}
    assert said | refused == {*names(), "standard"}
    assert len(said) > 12
    textee = {row["figure"]: row["F1"].strip() for row in rows if row["profile"] == "textee"}
    standard = {row["figure"]: row["F1"] for row in rows if row["profile"] == "standard"}
    assert textee["Tri-I"] == standard["events.trigger"]
    assert "textee: " in err


def test_an_unknown_profile_is_named_with_the_nearest(bench) -> None:
    code, _, err = bench("score", "seed", "-", "--profile", "textree")
    assert code == 2
    assert "no profile 'textree': did you mean textee?" in err


def test_profiles_are_listed(bench) -> None:
    rows = json.loads(bench("list", "profiles", "--format", "json")[1])["rows"]
    assert [row["profile"] for row in rows] == names()


def test_the_page_of_profiles_is_what_make_docs_writes(root) -> None:
    spec = importlib.util.spec_from_file_location("generate", root / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for file, page in generate.PAGES.items():
        assert (root / "docs" / file).read_text() == page()


def test_the_collector_runs_again_after_scoring_and_after_a_refusal() -> None:
    profile = find("textee")
    profile.score(profile.quirks[0].gold, profile.quirks[0].predicted)
    assert gc.isenabled()
    with pytest.raises(InputError):
        profile.score(profile.quirks[0].gold, [])
    assert gc.isenabled()
