"""A headless Chromium, and pages in it that must neither complain nor leave this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = {"127.0.0.1", "localhost"}
PATIENCE_MS = 60_000
"""A busy machine is slow; what never comes fails all the same."""
expect.set_options(timeout=PATIENCE_MS)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium without a word to the outside."""
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed on this machine (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield running
        running.close()


@contextlib.contextmanager
def opened(browser: Browser, portal: str, **context: Any) -> Iterator[Page]:  # noqa: ANN401 Playwright's options
    """Open a page whose relative addresses are the portal's.

    At its end, no script and no policy may have reported an error, and nothing may have been asked elsewhere.
    """
    complaints: list[str] = []
    settings = {"viewport": {"width": 1400, "height": 1000}} | context
    there = browser.new_context(base_url=portal, **settings)
    page = there.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type in {"error", "warning"} and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(request.url) if urlsplit(request.url).hostname not in {*HERE, None, ""} else None
        ),
    )
    yield page
    there.close()
    assert complaints == []
