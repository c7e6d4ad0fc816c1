"""The frame of every page: navigation, menu, search, sidebar, messages, the reader's looks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

from klardesk.base import i18n
from klardesk.people.models import Person
from klardesk.web import slots
from klardesk.web.slots import NavigationEntry, SearchBox, UserMenuEntry

pytestmark = [pytest.mark.urls("tests.web.pages"), pytest.mark.django_db]
WEB = Path(slots.__file__).parent


def page(client: Client, path: str = "/plain", **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_names_its_language_and_lets_one_skip_to_the_content(visitor: Client) -> None:
    text = page(visitor, **{"Accept-Language": "de"})
    assert '<html lang="de" dir="ltr" data-theme="auto" data-density="normal" data-shortcuts="on">' in text
    assert '<a class="skip-link" href="#main">Zum Inhalt springen</a>' in text
    assert '<main id="main"' in text


def test_the_navigation_marks_where_one_is(agent: Client) -> None:
    for url_name in ("design", "plain"):
        slots.register_navigation(NavigationEntry(area="desk", label=url_name, url_name=url_name, icon="layers"))
    assert re.findall(r'<a class="topnav-link" href="([^"]+)" aria-current="page">', page(agent)) == ["/plain"]


def test_the_current_entry_is_the_longest_that_fits(rf: object) -> None:
    from klardesk.web.context import Nobody, Shell

    request = rf.get("/design/more")  # type: ignore[attr-defined]
    request.actor = Nobody("agent", "Anna")
    slots.register_navigation(NavigationEntry(area="desk", label="Parts", url_name="design", icon="layers"))
    assert [(link.href, link.current) for link in Shell(request).links("desk")] == [("/design", True)]


def test_the_user_menu_posts_where_it_must(agent: Client) -> None:
    slots.register_user_menu(
        UserMenuEntry(label="Leave", url_name="design", icon="log-out", post=True),
        UserMenuEntry(
            label="Mine", url_name="plain", icon="user", order=1, may_see=lambda visitor: visitor.kind == "agent"
        ),
    )
    text = page(agent)
    assert "Your menu:" in text
    assert re.search(r'<form method="post" action="/design"><input type="hidden" name="csrfmiddlewaretoken"', text)
    assert text.index("Mine") < text.index("Leave")


def test_nobody_has_no_menu_and_no_search(visitor: Client) -> None:
    slots.register_search_box(SearchBox(area="desk", label="Search", url_name="design"))
    text = page(visitor)
    assert 'role="search"' not in text
    assert "Your menu:" not in text


def test_the_search_box_keeps_what_was_typed(agent: Client) -> None:
    slots.register_search_box(SearchBox(area="desk", label="Search", url_name="design"))
    assert 'value="&lt;b&gt; &#34;x"' in page(agent, "/plain?q=<b> %22x")


def test_customers_are_at_home_in_the_portal(world: object) -> None:
    slots.register_navigation(
        NavigationEntry(area="portal", label="My tickets", url_name="design", icon="ticket", may_see=slots.any_person),
        NavigationEntry(area="desk", label="All tickets", url_name="design", icon="ticket", may_see=slots.any_person),
    )
    client = Client()
    client.force_login(world.dora, backend="klardesk.people.backend.RealmBackend")  # type: ignore[attr-defined]
    assert "My tickets" in page(client)
    assert "All tickets" not in page(client)


def test_the_administration_lists_its_pages_under_headings(rf: object) -> None:
    from klardesk.web.context import Nobody

    for order, (url_name, section) in enumerate([("design", "Look"), ("plain", "Mail"), ("bare", "Look")]):
        slots.register_navigation(
            NavigationEntry(
                area="admin", label=url_name, url_name=url_name, icon="settings", section=section, order=order
            )
        )
    request = rf.get("/plain")  # type: ignore[attr-defined]
    request.actor = Nobody("agent", "Anna")
    template = engines["jinja2"].from_string('{% extends "web/page.html" %}{% set area = "admin" %}')
    text = template.render({}, request)
    assert re.findall(r'<p class="sidenav-heading">(\w+)</p>', text) == ["Look", "Mail"]
    assert text.count('class="sidenav-link"') == 3
    assert 'id="sidebar"' in text


def test_an_empty_sidebar_is_not_drawn(visitor: Client) -> None:
    assert 'id="sidebar"' not in page(visitor)


@pytest.mark.parametrize(
    ("cookie", "own", "shown"),
    [
        ("", "", "auto"),
        ("", "dark", "dark"),
        ("light", "dark", "dark"),
        ("dark", "", "auto"),
        ("", "nonsense", "auto"),
    ],
)
def test_the_persons_theme_counts_in_every_browser(
    agent: Client, anna: Person, cookie: str, own: str, shown: str
) -> None:
    anna.theme = own
    anna.save()
    if cookie:
        agent.cookies["klardesk_theme"] = cookie
    assert f'data-theme="{shown}"' in page(agent)


def test_this_browsers_theme_counts_before_anybody_is_known(visitor: Client) -> None:
    visitor.cookies["klardesk_theme"] = "dark"
    assert 'data-theme="dark"' in page(visitor)


def test_single_keys_are_switched_off(agent: Client, anna: Person) -> None:
    assert 'data-shortcuts="on"' in page(agent)
    anna.shortcuts = False
    anna.save()
    assert 'data-shortcuts="off"' in page(agent)


def test_the_token_of_forms_reaches_htmx(agent: Client) -> None:
    assert re.search(r"""hx-headers='\{"X-CSRFToken": "\w{64}"\}'""", page(agent))


def test_components_are_shown_to_developers_only(visitor: Client, settings: object) -> None:
    for path in ("/design", "/design/mail"):
        settings.DEBUG = False  # type: ignore[attr-defined]
        assert visitor.get(path).status_code == 404
        settings.DEBUG = True  # type: ignore[attr-defined]
        assert visitor.get(path).status_code == 200


def test_every_component_is_listed_and_shown() -> None:
    source = (WEB / "jinja2" / "web" / "components.html").read_text()
    head, body = source.split("#}", 1)
    shown = (WEB / "jinja2" / "web" / "design.html").read_text() + (WEB / "jinja2" / "web" / "topbar.html").read_text()
    macros = [name for name in re.findall(r"{% macro (\w+)\(", body) if not name.startswith("_")]
    assert [name for name in macros if f"{name}(" not in head] == []
    assert [name for name in macros if not re.search(rf"\b{name}\(", shown)] == []


def test_every_sentence_is_there_in_german() -> None:
    assert [flaw for flaw in i18n.flaws() if flaw.app == "web"] == []
