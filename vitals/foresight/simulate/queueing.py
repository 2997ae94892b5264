"""Who waits for a worker, and how long: the stationary queue of many workers, and a backlog where they do not suffice.

A pod has ``WORKERS`` workers, a request takes a log-normal time. In a step in which workers suffice, waiting is that of
M/G/c (Erlang's C formula; Allen and Cunneen's correction for the service's spread; exponential, given that one waits).
Where they do not, a backlog grows and shrinks like a fluid and everyone waits for what is ahead.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.special import gammaln, ndtr, pdtr

from vitals.foresight.simulate.trace import Floats

WORKERS = 4
"""Workers of a pod."""
SERVICE_S = 0.08
"""Mean time that a request takes, without waiting."""
SERVICE_CV = 1.5
"""Its standard deviation over its mean: requests that read a cache beside ones that read a database."""
SLO_S = 0.3
"""A minute is violating when its p95 is above this; a request is slow when it waits for longer than this."""
SLO_SHARE = 0.95
_SPREAD = (1 + SERVICE_CV**2) / 2
_SIGMA = math.sqrt(math.log1p(SERVICE_CV**2))
_MU = math.log(SERVICE_S) - _SIGMA**2 / 2
_FULLEST = 0.98
"""Utilisation up to which a queue settles within a step; beyond, the backlog says what there is to wait for."""
_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(12)


def erlang_c(servers: Floats, erlangs: Floats) -> Floats:
    """Probability that a request waits, with ``erlangs`` of work for so many servers; 1 where they do not suffice."""
    load = np.maximum(np.minimum(erlangs, servers * (1 - 1e-9)), 1e-12)
    log_top = servers * np.log(load) - load - gammaln(servers + 1)
    blocked = np.exp(log_top) / np.maximum(pdtr(servers, load), 1e-300)
    waits = blocked / (1 - load / servers * (1 - blocked))
    return np.where(erlangs >= servers, 1.0, np.minimum(waits, 1.0))


def mean_wait(servers: Floats, erlangs: Floats, *, spread: float = _SPREAD, service_s: float = SERVICE_S) -> Floats:
    """Mean seconds that a request waits, given that it does: Erlang's for exponential times, whose spread is 1."""
    return np.asarray(spread * service_s / np.maximum(servers - erlangs, 1e-9))


def above(seconds: Floats) -> Floats:
    """Share of requests whose service alone takes longer."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 - ndtr((np.log(np.maximum(seconds, 0.0)) - _MU) / _SIGMA))


def shares(servers: Floats, erlangs: Floats, backlog_s: Floats) -> tuple[Floats, Floats]:
    """Shares of requests that wait for longer than ``SLO_S``, and whose waiting and service take longer.

    Args:
        servers: Workers that are ready.
        erlangs: Work that arrives.
        backlog_s: Seconds of work that is ahead of an arriving request because workers did not suffice.
    """
    settled = np.minimum(erlangs, servers * _FULLEST)
    waits, mean = erlang_c(servers, settled), mean_wait(servers, settled)
    left = np.maximum(SLO_S - backlog_s, 0.0)
    waiting = np.where(backlog_s >= SLO_S, 1.0, waits * np.exp(-left / mean))
    slow = (1 - waits) * above(left)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        slow = slow + waits * weight * above(left - node * mean)
    return waiting, np.where(backlog_s >= SLO_S, 1.0, slow)


@cache
def safe_erlangs(most_pods: int) -> Floats:
    """Work at which the p95 of so many pods just keeps ``SLO_S``, for 0 to ``most_pods`` pods."""
    servers = np.arange(most_pods + 1.0) * WORKERS
    low, high = np.zeros_like(servers), servers * _FULLEST
    for _ in range(40):
        middle = (low + high) / 2
        _, slow = shares(np.maximum(servers, 1.0), middle, np.zeros_like(servers))
        keeps = slow <= 1 - SLO_SHARE
        low, high = np.where(keeps, middle, low), np.where(keeps, high, middle)
    low[0] = 0.0
    return low
