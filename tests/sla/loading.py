"""Load the sample into the desk: settings by its actions, tickets with the histories that the desk itself would have written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from klardesk.access.models import Group
from klardesk.calendars.actions import change_holidays, create_calendar
from klardesk.calendars.days import DayKey
from klardesk.calendars.models import Calendar
from klardesk.calendars.worktime import WorkCalendar
from klardesk.ledger import append_many
from klardesk.sla.actions import save_setting
from klardesk.sla.clocks import ArticleAdded, StateSet, Targets
from klardesk.sla.events import ServiceChanged
from klardesk.sla.models import SLA, QueueTargets, Service, TicketService
from klardesk.tickets import actions, events
from klardesk.tickets.drafts import content_digest
from klardesk.tickets.models import Article, Queue, State, StateType, Ticket
from tests.sla.dump import Row
from tests.sla.sample import Sample
from tests.world import SYSTEM

NOBODY = events.Ref(None, "")
TYPES = {
    "new": StateType.NEW, "open": StateType.OPEN, "closed": StateType.CLOSED, "merged": StateType.MERGED,
    "removed": StateType.REMOVED, "pending reminder": StateType.PENDING_REMINDER, "pending auto": StateType.PENDING_AUTO,
}  # fmt: skip


def load(sample: Sample, desk: Desk | None = None) -> dict[Any, int]:
    """Load everything; returns the tickets' new keys by their old ones."""
    desk = desk or Desk(sample)
    tickets = {row["id"]: desk.ticket(row) for row in sample.tickets}
    Ticket.all_rows.bulk_create(tickets.values())
    chosen = [(row, tickets[row["id"]]) for row in sample.tickets if row["service_id"]]
    TicketService.objects.bulk_create(
        TicketService(ticket=ticket, service=desk.services[row["service_id"]], sla=desk.slas.get(row["sla_id"]))
        for row, ticket in chosen
    )
    append_many((entry for row in sample.tickets for entry in desk.history(row, tickets[row["id"]])), announced=False)
    return {old: ticket.pk for old, ticket in tickets.items()}


