"""Seeded random numbers: the same in every run, and different for each series."""

from __future__ import annotations

import random

CONTROL = "control"
"""The control service: no expectation is about it, and it shows the same metrics and records."""


def seeded(*what: object) -> random.Random:
    """A random source that depends on what it is for, and on nothing else."""
    return random.Random(" ".join(map(str, what)))  # noqa: S311
