"""Evidence, interval and smallest effect: what they promise, counted on simulated minutes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.family import family_evidence, holm
from vitals.verify.compare.interval import Noise, Question, noise_of
from vitals.verify.compare.judge import ALPHA, FEWEST, LATENCY_FLOOR, SHARE_FLOOR
from vitals.verify.compare.one_look import log_inverse_p
from vitals.verify.compare.rates import rate_evidence
from vitals.verify.compare.simulation import (
    EFFECT,
    autoregressive,
    best_possible,
    decided_once,
    decisions,
    judged,
    with_mean,
)
from vitals.verify.compare.whitening import INDEPENDENT, NOISES, SETTLED, expected_sums, final, running_sums, shifted

RUNS, MINUTES, NOISE = 300, 60, 0.1
SINGLE = math.log(1 / ALPHA)
AT_ANY_LOOK = Question(SINGLE, LATENCY_FLOOR)
ONCE = Question(SINGLE, LATENCY_FLOOR, log_inverse_p)


def minutes(rho: float, *, endpoints: int = 1, length: int = MINUTES, runs: int = RUNS) -> np.ndarray:
    """Differences of two sides that are alike: deviation 0.1, autocorrelation as given."""
    rng = np.random.default_rng([1, round(rho * 10), endpoints, length])
    return NOISE * autoregressive(rng.standard_normal((runs, endpoints, length)), rho)


def test_the_sums_give_what_normal_densities_give() -> None:
    """Under each noise: the determinant, and the squares of a series and of its mean in the noise's own metric."""
    series = minutes(0.5, length=7, runs=1)[0, 0] + 0.05
    sums, ones = final(running_sums(series)), np.ones(len(series))

    assert len(NOISES) > 1
    for index, one in enumerate(NOISES):
        apart = np.abs(np.subtract.outer(range(len(series)), range(len(series))))
        alike = one.lasting * one.autocorrelation**apart + (1 - one.lasting) * np.eye(len(series))
        solved = np.linalg.solve(alike, np.stack((series, ones)).T)

        assert sums.determinant[index] == pytest.approx(np.linalg.slogdet(alike)[1])
        assert sums.residual[index] == pytest.approx(series @ solved[:, 0])
        assert sums.score[index] == pytest.approx(series @ solved[:, 1])
        assert sums.information[index] == pytest.approx(ones @ solved[:, 1])


def test_sums_of_a_shifted_series_are_those_of_its_values_shifted() -> None:
    """One series, two shifts."""
    series = minutes(0.5, length=20, runs=1)[0, 0]
    by = np.array([0.1, -0.3])
    found = shifted(final(running_sums(series)), by)
    expected = final(running_sums(series - by[:, None]))

    np.testing.assert_allclose(found.residual, expected.residual)
    np.testing.assert_allclose(found.score, expected.score)


@pytest.mark.parametrize("length", [10, SETTLED + 80])
def test_expected_sums_are_the_mean_of_sums(length: int) -> None:
    """Of two thousand series of a known noise and mean, in a short run and in one beyond which filters have settled."""
    series = minutes(0.7, length=length, runs=2000)[:, 0] + 0.05
    found = final(running_sums(series))
    expected = expected_sums(length, np.array([0.05]), NOISE, 0.7)

    np.testing.assert_allclose(found.residual.mean(axis=1), expected.residual[:, 0], rtol=0.05)
    np.testing.assert_allclose(found.information, expected.information)
    np.testing.assert_allclose(found.determinant, expected.determinant)


def test_noise_of_each_minutes_own_does_not_hide_what_lasts() -> None:
    """Half of it lasts (.8): the standard error of its mean is found, which the lag-one autocorrelation hides."""
    rng = np.random.default_rng(5)
    steps = rng.standard_normal((40, 240))
    series = (autoregressive(rng.standard_normal((40, 240)), 0.8) + steps) / math.sqrt(2)
    errors = [noise_of(one, 0.0).standard_error(240) for one in series]

    assert np.median(errors) == pytest.approx(math.sqrt((0.5 * 9 + 0.5) / 240), rel=0.25)


