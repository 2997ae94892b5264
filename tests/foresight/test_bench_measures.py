"""The bench counts events, ranks scores and chooses thresholds as it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.foresight.made import daily
from vitals.errors import VitalsError
from vitals.foresight.bench.clean import CADENCES, clean_series
from vitals.foresight.bench.clean import KINDS as CLEAN_KINDS
from vitals.foresight.bench.compare import MethodResult, compare, tuned_threshold
from vitals.foresight.bench.data import LabelledSeries, labelled_series, request_traces
from vitals.foresight.bench.demand import demand_results
from vitals.foresight.bench.events import EventCount, count_events, episodes, probation
from vitals.foresight.bench.inject import INCIDENTS, SEEDS, signal, with_incidents
from vitals.foresight.bench.kpis import FIRST, KINDS, simulated_kpi
from vitals.foresight.bench.losses import quantile_loss
from vitals.foresight.bench.page import results_page
from vitals.foresight.bench.peers import NEEDS, PEERS
from vitals.foresight.bench.pictures import example_png, methods_png
from vitals.foresight.bench.published_rules import grafana_robust
from vitals.foresight.bench.together import (
    EVENTS,
    RULES,
    RuleResult,
    by_chance,
    simulated_service,
)
from vitals.foresight.bench.together import (
    FIRST as CALM_ROWS,
)
from vitals.foresight.bench.together import (
    KINDS as SIGNALS,
)
from vitals.foresight.bench.volume import vus_pr
from vitals.foresight.detect import detect
from vitals.foresight.series import FloatArray

TIMES: FloatArray = 300.0 * np.arange(2016, dtype=np.float64)
"""A week of five minutes."""


def alarms_at(*rows: int) -> NDArray[np.bool_]:
    """Alarms at these rows."""
    alarms = np.zeros(len(TIMES), dtype=np.bool_)
    alarms[list(rows)] = True
    return alarms


def test_alarms_within_an_hour_are_one_episode() -> None:
    """An hour apart are two."""
    assert episodes(TIMES, alarms_at(100, 111)) == [(30000.0, 33300.0)]
    assert episodes(TIMES, alarms_at(100, 112)) == [(30000.0, 30000.0), (33600.0, 33600.0)]
    assert episodes(TIMES, alarms_at()) == []


def test_hits_and_false_alarms_are_counted_once() -> None:
    """Two windows, one found twice; an episode that reaches into a window is not a false alarm."""
    windows = [(300.0 * 500, 300.0 * 520), (300.0 * 900, 300.0 * 950)]
    count = count_events(TIMES, alarms_at(495, 503, 515, 1500, 1505, 1700), windows)

    assert (count.events, count.hits, count.false_alarms) == (2, 1, 2)
    assert count.delays == (900.0,)
    assert count.weeks == pytest.approx(0.85, abs=0.01)
    assert count.recall == 0.5
    assert count.precision == pytest.approx(1 / 3)
    assert count.f1 == pytest.approx(0.4)
    assert (count + count).false_per_week == pytest.approx(count.false_per_week)


def test_probation_is_not_scored() -> None:
    """Neither its alarms nor its events; an event that lasts beyond it is."""
    first = probation(len(TIMES))

    assert (first, probation(100_000)) == (302, 750)
    assert count_events(TIMES, alarms_at(10, 200), [(300.0 * 5, 300.0 * 250)]).events == 0
    assert count_events(TIMES, alarms_at(310), [(300.0 * 250, 300.0 * 320)]).hits == 1


def test_without_alarms_precision_is_one_and_f1_zero() -> None:
    """And nothing divides by zero."""
    assert EventCount(events=3).f1 == 0.0
    assert EventCount(events=3).precision == 1.0
    assert EventCount().false_per_week == 0.0


def test_the_volume_is_high_for_the_labels_and_low_for_noise() -> None:
    """One for the labels without a buffer, near their share for random scores, low for their opposite."""
    labels = alarms_at(*range(800, 820), *range(1500, 1530))
    noise = np.random.default_rng(1).random(len(labels))

    assert vus_pr(labels.astype(float), labels, 0) == pytest.approx(1.0)
    assert vus_pr(labels + 0.1 * noise, labels, 40) > 0.75
    assert vus_pr(noise, labels, 40) < 0.1
    assert vus_pr(-labels.astype(float), labels, 0) < 0.05
    assert np.isnan(vus_pr(noise, np.zeros(len(labels), dtype=np.bool_), 40))


def test_quantile_loss_weighs_what_lies_above() -> None:
    """Nine to one at 0.9."""
    truth = np.array([10.0])

    assert quantile_loss(truth, np.array([0.0]), 0.9) == pytest.approx(9.0)
    assert quantile_loss(truth, np.array([20.0]), 0.9) == pytest.approx(1.0)


def test_a_threshold_is_chosen_with_few_false_alarms() -> None:
    """The event scores 5; noise scores 4 in too many places, so what is above 4 counts."""
    score = np.zeros(len(TIMES))
    score[400:2000:300] = 4.0
    score[1000] = 5.0
    series = LabelledSeries("any", "one", TIMES, score, ((300.0 * 990, 300.0 * 1010),))

    assert 4.0 <= tuned_threshold([(series, score)]) < 5.0  # above it is an alarm, at it is none
    assert tuned_threshold([(series, np.zeros(len(TIMES)))]) == float("inf")


@pytest.mark.parametrize("name", [name for name in PEERS if name not in NEEDS])
def test_a_peer_gives_a_finite_score_per_row(name: str) -> None:
    """For a series with a spike, and for a constant one."""
    values = 10.0 + np.random.default_rng(2).standard_normal(600)
    values[500] = 60.0

    score, flat = PEERS[name](TIMES[:600], values), PEERS[name](TIMES[:600], np.full(600, 3.0))

    assert score.shape == (600,)
    assert np.isfinite(score).all()
    assert np.isfinite(flat).all()
    blind = ("random", "always quiet", "Grafana's robust rules")  # the last sees the median of an hour, not a row
    assert name in blind or score[500:504].max() >= np.quantile(score, 0.99)


def test_grafanas_robust_rules_see_an_hour_and_not_a_row() -> None:
    """Beyond its band, which is 1, once half of an hour's rows are."""
    values = 10.0 + np.random.default_rng(2).standard_normal(600)
    values[500:510] = 60.0

    assert grafana_robust(TIMES[:600], values)[509] > 1.0
    assert grafana_robust(TIMES[:600], values)[501] < 1.0
    assert not grafana_robust(TIMES[:600], np.zeros(600)).any()


