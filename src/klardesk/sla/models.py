"""Services, SLAs, targets of queues, what a ticket has of them, and the index of due times. State only."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.calendars.models import Calendar
from klardesk.people.models import Company, Person
from klardesk.sla.clocks import Semantics
from klardesk.tickets.models import Queue, State, StateType, Ticket

LONGEST = 5_256_000
"""Minutes of ten years: no target is longer."""


class Service(models.Model):
    """What the desk does for its customers. Its full name shows the tree: `Mail::Mailboxes` lies under `Mail`.

    Customers may choose the services given to them or to their companies; who has none of these, the `default` ones.
    """

    name = models.CharField(gettext_lazy("Full name"), max_length=200, unique=True)
    comment = models.TextField(gettext_lazy("Comment"), blank=True)
    default = models.BooleanField(gettext_lazy("For customers without services of their own"), default=False)
    customers = models.ManyToManyField(Person, blank=True, related_name="services")
    companies = models.ManyToManyField(Company, blank=True, related_name="services")
    valid = models.BooleanField(gettext_lazy("Valid"), default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def last_name(self) -> str:
        """The last part of the full name."""
        return self.name.rpartition("::")[2]

    def clean(self) -> None:
        """The parts of the name are words."""
        self.name = "::".join(" ".join(part.split()) for part in self.name.split("::"))
        if not all(self.name.split("::")):
            raise ValidationError({"name": _("A service's name is words divided by “::”, none of them empty.")})


def _minutes(label: object) -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(label, default=0, validators=[MaxValueValidator(LONGEST)])  # type: ignore[arg-type]


def _percent() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(gettext_lazy("Warn at (%)"), default=0, validators=[MaxValueValidator(99)])


class Targets(models.Model):
    """Minutes of working time until each thing is due (0: nothing is owed), and the share of them after which to warn.

    Without a calendar the desk's default one counts.
    """

    response_minutes = _minutes(gettext_lazy("First response within (minutes)"))
    response_notify = _percent()
    update_minutes = _minutes(gettext_lazy("Update within (minutes)"))
    update_notify = _percent()
    solution_minutes = _minutes(gettext_lazy("Solution within (minutes)"))
    solution_notify = _percent()
    calendar = models.ForeignKey(
        Calendar,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("Calendar"),
    )

    class Meta:
        abstract = True


class SLA(Targets):
    """A service level agreement: what is promised for some services."""

    name = models.CharField(gettext_lazy("Name"), max_length=200, unique=True)
    services = models.ManyToManyField(Service, blank=True, related_name="slas", verbose_name=gettext_lazy("Services"))
    comment = models.TextField(gettext_lazy("Comment"), blank=True)
    valid = models.BooleanField(gettext_lazy("Valid"), default=True)

    def __str__(self) -> str:
        return self.name


class QueueTargets(Targets):
    """What is promised for tickets of a queue that have no SLA."""

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="targets")

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.queue.name


class EscalationRules(models.Model):
    """The one row that says by which rules the clocks run; without it they run by those of the OTRS family."""

    ONLY = 1

    semantics = models.CharField(
        gettext_lazy("What starts and stops the clocks"), max_length=10, default=Semantics.OTRS.value,
        choices=[
            (Semantics.OTRS.value, gettext_lazy("as in the OTRS family: an answer restarts the update clock")),
            (Semantics.CONTACT.value, gettext_lazy("only a customer who waits for an answer makes the update clock run")),
        ],
    )  # fmt: skip
    suspending = models.ManyToManyField(
        State, blank=True, related_name="+", verbose_name=gettext_lazy("States in which the clocks stand still")
    )
    cancel = models.BooleanField(gettext_lazy("No due times while the clocks stand still"), default=False)

    def __str__(self) -> str:
        return "rules"

    @property
    def name(self) -> str:
        """How the page calls them."""
        return _("Rules of escalation")


class TicketService(models.Model):
    """The service and the SLA of a ticket; a ticket without either has no row."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE, related_name="service_row")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    sla = models.ForeignKey(SLA, null=True, on_delete=models.PROTECT, related_name="+")


class TicketClock(models.Model):
    """The due times of a ticket: an index over its history and the settings, which can be thrown away and made anew.

    `queue_id` and `state_id` repeat the ticket's, so that one index keeps lists in the order of what is due first.
    `first_notify` is the earliest time to warn. `floating_at` is the moment with which a due time that moves with the
    time was reckoned, because its clock stands still. `basis` says what settings it was reckoned with (see `plan`),
    `states` are the states the ticket has been in, where they matter (see `histories`).
    """

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE, related_name="clock")
    queue_id = models.BigIntegerField()
    state_id = models.BigIntegerField()
    response_due = models.DateTimeField(null=True)
    response_notify = models.DateTimeField(null=True)
    update_due = models.DateTimeField(null=True)
    update_notify = models.DateTimeField(null=True)
    solution_due = models.DateTimeField(null=True)
    solution_notify = models.DateTimeField(null=True)
    first_due = models.DateTimeField(null=True)
    first_notify = models.DateTimeField(null=True)
    floating_at = models.DateTimeField(null=True)
    basis = models.BigIntegerField()
    states = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["queue_id", "state_id", "first_due", "ticket"], name="clock_list"),
            models.Index(fields=["first_due"], name="clock_due", condition=models.Q(first_due__isnull=False)),
            models.Index(fields=["first_notify"], name="clock_notify", condition=models.Q(first_notify__isnull=False)),
            models.Index(fields=["floating_at"], name="clock_floating", condition=models.Q(floating_at__isnull=False)),
            models.Index(fields=["basis"], name="clock_basis", condition=models.Q(basis__gt=0)),
        ]


class EscalationNotice(models.Model):
    """What agents were told of one clock of a ticket, under which due time, and when to look again."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    clock = models.CharField(max_length=10)
    due = models.DateTimeField()
    warned = models.BooleanField(default=False)
    escalated_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "clock"], name="one_notice_per_clock")]


class Outcome(models.Model):
    """What became of an obligation: when it was due, when it ended, whether that was in time, and by which SLA, in which
    queue and for which company.

    A fact: stored once when it ends (see `outcomes`), and left alone by whatever is promised later.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    clock = models.CharField(max_length=10)
    due = models.DateTimeField()
    met_at = models.DateTimeField()
    kept = models.BooleanField()
    sla = models.ForeignKey(SLA, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+", db_index=False)
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "clock", "met_at"], name="one_outcome_per_obligation")
        ]
        indexes: ClassVar = [models.Index(fields=["met_at"], name="outcome_met")]


OVER_TYPES = frozenset({StateType.CLOSED.value, StateType.MERGED.value, StateType.REMOVED.value})
"""Types of states in which nothing is owed."""
