"""Files that people paste: read as the pinned promtool reads them, or refused with file, line, reason and fix."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.alert_rules.shapes import RULE, SHAPES, STRICTER
from vitals.errors import VitalsError
from vitals.kit.alerts.rule_file import FileRules
from vitals.kit.alerts.rule_file import load as load_rule_files
from vitals.local.tools import find
from vitals.model.catalog import Catalogue, Service

NODE = Service(name="node", owner="platform", description="The machines.")
HEAD = "groups:\n  - name: case\n    rules:\n      - "


def _load(wellness: Catalogue, folder: Path, **files: str) -> FileRules:
    """Load files; ``__`` in a name is a folder, ``_DOT_`` a dot."""
    for kind in ("handwritten", "mixins"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_DOT_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return load_rule_files([NODE], wellness.teams, folder)


def _refused(wellness: Catalogue, folder: Path, **files: str) -> str:
    with pytest.raises(VitalsError) as caught:
        _load(wellness, folder, **files)
    assert str(folder) not in str(caught.value)
    return str(caught.value)


@pytest.mark.rules
def test_promtool_and_we_read_the_same_files(wellness: Catalogue, tmp_path: Path) -> None:
    """Every shape of a file is taken by both or refused by both; where we are stricter, the reason stands there."""
    files = {tmp_path / f"{place}.yaml": (name, text) for place, (name, text) in enumerate(SHAPES.items())}
    for file, (_, text) in files.items():
        file.write_bytes(text.encode())
    ran = subprocess.run(
        [find("promtool"), "check", "rules", "--lint=none", *files], capture_output=True, text=True, check=False
    )
    said = re.split(r"^Checking ", ran.stdout + ran.stderr, flags=re.MULTILINE)
    accepted = {Path(block.split("\n")[0].strip()) for block in said if "SUCCESS" in block}
    theirs = {name for file, (name, _) in files.items() if file in accepted}
    ours = set()
    for place, (name, text) in enumerate(SHAPES.items()):
        try:
            _load(wellness, tmp_path / f"shape{place}", handwritten__case_DOT_yaml=text)
            ours.add(name)
        except VitalsError:
            continue

    assert 20 < len(theirs) < len(SHAPES) - 20
    assert theirs - ours == STRICTER.keys() & SHAPES.keys()
    assert ours - theirs == set()


def test_what_is_stricter_is_a_shape() -> None:
    """No reason outlives its case; two documents are tried below, where promtool only warns."""
    assert STRICTER.keys() - SHAPES.keys() == {"two documents"}


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        (f"{HEAD}{RULE}\n---\n{HEAD}{RULE}\n", ["case.yaml:9", "a second document begins here", "import rules"]),
        (f"{HEAD}{RULE}\n        for: 5m\n        for: 1h\n", ["case.yaml:9", "'for' is given twice, first on line 8"]),
        (f"{HEAD}{RULE}".replace("> 50", "> 50 and limitk(1, node_load1)"), ["case.yaml:5", "alert CaseRule", "flag"]),
        (f"{HEAD}{RULE}".replace("node_load1 >", "node_load1[5m] >"), ["case.yaml:5", "as far as our parser knows"]),
        (f"{HEAD}{RULE}".replace("node_load1 >", "rates(node_load1[5m]) >"), ["case.yaml:5", "no function rates()"]),
        (f"{HEAD}{RULE}".replace("node_load1 >", "holt_winters(node_load1[5m]) >"), ["yaml:5", "predict_linear()"]),
        (f"{HEAD}{RULE}".replace("node_load1 > 50", "node_load1[5m]"), ["case.yaml:5", "range vector", "evaluation"]),
        (f"{HEAD}{RULE}".replace("$value", "$vlaue"), ["case.yaml:4", "there is no variable $vlaue"]),
        (f"{HEAD}{RULE}".replace("{{ $value }}", "high"), ["does not say the current value"]),
        (f"{HEAD}{RULE}".replace("{sev", "{load: '{{ $value }}', sev"), ["label load", "never fires"]),
        (f"{HEAD}{RULE}".replace("CaseRule", "case_rule"), ["'case_rule'", "CamelCase"]),
        (f"{HEAD}{RULE}".replace("warning", "page"), ["'page' has no route", "critical, warning, info"]),
        (f"{HEAD}{RULE}".replace("service: node", "team: node"), ["the label service is ''"]),
        (f"{HEAD}{RULE}\n      - {RULE}", ["case.yaml:8", "the same rule stands at handwritten/case.yaml:4"]),
        (f"{HEAD}{RULE}".replace("description:", "source_url: x, description:"), ["source_url", "take it out"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    text: str, complaints: list[str], wellness: Catalogue, tmp_path: Path
) -> None:
    """File, line, rule, reason and fix; nothing of the other kinds of rules is complained of."""
    said = _refused(wellness, tmp_path, handwritten__case_DOT_yaml=text)

    for complaint in complaints:
        assert complaint in said
    assert "Nothing was rendered" in said


def test_a_rule_is_rendered_as_it_is_written(wellness: Catalogue, tmp_path: Path) -> None:
    """The expression keeps its comments, lines and units; group fields and what is annotated beside the texts stay."""
    expr = "# busy\n          node_load1 > 1_000 # very\n            and on (instance) up{instance=~`a\\d+`} == 1"
    text = f"{HEAD}{RULE}\n        keep_firing_for: 10m\n".replace("node_load1 > 50", f"|\n          {expr}")
    text = text.replace("description:", "runbook_url: https://books/1, description:")
    text = text.replace(
        "    rules:", "    interval: 2m\n    limit: 10\n    query_offset: 1m\n    labels: {tier: 1}\n    rules:"
    )
    files = _load(wellness, tmp_path, handwritten__case_DOT_yaml=text)
    (alert,) = files.alerts
    rule = alert.rule(wellness.environments["local"])

    assert rule["expr"] == "# busy\nnode_load1 > 1_000 # very\n  and on (instance) up{instance=~`a\\d+`} == 1"
    assert alert.expr.text == 'node_load1 > 1000 and on (instance) up{instance=~"a\\\\d+"} == 1'
    assert (rule["keep_firing_for"], alert.labels) == ("10m", {"tier": "1"})
    assert rule["annotations"]["runbook_url"] == "https://books/1"  # type: ignore[index]  # a map of annotations
    pace = files.paces["handwritten.case"]
    assert (pace.interval, dict(pace.fields)) == ("2m", {"limit": 10, "query_offset": "1m"})


def test_files_are_read_wherever_they_are(wellness: Catalogue, tmp_path: Path) -> None:
    """Both endings, sub-folders, and two files whose groups have one name."""
    text = f"{HEAD}{RULE}\n"
    files = _load(
        wellness,
        tmp_path,
        handwritten__a_DOT_yml=text,
        handwritten__team__b_DOT_yaml=text.replace("> 50", "> 60"),
        handwritten__a_DOT_test_DOT_yaml="tests: []",
        handwritten__README_DOT_md="prose",
        handwritten___DOT_hidden="x",
    )

    assert [alert.group for alert in files.alerts] == ["handwritten.case", "handwritten.b-case"]


def test_groups_of_one_name_are_kept_apart(wellness: Catalogue, tmp_path: Path) -> None:
    """Prometheus takes one name in any number of files, whatever they are called, and spelled otherwise in one."""
    text = f"{HEAD}{RULE}\n"
    both = text.replace("> 50", "> 80") + text.replace("groups:\n", "").replace("case", "Case!").replace("> 50", "> 90")
    files = _load(
        wellness,
        tmp_path,
        handwritten__busy_DOT_yaml=text,
        handwritten__a__busy_DOT_yml=text.replace("> 50", "> 60"),
        handwritten__b__busy_DOT_yml=text.replace("> 50", "> 70"),
        handwritten__b__busy_DOT_yaml=both,
    )

    assert [alert.group for alert in files.alerts] == [
        "handwritten.case", "handwritten.busy-case", "handwritten.b-busy-case", "handwritten.b-busy-case-2",
        "handwritten.busy-case-2",
    ]  # fmt: skip
    assert len({alert.id for alert in files.alerts}) == len(files.alerts) == len(files.paces)


MIXIN = (
    "{%s: {groups: [{name: '%s', rules: [{alert: 'CaseRule', expr: 'node_load1 > 50', "
    "labels: {severity: 'warning', service: 'node'}, annotations: {summary: 'Load is {{ $value }}'}}]}]}}"
)


@pytest.mark.parametrize(
    ("files", "groups"),
    [
        ({"mixins__a_DOT_jsonnet": MIXIN % ("prometheusAlerts", "own")}, ["mixins.own"]),
        ({"mixins__a_DOT_jsonnet": MIXIN % ("prometheusAlerts:", "hidden")}, ["mixins.hidden"]),
        ({"mixins__a_DOT_jsonnet": MIXIN % ("prometheus_alerts:", "old")}, ["mixins.old"]),
        ({"mixins__mixin_DOT_libsonnet": MIXIN % ("prometheusAlerts", "entry")}, ["mixins.entry"]),
        ({"mixins__team__a_DOT_jsonnet": MIXIN % ("prometheusAlerts", "deep")}, ["mixins.deep"]),
        (
            {
                "mixins__top_DOT_jsonnet": "import 'lib/a.libsonnet'",
                "mixins__lib__a_DOT_libsonnet": "import 'b.libsonnet'",
                "mixins__lib__b_DOT_libsonnet": MIXIN % ("prometheusAlerts", "near"),
                "mixins__b_DOT_libsonnet": MIXIN % ("prometheusAlerts", "far"),
            },
            ["mixins.near"],
        ),
        (
            {
                "mixins__x-mixin__mixin_DOT_libsonnet": "import 'lib/rules.libsonnet'",
                "mixins__x-mixin__lib__rules_DOT_libsonnet": "import 'shared/rules.libsonnet'",
                "mixins__x-mixin__vendor__shared__rules_DOT_libsonnet": MIXIN % ("prometheusAlerts", "vendored"),
                "mixins__x-mixin__lib__alerts_DOT_jsonnet": "std.manifestYamlDoc({})",
                "mixins__x-mixin__tests_DOT_yaml": "[]",
            },
            ["mixins.vendored"],
        ),
        (
            {
                "mixins__x_DOT_jsonnet": "import 'x-mixin/mixin.libsonnet'",
                "mixins__x-mixin__mixin_DOT_libsonnet": MIXIN % ("prometheusAlerts", "once"),
            },
            ["mixins.once"],
        ),
    ],
)
def test_a_mixin_is_found_and_read_once(
    files: dict[str, str], groups: list[str], wellness: Catalogue, tmp_path: Path
) -> None:
    """Entries by both names, keys visible, hidden and old, imports beside the importing file first."""
    assert [alert.group for alert in _load(wellness, tmp_path, **files).alerts] == groups


def test_what_a_project_or_an_import_leaves_out_is_named(
    wellness: Catalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Files of a copied repository may stay, and a nearer file of the same name wins; neither goes unsaid."""
    _load(
        wellness,
        tmp_path,
        **{
            "mixins__x-mixin__mixin_DOT_libsonnet": "import 'a.libsonnet'",
            "mixins__x-mixin__a_DOT_libsonnet": MIXIN % ("prometheusAlerts", "x"),
            "mixins__a_DOT_libsonnet": "{}",
            "mixins__x-mixin__more_DOT_libsonnet": "{}",
            "mixins__x-mixin__tests_DOT_yaml": "[]",
            "mixins__x-mixin__Makefile": "all:",
        },
    )

    assert "mixins/a.libsonnet is not read" in caplog.text
    assert "mixins/x-mixin/mixin.libsonnet does not import more.libsonnet, tests.yaml: what is in there" in caplog.text


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"handwritten__a_DOT_json": "{}"}, "handwritten/a.json would not be read"),
        ({"handwritten__a_DOT_yaml_DOT_bak": "{}"}, "handwritten/a.yaml.bak would not be read"),
        ({"handwritten__a_DOT_jsonnet": "{}"}, "Move it to mixins/"),
        ({"mixins__a_DOT_jsonnet_DOT_md": "{}"}, "mixins/a.jsonnet.md would not be read"),
        ({"a_DOT_yaml": "groups: []"}, "a.yaml would not be read.*Move it to handwritten/"),
        ({"hand-written__a_DOT_yml": "groups: []"}, "hand-written/a.yml would not be read.*Move it to handwritten/"),
        ({"a_DOT_libsonnet": "{}"}, "a.libsonnet would not be read.*Move it to mixins/"),
        ({"mixins__a_DOT_yaml": "groups: []"}, "Move it to handwritten/"),
        ({"mixins__a_DOT_libsonnet": "{}"}, "mixins/a.libsonnet would not be read"),
        ({"mixins__a_DOT_jsonnet": "{grafanaDashboards:: {}}"}, "neither prometheusAlerts nor prometheusRules"),
        ({"mixins__a_DOT_jsonnet": "{prometheusRules: 1, prometheusAlert:: {groups: 1}}"}, "in prometheusAlert.*mean"),
        ({"mixins__a_DOT_jsonnet": "'groups'"}, "evaluates to a value of the type string"),
        ({"mixins__a_DOT_jsonnet": "{prometheusAlerts: {groups: {}}}"}, "not an object with a list of groups"),
        ({"mixins__a_DOT_jsonnet": "import '../handwritten/x.yaml'"}, "not a file of the folder of mixins"),
        ({"mixins__a_DOT_jsonnet": "import '/etc/hostname'"}, "not a file of the folder of mixins"),
        ({"mixins__a_DOT_jsonnet": MIXIN.replace("expr", "exp") % ("prometheusAlerts", "x")}, "no field 'exp'"),
    ],
)
def test_what_would_lie_there_unread_is_refused(
    files: dict[str, str], complaint: str, wellness: Catalogue, tmp_path: Path
) -> None:
    """A rule that does not exist is not believed to."""
    said = _refused(wellness, tmp_path, **files)

    assert all(part in said for part in complaint.split(".*"))


