"""Mails that break the rules: what is still read, and which problem is told."""

from __future__ import annotations

import pytest

from klardesk.mail.parse import Limits, parse
from tests.mail.samples import GERMAN, encoded, mail


def codes(parsed) -> set[str]:
    return {problem.code for problem in parsed.problems}


@pytest.mark.parametrize(
    ("header", "name", "email"),
    [
        ("Müller, Bernd <b@x.example>", "Müller, Bernd", "b@x.example"),
        ('"Müller, Bernd" <B@X.example>', "Müller, Bernd", "b@x.example"),
        ("b@x.example (Bernd Müller)", "Bernd Müller", "b@x.example"),
        ("Bernd b@x.example", "Bernd", "b@x.example"),
        ('"b@x.example" <b@x.example>', "", "b@x.example"),
        ("'Bernd' <mailto:b@x.example>", "Bernd", "b@x.example"),
        ("Bernd <<b@x.example>>", "Bernd", "b@x.example"),
        ("MAILER-DAEMON (Mail Delivery System)", "Mail Delivery System", "mailer-daemon"),
        ("Bernd <@relay.example:b@x.example>", "Bernd", "b@x.example"),
        ('"Bernd \\"B\\" M" <b@x.example>', 'Bernd "B" M', "b@x.example"),
        ("=?utf-8?Q?M=C3=BCller, Bernd?= <b@x.example>", "Müller, Bernd", "b@x.example"),
        ('"=?utf-8?Q?Bernd_M=C3=BCller?=" <b@x.example>', "Bernd Müller", "b@x.example"),
        ("bernd@bücher.example", "", "bernd@bücher.example"),
        ("b\0@x.example", "", "b@x.example"),
        ("", "", ""),
        ("<>", "", ""),
        ("Bernd", "Bernd", ""),
    ],
)
def test_senders(header, name, email):
    (found,) = parse(f"From: {header}\n\nx".encode()).from_ or (("", ""),)
    assert tuple(found) == (name, email)


def test_a_group_without_members_is_nobody():
    assert parse(b"To: undisclosed-recipients:;\n\nx").to == ()


def test_the_members_of_a_group_are_read():
    assert [each.email for each in parse(b"To: Team: a@x.example, b@x.example; c@x.example\n\nx").to] == [
        "a@x.example", "b@x.example", "c@x.example",
    ]  # fmt: skip


def test_a_missing_sender_is_taken_from_another_header_and_told():
    parsed = parse(b"From: Support\nReply-To: <a@x.example>\n\nx")
    assert tuple(parsed.from_[0]) == ("Support", "a@x.example")
    assert "guessed-sender" in codes(parsed)


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf8mb4", "Grüße".encode(), "Grüße"),
        ("ansi", "Grüße €".encode("cp1252"), "Grüße €"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("win-1251", "Привет".encode("cp1251"), "Привет"),
        ("gb2312", "镕基".encode("gbk"), "镕基"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("utf-8", "Grüße aus Köln".encode("cp1252"), "Grüße aus Köln"),
        ("utf-8", "Grüße, Größe, Maß ".encode() + b"\x96 x", "Grüße, Größe, Maß – x"),
        ("x-unknown", "Grüße".encode(), "Grüße"),
        ("klingon", "Grüße aus Köln".encode("cp1252"), "Grüße aus Köln"),
        ("punycode", "Grüße".encode(), "Grüße"),
        ("iso-2022-jp", "ツール".encode("cp932"), "ツール"),
        ("shift_jis", "①㈱".encode("cp932"), "①㈱"),
        ("ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("", "Grüße".encode(), "Grüße"),
    ],
)
def test_character_sets(charset, data, text):
    stated = f'Content-Type: text/plain; charset="{charset}"'
    assert parse(mail(stated, "Content-Transfer-Encoding: 8bit", body=data)).text == text


def test_nul_and_lone_surrogates_never_come_through():
    parsed = parse(mail("Content-Type: text/plain; charset=utf-7", body=b"a+2AA-b\0c"))
    assert parsed.text == "abc"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LD?=\n =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe aus Bonn?=", "Grüße aus Bonn"),
        ("=?utf-8?B?R3LDvMOfZQ?= x", "Grüße x"),
        ("a =?utf-8?q?=C3=A4?= b", "a ä b"),
        ("=?utf-8*de?q?=C3=A4?=", "ä"),
        ("=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("Grüße", "Grüße"),
        (encoded("メルマガ解除", "iso-2022-jp"), "メルマガ解除"),
    ],
)
def test_subjects(value, text):
    assert parse(f"Subject: {value}\n\nx".encode()).subject == text


