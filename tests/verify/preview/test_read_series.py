"""What is not read is not made, nothing is finer than a window needs, and no window is longer than the data."""

from __future__ import annotations

import pytest

from vitals.local.stack.rendered_rules import RenderedRule
from vitals.rendered import RenderedModel, read
from vitals.verify.preview.exposed import exposed
from vitals.verify.preview.read_series import bounded, names_read, sample_steps

RULES = [
    RenderedRule("g", 15.0, "service:a:rate1m", records=True, expr="sum(rate(a_total[1m]))", labels={}),
    RenderedRule("g", 15.0, "service:b:mean", records=True, expr="avg_over_time(service:a:rate1m[1h])", labels={}),
    RenderedRule("g", 15.0, "other", records=True, expr="rate(c_total[1m])", labels={}),
]


def test_names_are_followed_through_records() -> None:
    """A record of a record leads to what is scraped, and an unread record to nothing."""
    found = names_read(["service:b:mean > 0"], RULES)

    assert {"service:b:mean", "service:a:rate1m", "a_total"} <= found
    assert "c_total" not in found


@pytest.mark.parametrize(
    ("query", "step"),
    [
        ("rate(a[1m])", 15.0),
        ("rate(a[5m])", 60.0),
        ("a", 60.0),
        ("rate(a[$__rate_interval])", 15.0),
        ("max(a[8s])", 2.0),
    ],
)
def test_the_shortest_window_says_how_fine_a_series_is(query: str, step: float) -> None:
    """Four samples in the shortest window, and one a minute at least."""
    assert sample_steps([query, "rate(a[1d])"])["a"] == step


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("rate(a[20s])", "rate(a[60s])"),
        ("rate(a[1m])", "rate(a[1m])"),
        ("avg_over_time(a[30d:5m])", "avg_over_time(a[14400s:5m])"),
        ("max_over_time(a[5s:5s])", "max_over_time(a[5s:5s])"),
    ],
)
def test_windows_end_where_data_do(query: str, same: str) -> None:
    """A subquery over a month is evaluated for the hours that there are."""
    assert bounded(query, 4 * 3600.0) == same


def test_what_the_contract_does_not_know_is_read_from_the_queries(demo_rendered: object) -> None:
    """A metric of a dialect has the labels by which it is selected; of our own nothing is made twice."""
    model: RenderedModel = read(demo_rendered / "prod").model  # type: ignore[operator]
    service = model.services[0].name
    texts = [
        f'sum(rate(foreign_seconds_bucket{{service="{service}", outcome="ok"}}[$__rate_interval])) by (le)',
        "sum(rate(api_calls_total[1m]))",
    ]

    own = {
        key for job in exposed(model, texts) for key in job.series({"foreign_seconds_bucket", "foreign_seconds_count"})
    }
    labels = [dict(pairs) for _, pairs in own]
    assert own
    assert {one["service"] for one in labels} == {service}
    assert {one["outcome"] for one in labels} == {"ok"}
    assert "+Inf" in {one.get("le") for one in labels}
    assert len(exposed(model, [*texts, *texts])) == len(exposed(model, texts))
