"""The table of programs agrees with the pins in tools/ and recognises what the real programs print."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

from vitals.errors import VitalsError
from vitals.local.tools.entry import Pin, ProgramGroup
from vitals.local.tools.locate import ask_version
from vitals.local.tools.programs import PROGRAMS, of_group, program, required
from vitals.paths import PINS
from vitals.verify.cluster.crds import SOURCES

from .conftest import WriteProgram

BUILT = {entry.pin.name: entry.pin for entry in PROGRAMS if entry.pin}

PRINTED = {
    "prometheus": ("prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5)", "2.42.0"),
    "alertmanager": ("alertmanager, version 0.31.0 (branch: , revision: unknown)", "0.31.0"),
    "node_exporter": ("node_exporter, version 1.12.1 (branch: , revision: unknown)", "1.12.1"),
    "pulumi": ("v3.246.0", "3.246.0"),
    "etcd": (
        "etcd Version: 3.6.8\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.26.8",
        "3.6.8",
    ),
    "kube-apiserver": ("Kubernetes v1.37.2", "1.37.2"),
    "prometheus-operator": ("prometheus-operator, version 0.85.0 (branch: , revision: unknown)", "0.85.0"),
    "metrics-server": ("v0.9.0", "0.9.0"),
    "helm": ("v4.3.1+g0", "4.3.1"),
    "actionlint": ("1.7.12\ninstalled by building from source\nbuilt with go1.26.8 compiler for linux/amd64", "1.7.12"),
    "gitleaks": ("8.30.1", "8.30.1"),
    "gcloud": ("Google Cloud SDK 528.0.0\nbq 2.1.18\ncloud-firestore-emulator 1.19.9\ncore 2025.06.20", "1.19.9"),
    "java": ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6)', "17.0.15"),
    "grafana": ("grafana version 12.1.0", "12.1.0"),
    "redis-server": ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"),
    "chromium": ("[: 25276502016: unexpected operator\nChromium 156.0.8078.79 built on Debian", "156.0.8078.79"),
    "kubectl": ("Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0", "1.32.4"),
}


@pytest.mark.parametrize("pin", BUILT.values(), ids=BUILT.keys())
def test_a_pin_builds_exactly_the_tools_that_its_module_names(pin: Pin) -> None:
    """The packages in the table are the ``tool`` lines of go.mod, so `go mod tidy` keeps what they need.

    Two pins may build from one module with other tags.
    """
    packages = {
        package for other in BUILT.values() if other.folder == pin.folder for package in other.packages.values()
    }
    text = (pin.folder / "go.mod").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^tool \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL))
    named = re.findall(r"^tool (\S+)$", text, re.MULTILINE) + blocks.split()
    named = [package for package in named if package != "("]
    assert sorted(named) == sorted(packages)


@pytest.mark.parametrize("pin", BUILT.values(), ids=BUILT.keys())
def test_the_pinned_version_is_that_of_the_module(pin: Pin) -> None:
    """The version in the table is that of the module; Prometheus tags its module v0.316.0 for release 3.16.0."""
    text = (pin.folder / "go.mod").read_text(encoding="utf-8")
    required = re.findall(r"^\s*(?:require )?(\S+\.\S+) v(\S+)", text, re.MULTILINE)
    packages = list(pin.packages.values())
    releases = {
        version for module, version in required if all(f"{package}/".startswith(f"{module}/") for package in packages)
    }
    if pin.folder.name == "prometheus":
        releases = {re.sub(r"^0\.3(\d\d)\.", r"3.\1.", release) for release in releases}
    assert releases == {pin.version}
    assert (pin.folder / "go.sum").is_file()


@pytest.mark.parametrize("pin", BUILT.values(), ids=BUILT.keys())
def test_a_stamp_names_no_other_version(pin: Pin) -> None:
    """What the linker writes into a program is the pinned version or a part of it."""
    of_the_pin = {pin.version, *pin.version.split(".")}

    assert {value.removeprefix("v") for value in pin.stamps.values()} <= of_the_pin


def test_the_staging_modules_of_kubernetes_follow_its_version() -> None:
    """Kubernetes 1.x.y is published with its staging modules as 0.x.y; a mixture of the two may even compile."""
    pin = BUILT["kubernetes"]
    text = (pin.folder / "go.mod").read_text(encoding="utf-8")
    staged = re.findall(r"^\s*(?:replace )?(k8s\.io/\S+) => (\S+) v(\S+)$", text, re.MULTILINE)
    assert len(staged) > 30
    assert {(old == new, version) for old, new, version in staged} == {(True, re.sub(r"^1\.", "0.", pin.version))}


def test_every_folder_under_tools_is_used() -> None:
    """No pin is forgotten, in the table of programs or among the modules that CRDs are read from; none is missing."""
    built = {pin.folder.name for pin in BUILT.values()}
    assert {file.parent.name for file in PINS.glob("*/go.mod")} == {*built, *(source.pin for source in SOURCES)}


def test_the_local_stack_needs_nothing_of_the_other_groups() -> None:
    """What `make up` builds is the group of the stack; the control plane takes minutes and is not built with it."""
    assert set(required()) == {"prometheus", "promtool", "alertmanager", "amtool", "node_exporter"}
    assert set(of_group(ProgramGroup.CLUSTER)) > {"etcd", "kube-apiserver", "prometheus-operator"}
    assert set(of_group(ProgramGroup.SCALING)) == {"keda-operator", "keda-adapter", "metrics-server"}
    assert of_group(ProgramGroup.ENGINE) == ("pulumi",)


def test_a_pinned_version_is_good_enough_for_us() -> None:
    """What we build satisfies what we ask of others, and its pin builds a program of that name."""
    assert PROGRAMS
    for entry in PROGRAMS:
        if entry.pin:
            assert entry.accepts(Version(entry.pin.version)), entry.name
            assert entry.name in entry.pin.packages


@pytest.mark.parametrize(
    ("tags", "accepted"),
    [
        ("netgo,builtinassets", True),
        ("remove_all_sd", False),
        ("remove_all_sd,enable_kubernetes_sd", True),
        ("enable_kubernetes_sd,remove_all_sd", True),
        ("unknown", True),
    ],
)
def test_a_promtool_that_cannot_read_the_operators_configuration_is_not_taken(
    *, tags: str, accepted: bool, write_program: WriteProgram
) -> None:
    """It lists the tags it was built with; without discovery it would call a good configuration invalid."""
    printed = (
        f"promtool, version 3.16.0 (branch: , revision: unknown)\n  platform:         linux\n  tags:             {tags}"
    )
    version = ask_version(program("promtool-kubernetes"), write_program("promtool", printed))
    assert (version == Version("3.16.0")) is accepted


@pytest.mark.parametrize(
    ("noted", "version"),
    [
        ("mod\tgithub.com/kedacore/keda/v2\tv2.21.0\th1:R6z2", "2.21.0"),
        ("mod\tgithub.com/kedacore/keda/v2\t(devel)\t", None),
        ("mod\tgithub.com/kedacore/keda/v2extra\tv2.21.0\th1:R6z2", None),
        ("dep\tgithub.com/kedacore/keda/v2\tv2.21.0\th1:R6z2", None),
    ],
)
def test_a_program_that_prints_no_version_is_known_by_what_go_noted_in_it(
    tmp_path: Path, noted: str, version: str | None
) -> None:
    """Go writes path and version of the main module into each program; a checkout has no version."""
    executable = tmp_path / "keda-operator"
    executable.write_bytes(f"\x7fELF\x00\npath\tgithub.com/kedacore/keda/v2/cmd/operator\n{noted}\n".encode())

    assert ask_version(program("keda-operator"), executable) == (Version(version) if version else None)
    executable.write_bytes(b"")
    assert ask_version(program("keda-operator"), executable) is None


@pytest.mark.parametrize("name", PRINTED)
def test_versions_are_read_from_what_real_programs_print(name: str, write_program: WriteProgram) -> None:
    """Each pattern finds the version in output recorded from the real program."""
    printed, version = PRINTED[name]
    assert ask_version(program(name), write_program(name, printed)) == Version(version)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """A typing error gets the list to choose from."""
    with pytest.raises(VitalsError, match=r"no program called 'promtol'.*promtool"):
        program("promtol")
