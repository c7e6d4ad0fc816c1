"""People with OpenPGP keys, made once per run, and a gpg of their own to make mails that the desk would not make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from klardesk.base import clock
from klardesk.mail.crypto.gnupg import Home, Outcome
from klardesk.mail.crypto.pgp_keys import PgpKey, read_keys

BORN = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED = datetime(2026, 1, 15, tzinfo=UTC)
PASSPHRASE = "gehöim: %s"


@dataclass(frozen=True)
class Holder:
    """Somebody's public and secret key, and the passphrase of that."""

    public: PgpKey
    secret: PgpKey
    passphrase: str


class People:
    """Makes keys and mails with them."""

    def __init__(self, home: Home) -> None:
        self.home = home
        home.take([], secret=True)
        self.anna = self.new("Änne Müller <Anna@Example.org>", "ed25519", passphrase=PASSPHRASE)
        self.ben = self.new("Ben <ben@example.org>", "rsa2048", "sign,cert", sub="rsa2048")
        self.eve = self.new("Eve <eve@example.com>", "ed25519")
        self.old = self.new("Old <old@example.org>", "ed25519", expires="2026-02-01")
        self.gone = self.new("Gone <gone@example.org>", "ed25519")
        self.mute = self.new("mute@example.org", "ed25519", sub="")
        self.weak = self.new("Weak <weak@example.org>", "rsa1024", "sign,cert", sub="rsa1024")

    def gpg(self, arguments: list[str], given: bytes = b"", passphrase: str = "") -> Outcome:
        """Run gpg with everybody's keys at hand, a few days after they were made."""
        with clock.at(SIGNED):
            return self.home.run(arguments, given, passphrase)

    def made(self, arguments: list[str], given: bytes, passphrase: str = "") -> bytes:
        """What gpg makes of it, armoured."""
        outcome = self.gpg(["--armor", *arguments], given, passphrase)
        assert outcome.code == 0, outcome.status
        return outcome.out

    def revocation(self, holder: Holder) -> bytes:
        """The certificate that gpg makes along with a key, to be used in need."""
        file = self.home.path / "openpgp-revocs.d" / f"{holder.public.fingerprint}.rev"
        return file.read_bytes().replace(b":-----BEGIN", b"-----BEGIN")

    def add_subkey(self, holder: Holder, *kind: str) -> Holder:
        """The same holder with a further subkey."""
        assert self.gpg(["--quick-add-key", holder.public.fingerprint, *kind], b"", holder.passphrase).code == 0
        return self._read(holder.public.fingerprint, holder.passphrase)

    def new(
        self,
        name: str,
        kind: str,
        usage: str = "sign,cert",
        *,
        sub: str = "cv25519",
        expires: str = "0",
        passphrase: str = "",
    ) -> Holder:
        """Somebody more."""
        with clock.at(BORN):
            made = self.home.run(["--quick-generate-key", name, kind, usage, expires], b"", passphrase)
            fingerprint = made.told("KEY_CREATED")[0][1]
            if sub:
                self.home.run(["--quick-add-key", fingerprint, sub, "encr", expires], b"", passphrase)
        return self._read(fingerprint, passphrase)

    def _read(self, fingerprint: str, passphrase: str) -> Holder:
        with clock.at(SIGNED):
            public = self.home.run(["--armor", "--export", fingerprint], b"").out
            secret = self.home.run(["--armor", "--export-secret-keys", fingerprint], b"", passphrase).out
            return Holder(read_keys(public)[0], read_keys(secret)[0], passphrase)
