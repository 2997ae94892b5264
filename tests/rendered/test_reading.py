"""What stands in ``rendered/`` is read whole and typed, and what is broken is named: file, field, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.rendered.smallest import ALERT, OPERATOR, content, model
from vitals.errors import VitalsError
from vitals.paths import RENDERED
from vitals.rendered import Rendered, environments, groups_in, names, plain_rule_file, read, read_several

GROUP = "groups:\n- name: a.b\n  interval: 15s\n  rules:\n  - record: a:b:c\n    expr: up\n"
ALERTING = "groups:\n- name: a.b\n  interval: 15s\n  rules:\n  - alert: A\n    expr: up == 0\n    for: 5m\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest rendered environment."""
    (tmp_path / "lab" / names.RULES).mkdir(parents=True)
    (tmp_path / "lab" / names.MODEL).write_text(json.dumps(content(alerts=[ALERT])), encoding="utf-8")
    return tmp_path / "lab"


@pytest.mark.parametrize("environment", environments(RENDERED))
def test_the_model_holds_the_whole_file(environment: str) -> None:
    """Nothing of a committed ``model.json`` is dropped, renamed or rounded by reading it."""
    found = read(RENDERED / environment)

    written = json.loads(found.text(names.MODEL))
    assert found.model.model_dump(mode="json", by_alias=True) == written
    assert found.name == environment
    assert found.model.alerts


@pytest.mark.parametrize("environment", environments(RENDERED))
def test_the_rule_groups_are_those_of_the_model(environment: str) -> None:
    """Files and model name the same groups with the same intervals, records and alerts."""
    found = read(RENDERED / environment)
    groups = found.groups()

    named = sorted((one.name, one.interval) for one in groups)
    assert named == sorted((one.name, one.interval) for one in found.model.groups)
    evaluated = sorted((group.name, rule.alert) for group in groups for rule in group.rules if rule.alert)
    assert evaluated == sorted((alert.group, alert.name) for alert in found.model.alerts)
    recorded = {(group.name, rule.record) for group in groups for rule in group.rules if rule.record}
    assert recorded >= {(record.group, record.name) for record in found.model.records}


def test_a_rule_file_and_an_object_are_read_alike() -> None:
    """The ``spec`` of an object is a rule file, and a rule keeps the words that it sets and no others."""
    plain = groups_in(ALERTING)
    wrapped = groups_in(yaml.safe_dump({"kind": "PrometheusRule", "spec": yaml.safe_load(ALERTING)}))

    assert plain == wrapped
    (rule,) = plain[0].rules
    assert (rule.name, rule.for_, rule.record) == ("A", "5m", None)
    assert rule.body == {"alert": "A", "expr": "up == 0", "for": "5m"}


@pytest.mark.parametrize(
    "words", ["other breaks\n\u2028\u2029", "a line of one wide blank\n\u3000\nb", "for \U0001f600 " * 40]
)
def test_a_plain_rule_file_says_the_same(words: str) -> None:
    """Whatever stands in a text, it is read again as it was."""
    (group,) = groups_in(ALERTING)
    changed = group.model_copy(
        update={"rules": (group.rules[0].model_copy(update={"annotations": {"summary": words}}),)}
    )

    (again,) = groups_in(plain_rule_file([changed]))
    assert again.rules[0].annotations == {"summary": words}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"severity"', '"sevrity"', r"alerts\.0\.severity: Field required; alerts\.0\.sevrity: Extra inputs are not"),
        ('"window_s": 0', '"window_s": "soon"', r"alerts\.0\.timing\.window_s: Input should be a valid number"),
        ('"delivery": "files"', '"delivery": "mail"', r"environment\.delivery: Input should be 'files', 'operator'"),
        ('"records": []', '"records": {}', r"records: Input should be a valid array"),
        ('{"environment"', '"environment"', r"the whole: Invalid JSON"),
    ],
)
def test_a_broken_model_is_named_by_file_and_field(folder: Path, old: str, new: str, named: str) -> None:
    """The message says where, what is wrong, that nothing was done, and the command that writes it anew."""
    text = (folder / names.MODEL).read_text(encoding="utf-8")
    assert old in text
    (folder / names.MODEL).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(VitalsError, match=rf"lab.model\.json is not what .*{named}.*Nothing was done.*`vitals render`"):
        read(folder)


def test_many_wrong_fields_are_counted(folder: Path) -> None:
    """A file of another version names its first fields, not a page of them."""
    (folder / names.MODEL).write_text("{}", encoding="utf-8")

    with pytest.raises(VitalsError, match=r"environment: Field required; .*, and 11 more\)"):
        read(folder)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GROUP.replace("interval", "intervall"), r"groups\.0\.interval: Field required"),
        (GROUP.replace("expr: up", "exprs: up"), r"groups\.0\.rules\.0\.expr: Field required"),
        (ALERTING.replace("5m", "[5m]"), r"groups\.0\.rules\.0\.for: Input should be a valid string"),
        ("groups: 7\n", r"groups: Input should be a valid tuple"),
        ("7\n", r"the whole: Input should be a valid dictionary"),
        ("groups: [\n", r"while parsing a flow node"),
    ],
)
def test_a_broken_rule_file_is_named_by_file_and_field(folder: Path, text: str, named: str) -> None:
    """A rule file is as closed as the model."""
    (folder / names.RULES / "a.b.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(VitalsError, match=rf"a\.b\.yaml is not what .*{named}.*`vitals render`"):
        read(folder).groups()


def test_a_missing_file_is_named(folder: Path) -> None:
    """With the environment that lacks it."""
    with pytest.raises(VitalsError, match=r"alertmanager\.yml is not there, so the environment 'lab' is not rendered"):
        assert read(folder).alertmanager
    with pytest.raises(VitalsError, match=r"model\.json is not there, so the environment 'qa'"):
        read(folder.parent / "qa")


def test_a_misspelt_environment_is_answered_with_the_nearest(folder: Path) -> None:
    """And a folder without any with the command that fills it."""
    assert list(read_several(folder.parent, None)) == ["lab"]
    with pytest.raises(VitalsError, match=r"'lap' is not rendered in .*Did you mean 'lab'\?"):
        read_several(folder.parent, ["lap"])
    with pytest.raises(VitalsError, match=r"holds no rendered environment.*`vitals render`"):
        read_several(folder, None)


def test_only_an_environment_of_objects_has_an_operator() -> None:
    """What would install says so where there is nothing to install."""
    with pytest.raises(VitalsError, match=r"'lab' is rendered for programs on one machine"):
        assert Rendered(Path(), model()).operator
    operator = Rendered(Path(), model(operator=OPERATOR | {"prometheus": None})).operator
    assert operator.servers == (operator.alertmanager,)
