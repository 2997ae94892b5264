"""What texts name, what queries in them ask for, and what records of files add, each held against what exists."""

from __future__ import annotations

import logging

import pytest

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.rule_file import FileRules, Record
from vitals.model.conventions import Severity
from vitals.model.promql import Series, SeriesType, Variant, resolve, written
from vitals.render.checked import check_texts
from vitals.render.files_checked import records_of_files, with_alerts

ANY: frozenset[str] = frozenset()
MORE = {"mode": frozenset({"1", "idle"}), "quantile": frozenset({"0.5", "0.99"}), "at": ANY}
LOAD = Series("load", SeriesType.GAUGE, {"service": ANY, "instance": ANY, "job": ANY, **MORE})
SEVERE = Series("load", SeriesType.GAUGE, {**LOAD.labels, "severity": ANY})
ALERTS = Series("ALERTS", SeriesType.GAUGE, {"alertname": ANY, "alertstate": ANY})
NO_FILES = FileRules((), ())
DONE = Series("done_total", SeriesType.COUNTER, {"job": ANY})
KNOWN = {"load": LOAD, "ALERTS": ALERTS, "done_total": DONE}
NAMES = {
    "Busy": (Variant({"severity": frozenset({"info"}), "service": frozenset({"node"})}, others=True),),
    "Full": (Variant(others=True),),
}


def _check(expr: str, summary: str, **labels: str) -> None:
    alert = Alert(
        id="x", name="Busy", severity=Severity.INFO, service="node", owner="a", group="g", expr=written(expr),
        summary=summary, impact="Busy.", action="Look.", labels=labels, where=("handwritten/a.yaml:4, group "
"case, alert Busy"),
    )  # fmt: skip
    check_texts(alert, resolve(alert.expr, KNOWN), KNOWN)


@pytest.mark.parametrize(
    ("expr", "summary"),
    [
        ("load > 1", "{{ $labels.instance }} {{ .Labels.job }} {{ $labels.__name__ }} {{ $value }}"),
        ("sum by (job) (load) > 1", "{{ $labels.job }}"),
        ('label_replace(load, "host", "$1", "instance", "(.*):.*") > 1', "{{ $labels.host }}"),
        ('count_values("at", load) > 1', "{{ $labels.at }}"),
        ('absent(load{service="a"})', "{{ $labels.service }}"),
        ("load > 1", "Load{{ with $labels.cluster }} in {{ . }}{{ end }} is {{ $value }}"),
        ("load > 1", "{{ if $labels.zone }}{{ $labels.zone }}{{ else }}{{ $labels.instance }}{{ end }}"),
        ("load > 1", "{{ $labels.quantile | humanizePercentage }}{{ $labels.at | humanize }}"),
        ("load > 1", '{{ with query "sum(load)" }}{{ . | first | value }}{{ end }}'),
        (
            "load > 1",
            "{{ with printf `load{job='%s',at=%q} > %f` .Labels.job $labels.at 1.5 | query }}{{ . }}{{ end }}",
        ),
        ("load > 1", "{{ printf `sum(%s)` $labels.instance | query | len }}"),
        ("load > 1", r'{{ printf "sum(\nload{job=\"%s\"})" $labels.job | query | len }}'),
        ("load > 1", "{{ printf `load{at='%d'} > %d` 500 5 | query | len }}"),
        ("load > 1", "{{ printf `load > %d` 0x10 | query | len }}{{ printf `load{mode='%d'}` 01 | query | len }}"),
        ("load > 1", "{{ printf `load{mode='%.4s'}` `idleness` | query | len }}"),
        ("load > 1", "{{ printf `{__name__='%s',job='x'}` $labels.job | query | len }}"),
        ("load > 1", "{{ printf `done_total{job='%s'}` $labels.job | query | first | value }} done"),
        (
            "load > 1",
            "{{ printf `rate(done_total{job='%s'}[5m]) / on () done_total{job='%s'}` `a` `b` | query | len }}",
        ),
        ("load > 1", "{{ $q := `laod` }}{{ $q = `load` }}{{ query $q | len }}"),
        ("load > 1", "{{ printf `rate(load[%s])` $labels.at | query | len }}"),
    ],
)
def test_a_text_may_name_what_the_condition_returns(expr: str, summary: str) -> None:
    """Labels that stay, that the expression writes, and those of a missing series."""
    _check(expr, summary)


