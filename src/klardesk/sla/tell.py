"""How a due time came about, in the reader's language and time zone: sentences for people, and the same as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.sla.clocks import Clock, Due, Reason, Suspension
from klardesk.sla.explain import DayStep, Explanation
from klardesk.sla.reckoning import Reckoned
from klardesk.tickets.names import shown
from klardesk.web.formats import ago_text, day_text, moment_text

LABELS = {
    Clock.RESPONSE: gettext_lazy("First response"),
    Clock.UPDATE: gettext_lazy("Update"),
    Clock.SOLUTION: gettext_lazy("Solution"),
}
STARTS = {
    Reason.CREATED: gettext_lazy("It counts from the creation of the ticket on {moment}."),
    Reason.CUSTOMER: gettext_lazy(
        "It counts from the customer's message of {moment}, the first that no agent has answered."
    ),
    Reason.AGENT: gettext_lazy(
        "It counts from the last answer of an agent, on {moment}; each answer makes it begin anew."
    ),
    Reason.INTERNAL: gettext_lazy(
        "It counts from the newest article, of {moment}: the customer has seen none of this ticket's articles yet."
    ),
}
STOPS = {
    Reason.OVER: gettext_lazy("It does not run: the ticket is closed, merged or removed."),
    Reason.ANSWERED: gettext_lazy("It does not run: an agent has answered the customer."),
    Reason.PENDING: gettext_lazy("It does not run while the ticket waits in a pending state."),
    Reason.CLOSED_ONCE: gettext_lazy(
        "It does not run: the ticket was closed once, and opening it again does not count."
    ),
    Reason.NO_ARTICLE: gettext_lazy("It does not run: no message of the customer waits for an answer."),
    Reason.SUSPENDED: gettext_lazy(
        "It stands still: the ticket is in a state that suspends it, and has no due time meanwhile."
    ),
}


def told(reckoned: Reckoned, which: Clock) -> list[str]:
    """The sentences about one clock, in the active language and time zone."""
    due, explanation = reckoned.clocks[which], reckoned.explanation(which)
    if explanation is None or reckoned.targets is None:
        return [_why_not(due, reckoned)]
    return [
        str(STARTS[explanation.reason]).format(moment=when(explanation.start)),
        _promise(reckoned, explanation),
        *_days(explanation, ZoneInfo(reckoned.targets.calendar.zone)),
        *(_suspension(each, reckoned) for each in explanation.suspensions),
        *_end(due, explanation, reckoned),
    ]


def as_data(reckoned: Reckoned) -> dict[str, Any]:
    """All of it as plain data, moments in UTC: whoever adds up the intervals comes to the due time."""
    return {
        "ticket": reckoned.number, "now": _iso(reckoned.now),
        "source": {"kind": reckoned.source.kind, "key": reckoned.source.key, "name": reckoned.source_name},
        "clocks": [_clock_data(reckoned, which) for which in Clock],
    }  # fmt: skip


def span(seconds: int) -> str:
    """Working time: 2 h 50 min."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(hours, _("{n} h")), (minutes, _("{n} min")), (rest, _("{n} s"))]
    return " ".join(text.format(n=n) for n, text in parts if n) or _("{n} min").format(n=0)


def when(moment: datetime) -> str:
    """A moment with its weekday, in the reader's time zone."""
    local = moment.astimezone(timezone.get_current_timezone())
    return f"{WEEKDAYS_ABBR[local.weekday()]} {moment_text(moment)}"


def due_text(due: Due) -> str:
    """When a clock's time is up, absolute and relative."""
    return f"{when(due.due)} ({ago_text(due.due)})" if due.due else "–"


def _why_not(due: Due, reckoned: Reckoned) -> str:
    if due.reason is not Reason.NO_TARGET:
        return str(STOPS[due.reason])
    if reckoned.source.kind == "sla":
        return _("It does not run: the SLA “{name}” promises nothing for it, and an SLA counts alone.").format(
            name=reckoned.source_name
        )
    return _("It does not run: nothing is promised for it in the queue “{name}”, and the ticket has no SLA.").format(
        name=reckoned.source_name
    )


def _promise(reckoned: Reckoned, explanation: Explanation) -> str:
    assert reckoned.targets is not None
    calendar = reckoned.targets.calendar
    sentence = (
        _("The SLA “{name}” promises {span} of working time by the calendar {calendar} ({zone}).")
        if reckoned.source.kind == "sla"
        else _("The queue “{name}” promises {span} of working time by the calendar {calendar} ({zone}).")
    )
    return sentence.format(
        name=reckoned.source_name,
        span=span(explanation.seconds),
        calendar=calendar.name or _("of the desk"),
        zone=calendar.zone,
    )


