"""Intervals, tests and corrections: what must hold, and what scipy finds."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.coreference import CONLL, METRICS, Clusters, overlaps
from bench.coreference import statistics as cluster_sums
from bench.counts import ClusterCounts, Counts
from bench.errors import UsageError
from bench.figures import Figure
from bench.statistics import (
    Sampling,
    bootstrap,
    corrected,
    detectable,
    difference,
    figure,
    interval,
    letters,
    needed,
    recentred,
    resample,
    shard,
    significance,
    wilson,
)

RATES = ("precision", "recall", "f1")
FEW = Sampling(200)


def names(units: int) -> tuple[str, ...]:
    return tuple(f"d{i:04}" for i in range(units))


def counted(units: int, labels: int = 1, seed: int = 0, hit: float = 0.6, gold=None) -> Counts:
    """Counts of a random system; of the same seed, on the same gold."""
    rng = np.random.default_rng(seed)
    gold = rng.poisson(3, (units, labels)) if gold is None else gold
    rng = np.random.default_rng([seed, int(1000 * hit)])
    tp = rng.binomial(gold, hit)
    predicted = tp + rng.poisson(1, gold.shape)
    labelled = tuple("ABCDEFGH"[:labels]) if labels > 1 else ("",)
    return Counts(names(units), labelled, np.stack([tp, predicted, gold], axis=-1))


def pair(units: int, labels: int = 1, seed: int = 0) -> tuple[Counts, Counts]:
    return counted(units, labels, seed, 0.6), counted(units, labels, seed, 0.7)


def clustered(units: int, seed: int, metrics=CONLL) -> ClusterCounts:
    """Counts of coreference of random clusters of random mentions."""
    rng = np.random.default_rng(seed)

    def side():
        unit = np.repeat(np.arange(units), 8)
        kept = rng.random(len(unit)) < 0.8
        mention = np.tile(np.arange(8), units)
        return Clusters(unit[kept], mention[kept], rng.integers(0, 3, len(unit))[kept])

    found = overlaps(side(), side())
    sums = [cluster_sums(found, metric, units) for metric in metrics]
    return ClusterCounts(names(units), ("",), np.concatenate(sums, axis=1)[:, None], metrics)


def drawn_again(counts: Counts, weights) -> Counts:
    """The corpus that has each unit so many times."""
    rows = np.repeat(np.arange(len(counts.units)), weights)
    return replace(counts, units=names(len(rows)), values=counts.values[rows])


_small = st.integers(0, 2)


@st.composite
def _counts(draw, systems: int = 1):
    """Counts of systems on the same gold, small and often empty."""
    units, labels = draw(st.integers(2, 8)), draw(st.integers(1, 3))
    shape = (units, labels)

    def table():
        flat = draw(st.lists(_small, min_size=units * labels, max_size=units * labels))
        return np.array(flat).reshape(shape)

    gold = table()
    found = []
    for _ in range(systems):
        tp = np.minimum(gold, table())
        values = np.stack([tp, tp + table(), gold], axis=-1).astype(np.int16)
        found.append(Counts(names(units), tuple("ABC"[:labels]), values))
    return found[0] if systems == 1 else found


class TestFigures:
    @given(_counts(), st.data())
    def test_sums_are_worth_what_the_corpus_drawn_again_is_worth(self, counts, data) -> None:
        units = len(counts.units)
        weights = data.draw(st.lists(_small, min_size=units, max_size=units))
        average = data.draw(st.sampled_from(["micro", "macro", "documents"]))
        label = data.draw(st.sampled_from([None, *counts.labels]))
        zero = data.draw(st.sampled_from([None, 0.0, 1.0]))
        again = drawn_again(counts, weights)
        if label is not None:
            at = [counts.labels.index(label)]
            again = replace(again, labels=(label,), values=again.values[:, at])
        for rate in RATES:
            asked = figure(counts, rate, average=average, label=label, zero=zero)
            found = float(asked.worth(np.array(weights, dtype=float) @ asked.columns))
            expected = getattr(again.averaged(average, zero), rate)
            assert found == pytest.approx(np.nan if expected is None else expected, nan_ok=True)

    @pytest.mark.parametrize("metrics", [*((m,) for m in METRICS), CONLL], ids="+".join)
    @pytest.mark.parametrize("average", ["micro", "documents"])
    def test_coreference_likewise(self, metrics, average) -> None:
        counts = clustered(7, 3, metrics)
        weights = np.array([0, 2, 1, 0, 3, 1, 1])
        for rate in RATES if len(metrics) == 1 else ("f1",):
            asked = figure(counts, rate, average=average)
            expected = getattr(drawn_again(counts, weights).averaged(average), rate)
            found = asked.worth(weights.astype(float) @ asked.columns)
            assert float(found) == pytest.approx(expected, abs=1e-8)
            assert asked.value == getattr(counts.averaged(average), rate)

    def test_a_group_of_units_is_one_unit(self) -> None:
        counts = counted(6, 2)
        groups = dict(zip(counts.units, "bbaacc", strict=True))
        grouped = figure(counts).grouped(groups)
        values = counts.values.reshape(3, 2, 2, 3).sum(axis=1)[[1, 0, 2]]
        merged = figure(Counts(("a", "b", "c"), counts.labels, values))
        assert grouped.units == merged.units
        assert np.array_equal(grouped.columns, merged.columns)
        assert bootstrap([grouped], FEW) == bootstrap([merged], FEW)

    def test_a_label_that_one_system_has_not_counts_for_the_other(self) -> None:
        one = counted(5, 2)
        other = replace(one, labels=("A", "Z"), values=one.values * [[[1], [0]]])
        assert difference(one, other, label="A").value == 0
        assert difference(other, one, label="B").value is None  # nothing in gold: see below
        assert difference(other, one, label="B", zero=0).value == -one.by_label()["B"].f1


class TestDraws:
    def weights(self, units: int, sampling: Sampling):
        """How often each unit is drawn in each resample."""
        eye = np.eye(units)
        one_each = [
            Figure(names(units), eye[:, [i]], lambda sums: sums[..., 0], 1.0) for i in range(units)
        ]
        return np.stack(resample(one_each, sampling), axis=1)

    def test_a_resample_has_as_many_units_as_the_corpus(self) -> None:
        weights = self.weights(7, Sampling(20_000))
        assert (weights.sum(axis=1) == 7).all()
        counts = np.stack([(weights == k).mean(axis=0) for k in range(4)])
        expected = stats.binom(7, 1 / 7).pmf(np.arange(4))
        assert np.abs(counts - expected[:, None]).max() < 0.015
        covariances = np.cov(weights.T)
        assert np.abs(covariances - (np.eye(7) - 1 / 7)).max() < 0.04

    def test_each_stratum_keeps_its_size(self) -> None:
        strata = dict(zip(names(7), "bababab", strict=True))
        weights = self.weights(7, Sampling(2_000, strata=strata))
        inside = np.array([name == "a" for name in strata.values()])
        assert (weights[:, inside].sum(axis=1) == 3).all()
        assert (weights[:, ~inside].sum(axis=1) == 4).all()
        assert np.abs(weights.mean(axis=0) - 1).max() < 0.1

    def test_poisson_weights_are_poisson(self) -> None:
        weights = self.weights(7, Sampling(20_000, scheme="poisson"))
        counts = np.stack([(weights == k).mean(axis=0) for k in range(5)])
        assert np.abs(counts - stats.poisson(1).pmf(np.arange(5))[:, None]).max() < 0.015
        assert np.abs(np.cov(weights.T) - np.eye(7)).max() < 0.05

    def test_shards_add_up_to_the_corpus(self) -> None:
        counts, sampling = clustered(9, 4), Sampling(300, scheme="poisson")
        whole = figure(counts)
        sums = []
        for rows in ([0, 4, 8], [1], [7, 3, 2, 5, 6]):
            sums += shard([figure(counts.take(rows))], sampling)
        assert np.array_equal(whole.worth(sum(sums)), *resample([whole], sampling))

    @given(st.integers(0, 5), st.sampled_from(["multinomial", "poisson"]))
    @settings(max_examples=20)
    def test_order_portions_and_workers_do_not_show(self, seed, scheme) -> None:
        sampling = Sampling(600, seed=seed, scheme=scheme)
        ours, theirs = pair(30, 3, seed)
        asked = {
            "micro": lambda a, b: difference(a, b),
            "macro": lambda a, b: difference(a, b, average="macro"),
            "label": lambda a, b: difference(a, b, "recall", label="B"),
            "documents": lambda a, b: difference(a, b, average="documents"),
        }
        together = [make(ours, theirs) for make in asked.values()]
        expected = bootstrap(together, sampling), significance(together, sampling)
        order = np.random.default_rng(seed).permutation(30)
        sides = [
            replace(side, units=tuple(side.units[i] for i in order), values=side.values[order])
            for side in (ours, theirs)
        ]
        apart = [make(*sides) for make in asked.values()]
        with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(3) as executor:
            patch.setattr("bench.resampling._DRAWN", 70)
            patch.setattr("bench.resampling._HELD", 3000)
            patch.setattr("bench.resampling._MANY", seed)
            for one, drawn, tested in zip(apart, *expected, strict=True):
                assert bootstrap([one], sampling, executor=executor) == [drawn]
                assert significance([one], sampling, executor=executor) == [tested]

    def test_coreference_does_not_depend_on_what_else_is_asked(self) -> None:
        ours, theirs = clustered(40, 1), clustered(40, 2)
        alone = resample([difference(ours, theirs)], FEW)[0]
        others = [figure(counted(40, 8), label=label) for label in "ABCDEFGH"]
        assert np.array_equal(resample([*others, difference(ours, theirs)], FEW)[-1], alone)

    def test_more_resamples_begin_with_the_fewer(self) -> None:
        (few,), (many,) = (resample([figure(counted(20))], Sampling(n)) for n in (300, 900))
        assert np.array_equal(few, many[:300])

    def test_figures_of_other_units_have_draws_of_their_own(self) -> None:
        one, other = figure(counted(10)), figure(counted(12))
        assert bootstrap([one, other], FEW) == [*bootstrap([one], FEW), *bootstrap([other], FEW)]


class TestIntervals:
    @pytest.mark.parametrize(("ours", "scipys"), [("percentile", "percentile"), ("bca", "BCa")])
    @pytest.mark.parametrize("units", [5, 40])
    def test_agrees_with_scipy_on_the_same_resamples(self, ours, scipys, units) -> None:
        asked = difference(*pair(units))
        (values,) = resample([asked], Sampling(999))
        columns = asked.columns

        def worth(*sides, axis):
            return asked.worth(np.stack([side.sum(axis=axis) for side in sides], axis=-1))

        given_draws = stats.bootstrap(
            tuple(columns.T),
            worth,
            n_resamples=2,
            paired=True,
            vectorized=True,
            method="percentile",
        )
        given_draws.bootstrap_distribution = values
        expected = stats.bootstrap(
            tuple(columns.T),
            worth,
            n_resamples=0,
            paired=True,
            vectorized=True,
            method=scipys,
            bootstrap_result=given_draws,
        )
        found = interval(asked, values, method=ours)
        assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval))
        assert found.error == pytest.approx(expected.standard_error)

    def test_agrees_with_scipy_that_draws_itself(self) -> None:
        asked = figure(counted(50))
        (found,) = bootstrap([asked], Sampling(20_000))
        expected = stats.bootstrap(
            tuple(asked.columns.T),
            lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis),
            n_resamples=20_000,
            paired=True,
            vectorized=True,
            batch=1000,
            method="percentile",
            rng=np.random.default_rng(3),
        )
        close = found.error / 10
        assert (found.low, found.high) == pytest.approx(
            tuple(expected.confidence_interval), abs=close
        )
        (poisson,) = bootstrap([asked], Sampling(20_000, scheme="poisson"))
        assert (poisson.low, poisson.high) == pytest.approx((found.low, found.high), abs=close)

    @given(_counts(), st.sampled_from(["micro", "macro", "documents"]))
    def test_a_system_does_not_differ_from_itself(self, counts, average) -> None:
        asked = difference(counts, counts, average=average)
        if asked.value is None:
            return
        for method in ("percentile", "bca"):
            (found,) = bootstrap([asked], FEW, method=method)
            assert (found.value, found.low, found.high) == (0, 0, 0)
        for method in ("randomisation", "bootstrap"):
            (tested,) = significance([asked], FEW, method=method)
            assert (tested.p, tested.differing) == (1, 0)

    @given(_counts(systems=2), st.sampled_from(["micro", "macro", "documents"]))
    def test_turning_a_difference_round_turns_its_interval_round(self, systems, average) -> None:
        there, back = (difference(*order, average=average) for order in (systems, systems[::-1]))
        (one,), (other,) = (bootstrap([asked], FEW) for asked in (there, back))
        ends = (other.value, other.low, other.high)
        assert (one.value, one.high, one.low) == tuple(e if e is None else -e for e in ends)
        for method in ("randomisation", "bootstrap", "sacrebleu"):
            (first,), (second,) = (significance([d], FEW, method=method) for d in (there, back))
            assert first.p == second.p

    def test_bca_moves_towards_the_truth_of_a_skewed_figure(self) -> None:
        asked = figure(counted(12, hit=0.97), "recall")
        (values,) = resample([asked], Sampling(5_000))
        plain, mended = (interval(asked, values, method=m) for m in ("percentile", "bca"))
        assert mended.low < plain.low
        assert mended.high <= 1

    def test_strata_narrow_the_interval_where_they_differ(self) -> None:
        counts = counted(40)
        counts.values[:20, :, 0] = 0
        strata = {unit: str(i < 20) for i, unit in enumerate(counts.units)}
        free, tied = Sampling(1000), Sampling(1000, strata=strata)
        for method in ("percentile", "bca"):
            (wide,), (narrow,) = (
                bootstrap([figure(counts)], s, method=method) for s in (free, tied)
            )
            assert wide.low < narrow.low < narrow.value < narrow.high < wide.high

    def test_undefined_resamples_are_left_out_and_counted(self) -> None:
        values = np.zeros((5, 1, 3), dtype=int)
        values[0] = (1, 1, 2)
        counts = Counts(names(5), ("",), values)
        (found,) = bootstrap([figure(counts)], Sampling(5_000))
        assert (found.low, found.high) == (2 / 3, 2 / 3)
        assert found.undefined / 5_000 == pytest.approx(0.8**5, abs=0.03)
        (filled,) = bootstrap([figure(counts, zero=0)], Sampling(5_000))
        assert (filled.low, filled.undefined) == (0, 0)

    def test_an_undefined_figure_has_no_interval_and_no_p(self) -> None:
        nothing = Counts(names(3), ("",), np.zeros((3, 1, 3), dtype=int))
        for average in ("micro", "macro"):
            (found,) = bootstrap([figure(nothing, average=average)], FEW)
            assert (found.value, found.low, found.high, found.undefined) == (None, None, None, 200)
        asked = difference(nothing, nothing)
        for method in ("randomisation", "bootstrap", "sacrebleu"):
            assert significance([asked], FEW, method=method)[0].p is None


class TestSignificance:
    @pytest.mark.parametrize("average", ["micro", "documents"])
    @pytest.mark.parametrize("seed", range(4))
    def test_all_swaps_are_those_of_scipy(self, average, seed) -> None:
        asked = difference(*pair(9, 2, seed), average=average)
        both = np.concatenate([asked.ours.columns, asked.theirs.columns])

        def worth(one, other, axis):
            first, second = (both[side].sum(axis=axis - 1) for side in (one, other))
            return asked.ours.worth(first) - asked.theirs.worth(second)

        expected = stats.permutation_test(
            (np.arange(9), np.arange(9) + 9),
            worth,
            permutation_type="samples",
            vectorized=True,
            n_resamples=np.inf,
        )
        (found,) = significance([asked])
        assert found.exact
        assert found.p == pytest.approx(expected.pvalue)

    def test_random_swaps_come_close_to_all(self, monkeypatch) -> None:
        asked = [difference(*pair(14, seed=seed)) for seed in range(6)]
        every = significance(asked)
        monkeypatch.setattr("bench.statistics._ENUMERATED", -1)
        some = significance(asked, Sampling(20_000))
        assert not any(found.exact for found in some)
        assert [f.p for f in some] == pytest.approx([f.p for f in every], abs=0.015)

    def test_p_is_never_zero(self) -> None:
        ours, theirs = counted(60, hit=0.99), counted(60, hit=0.01)
        for method in ("randomisation", "bootstrap", "sacrebleu"):
            (found,) = significance([difference(ours, theirs)], FEW, method=method)
            assert found.p == 1 / 201
        few = difference(counted(5, hit=0.99), counted(5, hit=0.01))
        assert significance([few])[0].p >= 2 / 2**5  # all swapped is as far

    def test_the_mode_of_sacrebleu_is_its_formula(self) -> None:
        asked = difference(*pair(40))
        (values,) = resample([asked], Sampling(500))
        sizes = np.abs(values)
        hits = (sizes - sizes.mean() > abs(asked.value)).sum()
        (found,) = significance([asked], Sampling(500), method="sacrebleu")
        assert found.p == (hits + 1) / 501
        assert recentred(asked, values, "sacrebleu") == found
        assert found.p < significance([asked], Sampling(500), method="bootstrap")[0].p

    def test_coreference_can_be_tested(self) -> None:
        ours, theirs = clustered(30, 1), clustered(30, 2)
        (found,) = significance([difference(ours, theirs)], FEW)
        assert found.differing == 30
        assert found.difference == pytest.approx(ours.micro().f1 - theirs.micro().f1)
        assert 0.01 < found.p <= 1


class TestCorrections:
    P = (0.01, None, 0.04, 0.03, 0.005)

    def test_holm(self) -> None:
        assert corrected(self.P) == pytest.approx([0.03, None, 0.06, 0.06, 0.02])
        assert corrected([0.5, 0.9]) == [1.0, 1.0]
        assert corrected([0.04, 0.04]) == [0.08, 0.08]
        assert corrected([]) == []

    def test_benjamini_hochberg(self) -> None:
        found = corrected(self.P, "benjamini-hochberg")
        assert found == pytest.approx([0.02, None, 0.04, 0.04, 0.02])

    def test_none(self) -> None:
        assert corrected(self.P, "none") == list(self.P)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
    def test_benjamini_hochberg_is_that_of_scipy(self, p) -> None:
        expected = stats.false_discovery_control(p, method="bh")
        assert corrected(p, "benjamini-hochberg") == pytest.approx(list(expected))

    @given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=9))
    def test_no_correction_makes_p_smaller_or_changes_the_order(self, p) -> None:
        for method in ("holm", "benjamini-hochberg"):
            found = corrected(p, method)
            assert all(a <= b <= 1 for a, b in zip(p, found, strict=True))
            assert sorted(found) == [found[i] for i in np.argsort(p)]
        hochberg, holm = corrected(p, "benjamini-hochberg"), corrected(p)
        assert all(a <= b for a, b in zip(hochberg, holm, strict=True))


class TestPower:
    def test_a_detectable_difference_is_found_in_four_of_five_cases(self) -> None:
        rng, error = np.random.default_rng(1), 0.02
        seen = rng.normal(detectable(error), error, 100_000)
        assert (2 * stats.norm.sf(np.abs(seen) / error) < 0.05).mean() == pytest.approx(
            0.8, abs=0.01
        )

    def test_so_many_units_make_the_difference_detectable(self) -> None:
        (found,) = bootstrap([difference(*pair(50))])
        wanted = needed(found)
        assert wanted is not None
        error = found.error * np.sqrt(found.units / wanted)
        assert detectable(error) == pytest.approx(abs(found.value), rel=0.02)
        assert detectable(error) <= abs(found.value)

    def test_no_number_of_units_shows_no_difference(self) -> None:
        assert needed(bootstrap([difference(counted(9), counted(9))], FEW)[0]) is None


class TestWilson:
    @given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
    def test_is_that_of_scipy(self, total, data, level) -> None:
        hits = data.draw(st.integers(0, total))
        expected = stats.binomtest(hits, total).proportion_ci(level, method="wilson")
        assert wilson(hits, total, level) == pytest.approx(tuple(expected), abs=1e-12)

    def test_nothing_has_no_interval(self) -> None:
        assert wilson(0, 0) is None


class TestRefusals:
    def test_one_unit(self) -> None:
        one = counted(1)
        for refused in (
            lambda: bootstrap([figure(one)]),
            lambda: significance([difference(one, one)]),
            lambda: significance([difference(one, one)], method="bootstrap"),
        ):
            with pytest.raises(UsageError, match=r"1 unit: .* from two on"):
                refused()

    def test_units_that_differ(self) -> None:
        with pytest.raises(UsageError, match="different units, such as 'd0003'"):
            difference(counted(3), counted(4))

    def test_another_gold(self) -> None:
        with pytest.raises(UsageError, match="same gold"):
            difference(counted(3, 2), counted(3, 3), average="macro")

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda f: bootstrap(f, method="bcaa"), "no interval 'bcaa'; did you mean bca"),
            (lambda f: bootstrap(f, level=95), "level 95: expected a share"),
            (lambda f: significance(f, method="t-test"), "no test 't-test'"),
            (lambda _: corrected([0.1], "holmes"), "no correction 'holmes'; did you mean holm"),
            (lambda _: figure(counted(3), "f2"), "no figure 'f2'"),
            (lambda _: figure(counted(3), average="mean"), "no average 'mean'"),
            (lambda _: figure(counted(3, 2), label="Q"), "no label 'Q'; known: A, B"),
            (lambda _: figure(clustered(3, 1), "recall"), "CoNLL average .* no recall"),
            (lambda _: figure(clustered(3, 1), average="macro"), "coreference has no labels"),
            (lambda _: Sampling(scheme="bayes"), "no scheme 'bayes'"),
            (lambda _: Sampling(0), "one resample at least"),
            (lambda _: Sampling(seed=-1), "seed that is not below 0"),
            (lambda _: Sampling(scheme="poisson", strata={}), "they know no strata"),
            (lambda f: bootstrap(f, Sampling(strata={})), "'d0000' has no stratum"),
            (
                lambda f: bootstrap(f, Sampling(strata={u: u for u in f[0].units})),
                "each unit is a stratum",
            ),
            (lambda f: f[0].grouped({"d0000": "x"}), "'d0001' has no group"),
            (lambda f: shard(f, FEW), "only with the scheme poisson"),
            (lambda _: wilson(3, 2), "3 of 2 is no proportion"),
            (lambda _: detectable(0.1, power=1), "power 1: expected a share"),
        ],
    )
    def test_says_what_is_wrong(self, call, message) -> None:
        with pytest.raises(UsageError, match=message):
            call([difference(*pair(5))])


def test_intervals_and_tests_keep_about_what_they_promise(root: Path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(root / "benchmarks")
    import validity

    times, error = 300, 4 * (0.05 * 0.95 / 300) ** 0.5
    assert all(
        abs(share - 0.95) < error + 0.02 for share in validity.coverage(40, times, 400).values()
    )
    found = validity.rejections(40, times, 400, validity.SAME)
    assert abs(found["randomisation"] - 0.05) < error
    assert abs(found["bootstrap"] - 0.05) < error + 0.02
    assert found["sacrebleu"] > found["randomisation"]
    for module in ("validity", "budgets"):
        sys.modules.pop(module, None)


@given(st.integers(1, 7), st.data())
def test_systems_share_a_letter_exactly_if_they_cannot_be_told_apart(number, data) -> None:
    pairs = [(i, j) for i in range(number) for j in range(i + 1, number)]
    differ = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    order = data.draw(st.permutations(range(number)))
    found = letters(order, differ)
    assert found[order[0]].startswith("a")
    for i, j in pairs:
        assert bool(set(found[i]) & set(found[j])) == ((i, j) not in differ)


def test_a_proportion_that_never_varies_has_the_bounds_of_wilson() -> None:
    values = np.array([[[2, 2, 4]], [[3, 3, 5]]])
    counts = Counts(("a", "b"), ("",), values)
    precision, recall, f1 = bootstrap([figure(counts, rate) for rate in RATES], FEW)
    assert (precision.method, precision.low, precision.high) == ("wilson", *wilson(5, 5))
    assert (recall.method, f1.method) == ("percentile", "percentile")
    (two,) = bootstrap([difference(counts, counts, "precision")], FEW)
    assert (two.method, two.low, two.high) == ("percentile", 0.0, 0.0)
