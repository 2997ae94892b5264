"""What a load test leaves behind: the file of ``vitals load --json``, which `compare` and `capacity` read.

Everything is kept by interval, so that a reader can look at the course of a run, drop its beginning, or compute a
variance that holds under autocorrelation; sums over a run are computed and never stored twice.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitals.errors import VitalsError
from vitals.verify.load.sketch import LatencySketch

ProfileName = Literal["normal", "peak", "stress", "soak"]
Ending = Literal["planned", "past the limit", "interrupted", "failed"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Provenance(_Entry):
    """Where the numbers come from.

    Attributes:
        profile: The kind of load.
        environment: Whose marks judged it: ``local``, ``staging``.
        service: The service that was asked.
        host: The base URL that was asked.
        versions: ``service@version (revision)`` of every build that answered, as its ``build_info`` says; empty where
            no metrics were read.
        machine: ``laptop`` where the generator and the service shared one machine, so that figures are not those of a
            cluster; else ``cluster``.
        cores: Cores of the machine that the generator ran on.
        locustfile: SHA-256 of the file that holds the users.
        user_classes: Which of its users took part.
        seed: Seed of the arrivals and the choice of tasks.
        started_at: When the first interval began, in UTC.
        planned_s: Seconds that were asked for.
        tool: ``vitals 0.1.0, locust 2.34.0``.
        commit: Of the checkout that measured, with ``-dirty`` where it was changed; empty outside a checkout.
    """

    profile: ProfileName
    environment: str
    service: str
    host: str
    versions: tuple[str, ...]
    machine: Literal["laptop", "cluster"]
    cores: int = Field(ge=1)
    locustfile: str
    user_classes: tuple[str, ...]
    seed: int
    started_at: datetime
    planned_s: float = Field(gt=0)
    tool: str
    commit: str


class RequestInterval(_Entry):
    """The requests to one endpoint that ended in one interval.

    Attributes:
        at_s: Seconds from the start of the run to the start of the interval.
        count: Requests, failed ones included.
        errors: Failed requests by what failed: a status such as ``500``, or the name of the error.
        latency: Latencies of the requests that did not fail, in seconds.
        failed_latency: Those of requests that were answered with an error; a request without an answer has none.
        busy_s: Seconds for which the requests were in flight, all together: what Little's law needs.
    """

    at_s: float
    count: int = Field(ge=0)
    errors: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    latency: LatencySketch = Field(default_factory=LatencySketch)
    failed_latency: LatencySketch = Field(default_factory=LatencySketch)
    busy_s: float = Field(ge=0)


class EndpointRecord(_Entry):
    """One endpoint; intervals without a request are left out.

    Attributes:
        method: ``GET``.
        path: The route, with names for what varies: ``/api/users/{user_id}/trends``.
        intervals: By time.
    """

    method: str
    path: str
    intervals: tuple[RequestInterval, ...]

    @property
    def name(self) -> str:
        """``GET /api/dashboard``."""
        return f"{self.method} {self.path}"


class GeneratorInterval(_Entry):
    """What the generator did, and how it was itself.

    Attributes:
        at_s: Seconds from the start of the run to the start of the interval.
        offered: Arrivals per second that were planned; None for closed users, who plan none.
        users: Closed users, or workers for arrivals, that were there.
        in_flight: Requests without an answer at the end of the interval.
        unsent: Arrivals that were given up because no worker was free for them in time.
        lag_s: How late the generator's own timer was at the worst: time that it adds to every latency.
        cpu: Cores that it used.
        host_cpu: Share of the machine's cores that were busy, from 0 to 1.
    """

    at_s: float
    offered: float | None
    users: int
    in_flight: int
    unsent: int
    lag_s: float
    cpu: float
    host_cpu: float


class ReplicaSample(_Entry):
    """One replica of a service, as its own metrics describe it.

    Attributes:
        at_s: Seconds from the start of the run.
        replica: Its number or its pod.
        service: Whose replica it is.
        cpu: Cores that it used since the sample before.
        memory_bytes: Resident memory.
        saturation: What can be full, and how full it is as a share: ``{"database connections": 0.4}``.
    """

    at_s: float
    replica: str
    service: str
    cpu: float
    memory_bytes: float
    saturation: dict[str, float] = Field(default_factory=dict)


class LoadRun(_Entry):
    """A load test.

    Attributes:
        version: Of this form.
        provenance: Where the numbers come from.
        interval_s: Length of every interval.
        measured_s: Seconds that were measured; less than planned in a run that was ended.
        warm_up_s: Seconds at the beginning that no verdict counts: users arrive, caches and connections are cold.
        ended: Why it ended: as planned, past the limit (stress), interrupted, or it could not go on.
        latency_from: Closed users count from sending; arrivals from the moment for which they were planned, so that a
            stall is counted by everyone who waited in it.
        endpoints: By name.
        generator: By time.
        replicas: By time; empty where no metrics were read.
        problem: What went wrong, in a sentence; None if nothing.
    """

    version: Literal[1] = 1
    provenance: Provenance
    interval_s: float = Field(gt=0)
    measured_s: float = Field(ge=0)
    warm_up_s: float = Field(ge=0)
    ended: Ending
    latency_from: Literal["sending", "intended start"]
    endpoints: tuple[EndpointRecord, ...]
    generator: tuple[GeneratorInterval, ...]
    replicas: tuple[ReplicaSample, ...] = ()
    problem: str | None = None


def read_run(file: Path) -> LoadRun:
    """Read a run.

    Raises:
        VitalsError: There is none, or it is not one; the message names file and field.
    """
    try:
        return LoadRun.model_validate_json(file.read_bytes())
    except OSError as error:
        raise VitalsError(
            f"{file} cannot be read ({error.strerror}). Give a file that `vitals load --json FILE` wrote."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise VitalsError(
            f"{file} is not the record of a load test: {where}: {first['msg']}. Give a file that "
            "`vitals load --json FILE` wrote."
        ) from error
