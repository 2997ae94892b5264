"""Each value that we give a chart is one that the chart knows, and resources are exactly what our values say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.monitoring.charts import merge
from tests.charts.rendering import MINORS, Rendered, workloads
from tests.infra.engine.marks import LEFT_BY_THE_SDK
from tests.infra.settings.stack_files import STACKS

pytestmark = [pytest.mark.charts, *LEFT_BY_THE_SDK]

Keys = tuple[str, ...]
PASSED_ON = frozenset({"grafana.ini", "datasources"})
"""Values of Grafana's chart that it writes into files as they are, whatever is in them."""


def _leaves(value: object, path: Keys = ()) -> Iterator[Keys]:
    """Paths of all values; a map of labels or annotations is one, for its keys are free."""
    if isinstance(value, Mapping) and value and not any("/" in str(key) for key in value):
        for key, below in value.items():
            yield from _leaves(below, (*path, str(key)))
    else:
        yield path


@cache
def _defaults(folder: Path) -> dict[str, Any]:
    """The values of a chart, with those of its subcharts under their names, as Helm puts them together."""
    own = yaml.load((folder / "values.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    below = {one.name: _defaults(one) for one in (folder / "charts").glob("*/") if (one / "values.yaml").is_file()}
    return merge(below, own)


def _is_known(path: Keys, defaults: object) -> bool:
    """Whether a chart has a value at a path; below an empty or absent default anything may be."""
    for key in path:
        if not isinstance(defaults, Mapping) or not defaults:
            return defaults is None or defaults == {}
        if key not in defaults:
            return False
        defaults = defaults[key]
    return True


@pytest.mark.parametrize("stack", STACKS)
def test_every_value_is_known_to_its_chart(stack: str, rendered: Rendered, charts: Mapping[str, Path]) -> None:
    """A misspelt key does nothing, silently."""
    releases = rendered(stack, MINORS[-1]).installed.releases
    said = {name: _templates(charts[name]) for name in releases}
    unknown = [
        f"{name}: {'.'.join(path)}"
        for name, release in releases.items()
        for path in _leaves(release["values"])
        if not PASSED_ON & set(path) and not _is_known(path, _defaults(charts[name])) and path[-1] not in said[name]
    ]

    assert len(releases) >= 3
    assert unknown == []


def _templates(folder: Path) -> str:
    """The templates of a chart and its subcharts: a value without a default is known if a template names it."""
    return "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("templates/**/*") if file.is_file())


def _said(value: object) -> Iterator[Mapping[str, Any]]:
    """Every map of resources in values: those that name requests."""
    if isinstance(value, Mapping):
        if "requests" in value:
            yield value
        for below in value.values():
            yield from _said(below)


def _same(resources: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Quantities as text: a whole number of processors is a number in values and in what Helm writes."""
    return {
        side: {name: f"{quantity:g}" if isinstance(quantity, float) else str(quantity) for name, quantity in of.items()}
        for side, of in resources.items()
    }


@pytest.mark.parametrize("stack", STACKS)
def test_every_container_of_a_chart_gets_what_our_values_say_and_no_more(stack: str, rendered: Rendered) -> None:
    """Helm merges maps, so a limit of the chart's own stays unless it is said: nothing is limited unseen."""
    cluster = rendered(stack, MINORS[-1])
    seen = 0
    for name, made in cluster.charts.items():
        said = [_same(one) for one in _said(cluster.installed.releases[name]["values"])]
        for one in workloads(made):
            for container in one.containers:
                assert _same(container.get("resources") or {}) in said, (name, one.name, container["name"])
                seen += 1
    assert seen >= 6
