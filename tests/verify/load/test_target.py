"""What may be put under load: refused before anything is asked, with what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.verify.load.conftest import Shop
from vitals.errors import VitalsError
from vitals.local.processes.ports import free_ports
from vitals.verify.load.kept import kept_files
from vitals.verify.load.provenance import require_locustfile
from vitals.verify.load.recorded_run import read_run
from vitals.verify.load.target import LoadTarget, named, require_answer, running_stack


@pytest.mark.parametrize("host", ["localhost:8000", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "shop", ""])
def test_what_is_not_a_base_url_is_refused(host: str) -> None:
    """People leave the scheme out; the message shows one with it."""
    with pytest.raises(VitalsError, match=r"not the base URL.*http://127\.0\.0\.1:8000"):
        named(host, allow_remote=True, service="shop")


@pytest.mark.parametrize(
    "host", ["http://192.0.2.7", "https://[2001:db8::1]:8443", "http://user:word@198.51.100.1/api"]
)
def test_another_machine_needs_a_flag(host: str) -> None:
    """A load test can take a service down, so it is said twice; the password of a URL is repeated nowhere."""
    with pytest.raises(VitalsError, match="--allow-remote") as refused:
        named(host, allow_remote=False, service="shop")

    assert "word" not in str(refused.value)
    assert not named(host, allow_remote=True, service="shop").loopback
    assert "word" not in named(host, allow_remote=True, service="shop").shown


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:8000", "http://localhost:8000/", "http://127.5.5.5", "http://[::1]:80"]
)
def test_this_machine_needs_none(host: str) -> None:
    """Loopback in all its spellings."""
    target = named(host, allow_remote=False, service="shop", metrics=("http://127.0.0.1:9000/metrics",))

    assert target.loopback
    assert not target.host.endswith("/")
    assert [page.service for page in target.pages] == ["shop"]


def test_unknown_host_is_refused() -> None:
    """A name without an address gives a sentence and not a traceback."""
    with pytest.raises(VitalsError, match=r"The host shop\.invalid has no address"):
        named("http://shop.invalid", allow_remote=True, service="shop")


def test_host_that_is_down_is_refused_and_one_that_answers_is_not(shop: Shop) -> None:
    """Any answer will do, also an error: the service is there, and the test will say how it is."""
    down = LoadTarget(f"http://127.0.0.1:{free_ports(['down'])['down']}", loopback=True)
    shop.status = 500

    with pytest.raises(VitalsError, match="does not answer"):
        asyncio.run(require_answer(down))
    asyncio.run(require_answer(LoadTarget(shop.url, loopback=True)))
    assert shop.asked == ["/"]


def test_no_stack_is_no_target() -> None:
    """Where none is up, a demo of one's own is started."""
    assert running_stack(None) is None


def test_missing_locustfile_is_refused(tmp_path: Path) -> None:
    """Before a demo is started for it."""
    with pytest.raises(VitalsError, match="is not a file"):
        require_locustfile(tmp_path / "users.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "provenance: Field required"),
        ("not json", "Invalid JSON"),
        ('{"version": 2}', "version: Input should be 1"),
    ],
)
def test_file_that_is_no_run_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, the field and the command that writes such a file."""
    file = tmp_path / "run.json"
    file.write_text(text)

    with pytest.raises(VitalsError, match=message) as refused:
        read_run(file)
    assert "vitals load --json" in str(refused.value)
    with pytest.raises(VitalsError, match="cannot be read"):
        read_run(tmp_path / "none.json")


def test_kept_runs_are_shown_beside_the_one_before(tmp_path: Path) -> None:
    """The newest of the same profile; the first run has none, and a folder that is not there is refused."""
    for name in ("normal-20260101T090000Z.json", "normal-20260108T090000Z.json", "peak-20260109T090000Z.json"):
        (tmp_path / name).write_text("{}")

    run, report, last = kept_files(tmp_path, "normal")

    assert last == tmp_path / "normal-20260108T090000Z.json"
    assert (run.parent, report.parent) == (tmp_path, tmp_path)
    assert run.stem == report.name
    assert kept_files(tmp_path, "soak")[2] is None
    with pytest.raises(VitalsError, match="Create it first"):
        kept_files(tmp_path / "none", "normal")
