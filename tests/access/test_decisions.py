"""The decision about a ticket: what SQL answers equals what a plain reading of the rules answers, in any world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from klardesk.access.actor import Actor
from klardesk.access.models import CompanyGrant, Group, PersonGrant, Role, RoleGrant, RoleMembership
from klardesk.base import clock
from klardesk.base.models import Option
from klardesk.people.models import Company, CompanyMembership, Person
from klardesk.tickets.models import Article, Attachment, Priority, Queue, State, Ticket, Watcher
from klardesk.tickets.scopes import explain, rights_by_row, rights_on

RIGHTS = ("ro", "move_into", "create", "note", "owner", "priority", "rw", "close")
CHECKS = ("owner", "responsible", "group", "watcher", "creator")
GROUPS, AGENTS, CUSTOMERS, COMPANIES, ROLES, TICKETS = 3, 3, 3, 2, 2, 5


@dataclass
class Plan:
    """A world as plain numbers, before it is in the database."""

    checks: list[tuple[str, bool, bool]]
    options: dict[str, Any]
    valid_groups: list[bool]
    valid_roles: list[bool]
    valid_companies: list[bool]
    grants: set[tuple[int, int, str]]
    role_grants: set[tuple[int, int, str]]
    members: set[tuple[int, int]]
    customer_grants: set[tuple[int, int, str]]
    company_grants: set[tuple[int, int, str, str]]
    companies_of: set[tuple[int, int]]
    tickets: list[dict[str, Any]] = field(default_factory=list)


def number(below: int) -> st.SearchStrategy[int]:
    return st.integers(0, below - 1)


def maybe(below: int) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), number(below))


right = st.sampled_from(RIGHTS)
flags = st.booleans()
ticket_plans = st.fixed_dictionaries(
    {
        "group": number(GROUPS),
        "owner": maybe(AGENTS),
        "responsible": maybe(AGENTS),
        "creator": maybe(AGENTS),
        "watchers": st.sets(number(AGENTS)),
        "customer": maybe(CUSTOMERS),
        "customer_login": st.sampled_from(["", "customer-0", "CUSTOMER-1", "somebody"]),
        "company": maybe(COMPANIES),
        "company_number": st.sampled_from(["", "company-0", "company-1", "elsewhere"]),
    }
)
plans = st.builds(
    Plan,
    checks=st.permutations(CHECKS).flatmap(
        lambda names: st.lists(st.tuples(flags, flags), min_size=0, max_size=len(names)).map(
            lambda pairs: [(name, *pair) for name, pair in zip(names, pairs, strict=False)]
        )
    ),
    options=st.fixed_dictionaries(
        {
            "access.customer_groups": flags,
            "access.customer_company_tickets": flags,
            "access.customer_other_companies": flags,
            "access.customer_always_groups": st.sampled_from([[], ["group-0"], ["group-1", "unknown"]]),
        }
    ),
    valid_groups=st.lists(flags, min_size=GROUPS, max_size=GROUPS),
    valid_roles=st.lists(flags, min_size=ROLES, max_size=ROLES),
    valid_companies=st.lists(flags, min_size=COMPANIES, max_size=COMPANIES),
    grants=st.sets(st.tuples(number(AGENTS), number(GROUPS), right), max_size=6),
    role_grants=st.sets(st.tuples(number(ROLES), number(GROUPS), right), max_size=4),
    members=st.sets(st.tuples(number(ROLES), number(AGENTS)), max_size=4),
    customer_grants=st.sets(st.tuples(number(CUSTOMERS), number(GROUPS), right), max_size=4),
    company_grants=st.sets(
        st.tuples(number(COMPANIES), number(GROUPS), right, st.sampled_from(["same", "other"])), max_size=5
    ),
    companies_of=st.sets(st.tuples(number(CUSTOMERS), number(COMPANIES)), max_size=4),
    tickets=st.lists(ticket_plans, min_size=TICKETS, max_size=TICKETS),
)


def implies(held: set[str], wanted: str) -> bool:
    return wanted in held or "rw" in held


def agent_by_group(plan: Plan, agent: int, wanted: str, ticket: dict[str, Any]) -> bool:
    group = ticket["group"]
    held = {right for person, on, right in plan.grants if (person, on) == (agent, group)}
    for role, on, right in plan.role_grants:
        if on == group and plan.valid_roles[role] and (role, agent) in plan.members:
            held.add(right)
    return plan.valid_groups[group] and implies(held, wanted)


def agent_may(plan: Plan, agent: int, wanted: str, ticket: dict[str, Any]) -> bool:
    says = {
        "owner": ticket["owner"] == agent,
        "responsible": ticket["responsible"] == agent,
        "group": agent_by_group(plan, agent, wanted, ticket),
        "watcher": wanted == "ro" and agent in ticket["watchers"],
        "creator": ticket["creator"] == agent,
    }
    for name, granted, required in plan.checks:
        if says[name] and granted:
            return True
        if not says[name] and required:
            return False
    return False


def customer_by_company(plan: Plan, customer: int, wanted: str, group: int, context: str) -> bool:
    mine = {company for person, company in plan.companies_of if person == customer and plan.valid_companies[company]}
    held = {
        right
        for company, on, right, whose in plan.company_grants
        if (on, whose) == (group, context) and company in mine
    }
    return plan.valid_groups[group] and implies(held, wanted)


def customer_by_group(plan: Plan, customer: int, wanted: str, group: int) -> bool:
    if not plan.valid_groups[group]:
        return False
    if not plan.options["access.customer_groups"] or f"group-{group}" in plan.options["access.customer_always_groups"]:
        return True
    held = {right for person, on, right in plan.customer_grants if (person, on) == (customer, group)}
    return implies(held, wanted) or customer_by_company(plan, customer, wanted, group, "same")


def customer_may(plan: Plan, customer: int, wanted: str, ticket: dict[str, Any]) -> bool:
    group, others = ticket["group"], plan.options["access.customer_other_companies"]
    by_other = others and customer_by_company(plan, customer, wanted, group, "other")
    if not (customer_by_group(plan, customer, wanted, group) or by_other):
        return False
    mine = {company for person, company in plan.companies_of if person == customer and plan.valid_companies[company]}
    if ticket["customer"] is not None:
        own = ticket["customer"] == customer
    else:
        own = ticket["customer_login"].lower() == f"customer-{customer}"
    if ticket["company"] is not None:
        company = ticket["company"] in mine
    else:
        company = ticket["company_number"] in {f"company-{each}" for each in mine}
    return own or (company and plan.options["access.customer_company_tickets"]) or by_other


class Built:
    """The plan in the database."""

    def __init__(self, plan: Plan) -> None:
        now = clock.now()
        checks = [{"check": name, "granted": granted, "required": required} for name, granted, required in plan.checks]
        for key, value in {**plan.options, "access.checks": checks}.items():
            Option.objects.create(pk=key, value=value)
        self.groups = [
            Group.objects.create(name=f"group-{each}", valid=valid) for each, valid in enumerate(plan.valid_groups)
        ]
        self.agents = self._people("agent", AGENTS, now)
        self.customers = self._people("customer", CUSTOMERS, now)
        self.companies = [
            Company.objects.create(
                number=f"company-{each}", name=f"{each}", valid=valid, created_at=now, changed_at=now
            )
            for each, valid in enumerate(plan.valid_companies)
        ]
        roles = [Role.objects.create(name=f"role-{each}", valid=valid) for each, valid in enumerate(plan.valid_roles)]
        for person, company in plan.companies_of:
            CompanyMembership.objects.create(person=self.customers[person], company=self.companies[company])
        for role, person in plan.members:
            RoleMembership.objects.create(role=roles[role], person=self.agents[person])
        for role, group, held in plan.role_grants:
            RoleGrant.objects.create(role=roles[role], group=self.groups[group], right=held)
        for people, grants in ((self.agents, plan.grants), (self.customers, plan.customer_grants)):
            for person, group, held in grants:
                PersonGrant.objects.create(person=people[person], group=self.groups[group], right=held)
        for company, group, held, context in plan.company_grants:
            CompanyGrant.objects.create(
                company=self.companies[company], group=self.groups[group], right=held, context=context
            )
        self.tickets = self._tickets(plan, now)

    @staticmethod
    def _people(realm: str, many: int, now: Any) -> list[Person]:
        return [
            Person.objects.create(realm=realm, login=f"{realm}-{each}", created_at=now, changed_at=now)
            for each in range(many)
        ]

    def _tickets(self, plan: Plan, now: Any) -> list[Ticket]:
        state = State.objects.create(name="new", type="new")
        priority = Priority.objects.create(name="normal", level=3, colour="#cdcdcd")
        queues = [Queue.objects.create(name=f"queue-{each}", group=group) for each, group in enumerate(self.groups)]
        made = []
        for each, ticket in enumerate(plan.tickets):
            row = Ticket.all_rows.create(
                number=str(each), title="x", queue=queues[ticket["group"]], state=state, priority=priority,
                owner=self._of(self.agents, ticket["owner"]), responsible=self._of(self.agents, ticket["responsible"]),
                created_by=self._of(self.agents, ticket["creator"]), customer=self._of(self.customers, ticket["customer"]),
                customer_login=ticket["customer_login"], company=self._of(self.companies, ticket["company"]),
                company_number=ticket["company_number"], created_at=now, changed_at=now,
            )  # fmt: skip
            for watcher in ticket["watchers"]:
                Watcher.objects.create(ticket=row, person=self.agents[watcher])
            made.append(row)
        return made

    @staticmethod
    def _of(rows: list[Any], index: int | None) -> Any:
        return None if index is None else rows[index]


def numbers(rows: Any) -> list[int]:
    return sorted(int(row) for row in rows.values_list("number", flat=True))


def compare(plan: Plan) -> None:
    built = Built(plan)
    for index, person in enumerate(built.agents):
        for wanted in RIGHTS:
            actor = Actor.of(person)
            expected = [each for each, ticket in enumerate(plan.tickets) if agent_may(plan, index, wanted, ticket)]
            assert numbers(Ticket.objects.visible_to(actor, wanted)) == expected
            shown = [each for each, ticket in enumerate(plan.tickets) if agent_by_group(plan, index, wanted, ticket)]
            assert numbers(Ticket.objects.listed_for(actor, wanted)) == shown
    for index, person in enumerate(built.customers):
        for wanted in ("ro", "note", "rw"):
            actor = Actor.of(person)
            expected = [each for each, ticket in enumerate(plan.tickets) if customer_may(plan, index, wanted, ticket)]
            assert numbers(Ticket.objects.visible_to(actor, wanted)) == expected
            assert numbers(Ticket.objects.listed_for(actor, wanted)) == expected
    explanations(built)


def explanations(built: Built) -> None:
    """The explanation ends as the decision does, and so does the summary of rights."""
    for person in (*built.agents, *built.customers):
        actor = Actor.of(person)
        for ticket in built.tickets[:2]:
            summary = rights_on(actor, ticket, RIGHTS)
            assert rights_by_row(actor, Ticket.all_rows.get(pk=ticket.pk), RIGHTS) == summary
            for wanted in ("ro", "rw"):
                decided = Ticket.objects.visible_to(actor, wanted).filter(pk=ticket.pk).exists()
                assert (explain(actor, ticket, wanted)[-1].verdict == "grants") is decided
                assert (wanted in summary) is decided


@pytest.mark.django_db
@settings(max_examples=60)
@given(plan=plans)
def test_sql_decides_as_the_rules_read(plan: Plan) -> None:
    with transaction.atomic():
        compare(plan)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_joined_rows_are_neither_lost_nor_multiplied(world: Any) -> None:
    from klardesk.access.actions import grant_right
    from klardesk.tickets import actions

    system = Actor.system("test")
    ticket = world.ticket(owner=world.carla, responsible=world.carla)
    for name in ("carla", "ben"):
        actions.watch_ticket(ticket, getattr(world, name), by=system)
    for right_ in ("ro", "note", "owner"):
        grant_right(world.carla, world.support_group, right_, by=system)
    carla = world.actor("carla")
    assert Ticket.objects.visible_to(carla).count() == 1
    assert Article.objects.visible_to(carla).count() == 1
    assert Attachment.objects.visible_to(carla).count() == 0


@pytest.mark.django_db
def test_nobody_sees_nothing_and_the_desk_everything(world: Any) -> None:
    ticket = world.ticket()
    for right_ in RIGHTS:
        assert not Ticket.objects.visible_to(Actor.nobody(), right_).exists()
        assert not Ticket.objects.listed_for(Actor.nobody(), right_).exists()
        assert Ticket.objects.visible_to(Actor.system("test"), right_).get() == ticket
    assert not Article.objects.visible_to(Actor.nobody()).exists()
    assert explain(Actor.nobody(), ticket, "ro")[-1].verdict == "denies"


@pytest.mark.django_db
def test_a_customer_sees_only_what_is_meant_for_customers(world: Any) -> None:
    from klardesk.tickets import actions

    ticket = world.ticket()
    note = world.article("internal", sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, note, by=world.actor("anna"))
    assert Article.objects.visible_to(world.actor("anna")).count() == 2
    assert [article.subject for article in Article.objects.visible_to(world.actor("dora"))] == ["Printer is on fire"]
    assert not Article.objects.visible_to(world.actor("emil")).exists()


@pytest.mark.django_db
def test_who_worked_on_a_ticket_may_open_it_if_that_check_is_on(world: Any) -> None:
    from klardesk.access.actions import revoke_right
    from klardesk.tickets import actions

    ticket = world.ticket()
    actions.change_title(ticket, "Another", by=world.actor("anna"))
    revoke_right(world.anna, world.support_group, "rw", by=Actor.system("test"))
    assert not Ticket.objects.visible_to(world.actor("anna")).exists()
    Option.objects.create(pk="access.checks", value=[{"check": "involved", "granted": True, "required": False}])
    assert Ticket.objects.visible_to(world.actor("anna"), "rw").get() == ticket
    assert Article.objects.visible_to(world.actor("anna")).count() == 1
    assert not Ticket.objects.visible_to(world.actor("ben")).exists()


@pytest.mark.django_db
def test_a_scope_costs_few_queries(world: Any, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        world.ticket()
    agent, customer = world.actor("anna"), world.actor("dora")
    list(Ticket.objects.visible_to(world.actor("ben")))  # now the queues are kept in this process
    with django_assert_num_queries(4):  # rights, options, whether the queues still hold, the tickets
        list(Ticket.objects.visible_to(agent))
    with django_assert_num_queries(1):
        list(Ticket.objects.visible_to(agent))
    with django_assert_num_queries(7):  # companies, options, groups, revision, login, participations, the tickets
        list(Ticket.objects.visible_to(customer))
    with django_assert_num_queries(1):
        list(Ticket.objects.listed_for(customer))
    lister = world.actor("ben")
    with django_assert_num_queries(3):  # rights, whether the queues still hold, the tickets
        list(Ticket.objects.listed_for(lister))


@pytest.mark.django_db
def test_the_explanation_names_right_and_group(world: Any) -> None:
    steps = explain(world.actor("ben"), world.ticket(), "note")
    assert [(step.check, step.verdict) for step in steps] == [
        ("owner", "says no"),
        ("responsible", "says no"),
        ("group", "says no"),
        ("watcher", "says no"),
        ("end", "denies"),
    ]
    assert "“Note” on the group “support”" in steps[2].sentence


@pytest.mark.parametrize(
    "value",
    [
        [{"check": "nonsense", "granted": True, "required": False}],
        [{"check": "owner", "granted": True}],
        [{"check": "owner", "granted": "yes", "required": False}],
        [{"check": "owner", "granted": True, "required": False}] * 2,
        [{"check": "owner", "granted": False, "required": True}],
        [],
        ["owner"],
    ],
)
def test_checks_that_make_no_sense_are_refused(value: Any) -> None:
    from klardesk.base.options import clean

    with pytest.raises(ValueError):
        clean("access.checks", value)
