"""Waiting in the simulation: the closed forms of queueing theory, and the same queue event by event."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vitals.foresight.simulate.queueing import (
    SERVICE_CV,
    SERVICE_S,
    SLO_S,
    WORKERS,
    above,
    erlang_c,
    mean_wait,
    safe_erlangs,
    shares,
)

from .event_queue import Floats, waiting_times

SIGMA = math.sqrt(math.log1p(SERVICE_CV**2))


def waits(servers: int, utilisation: float, *, exponential: bool, requests: int = 40_000) -> tuple[Floats, Floats]:
    """Waiting and service times of many requests; the first tenth, while the queue fills, is left out."""
    rng = np.random.default_rng([servers, round(utilisation * 100), exponential])
    arrivals = np.cumsum(rng.exponential(SERVICE_S / (servers * utilisation), requests))
    service = (
        rng.exponential(SERVICE_S, requests)
        if exponential
        else rng.lognormal(math.log(SERVICE_S) - SIGMA**2 / 2, SIGMA, requests)
    )
    return waiting_times(arrivals, service, servers)[requests // 10 :], service[requests // 10 :]


@pytest.mark.parametrize(("servers", "erlangs", "waiting"), [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (10, 8.0, 0.4092)])
def test_the_chance_of_waiting_is_erlangs(servers: int, erlangs: float, waiting: float) -> None:
    """One worker: its utilisation; two at half load: a third; ten with eight of work: the tables' 0.409."""
    assert float(erlang_c(np.array(float(servers)), np.array(erlangs))) == pytest.approx(waiting, abs=1e-4)


def test_exponential_service_waits_as_long_as_the_closed_form_and_the_events_say() -> None:
    """M/M/8 at 85 %: chance and mean of waiting. Neighbours wait alike, so few of the requests are independent."""
    servers, erlangs = np.array(8.0), np.array(8 * 0.85)
    chance = float(erlang_c(servers, erlangs))
    mean = float(mean_wait(servers, erlangs, spread=1.0))
    waited, _ = waits(8, 0.85, exponential=True, requests=120_000)

    assert mean == pytest.approx(SERVICE_S / (8 * 0.15))
    assert (waited > 0).mean() == pytest.approx(chance, rel=0.05)
    assert waited.mean() == pytest.approx(chance * mean, rel=0.12)


@pytest.mark.parametrize(("pods", "utilisation"), [(2, 0.5), (2, 0.7), (8, 0.7), (8, 0.9)])
def test_shares_are_those_of_the_events(pods: int, utilisation: float) -> None:
    """Log-normal service: answers beyond the objective, and waits beyond it, within a point of the events' shares."""
    servers = pods * WORKERS
    waited, service = waits(servers, utilisation, exponential=False)
    waiting, slow = shares(np.array(float(servers)), np.array(servers * utilisation), np.array(0.0))

    assert float(slow) == pytest.approx(((waited + service) > SLO_S).mean(), abs=0.01)
    assert float(waiting) == pytest.approx((waited > SLO_S).mean(), abs=0.01)


def test_a_backlog_lets_everyone_wait() -> None:
    """Beyond the objective all are slow, short of it those whose own time fills the rest."""
    servers, idle = np.array([8.0, 8.0]), np.array([0.1, 0.1])
    waiting, slow = shares(servers, idle, np.array([0.4, 0.2]))

    assert waiting.tolist() == [1.0, pytest.approx(0.0, abs=1e-9)]
    assert slow[0] == 1
    assert slow[1] == pytest.approx(float(above(np.array(0.1))), rel=1e-3)


def test_more_pods_can_be_fuller() -> None:
    """The utilisation that keeps the objective grows with the number of pods."""
    table = safe_erlangs(40)
    utilisation = table[1:] / (WORKERS * np.arange(1, 41))

    assert table[0] == 0
    assert (np.diff(utilisation) >= -1e-9).all()
    assert utilisation[1] < 0.75
    assert utilisation[39] > 0.95
