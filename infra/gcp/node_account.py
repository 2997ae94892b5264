"""The service account of the nodes, with what GKE asks for nodes, in place of Google's default one (an editor).

Where Google's managed Prometheus runs, its collectors write and its rule evaluator reads as the node does.
Reference: https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed.
"""

from __future__ import annotations

import pulumi
from pulumi_gcp import projects, serviceaccount

ROLE = "roles/container.defaultNodeServiceAccount"
WHEN_MANAGED = ("roles/monitoring.metricWriter", "roles/monitoring.viewer")
"""What collectors and rule evaluator of the managed Prometheus need beside it."""


class NodeAccount(pulumi.ComponentResource):
    """The account.

    Attributes:
        member: What a grant calls it. Name and project make its address, so a preview knows it too.
        email: Its e-mail address, known once the roles are granted.
    """

    member: str
    email: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        project: str,
        *,
        managed: bool,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the account.

        Args:
            name: Of the component, and the account's id.
            project: The project on which it has its roles.
            managed: Whether the managed Prometheus runs on these nodes.
            after: What must exist before.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:NodeAccount", name, None, opts)
        account = serviceaccount.Account(
            name,
            account_id=name,
            display_name="Nodes of the Vitals cluster",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
        )
        self.member = f"serviceAccount:{name}@{project}.iam.gserviceaccount.com"
        further = {f"{name}-{role.removeprefix('roles/')}": role for role in (WHEN_MANAGED if managed else ())}
        granted = [
            projects.IAMMember(
                one,
                project=project,
                role=role,
                member=self.member,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[account]),
            )
            for one, role in {name: ROLE, **further}.items()
        ]
        known = pulumi.Output.all(account.email, *(one.id for one in granted))
        self.email = known.apply(lambda values: str(values[0]))
        self.register_outputs({"email": self.email, "member": self.member})
