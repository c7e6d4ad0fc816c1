"""The small sample with all that lists ask for: people and their rights, companies, attributes, own fields, histories."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from klardesk.access.actions import Demand, create_group, create_role, set_rights, set_role_members
from klardesk.access.models import Group
from klardesk.fields import kinds
from klardesk.fields.actions import save_field
from klardesk.fields.models import Choice, Field, Value
from klardesk.people.actions import create_person
from klardesk.people.models import Company, CompanyMembership, Person, login_key
from klardesk.sla import index
from klardesk.tickets import actions
from klardesk.tickets.models import Type
from tests.sla.dump import Row
from tests.sla.loading import Desk, load
from tests.sla.sample import Sample, moment, read
from tests.world import SYSTEM

TABLES = (
    "permission_groups", "group_user", "group_role", "roles", "role_user", "users", "customer_user", "customer_company",
    "ticket_type", "ticket_priority", "dynamic_field", "dynamic_field_value",
)  # fmt: skip
KINDS = {
    "Text": "text", "TextArea": "text_area", "Dropdown": "dropdown", "Multiselect": "multiselect", "Checkbox": "checkbox",
    "Date": "date", "DateTime": "moment",
}  # fmt: skip


class WholeDesk(Desk):
    """The desk with everything of the sample, by its old keys."""

    def __init__(self, sample: Sample) -> None:
        rows = sample.rows
        self.groups = {row["id"]: create_group(row["name"] or "", by=SYSTEM) for row in rows["permission_groups"]}
        self.agents = {row["id"]: _agent(row) for row in rows["users"]}
        self._give_rights(rows)
        self.companies = {row["customer_id"]: _company(row) for row in rows["customer_company"]}
        Company.objects.bulk_create(self.companies.values())
        self.customers = {row["login"]: _customer(row) for row in rows["customer_user"]}
        Person.objects.bulk_create(self.customers.values())
        CompanyMembership.objects.bulk_create(
            CompanyMembership(
                person=self.customers[row["login"]], company=self.companies[row["customer_id"]], primary=True
            )
            for row in rows["customer_user"]
        )
        self.types = {row["id"]: Type.objects.create(name=row["name"] or "") for row in rows["ticket_type"]}
        super().__init__(sample)
        self.priorities = {row["id"]: self._priority(row) for row in rows["ticket_priority"]}
        self.fields = {row["id"]: self._field(row) for row in rows["dynamic_field"] if _is_ticket_field(row)}

    def group_of(self, queue: Row) -> Group:
        """The queue's own group."""
        return self.groups[queue["group_id"]]

    def further(self, ticket: Row) -> dict[str, Any]:
        """All that stands in a ticket's row."""
        login, number = ticket["customer_user_id"] or "", ticket["customer_id"] or ""
        return {
            "priority": self.priorities[ticket["ticket_priority_id"]], "type": self.types.get(ticket["type_id"]),
            "owner": self.agents[ticket["user_id"]], "responsible": self.agents[ticket["responsible_user_id"]],
            "locked": ticket["ticket_lock_id"] != "1", "customer": self.customers.get(login), "customer_login": login,
            "company": self.companies.get(number), "company_number": number,
            "pending_until": _pending(ticket), "changed_at": moment(ticket["change_time"]),
            "created_by": self.agents[ticket["create_by"]],
        }  # fmt: skip

    def first(self, row: Row, ticket: Any) -> dict[str, Any]:
        """What the ticket came into being with, by its first line of history."""
        began = next(iter(self.beginnings[row["id"]]), None)
        if began is None:
            return super().first(row, ticket)
        return {**super().first(row, ticket), "queue": self.queues[began["queue_id"]],
                "priority": self.priorities[began["priority_id"]], "type": self.types[began["type_id"]]}  # fmt: skip

    @property
    def beginnings(self) -> dict[Any, list[Row]]:
        """The lines of history that tell of a ticket's creation."""
        if not hasattr(self, "_beginnings"):
            kinds_of = {row["id"]: row["name"] for row in self.sample.rows["ticket_history_type"]}
            self._beginnings: dict[Any, list[Row]] = defaultdict(list)
            for row in self.sample.rows["ticket_history"]:
                if kinds_of[row["history_type_id"]] == "NewTicket":
                    self._beginnings[row["ticket_id"]].append(row)
        return self._beginnings

    def _give_rights(self, rows: dict[str, list[Row]]) -> None:
        holders: dict[Any, dict[Any, set[str]]] = defaultdict(lambda: defaultdict(set))
        roles = {row["id"]: create_role(row["name"] or "", by=SYSTEM) for row in rows["roles"]}
        for row in rows["group_user"]:
            holders[self.agents[row["user_id"]]][row["group_id"]].add(row["permission_key"] or "")
        for row in rows["group_role"]:
            if row["permission_value"] == "1":
                holders[roles[row["role_id"]]][row["group_id"]].add(row["permission_key"] or "")
        for key, role in roles.items():
            members = [self.agents[row["user_id"]] for row in rows["role_user"] if row["role_id"] == key]
            set_role_members(role, members, by=SYSTEM)
        for holder, by_group in holders.items():
            demands = [Demand(self.groups[group], frozenset(rights)) for group, rights in by_group.items()]
            set_rights(holder, demands, by=SYSTEM)

    def _priority(self, row: Row) -> Any:
        name = row["name"] or ""
        if name == self.priority.name:
            return self.priority
        return actions.create_priority(name, int(row["id"] or 0), "#cdcdcd", by=SYSTEM)

    def _field(self, row: Row) -> Field:
        kind, name = KINDS[row["field_type"] or ""], row["name"] or ""
        found = {one["value_text"] for one in self.sample.rows["dynamic_field_value"] if one["field_id"] == row["id"]}
        choices = [Choice(key, key, key) for key in sorted(filter(None, found))] or [Choice("-", "-", "-")]
        field = Field(name=name, subject="ticket", kind=kind, label_en=name, label_de=name)
        return save_field(field, choices if kind in ("dropdown", "multiselect") else None, by=SYSTEM)


