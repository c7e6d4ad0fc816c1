"""Archives that are written while they are sent, with names that are safe wherever they are unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.base import blobs, clock
from klardesk.base.zips import LONGEST, different, safe_name, zipped


def test_an_archive_holds_what_was_put_in() -> None:
    contents = {"a.txt": b"first", "b.bin": bytes(range(256)) * 2000, "leer.txt": b""}
    pieces = list(zipped([(name, blobs.put(content)) for name, content in contents.items()], clock.now()))
    assert len(pieces) > 3
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_._etc_passwd"), ("C:\\boot.ini", "C__boot.ini"), ("con.txt", "_con.txt"), ("", "file"),
        (" . ", "file"), ("Übersicht (neu).pdf", "Übersicht (neu).pdf"), ("fdp\u202egnp.exe", "fdp_gnp.exe"),
        (".bashrc", "bashrc"),
    ],
)  # fmt: skip
def test_names_lead_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.lists(st.text(max_size=200), max_size=20))
def test_whatever_they_are_called_names_are_short_safe_and_different(names: list[str]) -> None:
    found = different(names)
    assert len(found) == len(names) == len({name.casefold() for name in found})
    for name in found:
        assert 0 < len(name) <= LONGEST + 8
        assert not set(name) & set('/\\:*?"<>|\x00')
        assert name not in (".", "..")
        assert not name.startswith((" ", "."))
