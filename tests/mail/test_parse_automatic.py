"""Which mails a machine wrote, and what delivery reports say."""

from __future__ import annotations

import pytest

from klardesk.mail.parse import classify, parse
from tests.mail.samples import BOUNCE, GERMAN, mail


def test_a_persons_mail_may_be_answered():
    judged = classify(parse(GERMAN))
    assert (judged.may_answer, judged.reasons, judged.notice) == (True, (), None)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (rejected)", "Precedence: bulk", "Precedence: list",
        "Precedence: junk", "X-Loop: someone", "X-No-Loop: 1", "List-Id: <talk.example>", "Mailing-List: talk",
        "X-Auto-Response-Suppress: All", "Return-Path: <>", "X-OTRS-Loop: yes", "X-Autoreply: yes",
    ],
)  # fmt: skip
def test_headers_of_machines(header):
    judged = classify(parse(mail(header)))
    assert judged.is_automatic
    assert header.partition(":")[0].lower() in judged.reasons[0]


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: no", "X-Loop:", "X-OTRS-Loop: no", "Return-Path: <dora@nordlicht.example>"]
)
def test_headers_that_deny_it(header):
    assert classify(parse(mail(header))).may_answer


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@x.example", "postmaster@x.example", "no-reply@x.example", "noreply@x.example"]
)
def test_senders_that_are_machines(sender):
    assert classify(parse(f"From: {sender}\n\nx".encode())).is_automatic


def test_a_delivery_report():
    notice = classify(parse(BOUNCE)).notice
    assert notice is not None
    assert notice.original_message_id == "<sent.42@desk.example>"
    assert notice.recipients == ("nobody@nordlicht.example",)
    assert (notice.action, notice.status) == ("failed", "5.1.1")
    assert notice.diagnostic == "smtp; 550 5.1.1 no such mailbox"


def test_a_delay_is_no_failure():
    notice = classify(parse(BOUNCE.replace(b"Action: failed", b"Action: delayed"))).notice
    assert notice is not None
    assert notice.action == "delayed"


def test_an_old_servers_report_in_plain_text():
    raw = b"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nno such user\n\nMessage-ID: <sent.42@desk.example>\n"
    notice = classify(parse(raw)).notice
    assert notice is not None
    assert (notice.original_message_id, notice.action) == ("<sent.42@desk.example>", "failed")


def test_a_person_writing_about_a_failure_is_no_report():
    assert classify(parse(mail(body=b"Delivery failure!\nMessage-ID: <sent.42@desk.example>\n"))).notice is None