def test_a_simulated_service_has_four_signals_that_move_with_its_traffic() -> None:
    """The same twice; requests and resource together, and each event changes some signal of it."""
    times, signals = simulated_service(3)

    assert set(signals) == set(SIGNALS)
    assert all(np.array_equal(signals[name], simulated_service(3)[1][name]) for name in signals)
    assert all(np.isfinite(values).all() and (values >= 0).all() for values in signals.values())
    assert np.corrcoef(signals["requests"], signals["resource"])[0, 1] > 0.8
    assert {event.hurts for event in EVENTS.values()} == {True, False}
    assert all(set(event.factors) <= set(SIGNALS) and event.rows < len(times) - CALM_ROWS for event in EVENTS.values())


def test_each_rule_pages_for_what_its_name_says() -> None:
    """One row for each set of kinds that are anomalies."""
    rows = [("latency",), ("requests", "resource"), ("latency", "resource"), ("errors", "latency"), tuple(SIGNALS)]
    active = {name: np.array([name in row for row in rows]) for name in SIGNALS}

    assert {name: rule(active).tolist() for name, rule in RULES.items()} == {
        "two kinds": [False, True, True, True, True],
        "errors or latency, and another": [False, False, True, True, True],
        "errors and latency": [False, False, False, True, True],
        "three kinds": [False, False, False, False, True],
    }


def test_series_that_are_odd_at_once_outside_their_windows_are_counted() -> None:
    """Two of three that double on the same evening; none when that evening is labelled in one of them."""
    times, values = daily(12)
    odd = values.copy()
    odd[2600:2620] *= 3.0
    window = ((times[2590], times[2630]),)
    apart = [LabelledSeries("a", name, times, one, ()) for name, one in (("x", odd), ("y", odd), ("z", values))]
    known = [LabelledSeries("a", one.name, times, one.values, window if one.name == "x" else ()) for one in apart]

    assert by_chance(apart)[0] * by_chance(apart)[1] == pytest.approx(1.0)
    assert by_chance(known)[0] == 0.0
    assert by_chance([]) == (0.0, 0.0)


def test_every_type_of_incident_changes_its_signal() -> None:
    """Each type in each seed, within the second week, and nothing else of the signal."""
    cases = list(with_incidents())

    assert {name for name, *_ in cases} == set(INCIDENTS)
    for index, (name, times, values, (begin, end)) in enumerate(cases):
        during = (times >= begin) & (times < end)
        calm = signal(index % SEEDS)[1]
        assert times[0] + 7 * 86400 < begin < end <= times[-1]
        assert np.isfinite(values).all()
        assert (values[during] != calm[during]).any(), name
        assert (values[~during] == calm[~during]).all(), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_simulated_kpi_has_few_anomalies_after_a_clean_begin_and_ours_ranks_them(kind: str) -> None:
    """Ours ranks at least half as well again as a score that says nothing."""
    times, values, labels = simulated_kpi(kind, 50)

    assert 0.005 < labels.mean() < 0.05
    assert not labels[: int(FIRST * len(labels))].any()
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert vus_pr(detect(times, values).score, labels, 100) > 1.5 * vus_pr(np.zeros(len(labels)), labels, 100)


