"""winmail.dat: its files are unpacked beside it, and its message is shown where the mail has none."""

from __future__ import annotations

import base64
import struct

import pytest

from klardesk.mail.parse import Limits, parse, rtf, tnef
from tests.mail import containers
from tests.mail.containers import BINARY, LONG, OBJECT, RICH, STRING, UNICODE, WINMAIL, container, message, packed_file
from tests.mail.samples import mail


def mail_with(content: bytes, text: bytes = b"", name: str = "winmail.dat", kind: str = "application/ms-tnef") -> bytes:
    part = f'--b\nContent-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n\n'.encode()
    body = b"--b\n\n" + text + b"\n" + part + base64.encodebytes(content) + b"--b--\n"
    return mail("Content-Type: multipart/mixed; boundary=b", body=body)


def codes(raw: bytes) -> set[str]:
    return {problem.code for problem in parse(raw).problems}


def test_its_files_stand_beside_it_under_their_long_names():
    found = parse(mail_with(WINMAIL, b"Hallo"))
    assert [file.name for file in found.attachments] == ["winmail.dat", "Prüfung.pdf", "Übersicht.xls"]
    assert found.attachments[0].content == WINMAIL
    assert found.attachments[1].content == b"%PDF-1"
    assert [file.content_type for file in found.attachments[1:]] == ["application/pdf", "application/vnd.ms-excel"]
    assert found.text == "Hallo"
    assert found.problems == ()


def test_it_is_told_by_its_bytes_whatever_its_type_and_name():
    found = parse(mail_with(WINMAIL, name="unbenannt", kind="application/octet-stream"))
    assert [file.name for file in found.attachments] == ["unbenannt", "Prüfung.pdf", "Übersicht.xls"]


def test_its_message_is_shown_where_the_mail_has_none():
    found = parse(mail_with(WINMAIL))
    assert found.html == "<p>Grüße € &lt;Пр</p>"
    assert found.text == "Grüße € <Пр"
    assert "rtf-message" in codes(mail_with(WINMAIL))


def test_html_comes_before_rich_text_and_plain_text_beside_it():
    values = ((0x1000, UNICODE, "Grüße\0".encode("utf-16-le")), (0x1013, BINARY, "<p>Grüße</p>".encode("cp1252")))
    found = parse(mail_with(container(message(*values, (0x1009, BINARY, containers.compressed(RICH))))))
    assert (found.text, found.html) == ("Grüße", "<p>Grüße</p>")


def test_html_says_its_own_code_page():
    values = ((0x3FDE, LONG, struct.pack("<I", 65001)), (0x1013, BINARY, "<p>Grüße</p>".encode()))
    assert parse(mail_with(container(message(*values)))).html == "<p>Grüße</p>"


@pytest.mark.parametrize(("codepage", "name"), [(1251, "Отчёт.doc"), (932, "報告書.doc"), (1255, "דוח.doc")])
def test_names_are_read_in_the_code_page_of_the_container(codepage, name):
    packed = container(packed_file(name, b"x", codec=f"cp{codepage}"), codepage=codepage)
    assert parse(mail_with(packed)).attachments[1].name == name


def test_a_code_page_that_nobody_knows_is_taken_for_the_western_one():
    assert parse(mail_with(container(packed_file("Gruß.txt", b"x"), codepage=99999))).attachments[1].name == "Gruß.txt"


def test_a_file_keeps_its_content_id_and_its_type():
    more = ((0x3712, STRING, b"<foto@x>\0"), (0x370E, STRING, b"image/png\0"))
    packed = container(message((0x1013, BINARY, b"<img src='cid:foto@x'>")), packed_file("a", b"PNG", more=more))
    file = parse(mail_with(packed)).attachments[1]
    assert (file.content_id, file.content_type, file.is_inline) == ("foto@x", "image/png", True)


def test_names_within_are_as_safe_as_others():
    packed = container(
        packed_file(
            "..\\..\\x\u200b.exe".encode("cp1252", "replace").decode("cp1252"), b"x", long_name="../../etc/pass\u202ewd"
        )
    )
    assert parse(mail_with(packed)).attachments[1].name == "passwd"


def test_a_mail_within_is_unpacked_too():
    inner = container(message((0x1000, STRING, b"Innen\0")), packed_file("b.txt", b"zwei"))
    outer = container(packed_file("Weitergeleitet", b"", more=((0x3701, OBJECT, bytes(16) + inner),)))
    found = parse(mail_with(outer))
    assert [file.name for file in found.attachments][1:] == ["Weitergeleitet.dat", "Weitergeleitet.txt", "b.txt"]
    assert found.attachments[2].content == b"Innen"


@pytest.mark.parametrize("length", range(0, len(WINMAIL), 7))
def test_a_torn_one_is_kept_with_what_can_be_read_of_it(length):
    found = parse(mail_with(WINMAIL[:length], b"Hallo"))
    assert found.attachments[0].content == WINMAIL[:length]
    assert "parser-failed" not in {problem.code for problem in found.problems}


def test_damage_is_noted():
    assert "damaged-winmail" in codes(mail_with(WINMAIL[:-9]))
    assert "damaged-winmail" in codes(mail_with(b"rubbish"))


def test_it_gives_no_more_files_than_a_mail_may_have():
    found = parse(mail_with(container(*(packed_file("x", b"y") for _each in range(30)))), Limits(files=10))
    assert len(found.attachments) == 10


def test_compressed_rich_text_of_the_specification():
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.decompress(packed, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert rtf.decompress(crossing, 1000) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_plain_rich_text_becomes_plain_text():
    plain = rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0 A;}}Dobr\'fd \b den\b0\par Z\'e1kazn\'edk \{x\}{\pict 00ff}\par}"
    assert rtf.to_html_or_text(plain) == ("Dobrý den\nZákazník {x}\n", False)


def test_a_container_says_what_is_in_it():
    found = tnef.unpack(WINMAIL, 10)
    assert not found.damaged
    assert [file.name for file in found.files] == ["Prüfung.pdf", "Übersicht.xls"]
