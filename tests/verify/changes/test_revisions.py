"""Revisions are read through git as text; what cannot be read is said with what to do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.verify.changes import as_text, compare_revisions, revisions

SCALER = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: shop}
spec: {minReplicaCount: 1, maxReplicaCount: MOST, triggers: []}
"""


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _commit(folder: Path, most: int) -> str:
    path = folder / "rendered" / "prod" / "scalers" / "shop.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SCALER.replace("MOST", str(most)))
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", f"{most}")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """``main`` from before anything was rendered; then a branch, and a later change of main."""
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    (folder / "README.md").write_text("x\n")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "first")
    _git(folder, "tag", "empty")
    _commit(folder, 10)
    _git(folder, "checkout", "-q", "-b", "branch")
    _commit(folder, 20)
    _git(folder, "checkout", "-q", "main")
    _commit(folder, 5)
    _git(folder, "checkout", "-q", "branch")
    return folder


def test_a_branch_is_compared_with_where_it_left_its_base(repository: Path) -> None:
    """What the base has gained since is none of its changes, and files of the folder that are not committed neither."""
    (repository / "rendered" / "prod" / "scalers" / "shop.yaml").write_text("not: committed\n")
    text = as_text(compare_revisions(revisions(repository, "main", "HEAD")))

    assert text == "Scalers:\n  shop: maximum 10 → 20 replicas (+100% of what it costs then) [prod]"


def test_nothing_of_the_branch_is_run(repository: Path) -> None:
    """Neither a filter that it names for its files, nor a hook or an external program for differences."""
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/sprung\ncat\n")
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("*.yaml diff=trap filter=trap\n")
    for key in ("diff.trap.textconv", "diff.trap.command", "diff.external"):
        _git(repository, "config", key, str(trap))
    _git(repository, "add", ".gitattributes")
    _git(repository, "commit", "-q", "-m", "trap")

    assert revisions(repository, "main", "HEAD").after
    assert not (repository / "sprung").exists()


@pytest.mark.parametrize(
    ("base", "head", "complaint"),
    [
        ("mian", "HEAD", "There is no revision 'mian' here.*`git fetch`"),
        ("main", "gone", "There is no revision 'gone' here"),
        ("--help", "HEAD", "There is no revision '--help' here"),
        ("", "HEAD", "There is no revision '' here"),
        ("main\0", "HEAD", r"'main\\x00' .*cannot be the name of a revision"),
        ("main", "x" * 200_000, r"\(200000 characters\) cannot be the name"),
        ("empty", "HEAD", r"empty \(\w+\) has no folder rendered/"),
    ],
)
def test_a_revision_that_cannot_be_compared_says_why(repository: Path, base: str, head: str, complaint: str) -> None:
    """It is named, with what to do."""
    with pytest.raises(VitalsError, match=complaint):
        revisions(repository, base, head)


def test_a_branch_that_removes_what_is_rendered_is_asked_to_render(repository: Path) -> None:
    """Not that its base has nothing to compare with."""
    _git(repository, "rm", "-rq", "rendered")
    _git(repository, "commit", "-q", "-m", "gone")

    with pytest.raises(VitalsError, match=r"HEAD \(\w+\) removes the folder rendered/.*`vitals render`"):
        revisions(repository, "main", "HEAD")


def test_any_name_and_any_bytes_of_a_file_can_be_read(repository: Path) -> None:
    """Spaces, quotes, a line break and bytes that are not UTF-8: each text is that of its own file."""
    names = ("a b.yaml", 'quote".yaml', "line\nbreak.yaml", "ende-ä.yaml", "z.yaml")
    folder = repository / "rendered" / "prod"
    for name in names:
        (folder / name).write_text(f"own: {name!r}\n")
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\0\1")
    (Path(os.fsdecode(bytes(folder) + b"/\xff.yaml"))).write_text("own: x\n")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "odd names")

    after = revisions(repository, "main", "HEAD").after

    assert {name: after[f"prod/{name}"] for name in names} == {name: f"own: {name!r}\n" for name in names}
    assert len(after) == len(names) + 3


def test_any_folder_of_the_repository_names_it(repository: Path) -> None:
    """The rendered files are found from the top, whichever folder is named."""
    assert revisions(repository / "rendered" / "prod", "main", "HEAD") == revisions(repository, "main", "HEAD")


def test_a_shallow_clone_says_how_to_get_the_rest(repository: Path, tmp_path: Path) -> None:
    """Both where the base is missing and where the commit at which the branch left it is."""
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository}", str(clone)], check=True
    )

    with pytest.raises(VitalsError, match=r"is shallow.*fetch-depth: 0"):
        revisions(clone, "HEAD~1", "HEAD")
    with pytest.raises(VitalsError, match=r"Where HEAD left origin/main is not known.*git fetch --unshallow"):
        revisions(clone, "origin/main", "HEAD")


def test_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(VitalsError, match="is not in a git repository"):
        revisions(tmp_path, "main", "HEAD")
