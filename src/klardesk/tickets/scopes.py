"""Which tickets an actor may open, and which are listed for them (contract 2.7): one condition, read two ways.

A decision is an ordered list of checks. `allowed` folds it into one WHERE clause; `explain` asks each check alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import BooleanField, Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from klardesk.access.options import access_options
from klardesk.access.policy import right_label
from klardesk.access.queries import EVERY_RIGHT, Rights
from klardesk.base.conditions import holds
from klardesk.base.kept import Kept
from klardesk.base.statements import fetched
from klardesk.ledger.models import Event
from klardesk.tickets.models import Ticket, TicketParticipant, Watcher

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

NOTHING = Q(pk__in=[])
EVERYTHING = Q()
PARTICIPANTS_MAY = frozenset({"ro", "note"})
"""What taking part in a ticket lets a customer do with it."""
Verdict = Literal["grants", "passes", "denies", "says no"]
"""What a check did: it gave access, let the next one decide though it said yes, ended with no, or said no."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: when it says yes, whether yes gives access, and whether no ends the matter."""

    name: str
    granted: bool
    required: bool
    when: Callable[[Actor, str, str], Q]
    yes: Callable[[str, str], str]
    no: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: the check, what it did, and the sentence for a person."""

    check: str
    verdict: Verdict
    sentence: str


def allowed(actor: Actor, right: str, prefix: str = "") -> Q:
    """Rows whose ticket (reached by `prefix`, such as `ticket__`) the actor may open with `right`. Multiplies no rows."""
    if actor.kind == "system":
        return EVERYTHING
    answer = NOTHING
    for check in reversed(checks_for(actor)):
        answer = _fold(check, check.when(actor, right, prefix), answer)
    return answer


def listed(actor: Actor, right: str, prefix: str = "") -> Q:
    """Rows that lists, counters and search show: an agent's by the queue's group alone, a customer's as `allowed`."""
    if actor.kind != "agent":
        return allowed(actor, right, prefix)
    return _by_group(actor, right, prefix)


def listed_queues(actor: Actor, right: str = "ro") -> frozenset[int] | None:
    """The queues whose tickets `listed` gives, if it asks for nothing but the queue: for agents. Else None."""
    if actor.kind != "agent":
        return None
    return actor.once(("listed", right), lambda: _queues_in(actor, actor.groups_with(right)))


_QUEUES: Kept[tuple[tuple[int, str, int, bool], ...]] = Kept(
    lambda: tuple(fetched("SELECT id, name, group_id, valid FROM tickets_queue ORDER BY name")), "tickets.Queue"
)


def queues_of(actor: Actor) -> tuple[tuple[int, str, int, bool], ...]:
    """Key, name, group and validity of every queue, by name, as they were when the actor first asked. No scope is applied."""
    return actor.once("queues", _QUEUES.get)


def article_limit(actor: Actor, prefix: str = "") -> Q:
    """Which articles of the tickets in reach: customers see those visible to customers (contract 2.5)."""
    if actor.kind in ("system", "agent"):
        return EVERYTHING
    return Q(**{f"{prefix}visible_to_customer": True}) if actor.kind == "customer" else NOTHING


def rights_on(actor: Actor, ticket: Ticket, rights: tuple[str, ...]) -> frozenset[str]:
    """Which of `rights` the actor has on the ticket, by one query."""
    if actor.kind == "system":
        return frozenset(rights)
    alike: dict[object, list[str]] = {}
    for right in rights:
        alike.setdefault(_reach(actor, right), []).append(right)
    names = {f"right_{number}": held for number, held in enumerate(alike.values())}
    answers = _answers(ticket, {name: allowed(actor, held[0]) for name, held in names.items()})
    return frozenset(right for name, held in names.items() if answers.get(name) for right in held)


def rights_by_row(actor: Actor, ticket: Ticket, rights: tuple[str, ...]) -> frozenset[str]:
    """`rights_on` for a ticket that was read just now: what its own columns decide costs no query, the rest costs one."""
    if actor.kind == "system":
        return frozenset(rights)
    reaches = {right: _reach(actor, right) for right in rights}
    answers = {reach: decided(actor, ticket, right) for right, reach in reaches.items()}
    undecided = tuple(right for right, reach in reaches.items() if answers[reach] is None)
    held = frozenset(right for right, reach in reaches.items() if answers[reach])
    return held | rights_on(actor, ticket, undecided) if undecided else held


def decided(actor: Actor, ticket: Ticket, right: str, watchers: Collection[int] | None = None) -> bool | None:
    """What the checks say of a row at hand, in their order, as `_fold` puts them together; None if the database must tell.

    With `watchers`, the people who watch the ticket, watching is no question to the database.
    """
    for check in checks_for(actor):
        if watchers is not None and check.name == "watcher":
            yes: bool | None = right == "ro" and actor.key in watchers
        else:
            yes = holds(check.when(actor, right, ""), ticket)
        if yes is None:
            return None
        if yes and check.granted:
            return True
        if not yes and check.required:
            return False
    return False


