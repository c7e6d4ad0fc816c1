"""What stands in files: every kind is read, and a hostile one costs no more than it may."""

from __future__ import annotations

import io
import random
import sys
import zipfile
import zlib

import pytest

from klardesk.search.files import bounded, office
from klardesk.search.files.bounded import kind_of, read_file
from klardesk.search.files.plain import decoded
from tests.search import files

BODY = '<w:document xmlns:w="w"><w:t>&b;</w:t></w:document>'
ENTITIES = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>{BODY}'


def read(content: bytes, name: str = "x", content_type: str = "application/octet-stream", tmp=None) -> tuple[str, str]:
    with (tmp / "file").open("w+b") as file:
        file.write(content)
        file.seek(0)
        return read_file(kind_of(content[:1024], name, content_type), file)


@pytest.mark.parametrize(
    ("content", "name", "words", "absent"),
    [
        (files.docx("Vertragsnummer V-17", "Zweiter Absatz"), "a.docx", "Vertragsnummer V-17\nZweiter Absatz", "Gestrichenes"),
        (files.docx("x"), "umbenannt", "Fußzeile", ""),
        (files.pptx("Erste Folie", "Zweite Folie"), "a.pptx", "Zweite Folie", ""),
        (files.xlsx("Preise", "Größe XL", 4711.5), "a.xlsx", "Größe XL", ""),
        (files.xlsx("Preise", "a", 4711.5), "a.xlsx", "4711.5", ""),
        (files.xlsx("Preisliste", "a"), "a.xlsx", "Preisliste", ""),
        (files.opened("Angebot Nr. 5", "Zeile"), "a.odt", "Angebot Nr. 5\nZeile", "Gestrichenes"),
        (files.opened("x"), "a.ods", "x", "Unsichtbares"),
        (files.pdf("Rechnung 2024", "Seite zwei Größe"), "a.pdf", "Seite zwei Größe", ""),
        (b"\n\n" + files.pdf("Rechnung 2024"), "scan", "Rechnung 2024", ""),
        ("Straße;5\r\nÖl;7".encode(), "a.csv", "Straße;5", ""),
        ("Straße und Öl und Übermut sind schön".encode("cp1252"), "a.txt", "Straße", ""),
        ("Straße".encode("utf-16"), "a.txt", "Straße", ""),
        (b"<html><head><title>Titel</title><style>p{}</style></head><body><p>Zw&ouml;lf<script>alert(1)</script>", "a.html",
         "Zwölf", "alert"),
    ],
)  # fmt: skip
def test_every_kind_is_read(tmp_path, content: bytes, name: str, words: str, absent: str) -> None:
    outcome, text = read(content, name, tmp=tmp_path)
    assert outcome == "read"
    assert words in text
    assert not absent or absent not in text


@pytest.mark.parametrize(
    ("head", "name", "content_type", "kind"),
    [
        (b"GIF89a", "a.gif", "image/gif", ""), (b"x", "a.bin", "application/octet-stream", ""), (b"x", "A.TXT", "", "text"),
        (b"x", "a", "text/csv; charset=utf-8", "text"), (b"x", "a", "TEXT/HTML", "html"),
        (b"%PDF-1.7", "a.txt", "text/plain", "pdf"),
        (b"\xd0\xcf\x11\xe0", "a.doc", "application/msword", ""), (b"PK\x03\x04", "a.zip", "application/zip", "office"),
    ],
)  # fmt: skip
def test_what_kind_a_file_is(head: bytes, name: str, content_type: str, kind: str) -> None:
    assert kind_of(head, name, content_type) == kind


def test_an_archive_that_is_no_office_file_has_no_text(tmp_path) -> None:
    assert read(files.archive(geheim_dot_txt="wort"), tmp=tmp_path) == ("read", "")


