"""The run's configuration is the rendered one, with exactly the declared placeholders filled in."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rendered.smallest import content
from vitals.errors import VitalsError
from vitals.local.stack import configure
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.services import SECRET_FIELDS
from vitals.rendered import PLACEHOLDERS, Rendered, read
from vitals.rendered.placeholders import fill

ALERTMANAGER = """\
global:
  smtp_smarthost: __smtp_address__
  pagerduty_url: __pagerduty_url__
receivers:
- name: team-critical
  slack_configs:
  - api_url_file: __secrets_dir__/team-webhook
    title: '{{ .CommonLabels.__name__ }}'
  pagerduty_configs:
  - routing_key_file: __secrets_dir__/team-key
"""
PROMETHEUS = """\
scrape_configs:
- job_name: api
  file_sd_configs:
  - files: [targets/api.json]
  relabel_configs:
  - source_labels: [__address__]
alerting:
  alertmanagers:
  - file_sd_configs: [{files: [targets/alertmanager.json]}]
"""
MODEL = content(placeholders=list(PLACEHOLDERS), secrets=["team-webhook", "team-key"])
_ADDRESSES = ("http://channels", "http://pd", "http://pictures", "http://portal", "/run/secrets", "127.0.0.1:25")
VALUES = dict(zip(PLACEHOLDERS, _ADDRESSES, strict=True))


@pytest.fixture
def folder_of_files(tmp_path: Path) -> Path:
    """A small rendered environment, as it lies on the disk."""
    root = tmp_path / "rendered"
    (root / "rules").mkdir(parents=True)
    (root / "prometheus.yml").write_text(PROMETHEUS, encoding="utf-8")
    (root / "alertmanager.yml").write_text(ALERTMANAGER, encoding="utf-8")
    (root / "rules" / "api.yaml").write_text("url: __portal_url__/d/x\nname: __name__\n", encoding="utf-8")
    (root / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    return root


@pytest.fixture
def rendered(folder_of_files: Path) -> Rendered:
    """The same, read."""
    return read(folder_of_files)


def check(folder: Path) -> None:
    """Check the environment as a start does."""
    configure.check(read(folder), placeholders=PLACEHOLDERS, secret_fields=SECRET_FIELDS)


def change(path: Path, old: str, new: str) -> None:
    """Replace text in a file; fail when it is not there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_only_the_placeholders_change(rendered: Rendered, folder: RunFolder) -> None:
    """Putting the placeholders back gives the rendered bytes again, and none is left over."""
    check(rendered.folder)

    configure.write_configuration(rendered, folder, VALUES)

    for source in (path for path in rendered.folder.rglob("*") if path.is_file()):
        filled = (folder.config / source.relative_to(rendered.folder)).read_bytes()
        assert not any(placeholder.encode() in filled for placeholder in PLACEHOLDERS)
        for placeholder, value in VALUES.items():
            filled = filled.replace(value.encode(), placeholder.encode())
        assert filled == source.read_bytes()
    rules = (folder.config / "rules" / "api.yaml").read_text(encoding="utf-8")
    assert rules == "url: http://portal/d/x\nname: __name__\n"


@given(st.binary(max_size=200))
def test_text_without_placeholders_stays_as_it_is(text: bytes) -> None:
    """Filling touches nothing but placeholders."""
    if not re.search(b"__[a-z_]+__", text):
        assert fill(text, VALUES) == text


def test_a_job_of_which_nothing_runs_here_is_distinguished(rendered: Rendered) -> None:
    """It is not an error: a catalogue may watch more than one machine runs."""
    check(rendered.folder)

    assert configure.not_run_here(rendered, {"alertmanager"}) == ("api",)
    assert configure.not_run_here(rendered, {"alertmanager", "api", "more"}) == ()


def test_secret_files_hold_what_their_field_wants_and_are_private(rendered: Rendered, folder: RunFolder) -> None:
    """The webhook's address and the routing key lie in 0600 files with the names that the configuration reads."""
    configure.write_secrets(
        rendered, folder, {"slack.api_url_file": "http://hook", "pagerduty.routing_key_file": "key"}
    )

    assert (folder.secrets / "team-webhook").read_text(encoding="utf-8") == "http://hook"
    assert (folder.secrets / "team-key").read_text(encoding="utf-8") == "key"
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.secrets.iterdir())


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("model.json", '"__portal_url__", ', "", r"rules.api.yaml has the placeholder __portal_url__"),
        ("model.json", '"__portal_url__"', '"__moon_url__"', r"declares the placeholder __moon_url__"),
        ("model.json", '"team-key"', '"other-key"', r"secret file '(other|team)-key' is named in only one of"),
        (
            "alertmanager.yml",
            "routing_key_file",
            "opsgenie_key_file",
            r"'team-key' is missing: .* pagerduty.opsgenie_key_file",
        ),
    ],
)
def test_what_cannot_run_is_refused_with_the_reason(
    folder_of_files: Path, file: str, old: str, new: str, message: str
) -> None:
    """Each mistake in the rendered files has its own clear error."""
    change(folder_of_files / file, old, new)

    with pytest.raises(VitalsError, match=message) as refusal:
        check(folder_of_files)

    assert "Nothing was started" in str(refusal.value)


@pytest.mark.parametrize("name", ["model.json", "prometheus.yml", "alertmanager.yml"])
def test_a_missing_file_is_refused_with_the_command_that_makes_it(folder_of_files: Path, name: str) -> None:
    """An environment that was never rendered, or only partly."""
    (folder_of_files / name).unlink()

    with pytest.raises(VitalsError, match=rf"{name} is not there.*Nothing was done.*`vitals render`"):
        check(folder_of_files)
