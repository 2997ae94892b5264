"""No secret in clear: not in an object, a variable or an argument of a container, nor in a chart's values.

A secret is known by the name that it has, or by what it looks like whatever its name is. What only refers to one, to a
file or a variable, is not one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .registered import Json, Registered, Violation, containers, is_secret, leaves

TELLING = re.compile(
    r"(pass|passwd|password|passphrase|pwd|(?<!existing)(?<!existing_)(?<!pull)(?<!pull_)secret|token|api[_-]?key"
    r"|private[_-]?key|credential|webhook|webhook[_-]?url|dsn)s?(\[\d+\])*$",
    re.IGNORECASE,
)
"""How names of fields, variables and arguments end that hold a secret; ``existingSecret`` and the like name one."""
LOOKS_SECRET = re.compile(
    r"://[^/\s:@]*:(?!\$)[^/\s:@]+@"  # an address with a password, which is not filled in from elsewhere
    r"|hooks\.slack\.com/(services|workflows)/\w|discord(app)?\.com/api/webhooks/\d|webhook\.office\.com/\w"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(xox[abeprs]-\w|gh[opsu]_\w{20}|github_pat_\w{20}|glsa_\w{20}|AKIA[0-9A-Z]{16}|AIza[\w-]{30})"
)
"""Addresses that are as good as a password, keys, and tokens by the beginnings that Slack, GitHub, Grafana, Amazon and
Google give to theirs."""
_REFERENCE = re.compile(r"\$__(file|env)\{[^}]+\}|\$[({][^)}]+[)}]|\{\{[^}]*\}\}|/\S*")
"""A file, a variable, or a template that is filled in elsewhere."""
_LINE = re.compile(r"^[ \t-]*[\"']?(?P<name>\w[\w.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<value>[^\s\"']+)", re.MULTILINE)
"""A name and its value in a file of settings: YAML, JSON on several lines, INI or a list of variables."""
_ARGUMENT = re.compile(r"--?(?P<name>[\w.-]+)=(?P<value>.+)", re.DOTALL)
_FIX = "Refer to a Secret Manager secret that is mounted as a file"
_RULE = "no-plain-secret"


def no_plain_secret(resource: Registered) -> Iterator[Violation]:
    """Data of a Secret are secret for the engine too; nothing else carries one."""
    if resource.type.startswith("gcp:secretmanager/secretVersion:"):
        yield resource.breaks(_RULE, "the program would hold the secret's value", _FIX)
    elif resource.is_kubernetes and resource.kind == "Secret":
        for field in ("data", "stringData"):
            yield from _unsealed(resource, field)
    else:
        problems = (*_of_containers(resource), *_of_settings(resource), *_of_looks(resource))
        yield from (resource.breaks(_RULE, problem, _FIX) for problem in problems)


def _unsealed(resource: Registered, field: str) -> Iterator[Violation]:
    held = resource.at(field)
    if held is not None and not is_secret(held):
        for path, value in leaves(held, field):
            if not is_secret(value):
                yield resource.breaks(_RULE, f"{path} would lie in the state in clear", _FIX)


def _of_containers(resource: Registered) -> Iterator[str]:
    for name, container in containers(resource):
        for variable in container.get("env") or ():
            if TELLING.search(str(variable.get("name"))) and variable.get("value"):
                yield f"{name} has {variable['name']} as a plain variable"
        for argument in _secret_arguments([*(container.get("command") or ()), *(container.get("args") or ())]):
            yield f"{name} has a plain argument {argument}"


def _of_settings(resource: Registered) -> Iterator[str]:
    """Of the values of a chart, and of the files of a ConfigMap."""
    config = resource.is_kubernetes and resource.kind == "ConfigMap"
    field = "values" if resource.is_release else "data"
    held = resource.at(field) if resource.is_release or config else None
    for path, value in leaves(held or {}, field):
        if not isinstance(value, str):
            continue
        if _named_secret(path, value):
            yield f"{path} is written in clear"
        for found in _LINE.finditer(value) if config else ():
            if _named_secret(found["name"], found["value"]):
                yield f"{path} has {found['name']} in clear"


def _of_looks(resource: Registered) -> Iterator[str]:
    for path, value in leaves(resource.inputs):
        if isinstance(value, str) and LOOKS_SECRET.search(value):
            yield f"{path} holds what looks like a secret"


def _named_secret(name: str, value: str) -> bool:
    return bool(TELLING.search(name) and value and not _REFERENCE.fullmatch(value))


def _secret_arguments(arguments: Sequence[Json]) -> Iterator[str]:
    """The names of arguments that are followed by a secret: ``--password=x``, or ``--password`` and then ``x``."""
    texts = [argument for argument in arguments if isinstance(argument, str)]
    for text in texts:
        found = _ARGUMENT.fullmatch(text)
        if found and _named_secret(found["name"], found["value"]):
            yield f"--{found['name']}"
    for text, following in pairwise(texts):
        if text.startswith("--") and not following.startswith("-") and _named_secret(text, following):
            yield text
