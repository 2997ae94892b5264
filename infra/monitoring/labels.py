"""The labels that every object of the stack carries.

Reference: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/.
"""

from __future__ import annotations

PART_OF = {"app.kubernetes.io/part-of": "vitals"}
"""What is ours: by this our Prometheus selects rules and monitors."""

JOB = "vitals/job"
"""On pods of an exporter: by this label, which names its scrape job, managed collection finds them."""


def labels(name: str, component: str, version: str = "") -> dict[str, str]:
    """The recommended labels.

    Args:
        name: The program, or the object where it is not a program's.
        component: What it is for.
        version: Of the program; objects that are not a program's have none.
    """
    found = {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": "vitals",
        "app.kubernetes.io/component": component,
        **PART_OF,
        "app.kubernetes.io/managed-by": "vitals",
    }
    return {**found, "app.kubernetes.io/version": version} if version else found


def selector(name: str) -> dict[str, str]:
    """The labels by which the pods of one of our own programs are found; they never change."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": "vitals"}
