"""A stack file held against a cluster that holds what a test puts there."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from infra import rendered
from infra.existing.check import compare_with_cluster
from infra.existing.wanted import WantedStack
from infra.monitoring import planned, read_charts, spoken_of
from infra.monitoring.charts import Charts
from infra.settings import Settings, parse
from infra.workloads import GRAFANA_ADMIN_FILE, workloads
from tests.infra.engine.answering_cluster import STORAGE, answering_cluster
from tests.infra.settings.stack_files import config
from vitals.errors import VitalsError
from vitals.verify.cluster.api import ApiServer

STACK_NAME = "kind"
_TRUST = ssl.create_default_context()


def settings_of(**changes: object) -> Settings:
    """The stack without Google, with its secrets and with changes of a test."""
    given = {**config(STACK_NAME), **changes}
    files = (GRAFANA_ADMIN_FILE, *rendered.read(given["environment"]).model.secrets)
    return parse(STACK_NAME, {"secrets": dict.fromkeys(files, "a secret"), **given})


def wanted(settings: Settings, *, in_state: bool = True) -> WantedStack:
    """The stack as it would be installed, with a state that knows of an update before or not."""
    files = rendered.read(settings.environment)
    objects = planned(settings, files, workloads(settings, files), charts(), None)
    return WantedStack(STACK_NAME, settings, files, objects, spoken_of(charts()), in_state)


def compared(*objects: Mapping[str, Any], storage: bool = True, in_state: bool = True, **changes: object) -> list[str]:
    """Hold the stack against a cluster.

    Args:
        objects: What the cluster holds.
        storage: Whether it also holds the class of volumes that kind brings.
        in_state: Whether the state of the stack knows of an update before.
        changes: Of the stack file.

    Returns:
        What the program warns of.
    """
    stack = wanted(settings_of(**changes), in_state=in_state)
    held = (*objects, *((STORAGE,) if storage else ()))
    with answering_cluster(*held) as server, ApiServer(server, token="", trust=_TRUST) as api:
        return compare_with_cluster(stack, api)


def refused(*objects: Mapping[str, Any], storage: bool = True, in_state: bool = True, **changes: object) -> str:
    """The same, where it is refused: the whole message."""
    with pytest.raises(VitalsError) as raised:
        compared(*objects, storage=storage, in_state=in_state, **changes)
    message = str(raised.value)
    assert message.endswith("Nothing was created.")
    return message


@cache
def charts() -> Charts:
    """What the stack installs."""
    return read_charts(STACK_NAME)