def loaded() -> tuple[WholeDesk, dict[int, int]]:
    """Load the sample; gives the desk, and the tickets' old keys by their new ones. Skips the test if the sample is absent."""
    sample, _truth = read(*TABLES)
    desk = WholeDesk(sample)
    tickets = load(sample, desk)
    _values(desk, tickets)
    for _part in index.rebuild():
        pass
    return desk, {new: int(old) for old, new in tickets.items()}


def _agent(row: Row) -> Person:
    return create_person(
        "agent", row["login"] or "", by=SYSTEM, first_name=row["first_name"] or "", last_name=row["last_name"] or ""
    )


def _company(row: Row) -> Company:
    number, now = row["customer_id"] or "", timezone.now()
    return Company(number=number, number_key=login_key(number), name=row["name"] or "", created_at=now, changed_at=now)


def _customer(row: Row) -> Person:
    login, email, now = row["login"] or "", row["email"] or "", timezone.now()
    return Person(
        realm="customer", login=login, login_key=login_key(login), email=email, email_key=email.lower(),
        first_name=row["first_name"] or "", last_name=row["last_name"] or "", created_at=now, changed_at=now,
    )  # fmt: skip


def _pending(ticket: Row) -> Any:
    seconds = int(ticket["until_time"] or 0)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _is_ticket_field(row: Row) -> bool:
    named = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", row["name"] or "")
    return row["object_type"] == "Ticket" and row["field_type"] in KINDS and named is not None


def _values(desk: WholeDesk, tickets: dict[Any, int]) -> None:
    positions: dict[tuple[Any, Any], int] = defaultdict(int)
    rows = []
    for row in desk.sample.rows["dynamic_field_value"]:
        field = desk.fields.get(row["field_id"])
        text = _stored(field, row) if field and row["object_id"] in tickets else ""
        if field is None or not text:
            continue
        place = (row["field_id"], row["object_id"])
        rows.append(
            Value(
                field=field,
                object_id=tickets[row["object_id"]],
                position=positions[place],
                **kinds.columns_of(field, text),
            )
        )
        positions[place] += 1
    Value.all_rows.bulk_create(rows)


def _stored(field: Field, row: Row) -> str:
    if field.kind == "checkbox":
        return "1" if row["value_int"] == "1" else ""
    if field.kind == "date":
        return (row["value_date"] or "")[:10]
    if field.kind == "moment":
        return moment(row["value_date"]).strftime(kinds.STORED_MOMENT) if row["value_date"] else ""
    return row["value_text"] or ""
