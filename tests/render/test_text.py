"""Text that is written once and stands in several files is what each file would have been written with alone."""

from __future__ import annotations

import yaml
from hypothesis import example, given
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


@given(_RULES)
@example([{"expr": "a", "for": "0s", "labels": {"last": "ends in an empty line\n\n"}}])
def test_nested_text_is_that_of_the_whole_object(rules: list[dict[str, object]]) -> None:
    """Texts of several lines, long ones, leading blanks and empty lists: the same bytes, and the same data."""
    inner = {"groups": [{"name": "one", "rules": rules}]}
    text = nested("spec", to_yaml(inner))

    assert text == to_yaml({"spec": inner})
    assert yaml.safe_load(text) == {"spec": inner}


def test_each_expression_is_parsed_once(sample: Catalogue) -> None:
    """A rule or the demand of a scaler is parsed once, whatever it is made of; beside them only what people wrote."""
    environment = sample.environments["cloud"]
    parse.cache_clear()
    plan = compose(sample, environment)
    wholes = sum(len(group.rules) for group in plan.groups) + sum(len(scaler.triggers) for scaler in plan.scalers)

    assert wholes > 100
    assert parse.cache_info().misses <= 1.1 * wholes
    assert render(sample, environment)
