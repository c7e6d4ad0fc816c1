"""Reading the communication log: which mails came and went, found by address, words, Message-ID, ticket or account; and
which connections there were. Lists are paged by key; for administrators, who see every mail of the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Q

from klardesk.base import clock
from klardesk.mail.addresses import is_address, key_of
from klardesk.mail.log.models import IncomingParty, MailConnection, OutgoingParty
from klardesk.mail.models import IncomingMail, IncomingState, OutgoingMail, OutgoingState
from klardesk.tickets.drafts import message_id_digest
from klardesk.tickets.models import Article, Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

Direction = Literal["in", "out"]
PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=28)}
STATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "waiting": ((IncomingState.RECEIVED,), (OutgoingState.WAITING, OutgoingState.SENDING)),
    "done": ((IncomingState.PROCESSED,), (OutgoingState.SENT,)),
    "failed": ((IncomingState.FAILED,), (OutgoingState.FAILED,)),
    "ignored": ((IncomingState.IGNORED,), (OutgoingState.TAKEN_BACK,)),
}
"""What a list's choice of states means for mails that came in, and for those that go out."""
TONES = {
    "received": "warning", "processed": "good", "failed": "danger", "ignored": "neutral", "waiting": "warning",
    "sending": "accent", "sent": "good", "taken_back": "neutral",
}  # fmt: skip
SET_SERVER = "server-0"
"""The outgoing server of KLARDESK_SMTP_URL, which no row is about."""
Mark = tuple[datetime, str, int]
"""Where a page of a list ends: moment, direction, key."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which mails are looked for; what is empty does not matter. `account` is `mailbox-<key>`, `server-<key>` or `pipe`."""

    period: str = ""
    direction: str = ""
    state: str = ""
    account: str = ""
    address: str = ""
    message_id: str = ""
    number: str = ""
    words: str = ""

    def reading(self, text: str) -> Search:
        """With what a person typed: a ticket number, a Message-ID, an address, or words of subject and addresses."""
        text = " ".join(text.split())[:300]
        if text.startswith("<") and text.endswith(">"):
            return replace(self, message_id=text)
        if "@" in text and _is_message_id(f"<{text}>"):
            return replace(self, message_id=f"<{text}>")
        if is_address(text):
            return replace(self, address=text)
        if text.isdecimal() and Ticket.all_rows.filter(number=text).exists():
            return replace(self, number=text)
        return replace(self, words=text)


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in a list. `other` is the sender of one that came in, the recipients of one that goes out."""

    at: datetime
    direction: Direction
    key: int
    state: str
    label: str
    other: str
    subject: str
    account: str
    ticket_id: int | None
    number: str
    message_id: str
    why: str = ""

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES.get(self.state, "neutral")

    @property
    def mark(self) -> Mark:
        """Where a page that ends with it goes on."""
        return self.at, self.direction, self.key


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and where the next page begins; None if there is none."""

    rows: list[Any] = field(default_factory=list)
    following: Any = None


def _is_message_id(text: str) -> bool:
    digest = message_id_digest(text)
    return any(rows.filter(message_id_digest=digest).exists() for rows in (IncomingMail.objects, OutgoingMail.objects))


def mails(search: Search, after: Mark | None = None, count: int = 50) -> Page:
    """The mails that are looked for, the newest first, behind the mark: one query for each direction."""
    found = [
        *(_incoming(search, after, count + 1) if _asks(search, "in") else ()),
        *(_outgoing(search, after, count + 1) if _asks(search, "out") else ()),
    ]
    found.sort(key=lambda row: row.mark, reverse=True)
    return Page(found[:count], found[count - 1].mark if len(found) > count else None)


def _asks(search: Search, direction: Direction) -> bool:
    if search.account and search.account.startswith("server") is not (direction == "out"):
        return False
    return search.direction in ("", direction)


def _incoming(search: Search, after: Mark | None, count: int) -> list[MailRow]:
    found = _limited(IncomingMail.objects.all(), "received_at", "in", search, after)
    if search.state:
        found = found.filter(state__in=STATES[search.state][0])
    if search.account == "pipe":
        found = found.filter(mailbox=None)
    elif search.account:
        found = found.filter(mailbox_id=_key(search.account))
    if search.address:
        found = found.filter(pk__in=_with_party(IncomingParty.objects, search.address))
    return _incoming_rows(found, count)


def _outgoing(search: Search, after: Mark | None, count: int) -> list[MailRow]:
    found = _limited(OutgoingMail.objects.all(), "created_at", "out", search, after)
    if search.state:
        found = found.filter(state__in=STATES[search.state][1])
    if search.account:
        found = found.filter(connection__isnull=False, connection__server_id=_key(search.account) or None)
    if search.address:
        found = found.filter(pk__in=_with_party(OutgoingParty.objects, search.address))
    return _outgoing_rows(found, count)


