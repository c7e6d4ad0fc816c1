"""OpenPGP keys out of the files people have, and which of them fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from klardesk.mail.crypto import packets
from klardesk.mail.crypto.certificates import NoKey, WrongPassphrase
from klardesk.mail.crypto.gnupg import GnupgFailed, Home, fits
from klardesk.mail.crypto.packets import Packet

STRONG = 2048
"""Fewest bits of a key of the old algorithms that new mail is signed with or encrypted to."""

_NAMES = {1: "RSA", 2: "RSA", 3: "RSA", 16: "ElGamal", 17: "DSA", 18: "ECDH", 19: "ECDSA", 22: "EdDSA"}
_OLD = ("RSA", "ElGamal", "DSA")
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")
_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")
_RECORDS = ("pub", "sub")


@dataclass(frozen=True, slots=True)
class Part:
    """The main key or a subkey: what it may do (`e` encrypt, `s` sign), for how long, and whether it is there if it is secret."""

    fingerprint: str
    abilities: str
    algorithm: str
    bits: int
    created_at: datetime
    expires_at: datetime | None
    usable: bool
    present: bool

    @property
    def weakness(self) -> str:
        """Why nothing new should rest on it; empty if nothing is wrong."""
        weak = self.algorithm in _OLD and self.bits < STRONG
        return f"{self.algorithm} with {self.bits} bits is weak" if weak else ""

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether it is neither revoked nor out of its time."""
        return self.usable and self.created_at <= moment and (self.expires_at is None or moment < self.expires_at)


@dataclass(frozen=True, slots=True)
class PgpKey:
    """A key. `fingerprint` and `key_ids` are hex in upper case, `addresses` lower-case, times aware, in UTC; None is never.

    `armoured` is what to keep; if the key is `secret`, it holds the secret, protected as in the file it came in.
    """

    fingerprint: str
    key_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    user_ids: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked: bool
    secret: bool
    can_sign: bool
    can_encrypt: bool
    algorithm: str
    bits: int
    armoured: str = field(repr=False)
    parts: tuple[Part, ...] = ()

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether it is neither revoked nor out of its time."""
        over = self.expires_at is not None and self.expires_at <= moment
        return not self.revoked and self.created_at <= moment and not over

    def part_for(self, ability: str, moment: datetime) -> Part | None:
        """The newest part that may sign (`s`) or encrypt (`e`) now and is not weak."""
        fit = [
            each for each in self.parts if ability in each.abilities and each.is_valid_at(moment) and not each.weakness
        ]
        if ability == "s":
            fit = [each for each in fit if each.present]
        return max(fit, key=lambda each: each.created_at, default=None) if self.is_valid_at(moment) else None

    @property
    def name(self) -> str:
        """How to speak of it to a person."""
        return ", ".join(self.addresses) or next(iter(self.user_ids), self.fingerprint)


def read_keys(data: bytes) -> list[PgpKey]:
    """All keys in a file, armoured or binary, public or secret; revocations in it are applied. Raises NoKey.

    To revoke a key that is kept already, read it again together with its revocation:
    `read_keys(key.armoured.encode() + revocation)`.
    """
    blocks, revocations = _blocks(data)
    ring = b"".join(bytes(packets.public(each)) for block in blocks for each in block)
    if not ring:
        raise NoKey("The file holds no OpenPGP key that can be read.")
    try:
        with Home() as home:
            home.take([ring])
            home.take([b"".join(bytes(each) for each in revocations)])
            listed = home.run(["--with-colons", "--list-keys"], b"").out
            exported, _none = _blocks(home.run(["--export"], b"").out)
    except GnupgFailed as error:
        raise NoKey(f"The keys could not be read: {error}.") from error
    secrets = {_fingerprint(block): block for block in blocks if block[0].tag == packets.SECRET_KEY}
    publics = {_fingerprint(block): block for block in exported}
    found = [_key(lines, publics, secrets) for lines in _listed(listed)]
    if not found:
        raise NoKey("The file holds no OpenPGP key that its owner has signed.")
    order = [_fingerprint(block) for block in blocks]
    return sorted(found, key=lambda key: order.index(key.fingerprint))


def unlocks(key: PgpKey, passphrase: str) -> bool:
    """Whether the passphrase opens the secret key; any does if the key is not protected. Raises NoKey if it is not secret."""
    if not key.secret:
        raise NoKey("The file holds no secret key.")
    if not fits(passphrase):
        return False
    try:
        with Home() as home:
            home.take([secret_bytes(key)], secret=True)
            asked = home.run(["--dry-run", "--passwd", key.fingerprint], b"", passphrase)
    except GnupgFailed as error:
        raise NoKey(f"The key could not be tried: {error}.") from error
    return bool(asked.told("SUCCESS"))


def unlock(key: PgpKey, passphrase: str) -> None:
    """Raises WrongPassphrase unless the passphrase opens the secret key."""
    if not unlocks(key, passphrase):
        raise WrongPassphrase("The passphrase does not open the secret key.")


def best_for(address: str, keys: Iterable[PgpKey], *, now: datetime) -> PgpKey | None:
    """The key to encrypt to this address with: not weak, able to now and for the longest time, then the newest."""
    fit = [each for each in keys if address.lower() in each.addresses and each.part_for("e", now)]
    return max(fit, key=lambda each: (_end(each, now), each.created_at), default=None)


def public_part(key: PgpKey) -> str:
    """The key without its secret, to be given to others."""
    return packets.armoured("PUBLIC KEY BLOCK", public_bytes(key))


def public_bytes(key: PgpKey) -> bytes:
    """The public part as binary."""
    blocks, _revocations = _blocks(key.armoured.encode("ascii"))
    return b"".join(bytes(packets.public(each)) for each in blocks[-1])


def secret_bytes(key: PgpKey) -> bytes:
    """All that is kept of a secret key, as binary."""
    return b"".join(packets.unarmoured(key.armoured.encode("ascii")))


def _end(key: PgpKey, now: datetime) -> datetime:
    part = key.part_for("e", now)
    ends = [each for each in (key.expires_at, part.expires_at if part else None) if each]
    return min(ends, default=datetime.max.replace(tzinfo=UTC))


def _blocks(data: bytes) -> tuple[list[list[Packet]], list[Packet]]:
    """The keys in a file, each with the packets that belong to it, and the revocations that stand by themselves."""
    blocks: list[list[Packet]] = []
    revocations: list[Packet] = []
    for content in packets.unarmoured(data):
        current: list[Packet] | None = None
        for each in packets.packets(content):
            if each.tag in (packets.PUBLIC_KEY, packets.SECRET_KEY):
                current = [each] if packets.fingerprint(each.body) else []
                blocks += [current] if current else []
            elif current:
                current += [each] if _is_whole(each) else []
            elif current is None and packets.revoked_by(each):
                revocations.append(each)
    return blocks, revocations


def _is_whole(packet: Packet) -> bool:
    """Whether a packet may stand in a key: subkeys of unknown form are left out, with what they cannot be used for."""
    return packet.tag not in (packets.SECRET_SUBKEY, packets.PUBLIC_SUBKEY) or bool(packets.fingerprint(packet.body))


def _fingerprint(block: Sequence[Packet]) -> str:
    return packets.fingerprint(block[0].body)


def _listed(listing: bytes) -> Iterator[list[list[bytes]]]:
    """The records of each key in gpg's listing."""
    lines: list[list[bytes]] = []
    for line in listing.split(b"\n"):
        record = line.split(b":")
        if record[0] == b"pub" and lines:
            yield lines
            lines = []
        if lines or record[0] == b"pub":
            lines.append(record)
    if lines:
        yield lines


