"""The one small world that all tests share: the same agents, customers, companies and queues everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from klardesk.access.actor import Actor
from klardesk.access.models import CompanyGrant, Group, PersonGrant, Role, RoleGrant, RoleMembership
from klardesk.base import clock
from klardesk.people.models import Company, CompanyMembership, Person
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.models import Priority, Queue, State, StateType, Ticket

SYSTEM = Actor.system("test world")


@dataclass
class World:
    """Named people and places. Anna: rw on Support and Sales. Ben: ro on Support. Carla: no right. Root: administrator."""

    anna: Person
    ben: Person
    carla: Person
    root: Person
    dora: Person
    emil: Person
    fritz: Person
    nordlicht: Company
    suedwind: Company
    users: Group
    support_group: Group
    sales_group: Group
    admin_group: Group
    support: Queue
    hardware: Queue
    sales: Queue
    raw: Queue

    def actor(self, name: str) -> Actor:
        """The actor of a named person."""
        return Actor.of(getattr(self, name))

    def state(self, name: str) -> State:
        """A state by its name."""
        return State.objects.get(name=name)

    def priority(self, level: int) -> Priority:
        """A priority by its level, 1 to 5."""
        return Priority.objects.get(level=level)

    def ticket(self, title: str = "Printer is on fire", queue: Queue | None = None, **values: object) -> Ticket:
        """A ticket by phone of Dora (Nordlicht) in Support, with one article."""
        values = {"by": SYSTEM, "customer": self.dora, "company": self.nordlicht, **values}
        values.setdefault("article", self.article(title))
        return actions.create_ticket(title=title, queue=queue or self.support, **values)  # type: ignore[arg-type]

    def article(self, subject: str = "Printer", text: str = "It burns.", **values: object) -> NewArticle:
        """A customer's phone call, visible to the customer."""
        values = {"sender": "customer", "channel": "phone", "visible_to_customer": True, **values}
        return NewArticle(subject=subject, text=text, **values)  # type: ignore[arg-type]


STATES = [
    ("new", StateType.NEW), ("open", StateType.OPEN), ("pending reminder", StateType.PENDING_REMINDER),
    ("closed successful", StateType.CLOSED), ("closed unsuccessful", StateType.CLOSED),
    ("merged", StateType.MERGED), ("removed", StateType.REMOVED),
]  # fmt: skip


def _person(realm: str, login: str, first: str, last: str, email: str) -> Person:
    now = clock.now()
    person = Person(
        realm=realm, login=login, first_name=first, last_name=last, email=email, created_at=now, changed_at=now
    )
    person.set_password(f"{login}-has-a-long-password")
    person.save()
    return person


def _company(number: str, name: str) -> Company:
    now = clock.now()
    return Company.objects.create(
        number=number, number_key=number.casefold(), name=name, created_at=now, changed_at=now
    )


def build() -> World:
    """Fill an empty database with the world."""
    groups = {
        name: Group.objects.create(name=name, builtin="admin" if name == "admin" else "")
        for name in ("users", "support", "sales", "admin")
    }
    people = {
        "anna": _person("agent", "anna", "Anna", "Albers", "anna@desk.example"),
        "ben": _person("agent", "ben", "Ben", "Brandt", "ben@desk.example"),
        "carla": _person("agent", "carla", "Carla", "Conrad", "carla@desk.example"),
        "root": _person("agent", "root", "Rosa", "Root", "root@desk.example"),
        "dora": _person("customer", "dora", "Dora", "Dittrich", "dora@nordlicht.example"),
        "emil": _person("customer", "emil", "Emil", "Ernst", "emil@suedwind.example"),
        "fritz": _person("customer", "fritz", "Fritz", "Fuchs", "fritz@both.example"),
    }
    nordlicht, suedwind = _company("NL-1", "Nordlicht GmbH"), _company("SW-2", "Südwind AG")
    for name, company, primary in (
        ("dora", nordlicht, True),
        ("emil", suedwind, True),
        ("fritz", nordlicht, True),
        ("fritz", suedwind, False),
    ):
        CompanyMembership.objects.create(person=people[name], company=company, primary=primary)
    role = Role.objects.create(name="second level")
    RoleMembership.objects.create(role=role, person=people["anna"])
    RoleGrant.objects.create(role=role, group=groups["sales"], right="rw")
    PersonGrant.objects.create(person=people["anna"], group=groups["support"], right="rw")
    PersonGrant.objects.create(person=people["ben"], group=groups["support"], right="ro")
    PersonGrant.objects.create(person=people["root"], group=groups["admin"], right="rw")
    for company in (nordlicht, suedwind):
        CompanyGrant.objects.create(company=company, group=groups["support"], right="rw")
    return World(
        **people, nordlicht=nordlicht, suedwind=suedwind, users=groups["users"], support_group=groups["support"],
        sales_group=groups["sales"], admin_group=groups["admin"], **_desk(groups),
    )  # fmt: skip


def _desk(groups: dict[str, Group]) -> dict[str, Queue]:
    for order, (name, kind) in enumerate(STATES):
        State.objects.create(name=name, type=kind, order=order)
    closed = State.objects.get(name="closed successful")
    State.objects.create(name="pending auto close+", type=StateType.PENDING_AUTO, next_state=closed, order=9)
    for level, (name, colour) in enumerate(
        [
            ("very low", "#03c4f0"),
            ("low", "#83bfc8"),
            ("normal", "#cdcdcd"),
            ("high", "#ffaaaa"),
            ("very high", "#ff505e"),
        ],
        1,
    ):
        Priority.objects.create(name=f"{level} {name}", level=level, colour=colour, default=level == 3)
    queues = {
        "support": ("Support", "support"),
        "hardware": ("Support::Hardware", "support"),
        "sales": ("Sales", "sales"),
        "raw": ("Raw", "users"),
    }
    return {key: Queue.objects.create(name=name, group=groups[group]) for key, (name, group) in queues.items()}


@pytest.fixture
def world(db: None) -> World:
    """The world in this test's database."""
    return build()