def test_raw_bytes_in_a_header_are_read_as_the_body():
    raw = b"Subject: Gr\xfc\xdfe\nContent-Type: text/plain; charset=iso-8859-1\n\nx"
    assert parse(raw).subject == "Grüße"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="=?iso-8859-1?Q?Pr=FCfung.pdf?="', "Prüfung.pdf"),
        ("attachment; filename*=iso-8859-1''Pr%FCfung.pdf", "Prüfung.pdf"),
        ("attachment; filename*=\"utf-8''Pr%C3%BCfung.pdf\"", "Prüfung.pdf"),
        ("attachment; filename*1*=%BCfung.pdf; filename*0*=utf-8''Pr%C3", "Prüfung.pdf"),
        ("attachment; filename=Prüfung.pdf", "Prüfung.pdf"),
        ('attachment; filename="C:\\Users\\dora\\Bericht.pdf"', "Bericht.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="Rechnung 1/2026.pdf"', "Rechnung 1_2026.pdf"),
        ('attachment; filename="a\n b.pdf"', "a b.pdf"),
        ('attachment; filename="exe.\u202efdp.exe"', "exe.fdp.exe"),
        ('attachment; filename=".."', "document.pdf"),
        ("attachment", "document.pdf"),
        (f'attachment; filename="{"x" * 300}.pdf"', "x" * 196 + ".pdf"),
    ],
)
def test_file_names(disposition, name):
    parsed = parse(mail("Content-Type: application/pdf", f"Content-Disposition: {disposition}"))
    assert [file.name for file in parsed.attachments] == [name]


def test_made_up_names_differ():
    part = b"--b\nContent-Type: image/png\n\nx\n"
    parsed = parse(mail("Content-Type: multipart/mixed; boundary=b", body=part * 3 + b"--b--"))
    assert [file.name for file in parsed.attachments] == ["image.png", "image1.png", "image2.png"]


@pytest.mark.parametrize("body", [b"R3LDvMOfZQ", b"R3L!DvM\nOfZQ==", b"R3I=\nw7zDn2U=\n"])
def test_damaged_base64(body):
    headers = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    assert parse(mail(*headers, body=body)).text == "Grüße"


def test_a_cut_off_mail_keeps_what_came():
    parsed = parse(GERMAN[: GERMAN.index(b"--rel--")])
    assert "läuft nicht" in parsed.text
    assert "no-end" in codes(parsed)


def test_a_wrong_boundary_is_guessed():
    parsed = parse(mail("Content-Type: multipart/mixed; boundary=other", body=b"--real\n\nHello\n--real--\n"))
    assert (parsed.text, codes(parsed)) == ("Hello", {"wrong-boundary"})


def test_a_container_without_parts_is_read_as_text():
    parsed = parse(mail("Content-Type: multipart/mixed", body=b"Hello\n"))
    assert (parsed.text, codes(parsed)) == ("Hello\n", {"no-parts"})


def test_a_line_torn_off_its_header_does_not_end_the_header():
    parsed = parse(b"Received: from a\nby b\nSubject: x\nFrom: a@x.example\n\nbody")
    assert (parsed.subject, parsed.text) == ("x", "body")


