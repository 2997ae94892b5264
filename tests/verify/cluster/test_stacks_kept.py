"""The life of each stack on a real API server: nothing twice, drift found and undone, and an end that is one.

What may differ from stack to stack is asked of each, the rest of one without and one with a lock: of the latter every
night, for its objects are the same, and that the engine refuses to delete what is locked is held on every merge by
``tests/infra/engine/test_stack_ends.py``. Each test leaves the stack as it found it.
"""

from __future__ import annotations

import base64
import copy
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.infra.engine import stacks
from tests.infra.engine.engine import EngineRun, UpdateError
from tests.infra.engine.marks import LEFT_BY_THE_SDK
from tests.infra.engine.real_cluster import FORCE, UPSERT
from tests.infra.engine.rewritten import reworded, rewritten
from tests.infra.engine.stacks import PLANTED
from tests.infra.settings.stack_files import CHANGES_LIKE, each
from tests.verify.cluster.delivered import Delivered
from vitals.model.catalog import Catalogue

pytestmark = [pytest.mark.cluster, *LEFT_BY_THE_SDK]
Manifest = dict[str, Any]
of_both_sorts = pytest.mark.parametrize("delivered", each(["kind", "prod"], CHANGES_LIKE), indirect=True)
of_one = pytest.mark.parametrize("delivered", ["kind"], indirect=True)
KUBECTL = "kubectl-edit"
HALF_WAY = 30
EDITS: Mapping[str, Callable[[Manifest], Manifest]] = {
    "ConfigMap": lambda one: {f"/data/{next(iter(one['data']))}": "{}"},
    "Prometheus": lambda one: {"/spec/replicas": one["spec"]["replicas"] + 3},
    "Secret": lambda one: {f"/data/{next(iter(one['stringData']))}": base64.b64encode(b"another").decode()},
}
"""Drift by kind: what is changed beside the program."""


@pytest.fixture(autouse=True)
def what_the_sdk_leaves() -> Iterator[None]:
    """It goes with the test whose update failed, or it would be held against another one."""
    yield
    gc.collect()


def test_a_second_update_changes_nothing(delivered: Delivered) -> None:
    """All that the server added by itself, and what operator and controllers did since, is left out."""
    before = on_the_server(delivered)

    assert not delivered.engine.refresh().changes
    assert not delivered.engine.up().changes
    assert on_the_server(delivered) == before


@of_both_sorts
def test_other_words_for_an_alert_change_its_rule_group(delivered: Delivered, live: Catalogue, tmp_path: Path) -> None:
    """On the server exactly one PrometheusRule is another; the old words bring the old one back."""
    environment = live.environments[stacks.settings(delivered.stack).environment]
    before = on_the_server(delivered)

    with rewritten(reworded(live, environment), environment.name, tmp_path):
        done = delivered.engine.up()
    after = on_the_server(delivered)

    (changed,) = (key for key in before if before[key] != after[key])
    assert changed.startswith("PrometheusRule ")
    assert "Said in other words." in str(after[changed])
    assert len(done.changes) == 1
    assert len(delivered.engine.up().of("update")) == 1
    assert on_the_server(delivered) == before


@of_both_sorts
def test_what_was_changed_by_hand_is_found_and_undone(delivered: Delivered) -> None:
    """Refresh names exactly what was edited by hand, be it a dashboard, server or secret, and the update undoes it."""
    before, engine = on_the_server(delivered), delivered.engine
    edited = [edit(delivered, kind, KUBECTL) for kind in EDITS]

    assert named(engine.refresh(), "update") == sorted(edited)
    assert named(engine.up(), "update") == sorted(edited)
    assert on_the_server(delivered) == before
    assert not engine.refresh().changes
    assert PLANTED not in engine.state()


