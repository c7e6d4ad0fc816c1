"""The mails that are sent to the desk, each with a word of its own."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from email.message import EmailMessage

SUPPORT, BILLING = "support@desk.example", "billing@desk.example"
CUSTOMERS = "kunde.example"
TOKEN = re.compile(r"load-\d{6}-token")


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail and the addresses of the desk it goes to."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def token(number: int) -> str:
    """What tells mail from mail."""
    return f"load-{number:06d}-token"


def recipients(number: int) -> tuple[str, ...]:
    """Every seventh goes to both mailboxes at once, every fourth to billing."""
    if number % 7 == 3:
        return SUPPORT, BILLING
    return (BILLING,) if number % 4 == 1 else (SUPPORT,)


def is_automatic(number: int) -> bool:
    """Whether a machine wrote it: it is answered by no automatic answer."""
    return number % 11 == 5


def mail(number: int, seed: int) -> Sent:
    """Every third answers an earlier one, every fifth has a file, every tenth bears the Message-ID of the one before."""
    chance = random.Random(f"{seed} {number}")
    sender = f"kunde{chance.randrange(1, 2000)}@{CUSTOMERS}"
    one = EmailMessage()
    one["From"] = f"Kundin Nr. {number % 17} <{sender}>"
    one["To"] = ", ".join(recipients(number))
    one["Subject"] = f"Störung {number}"
    one["Message-ID"] = message_id(number - 1 if number % 10 == 9 else number)
    if number % 3 == 2:
        one["References"] = message_id(chance.randrange(number))
    if is_automatic(number):
        one["Auto-Submitted"] = "auto-generated"
    one.set_content(
        f"Guten Tag,\n\nes geht um {token(number)}.\n" + "Noch eine Zeile mit Umlauten: äöü.\n" * (number % 40)
    )
    if number % 5 == 4:
        one.add_attachment(
            chance.randbytes(chance.choice((300, 5_000, 60_000))), maintype="application", subtype="octet-stream",
            filename=f"{token(number)}.bin",
        )  # fmt: skip
    return Sent(number, sender, recipients(number), one.as_bytes())


def message_id(number: int) -> str:
    """The Message-ID of the mail of this number, save every tenth."""
    return f"<load.{number}@{CUSTOMERS}>"


def expected(mails: int) -> set[tuple[str, str]]:
    """What must become exactly one article each: address of the mailbox, token."""
    return {(address, token(number)) for number in range(mails) for address in recipients(number)}
