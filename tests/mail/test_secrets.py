"""Kept passwords: encrypted at rest, readable with the key alone, never in the history."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from klardesk.base import secrets
from klardesk.base.secrets import SecretLost, decrypt, encrypt
from klardesk.ledger.models import Event
from klardesk.mail.actions import save_setting
from klardesk.mail.models import Mailbox
from tests.world import World


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    """A data directory without a key."""
    settings.KLARDESK_DATA = tmp_path
    return tmp_path


def test_there_and_back() -> None:
    kept = encrypt("pässword")
    assert "pässword" not in kept
    assert decrypt(kept) == "pässword"
    assert encrypt("pässword") != kept
    assert encrypt("") == decrypt("") == ""


def test_the_key_is_the_owners_alone() -> None:
    encrypt("x")
    assert stat.S_IMODE(secrets.key_file().stat().st_mode) == 0o600
    assert [file.name for file in secrets.key_file().parent.iterdir()] == ["secrets.key"]


def test_another_key_or_a_changed_text_is_told() -> None:
    kept = encrypt("x")
    with pytest.raises(SecretLost):
        decrypt(kept[:-4] + "AAA=")
    secrets.key_file().unlink()
    with pytest.raises(SecretLost, match="anew"):
        decrypt(kept)
    secrets.key_file().write_bytes(b"short")
    with pytest.raises(SecretLost):
        encrypt("x")


@pytest.mark.django_db
def test_no_password_stands_in_the_history(world: World) -> None:
    mailbox = save_setting(Mailbox(name="b", host="h", login="l", password=encrypt("hunter22")), by=world.actor("root"))
    mailbox.password = encrypt("hunter33")
    save_setting(mailbox, by=world.actor("root"))
    texts = "".join(Event.objects.values_list("payload_text", flat=True))
    assert "hunter" not in texts
    assert mailbox.password not in texts
    assert texts.count('"password"') == 2