def _days(explanation: Explanation, zone: tzinfo) -> Iterator[str]:
    """A line for each day that counts or is a holiday, one for each run of days without working time."""
    if not any(step.seconds for step in explanation.days):
        yield _("This calendar has no working time at all, so it is due at once.")
        return
    rest = explanation.seconds
    for idle, steps in groupby(explanation.days, lambda step: not step.seconds and not step.holiday):
        days = list(steps)
        if idle:
            yield _idle(days)
            continue
        for step in days:
            rest -= step.seconds
            yield _day(step, rest, zone)


def _idle(days: list[DayStep]) -> str:
    if len(days) == 1:
        return _("{day}: no working time that counts").format(day=_on(days[0].date))
    return _("{first} to {last}: no working time that counts").format(first=_on(days[0].date), last=_on(days[-1].date))


def _day(step: DayStep, rest: int, zone: tzinfo) -> str:
    if not step.seconds:
        return _("{day}: holiday, {name}").format(day=_on(step.date), name=step.holiday)
    hours = ", ".join(f"{_clock(start, zone)}–{_clock(end, zone, midnight='24:00')}" for start, end in step.intervals)
    text = _("{day}: {hours}, that is {span}").format(day=_on(step.date), hours=hours, span=span(step.seconds))
    return text + (_("; {span} are left").format(span=span(rest)) if rest else "")


def _suspension(each: Suspension, reckoned: Reckoned) -> str:
    state = shown(reckoned.states.get(each.state, each.state))
    if each.end is None:
        return _("Not counted: the state “{state}”, since {start}, which still lasts.").format(
            state=state, start=when(each.start)
        )
    return _("Not counted: {span} in the state “{state}”, from {start} to {end}.").format(
        span=span(int((each.end - each.start).total_seconds())), state=state, start=when(each.start), end=when(each.end)
    )


def _end(due: Due, explanation: Explanation, reckoned: Reckoned) -> Iterator[str]:
    assert reckoned.targets is not None
    if explanation.grace:
        yield _(
            "The clock stands still. If it went on now, it would be due at the moment below; {span} are added to that, "
            "since it is reckoned anew every minute."
        ).format(span=span(int(explanation.grace.total_seconds())))
    yield _("So it is due on {moment}.").format(moment=when(explanation.due))
    if due.notify is not None:
        yield _("The warning is set for {moment}, when {percent} percent of the time are used.").format(
            moment=when(due.notify), percent=reckoned.targets.of(due.clock).notify
        )
    if str(timezone.get_current_timezone()) != reckoned.targets.calendar.zone:
        yield _("The days and their hours are told in the time zone of the calendar, all other moments in yours.")


def _clock_data(reckoned: Reckoned, which: Clock) -> dict[str, Any]:
    due, explanation = reckoned.clocks[which], reckoned.explanation(which)
    data: dict[str, Any] = {
        "clock": which.value, "reason": due.reason.value, "due": _iso(due.due), "notify": _iso(due.notify),
        "sentences": told(reckoned, which),
    }  # fmt: skip
    if explanation is None or reckoned.targets is None:
        return data
    calendar = reckoned.targets.calendar
    return data | {
        "start": _iso(explanation.start), "seconds": explanation.seconds,
        "calendar": {"name": calendar.name, "zone": calendar.zone},
        "days": [_day_data(step) for step in explanation.days],
        "suspensions": [
            {"start": _iso(each.start), "end": _iso(each.end), "state": reckoned.states.get(each.state, each.state)}
            for each in explanation.suspensions
        ],
        "grace": int(explanation.grace.total_seconds()),
    }  # fmt: skip


def _day_data(step: DayStep) -> dict[str, Any]:
    intervals = [[_iso(start), _iso(end)] for start, end in step.intervals]
    return {"date": step.date.isoformat(), "holiday": step.holiday, "intervals": intervals, "seconds": step.seconds}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _on(day: date) -> str:
    return f"{WEEKDAYS_ABBR[day.weekday()]} {day_text(day)}"


def _clock(moment: datetime, zone: tzinfo, midnight: str = "0:00") -> str:
    """The time of day; seconds only where there are some; a day's end is 24:00."""
    local = moment.astimezone(zone)
    if not (local.hour or local.minute or local.second):
        return midnight
    seconds = f":{local.second:02}" if local.second else ""
    return f"{local.hour}:{local.minute:02}{seconds}"
