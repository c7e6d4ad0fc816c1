"""What steers the desk at one mail (contract 2.3): a trusted mailbox's X-Klardesk-, X-OTRS- and X-OTOBO- headers, and
what the filters set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_noop as _

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.mail.filters.matching import FAMILIES, Outcome, run_filters, short_name
from klardesk.mail.filters.models import MailFilter
from klardesk.mail.parse.model import Problem
from klardesk.people.models import Company, Person, Realm
from klardesk.tickets import slots
from klardesk.tickets.configured import valid_priorities, valid_queue, valid_states
from klardesk.tickets.models import PENDING_TYPES, SenderType, StateType, Type

if TYPE_CHECKING:
    from klardesk.mail.filters.matching import Verdict
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import ParsedMail
    from klardesk.tickets.models import Priority, Queue, State, Ticket

Thing = TypeVar("Thing")
FILTERS = Kept(lambda: list(MailFilter.objects.filter(valid=True).order_by("position", "name")), "mail.MailFilter")
FOLLOW_UP = "followup-"
FIELDS = (
    "queue", "state", "state-pendingtime", "priority", "type", "lock", "owner", "responsible", "title", "sendertype",
    "isvisibleforcustomer",
)  # fmt: skip
"""What can be asked for a new ticket, and under `followup-` for a follow-up."""
_OWN = frozenset(
    {
        *FIELDS, *(FOLLOW_UP + name for name in FIELDS), "ignore", "loop", "customeruser", "customerno", "external-number",
        f"{FOLLOW_UP}state-keep", f"{FOLLOW_UP}recognizedticketnumber", "attachmentexists", "attachmentcount",
    }
)  # fmt: skip


def known() -> frozenset[str]:
    """All the fields there are, those of other rooms too."""
    further = [name for fields in slots.ticket_fields() for name in fields.labels]
    return _OWN | {*further, *(FOLLOW_UP + name for name in further)}


_YES = ("yes", "true", "1", "on")
_NO = ("no", "false", "0", "off", "")
_SPAN = re.compile(r"\+\s*(\d{1,6})\s*([smhd]?)", re.IGNORECASE)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 60}


@dataclass(frozen=True, slots=True)
class Steering:
    """What a mail and the filters ask for, by short names ("queue", "followup-state"). A name that nothing valid bears
    counts as none and is noted in `problems`.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, parsed: ParsedMail, mail: IncomingMail) -> Self:
        """Read the headers if the mailbox is trusted, and run the filters."""
        trusted = mail.mailbox is not None and mail.mailbox.trusted
        asked = _asked(parsed) if trusted else {}
        outcome: Outcome = run_filters(FILTERS.get(), parsed, asked, trusted=trusted)
        fields = known()
        problems = outcome.problems + [
            Problem("steering", _("the desk has no field {name}; it was left out"), (("name", repr(name)),))
            for name, value in sorted(outcome.values.items())
            if value and name not in fields
        ]
        return cls(outcome.values, tuple(outcome.verdicts), problems)

    @property
    def ignore(self) -> bool:
        """Whether the mail is to become nothing."""
        return any(word in self.value("ignore").lower() for word in ("yes", "true"))

    @property
    def loop(self) -> bool:
        """Whether the mail is said to come from a machine: nobody answers it automatically."""
        return self.value("loop").lower() not in _NO

    @property
    def title(self) -> str:
        """The title asked for a new ticket."""
        return self.value("title")

    def value(self, name: str, *, follow_up: bool = False) -> str:
        """What is asked under this name, or empty."""
        return self.values.get(FOLLOW_UP + name if follow_up else name, "").strip()

    def chosen_queue(self, *, follow_up: bool = False) -> Queue | None:
        """The valid queue asked for."""
        name = self.value("queue", follow_up=follow_up)
        return self._found("queue", name, valid_queue(name)) if name else None

    def chosen_priority(self, *, follow_up: bool = False) -> Priority | None:
        """The valid priority asked for."""
        name = self.value("priority", follow_up=follow_up)
        return self._found("priority", name, _named(name, valid_priorities())) if name else None

    def chosen_type(self, *, follow_up: bool = False) -> Type | None:
        """The valid type asked for."""
        name = self.value("type", follow_up=follow_up)
        return self._found("type", name, Type.objects.filter(name=name, valid=True).first()) if name else None

    def further(self, customer: Person | None, ticket: Ticket | None = None) -> dict[str, Any]:
        """The values of other rooms' fields that are asked for a new ticket of this customer, or for a follow-up to
        `ticket`, by their names.
        """
        values: dict[str, Any] = {}
        for fields in slots.ticket_fields():
            words = {name: self.value(name, follow_up=ticket is not None) for name in fields.labels}
            if any(words.values()):
                found, problems = fields.named(words, customer, ticket)
                values |= found
                for problem in problems:
                    self._note(problem.sentence, **problem.values)
        return values

    def chosen_state(self, *, follow_up: bool = False) -> tuple[State | None, datetime | None]:
        """The valid state asked for, and its time if it is a pending one; a pending state without a time is none."""
        name = self.value("state", follow_up=follow_up)
        if not name:
            return None, None
        found = _named(name, (state for state in valid_states() if state.type != StateType.MERGED))
        state = self._found("state", name, found)
        if state is None or state.type not in PENDING_TYPES:
            return state, None
        asked = self.value("state-pendingtime", follow_up=follow_up)
        until = pending_time(asked)
        if until is None:
            sentence = _("the pending state {name} needs a time, and {asked} is none")
            self._note(sentence, name=repr(name), asked=repr(asked))
        return (state, until) if until is not None else (None, None)

    def chosen_lock(self, *, follow_up: bool = False) -> bool | None:
        """Whether the ticket is to be locked; None if nothing is asked."""
        name = self.value("lock", follow_up=follow_up).lower()
        return self._found("lock", name, {"lock": True, "unlock": False}.get(name)) if name else None

    def chosen_agent(self, role: str, *, follow_up: bool = False) -> Person | None:
        """The valid agent asked for as `owner` or `responsible`, by login."""
        login = self.value(role, follow_up=follow_up)
        person = Person.objects.by_login(Realm.AGENT, login) if login else None
        return self._found(role, login, person if person is not None and person.valid else None) if login else None

    def chosen_customer(self) -> Person | None:
        """The valid customer asked for, by login."""
        login = self.value("customeruser")
        person = Person.objects.by_login(Realm.CUSTOMER, login) if login else None
        return self._found("customeruser", login, person if person and person.valid else None) if login else None

    def chosen_company(self) -> tuple[Company | None, str]:
        """The valid company asked for by its number, and the number as it was asked."""
        number = self.value("customerno")
        return (Company.objects.filter(number_key=number.casefold(), valid=True).first() if number else None), number

    def chosen_sender(self, *, follow_up: bool = False) -> str:
        """Who speaks in the article; the customer unless something else is asked."""
        asked = self.value("sendertype", follow_up=follow_up).lower()
        return asked if asked in SenderType.values else SenderType.CUSTOMER

    def is_visible(self, *, follow_up: bool = False) -> bool:
        """Whether the customer may read the article; so unless something else is asked."""
        asked = self.value("isvisibleforcustomer", follow_up=follow_up).lower()
        return not asked or asked not in _NO

    @property
    def keeps_state(self) -> bool:
        """Whether a follow-up is to leave the ticket's state as it is."""
        return self.value("state-keep", follow_up=True).lower() in _YES

    def _found(self, name: str, asked: str, thing: Thing | None) -> Thing | None:
        if thing is None:
            self._note(_("nothing valid is called {asked} ({name}); it was left out"), asked=repr(asked), name=name)
        return thing

    def _note(self, sentence: str, **values: str) -> None:
        problem = Problem("steering", sentence, tuple(values.items()))
        if problem not in self.problems:
            self.problems.append(problem)


def _named(name: str, among: Iterable[Thing]) -> Thing | None:
    return next((each for each in among if str(each) == name), None)


def pending_time(text: str) -> datetime | None:
    """A moment of the desk's time zone as `2026-05-04 10:00:00`, or `+N` with s, m, h or d from now (contract 2.3)."""
    if span := _SPAN.fullmatch(text.strip()):
        return clock.now() + timedelta(seconds=int(span[1]) * _UNITS[span[2].lower()])
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).astimezone(UTC)


def _asked(parsed: ParsedMail) -> dict[str, str]:
    asked: dict[str, str] = {}
    for family in FAMILIES:
        for header, values in parsed.headers.items():
            value = next((each.strip() for each in values if each.strip()), "")
            if value and header.startswith(family):
                asked.setdefault(short_name(header), value)
    return asked
