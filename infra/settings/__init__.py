"""What a stack file may say, typed and closed: where the stack runs, who may enter, which images.

Everything else (what is watched, how big, how often) is said by the catalogue and read from ``rendered/``. Nothing here
knows Pulumi except :mod:`infra.settings.read`, so a stack file can be judged without an engine.
"""

from .existing import ExistingGrafana, ExistingOperator, ExistingParts, ExistingPods, GrafanaIngress
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
from .stack import Demo, Foresight, GrafanaSignIn, LoadTests, PicturesRelay, Settings, parse

__all__ = [
    "AuthorizedNetwork",
    "AutoProvisioning",
    "Demo",
    "ExistingGke",
    "ExistingGrafana",
    "ExistingNetwork",
    "ExistingOperator",
    "ExistingParts",
    "ExistingPods",
    "Foresight",
    "GkeSettings",
    "Google",
    "GrafanaIngress",
    "GrafanaSignIn",
    "Image",
    "LoadTests",
    "Maintenance",
    "NodePool",
    "PicturesRelay",
    "Ranges",
    "RemoteWrite",
    "Settings",
    "parse",
]
