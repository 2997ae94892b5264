"""What changes of routes, objectives, scalers, scrapes, cost and records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitals.verify.changes.change import Area, Change, Consequence
from vitals.verify.changes.expressions import difference
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.review.panels import elements, mapping
from vitals.verify.review.rules import ReviewedRule
from vitals.verify.review.scalers import ReviewedScaler

_TIMES = ("group_wait", "group_interval", "repeat_interval", "mute_time_intervals", "active_time_intervals", "group_by")
_MONTH_MIN = 30 * 24 * 60


def changes_of_routes(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Receivers, times of routes, and inhibitions."""
    if before.routes is None or after.routes is None:
        if before.routes is not after.routes:
            word = "no routes any more: nothing is notified" if after.routes is None else "routes are new"
            yield Change(Area.ROUTES, Consequence.LOST, "routes", word)
        return
    for name in sorted({*before.routes.receivers, *after.routes.receivers}):
        was, now = before.channels(name), after.channels(name)
        if was != now:
            lost = set(was) - set(now)
            text = f"{', '.join(now) or 'no channel'} (before: {', '.join(was) or 'no channel'})"
            yield Change(Area.ROUTES, Consequence.LOST if lost else Consequence.CHANGED, f"receiver {name}", text)
    old, new = (_routes(state) for state in (before, after))
    for key in sorted({*old, *new}):
        if key in old and key in new:
            for field in _TIMES:
                if old[key].get(field) != new[key].get(field):
                    text = f"{field} {_listed(old[key].get(field))} → {_listed(new[key].get(field))}"
                    yield Change(Area.ROUTES, Consequence.CHANGED, f"route {key}", text)
        else:
            text = "new" if key in new else "removed"
            yield Change(Area.ROUTES, Consequence.CHANGED, f"route {key}", text)
    yield from _inhibitions(before, after)


