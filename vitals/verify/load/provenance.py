"""Where the numbers of a run come from, as far as it is known before it begins."""

from __future__ import annotations

import hashlib
import os
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from vitals.errors import VitalsError
from vitals.paths import ROOT
from vitals.verify.load.profiles import Profile
from vitals.verify.load.recorded_run import Provenance
from vitals.verify.load.target import LoadTarget


def demo_locustfile() -> Path:
    """The users of the demo platform: the reference user, members and coaches."""
    return Path(str(files("wellness") / "locustfile.py"))


def require_locustfile(file: Path) -> Path:
    """Refuse a file that is not there.

    Raises:
        VitalsError: It is not.
    """
    if not file.is_file():
        raise VitalsError(
            f"{file} is not a file, so there are no users to send. Nothing was asked. Name a locustfile, or leave "
            "--locustfile out for the users of the demo platform."
        )
    return file.absolute()


def provenance(profile: Profile, target: LoadTarget, *, environment: str, service: str) -> Provenance:
    """Describe a run before it begins.

    Args:
        profile: What will be run.
        target: Against what.
        environment: Whose marks judge it.
        service: The service that is asked.
    """
    return Provenance(
        profile=profile.name,
        environment=environment,
        service=service,
        host=target.shown,
        versions=(),
        machine="laptop" if target.loopback else "cluster",
        cores=os.cpu_count() or 1,
        locustfile=hashlib.sha256(profile.plan.locustfile.read_bytes()).hexdigest(),
        user_classes=profile.plan.classes,
        seed=profile.plan.seed,
        started_at=datetime.now(UTC),
        planned_s=profile.plan.duration_s,
        tool=f"vitals {version('vitals')}, locust {version('locust')}",
        commit=commit_of(ROOT),
    )


def commit_of(checkout: Path) -> str:
    """The commit of a checkout, with ``-dirty`` where files differ from it; empty where there is none."""
    describe = ("describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
    try:
        done = subprocess.run(
            ("git", "-C", str(checkout), *describe),  # noqa: S607 - the git on the path
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
