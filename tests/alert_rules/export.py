"""Write each scenario as a file, for programs that must not import tests: ``python -m tests.alert_rules.export DIR``.

Names of rule groups may follow: then only scenarios that load one of them are written, for asking the oracle about all
takes a minute.
One JSON file each: ``name``, ``groups`` and the unit-test ``document`` without rule files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.alert_rules.arrival_weeks import week_stories
from tests.alert_rules.jumping_story import jumping_stories
from tests.alert_rules.long_jumps import long_jumps
from tests.alert_rules.stories import Story, stories
from tests.alert_rules.value_story import value_stories
from tests.alert_rules.window_story import window_stories
from vitals.model.catalog import load
from vitals.paths import CATALOG
from vitals.render import Plan, compose

ENVIRONMENT = "prod"
"""It has every service and every exporter, so every rule there is."""


def everything(plan: Plan, groups: frozenset[str] = frozenset()) -> list[Story]:
    """Every story that there is, or those that load one of some rule groups."""
    found = [
        *stories(plan, groups),
        *value_stories(plan),
        *window_stories(plan),
        *jumping_stories(plan),
        *long_jumps(plan),
        *week_stories(plan),
    ]
    return [one for one in found if not groups or one.groups & groups]


def export(folder: Path, groups: frozenset[str]) -> None:
    """Write the stories into a folder that exists."""
    catalogue = load(CATALOG)
    plan = compose(catalogue, catalogue.environments[ENVIRONMENT])
    for number, story in enumerate(everything(plan, groups)):
        told = {
            "name": story.name,
            "groups": sorted(story.groups),
            "given": sorted(story.given),
            "document": story.document,
        }
        (folder / f"{number:04d}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    export(Path(sys.argv[1]), frozenset(sys.argv[2:]))