@pytest.mark.parametrize(
    ("expr", "summary", "complaint"),
    [
        ("sum(load) > 1", "{{ $labels.instance }}", r"a.yaml:4, .*'instance'.*no label\. Take it out of the text, or"),
        ("load > 1", "{{ .Labels.hostname }}", r"'hostname'.*returns at, .*service\. Name one of these, or"),
        ("sum by (job) (load) > 1", "{{ $labels.instance }}", "'instance'.*returns job"),
        ("sum without (instance) (load) > 1", "{{ $labels.instance }}", "'instance'"),
        ("load > on (job) group_left () sum by (job) (load)", "{{ $labels.zone }}", "'zone'"),
        ("load > 1", "{{ $labels.alertname }}", "'alertname'"),
        ("load > 1", "{{ $labels.severity }}", "'severity'"),
        ("vector(1)", "{{ $labels.job }}", "'job'"),
        ("1", "{{ $labels.job }}", "'job'"),
        ('count_values("at", load) > 1', "{{ $labels.hostname }}", "'hostname'"),
        (
            "load > 1",
            '{{ query "laod" | first | value }}',
            "asks for a query that has no answer here.*Did you mean load",
        ),
        ("load > 1", '{{ query "load[" | first | value }}', r"'load\[', which is not PromQL .*would take the rule"),
        ("load > 1", '{{ query "sum(" | first | value }}', "a bracket is opened and never closed.*would take the rule"),
        ("load > 1", '{{ query "sum() > " | first | value }}', "not PromQL.*would take the rule"),
        (
            "load > 1",
            "{{ printf `laod{job='%s'}` $labels.job | query | len }}",
            "has no answer here.*Did you mean load",
        ),
        ("load > 1", "{{ printf `load{jobb=~'%s.*'}` $labels.job | query | len }}", "jobb"),
        ("load > 1", "{{ printf `load{mode='m%d'}` 5 | query | len }}", "mode='m5' matches none of its values"),
        ("load > 1", "{{ printf `rate(load{job='%s'}[5m])` $labels.job | query | len }}", "needs a counter.*In: .*'…'"),
        ("load > 1", "{{ printf `sum(load{job=%q}` $labels.job | query | len }}", "never closed.*would take the rule"),
        ("load > 1", "{{ $labels.instance | humanize }}", "reads the label 'instance' as a number.*'host:9100'"),
        ("load > 1", "{{ with $labels.mode }}{{ . | humanize }}{{ end }}", "'mode' as a number, and it can be 'idle'"),
        ("load > 1", "{{ with $labels }}{{ .hostname }}{{ end }}", "'hostname'"),
        ("load > 1", "{{ $l := $labels }}{{ $l.hostname }}", "'hostname'"),
        ("load > 1", "{{ if $labels.zone }}{{ $labels.rack }}{{ end }}", "'rack'"),
    ],
)
def test_a_gap_in_a_text_is_refused(expr: str, summary: str, complaint: str) -> None:
    """No page reads "Load of  is 51", and no query of a text stays empty."""
    with pytest.raises(VitalsError, match=complaint):
        _check(expr, summary)


def test_a_label_template_is_held_to_the_condition_too() -> None:
    """It sees what the summary sees."""
    with pytest.raises(VitalsError, match="at names the label 'zone'"):
        _check("load > 1", "{{ $value }}", at="{{ $labels.zone }}")


def test_a_condition_that_writes_labels_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    """A label that other series have may be right there; the rule works, and the gap is named."""
    with caplog.at_level(logging.WARNING):
        _check('sum by (at) (label_replace(load, "at", "$1", "job", "(.*)")) > 1', "{{ $labels.instance }}")

    assert "summary names the label 'instance', and the condition returns at" in caplog.text


def _record(name: str, expr: str, service: str = "node", **labels: str) -> Record:
    return Record(name, "handwritten.g", service, written(expr), labels, f"handwritten/a.yaml:7 {name}")


def test_records_may_read_each_other_in_any_order() -> None:
    """Prometheus evaluates them again and again, so a record may stand above the one that it reads."""
    records = [_record("b:load:max", "max(a:load:sum)"), _record("a:load:sum", "sum by (job) (load)", zone="x")]
    found = records_of_files(records, KNOWN, frozenset(), {})

    assert set(found["a:load:sum"].labels) == {"job", "service", "zone"}
    assert set(found["b:load:max"].labels) == {"service"}


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        ("max by (job) (load) or a:load:past", {"job"}),
        ("a:load:past * 0.9 + on (job) 0.1 * sum by (job) (load) or sum by (job) (load)", {"job"}),
        ("load unless a:load:past offset 1h", set(LOAD.labels)),
        ("a:load:past or vector(0)", set()),
    ],
)
def test_a_record_may_read_its_own_past(expr: str, labels: set[str]) -> None:
    """An alternative begins it, and what it returned an evaluation ago goes on."""
    found = records_of_files([_record("a:load:past", expr)], KNOWN, frozenset(), {})

    assert set(found["a:load:past"].labels) == {*labels, "service"}


