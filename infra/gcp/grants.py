"""What each Kubernetes service account may do at Google: its own roles, and its own secrets one by one.

Roles go to the account itself by Workload Identity Federation, without a Google service account in between and without
any key. A secret is granted to the accounts that mount it, never the whole of Secret Manager.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_gcp import projects, secretmanager

from ..workloads import Workload


class Grants(pulumi.ComponentResource):
    """All grants of a stack."""

    def __init__(
        self,
        name: str,
        accounts: Sequence[Workload],
        *,
        project: str,
        number: str,
        secrets: Mapping[str, str],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Grant.

        Args:
            name: Of the component.
            accounts: Who gets what.
            project: The project's id.
            number: Its number.
            secrets: The Secret Manager id of each secret file.
            after: What brings the project's workload identity pool into being, where that is ours.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Grants", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        for account in accounts:
            member = principal(account, project, number)
            for role in account.roles:
                projects.IAMMember(
                    f"{account.name}-{role.removeprefix('roles/')}",
                    project=project,
                    role=role,
                    member=member,
                    opts=child,
                )
            for file in account.secrets:
                secretmanager.SecretIamMember(
                    f"{account.name}-{file}",
                    project=project,
                    secret_id=secrets[file],
                    role="roles/secretmanager.secretAccessor",
                    member=member,
                    opts=child,
                )
        self.register_outputs({})


def principal(account: Workload, project: str, number: str) -> str:
    """A Kubernetes service account as IAM names it; the same name in another cluster of the project is the same one."""
    pool = f"projects/{number}/locations/global/workloadIdentityPools/{project}.svc.id.goog"
    return f"principal://iam.googleapis.com/{pool}/subject/ns/{account.namespace}/sa/{account.name}"
