"""`klardesk sla`: due times are explained, as sentences and as data that anybody can add up, and made anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from klardesk.calendars.actions import change_holidays, create_calendar
from klardesk.calendars.days import DayKey
from klardesk.cli import main
from klardesk.ledger.verify import verify
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.clocks import Clock, History, Rules, Targets, due_times
from klardesk.sla.models import EscalationRules, TicketClock, TicketService
from klardesk.sla.plan import Source
from klardesk.sla.reckoning import Reckoned, reckon
from klardesk.sla.tell import as_data, told
from klardesk.tickets import actions
from tests.sla.conftest import OFFICE, Promises, targets
from tests.sla.test_explanation import CALENDARS, RULES, TARGET, histories
from tests.world import SYSTEM, World


def added_up(data: dict[str, Any]) -> str:
    """The due time of a clock from its data alone."""
    rest = data["seconds"]
    for day in data["days"]:
        for start, end in ((datetime.fromisoformat(one) for one in interval) for interval in day["intervals"]):
            length = int((end - start).total_seconds())
            if length >= rest:
                return (start + timedelta(seconds=rest + data["grace"])).isoformat()
            rest -= length
    raise AssertionError(f"{rest} seconds are not explained")


SOME_TARGETS = st.builds(Targets, st.sampled_from(CALENDARS[:3]), TARGET, TARGET, TARGET)


@given(histories(), SOME_TARGETS, RULES, st.sampled_from(("de", "en")))
@settings(max_examples=40)
def test_the_data_alone_give_the_due_time_and_sentences_never_fail(
    life: tuple[History, datetime], targets: Targets, rules: Rules, language: str
) -> None:
    history, now = life
    source = Source("sla", 1, 1, targets)
    reckoned = Reckoned("1", source, "Gold", history, due_times(history, targets, rules, now), {}, now)
    with translation.override(language), timezone.override("Asia/Tokyo"):
        data = json.loads(json.dumps(as_data(reckoned)))
    for each in data["clocks"]:
        assert each["sentences"]
        assert (each["due"] is None) == ("days" not in each)
        if each["due"]:
            assert added_up(each) == each["due"]


@pytest.fixture
def friday(world: World, clock):
    """A ticket of Friday, 2 October 2026, 16:10, with two hours ten in a state that suspends and a holiday."""
    office = create_calendar("Service", OFFICE, by=SYSTEM, zone="Europe/Berlin")
    change_holidays(office, {DayKey(2026, 10, 5): "Umzug"}, by=SYSTEM)
    targets(world.support, office, response_minutes=240, response_notify=50)
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    clock.set(datetime(2026, 10, 2, 14, 10, tzinfo=UTC))
    ticket = world.ticket()
    clock.set(datetime(2026, 10, 6, 6, 30, tzinfo=UTC))
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now())
    clock.move(hours=2, minutes=10)
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    return ticket


@pytest.mark.django_db
def test_every_step_of_the_sum_is_told(friday, capsys) -> None:
    assert main(["sla", "explain", friday.number, "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[:11] == [
        "First response: Tue 6 Oct 2026, 12:20 (in 1 h)",
        "  It counts from the creation of the ticket on Fri 2 Oct 2026, 16:10.",
        "  The queue “Support” promises 4 h of working time by the calendar Service (Europe/Berlin).",
        "  Fri 2 Oct 2026: 16:10–18:00, that is 1 h 50 min; 2 h 10 min are left",
        "  Sat 3 Oct 2026 to Sun 4 Oct 2026: no working time that counts",
        "  Mon 5 Oct 2026: holiday, Umzug",
        "  Tue 6 Oct 2026: 8:00–8:30, 10:40–12:20, that is 2 h 10 min",
        "  Not counted: 2 h 10 min in the state “pending reminder”, from Tue 6 Oct 2026, 08:30 to Tue 6 Oct 2026, 10:40.",
        "  So it is due on Tue 6 Oct 2026, 12:20.",
        "  The warning is set for Tue 6 Oct 2026, 08:10, when 50 percent of the time are used.",
        "Update: –",
    ]


@pytest.mark.django_db
def test_the_sum_in_german(friday, capsys) -> None:
    assert main(["sla", "explain", friday.number, "--lang", "de"]) == 0
    out = capsys.readouterr().out
    for words in (
        "Erste Antwort: Di 06.10.2026 12:20 (in 1 Std.)",
        "Fr 02.10.2026: 16:10–18:00, das sind 1 Std. 50 Min.; es bleiben 2 Std. 10 Min.",
        "Mo 05.10.2026: Feiertag, Umzug",
        "Nicht gezählt: 2 Std. 10 Min. im Status „warten auf Erinnerung“",
        "Sie läuft nicht: In der Queue „Support“ ist dafür nichts zugesagt",
    ):
        assert words in out


@pytest.mark.django_db
def test_the_sum_as_data(friday, capsys) -> None:
    assert main(["sla", "explain", friday.number, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    response = data["clocks"][0]
    assert (data["ticket"], data["source"]["name"]) == (friday.number, "Support")
    assert added_up(response) == response["due"] == "2026-10-06T10:20:00+00:00"
    assert response["suspensions"][0]["state"] == "pending reminder"
    assert data["clocks"][1]["reason"] == "no_target"
    assert main(["sla", "explain", "1"]) == 1


@pytest.mark.django_db
def test_why_a_clock_does_not_run(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    actions.add_article(ticket, world.article(sender="agent"), by=SYSTEM)

    def why(which: Clock) -> str:
        with translation.override("en"):
            return told(reckon(ticket.pk), which)[0]

    assert why(Clock.RESPONSE) == "It does not run: an agent has answered the customer."
    assert why(Clock.UPDATE).startswith("It counts from the last answer of an agent")
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now())
    assert "pending state" in why(Clock.UPDATE)
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    assert "closed, merged or removed" in why(Clock.SOLUTION)
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    assert "closed once" in why(Clock.SOLUTION)


@pytest.mark.django_db
def test_rebuilding_mends_and_checking_only_tells(world: World, promises: Promises, clock, capsys) -> None:
    ticket = world.ticket()
    assert main(["sla", "rebuild", "--check"]) == 0
    TicketClock.objects.update(first_due=None)
    assert main(["sla", "rebuild", "--check"]) == 1
    assert f"{ticket.number}: first_due" in capsys.readouterr().out
    assert main(["sla", "rebuild", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "differences": 1, "tickets": [{"ticket": ticket.number, "columns": ["first_due"]}],
    }  # fmt: skip
    assert main(["sla", "rebuild", "--check"]) == 0


@pytest.mark.django_db
def test_verify_misses_a_service_that_was_taken_behind_the_desks_back(world: World, promises: Promises) -> None:
    kept, taken = world.ticket("One"), world.ticket("Two")
    for ticket in (kept, taken):
        change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    assert verify().findings == []
    TicketService.objects.filter(pk=taken.pk).delete()
    assert [finding.chain for finding in verify().findings] == [f"ticket:{taken.pk}"]
