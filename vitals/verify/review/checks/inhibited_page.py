"""An inhibition that lets a warning hide a page turns the most urgent notification off when it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import elements, mapping
from vitals.verify.review.routes import holds, matchers_of
from vitals.verify.review.rules import ReviewedRule
from vitals.verify.review.scope import Scope
from vitals.verify.routing.matcher import Matcher


def _find(scope: Scope) -> Iterator[Found]:
    for routes in scope.routes:
        for index, one in enumerate(elements(routes.content.get("inhibit_rules"))):
            rule = mapping(one)
            sources, targets = matchers_of(rule, "source_"), matchers_of(rule, "target_")
            equal = [str(label) for label in elements(rule.get("equal"))]
            at = routes.at.inside("inhibit_rules", index)
            if not targets:
                yield Found(
                    at,
                    "It names no target, so while its source fires every other alert is silent.",
                    "Name what it may hide in target_matchers.",
                )
                continue
            if not equal and sources:
                yield Found(
                    at,
                    "It has no 'equal': one source anywhere hides these alerts everywhere, of other services as well.",
                    "Name the labels that both must share, such as service or cluster.",
                    Gravity.WARNING,
                )
            hidden = _hidden_page(scope.alerts, sources, targets, equal)
            if hidden:
                source, page = hidden
                yield Found(
                    at,
                    f"While {source.alert} ({source.severity}) fires, the page {page.alert} is not sent.",
                    "Let only alerts that page hide pages, or leave pages out of target_matchers.",
                )


def _hidden_page(
    alerts: list[ReviewedRule], sources: list[Matcher], targets: list[Matcher], equal: list[str]
) -> tuple[ReviewedRule, ReviewedRule] | None:
    pages = [one for one in alerts if one.pages and holds(targets, _labels(one))]
    for source in alerts:
        if source.pages or not source.severity or not holds(sources, _labels(source)):
            continue
        for page in pages:
            if page.alert != source.alert and all(_may_agree(source, page, label) for label in equal):
                return source, page
    return None


def _labels(alert: ReviewedRule) -> dict[str, str]:
    return {"alertname": alert.alert, **alert.labels}


def _may_agree(one: ReviewedRule, other: ReviewedRule, label: str) -> bool:
    """Whether two alerts can share a label: both set the same, or one takes it from its series."""
    return label not in one.labels or label not in other.labels or one.labels[label] == other.labels[label]


INHIBITED_PAGE = ReviewCheck("inhibited-page", "inhibitions that hide pages", Gravity.ERROR, _find)
