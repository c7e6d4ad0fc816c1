"""Keep certificates and keys: add, trust, withdraw, replace, delete; and how a queue protects its mails."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.base import clock
from klardesk.base.secrets import encrypt
from klardesk.ledger import ChainRef, append
from klardesk.mail.addresses import is_address
from klardesk.mail.crypto.certificates import NoKey, WrongPassphrase
from klardesk.mail.crypto.verdict import Unavailable
from klardesk.mail.events import ValueChange
from klardesk.mail.keys import smime
from klardesk.mail.keys.events import KeyAdded, KeyChanged, KeyDeleted
from klardesk.mail.keys.models import KeyAddress, Kind, MailKey, Origin, QueueProtection
from klardesk.mail.keys.registry import kind_of_file, scheme
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.mail.keys.schemes import Found

_SETTINGS = ("trusted", "valid", "comment")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file with keys, and the passphrase that opens it."""

    content: bytes
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"KeyFile({len(self.content)} bytes)"


@dataclass(frozen=True, slots=True)
class _How:
    """How a key comes into the store."""

    origin: str = Origin.ADDED
    trusted: bool = False
    comment: str = ""


def add_keys(file: KeyFile, *, by: Actor, trusted: bool = False, comment: str = "") -> list[MailKey]:
    """Keep all keys of a file; those that are there already only get what is new. For administrators.

    `trusted` says that they were checked and vouch. Raises NotPossible with the reason: no key, wrong passphrase, all
    of it there already.
    """
    require_administrator(by)
    found, alone = _read(file)
    with transaction.atomic():
        how = _How(trusted=trusted, comment=comment.strip())
        kept = [key for each in found if (key := _keep(each, file, how, by)) is not None]
        kept += [_with_private(key, private, "", by) for key, private in alone if not key.private]
    if not kept:
        raise NotPossible(_("What is in this file is here already."))
    return kept


def change_key(key: MailKey, *, by: Actor, trusted: bool, valid: bool, comment: str) -> None:
    """Trust it or not, withdraw it or take that back, comment it. For administrators."""
    require_administrator(by)
    with transaction.atomic():
        fresh = MailKey.objects.select_for_update().get(pk=key.pk)
        new = {"trusted": trusted, "valid": valid, "comment": comment.strip()}
        changes = [
            ValueChange(name, str(getattr(fresh, name)), str(value))
            for name, value in new.items()
            if getattr(fresh, name) != value
        ]
        if changes:
            for name, value in new.items():
                setattr(fresh, name, value)
            fresh.save(update_fields=_SETTINGS)
            _tell_change(fresh, changes, by)


def replace_key(key: MailKey, file: KeyFile, *, by: Actor) -> MailKey:
    """Put the newer certificate or key of a file in the place of this one, which is withdrawn; queues that chose it follow.

    A newer state of the same OpenPGP key takes its place without that. For administrators. Raises NotPossible as
    `add_keys`, and for a file without a key of the same kind for one of the addresses (and without a private key, if
    this one has it).
    """
    require_administrator(by)
    found, _alone = _read(file)
    addresses = set(key.addresses.values_list("address", flat=True))
    fitting = [each for each in found if each.kind == key.kind and (addresses & set(each.addresses) or not addresses)]
    fitting = [each for each in fitting if each.private or not key.private]
    same = next((each for each in found if each.fingerprint == key.fingerprint), None)
    successor = same or next(iter(fitting), None)
    if successor is None:
        sentence = (
            _(
                "Nothing in the file can take the place of this: it holds no private key with its certificate for {addresses}."
            )
            if key.private
            else _("Nothing in the file can take the place of this: it holds no certificate or key for {addresses}.")
        )
        raise NotPossible(sentence.format(addresses=", ".join(sorted(addresses)) or key.name))
    with transaction.atomic():
        if same is not None:
            return _renewed(key, same, file, by)
        _keep(successor, file, _How(trusted=key.trusted, comment=key.comment), by)
        new = MailKey.objects.get(kind=successor.kind, fingerprint=successor.fingerprint)
        for choice in QueueProtection.objects.select_for_update().filter(key=key).select_related("queue"):
            choice.key = new
            choice.save(update_fields=["key"])
        change_key(key, by=by, trusted=key.trusted, valid=False, comment=key.comment)
    return new


def delete_key(key: MailKey, *, by: Actor) -> None:
    """Delete it; what it said of articles stays. For administrators. Raises NotPossible while a queue has chosen it."""
    require_administrator(by)
    with transaction.atomic():
        queues = list(
            QueueProtection.objects.filter(key=key).order_by("queue__name").values_list("queue__name", flat=True)
        )
        if queues:
            sentence = _("These queues have chosen it: {queues}. Let them choose another first.")
            raise NotPossible(sentence.format(queues=", ".join(queues)))
        addresses = sorted(key.addresses.values_list("address", flat=True))
        chain, own = _chain(key), bool(key.private)
        if MailKey.objects.filter(pk=key.pk).delete()[0]:
            append(chain, KeyDeleted(key.kind, key.fingerprint, key.name, addresses, own), by=by.ref)


