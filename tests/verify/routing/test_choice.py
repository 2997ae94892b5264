"""Which alerts are meant by a name and labels; what is misspelt is answered with the nearest."""

from __future__ import annotations

from typing import Any

import pytest

from vitals.errors import VitalsError
from vitals.verify.routing import chosen_alerts


def _alert(service: str, severity: str = "critical", **labels: str) -> dict[str, Any]:
    return {"name": "ServiceOutage", "severity": severity, "service": service, "owner": "platform", "labels": labels}


ALERTS = [_alert("api", reason="gone"), _alert("api", reason="failing"), _alert("worker", "warning", reason="gone")]


def test_a_name_alone_means_all_of_that_name() -> None:
    """Each alert of the name, with all its labels."""
    found = chosen_alerts(ALERTS, "ServiceOutage", {})

    assert [(labels["service"], labels["reason"]) for labels in found] == [
        ("api", "gone"),
        ("api", "failing"),
        ("worker", "gone"),
    ]


def test_labels_narrow_and_those_of_a_series_are_added() -> None:
    """A label that a rule sets must fit; one that comes from the series is taken as it is."""
    (found,) = chosen_alerts(ALERTS, "ServiceOutage", {"reason": "failing", "instance": "10.0.0.1:80"})

    assert found["service"] == "api"
    assert found["instance"] == "10.0.0.1:80"


@pytest.mark.parametrize(
    ("name", "wanted", "complaint"),
    [
        ("serviceoutage", {}, "no alert 'serviceoutage'.*Did you mean ServiceOutage"),
        ("Outage of everything", {}, "Known are ServiceOutage"),
        ("ServiceOutage", {"service": "aip"}, "No ServiceOutage has service='aip'. Did you mean api"),
        ("ServiceOutage", {"service": "worker", "severity": "critical"}, "at once. Name fewer"),
    ],
)
def test_what_does_not_exist_is_refused(name: str, wanted: dict[str, str], complaint: str) -> None:
    """The answer to a misspelt question is the nearest right one, not silence."""
    with pytest.raises(VitalsError, match=complaint):
        chosen_alerts(ALERTS, name, wanted)
