"""Outgoing mails: what is built is what is read, and no value can become a header of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.mail.compose import Draft, OutgoingFile, build, envelope_recipients, quote, reply_recipients
from klardesk.mail.parse import Address, classify, parse
from tests.mail.samples import GERMAN, mail

SUPPORT, DORA = Address("Support", "support@desk.example"), Address("Müller, Dora", "dora@nordlicht.example")
DRAFT = Draft(
    from_=SUPPORT, to=(DORA,), subject="Re: Drucker läuft nicht", text="Guten Tag,\n\ner läuft wieder.\n",
    message_id="<two@desk.example>", date=datetime(2026, 1, 5, 10, tzinfo=UTC), in_reply_to="<one@nordlicht.example>",
    references=("<zero@desk.example>", "<one@nordlicht.example>"),
)  # fmt: skip
LINE = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)


def sound(raw: bytes) -> bytes:
    """What every server takes: ASCII, CRLF, no long line."""
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return raw


def test_a_reply_reads_as_it_was_written():
    parsed = parse(sound(build(DRAFT)))
    assert (parsed.from_, parsed.to, parsed.subject) == ((SUPPORT,), (DORA,), DRAFT.subject)
    assert (parsed.message_id, parsed.in_reply_to) == (DRAFT.message_id, DRAFT.in_reply_to)
    assert (parsed.references, parsed.date, parsed.text) == (DRAFT.references, DRAFT.date, DRAFT.text)
    assert parsed.problems == ()


def test_html_pictures_and_files():
    files = (
        OutgoingFile(
            "Prüfprotokoll, sehr ausführlich und mit einem Namen über mehrere Zeilen — äöü äöü äöü.pdf",
            "application/pdf",
            b"%PDF",
        ),
        OutgoingFile("logo.png", "image/png", b"\x89PNG", "logo@desk", inline=True),
        OutgoingFile('od"d;.txt', "text/plain", b"x"),
        OutgoingFile("alt.eml", "message/rfc822", b"Subject: x\n\ny\n"),
    )
    parsed = parse(sound(build(replace(DRAFT, html='<p>Hallo <img src="cid:logo@desk"></p>', files=files))))
    found = {file.name: (file.content.replace(b"\r\n", b"\n"), file.is_inline) for file in parsed.attachments}
    assert found == {file.name: (file.content, file.inline) for file in files}
    assert parsed.html.strip() == '<p>Hallo <img src="cid:logo@desk"></p>'
    assert parsed.text == DRAFT.text


def test_bcc_is_in_the_envelope_only():
    hidden = replace(DRAFT, bcc=(Address("", "boss@desk.example"),))
    assert b"boss" not in build(hidden)
    assert envelope_recipients(hidden) == ["dora@nordlicht.example", "boss@desk.example"]


def test_automatic_mails_keep_machines_from_answering():
    raw = build(replace(DRAFT, automatic="auto-replied", loop_mark="desk"))
    assert classify(parse(raw)).is_automatic
    assert parse(raw).headers["auto-submitted"] == ["auto-replied"]
    assert parse(raw).headers["x-loop"] == ["desk"]
    assert classify(parse(build(DRAFT))).may_answer


def test_the_same_draft_gives_the_same_bytes():
    assert build(DRAFT) == build(DRAFT)


def test_an_international_domain_goes_out_in_ascii():
    raw = build(replace(DRAFT, to=(Address("", "info@straße.example"), Address("", "info@Bücher.example"))))
    assert b"info@xn--strae-oqa.example" in raw
    assert b"info@xn--bcher-kva.example" in raw


EVIL = "x\r\nBcc: spy@evil.example"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": EVIL}, {"subject": "x\nBcc: y"}, {"subject": "x\rBcc: y"}, {"from_": Address(EVIL, "a@x.example")},
        {"to": (Address("", f"a@x.example{EVIL}"),)}, {"to": (Address("", "a@x.example>, <b@y.example"),)},
        {"cc": (Address(EVIL, "a@x.example"),)}, {"bcc": (Address("", EVIL),)}, {"reply_to": (Address(EVIL, "a@x.example"),)},
        {"message_id": f"<a@b>{EVIL}"}, {"message_id": ""}, {"loop_mark": EVIL}, {"headers": {"X-Test": EVIL}},
        {"headers": {EVIL: "x"}}, {"headers": {"Bcc": "spy@evil.example"}}, {"to": ()}, {"to": (Address("", "nobody"),)},
        {"to": (Address("", "müller@x.example"),)}, {"to": (Address("", "a@-x.example"),)},
        {"date": DRAFT.date.replace(tzinfo=None)},
        {"files": (OutgoingFile(EVIL, "text/plain", b""),)}, {"files": (OutgoingFile("x", f"text/plain{EVIL}", b""),)},
        {"files": (OutgoingFile("x", "text/plain", b"", EVIL),)},
    ],
)  # fmt: skip
def test_what_could_become_a_header_is_refused(change):
    with pytest.raises(ValueError):
        build(replace(DRAFT, **change))


def test_ids_that_are_none_are_left_out():
    raw = build(replace(DRAFT, references=("<a@b>", EVIL, "<a b>", "<c@d>"), in_reply_to=EVIL))
    assert parse(raw).references == ("<a@b>", "<c@d>")
    assert b"spy" not in raw


def test_many_references_are_shortened_from_the_middle():
    many = tuple(f"<{at}@desk.example>" for at in range(500))
    kept = parse(build(replace(DRAFT, references=many))).references
    assert (kept[0], kept[-1], len(kept)) == (many[0], many[-1], 40)


@given(LINE, LINE, st.text(st.characters(exclude_categories=("Cs",)), max_size=400), LINE)
def test_whatever_is_written_is_read_again(subject, name, text, file_name):
    draft = replace(
        DRAFT, subject=subject, to=(Address(name, "dora@nordlicht.example"),), text=text,
        files=(OutgoingFile(file_name, "application/x-test", text.encode()),),
    )  # fmt: skip
    parsed = parse(sound(build(draft)))
    assert parsed.subject.split() == subject.split()
    assert parsed.to[0].email == "dora@nordlicht.example"
    assert parsed.attachments[0].content == text.encode()
    readable = "".join(char for char in text if (char >= " " and char != "\x7f") or char in "\t\n\r")
    assert parsed.text.split() == readable.split()


def test_quoting():
    assert quote("a\n\n> b\r\nc\n", "Dora wrote:") == "Dora wrote:\n> a\n>\n>> b\n> c"


def test_an_answer_goes_to_reply_to():
    found = reply_recipients(parse(GERMAN), {"support@desk.example"})
    assert ([each.email for each in found.to], found.cc) == (["service@nordlicht.example"], ())


def test_an_answer_to_all_leaves_out_the_desk():
    found = reply_recipients(parse(GERMAN), {"Support@desk.example", "verkauf@desk.example"}, all=True)
    assert [each.email for each in found.cc] == ["buero@desk.example"]


def test_an_answer_to_the_desks_own_mail_goes_to_the_customer():
    own = parse(build(DRAFT))
    assert [each.email for each in reply_recipients(own, {"support@desk.example"}).to] == ["dora@nordlicht.example"]


def test_an_answer_never_goes_to_the_desk_alone():
    found = reply_recipients(
        parse(mail("Reply-To: support@desk.example")), {"support@desk.example", "dora@nordlicht.example"}, all=True
    )
    assert found == ((), ())
