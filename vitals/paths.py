"""Where things are on disk: the repository's root and the folders that people and machines share.

Vitals is used from its checkout (an editable install), because what it renders is committed beside what it reads.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "catalog"
ALERT_RULES = ROOT / "alert_rules"
RENDERED = ROOT / "rendered"
DOCS = ROOT / "docs"
RUNBOOKS = DOCS / "runbooks"
STATE = ROOT / ".vitals"
PINS = ROOT / "tools"
