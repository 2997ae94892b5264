"""``vitals preview`` refuses what it cannot do before it starts or writes anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError

SERVER = ("--data", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--theme", "sepia"), "write light or dark"),
        (("--engine", "canvas"), "write vitals or grafana"),
        (("--range", "soon"), "between 1m and 31d"),
        (("--range", "5s"), "between 1m and 31d"),
        (("--range", "7d"), "--range 24h or less"),
        (("--until", "now-1d"), "Leave --until out"),
        (("--env", "nowhere"), "no environment 'nowhere'"),
        (("--data", "prometheus:9090"), "neither 'synthetic' nor the address"),
        ((*SERVER, "--until", "yesterday"), "cannot be read"),
        ((*SERVER, "no-such-dashboard"), "Dashboards: "),
        ((*SERVER, "--env", "nowhere"), "no dashboard"),
    ],
)
def test_a_wrong_option_is_refused(options: tuple[str, ...], why: str, tmp_path: Path) -> None:
    """Each says what to write; no folder is made."""
    out = tmp_path / "out"

    said = CliRunner().invoke(app, ["preview", *options, "--out", str(out)]).exception

    assert isinstance(said, VitalsError)
    assert why in str(said)
    assert not out.exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")

    said = CliRunner().invoke(app, ["preview", *SERVER, "--out", str(out)]).exception

    assert isinstance(said, VitalsError)
    assert out.read_text(encoding="utf-8") == "mine"
