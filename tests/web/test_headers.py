"""What every answer says to the browser."""

from __future__ import annotations

import re

import pytest
import structlog
from django.test import Client

from klardesk.web.middleware import HEADERS, POLICY

pytestmark = [pytest.mark.urls("tests.web.pages"), pytest.mark.django_db]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize(
    "path", ["/plain", "/bare", "/refused", "/suspicious", "/broken", "/nowhere", "/static/web/app.js"]
)
def test_every_answer_has_the_policy(visitor: Client, path: str) -> None:
    response = visitor.get(path)
    assert response.headers["Content-Security-Policy"] == POLICY
    assert {name: response.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "default-src 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY
    for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert word not in POLICY


def test_a_view_may_replace_the_policy(visitor: Client) -> None:
    assert visitor.get("/mail-frame").headers["Content-Security-Policy"] == "default-src 'none'; img-src data:"


@pytest.mark.parametrize("path", ["/plain", "/bare", "/broken", "/design"])
def test_pages_hold_to_the_policy(visitor: Client, settings: pytest.FixtureRequest, path: str) -> None:
    settings.DEBUG = path == "/design"  # type: ignore[attr-defined]
    assert INLINE.search(visitor.get(path).content.decode()) is None


def test_pages_of_a_person_are_not_stored(agent: Client) -> None:
    assert agent.get("/whose").headers["Cache-Control"] == "no-store"
    assert agent.get("/plain").headers["Cache-Control"] == "no-store"


def test_a_view_decides_about_its_own_cache(agent: Client) -> None:
    assert agent.get("/cached").headers["Cache-Control"] == "private, max-age=60"


def test_pages_of_nobody_have_no_such_rule(visitor: Client) -> None:
    assert "Cache-Control" not in visitor.get("/whose").headers


def test_each_request_has_an_id_of_its_own(visitor: Client) -> None:
    first, second = (visitor.get("/plain").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert re.fullmatch("[0-9a-f]{16}", first)


def test_a_sane_id_of_the_proxy_is_kept(visitor: Client) -> None:
    assert visitor.get("/plain", headers={"X-Request-ID": "proxy-7.4711_a"}).headers["X-Request-ID"] == "proxy-7.4711_a"


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space in it", "<script>alert(1)</script>", "äöüäöüäöü"])
def test_a_strange_id_is_replaced(visitor: Client, given: str) -> None:
    assert visitor.get("/plain", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_log_lines_carry_the_id(visitor: Client) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        response = visitor.get("/suspicious")
    assert [line["request_id"] for line in lines if line["event"] == "web.bad_request"] == [
        response.headers["X-Request-ID"]
    ]
    assert "request_id" not in structlog.contextvars.get_contextvars()
