"""A stack file that says one thing and an environment that says another."""

from __future__ import annotations

import pytest

from infra import rendered
from infra.preflight import preflight_check
from infra.settings import parse
from infra.workloads import workloads
from tests.infra.settings.stack_files import config
from vitals.errors import VitalsError


def disagreeing(stack: str, **changes: object) -> str:
    """What is said before anything is created, of a stack file with changes of a test."""
    settings = parse(stack, {**config(stack), **changes})
    files = rendered.read(settings.environment)
    with pytest.raises(VitalsError) as raised:
        preflight_check(stack, settings, files, workloads(settings, files))
    return str(raised.value)
