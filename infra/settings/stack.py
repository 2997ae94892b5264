"""A whole stack file, and the paragraph that a person reads when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, ValidationError, model_validator

from vitals.errors import VitalsError

from .fields import Domain, EnvironmentName, HostPort, Image, InCluster, SettingsSection
from .google import Google


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
