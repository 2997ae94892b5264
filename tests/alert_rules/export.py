"""Write each scenario as a file, for programs that must not import tests: ``python -m tests.alert_rules.export DIR``.

Names of rule groups may follow: then only scenarios that load one of them are written, and the oracle is asked about no
other, which would take a minute. Services that speak another dialect than ours have a catalogue of their own, and its
cases are written, too: their rule groups have other names.
One JSON file each: ``name``, ``groups`` and the unit-test ``document`` without rule files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.alert_rules.arrival_fuzz import arrival_fuzz_cases
from tests.alert_rules.arrival_past_days import past_day_cases
from tests.alert_rules.boundary_fuzz import boundary_fuzz_cases
from tests.alert_rules.gap_cases import gap_cases
from tests.alert_rules.long_window_cases import long_window_cases
from tests.alert_rules.long_window_fuzz import long_window_fuzz_cases, one_by_one_cases
from tests.alert_rules.promtool_cases import PromtoolCase, promtool_cases
from tests.alert_rules.recorded_value_cases import recorded_value_cases
from tests.alert_rules.volume_mode_cases import volume_mode_cases
from tests.catalogues import DIALECTS, WELLNESS
from tests.dialects.every_case import every_case as cases_of_dialects
from tests.mutation.tested import ENVIRONMENT, ENVIRONMENT_OF_DIALECTS
from vitals.model.catalog import load
from vitals.render import Plan, compose


def everything(plan: Plan, dialects: Plan, groups: frozenset[str] = frozenset()) -> list[PromtoolCase]:
    """Every case that there is, or those that load one of some rule groups.

    Args:
        plan: The environment that is mutated.
        dialects: The one of services that speak otherwise.
        groups: Names of rule groups; all if empty.
    """
    found = [
        *promtool_cases(plan),
        *recorded_value_cases(plan),
        *long_window_cases(plan),
        *boundary_fuzz_cases(plan),
        *long_window_fuzz_cases(plan),
        *one_by_one_cases(plan),
        *past_day_cases(plan),
        *arrival_fuzz_cases(plan),
        *gap_cases(plan, groups),
        *volume_mode_cases(plan),
        *cases_of_dialects(dialects),
    ]
    return [one for one in found if not groups or one.groups & groups]


def export(folder: Path, groups: frozenset[str]) -> None:
    """Write the cases into a folder that exists."""
    plan, dialects = (
        compose(catalogue, catalogue.environments[name])
        for catalogue, name in ((load(WELLNESS), ENVIRONMENT), (load(DIALECTS), ENVIRONMENT_OF_DIALECTS))
    )
    for number, case in enumerate(everything(plan, dialects, groups)):
        written = {
            "name": case.name,
            "groups": sorted(case.groups),
            "preset": sorted(case.preset),
            "document": case.document,
        }
        (folder / f"{number:04d}.json").write_text(json.dumps(written), encoding="utf-8")


if __name__ == "__main__":
    export(Path(sys.argv[1]), frozenset(sys.argv[2:]))
