"""Names of what is imported, as files, addresses and services have them here."""

from __future__ import annotations

import keyword
import re


def plain_name(text: str) -> str:
    """A name of lower-case words joined by hyphens; ``imported`` where a text has no letter and no digit of ours."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "imported"


def python_name(name: str) -> str:
    """A name joined by hyphens as a variable or a module of Python, which has words of its own.

    >>> python_name("sleep-coach"), python_name("import")
    ('sleep_coach', 'import_')
    """
    plain = name.replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain
