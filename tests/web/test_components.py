"""What the components promise: labels, errors, states for assistive technology, and escaping."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines

from klardesk.web.jinja import UnknownIcon, icon, query
from klardesk.web.parts import Column, Tab, TreeNode

HOSTILE = '<script>"x"</script>'


class SmallForm(forms.Form):
    name = forms.CharField(help_text="As on the badge.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    secret = forms.CharField(widget=forms.HiddenInput)


def draw(source: str, **values: object) -> str:
    macros = re.findall(r"(\w+)\(", source)
    template = engines["jinja2"].from_string(
        f'{{% from "web/components.html" import {", ".join(dict.fromkeys(macros))} %}}{source}'
    )
    return str(template.render(values))


def test_a_field_is_tied_to_its_label_help_and_errors() -> None:
    text = draw("{{ field(bound) }}", bound=SmallForm({})["name"])
    assert '<label for="id_name">' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_helptext">As on the badge.' in text
    assert 'id="id_name_error"' in text


def test_a_group_of_choices_has_a_legend() -> None:
    text = draw("{{ field(bound) }}", bound=SmallForm()["kind"])
    assert "<fieldset" in text
    assert "<legend>Kind" in text


def test_a_checkbox_stands_inside_its_label() -> None:
    text = draw("{{ field(bound) }}", bound=SmallForm()["agreed"])
    assert re.search(r'<label class="check"><input type="checkbox"[^>]*><span>Agreed', text)


def test_a_hidden_field_has_no_label() -> None:
    assert "<label" not in draw("{{ field(bound) }}", bound=SmallForm()["secret"])


def test_errors_of_a_form_say_that_nothing_is_lost() -> None:
    form = SmallForm({})
    form.add_error(None, "The two do not fit.")
    text = draw("{{ form_errors(form) }}", form=form)
    assert "what you typed is still here" in text
    assert "The two do not fit." in text
    assert draw("{{ form_errors(form) }}", form=SmallForm()).strip() == ""


def test_fields_draws_the_whole_form() -> None:
    text = draw("{{ fields(form) }}", form=SmallForm())
    for name in ("name", "kind", "agreed", "secret"):
        assert f'name="{name}"' in text


@pytest.mark.parametrize(
    ("sort", "state", "next_sort"),
    [("age", "ascending", "-age"), ("-age", "descending", "age"), ("title", None, "age")],
)
def test_a_sorted_column_says_so_and_turns_round(sort: str, state: str | None, next_sort: str) -> None:
    columns = [Column(key="age", label="Age", sortable=True), Column(key="note", label="Note")]
    text = draw(
        "{% call table(columns, params, sort) %}<tr></tr>{% endcall %}",
        columns=columns,
        params=QueryDict("queue=3&queue=4&page=7&sort=x"),
        sort=sort,
    )
    assert (f'aria-sort="{state}"' in text) is bool(state)
    assert f'href="?queue=3&amp;queue=4&amp;sort={next_sort}"' in text
    assert text.count("<a ") == 1


def test_pages_keep_the_other_parameters() -> None:
    text = draw(
        "{{ pagination(page, params) }}", page=Paginator(range(1234), 50).page(7), params=QueryDict("sort=-age")
    )
    assert "301–350 of 1,234" in text
    assert 'rel="next" href="?sort=-age&amp;page=8"' in text
    assert 'aria-current="page">7<' in text


def test_a_single_page_has_no_links() -> None:
    text = draw("{{ pagination(page) }}", page=Paginator(range(3), 50).page(1))
    assert "<a " not in text
    assert "No entries" in draw("{{ pagination(page) }}", page=Paginator([], 50).page(1))


def test_a_tree_shows_the_current_node_and_folds_its_branches() -> None:
    leaf = TreeNode(label="Hardware", href="/h", count=7, current=True)
    text = draw(
        "{{ tree(nodes, 'Queues') }}", nodes=[TreeNode(label="Support", href="/s", opened=True, children=[leaf])]
    )
    assert '<details class="tree-branch" open>' in text
    assert 'href="/h" aria-current="page"' in text
    assert text.index('href="/s"') < text.index("<summary") < text.index('href="/h"')


def test_the_current_tab_is_marked_and_zero_is_shown() -> None:
    text = draw(
        "{{ tabs(items, 'Views') }}",
        items=[Tab(label="A", href="/a", current=True), Tab(label="B", href="/b", count=0)],
    )
    assert 'href="/a" aria-current="page"' in text
    assert ">0</span>" in text


def test_a_question_is_asked_before_a_dangerous_form_is_sent() -> None:
    text = draw("{{ confirm_form('/x', 'Delete', csrf, question, hidden={'id': 3}) }}", csrf="", question="Delete “A”?")
    assert 'method="post"' in text
    assert 'data-confirm="Delete “A”?"' in text
    assert 'name="id" value="3"' in text


def test_an_internal_message_is_unmistakable() -> None:
    source = "{% call message('Ada', at, internal=internal) %}x{% endcall %}"
    at = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    internal, public = draw(source, at=at, internal=True), draw(source, at=at, internal=False)
    assert "message-internal" in internal
    assert "Internal: the customer does not see this" in internal
    assert "nternal" not in public


@pytest.mark.parametrize(
    "source",
    [
        "{{ button(x) }}", "{{ link_button(x, x) }}", "{{ icon_button('x', x) }}", "{{ badge(x) }}", "{{ state_badge(x, x) }}",
        "{{ priority(x, x) }}", "{{ avatar(x) }}", "{{ person(x) }}", "{{ alert(x, title=x) }}", "{{ chips([x]) }}",
        "{{ chips([{'text': x, 'href': x, 'remove_name': x, 'remove_value': x}]) }}", "{{ definition_list([(x, x)]) }}",
        "{{ breadcrumb([{'label': x, 'href': x}, {'label': x}]) }}", "{{ empty_state(x, x, x) }}", "{{ menu_link(x, x) }}",
        "{{ search_field(x, x, x) }}", "{{ select(x, [(x, x)], x, x) }}", "{{ tree([{'label': x, 'href': x}], x) }}",
        "{{ confirm_form(x, x, '', x, hidden={'a': x}) }}", "{{ mail_frame(x, x) }}", "{{ button('a', attrs={'data-a': x}) }}",
        "{{ page_head(x, subtitle=x) }}", "{{ cell_link(x, x) }}", "{{ select_row(x, x, x) }}", "{{ progress(1, 2, x) }}",
    ],
)  # fmt: skip
def test_what_people_wrote_stays_text(source: str) -> None:
    text = draw(source, x=HOSTILE)
    assert "<script" not in text
    assert re.sub(r'="[^"]*"', "", text).count('"') == 0 or "&#34;" in text


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("inbox")
    assert 'role="img" aria-label="Inbox &lt;3"' in icon("inbox", "Inbox <3")
    with pytest.raises(UnknownIcon, match=r"tools/build_icons\.py"):
        icon("no such icon")


def test_a_query_changes_what_is_named_only() -> None:
    assert query(QueryDict("a=1&a=2&b=3"), b=4) == "?a=1&a=2&b=4"
    assert query({"a": [1, 2], "b": "x y"}, a=None, c=0) == "?b=x+y&c=0"
    assert query() == "?"
