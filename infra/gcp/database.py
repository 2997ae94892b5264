"""The demo platform's Firestore database."""

from __future__ import annotations

import pulumi
from pulumi_gcp import firestore


class Database(pulumi.ComponentResource):
    """A database in native mode.

    Attributes:
        path: ``projects/<project>/databases/<name>``.
    """

    path: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        region: str,
        protected: bool,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the database.

        Args:
            name: Of the component, and of the database.
            region: Where the documents are.
            protected: Whether neither the engine nor Google lets it be deleted, and a week can be gone back.
            after: What must exist before.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Database", name, None, opts)
        switch = "ENABLED" if protected else "DISABLED"
        database = firestore.Database(
            name,
            name=name,
            location_id=region,
            type="FIRESTORE_NATIVE",
            delete_protection_state=f"DELETE_PROTECTION_{switch}",
            point_in_time_recovery_enablement=f"POINT_IN_TIME_RECOVERY_{switch}",
            deletion_policy="DELETE",
            opts=pulumi.ResourceOptions(parent=self, protect=protected, depends_on=[after]),
        )
        self.path = pulumi.Output.format("projects/{0}/databases/{1}", database.project, database.name)
        self.register_outputs({"path": self.path})
