"""The life of the Google half: refused, made, left alone, changed, taken down."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.automation import CommandError

from tests.infra.engine.provider import ProviderRefusedError
from tests.infra.engine.wire import Values
from tests.infra.gcp.google_half import google_half

pytestmark = pytest.mark.engine


def test_a_missing_secret_stops_everything(tmp_path: Path) -> None:
    """Before the first resource, with the command that creates each; dry run and update alike."""
    missing = ("vitals-dev-smtp-password", "vitals-dev-grafana-admin-password")
    with google_half("dev", tmp_path, without=missing) as half:
        for command in (half.running().preview, half.running().up):
            with pytest.raises(CommandError) as raised:
                command()
            for fragment in (
                "lacks vitals-dev-grafana-admin-password, vitals-dev-smtp-password",
                "gcloud secrets create vitals-dev-smtp-password --project example-wellness-dev",
                "Nothing was created",
            ):
                assert fragment in str(raised.value)

        assert half.project.made == {}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("gcp:organizations/getProject:getProject", ["vitals:google.project is 'example-wellness-dev'", "gcloud auth"]),
        ("gcp:secretmanager/getSecrets:getSecrets", ["cannot be listed", "gcloud services enable secretmanager"]),
    ],
)
def test_a_project_that_does_not_answer_stops_everything(question: str, expected: list[str], tmp_path: Path) -> None:
    """A wrong id, no credentials, an API that is off: one paragraph with Google's own words and the way out."""

    def refuse(_: Values) -> Values:
        raise ProviderRefusedError("Error 403: Permission denied on resource project.")

    with google_half("dev", tmp_path) as half:
        half.project.answers = {**half.project.answers, question: refuse}
        with pytest.raises(CommandError) as raised:
            half.running().preview()

        for fragment in (*expected, "Permission denied on resource project", "Nothing was created"):
            assert fragment in str(raised.value)
        assert half.project.made == {}


def test_dev_comes_and_goes(tmp_path: Path) -> None:
    """What is planned is made, a second update changes nothing, and afterwards the project is empty again."""
    with google_half("dev", tmp_path) as half:
        planned = half.running().preview()
        made = half.running().up()
        again = half.running().up()

        assert dict(planned.changes) == dict(made.changes)
        assert set(made.changes.values()) == {"create"}
        assert not again.changes
        assert not half.running().refresh().changes
        half.running().destroy()
        assert half.project.made == {}


def test_a_larger_pool_is_not_a_new_pool(tmp_path: Path) -> None:
    """More nodes are an update of the pool alone, and another pool is nothing but that pool."""
    with google_half("dev", tmp_path) as half:
        half.running().up()
        google = half.settings.model_dump(by_alias=True, exclude_none=True)["google"]
        google["cluster"]["nodePools"]["main"]["most"] = 6
        half.change(google=google)

        assert half.running().up().of("update") == ["vitals-dev-main"]
        google["cluster"]["nodePools"]["large"] = {"machineType": "e2-standard-8", "fewest": 0, "most": 2}
        half.change(google=google)
        added = half.running().up()
        assert (added.of("create"), len(added.changes)) == (["vitals-dev-large"], 1)


def test_a_locked_stack_still_changes(tmp_path: Path) -> None:
    """The lock stops a destroy, not an update: a pool under another name comes, and the old one goes."""
    with google_half("staging", tmp_path) as half:
        half.running().up()
        google = half.settings.model_dump(by_alias=True, exclude_none=True)["google"]
        google["cluster"]["nodePools"] = {"other": google["cluster"]["nodePools"]["main"]}
        half.change(google=google)
        swapped = half.running().up()

        assert swapped.of("create") == ["vitals-staging-other"]
        assert swapped.of("delete") == ["vitals-staging-main"]


def test_staging_is_kept_until_its_protection_is_lifted(tmp_path: Path) -> None:
    """Destroying is refused and changes nothing; after ``protected: false`` is applied, all of it goes."""
    with google_half("staging", tmp_path) as half:
        half.running().up()
        before = dict(half.project.made)
        with pytest.raises(CommandError, match="protect"):
            half.running().destroy()

        assert half.project.made == before
        half.change(protected=False)
        assert half.running().up().of("update") == ["vitals-staging"]
        half.running().destroy()
        assert half.project.made == {}
