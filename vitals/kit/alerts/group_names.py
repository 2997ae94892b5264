"""The names under which groups of files are rendered: a file's, an object's, and a label's of Kubernetes.

Prometheus keeps groups of one name apart by their files; here each is an object of its own, so its name must be one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import count
from pathlib import PurePath

_LONGEST = 63
"""What a label of Kubernetes holds; each object bears its name as one."""


def names_of(kind: str, place: PurePath, group: str) -> Iterator[str]:
    """The names under which a group may be rendered, the shortest first: Prometheus keeps those of files apart."""
    yield _within_label(f"{kind}.{_plain(group)}")
    yield _within_label(f"{kind}.{_plain(place.name)}-{_plain(group)}")
    longest = f"{kind}.{_plain(place.as_posix())}-{_plain(group)}"
    yield _within_label(longest)
    yield from (_within_label(f"{longest}-{number}") for number in count(2))


def _within_label(name: str) -> str:
    """A name that a label of Kubernetes takes; what is cut off is kept as a short sum of the whole."""
    if len(name) <= _LONGEST:
        return name
    end = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST - len(end) - 1].rstrip('-.')}-{end}"


def _plain(name: str) -> str:
    """A name as files, objects and addresses may have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "rules"
