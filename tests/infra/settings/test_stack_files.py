"""The committed stack files: each is valid, says only what is declared, and names an environment that is rendered."""

from __future__ import annotations

import ipaddress

import pytest

from infra import rendered
from infra.preflight import preflight_check
from infra.settings import Settings, parse
from infra.workloads import GRAFANA_ADMIN_FILE, GRAFANA_CLIENT_FILE, workloads
from tests.infra.settings.stack_files import CHANGES_LIKE, REPEATS, STACKS, config, declared, managed
from vitals.model.catalog import Catalogue

KIND_SECRETS = (GRAFANA_ADMIN_FILE, *rendered.read("kind").model.secrets)


def _settings(stack: str) -> Settings:
    given = config(stack)
    if "google" not in given:
        given["secrets"] = dict.fromkeys(KIND_SECRETS, "set by the user of the stack")
    return parse(stack, given)


def test_there_is_a_stack_for_each_environment_on_a_cluster(live: Catalogue) -> None:
    """Stacks and environments come in pairs of one name."""
    on_cluster = [one for one in live.environments.values() if one.delivery != "files"]

    assert sorted(one.name for one in on_cluster) == STACKS
    assert {stack: _settings(stack).environment for stack in STACKS} == {stack: stack for stack in STACKS}


def test_every_key_is_declared_and_every_declared_key_is_read() -> None:
    """``pulumi config`` shows each key that the program reads, with its type and what it is for."""
    spelt = {field.alias or name: field for name, field in Settings.model_fields.items()}

    assert set(declared()) == set(spelt)
    for key, entry in declared().items():
        assert entry["type"] in ("string", "boolean", "object"), key
        assert len(entry["description"].split()) >= 5, key
        assert ("default" not in entry) == spelt[key].is_required(), key
    for stack in STACKS:
        assert set(config(stack)) <= set(declared())


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_can_feed_what_its_environment_watches(stack: str) -> None:
    """With its secrets set, nothing is missing."""
    settings = _settings(stack)
    files = rendered.read(settings.environment)

    preflight_check(stack, settings, files, workloads(settings, files))


def test_what_may_not_be_lost_is_protected() -> None:
    """Staging and production cannot be destroyed by one command; what is there to be tried can."""
    assert {stack: _settings(stack).protected for stack in STACKS} == {
        "autopilot": False,
        "dev": False,
        "kind": False,
        "managed": False,
        "prod": True,
        "staging": True,
    }


def test_what_is_left_to_the_night_repeats_another_stack() -> None:
    """The other one has the same back end, is on Google, too, and lives on every merge; so does one without Google."""
    assert set(REPEATS) < set(STACKS)
    for stack, other in REPEATS.items():
        assert other in set(STACKS) - set(REPEATS)
        assert managed(stack) == managed(other)
        assert _settings(stack).google
        assert _settings(other).google
    assert all(managed(stack) == managed(other) for stack, other in CHANGES_LIKE.items())
    assert {managed(stack) for stack in set(STACKS) - set(CHANGES_LIKE)} == {True, False}
    by_day = [_settings(stack) for stack in STACKS if stack not in REPEATS]
    assert {bool(one.google) for one in by_day} == {one.protected for one in by_day} == {True, False}


def test_networks_of_the_stacks_do_not_overlap() -> None:
    """They can all be peered with one office network."""
    ranges = [
        (stack, ipaddress.IPv4Network(text))
        for stack in STACKS
        if (google := _settings(stack).google) and google.network
        for _, text in google.network
    ]

    assert ranges
    for stack, one in ranges:
        assert not [other for other_stack, other in ranges if other_stack != stack and other.overlaps(one)]


def test_secrets_are_granted_one_by_one() -> None:
    """Each secret file has one reader, and Alertmanager's are those that its rendered configuration names."""
    settings = _settings("prod")
    accounts = {account.name: account for account in workloads(settings, rendered.read("prod"))}
    readers = [file for account in accounts.values() for file in account.secrets]

    assert len(readers) == len(set(readers))
    assert accounts["grafana"].secrets == (GRAFANA_ADMIN_FILE, GRAFANA_CLIENT_FILE)
    configured = (rendered.read("prod").folder / "alertmanager.yml").read_text(encoding="utf-8")
    for file in accounts["alertmanager"].secrets:
        assert f"/etc/alertmanager/secrets/{file}" in configured