def _incoming_rows(found: QuerySet[IncomingMail], count: int) -> list[MailRow]:
    columns = (
        "received_at", "pk", "state", "from_text", "subject", "mailbox__name", "ticket_id", "ticket__number", "message_id",
        "reason",
    )  # fmt: skip
    return [
        MailRow(
            at, "in", key, state, str(IncomingState(state).label), sender, subject, mailbox or "", ticket, number or "",
            message_id, reason,
        )
        for at, key, state, sender, subject, mailbox, ticket, number, message_id, reason in found.order_by(
            "-received_at", "-pk"
        ).values_list(*columns)[:count]
    ]  # fmt: skip


def _outgoing_rows(found: QuerySet[OutgoingMail], count: int) -> list[MailRow]:
    columns = (
        "created_at", "pk", "state", "recipients", "subject", "connection__account", "ticket_id", "ticket__number",
        "message_id", "last_error",
    )  # fmt: skip
    return [
        MailRow(
            at, "out", key, state, str(OutgoingState(state).label), ", ".join(each["address"] for each in recipients),
            subject, account or "", ticket, number or "", message_id, error,
        )
        for at, key, state, recipients, subject, account, ticket, number, message_id, error in found.order_by(
            "-created_at", "-pk"
        ).values_list(*columns)[:count]
    ]  # fmt: skip


def _limited(
    found: QuerySet[Any], moment: str, direction: Direction, search: Search, after: Mark | None
) -> QuerySet[Any]:
    """What both directions ask alike; `moment` is the column by which they are ordered, which an index serves."""
    if search.period in PERIODS:
        found = found.filter(**{f"{moment}__gte": clock.now() - PERIODS[search.period]})
    if search.message_id:
        found = found.filter(message_id_digest=message_id_digest(search.message_id))
    if search.number:
        found = found.filter(_of_ticket(search.number))
    for word in search.words.casefold().split():
        found = found.filter(words__contains=word)
    if after is None:
        return found
    at, last, key = after
    same = Q(**{moment: at})
    if last == direction:
        same &= Q(pk__lt=key)
    elif direction > last:  # those of this moment stood before
        same = Q(pk__in=[])
    return found.filter(Q(**{f"{moment}__lt": at}) | same, **{f"{moment}__lte": at})


def _of_ticket(number: str) -> Q:
    """Mails that went to this ticket, or whose articles a merge brought there."""
    key = Ticket.all_rows.filter(number=number).values_list("pk", flat=True).first()
    return (
        Q(ticket_id=key) | Q(article_id__in=Article.all_rows.filter(ticket_id=key).values("pk"))
        if key
        else Q(pk__in=[])
    )


def _with_party(parties: Any, address: str) -> Any:
    """The keys of the mails with this address, by the address's index; as a plain subquery both engines begin with it."""
    return parties.filter(key=key_of(address)[:254]).values("mail_id")


def _key(account: str) -> int:
    key = account.rpartition("-")[2]
    return int(key) if key.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Connections:
    """Which connections are looked for. `account` as in Search, or `provider-<key>`."""

    account: str = ""
    state: str = ""
    period: str = ""


def connections(chosen: Connections, after: int | None = None, count: int = 50) -> Page:
    """Connections, the newest first, behind the key: one query. Their steps are left out."""
    found = MailConnection.objects.order_by("-pk")
    if chosen.account:
        found = found.filter(**_of_account(chosen.account))
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.period in PERIODS:
        found = found.filter(last_at__gte=clock.now() - PERIODS[chosen.period])
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.defer("steps")[: count + 1])
    return Page(rows[:count], rows[count - 1].pk if len(rows) > count else None)


def _of_account(account: str) -> dict[str, object]:
    if account == "pipe":
        return {"kind": "pipe"}
    if account == SET_SERVER:
        return {"kind": "smtp", "server_id": None}
    columns = {"mailbox": "mailbox_id", "server": "server_id", "provider": "oauth_id"}
    return {columns.get(account.partition("-")[0], "pk"): _key(account)}


def mails_of(connection: MailConnection, count: int = 50) -> list[MailRow]:
    """The mails that a connection brought or took last: one query for each direction."""
    came = _incoming_rows(IncomingMail.objects.filter(connection=connection), count)
    went = OutgoingMail.objects.filter(connection=connection)
    return came or _outgoing_rows(went, count)


def of_article(article: int) -> tuple[Direction, int] | None:
    """The mail that an article is: which way it went, and its key. The caller may see the article."""
    went = OutgoingMail.objects.filter(article_id=article).order_by("-pk").values_list("pk", flat=True).first()
    if went is not None:
        return "out", went
    came = IncomingMail.objects.filter(article_id=article).order_by("-pk").values_list("pk", flat=True).first()
    return ("in", came) if came is not None else None


def is_broken_off(connection: MailConnection) -> bool:
    """Whether the program that kept this connection ended without a word."""
    return connection.state == "open" and clock.now() - connection.last_at > timedelta(minutes=30)
