"""Write every story as a file, for programs that must not import tests: ``python -m tests.alert_rules.export FOLDER``.

One JSON file each: ``name``, ``groups`` and the unit-test ``document`` without rule files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.alert_rules.jumping_story import jumping_stories
from tests.alert_rules.stories import stories
from tests.alert_rules.value_story import value_stories
from vitals.catalog import load
from vitals.paths import CATALOG
from vitals.render import compose

ENVIRONMENT = "prod"
"""It has every service and every exporter, so every rule there is."""


def export(folder: Path) -> None:
    """Write the stories into a folder that exists."""
    catalogue = load(CATALOG)
    plan = compose(catalogue, catalogue.environments[ENVIRONMENT])
    for number, story in enumerate([*stories(plan), *value_stories(plan), *jumping_stories(plan)]):
        told = {
            "name": story.name,
            "groups": sorted(story.groups),
            "given": sorted(story.given),
            "document": story.document,
        }
        (folder / f"{number:04d}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    export(Path(sys.argv[1]))
