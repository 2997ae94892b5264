"""The commands that make a stack file say what is in the cluster, as an error prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def set_command(stack: str, keys: Sequence[str], value: str) -> str:
    """A command that sets one key of a stack file.

    Args:
        stack: Name of the stack.
        keys: The way to the key; one that is not a plain word is quoted, and a number is a place in a list.
        value: The value.
    """
    path = "".join(
        f".{key}" if _PLAIN.fullmatch(key) else f"[{key}]" if key.isdigit() else f'["{key}"]' for key in keys
    )
    return f"  pulumi config set --stack {stack} --path 'vitals:{path[1:]}' {value}"


def declare(stack: str, part: str, namespace: str, labels: Mapping[str, str] | None = None) -> list[str]:
    """The commands that declare a part as being there.

    Args:
        stack: Name of the stack.
        part: Its key below ``existing``.
        namespace: Where it is.
        labels: Of its pods, where the part needs them.
    """
    place = ("existing", part)
    found = [set_command(stack, (*place, "namespace"), namespace)]
    return found + [set_command(stack, (*place, "labels", key), value) for key, value in (labels or {}).items()]


def remove(stack: str, *keys: str) -> str:
    """The command that removes a key of a stack file."""
    return f"`pulumi config rm --stack {stack} --path 'vitals:{'.'.join(keys)}'`"
