"""Add and take away second factors: authenticator app, passkeys, recovery codes. No secret and no code reaches the ledger."""

from __future__ import annotations

import base64
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.refusal import Refused
from klardesk.base.secrets import SecretLost, decrypt, encrypt
from klardesk.ledger import ActorRef, append
from klardesk.people import events, totp
from klardesk.people.actions.sessions import drop_sessions
from klardesk.people.models import Passkey, Person, RecoveryCode, TotpFactor
from klardesk.people.policy import factor_demanded, is_self, require_administrator
from klardesk.people.queries import has_factor

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.passkeys import Registered

CODES = 10
"""So many recovery codes are made at once."""


class WrongCode(Exception):
    """The code was not right, or was used before. Nothing was changed."""


def add_totp(person: Person, secret: str, code: str, *, by: Actor) -> list[str]:
    """Let an app be the person's second factor, once it shows the right code; an earlier app no longer counts.

    Returns the recovery codes if it is the first factor, else none. Raises WrongCode, Refused.
    """
    _require_self(by, person)
    return store_totp(person, secret, code, by.ref)


def store_totp(person: Person, secret: str, code: str, by: ActorRef) -> list[str]:
    """The same for a person who is about to log in and has to set up a factor for that."""
    step = totp.matching_step(secret, code, clock.now())
    if step is None:
        raise WrongCode(_("That code is not right. Is the clock of the telephone right?"))
    with transaction.atomic():
        fresh = _locked(person)
        codes = _codes(fresh) if not has_factor(fresh) else []
        values = {"secret": encrypt(secret), "last_step": step, "created_at": clock.now()}
        TotpFactor.objects.update_or_create(person=fresh, defaults=values)
        append(events.person_chain(fresh.pk), events.FactorAdded("totp", "", len(codes)), by=by)
    return codes


def add_passkey(person: Person, name: str, registered: Registered, *, by: Actor) -> list[str]:
    """Keep a new passkey of the person. Returns the recovery codes if it is the first factor, else none.

    Raises Refused; ValidationError if some person has this key already.
    """
    _require_self(by, person)
    with transaction.atomic():
        fresh = _locked(person)
        if Passkey.objects.filter(credential_id=registered.credential_id).exists():
            raise ValidationError(_("This key is known already."))
        codes = _codes(fresh) if not has_factor(fresh) else []
        Passkey.objects.create(
            person=fresh, name=name.strip()[:100] or _("Passkey"), credential_id=registered.credential_id,
            credential=registered.credential, sign_count=registered.sign_count, created_at=clock.now(),
        )  # fmt: skip
        append(events.person_chain(fresh.pk), events.FactorAdded("passkey", name.strip()[:100], len(codes)), by=by.ref)
    return codes


def remove_totp(person: Person, *, by: Actor) -> None:
    """Take the app away; nothing happens if there is none. Raises Refused if it is the last factor and one is demanded."""
    _require_self(by, person)
    with transaction.atomic():
        fresh = _locked(person)
        if TotpFactor.objects.filter(person=fresh).delete()[0]:
            _after_removal(fresh)
            append(events.person_chain(fresh.pk), events.FactorRemoved("totp", ""), by=by.ref)


def remove_passkey(person: Person, passkey: Passkey, *, by: Actor) -> None:
    """Take a passkey away; nothing happens if it is gone. Raises Refused if it is the last factor and one is demanded."""
    _require_self(by, person)
    with transaction.atomic():
        fresh = _locked(person)
        if Passkey.objects.filter(person=fresh, pk=passkey.pk).delete()[0]:
            _after_removal(fresh)
            append(events.person_chain(fresh.pk), events.FactorRemoved("passkey", passkey.name), by=by.ref)


def make_recovery_codes(person: Person, *, by: Actor) -> list[str]:
    """New recovery codes, to be shown once; the old ones stop. Raises Refused, also if there is no factor."""
    _require_self(by, person)
    with transaction.atomic():
        fresh = _locked(person)
        if not has_factor(fresh):
            raise Refused(_("Recovery codes stand in for a second factor: set one up first."))
        codes = _codes(fresh)
        append(events.person_chain(fresh.pk), events.RecoveryCodesMade(len(codes)), by=by.ref)
    return codes


def reset_factors(person: Person, *, by: Actor) -> int:
    """Take all second factors of somebody away who lost them; the person's sessions end. Returns how many there were.

    Raises Refused for anybody but administrators, and for one's own.
    """
    require_administrator(by)
    if is_self(by, person):
        raise Refused(_("Your own second factors you take away in your account."))
    with transaction.atomic():
        fresh = _locked(person)
        removed = TotpFactor.objects.filter(person=fresh).delete()[0] + Passkey.objects.filter(person=fresh).delete()[0]
        codes = RecoveryCode.objects.filter(person=fresh).delete()[0]
        if removed or codes:
            append(events.person_chain(fresh.pk), events.FactorsReset(removed, drop_sessions(fresh)), by=by.ref)
    return removed


def take_code(person: Person, code: str) -> bool:
    """Whether this is the app's code of now or a recovery code, neither used before; from now on it is used."""
    with transaction.atomic():
        if _take_totp(person, code):
            return True
        taken = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at=None)
        if not taken.update(used_at=clock.now()):
            return False
        left = RecoveryCode.objects.filter(person=person, used_at=None).count()
        ref = ActorRef("agent" if person.is_agent else "customer", person.pk, person.full_name)
        append(events.person_chain(person.pk), events.RecoveryCodeUsed(left), by=ref)
    return True


def _take_totp(person: Person, code: str) -> bool:
    factor = TotpFactor.objects.filter(person=person).first()
    if factor is None:
        return False
    try:
        step = totp.matching_step(decrypt(factor.secret), code, clock.now(), factor.last_step)
    except SecretLost:  # the key file is another one: recovery codes and administrators still let the person in
        return False
    # Of two that bring the same code at once, one changes the row.
    return step is not None and bool(TotpFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))


def _codes(person: Person) -> list[str]:
    """Fresh codes of 80 random bits in the place of all earlier ones."""
    RecoveryCode.objects.filter(person=person).delete()
    codes = [base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower() for _number in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(person, code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _digest(person: Person, code: str) -> str:
    """What is kept of a code: it has 80 random bits, so that guessing it from the digest is hopeless."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return sha256(f"recovery\0{person.pk}\0{plain}".encode("utf-8", "surrogatepass")).hexdigest()


def _after_removal(person: Person) -> None:
    """Without a factor recovery codes mean nothing, and where one is demanded the last stays."""
    if has_factor(person):
        return
    if factor_demanded(person):
        raise Refused(_("This desk demands a second factor: set up another one before you take away the last."))
    RecoveryCode.objects.filter(person=person).delete()


def _require_self(by: Actor, person: Person) -> None:
    """A factor is its person's own: administrators only take all of them away."""
    if not is_self(by, person):
        raise Refused(_("Second factors are set up by the person alone."))


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)