@of_one
def test_a_field_of_a_controller_is_not_fought_for(delivered: Delivered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another program says otherwise the update stops and names it; it wins only on request."""
    before, engine = on_the_server(delivered), delivered.engine
    edited = edit(delivered, "Prometheus", "an-autoscaler")
    assert named(engine.refresh(), "update") == [edited]

    with pytest.raises(UpdateError, match=r'conflict with "an-autoscaler".*\.spec\.replicas'):
        engine.up()
    monkeypatch.setenv(FORCE, "true")
    assert edited in named(engine.up(), "update")
    monkeypatch.delenv(FORCE)
    engine.up()

    assert on_the_server(delivered) == before
    assert not engine.up().changes


@of_one
def test_what_was_deleted_by_hand_is_made_again(delivered: Delivered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refresh finds it gone, and the update makes exactly it.

    Where the API server made it and the answer was lost, the next update says that it exists, and takes it over on
    request.
    """
    before, engine = on_the_server(delivered), delivered.engine
    name, rule = next(iter(delivered.of("PrometheusRule").items()))
    delivered.api.delete(rule["apiVersion"], rule["kind"], name, rule["metadata"]["namespace"])
    assert named(engine.refresh(), "delete") == [name_of(rule)]

    engine.faults["kubernetes"].hang("create", nth=1, afterwards=True).released.set()
    with pytest.raises(UpdateError, match="cancelled"):
        engine.up()
    with pytest.raises(UpdateError, match="already exists"):
        engine.up()
    monkeypatch.setenv(UPSERT, "true")
    assert named(engine.up(), "create") == [name_of(rule)]
    monkeypatch.delenv(UPSERT)
    engine.up()

    assert on_the_server(delivered) == before
    assert not engine.up().changes


@of_both_sorts
def test_an_end_and_a_broken_beginning(delivered: Delivered) -> None:
    """Destroyed, after the documented step where that is refused, the server has none of it but what is retained.

    An update that then breaks half-way is made good by the next.
    """
    engine, before, protected = delivered.engine, on_the_server(delivered), stacks.settings(delivered.stack).protected
    objects, retained = delivered.served, [one["id"] for one in engine.resources() if one.get("retainOnDelete")]
    if protected:
        with pytest.raises(UpdateError, match="protect"):
            engine.destroy()
        assert on_the_server(delivered) == before
        engine.set("vitals:protected", "false")
        engine.up()

    engine.destroy()
    assert sorted(name_of(one) for one in objects if delivered.stored(one)) == sorted(retained)

    engine.set("vitals:protected", str(protected).lower())
    engine.faults["kubernetes"].fail("create", nth=HALF_WAY)
    with pytest.raises(UpdateError, match="planned by the test"):
        engine.up()
    assert 0 < len(on_the_server_of(objects, delivered)) < len(before)
    engine.up()

    assert on_the_server(delivered).keys() == before.keys()
    assert not engine.refresh().changes


def edit(delivered: Delivered, kind: str, manager: str) -> str:
    """Change a field of the first object of a kind past the engine; its name."""
    target = next(iter(delivered.of(kind).values()))
    delivered.api.replace(target, EDITS[kind](target), manager=manager)
    return name_of(target)


def named(run: EngineRun, operation: str) -> list[str]:
    """Names of the objects on which an operation was done, sorted; the provider's own settings are none."""
    return [name for name in run.of(operation) if name != "kubernetes"]


def on_the_server(delivered: Delivered) -> dict[str, Manifest]:
    """Each object of the stack that is there, by kind and name, without what changes with every touch."""
    return on_the_server_of(delivered.served, delivered)


def on_the_server_of(objects: Sequence[Manifest], delivered: Delivered) -> dict[str, Manifest]:
    """The same of some objects."""
    found = ((f"{one['kind']} {name_of(one)}", delivered.stored(one)) for one in objects)
    return {key: comparable(stored) for key, stored in found if stored}


def comparable(stored: Manifest) -> Manifest:
    """An object without its status and what only the server says of it."""
    kept = copy.deepcopy({key: value for key, value in stored.items() if key != "status"})
    for field in ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"):
        kept["metadata"].pop(field, None)
    return kept


def name_of(manifest: Manifest) -> str:
    """How the program calls an object."""
    metadata = manifest["metadata"]
    return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