@pytest.mark.parametrize("own", [0.0, 0.5])
def test_four_hours_of_alike_sides_are_hardly_ever_called_different(own: float) -> None:
    """Autocorrelation .8 of all noise, and of half of it beside noise of each minute's own: at any look and once."""
    rng = np.random.default_rng(6)
    parts = autoregressive(rng.standard_normal((RUNS, 1, 240)), 0.8), rng.standard_normal((RUNS, 1, 240))
    series = NOISE * (math.sqrt(1 - own) * parts[0] + math.sqrt(own) * parts[1])
    chance = 2 * math.sqrt(ALPHA * (1 - ALPHA) / RUNS)

    assert decisions(judged(series)[0]).any(axis=(1, 2)).mean() <= ALPHA + chance
    assert decided_once(judged(series)[1]).mean() <= ALPHA + chance


@pytest.mark.parametrize(("rho", "endpoints"), [(0.0, 1), (0.5, 10), (0.8, 1), (0.8, 10)])
def test_alike_sides_are_hardly_ever_called_different_at_any_minute(rho: float, endpoints: int) -> None:
    """Of all runs at most one in twenty has a verdict, whatever the autocorrelation and the number of endpoints."""
    wrong = decisions(judged(minutes(rho, endpoints=endpoints))[0]).any(axis=(1, 2)).mean()

    assert wrong <= ALPHA


@pytest.mark.parametrize(("rho", "endpoints", "length"), [(0.0, 1, 60), (0.5, 10, 60), (0.8, 1, 60), (0.8, 10, 10)])
def test_alike_sides_that_are_finished_are_called_different_as_often_as_promised(
    rho: float, endpoints: int, length: int
) -> None:
    """Of a thousand runs that are looked at once, at most one in twenty and what chance adds to that."""
    differences = with_mean(minutes(rho, endpoints=endpoints, length=length, runs=1000))
    wrong = decided_once(judged(differences)[1]).any(axis=1).mean()

    assert wrong <= ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / 1000)


