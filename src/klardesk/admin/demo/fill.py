"""Tell the stories: every ticket comes about through the desk's own actions, each at its moment in the past."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from klardesk.access import actions as access
from klardesk.access.actor import Actor
from klardesk.access.models import Group
from klardesk.admin.actions import change_options
from klardesk.admin.demo.fields import Wanted
from klardesk.admin.demo.letters import Letters
from klardesk.admin.demo.people import AGENTS, DOMAIN, FIRMS, QUEUES, Firm
from klardesk.admin.demo.promises import promise
from klardesk.admin.demo.stories import CHOICES, STORIES, Story, Turn
from klardesk.base import clock
from klardesk.mail.actions import save_setting
from klardesk.mail.models import SystemAddress
from klardesk.people import actions as people
from klardesk.people.models import Person, Realm
from klardesk.search.folding import fold
from klardesk.tickets import actions
from klardesk.tickets.models import ENDED_TYPES, Priority, Queue, State, StateType, Ticket

if TYPE_CHECKING:
    from klardesk.tickets.drafts import NewArticle

DAYS = 150
COUNT = 420
FRESH = 9
"""So many of them came this morning, so that something new waits."""


WELCOME = {
    "portal.welcome_en": "Good to see you. Write to us about anything that does not work, and see here what became of it.",
    "portal.welcome_de": "Schön, dass Sie da sind. Schreiben Sie uns, was nicht geht, und sehen Sie hier, was daraus wurde.",
}
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody of the demo and the password made up for this telling."""

    login: str
    password: str
    realm: str = Realm.AGENT


@dataclass(frozen=True, slots=True)
class Customer:
    """A person of a firm who writes to the desk."""

    person: Person
    firm: Firm


