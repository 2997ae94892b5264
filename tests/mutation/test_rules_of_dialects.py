"""Beside the rules that are mutated stand those of services that speak otherwise, and cases about them."""

from __future__ import annotations

from tests.catalogues import DIALECTS
from tests.dialects.every_case import every_case
from tests.mutation.tested import rules, rules_of_dialects
from vitals.model.catalog import load
from vitals.render import compose


def test_no_group_is_there_twice() -> None:
    """Exporters and pasted files are in both catalogues; only the services of the second one are taken."""
    mutated, beside = ({rule.group for rule in some} for some in (rules(), rules_of_dialects()))

    assert mutated & beside == set()
    assert "node.system" in mutated
    assert {group.partition(".")[0] for group in beside} == {service.name for service in load(DIALECTS).services}


def test_the_cases_about_them_load_their_groups_and_no_others() -> None:
    """Each by a name of its own; each service has some."""
    catalogue = load(DIALECTS)
    cases = every_case(compose(catalogue, catalogue.environments["local"]))
    groups = {rule.group for rule in rules_of_dialects()}

    assert len({case.name for case in cases}) == len(cases)
    assert all(case.groups and case.groups <= groups for case in cases)
    assert {group.partition(".")[0] for case in cases for group in case.groups} == {
        group.partition(".")[0] for group in groups
    }
