"""The round trip through Grafana's own models: what they do not know is lost on the way, and so is found."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins

from tests.kit.dashboards.conftest import Built

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the models prefer schema v2, which file provisioning refuses
    from grafana_foundation_sdk.models.dashboard import Dashboard


def _lost(dashboard: dict[str, Any]) -> list[str]:
    """Paths of everything that does not come back unchanged."""
    register_default_plugins()
    back = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))
    return list(_differences(dashboard, back, ""))


def _differences(given: Any, back: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(given, dict) and isinstance(back, dict):
        for key, value in given.items():
            yield from _differences(value, back[key], f"{path}/{key}") if key in back else (f"{path}/{key}",)
    elif isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        for index, (one, other) in enumerate(zip(given, back, strict=True)):
            yield from _differences(one, other, f"{path}/{index}")
    elif given != back:
        yield path


def test_grafanas_models_know_every_key(built: Built) -> None:
    """Nothing of any dashboard is lost or changed."""
    assert built.dashboards
    for uid, dashboard in built.dashboards.items():
        assert _lost(dashboard) == [], uid


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("", "hideControls"),
        ("/panels/0", "span"),
        ("/panels/0/options", "colourMode"),
        ("/panels/0/fieldConfig/defaults", "units"),
        ("/panels/0/targets/0", "metric"),
        ("/panels/4/fieldConfig/defaults/custom", "lineWidht"),
        ("/panels/4/options/legend", "calc"),
        ("/panels/7/options", "showHeaders"),
        ("/templating/list/0", "useTags"),
        ("/annotations/list/0", "titleFormatt"),
        ("/links/0", "keepTimes"),
    ],
)
def test_an_unknown_key_is_found_wherever_it_is(local: Built, path: str, key: str) -> None:
    """The round trip itself works: a planted key is named with its place."""
    dashboard = local.dashboards["vitals-overview"]
    node: Any = dashboard
    for part in path.split("/")[1:]:
        node = node[int(part) if part.isdigit() else part]
    node[key] = True

    assert _lost(dashboard) == [f"{path}/{key}"]
