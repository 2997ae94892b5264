"""Defects of dashboards that are planted."""

from __future__ import annotations

from .planting import API, CACHE, SYSTEM, TASKS, Planted, panel_of, with_query, with_the_above

FOUND_IN_DASHBOARDS = [
    Planted("valid-promql", API, "panel", with_query(API, 4, "sum(rate(api_calls_total[5m])")),
    Planted("dead-metric", API, "panel", with_query(API, 1, "service:api_call:rate1m")),
    Planted("dead-label", API, "panel", with_query(API, 2, 'service:api_calls:rate1m{servis="$service"}')),
    Planted(
        "rate-of-gauge",
        SYSTEM,
        "panel",
        with_query(SYSTEM, 0, 'rate(node_memory_MemAvailable_bytes{instance=~"$instance"}[5m])'),
    ),
    Planted("undeclared-variable", API, "panel", with_query(API, 3, 'service:api_calls:rate1m{service="$sevice"}')),
    Planted(
        "rate-interval",
        SYSTEM,
        "panel",
        with_query(SYSTEM, 1, 'sum(rate(node_cpu_seconds_total{instance=~"$instance"}[$__interval]))'),
    ),
    Planted(
        "bare-counter", SYSTEM, "panel", with_query(SYSTEM, 2, 'sum(node_cpu_seconds_total{instance=~"$instance"})')
    ),
    Planted("literal-pattern", CACHE, "panel", with_query(CACHE, 0, 'up{service="wellness-api|wellness-worker"}')),
    Planted(
        "datasource-variable",
        CACHE,
        "panel",
        lambda t: panel_of(t, CACHE, 1)["targets"][0].update(datasource={"type": "prometheus", "uid": "abc123"}),
    ),
    Planted("panel-grid", CACHE, "panel", lambda t: panel_of(t, CACHE, 2)["gridPos"].update(w=30)),
    Planted(
        "panel-unit",
        SYSTEM,
        "panel",
        lambda t: panel_of(t, SYSTEM, 3).update(
            targets=[{"refId": "A", "expr": "node_memory_MemAvailable_bytes"}],
            fieldConfig={"defaults": {"unit": "s", "noValue": "none"}},
        ),
    ),
    Planted("panel-query", TASKS, "panel", lambda t: panel_of(t, TASKS, 0).update(targets=[])),
    Planted("panel-description", TASKS, "panel", lambda t: panel_of(t, TASKS, 1).update(description="")),
    Planted("no-value", TASKS, "panel", lambda t: panel_of(t, TASKS, 2)["fieldConfig"]["defaults"].pop("noValue")),
    Planted("legend-sum", API, "panel", lambda t: panel_of(t, API, 0)["options"]["legend"].update(calcs=["sum"])),
    Planted("active-content", TASKS, "panel", lambda t: panel_of(t, TASKS, 1).update(title="<script>x</script>")),
    Planted(
        "dashboard-identity",
        "dashboards/zz-copy.json",
        "dashboard",
        lambda t: t.update(
            {
                "dashboards/zz-copy.json": {
                    "uid": "vitals-users-of-wellness-analytics-everywhere",
                    "title": "Copy",
                    "panels": [{"id": 1, "type": "text"}, {"id": 1, "type": "text", "title": "Second"}],
                }
            }
        ),
    ),
    Planted("duplicate-ids", "dashboards/zz-copy.json", "Second", with_the_above),  # of the dashboard above
    Planted(
        "dead-link",
        API,
        "dashboard",
        lambda t: t[API]["links"][0].update(url="https://grafana.example/d/vitals-gone/x"),
    ),
    Planted("refresh-rate", API, "dashboard", lambda t: t[API].update(refresh="1s")),
    Planted("dashboard-settings", TASKS, "dashboard", lambda t: t[TASKS].update(editable=True)),
    Planted("annotations", TASKS, "dashboard", lambda t: t[TASKS].update(annotations={"list": []})),
    Planted(
        "variable-refresh", API, "variable", lambda t: t[API]["templating"]["list"][-1].update(type="query", refresh=0)
    ),
    Planted(
        "unused-variable",
        CACHE,
        "variable",
        lambda t: t[CACHE]["templating"]["list"].append({"name": "colour", "type": "custom"}),
    ),
    Planted(
        "readable",
        "dashboards/broken.json",
        "",
        lambda t: t.update({"dashboards/broken.json": '{"title": "x", "panels": ['}),
    ),
]