def learn_key(found: Found, *, vouched: bool, by: Actor) -> None:
    """Keep the certificate that came with a signed mail, unless it is here; it is not trusted by that."""
    if MailKey.objects.filter(kind=found.kind, fingerprint=found.fingerprint).exists():
        return
    with suppress(IntegrityError), transaction.atomic():  # another worker may learn it from another mail just now
        _insert(found, KeyFile(b""), _How(Origin.VOUCHED if vouched else Origin.LEARNED), by)


def _read(file: KeyFile) -> tuple[list[Found], list[tuple[MailKey, str]]]:
    """What is in a file: keys, and a private key alone with the row it belongs to. Runs outside of a transaction."""
    kind = kind_of_file(file.content)
    try:
        return scheme(kind).read(file.content, file.passphrase), []
    except WrongPassphrase as error:
        if not file.passphrase:
            raise NotPossible(_("This file is protected: enter its passphrase.")) from error
        raise NotPossible(_("The passphrase does not open this file.")) from error
    except Unavailable as error:
        raise NotPossible(_("The file cannot be read now: {reason}.").format(reason=error)) from error
    except NoKey as error:
        alone = _alone(file) if kind == Kind.SMIME else None
        if alone is not None:
            return [], [alone]
        raise NotPossible(_("This file holds no key or certificate that can be read.")) from error


def _alone(file: KeyFile) -> tuple[MailKey, str] | None:
    try:
        rows = MailKey.objects.filter(kind=Kind.SMIME)
        found = smime.belongs(file.content, file.passphrase, list(rows))
    except NoKey:
        return None
    if found is None:
        raise NotPossible(_("This is a private key alone. Add its certificate first, or a file that holds both."))
    return found


def _keep(found: Found, file: KeyFile, how: _How, by: Actor) -> MailKey | None:
    """A new row, or what is new to the one that is there; None if nothing is."""
    row = MailKey.objects.select_for_update().filter(kind=found.kind, fingerprint=found.fingerprint).first()
    if row is None:
        return _insert(found, file, how, by)
    if found.private and not row.private:
        return _with_private(row, found.private, file.passphrase, by)
    if how.trusted and not row.trusted:
        change_key(row, by=by, trusted=True, valid=row.valid, comment=row.comment)
        return row
    return None


def _insert(found: Found, file: KeyFile, how: _How, by: Actor) -> MailKey:
    key = MailKey(
        kind=found.kind, fingerprint=found.fingerprint, name=_clean(found.name), issuer=_clean(found.issuer),
        algorithm=found.algorithm, public=found.public, private=encrypt(found.private),
        passphrase=_passphrase(found, file), valid_from=found.valid_from, valid_until=found.valid_until,
        authority=found.authority, can_sign=found.can_sign, can_encrypt=found.can_encrypt, trusted=how.trusted,
        origin=how.origin, comment=how.comment, valid=not found.revoked, added_at=clock.now(),
    )  # fmt: skip
    key.save(force_insert=True)
    addresses = _set_addresses(key, found.addresses)
    payload = KeyAdded(key.kind, key.fingerprint, key.name, addresses, bool(key.private), how.trusted, str(how.origin))
    append(_chain(key), payload, by=by.ref)
    return key


def _clean(text: str) -> str:
    """What every text column takes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _renewed(key: MailKey, found: Found, file: KeyFile, by: Actor) -> MailKey:
    """A newer state of the same key: other addresses, another end."""
    changes = []
    for name in ("name", "valid_until", "can_sign", "can_encrypt", "public"):
        old, new = getattr(key, name), getattr(found, name)
        if old != new:
            changes.append(
                ValueChange(name, "" if name == "public" else str(old), "…" if name == "public" else str(new))
            )
            setattr(key, name, new)
    if found.revoked and key.valid:
        key.valid = False
        changes.append(ValueChange("valid", "True", "False"))
    if found.private:
        key.private, key.passphrase = encrypt(found.private), _passphrase(found, file)
    if not changes:
        raise NotPossible(_("What is in this file is here already."))
    key.save()
    _set_addresses(key, found.addresses)
    _tell_change(key, changes, by)
    return key


def _with_private(key: MailKey, private: str, passphrase: str, by: Actor) -> MailKey:
    key.private = encrypt(private)
    key.passphrase = encrypt(passphrase) if key.kind == Kind.PGP else ""
    key.save(update_fields=["private", "passphrase"])
    _tell_change(key, [ValueChange("private", "", "…")], by)
    return key


def _passphrase(found: Found, file: KeyFile) -> str:
    """An OpenPGP key stays protected by its own; a key of S/MIME was opened when it was read."""
    return encrypt(file.passphrase) if found.private and found.kind == Kind.PGP else ""


def _set_addresses(key: MailKey, addresses: Sequence[str]) -> list[str]:
    wanted = sorted({each.lower() for each in addresses if is_address(each)})
    KeyAddress.objects.filter(key=key).exclude(address__in=wanted).delete()
    KeyAddress.objects.bulk_create((KeyAddress(key=key, address=each) for each in wanted), ignore_conflicts=True)
    return wanted


def _tell_change(key: MailKey, changes: list[ValueChange], by: Actor) -> None:
    append(_chain(key), KeyChanged(key.kind, key.fingerprint, key.name, changes), by=by.ref)


def _chain(key: MailKey) -> ChainRef:
    return ChainRef("mailkey", key.pk)
