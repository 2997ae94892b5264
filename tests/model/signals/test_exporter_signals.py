"""Signals of exporters: each exporter that can be named is watched, as a service that promises nothing."""

from __future__ import annotations

import re

import pytest

from vitals.model.catalog import Catalogue, Scrape, Service
from vitals.model.metrics import EXPORTERS, SYNTHETIC, vocabulary
from vitals.model.promql import resolve
from vitals.model.signals import meta, signals_of, signals_of_exporter, system, watched_exporters
from vitals.model.signals.signal import Signal

every_exporter = pytest.mark.parametrize("name", EXPORTERS)


def _watched(name: str) -> Service:
    return Service(name=name, owner="any", description="An exporter of a test.")


@every_exporter
def test_its_signals_read_what_it_emits(name: str) -> None:
    """Every signal resolves against the exporter's own contract and what was recorded before it."""
    known = vocabulary([*SYNTHETIC, *EXPORTERS[name].metrics])
    assert signals_of_exporter(name)
    for signal in signals_of_exporter(name):
        resolved = resolve(signal.query(_watched(name), Scrape()), known)
        assert resolved.labels == frozenset(signal.labels), signal.id
        known[signal.record] = signal.series()


@every_exporter
def test_recorded_names_and_panels_are_unique(name: str) -> None:
    """Names say level, metric and operations; no two signals of an exporter share a record or a panel."""
    signals = signals_of_exporter(name)

    assert len({signal.record for signal in signals}) == len({signal.panel for signal in signals}) == len(signals)
    for signal in signals:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*:[a-z0-9]+(_[a-z0-9]+)*:[a-z0-9_]+", signal.record), signal.record


def test_panels_of_all_families_do_not_collide(wellness: Catalogue) -> None:
    """A panel id belongs to one signal on its dashboard, over services and exporters together."""
    signals = [signal for service in wellness.services for signal in signals_of(service)]
    signals += [signal for name in EXPORTERS for signal in signals_of_exporter(name)]
    at = {signal.id: (signal.dashboard, signal.panel) for signal in signals}

    assert len(set(at.values())) == len(at)


def test_an_exporter_belongs_to_the_operators_of_the_monitoring(any_catalogue: Catalogue) -> None:
    """Operators own every exporter of their environment, and it promises nothing."""
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        watched = watched_exporters(environment)
        assert [exporter.name for exporter in watched] == list(environment.scraped_exporters)
        assert {exporter.owner for exporter in watched} == {environment.operators}
        assert not any(exporter.slos or exporter.api for exporter in watched)


def test_a_slow_exporter_is_not_held_to_the_usual_time_limit() -> None:
    """Google's answers take longer than a scrape may, by design, so that does not warn."""
    assert meta.SCRAPE_TIME not in signals_of_exporter("stackdriver")
    assert meta.SCRAPE_TIME in signals_of_exporter("node")


@pytest.mark.parametrize("signal", [system.RECEIVED, system.SENT, system.NETWORK_ERRORS], ids=lambda one: one.id)
def test_the_network_of_a_node_is_its_cards_and_not_those_of_its_pods(signal: Signal) -> None:
    """Traffic of a pod passes its own interface and the card: the sum of both counts every byte twice."""
    cards = ("eth0", "ens4", "enp0s3", "wlan0", "bond0", "eno1")
    of_pods = ("lo", "gke1f2e3d4c5b6", "cilium_host", "cilium_net", "cilium_vxlan", "lxc_health", "lxc0a1b2c3d4e5f")
    of_others = ("veth12ab", "cali0123", "cni0", "cbr0", "docker0", "br-0a1b2c", "flannel.1", "tunl0", "dummy0")
    patterns = set(re.findall(r'device!~"([^"]*)"', signal.query(_watched("node"), Scrape()).text))

    assert len(patterns) == 1
    (hidden,) = patterns
    assert [name for name in cards if re.fullmatch(hidden, name)] == []
    assert [name for name in (*of_pods, *of_others) if not re.fullmatch(hidden, name)] == []
