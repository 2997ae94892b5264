"""Text that is written once and stands in several files is what each file would have been written with alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vitals.model.catalog import Catalogue
from vitals.model.promql import parse
from vitals.render import compose, render
from vitals.render.text import nested, to_yaml

_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=40)
_LONG = st.builds(" ".join, st.lists(st.sampled_from(["a", "loooong", "[5m]"]), max_size=400))
_RULES = st.lists(
    st.fixed_dictionaries(
        {"expr": _TEXTS | _LONG, "for": st.sampled_from(["0s", "5m"]), "labels": st.dictionaries(_TEXTS, _TEXTS)}
    )
)


_ODD = (
    "",
    "~",
    "null",
    "yes",
    "1",
    "1e3",
    "0o7",
    "-",
    "- a",
    "a: b",
    "#",
    "a #b",
    "{{ $value }}",
    "2026-01-01",
    "=",
    "<<",
)
"""Texts that are something else without quotes."""


class _Dumper(yaml.CSafeDumper):
    """The same settings in PyYAML's own terms."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _Dumper.represent_text)


@pytest.mark.slow  # hundreds of objects are written
@settings(deadline=None)  # a busy machine is slow, not wrong
@given(_RULES)
@example([{"expr": "a line of one wide blank\n\u3000\nb", "for": "0s", "labels": {}}])
@example([{"expr": "other breaks\n\u2028\u2029", "for": "0s", "labels": {}}])
@example([{"expr": "a", "for": "0s", "labels": {"last": "ends in an empty line\n\n"}}])
def test_nested_text_is_that_of_the_whole_object(rules: list[dict[str, object]]) -> None:
    """Texts of several lines, long ones, leading blanks and empty lists: the same bytes, and the same data."""
    inner = {"groups": [{"name": "one", "rules": rules}]}
    text = nested("spec", to_yaml(inner))

    assert text == to_yaml({"spec": inner})
    assert yaml.load(text, Loader=yaml.CSafeLoader) == {"spec": inner}


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS | _LONG | st.sampled_from(_ODD)
_LISTS = st.lists(_SCALARS | st.lists(_SCALARS, max_size=2), max_size=5)
_DATA = _SCALARS | st.dictionaries(_TEXTS | st.sampled_from(_ODD), _SCALARS | _LISTS, max_size=5)


@settings(deadline=None, max_examples=60)  # each holds several values; PyYAML's own way is slow
@given(_DATA)
@example([0.0, -0.0, 0, False, 1, True, 1.0, 1e300, float("nan")])
def test_yaml_is_what_pyyaml_writes(data: object) -> None:
    """Whatever the types, and whatever a text could be mistaken for: the bytes are those of ``yaml.dump``."""
    assert to_yaml(data) == yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=2**31 - 1, allow_unicode=True)


@pytest.mark.slow  # it renders a whole catalogue
def test_a_form_is_parsed_once(sample: Catalogue) -> None:
    """Rules and demands of scalers are parsed once, whatever they are made of, and not again for a service like one."""
    environment = sample.environments["cloud"]
    parse.cache_clear()
    plan = compose(sample, environment)
    wholes = sum(len(group.rules) for group in plan.groups) + sum(len(scaler.triggers) for scaler in plan.scalers)
    alone = parse.cache_info().misses

    assert wholes > 100
    assert alone <= 1.1 * wholes
    like = [replace(one, name="x" * len(one.name)) for one in sample.services if one.name != "x" * len(one.name)]
    assert len(compose(replace(sample, services=(*sample.services, like[0])), environment).groups) > len(plan.groups)
    assert parse.cache_info().misses - alone <= 0.1 * wholes
    assert render(sample, environment)
