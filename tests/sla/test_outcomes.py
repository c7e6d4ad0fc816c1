"""What became of each obligation: kept or missed by the due time in force when it ended, stored once and for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from klardesk.ledger.models import Event
from klardesk.sla import index
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.clocks import History
from klardesk.sla.endings import endings
from klardesk.sla.models import EscalationRules, Outcome, TicketClock, TicketService
from klardesk.sla.plan import load_plan
from klardesk.tickets import actions, events
from klardesk.tickets.models import Article, State, StateType, Ticket
from tests.sla.conftest import Promises, stored, targets
from tests.sla.test_random_lives import Lives, by_the_ledger
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, second: int = 0, day: int = 2) -> datetime:
    """A moment of March 2026; the clock of tests starts on the 2nd, a Monday, at 9:00 UTC."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def outcomes(ticket: Ticket) -> list[tuple[str, datetime, datetime, bool]]:
    rows = Outcome.objects.filter(ticket=ticket).order_by("met_at", "clock")
    return list(rows.values_list("clock", "due", "met_at", "kept"))


def answer(world: World, ticket: Ticket, **values: object) -> Article:
    return actions.add_article(ticket, world.article("Re", sender="agent", **values), by=SYSTEM)


def ask(world: World, ticket: Ticket) -> Article:
    return actions.add_article(ticket, world.article("Well?"), by=SYSTEM)


def go(world: World, ticket: Ticket, state: str) -> None:
    actions.change_state(ticket, world.state(state), by=SYSTEM)


def suspend_in_open(**rules: object) -> None:
    save_setting(EscalationRules(pk=1, **rules), by=SYSTEM, suspending=[State.objects.get(name="open")])
    index.catch_up()


@pytest.mark.parametrize(("second", "kept"), [(-1, True), (0, True), (1, False)])
def test_a_first_response_is_kept_until_its_very_due_time(
    world: World, promises: Promises, clock, second: int, kept: bool
) -> None:
    ticket = world.ticket()
    clock.move(hours=1, seconds=second)
    answer(world, ticket)
    assert outcomes(ticket) == [("response", at(10), clock.now(), kept)]
    row = Outcome.objects.get()
    assert (row.sla, row.queue, row.company) == (None, world.support, world.nordlicht)


