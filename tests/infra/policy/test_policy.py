"""Each rule of the policy finds the defect that it exists for, and nothing in a resource without one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.policy import EVERYWHERE, WHERE_DATA_ARE_KEPT, Registered, findings
from infra.policy.retention import LOCK
from tests.infra.policy.planted import KEPT_SECRET, PLANTED, SOUND

LOCKED = Registered("urn:pulumi:dev::vitals::vitals:infra:Lock::lock", LOCK, "lock", {}, protect=True)


def _registered(type_: str, inputs: dict[str, Any], *, kept: bool = True) -> Registered:
    name = type_.rsplit(":", 1)[-1].lower()
    return Registered(f"urn:pulumi:dev::vitals::{type_}::{name}", type_, name, inputs, protect=kept, retain=kept)


def test_sound_resources_break_no_rule() -> None:
    """What is as it must be is left alone by every rule."""
    assert findings([*(_registered(*one) for one in SOUND.items()), LOCKED], keeps_data=True) == []


@pytest.mark.parametrize(("rule", "type_", "defect"), PLANTED)
def test_a_planted_defect_is_found_by_its_rule_alone(
    rule: str, type_: str, defect: Callable[[dict[str, Any]], None]
) -> None:
    """One defect, one finding, by the rule that is there for it, with words about what to do."""
    inputs = copy.deepcopy(SOUND[type_])
    defect(inputs)

    found = findings([_registered(type_, inputs), LOCKED], keeps_data=True)

    assert {finding.rule for finding in found} == {rule}
    assert all(finding.fix and finding.problem in str(finding) for finding in found)


def test_a_claim_that_goes_with_the_stack_is_found() -> None:
    """It is found by how it is registered."""
    claim = "kubernetes:core/v1:PersistentVolumeClaim"
    found = findings([_registered(claim, SOUND[claim], kept=False)], keeps_data=False)

    assert [finding.rule for finding in found] == ["volumes-outlive"]


@pytest.mark.parametrize("resources", [[], [replace(LOCKED, protect=False)]])
def test_a_stack_without_a_lock_is_found(resources: list[Registered]) -> None:
    """The engine would delete all of it by one command."""
    assert [finding.rule for finding in findings(resources, keeps_data=True)] == ["locked"]


def test_a_stack_that_may_be_deleted_needs_no_protection() -> None:
    """Development stacks come and go; everything else holds for them, too."""
    unprotected = _registered("gcp:container/cluster:Cluster", {"deletionProtection": False}, kept=False)

    assert findings([unprotected], keeps_data=False) == []


def test_a_secret_value_in_secret_manager_is_refused() -> None:
    """The program refers to secrets; it never holds one."""
    version = _registered("gcp:secretmanager/secretVersion:SecretVersion", {"secretData": KEPT_SECRET})

    assert [finding.rule for finding in findings([version], keeps_data=False)] == ["no-plain-secret"]


def test_every_rule_has_a_planted_defect() -> None:
    """No rule is without proof that it bites."""
    names = {rule.__name__.replace("_", "-") for rule in EVERYWHERE + WHERE_DATA_ARE_KEPT}

    assert {rule for rule, *_ in PLANTED} == names
