"""What must be there before the first resource: the project, and every secret that something will mount.

A missing secret would show minutes later, as a pod that never starts. The secrets' names are read, never their values,
so nothing secret can get into the state.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp
from pulumi_gcp import organizations, secretmanager

from vitals.errors import VitalsError

ENABLED_BEFORE = ("cloudresourcemanager.googleapis.com", "secretmanager.googleapis.com", "serviceusage.googleapis.com")
"""The APIs with which this program begins, and which therefore it cannot enable itself."""


def project_number(project: str, provider: gcp.Provider) -> str:
    """The number of a project, by which IAM names its workload identity pool.

    Raises:
        VitalsError: The project does not exist, or may not be seen.
    """
    try:
        found = organizations.get_project(project_id=project, opts=pulumi.InvokeOptions(provider=provider))
    except Exception as error:
        raise VitalsError(
            f"vitals:google.project is {project!r}, and Google does not show it: {reason_of(error)}. Nothing was "
            "created. Sign in with `gcloud auth application-default login`, correct the id, or enable what the program "
            f"itself needs: `gcloud services enable {' '.join(ENABLED_BEFORE)} --project {project}`."
        ) from None
    return str(found.number)


def require_secrets(project: str, ids: Mapping[str, str], prefix: str, provider: gcp.Provider) -> None:
    """Refuse if Secret Manager lacks one of the secrets.

    Args:
        project: Where they are.
        ids: Secret Manager's id of each secret file.
        prefix: With which all ids begin.
        provider: Reaches the project.

    Raises:
        VitalsError: With the command that creates each missing one, or why that cannot be known.
    """
    try:
        found = secretmanager.get_secrets(
            project=project, filter=f"name:{prefix}", opts=pulumi.InvokeOptions(provider=provider)
        )
    except Exception as error:
        raise VitalsError(
            f"The secrets of project {project!r} cannot be listed: {reason_of(error)}. Nothing was created. Enable "
            f"Secret Manager with `gcloud services enable secretmanager.googleapis.com --project {project}`, or ask "
            "for the role roles/secretmanager.viewer."
        ) from None
    there = {str(secret.secret_id) for secret in found.secrets}
    missing = sorted(set(ids.values()) - there)
    if missing:
        commands = "\n".join(
            f"  gcloud secrets create {one} --project {project} --replication-policy automatic --data-file=-"
            for one in missing
        )
        raise VitalsError(
            f"Secret Manager of project {project!r} lacks {', '.join(missing)}, so what mounts it would never start. "
            f"Nothing was created. Create each, paste its value and end with Ctrl-D:\n{commands}"
        )


def reason_of(error: Exception) -> str:
    """What Google answered, on one line."""
    return " ".join(str(error).split()).rstrip(".")
