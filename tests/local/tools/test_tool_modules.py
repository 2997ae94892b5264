"""Files of Go modules are read in the pinned version only, and a module that cannot be had is said to be so."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.tools import modules
from vitals.local.tools.modules import module_folder

MODULE = "example.test/definitions"


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pin of one small module, which a proxy on disk serves."""
    proxy = tmp_path / "proxy" / "example.test" / "definitions" / "@v"
    proxy.mkdir(parents=True)
    (proxy / "v1.2.3.info").write_text('{"Version": "v1.2.3"}', encoding="utf-8")
    (proxy / "v1.2.3.mod").write_text(f"module {MODULE}\n", encoding="utf-8")
    with zipfile.ZipFile(proxy / "v1.2.3.zip", "w") as archive:
        archive.writestr(f"{MODULE}@v1.2.3/go.mod", f"module {MODULE}\n")
        archive.writestr(f"{MODULE}@v1.2.3/crd.yaml", "kind: CustomResourceDefinition\n")
    pin = tmp_path / "pins" / "definitions"
    pin.mkdir(parents=True)
    (pin / "go.mod").write_text(f"module example.test/pin\n\ngo 1.21\n\nrequire {MODULE} v1.2.3\n", encoding="utf-8")
    monkeypatch.setattr(modules, "PINS", tmp_path / "pins")
    monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
    monkeypatch.setenv("GOSUMDB", "off")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    monkeypatch.setenv("GOFLAGS", "-modcacherw")
    return tmp_path / "pins"


@pytest.mark.usefixtures("pins")
def test_the_files_are_those_of_the_pinned_module() -> None:
    """The folder holds what the proxy served for the version in go.mod."""
    folder = module_folder("definitions", MODULE)

    assert (folder / "crd.yaml").read_text(encoding="utf-8") == "kind: CustomResourceDefinition\n"
    subprocess.run(["go", "clean", "-modcache"], check=True, capture_output=True)


@pytest.mark.usefixtures("pins")
def test_a_module_that_cannot_be_fetched_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the module, the pin and Go's own reason."""
    monkeypatch.setenv("GOPROXY", "off")

    with pytest.raises(VitalsError, match=r"example.test/definitions that tools/definitions/go.mod pins.*GOPROXY"):
        module_folder("definitions", MODULE)


@pytest.mark.usefixtures("pins")
def test_without_go_the_module_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way out is to install Go."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(VitalsError, match=r"example.test/definitions are needed and Go is not installed"):
        module_folder("definitions", MODULE)


def test_a_module_that_is_not_what_was_reviewed_is_refused(pins: Path) -> None:
    """The sum in go.sum decides, not what the proxy hands out."""
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    (pins / "definitions" / "go.sum").write_text(f"{MODULE} v1.2.3 h1:{other}\n", encoding="utf-8")

    with pytest.raises(VitalsError, match="checksum mismatch"):
        module_folder("definitions", MODULE)
