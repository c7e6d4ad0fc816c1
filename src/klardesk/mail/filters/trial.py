"""What would happen to a mail, and why: decided as intake does, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from klardesk.mail.models import IncomingMail
from klardesk.mail.receive.bounded import TooCostly
from klardesk.mail.receive.decision import Decision, decide
from klardesk.mail.receive.notices import is_own
from klardesk.mail.receive.protection import read_mail
from klardesk.tickets.slots import Text, field_labels

if TYPE_CHECKING:
    from klardesk.mail.filters.matching import Verdict
    from klardesk.mail.models import Mailbox
    from klardesk.mail.parse.model import Problem
    from klardesk.mail.receive.customers import Customer
    from klardesk.people.models import Person
    from klardesk.tickets.models import Queue, State, Ticket, Type


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a mail. `outcome` is a decision's, or "empty", "own" or "costly"; the rest are a ticket's values."""

    outcome: str
    subject: str
    sender: str
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    ticket: Ticket | None = None
    found_by: str = ""
    stranger: bool = False
    visible: bool = True
    title: str = ""
    queue: Queue | None = None
    way: str = ""
    state: State | None = None
    priority: str = ""
    customer: str = ""
    owner: Person | None = None
    type: Type | None = None
    further: tuple[tuple[Text, Any], ...] = ()
    notice: bool = False


def try_mail(raw: bytes, mailbox: Mailbox | None, queue: Queue | None = None) -> Trial:
    """Decide about a mail's bytes as if they came by this mailbox, or by the pipe into this queue."""
    try:
        read = read_mail(raw)
    except TooCostly:
        return Trial("costly", "", "")
    parsed = read.parsed
    if not raw.strip():
        return Trial("empty", parsed.subject, parsed.from_raw)
    if is_own(parsed):
        return Trial("own", parsed.subject, parsed.from_raw)
    decision = decide(parsed, IncomingMail(mailbox=mailbox, queue=queue, digest="", size=len(raw)))
    return _told(decision, notice=read.automatic.notice is not None)


def _told(decision: Decision, *, notice: bool) -> Trial:
    steering, parsed, joins = decision.steering, decision.parsed, decision.joins
    new = decision.outcome in ("new", "new_from_old")
    customer = decision.customer() if new else None
    place, way = decision.queue() if new else (steering.chosen_queue(follow_up=True), "")
    state, _until = steering.chosen_state(follow_up=joins)
    priority = steering.chosen_priority(follow_up=joins)
    owner = steering.chosen_agent("owner", follow_up=joins)
    found, type_, labels = decision.found, steering.chosen_type(follow_up=joins), field_labels()
    joined = found.ticket if found and joins else None
    person = joined.customer if joined else customer.person if customer else None
    further = tuple((labels[name], value) for name, value in steering.further(person, joined).items() if value)
    return Trial(
        outcome=decision.outcome, subject=parsed.subject, sender=parsed.from_raw, verdicts=steering.verdicts,
        values=tuple(sorted(steering.values.items())), ticket=found.ticket if found else None,
        found_by=found.by if found else "", stranger=decision.stranger, visible=decision.visible,
        title=decision.title() if new else steering.value("title", follow_up=True), queue=place, way=way, state=state,
        priority=priority.name if priority else "", customer=_name_of(customer) if customer else "", owner=owner,
        type=type_, further=further, notice=notice, problems=tuple(steering.problems),
    )  # fmt: skip


def _name_of(customer: Customer) -> str:
    return str(customer.person) if customer.person else customer.login