def test_one_look_is_students_t_where_minutes_are_known_to_be_independent(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an autocorrelation of zero alone, the p-value is that of the textbook."""
    monkeypatch.setattr(
        "vitals.verify.compare.one_look._LOG_PRIOR", [0 if one == INDEPENDENT else -99 for one in NOISES]
    )
    series = minutes(0.0, length=12, runs=1)[0, 0] + 0.04
    expected = stats.ttest_1samp(series, 0.0).pvalue

    assert math.exp(-log_inverse_p(running_sums(series), 0.0)[-1]) == pytest.approx(expected, rel=1e-6)
    assert log_inverse_p(running_sums(series), 0.0)[1] == 0


def test_finished_runs_find_more_than_runs_that_are_watched() -> None:
    """The same minutes, looked at once, find more than at any look, and about what can be found at all."""
    series = minutes(0.5) + math.log1p(EFFECT)
    watched = decisions(judged(series)[0]).any(axis=(1, 2)).mean()
    finished = decided_once(judged(series)[1]).any(axis=1).mean()

    assert watched + 0.1 < finished <= best_possible(0.5, NOISE / math.sqrt(2)) + 0.02


@pytest.mark.parametrize("question", [AT_ANY_LOOK, ONCE], ids=["any look", "one look"])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_the_interval_holds_the_change_and_the_smallest_effect_is_found(rho: float, question: Question) -> None:
    """At least 95 of 100 intervals hold the truth; what "would have been found" is found in about nine of ten runs."""
    truth = 0.07
    series = minutes(rho)
    ends = [question.interval(one + truth) for one in series[:60, 0]]
    smallest = question.smallest_found(Noise(NOISE, rho), MINUTES)
    found = np.asarray(decisions(judged(series + smallest)[0]).any(axis=2))
    if question is ONCE:
        found = np.asarray(decided_once(judged(series + smallest)[1]))

    assert sum(low <= truth <= high for low, high in ends) >= 0.95 * len(ends) - 3
    assert 0.83 <= found.any(axis=1).mean() <= 0.99


@pytest.mark.parametrize("question", [AT_ANY_LOOK, ONCE], ids=["any look", "one look"])
def test_a_longer_run_finds_less_and_the_needed_length_finds_the_effect(question: Question) -> None:
    """The minutes that are said to be needed are the first whose smallest effect is the one that matters."""
    noise = noise_of(minutes(0.5)[0, 0], LATENCY_FLOOR)
    needed = question.minutes_needed(noise, 0.1, FEWEST)

    assert needed is not None
    assert question.smallest_found(noise, needed) <= 0.1
    assert question.smallest_found(noise, needed - 1) > 0.1
    assert question.minutes_needed(noise, 1e-5, FEWEST) is None


def test_the_mean_of_many_endpoints_finds_what_none_of_them_shows() -> None:
    """Twenty noisy endpoints that are all five percent slower: their mean is found far more often than one of them."""
    series = minutes(0.5, endpoints=20, runs=100) + 0.05
    alone = decided_once(judged(series)[1]).any(axis=1).mean()
    together = decided_once(judged(with_mean(series))[1]).any(axis=1).mean()

    assert together > alone + 0.3


def test_holm_asks_less_of_each_next_one() -> None:
    """Of three, the surest pays three times, the next twice, and none is surer than one before it."""
    p = np.array([0.01, 0.04, 0.02])
    adjusted = np.exp(-holm(-np.log(p)))

    assert adjusted == pytest.approx([0.03, 0.04, 0.04])


def test_values_that_are_rounded_alike_prove_nothing_small() -> None:
    """Five minutes that differ by half a percent each time are within the error of the quantile."""
    assert log_evidence(running_sums(np.full(5, 0.005)), LATENCY_FLOOR)[-1] < SINGLE
    assert log_evidence(running_sums(np.full(30, 0.5)), LATENCY_FLOOR)[-1] > SINGLE
    assert log_evidence(running_sums(np.zeros(60)), LATENCY_FLOOR)[-1] <= 0


def test_the_family_is_corrected_by_its_weakest_set() -> None:
    """The corrected evidence is the smallest mean over all sets that hold the comparison."""
    evidence = np.random.default_rng(1).normal(0, 2, (5, 1))
    corrected = family_evidence(evidence)[:, 0]

    assert len(corrected) == 5
    for index, found in enumerate(corrected):
        sets = [chosen for size in range(1, 6) for chosen in itertools.combinations(range(5), size) if index in chosen]

        assert len(sets) == 16
        assert found == pytest.approx(min(math.log(np.exp(evidence[list(one), 0]).mean()) for one in sets))


def test_errors_that_come_one_by_one_are_judged_by_their_counts() -> None:
    """Equal rates are called different in at most one of twenty runs; a tenfold rate always is, at unequal traffic."""
    rng = np.random.default_rng(2)
    requests_a, requests_b = np.full((RUNS, MINUTES), 500.0), np.full((RUNS, MINUTES), 50.0)
    few_a, few_b = (rng.binomial(size.astype(int), 0.01).astype(float) for size in (requests_a, requests_b))
    many_b = rng.binomial(requests_b.astype(int), 0.1).astype(float)

    assert (rate_evidence(requests_a, few_a, requests_b, few_b).max(axis=1) >= SINGLE).mean() <= ALPHA
    assert (rate_evidence(requests_a, few_a, requests_b, many_b)[:, -1] >= SINGLE).all()


def test_bursts_of_errors_are_hardly_ever_called_a_difference_in_hours() -> None:
    """At a rate that varies by a factor of e from minute to minute, and in 20-minute bursts in the midst of a run."""
    rng = np.random.default_rng(4)
    levels = (np.exp(autoregressive(rng.standard_normal((RUNS, 240)), 0.8) - 0.5) for _ in range(2))
    a, b = (rng.poisson(3 * level) / 600 for level in levels)
    burst = np.full((RUNS, 240), 0.005)
    for course, begin in zip(burst, rng.integers(10, 230, RUNS), strict=True):
        course[begin : begin + 20] = 1 / 3
    c, d = rng.binomial(600, burst) / 600, rng.binomial(600, 0.005, (RUNS, 240)) / 600

    swelling, one_long = (
        (log_evidence(running_sums(one), SHARE_FLOOR)[:, FEWEST - 1 :].max(axis=-1) >= SINGLE).mean()
        for one in (b - a, d - c)
    )
    assert swelling <= ALPHA
    assert one_long <= ALPHA


def test_the_limit_of_power_is_that_of_the_mean_where_minutes_are_independent() -> None:
    """Two independent means of sixty minutes: the textbook power of a z-test."""
    error = 0.2 * math.sqrt(2 / MINUTES)

    assert best_possible(0.0, 0.2) == pytest.approx(
        math.erfc((1.96 - math.log(1.1) / error) / math.sqrt(2)) / 2, abs=1e-3
    )
