"""Resolving expressions against a vocabulary: what is refused, and which labels come out."""

from __future__ import annotations

import pytest

from vitals.model.promql import Expr, PromqlError, Series, SeriesType, resolve, written

ANY: frozenset[str] = frozenset()
VOCABULARY = {
    series.name: series
    for series in (
        Series("calls_total", SeriesType.COUNTER, {"service": ANY, "job": ANY, "status": frozenset({"200", "500"})}),
        Series("time_bucket", SeriesType.COUNTER, {"service": ANY, "le": frozenset({"0.1", "+Inf"})}),
        Series("foreign_bucket", SeriesType.COUNTER, {"le": ANY}),
        Series("users", SeriesType.GAUGE, {"service": ANY}),
        Series("up", SeriesType.GAUGE, {"service": ANY, "instance": ANY}),
    )
}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("users", {"service"}),
        ("sum(users)", set()),
        ("sum by (service) (rate(calls_total[1m]))", {"service"}),
        ("sum without (job) (rate(calls_total[1m]))", {"service", "status"}),
        ("count by (service) (calls_total)", {"service"}),
        ("topk(3, up)", {"service", "instance"}),
        ("histogram_quantile(0.9, sum by (service, le) (rate(time_bucket[1m])))", {"service"}),
        ("up * on (service) group_left () users", {"service", "instance"}),
        ("up and on (service) users", {"service", "instance"}),
        ("users or users", {"service"}),
        ("users / 2", {"service"}),
        ("users / on (service) users", {"service"}),
        ("users / ignoring (service) users", set()),
        ('absent(up{service="a"})', {"service"}),
        ("absent(rate(calls_total[1m]))", set()),
        ("vector(1)", set()),
        ("time() - users", {"service"}),
        ("avg_over_time(users[1h:1m])", {"service"}),
        ("-users", {"service"}),
        ('label_replace(up, "host", "$1", "instance", "(.*):.*")', {"service", "instance", "host"}),
        ('sum by (host) (label_replace(up, "host", "$1", "instance", "(.*):.*"))', {"host"}),
        ('sum by (id) (label_join(up, "id", "-", "service", "instance"))', {"id"}),
        ('count_values("seen", up)', {"seen"}),
        ('count_values by (service) ("seen", up)', {"service", "seen"}),
        ('max by (seen) (count_values("seen", up))', {"seen"}),
        ("users * on (service) group_left (instance) up", {"service", "instance"}),
        ("sum by (instance) (up * on (service) group_right (instance) users)", {"instance"}),
        ("up * ignoring (instance) group_left users", {"service", "instance"}),
        ("topk by (service) (1, up)", {"service", "instance"}),
        ("sum without (color) (up)", {"service", "instance"}),
        ('absent({__name__="up", service="a"})', {"service"}),
        ('absent(up{service="a", service="a"})', set()),
        ('{"up"}', {"service", "instance"}),
        ('{__name__=~"up|users"}', {"service", "instance"}),
        ('{instance="a"}', {"service", "instance"}),
        ('{__name__!="calls_total", instance!=""}', {"service", "instance"}),
        ('count by (__name__) ({__name__=~".+"})', {"__name__"}),
        ('count({service="a"})', set()),
        ("quantile(scalar(users), up)", set()),
        ('users{service=~"[[:alpha:]]+"}', {"service"}),
        ('count(calls_total{status=~"[^[:space:]]+"})', set()),
        (r'count(calls_total{status=~"\\Q200\\E|\\065.."})', set()),
        ("users[5m * 2] offset (1h / 2)", {"service"}),
        ("hour()", set()),
        ("hour() > 8 and on () up", set()),
        ("up and on () hour() > 8", {"service", "instance"}),
        ('label_replace(up, "host", "$1", "hostname", "(.*)")', {"service", "instance"}),
        ('label_replace(up, "host", "x$1", "hostname", "(.*)")', {"service", "instance", "host"}),
        ('label_replace(up, "host", "x", "hostname", ".+")', {"service", "instance"}),
        ('label_replace(up, "team", "a", "", "")', {"service", "instance", "team"}),
        ('label_replace(up, "instance", "", "instance", ".*")', {"service"}),
        ('label_replace(up, "instance", "", "instance", "a.*")', {"service", "instance"}),
        ('label_replace(up, "instance", "$1", "hostname", "(.*)")', {"service"}),
        ('label_replace(up, ("host"), "$1", ("instance"), "(.*)")', {"service", "instance", "host"}),
        ('label_join(up, "id", "-", "hostname", "rack")', {"service", "instance", "id"}),
        ('label_join(up, "id", "", "hostname", "rack")', {"service", "instance"}),
        ("timestamp(calls_total)", {"service", "job", "status"}),
        ("changes(calls_total[5m])", {"service", "job", "status"}),
        ("group by (service) (calls_total)", {"service"}),
        ("calls_total unless calls_total offset 1h", {"service", "job", "status"}),
        ("count(calls_total unless calls_total offset 1h)", set()),
        ('label_replace(up, "host", "$h", "instance", "(?P<h>.*):.*")', {"service", "instance", "host"}),
        ('label_replace(up, "host", "$h", "instance", "(?P<h>a.*)|(?P<h>b.*)")', {"service", "instance", "host"}),
        ('label_replace(up, "host", "${1}_x", "instance", "(.*)")', {"service", "instance", "host"}),
        ('label_replace(up, "host", "$1_x", "instance", "(.*)")', {"service", "instance"}),
        ('label_replace(up, "host", "$hots", "instance", "(?P<host>.*)")', {"service", "instance"}),
        ('label_replace(up, "host", "$2", "instance", "(.*):[(]")', {"service", "instance"}),
        ('label_replace(up, "host", "$2", "instance", "(?:(.*):)(.*)")', {"service", "instance", "host"}),
        ('label_replace(up, "host", "$$1", "instance", "(.*)")', {"service", "instance", "host"}),
        ('label_replace(up, "instance", "$1_x", "instance", "(.*)")', {"service"}),
        ("topk(scalar(count(up)) / 2, up)", {"service", "instance"}),
        ("topk(2 * 3, up)", {"service", "instance"}),
        ('rate(foreign_bucket{le=~"1|1.0"}[5m])', {"le"}),
        ('rate(foreign_bucket{le="+Inf"}[5m]) + ignoring (le) rate(foreign_bucket{le="0.25"}[5m])', set()),
        ('up{cluster=""}', {"service", "instance"}),
        ('count by (code) (label_replace(calls_total, "code", "$1", "status", "(.*)"))', {"code"}),
        ('rate(calls_total{status="500"}[5m]) / on (service) users', {"service"}),
        ('rate(calls_total{status!="200"}[5m]) / on (service) users', {"service"}),
        ("(rate(calls_total[5m]) > 0) / on (service) users", {"service"}),
        ("topk(1, rate(calls_total[5m])) / on (service) users", {"service"}),
        ("up / on (service) users", {"service"}),
        ("rate(calls_total[5m]) / on (service) group_left users", {"service", "job", "status"}),
        ("rate(calls_total[5m]) and on (service) users", {"service", "job", "status"}),
        ("users unless on (service) rate(calls_total[5m])", {"service"}),
        ("rate(calls_total[5m]) / ignoring (job) rate(calls_total[5m])", {"service", "status"}),
        ("sum by (service) (rate(calls_total[5m])) / on (service) users", {"service"}),
        ("histogram_quantile(0.9, rate(time_bucket[1m])) / on (service) users", {"service"}),
    ],
)
def test_labels_follow_the_query_engine(text: str, labels: set[str]) -> None:
    """Aggregation, matching and functions leave exactly the labels that Prometheus leaves."""
    assert resolve(written(text), VOCABULARY).labels == frozenset(labels)