def _inhibitions(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    old, new = (
        [
            _inhibition(mapping(one))
            for one in elements(state.routes.content.get("inhibit_rules") if state.routes else ())
        ]
        for state in (before, after)
    )
    for text in new:
        if text not in old:
            yield Change(Area.ROUTES, Consequence.WEAKER, "inhibition", f"new: {text}")
    for text in old:
        if text not in new:
            yield Change(Area.ROUTES, Consequence.CHANGED, "inhibition", f"removed: {text}")


def _inhibition(rule: Mapping[str, Any]) -> str:
    source, target = _listed(rule.get("source_matchers")), _listed(rule.get("target_matchers"))
    return f"{source} hides {target} with the same {_listed(rule.get('equal'))}"


def _listed(value: Any) -> str:  # noqa: ANN401 - any YAML value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "none")


def _routes(state: EnvironmentState) -> dict[str, Mapping[str, Any]]:
    top = mapping(state.routes.content.get("route")) if state.routes else {}
    return dict(_below(top, ""))


def _below(route: Mapping[str, Any], above: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each route by the conditions that lead to it and its receiver."""
    own = _listed(route.get("matchers")) if route.get("matchers") else ""
    conditions = ", ".join(filter(None, (above, own)))
    yield f"{conditions or 'of everything'} to {route.get('receiver')}", route
    for inner in elements(route.get("routes")):
        yield from _below(mapping(inner), conditions)


def changes_of_objectives(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Objectives of services, with the error budget that follows."""
    old, new = _objectives(before), _objectives(after)
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if was is None or now is None:
            text = f"new: {_objective(now)}" if now else f"removed: {_objective(was or {})}"
        else:
            text = f"{_objective(was)} → {_objective(now)}"
        weaker = now is None or (was is not None and _budget(now) > _budget(was))
        yield Change(Area.OBJECTIVES, Consequence.WEAKER if weaker else Consequence.CHANGED, " ".join(key), text)


def _objectives(state: EnvironmentState) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {
        (str(service.get("name")), str(slo.get("kind"))): slo
        for service in state.listed("services")
        for slo in map(mapping, elements(service.get("slos")))
    }


def _objective(slo: Mapping[str, Any] | None) -> str:
    within = f" within {slo['within']}" if slo and slo.get("within") else ""
    objective = str((slo or {}).get("objective"))
    return f"{objective}{within} ({_budget(slo or {}) * _MONTH_MIN:.4g} min of error budget a month)"


def _budget(slo: Mapping[str, Any]) -> float:
    try:
        return 1 - float(str(slo.get("objective")).removesuffix("%")) / 100
    except ValueError:
        return 0.0


def changes_of_scalers(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Limits, thresholds and queries of scalers."""
    for name in sorted({*before.scalers, *after.scalers}):
        old, new = before.scalers.get(name), after.scalers.get(name)
        if old is None and new is not None:
            yield Change(Area.SCALERS, Consequence.ADDED, name, f"new: {new.least} to {new.most} replicas")
        elif new is None and old is not None:
            text = f"removed: its replicas stay what they are ({old.least} to {old.most} before)"
            yield Change(Area.SCALERS, Consequence.LOST, name, text)
        elif old is not None and new is not None:
            yield from _of_scaler(name, old, new)


def _of_scaler(name: str, old: ReviewedScaler, new: ReviewedScaler) -> Iterator[Change]:
    for what, was, now in (("minimum", old.least, new.least), ("maximum", old.most, new.most)):
        if was != now and was is not None and now is not None:
            text = f"{what} {was} → {now} replicas ({now / was - 1:+.0%} of what it costs then)" if was else ""
            rank = Consequence.WEAKER if now < was else Consequence.CHANGED
            yield Change(Area.SCALERS, rank, name, text or f"{what} {was} → {now} replicas")
    if old.spec.get("fallback") != new.spec.get("fallback"):
        was_said, now_said = _pairs(old.spec.get("fallback")), _pairs(new.spec.get("fallback"))
        yield Change(Area.SCALERS, Consequence.WEAKER, name, f"fallback {was_said} → {now_said}")
    ones, others = ({one.name: one for one in scaler.triggers} for scaler in (old, new))
    for key in sorted({*ones, *others}):
        one, other = ones.get(key), others.get(key)
        if one is None or other is None:
            yield Change(Area.SCALERS, Consequence.CHANGED, name, f"trigger {key} is {'new' if other else 'removed'}")
            continue
        if text := difference(one.query, other.query) if one.query and other.query else "":
            yield Change(Area.SCALERS, Consequence.CHANGED, name, f"trigger {key}: {text}")
        settings = {field for field in {**one.metadata, **other.metadata} if field != "query"}
        for field in sorted(settings):
            if one.metadata.get(field) != other.metadata.get(field):
                text = f"trigger {key}: {field} {one.metadata.get(field)} → {other.metadata.get(field)}"
                yield Change(Area.SCALERS, Consequence.CHANGED, name, text)
        if one.metric_type != other.metric_type:
            text = f"trigger {key}: {one.metric_type} → {other.metric_type}"
            yield Change(Area.SCALERS, Consequence.WEAKER, name, text)


def _pairs(value: Any) -> str:  # noqa: ANN401 - any YAML value
    return ", ".join(f"{key} {one}" for key, one in sorted(mapping(value).items())) or "none"


def changes_of_scrapes(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Jobs that are scraped, and how often."""
    old, new = ({str(one.get("name")): one for one in state.listed("jobs")} for state in (before, after))
    for name in sorted({*old, *new}):
        if name not in new:
            yield Change(Area.SCRAPES, Consequence.LOST, name, "is no longer scraped: what reads it stays empty")
        elif name not in old:
            yield Change(Area.SCRAPES, Consequence.ADDED, name, f"is scraped every {new[name].get('interval')}")
        else:
            for field in ("interval", "timeout"):
                was, now = old[name].get(field), new[name].get(field)
                if was != now:
                    yield Change(Area.SCRAPES, Consequence.CHANGED, name, f"{field} {was} → {now}")


def changes_of_cost(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """What the stored samples come to."""
    old, new = mapping(before.model.get("cost")), mapping(after.model.get("cost"))
    was, now = old.get("series"), new.get("series")
    if isinstance(was, int) and isinstance(now, int) and was != now:
        yield Change(Area.COST, Consequence.CHANGED, "active series", f"{was:,} → {now:,} ({now - was:+,})")
    was, now = (mapping(mapping(one.get("price")).get("managed")).get("usd_per_month") for one in (old, new))
    if isinstance(was, int | float) and isinstance(now, int | float) and round(was, 2) != round(now, 2):
        text = f"{was:,.2f} → {now:,.2f} USD a month ({now - was:+,.2f})"
        yield Change(Area.COST, Consequence.CHANGED, "managed back end", text)


def changes_of_records(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Recorded series that are added, removed or calculated in another way."""
    old, new = _records(before), _records(after)
    for key in sorted({*old, *new}):
        subject = f"{key[0]}{key[1]}"
        if key not in new:
            yield Change(Area.RECORDS, Consequence.LOST, subject, "is no longer recorded")
        elif key not in old:
            yield Change(Area.RECORDS, Consequence.ADDED, subject, "is recorded")
        elif text := difference(old[key].expr, new[key].expr):
            yield Change(Area.RECORDS, Consequence.CHANGED, subject, f"{text}; its past was calculated the old way")


def _records(state: EnvironmentState) -> dict[tuple[str, str], ReviewedRule]:
    return {
        (one.record, "{" + ", ".join(f"{k}={v}" for k, v in sorted(one.labels.items())) + "}"): one
        for one in state.rules
        if one.record
    }
