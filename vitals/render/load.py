"""``load.json``: each objective of a load-tested service as a mark for every endpoint, and for all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vitals.model.catalog import LoadTest, Service
from vitals.render.entries import slo_entry
from vitals.rendered import LoadMark, LoadMarks, ServiceLoad


def load_marks(services: Iterable[Service]) -> LoadMarks | None:
    """Say how services are load-tested; None if none is."""
    tested = tuple(_load(service, service.load) for service in services if service.load)
    return LoadMarks(services=tested) if tested else None


def _load(service: Service, test: LoadTest) -> ServiceLoad:
    return ServiceLoad(
        service=service.name,
        normal_users=test.normal_users,
        peak_users=test.peak_users,
        stress_from=test.stress_from,
        marks=tuple(_marks(service, test)),
    )


def _marks(service: Service, test: LoadTest) -> Iterator[LoadMark]:
    for endpoint in (None, *sorted(test.endpoints)):
        for slo in service.slos:
            yield LoadMark(endpoint=endpoint, slo=slo_entry(slo))
