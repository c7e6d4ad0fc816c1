"""What happens around mail: to the mails of a ticket (on its own history), and to the mail settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event


def _list(addresses: list[str]) -> str:
    return ", ".join(addresses) or "–"


@event(
    "mail.sent",
    en=lambda payload: f"mail handed over for {_list(payload.recipients)}",
    de=lambda payload: f"E-Mail übergeben für {_list(payload.recipients)}",
)
@dataclass(frozen=True, slots=True)
class MailSent:
    """The outgoing server took a mail of this article for these recipients."""

    article: int | None
    recipients: list[str]


@event(
    "mail.not_delivered",
    en=lambda payload: f"mail not delivered to {_list(payload.recipients)}: {payload.error}",
    de=lambda payload: f"E-Mail nicht zugestellt an {_list(payload.recipients)}: {payload.error}",
)
@dataclass(frozen=True, slots=True)
class MailNotDelivered:
    """A mail of this article did not reach these recipients, and is not tried again by itself."""

    article: int | None
    recipients: list[str]
    error: str


@event(
    "mail.sent_again",
    en=lambda payload: f"mail is to be sent again to {_list(payload.recipients)}",
    de=lambda payload: f"E-Mail wird erneut gesendet an {_list(payload.recipients)}",
)
@dataclass(frozen=True, slots=True)
class MailSentAgain:
    """A person asked to try the recipients once more that a mail did not reach."""

    article: int | None
    recipients: list[str]


@event(
    "mail.taken_back",
    en=lambda payload: f"mail to {_list(payload.recipients)} stopped before it was sent",
    de=lambda payload: f"E-Mail an {_list(payload.recipients)} vor dem Senden angehalten",
)
@dataclass(frozen=True, slots=True)
class MailTakenBack:
    """Its author stopped a mail while it was held; nobody got it."""

    article: int | None
    recipients: list[str]


WITHHELD = {
    "en": {
        "limit": "it got as many automatic answers today as the desk allows",
        "automatic": "the mail itself came from a machine",
        "own": "it is an address of this desk",
        "excluded": "the settings exclude it",
        "no_sender": "the queue has no sender address",
        "unsendable": "no mail can be written to it",
        "no_key": "the queue's mails are signed or encrypted, and a key for that is missing",
    },
    "de": {
        "limit": "sie hat heute schon so viele automatische Antworten bekommen, wie der Desk erlaubt",
        "automatic": "die E-Mail kam selbst von einer Maschine",
        "own": "sie ist eine Adresse dieses Desks",
        "excluded": "die Einstellungen schließen sie aus",
        "no_sender": "die Queue hat keine Absenderadresse",
        "unsendable": "an sie lässt sich keine E-Mail schreiben",
        "no_key": "die E-Mails der Queue werden signiert oder verschlüsselt, und dafür fehlt ein Schlüssel",
    },
}


def _withheld(language: str, start: str) -> Callable[[AutoResponseWithheld], str]:
    def sentence(payload: AutoResponseWithheld) -> str:
        return f"{start} {payload.address}: {WITHHELD[language].get(payload.reason, payload.reason)}"

    return sentence


@event(
    "mail.auto_response_withheld",
    en=_withheld("en", "no automatic answer to"),
    de=_withheld("de", "keine automatische Antwort an"),
)
@dataclass(frozen=True, slots=True)
class AutoResponseWithheld:
    """An automatic answer was due and not sent; `reason` is a key of WITHHELD."""

    address: str
    reason: str


@event(
    "mail.processed_again",
    en="mail {mail} is to be processed again",
    de="E-Mail {mail} wird erneut verarbeitet",
)
@dataclass(frozen=True, slots=True)
class ProcessedAgain:
    """A person asked to process a kept mail once more."""

    mail: int


NOUNS = {
    "en": {
        "mailbox": "mailbox", "systemaddress": "address", "queuemail": "sender of the queue",
        "outgoingserver": "outgoing mail server", "oauthconnection": "connection with a provider",
        "queueprotection": "signing and encrypting of the queue",
    },
    "de": {
        "mailbox": "Postfach", "systemaddress": "Adresse", "queuemail": "Absender der Queue",
        "outgoingserver": "Postausgangsserver", "oauthconnection": "Verbindung mit einem Anbieter",
        "queueprotection": "Signieren und Verschlüsseln der Queue",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value before and after. Of a password it is only said that it changed."""

    name: str
    old: str
    new: str


def _saved(language: str, made: str, changed: str) -> Callable[[MailSettingSaved], str]:
    def sentence(payload: MailSettingSaved) -> str:
        changes = "; ".join(f"{each.name}: {each.old or '–'} → {each.new or '–'}" for each in payload.changes)
        return f"{NOUNS[language][payload.noun]} „{payload.name}“ {made if payload.created else changed}: {changes}"

    return sentence


@event("mail.setting_saved", en=_saved("en", "created", "changed"), de=_saved("de", "angelegt", "geändert"))
@dataclass(frozen=True, slots=True)
class MailSettingSaved:
    """A mailbox, an address, a queue's sender or the outgoing server was made or changed."""

    noun: str
    name: str
    created: bool
    changes: list[ValueChange]
