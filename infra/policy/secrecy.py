"""No secret in clear: not in an object, not in an environment variable, not in a chart's values."""

import re
from collections.abc import Iterator

from .registered import Registered, Violation, containers, is_secret, leaves

TELLING = re.compile(r"(password|passwd|secret|token|api_?key|private_?key|credential)s?$", re.IGNORECASE)
"""How names of fields and variables end that hold a secret."""
_FILE = re.compile(r"\$__file\{[^}]+\}")
"""How Grafana's configuration refers to a file whose content is the value."""
_FIX = "Refer to a Secret Manager secret that is mounted as a file"


def no_plain_secret(resource: Registered) -> Iterator[Violation]:
    """Data of a Secret are secret for the engine too; nothing else carries one."""
    if resource.is_kubernetes and resource.kind == "Secret":
        for field in ("data", "stringData"):
            held = resource.at(field)
            if held is not None and not is_secret(held):
                for path, value in leaves(held, field):
                    if not is_secret(value):
                        yield resource.breaks("no-plain-secret", f"{path} would lie in the state in clear", _FIX)
    for name, container in containers(resource):
        for variable in container.get("env") or ():
            if TELLING.search(str(variable.get("name"))) and variable.get("value"):
                yield resource.breaks("no-plain-secret", f"{name} has {variable['name']} as a plain variable", _FIX)
    if resource.is_release:
        for path, value in leaves(resource.at("values") or {}):
            if TELLING.search(path) and isinstance(value, str) and value and not _FILE.fullmatch(value):
                yield resource.breaks("no-plain-secret", f"values.{path} is written in clear", _FIX)
    if resource.type.startswith("gcp:secretmanager/secretVersion:"):
        yield resource.breaks("no-plain-secret", "the program would hold the secret's value", _FIX)
