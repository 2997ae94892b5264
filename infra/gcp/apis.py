"""The Google APIs that the stack uses, enabled and never disabled: others in the project may use them too."""

from __future__ import annotations

import pulumi
from pulumi_gcp import projects

APIS = (
    "artifactregistry.googleapis.com",
    "certificatemanager.googleapis.com",
    "cloudtrace.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
)


class Apis(pulumi.ComponentResource):
    """Enabled APIs. What the program itself begins with is not among them: docs/deploy.md does it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vitals:gcp:Apis", name, None, opts)
        for api in APIS:
            projects.Service(
                f"{name}-{api.partition('.')[0]}",
                service=api,
                disable_on_destroy=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