def _reach(actor: Actor, right: str) -> object:
    """All that a check can see of a right: rights of the same reach have the same answer."""
    return actor.groups_with(right), _holding(actor.holdings.others, right), right == "ro", right in PARTICIPANTS_MAY


def explain(actor: Actor, ticket: Ticket, right: str) -> list[Step]:
    """Why the actor has, or lacks, `right` on the ticket: each check asked up to the one that decided."""
    if actor.kind == "system":
        return [Step("system", "grants", _("The desk itself may do everything."))]
    checks = checks_for(actor)
    answers = _answers(ticket, {f"check_{check.name}": check.when(actor, right, "") for check in checks})
    steps: list[Step] = []
    for check in checks:
        step = _step(check, bool(answers.get(f"check_{check.name}")), right, ticket)
        steps.append(step)
        if step.verdict in ("grants", "denies"):
            return steps
    return [*steps, Step("end", "denies", _("No check gives access, so it is denied."))]


def checks_for(actor: Actor) -> tuple[Check, ...]:
    """The checks that decide about this actor, in order; nobody has none."""
    if actor.kind == "agent":
        return actor.once("agent checks", lambda: _agent_checks(_settings(actor)["access.checks"]))
    if actor.kind == "customer":
        return actor.once("customer checks", lambda: _customer_checks(_settings(actor)))
    return ()


def _settings(actor: Actor) -> dict[str, Any]:
    return actor.once("access options", access_options)


def _fold(check: Check, yes: Q, rest: Q) -> Q:
    """Yes of a granted check ends with yes, no of a required one ends with no; otherwise the rest decides."""
    if check.granted and check.required:
        return yes
    if check.granted:
        return yes | rest
    return yes & rest if check.required else rest


def _step(check: Check, yes: bool, right: str, ticket: Ticket) -> Step:
    verdict: Verdict = "says no"
    if yes:
        verdict = "grants" if check.granted else "passes"
    elif check.required:
        verdict = "denies"
    tell = check.yes if yes else check.no
    return Step(check.name, verdict, tell(right_label(right), ticket.queue.group.name))


def _answers(ticket: Ticket, questions: dict[str, Q]) -> dict[str, Any]:
    columns = {name: _boolean(condition) for name, condition in questions.items()}
    scope = Ticket.objects.unscoped("a decision about one row asks for the conditions of a scope")
    return dict(scope.filter(pk=ticket.pk).values(**columns).first() or {})


def _boolean(condition: Q) -> Case | Value:
    if not condition:
        return Value(True)
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _agent_checks(configured: list[dict[str, Any]]) -> tuple[Check, ...]:
    return tuple(
        Check(entry["check"], entry["granted"], entry["required"], *AGENT_CHECKS[entry["check"]])
        for entry in configured
    )


def _customer_checks(settings: dict[str, Any]) -> tuple[Check, ...]:
    names = ["own"]
    if settings["access.customer_company_tickets"]:
        names.append("company")
    if settings["access.customer_other_companies"]:
        names.append("other_companies")
    if settings["access.customer_participants"]:
        names.append("participant")
    group = Check("group", False, True, *CUSTOMER_CHECKS["group"])
    return (group, *(Check(name, True, False, *CUSTOMER_CHECKS[name]) for name in names))


def _by_group(actor: Actor, right: str, prefix: str) -> Q:
    return _in_groups(actor, actor.groups_with(right), prefix)


def _in_groups(actor: Actor, groups: frozenset[int], prefix: str) -> Q:
    """The queue is one of those of `groups`: plain ids, worked out once, so that the index ticket_list serves."""
    queues = sorted(_queues_in(actor, groups))
    return Q(**{f"{prefix}queue_id__in": queues}) if queues else NOTHING


def _queues_in(actor: Actor, groups: frozenset[int]) -> frozenset[int]:
    return frozenset(key for key, _name, group, _valid in queues_of(actor) if group in groups)


def _owner(actor: Actor, _right: str, prefix: str) -> Q:
    return Q(**{f"{prefix}owner_id": actor.key})


def _responsible(actor: Actor, _right: str, prefix: str) -> Q:
    return Q(**{f"{prefix}responsible_id": actor.key})


def _watcher(actor: Actor, right: str, prefix: str) -> Q:
    """Watching lets read and nothing else, as recorded from the reference; the contract's wider reading is not kept."""
    if right != "ro":
        return NOTHING
    return Q(Exists(Watcher.objects.filter(ticket_id=OuterRef(f"{prefix}pk"), person_id=actor.key)))


def _creator(actor: Actor, _right: str, prefix: str) -> Q:
    return Q(**{f"{prefix}created_by_id": actor.key})


