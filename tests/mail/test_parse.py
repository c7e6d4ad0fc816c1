"""What a well-formed mail is read as."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from klardesk.mail.parse import Address, parse, to_json
from tests.mail.samples import GERMAN, JAPANESE, JAPANESE_TEXT, mail


def test_the_people_of_a_mail():
    parsed = parse(GERMAN)
    assert parsed.from_ == (Address("Müller, Dora", "dora@nordlicht.example"),)
    assert parsed.to == (Address("Support", "support@desk.example"), Address("Büro", "buero@desk.example"))
    assert parsed.cc == (Address("Verkauf", "verkauf@desk.example"),)
    assert parsed.reply_to == (Address("", "service@nordlicht.example"),)
    assert parsed.from_raw == "Müller, Dora <Dora@Nordlicht.example>"


def test_subject_ids_and_date():
    parsed = parse(GERMAN)
    assert parsed.subject == "Drucker läuft nicht"
    assert parsed.message_id == "<one@nordlicht.example>"
    assert parsed.in_reply_to == "<zero@desk.example>"
    assert parsed.references == ("<first@desk.example>", "<zero@desk.example>")
    assert parsed.date == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert parsed.problems == ()


def test_text_and_html_come_from_the_alternatives():
    parsed = parse(GERMAN)
    assert parsed.text.split() == ["Guten", "Tag,", "der", "Drucker", "läuft", "nicht."]
    assert parsed.html.startswith("<p>Guten Tag,</p>")


def test_files_and_pictures_within_the_text():
    picture, protocol = parse(GERMAN).attachments
    assert (picture.name, picture.content_id, picture.is_inline) == ("image.png", "foto@nordlicht", True)
    assert (protocol.name, protocol.content, protocol.size) == ("Prüfprotokoll.pdf", b"%PDF-1", 6)
    assert (protocol.disposition, protocol.is_inline) == ("attachment", False)


def test_japanese_with_a_vendors_character():
    parsed = parse(JAPANESE)
    assert parsed.text.strip() == JAPANESE_TEXT
    assert parsed.subject == "メルマガ解除"


def test_headers_are_decoded_lists_by_lower_case_name():
    parsed = parse(mail("X-Test: =?utf-8?q?=C3=A4?=", "X-TEST: two"))
    assert parsed.headers["x-test"] == ["ä", "two"]


def test_html_alone_gives_readable_text():
    parsed = parse(mail("Content-Type: text/html", body=b"<p>One</p><ul><li>two<li>three</ul>"))
    assert parsed.text == "One\n\n- two\n- three"
    assert parsed.html.startswith("<p>One")


def test_an_empty_plain_part_does_not_hide_the_html():
    body = b"--b\n\n \n--b\nContent-Type: text/html\n\n<p>Hello</p>\n--b--\n"
    assert parse(mail("Content-Type: multipart/alternative; boundary=b", body=body)).text == "Hello"


def test_texts_one_after_another_are_all_read():
    body = b"--b\n\nfirst\n--b\nContent-Type: text/html\n\n<p>second</p>\n--b\n\nthird & last\n--b--\n"
    parsed = parse(mail("Content-Type: multipart/mixed; boundary=b", body=body))
    assert parsed.text.split() == ["first", "second", "third", "&", "last"]
    assert "first" in parsed.html
    assert "third &amp; last" in parsed.html


def test_flowed_lines_are_joined():
    body = b"This is one \nline.\n> quoted \n> line\n-- \nDora\n"
    assert parse(mail("Content-Type: text/plain; format=flowed", body=body)).text == (
        "This is one line.\n> quoted line\n-- \nDora\n"
    )


def test_a_returned_mail_is_a_file_with_exactly_its_bytes():
    inner = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-Odd:   spaces  \n\nbody\n"
    body = b"--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    (file,) = parse(mail("Content-Type: multipart/mixed; boundary=b", body=body)).attachments
    assert (file.name, file.content) == ("Grüße.eml", inner)


def test_a_mail_that_is_nothing_but_a_mail_shows_its_text():
    parsed = parse(mail("Content-Type: message/rfc822", body=b"Subject: inner\n\nHello from within\n"))
    assert "Hello from within" in parsed.text
    assert [file.name for file in parsed.attachments] == ["inner.eml"]


def test_an_invitation_is_a_file():
    body = b"--b\n\nPlease come\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n"
    parsed = parse(mail("Content-Type: multipart/alternative; boundary=b", body=body))
    assert (parsed.text, [file.name for file in parsed.attachments]) == ("Please come", ["invitation.ics"])


def test_uuencoded_files_are_taken_out_of_the_text():
    parsed = parse(mail(body=b"Look:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nBye\n"))
    assert [(file.name, file.content) for file in parsed.attachments] == [("cat.txt", b"Cat")]
    assert parsed.text.split() == ["Look:", "Bye"]


def test_the_json_form_has_the_promised_keys():
    told = json.loads(json.dumps(to_json(parse(GERMAN))))
    assert list(told) == [
        "from", "reply_to", "to", "cc", "subject", "message_id", "references", "date", "text", "html", "attachments", "problems",
    ]  # fmt: skip
    assert set(told["attachments"][0]) == {"name", "content_type", "size", "sha256", "content_id", "disposition"}
    assert told["from"] == [{"name": "Müller, Dora", "email": "dora@nordlicht.example"}]
    assert told["date"] == "2026-01-05T08:00:00+00:00"
