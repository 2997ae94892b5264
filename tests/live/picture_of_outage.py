"""The picture of the portal during an outage, of the stack that ``vitals up`` runs.

``python -m tests.live.picture_of_outage docs/pictures/outage.png`` drills the outage and takes the first page once
every channel was notified and the curves show it. The page is a real one, so its times and numbers differ from run to
run: a person looks at the picture before it is committed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.live.running_stack import vitals
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import running_addresses
from vitals.tools import find

WIDTH, HEIGHT = 1280, 1060
CHANNELS = ("Slack", "E-mail", "PagerDuty")
SHOWN_MS = 60_000
ON_THE_CURVES_MS = 25_000
"""After which the error ratio has left the floor of its panel: some evaluations and a redraw."""


def take(folder: Path, picture: Path) -> None:
    """Drill the outage on the stack of a run folder and write the picture."""
    addresses = running_addresses(RunFolder(folder.absolute()))
    assert addresses is not None, f"no stack runs in {folder}; start one with `vitals up`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(addresses.portal)
        expect(page.locator("#alerts")).not_to_contain_text("Loading", timeout=SHOWN_MS)
        with subprocess.Popen(vitals("drill", "api-outage", "--state", str(folder))) as drill:
            expect(page.locator("#alerts")).to_contain_text("ServiceOutage", timeout=SHOWN_MS)
            for channel in CHANNELS:
                expect(page.locator("#deliveries")).to_contain_text(channel, timeout=SHOWN_MS)
            page.wait_for_timeout(ON_THE_CURVES_MS)
            page.screenshot(path=picture)
            drill.wait()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_FOLDER, Path(sys.argv[1]))
