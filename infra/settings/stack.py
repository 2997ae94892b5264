"""A whole stack file, and the paragraph that a person reads when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, ValidationError, model_validator

from vitals.errors import VitalsError

from .existing import ExistingParts, GrafanaIngress
from .fields import Domain, EnvironmentName, HostPort, Image, InCluster, Name, ObjectName, SettingsSection
from .google import Google
from .remote_write import RemoteWrite

ClusterLabel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$")]


class GrafanaSignIn(SettingsSection):
    """Sign-in with Google; the client's secret is the secret file ``grafana-google-client-secret``."""

    domain: Domain
    client_id: Annotated[str, StringConstraints(pattern=r"^[0-9]+-[a-z0-9]+\.apps\.googleusercontent\.com$")]


class Demo(SettingsSection):
    """The demo platform, run beside the stack."""

    image: Image


class LoadTests(SettingsSection):
    """A load test every week, compared with the one before.

    Attributes:
        image: Of Vitals.
        host: What is asked, an address in the platform's namespace.
        metrics: Where its replicas have their metrics: a headless Service, whose name has an address for each.
    """

    image: Image
    host: InCluster
    metrics: InCluster | None = None


class Foresight(SettingsSection):
    """The service that finds anomalies and forecasts loads.

    Attributes:
        image: Of Vitals.
        shards: How many pods share the series.
    """

    image: Image
    shards: Annotated[int, Field(ge=1, le=100)] = 1


class PicturesRelay(SettingsSection):
    """The relay that sends pictures after notifications.

    Attributes:
        image: Of Vitals.
    """

    image: Image


class Settings(SettingsSection):
    """What one stack file says.

    Attributes:
        environment: The folder below ``rendered/``.
        protected: Whether what cannot be made again may not be destroyed.
        context: A context of the kubeconfig, for a cluster that exists; exactly one of this and ``google`` is set.
        google: The project in which the cluster is made.
        secrets: Secret files of a stack without Google.
        grafana_sign_in: Sign-in with Google; without it only the administrator can enter.
        redis_address: The platform's Redis, where the environment watches one.
        demo: The demo platform, where it is wanted.
        load_tests: A weekly load test of the platform.
        pictures: Pictures after notifications, where the environment sends some.
        existing: Parts that another manager installed on the cluster.
        storage_class: A class of volumes that is there; one of ours where none is named.
        grafana_ingress: How people reach Grafana where that is there already.
        cluster_label: What this cluster is called where several are one view: the label ``cluster`` of what leaves it.
        remote_write: Where samples are sent, by names of one's own.
        foresight: Anomalies and forecasts, where the environment watches that service.
    """

    environment: EnvironmentName
    protected: bool = True
    context: str | None = None
    google: Google | None = None
    secrets: Mapping[str, SecretStr] = Field(default_factory=dict)
    grafana_sign_in: GrafanaSignIn | None = None
    redis_address: HostPort | None = None
    demo: Demo | None = None
    load_tests: LoadTests | None = None
    foresight: Foresight | None = None
    pictures: PicturesRelay | None = None
    existing: ExistingParts = Field(default_factory=ExistingParts)
    storage_class: ObjectName | None = None
    grafana_ingress: GrafanaIngress | None = None
    cluster_label: ClusterLabel | None = None
    remote_write: Mapping[Name, RemoteWrite] = Field(default_factory=dict)

    @property
    def on_existing_cluster(self) -> bool:
        """Whether the cluster is there before the stack."""
        return self.google is None or self.google.existing_cluster is not None

    @property
    def gateway_of_ours(self) -> bool:
        """Whether people on Google reach Grafana by a Gateway that the stack makes."""
        return self.grafana_ingress is None and self.existing.grafana is None

    @model_validator(mode="after")
    def _one_place(self) -> Settings:
        if (self.context is None) == (self.google is None):
            raise ValueError(
                "a stack goes either to a cluster that exists (context) or to one made in a Google project (google). "
                "Set exactly one of the two"
            )
        if self.google and self.secrets:
            raise ValueError("on Google, secrets are in Secret Manager and never in a stack file. Remove secrets")
        return self

    @model_validator(mode="after")
    def _nothing_in_a_new_cluster(self) -> Settings:
        if self.existing.declared and not self.on_existing_cluster:
            raise ValueError(
                f"existing declares {', '.join(self.existing.declared)}, and google.cluster makes a new cluster, in "
                "which nothing is there. Remove existing, or name the cluster with google.existingCluster"
            )
        return self

    @model_validator(mode="after")
    def _one_grafana(self) -> Settings:
        given = {"grafanaSignIn": self.grafana_sign_in, "grafanaIngress": self.grafana_ingress}
        ours = [key for key, value in given.items() if value]
        if self.existing.grafana and ours:
            raise ValueError(
                f"existing.grafana is used, and who enters it is its owner's to say, so {' and '.join(ours)} would do "
                "nothing. Remove one or the other"
            )
        return self

    @model_validator(mode="after")
    def _samples_say_whence_they_come(self) -> Settings:
        if self.remote_write and not self.cluster_label:
            raise ValueError(
                "remoteWrite sends samples to where those of other clusters are, and clusterLabel does not say which "
                "cluster they come from, so series of two clusters would be one. Set clusterLabel"
            )
        return self


def parse(stack: str, config: Mapping[str, object]) -> Settings:
    """Read and check a stack's configuration.

    Args:
        stack: Its name, for the message.
        config: Values by key, without the namespace; objects as Python ones. Empty values count as absent, because
            Pulumi wants a default for every key that a stack may leave out.

    Raises:
        VitalsError: Naming each wrong key, what is wrong with it and the command that sets it.
    """
    given = {key: value for key, value in config.items() if value not in ("", {}, None)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise VitalsError(_explain(error, stack)) from None


def _explain(error: ValidationError, stack: str) -> str:
    lines, paths = [], []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(str(part) for part in problem["loc"])
        paths.append(path)
        message = problem["msg"].removeprefix("Value error, ").removesuffix(".")
        lines.append(f"Pulumi.{stack}.yaml, vitals:{path or '*'}: {message}.")
    command = f"pulumi config set --stack {stack} --path 'vitals:{paths[0] or 'KEY'}' VALUE"
    return "\n".join([*lines, f"Nothing was created. Correct the file, or use `{command}`, then run again."])
