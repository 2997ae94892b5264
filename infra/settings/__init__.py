"""What a stack file may say, typed and closed: where the stack runs, who may enter, which images.

Everything else (what is watched, how big, how often) is said by the catalogue and read from ``rendered/``. Nothing here
knows Pulumi except :mod:`infra.settings.read`, so a stack file can be judged without an engine.
"""

from .existing import Entrance, ExistingGrafana, ExistingOperator, ExistingParts, ExistingPods
from .fields import Image
from .google import (
    AuthorizedNetwork,
    AutoProvisioning,
    ExistingGke,
    ExistingNetwork,
    GkeSettings,
    Google,
    Maintenance,
    NodePool,
    Ranges,
)
from .remote_write import RemoteWrite
from .stack import Demo, Foresight, GrafanaSignIn, LoadTests, Settings, parse

__all__ = [
    "AuthorizedNetwork",
    "AutoProvisioning",
    "Demo",
    "Entrance",
    "ExistingGke",
    "ExistingGrafana",
    "ExistingNetwork",
    "ExistingOperator",
    "ExistingParts",
    "ExistingPods",
    "Foresight",
    "GkeSettings",
    "Google",
    "GrafanaSignIn",
    "Image",
    "LoadTests",
    "Maintenance",
    "NodePool",
    "Ranges",
    "RemoteWrite",
    "Settings",
    "parse",
]