def test_only_what_the_customer_sees_is_a_response_and_only_the_first(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    clock.set(at(9, 30))
    note = answer(world, ticket, visible_to_customer=False)
    hidden = actions.add_article(ticket, world.article(visible_to_customer=False), by=SYSTEM)
    actions.change_visibility(hidden, True, by=SYSTEM)
    assert outcomes(ticket) == []
    clock.set(at(11))
    actions.change_visibility(note, True, by=SYSTEM)
    assert outcomes(ticket) == [("response", at(10), at(11), False)]
    actions.change_visibility(note, False, by=SYSTEM)
    clock.set(at(12))
    answer(world, ticket)
    assert len(outcomes(ticket)) == 1


def test_what_a_ticket_begins_with_was_never_owed(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket(article=world.article(sender="agent"), state=world.state("closed successful"))
    assert outcomes(ticket) == []


@pytest.mark.parametrize("late", [False, True])
def test_the_first_closing_is_the_solution(world: World, promises: Promises, clock, late: bool) -> None:
    targets(world.support, promises.office, solution_minutes=120, response_minutes=0)
    ticket = world.ticket()
    clock.set(at(11, 0, int(late)))
    go(world, ticket, "closed successful")
    assert outcomes(ticket) == [("solution", at(11), clock.now(), not late)]
    clock.move(hours=1)
    go(world, ticket, "open")
    go(world, ticket, "closed unsuccessful")
    assert len(outcomes(ticket)) == 1


def test_a_woken_solution_is_owed_again_where_the_rules_say_so(world: World, promises: Promises, clock) -> None:
    save_setting(EscalationRules(pk=1, semantics="contact"), by=SYSTEM)
    targets(world.support, promises.office, solution_minutes=120, response_minutes=0)
    ticket = world.ticket()
    for hour, state in ((10, "closed successful"), (11, "open"), (12, "closed successful")):
        clock.set(at(hour))
        go(world, ticket, state)
    assert outcomes(ticket) == [("solution", at(11), at(10), True), ("solution", at(11), at(12), False)]


def test_closing_makes_what_is_overdue_missed_and_forgives_the_rest(world: World, promises: Promises, clock) -> None:
    targets(world.support, promises.office, response_minutes=60, update_minutes=180)
    ticket = world.ticket()
    clock.set(at(11))
    go(world, ticket, "closed successful")
    assert outcomes(ticket) == [("response", at(10), at(11), False)]


@pytest.mark.parametrize("rules", [{}, {"semantics": "contact"}], ids=["otrs", "contact"])
def test_each_answer_ends_an_update(world: World, promises: Promises, clock, rules: dict[str, object]) -> None:
    save_setting(EscalationRules(pk=1, **rules), by=SYSTEM)
    targets(world.support, promises.office, response_minutes=0, update_minutes=60)
    ticket = world.ticket()
    clock.set(at(9, 30))
    answer(world, ticket)
    clock.set(at(9, 40))
    ask(world, ticket)
    clock.set(at(9, 50))
    ask(world, ticket)
    clock.set(at(10, 41))
    answer(world, ticket)
    assert outcomes(ticket) == [("update", at(10), at(9, 30), True), ("update", at(10, 40), at(10, 41), False)]


@pytest.mark.parametrize("rules", [{}, {"cancel": True}, {"semantics": "contact"}], ids=["moves", "cancel", "contact"])
def test_standing_still_neither_saves_nor_costs(
    world: World, promises: Promises, clock, rules: dict[str, object]
) -> None:
    suspend_in_open(**rules)
    for day, minute, due in ((2, 30, at(12, 30)), (3, 90, at(10, day=3))):
        clock.set(at(9, day=day))
        ticket = world.ticket()
        clock.move(minutes=minute)
        go(world, ticket, "open")
        clock.set(at(12, day=day))
        answer(world, ticket)
        assert outcomes(ticket) == [("response", due, at(12, day=day), minute == 30)]


def test_time_that_stood_still_does_not_count_afterwards(world: World, promises: Promises, clock) -> None:
    suspend_in_open()
    ticket = world.ticket()
    for hour, state in ((9, "open"), (11, "new")):
        clock.set(at(hour, 30))
        go(world, ticket, state)
    clock.set(at(12))
    answer(world, ticket)
    assert outcomes(ticket) == [("response", at(12), at(12), True)]


@pytest.mark.parametrize("end", ["merge", "remove"])
def test_a_merge_or_a_removal_is_no_outcome(world: World, promises: Promises, clock, end: str) -> None:
    ticket, other = world.ticket(), world.ticket("other", queue=world.sales)
    clock.set(at(11))
    if end == "merge":
        actions.merge_ticket(ticket, other, by=SYSTEM)
    else:
        go(world, ticket, "removed")
    assert not Outcome.objects.exists()


def test_an_answer_with_closing_ends_both_each_by_its_own(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    clock.set(at(9, 30))
    answer(world, ticket)
    go(world, ticket, "closed successful")
    assert [(which, kept) for which, _due, _met, kept in outcomes(ticket)] == [
        ("response", True), ("solution", True), ("update", True),
    ]  # fmt: skip
    assert {row.sla for row in Outcome.objects.all()} == {promises.gold}


def test_a_fact_stays_whatever_is_promised_later(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    clock.set(at(10, 30))
    answer(world, ticket)
    before = outcomes(ticket)
    targets(world.support, promises.office, response_minutes=600)
    index.catch_up()
    assert sum(len(part) for part in index.rebuild()) == 0
    assert outcomes(ticket) == before == [("response", at(10), at(10, 30), False)]


def test_settings_count_at_once_though_the_index_lags(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    targets(world.support, promises.office, response_minutes=30)
    clock.set(at(9, 45))
    answer(world, ticket)
    assert outcomes(ticket) == [("response", at(9, 30), at(9, 45), False)]


def test_where_nothing_is_promised_nothing_is_stored(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket(queue=world.sales)
    clock.move(hours=1)
    answer(world, ticket)
    go(world, ticket, "closed successful")
    assert not Outcome.objects.exists()


def test_a_deleted_ticket_takes_its_outcomes_along(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    clock.move(hours=1)
    answer(world, ticket)
    actions.delete_ticket(ticket, by=world.actor("root"), reason="test")
    assert not Outcome.objects.exists()


ENDED = tuple[int, str, datetime, datetime, bool]


class Watched(Lives):
    """Lives of which each ending is derived a second time: from what the index held before, and the ledger's last event.

    While clocks stand still the index does not tell what was in force: then from the ledger's history before and after.
    """

    def __init__(self, *arguments: Any) -> None:
        self.expected: set[ENDED] = set()
        super().__init__(*arguments)

    def step(self) -> None:
        before = {ticket.pk: (by_the_ledger(ticket), stored(ticket)) for ticket in self.tickets}
        super().step()
        for ticket in self.tickets:
            last = Event.objects.filter(chain__kind="ticket", chain__key=str(ticket.pk)).latest("sequence")
            if ticket.pk in before and last.at == self.clock.now():
                known = {(key, which) for key, which, *_rest in self.expected}
                found = self.ended(Ticket.all_rows.get(pk=ticket.pk), last, *before[ticket.pk])
                self.expected |= {one for one in found if one[1] != "response" or (ticket.pk, "response") not in known}

    def ended(self, ticket: Ticket, event: Event, before: History, row: TicketClock) -> set[ENDED]:
        match event.payload:
            case events.ArticleAdded(sender="agent", article=article) if article.visible_to_customer:
                which = {"response", "update"}
            case events.VisibilityChanged(article=key, visible_to_customer=True) if (
                Article.all_rows.get(pk=key).sender == "agent"
            ):
                return self.by_histories(ticket, before)
            case events.StateChanged(state=state) if state.name.startswith("closed"):
                which = {"response", "update", "solution"}
            case _:
                return set()
        if before.states[-1].type == StateType.PENDING_REMINDER:
            return self.by_histories(ticket, before)
        now, closing = self.clock.now(), "solution" in which
        dues = {name: due for name in which if (due := getattr(row, f"{name}_due"))}
        wanted = {name: due for name, due in dues.items() if not closing or name == "solution" or due < now}
        return {(ticket.pk, name, due, now, now <= due) for name, due in wanted.items()}

    def by_histories(self, ticket: Ticket, before: History) -> set[ENDED]:
        chosen, plan = TicketService.objects.filter(pk=ticket.pk).first(), load_plan()
        source = plan.source(chosen.sla_id if chosen else None, ticket.queue_id)
        if source.targets is None:
            return set()
        found = endings(before, by_the_ledger(ticket), source.targets, plan.rules, self.clock.now())
        return {(ticket.pk, one.clock.value, one.due, one.at, one.kept) for one in found}


@pytest.mark.parametrize(("seed", "rules"), [(4, {}), (5, {"semantics": "contact"}), (6, {"cancel": True})])
def test_kept_and_missed_are_the_obligations_that_ended_by_the_ledger(
    world: World, promises: Promises, clock, seed: int, rules: dict[str, object]
) -> None:
    save_setting(EscalationRules(pk=1, **rules), by=SYSTEM, suspending=[world.state("pending reminder")])
    targets(world.support, None, response_minutes=2000, update_minutes=1500, solution_minutes=9000)
    targets(world.sales, None, update_minutes=1000, solution_minutes=2000)
    lives = Watched(world, promises, clock, seed)
    for _step in range(60):
        lives.step()
    found = set(Outcome.objects.values_list("ticket", "clock", "due", "met_at", "kept"))
    assert found == lives.expected
    assert {kept for *_rest, kept in found} == {True, False}
