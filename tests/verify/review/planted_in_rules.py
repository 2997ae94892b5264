"""Defects of rules and routes that are planted."""

from __future__ import annotations

from .planting import NODE, ROUTES, RULES, Planted, rules_of, texts_without, with_alert, with_record_and_alert

UP = 'up{service="wellness-api"} == 0'
FOUND_IN_RULES = [
    Planted("valid-promql", RULES, "NotPromql", with_alert(RULES, "NotPromql", "up ==== 0")),
    Planted("evaluable-rule", RULES, "OnlyARange", with_alert(RULES, "OnlyARange", "up[5m]")),
    Planted("dead-metric", RULES, "DeadMetric", with_alert(RULES, "DeadMetric", 'api_call_total{service="x"} == 0')),
    Planted("dead-label", RULES, "DeadValue", with_alert(RULES, "DeadValue", 'node_cpu_seconds_total{cpus="1"} == 0')),
    Planted("impossible-alert", RULES, "NeverFires", with_alert(RULES, "NeverFires", "up > 1.44")),
    Planted("impossible-alert", RULES, "CountOfNone", with_alert(RULES, "CountOfNone", 'count(up{job="node"}) == 0')),
    Planted("always-firing", RULES, "AlwaysFires", with_alert(RULES, "AlwaysFires", "up == bool 0")),
    Planted(
        "minimum-events",
        RULES,
        "OneOfThree",
        with_alert(
            RULES, "OneOfThree", "sum(rate(api_calls_total[5m])) / sum(rate(api_calls_total[5m] offset 1d)) > 2"
        ),
    ),
    Planted(
        "rate-window",
        RULES,
        "TooShort",
        with_alert(RULES, "TooShort", 'rate(node_cpu_seconds_total{job="node"}[20s]) > 1'),
    ),
    Planted("evaluation-gap", RULES, "NoDuration", with_alert(RULES, "NoDuration", UP, **{"for": "5 minutes"})),
    Planted(
        "missed-scrape",
        RULES,
        "WaitsAgain",
        with_alert(RULES, "WaitsAgain", 'node_load1{service="node"} > 50', **{"for": "5m"}),
    ),
    Planted(
        "missed-scrape",
        RULES,
        "WaitsForARecord",
        with_record_and_alert(
            RULES, "WaitsForARecord", "service:load1:max", 'max by (service) (node_load1{job="node"})'
        ),
    ),
    Planted("rule-cost", RULES, "Dear", with_alert(RULES, "Dear", "sum(rate(api_calls_total[30d])) > 9")),
    Planted("bare-counter", RULES, "OnlyRises", with_alert(RULES, "OnlyRises", "sum(api_calls_total) > 1000")),
    Planted(
        "rate-of-sum", RULES, "RateOfSum", with_alert(RULES, "RateOfSum", "rate(sum(api_calls_total)[5m:30s]) > 1000")
    ),
    Planted(
        "histogram-buckets",
        RULES,
        "NoBuckets",
        with_alert(
            RULES, "NoBuckets", "histogram_quantile(0.9, sum by (job) (rate(api_response_time_seconds_bucket[5m]))) > 1"
        ),
    ),
    Planted("duplicate-rule", NODE, "", lambda t: rules_of(t, NODE).append(rules_of(t, NODE)[0])),
    Planted(
        "alert-summary", NODE, "NoSummary", with_alert(NODE, "NoSummary", UP, annotations=texts_without("summary"))
    ),
    Planted("runbook", NODE, "NoRunbook", with_alert(NODE, "NoRunbook", UP, annotations=texts_without("runbook_url"))),
    Planted(
        "runbook",
        NODE,
        "GonePage",
        with_alert(
            NODE, "GonePage", UP, annotations={"summary": "x", "runbook_url": "https://docs.example/runbooks/Gone"}
        ),
    ),
    Planted(
        "template-label",
        NODE,
        "Gap",
        with_alert(
            NODE,
            "Gap",
            "sum by (job) (up) == 0",
            annotations={**texts_without(""), "summary": "{{ $labels.instance }} is down"},
        ),
    ),
    Planted(
        "hidden-panel",
        NODE,
        "BadLink",
        with_alert(
            NODE,
            "BadLink",
            UP,
            annotations={**texts_without(""), "dashboard_url": "https://g.example/d/vitals-api/x?viewPanel=1"},
        ),
    ),
    Planted(
        "unrouted-alert", ROUTES, "route", lambda t: t[ROUTES]["route"]["routes"][1].update(receiver="platform-critcal")
    ),
    Planted(
        "unrouted-alert",
        NODE,
        "Unrouted",
        with_alert(NODE, "Unrouted", UP, labels={"severity": "critical", "service": "ghost"}),
    ),
    Planted(
        "unrouted-alert",
        NODE,
        "Unrouted",
        lambda t: t[ROUTES]["route"]["routes"].insert(0, {"matchers": ['service="ghost"'], "receiver": "blackhole"}),
    ),
    Planted(
        "inhibited-page",
        ROUTES,
        "routes",
        lambda t: t[ROUTES]["inhibit_rules"].append(
            {
                "source_matchers": ['severity="warning"'],
                "target_matchers": ['severity="critical"'],
                "equal": ["service"],
            }
        ),
    ),
    Planted(
        "clear-secret", ROUTES, "", lambda t: t[ROUTES]["global"].update(smtp_auth_password="correct-horse-battery")
    ),
]