@pytest.mark.parametrize(
    ("records", "complaint"),
    [
        ([_record("a:load:past", "sum(a:load:past)")], "Nothing emits or records 'a:load:past'"),
        ([_record("a:load:past", "a:load:past + load")], "Nothing emits or records 'a:load:past'"),
        ([_record("a:load:past", "sum by (rack) (a:load:past) or load")], "groups by rack"),
        ([_record("a:load:max", "max(laod)")], "a.yaml:7 .*Did you mean load"),
        (
            [_record("a:load:a", "sum(a:load:b)"), _record("a:load:b", "sum(a:load:a)")],
            "Nothing emits or records 'a:load",
        ),
        ([_record("node:load:max", "max(load)")], "recorded already by a signal, and both would write the same series"),
        ([_record("load", "max(load)")], "load is scraped already"),
        ([_record("load", "load * 2")], "load is scraped already"),
        ([_record("a:b:c", "load"), _record("a:b:c", "sum(load)")], "exists already with other labels"),
    ],
)
def test_a_record_that_cannot_be_is_refused(records: list[Record], complaint: str) -> None:
    """It reads what does not exist, goes in a circle, or writes a series that is written already."""
    with pytest.raises(VitalsError, match=complaint):
        records_of_files(records, KNOWN, frozenset({("node:load:max", "node")}), {})


@pytest.mark.parametrize(
    "matcher", ['alertname="Busy"', 'alertname=~"Bus.|Idle"', 'alertname!="Nothing"', "alertname!~'N.*'"]
)
def test_an_alert_that_exists_may_be_asked_for(matcher: str) -> None:
    """By its name, by a pattern, or by what it is not; with whatever label its condition has."""
    known = {**KNOWN, **with_alerts(KNOWN, NAMES, NO_FILES)}

    assert resolve(written(f'ALERTS{{{matcher}, instance="a"}}'), known).readings


@pytest.mark.parametrize("matcher", ['alertname="Bsy"', 'alertname=~"N.*"', '"alertname"="Bsy"'])
def test_an_alert_that_does_not_exist_is_named(matcher: str) -> None:
    """A rule about it would stay empty for ever."""
    known = {**KNOWN, **with_alerts(KNOWN, NAMES, NO_FILES)}

    with pytest.raises(VitalsError, match=r"matches none of its values .*Busy"):
        resolve(written(f"ALERTS{{{matcher}}}"), known)


@pytest.mark.parametrize(
    ("matchers", "complaint"),
    [
        (
            'alertname="Busy", severity="critical"',
            r"nothing that emits it has severity='critical' and alertname|alertname",
        ),
        ('alertname="Busy", service!="node"', "nothing that emits it has"),
        ('alertname="Full", severity="critical"', ""),
        ('severity="critical"', ""),
        ('alertname=~"Busy|Full", service="mailer"', ""),
    ],
)
def test_an_alert_is_asked_for_with_labels_that_it_has(matchers: str, complaint: str) -> None:
    """A severity that the alert never has would keep the rule empty; of an alert of elsewhere it is not known."""
    known = {**KNOWN, **with_alerts({**KNOWN, "load": SEVERE}, NAMES, NO_FILES)}
    if not complaint:
        assert resolve(written(f"ALERTS{{{matchers}}}"), known).readings
        return

    with pytest.raises(VitalsError, match=complaint):
        resolve(written(f"ALERTS{{{matchers}}}"), known)


def test_alerts_have_the_labels_that_rules_set_and_conditions_write() -> None:
    """No metric needs to have them."""
    files = FileRules((_record("a:b:c", 'label_replace(load, "made", "x", "", "")'),), (), labels=frozenset({"tier"}))
    known = {**KNOWN, **with_alerts(KNOWN, NAMES, files)}

    assert resolve(written('ALERTS{alertname="Busy", tier="1", made="x"}'), known).readings
    with pytest.raises(VitalsError, match="has no label 'teir'"):
        resolve(written('ALERTS{alertname="Busy", teir="1"}'), known)
