"""Signals: names, panels, and windows that agree with the burn-rate mathematics."""

from __future__ import annotations

import re

from vitals.model.catalog import Availability, Catalogue
from vitals.model.catalog.fields import seconds
from vitals.model.signals import Signal, signals_of, slo


def _all(catalogue: Catalogue) -> list[Signal]:
    return [signal for service in catalogue.services for signal in signals_of(service)]


def test_recorded_names_say_level_metric_operations(any_catalogue: Catalogue) -> None:
    """Every recorded name has the three parts of the naming practice, with the level first."""
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


def test_each_pair_spends_the_share_of_budget_that_the_workbook_names() -> None:
    """Two percent in 1h, five in 6h, ten in 1d and in 3d, of a 30-day budget."""
    month = seconds("30d")
    spent = {pair.long: float(pair.burn) * seconds(pair.long) / month for pair in (*slo.FAST, *slo.SLOW)}

    assert {window: round(share, 3) for window, share in spent.items()} == {
        "1h": 0.02,
        "6h": 0.05,
        "1d": 0.1,
        "3d": 0.1,
    }


def test_short_windows_are_a_twelfth_of_the_long_ones() -> None:
    """The short window stops the alert soon after the cause has gone."""
    for pair in (*slo.FAST, *slo.SLOW):
        assert seconds(pair.long) / seconds(pair.short) == 12


def _availability() -> Availability:
    return Availability(objective="99.9%")
