"""Invitations to meetings are readable in the article, and kept as a file."""

from __future__ import annotations

import pytest

from klardesk.mail.parse import Phrases, parse
from klardesk.tickets.models import Article
from tests.mail.samples import INVITATION, mail
from tests.mail.taking import take


def invitation(*lines: str, method: str = "REQUEST", part: str = "text/calendar; charset=utf-8") -> bytes:
    event = [
        "BEGIN:VCALENDAR",
        f"METHOD:{method}" if method else "VERSION:2.0",
        "BEGIN:VEVENT",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return mail(f"Content-Type: {part}", "Content-Transfer-Encoding: 8bit", body="\r\n".join(event).encode())


def text(*lines: str, **more: str) -> str:
    return parse(invitation(*lines, **more)).text


def test_a_mail_that_is_an_invitation_shows_what_when_where_and_who():
    found = parse(INVITATION)
    assert found.text == (
        "Invitation: Jour fixe\n"
        "When: 2026-05-04 10:00 – 11:00 (Europe/Berlin, UTC+02:00)\n"
        "Repeats: weekly (interval 2) MO (5×)\n"
        "Where: Raum Süd\n"
        "Organiser: Anna Berger <anna@nordlicht.example>\n"
        "Who: Ben, Ernst <ben@desk.example>, carla@desk.example (accepted)\n"
        "\n"
        "Bitte Zahlen mitbringen, danke.\nAnna"
    )
    assert [file.name for file in found.attachments] == ["invitation.ics"]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("method", "told"),
    [("REQUEST", "Invitation: x"), ("REPLY", "Answer to an invitation: x"), ("CANCEL", "Cancellation: x"),
     ("COUNTER", "Counter-proposal to an invitation: x"), ("NONSENSE", "Appointment: x")],
)  # fmt: skip
def test_the_method_is_told(method, told):
    assert text("SUMMARY:x", method=method) == told


def test_a_cancelled_meeting_is_told_so_whatever_the_method():
    assert text("SUMMARY:x", "STATUS:CANCELLED") == "Cancellation: x"


def test_an_answer_says_whose_it_is_and_what():
    lines = (
        "SUMMARY:x",
        "ATTENDEE;PARTSTAT=DECLINED;CN=Ben:mailto:ben@desk.example",
        "COMMENT:Bin im Urlaub",
        "DESCRIPTION:alt",
    )
    assert (
        text(*lines, method="REPLY")
        == "Answer to an invitation: x\nWho: Ben <ben@desk.example> (declined)\n\nBin im Urlaub"
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("DTSTART:20260504T080000Z", "DTEND:20260504T090000Z"), "2026-05-04 08:00 – 09:00 (UTC)"),
        (("DTSTART:20260504T080000",), "2026-05-04 08:00"),
        (("DTSTART;VALUE=DATE:20260504", "DTEND;VALUE=DATE:20260505"), "2026-05-04"),
        (("DTSTART;VALUE=DATE:20260504", "DTEND;VALUE=DATE:20260507"), "2026-05-04 – 2026-05-06"),
        (("DTSTART;TZID=America/New_York:20260104T230000", "DURATION:PT2H"),
         "2026-01-04 23:00 – 2026-01-05 01:00 (America/New_York, UTC-05:00)"),
        (("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Vienna:20260704T100000",),
         "2026-07-04 10:00 (Europe/Vienna, UTC+02:00)"),
        (("DTSTART;TZID=Unser Büro:20260704T100000",), "2026-07-04 10:00 (Unser Büro)"),
        (("DTSTART;TZID=../../etc/passwd:20260704T100000",), "2026-07-04 10:00 (../../etc/passwd)"),
        (("DTSTART;TZID=Europe/Berlin:20260704T100000", "DTEND;TZID=Europe/London:20260704T100000"),
         "2026-07-04 10:00 (Europe/Berlin, UTC+02:00) – 2026-07-04 10:00 (Europe/London, UTC+01:00)"),
        (("DTSTART:someday",), "someday"),
    ],
)  # fmt: skip
def test_the_time_comes_with_its_zone(lines, told):
    assert text("SUMMARY:x", *lines) == f"Invitation: x\nWhen: {told}"


def test_it_stands_below_the_message_in_text_and_html():
    body = (
        b"--b\nContent-Type: text/plain\n\nHallo\n--b\nContent-Type: text/html\n\n<p>Hallo</p>\n--b\n"
        b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:<b>x\nEND:VEVENT\n--b--\n"
    )
    found = parse(mail("Content-Type: multipart/alternative; boundary=b", body=body))
    assert found.text == "Hallo\n\nInvitation: <b>x"
    assert found.html == '<p>Hallo</p>\n<div style="white-space: pre-wrap">Invitation: &lt;b&gt;x</div>'


def test_a_calendar_file_that_invites_to_nothing_is_a_file_alone():
    found = parse(invitation("SUMMARY:x", method=""))
    assert (found.text, len(found.attachments)) == ("", 1)


@pytest.mark.parametrize(
    "lines",
    [
        ("",),
        ("DTSTART;TZID=:2026", ";;;:::", "ATTENDEE", "RRULE:FREQ"),
        ("DTSTART:99999999T999999Z",),
        ("BEGIN:VEVENT",) * 50,
    ],
)
def test_rubbish_is_a_file_and_the_mail_goes_on(lines):
    found = parse(invitation(*lines, part="text/calendar; method=REQUEST"))
    assert len(found.attachments) == 1
    assert "parser-failed" not in {problem.code for problem in found.problems}


def test_what_cannot_be_read_is_noted():
    found = parse(mail("Content-Type: text/calendar; method=REQUEST", body=b"none at all"))
    assert [problem.code for problem in found.problems] == ["bad-invitation"]


def test_its_words_are_those_of_the_caller():
    found = parse(INVITATION, phrases=Phrases(when="Wann", kinds={"REQUEST": "Einladung", "PUBLISH": "Termin"}))
    assert found.text.startswith("Einladung: Jour fixe\nWann: 2026-05-04 10:00")


@pytest.mark.django_db
def test_the_article_has_it_in_the_language_of_the_desk(world, settings):
    settings.LANGUAGE_CODE = "de"
    article = Article.all_rows.get(pk=take(INVITATION, queue=world.support).article_id)
    assert article.text.startswith("Einladung: Jour fixe\nWann: 2026-05-04 10:00 – 11:00 (Europe/Berlin, UTC+02:00)\n")
    assert "Wiederholt sich: wöchentlich" in article.text
