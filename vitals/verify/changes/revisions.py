"""Files of two git revisions as text, without a checkout: nothing of a branch is ever run.

A branch is compared with the commit at which it left its base, as a pull request is: what the base has gained since is
none of its changes.
"""

from __future__ import annotations

import io
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from vitals.errors import VitalsError

_FOLDER = "rendered"
_TEXTS = (".yml", ".json", ".yaml")
"""How the names of rendered files end."""
_LONGEST_REVISION = 1000
"""Characters: git itself takes no branch name that is longer than a path may be, and the system no longer command."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """Two revisions of the rendered files.

    Attributes:
        base: The commit that is compared with.
        head: The commit that is described, or in words what is.
        before: Text of each rendered file at the base, by its path below ``rendered/``.
        after: The same at the head.
    """

    base: str
    head: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def revisions(repository: Path, base: str, head: str) -> Revisions:
    """Read the rendered files of two revisions.

    Args:
        repository: A folder of the repository.
        base: What is compared with, such as ``main``.
        head: What is described.

    Raises:
        VitalsError: There is no git or no repository, a revision does not exist, history is cut off, or one of the
            revisions has no rendered files.
    """
    own = _commit(repository, head)
    start = _fork(repository, _commit(repository, base), own, base, head)
    _require_rendered(repository, start, base)
    if not _is_rendered(repository, own):
        raise VitalsError(
            f"{head} ({own[:12]}) removes the folder {_FOLDER}/, so nothing that it changes can be said. Run `vitals "
            "render` there, and commit what it writes."
        )
    return Revisions(start, own, _texts(repository, start), _texts(repository, own))


def texts_at_fork(repository: Path, base: str, below: str) -> dict[str, str]:
    """Read the rendered files of one folder at the commit where what is checked out left its base.

    Args:
        repository: A folder of the repository.
        base: What was left, such as ``main``.
        below: The folder, below ``rendered/``.

    Returns:
        Text of each file by its path below ``rendered/``.

    Raises:
        VitalsError: There is no git or no repository, the base does not exist, history is cut off, or nothing was
            rendered then.
    """
    start = _left(repository, base)
    return _texts(repository, start, below)


def revision_and_folder(repository: Path, base: str, rendered: Path) -> Revisions:
    """Read the rendered files of the commit where what is checked out left its base, and those that lie in a folder.

    Args:
        repository: A folder of the repository.
        base: What was left, such as ``main``; ``HEAD`` for what is not committed yet.
        rendered: The folder, with one folder for each environment.

    Raises:
        VitalsError: There is no git or no repository, the base does not exist, history is cut off, nothing was
            rendered then, or nothing is there now.
    """
    start = _left(repository, base)
    files = sorted(file for file in rendered.rglob("*") if file.suffix in _TEXTS and file.is_file())
    if not files:
        raise VitalsError(f"{rendered} holds no rendered files, so nothing can be compared. Run `vitals render`.")
    now = {file.relative_to(rendered).as_posix(): file.read_text(encoding="utf-8", errors="replace") for file in files}
    return Revisions(start, "files on disk", _texts(repository, start), now)


def by_environment(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The same texts by the name of the environment, and then by path in it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, text in files.items():
        name, _, file = path.partition("/")
        if file:
            found[name][file] = text
    return found


def text_at(repository: Path, commit: str, path: str) -> str:
    """Read one file of a commit; empty where it is not there.

    Args:
        repository: A folder of the repository.
        commit: A commit that exists.
        path: The file, from the top of the repository.
    """
    if not _git(repository, "ls-tree", "--full-tree", "--name-only", commit, path):
        return ""
    return _git(repository, "cat-file", "blob", f"{commit}:{path}")


def committed_on(repository: Path, commit: str) -> date:
    """The day of a commit in UTC: what depends on a day is then the same whenever it is asked."""
    seconds = int(_git(repository, "show", "-s", "--format=%ct", commit))
    return datetime.fromtimestamp(seconds, UTC).date()


def _left(repository: Path, base: str) -> str:
    """The commit at which what is checked out left its base."""
    start = _fork(repository, _commit(repository, base), _commit(repository, "HEAD"), base, "HEAD")
    _require_rendered(repository, start, base)
    return start


def _is_rendered(repository: Path, commit: str) -> bool:
    return bool(_git(repository, "ls-tree", "--full-tree", "--name-only", commit, f"{_FOLDER}/"))


def _require_rendered(repository: Path, commit: str, name: str) -> None:
    if not _is_rendered(repository, commit):
        raise VitalsError(
            f"{name} ({commit[:12]}) has no folder {_FOLDER}/, so there is nothing to compare with. Name a "
            f"revision since `git log --diff-filter=A --format=%h -- {_FOLDER} | tail -1`."
        )


def _commit(repository: Path, revision: str) -> str:
    if "\0" in revision or len(revision) > _LONGEST_REVISION:
        raise VitalsError(
            f"{revision[:40]!r} ({len(revision)} characters) cannot be the name of a revision, so nothing can be "
            "compared. Name a branch, a tag or a commit."
        )
    try:
        return _git(
            repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except VitalsError as error:
        if "repository" in str(error) or "git is not" in str(error):
            raise
        shallow = _is_shallow(repository)
        hint = (
            "This clone is shallow, so older commits are missing: run `git fetch --unshallow`, or check out with "
            "`fetch-depth: 0`."
            if shallow
            else "Name a branch, a tag or a commit; `git fetch` brings those of the server."
        )
        raise VitalsError(f"There is no revision {revision!r} here, so nothing can be compared. {hint}") from error


def _fork(repository: Path, base: str, head: str, base_name: str, head_name: str) -> str:
    try:
        return _git(repository, "merge-base", base, head).split()[0]
    except VitalsError as error:
        hint = (
            "This clone is shallow: run `git fetch --unshallow`, or check out with `fetch-depth: 0`."
            if _is_shallow(repository)
            else "They have no history in common; name another base."
        )
        raise VitalsError(
            f"Where {head_name} left {base_name} is not known, so what it changes cannot be said. {hint}"
        ) from error


def _is_shallow(repository: Path) -> bool:
    return _git(repository, "rev-parse", "--is-shallow-repository").strip() == "true"


def _texts(repository: Path, commit: str, below: str = "") -> dict[str, str]:
    """The texts of all rendered files of a commit, in one process: what did not change explains what did."""
    listed = _git(repository, "ls-tree", "--full-tree", "-r", "-z", commit, f"{_FOLDER}/{below}").split("\0")
    # Asked by identity: git answers line by line, and a name may hold a line break.
    objects = {name: entry.split()[-1] for entry, _, name in (one.partition("\t") for one in listed) if entry}
    names = [name for name in objects if name.endswith(_TEXTS)]
    asked = "".join(f"{objects[name]}\n" for name in names)
    command = ["git", "-C", str(repository), "cat-file", "--batch"]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, check=False)
    found: dict[str, str] = {}
    answer = io.BytesIO(done.stdout)
    for name in names:
        head = answer.readline().strip()
        if head.endswith(b" missing"):
            continue
        size = int(head.rsplit(b" ", 1)[1])
        found[name.removeprefix(f"{_FOLDER}/")] = answer.read(size).decode("utf-8", errors="replace")
        answer.readline()
    return found


def _git(repository: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *arguments],  # noqa: S607 - the git of the user
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise VitalsError("git is not on PATH, so no revision can be read. Install it.") from error
    if done.returncode:
        said = done.stderr.strip() or f"exit code {done.returncode}"
        if "not a git repository" in said:
            raise VitalsError(f"{repository} is not in a git repository, so there is nothing to compare.")
        raise VitalsError(f"git {arguments[0]} failed: {said}")
    return done.stdout
