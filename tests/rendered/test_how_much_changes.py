"""How many rendered files one change touches: as few as there are places that take it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from vitals.local.tools import find
from vitals.paths import RENDERED, ROOT
from vitals.rendered import environments, names, plain_rule_file, read, write_plain_rule_files

ENVIRONMENTS = environments(RENDERED)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_words_of_an_alert_stand_once_for_each_of_its_rule_groups(environment: str) -> None:
    """A changed word touches the groups that say it and nothing else: no second form, no model, no dashboard."""
    rendered = read(RENDERED / environment)
    texts = {path.relative_to(rendered.folder).as_posix(): path.read_text("utf-8") for path in rendered.all_files()}
    said: dict[str, set[str]] = {}
    for group in rendered.groups():
        for rule in group.rules:
            if rule.alert:
                words = rule.annotations["description"].splitlines()[0]
                said.setdefault(words, set()).add(names.yaml_file(names.RULES, group.name))

    assert said
    for words, files in said.items():
        one_line = {name for name, text in texts.items() if words in text}
        assert one_line == files, words


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_fires_at_once_says_nothing_of_a_duration(environment: str) -> None:
    """A field with its default is noise in every review."""
    rules = [rule for group in read(RENDERED / environment).groups() for rule in group.rules if rule.alert]

    assert {rule.for_ for rule in rules} > {None}
    assert not [rule.alert for rule in rules if "0s" in (rule.for_, rule.keep_firing_for)]


def test_a_review_opens_production_and_folds_the_others() -> None:
    """As git itself reads the attributes: everything rendered is generated but for the one that is to be read."""
    files = [str((RENDERED / name / names.MODEL).relative_to(ROOT)) for name in ENVIRONMENTS]
    command = ["git", "check-attr", "linguist-generated", "eol", "--", *files, "README.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = {tuple(line.split(": ")) for line in done.stdout.splitlines()}

    folded = {file for file, attribute, value in found if (attribute, value) == ("linguist-generated", "set")}
    assert folded == {file for file in files if Path(file).parts[1] != "prod"}
    assert {file for file, attribute, value in found if (attribute, value) == ("eol", "lf")} == set(files)


def test_promtool_takes_the_rules_of_an_object(tmp_path: Path) -> None:
    """The plain files of production are what its objects hold, and the real promtool reads them all."""
    groups = read(RENDERED / "prod").groups()
    files = write_plain_rule_files(groups, tmp_path / "rules")

    assert list(files) == [group.name for group in groups]
    for group in groups:
        spec = yaml.safe_load((RENDERED / "prod" / names.yaml_file(names.RULES, group.name)).read_text("utf-8"))["spec"]
        assert yaml.safe_load(plain_rule_file([group])) == spec
    assert sorted(tmp_path.joinpath("rules").iterdir()) == sorted(files.values())
    done = subprocess.run(
        [find("promtool"), "check", "rules", "--lint=none", *files.values()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