def test_results_of_a_small_collection_become_a_page(tmp_path: Path) -> None:
    """A tuned and a scored series and a trace: the folder is found, and each method has a row on the page."""
    times, values = daily(6)
    values[1500:1510] *= 4.0
    rows = "".join(f"{moment:.0f},{value:.3f}\n" for moment, value in zip(times, values, strict=True))
    window = [[str(times[1490]), str(times[1520])]]
    for name in ("realTweets/a.csv", "servers/b.csv"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"timestamp,value\n{rows}")
    (tmp_path / "windows.json").write_text(json.dumps({"realTweets/a.csv": window, "servers/b.csv": window}))
    requests = np.abs(daily(3, 60)[1])
    trace = "".join(f"{minute},{count:.0f}\n" for minute, count in enumerate(requests))
    (tmp_path / "trace.csv").write_text(f"minute,requests\n{trace}")

    series, traces = labelled_series(tmp_path), request_traces(tmp_path)
    methods = compare(series, lambda _: None, {"rolling z-score (1 h)": PEERS["rolling z-score (1 h)"]})
    ranking, second = {"vitals": dict.fromkeys(KINDS, 0.5)}, [RuleResult("two kinds", 0.25, dict.fromkeys(EVENTS, 0.5))]
    clean = {10.0: dict.fromkeys(CLEAN_KINDS, 0.25)}
    page = results_page(
        methods, ranking, {}, demand_results(traces), ["another"], clean=clean, second=second, chance=(0.01, 40.0)
    )

    assert [one.tuned_on for one in series] == [True, False]
    assert list(traces) == ["trace"]
    assert methods[0].scored.f1 == 1.0
    assert "| vitals | 1.00 | 0.00 | 1.00 | 0.00 | 1/1 | 1.00 |" in page
    assert "| rolling z-score (1 h) |" in page
    assert f"| vitals |{' 0.50 |' * (len(KINDS) + 1)}" in page
    assert "| trace | 120 s |" in page
    assert f"| every 10 s |{' 0.25 |' * (len(CLEAN_KINDS) + 1)}" in page
    assert "| nothing (pages per week) | - | 0.250 |" in page
    assert f"{' | '.join((next(iter(EVENTS)), 'no', '50%'))} |" in page
    assert "0.010 times a week (in 40 weeks)" in page


@pytest.mark.parametrize("kind", CLEAN_KINDS)
def test_a_clean_series_has_the_same_two_weeks_at_each_cadence(kind: str) -> None:
    """Finite, at least zero, the same twice, and of like size whatever the seconds between rows."""
    series = [clean_series(kind, cadence, 1) for cadence in CADENCES]
    means = [float(values.mean()) for _, values in series]

    assert [len(times) * cadence for (times, _), cadence in zip(series, CADENCES, strict=True)] == [14 * 86400.0] * 3
    assert all(np.isfinite(values).all() and values.min() >= 0 for _, values in series)
    assert np.array_equal(series[2][1], clean_series(kind, CADENCES[2], 1)[1])
    assert max(means) < 1.5 * min(means)


def test_each_series_is_judged_once() -> None:
    """A peer's scorer is called once per series, for threshold, counts and time alike."""
    times, values = daily(6)
    series = [LabelledSeries(group, "a", times, values, ((times[900], times[950]),)) for group in ("realTweets", "x")]
    calls = []

    def scorer(times: FloatArray, values: FloatArray) -> FloatArray:
        calls.append(len(times))
        return np.asarray(np.abs(values - values.mean()), dtype=np.float64)

    found = compare(series, lambda _: None, {"random": scorer})

    assert [one.name for one in found] == ["vitals", "random"]
    assert calls == [len(times)] * 2


@pytest.mark.nightly
def test_pictures_are_drawn_the_same_twice() -> None:
    """Both are PNG files; the engine that draws them takes seconds to start."""
    methods = [MethodResult("vitals", EventCount(), EventCount(1, 1, 0, 1.0), {}, 0.5, 0.1)]

    assert methods_png(methods) == methods_png(methods)
    assert all(picture.startswith(b"\x89PNG") for picture in (methods_png(methods), example_png()))


@pytest.mark.parametrize("content", ["[]", "{", '{"a.csv": [["2024-01-01"]]}', '{"none.csv": []}'])
def test_a_broken_index_of_windows_is_refused(tmp_path: Path, content: str) -> None:
    """With its path, or that of the series that is not there."""
    (tmp_path / "windows.json").write_text(content)

    with pytest.raises(VitalsError, match=r"windows\.json|none\.csv"):
        labelled_series(tmp_path)
