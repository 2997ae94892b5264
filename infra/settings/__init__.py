"""What a stack file may say, typed and closed: where the stack runs, who may enter, which images.

Everything else (what is watched, how big, how often) is said by the catalogue and read from ``rendered/``. Nothing here
knows Pulumi except :mod:`infra.settings.read`, so a stack file can be judged without an engine.
"""

from .fields import Image
from .google import (
    AuthorizedNetwork,
    AutoProvisioning,
    GkeSettings,
    Google,
    Maintenance,
    NodePool,
    Ranges,
)
from .stack import Demo, Foresight, GrafanaSignIn, LoadTests, Settings, parse

__all__ = [
    "AuthorizedNetwork",
    "AutoProvisioning",
    "Demo",
    "Foresight",
    "GkeSettings",
    "Google",
    "GrafanaSignIn",
    "Image",
    "LoadTests",
    "Maintenance",
    "NodePool",
    "Ranges",
    "Settings",
    "parse",
]