def test_linked_folders_are_read(wellness: Catalogue, tmp_path: Path) -> None:
    """Rules of another place, and a link that leads back up, which is passed over."""
    elsewhere, rules = tmp_path / "elsewhere", tmp_path / "rules"
    (elsewhere / "deep").mkdir(parents=True)
    (elsewhere / "deep" / "a.yaml").write_text(f"{HEAD}{RULE}\n")
    (elsewhere / "deep" / "up").symlink_to(elsewhere)
    (elsewhere / "mixin.libsonnet").write_text("import 'rules.libsonnet'")
    (elsewhere / "rules.libsonnet").write_text(MIXIN.replace("> 50", "> 60") % ("prometheusAlerts", "linked"))
    for kind in ("handwritten", "mixins"):
        (rules / kind).mkdir(parents=True)
    (rules / "handwritten" / "team").symlink_to(elsewhere / "deep")
    (rules / "mixins" / "x-mixin").symlink_to(elsewhere)

    with pytest.raises(VitalsError, match=r"handwritten/team/up/mixin\.libsonnet would not be read"):
        _load(wellness, rules)
    (elsewhere / "deep" / "up").unlink()
    (elsewhere / "deep" / "up").symlink_to(elsewhere / "deep")
    assert [alert.group for alert in _load(wellness, rules).alerts] == ["handwritten.case", "mixins.linked"]


@pytest.mark.parametrize("place", ["handwritten/a.yaml", "mixins/a.jsonnet", "handwritten/team"])
def test_a_link_that_leads_nowhere_is_refused(place: str, wellness: Catalogue, tmp_path: Path) -> None:
    """Whatever it led to would not exist."""
    _load(wellness, tmp_path)
    for target in ("gone", Path(place).name):
        (tmp_path / place).unlink(missing_ok=True)
        (tmp_path / place).symlink_to(target)

        assert f"{place} would not be read" in _refused(wellness, tmp_path)


def test_what_is_hidden_is_named(wellness: Catalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is not read, which would pass unseen otherwise; what git keeps is not a rule."""
    _load(
        wellness,
        tmp_path,
        handwritten___DOT_a_DOT_yaml="x",
        handwritten___DOT_team__b_DOT_yml="x",
        mixins__x___DOT_git__c_DOT_yaml="x",
        handwritten___DOT_a_DOT_yaml_DOT_swp="x",
    )

    named = [record.getMessage().split(" ")[0] for record in caplog.records]
    assert named == ["handwritten/.a.yaml", "handwritten/.team/b.yml"]
