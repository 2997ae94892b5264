"""What is judged together: the documents of one environment, or all files that were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from vitals.rendered import RenderedModel
from vitals.verify.review import known, uses
from vitals.verify.review.capacity import capacity_of
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.known import Known
from vitals.verify.review.panels import ReviewedDashboard, ReviewedPanel, ReviewedTarget, elements, mapping
from vitals.verify.review.routes import ReviewedRoutes
from vitals.verify.review.rules import ReviewedRule, rules_of, seconds
from vitals.verify.review.scalers import ReviewedScaler
from vitals.verify.review.uses import PromqlUse


@dataclass(frozen=True)
class Scope:
    """Documents that are judged together.

    Attributes:
        documents: All of them.
        model: Of the rendered environment to which they belong; None for files from elsewhere.
        live: What a running server has; None where none was asked.
        live_scrape_s: Seconds between two scrapes of a running server.
    """

    documents: Sequence[Document]
    model: RenderedModel | None = None
    live: Known | None = None
    live_scrape_s: float | None = None

    def _of(self, *kinds: DocumentKind) -> list[Document]:
        return [one for one in self.documents if one.kind in kinds]

    @cached_property
    def dashboards(self) -> list[ReviewedDashboard]:
        """Every dashboard."""
        return [ReviewedDashboard(one) for one in self._of(DocumentKind.DASHBOARD)]

    @cached_property
    def rules(self) -> list[ReviewedRule]:
        """Every rule."""
        return [rule for one in self._of(DocumentKind.RULES) for rule in rules_of(one)]

    @property
    def alerts(self) -> list[ReviewedRule]:
        """Every alerting rule."""
        return [one for one in self.rules if one.alert]

    @cached_property
    def scalers(self) -> list[ReviewedScaler]:
        """Every scaler."""
        return [ReviewedScaler(one) for one in self._of(DocumentKind.SCALED_OBJECT, DocumentKind.AUTOSCALER)]

    @cached_property
    def scaled_jobs(self) -> list[ReviewedScaler]:
        """Every ScaledJob: its queries are asked as a scaler's are, but it starts jobs and holds no replicas."""
        return [ReviewedScaler(one) for one in self._of(DocumentKind.SCALED_JOB)]

    @cached_property
    def routes(self) -> list[ReviewedRoutes]:
        """Every Alertmanager configuration."""
        return [ReviewedRoutes(one) for one in self._of(DocumentKind.ROUTES)]

    @property
    def workloads(self) -> list[Document]:
        """Every Deployment and the like."""
        return self._of(DocumentKind.WORKLOAD)

    @cached_property
    def uses(self) -> list[PromqlUse]:
        """Every PromQL expression."""
        return list(self._uses())

    @cached_property
    def _of_dashboards(self) -> dict[str, list[PromqlUse]]:
        return {self._key(one.document): list(uses.of_dashboard(one)) for one in self.dashboards}

    @staticmethod
    def _key(document: Document) -> str:
        return f"{document.file} {document.first_line} {document.number} {document.root}"

    def uses_of(self, dashboard: ReviewedDashboard) -> list[PromqlUse]:
        """The PromQL expressions of a dashboard."""
        return self._of_dashboards[self._key(dashboard.document)]

    def uses_of_panel(self, panel: ReviewedPanel) -> list[tuple[PromqlUse, ReviewedTarget]]:
        """The PromQL expressions of a panel, each with the query that it is."""
        return [(uses.of_target(target), target) for target in panel.promql]

    def _uses(self) -> Iterator[PromqlUse]:
        for of_dashboard in self._of_dashboards.values():
            yield from of_dashboard
        yield from map(uses.of_rule, self.rules)
        for scaler in (*self.scalers, *self.scaled_jobs):
            yield from uses.of_scaler(scaler)

    @cached_property
    def known(self) -> Known | None:
        """What exists; None where nothing says so."""
        if self.live is not None:
            return known.with_rules(self.live, self.rules)
        if self.model is not None:
            return known.of_model(self.model, self.rules)
        texts = [str(one.content) for one in self._of(DocumentKind.EXPOSITION)]
        return known.of_expositions(texts, self.rules) if texts else None

    @cached_property
    def node_capacity(self) -> tuple[float, float] | None:
        """Cores and bytes of memory that the nodes have for pods; None where that is not known."""
        found = [capacity_of(mapping(one.value)) for one in self._of(DocumentKind.NODES)]
        known = [one for one in found if one is not None]
        return (sum(cores for cores, _ in known), sum(memory for _, memory in known)) if known else None

    @cached_property
    def scrape_s(self) -> dict[str, float]:
        """Seconds between two scrapes, by job; under the empty name for all others."""
        if self.model is not None:
            return {job.name: seconds(job.interval) or 0.0 for job in self.model.jobs}
        found: dict[str, float] = {"": self.live_scrape_s} if self.live_scrape_s else {}
        for document in self._of(DocumentKind.SCRAPES):
            content = mapping(document.value)
            usual = seconds(mapping(content.get("global")).get("scrape_interval")) or 60.0
            found.setdefault("", usual)
            for job in map(mapping, elements(content.get("scrape_configs"))):
                found[str(job.get("job_name"))] = seconds(job.get("scrape_interval")) or usual
        return found
