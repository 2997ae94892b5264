"""Run every check over files: each rendered environment is judged as a whole, files from elsewhere together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vitals.rendered import Rendered, names, read, read_several
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Defect
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.live import LiveServer
from vitals.verify.review.reading import read_paths
from vitals.verify.review.registry import CHECKS
from vitals.verify.review.scope import Scope


@dataclass(frozen=True, slots=True)
class Review:
    """What came of a run.

    Attributes:
        defects: What was found, by file and line.
        files: How many files hold something that was judged.
        others: How many were looked at and hold nothing of the kind.
    """

    defects: Sequence[Defect]
    files: int
    others: int


def review(
    paths: Sequence[Path],
    *,
    rendered: Path,
    live: LiveServer | None = None,
    checks: Iterable[ReviewCheck] = CHECKS,
) -> Review:
    """Judge files.

    Args:
        paths: Files and folders; none for every rendered environment.
        rendered: Holds one folder per environment.
        live: A running server to compare with.
        checks: What is asked.

    Raises:
        VitalsError: A path does not exist, an environment cannot be read, or the server does not answer.
    """
    asked = read_paths(paths) if paths else []
    scopes, wanted = _scopes(asked, rendered, everything=not paths)
    if live is not None:
        scopes = [live.added(scope) for scope in scopes]
    chosen = tuple(checks)
    defects = {defect for scope in scopes for check in chosen for defect in check.defects(scope)}
    judged = [one for scope in scopes for one in scope.documents if wanted is None or one.file in wanted]
    kinds = {one.file: DocumentKind.OTHER for one in judged}
    kinds |= {one.file: one.kind for one in judged if one.kind is not DocumentKind.OTHER}
    return Review(
        sorted(
            (one for one in defects if wanted is None or one.file in wanted),
            key=lambda one: (one.file, one.line, one.check, one.what, one.why),
        ),
        files=sum(kind is not DocumentKind.OTHER for kind in kinds.values()),
        others=sum(kind is DocumentKind.OTHER for kind in kinds.values()),
    )


def _scopes(asked: Sequence[Document], rendered: Path, *, everything: bool) -> tuple[list[Scope], set[str] | None]:
    """What is judged together, and the files about which something is reported; None for all."""
    if everything:
        return [_environment(one) for one in read_several(rendered, None).values()], None
    scopes: list[Scope] = []
    loose: list[Document] = []
    known: set[Path] = set()
    wanted: set[str] = set()
    for document in asked:
        home = _home(Path(document.file))
        if home is None:
            loose.append(document)
            wanted.add(document.file)
            continue
        file = home / Path(document.file).resolve().relative_to(home.resolve())
        wanted.add(file.as_posix())
        if home not in known:
            known.add(home)
            scopes.append(_environment(read(home)))
    return [*scopes, *([Scope(loose)] if loose else [])], wanted


def _home(file: Path) -> Path | None:
    """The rendered environment in which a file stands; None where it stands in none."""
    return next((folder for folder in file.parents if (folder / names.MODEL).is_file()), None)


def _environment(environment: Rendered) -> Scope:
    documents = [one for one in read_paths([environment.folder]) if Path(one.file).name != names.MODEL]
    return Scope(documents, environment.model)
