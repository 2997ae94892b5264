"""What policies ask for: from the past alone, and ours within its budget and better than reacting."""

from __future__ import annotations

import numpy as np
import pytest

from vitals.foresight.simulate import lead
from vitals.foresight.simulate.demand import rates
from vitals.foresight.simulate.onsets import above_usual, chances, onsets, usual
from vitals.foresight.simulate.outcome import column, gap_closed, simulate
from vitals.foresight.simulate.policies import ADDITIVE, FORESEEN, ORACLE, OURS, POLICIES, REACTIVE
from vitals.foresight.simulate.trace import Trace

from .loads import DAY, load

KNOW_THE_TRACE = {"static_peak", FORESEEN, ORACLE}


@pytest.mark.parametrize(
    "name", [name for name, one in POLICIES.items() if (one.floors or one.plan) and name not in KNOW_THE_TRACE]
)
def test_what_comes_later_changes_nothing_before(name: str) -> None:
    """Cut off at a minute, or followed by something else: what was asked for until then is the same."""
    rate = load(3.4, burst_every=60)
    cut = 3 * DAY + 217
    other = np.concatenate((rate[:cut], rate[cut:] * 3 + 100))
    whole, short, changed = (column(name, one) for one in (rate, rate[:cut], other))

    assert whole.floors[:cut].any()
    for seen in (short, changed):
        np.testing.assert_allclose(seen.floors[:cut], whole.floors[:cut], rtol=1e-9)
        np.testing.assert_array_equal(seen.targets[:cut], whole.targets[:cut])


def test_bursts_that_repeat_are_met_and_cost_no_more_than_the_budget() -> None:
    """Every hour: an eighth of the slow requests, the first day included, for at most 5 % more pods than reacting."""
    rate = load(3, burst_every=60)
    found = simulate(rate, {name: column(name, rate) for name in (REACTIVE, "aws_hourly", OURS, ORACLE)}, 1)
    reactive, ours, hourly = found[REACTIVE], found[OURS], found["aws_hourly"]
    gap = gap_closed(found)

    assert reactive.slow_share > 0.02
    assert ours.slow_share <= 0.15 * reactive.slow_share
    assert ours.pod_hours <= 1.05 * reactive.pod_hours
    assert hourly.violating_minutes > ours.violating_minutes
    assert gap is not None
    assert gap >= 0.6


def test_a_calm_load_costs_hardly_more() -> None:
    """Where nothing waits there is nothing to gain: ours stays within its budget and the gap is none."""
    rate = load(1)
    found = simulate(rate, {name: column(name, rate) for name in (REACTIVE, OURS, ORACLE)}, 1)

    assert found[REACTIVE].violating_minutes == 0
    assert found[OURS].pod_hours <= 1.05 * found[REACTIVE].pod_hours
    assert gap_closed(found) is None


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("kind", ["zero", "constant", "short", "one burst"])
def test_any_load_can_be_simulated(name: str, kind: str) -> None:
    """No policy asks for what is not a number of pods, however little there is to learn from."""
    requests = {
        "zero": np.zeros(30),
        "constant": np.full(60, 7.0),
        "short": np.arange(10.0),
        "one burst": np.where(np.arange(300) == 100, 1e6, 0.0),
    }[kind]
    rate = rates(Trace(kind, requests))
    floors = column(name, rate).floors
    outcome = simulate(rate, {name: column(name, rate)}, 1)[name]

    assert np.isfinite(floors).all()
    assert (floors >= 0).all()
    assert 0 <= outcome.slow_share <= 1
    assert outcome.pod_hours > 0
    assert 0 <= outcome.worst_10min <= 1


def test_a_higher_target_needs_fewer_pods_and_lets_more_wait() -> None:
    """From 50 % to 70 %, as GKE published for its own example: pods go by a third or so, the tail grows."""
    rate = load(0.5, burst_every=60)
    found = simulate(rate, {name: column(name, rate) for name in ("hpa_50", "hpa_70")}, 1)

    assert 0.6 <= found["hpa_70"].pod_hours / found["hpa_50"].pod_hours <= 0.85
    assert found["hpa_70"].violating_minutes > found["hpa_50"].violating_minutes


def test_the_budget_buys_what_it_is() -> None:
    """A larger budget asks for more, none for nothing."""
    rate = load(3, burst_every=15)
    none, some, more = (lead.floors(rate, budget=budget).sum() for budget in (0.0, 0.02, 0.2))

    assert none == 0
    assert 0 < some < more


def test_noise_alone_is_met_with_pods_that_a_fuller_trigger_saves() -> None:
    """A load that scatters by a fifth: at most 5 % more pods, and half of the violating minutes."""
    rate = load(3, noise=0.2)
    found = simulate(rate, {name: column(name, rate) for name in (REACTIVE, ADDITIVE, OURS)}, 1)
    reactive, additive, ours = (found[name] for name in (REACTIVE, ADDITIVE, OURS))

    assert reactive.violating_minutes > 50
    assert ours.violating_minutes <= 0.5 * reactive.violating_minutes
    assert ours.violating_minutes < additive.violating_minutes
    assert ours.pod_hours <= 1.05 * reactive.pod_hours


def test_the_chance_of_a_burst_follows_what_bursts_did() -> None:
    """Every two hours, one in four left out: high before one is due, low at all other times."""
    begun = np.array([minute for number, minute in enumerate(range(60, 6 * DAY, 120)) if number % 4 != 3])
    chance = chances(begun, 6 * DAY, 3)
    late = begun[begun > 3 * DAY]
    quiet = np.ones(6 * DAY, dtype=bool)
    for minute in range(60, 6 * DAY, 120):
        quiet[max(minute - 4, 0) : minute + 3] = False

    assert len(late) > 10
    assert chance[late].mean() > 0.5
    assert chance[3 * DAY :][quiet[3 * DAY :]].mean() < 0.03


def test_a_long_rise_is_one_burst() -> None:
    """Onsets are its first minute, and that of the next one after a pause."""
    rate = np.full(300, 100.0)
    rate[100:112] = 300.0
    rate[200:205] = 250.0

    assert onsets(above_usual(rate, usual(rate))).tolist() == [100, 200]
