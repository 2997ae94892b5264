"""What Google's managed Prometheus accepts, as a closed schema: no package brings its definitions to a test.

Only the fields that Vitals writes are here. Whatever else an object had would be dropped by the real API without a
word, so it is refused before it is written.

Reference: prometheus-engine, ``pkg/operator/apis/monitoring/v1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from vitals.errors import VitalsError

_Duration = Annotated[str, StringConstraints(pattern=r"^([0-9]+(ms|[smhdwy]))+$")]
_Label = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]
_Labels = Mapping[_Label, str]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class _Metadata(_Closed):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)]
    namespace: str | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)


class _Rule(_Closed):
    record: str | None = None
    alert: str | None = None
    expr: str
    for_: Annotated[_Duration | None, Field(alias="for")] = None
    labels: _Labels = Field(default_factory=dict)
    annotations: _Labels = Field(default_factory=dict)


class _Group(_Closed):
    name: str
    interval: _Duration
    rules: Annotated[Sequence[_Rule], Field(min_length=1)]


class _RulesSpec(_Closed):
    groups: Annotated[Sequence[_Group], Field(min_length=1)]


class _ClusterRules(_Closed):
    api_version: Literal["monitoring.googleapis.com/v1"]
    kind: Literal["ClusterRules"]
    metadata: _Metadata
    spec: _RulesSpec


class _Tls(_Closed):
    insecure_skip_verify: bool


class _Endpoint(_Closed):
    port: str | Annotated[int, Field(ge=1, le=65535)]
    interval: _Duration
    timeout: _Duration
    path: Annotated[str, StringConstraints(pattern=r"^/")] = "/metrics"
    scheme: Literal["http", "https"] = "http"
    tls: _Tls | None = None


class _Mapped(_Closed):
    from_: Annotated[str, Field(alias="from")]
    to: _Label


class _TargetLabels(_Closed):
    metadata: Sequence[Literal["namespace", "pod", "container", "node"]]
    from_pod: Sequence[_Mapped]


class _Selector(_Closed):
    match_labels: Mapping[str, str]


class _PodMonitoringSpec(_Closed):
    selector: _Selector
    endpoints: Annotated[Sequence[_Endpoint], Field(min_length=1)]
    target_labels: _TargetLabels


class _ClusterPodMonitoring(_Closed):
    api_version: Literal["monitoring.googleapis.com/v1"]
    kind: Literal["ClusterPodMonitoring"]
    metadata: _Metadata
    spec: _PodMonitoringSpec


class _Alertmanager(_Closed):
    namespace: str
    name: str
    port: str


class _Alerting(_Closed):
    alertmanagers: Annotated[Sequence[_Alertmanager], Field(min_length=1)]


class _Evaluator(_Closed):
    alerting: _Alerting
    external_labels: _Labels


class _Collection(_Closed):
    external_labels: _Labels


class _OperatorConfig(_Closed):
    api_version: Literal["monitoring.googleapis.com/v1"]
    kind: Literal["OperatorConfig"]
    metadata: _Metadata
    rules: _Evaluator
    collection: _Collection


_OBJECT: TypeAdapter[object] = TypeAdapter(
    Annotated[_ClusterRules | _ClusterPodMonitoring | _OperatorConfig, Field(discriminator="kind")]
)


def accept(manifest: Mapping[str, Any]) -> None:
    """Hold an object to the schema.

    Raises:
        VitalsError: A field is unknown, missing or of another form; the message names object and field.
    """
    try:
        _OBJECT.validate_python(manifest)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise VitalsError(
            f"Google's managed Prometheus does not take {manifest['kind']} {manifest['metadata']['name']!r}: "
            f"{where}: {first['msg']}. Nothing was written. Leave that field out, or run our own Prometheus there."
        ) from error