def _key(lines: list[list[bytes]], publics: dict[str, list[Packet]], secrets: dict[str, list[Packet]]) -> PgpKey:
    main = lines[0]
    own = next(each[9].decode("ascii") for each in lines if each[0] == b"fpr")
    secret = secrets.get(own)
    parts = tuple(_parts(lines, secret))
    gone = main[1] == b"r"  # then each of its names is marked so, which else are those that were revoked alone
    names = tuple(_text(each[9]) for each in lines if each[0] == b"uid" and (gone or each[1] != b"r"))
    abilities = {letter for each in parts for letter in each.abilities if each.usable}
    armoured = packets.armoured("PUBLIC KEY BLOCK", b"".join(bytes(each) for each in publics[own]))
    if secret:
        armoured = packets.armoured("PRIVATE KEY BLOCK", b"".join(bytes(each) for each in secret)) + armoured
    signs = any("s" in each.abilities and each.usable and each.present for each in parts)
    return PgpKey(
        fingerprint=own, key_ids=tuple(each.fingerprint[-16:] for each in parts), user_ids=names, addresses=_addresses(names),
        created_at=parts[0].created_at, expires_at=parts[0].expires_at, revoked=gone, secret=secret is not None,
        can_sign=signs, can_encrypt="e" in abilities, algorithm=parts[0].algorithm, bits=parts[0].bits, armoured=armoured,
        parts=parts,
    )  # fmt: skip


def _parts(lines: list[list[bytes]], secret: list[Packet] | None) -> Iterator[Part]:
    kept = {packets.fingerprint(each.body) for each in secret or [] if packets.has_secret(each)}
    for record, following in pairwise(lines):
        if record[0].decode("ascii", "replace") in _RECORDS and following[0] == b"fpr":
            fingerprint = following[9].decode("ascii")
            yield Part(
                fingerprint=fingerprint, abilities="".join(x for x in record[11].decode("ascii") if x.islower()),
                algorithm=_NAMES.get(int(record[3]), f"algorithm {int(record[3])}"), bits=int(record[2]),
                created_at=_moment(record[5]) or datetime.min.replace(tzinfo=UTC), expires_at=_moment(record[6]),
                usable=record[1] not in (b"r", b"i", b"d"), present=secret is None or fingerprint in kept,
            )  # fmt: skip


def _moment(field_: bytes) -> datetime | None:
    return datetime.fromtimestamp(int(field_), UTC) if field_ else None


def _text(field_: bytes) -> str:
    """A user ID: gpg escapes its control characters and colons; it should be UTF-8, and was not always."""
    raw = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), field_)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _addresses(names: Sequence[str]) -> tuple[str, ...]:
    found = []
    for name in names:
        angled = _ADDRESS.search(name)
        bare = name.strip()
        if angled or (bare.count("@") == 1 and not re.search(r"[\s<>]", bare)):
            found.append((angled[1] if angled else bare).lower())
    return tuple(dict.fromkeys(found))
