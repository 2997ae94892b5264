"""Who emits a series: a matcher that none of them can satisfy is refused, whatever else exists."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.kit.alerts.rule_file import Record
from vitals.model.catalog import Catalogue
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Series, SeriesType, resolve, written
from vitals.model.signals import signals_of
from vitals.render.emitters import HeldSeries, SeriesEmitter, emitters_of
from vitals.render.files_checked import records_of_files

ANY: frozenset[str] = frozenset()
TARGETS = frozenset({"node", "mailer", "shop"})
SCRAPED = {"service": ANY, "job": ANY, "instance": ANY}
KNOWN = {
    series.name: series
    for series in (
        Series("up", SeriesType.GAUGE, SCRAPED),
        Series("load", SeriesType.GAUGE, {**SCRAPED, "mode": frozenset({"idle", "user"})}),
        Series("calls_total", SeriesType.COUNTER, {**SCRAPED, "code": ANY, "status": ANY}),
        Series("process_open_fds", SeriesType.GAUGE, SCRAPED),
        Series("load:mean", SeriesType.GAUGE, {"service": ANY, "zone": ANY}),
        Series("ALERTS", SeriesType.GAUGE, {"alertname": ANY, "service": ANY}),
    )
}
EMITTERS = {
    "load": (SeriesEmitter(KNOWN["load"].labels, frozenset({"node"})),),
    "calls_total": (
        SeriesEmitter({**SCRAPED, "code": ANY}, frozenset({"shop"})),
        SeriesEmitter({**SCRAPED, "status": ANY}, frozenset({"mailer"})),
    ),
    "process_open_fds": (SeriesEmitter(SCRAPED, frozenset({"node"})),),
    "load:mean": (SeriesEmitter(KNOWN["load:mean"].labels, frozenset({"node"})),),
}
HELD = HeldSeries(KNOWN, TARGETS, EMITTERS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('up{service="nod"}', r"service='nod' matches none of its values \(mailer, node, shop\)"),
        ('up{job=~"nod|mailre"}', "matches none of its values"),
        ('up{service="node", job="mailer"}', "nothing that emits it has service='node' and job='mailer'"),
        ('up{service=~"node|shop", job!~"node|shop"}', "nothing that emits it has"),
        ('up{job=""}', "nothing that emits it has job=''"),
        ('up{instance=""}', "nothing that emits it has instance=''"),
        ('load{service="mailer"}', r"service='mailer' matches none of its values \(node\).*Name one of them"),
        ('load{job=~"mail.*"}', r"none of its values \(node\)"),
        ('load{service!="node"}', "nothing that emits it has service!='node'; service can be node"),
        ('load{job!~"no.*"}', "nothing that emits it has job!~'no.*'"),
        ('load{mode!="idle", mode!="user"}', "nothing that emits it has mode!='idle' and mode!='user'"),
        ('load{mode=""}', "nothing that emits it has mode=''"),
        ('load{instance="a", instance="b"}', "instance='a' and instance='b' exclude each other"),
        ('load{instance="a", instance!="a"}', "exclude each other"),
        ('load{instance="a:1", instance=~"b.*"}', "exclude each other"),
        ('load{instance=~"a|b", instance=~"c|d"}', "exclude each other"),
        ('load{instance!~".*"}', "nothing that emits it has instance!~'.*'"),
        ('rate(calls_total{service="shop", status="200"}[5m])', "nothing that emits it has service='shop' and status"),
        ('rate(calls_total{code="200", status="200"}[5m])', "nothing that emits it has code='200' and status='200'"),
        ('load:mean{service="shop"}', r"none of its values \(node\)"),
        ('{__name__="load", service="shop"}', r"none of its values \(node\)"),
        ('{"load", service="shop"}', r"none of its values \(node\)"),
        ('max_over_time(load{service="shop"}[1h:5m])', r"none of its values \(node\)"),
        ('load{service="shop"} offset -5m @ start()', r"none of its values \(node\)"),
    ],
)
def test_a_matcher_that_no_emitter_satisfies_is_refused(text: str, complaint: str) -> None:
    """The label and the value exist, and no series of that name can have them."""
    with pytest.raises(VitalsError, match=complaint) as caught:
        resolve(written(text), HELD)

    assert "would stay empty" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ('absent(load{service="mailer"})', "absent() would return 1 for ever"),
        ('absent_over_time(load{mode!="idle", mode!="user"}[5m])', "absent_over_time() would return 1 for ever"),
        ('up unless on (instance) load{service="shop"}', "'unless' would take nothing away"),
        ('count(load) or count(load{instance="a", instance="b"})', "this side of 'or' would stay empty"),
    ],
)
def test_a_matcher_says_what_follows_where_it_stands(text: str, effect: str) -> None:
    """Not everything is empty that asks for what is not there."""
    with pytest.raises(VitalsError) as caught:
        resolve(written(text), HELD)

    assert f": {effect}. " in str(caught.value)
    assert "the expression" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'up{service="mailer"}', 'up{job=~"nod.*"}', 'up{service!="nod"}', 'up{service=~".+"}', 'up{job!=""}',
        'up{service="shop", job="shop"}', 'up{service=~"node|shop", job="shop"}', 'load{service="node", job="node"}',
        'load{service=~"node|mailer"}', 'load{service!="shop"}', 'load{mode!="idle"}', 'load{instance=~"a|b"}',
        'load{instance=~"a.*", instance!~"ab"}', 'load{instance!=""}', 'load{instance=~"a|b", instance!="a"}',
        'process_open_fds{service="shop"}', 'load:mean{service="node", zone=""}', 'load:mean{zone!~".+"}',
        'rate(calls_total{service="shop", code="200"}[5m])', 'rate(calls_total{service="mailer", code=""}[5m])',
        'rate(calls_total{code!="", service!="mailer"}[5m])', 'ALERTS{service="anything"}',
    ],
)  # fmt: skip
def test_a_matcher_that_an_emitter_satisfies_is_taken(text: str) -> None:
    """One file serves every environment; what every program exposes may be of any; alerts belong to none."""
    assert resolve(written(text), HELD).readings


def test_a_target_that_an_environment_lacks_emits_nothing_there() -> None:
    """A name of which no target is left may be of any, since nothing is known of it."""
    here = HeldSeries(KNOWN, frozenset({"mailer"}), EMITTERS)

    assert resolve(written('load{service="mailer"}'), here).readings
    with pytest.raises(VitalsError, match="has code="):
        resolve(written('rate(calls_total{code="200"}[5m])'), here)


def test_what_a_file_records_is_of_its_target() -> None:
    """The labels that a recording rule sets have these values and no others, those of other environments included."""
    records = [
        Record("a:load:max", "handwritten.g", "node", written("max by (mode) (load)"), {"tier": "1"}, "a.yaml:7"),
        Record("a:load:max", "handwritten.g", "shop", written("max by (mode) (load)"), {"tier": "2"}, "a.yaml:9"),
    ]
    known = {**HELD, **records_of_files(records, HELD, frozenset(), {}, {"a:load:max": frozenset({"node", "lab"})})}

    for good in ('service="node", tier="1"', 'service="lab"', 'service="shop", tier="2", mode=~"i.*"'):
        assert resolve(written(f"a:load:max{{{good}}}"), known).readings
    for bad in ('service="mailer"', 'tier="3"', 'service="shop", tier="1"'):
        with pytest.raises(VitalsError, match="would stay empty"):
            resolve(written(f"a:load:max{{{bad}}}"), known)


def test_the_catalogue_says_who_emits(wellness: Catalogue) -> None:
    """Each exporter emits its metrics, each service its families and its signals."""
    found = emitters_of(wellness.services, {one.name: signals_of(one) for one in wellness.services})
    targets = {name: frozenset[str]().union(*(one.targets for one in several)) for name, several in found.items()}

    assert targets["node_load1"] == {"node"}
    assert targets["api_calls_total"] == {one.name for one in wellness.services if one.api and one.dialect.ours}
    assert targets["app_build_info"] == {one.name for one in wellness.services if one.dialect.ours}
    assert all(found.values())
    assert {name for several in targets.values() for name in several} == {
        *EXPORTERS,
        *(one.name for one in wellness.services),
    }
