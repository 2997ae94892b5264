"""Which tests share a stack, so that one worker deploys or installs it for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED = ("deployed", "half", "installed", "managed", "prod", "self_hosted")
"""Fixtures that put a whole stack somewhere, once a session or module; each is a stack's name, or called like it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give what looks at one stack to one worker (``--dist loadgroup``); the others would deploy it once more."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if HERE in item.path.parents and isinstance(item, pytest.Function) and (stack := _stack_of(item)):
                item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}-{stack}"))


def _stack_of(test: pytest.Function) -> str | None:
    shared = next((name for name in SHARED if name in test.fixturenames), None)
    given = test.callspec.params if hasattr(test, "callspec") else {}
    return str(given.get(shared, shared)) if shared else None
