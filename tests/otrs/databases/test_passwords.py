"""Kinds of stored passwords, and weak ones, told from hashes that the original's own modules made."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.otrs.inspect.database.passwords import can_try, fits, is_weak, kind_of
from tests.otrs.databases import samples

VECTORS = samples.SHARED / "password-vectors.tsv"


@pytest.mark.oracles
@samples.needed
def test_every_kind_is_told_and_its_password_fits() -> None:
    kinds = set()
    for line in VECTORS.read_text().splitlines():
        word, _login, stored = line.split("\t")
        kind = kind_of(stored)
        kinds.add(kind)
        assert kind not in {"plain", "none", "foreign"}, line
        if can_try(kind) and not (kind == "bigcrypt" and len(word.encode()) <= 8):
            assert fits(word, stored), line
            assert not fits(f"~{word}", stored), line
    assert {"des", "md5", "apr1", "sha1", "sha256", "sha512", "bcrypt"} <= kinds


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_a_password_that_is_the_login_is_weak_however_it_is_hashed(login: str) -> None:
    for kind in ("sha1", "sha256", "sha512"):
        assert is_weak(hashlib.new(kind, login.encode()).hexdigest(), login)


@pytest.mark.parametrize(
    ("stored", "kind"),
    [
        ("", "none"), ("Kein-Hash!", "plain"), ("$2y$10$abcdefghijklmnopqrstuv", "foreign"), ("{SSHA}abc", "foreign"),
        ("ABCDEF" * 10 + "ABCD", "plain"), ("a" * 13, "des"),
    ],
)  # fmt: skip
def test_shapes(stored: str, kind: str) -> None:
    assert kind_of(stored) == kind


def test_a_good_password_is_not_weak() -> None:
    assert not is_weak(hashlib.sha256(b"k2-Vogel-Tonne").hexdigest(), "anna", ("Anna", "Vogel"))
