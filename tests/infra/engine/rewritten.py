"""Changed rendered files, in place of the committed ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from infra import rendered
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog import Catalogue, Environment, Service
from vitals.render import content, render, write

ALERT = "cache.time.high"
"""The alert that is changed."""


def reworded(catalogue: Catalogue, environment: Environment) -> dict[str, str]:
    """The environment's files when the alert says the same in other words."""
    rules = content.alert_rules()

    def otherwise(service: Service, environment: Environment) -> list[Alert]:
        return [
            replace(alert, impact="Said in other words.") if alert.id == ALERT else alert
            for alert in rules.alerts_of_service(service, environment)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "alert_rules", lambda: replace(rules, of_services=(otherwise,)))
        return render(catalogue, environment)


@contextmanager
def rewritten(files: Mapping[str, str], environment: str, folder: Path) -> Iterator[None]:
    """Let the program find files of an environment instead of the committed ones.

    Args:
        files: Text by name.
        environment: Whose they are.
        folder: Where they are put.
    """
    write(dict(files), folder / environment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.rendered.read", partial(rendered.read, rendered=folder))
        yield