class Demo:
    """One telling of the demo, the same for the same seed but for the day on which it ends."""

    def __init__(self, by: Actor, seed: int = 2026) -> None:
        self.by, self.seed = by, seed
        self.random = random.Random(seed)  # noqa: S311 - believable, not secret
        self.end = clock.now().replace(minute=0, second=0, microsecond=0)
        self.states = {
            kind: State.objects.filter(type=kind, valid=True).order_by("order").first() for kind in StateType
        }
        self.priorities = {priority.level: priority for priority in Priority.objects.all()}

    def tell(self, told: Told) -> None:
        """People, queues and COUNT tickets; `told(done, all)` is called as it goes on."""
        with transaction.atomic(), clock.at(self.end - timedelta(days=DAYS + 5)):
            queues, agents = self._desk()
            self.promises = promise(queues, self.by)
            self.wanted = Wanted(self.by, self.seed)
            change_options(WELCOME, by=self.by)
            customers = [customer for firm in FIRMS for customer in self._firm(firm)]
        fresh = [self.end - timedelta(minutes=17 * number + 5) for number in range(FRESH)]
        moments = sorted([*(self._moment() for _number in range(COUNT - FRESH)), *fresh])
        for done, moment in enumerate(moments, 1):
            story = self.random.choice(STORIES)
            writers = [one for one in customers if one.firm.language == story.language]
            with transaction.atomic():
                self._tell(story, self.random.choice(writers), queues, agents[story.language], moment)
            told(done, COUNT)
        with transaction.atomic(), clock.at(self.end):
            for agent in (one for found in agents.values() for one in found):
                self._look_around(agent)

    def _look_around(self, agent: Person) -> None:
        """The agent has read most of their tickets, and watches some of their colleagues'."""
        worker = Actor.of(agent)
        unended = Ticket.objects.visible_to(worker).exclude(state__type__in=ENDED_TYPES).order_by("-changed_at", "-pk")
        for place, ticket in enumerate(unended.filter(owner=agent)):
            if place % 4:
                actions.see_ticket(ticket, by=worker)
        for ticket in unended.exclude(owner=agent)[agent.pk % 5 :: 7][:4]:
            actions.watch_ticket(ticket, agent, by=worker)

    def _desk(self) -> tuple[dict[str, Queue], dict[str, list[Person]]]:
        groups = {name: self._group(name) for name in sorted(set(QUEUES.values()))}
        queues = {name: self._queue(name, groups[group]) for name, group in QUEUES.items()}
        agents: dict[str, list[Person]] = {"de": [], "en": []}
        for first, last, language in AGENTS:
            login = first.lower()
            person = people.create_person(
                Realm.AGENT,
                login,
                by=self.by,
                first_name=first,
                last_name=last,
                email=f"{login}@{DOMAIN}",
                language=language,
            )
            for group in groups.values():
                access.grant_right(person, group, "rw", by=self.by)
            agents[language].append(person)
        return queues, agents

    def _group(self, name: str) -> Group:
        return Group.objects.filter(name=name).first() or access.create_group(name, by=self.by)

    def _queue(self, name: str, group: Group) -> Queue:
        queue = Queue.objects.filter(name=name).first() or actions.create_queue(name, group, by=self.by)
        address = f"{name.rpartition('::')[2].lower().replace(' ', '-')}@{DOMAIN}"
        save_setting(SystemAddress(address=address, display_name=f"Desk {queue.last_name}", queue=queue), by=self.by)
        return queue

    def _firm(self, firm: Firm) -> list[Customer]:
        company = people.create_company(firm.number, firm.name, by=self.by)
        found = []
        for first, last in firm.people:
            address = f"{''.join(fold(last))}@{firm.domain}"
            person = people.create_person(
                Realm.CUSTOMER,
                address,
                by=self.by,
                first_name=first,
                last_name=last,
                email=address,
                language=firm.language,
            )
            people.set_companies(person, [company], by=self.by)
            found.append(Customer(person, firm))
        return found

    def _moment(self) -> datetime:
        """A moment on a working day between half past seven and five, more of them lately."""
        days = DAYS * (1 - self.random.random() ** 0.7)
        day = self.end - timedelta(days=days)
        day -= timedelta(days=max(day.weekday() - 4, 0))
        return min(
            day.replace(hour=6) + timedelta(minutes=self.random.randrange(30, 570)), self.end - timedelta(minutes=5)
        )

    def _tell(
        self, story: Story, customer: Customer, queues: dict[str, Queue], agents: list[Person], moment: datetime
    ) -> None:
        letters = Letters(
            story, customer.person, {name: self.random.choice(choices) for name, choices in CHOICES.items()}
        )
        agent, ticket = self.random.choice(agents), None
        for turn in story.turns:
            moment += timedelta(hours=turn.hours * self.random.uniform(0.7, 1.4))
            if moment >= self.end:
                return
            with clock.at(moment):
                draft = letters.write(turn, agent, ticket)
                if ticket is None:
                    ticket = self._open(story, letters.subject, customer, queues[story.queue], draft)
                else:
                    self._go_on(ticket, turn, draft, agent)
        if ticket is not None:
            self._end(ticket, story, agent, moment)

    def _open(self, story: Story, subject: str, customer: Customer, queue: Queue, draft: NewArticle) -> Ticket:
        company, known = customer.person.companies.first(), self.promises.of(queue.name, customer.firm.number)
        known["further"] = {**known.get("further", {}), **self.wanted.of(queue.name, clock.now().date())}
        return actions.create_ticket(
            by=self.by, title=subject, queue=queue, article=draft, priority=self.priorities[story.priority],
            customer=customer.person, company=company, **known,
        )  # fmt: skip

    def _go_on(self, ticket: Ticket, turn: Turn, draft: NewArticle, agent: Person) -> None:
        if turn.who == "customer":
            actions.follow_up(ticket, draft, by=self.by)
            return
        worker = Actor.of(agent)
        if not ticket.locked:
            actions.lock_ticket(ticket, by=worker)
        actions.add_article(ticket, draft, by=worker)
        if ticket.state.type == StateType.NEW and (state := self.states[StateType.OPEN]):
            actions.change_state(ticket, state, by=worker)

    def _end(self, ticket: Ticket, story: Story, agent: Person, moment: datetime) -> None:
        """How it ends: what is old is mostly closed, what is fresh ends as its story says or is still on the way."""
        old = self.end - moment > timedelta(days=25)
        ending = "closed" if old and self.random.random() < 0.9 else story.ends
        if ending == "open" or (not old and self.random.random() < 0.25):
            return
        later = min(moment + timedelta(hours=self.random.uniform(0.1, 4)), self.end)
        worker = Actor.of(agent)
        with clock.at(later):
            if ending == "pending" and (state := self.states[StateType.PENDING_REMINDER]):
                until = self.end + timedelta(hours=self.random.randrange(-30, 200))
                actions.change_state(ticket, state, by=worker, pending_until=until)
            elif state := self.states[StateType.CLOSED]:
                actions.change_state(ticket, state, by=worker)


class NotEmpty(Exception):
    """The desk holds somebody's own work: a demo is never mixed into it."""


def fill(by: Actor, told: Told = lambda _done, _all: None) -> list[Login]:
    """Fill an empty desk, whose first data must be there, in about half a minute; one that is a demo stays as it is.

    Returns log-ins of a German and an English agent and of a customer of each, whose passwords are new each time and known
    to nobody else.
    Raises NotEmpty, and then nothing was changed.
    """
    if not _guides().exists():
        if Ticket.all_rows.exists() or Person.objects.count() > 1:
            raise NotEmpty
        Demo(by).tell(told)
    shown = [*_guides(), *_guests()]
    return [Login(person.login, people.generate_password(person, by=by), person.realm) for person in shown]


def _guests() -> QuerySet[Person]:
    """The first customer of the demo in each language."""
    firms = [next(firm for firm in FIRMS if firm.language == language) for language in ("de", "en")]
    addresses = [f"{''.join(fold(firm.people[0][1]))}@{firm.domain}" for firm in firms]
    return Person.objects.filter(realm=Realm.CUSTOMER, login__in=addresses, email__in=addresses).order_by(
        "language", "pk"
    )


def _guides() -> QuerySet[Person]:
    """The demo's first agent of each language. Their addresses tell them from anybody real: nobody owns that domain."""
    names = [next(first.lower() for first, _last, spoken in AGENTS if spoken == language) for language in ("de", "en")]
    addresses = [f"{name}@{DOMAIN}" for name in names]
    return Person.objects.filter(realm=Realm.AGENT, login__in=names, email__in=addresses).order_by("-login")
