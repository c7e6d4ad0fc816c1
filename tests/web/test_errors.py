"""Error pages say what happened, what was kept and what to do, in both languages, whatever is broken."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.urls("tests.web.pages"), pytest.mark.django_db]
PAGES = {
    "/suspicious": (400, "could not read this request", "konnte diese Anfrage nicht lesen"),
    "/refused": (403, "not allowed", "dürfen Sie nicht"),
    "/nowhere": (404, "nothing here for you", "gibt es nichts für Sie"),
    "/broken": (500, "made a mistake", "hat einen Fehler gemacht"),
    "/query-wrong": (500, "made a mistake", "hat einen Fehler gemacht"),
    "/unavailable": (503, "cannot reach its database", "erreicht seine Datenbank nicht"),
}
HEADINGS = {
    "en": ("What happened", "What was kept", "What to do", "To the start page"),
    "de": ("Was geschehen ist", "Was erhalten ist", "Was zu tun ist", "Zur Startseite"),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", PAGES)
def test_says_the_three_things(visitor: Client, path: str, language: str) -> None:
    status, english, german = PAGES[path]
    response = visitor.get(path, headers={"Accept-Language": language, "X-Request-ID": "request-4711"})
    text = response.content.decode()
    assert response.status_code == status
    assert (english if language == "en" else german) in text
    for heading in HEADINGS[language]:
        assert heading in text
    assert "request-4711" in text
    assert f'lang="{language}"' in text
    assert "no-store" in response.headers["Cache-Control"]


def test_a_refusal_gives_its_reason(visitor: Client) -> None:
    assert "This needs the right “note” on the group “sales”." in visitor.get("/refused").content.decode()


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_form_without_its_token_is_explained(language: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/plain", headers={"Accept-Language": language})
    assert response.status_code == 403
    assert (
        "This form has grown old" if language == "en" else "Dieses Formular ist veraltet"
    ) in response.content.decode()


@pytest.mark.sqlite
def test_a_lost_database_is_503_and_to_be_tried_again(visitor: Client) -> None:
    response = visitor.get("/database-lost")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"


@pytest.mark.parametrize("path", ["/broken", "/unavailable", "/static/web/app.js"])
def test_needs_no_database(agent: Client, path: str) -> None:
    agent.cookies["klardesk_theme"] = "dark"
    with CaptureQueriesContext(connection) as queries:
        response = agent.get(path)
    error_queries = [query["sql"] for query in queries if "UPDATE" in query["sql"]]
    assert error_queries == []
    if response.status_code >= 500:
        assert 'data-theme="dark"' in response.content.decode()


def test_a_page_that_never_came_to_its_view_asks_no_database_twice(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database dies while the session is read: the answer is still the page that says so."""
    from django.db import OperationalError

    from klardesk.web import reader

    def dead(request: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(reader, "person", dead)
    monkeypatch.setattr("klardesk.web.errors.database_is_lost", lambda error: isinstance(error, OperationalError))
    response = visitor.get("/plain")
    assert response.status_code == 503
    assert visitor.get("/nowhere").status_code == 404
    assert visitor.get("/static/web/app.js").status_code == 200


def test_a_person_reads_errors_in_their_own_language(agent: Client, anna: object) -> None:
    anna.language = "de"  # type: ignore[attr-defined]
    anna.save()  # type: ignore[attr-defined]
    for path in ("/nowhere", "/refused", "/broken"):
        assert 'lang="de"' in agent.get(path, headers={"Accept-Language": "en"}).content.decode()


def test_the_desk_uses_these_pages() -> None:
    from klardesk import urls
    from tests.web import pages

    for handler in ("handler400", "handler403", "handler404", "handler500"):
        assert getattr(urls, handler) == getattr(pages, handler)
