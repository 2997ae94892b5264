"""The custom resource definitions of the operators that we ship objects for, as their own Go modules carry them.

A module's version in ``tools/<pin>/go.mod`` is therefore also the version of the CRDs that our objects are judged by.
Kinds whose CRD is in no module (those of Google's managed Prometheus, GKE's own policies) are not here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from vitals.errors import VitalsError
from vitals.local.tools import module_folder

_KIND = "CustomResourceDefinition"


@dataclass(frozen=True)
class Source:
    """Where the CRDs of one operator are.

    Attributes:
        pin: Folder under ``tools/`` whose ``go.mod`` says which version.
        module: Path of the Go module.
        files: Pattern of the files in it; what they hold besides CRDs is left out.
    """

    pin: str
    module: str
    files: str


SOURCES = (
    Source(
        "prometheus_operator",
        "github.com/prometheus-operator/prometheus-operator",
        "example/prometheus-operator-crd/*.yaml",
    ),
    Source("keda", "github.com/kedacore/keda/v2", "config/crd/bases/*.yaml"),
    Source("gateway_api", "sigs.k8s.io/gateway-api", "config/crd/standard/*.yaml"),
)


class _Loader(yaml.CSafeLoader):
    """Reads a lone ``=`` as text, as the YAML of Kubernetes does; PyYAML knows no meaning for it and stops."""


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:value", _text)


def load_crds(*pins: str) -> list[dict[str, Any]]:
    """Read CRDs, fetching the modules that are not in Go's cache yet.

    Args:
        pins: Whose they are, as folders under ``tools/``; everybody's where none is named.

    Returns:
        The CRDs, sorted by name.

    Raises:
        VitalsError: A module cannot be fetched, or has no CRD where it is looked for.
    """
    found = [crd for source in SOURCES if source.pin in pins or not pins for crd in _of(source)]
    return sorted(found, key=lambda crd: str(crd["metadata"]["name"]))


def kinds(crd: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The ``(apiVersion, kind)`` pairs that a CRD makes the API server serve."""
    spec = crd["spec"]
    for version in spec["versions"]:
        if version["served"]:
            yield f"{spec['group']}/{version['name']}", spec["names"]["kind"]


def _of(source: Source) -> list[dict[str, Any]]:
    folder = module_folder(source.pin, source.module)
    texts = (file.read_text(encoding="utf-8") for file in folder.glob(source.files))
    documents = [document for text in texts for document in yaml.load_all(text, _Loader)]
    crds = [document for document in documents if document and document.get("kind") == _KIND]
    if not crds:
        raise VitalsError(
            f"The Go module {source.module} has no CRD in {source.files} (looked in {folder}), so no object of its "
            f"kinds could be judged. Correct the place in vitals/verify/cluster/crds.py after a change of version."
        )
    return crds
