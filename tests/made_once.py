"""Plans and files of an environment, made once in a session: each takes a quarter of a second.

Hundreds of tests look at the same few, and none changes one. A test that changes a catalogue or an environment first
gets what is made of that, kept like the rest; one that expects a refusal composes for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vitals.model.catalog import Catalogue, Environment
from vitals.render import Plan, compose
from vitals.render import files_of as files_of_plan

_Made = tuple[int, int]
"""A catalogue and an environment by identity: they are not hashable, and those of a session are the same objects."""
_PLANS: dict[_Made, tuple[Catalogue, Environment, Plan]] = {}
_FILES: dict[_Made, tuple[Catalogue, Environment, Mapping[str, str]]] = {}


def plan_of(catalogue: Catalogue, environment: Environment) -> Plan:
    """The plan of an environment of a catalogue.

    Raises:
        VitalsError: It cannot be composed.
    """
    made = id(catalogue), id(environment)
    if made not in _PLANS:
        _PLANS[made] = (catalogue, environment, compose(catalogue, environment))
    return _PLANS[made][2]


def files_of(catalogue: Catalogue, environment: Environment) -> Mapping[str, str]:
    """The rendered files of an environment of a catalogue: text by relative path.

    Raises:
        VitalsError: It cannot be rendered.
    """
    made = id(catalogue), id(environment)
    if made not in _FILES:
        _FILES[made] = (catalogue, environment, MappingProxyType(files_of_plan(plan_of(catalogue, environment))))
    return _FILES[made][2]
