"""The page about accounts: a role for every kind of Google resource that the program makes, and for no other."""

from __future__ import annotations

import ast
import re

from vitals.paths import ROOT

PAGE = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")


def _made() -> set[str]:
    """Each kind of resource of ``pulumi_gcp`` that some module of the program makes, as ``module.Class``."""
    found: set[str] = set()
    for file in sorted((ROOT / "infra").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "pulumi_gcp"
            for alias in node.names
        }
        found |= {
            f"{call.func.value.id}.{call.func.attr}"
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            if isinstance(call.func.value, ast.Name) and call.func.value.id in modules
            if call.func.attr[0].isupper() and not call.func.attr.endswith("Args")
        }
    return found


def test_every_kind_of_resource_has_its_role() -> None:
    """Who has the roles of the table can make the stack; a kind that is gone is not on the page either."""
    rows = re.findall(r"^\| (.+?) \| `(roles/[\w.]+)` \|", PAGE, re.MULTILINE)
    assert rows
    named = {name for resources, _ in rows for name in re.findall(r"`(\w+\.\w+)`", resources)}
    assert named == _made()


def test_no_role_is_basic() -> None:
    """The deploying account has no role of a whole project; only the account that previews may look at all of it."""
    basic = set(re.findall(r"roles/(?:owner|editor|viewer)\b", PAGE))
    assert basic == {"roles/viewer"}
