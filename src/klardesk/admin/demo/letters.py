"""Write a story's turns as articles: mails with their real bytes and thread, calls and notes as an agent types them."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from klardesk.admin.demo.people import DOMAIN
from klardesk.base import blobs, clock
from klardesk.tickets.drafts import NewArticle

if TYPE_CHECKING:
    from klardesk.admin.demo.stories import Story, Turn
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket


class Letters:
    """The correspondence of one story with one customer."""

    def __init__(self, story: Story, customer: Person, values: dict[str, str]) -> None:
        self.customer, self.values = customer, values
        self.subject = story.subject.format(**values)
        place = story.queue.rpartition("::")[2]
        self.desk = formataddr((f"Desk {place}", f"{place.lower().replace(' ', '-')}@{DOMAIN}"))
        self.sent: list[str] = []

    def write(self, turn: Turn, agent: Person, ticket: Ticket | None) -> NewArticle:
        """The article of one turn; `ticket` is None for the first."""
        text, by_customer = turn.text.format(**self.values), turn.who == "customer"
        sender = "customer" if by_customer else "agent"
        if turn.way != "email":
            return NewArticle(sender, turn.way, turn.way == "phone", subject=self.subject, text=text)
        text += f"\n\n{(self.customer if by_customer else agent).full_name}\n"
        mail = self._mail(text, by_customer, ticket)
        headers = {
            name: str(mail.get(name, ""))
            for name in ("Subject", "From", "To", "Message-ID", "In-Reply-To", "References")
        }
        return NewArticle(
            sender, "email", True, subject=headers["Subject"], text=text, from_text=headers["From"],
            to_text=headers["To"], message_id=headers["Message-ID"], in_reply_to=headers["In-Reply-To"],
            references=headers["References"], raw=blobs.put(mail.as_bytes()),
        )  # fmt: skip

    def _mail(self, text: str, by_customer: bool, ticket: Ticket | None) -> EmailMessage:
        theirs = formataddr((self.customer.full_name, self.customer.email))
        mail = EmailMessage()
        mail["From"], mail["To"] = (theirs, self.desk) if by_customer else (self.desk, theirs)
        mail["Subject"] = f"Re: [Ticket#{ticket.number}] {self.subject}" if ticket else self.subject
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{clock.now():%Y%m%d%H%M%S%f}.{len(self.sent)}@{DOMAIN}>"
        if self.sent:
            mail["In-Reply-To"], mail["References"] = self.sent[-1], " ".join(self.sent)
        self.sent.append(str(mail["Message-ID"]))
        mail.set_content(text)
        return mail
