"""The oracle is a second opinion: it shares no line with the rules, and has a spec of everything that is shipped."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.alert_rules.proof_required import needs_proof
from tests.made_once import plan_of
from tests.oracle.declared import FOLDER
from tests.oracle.specs import SPECS
from vitals.model.catalog import Catalogue
from vitals.paths import ROOT, RUNBOOKS
from vitals.verify import oracle

HERE = Path(__file__).parent
PACKAGE = "vitals.verify.oracle"
FOLDERS = Path(oracle.__file__).parent, HERE, FOLDER
ROOM = sorted(file for folder in FOLDERS for file in folder.glob("*.py") if not file.name.startswith("test_"))
OWN = f"{PACKAGE}.", "tests.oracle."


def test_it_imports_nothing_but_itself_and_the_standard_library() -> None:
    """Neither promql, signals nor alert_rules, nor anything that could bring them."""
    assert ROOM
    for file in ROOM:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert f"{name}.".startswith(OWN) or name.split(".")[0] in sys.stdlib_module_names, (
                    f"{file.name}: {name}"
                )


def test_running_it_imports_no_product_code() -> None:
    """Not even by a way round: a fresh interpreter that runs the oracle has none of our rooms in it."""
    ours = {"vitals", "vitals_telemetry", "alert_rules", "dashboards_py", "catalog"}
    script = "import sys; import tests.oracle.specs; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in ran.stdout.split() if name.split(".")[0] in ours}

    assert f"{PACKAGE}.conditions" in loaded
    assert {name for name in loaded if not f"{name}.".startswith(f"{PACKAGE}.")} == {"vitals", "vitals.verify"}


def test_every_alert_has_a_spec_and_nothing_else_has(wellness: Catalogue) -> None:
    """Each alert of each service and exporter of production has its spec, with its name, urgency and labels."""
    plan = plan_of(wellness, wellness.environments["prod"])
    alerts = {(alert.id, alert.service): alert for alert in plan.alerts}

    assert set(SPECS) == {(alert.id, alert.service) for alert in needs_proof(plan.alerts)}
    for key, said in SPECS.items():
        alert = alerts[key]
        assert (said.name, said.severity, dict(said.labels)) == (alert.name, alert.severity.value, dict(alert.labels))
        assert (RUNBOOKS / f"{said.name}.md").is_file()
