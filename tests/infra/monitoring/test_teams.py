"""Teams with other channels on a cluster: their secrets are mounted as files, and nothing asks for what they lack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from infra.monitoring.alertmanager import mail_port
from infra.workloads import workloads
from tests.infra.monitoring.installed import settings_of
from tests.infra.monitoring.other_teams import alertmanager_object, rendered_cloud
from vitals.model.catalog import Catalogue
from vitals.rendered import Rendered


@pytest.fixture(scope="module")
def cloud(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The environment on a cluster, with those teams and without a mail server."""
    return rendered_cloud(sample, tmp_path_factory.mktemp("cloud"))


def _files(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key.endswith("_file"):
                yield inner
            else:
                yield from _files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner)


def test_alertmanager_may_read_each_secret_file_that_its_configuration_names(cloud: Rendered) -> None:
    """Those, the file of AWS' library, and no other; and no value lies in what is rendered."""
    named = set(_files(yaml.safe_load(cloud.alertmanager)))
    account = next(one for one in workloads(settings_of("prod"), cloud) if one.name == "alertmanager")

    assert {f"{cloud.operator.secrets_dir}/{file}" for file in account.secrets} == named | {
        f"{cloud.operator.secrets_dir}/aws-credentials"
    }
    assert len(named) == 8


def test_the_library_of_aws_is_shown_its_file(cloud: Rendered) -> None:
    """Alertmanager has no setting for it, so the operator adds a variable to its container."""
    server = alertmanager_object(cloud)

    assert server["spec"]["containers"] == [
        {
            "name": "alertmanager",
            "env": [{"name": "AWS_SHARED_CREDENTIALS_FILE", "value": "/etc/alertmanager/secrets/aws-credentials"}],
        }
    ]


def test_no_mail_server_is_let_through_where_there_is_none(cloud: Rendered) -> None:
    """A port that no team needs stays shut."""
    assert mail_port(cloud) is None
