"""Take a stack's configuration from the engine, the whole of it, so that a misspelt key is found and not ignored."""

from __future__ import annotations

import json

import pulumi
from pulumi.runtime import config as runtime_config

from vitals.errors import VitalsError

from .stack import Settings, parse


def read() -> Settings:
    """The settings of the stack that is being run.

    Raises:
        VitalsError: A key is missing, unknown or wrong, or a secret stands in clear.
    """
    namespace = f"{pulumi.get_project()}:"
    stack = pulumi.get_stack()
    everything = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    ours = {key.removeprefix(namespace): value for key, value in everything.items() if key.startswith(namespace)}
    settings = parse(stack, {key: _value(text) for key, text in ours.items()})
    if settings.secrets and not pulumi.runtime.is_config_secret(f"{namespace}secrets"):
        name = next(iter(settings.secrets))
        raise VitalsError(
            f"Pulumi.{stack}.yaml, vitals:secrets: the values stand in clear, where every reader of the repository "
            "reads them. Nothing was created. Remove them, make new ones, and set each with "
            f"`pulumi config set --stack {stack} --secret --path 'vitals:secrets[\"{name}\"]'`."
        )
    return settings


def _value(text: str) -> object:
    """A value as the engine hands it over: text, where an object or a list is written as JSON."""
    return json.loads(text) if text[:1] in ("{", "[") else text
