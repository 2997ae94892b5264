"""Signals: names, panels, and windows that agree with the burn-rate mathematics."""

from __future__ import annotations

import re

from vitals.model.catalog import Availability, Catalogue
from vitals.model.catalog.burn_windows import EVERY, FAST, SLOW
from vitals.model.catalog.fields import seconds
from vitals.model.signals import Signal, signals_of, slo


def _all(catalogue: Catalogue) -> list[Signal]:
    return [signal for service in catalogue.services for signal in signals_of(service)]


def test_recorded_names_say_level_metric_operations(any_catalogue: Catalogue) -> None:
    """Every recorded name has the three parts of the naming practice, with the level first."""
    assert _all(any_catalogue)
    for signal in _all(any_catalogue):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*:[a-z0-9]+(_[a-z0-9]+)*:[a-z0-9_]+", signal.record), signal.record


def test_panels_do_not_collide(any_catalogue: Catalogue) -> None:
    """A panel id belongs to one signal only, although it is computed without knowing the others."""
    ids = {signal.id: signal.panel for signal in _all(any_catalogue)}

    assert len(set(ids.values())) == len(ids)


def test_a_panel_id_never_moves() -> None:
    """Links that people saved keep working: the id of a known signal is pinned."""
    signals = {signal.id: signal.panel for signal in slo.signals(_availability())}

    assert signals["slo.availability.burn_1h"] == 617066


def test_a_service_has_the_families_that_it_declares(any_catalogue: Catalogue) -> None:
    """A service gets what its entry declares and nothing else."""
    assert any_catalogue.services
    for service in any_catalogue.services:
        declared = {
            "targets": True,
            "meta": True,
            "api": service.api,
            "slo": bool(service.slos),
            "database": bool(service.stores),
            "cache": bool(service.caches),
            "tasks": bool(service.queues),
            "users": service.cohorts,
            "components": service.components,
        }

        assert {signal.family for signal in signals_of(service)} == {name for name, has in declared.items() if has}


def test_the_catalogues_use_some_families_and_not_others(sample: Catalogue) -> None:
    """Each family is declared by one service and left out by another, so both sides are proven."""
    families = [{signal.family for signal in signals_of(service)} for service in sample.services]

    for family in ("database", "cache", "tasks", "users", "components"):
        assert {family in found for found in families} == {True, False}, family


def test_burn_rates_are_those_of_the_workbook() -> None:
    """They follow from share and window: 2 % of 30 days within an hour is 14.4 times the pace that lasts 30 days."""
    assert {window.long: str(window.burn) for window in (*FAST, *SLOW)} == {
        "1h": "14.4",
        "6h": "6",
        "1d": "3",
        "3d": "1",
    }


def test_a_burn_rate_is_recorded_of_each_window() -> None:
    """Every long and every short window, each once, and no other."""
    windows = [signal.id.rpartition("burn_")[2] for signal in slo.signals(_availability()) if ".burn_" in signal.id]

    assert windows == list(EVERY) == ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]


def test_short_windows_are_a_twelfth_of_the_long_ones() -> None:
    """The short window stops the alert soon after the cause has gone."""
    pairs = (*FAST, *SLOW)

    assert len(pairs) == 4
    for pair in pairs:
        assert seconds(pair.long) / seconds(pair.short) == 12


def _availability() -> Availability:
    return Availability(objective="99.9%")