def _involved(actor: Actor, _right: str, prefix: str) -> Q:
    """Any entry of the ticket's history is the actor's own; served by the ledger's unique index on chains."""
    history = Event.objects.filter(chain__kind="ticket", chain__key=Cast(OuterRef(f"{prefix}pk"), CharField()))
    return Q(Exists(history.filter(actor_kind="agent", actor_id=actor.key)))


def _customer_group(actor: Actor, right: str, prefix: str) -> Q:
    groups = actor.groups_with(right) | _holding(actor.holdings.others, right)
    return _in_groups(actor, groups, prefix)


def _own(actor: Actor, _right: str, prefix: str) -> Q:
    """The ticket's customer by person, or by login where no person is known (in any case)."""
    login = actor.once("login", lambda: _login(actor))
    by_login = Q(**{f"{prefix}customer__isnull": True, f"{prefix}customer_login__iexact": login}) if login else NOTHING
    return Q(**{f"{prefix}customer_id": actor.key}) | by_login


def _company(actor: Actor, _right: str, prefix: str) -> Q:
    """A ticket of one of the customer's companies, by row or by number where no company is known."""
    companies = actor.holdings.companies
    if not companies:
        return NOTHING
    by_number = {f"{prefix}company__isnull": True, f"{prefix}company_number__in": [number for _pk, number in companies]}
    return Q(**{f"{prefix}company_id__in": [pk for pk, _number in companies]}) | Q(**by_number)


def _other_companies(actor: Actor, right: str, prefix: str) -> Q:
    return _in_groups(actor, _holding(actor.holdings.others, right), prefix)


def _participant(actor: Actor, right: str, prefix: str) -> Q:
    """Tickets that the customer takes part in: to read and to answer. Plain keys, read once, so that the keys' own index
    serves, and a row at hand is judged without a query.
    """
    if right not in PARTICIPANTS_MAY:
        return NOTHING
    keys = actor.once("participates", lambda: sorted(_participates(actor)))
    return Q(**{f"{prefix}pk__in": keys}) if keys else NOTHING


def _participates(actor: Actor) -> Iterable[int]:
    return TicketParticipant.objects.filter(person_id=actor.key).values_list("ticket_id", flat=True)


def _holding(rights: Rights, right: str) -> frozenset[int]:
    return frozenset(group for group, held in rights.items() if right in held or held >= EVERY_RIGHT)


def _login(actor: Actor) -> str:
    from klardesk.people.models import Person

    return Person.objects.filter(pk=actor.key).values_list("login", flat=True).first() or ""


Rule = tuple[Callable[["Actor", str, str], Q], Callable[[str, str], str], Callable[[str, str], str]]

AGENT_CHECKS: dict[str, Rule] = {
    "owner": (
        _owner,
        lambda right, group: _("You are the owner of the ticket; that allows everything."),
        lambda right, group: _("You are not the owner of the ticket."),
    ),
    "responsible": (
        _responsible,
        lambda right, group: _("You are responsible for the ticket; that allows everything."),
        lambda right, group: _("You are not responsible for the ticket."),
    ),
    "group": (
        _by_group,
        lambda right, group: _("You hold the right “{right}” on the group “{group}” of the queue.").format(
            right=right, group=group
        ),
        lambda right, group: _("You do not hold the right “{right}” on the group “{group}” of the queue.").format(
            right=right, group=group
        ),
    ),
    "watcher": (
        _watcher,
        lambda right, group: _("You watch the ticket; that allows reading."),
        lambda right, group: _("Watching does not give the right “{right}” here.").format(right=right),
    ),
    "creator": (
        _creator,
        lambda right, group: _("You created the ticket; that allows everything."),
        lambda right, group: _("You did not create the ticket."),
    ),
    "involved": (
        _involved,
        lambda right, group: _("You have worked on the ticket; that allows everything."),
        lambda right, group: _("You have not worked on the ticket."),
    ),
}
CUSTOMER_CHECKS: dict[str, Rule] = {
    "group": (
        _customer_group,
        lambda right, group: _("You or your company may reach the group “{group}” of the queue.").format(group=group),
        lambda right, group: _("Neither you nor your company may reach the group “{group}” of the queue.").format(
            group=group
        ),
    ),
    "own": (
        _own,
        lambda right, group: _("The ticket is yours."),
        lambda right, group: _("The ticket is not yours."),
    ),
    "company": (
        _company,
        lambda right, group: _("The ticket is your company's."),
        lambda right, group: _("The ticket is not your company's."),
    ),
    "other_companies": (
        _other_companies,
        lambda right, group: _("Your company holds the right “{right}” on other companies' tickets.").format(
            right=right
        ),
        lambda right, group: _("Your company does not hold the right “{right}” on other companies' tickets.").format(
            right=right
        ),
    ),
    "participant": (
        _participant,
        lambda right, group: _("You take part in the ticket; that allows reading and answering."),
        lambda right, group: _("Taking part does not give the right “{right}” here.").format(right=right),
    ),
}
