"""Every shipped alert fires when it must and stays silent when it must, by the real promtool on the real rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules import meta_cases, outage_cases
from tests.alert_rules.conftest import Rendered
from tests.alert_rules.scenario import Scenario
from tests.alert_rules.stories import run, stories, story, together
from tests.alert_rules.told import CASES


def _by_group(rendered: Rendered) -> dict[str, Path]:
    return {file.stem: file for file in rendered.rules}


@pytest.mark.rules
def test_production_tells_every_story(prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The rules of production fire, stay silent and recover as the stories say."""
    for batch in together(stories(prod.plan)):
        run(batch, _by_group(prod), promtool, tmp_path)
