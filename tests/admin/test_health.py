"""What load balancers and supervisors ask."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError, connections

from klardesk.admin import health
from klardesk.base import blobs
from klardesk.jobs import actions
from klardesk.jobs.models import Role

pytestmark = pytest.mark.django_db
READY = "/health/ready"


@pytest.fixture
def worker(clock):
    """A worker, seen right now."""
    actions.beat("one", Role.WORKER)


def test_alive_is_said_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live", "reasons": []})


def test_ready_with_database_store_and_worker(client, worker):
    answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "reasons": []})


def test_not_ready_without_a_worker(client):
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["no worker was seen within a minute: start klardesk worker"]


def test_a_worker_unseen_for_a_minute_does_not_count(client, worker, clock):
    clock.move(seconds=61)
    assert client.get(READY).status_code == 503


def test_not_ready_while_migrations_lack(client, worker, monkeypatch):
    monkeypatch.setattr(health, "_needed", {("tickets", "9999_later")})
    assert client.get(READY).json()["reasons"] == ["the database lacks 1 migrations: run klardesk prepare"]


def test_not_ready_without_the_database(client, monkeypatch):
    def lost(*_arguments, **_values):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("klardesk.admin.health.MigrationRecorder.applied_migrations", lost)
    monkeypatch.setattr(connections["default"], "close", lambda: None)
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the database does not answer (OperationalError)"]


def test_not_ready_when_the_store_cannot_be_written(client, worker, monkeypatch, tmp_path):
    (tmp_path / "blobs").write_text("a file where the folder should be")
    monkeypatch.setattr(blobs, "root", lambda: tmp_path / "blobs")
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("the blob store cannot be written")


def test_it_is_asked_by_address_and_leaves_no_cookie(client, worker):
    answer = client.get(READY, headers={"host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"


def test_asking_costs_three_queries(client, worker, django_assert_num_queries):
    client.get(READY)
    with django_assert_num_queries(3):
        client.get(READY)


def test_a_request_is_one_line_in_the_log(client, world, caplog):
    with caplog.at_level(logging.INFO, "klardesk.request"):
        client.get("/login/?next=/secret/")
    [record] = [one for one in caplog.records if one.name == "klardesk.request"]
    line = record.getMessage() if isinstance(record.msg, str) else str(record.msg)
    assert "/login/" in line
    assert "secret" not in line


def test_a_one_time_token_is_not_logged(client, world, caplog):
    with caplog.at_level(logging.INFO, "klardesk.request"):
        client.get("/password/this-is-a-token/")
    assert "this-is-a-token" not in str([record.msg for record in caplog.records])


def test_healthy_answers_are_not_logged(client, worker, caplog):
    with caplog.at_level(logging.INFO, "klardesk.request"):
        client.get(READY)
    assert not [record for record in caplog.records if record.name == "klardesk.request"]