def test_a_number_has_no_labels() -> None:
    """A scalar is distinguished from a vector without labels."""
    for text in ("1 + 1", "time()", "scalar(sum(users))"):
        assert resolve(Expr(text), VOCABULARY).labels is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("user", "Did you mean users"),
        ("nothing_like_it", "Nothing emits or records"),
        ('users{color="red"}', "has no label 'color'"),
        ('rate(calls_total{status="404"}[1m])', "matches none of its values"),
        ('rate(calls_total{status=~"4.."}[1m])', "matches none of its values"),
        ('rate(foreign_bucket{le="1"}[5m])', r"writes each bound with a point.*Write '1\.0'"),
        ('rate(foreign_bucket{le=~"1|2e3"}[5m])', r"Write '1\.0\|2000\.0'"),
        ("rate(users[1m])", "is a gauge"),
        ("calls_total", "bare value"),
        ("sum(calls_total)", "bare value"),
        ("(calls_total unless calls_total offset 1h) > 5", "bare value"),
        ("sum(calls_total unless calls_total offset 1h)", "bare value"),
        ('label_replace(calls_total, "code", "$1", "status", "(.*)")', "bare value"),
        ("calls_total or users", "bare value"),
        ('sum by (host) (label_replace(up, "host", "$1", "hostname", "(.*)"))', "groups by host"),
        ("sum by (color) (users)", "groups by color"),
        ("histogram_quantile(0.9, sum by (service) (rate(time_bucket[1m])))", "keep the label 'le'"),
        ("up / users", "can never match"),
        ("up and users", "can never match"),
        ("up / on (color) users", "names color"),
        ("sum by (service, status) (rate(calls_total[5m])) / on (service) users", "differ in status.*group_left"),
        ("users / on (service) -rate(calls_total[5m])", "differ in status: Prometheus would load the rule and fail"),
        ("(rate(calls_total[5m]) + rate(calls_total[5m])) / ignoring (job, status) users", "differ in status"),
        ("up * on (service) group_left rate(calls_total[5m])", "differ in status.*Match on it, too, or aggregate"),
        ("rate(calls_total[5m]) * on (service) group_right up", "differ in status.*Match on it, too"),
        ("sum without (job) (rate(time_bucket[1m])) == on (service) users", "differ in le"),
        ("users * on (service) group_left (color) up", "group_left takes color from the side that lacks it"),
        ('{__name__=~"down.*"}', "Nothing emits or records anything called down"),
        ('{"down"}', "Nothing emits or records 'down'"),
        ("topk(scalar(user), up)", "Did you mean users"),
        ("topk(0, up)", "asks for 0 elements"),
        ("bottomk(1 - 3, up)", "asks for -2 elements"),
        ("topk(scalar(vector(0.5)), up)", "asks for 0.5 elements"),
        ('sum by (host) (label_replace(up, "host", "$1_x", "instance", "(.*)"))', "groups by host"),
        ('users{service="a", service="b"}', "service='a' and service='b' exclude each other"),
    ],
)
def test_what_could_never_work_is_refused(text: str, complaint: str) -> None:
    """Each kind of mistake is an error that names the cause and shows the expression."""
    with pytest.raises(PromqlError, match=complaint) as caught:
        resolve(Expr(text), VOCABULARY)

    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("user == 0", "the expression would stay empty"),
        ("absent(user)", "absent() would return 1 for ever"),
        ("absent_over_time(user[1h])", "absent_over_time() would return 1 for ever"),
        ("absent(sum(rate(user[5m])))", "absent() would return 1 for ever"),
        ('absent({__name__=~"user"})', "absent() would return 1 for ever"),
        ("absent(users) or user", "this side of 'or' would stay empty"),
        ("up unless on (service) user", "'unless' would take nothing away"),
        ("user unless on (service) users", "the expression would stay empty"),
        ("up unless on (service) (users * user)", "'unless' would take nothing away"),
        ("absent(users) * on () group_left () user", "the expression would stay empty"),
    ],
)
def test_a_series_that_does_not_exist_is_refused_for_what_follows(text: str, effect: str) -> None:
    """``absent()`` of it holds for ever, which is not silence; ``or`` and ``unless`` go on without it."""
    with pytest.raises(PromqlError) as caught:
        resolve(Expr(text), VOCABULARY)

    assert f": {effect}." in str(caught.value)


def test_readings_name_series_and_window() -> None:
    """A check of windows gets each selector with its window in seconds."""
    expr = Expr("rate(calls_total[5m]) > on () group_left () sum(users)")
    readings = [(reading.name, reading.window.total_seconds()) for reading in resolve(expr, VOCABULARY).readings]

    assert readings == [("calls_total", 300), ("users", 0)]
