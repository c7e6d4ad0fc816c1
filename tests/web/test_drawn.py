"""Parts of pages kept as they were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from jinja2 import TemplateSyntaxError
from markupsafe import Markup

from klardesk.web.drawn import Drawn
from klardesk.web.jinja import environment


def test_a_part_is_found_by_all_its_values_alone():
    parts = Drawn()
    parts.keep(("de", 1, "Drucker"), Markup("<td>Drucker</td>"))
    assert parts.get(("de", 1, "Drucker")) == "<td>Drucker</td>"
    assert parts.get(("en", 1, "Drucker")) is None
    assert parts.get(("de", 1, "Toner")) is None


def test_what_is_kept_has_an_end():
    parts = Drawn(most=9)
    for number in range(8):
        parts.keep(number, Markup("abc"))
        assert 1 <= len(parts) <= 3
    assert parts.get(7) == "abc"


@pytest.fixture
def name() -> Iterator[str]:
    """A name of parts that nothing else uses."""
    return iter([uuid4().hex])


def test_a_template_draws_the_same_values_once(name: Iterator[str]):
    template = environment().from_string(
        "{% for x in given %}{% drawn name, (x,) %}<b>{{ x }}{{ told(x) }}</b>{% enddrawn %}\n{% endfor %}"
    )
    told: list[str] = []
    given, values = ["a<", "b", "a<"], {"name": next(name), "told": lambda x: told.append(x) or "!"}
    first = template.render(given=given, **values)
    assert first == "<b>a&lt;!</b><b>b!</b><b>a&lt;!</b>"
    assert told == ["a<", "b"]
    assert template.render(given=["b"], **values) == "<b>b!</b>"
    assert told == ["a<", "b"]


def test_a_drawn_part_stands_in_loops_macros_and_other_parts(name: Iterator[str]):
    template = environment().from_string(
        "{% macro cell(x) %}{% drawn name ~ 'cell', (x,) %}[{{ x }}]{% enddrawn %}{% endmacro %}"
        "{% drawn name, (rows|length,) %}{% for x in rows %}{{ cell(x) }}{% endfor %}{% enddrawn %}{{ cell(rows[0]) }}"
    )
    assert template.render(name=next(name), rows=[1, 2]) == "[1][2][1]"


def test_a_tag_without_values_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        environment().from_string("{% drawn 'name' %}x{% enddrawn %}")
