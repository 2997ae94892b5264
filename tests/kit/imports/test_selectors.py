"""Matchers that name what is not here are put right only where that changes no meaning."""

from __future__ import annotations

import pytest

from vitals.kit.imports.selectors import (
    KnownTargets,
    jobs_elsewhere,
    matchers_of,
    with_known_targets,
    with_stored_bounds,
    without_unknown_labels,
)
from vitals.model.promql import Series, SeriesType

VOLUME, CONTAINER = "kubelet_volume_stats_used_bytes", "container_memory_rss"
ONLY = {"node_load1": "node", VOLUME: "kubelet-volumes", CONTAINER: "kubelet"}
TARGETS = frozenset({"node", "kubelet", "kubelet-volumes", "wellness-api"})
PATHS = {"node": "/metrics", "kubelet": "/metrics/cadvisor", "kubelet-volumes": "/metrics"}
KNOWN = {
    "node_load1": Series("node_load1", SeriesType.GAUGE, {"instance": frozenset(), "job": frozenset()}),
    "up": Series("up", SeriesType.GAUGE, {"instance": frozenset(), "job": frozenset()}),
}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('node_load1{job="node-exporter"}', 'node_load1{job="node"}'),
        ("node_load1{job=~'node-exporter|windows', instance=\"a\"}", 'node_load1{job="node",instance="a"}'),
        ('node_load1{job=~"node|other"}', 'node_load1{job=~"node|other"}'),
        ('node_load1{job="$job"}', 'node_load1{job="$job"}'),
        ('node_load1{job!="x"}', 'node_load1{job!="x"}'),
        ('up{job="hosts"}', 'up{job="node"}'),
        ('up{job="kubelet-metrics"}', 'up{job="kubelet"}'),
        ('up{job="billing"}', 'up{job="billing"}'),
        # One job of others at several paths is several jobs here.
        (f'{CONTAINER}{{job="kubelet", metrics_path="/metrics/cadvisor"}}', f'{CONTAINER}{{job="kubelet"}}'),
        (f'{VOLUME}{{job="kubelet", metrics_path="/metrics"}}', f'{VOLUME}{{job="kubelet-volumes"}}'),
        (f'{CONTAINER}{{metrics_path=~"/metrics/(cadvisor|probes)"}}', CONTAINER),
        (f'{CONTAINER}{{metrics_path="/metrics"}}', f'{CONTAINER}{{metrics_path="/metrics"}}'),
        ('up{job="kubelet", metrics_path="/metrics/cadvisor"}', 'up{job="kubelet"}'),
        ('up{job="kubelet", metrics_path="/metrics"}', 'up{job="kubelet", metrics_path="/metrics"}'),
        ('up{metrics_path="/metrics"}', 'up{metrics_path="/metrics"}'),
    ],
)
def test_a_job_is_called_as_it_is_called_here(text: str, becomes: str) -> None:
    """Only a literal job that no target here has is replaced, and only where it is known which one is meant."""
    elsewhere = jobs_elsewhere(['node_load1{job="hosts"} > 3'], ONLY)

    edited, changes = with_known_targets(text, KnownTargets(ONLY, TARGETS, PATHS, elsewhere))
    assert edited == becomes
    assert bool(changes) == (text != becomes)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('node_load1{cluster=""}', "node_load1"),
        ('node_load1{cluster="$cluster", instance=~"$node"}', 'node_load1{instance=~"$node"}'),
        ('node_load1{cluster!~"test.*"} > 1', "node_load1 > 1"),
        ('node_load1{cluster="prod"}', 'node_load1{cluster="prod"}'),
        ('node_load1{job="node", namespace="monitoring"}', 'node_load1{job="node"}'),
        ('node_load1{job="node", container="node-exporter", endpoint="https"}', 'node_load1{job="node"}'),
        ('node_load1{job="node", pod="node-exporter-x2x4z"}', 'node_load1{job="node", pod="node-exporter-x2x4z"}'),
        ('node_load1{container="node-exporter"}', 'node_load1{container="node-exporter"}'),
        ('node_load1{namespace="monitoring"}', 'node_load1{namespace="monitoring"}'),
        ("sum by (cluster, instance) (node_load1)", "sum by (instance) (node_load1)"),
        ("node_load1 / on (cluster, instance) up", "node_load1 / on (instance) up"),
        (
            'sum by (zone) (label_replace(node_load1, "zone", "$1", "instance", "(.).*"))',
            'sum by (zone) (label_replace(node_load1, "zone", "$1", "instance", "(.).*"))',
        ),
    ],
)
def test_a_label_that_no_series_has_is_taken_out(text: str, becomes: str) -> None:
    """A matcher that the empty value fails is kept: there the query finds nothing, and that must be said."""
    assert without_unknown_labels(text, KNOWN)[0] == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('rate(x_bucket{le="1"}[5m])', 'rate(x_bucket{le="1.0"}[5m])'),
        ('x_bucket{le=~"1|2.5"}', 'x_bucket{le=~"1|2.5"}'),
        ('x_bucket{le=~"1|20",job="a"}', 'x_bucket{le=~"1.0|20.0",job="a"}'),
        ('x_bucket{le!="1"}', 'x_bucket{le!="1"}'),
        ('x_bucket{le="+Inf"}', 'x_bucket{le="+Inf"}'),
        ('own{quantile="1"}', 'own{quantile="1"}'),
        ('other_bucket{le="1"}', 'other_bucket{le="1"}'),
    ],
)
def test_a_bound_is_asked_for_as_it_is_stored(text: str, becomes: str) -> None:
    """Of series that exist; a record may have set a label of that name to whatever its author liked."""
    bucket = Series("x_bucket", SeriesType.COUNTER, {"le": frozenset(), "job": frozenset()})
    own = Series("own", SeriesType.GAUGE, {"quantile": frozenset({"1"})})
    edited, changes = with_stored_bounds(text, {"x_bucket": bucket, "own": own})

    assert edited == becomes
    assert bool(changes) == (text != becomes)


def test_a_text_that_looks_like_a_matcher_is_none() -> None:
    """What stands between quotes belongs to the value."""
    found = list(matchers_of('up{job="a,b=\\"c\\"}", instance!~`d{e}`}'))

    assert [one.label for one in found] == ["job", "instance"]
    assert [one.value for one in found] == ['a,b=\\"c\\"}', "d{e}"]
