"""The page about the scaling drill names the faults and the options that there are."""

from __future__ import annotations

import re

from vitals.cli.announced import imported
from vitals.cli.scale import COMMANDS
from vitals.paths import ROOT
from vitals.verify.scaling_loop.drill import AT_ONCE
from vitals.verify.scaling_loop.loop_faults import LOOP_FAULTS
from vitals.verify.scaling_loop.objects import PRE_STOP_S

PAGE = (ROOT / "docs" / "scale-drill.md").read_text(encoding="utf-8")


def test_the_table_lists_every_fault_with_what_it_does_and_for_how_long() -> None:
    """In the order in which they are injected."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (\d+) s \|$", PAGE, re.MULTILINE)

    assert rows == [(fault.name, fault.means, f"{fault.lasts_s:.0f}") for fault in LOOP_FAULTS]


def test_the_numbers_of_a_replica_are_those_of_the_drill() -> None:
    """How many requests it serves at once, and how long it goes on serving when it is to stop."""
    assert f"serves {AT_ONCE} requests at once" in PAGE
    assert f"`preStop` pause of {PRE_STOP_S} s" in PAGE


def test_each_option_on_the_page_is_one_of_the_command() -> None:
    """What a reader copies from the page is understood."""
    command = imported("drill", *COMMANDS["drill"])
    known = {option for parameter in command.params for option in parameter.opts}
    shown = set(re.findall(r"^vitals scale drill (.*?)(?: +#.*)?$", PAGE, re.MULTILINE))

    assert len(shown) == 5
    assert {word for line in shown for word in line.split() if word.startswith("--")} <= known
