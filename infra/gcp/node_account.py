"""The service account of the nodes, with what GKE asks for nodes, in place of Google's default one (an editor)."""

from __future__ import annotations

import pulumi
from pulumi_gcp import projects, serviceaccount

ROLE = "roles/container.defaultNodeServiceAccount"


class NodeAccount(pulumi.ComponentResource):
    """The account.

    Attributes:
        email: Its e-mail address, known once the role is granted.
    """

    email: pulumi.Output[str]

    def __init__(
        self, name: str, project: str, *, after: pulumi.Resource, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the account.

        Args:
            name: Of the component, and the account's id.
            project: The project on which it has its role.
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
        granted = projects.IAMMember(
            name,
            project=project,
            role=ROLE,
            member=account.email.apply(lambda email: f"serviceAccount:{email}"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.email = pulumi.Output.all(account.email, granted.id).apply(lambda known: str(known[0]))
        self.register_outputs({"email": self.email})
