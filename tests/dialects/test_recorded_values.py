"""Whatever a service speaks, what is recorded of it are the numbers that its own samples give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.alert_rules import promtool_cases
from tests.dialects.failures_apart_cases import SERVICE, failures_apart_cases
from tests.dialects.native_histogram_cases import SERVICES
from tests.dialects.recorded_value_cases import recorded_value_cases, records_of
from tests.dialects.translations import TRANSLATIONS
from tests.made_once import plan_of
from tests.mutation.dependencies import selectors
from vitals.local.tools import find
from vitals.model.catalog import Catalogue
from vitals.render import Plan


@pytest.fixture(scope="module")
def plan(dialects: Catalogue) -> Plan:
    """The environment that watches a service of each dialect."""
    return plan_of(dialects, dialects.environments["local"])


@pytest.mark.rules
def test_records_have_the_values_that_the_samples_give(plan: Plan, rules: Mapping[str, Path], tmp_path: Path) -> None:
    """By the oracle, of the same requests in our own words; of failures that are counted apart, by hand."""
    cases = [*recorded_value_cases(plan), *failures_apart_cases()]
    assert len(cases) > 10

    for batch in promtool_cases.together(cases):
        promtool_cases.run(batch, rules, find("promtool"), tmp_path)


def test_every_service_has_its_numbers_counted(plan: Plan) -> None:
    """By translation, in native histograms or, where failures are counted apart, by hand."""
    counted = {*TRANSLATIONS, *(service.name for service in SERVICES), SERVICE}

    assert counted == {service.name for service in plan.services}


def test_every_record_that_reads_a_library_is_held(plan: Plan) -> None:
    """What reads records alone is the same whatever a service speaks."""
    names = {service.name: {metric.name for metric in service.dialect.metrics} for service in plan.services}
    not_held = {
        (service, record)
        for service in TRANSLATIONS
        for group in plan.groups
        if group.name.rpartition(".")[0] == service
        for rule in group.rules
        if (record := str(rule.get("record", "")))
        and any(one.name.startswith(tuple(names[service])) for one in selectors(str(rule["expr"])))
        and record not in {name.partition("|")[0] for name in records_of(service, plan)}
    }

    assert not_held == set()