def test_text_without_header_is_a_body():
    parsed = parse(b"Hello,\nthis is no mail at all\n")
    assert parsed.text.startswith("Hello")


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\0", b"\r", b":", b"From:", b"\xff" * 100, b"Content-Type: multipart/x; boundary=\n\n--\n--"]
)
def test_almost_nothing(raw):
    parsed = parse(raw)
    assert "parser-failed" not in codes(parsed)


def test_what_is_too_deep_is_kept_as_text_and_told():
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(5000))
    parsed = parse(b"Subject: deep\n" + levels + b"Content-Type: text/plain\n\nhi\n")
    assert "too-deep" in codes(parsed)
    assert "parser-failed" not in codes(parsed)


def test_limits_are_told_and_never_errors():
    parts = b"--b\n\nx\n" * 20 + b"--b--"
    parsed = parse(mail("Content-Type: multipart/mixed; boundary=b", body=parts), Limits(parts=5))
    assert (len(parsed.text.split()), codes(parsed)) == (4, {"too-many-parts"})
    assert codes(parse(mail(body=b"x" * 500), Limits(size=400))) == {"too-large"}
    assert parse(mail(body=b"x" * 500), Limits(size=400)).subject == "x"
    many = ", ".join(f"a{at}@x.example" for at in range(20))
    assert len(parse(f"To: {many}\n\nx".encode(), Limits(addresses=7)).to) == 7


def test_marks_that_never_end_cost_no_square_of_time():
    """Each took from seconds to minutes once; a test that hangs tells it."""
    for header in ("From: {0}\n", "Subject: =?utf-8?q?{1}?=\n", "From: =?utf-8?q?@{2}?=\n", "To: {3}\n"):
        values = ('\\"' * 30_000, "=E3=80=80" * 7_000, "a" * 60_000, "(" * 60_000)
        assert "parser-failed" not in codes(parse(header.format(*values).encode() + b"\nx"))


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_text_beyond_the_limit_is_a_file_and_its_beginning_is_read(kind):
    body = b"first line\n" + b"more of it\n" * 20
    parsed = parse(mail(f"Content-Type: text/{kind}", body=body), Limits(message_size=30))
    assert parsed.text.split() == ["first", "line", "more", "of", "it"]
    assert not parsed.html
    assert [file.content for file in parsed.attachments] == [body]
    assert codes(parsed) == {"text-too-long"}


def test_the_limit_of_texts_counts_all_parts_together():
    one = b"--b\nContent-Type: text/plain\n\n" + b"x" * 20 + b"\n"
    parsed = parse(
        mail("Content-Type: multipart/mixed; boundary=b", body=one * 3 + b"--b--\n"), Limits(message_size=50)
    )
    assert parsed.text == "\n\n".join(["x" * 20, "x" * 20, "x" * 10])
    assert [file.size for file in parsed.attachments] == [20]
    assert codes(parsed) == {"text-too-long"}


def test_a_character_is_not_torn_apart_by_the_limit():
    raw = mail("Content-Type: text/plain; charset=utf-8", body="grün\ngrün\n".encode())
    assert parse(raw, Limits(message_size=9)).text == "grün"


def test_a_plain_text_is_shown_whole_beside_html_beyond_the_limit():
    body = b"--b\n\nplain\n--b\nContent-Type: text/html\n\n" + b"<p>rich</p>" * 9 + b"\n--b--\n"
    parsed = parse(mail("Content-Type: multipart/alternative; boundary=b", body=body), Limits(message_size=40))
    assert (parsed.text, parsed.html) == ("plain", "")
    assert [file.content_type for file in parsed.attachments] == ["text/html"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("30 MB of uuencode in lines of one letter", "damaged-uuencode"), ("base64 of 50 MB in pieces", "damaged-base64")],
)
def test_what_is_cut_off_a_damaged_encoding_is_noted(name, code):
    from tests.fuzz.nasty import CASES

    assert code in {problem.code for problem in parse(CASES[name]()).problems}