class Desk:
    """The settings of the sample, by their old keys. Whoever needs more of the sample overrides `group_of` and `further`."""

    def __init__(self, sample: Sample) -> None:
        self.sample, rows = sample, sample.rows
        calendars = {name: _calendar(name, each) for name, each in sample.calendars.items()}
        self.calendar = {id(sample.calendars[name]): calendar for name, calendar in calendars.items()}
        self.priority = actions.create_priority("3 normal", 3, "#cdcdcd", by=SYSTEM, default=True)
        self.states: dict[str, State] = {}
        for name, kind in sample.current.values():
            self.states[name] = actions.create_state(name, TYPES[kind], by=SYSTEM)
        self.queues: dict[Any, Queue] = {
            row["id"]: actions.create_queue(row["name"] or "", self.group_of(row), by=SYSTEM) for row in rows["queue"]
        }
        for key, queue in self.queues.items():
            self._promise(QueueTargets(queue=queue), sample.targets["queue"][key])
        self.services = {row["id"]: save_setting(Service(name=row["name"] or ""), by=SYSTEM) for row in rows["service"]}
        self.slas: dict[Any, SLA] = {}
        for row in rows["sla"]:
            services = [self.services[one["service_id"]] for one in rows["service_sla"] if one["sla_id"] == row["id"]]
            sla = SLA(name=row["name"] or "")
            self.slas[row["id"]] = self._promise(sla, sample.targets["sla"][row["id"]], services=services)

    def group_of(self, _queue: Row) -> Group:
        """The group of a queue."""
        return Group.objects.get_or_create(name="everybody")[0]

    def further(self, _ticket: Row) -> dict[str, Any]:
        """Columns of a ticket beside those that due times come from."""
        return {}

    def first(self, _row: Row, ticket: Ticket) -> dict[str, Any]:
        """The queue and priority that a ticket came into being with."""
        return {"queue": ticket.queue, "priority": ticket.priority}

    def _promise(self, setting: Any, targets: Targets, **lists: Any) -> Any:
        setting.calendar = self.calendar[id(targets.calendar)]
        for name in ("response", "update", "solution"):
            target = getattr(targets, name)
            setattr(setting, f"{name}_minutes", target.minutes)
            setattr(setting, f"{name}_notify", target.notify)
        return save_setting(setting, by=SYSTEM, **lists)

    def ticket(self, row: Any) -> Ticket:
        """The row of a ticket, as it is after its history."""
        moments = [each.at for each in self._life(row)]
        created = moments[0]
        count = len(moments) + bool(row["service_id"])
        columns = {"priority": self.priority, "changed_at": moments[-1], **self.further(row)}
        return Ticket(
            number=row["tn"], title=row["title"] or "-", queue=self.queues[row["queue_id"]],
            state=self.states[self.sample.current[row["ticket_state_id"]][0]], created_at=created,
            revision=count, article_count=len(self.sample.articles[row["id"]]), **columns,
        )  # fmt: skip

    def history(self, row: Any, ticket: Ticket) -> Iterator[Any]:
        """What the ledger tells of a ticket; writes its articles."""
        present, last = None, ticket.created_at
        for each in self._life(row):
            last = each.at
            payload: Any = self._article(ticket, each) if isinstance(each, ArticleAdded) else None
            if isinstance(each, StateSet):
                payload, present = self._state(row, ticket, each, present), self.states[each.name]
            yield events.chain_of(ticket.pk), payload, SYSTEM.ref, each.at
        if row["service_id"]:
            service, sla = self.services[row["service_id"]], self.slas.get(row["sla_id"])
            named = events.Ref(sla.pk, sla.name) if sla else NOBODY
            change = ServiceChanged(NOBODY, events.Ref(service.pk, service.name), NOBODY, named)
            yield events.chain_of(ticket.pk), change, SYSTEM.ref, last

    def _life(self, row: Any) -> list[StateSet | ArticleAdded]:
        """States and articles in the order of time; creation comes first."""
        states, articles = self.sample.states[row["id"]], self.sample.articles[row["id"]]
        first, *others = states or [StateSet(self.sample.created(row), *self.sample.current[row["ticket_state_id"]])]
        return [
            StateSet(self.sample.created(row), first.name, first.type),
            *sorted([*others, *articles], key=lambda each: each.at),
        ]

    def _state(self, row: Row, ticket: Ticket, each: StateSet, before: State | None) -> Any:
        state = events.Ref(self.states[each.name].pk, each.name)
        if before is not None:
            return events.StateChanged(events.Ref(before.pk, before.name), state, None, False)
        first = {name: events.Ref(thing.pk, thing.name) for name, thing in self.first(row, ticket).items()}
        return events.Created(
            number=ticket.number, title=ticket.title, state=state, **first, owner=NOBODY, responsible=NOBODY, locked=False,
            pending_until=None, customer=NOBODY, customer_login="", company=NOBODY, company_number="",
        )  # fmt: skip

    def _article(self, ticket: Ticket, each: ArticleAdded) -> Any:
        article = Article(
            ticket=ticket, sender=each.sender, channel="email", visible_to_customer=each.visible, created_at=each.at
        )
        article.save(force_insert=True)
        record = events.ArticleRecord(article.pk, article.visible_to_customer, content_digest(article, []))
        return events.ArticleAdded(record, article.sender, article.channel, "", "", [])


def _calendar(name: str, found: WorkCalendar) -> Calendar:
    hours = [[list(span) for span in day] for day in found.hours]
    calendar = create_calendar(name, hours, by=SYSTEM, zone=found.zone, default=name == "default")
    fixed = {DayKey(0, month, day): text for (month, day), text in found.fixed.items()}
    change_holidays(calendar, fixed | {DayKey.of(day): text for day, text in found.once.items()}, by=SYSTEM)
    return calendar
