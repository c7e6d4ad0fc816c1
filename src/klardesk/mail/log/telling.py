"""Why a mail became what it became, as entries of its log: told from the decision itself, which a trial shows too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from klardesk.mail.filters.matching import FAMILIES
from klardesk.mail.log.entries import NOTICE, Entry, entry

if TYPE_CHECKING:
    from klardesk.mail.filters.matching import Verdict
    from klardesk.mail.receive.decision import Decision
    from klardesk.mail.receive.notices import Report
    from klardesk.tickets.models import Ticket

_STEERED_HEADERS = 20
_FILTERS = 20


def decided(decision: Decision) -> list[Entry]:
    """What steered the mail, by what its ticket was found, and why it joins that or does not."""
    entries = [*_headers(decision), *_filters(decision.steering.verdicts)]
    if decision.outcome == "ignore":
        return entries
    found = decision.found
    if found is None:
        return [*entries, entry("no_ticket_named")]
    entries.append(entry("found", by=found.by, number=found.ticket.number, ticket=found.ticket.pk))
    if decision.stranger:
        entries.append(entry("stranger", NOTICE, policy=decision.rules.follow_up_from))
    if decision.internal:
        entries.append(entry("internal"))
    return entries


def placed(decision: Decision, ticket: Ticket, way: str) -> Entry:
    """Where the mail went; `way` is how a new ticket's queue was found."""
    values: dict[str, Any] = {"outcome": decision.outcome, "number": ticket.number, "ticket": ticket.pk}
    return entry("placed", **values, queue=ticket.queue.name, way=way) if way else entry("placed", **values)


def reported(report: Report) -> Entry:
    """The mail is a report about a mail of the desk."""
    ticket = report.article.ticket
    return entry("report", number=ticket.number, ticket=ticket.pk, mail=report.about.pk, failed=report.failed)


def _headers(decision: Decision) -> list[Entry]:
    headers = decision.parsed.headers
    asked = [name for name in headers if name.startswith("x-") and name.startswith(FAMILIES)]
    if not asked:
        return []
    if decision.mail.mailbox is None or not decision.mail.mailbox.trusted:
        return [entry("headers_not_believed", NOTICE, names=asked[:_STEERED_HEADERS])]
    values = [f"{name}: {headers[name][0]}" for name in asked[:_STEERED_HEADERS]]
    return [entry("headers_believed", values=values)]


def _filters(verdicts: tuple[Verdict, ...]) -> list[Entry]:
    entries = [
        entry(
            "filter", name=each.name, key=each.key, stopped=each.stopped,
            values=[f"{name}: {value}" for name, value in each.values],
        )
        for each in verdicts
        if each.matched
    ]  # fmt: skip
    others = [each.name for each in verdicts if not each.matched]
    return [*entries, entry("filters_not_matched", names=others[:_FILTERS])] if others else entries
