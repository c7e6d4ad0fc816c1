"""Who sees the pages of the administration that belong to no single domain."""

from __future__ import annotations

import pytest
from django.urls import reverse

from klardesk.web import slots

pytestmark = pytest.mark.django_db
PAGES = ["/admin/", "/admin/options/", "/admin/options/ticket/", "/admin/system/"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_sent_to_log_in(client, world, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", ["anna", "ben", "carla"])
def test_an_agent_without_the_right_is_refused(client, world, path, name):
    client.force_login(getattr(world, name))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_for_a_customer_there_is_no_such_page(client, world, path):
    client.force_login(world.dora)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_administrator_sees_them(client, world, path, language):
    client.force_login(world.root)
    client.cookies["klardesk_language"] = language
    assert client.get(path).status_code == 200


def test_the_start_page_leads_to_every_page_and_says_what_it_does(client, world):
    client.force_login(world.root)
    page = client.get("/admin/").content.decode()
    for entry in slots.navigation("admin", world.actor("root")):
        assert entry.summary, f"{entry.url_name} says nothing about itself"
        assert f'href="{reverse(entry.url_name)}"' in page


def test_only_reading_is_possible_where_nothing_is_changed(client, world):
    client.force_login(world.root)
    for path in ("/admin/options/",):
        assert client.post(path).status_code in {404, 405}
