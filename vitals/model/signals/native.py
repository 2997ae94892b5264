"""The waist between what is asked and how a service speaks: one series of ours, as the library of a service has it.

A signal names the metrics of our own telemetry. For a service that speaks otherwise the same selector becomes one on
the library's metric, and what comes out of it gets our labels and our units, so everything around it stays the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.model.catalog import Service
from vitals.model.conventions import BUCKET_BOUND, SERVICE
from vitals.model.dialects import MetricSource, converted, metric_of
from vitals.model.metrics.vocabulary import bucket_bound
from vitals.model.promql import Expr, call, relabel, sum_without
from vitals.model.signals.idioms import any_of, where_number
from vitals_telemetry.contract import MetricType

ERROR_STATUS = "~5.."
"""A request has failed when the server says so; a client's mistake (4xx) is not the service's error."""
CLIENT_LEFT = "499"
"""The status that the telemetry counts for a client that went away before its answer began."""
_STATUS = "status"
_TELLS = {ERROR_STATUS: "what failed", CLIENT_LEFT: "whose client left before its answer"}
"""What a status stands for, in an error."""

Build = Callable[[str, Mapping[str, str]], Expr]
"""Makes an expression of a name and matchers: a selector, or a function over one."""


class NotCarriedError(VitalsError):
    """A service speaks a dialect that does not say what is asked.

    Attributes:
        reason: Why, and what to do to have it.
    """

    def __init__(self, service: Service, metric: str, reason: str) -> None:
        """Keep why."""
        super().__init__(f"Service {service.name!r} speaks {service.dialect.name}, which has no {metric}: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Place:
    """One selector on a library's metric, and how its labels and unit become ours.

    Attributes:
        name: What is selected.
        matchers: Which of its series.
        source: Where the dialect has it.
        part: Which series of a histogram is meant, where the library has them all in one native histogram.
        below: The bound up to which events are meant, in the unit of the library; ``None`` for those of all buckets.
    """

    name: str
    matchers: Mapping[str, str]
    source: MetricSource
    part: str = ""
    below: float | None = None

    def counted(self, expr: Expr) -> Expr:
        """What an expression on the native histogram says of the part that is meant; itself where there is none."""
        if self.part == "_sum":
            return call("histogram_sum", expr)
        if self.part == "_count":
            return call("histogram_count", expr)
        if self.below is None:
            return expr
        count = call("histogram_count", expr)
        # Of no events the fraction is not a number, and below any bound there are as many as there are: none.
        return where_number(call("histogram_fraction", -math.inf, self.below, expr) * count) | count

    def ours(self, expr: Expr, *, whole: bool, alone: bool, quantity: bool) -> Expr:
        """The result of an expression on it, with our labels and in our unit.

        Constants distinguish what comes from several metrics, so they are written beside others in any case.
        """
        expr = self.counted(expr)
        constants = {} if whole and alone else self.source.constants
        named = {} if whole else {ours: (of,) if isinstance(of, str) else of for ours, of in self.source.labels.items()}
        read = {name for names in named.values() for name in names}
        written = tuple(sorted((constants.keys() | named.keys()) - read))
        if written:
            # Theirs may have a label of our name that means something else; written over, two series would be one.
            expr = sum_without(written, expr)
        for label, value in constants.items():
            expr = relabel(expr, label, value, SERVICE, ".*")
        for label, names in named.items():
            if names == (label,):
                continue
            # The last name always writes, so that a label of the target is never taken for the library's; one before
            # it writes only where it is set.
            for name in reversed(names):
                expr = relabel(expr, label, "$1", name, "(.*)" if name == names[-1] else "(.+)")
        return expr / self.source.per_unit if quantity and self.source.per_unit != 1 else expr


def carries(service: Service, metric: str) -> bool:
    """Whether a service says a metric of ours, in whatever dialect."""
    dialect = service.dialect
    return dialect.ours or bool(dialect.sources(metric, whole=False))


def series(
    service: Service,
    name: str,
    matchers: Mapping[str, str],
    build: Build,
    *,
    whole: bool = False,
    level: bool = False,
    per_unit: float | None = None,
) -> Expr:
    """An expression on a series of ours, as the service has it.

    Args:
        service: The service, or an exporter.
        name: Name of the series; one that is recorded, or an exporter's own, is left as it is.
        matchers: Which of its series count, by our labels; of ``status`` only what has failed or was abandoned.
        build: The expression, for the name and the matchers that the selector really has.
        whole: Whether only the service as a whole is asked about, so that no label of ours is needed.
        level: Whether the result is a quantity in the unit of the metric, as that of a gauge or of a sum is.
        per_unit: Only what has so many of its units in one of ours, as of :func:`units_of`; ``None`` for everything.

    Raises:
        NotCarriedError: The library does not say it.
    """
    of_service = {SERVICE: service.name, **matchers}
    if service.dialect.ours or metric_of(name) is None:
        return build(name, of_service)
    quantity = level or name.endswith("_sum")
    found = places(service, name, matchers, whole=whole)
    if per_unit is not None:
        found = [one for one in found if one.source.per_unit == per_unit]
    alone = len(found) == 1
    return any_of(
        one.ours(build(one.name, {SERVICE: service.name, **one.matchers}), whole=whole, alone=alone, quantity=quantity)
        for one in found
    )


def units_of(service: Service, histogram: str, *, whole: bool) -> tuple[float, ...]:
    """How many units of the library's buckets are one of ours, each once, in the order of its metrics.

    Buckets of different units must not be summed: OpenTelemetry's older convention has milliseconds, the other seconds.

    Args:
        service: The service.
        histogram: Name of one of our histograms.
        whole: Whether only the service as a whole is asked about.

    Raises:
        NotCarriedError: The library has no buckets of it.
    """
    if service.dialect.ours:
        return (1.0,)
    found = places(service, f"{histogram}_bucket", {}, whole=whole)
    return tuple(dict.fromkeys(place.source.per_unit for place in found))


def places(service: Service, name: str, matchers: Mapping[str, str], *, whole: bool) -> list[_Place]:
    """The selectors on the library's metrics that together are one of ours.

    Raises:
        NotCarriedError: There is none.
    """
    metric = metric_of(name) or name
    found = service.dialect.sources(name, whole=whole)
    if not found:
        reason = service.dialect.lacks.get(metric, "the library does not expose it")
        raise NotCarriedError(service, metric, reason)
    each = [_place(one, theirs) for one in found for theirs in _matched(one, matchers)]
    if not each:
        what = ", ".join(_TELLS.get(value, f"{label}={value}") for label, value in matchers.items())
        raise NotCarriedError(service, metric, f"the library does not tell {what}")
    return each


def _place(source: MetricSource, matchers: dict[str, str]) -> _Place:
    if source.metric.type is not MetricType.NATIVE_HISTOGRAM:
        return _Place(f"{source.metric.name}{source.suffix}", matchers, source)
    bound = matchers.pop(BUCKET_BOUND, None)
    return _Place(source.metric.name, matchers, source, source.suffix, None if bound is None else float(bound))


def _matched(source: MetricSource, matchers: Mapping[str, str]) -> list[dict[str, str]]:
    """The matchers of a source for ours: several where several conditions count, none where nothing of it can match."""
    if source.only_failures and _STATUS not in matchers:
        return []
    found: list[dict[str, str]] = [dict(source.where)]
    for label, value in matchers.items():
        if label == _STATUS:
            kinds = {ERROR_STATUS: source.failed, CLIENT_LEFT: source.abandoned}[value] or ()
            found = [{**before, **more} for before in found for more in kinds]
        elif label == BUCKET_BOUND:
            bound = bucket_bound(converted(float(value), source.per_unit))
            found = [{**before, label: bound} for before in found]
        elif label in source.constants:
            found = found if source.constants[label] == value else []
        else:
            theirs = source.labels.get(label, label)
            found = [{**before, theirs if isinstance(theirs, str) else theirs[0]: value} for before in found]
    return found
