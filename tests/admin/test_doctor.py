"""What the doctor finds, says and recommends."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections
from django.utils import translation

from klardesk.admin.cli import add_commands
from klardesk.admin.doctor import examine as doctor
from klardesk.admin.doctor.findings import CHECKS, Verdict
from klardesk.base import blobs
from klardesk.base.clock import now
from klardesk.jobs import actions as jobs
from klardesk.jobs.models import Role, SweepState
from klardesk.ledger import keys
from klardesk.mail.models import IncomingMail, Mailbox, OutgoingMail
from klardesk.people.models import Person
from klardesk.tickets.models import Article

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "mail_keys",
    "settings", "data_directory", "free_space", "keys", "programs", "database", "integrity", "migrations", "guards", "seals",
    "clock", "worker", "fetcher", "sweeps", "blobs", "administrators", "time_zones", "mailboxes", "incoming", "outbox",
}  # fmt: skip


@pytest.fixture
def healthy(world, settings, tmp_path):
    """A desk on which nothing is wrong."""
    settings.KLARDESK_DATA = tmp_path / "data"
    settings.KLARDESK_DATA.mkdir(mode=0o700)
    settings.KLARDESK_URL = "http://localhost:8000"
    keys.ensure_key()
    jobs.beat("one", Role.WORKER)
    jobs.beat("two", Role.FETCHER)
    return world


def found(name):
    """The findings of one check: (verdict, sentence, mend)."""
    return [
        (entry.finding.verdict, entry.finding.says, entry.finding.mend)
        for entry in doctor.examine()
        if entry.name == name
    ]


def one(name):
    """The one finding of a check."""
    [finding] = found(name)
    return finding


def mailbox(**values):
    return Mailbox.objects.create(name="Support", host="mail.example", login="support", **values)


# Tests run SQLite and PostgreSQL without waiting for the disk, which the doctor rightly complains about.
FAST_IN_TESTS = {"database"}


def test_a_healthy_desk_is_healthy(healthy):
    bad = [entry for entry in doctor.examine() if entry.finding.verdict and entry.name not in FAST_IN_TESTS]
    assert bad == []


def test_every_check_is_known_and_has_a_title_in_both_languages(healthy):
    assert {check.name for check in CHECKS} == EVERYTHING
    for language in ("de", "en"):
        with translation.override(language):
            assert all(str(check.title) for check in CHECKS)


def test_fast_but_unsafe_commits_are_a_problem(healthy):
    verdict, says, mend = found("database")[0]
    assert verdict == Verdict.PROBLEM
    assert "power cut" in says
    assert mend


def test_a_misspelt_variable_is_named(healthy, monkeypatch):
    monkeypatch.setenv("KLARDESK_DATABSE_URL", "x")
    verdict, says, _mend = found("settings")[0]
    assert verdict == Verdict.WARNING
    assert "KLARDESK_DATABSE_URL" in says


@pytest.mark.parametrize(
    ("changed", "verdict", "word"),
    [
        ({"DEBUG": True}, Verdict.WARNING, "KLARDESK_DEBUG"),
        ({"DEBUG": True, "KLARDESK_URL": "https://desk.example"}, Verdict.PROBLEM, "KLARDESK_DEBUG"),
        ({"ALLOWED_HOSTS": ["*"]}, Verdict.WARNING, "KLARDESK_HOSTS"),
        ({"KLARDESK_URL": "http://desk.example"}, Verdict.WARNING, "readable"),
        ({"KLARDESK_URL": "https://desk.example"}, Verdict.WARNING, "KLARDESK_BEHIND_PROXY"),
        ({"KLARDESK_URL": "https://desk.example", "KLARDESK_BEHIND_PROXY": True}, Verdict.OK, "https://desk.example"),
    ],
)
def test_settings_that_fit_together_badly(healthy, settings, changed, verdict, word):
    for name, value in changed.items():
        setattr(settings, name, value)
    assert any(found_verdict == verdict and word in says for found_verdict, says, _mend in found("settings"))


def test_open_directories_and_keys_are_told(healthy, settings):
    settings.KLARDESK_DATA.chmod(0o755)
    (settings.KLARDESK_DATA / "keys" / "seal.key").chmod(0o644)
    assert one("data_directory")[0] == Verdict.WARNING
    verdict, says, mend = one("keys")
    assert (verdict, "seal.key" in says) == (Verdict.PROBLEM, True)
    assert mend.startswith("chmod 700")


def test_a_program_that_signed_mail_needs_is_missed(healthy, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None if name == "gpg" else f"/usr/bin/{name}")
    verdict, says, mend = one("programs")
    assert (verdict, "OpenPGP" in says, mend) == (Verdict.WARNING, True, "apt install gnupg")


def test_a_missing_seal_key_is_a_problem(healthy, settings):
    (settings.KLARDESK_DATA / "keys" / "seal.key").unlink()
    assert found("keys")[0][0] == Verdict.PROBLEM


@pytest.mark.parametrize(("free", "verdict"), [(10 * 2**20, 2), (2**30, 1), (2**40, 0)])
def test_little_space_is_told(healthy, monkeypatch, free, verdict):
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Usage", (), {"free": free})())
    assert one("free_space")[0] == verdict


def test_missing_guards_are_a_problem(healthy):
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER ledger_event_no_update" + (" ON ledger_event" if connection.vendor == "postgresql" else "")
        )
    verdict, says, _mend = one("guards")
    assert (verdict, "ledger_event_no_update" in says) == (Verdict.PROBLEM, True)


def test_a_clock_behind_the_history_is_a_problem(healthy, monkeypatch):
    healthy.ticket()
    past = now() - timedelta(hours=1)
    monkeypatch.setattr("klardesk.admin.doctor.database.clock.now", lambda: past)
    assert one("clock")[0] == Verdict.PROBLEM


def test_without_worker_and_fetcher(healthy):
    jobs.end("one")
    jobs.end("two")
    assert one("worker")[0] == Verdict.PROBLEM
    assert one("fetcher")[0] == Verdict.OK, "there is no mailbox to empty"
    mailbox()
    assert one("fetcher")[0] == Verdict.PROBLEM


@pytest.mark.parametrize(("failures", "verdict"), [(1, Verdict.WARNING), (3, Verdict.PROBLEM)])
def test_a_failing_sweep_is_told_with_its_last_line(healthy, failures, verdict):
    SweepState.objects.create(
        name="people.tidy",
        next_due=now(),
        failures=failures,
        last_error="Traceback\n  File x\nRuntimeError: it burns\n",
    )
    assert (one("sweeps")[0], "RuntimeError: it burns" in one("sweeps")[1]) == (verdict, True)


def test_an_overdue_sweep_is_told(healthy):
    SweepState.objects.create(name="people.tidy", next_due=now() - timedelta(hours=1))
    assert (one("sweeps")[0], "people.tidy" in one("sweeps")[1]) == (Verdict.WARNING, True)


def test_changed_and_missing_files_are_a_problem(healthy):
    digest = blobs.put(b"From: dora\n\nIt burns.")
    ticket = healthy.ticket(article=healthy.article(raw=digest))
    assert one("blobs")[0] == Verdict.OK
    assert Article.objects.unscoped("test").filter(ticket=ticket, raw=digest).exists()
    Path(blobs.path_of(digest)).chmod(0o600)
    Path(blobs.path_of(digest)).write_bytes(b"something else")
    verdict, says, _mend = one("blobs")
    assert (verdict, digest in says) == (Verdict.PROBLEM, True)
    Path(blobs.path_of(digest)).unlink()
    assert one("blobs")[0] == Verdict.PROBLEM


def test_without_an_administrator_who_has_a_password(healthy):
    healthy.root.set_unusable_password()
    healthy.root.save()
    verdict, _says, mend = one("administrators")
    assert (verdict, "klardesk user reset-password" in mend) == (Verdict.PROBLEM, True)


def test_an_unknown_time_zone_is_named(healthy):
    Person.objects.filter(pk=healthy.anna.pk).update(time_zone="Mars/Base")
    assert "Mars/Base" in one("time_zones")[1]


def test_a_mailbox_that_cannot_be_emptied_is_named_with_its_error(healthy):
    mailbox(last_error="LOGIN failed", last_error_at=now())
    verdict, says, _mend = one("mailboxes")
    assert (verdict, "Support" in says, "LOGIN failed" in says) == (Verdict.PROBLEM, True, True)


def test_mails_that_failed_or_wait_too_long(healthy):
    old = now() - timedelta(hours=2)
    IncomingMail.objects.create(digest="a" * 64, size=1, received_at=old, state="failed", reason="error")
    IncomingMail.objects.create(digest="b" * 64, size=1, received_at=old)
    assert [verdict for verdict, _says, _mend in found("incoming")] == [Verdict.WARNING, Verdict.PROBLEM]


def test_mails_that_do_not_leave(healthy):
    old = now() - timedelta(hours=2)
    for number, state in enumerate(("waiting", "failed")):
        OutgoingMail.objects.create(
            kind="reply", recipients=[], digest="a" * 64, message_id=f"<{number}>", message_id_digest=str(number) * 64,
            state=state, created_at=old, tries_since=old, next_attempt_at=old, last_error="421 come again",
        )  # fmt: skip
    (worst, says, _mend), (other, _says, _other_mend) = found("outbox")
    assert (worst, "421 come again" in says, other) == (Verdict.PROBLEM, True, Verdict.WARNING)


def test_a_check_that_stumbles_does_not_hide_the_others(healthy, monkeypatch):
    def stumble():
        raise RuntimeError("it burns")

    monkeypatch.setattr("klardesk.admin.doctor.desk.available_timezones", stumble)
    verdict, says, _mend = one("time_zones")
    assert (verdict, "it burns" in says) == (Verdict.PROBLEM, True)
    assert {entry.name for entry in doctor.examine()} >= EVERYTHING - {"integrity"}


def test_without_the_database_the_rest_is_still_checked(healthy, monkeypatch):
    def lost():
        raise OperationalError("connection refused\nIs the server running?")

    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "ensure_connection", lost)
        patched.setattr(connections["default"], "close", lambda: None)
        entries = doctor.examine()
    assert {entry.name for entry in entries} == {
        "settings",
        "data_directory",
        "free_space",
        "keys",
        "programs",
        "database",
    }
    assert "connection refused" in entries[-1].finding.says
    assert "Is the server" not in entries[-1].finding.says


def run(*words):
    """The command as the shell runs it; its exit code."""
    import argparse

    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    options = parser.parse_args(["doctor", *words])
    return options.run(options)


def test_the_command_prints_json_and_ends_with_the_worst_verdict(healthy, capsys):
    assert run("--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "problem"
    assert {finding["check"] for finding in told["findings"]} >= EVERYTHING - {"integrity"}
    assert set(told["findings"][0]) == {"check", "verdict", "says", "mend"}


def test_the_command_speaks_the_desks_language(healthy, settings, capsys):
    settings.LANGUAGE_CODE = "de"
    run()
    assert "Datenverzeichnis" in capsys.readouterr().out


def test_the_page_shows_the_worst_first(client, healthy):
    mailbox(last_error="LOGIN failed", last_error_at=now())
    client.force_login(healthy.root)
    page = client.get("/admin/system/").content.decode()
    assert "LOGIN failed" in page
    assert page.index("LOGIN failed") < page.index("All background work is on time.")
