"""The query of a signal: PromQL that waits for its target and for how often that is scraped.

A declaration reads as PromQL does, from the inside out: ``rate_of("tasks_total", "5m").sum_by(("service",))``. Whose
series are meant is said when the query is called with a service or an exporter, so one declaration serves all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import BUCKET_BOUND, SERVICE
from vitals.model.promql import Expr, avg_by, call, count_by, max_by, min_by, over_time, select, sum_by
from vitals.model.signals.idioms import any_of
from vitals.model.signals.native import Build, series, units_of


@dataclass(frozen=True, slots=True)
class SignalQuery:
    """A query for any target; operators and aggregations build larger ones.

    Attributes:
        build: The expression for one service or exporter, which is scraped at an environment's intervals.
    """

    build: Callable[[Service, Scrape], Expr] = field(repr=False)

    def __call__(self, watched: Service, scrape: Scrape) -> Expr:
        """The expression for one service or exporter."""
        return self.build(watched, scrape)

    def apply(self, step: Callable[[Expr], Expr]) -> SignalQuery:
        """A query whose expression is made from that of this one."""
        return SignalQuery(lambda watched, scrape: step(self(watched, scrape)))

    def sum_by(self, labels: tuple[str, ...]) -> SignalQuery:
        """Sum, keeping ``labels``."""
        return self.apply(partial(sum_by, labels))

    def avg_by(self, labels: tuple[str, ...]) -> SignalQuery:
        """Take the mean, keeping ``labels``."""
        return self.apply(partial(avg_by, labels))

    def max_by(self, labels: tuple[str, ...]) -> SignalQuery:
        """Take the maximum, keeping ``labels``."""
        return self.apply(partial(max_by, labels))

    def min_by(self, labels: tuple[str, ...]) -> SignalQuery:
        """Take the minimum, keeping ``labels``."""
        return self.apply(partial(min_by, labels))

    def count_by(self, labels: tuple[str, ...]) -> SignalQuery:
        """Count the elements, keeping ``labels``."""
        return self.apply(partial(count_by, labels))

    def quantile(self, share: float) -> SignalQuery:
        """Estimate a quantile from buckets; ``share`` lies between 0 and 1."""
        return self.apply(partial(call, "histogram_quantile", share))

    def top(self, most: int) -> SignalQuery:
        """The ``most`` largest elements."""
        return self.apply(partial(call, "topk", most))

    def equals(self, other: SignalQuery | float) -> SignalQuery:
        """Keep the elements equal to ``other`` (``==`` itself compares two queries as objects)."""
        return self._with(Expr.equals, other)

    def __truediv__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.truediv, other)

    def __mul__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.mul, other)

    def __rmul__(self, other: float) -> SignalQuery:
        return self.apply(lambda expr: other * expr)

    def __add__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.add, other)

    def __sub__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.sub, other)

    def __rsub__(self, other: float) -> SignalQuery:
        return self.apply(lambda expr: other - expr)

    def __gt__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.gt, other)

    def __ge__(self, other: SignalQuery | float) -> SignalQuery:
        return self._with(operator.ge, other)

    def __or__(self, other: SignalQuery) -> SignalQuery:
        return self._with(operator.or_, other)

    def __and__(self, other: SignalQuery) -> SignalQuery:
        return self._with(operator.and_, other)

    def _with(self, operation: Callable[..., Expr], other: SignalQuery | float) -> SignalQuery:
        def build(watched: Service, scrape: Scrape) -> Expr:
            right = other(watched, scrape) if isinstance(other, SignalQuery) else other
            return operation(self(watched, scrape), right)

        return SignalQuery(build)


def series_of(name: str, **matchers: str) -> SignalQuery:
    """The series of a name as they are now."""
    return SignalQuery(lambda watched, _: series(watched, name, matchers, select))


def rate_of(counter: str, window: str, **matchers: str) -> SignalQuery:
    """Events of a counter per second over a window, a duration."""
    return _over("rate", counter, window, matchers)


def increase_of(counter: str, window: str, **matchers: str) -> SignalQuery:
    """Events of a counter within a window, a duration."""
    return _over("increase", counter, window, matchers)


def over_time_of(operation: str, name: str, window: str, **matchers: str) -> SignalQuery:
    """Aggregate over a window: ``over_time_of("avg", ...)`` is ``avg_over_time(name{...}[window])``."""
    return SignalQuery(
        lambda watched, _: series(watched, name, matchers, lambda theirs, of: over_time(operation, theirs, of, window))
    )


def quantile_of(histogram: str, window: str, by: tuple[str, ...], share: float) -> SignalQuery:
    """A quantile of a histogram's events over a window, by some labels; ``share`` lies between 0 and 1."""
    whole = by == (SERVICE,)

    def build(watched: Service, _: Scrape) -> Expr:
        # The buckets of a native histogram are in its samples, those of a classic one are series.
        kept = by if watched.dialect.native(histogram, whole=whole) else (*by, BUCKET_BOUND)

        def of_unit(per_unit: float) -> Expr:
            grown = _grown("rate", window)
            buckets = series(watched, f"{histogram}_bucket", {}, grown, whole=whole, per_unit=per_unit)
            found = call("histogram_quantile", share, sum_by(kept, buckets))
            return found if per_unit == 1 else found / per_unit

        return any_of(of_unit(per_unit) for per_unit in units_of(watched, histogram, whole=whole))

    return SignalQuery(build)


def _over(function: str, counter: str, window: str, matchers: dict[str, str], *, whole: bool = False) -> SignalQuery:
    return SignalQuery(lambda watched, _: series(watched, counter, matchers, _grown(function, window), whole=whole))


def _grown(function: str, window: str) -> Build:
    return lambda name, of: call(function, select(name, of, window=window))


def constant(value: float) -> SignalQuery:
    """A number as a series without labels."""
    return SignalQuery(lambda *_: call("vector", value))
