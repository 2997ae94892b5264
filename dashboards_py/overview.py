"""Overview: do users hurt anywhere, and where? A tile or line for each service, the worst ones where there are many."""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.face import Face, face_of
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panels import chart, stat, table
from vitals.kit.dashboards.queries import Query, worst_services
from vitals.kit.dashboards.theme import MOST_SERIES
from vitals.kit.dashboards.thresholds import OF_ALERTS, OF_BUDGET_LEFT, OF_SHARE_THAT_ANSWERS, Step
from vitals.model.promql import call, max_by, sum_by
from vitals.model.signals import Direction, Signal, api, cache, database, meta, system, targets, tasks, users
from vitals.model.signals.signal import panel_id
from vitals_telemetry.contract import Unit

_FEW = 3
"""More tiles of machines than this would be smaller than their text."""
_COLUMNS = {"service": "Service", "alertname": "Alert", "severity": "Severity", "owner": "Told"}


def board(facts: BoardFacts) -> Board:
    """The board that one looks at first."""
    return Board(
        uid=links.OVERVIEW.uid,
        title=links.OVERVIEW.title,
        question="Do users hurt anywhere, and where?",
        sections=(
            Section(
                "",
                rows=(
                    Row(
                        5,
                        (
                            _alerts_by_service(facts),
                            _tile(facts, "replicas", targets.UP.id, steps=OF_SHARE_THAT_ANSWERS),
                            _tile(
                                facts,
                                "budget",
                                *_of_slos("budget_left"),
                                title="Error budget left",
                                steps=OF_BUDGET_LEFT,
                            ),
                            _tile(facts, "burn", *_of_slos("burn_1h"), title="Burn rate over 1h"),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _over_time(facts, "traffic", api.TRAFFIC),
                            _over_time(facts, "errors", api.ERRORS),
                            _over_time(facts, "latency", api.LATENCY_P95),
                        ),
                    ),
                    Row(5, _families(facts)),
                    Row(5, _below(facts)),
                    Row(7, (_list_of_alerts(facts),)),
                ),
            ),
        ),
        variables=(variables.datasource(),),
        annotations=(marks.deploys({}), marks.firing(facts, {})),
        links=links.board_links(facts, links.OVERVIEW),
    )


def _of_slos(what: str) -> tuple[str, ...]:
    return tuple(f"slo.{kind}.{what}" for kind in ("availability", "latency"))


def _panel(key: str) -> int:
    return panel_id(f"overview:{key}")


def _families(facts: BoardFacts) -> tuple[G.Stat | None, ...]:
    """What the services stand on, each tile with a way to its own board."""
    return (
        _tile(facts, "satisfaction", users.SATISFACTION.id, board=links.USERS),
        _tile(facts, "queries", database.TIME_P95.id, board=links.DATABASE),
        _tile(facts, "hits", cache.HITS.id, board=links.CACHE),
        _tile(facts, "queues", tasks.FILLED.id, board=links.TASKS),
    )


def _below(facts: BoardFacts) -> tuple[G.Stat | None, ...]:
    """The machines that all of it runs on, and whether the monitoring sees them."""
    return (
        _machines(facts, "cpu", system.CPU),
        _machines(facts, "memory", system.MEMORY),
        _machines(facts, "disk", system.SPACE_USED, " {{mountpoint}}"),
        _monitoring(facts),
    )


def _drill_down(facts: BoardFacts, board: links.Name = links.API) -> dict[str, object]:
    return links.drill_down(facts, board, "${__field.labels.service}")


def _tile(
    facts: BoardFacts,
    key: str,
    *ids: str,
    title: str = "",
    steps: list[Step] | None = None,
    board: links.Name = links.API,
) -> G.Stat | None:
    """A signal of every service now; several ids are signals that share a record, one for each kind of objective."""
    signals = [signal for signal in map(facts.signal, ids) if signal]
    if not signals:
        return None
    query = worst_services(signals[0], " ".join(f"{{{{{label}}}}}" for label in signals[0].labels))
    face = face_of(facts, *signals, title=title, panel=_panel(key))
    opens = [_drill_down(facts, board)]
    if signals[0].family == "slo":
        opens.append(_drill_down(facts, links.SLO))
    return stat(face, query, steps=steps or (), links=opens)


def _over_time(facts: BoardFacts, key: str, signal: Signal) -> G.TimeSeries | None:
    """A signal of every service over time."""
    if not facts.signal(signal.id):
        return None
    return chart(face_of(facts, signal, panel=_panel(key)), worst_services(signal), links=[_drill_down(facts)])


def _machines(facts: BoardFacts, key: str, signal: Signal, which: str = "") -> G.Stat | None:
    """How much of something the fullest machines use; a click opens that machine."""
    if not facts.signal(signal.id):
        return None
    face = face_of(facts, signal, panel=_panel(key))
    worst = Query(call("topk", _FEW, signal.read()), f"{{{{instance}}}}{which}")
    return stat(face, worst, links=[links.to_machines(facts, "${__field.labels.instance}")])


def _monitoring(facts: BoardFacts) -> G.Stat | None:
    """Whether the exporters and programs behind these panels answer at all."""
    signal = facts.signal(meta.EXPORTER_UP.id)
    if not signal:
        return None
    face = face_of(facts, signal, panel=_panel("parts"))
    return stat(face, worst_services(signal), steps=OF_SHARE_THAT_ANSWERS, links=[links.to_stack(facts)])


def _alerts_by_service(facts: BoardFacts) -> G.Stat:
    face = Face(
        panel=_panel("alerts"),
        title="Firing alerts",
        description="Has somebody been told of trouble, and with which service? A quiet service shows zero.",
        unit=Unit.COUNT,
        worse=Direction.HIGHER_IS_WORSE,
        lines=(),
        no_value="Nothing fires",
    )
    by_service = sum_by(("service",), marks.FIRING) | 0 * targets.UP.read()
    query = Query(call("topk", MOST_SERIES, by_service), "{{service}}")
    return stat(face, query, steps=OF_ALERTS, links=[_drill_down(facts)])


def _list_of_alerts(facts: BoardFacts) -> G.Table:
    face = Face(
        panel=_panel("alert-list"),
        title="What fires now",
        description="Which alerts fire, how urgent are they, and who was told? A click opens runbook or board.",
        unit=Unit.COUNT,
        worse=Direction.HIGHER_IS_WORSE,
        lines=(),
        no_value="Nothing fires",
    )
    clicks = {
        "Alert": links.runbook(facts, "${__value.text}"),
        "Service": links.drill_down(facts, links.API, "${__value.text}"),
    }
    query = Query(max_by(tuple(_COLUMNS), marks.FIRING), "{{alertname}}")
    return table(face, query, columns=_COLUMNS, links=clicks)
