"""The steps of the first run. A step is done when the desk has what it asks for, however that came to be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klardesk.access.actor import Actor
from klardesk.admin.first_run import keep
from klardesk.admin.first_run.forms import FirstMailboxForm, FirstOutgoingForm, QueuesForm, YouForm
from klardesk.admin.setup import QUEUES
from klardesk.base.options import option
from klardesk.mail.models import Mailbox, OutgoingServer
from klardesk.tickets.models import Queue, Ticket

if TYPE_CHECKING:
    from klardesk.people.models import Person

ALL = "all"
"""In the option of skipped steps: the owner sets the desk up without the guide."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the guide. `is_there` asks whether the desk has what the step is about; `keep` keeps what was entered."""

    name: str
    title: str | Promise
    summary: str | Promise
    icon: str
    form: type[forms.Form]
    is_there: Callable[[], bool]
    keep: Callable[[Any, Actor], keep.Kept]


@dataclass(frozen=True, slots=True)
class Progress:
    """A step, whether it is done, and whether it was skipped."""

    step: Step
    done: bool
    skipped: bool

    @property
    def waits(self) -> bool:
        """Whether it is still to be done."""
        return not (self.done or self.skipped)


STEPS = (
    Step(
        name="you", title=_("You and your desk"), icon="user", form=YouForm, keep=keep.keep_you,
        summary=_("What the desk is called, who you are, your language and time zone."),
        is_there=lambda: bool(option("desk.name")),
    ),
    Step(
        name="mailbox", title=_("Incoming mail"), icon="inbox", form=FirstMailboxForm, keep=keep.keep_mailbox,
        summary=_("The mailbox whose mails become tickets. The connection is tried at once."),
        is_there=Mailbox.objects.exists,
    ),
    Step(
        name="outgoing", title=_("Outgoing mail"), icon="send", form=FirstOutgoingForm, keep=keep.keep_outgoing,
        summary=_("The server that takes your answers. The connection is tried at once."),
        is_there=lambda: bool(settings.KLARDESK_SMTP_URL) or OutgoingServer.objects.filter(valid=True).exists(),
    ),
    Step(
        name="queues", title=_("Queues"), icon="folder-tree", form=QueuesForm, keep=keep.keep_queues,
        summary=_("Where tickets wait: one for each team or matter."),
        is_there=lambda: Queue.objects.exclude(name__in=[name for name, _comment in QUEUES]).exists(),
    ),
)  # fmt: skip


def progress() -> list[Progress]:
    """How far the desk has come; at most one query for each step."""
    skipped = option("setup.skipped")
    return [Progress(step, step.is_there(), ALL in skipped or step.name in skipped) for step in STEPS]


def next_step(after: str = "") -> Step | None:
    """The first step that waits, looking behind `after` first; None if none does."""
    found = progress()
    names = [each.step.name for each in found]
    at = names.index(after) + 1 if after in names else 0
    return next((each.step for each in found[at:] + found[:at] if each.waits), None)


def errand(person: Person) -> str | None:
    """Administrators of a desk without any ticket are led to the guide while something waits in it."""
    if not person.is_agent or not Actor.of(person).is_administrator:
        return None
    new = not Ticket.objects.unscoped("whether the desk is new").exists()
    return reverse("admin_first_run") if new and next_step() is not None else None