def test_what_declares_entities_is_refused(tmp_path) -> None:
    for content in (ENTITIES, ENTITIES.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')):
        assert read(files.archive(word__document_dot_xml=content), tmp=tmp_path) == ("unreadable", "")


def test_an_archive_that_unpacks_without_end_is_given_up(tmp_path) -> None:
    bomb = b"<w:document xmlns:w='w'><w:p>" + b" " * (office.UNPACKED + 1)
    content = files.archive(word__document_dot_xml=bomb, word__footer1_dot_xml="<w:t xmlns:w='w'>Fuß</w:t>")
    assert len(content) < 1_000_000
    assert read(content, tmp=tmp_path) == ("unreadable", "")


def test_a_locked_file_is_told_from_a_broken_one(tmp_path) -> None:
    locked = bytearray(files.docx("geheim"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := locked.find(mark, start + 1)) >= 0:
            locked[start + place] |= 1
    assert read(bytes(locked), tmp=tmp_path) == ("locked", "")
    assert read(b"PK\x03\x04 and nothing more", tmp=tmp_path) == ("unreadable", "")
    assert read(b"%PDF-1.4 and nothing more", tmp=tmp_path) == ("unreadable", "")


def test_a_locked_pdf(tmp_path) -> None:
    from pypdf import PdfWriter

    writer, found = PdfWriter(clone_from=io.BytesIO(files.pdf("geheim"))), io.BytesIO()
    writer.encrypt("kennwort", algorithm="AES-256")
    writer.write(found)
    assert read(found.getvalue(), tmp=tmp_path) == ("locked", "")
    writer, found = PdfWriter(clone_from=io.BytesIO(files.pdf("lesbar"))), io.BytesIO()
    writer.encrypt("", owner_password="kennwort", algorithm="AES-256")
    writer.write(found)
    assert read(found.getvalue(), tmp=tmp_path) == ("read", "lesbar")


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_breaks_nothing(tmp_path, seed: int) -> None:
    chance = random.Random(seed)
    for content in (files.docx("Wort"), files.xlsx("a", "b"), files.pdf("Wort", "Wort"), files.opened("Wort")):
        damaged = bytearray(content)
        for _number in range(12):
            damaged[chance.randrange(10, len(damaged))] = chance.randrange(256)
        outcome, text = read(bytes(damaged), tmp=tmp_path)
        assert outcome in ("read", "unreadable", "locked")
        assert "\x00" not in text


ENDLESS = """
import sys
from klardesk.search.files import plain, reader
def texts(file):
    yield 'gefunden ' * 200
    while True: pass
plain.texts, reader.SECONDS = texts, 0.3
sys.exit(reader.main())
"""
LARGE = """
import sys
from klardesk.search.files import plain, reader
plain.texts, reader.MEGABYTES = (lambda file: iter([' ' * 200_000_000])), 50
sys.exit(reader.main())
"""


def test_what_takes_too_long_is_ended_and_what_was_found_counts(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "COMMAND", [sys.executable, "-c", ENDLESS])
    outcome, text = read(b"x", "a.txt", tmp=tmp_path)
    assert outcome == "costly"
    assert text.startswith("gefunden")


def test_what_takes_too_much_memory_is_ended(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "COMMAND", [sys.executable, "-c", LARGE])
    assert read(b"x", "a.txt", tmp=tmp_path) == ("costly", "")


def test_a_pdf_that_unpacks_without_end_costs_no_more_than_it_may(tmp_path) -> None:
    packed = zlib.compress(b"0 0 m " * 20_000_000, 9)
    head = files.pdf("Wort")
    bomb = head.replace(b"/Contents 4 0 R", b"/Contents 9 0 R") + (
        b"9 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\n"
    )
    outcome, text = read(bomb, tmp=tmp_path)
    assert outcome in ("read", "unreadable", "costly")
    assert len(text) < 300_000


def test_no_more_text_is_kept_than_the_index_takes(tmp_path) -> None:
    outcome, text = read(b"wort " * 100_000, "a.txt", tmp=tmp_path)
    assert outcome == "read"
    assert 190_000 < len(text) <= 200_000


def test_the_process_knows_none_of_the_desks_secrets(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLARDESK_SECRET_KEY", "streng geheim")
    program = "import os, sys; sys.stdout.write(' '.join(os.environ))"
    monkeypatch.setattr(bounded, "COMMAND", [sys.executable, "-c", program])
    assert "KLARDESK" not in read(b"x", "a.txt", tmp=tmp_path)[1]


def test_signs_of_a_text_that_is_cut_are_kept() -> None:
    assert decoded("aä".encode()[:-1]).startswith("a")
    assert decoded("Größe".encode("utf-16-be").join([b"\xfe\xff", b""])) in ("\ufeffGröße", "Größe")


def test_parts_that_are_packed_unusually_are_left_alone(tmp_path) -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("word/document.xml", "<w:t xmlns:w='w'>Wort</w:t>")
    assert read(found.getvalue(), tmp=tmp_path) == ("unreadable", "")
