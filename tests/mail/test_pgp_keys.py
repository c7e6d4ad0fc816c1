"""OpenPGP keys: read out of every form, with revocations, and the right one is found; nothing but keys is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from klardesk.mail.crypto import gnupg, packets
from klardesk.mail.crypto.certificates import NoKey, WrongPassphrase
from klardesk.mail.crypto.openpgp import best_for, public_part, read_keys, unlocks
from klardesk.mail.crypto.pgp_keys import unlock
from tests.mail.pgp_people import BORN, PASSPHRASE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def binary(key):
    return b"".join(packets.unarmoured(key.armoured.encode()))


def test_a_key_is_the_same_out_of_every_form(clock, people):
    key = people.anna.public
    crlf = b"Here it is:\r\n\r\n" + key.armoured.replace("\n", "\r\n").encode() + b"-- \r\nAnna"
    assert [read_keys(each) for each in (key.armoured.encode(), crlf, binary(key))] == [[key]] * 3
    assert key.addresses == ("anna@example.org",)
    assert key.user_ids == ("Änne Müller <Anna@Example.org>",)
    assert (key.created_at, key.expires_at, key.revoked, key.secret) == (BORN, None, False, False)
    assert (key.can_sign, key.can_encrypt, key.algorithm) == (True, True, "EdDSA")
    assert key.key_ids == (key.fingerprint[-16:], key.parts[1].fingerprint[-16:])


def test_a_file_of_several_keys_gives_them_in_its_order(clock, people):
    keys = [people.eve.public, people.anna.public, people.ben.public]
    assert read_keys("\n".join(each.armoured for each in keys).encode()) == keys
    assert read_keys(b"".join(binary(each) for each in keys)) == keys


def test_a_secret_key_keeps_its_secret_shows_it_nowhere_and_gives_its_public_part(clock, people):
    secret = people.anna.secret
    assert (secret.secret, secret.fingerprint) == (True, people.anna.public.fingerprint)
    assert "PRIVATE" in secret.armoured
    assert "BEGIN" not in repr(secret)
    assert "PRIVATE" not in public_part(secret)
    assert read_keys(public_part(secret).encode()) == [people.anna.public]
    assert read_keys(secret.armoured.encode()) == [secret]
    both = people.anna.public.armoured + secret.armoured
    assert [each.secret for each in read_keys(both.encode())] == [True]


def test_a_passphrase_opens_its_key_alone_and_any_does_if_there_is_none(clock, people):
    assert unlocks(people.anna.secret, PASSPHRASE)
    for wrong in ("", "falsch", PASSPHRASE + " ", PASSPHRASE + "\n", "x" * 300):
        assert not unlocks(people.anna.secret, wrong)
        with pytest.raises(WrongPassphrase):
            unlock(people.anna.secret, wrong)
    assert unlocks(people.ben.secret, "")
    assert unlocks(people.ben.secret, "anything")
    with pytest.raises(NoKey):
        unlocks(people.anna.public, PASSPHRASE)


def test_a_revocation_revokes_the_key_it_is_for_and_stays_with_it(clock, people):
    kept = people.gone.public.armoured.encode()
    revocation = people.revocation(people.gone)
    (revoked,) = read_keys(kept + revocation)
    assert revoked.revoked
    assert read_keys(revoked.armoured.encode())[0].revoked
    assert read_keys(people.gone.secret.armoured.encode() + revocation)[0].revoked
    assert not read_keys(people.anna.public.armoured.encode() + revocation)[0].revoked
    with pytest.raises(NoKey):
        read_keys(revocation)


def test_a_secret_that_is_kept_elsewhere_cannot_sign(clock, people):
    fingerprint = people.anna.public.fingerprint
    stub = people.made(["--export-secret-subkeys", fingerprint], b"", PASSPHRASE)
    (key,) = read_keys(stub)
    assert (key.secret, key.can_sign, key.can_encrypt) == (True, False, True)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"hello", b"\xff" * 50, b"\x99\x01", b"\x99\xff\xff\x04", b"\xc6\x05\x04\0\0\0\0",
        b"\xc6\x06\x04\0\0\0\0\x01",
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\n-----END PGP PUBLIC KEY BLOCK-----",
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n", b"-----BEGIN CERTIFICATE-----\nx", "Größe".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_with_a_sentence(content):
    with pytest.raises(NoKey, match="no OpenPGP key"):
        read_keys(content)


def test_a_key_that_is_cut_off_or_altered_is_refused_or_says_less(clock, people):
    whole = binary(people.ben.public)
    for length in range(0, len(whole), 97):
        try:
            found = read_keys(whole[:length])
        except NoKey:
            continue
        assert [each.fingerprint for each in found] == [people.ben.public.fingerprint]
    altered = whole.replace(b"ben@example.org", b"eve@example.org")
    with pytest.raises(NoKey, match="signed"):
        read_keys(altered)


def test_the_key_to_encrypt_with_is_valid_strong_and_can_encrypt(clock, people):
    keys = [getattr(people, each).public for each in ("anna", "ben", "old", "mute", "weak")]
    assert best_for("Anna@example.org", keys, now=NOW) == people.anna.public
    for address in ("old@example.org", "mute@example.org", "weak@example.org", "nobody@example.org"):
        assert best_for(address, keys, now=NOW) is None
    assert best_for("old@example.org", keys, now=BORN + timedelta(days=3)) == people.old.public
    assert best_for("anna@example.org", keys, now=BORN - timedelta(days=3)) is None
    (revoked,) = read_keys(people.gone.public.armoured.encode() + people.revocation(people.gone))
    assert best_for("gone@example.org", [revoked], now=NOW) is None


def test_a_program_that_is_missing_is_a_reason(clock, people, monkeypatch):
    def fail(*_arguments, **_options):
        raise FileNotFoundError("gpg")

    monkeypatch.setattr(gnupg.subprocess, "run", fail)
    with pytest.raises(NoKey, match="not installed"):
        read_keys(people.anna.public.armoured.encode())
