"""Which series a synthetic past has, and that they look healthy: derived from what is rendered, the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.stack.history import history_series as remembered_module
from vitals.local.stack.history.fill import check_past
from vitals.local.stack.history.history_series import MOST_SERIES, HistorySeries, history_series
from vitals.local.stack.history.levels import BAD_EVENTS, EVENTS
from vitals.local.stack.history.samples import Moments, open_metrics, require_levels, values
from vitals.local.stack.rendered_rules import RenderedRule, load_rules
from vitals.model.catalog import Catalogue
from vitals.render import compose
from vitals.rendered import ServiceEntry, read

WEDNESDAY_NOON = 1_795_608_000
MOMENTS = Moments(WEDNESDAY_NOON, 8 * 86400)


@pytest.fixture(scope="module")
def local(demo_rendered: Path) -> Path:
    """What is rendered for the machine that runs the demo."""
    return demo_rendered / "local"


@pytest.fixture(scope="module")
def services(local: Path) -> dict[str, ServiceEntry]:
    """The services of this machine's environment."""
    return {service.name: service for service in read(local).model.services}


@pytest.fixture(scope="module")
def series(local: Path, services: dict[str, ServiceEntry]) -> list[HistorySeries]:
    """The past of this machine's environment."""
    return history_series(load_rules(local / "rules"), read(local).model.records, tuple(services.values()))


def test_what_is_compared_with_last_week_and_what_budgets_are_made_of_has_a_past(
    local: Path, series: list[HistorySeries]
) -> None:
    """Every mean of an hour or of five minutes with its original: requests and bad ones of every objective, too."""
    means = {one.name: one.mean_of for one in series if one.mean_of}
    recorded = {record.name for record in read(local).model.records}
    slots = {"service_slo:events:mean5m": EVENTS, "service_slo:bad_events:mean5m": BAD_EVENTS}

    averaged = {name for name in recorded if name.endswith(("_mean1h", "calls:mean1m"))}
    assert averaged | slots.keys() == set(means)
    assert slots.items() <= means.items()
    originals = set(means.values()) - {"service:api_calls:irate"}  # nothing reads more than minutes of it
    assert {one.name for one in series} == {*means, *originals}
    assert len({(one.name, *sorted(one.labels.items())) for one in series}) == len(series) <= MOST_SERIES
    caches = [one.labels for one in series if one.name == "service_cache:cache_hits:ratio_rate5m"]
    assert caches == [{"service": "wellness-api", "cache": "dashboards"}]


def test_a_machine_has_no_invented_disks(series: list[HistorySeries]) -> None:
    """Free space is read over six hours, but which disks there were is unknown."""
    assert not [one for one in series if "instance" in one.name]


def test_the_same_end_gives_the_same_past(series: list[HistorySeries], services: dict[str, ServiceEntry]) -> None:
    """To the last digit; and a minute later all but the level is another one."""
    short = Moments(WEDNESDAY_NOON, 3600)

    first, again = ("".join(open_metrics(series, services, short)) for _ in range(2))

    assert first == again
    rare = [one for one in series if one.pace_s]
    assert {one.pace_s for one in rare} == {300}
    assert first.count("\n") == (len(series) - len(rare)) * 61 + len(rare) * 13 + 1
    assert first.endswith("# EOF\n")
    assert f" {WEDNESDAY_NOON - 3600}\n" in first
    assert f" {WEDNESDAY_NOON}\n" in first


def test_no_sample_is_beyond_the_bound_of_an_alert(
    local: Path, series: list[HistorySeries], services: dict[str, ServiceEntry], wellness: Catalogue
) -> None:
    """Whatever an alert says of such a signal, in the past all was well by a margin of a quarter."""
    model = read(local).model
    directions = {record.signal: (record.name, record.direction) for record in model.records}
    judged = 0
    plan = compose(wellness, wellness.environments["local"])
    for bound in (bound for alert in plan.alerts for bound in alert.bounds):
        name, worse = directions[bound.signal]
        for one in (one for one in series if one.name == name):
            judged += 1
            found = values(one, services, MOMENTS)
            if worse == "lower is worse":
                assert min(found) > bound.value + (1 - bound.value) / 4, one
            else:
                assert max(found) < bound.value * 3 / 4, one
    assert judged >= 5


def test_days_and_weekends_are_seen_in_the_traffic(services: dict[str, ServiceEntry]) -> None:
    """Afternoons are busier than nights, and a Sunday is quieter than a Wednesday."""
    requests = HistorySeries(EVENTS, {"service": "wellness-api", "slo": "latency"})
    found = dict(zip(MOMENTS, values(requests, services, MOMENTS), strict=True))

    def hour(days_before: float, clock: int) -> float:
        begin = WEDNESDAY_NOON - int(days_before * 86400) + (clock - 12) * 3600
        return sum(found[begin + minute * 60] for minute in range(60)) / 60

    assert hour(1, 15) > 1.5 * hour(1, 3)
    assert hour(3, 15) < 0.9 * hour(1, 15)
    assert hour(7, 10) == pytest.approx(hour(0, 10), rel=0.05)


def test_the_budget_is_spent_slowly_and_the_requests_are_the_same(services: dict[str, ServiceEntry]) -> None:
    """Both objectives count the same requests, and a day spends a small part of what it may."""
    shares = {"availability": 0.001, "latency": 0.01}
    requests = {}
    for slo, budget in shares.items():
        labels = {"service": "wellness-api", "slo": slo}
        requests[slo] = values(HistorySeries(EVENTS, labels), services, MOMENTS)
        bad = values(HistorySeries(BAD_EVENTS, labels), services, MOMENTS)
        assert 0.1 < sum(bad) / sum(requests[slo]) / budget < 0.2
    assert requests["availability"] == requests["latency"]


def test_an_hourly_mean_is_the_mean_of_its_hour(services: dict[str, ServiceEntry]) -> None:
    """As the rule would have recorded it."""
    labels = {"service": "wellness-api"}
    name = "service:api_response_time_seconds:p95_5m"
    original = values(HistorySeries(name, labels), services, MOMENTS)
    mean = values(HistorySeries(f"{name}_mean1h", labels, name, 3600), services, MOMENTS)

    assert mean[0] == original[0]
    assert mean[-1] == pytest.approx(sum(original[-60:]) / 60)


def test_an_undescribed_signal_is_refused() -> None:
    """With the file that wants a line."""
    with pytest.raises(VitalsError, match=r"a:b:c over an hour.*levels\.py"):
        require_levels([HistorySeries("a:b:c", {})])


def test_too_many_series_are_refused(
    local: Path, services: dict[str, ServiceEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    monkeypatch.setattr(remembered_module, "MOST_SERIES", 3)

    with pytest.raises(VitalsError, match="at most 3"):
        history_series(load_rules(local / "rules"), read(local).model.records, tuple(services.values()))


def test_a_rule_without_a_known_service_has_no_past(local: Path, services: dict[str, ServiceEntry]) -> None:
    """Exporters are not services of the catalogue; their records are left out."""
    records = read(local).model.records
    rules = [
        RenderedRule("g", 15, "x", records=False, expr=f"avg_over_time({one.name}[2h])", labels={}) for one in records
    ]
    found = {one.name for one in history_series(rules, records, tuple(services.values()))}

    assert EVENTS in found
    assert "exporter:up:avg" not in found
    assert "service_cohort:user_requests:rate5m" not in found


def test_the_past_of_what_is_rendered_can_be_made(local: Path) -> None:
    """The check before a start finds a level for every series of this machine's environment."""
    check_past(read(local))
