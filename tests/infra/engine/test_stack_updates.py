"""What each stack does on the real engine: nothing twice, and of a change exactly what was changed.

It is asked of one stack of each back end, and of the others every night: what is not rendered stays as it was deployed,
and no stack has other kinds of rendered objects than another of its back end. That a second update finds nothing to do
is asked of the protected one on every merge, too, before a real API server (``tests/verify/cluster``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from infra import rendered
from tests.infra.engine import stacks
from tests.infra.engine.conftest import Deployed
from tests.infra.engine.engine import Engine
from tests.infra.engine.marks import ENGINE
from tests.infra.engine.rewritten import ALERT, reworded, rewritten
from tests.infra.engine.stacks import Place
from tests.infra.settings.stack_files import CHANGES_LIKE, STACKS, each
from tests.made_once import files_of
from vitals.model.catalog import Catalogue, Environment
from vitals.paths import RENDERED
from vitals.render import render

pytestmark = ENGINE
of_each_back_end = pytest.mark.parametrize("deployed", each(STACKS, CHANGES_LIKE), indirect=True)


@pytest.fixture
def environment(deployed: Deployed, live: Catalogue) -> Environment:
    """What the catalogue says of the stack's environment."""
    return live.environments[stacks.settings(deployed.stack).environment]


@pytest.fixture
def apply(stack: Engine, place: Place, environment: Environment, tmp_path: Path) -> Callable[..., set[str]]:
    """Updates the stack with other rendered files, and says which objects of the cluster are not as they were."""

    def applied(files: dict[str, str]) -> set[str]:
        before = dict(place.cluster.applied)
        with rewritten(files, environment.name, tmp_path / "rendered"):
            done = stack.up()
        after = place.cluster.applied
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert len(done.changes) == len(changed), done.changes
        return {key.removeprefix("kubernetes:") for key in changed}

    return applied


def _objects(files: Sequence[str], environment: Environment) -> set[str]:
    """The objects of the cluster that rendered files become."""
    found = rendered.read(environment.name)
    operator = found.operator
    ours = f"monitoring.coreos.com/v1:PrometheusRule {operator.namespace}/"
    kinds = {
        "rules": "monitoring.googleapis.com/v1:ClusterRules " if found.managed else ours,
        "dashboards": f"core/v1:ConfigMap {operator.namespace}/",
    }
    paths = [Path(file) for file in files]
    return {f"{kinds[path.parent.name]}{path.stem}" for path in paths if path.parent.name in kinds}


def _different(files: dict[str, str], environment: Environment) -> list[str]:
    """Names of the files that are not as committed."""
    folder = RENDERED / environment.name
    return [name for name, text in files.items() if (folder / name).read_text(encoding="utf-8") != text]


@of_each_back_end
def test_a_second_update_changes_nothing(stack: Engine) -> None:
    """After an update, and after a refresh, there is nothing to do."""
    assert not stack.up().changes
    assert not stack.refresh().changes
    assert not stack.up().changes


@of_each_back_end
def test_the_text_of_an_alert_changes_its_rule_group(
    apply: Callable[..., set[str]], environment: Environment, live: Catalogue
) -> None:
    """Other words for one alert of one service change one object of rules and nothing else."""
    changed = apply(reworded(live, environment))

    assert changed == {_group(environment)}


@of_each_back_end
def test_the_bound_of_an_alert_changes_its_rule_group_and_the_dashboards_that_show_it(
    apply: Callable[..., set[str]], environment: Environment, live: Catalogue
) -> None:
    """Another bound changes the alert's rule group and the dashboards with its line; those were not edited."""
    files = render(live, replace(environment, bounds={**environment.bounds, ALERT: "123ms"}))
    dashboards = [name for name in _different(files, environment) if name.startswith("dashboards/")]

    changed = apply(files)

    assert dashboards
    assert all("0.123" in files[name] for name in dashboards)
    assert changed == {_group(environment), *_objects(dashboards, environment)}


@of_each_back_end
def test_a_dashboard_is_one_object(apply: Callable[..., set[str]], environment: Environment, live: Catalogue) -> None:
    """One changed dashboard changes exactly its ConfigMap."""
    files = files_of(live, environment)
    name = next(name for name in files if name.startswith("dashboards/"))
    dashboard = json.loads(files[name])

    changed = apply({**files, name: json.dumps({**dashboard, "title": "Another title"}, indent=2, sort_keys=True)})

    assert changed == _objects([name], environment)


def _group(environment: Environment) -> str:
    """The one rule group that holds the alert."""
    files = (RENDERED / environment.name).glob("rules/*.yaml")
    groups = [file for file in files if "alert: CacheSlow" in file.read_text()]
    (found,) = _objects([f"{group.parent.name}/{group.name}" for group in groups], environment)
    return found
