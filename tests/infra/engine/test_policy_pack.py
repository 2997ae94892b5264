"""The policy pack on the real engine: what ships passes, what breaks a rule is refused before anything is created."""

from __future__ import annotations

import os
import sys

import pulumi as sdk
import pulumi_kubernetes as kubernetes
import pytest

from tests.infra.engine import stacks
from tests.infra.engine.conftest import Prepare, Start
from tests.infra.engine.engine import UpdateError
from tests.infra.engine.marks import ENGINE
from vitals.paths import ROOT

pytestmark = ENGINE
PACK = ROOT / "infra" / "policy"


@pytest.fixture(autouse=True)
def policy_host(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Pulumi's own distribution has on the PATH beside the engine: it runs a pack in Python."""
    folder = tmp_path_factory.mktemp("policy-host")
    host = folder / "pulumi-analyzer-policy-python"
    host.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u . "$@"\n', encoding="utf-8")
    host.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_what_ships_keeps_to_the_pack(prepare: Prepare) -> None:
    """The stack to which every rule applies, because it keeps data: a preview finds nothing, and nothing is unknown."""
    planned = prepare("prod", stacks.place("prod")).preview(policy_pack=PACK)

    assert "✅ vitals@" in planned.said
    assert planned.of("create")


def test_a_container_without_limits_is_refused(start: Start) -> None:
    """The message names rule, resource and way out, and the engine ends with an error."""

    def program() -> None:
        cluster = kubernetes.Provider("cluster", kubeconfig="none")
        kubernetes.core.v1.Pod(
            "unsized",
            spec={"containers": [{"name": "api", "image": "registry.example/api@sha256:" + "0" * 64}]},
            opts=sdk.ResourceOptions(provider=cluster),
        )

    made = start(program)

    with pytest.raises(UpdateError) as refused:
        made.preview(policy_pack=PACK)
    assert "sized-containers" in str(refused.value)
    assert "unsized" in str(refused.value)
