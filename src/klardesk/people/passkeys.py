"""Passkeys and security keys (WebAuthn), by Yubico's fido2 library: questions to a browser, and whether its answer is true.

fido2 is imported where it is needed: most processes never see a passkey, and it reads a long list when it is imported.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

    from klardesk.people.models import Passkey, Person

Json = dict[str, Any]


class PasskeyRefused(Exception):
    """The browser's answer does not prove what it should. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new key: its id (base64url), its public part (base64), and its counter."""

    credential_id: str
    credential: str
    sign_count: int


def begin_registration(person: Person, known: Iterable[Passkey]) -> tuple[Json, Json]:
    """What to ask the browser for a new key, and the state to check the answer with."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    user = PublicKeyCredentialUserEntity(id=_handle(person.pk), name=person.login, display_name=person.full_name)
    options, state = _server().register_begin(
        user,
        [_credential(each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), dict(state)


def finish_registration(state: Json, answer: Mapping[str, Any]) -> Registered:
    """The new key of an answer; raises PasskeyRefused."""
    from fido2.utils import websafe_encode

    try:
        found = _server().register_complete(state, answer)
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused(str(error)) from error
    if found.credential_data is None:
        raise PasskeyRefused("no credential")
    credential = base64.b64encode(bytes(found.credential_data)).decode("ascii")
    return Registered(websafe_encode(found.credential_data.credential_id), credential, found.counter)


def begin_assertion(known: Iterable[Passkey] | None) -> tuple[Json, Json]:
    """What to ask the browser to prove a key, and the state to check the answer with.

    With `known`, one of these as the second factor; with None any key of this desk, which must then have looked at its
    owner (finger, face, PIN), since it stands for the password too.
    """
    from fido2.webauthn import UserVerificationRequirement as Verification

    options, state = _server().authenticate_begin(
        None if known is None else [_credential(each) for each in known],
        user_verification=Verification.REQUIRED if known is None else Verification.PREFERRED,
    )
    return dict(options), dict(state)


def finish_assertion(state: Json, answer: Mapping[str, Any], passkey: Passkey) -> int:
    """The key's new counter; raises PasskeyRefused, also for a counter that went back: then the key was copied."""
    from fido2.webauthn import AuthenticationResponse

    try:
        _server().authenticate_complete(state, [_credential(passkey)], answer)
        response = AuthenticationResponse.from_dict(answer).response
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused(str(error)) from error
    handle = response.user_handle
    if handle and not constant_time_compare(handle, _handle(passkey.person_id)):
        raise PasskeyRefused("the key says it is somebody else's")
    counter = response.authenticator_data.counter
    if (counter or passkey.sign_count) and counter <= passkey.sign_count:
        raise PasskeyRefused("the counter went back")
    return counter


def id_of(answer: object) -> str:
    """The id of the key that an answer speaks of; "" if it speaks of none."""
    found = answer.get("id") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""


def _server() -> Fido2Server:
    """The desk as browsers know it: by the host of KLARDESK_URL, at no other address."""
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    place = urlsplit(settings.KLARDESK_URL)
    origin = f"{place.scheme}://{place.netloc}".lower()
    party = PublicKeyCredentialRpEntity(name="Klardesk", id=place.hostname or "")
    return Fido2Server(party, verify_origin=lambda told: told == origin)


def _credential(passkey: Passkey) -> AttestedCredentialData:
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(base64.b64decode(passkey.credential))


def _handle(person_id: int) -> bytes:
    """What a key remembers of its owner: nothing that tells who it is (WebAuthn, 14.6.1)."""
    return salted_hmac("klardesk.passkey", str(person_id), algorithm="sha256").digest()
