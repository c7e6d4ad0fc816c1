"""Ticket numbers (contract 2.1): four generators over one counter table that survives restart and import."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from klardesk.base import clock, statements
from klardesk.base.options import declare, options
from klardesk.tickets.models import NumberCounter, Ticket

DATE_CHECKSUM, DATE, INCREMENT, RANDOM = "date_checksum", "date", "increment", "random"
TRIES = 16_000


def _check_system_id(value: str) -> None:
    if not re.fullmatch(r"\d{1,8}", value):
        raise ValueError(str(_("The system id is one to eight digits.")))


declare(
    "ticket.number_generator", DATE_CHECKSUM, _("Ticket numbers"),
    _("How numbers of new tickets are made. Old numbers stay as they are and are still recognised in subjects."),
    choices=(
        (DATE_CHECKSUM, _("date, counter and check digit")), (DATE, _("date and counter")),
        (INCREMENT, _("running number")), (RANDOM, _("random number")),
    ),
)  # fmt: skip
declare(
    "ticket.system_id",
    "10",
    _("System id"),
    _("Digits in every number that tell this desk from others."),
    check=_check_system_id,
)
declare(
    "ticket.counter_digits", 5, _("Digits of the counter"), _("A counter is filled up with zeros to this many digits.")
)


@dataclass(frozen=True, slots=True)
class Generator:
    """A way to make numbers: the counter's key for a day, and the number for a counter value."""

    counter_key: Callable[[str], str]
    build: Callable[[str, str, int, int], str]
    pattern: Callable[[str, int], str]


def check_digit(digits: str) -> int:
    """The check digit of the OTRS family: weights 1,2,1,2…; ten minus the sum modulo ten; ten becomes one."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    digit = 10 - total % 10
    return 1 if digit == 10 else digit


def _with_checksum(day: str, system_id: str, counter: int, width: int) -> str:
    digits = f"{day}{system_id}{counter:0{width}d}"
    return f"{digits}{check_digit(digits)}"


def _random(_day: str, system_id: str, _counter: int, _width: int) -> str:
    return f"{system_id}{secrets.randbelow(10**10):010d}"


GENERATORS: dict[str, Generator] = {
    DATE_CHECKSUM: Generator(lambda day: day, _with_checksum, lambda sid, _w: rf"\d{{8}}{sid}\d{{4,40}}"),
    DATE: Generator(
        lambda day: day, lambda day, sid, n, w: f"{day}{sid}{n:0{w}d}", lambda sid, _w: rf"\d{{8}}{sid}\d{{1,40}}"
    ),
    INCREMENT: Generator(
        lambda _day: "all", lambda _day, sid, n, w: f"{sid}{n:0{w}d}", lambda sid, w: rf"{sid}\d{{{w},{w + 5}}}"
    ),
    RANDOM: Generator(lambda _day: "", _random, lambda sid, _w: rf"{sid}\d{{2,20}}"),
}


def next_number() -> str:
    """A number that no ticket has or had. Inside a transaction: the counter's row stays locked until it ends, so
    parallel creations follow one another and a rolled-back one leaves no gap.
    """
    chosen = options("ticket.number_generator", "ticket.system_id", "ticket.counter_digits")
    generator = GENERATORS[chosen["ticket.number_generator"]]
    system_id, width = chosen["ticket.system_id"], chosen["ticket.counter_digits"]
    day = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y%m%d")
    key, number = generator.counter_key(day), ""
    for _try in range(TRIES):
        number = generator.build(day, system_id, _counted(key, generator, day, system_id) if key else 0, width)
        if not _taken(number):
            return number
    raise RuntimeError(f"no free ticket number in {TRIES} tries after {number}; choose another system id or generator")


def number_pattern() -> str:
    """A regular expression for the numbers of the generator in force, for follow-up recognition."""
    chosen = options("ticket.number_generator", "ticket.system_id", "ticket.counter_digits")
    return GENERATORS[chosen["ticket.number_generator"]].pattern(
        chosen["ticket.system_id"], chosen["ticket.counter_digits"]
    )


def _counted(key: str, generator: Generator, day: str, system_id: str) -> int:
    """The counter's next value; its row is locked from here on."""
    value = _next_value(key)
    if value is None:
        seed = NumberCounter(key=key, value=_highest(generator, day, system_id))
        NumberCounter.objects.bulk_create([seed], ignore_conflicts=True)
        value = _next_value(key)
    if value is None:
        raise RuntimeError(f"the counter {key} of ticket numbers is gone")
    return value


def _next_value(key: str) -> int | None:
    with statements.cursor() as cursor:
        cursor.execute("UPDATE tickets_numbercounter SET value = value + 1 WHERE key = %s RETURNING value", [key])
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def _highest(generator: Generator, day: str, system_id: str) -> int:
    """The highest counter among the numbers that came by import, where no counter row tells."""
    prefix = system_id if generator.counter_key(day) == "all" else f"{day}{system_id}"
    digits = 1 if generator is GENERATORS[DATE_CHECKSUM] else 0
    # Longer numbers are higher ones: order by length first, so that one row answers.
    found = Ticket.all_rows.filter(number__regex=rf"^{prefix}\d+$").annotate(size=Length("number"))
    highest = found.order_by("-size", "-number").values_list("number", flat=True).first()
    if highest is None:
        return 0
    counter = highest[len(prefix) : len(highest) - digits]
    return int(counter) if counter and len(counter) <= 15 else 0


def _taken(number: str) -> bool:
    """Whether a ticket has, or a deleted one had, this number: one query, each half by its unique index."""
    with statements.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM tickets_ticket WHERE number = %s UNION ALL SELECT 1 FROM tickets_deletedticket WHERE number = %s",
            [number, number],
        )
        return cursor.fetchone() is not None
