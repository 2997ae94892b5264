"""A registry for our own images. Tags cannot be moved, and what has no tag is deleted after a month."""

from __future__ import annotations

import pulumi
from pulumi_gcp import artifactregistry

from .node_account import NodeAccount

UNTAGGED_KEPT = f"{30 * 24 * 3600}s"


class Registry(pulumi.ComponentResource):
    """A Docker repository that the nodes may read.

    Attributes:
        url: What stands before an image's name.
    """

    url: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        project: str,
        region: str,
        nodes: NodeAccount | None,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the repository.

        Args:
            name: Of the component, and of the repository.
            project: The project's id.
            region: Where images are kept.
            nodes: The nodes' service account; of a cluster that is there, its owner lets nodes in.
            after: What must exist before.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Registry", name, None, opts)
        repository = artifactregistry.Repository(
            name,
            repository_id=name,
            location=region,
            format="DOCKER",
            description="Images of the platform and of Vitals.",
            docker_config={"immutable_tags": True},
            cleanup_policies=[
                {
                    "id": "delete-untagged",
                    "action": "DELETE",
                    "condition": {"tag_state": "UNTAGGED", "older_than": UNTAGGED_KEPT},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
        )
        if nodes is not None:
            artifactregistry.RepositoryIamMember(
                name,
                location=region,
                repository=repository.name,
                role="roles/artifactregistry.reader",
                member=nodes.member,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[nodes]),
            )
        self.url = repository.repository_id.apply(lambda made: f"{region}-docker.pkg.dev/{project}/{made}")
        self.register_outputs({"url": self.url})
