"""Which files of ``handwritten/`` and ``mixins/`` are rules; whatever would lie there unread is refused by its name.

A mixin is a ``.jsonnet`` file, or ``mixin.libsonnet``, the entry of monitoring mixins as other projects ship them. A
folder below ``mixins/`` with a ``mixin.libsonnet`` is such a project: that one file is its entry, and the others are
read as it imports them. A mixin that another one imports is part of that one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Set
from pathlib import Path

from vitals.errors import VitalsError

_LOG = logging.getLogger(__name__)
HANDWRITTEN, MIXINS = "handwritten", "mixins"
ENTRY = "mixin.libsonnet"
_YAML = frozenset({".yaml", ".yml"})
_RULES = _YAML | {".jsonnet", ".libsonnet"}
_REPOSITORY = ".git"
_PROSE = frozenset({".md", ".txt"})
TESTS = (".test.yaml", ".test.yml")
"""A promtool test beside a rule file, which ``make test-rules`` runs: ``busy.test.yaml`` beside ``busy.yaml``."""


def rule_files(folder: Path) -> list[Path]:
    """Every rule file below ``handwritten/``, in sub-folders too, by its path.

    Raises:
        VitalsError: A file is there that would not be read.
    """
    found: list[Path] = []
    _in_their_place(folder)
    for file in _files(folder / HANDWRITTEN):
        if file.name.endswith(TESTS):
            continue
        if not file.is_file():
            raise _unread(folder, file, "it is a link that leads nowhere. Mend it, or take it out.")
        if file.suffix.lower() not in _YAML:
            fix = "Move it to mixins/" if file.suffix in (".jsonnet", ".libsonnet") else "Call it <name>.yaml"
            raise _unread(folder, file, f"rule files there end in .yaml or .yml. {fix}, or take it out.")
        found.append(file)
    return found


def promtool_tests(folder: Path) -> list[Path]:
    """The promtool tests beside rule files, by path."""
    return [file for file in _files(folder / HANDWRITTEN) if file.name.endswith(TESTS)]


def mixins(folder: Path) -> list[Path]:
    """Every file below ``mixins/`` that may be an entry: evaluated, unless another mixin imports it."""
    root = folder / MIXINS
    files = list(_files(root))
    projects = {file.parent for file in files if file.name == ENTRY and file.parent != root}
    return [
        file
        for file in files
        if file.is_file()
        if file.name == ENTRY or (file.suffix == ".jsonnet" and not projects & set(file.parents))
        if not (projects - {file.parent}) & set(file.parents) and "vendor" not in file.relative_to(root).parts
    ]


def all_read(folder: Path, read: Set[Path], passed_over: Set[Path]) -> None:
    """Refuse a file of ``mixins/`` that no mixin has read and that belongs to no project.

    One that an import passed over for a nearer file of the same name is named in a warning: that is jsonnet's rule,
    and the mixin is complete. So are those files of a project that could hold rules and that its entry does not import.

    Args:
        folder: Where the two folders are.
        read: Every file that was evaluated or imported, resolved.
        passed_over: Every file that an import could have meant, resolved.

    Raises:
        VitalsError: Naming it.
    """
    root = folder / MIXINS
    projects = {file.parent for file in _files(root) if file.name == ENTRY and file.parent != root}
    left: dict[Path, list[Path]] = {}
    for file in _files(root):
        if not file.is_file():
            raise _unread(folder, file, "it is a link that leads nowhere. Mend it, or take it out.")
        if file.resolve() in read or "vendor" in file.relative_to(root).parts:
            continue
        if inside := projects & set(file.parents):
            if file.suffix in _RULES:
                left.setdefault(min(inside), []).append(file)
            continue
        if file.resolve() in passed_over:
            _LOG.warning(
                "%s is not read: a file of the same name is nearer to the one that imports it.",
                file.relative_to(folder).as_posix(),
            )
            continue
        if file.suffix.lower() in _YAML:
            raise _unread(folder, file, "mixins are jsonnet. Move it to handwritten/, or take it out.")
        raise _unread(
            folder,
            file,
            f"mixins end in .jsonnet, or are called {ENTRY}, and no mixin imports it. Rename it, or take it out.",
        )

    for project, files in left.items():
        _LOG.warning(
            "%s does not import %s: what is in there is not rendered.",
            (project / ENTRY).relative_to(folder).as_posix(),
            ", ".join(file.relative_to(project).as_posix() for file in files),
        )


def _in_their_place(folder: Path) -> None:
    """Refuse rules beside the two folders, and name those whose names begin with a dot.

    Raises:
        VitalsError: Rules stand in neither of the folders.
    """
    for file in _walk(folder, frozenset()):
        place = file.relative_to(folder)
        if file.suffix.lower() not in _RULES:
            continue
        if _is_hidden(place):
            if _REPOSITORY not in place.parts:
                _LOG.warning("%s is not read: a name in its path begins with a dot.", place.as_posix())
        elif place.parts[0] not in (HANDWRITTEN, MIXINS):
            fix = "handwritten/" if file.suffix.lower() in _YAML else "mixins/"
            raise _unread(folder, file, f"rules are read in handwritten/ and mixins/ only. Move it to {fix}.")


def _files(folder: Path) -> Iterator[Path]:
    """Files that could be meant as rules: no prose, nothing that a file manager or an editor left behind."""
    for file in _walk(folder, frozenset()):
        prose = file.suffix in _PROSE and not _RULES & {suffix.lower() for suffix in file.suffixes}
        if not _is_hidden(file.relative_to(folder)) and not prose and not file.name.startswith("LICENSE"):
            yield file


def _walk(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Everything below a folder but folders, by path; links are followed, save those that lead back up."""
    here = folder.resolve()
    if here in above or not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            yield from _walk(entry, above | {here})
        else:
            yield entry


def _is_hidden(place: Path) -> bool:
    return any(part.startswith(".") for part in place.parts)


def _unread(folder: Path, file: Path, why: str) -> VitalsError:
    name = file.relative_to(folder).as_posix()
    return VitalsError(
        f"{name} would not be read, so whatever stands in it would not exist: {why} Nothing was rendered."
    )
