"""Kubeconfigs as kubectl reads them: which clusters a person knows, and whom to trust there.

Both the Pulumi program, which asks whether a cluster is there, and commands that talk to one read the same files.
"""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from vitals.errors import VitalsError


@dataclass(frozen=True, slots=True)
class KubeEntry:
    """An entry of a kubeconfig, and the folder that its paths are relative to."""

    content: Mapping[str, Any]
    folder: Path

    def file(self, key: str) -> Path | None:
        """The file that a key names."""
        return self.folder / str(self.content[key]) if self.content.get(key) else None

    def text(self, key: str) -> str | None:
        """The content of ``<key>-data``, or of the file that ``key`` names.

        Raises:
            OSError: The file cannot be read.
            ValueError: The content is not base64 of text.
        """
        if encoded := self.content.get(f"{key}-data"):
            return base64.b64decode(encoded).decode()
        file = self.file(key)
        return file.read_text(encoding="utf-8") if file else None


def entries(kind: Literal["contexts", "clusters", "users"]) -> dict[str, KubeEntry]:
    """Entries of a kind by name, of ``$KUBECONFIG`` or ``~/.kube/config``; the first file that has one wins.

    Raises:
        VitalsError: A file that is there cannot be read.
    """
    found: dict[str, KubeEntry] = {}
    for file, content in _files():
        for entry in content.get(kind) or ():
            found.setdefault(str(entry["name"]), KubeEntry(entry.get(kind.removesuffix("s")) or {}, file.parent))
    return found


def trust_of(cluster: KubeEntry) -> ssl.SSLContext:
    """Whom to believe that it is the cluster: its own authority, those of the system, or anyone where it says so.

    Raises:
        OSError: Its authority cannot be read.
        ValueError: Its authority is not a certificate.
    """
    trust = ssl.create_default_context(cadata=cluster.text("certificate-authority"))
    if cluster.content.get("insecure-skip-tls-verify"):
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    return trust


def _files() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    listed = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    for file in map(Path, filter(None, listed.split(os.pathsep))):
        if not file.is_file():
            continue
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise VitalsError(
                f"The kubeconfig {file} cannot be read: {error}. Nothing was changed. Repair it."
            ) from None
        yield file, content if isinstance(content, dict) else {}
