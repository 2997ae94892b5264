"""Where the catalogues are on which the tests run. The live one is not a sample: users add to it every day."""

from __future__ import annotations

from pathlib import Path

WELLNESS = Path(__file__).parent / "wellness_catalogue"
"""The platform that the demo runs; the oracle, the scenarios and every typed expectation speak of it."""
SHOP = Path(__file__).parent / "sample_catalogue"
"""A quite different one, so that nothing is hard-wired."""
DIALECTS = Path(__file__).parent / "dialects" / "catalogue"
"""One machine that watches a service of each dialect, and none that speaks our own."""
