"""Signing and encrypting a finished mail. It reads rows and calls programs: outside of every transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.mail.addresses import key_of
from klardesk.mail.crypto.headers import split
from klardesk.mail.crypto.verdict import CannotProtect, Unavailable
from klardesk.mail.keys import queries
from klardesk.mail.keys.models import Encrypt, Kind, MailKey, Verdict
from klardesk.mail.keys.registry import SCHEMES, scheme
from klardesk.mail.keys.schemes import Layer
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.keys.queries import Policy
    from klardesk.mail.models import SystemAddress
    from klardesk.tickets.models import Queue


class NoKeys(NotPossible):
    """The mail is to be encrypted or signed, and a key for it is missing; the sentence names whose."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a mail; `kind` is tried first if it is given."""

    sign: bool = False
    encrypt: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a mail goes to: openly, and without the others' knowledge (Bcc)."""

    shown: Sequence[str]
    hidden: Sequence[str] = ()

    @property
    def all(self) -> list[str]:
        """Everybody."""
        return [*self.shown, *self.hidden]


@dataclass(frozen=True, slots=True)
class Protected:
    """A mail's bytes, and those of hidden recipients by address: each encrypted for this one alone, since an envelope names
    the keys it was made for.
    """

    content: bytes
    own: Mapping[str, bytes] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """The keys of one kind for a mail."""

    kind: str
    signer: MailKey | None
    recipients: dict[str, MailKey]


def wish_for(policy: Policy, recipients: Sequence[str], *, was_encrypted: bool = False) -> Wish:
    """What a queue does by itself with a mail to these: an encrypted mail is answered encrypted, if that can be done."""
    encrypt = policy.encrypt == Encrypt.ALWAYS
    if not encrypt and (was_encrypted or policy.encrypt == Encrypt.POSSIBLE):
        encrypt = not lacking(recipients)
    return Wish(policy.sign, encrypt, policy.kind)


def lacking(recipients: Sequence[str]) -> list[str]:
    """Those who keep a mail to all of them from being encrypted; empty if one of the ways has a key for each."""
    found = queries.usable(recipients)
    by_kind = [[each for each in recipients if _of_kind(kind, found[key_of(each)]) is None] for kind in SCHEMES]
    return min(by_kind, key=len) if recipients else []


def can_sign(sender: str) -> bool:
    """Whether the desk has a valid private key for this address."""
    return any(key.private and key.can_sign for key in queries.usable([sender])[key_of(sender)])


def protect(content: bytes, recipients: Recipients, wish: Wish, queue: Queue, sender: SystemAddress) -> Protected:
    """The mail as wished. Raises NoKeys with names, NotPossible if a program refuses: then nothing may be sent."""
    if not (wish.sign or wish.encrypt):
        return Protected(content)
    choice = _chosen(recipients, wish, queries.policy_of(queue), sender.address)
    head, entity = _taken_apart(content)
    layers: list[Layer] = []
    try:
        if wish.sign and choice.signer is not None:
            entity = scheme(choice.kind).sign(entity, choice.signer, queries.known(choice.kind))
            layers.append(_signed(choice.signer, sender.address))
        if not wish.encrypt:
            return Protected(head + entity, layers=tuple(layers))
        copies = {each: head + _sealed(choice, entity, [each]) for each in recipients.hidden}
        shown = head + _sealed(choice, entity, recipients.shown) if recipients.shown else next(iter(copies.values()))
    except (CannotProtect, Unavailable) as error:
        sentence = _("This mail could not be protected, so it was not sent: {reason}.")
        raise NotPossible(sentence.format(reason=error)) from error
    sealed = Layer(choice.kind, Verdict.SEALED.value, ", ".join(recipients.shown or recipients.hidden)[:300])
    return Protected(shown, copies, (sealed, *layers))


def _sealed(choice: _Choice, entity: bytes, recipients: Sequence[str]) -> bytes:
    keys = {choice.recipients[key_of(each)].pk: choice.recipients[key_of(each)] for each in recipients}
    return scheme(choice.kind).encrypt(entity, list(keys.values()))


def _signed(key: MailKey, address: str) -> Layer:
    return Layer(key.kind, Verdict.SIGNED.value, key.name, (address,), key.fingerprint, by_sender=True, key=key)


def _chosen(recipients: Recipients, wish: Wish, policy: Policy, sender: str) -> _Choice:
    """The first way that has all keys, the wished or the queue's one before the other."""
    found = queries.usable([sender, *recipients.all])
    first = wish.kind or policy.kind or Kind.SMIME.value
    choices = [
        _candidate(kind, found, recipients, policy, sender) for kind in sorted(SCHEMES, key=lambda kind: kind != first)
    ]
    for choice in choices:
        signs = choice.signer is not None or not wish.sign
        if signs and (not wish.encrypt or len(choice.recipients) == len({key_of(each) for each in recipients.all})):
            return choice
    raise NoKeys(_refusal(choices, recipients, wish, sender))


def _candidate(
    kind: str, found: Mapping[str, list[MailKey]], recipients: Recipients, policy: Policy, sender: str
) -> _Choice:
    own = [key for key in found[key_of(sender)] if key.kind == kind and key.private and key.can_sign]
    signer = next((key for key in own if key == policy.key), next(iter(own), None))
    keys = {key_of(each): _of_kind(kind, found[key_of(each)]) for each in recipients.all}
    return _Choice(kind, signer, {address: key for address, key in keys.items() if key is not None})


def _of_kind(kind: str, keys: Sequence[MailKey]) -> MailKey | None:
    """The key to encrypt with, of those of an address."""
    return next((key for key in keys if key.kind == kind and key.can_encrypt), None)


def _refusal(choices: Sequence[_Choice], recipients: Recipients, wish: Wish, sender: str) -> str:
    """Whose key is missing, told of the way that lacks the fewest."""
    best = max(choices, key=lambda choice: len(choice.recipients))
    missing = [each for each in recipients.all if key_of(each) not in best.recipients]
    if wish.encrypt and missing:
        sentence = _("This mail cannot be encrypted: no valid certificate or key is known for {addresses}.")
        return sentence.format(addresses=", ".join(missing))
    if not any(choice.signer for choice in choices):
        return _("This mail cannot be signed: the desk has no valid private key for {address}.").format(address=sender)
    return _("This mail cannot be signed and encrypted: neither S/MIME nor OpenPGP has all keys for it.")


def _taken_apart(content: bytes) -> tuple[bytes, bytes]:
    """The mail's own header, and its content as an entity by itself."""
    fields, body = split(content)
    inner = [each for each in fields if each.lower().startswith(b"content-")]
    outer = [each for each in fields if not each.lower().startswith(b"content-")]
    return b"\r\n".join([*outer, b""]), b"\r\n".join([*inner, b"", body])
