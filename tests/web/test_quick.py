"""The quicker parts of the templates give what Jinja and markupsafe give."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from klardesk.web.jinja import environment
from klardesk.web.quick import escaped, gettext

VALUES = st.one_of(
    st.text(), st.integers(), st.booleans(), st.none(), st.floats(), st.text().map(Markup), st.text().map(SafeString)
)


@given(VALUES)
def test_what_is_put_out_is_escaped_as_ever(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


def test_objects_that_bring_html_and_lazy_texts_are_asked() -> None:
    class Drawn:
        def __html__(self) -> str:
            return "<b>drawn</b>"

    assert str(escaped(Drawn())) == "<b>drawn</b>"
    assert str(escaped(gettext_lazy("Save & close"))) == "Save &amp; close"


def test_a_template_escapes_what_visitors_wrote_wherever_it_stands() -> None:
    text = """{% macro cell(x) %}<td>{{ x }}{{ caller() if caller is defined }}</td>{% endmacro %}
    {%- set kept %}{{ x }}{% endset %}{{ x }}{{ kept }}{{ cell(x) }}{{ x|e }}{{ "<i>" ~ x }}{% call cell(1) %}{{ x }}{% endcall %}
    {%- for each in [x] %}{{ each }}{% endfor %}{{ safe }}{{ number }}"""
    drawn = environment().from_string(text).render(x="<script>", safe=Markup("<br>"), number=3)
    script = "&lt;script&gt;"
    expected = f"{script}{script}<td>{script}</td>{script}&lt;i&gt;{script}<td>1{script}</td>{script}<br>3"
    assert drawn == expected


def test_functions_that_want_the_context_get_it() -> None:
    @pass_context
    def named(context, name: str) -> str:
        return str(context[name])

    template = environment().from_string("{{ named('x') }}{{ plain(2, more=3) }}{{ x.upper() }}")
    assert template.render(named=named, plain=lambda one, more: one + more, x="a") == "a5A"


def test_methods_that_want_the_context_get_it_and_others_nothing_more() -> None:
    class Told:
        @pass_context
        def wanting(self, context: Context, word: str) -> str:
            return f"{word} {context['name']}"

        def plain(self, word: str, **further: str) -> str:
            return f"{word}{further}"

    text = "{% set kept = {} %}{% do kept.update(a=1) %}"
    text += "{% for x in 'b' %}{{ told.wanting(x) }} {{ told.plain(x) }}{% endfor %} {{ kept }}"
    drawn = environment().from_string(text).render(told=Told(), name="Anna")
    assert drawn == "b Anna b{} {&#39;a&#39;: 1}"


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_sentence_is_in_the_readers_language_and_its_values_are_escaped(language: str) -> None:
    with translation.override(language):
        assert gettext("Save") == {"de": "Speichern", "en": "Save"}[language]
        assert gettext("not in any catalogue: %(name)s, 5 %%", name="<b>") == "not in any catalogue: &lt;b&gt;, 5 %"
        assert gettext("not in any catalogue: 5 %%") == "not in any catalogue: 5 %"
        assert environment().from_string("{{ _('Save') }}{% trans n='<b>' %}{{ n }} odd{% endtrans %}").render() == (
            f"{gettext('Save')}&lt;b&gt; odd"
        )


def test_an_if_without_else_gives_nothing_and_a_name_that_nobody_gave_is_an_error() -> None:
    assert environment().from_string("<a{{ ' b' if false }}>").render() == "<a>"
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()
